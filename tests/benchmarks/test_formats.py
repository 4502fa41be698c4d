"""JSON, XML and XLSX exports, each against the barest or the usual way to read the same file."""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pytest
import xlsxwriter

from tests.benchmarks import data
from tests.benchmarks.processes import Run, Runs, in_turns, run
from tests.benchmarks.results import Found, record, seconds

pytestmark = pytest.mark.bench

SHEET_ROWS = 32_000
PRODUCT = """
import importlib, sys
from pathlib import Path
from pipelines.engines import duckdb_engine
from pipelines.exports.content import Staging
reader, path, stem = sys.argv[1:]
path, staging = Path(path), Staging(Path(stem))
staging.remove()
reader = importlib.import_module("pipelines.exports." + reader)
print(reader.read(path, path.name, staging, duckdb_engine.connect(), lambda headers: None, lambda words, share: None).row_count)
"""
READ_JSON = """
import sys, duckdb
source, database = sys.argv[1:]
with duckdb.connect(database) as connection:
    connection.execute("set enable_progress_bar = false").fetchall()
    connection.execute("create table requests as select * from read_json(?, format = 'array')", [source]).fetchall()
    print(connection.execute("select count(*) from requests").fetchall()[0][0])
"""
ITERPARSE = """
import sys
from lxml import etree
row_count = 0
for _, element in etree.iterparse(sys.argv[1]):
    row_count += element.tag == "sc_req_item"
    element.clear()
print(row_count)
"""
OPENPYXL = """
import sys, openpyxl
workbook = openpyxl.load_workbook(sys.argv[1], read_only=True)
print(sum(sum(1 for row in sheet.iter_rows(min_row=2, values_only=True)) for sheet in workbook))
"""


def kept(name: str, write: Callable[[Path], None]) -> Path:
    """A file in the folder of made-up exports, written once."""
    path = data.folder() / name
    if not path.exists():
        beside = path.with_suffix(".part")
        write(beside)
        beside.replace(path)
    return path


def cells(rows: int) -> tuple[list[str], list[tuple]]:
    """Headers and rows of text of the made-up requests."""
    with duckdb.connect() as connection:
        cursor = connection.execute("select * from read_csv(?, all_varchar = true, header = true)", [str(data.requests(rows))])
        return [column[0] for column in cursor.description], cursor.fetchall()


def as_json(rows: int, path: Path) -> None:
    """A bare array."""
    with duckdb.connect() as connection:
        connection.execute("set enable_progress_bar = false").fetchall()
        reading = f"select * from read_csv('{data.requests(rows)}', all_varchar = true, header = true)"
        connection.execute(f"copy ({reading}) to '{path}' (format json, array true)").fetchall()


def as_xml(rows: int, path: Path) -> None:
    """One `sc_req_item` a row."""
    headers, table = cells(rows)
    with path.open("w", encoding="utf-8") as writing:
        writing.write('<?xml version="1.0" encoding="UTF-8"?><unload unload_date="2025-07-01 00:00:00">\n')
        for row in table:
            fields = "".join(f"<{header}>{escape(text)}</{header}>\n" if text else f"<{header}/>\n" for header, text in zip(headers, row, strict=True))
            writing.write(f'<sc_req_item action="INSERT_OR_UPDATE">\n{fields}</sc_req_item>\n')
        writing.write("</unload>\n")


def as_xlsx(rows: int, path: Path) -> None:
    """Sheets of 32,000 rows, their texts in their cells."""
    headers, table = cells(rows)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        for first in range(0, len(table), SHEET_ROWS):
            sheet = workbook.add_worksheet()
            sheet.write_row(0, 0, headers)
            for place, row in enumerate(table[first : first + SHEET_ROWS], start=1):
                for column, text in enumerate(row):
                    if text:
                        sheet.write_string(place, column, text)


def product(reader: str, path: Path, folder: Path, turn: int) -> Run:
    """The reader alone, in a process of its own: rows, original bytes and hash are written."""
    return run([sys.executable, "-c", PRODUCT, reader, path, folder / "staged"])


def floor(program: str, path: Path, *out: Path, turn: int) -> Run:
    """A bare program on the same file."""
    for each in out:
        each.unlink(missing_ok=True)
    return run([sys.executable, "-c", program, path, *out])


def reported(found: dict[str, Runs], rows: int) -> tuple[Runs, Runs, dict[str, str], dict[str, int]]:
    """The two works, their medians and peaks; both read every row."""
    for each in found.values():
        assert each.runs[-1].stdout.split() == [str(rows)]
    certboard, other = found.values()
    medians = {name: seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    return certboard, other, medians, {name: each.peak_bytes for name, each in found.items()}


def test_json_against_read_json(rows, rounds, tmp_path):
    """A bare array: the rows as text, hashed and kept, against DuckDB's own reading into a table."""
    path = kept(f"requests-{rows}.json", partial(as_json, rows))
    database = tmp_path / "floor.duckdb"
    works = {"certboard": partial(product, "json_rows", path, tmp_path), "read_json": lambda turn: floor(READ_JSON, path, database, turn=turn)}
    certboard, other, medians, peaks = reported(in_turns(rounds, works), rows)
    ratio = certboard.seconds / other.seconds
    words = f"{ratio:.2f} x (by CPU time {certboard.cpu_seconds / other.cpu_seconds:.2f} x)"
    record("json", Found(medians, words, ratio <= 1.4 and certboard.peak_bytes <= 1e9, rounds, peaks), rows=rows)


def test_xml_against_iterparse(rows, rounds, tmp_path):
    """A quarter of the rows: the rows as text, document types refused, against lxml seeing every element."""
    count = rows // 4
    path = kept(f"requests-{count}.xml", partial(as_xml, count))
    works = {"certboard": partial(product, "xml_rows", path, tmp_path), "iterparse": lambda turn: floor(ITERPARSE, path, turn=turn)}
    certboard, other, medians, peaks = reported(in_turns(rounds, works), count)
    ratio = certboard.seconds / other.seconds
    words = f"{ratio:.2f} x (by CPU time {certboard.cpu_seconds / other.cpu_seconds:.2f} x)"
    record("xml", Found(medians, words, ratio <= 3.2 and certboard.peak_bytes <= 1e9, rounds, peaks), rows=rows)


def test_xlsx_against_openpyxl(rows, rounds, tmp_path):
    """A tenth of the rows: measured before it is opened, then the rows as text, against openpyxl giving every cell."""
    count, rounds = rows // 10, min(rounds, 3)
    path = kept(f"requests-{count}.xlsx", partial(as_xlsx, count))
    works = {"certboard": partial(product, "spreadsheet", path, tmp_path), "openpyxl": lambda turn: floor(OPENPYXL, path, turn=turn)}
    certboard, other, medians, peaks = reported(in_turns(rounds, works), count)
    ratio = other.seconds / certboard.seconds
    words = f"{ratio:.2f} x faster (by CPU time {other.cpu_seconds / certboard.cpu_seconds:.2f} x)"
    record("xlsx", Found(medians, words, ratio >= 4.5, rounds, peaks), rows=rows)
