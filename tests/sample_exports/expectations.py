"""The files of intended facts: outcomes of requests, rows of exports, certificates."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from . import exports, order_numbers
from .certificates import Certificate
from .exposure import intended
from .spreadsheet import ORDER_NUMBER
from .timeline import Request
from .verdicts import Verdict, verdict

Shown = dict[exports.Export, list[dict]]


def versions(shown: Shown) -> dict[str, list[dict]]:
    """The rows of each request in all exports, oldest first."""
    found: dict[str, list[dict]] = {}
    for rows in shown.values():
        for row in rows:
            found.setdefault(row["number"], []).append(row)
    return {number: sorted(rows, key=lambda row: row["sys_updated_on"]) for number, rows in found.items()}


def verdicts(drawn: list[Request], shown: Shown, certificates: list[Certificate]) -> dict[str, Verdict]:
    """What each request should come to by its number, the certificates of the sample being known."""
    expires_on = {one.renewal.number: one.expires_on for one in certificates if one.renewal}
    seen, found = versions(shown), {}
    for request in drawn:
        found[request.number] = verdict(request.option, seen[request.number], expires_on.get(request.number))
        _agrees(request, found[request.number])
    return found


def outcomes(path: Path, found: dict[str, Verdict]) -> None:
    """The verdicts."""
    header = ("number", "service_option", "due_on", "slo_outcome", "elapsed_business_days", "due_rule", "outcome_reason")
    write(path, header, [[number, *(getattr(each, name) for name in header[1:])] for number, each in found.items()])


def _agrees(request: Request, found: Verdict) -> None:
    """A request drawn to be met must come out met, by counting its days again."""
    if request.intended not in ("", found.slo_outcome):
        raise AssertionError(f"{request.number} was drawn as {request.intended} and counts as {found}")


def counts(path: Path, shown: Shown, broken: dict[exports.Export, dict]) -> None:
    """Per export how many rows count. Of a row repeated unchanged in a later export only one does, but either may."""
    newest, found = _newest(shown), []
    for export, rows in shown.items():
        holders = [newest[row["number"]] for row in rows if export in newest[row["number"]]]
        alone, bad = sum(len(names) == 1 for names in holders), len(broken[export])
        name = f"{export.name}/{exports.ZIPPED}" if export.name.endswith(".zip") else export.name
        found.append((name, len(rows) + bad, alone, len(holders), 0, bad))
    write(path, ("name", "row_count", "accepted_at_least", "accepted_at_most", "later_count", "quarantined_count"), found)


def _newest(shown: Shown) -> dict[str, list[exports.Export]]:
    """The exports that show the newest version of each request (one saved by Excel shows it to the minute only)."""
    found: dict[str, dict[datetime, list[exports.Export]]] = {}
    for export, rows in shown.items():
        for row in rows:
            at = row["sys_updated_on"].replace(second=0) if export.dates == exports.EXCEL else row["sys_updated_on"]
            found.setdefault(row["number"], {}).setdefault(at, []).append(export)
    return {number: versions[max(versions)] for number, versions in found.items()}


def facts(path: Path, certificates: list[Certificate], shown: Shown) -> None:
    """What each certificate should come to, and the requests that renew and produced it, with the rule that finds them."""
    typed = {
        row["number"]: row[ORDER_NUMBER]
        for export, rows in shown.items()
        for row in rows
        if export.has_order_numbers and row[ORDER_NUMBER] and not order_numbers.slips(row[ORDER_NUMBER])
    }
    header = (
        "serial_number,console_id,issuer,common_name,holding,issued_on,expires_on,is_active,is_superseded,is_possibly_superseded,"
        "exposure_band,covering_number,renewed_by,renewed_by_rule,produced_by,produced_by_rule"
    ).split(",")
    rows = []
    for one, fact in zip(certificates, intended(certificates)):
        rows.append(
            [
                f"{one.serial:x}" if one.serial else "",
                one.console_id or "",
                one.issuer if one.issued_at else "",
                one.names[0],
                "log" if one.is_logged_only else "console",
                one.issued_on if one.issued_at else None,
                one.expires_on,
                *(str(each).lower() for each in (fact.is_active, fact.is_superseded, fact.is_possibly_superseded)),
                fact.band,
                fact.covered_by,
                *_link(one.renewal if one.issued_at else None, one, typed),
                *_link(one.request, one, typed),
            ]
        )
    write(path, header, rows)


def _link(request: Request | None, one: Certificate, typed: dict[str, str]) -> tuple[str, str]:
    if request is None:
        return "", ""
    return request.number, "order_number" if typed.get(request.number) == str(one.order_number) else "common_name"


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence]) -> None:
    """A CSV file of intended facts, None as nothing."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(["" if cell is None else str(cell) for cell in row] for row in rows)
