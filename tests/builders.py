"""Builders that show only the field that matters, and the real way from rows to a published snapshot."""

import csv
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml

from pipelines import build, landing, metrics, snapshots
from pipelines import policy as policies

PEOPLE = ZoneInfo("America/Los_Angeles")
RECEIVED_AT = datetime(2030, 1, 1, tzinfo=UTC)
"""When every export of a test arrives: later than all their events, so that no test depends on the day it runs."""

CONTRACT = (
    "number service_option request_type department submitted_at approved_at approval closed_at resolved_at installed_at "
    "state requested_completion_on current_expires_on issued_at certificate_count parent_number common_name "
    "subject_alternative_names contacts csr security_approval validation_type updated_at update_sequence reopen_count "
    "assignment_group assigned_to time_worked_seconds source_verdict"
).split()
"""The headers of the contract of a request, in their published order."""

Row = Mapping[str, str]


def a_request(number: str = "RITM1", submitted_at: str = "2026-11-19 10:00:00", **fields: str) -> dict[str, str]:
    """One row of an export with every header of the contract, as text; an open request unless told otherwise.

    A time of closing makes it completed, a time of approval approved, unless `state` or `approval` says otherwise.
    """
    unknown = set(fields) - set(CONTRACT)
    assert not unknown, f"not columns of the contract: {sorted(unknown)}"
    row = dict.fromkeys(CONTRACT, "")
    row |= {"number": number, "submitted_at": submitted_at, "service_option": "new_customer_install"}
    row |= {"state": "completed" if fields.get("closed_at") else "open", "department": "Department of Sample"}
    row |= {"approval": "approved" if fields.get("approved_at") else "not_required"}
    return row | fields


def without(row: Row, *columns: str) -> dict[str, str]:
    """The row as an export writes it that lacks these columns."""
    return {column: text for column, text in row.items() if column not in columns}


def write_export(folder: Path, rows: Sequence[Row], name: str = "requests.csv") -> Path:
    """A CSV with exactly the columns of the rows, which all have the same ones."""
    columns = [column for column in CONTRACT if column in rows[0]]
    assert all(set(row) == set(columns) for row in rows), "the rows of one export have the same columns"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def a_policy(folder: Path, **changes: str) -> policies.Policy:
    """A copy of the product's policy in which `clock_stop="resolved"` and the like are changed in the file's text."""
    if not changes:
        return policies.load(policies.DEFAULT_FOLDER)
    places = {
        "clock_start": "  start: ",
        "clock_stop": "  stop: ",
        "undated_renewal": "  undated: ",
        "late_exclusion": "  late: ",
    }
    shutil.copytree(policies.DEFAULT_FOLDER, folder)
    text = (folder / "slo.yaml").read_text(encoding="utf-8")
    for change, value in changes.items():
        text, count = re.subn(rf"(?m)^({places[change]})\w+", rf"\g<1>{value}", text)
        assert count == 1, f"{change} stands {count} times in slo.yaml"
    (folder / "slo.yaml").write_text(text, encoding="utf-8")
    return policies.load(folder)


def a_correction(number: str = "RITM1", **entry: object) -> dict[str, object]:
    """An entry of corrections.yaml that speaks of a request, reported on 2026-11-20 unless told otherwise."""
    given = {"id": "C-1", "number": number, "reason": "The export is wrong.", "reported_on": "2026-11-20", "reported_by": "service manager"}
    return given | entry


def declaring(folder: Path, *entries: Mapping[str, object], **changes: str) -> policies.Policy:
    """The policy of a folder that holds corrections, and where `changes` are made slo.yaml too; all else is the product's."""
    if changes:
        a_policy(folder, **changes)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "corrections.yaml").write_text(yaml.safe_dump([dict(entry) for entry in entries]), encoding="utf-8")
    return policies.load(folder)


def local(text: str) -> datetime:
    """An aware instant from the wall clock of California."""
    return datetime.fromisoformat(text).replace(tzinfo=PEOPLE)


def land(home: Path, folder: Path, exports: Mapping[str, Sequence[Row]], rules: policies.Policy):
    """Land each list of rows as an export of its own; returns the landing report."""
    paths = [write_export(folder, rows, name) for name, rows in exports.items()]
    return landing.ingest(home, paths, rules, received_at=RECEIVED_AT)


def publish(tmp_path: Path, *exports: Sequence[Row], as_of: str | None = None, policy: policies.Policy | None = None):
    """A read-only connection to the snapshot of these exports, landed and built as the product does it.

    `as_of` is a wall-clock time of California; without it the newest event counts.
    """
    rules = policy or a_policy(tmp_path)
    named = {f"requests-{position}.csv": rows for position, rows in enumerate(exports, start=1)}
    land(tmp_path / "home", tmp_path / "exports", named, rules)
    published = build.build(tmp_path / "home", rules, as_of=local(as_of) if as_of else None)
    return snapshots.open_read_only(published.path)


def table(connection, sql: str, parameters: Sequence = ()) -> list[dict]:
    """The rows of a query as dictionaries."""
    with connection.cursor() as cursor:
        cursor.execute(sql, list(parameters))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def outcome(connection, number: str, clock_basis: str | None = None) -> dict:
    """The one row of a request: the published one, or that of a clock basis."""
    where = "from slo_outcomes where number = ?"
    parameters = [number]
    if clock_basis:
        where, parameters = "from facts.request_clocks where number = ? and clock_basis = ?", [number, clock_basis]
    rows = table(connection, f"select * {where}", parameters)
    assert len(rows) == 1, f"{number}: {len(rows)} rows"
    return rows[0]


def statement(connection, *by: str, **where: Sequence[str]) -> list[dict]:
    """The rows of `slo_attainment` by these dimensions, as the registry of measures asks for them."""
    query = metrics.select("slo_attainment", by=by, where=where)
    return table(connection, query.sql, query.parameters)
