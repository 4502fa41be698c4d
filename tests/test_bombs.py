"""Files made to fill the memory: each is one clear error or is read, and never takes a gigabyte."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.command_line import environment
from tests.test_spreadsheet import a_workbook

MEGABYTE = 1 << 20
LIMIT_BYTES = 1_000_000_000
PROGRAM = """
import importlib, json, re, sys
from pathlib import Path
from pipelines.engines import duckdb_engine
from pipelines.errors import UserError
from pipelines.exports.content import Staging
reader, path = importlib.import_module("pipelines.exports." + sys.argv[1]), Path(sys.argv[2])
staging = Staging(path.parent / "staged")
try:
    content = reader.read(path, path.name, staging, duckdb_engine.connect(), lambda headers: None, lambda words, share: None)
    found = {"row_count": content.row_count, "malformed_count": content.malformed_count}
except UserError as error:
    found = {"error": str(error)}
staging.remove()
found["left"] = sorted(each.name for each in path.parent.iterdir() if each != path)
# What getrusage says begins with the size of the process that started this one.
found["peak_bytes"] = int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024
print(json.dumps(found))
"""


class Outcome(NamedTuple):
    """The error, empty where there was none, and the counts."""

    error: str
    row_count: int
    malformed_count: int


def outcome(reader: str, path: Path) -> Outcome:
    """What a process of its own makes of a file, which alone lies in its folder, within the memory limit; the file is then deleted."""
    command = [sys.executable, "-c", PROGRAM, reader, str(path)]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=120, check=False)
    path.unlink()
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["peak_bytes"] < LIMIT_BYTES
    assert found["left"] == []
    return Outcome(found.get("error", ""), found.get("row_count", 0), found.get("malformed_count", 0))


def large(path: Path, *pieces: bytes | tuple[bytes, int]) -> Path:
    """A file of these pieces; a pair is a piece and how often it is repeated."""
    with path.open("wb") as writing:
        for chunk in _chunks(pieces):
            writing.write(chunk)
    return path


def _chunks(pieces: Iterable[bytes | tuple[bytes, int]]) -> Iterator[bytes]:
    for piece in pieces:
        text, times = piece if isinstance(piece, tuple) else (piece, 1)
        together = max(1, min(times, MEGABYTE // len(text)))
        for _ in range(times // together):
            yield text * together
        yield text * (times % together)


GIGABYTE_OF_X = (b"x" * 1024, MEGABYTE)
GIGABYTE_OF_LINES = (b"x" * 1022 + b"\r\n", MEGABYTE)


@pytest.mark.parametrize("cell", [GIGABYTE_OF_X, GIGABYTE_OF_LINES], ids=["one line", "many lines"])
def test_a_gigabyte_in_a_cell_of_csv(tmp_path, cell):
    """The record is named, and what its quotes may mean."""
    path = large(tmp_path / "a.csv", b'number,state,text\r\nR1,open,\r\nR2,open,"', cell, b'"\r\nR3,open,\r\n')
    assert outcome("delimited", path).error.startswith("a.csv: row 2 is longer than 16,777,216 characters, so a cell is damaged or its quotes never end.")


def test_many_long_cells_of_csv(tmp_path):
    """Long cells do not gather: a batch ends by its characters too."""
    path = large(tmp_path / "a.csv", b"number,text\r\nR0\r\n", (b"R1," + b"x" * 3 * MEGABYTE + b"\r\n", 150))
    assert outcome("delimited", path) == ("", 151, 1)


def test_a_gigabyte_in_a_text_of_json(tmp_path):
    path = large(tmp_path / "a.json", b'{"records": [{"a": "1"}, {"a": "', GIGABYTE_OF_X, b'"}]}')
    assert outcome("json_rows", path).error.startswith("a.json: row 2 is longer than 8,388,608 characters or no JSON (unterminated string")


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([(b"[", 20 * MEGABYTE)], "a.json: row 1 has values nested too deeply"),
        ([b'[{"a": ', (b"[", MEGABYTE), (b"]", MEGABYTE), b"}]"], "a.json: row 1 has values nested too deeply"),
        ([(b'{"a":', MEGABYTE), b"1", (b"}", MEGABYTE)], "a.json: row 1 has values nested too deeply"),
        ([b'{"x": ', (b"[", MEGABYTE), (b"]", MEGABYTE), b', "records": [{"a": 1}]}'], "a.json: row 1 has values nested too deeply"),
        ([b'[{"a": 1}', (b",1", 10 * MEGABYTE), b"]"], "a.json: more than 100,000 of its records are no rows; the first is a single value"),
        ([b'[{"a": 1}', (b" ", 200 * MEGABYTE)], "a.json: ends inside its JSON, after row 1"),
        ([b'[{"a": [1', (b",1", 10 * MEGABYTE), b"]}]"], "a.json: row 1 is longer than 8,388,608 characters"),
        ([b'[{"a": 1', (b"0", 100 * MEGABYTE), b"}]"], "a.json: row 1 is longer than 8,388,608 characters"),
        ([b'[{"a":1,', b",".join(b'"k%d":1' % each for each in range(300_000)), b"}]"], "a.json: its records have more than 2,000 different fields"),
        ([b"[", b",".join(b'{"k%d":1}' % each for each in range(500_000)), b"]"], "a.json: its records have more than 2,000 different fields"),
    ],
    ids=[
        "open lists", "lists in a cell", "objects", "lists in the wrapper", "scalars", "blanks", "a long list", "a long number", "keys of a row",
        "keys of all rows",
    ],
)  # fmt: skip
def test_shapes_of_json_that_are_no_list(tmp_path, pieces, message):
    """Deep, endless or with a field for every row: one error, never one of the stack or the memory."""
    assert outcome("json_rows", large(tmp_path / "a.json", *pieces)).error.startswith(message)


def test_many_long_records_of_json(tmp_path):
    """Two thousand of them are read at once where they are short; these are not."""
    path = large(tmp_path / "a.json", b'[{"a": "0"}', (b',{"a": "' + b"x" * 4 * MEGABYTE + b'"}', 120), b"]")
    assert outcome("json_rows", path) == ("", 121, 0)


LAUGHS = b"<!DOCTYPE unload [" + b"".join(b'<!ENTITY a%d "%s">' % (each, b"&a%d;" % (each - 1) * 10) for each in range(1, 12)) + b"]>"
NESTED = "has elements nested too deeply to be a record of a list"


@pytest.mark.parametrize(
    ("pieces", "message"),
    [
        ([LAUGHS, b"<unload><t><a>&a11;</a></t></unload>"], "a.xml: holds a document type declaration"),
        ([b'<!DOCTYPE unload [<!ENTITY a "', (b"x", MEGABYTE), b'">]><unload><t><a>', (b"&a;", MEGABYTE)], "a.xml: holds a document type declaration"),
        ([b"<unload><t><a>1</a></t><t><b>1</b><a>", GIGABYTE_OF_X, b"</a></t></unload>"], "a.xml: row 2, field a: the record is longer than 16,777,216"),
        ([b"<unload><t><a>1</a></t><t><a display_value='", GIGABYTE_OF_X, b"'/></t></unload>"], "a.xml: has a tag or comment of more than 16,777,216 bytes"),
        ([b"<unload><!--", GIGABYTE_OF_X, b"--></unload>"], "a.xml: has a tag or comment of more than 16,777,216 bytes"),
        ([b"<unload><t>", (b"<a>", 20 * MEGABYTE)], f"a.xml: row 1 {NESTED}"),
        ([b"<unload>", b"".join(b"<t><k%d/></t>" % each for each in range(500_000))], "a.xml: its records have more than 2,000 different fields"),
        ([b"<unload><t>", b"".join(b"<k%d/>" % each for each in range(500_000))], "a.xml: row 1 has more than 2,000 fields"),
        ([b"<unload>", (b"<t><a/><a/></t>", 10 * MEGABYTE)], "a.xml: more than 100,000 of its records are no rows; the first has the field a twice"),
    ],
    ids=["laughs", "quadratic", "a gigabyte", "an attribute", "a comment", "nesting", "fields of all rows", "fields of a row", "no rows"],
)  # fmt: skip
def test_bombs_of_xml(tmp_path, pieces, message):
    """Entities are refused where they are declared; what has no end is refused where it passes the limit."""
    assert outcome("xml_rows", large(tmp_path / "a.xml", *pieces)).error.startswith(message)


SHEET = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
NAMESPACE = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
START = b'<worksheet xmlns="%s"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>' % NAMESPACE
END = b"</sheetData></worksheet>"
TEXTS = b'<sst xmlns="%s">' % NAMESPACE
SHARED_TYPE = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"


def a_bomb(path: Path, member: str, *pieces: bytes | tuple[bytes, int], shared: bytes = b"") -> Path:
    """A workbook of one row, one member of which is these pieces instead; `shared` are its shared texts."""
    whole = a_workbook(path.with_suffix(".whole"), [["a"], ["1"]])
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as copy:
        for each in source.infolist():
            if each.filename not in (member, SHARED):
                listed = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%s"/></Types>' % SHARED_TYPE
                copy.writestr(each.filename, source.read(each).replace(b"</Types>", listed))
        if shared:
            copy.writestr(SHARED, shared)
        with copy.open(member, "w", force_zip64=True) as writing:
            for chunk in _chunks(pieces):
                writing.write(chunk)
    whole.unlink()
    return path


@pytest.mark.parametrize(
    ("member", "pieces", "message"),
    [
        ("xl/theme/theme1.xml", [(b" " * 1024, MEGABYTE)], "a.xlsx: unpacks to more than 536,870,912 bytes"),
        ("xl/workbook.xml", [b"<workbook>", GIGABYTE_OF_X], "a.xlsx: names more sheets than a list has"),
        (SHEET, [START, b'<row r="2"><c r="A2" t="inlineStr"><is><t>', GIGABYTE_OF_X, b"</t></is></c></row>"], "a.xlsx: has a cell of more than 1,048,576"),
        (SHARED, [TEXTS, b"<si><t>", GIGABYTE_OF_X, b"</t></si></sst>"], "a.xlsx: has a cell of more than 1,048,576 bytes"),
        (SHARED, [TEXTS, (b"<si/>", 8 * MEGABYTE), b"</sst>"], "a.xlsx: holds more than 8,000,000 different texts"),
        (SHEET, [START, b'<row r="900000"><c r="ZZ900000"><v>1</v></c></row>', END], "a.xlsx: a sheet reaches to row 900,000 and column 702"),
        (
            SHEET,
            [START, (b"<row><c><v>1</v></c></row>", MEGABYTE), b"<row>", (b"<c><v>1</v></c>", 100), b"</row>", END],
            "a.xlsx: a sheet reaches to row 1,048,578 and column 100",
        ),
    ],
    ids=["a member", "the directory", "a cell", "a shared text", "shared texts", "a corner", "cells without place"],
)  # fmt: skip
def test_bombs_of_spreadsheets(tmp_path, member, pieces, message):
    """What is packed is measured as it unpacks, before anything lays it out."""
    assert outcome("spreadsheet", a_bomb(tmp_path / "a.xlsx", member, *pieces)).error.startswith(message)


def test_a_spreadsheet_that_shows_one_text_a_million_times(tmp_path):
    """A shared text is small in the file and large in every cell that shows it."""
    shared = TEXTS + b"<si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    pieces = [START, *(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (row, row) for row in range(2, 200_000)), END]
    error = outcome("spreadsheet", a_bomb(tmp_path / "a.xlsx", SHEET, *pieces, shared=shared)).error
    assert error.startswith("a.xlsx: a sheet shows more than 536,870,912 bytes of text")


def test_a_spreadsheet_that_lies_about_its_size(tmp_path):
    """The directory of a zip file says ten bytes; the bytes say otherwise."""
    path = a_bomb(tmp_path / "a.xlsx", "xl/theme/theme1.xml", (b" " * 1024, MEGABYTE // 2 + 1))
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as file:
        size = file.getinfo("xl/theme/theme1.xml").file_size
    claimed = size.to_bytes(4, "little")
    assert claimed in content
    path.write_bytes(bytes(content).replace(claimed, (10).to_bytes(4, "little")))
    assert outcome("spreadsheet", path).error.startswith(("a.xlsx: unpacks to more than", "a.xlsx: is not a readable spreadsheet"))
