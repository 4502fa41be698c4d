"""XLSX: a sheet that says what the numbers are, and a sheet of rows, written a row at a time."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import xlsxwriter

from pipelines.errors import UserError
from pipelines.instants import written
from pipelines.metrics import Column, Query
from pipelines.reports.definitions import DEFINITIONS

ROWS_MAX = 1_048_575  # below the header of a sheet
CELL_CHARACTERS_MAX = 32_767
_BATCH = 10_000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write(connection: duckdb.DuckDBPyConnection, query: Query, path: Path, about: Sequence[tuple[str, str]]) -> None:
    """Write the rows of `query`. `about`: (label, words) for the first sheet, above the meaning of each column.

    Instants are ISO 8601 text, because a cell of a workbook has no zone; dates, numbers and booleans are typed cells.
    Raises UserError when a sheet cannot hold the rows or a cell its text.
    """
    zone = connection.execute("select current_setting('TimeZone')").fetchall()[0][0]
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "in_memory": False})
    # Without a fixed date the same rows would give other bytes each time.
    book.set_properties({"created": datetime(2000, 1, 1)})
    try:
        formats = {"head": book.add_format({"bold": True}), "date": book.add_format({"num_format": "yyyy-mm-dd"})}
        _about(book.add_worksheet("About"), formats, query.columns, about)
        _rows(book.add_worksheet("Rows"), formats, query, _fetched(connection, query), zone)
        book.close()
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}). Free space there, or name another file.") from error


def _fetched(connection: duckdb.DuckDBPyConnection, query: Query) -> Iterator[tuple]:
    result = connection.execute(query.sql, list(query.parameters))
    while batch := result.fetchmany(_BATCH):
        yield from batch


def _about(sheet, formats: dict, columns: Sequence[Column], about: Sequence[tuple[str, str]]) -> None:
    sheet.set_column(0, 0, 32)
    sheet.set_column(1, 1, 110)
    for row, (label, words) in enumerate(about):
        sheet.write_string(row, 0, _safe(label), formats["head"])
        sheet.write_string(row, 1, _safe(words))
    start = len(about) + 1 if about else 0
    sheet.write_string(start, 0, "Column", formats["head"])
    sheet.write_string(start, 1, "Meaning", formats["head"])
    for row, column in enumerate(columns, start=start + 1):
        sheet.write_string(row, 0, column.name)
        sheet.write_string(row, 1, DEFINITIONS.get(column.name, ""))


def _rows(sheet, formats: dict, query: Query, rows: Iterator[tuple], zone: str) -> None:
    sheet.freeze_panes(1, 0)
    for position, column in enumerate(query.columns):
        sheet.set_column(position, position, max(12, len(column.name) + 2))
        sheet.write_string(0, position, column.name, formats["head"])
    for row, values in enumerate(rows, start=1):
        if row > ROWS_MAX:
            raise UserError(f"--format xlsx: a sheet holds {ROWS_MAX:,} rows and there are more. Use --format csv, or narrow the rows with --where.")
        for position, (column, value) in enumerate(zip(query.columns, values, strict=True)):
            if value is None:
                continue
            if column.kind == "text":
                sheet.write_string(row, position, _fitting(column.name, row, _safe(value)))
            elif column.kind == "instant":
                sheet.write_string(row, position, written(value, zone))
            elif column.kind == "date":
                sheet.write_datetime(row, position, value, formats["date"])
            elif column.kind == "boolean":
                sheet.write_boolean(row, position, value)
            else:
                sheet.write_number(row, position, value)


def _safe(cell: str) -> str:
    """The cell with a leading apostrophe where a spreadsheet would read it as a formula."""
    return "'" + cell if cell.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else cell


def _fitting(name: str, row: int, cell: str) -> str:
    if len(cell) > CELL_CHARACTERS_MAX:
        raise UserError(f"--format xlsx: {name} in row {row:,} has {len(cell):,} characters; a cell holds {CELL_CHARACTERS_MAX:,}. Use --format csv.")
    return cell
