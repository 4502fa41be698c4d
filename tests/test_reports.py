"""CSV, JSON, Parquet and XLSX of the same rows: one exported form, safe in a spreadsheet, whole or not at all."""

import csv
import io
import json
import os
import re
import stat
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow.parquet
import pytest

from pipelines import reports, snapshots
from pipelines.errors import UserError
from pipelines.instants import written
from pipelines.metrics import Column, Query
from pipelines.reports import copies, workbook

COLUMNS = tuple(
    Column(name, kind)
    for name, kind in (
        ("cell", "text"),
        ("happened_at", "instant"),
        ("due_on", "date"),
        ("part_ratio", "ratio"),
        ("is_due", "boolean"),
        ("n_count", "count"),
    )
)


def snapshot_of(folder: Path, rows: list[tuple], zone: str = "America/Los_Angeles") -> Path:
    """A file with a table `rows` (position, then COLUMNS) and the zone, which is all that a report asks of a snapshot."""
    path = folder / "rows.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table run_params as select ? as zone", [zone]).fetchall()
        connection.execute(
            "create table rows (position integer, cell varchar, happened_at timestamp, due_on date, part_ratio double, is_due boolean, n_count bigint)"
        ).fetchall()
        if rows:
            connection.executemany("insert into rows values (?, ?, ?, ?, ?, ?, ?)", [(position, *row) for position, row in enumerate(rows)])
    return path


def everything(*, least: int = -1) -> Query:
    """All rows after a bound position, in reverse order of position."""
    return Query(f"select {', '.join(c.name for c in COLUMNS)} from rows where position > ? order by position desc", (least,), COLUMNS)


def row(
    cell: str | None = "x",
    at: datetime | None = None,
    on: date | None = None,
    ratio: float | None = None,
    is_due: bool | None = None,
    n: int | None = None,
):
    return (cell, at, on, ratio, is_due, n)


def csv_rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


def sheet_cells(path: Path, sheet: int) -> list[list[tuple[str | None, str]]]:
    """(type, text) of the cells of a sheet, by row, as they stand in the file."""
    text = zipfile.ZipFile(path).read(f"xl/worksheets/sheet{sheet}.xml").decode()
    return [
        [(kind or None, inner) for kind, inner in re.findall(r'<c r="\w+"(?: s="\d+")?(?: t="(\w+)")?>(.*?)</c>', body)]
        for body in re.findall(r"<row [^>]*>(.*?)</row>", text)
    ]


def test_csv_is_rfc_4180_in_utf_8_in_the_order_of_the_query(tmp_path):
    """RFC 4180: CRLF between records; quotes around cells with a comma, a quote or a line break; quotes doubled."""
    path = snapshot_of(tmp_path, [row('a,"b"\nc'), row("cr\rx"), row("Ünïcode ☃"), row("")])
    assert reports.content(path, everything(), "csv") == (
        b'cell,happened_at,due_on,part_ratio,is_due,n_count\r\n"",,,,,\r\n' + "Ünïcode ☃,,,,,\r\n".encode() + b'"cr\rx",,,,,\r\n"a,""b""\nc",,,,,\r\n'
    )


def test_values_are_written_in_the_exported_form(tmp_path):
    """Dates YYYY-MM-DD, booleans true/false, ratios unrounded, null empty."""
    path = snapshot_of(
        tmp_path, [row("a", datetime(2026, 7, 1, 0, 0), date(2026, 7, 4), 1 / 3, True, -5), row(None, None, None, 1e-07, False, 0), row()]
    )
    assert csv_rows(reports.content(path, everything(), "csv"))[1:] == [
        ["x", "", "", "", "", ""],
        ["", "", "", "1e-07", "false", "0"],
        ["a", "2026-06-30T17:00:00-07:00", "2026-07-04", "0.3333333333333333", "true", "-5"],
    ]


def test_a_ratio_reads_back_as_the_same_number(tmp_path):
    ratios = [0.1, 2 / 3, 14178 / 24904, 1.0, 0.0, 5e-324]
    path = snapshot_of(tmp_path, [row(ratio=each) for each in ratios])
    assert [float(line[3]) for line in csv_rows(reports.content(path, everything(), "csv"))[1:]] == ratios[::-1]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("spaces", ["", " ", "   ", "\u00a0", " \u00a0 "])
def test_a_cell_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path, start, spaces):
    """Text cells that begin with = + - @, tab or carriage return, also after spaces, in CSV and XLSX only."""
    cell = f"{spaces}{start}SUM(A1)"
    path = snapshot_of(tmp_path, [row(cell), row("harmless")])
    assert [line[0] for line in csv_rows(reports.content(path, everything(), "csv"))[1:]] == ["harmless", "'" + cell]
    assert [each["cell"] for each in json.loads(reports.content(path, everything(), "json"))] == ["harmless", cell]
    reports.write(path, everything(), "parquet", tmp_path / "rows.parquet")
    assert pyarrow.parquet.read_table(tmp_path / "rows.parquet")["cell"].to_pylist() == ["harmless", cell]
    reports.write(path, everything(), "xlsx", tmp_path / "rows.xlsx")
    cells = sheet_cells(tmp_path / "rows.xlsx", 2)
    assert "<t>harmless</t>" in cells[1][0][1]
    assert re.search(r"<t[^>]*>'", cells[2][0][1])


@pytest.mark.parametrize("cell", ["A=1", "5-3", "Ünïcode =", " plain", "'=1", "*.ca.gov", "~", "é@x", "\n=1"])
def test_any_other_cell_is_left_alone(tmp_path, cell):
    path = snapshot_of(tmp_path, [row(cell)])
    assert csv_rows(reports.content(path, everything(), "csv"))[1][0] == cell


def test_a_negative_number_is_no_formula(tmp_path):
    """Never numbers or dates."""
    path = snapshot_of(tmp_path, [row("=1", n=-5, ratio=-0.5)])
    assert csv_rows(reports.content(path, everything(), "csv"))[1] == ["'=1", "", "", "-0.5", "", "-5"]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/London"])
def test_instants_carry_the_offset_that_the_zone_has_at_that_moment(tmp_path, zone):
    """Every half-hour around every change of two years, and every tenth day of twenty, against the standard library."""
    ten_days = [datetime(2005, 1, 1, 12) + timedelta(days=10 * step) for step in range(730)]
    starts = [
        datetime(2026, 3, 7),
        datetime(2026, 3, 28),
        datetime(2026, 4, 4),
        datetime(2026, 10, 3),
        datetime(2026, 10, 24),
        datetime(2026, 10, 31),
    ]
    instants = ten_days + [
        start + timedelta(minutes=30 * step) + timedelta(seconds=shift) for start in starts for step in range(96) for shift in (-1, 0, 1)
    ]
    path = snapshot_of(tmp_path, [row(at=at) for at in instants], zone)
    expected = [at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).isoformat() for at in instants]
    assert [line[1] for line in csv_rows(reports.content(path, everything(), "csv"))[1:]] == expected[::-1]
    assert [each["happened_at"] for each in json.loads(reports.content(path, everything(), "json"))] == expected[::-1]
    assert [written(at, zone) for at in instants] == expected


def test_the_text_of_an_instant_is_the_one_that_where_compares(tmp_path):
    """`--where` compares the text of the exported form, so the registry's expression and the file must agree."""
    instants = [datetime(2026, 3, 8, 9, 59, 59), datetime(2026, 3, 8, 10), datetime(2026, 11, 1, 8, 30), datetime(2026, 11, 1, 9, 30, 0, 123456)]
    path = snapshot_of(tmp_path, [row(at=at) for at in instants])
    with snapshots.open_read_only(path) as connection:
        compared = connection.execute(f"select {COLUMNS[1].exported} from rows order by position desc").fetchall()
    assert [line[1] for line in csv_rows(reports.content(path, everything(), "csv"))[1:]] == [text for (text,) in compared]


def test_json_is_an_array_of_objects_with_numbers_as_numbers(tmp_path):
    path = snapshot_of(tmp_path, [row("a", datetime(2026, 1, 1, 8), date(2026, 1, 2), 0.25, True, 7), row(None)])
    assert json.loads(reports.content(path, everything(), "json")) == [
        {"cell": None, "happened_at": None, "due_on": None, "part_ratio": None, "is_due": None, "n_count": None},
        {"cell": "a", "happened_at": "2026-01-01T00:00:00-08:00", "due_on": "2026-01-02", "part_ratio": 0.25, "is_due": True, "n_count": 7},
    ]


def test_parquet_keeps_the_types_and_instants_are_utc(tmp_path):
    path = snapshot_of(tmp_path, [row("a", datetime(2026, 1, 1, 8), date(2026, 1, 2), 0.25, True, 7)])
    reports.write(path, everything(), "parquet", tmp_path / "rows.parquet")
    (only,) = pyarrow.parquet.read_table(tmp_path / "rows.parquet").to_pylist()
    assert only == {
        "cell": "a",
        "happened_at": datetime(2026, 1, 1, 8, tzinfo=UTC),
        "due_on": date(2026, 1, 2),
        "part_ratio": 0.25,
        "is_due": True,
        "n_count": 7,
    }


def test_a_workbook_says_what_it_is_and_has_typed_cells(tmp_path):
    path = snapshot_of(tmp_path, [row("a", datetime(2026, 1, 1, 8), date(2026, 1, 2), 0.25, True, 7)])
    reports.write(path, everything(), "xlsx", tmp_path / "rows.xlsx", about=[("Snapshot", "20260101T080000Z-0123456789ab"), ("As of", "=now")])
    about, rows = sheet_cells(tmp_path / "rows.xlsx", 1), sheet_cells(tmp_path / "rows.xlsx", 2)
    assert "20260101T080000Z-0123456789ab" in about[0][1][1]
    assert "'=now" in about[1][1][1]
    assert any("is_due" in line[0][1] and "due_on is before" in line[1][1] for line in about[2:])
    assert [text for _, text in rows[0]] == [f"<is><t>{column.name}</t></is>" for column in COLUMNS]
    assert rows[1] == [
        ("inlineStr", "<is><t>a</t></is>"),
        ("inlineStr", "<is><t>2026-01-01T00:00:00-08:00</t></is>"),
        (None, "<v>46024</v>"),
        (None, "<v>0.25</v>"),
        ("b", "<v>1</v>"),
        (None, "<v>7</v>"),
    ]


def test_the_same_rows_make_the_same_workbook(tmp_path):
    path = snapshot_of(tmp_path, [row("a", datetime(2026, 1, 1, 8), date(2026, 1, 2), 0.25, True, 7)])
    assert reports.content(path, everything(), "xlsx") == reports.content(path, everything(), "xlsx")


def test_a_workbook_refuses_what_a_sheet_cannot_hold(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "ROWS_MAX", 2)
    path = snapshot_of(tmp_path, [row(), row(), row()])
    reports.write(path, everything(least=0), "xlsx", tmp_path / "two.xlsx")
    with pytest.raises(
        UserError, match=r"^--format xlsx: a sheet holds 2 rows and there are more\. Use --format csv, or narrow the rows with --where\.$"
    ):
        reports.write(path, everything(), "xlsx", tmp_path / "three.xlsx")
    assert not (tmp_path / "three.xlsx").exists()


def test_a_workbook_refuses_a_cell_that_is_too_long(tmp_path):
    path = snapshot_of(tmp_path, [row("x" * 32_768)])
    with pytest.raises(UserError, match=r"^--format xlsx: cell in row 1 has 32,768 characters; a cell holds 32,767\. Use --format csv\.$"):
        reports.content(path, everything(), "xlsx")


@pytest.mark.parametrize("format", reports.FORMATS)
def test_no_rows_are_a_whole_file(tmp_path, format):
    path = snapshot_of(tmp_path, [])
    content = reports.content(path, everything(), format)
    assert {
        "csv": content.count(b"\r\n") == 1,
        "json": content.split() == [b"[", b"]"],
        "parquet": content[:4] == b"PAR1",
        "xlsx": content[:2] == b"PK",
    }[format]


def test_a_stream_gets_the_bytes_of_the_file(tmp_path):
    path = snapshot_of(tmp_path, [row("a"), row("b")])
    stream = io.BytesIO()
    reports.write(path, everything(), "csv", stream)
    reports.write(path, everything(), "csv", tmp_path / "rows.csv")
    assert stream.getvalue() == (tmp_path / "rows.csv").read_bytes() == reports.content(path, everything(), "csv")


def test_a_failed_report_leaves_the_old_file_and_nothing_else(tmp_path):
    path = snapshot_of(tmp_path, [row("x" * 40_000)])
    (tmp_path / "rows.xlsx").write_text("old")
    with pytest.raises(UserError):
        reports.write(path, everything(), "xlsx", tmp_path / "rows.xlsx")
    assert (tmp_path / "rows.xlsx").read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["rows.duckdb", "rows.xlsx"]


def test_a_named_pipe_is_written_to_and_not_replaced(tmp_path):
    path = snapshot_of(tmp_path, [row("a")])
    os.mkfifo(tmp_path / "pipe")
    reader = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    reports.write(path, everything(), "csv", tmp_path / "pipe")
    assert os.read(reader, 1000).endswith(b"a,,,,,\r\n")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    path = snapshot_of(tmp_path, [row("a")])
    with pytest.raises(UserError, match=rf"^--out {tmp_path}/no/rows\.csv: there is no folder {tmp_path}/no\. Make it, or name a file elsewhere\.$"):
        reports.write(path, everything(), "csv", tmp_path / "no" / "rows.csv")


def test_a_report_can_be_written_beside_a_page_that_reads_the_same_snapshot(tmp_path):
    """The page's connection is locked against writing files; settings are shared by all connections of a process to one file."""
    path = snapshot_of(tmp_path, [row("a")])
    with snapshots.open_read_only(path) as page:
        assert reports.content(path, everything(), "csv").endswith(b"a,,,,,\r\n")
        with pytest.raises(duckdb.PermissionException):
            page.execute(f"copy rows to '{tmp_path}/leak.csv'").fetchall()


def test_the_offset_changes_at_the_second_of_the_transition():
    zone = ZoneInfo("America/Los_Angeles")
    spans = copies._offsets(zone, datetime(2026, 1, 1), datetime(2026, 12, 31))
    assert [at for at, _ in spans[1:]] == [datetime(2026, 3, 8, 10), datetime(2026, 11, 1, 9)]
