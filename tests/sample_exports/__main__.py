"""`python -m tests.sample_exports [OUT [EXPECTED]]`: writes the exports and the outcomes intended for them."""

from __future__ import annotations

import csv
import sys
from datetime import datetime
from pathlib import Path
from random import Random

from . import damage, drawing, episodes, exports, plan, spreadsheet
from .timeline import Request
from .verdicts import Verdict, verdict

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
Made-up sample data: no request, person or department in this folder is real.
Shown as: Made-up sample data
Received: 2026-11-21T08:00:00-08:00

Eighteen months of ServiceNow exports of requested items (sc_req_item) for the Security Certificates service, from
2025-05-20 to 2026-11-20, in the shapes that such exports have in practice: windows-1252 and UTF-8, field names and
labels, three ways of writing dates, one zip, overlaps, a paged export, a label that no mapping knows, and six rows that
cannot be used. Volumes, attainment and departments are invented; the host names lie under example.ca.gov.

Written by `python -m tests.sample_exports` from the seed 20261120; the same command writes the same files again.
What each request should come to is in tests/expected/sample_outcomes.csv.
"""


def requests() -> list[Request]:
    """All requests, with their numbers."""
    drawn = drawing.requests()
    episodes.play(drawn)
    random, number = Random(f"{plan.SEED} numbers"), 41206
    for request in drawn:
        number += random.choice((1, 1, 2, 3))  # other catalog items take numbers too
        request.number = f"RITM{number:07d}"
    return drawn


def write(out: Path, expected: Path) -> None:
    """The exports and SOURCE.txt into `out`, the intended outcomes and counts into `expected`."""
    drawn = requests()
    taken = {request.number for request in drawn}
    shown = {export: exports.rows(export, drawn) for export in exports.EXPORTS}
    broken = {export: damage.damaged(export.name, rows, taken) for export, rows in shown.items()}
    out.mkdir(parents=True, exist_ok=True)
    expected.mkdir(parents=True, exist_ok=True)
    for export, rows in shown.items():
        (out / export.name).write_bytes(spreadsheet.contents(export, rows, broken[export]))
    (out / "SOURCE.txt").write_text(SOURCE, encoding="utf-8")
    _write_outcomes(expected / "sample_outcomes.csv", drawn, shown)
    _write_counts(expected / "sample_exports.csv", shown, broken)


def _write_outcomes(path: Path, drawn: list[Request], shown: dict[exports.Export, list[dict]]) -> None:
    versions: dict[str, list[dict]] = {}
    for rows in shown.values():
        for row in rows:
            versions.setdefault(row["number"], []).append(row)
    header = ("number", "service_option", "due_on", "slo_outcome", "elapsed_business_days", "due_rule", "outcome_reason")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for request in drawn:
            seen = sorted(versions[request.number], key=lambda row: row["sys_updated_on"])
            found = verdict(request.option, seen)
            _agrees(request, found)
            writer.writerow([request.number, *(_text(getattr(found, name)) for name in header[1:])])


def _agrees(request: Request, found: Verdict) -> None:
    """A request drawn to be met must come out met, by counting its days again."""
    if request.intended not in ("", found.slo_outcome):
        raise AssertionError(f"{request.number} was drawn as {request.intended} and counts as {found}")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _write_counts(path: Path, shown: dict[exports.Export, list[dict]], broken: dict[exports.Export, dict]) -> None:
    """Per export how many rows count. Of a row repeated unchanged in a later export only one does, but either may."""
    newest = _newest(shown)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("name", "row_count", "accepted_at_least", "accepted_at_most", "later_count", "quarantined_count"))
        for export, rows in shown.items():
            holders = [newest[row["number"]] for row in rows if export in newest[row["number"]]]
            alone, bad = sum(len(names) == 1 for names in holders), len(broken[export])
            name = f"{export.name}/{exports.ZIPPED}" if export.name.endswith(".zip") else export.name
            writer.writerow((name, len(rows) + bad, alone, len(holders), 0, bad))


def _newest(shown: dict[exports.Export, list[dict]]) -> dict[str, list[exports.Export]]:
    """The exports that show the newest version of each request (one saved by Excel shows it to the minute only)."""
    found: dict[str, dict[datetime, list[exports.Export]]] = {}
    for export, rows in shown.items():
        for row in rows:
            at = row["sys_updated_on"].replace(second=0) if export.dates == exports.EXCEL else row["sys_updated_on"]
            found.setdefault(row["number"], {}).setdefault(at, []).append(export)
    return {number: versions[max(versions)] for number, versions in found.items()}


def main(arguments: list[str]) -> None:
    out = Path(arguments[0]) if arguments else ROOT / "data" / "sample"
    expected = Path(arguments[1]) if len(arguments) > 1 else out if arguments else ROOT / "tests" / "expected"
    write(out, expected)


if __name__ == "__main__":
    main(sys.argv[1:])
