"""Rows whose columns become known only while they are read, on their way to one Parquet file of text.

Rows are written in batches, and a new part file begins where a batch has more columns than the last; the parts are joined at the end, or the only one is
taken as it is. A cell may have a shown text beside its raw one (`system_values.py`); which of the two a column keeps is decided when all rows are known.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.errors import UserError
from pipelines.exports import system_values
from pipelines.exports.content import SENTINEL, Staging, column_names
from pipelines.exports.records import MALFORMED, SHOWN_CHARACTERS, Found

BATCH_ROWS = 20_000
BATCH_CHARACTERS = 1 << 24
"""A batch ends with either, so that long cells do not gather in memory."""
MOST_COLUMNS = 2_000
MOST_MALFORMED = 100_000
PARQUET = {"compression": "snappy", "write_statistics": False, "dictionary_pagesize_limit": 1 << 14}
"""Small dictionaries: less than a tenth more work than none, measured on wide text, and smaller files."""


@dataclass(frozen=True)
class _Part:
    """One file of rows: the headers it holds, in order, and those that have a shown text as well. Columns `raw 0`, `raw 1` ... and `shown 0` ..."""

    path: Path
    headers: tuple[str, ...]
    shown: frozenset[str]


class Rows:
    """Takes rows, in order; `finish` leaves `staging.parquet`, and `staging.malformed` where records were set aside. Use as a context."""

    def __init__(self, staging: Staging, name: str) -> None:
        self.headers: dict[str, None] = {}
        self.has_pairs = False
        """Whether any cell was a pair of a raw and a shown value, or a reference."""
        self._staging, self._name = staging, name
        self._pending: list[tuple[Mapping[str, str | None], Mapping[str, str | None]]] = []
        self._characters = 0
        self._parts: list[_Part] = []
        self._writer: pq.ParquetWriter | None = None
        self._written = self._sentinels = 0
        self._strays: list[tuple[int, str, str]] = []

    def __enter__(self) -> "Rows":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()
        for part in self._parts:
            part.path.unlink(missing_ok=True)

    @property
    def row_count(self) -> int:
        """Records so far, those set aside included."""
        return self._written + len(self._pending) + len(self._strays)

    def add(self, raw: Mapping[str, str | None], shown: Mapping[str, str | None], character_count: int) -> None:
        """Take a row: text by header, the shown texts of the cells that have one, and how long they are together.

        A stopped export's last line is counted and dropped.
        """
        if SENTINEL in raw.values() and sum(map(bool, raw.values())) == 1:
            self._sentinels += 1
            return
        self._pending.append((raw, shown))
        self._characters += character_count
        if len(self._pending) == BATCH_ROWS or self._characters >= BATCH_CHARACTERS:
            self.flush()

    def set_aside(self, text: str, reason: str) -> None:
        """Take a record that is no row. Raises UserError when there are more of them than a person could look at."""
        shown = (each.encode("utf-8", "replace").decode("utf-8") for each in (text[:SHOWN_CHARACTERS], reason))
        self._strays.append((self.row_count + 1, *shown))
        if len(self._strays) > MOST_MALFORMED:
            raise UserError(f"{self._name}: more than {MOST_MALFORMED:,} of its records are no rows; the first {self._strays[0][2]}. Export the list again.")

    def flush(self) -> None:
        """Write the rows taken one by one."""
        rows, self._pending, self._characters = self._pending, [], 0
        if not rows:
            return
        self.add_columns(self._columns([raw for raw, _ in rows]), self._columns([shown for _, shown in rows]), len(rows))

    def _columns(self, rows: Sequence[Mapping[str, str | None]]) -> dict[str, pa.Array]:
        first = tuple(rows[0])
        if all(tuple(row) == first for row in rows):
            return {header: pa.array(texts, pa.string()) for header, texts in zip(first, zip(*(row.values() for row in rows)), strict=True)} if first else {}
        headers = {header: None for row in rows for header in row}
        self._refuse_more_columns(headers)
        return {header: pa.array([row.get(header) for row in rows], pa.string()) for header in headers}

    def add_columns(self, raw: Mapping[str, pa.Array], shown: Mapping[str, pa.Array], row_count: int) -> None:
        """Take many rows at once, as columns of text by header. Raises UserError when an export has more columns than any list."""
        self._refuse_more_columns(raw)
        self.headers.update(dict.fromkeys(raw))
        last = self._parts[-1] if self._parts else None
        if last is None or not (raw.keys() <= set(last.headers) and shown.keys() <= last.shown):
            self._close()
            number = len(self._parts)
            last = _Part(self._staging.stem.with_suffix(f".part{number}"), tuple(self.headers), (last.shown if last else frozenset()) | shown.keys())
            self._parts.append(last)
            names = column_names(last.headers) if not last.shown else [f"raw {place}" for place in range(len(last.headers))]
            names = [*names, *(f"shown {place}" for place, header in enumerate(last.headers) if header in last.shown)]
            self._writer = pq.ParquetWriter(last.path, pa.schema([(column, pa.string()) for column in names]), **PARQUET)
        nothing = pa.nulls(row_count, pa.string())
        # An empty key beside a field still says that nothing is shown, so its emptiness is kept until that is decided.
        arrays = [nothing if header not in raw else raw[header] if _is_beside(header) else _filled(raw[header]) for header in last.headers]
        arrays += [shown.get(header, nothing) for header in last.headers if header in last.shown]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._writer.schema), row_group_size=max(row_count, 1))
        self._written += row_count

    def finish(self) -> tuple[tuple[str, ...], Found]:
        """The headers, keys beside a field left out, and the counts; the files are written. Raises UserError when not one record is a row."""
        self.flush()
        self._close()
        if self._strays and not self._written:
            raise UserError(f"{self._name}: not one of its {len(self._strays):,} records is a row; the first {self._strays[0][2]}. Export the list again.")
        beside = system_values.beside(self.headers)
        headers = tuple(header for header in self.headers if header not in beside.values())
        is_whole = len(self._parts) == 1 and not self._parts[0].shown and not self._strays and not any(map(_is_beside, self.headers))
        if is_whole:
            self._parts.pop().path.replace(self._staging.parquet)
        else:
            self._join(headers, beside)
        if self._strays:
            arrays = [pa.array(values, type=field.type) for values, field in zip(zip(*self._strays, strict=True), MALFORMED, strict=True)]
            pq.write_table(pa.Table.from_arrays(arrays, schema=MALFORMED), self._staging.malformed)
        self.has_pairs = self.has_pairs or bool(beside)
        return headers, Found(self.row_count, len(self._strays), self._sentinels)

    def _join(self, headers: Sequence[str], beside: Mapping[str, str]) -> None:
        """One file from the parts: of each field the raw or the shown text, and the numbers of the rows where records between them were set aside."""
        paired = set(beside).union(*(part.shown for part in self._parts))
        raw_ones = {header for header in paired if self._is_time(header)}
        fields = [("__row_number", pa.int64())] if self._strays else []
        schema = pa.schema([*fields, *((column, pa.string()) for column in column_names(headers))])
        numbers = self._row_numbers()
        with pq.ParquetWriter(self._staging.parquet, schema, **PARQUET) as writer:
            for part in self._parts:
                for batch in pq.ParquetFile(part.path).iter_batches(BATCH_ROWS):
                    arrays = [pa.array([next(numbers) for _ in range(batch.num_rows)], pa.int64())] if self._strays else []
                    for header in headers:
                        raw, shown = _cells(batch, part, header)
                        if header in paired and header not in raw_ones:
                            raw = _first(*reversed(_cells(batch, part, beside[header])), shown, raw) if header in beside else _first(shown, raw)
                        arrays.append(_filled(raw))
                    writer.write_table(pa.Table.from_arrays(arrays, schema=schema), row_group_size=batch.num_rows)

    def _is_time(self, header: str) -> bool:
        """Whether every raw text of a field is a time or a date as the system writes it, and there is one."""
        has_any = False
        for part in self._parts:
            if header in part.headers:
                place = part.headers.index(header)
                column = f"raw {place}" if part.shown else column_names(part.headers)[place]
                for batch in pq.ParquetFile(part.path).iter_batches(BATCH_ROWS, columns=[column]):
                    texts = _filled(batch.column(0)).drop_null()
                    if not system_values.are_times(texts):
                        return False
                    has_any = has_any or len(texts) > 0
        return has_any

    def _row_numbers(self) -> Iterator[int]:
        taken = {number for number, _, _ in self._strays}
        return (number for number in range(1, self.row_count + 1) if number not in taken)

    def _refuse_more_columns(self, headers: Iterable[str]) -> None:
        if len(self.headers.keys() | set(headers)) > MOST_COLUMNS:
            found = f"its records have more than {MOST_COLUMNS:,} different fields, so they are not rows of a list"
            raise UserError(f"{self._name}: {found}. Export the list again.")

    def _close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _cells(batch: pa.RecordBatch, part: _Part, header: str) -> tuple[pa.Array, pa.Array]:
    """The raw and the shown texts of a field; nulls where the part has none."""
    nothing = pa.nulls(batch.num_rows, pa.string())
    if header not in part.headers:
        return nothing, nothing
    place = part.headers.index(header)
    return batch.column(place), batch.column(f"shown {place}") if header in part.shown else nothing


def _first(*texts: pa.Array) -> pa.Array:
    return pc.coalesce(*texts)


def _filled(texts: pa.Array) -> pa.Array:
    """The texts with null for empty ones."""
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _is_beside(header: str) -> bool:
    return header.startswith(system_values.BESIDE)
