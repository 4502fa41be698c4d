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


def statement(by: tuple[str, ...], conditions: str, period_conditions: str) -> tuple[str, bool]:
    """SQL of the statement, and whether it binds the period conditions twice.

    First bound value: the clock basis, or null for the policy's. `conditions`: on the months, with a leading ` and `; `period_conditions`:
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
with params as materialized (
    select clock_basis as policy_basis, {now} as present_start_on, counted_through_on from run_params
),

months as materialized (
    select {keys.replace("service_option", "slo_months.service_option")}{start} as period_start_on, {", ".join(_COUNT_NAMES)}, objective_basis_points
    from slo_months
    cross join params
    left join (select service_option as option_id, objective_basis_points from policy_options) on service_option = option_id
    where clock_basis = coalesce(?, policy_basis){conditions}
),

totals as (
    select
        {keys}period_start_on,
        {_SUMS},
        min(min(objective_basis_points)) over ({group}) as lowest_objective,
        max(max(objective_basis_points)) over ({group}) as highest_objective
    from ({f"select * from months union all {_zero_rows(keys, grain, period_conditions)}" if grain else "select * from months"})
    group by {keys}period_start_on
),

promises as (
    select
        *,
        cast(met_count + missed_count as double) as due_count,
        case when lowest_objective = highest_objective then lowest_objective end as objective,
        met_count + missed_count + met_not_yet_due_count + open_with_due_date_count as promised_count
    from totals
),

ratios as (
    select
        *,
        met_count / nullif(due_count, 0) as attainment_ratio,
        objective / 1e4 as target_ratio,
        cast(floor(promised_count * (10000 - objective) / 1e4) as bigint) as allowed_miss_count
    from promises
),

spreads as (
    select
        *,
        attainment_ratio + {_literal(Z * Z / 2)} / due_count as shifted,
        {_literal(Z)} * sqrt(attainment_ratio * (1e0 - attainment_ratio) / due_count + {_literal(Z * Z / 4)} / (due_count * due_count)) as spread,
        1e0 + {_literal(Z * Z)} / due_count as shrunk
    from ratios
),

intervals as (
    select
        *,
        case when met_count = 0 then attainment_ratio else greatest(0e0, (shifted - spread) / shrunk) end as interval_low_ratio,
        case when missed_count = 0 then attainment_ratio else least(1e0, (shifted + spread) / shrunk) end as interval_high_ratio
    from spreads
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
from intervals
cross join params
order by {order}"""
    return sql, bool(grain and period_conditions)


def _zero_rows(keys: str, grain: str, period_conditions: str) -> str:
    """A row of zeros for every value present and every period from the first to that of as_of."""
    zeros = ", ".join(f"0 as {name}" for name in _COUNT_NAMES)
    return f"""
        select {keys}period_start_on, {zeros}, null as objective_basis_points
        from (select {keys}count(*) as month_count from months {f"group by {keys.rstrip(', ')}" if keys else "having count(*) > 0"})
        cross join (
            select cast(unnest(generate_series(least(first_start_on, present_start_on), present_start_on, interval {_LENGTH_MONTHS[grain]} month)) as date)
                as period_start_on
            from (select min(period_start_on) as first_start_on from months)
            cross join params
        )
        where true{period_conditions}"""


def _literal(value: float) -> str:
    """A double, never a decimal: 1.92 as 1.92e0."""
    return f"{value!r}e0"
