"""`python -m tests.sample_exports [OUT [EXPECTED]]`: writes the exports and the facts intended for them."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from random import Random

from . import approvals, chains, console, damage, drawing, episodes, estate, expectations, exports, naming, pem_files, plan, spreadsheet, transparency
from .certificates import Certificate
from .timeline import Request

ROOT = Path(__file__).resolve().parents[2]
SOURCE = """\
Made-up sample data: no request, certificate, person, department or certificate authority in this folder is real.
Shown as: Made-up sample data
Received: 2026-11-21T08:00:00-08:00

Eighteen months of ServiceNow exports of requested items (sc_req_item) for the Security Certificates service, from
2025-05-20 to 2026-11-20, in the shapes that such exports have in practice: windows-1252 and UTF-8, field names and
labels, three ways of writing dates, one zip, overlaps, a paged export, a label that no mapping knows, a column that only
the newest exports have, and six rows that cannot be used. Approver rows of some of the newest requests.

The certificates of about one in five of these requests, those before and after them, and those that departments issue
themselves: a list of the console as CSV from 2026-08-31, its report as JSON from 2026-11-20, a folder of 150 certificate
files signed by a made-up authority, and an export of the public certificate log with a dozen that the console does not
know. The private keys behind the files follow from the seed and are in no file; they protect nothing.

Volumes, attainment and departments are invented; the host names lie under LABEL-example.ca.gov,
LABEL-example.california.gov and LABEL-example.state.ca.us.

Written by `python -m tests.sample_exports` from the seed 20261120; the same command writes the same files again.
What each request and each certificate should come to is in tests/expected/.
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
    """The exports and SOURCE.txt into `out`, the intended outcomes, counts and facts into `expected`."""
    drawn = requests()
    linked = chains.chains(drawn)
    naming.give(linked)
    certificates = estate.certificates(linked)
    taken = {request.number for request in drawn}
    shown = {export: exports.rows(export, drawn) for export in exports.EXPORTS}
    broken = {export: damage.damaged(export, rows, taken) for export, rows in shown.items()}
    out.mkdir(parents=True, exist_ok=True)
    expected.mkdir(parents=True, exist_ok=True)
    for export, rows in shown.items():
        (out / export.name).write_bytes(spreadsheet.contents(export, rows, broken[export]))
    (out / "approvals_2026-11-20.csv").write_bytes(approvals.export(drawn))
    _write_certificates(out, certificates)
    (out / "SOURCE.txt").write_text(SOURCE, encoding="utf-8")
    expectations.outcomes(expected / "sample_outcomes.csv", drawn, shown, certificates)
    expectations.counts(expected / "sample_exports.csv", shown, broken)
    expectations.facts(expected / "sample_certificates.csv", certificates, shown)


def _write_certificates(out: Path, certificates: list[Certificate]) -> None:
    files = pem_files.contents(certificates)
    (out / "certificates").mkdir(exist_ok=True)
    for one, (_, content) in files.items():
        (out / "certificates" / pem_files.file_name(one)).write_bytes(content)
    fingerprints = {one.serial: hashlib.sha1(der, usedforsecurity=False).hexdigest() for one, (der, _) in files.items()}
    (out / "sectigo_ssl_report_2026-11-20.json").write_bytes(console.report(certificates, fingerprints))
    (out / "sectigo_certificates_2026-08-31.csv").write_bytes(console.console_list(certificates))
    (out / "crtsh_ca-gov_2026-11-19.json").write_bytes(transparency.export(certificates))


def main(arguments: list[str]) -> None:
    out = Path(arguments[0]) if arguments else ROOT / "data" / "sample"
    expected = Path(arguments[1]) if len(arguments) > 1 else out if arguments else ROOT / "tests" / "expected"
    write(out, expected)


if __name__ == "__main__":
    main(sys.argv[1:])
