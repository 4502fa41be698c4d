"""Reads a delimited text export (CSV) into one Parquet file of text and a compressed copy of its bytes.

A clean file goes through DuckDB's strict parallel reader while another thread hashes, compresses and judges its bytes. Whatever that reader does not
accept whole is read again record by record (`records.py`), which finds the malformed records and their exact numbers.
"""

import csv
import hashlib
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import zstandard

from pipelines.errors import UserError
from pipelines.exports import encodings, records

DELIMITERS = (",", ";", "\t")
HEAD_BYTES = 1 << 20
RESERVED = frozenset({"__row_number", "file_row_number", "file_index", "filename"})
"""Names that DuckDB or the landing itself gives to columns of a Parquet file."""
KEPT_LEVEL = 1
PARQUET = "format parquet, compression snappy, row_group_size 61440, dictionary_size_limit 1000, write_bloom_filter false"
"""Half the work of the defaults on wide text, measured: few rows a group bound the memory, small dictionaries the hashing."""
ROWS_WHERE_TRUNCATED = 10_000

Say = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Head:
    """The header record of a file, and how to read what follows."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    is_plain: bool
    """The header is the first physical line."""


@dataclass(frozen=True)
class Staging:
    """Where an export is written before it is landed: files named after one stem."""

    stem: Path

    @property
    def parquet(self) -> Path:
        return self.stem.with_suffix(".parquet")

    @property
    def malformed(self) -> Path:
        return self.stem.with_suffix(".malformed")

    @property
    def original(self) -> Path:
        return self.stem.with_suffix(".zst")

    @property
    def transcoded(self) -> Path:
        return self.stem.with_suffix(".utf8")

    def remove(self) -> None:
        """Delete whatever was written."""
        for path in (self.parquet, self.malformed, self.original, self.transcoded):
            path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Delimited:
    """An export as read: its columns are all text, under `columns` (the headers, made distinct)."""

    sha256: str
    size_bytes: int
    head: Head
    columns: tuple[str, ...]
    row_count: int
    malformed_count: int
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Kept:
    sha256: str
    size_bytes: int
    scan: encodings.Utf8Scan


@dataclass(frozen=True)
class _Rows:
    head: Head
    columns: tuple[str, ...]
    row_count: int
    malformed_count: int
    is_exact: bool
    warnings: tuple[str, ...]


def peek(path: Path, name: str, *, encoding: str | None = None) -> Head:
    """The header of a file, from its first bytes. Raises UserError for what is empty or not a delimited text."""
    with path.open("rb") as reading:
        start = reading.read(HEAD_BYTES)
    if start.startswith(b"PK\x03\x04"):
        raise UserError(f"{name}: is a zip file or a spreadsheet, not text. Rename it to end in .zip, or export the list as CSV.")
    encoding = encoding or encodings.guessed(start)
    decoder = "utf-8-sig" if encoding == "utf-8" else encoding
    text = start.decode(decoder, "replace")
    if not text.strip():
        raise UserError(f"{name}: is empty. Export it again, with its header line and its rows.")
    _refuse_binary(text, name)
    best: Head | None = None
    problem = ""
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True)
        try:
            headers = next(record for record in reader if record)
        except csv.Error as error:
            problem = problem or str(error)
            continue
        if best is None or len(headers) > len(best.headers):
            best = Head(encoding, delimiter, tuple(headers), reader.line_num == 1)
    if best is None and "end of data" in problem:
        raise UserError(f"{name}: {records.ENDS_IN_QUOTES.format(row='its header')}")
    if best is None:
        raise UserError(f"{name}: is not a CSV file: its header line is badly quoted ({problem}). Export the list again as CSV.")
    if len(best.headers) == 1:
        raise UserError(f'{name}: is not a CSV file: its first line has one column ("{_short(best.headers[0])}"), a request export has several. Export the list as CSV.')
    return best


def _refuse_binary(text: str, name: str) -> None:
    beginning = text[:65536]
    strange = [place for place, each in enumerate(beginning) if (each < " " and each not in "\t\n\r\f\v") or each == "\x7f"]
    line = beginning.strip("\r\n").replace("\r", "\n").partition("\n")[0]
    if len(strange) > max(8, len(beginning) // 50) or any(each < " " and each != "\t" for each in line):
        place = f"control character 0x{ord(beginning[strange[0]]):02X} at position {strange[0] + 1}"
        raise UserError(f"{name}: is not text ({place}); a CSV file holds text only. Export the list as CSV.")


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


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


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, say: Say) -> Delimited:
    """Write the rows, the malformed records and the compressed bytes of `path` to `staging`.

    Raises UserError for what is no CSV, is still being written, or has no well-formed record; OSError or duckdb.IOException for a full disk.
    """
    before = path.stat()
    head = peek(path, name)
    cursor = connection.cursor()
    with ThreadPoolExecutor(1, "rows") as pool:
        work = pool.submit(_rows_of, cursor, path, name, head, staging, exact=False)
        try:
            kept = _keep(path, staging.original, before.st_size, lambda share: say(f"Reading {name}", share), cursor.interrupt)
            _refuse_change(path, name, before, kept.size_bytes)
            encoding = _encoding(head.encoding, kept.scan, name)
            say(f"Parsing {name}", None)
            rows = _outcome(work)
        except BaseException:
            cursor.interrupt()
            raise
    if rows is None or encoding != head.encoding or (kept.scan.has_nul and not rows.is_exact):
        if encoding != head.encoding:
            head = peek(path, name, encoding=encoding)
        rows = _rows_of(cursor, path, name, head, staging, exact=kept.scan.has_nul)
    _refuse_change(path, name, before, kept.size_bytes)
    staging.transcoded.unlink(missing_ok=True)
    return Delimited(kept.sha256, kept.size_bytes, rows.head, rows.columns, rows.row_count, rows.malformed_count, _warnings(name, rows))


def _outcome(work: Future) -> _Rows | None:
    try:
        return work.result()
    except duckdb.InterruptException:
        return None


def _keep(path: Path, original: Path, size: int, say: Callable[[float], None], unclean: Callable[[], None]) -> _Kept:
    """Compress the bytes to `original`; hash and judge them on the way. Calls `unclean` when the parallel parse is in vain."""
    sha256, scan, done, told = hashlib.sha256(), encodings.Utf8Scan(), 0, False
    compressor = zstandard.ZstdCompressor(level=KEPT_LEVEL, threads=2 if size > (16 << 20) else 0)
    with path.open("rb") as reading, original.open("wb") as writing, compressor.stream_writer(writing, closefd=False) as compressing:
        while chunk := reading.read(encodings.CHUNK_BYTES):
            sha256.update(chunk)
            compressing.write(chunk)
            scan.feed(chunk)
            done += len(chunk)
            say(min(done / max(size, 1), 1.0))
            if not told and (scan.has_nul or not scan.is_utf8):
                told = True
                unclean()
    scan.finish()
    return _Kept(sha256.hexdigest(), done, scan)


def _encoding(guess: str, scan: encodings.Utf8Scan, name: str) -> str:
    if guess in ("utf-16", "utf-32", "cp1252") or scan.is_utf8:
        return guess
    if scan.is_cut:
        raise UserError(f"{name}: ends inside a character, so it is still being written or was cut off. Wait until it is complete, or export it again.")
    if guess == "utf-8-sig":
        raise UserError(f"{name}: begins with the mark of UTF-8, but is not UTF-8 further on. Export it again.")
    return "cp1252"


def _refuse_change(path: Path, name: str, before: os.stat_result, size: int) -> None:
    try:
        after = path.stat()
    except FileNotFoundError:
        after = None
    if after is None or (after.st_ino, after.st_size, after.st_mtime_ns, size) != (before.st_ino, before.st_size, before.st_mtime_ns, before.st_size):
        raise UserError(f"{name}: changed while it was read, so it is still being written. Wait until it is complete, then ingest it again.")


def _rows_of(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, head: Head, staging: Staging, *, exact: bool) -> _Rows:
    columns = column_names(head.headers)
    text, warnings, has_nul = path, [], exact
    if head.encoding not in ("utf-8", "utf-8-sig"):
        text = staging.transcoded
        found = encodings.transcode(path, text, head.encoding, name)
        has_nul = has_nul or found.has_nul
        if found.undefined_count:
            one = found.undefined_count == 1
            warnings.append(
                f"{name}: {found.undefined_count:,} byte{'' if one else 's'} that windows-1252 does not define, the first in line {found.first_undefined_line}, "
                f"{'is' if one else 'are'} shown as \N{REPLACEMENT CHARACTER}."
            )
    count = _copy(cursor, text, head, columns, staging.parquet) if head.is_plain and not has_nul else None
    if count is not None:
        return _Rows(head, columns, count, 0, False, tuple(warnings))
    found = records.read(text, name, head.delimiter, columns, staging.parquet, staging.malformed)
    if found.sentinel_count:
        warnings.append(f'{name}: the line "{records.SENTINEL}" is no record and is not counted. Rows are missing.')
    return _Rows(head, columns, found.row_count, found.malformed_count, True, tuple(warnings))


def _copy(cursor: duckdb.DuckDBPyConnection, text: Path, head: Head, columns: Sequence[str], parquet: Path) -> int | None:
    """The fast path: the number of rows written, or None when the strict reader does not accept every record."""
    types = ", ".join(f"{_literal(name)}: 'VARCHAR'" for name in columns)
    for parallel in ("true", "false"):
        try:
            counted = cursor.execute(
                f"""copy (
                    select * from read_csv(?, columns = {{{types}}}, auto_detect = false, header = true, delim = {_literal(head.delimiter)},
                        quote = '"', escape = '"', strict_mode = true, parallel = {parallel})
                ) to {_literal(str(parquet))} ({PARQUET})""",
                [_no_pattern(text)],
            ).fetchall()
        except duckdb.NotImplementedException:
            # Quoted line breaks confused the parallel reader; it says so instead of guessing, and one thread can still read the file.
            continue
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.InterruptException):
            raise
        except duckdb.Error:
            return None
        first = '"' + columns[0].replace('"', '""') + '"'
        stopped = cursor.execute(f"select count(*) from read_parquet(?) where {first} = ?", [_no_pattern(parquet), records.SENTINEL]).fetchall()
        return counted[0][0] if stopped[0][0] == 0 else None
    return None


def _warnings(name: str, rows: _Rows) -> tuple[str, ...]:
    if rows.row_count == ROWS_WHERE_TRUNCATED:
        return (f"{name} has exactly 10,000 rows, the export limit. Rows are probably missing.", *rows.warnings)
    return rows.warnings


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _no_pattern(path: Path) -> str:
    """The path with the characters of glob patterns escaped: DuckDB would read other files that match."""
    return "".join(f"[{each}]" if each in "*?[" else each for each in str(path))
