"""The fast reading of a JSON text: DuckDB gives its columns as JSON values, and here they become text, as written or not at all."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from pipelines.engines.duckdb_engine import literal, no_pattern
from pipelines.errors import UserError
from pipelines.exports import json_records, records, system_values
from pipelines.exports.content import SENTINEL, Recognise, Staging
from pipelines.exports.json_records import Pairs, Place
from pipelines.exports.rows import MOST_COLUMNS, Rows

VECTOR_ROWS = 2048
GROUP_ROWS = 30 * VECTOR_ROWS
GROUP_BYTES = 1 << 26
SAMPLED_BYTES = 1 << 17
SAMPLES = 128
OPTIONS = "maximum_depth = 1, records = true, map_inference_threshold = -1, field_appearance_threshold = 0"
"""Every column stays JSON, and a key that was not among the sampled ones is an error."""
FORMATS = {"array": "array", "lines": "newline_delimited"}
UNKNOWN_KEY = "has unknown key"
COPIED_BYTES = 1 << 24


class _NotTaken(Exception):
    """The fast reading would change what is written; the exact one decides."""


def read(
    cursor: duckdb.DuckDBPyConnection, text: Path, name: str, place: Place, staging: Staging, array: Path, recognise: Recognise
) -> tuple[tuple[str, ...], records.Found, bool] | None:
    """Headers, counts, and whether there were pairs; None where DuckDB's reader does not take every record as written.

    `text` is UTF-8 and `place` where its records are; an array inside a wrapper is copied to `array`, which the caller removes. Raises UserError from
    `recognise`, duckdb.IOException or OSError for a full disk.
    """
    size = text.stat().st_size
    end = json_records.end_of_array(text, place.wrapper) if place.kind == "array" else size
    if place.kind not in FORMATS or end is None or _has_long_records(text, size):
        return None
    sample_count, key_count = json_records.sampled(text, place)
    if not sample_count or key_count > MOST_COLUMNS:
        return None
    source = text
    if place.wrapper or (place.start and place.kind == "lines"):
        source = array
        _copy_bytes(text, array, place.start, end)
    cursor.execute("set enable_progress_bar = false").fetchall()
    file = f"{literal(no_pattern(source))}, format = '{FORMATS[place.kind]}'"
    # Where a key turns up that the first rows do not have, or none of the sources has theirs, all rows are asked for their keys.
    for sample_size in (sample_count, -1):
        try:
            if sample_size < 0:
                _refuse_keys(cursor, file)
            with Rows(staging, name) as rows:
                _copy(cursor, f"select * from read_json({file}, {OPTIONS}, sample_size = {sample_size})", rows, recognise)
                headers, found = rows.finish()
        except _NotTaken as reason:
            if UNKNOWN_KEY not in str(reason.__cause__):
                return None
        except UserError:
            if sample_size < 0:
                raise
        else:
            return headers, found, rows.has_pairs
    return None


@contextmanager
def _taking() -> Iterator[None]:
    """Whatever DuckDB or Arrow cannot take is _NotTaken, but for a full disk."""
    try:
        yield
    except duckdb.IOException:
        raise
    except (duckdb.Error, pa.ArrowException, OSError) as error:
        # What DuckDB meets while it streams arrives as an OSError without a number.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise _NotTaken from error


def _refuse_keys(cursor: duckdb.DuckDBPyConnection, file: str) -> None:
    """Raise _NotTaken where there are more different keys than DuckDB could hold as columns."""
    keys = f"select distinct unnest(json_keys(json)) as key from read_json_objects({file}) limit {MOST_COLUMNS + 1}"
    with _taking():
        if cursor.execute(f"select count(*) from ({keys})").fetchall()[0][0] > MOST_COLUMNS:
            raise _NotTaken


def _copy(cursor: duckdb.DuckDBPyConnection, sql: str, rows: Rows, recognise: Recognise) -> None:
    """Take the rows that DuckDB reads. Raises _NotTaken where it would not read as written, DuckDB's errors and OSError for a full disk."""
    with _taking():
        found = cursor.sql(sql)
        headers = _headers(found.columns)
        hidden = system_values.beside(headers).values()
        recognise(tuple(header for header in headers if header not in hidden))
        with ThreadPoolExecutor(1, "columns") as pool:
            work = None
            for group in _groups(found.to_arrow_reader(VECTOR_ROWS)):
                if work is not None:
                    work.result()
                work = pool.submit(_add, rows, headers, group)
            if work is not None:
                work.result()


def _headers(columns: list[str]) -> list[str]:
    """The keys behind DuckDB's column names. Raises _NotTaken where it may have made two names differ that are the same in another case."""
    known = {column.casefold() for column in columns}
    for column in columns:
        stem, _, number = column.rpartition("_")
        if number.isdecimal() and stem.casefold() in known:
            raise _NotTaken
    return columns


def _groups(reader: pa.RecordBatchReader) -> Iterator[pa.Table]:
    batches: list[pa.RecordBatch] = []
    row_count = byte_count = 0
    for batch in reader:
        batches.append(batch)
        row_count, byte_count = row_count + batch.num_rows, byte_count + batch.nbytes
        if row_count >= GROUP_ROWS or byte_count >= GROUP_BYTES:
            yield pa.Table.from_batches(batches).combine_chunks()
            batches.clear()
            row_count = byte_count = 0
    if batches:
        yield pa.Table.from_batches(batches).combine_chunks()


def _add(rows: Rows, headers: list[str], group: pa.Table) -> None:
    columns = [column.chunk(0) if column.num_chunks else pa.array([], pa.string()) for column in group.columns]
    is_empty = columns[0].is_null()
    for column in columns[1:]:
        if not pc.any(is_empty, min_count=0).as_py():
            break
        is_empty = pc.and_(is_empty, column.is_null())
    if pc.any(is_empty, min_count=0).as_py():
        raise _NotTaken  # a row of nothing may be a null in place of a record
    raw, shown = {}, {}
    for header, column in zip(headers, columns, strict=True):
        raw[header], pairs = _texts(column, rows)
        if pairs is not None:
            shown[header] = pairs
    if pc.any(pc.equal(raw[headers[0]], SENTINEL), min_count=0).as_py():
        raise _NotTaken
    rows.add_columns(raw, shown, group.num_rows)


def _texts(column: pa.Array, rows: Rows) -> tuple[pa.Array, pa.Array | None]:
    """The texts of JSON values, and what is shown of those that are pairs; null where there is none."""
    column = column.cast(pa.string())
    is_text = pc.starts_with(column, '"')
    unquoted = pc.binary_slice(column.view(pa.binary()), 1, -1).view(pa.string())
    if b"\\" in (column.buffers()[2] or pa.py_buffer(b"")).to_pybytes():
        is_escaped = pc.and_(is_text, pc.match_substring(column, "\\"))
        unquoted = pc.replace_with_mask(unquoted, is_escaped, _unescaped(column.filter(is_escaped)))
    if pc.all(is_text, min_count=0).as_py():
        return unquoted, None
    is_other = pc.invert(is_text)
    others = [_other(text) for text in column.filter(is_other).to_pylist()]
    raw = pc.replace_with_mask(unquoted, is_other, pa.array([each[0] for each in others], pa.string()))
    if not any(is_pair for _, _, is_pair in others):
        return raw, None
    rows.has_pairs = True
    return raw, pc.replace_with_mask(pa.nulls(len(column), pa.string()), is_other, pa.array([each[1] for each in others], pa.string()))


def _unescaped(quoted: pa.Array) -> pa.Array:
    texts = json.loads(f"[{','.join(quoted.to_pylist())}]")
    if any("\0" in text for text in texts):
        raise _NotTaken
    return pa.array(texts, pa.string())


def _other(text: str) -> tuple[str | None, str | None, bool]:
    """A value that is no text, as `json_records.cell` gives it."""
    if text in ("true", "false"):
        return text, None, False
    if text[0] in "{[":
        try:
            return json_records.cell(_NESTED.decode(text))
        except (RecursionError, ValueError) as error:
            raise _NotTaken from error
    return _whole(text), None, False


def _whole(number: str) -> str:
    """A whole number; others DuckDB writes anew."""
    if not number.lstrip("-").isdecimal():
        raise _NotTaken
    return json_records.Number(number)


_NESTED = json.JSONDecoder(object_pairs_hook=Pairs, parse_int=_whole, parse_float=_whole, parse_constant=_whole)


def _has_long_records(text: Path, size: int) -> bool:
    """Whether samples of a text show records so long that the rows DuckDB reads at once would fill the memory."""
    if size < SAMPLES * SAMPLED_BYTES:
        return False
    with text.open("rb") as reading:
        for place in range(SAMPLES):
            reading.seek((size - SAMPLED_BYTES) * place // SAMPLES)
            if b"{" not in reading.read(SAMPLED_BYTES):
                return True
    return False


def _copy_bytes(source: Path, target: Path, start: int, end: int) -> None:
    with source.open("rb") as reading, target.open("wb") as writing:
        reading.seek(start)
        while start < end and (chunk := reading.read(min(COPIED_BYTES, end - start))):
            writing.write(chunk)
            start += len(chunk)
