"""Reads an XLSX export: every sheet of it, one after the other, as one list under one header.

Text stays as it is, leading zeros included. A number is written as a person would, a time as `YYYY-MM-DD HH:MM:SS`, a bare date as `YYYY-MM-DD`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow as pa
import python_calamine

from pipelines.errors import UserError
from pipelines.exports import originals, workbooks
from pipelines.exports.content import SENTINEL, Content, Recognise, Say, Staging, column_names, truncation
from pipelines.exports.rows import BATCH_ROWS, Rows
from pipelines.exports.workbooks import Sheet

HALF_A_SECOND = timedelta(milliseconds=500)


def read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say) -> Content:
    """Write the rows, the malformed records and the compressed bytes of `path` to `staging`.

    Raises UserError for what is no spreadsheet, has sheets of different lists, or is still being written; OSError for a full disk.
    """
    before = path.stat()
    kept = originals.keep(path, name, staging.original, before.st_size, lambda share: say(f"Reading {name}", share))
    originals.refuse_change(path, name, before, kept.size_bytes)
    sheets = workbooks.measured(path, name)
    with Rows(staging, name) as rows, _opened(path, name) as workbook:
        reading = _List(name, rows, recognise)
        for position, sheet in enumerate(sheets):
            say(f"Parsing {name}", position / len(sheets))
            reading.take(sheet, _rows(workbook, sheet, name))
        if reading.headers is None:
            raise UserError(f"{name}: is empty. Export it again, with its header row and its rows.")
        _, found = rows.finish()
    originals.refuse_change(path, name, before, kept.size_bytes)
    warnings = tuple(truncation(name, found.row_count, reading.sentinel_count))
    return Content(kept.sha256, kept.size_bytes, reading.headers, reading.columns, found.row_count, found.malformed_count, warnings)


@contextmanager
def _reading(name: str) -> Iterator[None]:
    """Say what the library meets in one line; even its panics, which are no Exception."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        found = " ".join(str(error).split())[:200]
        raise UserError(f"{name}: is not a readable spreadsheet ({found}). Export the list again as XLSX or CSV.") from error


def _opened(path: Path, name: str) -> python_calamine.CalamineWorkbook:
    with _reading(name):
        return python_calamine.CalamineWorkbook.from_path(path)


def _rows(workbook: python_calamine.CalamineWorkbook, sheet: Sheet, name: str) -> Iterator[list]:
    """The rows of a sheet, from its first column with a cell on; error cells with their text."""
    with _reading(name):
        cells = workbook.get_sheet_by_name(sheet.name)
        if cells.start is None:
            return
        errors: dict[int, list[tuple[int, str]]] = {}
        for (row, column), text in sheet.errors.items():
            errors.setdefault(row, []).append((column - cells.start[1], text))
        for number, row in enumerate(cells.iter_rows()):
            for column, text in errors.get(number, ()):
                row[column] = text
            yield row


class _List:
    """One list over all sheets: the header of the first, the rows of all."""

    def __init__(self, name: str, rows: Rows, recognise: Recognise) -> None:
        self.headers: tuple[str, ...] | None = None
        self.columns: tuple[str, ...] = ()
        self.sentinel_count = 0
        self._name, self._rows, self._recognise = name, rows, recognise
        self._first_sheet = ""
        self._pending: list[Sequence] = []

    def take(self, sheet: Sheet, rows: Iterator[list]) -> None:
        """Take a sheet; an empty one is passed over. Raises UserError when its header is another than that of the first."""
        headers = None
        for row in rows:
            filled = len(row) - row.count("")
            if not filled:
                continue
            if headers is None:
                headers = self._header(sheet, row)
                width = len(headers)
            elif filled == 1 and SENTINEL in row:
                self.sentinel_count += 1
            elif any(cell != "" for cell in row[width:]):
                self._flush()
                count = max(place for place, cell in enumerate(row, start=1) if cell != "")
                self._rows.set_aside("\t".join(map(_text, row)), f"has {count} cells, the header has {width}")
            else:
                self._pending.append(row)
                if len(self._pending) == BATCH_ROWS:
                    self._flush()
        self._flush()

    def _header(self, sheet: Sheet, row: list) -> tuple[str, ...]:
        texts = [_text(cell) for cell in row]
        while not texts[-1]:
            texts.pop()
        headers = tuple(texts)
        if self.headers is None:
            self._recognise(headers)
            self.headers, self.columns, self._first_sheet = headers, column_names(headers), sheet.name
            self._rows.add_columns({column: pa.array([], pa.string()) for column in self.columns}, {}, 0)
        elif headers != self.headers:
            both = f'its sheets "{self._first_sheet[:60]}" and "{sheet.name[:60]}" have different header rows, and one export is one list'
            raise UserError(f"{self._name}: {both}. Save each sheet as a file of its own.")
        return headers

    def _flush(self) -> None:
        rows, self._pending = self._pending, []
        if rows:
            columns = dict(zip(self.columns, zip(*rows, strict=True), strict=False))
            nothing = [""] * len(rows)
            self._rows.add_columns({column: _array(columns.get(column, nothing)) for column in self.columns}, {}, len(rows))


def _array(cells: Sequence) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: object) -> str:
    """A cell as text. A duration is `HH:MM:SS` with as many hours as it has."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return (cell + HALF_A_SECOND).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time):
        return cell.isoformat() if isinstance(cell, date) else cell.strftime("%H:%M:%S")
    if isinstance(cell, timedelta):
        seconds = round(abs(cell).total_seconds())
        return f"{'-' if cell < timedelta(0) else ''}{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    text = f"{Decimal(repr(cell)):f}"
    return text.removesuffix(".0")
