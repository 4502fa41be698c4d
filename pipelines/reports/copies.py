"""CSV, JSON and Parquet by the database's own COPY, so that a million rows cost what COPY costs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from pipelines.errors import UserError
from pipelines.metrics import Column, Query

_OPTIONS = {
    "csv": "format csv, header, delimiter ',', quote '\"', escape '\"', nullstr '', new_line '\\r\\n'",
    "json": "format json, array true",
    "parquet": "format parquet, compression zstd",
}
_FORMULA_STARTS = "('=', '+', '-', '@', chr(9), chr(13))"
_SPACES = "' ' || chr(160)"


def write(connection: duckdb.DuckDBPyConnection, query: Query, format: str, path: Path) -> None:
    """Write the rows of `query`, in its order. Raises UserError when the file cannot be written."""
    shown = ", ".join(f"{expression} as {_quoted(column.name)}" for column, expression in _expressions(connection, query, format))
    sql = f"copy (select {shown} from ({query.sql})) to ? ({_OPTIONS[format]})"
    try:
        connection.execute(sql, [*query.parameters, str(path)]).fetchall()
    except duckdb.IOException as error:
        raise UserError(f"{path}: cannot be written ({str(error).splitlines()[0]}). Free space there, or name another file.") from error


def _expressions(connection: duckdb.DuckDBPyConnection, query: Query, format: str) -> list[tuple[Column, str]]:
    if format == "parquet":
        return [
            (column, f"timezone('UTC', {_quoted(column.name)})" if column.kind == "instant" else _quoted(column.name)) for column in query.columns
        ]
    instants = [column for column in query.columns if column.kind == "instant"]
    texts = [column for column in query.columns if column.kind == "text"] if format == "csv" else []
    spans, unsafe = _looked_over(connection, query, instants, texts)
    zone = ZoneInfo(connection.execute("select current_setting('TimeZone')").fetchone()[0])
    written = {column.name: _instant(_quoted(column.name), zone, *spans[column.name]) for column in instants}
    written |= {name: _neutralised(_quoted(name)) for name in unsafe}
    return [(column, written.get(column.name, _quoted(column.name))) for column in query.columns]


def _looked_over(
    connection: duckdb.DuckDBPyConnection, query: Query, instants: Sequence[Column], texts: Sequence[Column]
) -> tuple[dict[str, tuple[datetime | None, datetime | None]], list[str]]:
    """First and last instant per column, and the text columns in which some cell would be read as a formula.

    A pass over the rows that costs little, and saves a rewriting of every cell in columns that need none.
    """
    parts = [f"min({_quoted(each.name)}), max({_quoted(each.name)})" for each in instants]
    parts += [f"coalesce(bool_or({_is_unsafe(_quoted(each.name))}), false)" for each in texts]
    if not parts:
        return {}, []
    (row,) = connection.execute(f"select {', '.join(parts)} from ({query.sql})", list(query.parameters)).fetchall()
    spans = {each.name: (row[2 * position], row[2 * position + 1]) for position, each in enumerate(instants)}
    return spans, [each.name for each, is_unsafe in zip(texts, row[2 * len(instants) :], strict=True) if is_unsafe]


def _is_unsafe(cell: str) -> str:
    # The comparisons come first: they settle nearly every cell by its first byte.
    return f"({cell} < 'A' or {cell} >= chr(160)) and left(ltrim({cell}, {_SPACES}), 1) in {_FORMULA_STARTS}"


def _neutralised(cell: str) -> str:
    return f"case when {_is_unsafe(cell)} then '''' || {cell} else {cell} end"


def _instant(cell: str, zone: ZoneInfo, first: datetime | None, last: datetime | None) -> str:
    """Text of a naive UTC timestamp in the zone, as comparisons with the few changes of its offset between first and last.

    Asking the database's zone for each row instead costs as much as the whole COPY.
    """
    if first is None or last is None:
        return f"cast({cell} as varchar)"
    return _by_offset(cell, _offsets(zone, first, last))


def _by_offset(cell: str, spans: list[tuple[datetime, timedelta]]) -> str:
    """Nested halves of the spans, so that a row meets few comparisons."""
    if len(spans) == 1:
        seconds = int(spans[0][1].total_seconds())
        sign, minutes = "-" if seconds < 0 else "+", abs(seconds) // 60
        return f"strftime({cell} + interval ({seconds}) second, '%Y-%m-%dT%H:%M:%S{sign}{minutes // 60:02d}:{minutes % 60:02d}')"
    middle = len(spans) // 2
    before, after = _by_offset(cell, spans[:middle]), _by_offset(cell, spans[middle:])
    return f"case when {cell} < timestamp '{spans[middle][0]:%Y-%m-%d %H:%M:%S}' then {before} else {after} end"


LAST_OFFSET_AT = datetime(2100, 1, 1)
"""After this the offset no longer changes: an instant so far ahead is the same one whatever offset it is written with."""


def _offsets(zone: ZoneInfo, first: datetime, last: datetime) -> list[tuple[datetime, timedelta]]:
    """(naive UTC instant from which it holds, offset), from `first` through `last`, at most to LAST_OFFSET_AT."""

    def offset(at: datetime) -> timedelta:
        return at.replace(tzinfo=UTC).astimezone(zone).utcoffset()

    spans = [(first, offset(first))]
    day, last = first, min(last, LAST_OFFSET_AT)
    while day <= last:
        following = day + timedelta(days=1)
        if offset(following) != spans[-1][1]:
            spans.append((_change(offset, day, following), offset(following)))
        day = following
    return spans


def _change(offset, before: datetime, after: datetime) -> datetime:
    """The first whole second with the later offset; at most one change lies between the two."""
    known = offset(before)
    seconds = int((after - before).total_seconds())
    start = before.replace(microsecond=0)
    low, high = 0, seconds + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if offset(start + timedelta(seconds=middle)) == known else (low, middle)
    return start + timedelta(seconds=high)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
