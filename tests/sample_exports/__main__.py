"""`python -m tests.sample_exports [OUT [EXPECTED]]`: writes the exports and the facts intended for them."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from random import Random

from . import (
    approvals, chains, console, corrections, damage, drawing, episodes, estate, expectations, exports, naming, pem_files, plan, records, spreadsheet,
    transparency,
)  # fmt: skip
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

What those requests went through: metrics of state, stage and assignment group (metric_instance) of the requests submitted
since 2026-07-01, in two exports that overlap; the audit (sys_audit) of those submitted in June 2026; the tasks of
installations (sc_task); and the second opinions of ServiceNow (task_sla, and made_sla in the newest export of requests),
whose working hours are 08:00 to 17:00 without the holidays of the United States. In these, too, some things are wrong on
purpose: overlaps, missing ends, holes, values that no mapping knows, requests that no export has, clocks set up otherwise.
policy/corrections.yaml declares four corrections and an exclusion, as made up as the rest.

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
    verdicts = expectations.verdicts(drawn, shown, certificates)
    told = records.Records(drawn, verdicts, taken)
    told.give_made_sla(shown)
    broken = {export: damage.damaged(export, rows, taken) for export, rows in shown.items()}
    out.mkdir(parents=True, exist_ok=True)
    expected.mkdir(parents=True, exist_ok=True)
    for export, rows in shown.items():
        (out / export.name).write_bytes(spreadsheet.contents(export, rows, broken[export]))
    (out / "approvals_2026-11-20.csv").write_bytes(approvals.export(drawn))
    _write_certificates(out, certificates)
    told.write(out)
    declared = corrections.declared(told.without_oddities(drawn), verdicts)
    (out / "policy").mkdir(exist_ok=True)
    (out / "policy" / "corrections.yaml").write_text(corrections.policy(declared), encoding="utf-8")
    (out / "SOURCE.txt").write_text(SOURCE, encoding="utf-8")
    expectations.outcomes(expected / "sample_outcomes.csv", verdicts)
    expectations.counts(expected / "sample_exports.csv", shown, broken)
    expectations.facts(expected / "sample_certificates.csv", certificates, shown)
    told.write_expected(expected, shown)
    corrections.expected(expected / "sample_corrections.csv", declared, expectations.versions(shown), verdicts)


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
