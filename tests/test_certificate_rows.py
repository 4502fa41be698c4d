"""Rows of certificate exports that are not what they seem: damaged serial numbers, orders before their issue, self-signed hosts, no end at all."""

import csv
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from pipelines import build, landing, metrics, reports, snapshots
from tests import builders
from tests.certificate_makers import certificate
from tests.files import RULES, written

CONSOLE = ("Common Name", "Subject Alternative Names", "Status", "Expires", "Issued", "Order Number", "Serial Number", "Organization")


def console(folder: Path, name: str, *rows: tuple[str, ...]) -> Path:
    """A list of the console without its own identifiers."""
    path = folder / name
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([CONSOLE, *rows])
    return path


def published(folder: Path, *paths: Path):
    """A connection to the snapshot of these exports, as of Friday 2026-11-20."""
    landing.ingest(folder / "home", list(paths), RULES, received_at=builders.RECEIVED_AT)
    return snapshots.open_read_only(build.build(folder / "home", RULES, as_of=builders.local("2026-11-20 12:00:00")).path)


def test_a_serial_number_that_a_spreadsheet_damaged_is_rejected_and_never_a_key(tmp_path):
    """Two certificates whose serial numbers became the same 1.23457E+31 are two rejected rows, not one certificate."""
    rows = [(f"{name}.dmv.ca.gov", "", "Issued", "12/13/2026", "05/21/2026", name, serial, "O") for name, serial in (("a", "1.23457E+31"), ("b", "1.23457E+31"), ("c", "ab12"))]
    connection = published(tmp_path, console(tmp_path, "console.csv", *rows))
    assert [row["common_name"] for row in builders.table(connection, "select common_name from certificates")] == ["c.dmv.ca.gov"]
    rejected = builders.table(connection, "select row_number, reason from quarantine order by row_number")
    assert [(row["row_number"], "serial number" in row["reason"]) for row in rejected] == [(1, True), (2, True)]


def test_an_order_is_the_record_that_later_has_a_serial_number(tmp_path):
    """Applied in one list and issued in the next: one certificate, and no finding that it was not issued."""
    before = console(tmp_path, "october.csv", ("a.dmv.ca.gov", "", "Applied", "", "", "1001", "-", "O"), ("x.dmv.ca.gov", "", "Issued", "12/13/2026", "10/13/2026", "9", "77", "O"))
    after = console(tmp_path, "november.csv", ("a.dmv.ca.gov", "", "Issued", "05/21/2027", "11/13/2026", "1001", "ab12", "O"))
    connection = published(tmp_path, before, after)
    assert [(row["order_number"], row["status"]) for row in builders.table(connection, "select order_number, status from certificates order by 1")] == [
        ("1001", "issued"), ("9", "issued"),
    ]  # fmt: skip
    assert not builders.table(connection, "select * from certificate_findings where finding = 'not_issued'")
    (export,) = builders.table(connection, "select accepted_count, superseded_count from exports where name = 'october.csv'")
    assert (export["accepted_count"], export["superseded_count"]) == (1, 1)


def test_a_host_that_signed_itself_is_a_host(tmp_path):
    """OpenSSL marks what it signs for itself as an authority; it names a host, so it is held like any other."""
    path = written(tmp_path / "self.der", certificate(names=("app.dmv.ca.gov",), extensions=(x509.BasicConstraints(ca=True, path_length=None),)))
    (row,) = builders.table(published(tmp_path, path), "select common_name, status, name_count from certificates")
    assert (row["status"], row["name_count"] > 0) == ("issued", True)


@pytest.mark.parametrize("format", ["csv", "json", "xlsx"])
def test_a_certificate_without_an_end_is_exported(tmp_path, format):
    """RFC 5280 4.1.2.5: 99991231235959Z says that there is no expiry; 17:00 of that day lies beyond every calendar."""
    header = "certificate_id,holding,serial_number,common_name,issued_at,not_after_at\n"
    path = written(tmp_path / "own.csv", header + "S1,file,ab12,a.dmv.ca.gov,2026-05-21T10:00:00Z,9999-12-31T23:59:59Z\n")
    connection = published(tmp_path, path)
    (row,) = builders.table(connection, "select expires_on, service_ends_at, is_active from certificates")
    assert row == {"expires_on": date(9999, 12, 31), "service_ends_at": None, "is_active": True}
    content = reports.content(snapshots.current(tmp_path / "home"), metrics.select("certificates"), format)
    assert content and (format == "xlsx" or b"9999-12-31" in content)
