"""The exact reading of a delimited text, record by record: slower, and the only one that numbers malformed records."""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.errors import UserError
from pipelines.exports.content import SENTINEL

ENDS_IN_QUOTES = "ends inside a quoted cell of {row}, so it is still being written or was cut off. Wait until it is complete, or export it again."
BATCH_ROWS = 20_000
SHOWN_CHARACTERS = 1_000
BATCH_CHARACTERS = 1 << 24
"""A batch ends with either, so that long cells do not gather in memory."""
LONGEST_RECORD = 1 << 24
TOO_LONG = (
    f"is longer than {LONGEST_RECORD:,} characters, so a cell is damaged or its quotes never end. "
    "Export the list again, or leave the column with long texts out."
)
_UNFINISHED = "ends inside quotes"
_LONG = "is too long"
MALFORMED = pa.schema([("row_number", pa.int64()), ("text", pa.string()), ("reason", pa.string())])


@dataclass(frozen=True)
class Found:
    """`row_count` includes the malformed records, but not the sentinel lines of a stopped export."""

    row_count: int
    malformed_count: int
    sentinel_count: int


class _TooLong(Exception):
    """A record has more characters than any."""


class _Lines:
    """The physical lines of a text, keeping those of the record being read. Raises _TooLong before they fill the memory."""

    def __init__(self, reading: TextIO) -> None:
        self._reading = reading
        self._taken: list[str] = []
        self._length = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._reading.readline(LONGEST_RECORD + 1)
        if not line:
            raise StopIteration
        self._taken.append(line)
        self._length += len(line)
        if self._length > LONGEST_RECORD:
            raise _TooLong
        return line

    def begin(self) -> None:
        """Forget the record before."""
        self._taken.clear()
        self._length = 0

    def text(self) -> str:
        """The record as written."""
        return "".join(self._taken)


class _Table:
    """A Parquet file written batch by batch; empty text becomes null, as in the parallel reading."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self._schema = pa.schema([("__row_number", pa.int64()), *((name, pa.string()) for name in columns)])
        self._writer = pq.ParquetWriter(path, self._schema, compression="snappy", use_dictionary=False, write_statistics=False)
        self._rows: list[tuple] = []
        self._characters = 0

    def __enter__(self) -> "_Table":
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self._flush()
        finally:
            self._writer.close()

    def add(self, row_number: int, cells: Sequence[str], character_count: int) -> None:
        self._rows.append((row_number, *(cell or None for cell in cells)))
        self._characters += character_count
        if len(self._rows) == BATCH_ROWS or self._characters >= BATCH_CHARACTERS:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            arrays = [pa.array(values, type=field.type) for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)]
            self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))
            self._rows.clear()
            self._characters = 0


def read(
    text: Path, name: str, delimiter: str, columns: Sequence[str], parquet: Path, malformed: Path, say: Callable[[float], None]
) -> Found:
    """Write the well-formed rows of a UTF-8 text with their numbers to `parquet`, the other records, if any, to `malformed`.

    Blank lines are no records; a row may end with one empty cell too many, as after a trailing delimiter. Raises UserError when the text
    ends inside quotes, a record is too long or not one is well formed. `say(share)` hears how far it is.
    """
    size = text.stat().st_size
    strays: list[tuple[int, str, str]] = []
    row_number = stopped = 0
    with text.open(encoding="utf-8-sig", newline="") as reading, _Table(parquet, columns) as table:
        for cells, taken, problem in _records(reading, delimiter):
            if cells and cells[0].strip() == SENTINEL and not any(cell.strip() for cell in cells[1:]):
                stopped += 1
                continue
            row_number += 1
            if row_number % BATCH_ROWS == 0:
                say(reading.buffer.tell() / size)
            if problem == _LONG:
                raise UserError(f"{name}: row {row_number:,} {TOO_LONG}")
            if problem == _UNFINISHED:
                raise UserError(f"{name}: {ENDS_IN_QUOTES.format(row=f'row {row_number:,}')}")
            problem = problem or _problem(cells, taken, len(columns))
            if problem:
                strays.append((row_number, taken[:SHOWN_CHARACTERS].rstrip("\r\n"), problem))
            else:
                table.add(row_number, cells[: len(columns)], len(taken))
    if strays and len(strays) == row_number:
        raise UserError(f"{name}: not one of its {row_number:,} records is a row of its header; the first {strays[0][2]}. Export the list again as CSV.")
    if strays:
        arrays = [pa.array(values, type=field.type) for values, field in zip(zip(*strays, strict=True), MALFORMED, strict=True)]
        pq.write_table(pa.Table.from_arrays(arrays, schema=MALFORMED), malformed)
    return Found(row_number, len(strays), stopped)


def _records(reading: TextIO, delimiter: str) -> Iterator[tuple[list[str], str, str | None]]:
    """The records after the header: cells, text as written, and why it cannot be split into cells."""
    lines = _Lines(reading)
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
    previous_limit = csv.field_size_limit(LONGEST_RECORD)
    is_header = True
    try:
        while True:
            lines.begin()
            cells, problem = [], None
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                problem = _LONG
            except csv.Error as error:
                problem = _UNFINISHED if "end of data" in str(error) else f"is badly quoted ({error})"
            if is_header:
                is_header = not cells
            elif cells or problem:
                yield cells, lines.text(), problem
    finally:
        csv.field_size_limit(previous_limit)


def _problem(cells: Sequence[str], taken: str, expected: int) -> str | None:
    if "\0" in taken:
        return "holds a NUL character"
    if len(cells) == expected or (len(cells) == expected + 1 and not cells[-1]):
        return None
    return f"has {len(cells)} cell{'' if len(cells) == 1 else 's'}, the header has {expected}"
