"""The reading of an export: its zone, its day order, one timestamp format per time column, and its newest event.

None of it is in the file. The zone is given or the mapping's; the day order is decided by a value above 12 in any time column of the file, one user having
one format. Everything is asked of whole columns in SQL; no cell passes through Python.
"""

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import duckdb

from pipelines.contracts import Contract
from pipelines.engines.duckdb_engine import identifier, run
from pipelines.errors import UserError
from pipelines.mappings import zones
from pipelines.policy_schema import TimestampFormat

DayOrder = Literal["mdy", "dmy"]
OPTIONS = {"mdy": "--month-first", "dmy": "--day-first"}
WORDS = {"mdy": "month first", "dmy": "day first"}
SAMPLED_CELLS = 2_000
SYSTEM_SHAPES = {"iso": "____-__-__ __:__:__", "iso_date": "____-__-__"}
EARLIEST_PLAUSIBLE = datetime(2000, 1, 1)
PLAUSIBLE_AFTER_RECEIPT = timedelta(days=1)

_SMALL, _LARGE = "(0?[1-9]|1[0-2])", "(1[3-9]|2[0-9]|3[01])"
DECIDING = {"mdy": f"^{_SMALL}[-/.]{_LARGE}[-/.][0-9]", "dmy": f"^{_LARGE}[-/.]{_SMALL}[-/.][0-9]"}
"""A cell that can only be read in this order: its other number is above 12."""


@dataclass(frozen=True)
class Cell:
    """Where a value stands in an export; `row_number` counts records after the header from 1."""

    row_number: int
    header: str
    value: str

    def __str__(self) -> str:
        return f'row {self.row_number:,}, column "{self.header}" is {self.value}'


@dataclass(frozen=True)
class Evidence:
    """What the time columns of one export show.

    `matches`: per contract column, how many cells each format fits (formats that fit none are absent). `deciding`: the first cell that only
    one day order can read, per order. `undecided`: the first cell whose day order matters, null when none does. `uniform`: columns whose every
    cell has the shape YYYY-MM-DD HH:MM:SS, so that their texts sort like their times.
    """

    matches: Mapping[str, Mapping[str, int]]
    deciding: Mapping[DayOrder, Cell]
    undecided: Cell | None
    uniform: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Reading:
    """How an export is read. `day_order_basis`: explicit, data, mapping, previous or not_needed (then `day_order` is null)."""

    timezone: str
    day_order: DayOrder | None
    day_order_basis: str
    formats: Mapping[str, str]


@dataclass(frozen=True)
class Rows:
    """The landed rows of one export: the Parquet file, the row number as an expression, the time columns and the words that mean nothing."""

    parquet: str
    row_number_sql: str
    columns: Mapping[str, str]
    nulls: Sequence[str]

    def raw(self, column: str) -> str:
        """A cell of a contract column as landed."""
        return identifier(self.columns[column])

    def cell(self, column: str) -> str:
        """The same, trimmed, and null where it is empty or a null word."""
        text = f"trim({self.raw(column)})"
        words = ", ".join("'" + word.replace("'", "''") + "'" for word in ("", *self.nulls))
        return f"case when {text} not in ({words}) then {text} end"


def require_zone(name: str) -> str:
    """The name of a known time zone. Raises UserError with the nearest names."""
    if name in zones():
        return name
    near = difflib.get_close_matches(name, sorted(zones()), 1) or ["America/Los_Angeles"]
    raise UserError(f'--timezone "{name}": there is no such time zone. Write an IANA name such as {near[0]}.')


def examine(connection: duckdb.DuckDBPyConnection, rows: Rows, formats: Sequence[TimestampFormat]) -> Evidence:
    """Look at every time column of an export. Columns wholly in ServiceNow's system format cost one scan."""
    if not rows.columns:
        return Evidence({}, {}, None)
    shaped = _shaped(connection, rows)
    matches: dict[str, dict[str, int]] = {}
    deciding: dict[DayOrder, Cell] = {}
    undecided: list[Cell] = []
    for column in rows.columns:
        if column in shaped:
            matches[column] = shaped[column]
            continue
        matches[column], first = _fitting(connection, rows, column, formats)
        for order in DECIDING:
            if order in first and (order not in deciding or first[order].row_number < deciding[order].row_number):
                deciding[order] = first[order]
        if "any" in first:
            undecided.append(first["any"])
    uniform = frozenset(column for column, fitting in shaped.items() if set(fitting) == {"iso"})
    return Evidence(matches, deciding, min(undecided, key=lambda cell: cell.row_number, default=None), uniform)


def _shaped(connection: duckdb.DuckDBPyConnection, rows: Rows) -> dict[str, dict[str, int]]:
    """Cells per format of the columns whose every cell, as landed, has one of the system shapes."""
    asked = [
        f"count({rows.raw(column)}), " + ", ".join(f"count(*) filter ({rows.raw(column)} like '{shape}')" for shape in SYSTEM_SHAPES.values())
        for column in rows.columns
    ]
    counts = run(connection, f"select {', '.join(asked)} from read_parquet(?)", [rows.parquet])[0]
    found = {}
    for position, column in enumerate(rows.columns):
        filled, *each = counts[position * (len(SYSTEM_SHAPES) + 1) :][: len(SYSTEM_SHAPES) + 1]
        if filled in each:
            found[column] = {format_id: count for format_id, count in zip(SYSTEM_SHAPES, each, strict=True) if count}
    return found


def _fitting(
    connection: duckdb.DuckDBPyConnection, rows: Rows, column: str, formats: Sequence[TimestampFormat]
) -> tuple[dict[str, int], dict[str, Cell]]:
    """Cells per format that fits any, and the first cells that decide the day order ('any': whose day order matters at all)."""
    cells = f"(select {rows.row_number_sql} as row_number, {rows.cell(column)} as cell from read_parquet(?))"
    sample = [cell for (cell,) in run(connection, f"select cell from {cells} where cell is not null limit {SAMPLED_CELLS}", [rows.parquet])]
    patterns = list(dict.fromkeys(each.pattern for each in formats))
    likely = [pattern for pattern in patterns if any(re.fullmatch(pattern, cell) for cell in sample)]
    counts, rest = _counted(connection, rows, cells, likely)
    if rest:
        others = [pattern for pattern in patterns if pattern not in likely]
        counts |= _counted(connection, rows, f"(select * from {cells} where {' and '.join(f'not {_fits(each)}' for each in likely) or 'true'})", others)[0]
    fitting = {each.format_id: counts[each.pattern] for each in formats if counts.get(each.pattern)}
    ambiguous = sorted({each.pattern for each in formats if each.day_order in DECIDING and each.format_id in fitting})
    if not ambiguous:
        return fitting, {}
    told = " or ".join(_fits(pattern) for pattern in ambiguous)
    conditions = {order: f"regexp_matches(cell, '{pattern}')" for order, pattern in DECIDING.items()} | {"any": "true"}
    asked = ", ".join(f"min(row_number) filter ({condition}), arg_min(cell, row_number) filter ({condition})" for condition in conditions.values())
    found = run(connection, f"select {asked} from {cells} where {told}", [rows.parquet])[0]
    places = zip(conditions, found[::2], found[1::2], strict=True)
    return fitting, {order: Cell(row, rows.columns[column], cell) for order, row, cell in places if row is not None}


def _counted(connection: duckdb.DuckDBPyConnection, rows: Rows, cells: str, patterns: Sequence[str]) -> tuple[dict[str, int], int]:
    """Cells that fit each pattern, and how many fit none."""
    fits = [_fits(pattern) for pattern in patterns]
    asked = ", ".join(f"count(*) filter ({fit})" for fit in [*fits, f"cell is not null and not ({' or '.join(fits) or 'false'})"])
    *counts, rest = run(connection, f"select {asked} from {cells}", [rows.parquet])[0]
    return dict(zip(patterns, counts, strict=True)), rest


def _fits(pattern: str) -> str:
    return "regexp_full_match(cell, '" + pattern.replace("'", "''") + "')"


def decide(
    evidence: Evidence, *, explicit: DayOrder | None, mapping: DayOrder | None, previous: DayOrder | None
) -> tuple[DayOrder | None, str]:
    """The day order of an export and its basis.

    An order asked for must not contradict a cell; a deciding cell beats the mapping's default, and that the order of the last decided export
    of the same source and headers. Raises UserError (without the name of the export) on a contradiction and where nothing decides.
    """
    cells = evidence.deciding
    if explicit is not None:
        other: DayOrder = "dmy" if explicit == "mdy" else "mdy"
        if other in cells:
            raise UserError(f"{cells[other]}, which {OPTIONS[explicit]} cannot read. Use {OPTIONS[other]}, or leave the option out.")
    if len(cells) == 2:
        dmy, mdy = cells["dmy"], cells["mdy"]
        raise UserError(f"{dmy} (day first), but {mdy} (month first); an export has one format. Export it again in one format, or split it.")
    if evidence.undecided is None:
        return None, "not_needed"
    if explicit is not None:
        return explicit, "explicit"
    for order in cells:
        return order, "data"
    if mapping is not None:
        return mapping, "mapping"
    if previous is not None:
        return previous, "previous"
    raise UserError(f"{evidence.undecided}: day or month first? No cell of the file decides. Say {OPTIONS['mdy']} or {OPTIONS['dmy']}.")


def choose_formats(evidence: Evidence, day_order: DayOrder | None, formats: Sequence[TimestampFormat]) -> dict[str, str]:
    """Per time column the format of this day order that fits most cells; `iso` where none fits, so that each cell says it cannot be read."""
    usable = [each.format_id for each in formats if each.day_order in ("ymd", day_order)]
    chosen = {}
    for column, fitting in evidence.matches.items():
        counts = {format_id: fitting[format_id] for format_id in usable if format_id in fitting}
        chosen[column] = max(counts, key=lambda format_id: counts[format_id]) if counts else "iso"
    return chosen


def newest_event(
    connection: duckdb.DuckDBPyConnection, rows: Rows, contract: Contract, evidence: Evidence, reading: Reading, received_at: datetime, local_zone: str
) -> tuple[datetime | None, datetime | None]:
    """The newest plausible event in UTC, and the latest plausible instant where an event exceeds it (else null).

    Plausible: from 2000 to a day after receipt. A bare date is midnight in `local_zone`. Among local times the newest is converted, the first reading of autumn's repeated hour.
    """
    latest = (received_at + PLAUSIBLE_AFTER_RECEIPT).astimezone(UTC)
    newest, exceeds = [], False
    for column in (column for column in dict.fromkeys(contract.events + contract.reach) if column in rows.columns):
        format_id = reading.formats[column]
        zone = ZoneInfo("UTC" if format_id.endswith("offset") else local_zone if format_id.endswith("date") else reading.timezone)
        limit = latest.astimezone(zone).replace(tzinfo=None)
        written_at = _greatest(connection, rows, column) if column in evidence.uniform else None
        if written_at is None or written_at > limit:
            parsed = f"parse_ts({rows.cell(column)}, '{format_id}')"
            asked = f"max(case when {parsed} <= ? then {parsed} end), coalesce(max({parsed}) > ?, false)"
            written_at, is_beyond = run(connection, f"select {asked} from read_parquet(?)", [limit, limit, rows.parquet])[0]
            exceeds = exceeds or (is_beyond and column in contract.events)
        if column in contract.reach and written_at is not None and written_at >= EARLIEST_PLAUSIBLE:
            newest.append(written_at.replace(tzinfo=zone).astimezone(UTC))
    return max(newest, default=None), latest if exceeds else None


def _greatest(connection: duckdb.DuckDBPyConnection, rows: Rows, column: str) -> datetime | None:
    """The newest time of a uniform column by its text, which the Parquet statistics know; null when it is no time."""
    greatest = run(connection, f"select max({rows.raw(column)}) from read_parquet(?)", [rows.parquet])[0][0]
    try:
        return datetime.fromisoformat(greatest) if greatest else None
    except ValueError:
        return None
