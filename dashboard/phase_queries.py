"""What the page of misses asks about the time of requests: days by phase and by party, paths, how many are known, and the pauses.

`where` maps names of the registry in `pipelines.metrics` to accepted values, as `Filters.where()` gives them; due requests of it are counted.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import warehouse
from dashboard.queries import Sql, Where
from pipelines import metrics

DAYS = {
    "0": "cells.business_days = 0",
    "1": "cells.business_days = 1",
    "2": "cells.business_days = 2",
    "3": "cells.business_days = 3",
    "4": "cells.business_days = 4",
    "5": "cells.business_days = 5",
    "6 to 10": "cells.business_days between 6 and 10",
    "over 10": "cells.business_days > 10",
}
"""The bars of a phase, by its business days."""
DAY_COLUMNS = {days: f"days_{days.replace(' ', '_')}_count" for days in DAYS}
UNPUBLISHED = 100
"""The position of a phase that is not one of those published for its option."""
DUE = {"is_due": ["true"], "slo_outcome": ["met", "missed"]}


def phase_days_query(where: Where) -> metrics.Query:
    """Met and missed requests by published phase and the business days they spent there: a row per phase, budget and outcome, missed ones first."""
    cells = metrics.select("phase_cube", where={**where, **DUE})
    sums = {
        "request_count": "sum(cells.request_count)",
        "over_budget_count": "sum(cells.request_count) filter (where cells.business_days > cells.budget_business_days)",
        "phase_business_days": "sum(cells.request_count * cells.business_days)",
        **{DAY_COLUMNS[days]: f"sum(cells.request_count) filter (where {condition})" for days, condition in DAYS.items()},
    }
    counted = ", ".join(f"cast(coalesce({sql}, 0) as bigint) as {name}" for name, sql in sums.items())
    same = " and ".join(f"phases.{name} is not distinct from cells.{name}" for name in ("phase", "party", "budget_business_days"))
    sql = (
        f"with cells as (select * from ({cells.sql}) where position < {UNPUBLISHED}), "
        "phases as (select phase, party, budget_business_days, min(position) as place from cells group by all), "
        "outcomes as (select unnest(['missed', 'met']) as outcome) "
        f"select phases.phase, phases.party, phases.budget_business_days, outcome as slo_outcome, {counted} "
        f"from phases cross join outcomes left join cells on {same} and cells.slo_outcome = outcome "
        "group by phases.phase, phases.party, phases.budget_business_days, phases.place, outcome "
        "order by phases.place, phases.phase, phases.budget_business_days nulls last, phases.party nulls last, outcome desc"
    )
    texts, numbers = ("phase", "party"), (*sums,)
    columns = [metrics.Column(name, "text") for name in texts] + [metrics.Column("budget_business_days", "count"), metrics.Column("slo_outcome", "text")]
    return metrics.Query(sql, cells.parameters, (*columns, *(metrics.Column(name, "count") for name in numbers)))


def party_days_query(where: Where) -> metrics.Query:
    """Business days by who held the requests, of missed and of met ones, on the policy's clock and from submission; no party where nothing says who.

    Of the missed ones, also the days of those that are still open, which count to `as_of`. Those of most days on the clock first.
    """
    cells = metrics.select("phase_cube", where={**where, **DUE})
    days = {"clock_business_days": "clock_share_ratio", "business_days": "share_ratio"}
    sums = [
        f"cast(coalesce(sum(request_count * {column}) filter (where {condition}), 0) as bigint) as {name}_{column}"
        for name, condition in (("missed", "slo_outcome = 'missed'"), ("open", "is_open_overdue"), ("met", "slo_outcome = 'met'"))
        for column in days
    ]
    columns = [
        (f"{outcome}_{name}", kind)
        for column, ratio in days.items()
        for outcome, name, kind in (
            ("missed", column, "count"), ("missed", ratio, "ratio"), ("open", column, "count"), ("met", column, "count"), ("met", ratio, "ratio"),
        )
    ]  # fmt: skip
    ratios = {
        f"{outcome}_{ratio}": f"{outcome}_{column} / nullif(cast(sum({outcome}_{column}) over () as double), 0) as {outcome}_{ratio}"
        for column, ratio in days.items()
        for outcome in ("missed", "met")
    }
    sql = (
        f"select party, {', '.join(ratios.get(name, name) for name, _ in columns)} from (select party, {', '.join(sums)} from ({cells.sql}) group by party) "
        "order by missed_clock_business_days desc, missed_business_days desc, met_clock_business_days desc, met_business_days desc, party nulls last"
    )
    return metrics.Query(sql, cells.parameters, (metrics.Column("party", "text"), *(metrics.Column(name, kind) for name, kind in columns)))


def paths_query(where: Where) -> metrics.Query:
    """The paths of due requests, those that most missed ones took first: counts, and the middle request's hand-offs and business days from submission."""
    chosen = metrics.select("slo_outcomes", where={**where, **DUE})
    sql = (
        "select flows.path, count(*) filter (where chosen.slo_outcome = 'missed') as missed_count, count(*) as due_count, "
        "cast(percentile_disc(0.5) within group (order by flows.hand_off_count) as integer) as median_hand_off_count, "
        "cast(percentile_disc(0.5) within group (order by clocks.elapsed_business_days) as integer) as median_business_days "
        f"from ({chosen.sql}) as chosen inner join request_flows as flows on chosen.number = flows.number "
        "inner join facts.request_clocks as clocks on chosen.number = clocks.number and clocks.clock_basis = 'submitted' "
        "group by flows.path order by missed_count desc, due_count desc, flows.path"
    )
    counts = ("missed_count", "due_count", "median_hand_off_count", "median_business_days")
    return metrics.Query(sql, chosen.parameters, (metrics.Column("path", "text"), *(metrics.Column(name, "count") for name in counts)))


def frame(path: Path, query: metrics.Query) -> pd.DataFrame:
    """The rows of one of these queries."""
    return warehouse.frame(path, query)


def known(path: Path, where: Where) -> Any:
    """Of the due requests of a filter: `missed_count`, `met_count`, of how many of each the phases are `known`, and `complete` for their whole time.

    `open_known_count`: those of `missed_known_count` that are still open.
    """
    chosen = metrics.select("slo_outcomes", where={**where, **DUE})
    told = "number in (select number from facts.request_intervals where position = 1)"
    complete = "number in (select number from request_flows where is_complete)"
    parts = [
        f"count(*) filter (where slo_outcome = '{outcome}'{condition}) as {outcome}_{name}"
        for outcome in ("missed", "met")
        for name, condition in (("count", ""), ("known_count", f" and {told}"), ("complete_count", f" and {complete}"))
    ]
    parts.append(f"count(*) filter (where is_open_overdue and {told}) as open_known_count")
    return warehouse.records(path, Sql(f"select {', '.join(parts)} from ({chosen.sql})", chosen.parameters))[0]


def is_any_known(path: Path) -> bool:
    """Whether any request of the snapshot has phases."""
    return bool(warehouse.records(path, Sql("select 1 as found from facts.request_phases limit 1", ())))


def known_from_on(path: Path) -> date | None:
    """The first day of which a state change of any request tells; None where none does."""
    return warehouse.records(path, Sql("select min(started_on) as first_on from facts.request_intervals where source is not null", ()))[0].first_on


def clock_bases(path: Path) -> list[str]:
    """The clock bases that the snapshot has statements on: both clocks, and the other readings where something gives cause for one."""
    return [row.clock_basis for row in warehouse.records(path, Sql("select distinct clock_basis from slo_months order by 1", ()))]


def credited(path: Path, where: Where) -> Any:
    """Due requests of a filter with a pause that moves their due date: `request_count`, `missed_count` of them, and by how many `business_days` together."""
    chosen = metrics.select("slo_outcomes", where={**where, **DUE})
    sql = (
        "select count(distinct chosen.number) as request_count, count(distinct chosen.number) filter (where chosen.slo_outcome = 'missed') as missed_count, "
        "cast(coalesce(sum(credited_business_days), 0) as bigint) as business_days "
        f"from facts.clock_pauses as pauses inner join ({chosen.sql}) as chosen on pauses.number = chosen.number where credited_business_days > 0"
    )
    return warehouse.records(path, Sql(sql, chosen.parameters))[0]


def is_any_pause_known(path: Path) -> bool:
    """Whether any pause lies within the clock of any request."""
    return bool(warehouse.records(path, Sql("select 1 as found from facts.clock_pauses limit 1", ())))


def sources(path: Path) -> list[Any]:
    """Where the phases of requests come from: `source`, `request_count`, `piece_count`, most first."""
    sql = (
        "select source, count(distinct number) as request_count, count(*) as piece_count from facts.request_intervals where source is not null "
        "group by source order by request_count desc, source"
    )
    return warehouse.records(path, Sql(sql, ()))


def known_of_all(path: Path) -> Any:
    """Of all requests: `request_count`, of how many the phases are known (`known_count`), and for their whole time (`complete_count`)."""
    sql = (
        "select (select count(*) from slo_outcomes) as request_count, (select count(*) from facts.request_intervals where position = 1) as known_count, "
        "(select count(*) from request_flows where is_complete) as complete_count"
    )
    return warehouse.records(path, Sql(sql, ()))[0]


def findings(path: Path) -> list[Any]:
    """What is odd about transitions: `finding`, `request_count`, `finding_count`, most requests first."""
    sql = (
        "select finding, count(distinct number) as request_count, cast(sum(finding_count) as bigint) as finding_count from transition_findings "
        "group by finding order by request_count desc, finding"
    )
    return warehouse.records(path, Sql(sql, ()))


def unmapped_query() -> metrics.Query:
    """Values of transitions that no rule gives a phase, those of most requests first."""
    sql = (
        "select source, field, value, count(distinct number) as request_count, cast(sum(finding_count) as bigint) as finding_count from transition_findings "
        "where finding = 'not_mapped' group by source, field, value order by request_count desc, source, field nulls last, value nulls last"
    )
    texts = [metrics.Column(name, "text") for name in ("source", "field", "value")]
    return metrics.Query(sql, (), (*texts, *(metrics.Column(name, "count") for name in ("request_count", "finding_count"))))
