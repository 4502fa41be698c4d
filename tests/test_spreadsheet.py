"""XLSX exports: all sheets as one list, every cell as a person would write it."""

import datetime as dt
import zipfile

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines.errors import UserError
from pipelines.exports import spreadsheet
from tests.files import written
from tests.read_exports import read

STOPPED = "Export stopped due to excessive size. Use CSV for a complete export"


def a_workbook(path, *sheets, errors=()):
    """A file whose sheets have these rows; `errors`: cells of the first sheet, by name, with an error's text."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for position, rows in enumerate(sheets, start=1):
        sheet = workbook.create_sheet(f"Page {position}")
        for row in rows:
            sheet.append(row)
    for place, text in errors:
        workbook.worksheets[0][place] = text
        workbook.worksheets[0][place].data_type = "e"
    workbook.save(path)
    return path


def test_all_sheets_are_one_list(tmp_path):
    """An export splits at 32,000 rows a sheet; an empty sheet and empty rows are passed over."""
    path = a_workbook(tmp_path / "a.xlsx", [["Number", "State"], ["R1", "open"]], [], [[None, None], ["Number", "State"], [], ["R2", None]])
    found = read(spreadsheet, path)
    assert (found.content.headers, found.rows) == (("Number", "State"), [(1, "R1", "open"), (2, "R2", None)])
    assert found.recognised == [("Number", "State")]
    assert not found.content.holds_system_values


def test_full_sheets_keep_their_order(tmp_path):
    """Three sheets of 32,000 rows: the numbers run on."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        for first in (0, 32_000, 64_000):
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, ["Number"])
            for row in range(32_000):
                sheet.write_string(row + 1, 0, f"R{first + row}")
    found = read(spreadsheet, path)
    assert found.rows == [(position + 1, f"R{position}") for position in range(96_000)]


def test_cells_are_written_as_people_write_them(tmp_path):
    """Text keeps its zeros, numbers have no trailing .0, times are ISO, a bare date is a date, a duration is hours, an error is its text."""
    header = list("abcdefghijk")
    row = [
        "007", 7, 7.0, 1.5, 12345678901234567, True, dt.datetime(2026, 3, 1, 10, 0, 1), dt.date(2026, 3, 1), dt.timedelta(days=1, hours=2, seconds=3),
        dt.time(9, 30), None,
    ]  # fmt: skip
    path = a_workbook(tmp_path / "a.xlsx", [header, row, [False, -2.0, 1e-7, 1e20, 0, " sp ", "x\ny"]], errors=[("K2", "#N/A"), ("H3", "#DIV/0!")])
    assert read(spreadsheet, path).cells == [
        ("007", "7", "7", "1.5", "12345678901234570", "true", "2026-03-01 10:00:01", "2026-03-01", "26:00:03", "09:30:00", "#N/A"),
        ("false", "-2", "0.0000001", "100000000000000000000", "0", " sp ", "x\ny", "#DIV/0!", None, None, None),
    ]


def test_dates_count_from_1904_where_the_workbook_says_so(tmp_path):
    """Workbooks of old Macs have another first day."""
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, ["Number", "Opened"])
        sheet.write(1, 0, "R1")
        sheet.write_datetime(1, 1, dt.datetime(2026, 3, 1, 10, 0), workbook.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}))
    assert read(spreadsheet, path).cells == [("R1", "2026-03-01 10:00:00")]


def test_a_cell_beyond_the_header_makes_a_record_malformed(tmp_path):
    """Shorter rows are filled up; longer ones are set aside with their number."""
    path = a_workbook(tmp_path / "a.xlsx", [["a", "b"], ["1"], ["2", "3", "4"], ["5", "6"]])
    found = read(spreadsheet, path)
    assert found.rows == [(1, "1", None), (3, "5", "6")]
    assert found.malformed == [(2, "2\t3\t4", "has 3 cells, the header has 2")]


def test_headers_become_distinct_columns(tmp_path):
    """Empty and repeated labels, and a number as a label."""
    found = read(spreadsheet, a_workbook(tmp_path / "a.xlsx", [["A", None, "A", 3.0], ["1", "2", "3", "4"]]))
    assert found.content.headers == ("A", "", "A", "3")
    assert found.content.columns == ("A", "column 2", "A (2)", "3")
    assert found.cells == [("1", "2", "3", "4")]


def test_a_header_alone_is_a_list_without_rows(tmp_path):
    """Whether an export may be empty is not the reader's to say."""
    found = read(spreadsheet, a_workbook(tmp_path / "a.xlsx", [["a", "b"]]))
    assert (found.content.headers, found.content.row_count, found.rows) == (("a", "b"), 0, [])


def test_sheets_of_different_lists_are_refused(tmp_path):
    """The error names both sheets."""
    path = a_workbook(tmp_path / "a.xlsx", [["a", "b"], ["1", "2"]], [["a", "c"], ["1", "2"]])
    with pytest.raises(UserError) as error:
        read(spreadsheet, path)
    assert str(error.value) == (
        'a.xlsx: its sheets "Page 1" and "Page 2" have different header rows, and one export is one list. Save each sheet as a file of its own.'
    )


def test_the_limits_of_list_exports_are_said(tmp_path):
    """Exactly 10,000 rows, and the line of a stopped export."""
    path = a_workbook(tmp_path / "a.xlsx", [["a", "b"], *([f"R{position}", "x"] for position in range(10_000)), [STOPPED]])
    found = read(spreadsheet, path)
    assert found.content.row_count == 10_000
    assert found.content.warnings == (
        "a.xlsx has exactly 10,000 rows, the export limit. Rows are probably missing.",
        f'a.xlsx: the line "{STOPPED}" is no record and is not counted. Rows are missing.',
    )


DAMAGED = "is not a readable spreadsheet"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", DAMAGED),
        (b"Number,State\r\n", DAMAGED),
        (b"PK\x03\x04 cut off", DAMAGED),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is an old .xls file or protected by a password. Save it as .xlsx without a password"),
    ],
)
def test_what_is_no_workbook_is_one_clear_error(tmp_path, content, message):
    """Damaged, encrypted or old: the error says what to do."""
    with pytest.raises(UserError, match=f"^a.xlsx: {message}"):
        read(spreadsheet, written(tmp_path / "a.xlsx", content))


def test_an_empty_workbook_is_an_error(tmp_path):
    with pytest.raises(UserError, match=r"^a\.xlsx: is empty\."):
        read(spreadsheet, a_workbook(tmp_path / "a.xlsx", []))


def test_any_damage_is_one_clear_error_or_changes_nothing(tmp_path):
    """A byte turned anywhere in the file: never a crash."""
    whole = a_workbook(tmp_path / "whole.xlsx", [["a", "b"], ["1", "2"]]).read_bytes()
    for position in range(0, len(whole), max(1, len(whole) // 100)):
        damaged = whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :]
        path = written(tmp_path / f"{position}.xlsx", damaged)
        try:
            read(spreadsheet, path)
        except UserError as error:
            assert str(error).startswith(f"{position}.xlsx: ")


def changed(path, target, member, old, new):
    """A copy of a workbook in which one member says something else."""
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for each in source.infolist():
            copy.writestr(each.filename, source.read(each).replace(old, new, 1) if each.filename == member else source.read(each))
    return target


@pytest.mark.parametrize("member", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_a_document_type_in_any_member_is_refused(tmp_path, member):
    """No spreadsheet has one; it could hide harmful entities."""
    path = a_workbook(tmp_path / "whole.xlsx", [["a"], ["1"]])
    with zipfile.ZipFile(path) as file:
        content = file.read(member)
    start = content[: content.index(b"<", content.index(b"?>") + 2 if b"?>" in content else 0)]
    bad = changed(path, tmp_path / "a.xlsx", member, start, start + b'<!DOCTYPE x [<!ENTITY a "ha">]>') if start else None
    bad = bad or changed(path, tmp_path / "a.xlsx", member, content, b'<!DOCTYPE x [<!ENTITY a "ha">]>' + content)
    with pytest.raises(UserError, match=r"^a\.xlsx: holds a document type declaration"):
        read(spreadsheet, bad)


@pytest.mark.parametrize("place", ['<c r="XFD1048576"', "<c\tr='XFD1048576'", '<x:c r="XFD1048576"'])
def test_a_cell_far_off_is_refused_before_it_is_laid_out(tmp_path, place):
    """The sheet would fill 400 GB of memory."""
    path = a_workbook(tmp_path / "whole.xlsx", [["a"], ["1"]])
    bad = changed(path, tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml", b'<c r="A2"', place.encode())
    with pytest.raises(UserError, match=r"^a\.xlsx: a sheet reaches to row 1,048,576 and column 16,384"):
        read(spreadsheet, bad)


def test_a_private_key_in_a_cell_is_refused(tmp_path):
    """It lies packed in the zip file, so the bytes of the file do not show it."""
    path = a_workbook(tmp_path / "a.xlsx", [["a"], ["-----BEGIN " + "PRIVATE KEY-----\nMIIE"]])
    with pytest.raises(UserError, match=r"^a\.xlsx: holds a private key"):
        read(spreadsheet, path)


letter = some.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff") | some.sampled_from("\t\n")
cell = some.text(letter, max_size=12)


@settings(max_examples=50)
@given(
    rows=some.lists(some.tuples(cell, cell, cell), min_size=1, max_size=20).filter(lambda rows: all(any(row) for row in rows)),
    is_shared=some.booleans(),
)
def test_any_texts_come_back(tmp_path_factory, rows, is_shared):
    """Random rows of text, in cells of their own or shared."""
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": not is_shared}) as workbook:
        sheet = workbook.add_worksheet()
        for place, row in enumerate([("a", "b", "c"), *rows]):
            for column, text in enumerate(row):
                if text:
                    sheet.write_string(place, column, text)
    assert read(spreadsheet, path).cells == [tuple(text or None for text in row) for row in rows]
