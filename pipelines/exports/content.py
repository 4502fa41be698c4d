"""What every reader gives: rows of text in one Parquet file, the records that are no row, and the original bytes.

A reader is a module with `read(path, name, staging, connection, recognise, say)`. It calls `recognise(headers)` as soon as it knows the headers, which
raises UserError when they fit no source, before the work of reading the rows.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SENTINEL = "Export stopped due to excessive size. Use CSV for a complete export"
RESERVED = frozenset({"__row_number", "file_row_number", "file_index", "filename"})
"""Names that DuckDB or the landing itself gives to columns of a Parquet file."""
ROWS_WHERE_TRUNCATED = 10_000

Say = Callable[[str, float | None], None]
Recognise = Callable[[Sequence[str]], None]


@dataclass(frozen=True)
class Staging:
    """Where an export is written before it is landed: files named after one stem."""

    stem: Path

    @property
    def parquet(self) -> Path:
        """The rows as text; a first column `__row_number` only where malformed records leave gaps."""
        return self.stem.with_suffix(".parquet")

    @property
    def malformed(self) -> Path:
        """Records that are no row: row_number, text, reason."""
        return self.stem.with_suffix(".malformed")

    @property
    def original(self) -> Path:
        """The bytes of the export, zstd-compressed."""
        return self.stem.with_suffix(".zst")

    @property
    def transcoded(self) -> Path:
        """A text on its way to UTF-8; gone when the reading is done."""
        return self.stem.with_suffix(".utf8")

    def remove(self) -> None:
        """Delete whatever was written."""
        for path in (self.parquet, self.malformed, self.original, self.transcoded):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Content:
    """An export as read. `headers` are as in the file, `columns` their distinct names in the Parquet file; `row_count` includes malformed records.

    `encoding` and `delimiter` are empty where a format has none. `holds_system_values`: raw ServiceNow values, whose times are UTC.
    """

    sha256: str
    size_bytes: int
    headers: tuple[str, ...]
    columns: tuple[str, ...]
    row_count: int
    malformed_count: int
    warnings: tuple[str, ...]
    encoding: str = ""
    delimiter: str = ""
    holds_system_values: bool = False


def column_names(headers: Sequence[str]) -> tuple[str, ...]:
    """The headers as distinct, non-empty column names: `column 3` where one is empty, `Name (2)` where one repeats, in any case."""
    taken = set(RESERVED)
    names = []
    for position, header in enumerate(headers, start=1):
        wanted = name = header if header.strip() else f"column {position}"
        again = 2
        while name.casefold() in taken:
            name = f"{wanted} ({again})"
            again += 1
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)


def truncation(name: str, row_count: int, sentinel_count: int) -> Iterator[str]:
    """Warnings of a list export that stopped at the limit of ServiceNow."""
    if row_count == ROWS_WHERE_TRUNCATED:
        yield f"{name} has exactly 10,000 rows, the export limit. Rows are probably missing."
    if sentinel_count:
        yield f'{name}: the line "{SENTINEL}" is no record and is not counted. Rows are missing.'
