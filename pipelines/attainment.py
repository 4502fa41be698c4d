"""The attainment statement as SQL over `slo_months`: counts, ratio, Wilson interval, misses left, status, per period and dimension.

Attainment counts only due requests: met / (met + missed). Open overdue requests are missed; an empty period is a row of zeros.
"""

PLAIN_DIMENSIONS = ("service_option", "request_type", "department")
PERIOD_DIMENSIONS = ("month", "quarter", "fiscal_year")
DIMENSIONS = PLAIN_DIMENSIONS + PERIOD_DIMENSIONS
DEFAULT_BY = ("service_option", "month")

MEASURES = (
    "met_count:count missed_count:count open_overdue_count:count met_not_yet_due_count:count open_count:count excluded_count:count "
    "not_measurable_count:count attainment_ratio:ratio interval_low_ratio:ratio interval_high_ratio:ratio target_ratio:ratio "
    "allowed_miss_count:count misses_left_count:count slo_status confidence is_complete:boolean "
    "open_with_due_date_count:count met_at_team_days_count:count met_at_shorter_days_count:count"
)

Z = 1.959964

_LENGTH_MONTHS = {"month": 1, "quarter": 3, "fiscal_year": 12}
_START = {
    "month": "cast(date_trunc('month', {on}) as date)",
    "quarter": "cast(date_trunc('quarter', {on}) as date)",
    "fiscal_year": "cast(date_trunc('year', {on} - interval 6 month) + interval 6 month as date)",
}
_NAME = {
    "month": "strftime({on}, '%Y-%m')",
    "quarter": "strftime({on}, '%Y') || '-Q' || cast(quarter({on}) as varchar)",
    "fiscal_year": "'FY' || strftime({on} - interval 6 month, '%Y') || '-' || strftime({on} + interval 6 month, '%y')",
}

_COUNT_NAMES = (
    "met_count",
    "missed_count",
    "open_overdue_count",
    "met_not_yet_due_count",
    "open_count",
    "excluded_count",
    "not_measurable_count",
    "open_with_due_date_count",
    "met_at_team_days_count",
    "met_at_shorter_days_count",
)
ALL_REQUESTS = "met_count + missed_count + met_not_yet_due_count + open_count + excluded_count + not_measurable_count"
_SUMS = ", ".join(f"cast(sum({name}) as bigint) as {name}" for name in _COUNT_NAMES)


def statement(by: tuple[str, ...], basis: str, conditions: str, period_conditions: str) -> tuple[str, bool]:
    """SQL of the statement, and whether it binds the period conditions twice.

    `basis`: the condition on the clock. `conditions`: on the months, with a leading ` and `; `period_conditions`:
    the period part of them, on `period_start_on`, so that empty periods outside the filter are not shown.
    """
    plain = [name for name in by if name in PLAIN_DIMENSIONS]
    periods = [name for name in by if name in PERIOD_DIMENSIONS]
    grain = min(periods, key=_LENGTH_MONTHS.__getitem__) if periods else None
    keys = "".join(f"{name}, " for name in plain)
    group = f"partition by {', '.join(plain)}" if plain else ""
    start = _START[grain].format(on="month_start_on") if grain else "cast(null as date)"
    now = _START[grain].format(on="as_of_on") if grain else "cast(null as date)"
    ends = f"cast(period_start_on + interval {_LENGTH_MONTHS[grain]} month as date)" if grain else "cast(null as date)"
    shown = "".join(f"{_NAME[name].format(on='period_start_on') if name in periods else name} as {name}, " for name in by)
    order = ", ".join("period_start_on" if name in periods else f"{name} nulls last" for name in by)
    sql = f"""
with months as materialized (
    select {keys}{start} as period_start_on, {", ".join(_COUNT_NAMES)},
        objective_basis_points as lowest_objective, objective_basis_points as highest_objective
    from slo_months
    where {basis}{conditions}
),

totals as (
    select
        {keys}period_start_on,
        {_SUMS},
        cast(sum(met_count + missed_count) as double) as due_count,
        sum(met_count + missed_count + met_not_yet_due_count + open_with_due_date_count) as promised_count,
        case when min(lowest_objective) = max(highest_objective) then min(lowest_objective) end as objective
    from ({f"select * from months union all {_zero_rows(keys, grain, period_conditions)}" if grain else "select * from months"})
    group by {keys}period_start_on
),

ratios as (
    select
        *,
        met_count / nullif(due_count, 0) as attainment_ratio,
        cast(floor(promised_count * (10000 - objective) / 1e4) as bigint) as allowed_miss_count,
        objective / 1e4 as target_ratio,
        case when met_count = 0 then met_count / nullif(due_count, 0) else {_wilson("-")} end as interval_low_ratio,
        case when missed_count = 0 then met_count / nullif(due_count, 0) else {_wilson("+")} end as interval_high_ratio
    from totals
)

select
    {shown}
    met_count,
    missed_count,
    open_overdue_count,
    met_not_yet_due_count,
    open_count,
    excluded_count,
    not_measurable_count,
    attainment_ratio,
    interval_low_ratio,
    interval_high_ratio,
    target_ratio,
    allowed_miss_count,
    allowed_miss_count - missed_count as misses_left_count,
    case when due_count = 0 then 'no_data' when objective is null then 'no_target'
        when met_count * 10000 >= objective * due_count then 'met' else 'missed' end as slo_status,
    case when due_count = 0 then 'no_data' when objective is null then 'no_target'
        when interval_low_ratio >= target_ratio then 'above' when interval_high_ratio < target_ratio then 'below' else 'uncertain' end as confidence,
    {ends} <= counted_through_on as is_complete,
    open_with_due_date_count,
    met_at_team_days_count,
    met_at_shorter_days_count
from ratios
cross join run_params
where period_start_on is null or period_start_on <= {now} or {ALL_REQUESTS} > 0
order by {order}"""
    return sql, bool(grain and period_conditions)


def _zero_rows(keys: str, grain: str, period_conditions: str) -> str:
    """A row of zeros, with the objectives of its requests, for every value present and every period from the first to that of as_of or later."""
    now = _START[grain].format(on="as_of_on")
    zeros = ", ".join(f"0 as {name}" for name in _COUNT_NAMES)
    grouping = f"group by {keys.rstrip(', ')}" if keys else "having count(*) > 0"
    return f"""
        select {keys}period_start_on, {zeros}, lowest_objective, highest_objective
        from (select {keys}min(lowest_objective) as lowest_objective, max(highest_objective) as highest_objective from months {grouping})
        cross join (
            select cast(unnest(generate_series(least(first_on, {now}), greatest(last_on, {now}), interval {_LENGTH_MONTHS[grain]} month)) as date)
                as period_start_on
            from (select min(period_start_on) as first_on, max(period_start_on) as last_on from months)
            cross join run_params
        )
        where true{period_conditions}"""


def _wilson(sign: str) -> str:
    """One end of the Wilson 95 % interval of met_count of due_count, clamped to 0..1; all in doubles, decimals are slower."""
    ratio = "(met_count / nullif(due_count, 0))"
    spread = f"{Z!r}e0 * sqrt({ratio} * (1e0 - {ratio}) / due_count + {Z * Z / 4!r}e0 / (due_count * due_count))"
    return f"least(1e0, greatest(0e0, ({ratio} + {Z * Z / 2!r}e0 / due_count {sign} {spread}) / (1e0 + {Z * Z!r}e0 / due_count)))"
