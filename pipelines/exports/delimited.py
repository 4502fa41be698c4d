"""Reads a delimited text export (CSV) into one Parquet file of text and a compressed copy of its bytes.

A clean file goes through DuckDB's strict parallel reader while another thread hashes, compresses and judges its bytes. Whatever that reader does not
accept whole is read again record by record (`records.py`), which finds the malformed records and their exact numbers.
"""

import csv
import io
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import duckdb

from pipelines.engines.duckdb_engine import identifier, literal, no_pattern
from pipelines.errors import UserError
from pipelines.exports import encodings, originals, private_keys, records
from pipelines.exports.content import SENTINEL, Content, Recognise, Say, Staging, column_names, truncation

DELIMITERS = (",", ";", "\t")
UTF8 = ("utf-8", "utf-8-sig")
HEAD_BYTES = 1 << 20
PARQUET = "format parquet, compression snappy, row_group_size 61440, dictionary_size_limit 1000, write_bloom_filter false"
"""A third less work than the defaults on wide text, measured: few rows a group bound the memory, small dictionaries the hashing."""


@dataclass(frozen=True)
class Head:
    """The header record of a file, and how to read what follows."""

    encoding: str
    delimiter: str
    headers: tuple[str, ...]
    is_plain: bool
    """The header is the first physical line."""


@dataclass(frozen=True)
class _Text:
    """An export as UTF-8: the file itself or its transcoding. `row_count`: rows written by the fast path, null where it was not taken or refused."""

    path: Path
    head: Head
    warnings: tuple[str, ...]
    row_count: int | None


def peek(path: Path, name: str, *, encoding: str | None = None) -> Head:
    """The header of a file, from its first bytes. Raises UserError for what is empty or not a delimited text."""
    with path.open("rb") as reading:
        start = reading.read(HEAD_BYTES)
    # Before any message can quote what the file begins with.
    if marker := private_keys.marker_in(start):
        raise private_keys.refusal(name, marker.text, private_keys.place(path, marker))
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
        found = f'its first line has one column ("{_short(best.headers[0])}"), a request export has several'
        raise UserError(f"{name}: is not a CSV file: {found}. Export the list as CSV.")
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


def read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say) -> Content:
    """Write the rows, the malformed records and the compressed bytes of `path` to `staging`.

    Raises UserError for what is no CSV, is still being written, has no well-formed record or holds a private key, and leaves nothing in `staging` then;
    OSError or duckdb.IOException for a full disk.
    """
    try:
        return _read(path, name, staging, connection, recognise, say)
    except UserError:
        staging.remove()
        raise


def _read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say) -> Content:
    before = path.stat()
    head = peek(path, name)
    recognise(head.headers)
    cursor, vain = _cursor(connection), Event()
    # Bytes that are no clean UTF-8 make the parse of a file taken for UTF-8 vain; one taken for anything else is transcoded first.
    unclean = vain.set if head.encoding in UTF8 else lambda: None
    # The parse has a thread of its own, which an interrupt of the command does not reach, and it is always waited for: a COPY to
    # Parquet that DuckDB is told to stop now and then waits for ever.
    with ThreadPoolExecutor(1, "rows") as pool:
        work = pool.submit(_parsed, cursor, path, name, head, staging)
        kept = originals.keep(path, name, staging.original, before.st_size, lambda share: say(f"Reading {name}", share), unclean)
        originals.refuse_change(path, name, before, kept.size_bytes)
        encoding = _encoding(head.encoding, kept.scan, name)
        has_nul = encoding in UTF8 and kept.scan.has_nul
        text = _outcome(work, lambda: say(f"Parsing {name}", _share(cursor)), vain)
        if text is None or encoding != head.encoding:
            work = pool.submit(_parsed, cursor, path, name, peek(path, name, encoding=encoding), staging, has_nul=has_nul)
            text = _outcome(work, lambda: say(f"Parsing {name}", _share(cursor)))
    columns = column_names(text.head.headers)
    if text.row_count is None or has_nul:
        words = f"Parsing {name} record by record"
        found = records.read(text.path, name, text.head.delimiter, columns, staging.parquet, staging.malformed, lambda share: say(words, share))
    else:
        found = records.Found(text.row_count, 0, 0)
    originals.refuse_change(path, name, before, kept.size_bytes)
    staging.transcoded.unlink(missing_ok=True)
    warnings = (*truncation(name, found.row_count, found.sentinel_count), *text.warnings)
    return Content(
        kept.sha256, kept.size_bytes, text.head.headers, columns, found.row_count, found.malformed_count, warnings, text.head.encoding, text.head.delimiter
    )


def _cursor(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A cursor that measures how far its query is, and prints nothing of it."""
    cursor = connection.cursor()
    cursor.execute("set enable_progress_bar = true; set enable_progress_bar_print = false").fetchall()
    return cursor


def _share(cursor: duckdb.DuckDBPyConnection) -> float | None:
    percent = cursor.query_progress()
    return percent / 100 if percent >= 0 else None


def _outcome(work: Future, tell: Callable[[], None], vain: Event | None = None) -> _Text | None:
    """What the parse found, once it is done; null where it was in vain."""
    tell()
    while not wait([work], timeout=0.25).done:
        tell()
    return None if vain is not None and vain.is_set() else work.result()


def _encoding(guess: str, scan: encodings.Utf8Scan, name: str) -> str:
    if guess not in UTF8 or scan.is_utf8:
        return guess
    if scan.is_cut:
        raise UserError(f"{name}: ends inside a character, so it is still being written or was cut off. Wait until it is complete, or export it again.")
    if guess == "utf-8-sig":
        raise UserError(f"{name}: begins with the mark of UTF-8, but is not UTF-8 further on. Export it again.")
    return "cp1252"


def _parsed(cursor: duckdb.DuckDBPyConnection, path: Path, name: str, head: Head, staging: Staging, *, has_nul: bool = False) -> _Text:
    """The text as UTF-8, and its rows by the fast path where that can take them."""
    text, warnings = path, ()
    if head.encoding not in UTF8:
        text = staging.transcoded
        found = encodings.transcode(path, text, head.encoding, name)
        has_nul = found.has_nul
        if found.undefined_count:
            count = f"{found.undefined_count:,} byte{'s' if found.undefined_count > 1 else ''}"
            place = f"the first in line {found.first_undefined_line}"
            warnings = (f"{name}: {count} that windows-1252 does not define, {place}, shown as \N{REPLACEMENT CHARACTER}.",)
    row_count = _copy(cursor, text, head, column_names(head.headers), staging.parquet) if head.is_plain and not has_nul else None
    return _Text(text, head, warnings, row_count)


def _copy(cursor: duckdb.DuckDBPyConnection, text: Path, head: Head, columns: Sequence[str], parquet: Path) -> int | None:
    """The fast path: the number of rows written, or None when the strict reader does not accept every record."""
    types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in columns)
    for parallel in ("true", "false"):
        try:
            counted = cursor.execute(
                f"""copy (
                    select * from read_csv(?, columns = {{{types}}}, auto_detect = false, header = true, delim = {literal(head.delimiter)},
                        quote = '"', escape = '"', strict_mode = true, parallel = {parallel})
                ) to {literal(str(parquet))} ({PARQUET})""",
                [no_pattern(text)],
            ).fetchall()
        except duckdb.NotImplementedException:
            # Quoted line breaks confused the parallel reader; it says so instead of guessing, and one thread can still read the file.
            continue
        except (duckdb.IOException, duckdb.OutOfMemoryException):
            raise
        except duckdb.Error:
            return None
        first = identifier(columns[0])
        stopped = cursor.execute(f"select count(*) from read_parquet(?) where {first} = ?", [no_pattern(parquet), SENTINEL]).fetchall()
        return counted[0][0] if stopped[0][0] == 0 else None
    return None
