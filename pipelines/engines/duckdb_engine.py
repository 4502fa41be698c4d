"""DuckDB connections with the prelude: the few functions in which engines differ.

`parse_ts(cell, format_id)`              naive timestamp as written (UTC when the format carries an offset), null when unreadable
`clean_cell(cell, null_words)`           a trimmed cell, '' when empty or a null word, without the apostrophe that protects `+ - = @`
`to_utc(written_at, zone)`               naive UTC; autumn's repeated hour takes the first reading, spring's missing hour moves forward
`local_date(utc_at, zone)`               local date of a naive UTC timestamp
`local_clock(utc_at, zone)`              its local time of day as text, hours:minutes:seconds
`instant_of(written_at, format_id, zone, local_zone)`   naive UTC of a timestamp as written; a bare date is its local midnight
`day_of(written_at, format_id, zone, local_zone)`   its local date; a bare date is never shifted by a zone
`dated_instant_of(cell, written_at, format_id, zone, local_zone)`, `dated_day_of(...)`   the same where a midnight with an offset is a bare date
`written_day_of(cell, written_at, format_id)`   the calendar date as written, never shifted by its offset
`plain_serial(cell)`                     a serial number in lower case without `:`, spaces, `0x` and leading zeros; '' when it is none
`common_name_of(issuer)`                 the common name inside a distinguished name, else the whole; '' when empty
`event_problem(cell, written_at, utc_at, after)`   why an event cell is rejected, or null; `after`: the latest plausible instant, null when all are
`date_problem(cell, written_at)`         the same for a due or expiry date
`is_none(written_at)`                    whether it is a date with which exports write "none" (1969-12-31, 1970-01-01)
`without_addresses(found)`               a text whose e-mail addresses are replaced by words
`add_days(on_date, n)`, `date_days(from_on, to_on)`   a date some calendar days on; calendar days between
`month_start(on_date)`                   first day of its month
`seconds_between(from_at, to_at)`        seconds from one timestamp to another
`add_seconds(utc_at, n)`                 a timestamp some seconds on
`at_local_time(on_date, seconds, zone)`  naive UTC of a local date and the seconds after its midnight
`written_at(utc_at, zone)`               the text of a timestamp as `export` writes it: ISO 8601 to the second, with the zone's offset
`has_digit(cell)`                        whether a text holds a digit
`last_label(name)`                       what follows the last dot of a name, or all of it
`duration_seconds(cell)`                 whole seconds of a duration: a number, an epoch datetime, hours:minutes:seconds or words; null when unreadable
"""

from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.policy_schema import TimestampFormat

ZONES = {
    "EST": "-0500", "EDT": "-0400", "CST": "-0600", "CDT": "-0500", "MST": "-0700", "MDT": "-0600", "PST": "-0800", "PDT": "-0700",
    "GMT": "+0000", "UTC": "+0000", "UT": "+0000",
}
"""Names of zones inside a timestamp, and what they mean by RFC 5322 4.3."""  # fmt: skip

_FUNCTIONS = """
create or replace macro clean_cell(cell, null_words) as case
    when cell is null or list_position(null_words, cell) > 0 then ''
    when left(cell, 1) = '''' and substr(cell, 2, 1) in ('+', '-', '=', '@') then substr(cell, 2)
    else cell
    end;
create or replace macro to_utc(written_at, zone) as case when zone = 'UTC' then written_at else make_timestamp(
    least(
        epoch_us(timezone(zone, written_at)),
        epoch_us(timezone(zone, written_at - interval 1 hour)) + 3600000000
    )) end;
create or replace macro local_date(utc_at, zone) as cast(timezone(zone, cast(utc_at as timestamptz)) as date);
create or replace macro local_clock(utc_at, zone) as strftime(timezone(zone, cast(utc_at as timestamptz)), '%H:%M:%S');
create or replace macro without_addresses(found) as regexp_replace(found, '[^\\s,;<>"'']+@[^\\s,;<>"'']+', '(e-mail address)', 'g');
create or replace macro add_days(on_date, n) as on_date + cast(n as integer);
create or replace macro month_start(on_date) as cast(date_trunc('month', on_date) as date);
create or replace macro date_days(from_on, to_on) as cast(to_on - from_on as integer);
create or replace macro instant_of(written_at, format_id, zone, local_zone) as
    to_utc(written_at, case when format_id like '%offset' then 'UTC' when format_id like '%date' then local_zone else zone end);
create or replace macro day_of(written_at, format_id, zone, local_zone) as
    case when format_id like '%date' or (zone = local_zone and format_id not like '%offset') then cast(written_at as date)
    else local_date(instant_of(written_at, format_id, zone, local_zone), local_zone) end;
create or replace macro seconds_between(from_at, to_at) as (epoch_us(to_at) - epoch_us(from_at)) / 1000000;
create or replace macro add_seconds(utc_at, n) as utc_at + to_seconds(n);
create or replace macro at_local_time(on_date, seconds, zone) as to_utc(cast(on_date as timestamp) + to_seconds(seconds), zone);
create or replace macro zone_seconds(utc_at, zone) as cast(seconds_between(utc_at, timezone(zone, cast(utc_at as timestamptz))) as bigint);
create or replace macro written_at(utc_at, zone) as strftime(timezone(zone, cast(utc_at as timestamptz)), '%Y-%m-%dT%H:%M:%S')
    || case when zone_seconds(utc_at, zone) < 0 then '-' else '+' end
    || strftime(timestamp '2000-01-01' + to_seconds(abs(zone_seconds(utc_at, zone))), '%H:%M');
create or replace macro has_digit(cell) as regexp_matches(cell, '[0-9]');
create or replace macro last_label(name) as regexp_extract(name, '([^.]*)$', 1);
create or replace macro is_none(written_at) as cast(written_at as date) in (date '1969-12-31', date '1970-01-01');
create or replace macro date_problem(cell, written_at) as case
    when cell is null or cell = '' then null
    when written_at is null then 'cannot be read'
    when written_at < timestamp '2000-01-01' and not is_none(written_at) then 'lies before 2000'
    end;
create or replace macro is_bare_midnight(cell, format_id) as format_id = 'iso_offset' and substr(cell, 12, 8) = '00:00:00';
create or replace macro dated_instant_of(cell, written_at, format_id, zone, local_zone) as
    case when is_bare_midnight(cell, format_id) then to_utc(try_cast(left(cell, 10) as timestamp), local_zone)
    else instant_of(written_at, format_id, zone, local_zone) end;
create or replace macro dated_day_of(cell, written_at, format_id, zone, local_zone) as
    case when is_bare_midnight(cell, format_id) then try_cast(left(cell, 10) as date) else day_of(written_at, format_id, zone, local_zone) end;
create or replace macro written_day_of(cell, written_at, format_id) as
    case when format_id = 'iso_offset' then try_cast(left(cell, 10) as date) else cast(written_at as date) end;
create or replace macro plain_serial(cell) as case
    when cell is null or not regexp_full_match(regexp_replace(lower(cell), '^0x|[:\\s]', '', 'g'), '-?[0-9a-f]+') then ''
    else coalesce(nullif(ltrim(regexp_replace(lower(cell), '^0x|[:\\s]', '', 'g'), '0'), ''), '0')
    end;
create or replace macro common_name_of(issuer) as case when issuer is null or issuer = '' then ''
    else trim(replace(coalesce(
        nullif(regexp_extract(issuer, '(?:^|[,/+;]\\s*)[cC][nN]\\s*=\\s*"([^"]*)"', 1), ''),
        nullif(regexp_extract(issuer, '(?:^|[,/+;]\\s*)[cC][nN]\\s*=\\s*((?:\\\\.|[^",/+;])+)', 1), ''),
        issuer), '\\', '')) end;
create or replace macro event_problem(cell, written_at, utc_at, after) as case
    when utc_at > after then 'lies more than a day after the export was received'
    else date_problem(cell, written_at)
    end;
create or replace macro worded_seconds(cell, unit, seconds) as
    coalesce(try_cast(nullif(regexp_extract(cell, '([0-9]+) ' || unit, 1), '') as bigint), 0) * seconds;
create or replace macro duration_seconds(cell) as case
    when cell is null or cell = '' then null
    when regexp_full_match(cell, '[0-9]{1,12}|[0-9]{1,3}(,[0-9]{3}){1,3}') then cast(replace(cell, ',', '') as bigint)
    when regexp_full_match(cell, '19[7-9][0-9]-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}')
        then cast(seconds_between(timestamp '1970-01-01', try_cast(cell as timestamp)) as bigint)
    when regexp_full_match(cell, '[0-9]{1,6}:[0-5][0-9]:[0-5][0-9]')
        then 3600 * cast(split_part(cell, ':', 1) as bigint) + 60 * cast(split_part(cell, ':', 2) as bigint) + cast(split_part(cell, ':', 3) as bigint)
    when regexp_full_match(lower(cell), '([0-9]{1,6} days?)?( ?[0-9]{1,8} hours?)?( ?[0-9]{1,8} minutes?)?( ?[0-9]{1,12} seconds?)?')
        then worded_seconds(lower(cell), 'day', 86400) + worded_seconds(lower(cell), 'hour', 3600) + worded_seconds(lower(cell), 'minute', 60)
        + worded_seconds(lower(cell), 'second', 1)
    end;
"""


def connect(path: Path | str = ":memory:", *, formats: Iterable[TimestampFormat] = (), spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """A writable connection with the prelude. `spill`: folder for what does not fit in memory."""
    connection = duckdb.connect(str(path))
    run(connection, "set TimeZone = 'UTC'")
    if spill is not None:
        run(connection, "set temp_directory = ?", [str(spill)])
    run(connection, _parse_ts(formats))
    run(connection, _FUNCTIONS)
    return connection


def run(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Iterable | None = None) -> list[tuple]:
    """Execute and drain at once, so that no later statement can lose these rows. Returns all rows."""
    return connection.execute(sql, list(parameters) if parameters is not None else None).fetchall()


def load(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, pa.DataType], rows: Sequence[tuple]) -> None:
    """Create a table from Python rows; `table` and the column names are the product's own."""
    arrays = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    batch = pa.table({name: pa.array(values, type=kind) for (name, kind), values in zip(columns.items(), arrays, strict=True)})
    connection.register("incoming_rows", batch)
    run(connection, f"create table {table} as select * from incoming_rows")
    connection.unregister("incoming_rows")


def _parse_ts(formats: Iterable[TimestampFormat]) -> str:
    """The macro `parse_ts`, written from the closed list of formats; another id is an error at run time.

    Every reading is gated by its pattern, because a cast alone would accept 'epoch' or drop an offset in silence.
    The shape `YYYY-MM-DD HH:MM:SS` is told by its colons, which is many times cheaper.
    """
    branches = []
    for each in formats:
        gate = f"regexp_full_match(cell, {literal(each.pattern)})"
        if each.format_id == "iso":
            gate = f"case when length(cell) = 19 and substr(cell, 14, 1) = ':' and substr(cell, 17, 1) = ':' then true else {gate} end"
        if each.precision == "instant_with_zone":
            named = "cell"
            for zone, offset in ZONES.items():
                named = f"replace({named}, ' {zone}', ' {offset}')"
            reading = f"timezone('UTC', try_strptime({named}, {literal(each.strptime)}))"
        elif each.strptime:
            reading = f"try_strptime(cell, {literal(each.strptime)})"
        elif each.precision == "instant_with_offset":
            reading = "timezone('UTC', try_cast(cell as timestamptz))"
        else:
            reading = "try_cast(cell as timestamp)"
        branches.append(f"when format_id = {literal(each.format_id)} then case when {gate} then {reading} end")
    choice = " ".join(["when format_id is null or cell is null then null", *branches])
    return (
        "create or replace macro parse_ts(cell, format_id) as "
        f"case {choice} else cast(error('unknown timestamp format: ' || format_id) as timestamp) end"
    )


def literal(text: str) -> str:
    """A SQL string literal, for the product's own names, paths and validated policy data, where no parameter can be bound."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A name as SQL reads it, whatever signs an export's header has."""
    return '"' + name.replace('"', '""') + '"'


def no_pattern(path: Path) -> str:
    """The path with the characters of glob patterns escaped: DuckDB would read other files that match."""
    return "".join(f"[{each}]" if each in "*?[" else each for each in str(path))
