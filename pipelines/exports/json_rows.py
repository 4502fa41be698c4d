"""Reads a JSON export: `{"records": [...]}`, `{"result": [...]}`, `{"reports": [...]}`, a bare array, or one object a line.

A clean file goes through DuckDB's reader (`json_columns.py`) while another thread hashes and compresses its bytes. Whatever that reader does not take as
written is read again record by record (`json_records.py`), which numbers the malformed records.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from pipelines.errors import UserError
from pipelines.exports import encodings, json_columns, json_records, originals, records
from pipelines.exports.content import Content, Recognise, Say, Staging, column_names, truncation
from pipelines.exports.json_records import Pairs, Place
from pipelines.exports.rows import Rows


def read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say) -> Content:
    """Write the rows, the malformed records and the compressed bytes of `path` to `staging`.

    Raises UserError for what is no JSON, holds no record, or is still being written; OSError or duckdb.IOException for a full disk.
    """
    before = path.stat()
    array = staging.stem.with_suffix(".array")
    try:
        with ThreadPoolExecutor(1, "rows") as pool:
            work = pool.submit(_parsed, connection.cursor(), path, name, staging, array, recognise)
            kept = originals.keep(path, name, staging.original, before.st_size, lambda share: say(f"Reading {name}", share))
            originals.refuse_change(path, name, before, kept.size_bytes)
            say(f"Parsing {name}", None)
            headers, found, encoding, is_system = work.result()
    finally:
        array.unlink(missing_ok=True)
        staging.transcoded.unlink(missing_ok=True)
    originals.refuse_change(path, name, before, kept.size_bytes)
    warnings = tuple(truncation(name, found.row_count, found.sentinel_count))
    return Content(
        kept.sha256, kept.size_bytes, headers, column_names(headers), found.row_count, found.malformed_count, warnings, encoding, holds_system_values=is_system
    )


def _parsed(
    cursor: duckdb.DuckDBPyConnection, path: Path, name: str, staging: Staging, array: Path, recognise: Recognise
) -> tuple[tuple[str, ...], records.Found, str, bool]:
    """Headers, counts, encoding, and whether the values are the system's."""
    with path.open("rb") as reading:
        encoding = encodings.marked(reading.read(4)) or "utf-8"
    text = path
    if encoding not in ("utf-8", "utf-8-sig"):
        text = staging.transcoded
        encodings.transcode(path, text, encoding, name)
    place = json_records.find(text, name)
    headers, found, has_pairs = json_columns.read(cursor, text, name, place, staging, array, recognise) or _exactly(text, name, place, staging, recognise)
    return headers, found, encoding, has_pairs or place.wrapper in json_records.SYSTEM_WRAPPERS


def _exactly(text: Path, name: str, place: Place, staging: Staging, recognise: Recognise) -> tuple[tuple[str, ...], records.Found, bool]:
    """The same, record by record."""
    with Rows(staging, name) as rows:
        _read(text, name, place, rows)
        if not rows.row_count:
            raise UserError(f"{name}: holds no record. Export a list that has rows.")
        headers, found = rows.finish()
    if not headers:
        raise UserError(f"{name}: holds no record with a field. Export a list that has rows.")
    recognise(headers)
    return headers, found, rows.has_pairs


def _read(text: Path, name: str, place: Place, rows: Rows) -> None:
    """Take every record as written, and set aside what is none."""
    for record in json_records.read(text, name, place):
        try:
            if isinstance(record, Pairs):
                _take(record, rows)
            else:
                rows.set_aside(*_stray(record))
        except RecursionError as error:
            raise json_records.too_deep(name, rows.row_count + 1) from error


def _take(record: Pairs, rows: Rows) -> None:
    cells = {key: json_records.cell(value) for key, value in record}
    problem = _problem(record, cells)
    if problem:
        rows.set_aside(json_records.compact(record), problem)
    else:
        rows.has_pairs = rows.has_pairs or any(is_pair for _, _, is_pair in cells.values())
        shown = {key: shown for key, (_, shown, _) in cells.items() if shown is not None}
        rows.add({key: raw for key, (raw, _, _) in cells.items()}, shown, sum(len(raw or "") + len(shown or "") for raw, shown, _ in cells.values()))


def _stray(value: object) -> tuple[str, str]:
    kind = "a list" if isinstance(value, list) else "null" if value is None else "a single value"
    return json_records.compact(value), f"is {kind}, not an object with fields"


def _problem(record: Pairs, cells: dict) -> str | None:
    if len(cells) != len(record):
        ((key, _),) = Counter(key for key, _ in record).most_common(1)
        return f"has the key {key[:60]} twice"
    texts = "".join(text for key, (raw, shown, _) in cells.items() for text in (key, raw, shown) if text)
    if "\0" in texts:
        return "holds a NUL character"
    try:
        texts.encode("utf-8")
    except UnicodeEncodeError:
        return "holds half of a surrogate pair, which is no character"
    return None
