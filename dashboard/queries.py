"""What the pages ask, each function named for the published table that answers it.

`where` maps names of the registry in `pipelines.metrics` to accepted values, as `Filters.where()` gives them.
Frames of `slo_attainment` have two columns more: `due_count`, and `period` where a grain is among `by`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from dashboard import formats, tallies, warehouse
from dashboard.filters import GRAINS, Choices
from dashboard.tallies import Tally
from dashboard.verdicts import Day
from pipelines import differences, metrics

Where = Mapping[str, Sequence[str]]
PAGE_ROWS = 100
PARTS = ("met_count", "missed_count", "met_not_yet_due_count", "open_count", "excluded_count", "not_measurable_count")


class Sql(NamedTuple):
    """A statement the registry has no selection for."""

    sql: str
    parameters: tuple[Any, ...]


def run_params(path: Path) -> Any:
    """The one row of the run: as_of, zone, policy choices."""
    return warehouse.records(path, metrics.select("run_params"))[0]


@lru_cache(maxsize=8)
def choices(path: str) -> Choices:
    """What the filters may be in this snapshot; the default period is the last complete one, else the newest."""
    periods, defaults = {}, {}
    for grain in GRAINS:
        rows = warehouse.records(Path(path), metrics.select("slo_attainment", by=(grain,)))
        periods[grain] = tuple(getattr(row, grain) for row in rows)
        complete = [getattr(row, grain) for row in rows if row.is_complete]
        # Without any request the period is that of the data's date.
        periods[grain] = periods[grain] or (formats.period_of(grain, run_params(Path(path)).as_of_on),)
        defaults[grain] = (complete or list(periods[grain]))[-1]
    known = {row.service_option: row.name for row in policy_options(Path(path))}
    found = {name: _values(path, name) for name in ("service_option", "department", "request_type")}
    extra = {value: "Unclassified" if value == "unclassified" else value for value in found["service_option"] if value not in known}
    by_name = {name: tuple(sorted(found[name], key=lambda value: (value == "", value.casefold()))) for name in ("department", "request_type")}
    return Choices(periods, defaults, {**known, **extra}, by_name["department"], by_name["request_type"])


def slo_attainment(path: Path, by: Sequence[str], where: Where, clock_basis: str | None = None) -> pd.DataFrame:
    """Attainment statements by dimension, in the registry's order."""
    rows = warehouse.frame(path, slo_attainment_query(by, where, clock_basis))
    grain = next((name for name in by if name in GRAINS), None)
    period = {"period": rows[grain]} if grain else {}
    return rows.assign(due_count=rows["met_count"] + rows["missed_count"], **period)


def slo_attainment_query(by: Sequence[str], where: Where, clock_basis: str | None = None) -> metrics.Query:
    """The selection behind a chart of attainment, for its download."""
    return metrics.select("slo_attainment", by=tuple(by), where=where, clock_basis=clock_basis)


def tally(path: Path, where: Where) -> Tally:
    """All requests of a filter sorted into what becomes of them."""
    grain = next((name for name in where if name in GRAINS), "fiscal_year")
    return tallies.tally(warehouse.records(path, metrics.select("slo_attainment", by=(grain,), where=where)))


def slo_outcomes_count(path: Path, where: Where) -> int:
    """How many requests a filter holds."""
    return int(warehouse.records(path, metrics.count("slo_outcomes", where))[0].row_count)


def slo_outcome(path: Path, number: str) -> Any | None:
    """One request by its number, or by the only number that differs from it in case alone; or None."""
    exact = warehouse.records(path, metrics.select("slo_outcomes", where={"number": [number]}))
    if exact:
        return exact[0]
    alike = [row.number for row in warehouse.records(path, Sql("select number from slo_outcomes where lower(number) = lower(?) limit 2", (number,)))]
    return slo_outcome(path, alike[0]) if len(alike) == 1 else None


def similar_numbers(path: Path, number: str) -> list[str]:
    """Numbers that begin or end like the one that was not found, whatever their case; those that differ in case alone first, at most five."""
    digits = "".join(letter for letter in number if letter.isdigit())
    sql = (
        "select number from slo_outcomes where lower(number) = lower(?) or ends_with(lower(number), lower(?)) or starts_with(lower(number), lower(?)) "
        "order by lower(number) = lower(?) desc, number limit 5"
    )
    return [row.number for row in warehouse.records(path, Sql(sql, (number, digits[-5:] or number, number[:-1] or number, number)))]


def request_clocks(path: Path, number: str) -> dict[str, Any]:
    """One request on each clock basis."""
    return {row.clock_basis: row for row in warehouse.records(path, metrics.select("request_clocks", where={"number": [number]}))}


def request_versions(path: Path, number: str) -> pd.DataFrame:
    """The export rows a request came from, newest version first."""
    return warehouse.frame(path, request_versions_query(number))


def request_versions_query(number: str) -> metrics.Query:
    """The export rows of one request, for a download."""
    return metrics.select("request_versions", where={"number": [number]}, order=(("version_at", True),))


def calendar(path: Path, days: Iterable[date]) -> dict[date, Day]:
    """The calendar of these dates, as the snapshot was built with."""
    wanted = [day.isoformat() for day in days]
    rows = warehouse.records(path, metrics.select("calendar_days", where={"on_date": wanted}))
    return {row.on_date: Day(row.on_date, row.is_business_day, row.floor_ord, row.ceil_ord, row.closure_name) for row in rows}


def calendar_between(path: Path, first: date, last: date) -> dict[date, Day]:
    """The calendar from one date to another, both included."""
    chosen = metrics.select("calendar_days")
    rows = warehouse.records(path, Sql(f"select * from ({chosen.sql}) where on_date between ? and ?", (first, last)))
    return {row.on_date: Day(row.on_date, row.is_business_day, row.floor_ord, row.ceil_ord, row.closure_name) for row in rows}


def table(path: Path, name: str, where: Where | None = None, **paging: Any) -> pd.DataFrame:
    """A table of rows as it is published: exports, quarantine, checks, check_offenders, policy tables."""
    return warehouse.frame(path, metrics.select(name, where=where, **paging))


def table_count(path: Path, name: str, where: Where | None = None) -> int:
    """How many rows of a table match."""
    return int(warehouse.records(path, metrics.count(name, where))[0].row_count)


def policy_options(path: Path) -> list[Any]:
    """The service options in the order of the policy."""
    return warehouse.records(path, metrics.select("policy_options"))


def _values(path: str, dimension: str) -> tuple[str, ...]:
    return tuple(row.value or "" for row in warehouse.records(Path(path), metrics.values(dimension)))


class Soon(NamedTuple):
    """Dates from one day to the n-th business day after it, that day, and the closures among them in words."""

    days: tuple[date, ...]
    last: date
    closures: str


def due_soon(path: Path, first: date, business_days: int) -> Soon:
    """The dates within so many business days after `first`, itself and weekends included."""
    ahead = calendar_between(path, first, first + timedelta(days=4 * business_days + 14))
    goal = ahead[first].floor_ord + business_days
    last = min(day for day, each in ahead.items() if each.is_business_day and each.floor_ord == goal)
    days = tuple(day for day in sorted(ahead) if day <= last)
    closed = [f"{ahead[day].closure_name} {day.isoformat()}" for day in days if ahead[day].closure_name and day.weekday() < 5]
    return Soon(days, last, ", ".join(closed))


def previous_snapshot(path: Path) -> Path | None:
    """The snapshot that was published before this one, or None."""
    return next(iter(earlier_snapshots(path)), None)


def earlier_snapshots(path: Path) -> list[Path]:
    """The kept snapshots that were published before this one, the newest first."""
    return warehouse.earlier(path)[::-1]


def changed_months(old: Path, new: Path) -> list[Any]:
    """The service options and months whose counts differ between two snapshots."""
    return warehouse.differing(old, new, differences.MONTHS)


def changed_requests(old: Path, new: Path, *, offset: int = 0) -> list[Any]:
    """A page of the requests that explain it."""
    return warehouse.differing(old, new, differences.requests(limit=PAGE_ROWS, offset=offset))


def changed_causes(old: Path, new: Path) -> dict[str, int]:
    """How many requests each cause explains."""
    return {row.cause: row.request_count for row in warehouse.differing(old, new, differences.CAUSES_FOUND)}


def changed_run(old: Path, new: Path) -> Any:
    """What the two snapshots were made of that differs."""
    return warehouse.differing(old, new, differences.RUNS)[0]


def lateness_query(clock_basis: str, where: Where) -> metrics.Query:
    """Missed requests by business days after the due date, a row per bar, zeros included."""
    parts, parameters = [], []
    for position, late in enumerate(metrics.LATE_BUCKETS):
        cells = metrics.select("slo_cube", where={"clock_basis": [clock_basis], **where, "late": [late]})
        parts.append(f"select {position} as position, ? as late, sum(request_count) as request_count from ({cells.sql})")
        parameters += [late, *cells.parameters]
    sql = f"select late, cast(coalesce(request_count, 0) as bigint) as request_count from ({' union all '.join(parts)}) order by position"
    return metrics.Query(sql, tuple(parameters), (metrics.Column("late", "text"), metrics.Column("request_count", "count")))


def lateness(path: Path, clock_basis: str, where: Where) -> pd.DataFrame:
    """The bars of `lateness_query`."""
    return warehouse.frame(path, lateness_query(clock_basis, where))


def clock_bases_query(by: Sequence[str], where: Where, bases: Sequence[str]) -> metrics.Query:
    """Attainment statements on several clock bases, one after the other, with a first column that says which."""
    chosen = [metrics.select("slo_attainment", by=tuple(by), where=where, clock_basis=basis) for basis in bases]
    parts = [f"select {position} as position, ? as clock_basis, statement.* from ({each.sql}) as statement" for position, each in enumerate(chosen)]
    parameters = tuple(value for basis, each in zip(bases, chosen, strict=True) for value in (basis, *each.parameters))
    names = ", ".join(["clock_basis", *(column.name for column in chosen[0].columns)])
    order = ", ".join(f"{name} nulls last" for name in by)
    sql = f"select {names} from ({' union all '.join(parts)}) order by position, {order}"
    return metrics.Query(sql, parameters, (metrics.Column("clock_basis", "text"), *chosen[0].columns))


def last_end(path: Path, where: Where) -> Any | None:
    """The latest stop among the requests of a filter (naive UTC), or None."""
    rows = warehouse.records(path, metrics.select("slo_outcomes", where=where, order=(("stop_at", True),), limit=1))
    return rows[0].stop_at if rows else None


def table_query(name: str, where: Where | None = None) -> metrics.Query:
    """A table of rows, for a download."""
    return metrics.select(name, where=where)


def outcome_reasons(path: Path) -> pd.DataFrame:
    """All requests by outcome and reason, most first: `slo_outcome`, `reason`, `labels`, `request_count`."""
    return warehouse.frame(path, outcome_reasons_query())


def outcome_reasons_query() -> metrics.Query:
    """Requests by outcome and reason; the source's labels that a reason names are joined in `labels`."""
    sql = (
        "select slo_outcome, split_part(outcome_reason, ': ', 1) as reason, "
        "string_agg(distinct nullif(substr(outcome_reason, strpos(outcome_reason, ': ') + 2), ''), '; ' order by 1) "
        "filter (where strpos(outcome_reason, ': ') > 0) as labels, count(*) as request_count "
        "from slo_outcomes group by 1, 2 order by request_count desc, slo_outcome, reason"
    )
    texts = tuple(metrics.Column(name, "text") for name in ("slo_outcome", "reason", "labels"))
    return metrics.Query(sql, (), (*texts, metrics.Column("request_count", "count")))


def main_unmeasured_reason(path: Path, where: Where) -> str | None:
    """The commonest reason why requests of a filter cannot be measured, without the source's label."""
    chosen = metrics.select("slo_outcomes", where={**where, "slo_outcome": ["not_measurable", "open"], "due_on": [""]})
    sql = f"select split_part(outcome_reason, ': ', 1) as reason from ({chosen.sql}) group by 1 order by count(*) desc, 1 limit 1"
    return next((row.reason for row in warehouse.records(path, Sql(sql, chosen.parameters))), None)


def reasons_with_labels(path: Path, reason: str) -> list[str]:
    """Every `outcome_reason` that is this reason, with or without a label of the source."""
    sql = "select distinct outcome_reason as full_reason from slo_outcomes where split_part(outcome_reason, ': ', 1) = ? order by 1"
    return [row.full_reason for row in warehouse.records(path, Sql(sql, (reason,)))]


def listed_weeks(path: Path) -> set[tuple[str, date]]:
    """Source and Monday of every week that an export of certificates reaches to."""
    sql = (
        "select distinct source, cast(date_trunc('week', timezone((select zone from run_params), timezone('UTC', newest_event_at))) as date) as monday "
        "from exports where kind = 'certificates' and not is_withdrawn and newest_event_at is not null"
    )
    return {(row.source, row.monday) for row in warehouse.records(path, Sql(sql, ()))}


def changed_weeks(path: Path) -> set[date]:
    """Monday of every week in which a state change lies that the phase of a request begins with."""
    sql = (
        "select distinct cast(date_trunc('week', timezone((select zone from run_params), timezone('UTC', started_at))) as date) as monday "
        "from facts.request_intervals where source is not null"
    )
    return {row.monday for row in warehouse.records(path, Sql(sql, ()))}


def updated_weeks(path: Path) -> set[tuple[str, date]]:
    """Source and Monday of every week in which a version of a request lies."""
    sql = (
        "select distinct exports.source, cast(date_trunc('week', timezone((select zone from run_params), timezone('UTC', version_at))) as date) as monday "
        "from request_versions inner join exports on request_versions.export = exports.name"
    )
    return {(row.source, row.monday) for row in warehouse.records(path, Sql(sql, ()))}
