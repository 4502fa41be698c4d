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

    First bound value: the clock basis, or null for the policy's. `conditions`: on the cube, with a leading ` and `; `period_conditions`:
    the period part of them, on `period_start_on`, so that empty periods outside the filter are not shown.
    """
    plain = [name for name in by if name in PLAIN_DIMENSIONS]
    periods = [name for name in by if name in PERIOD_DIMENSIONS]
    grain = min(periods, key=_LENGTH_MONTHS.__getitem__) if periods else None
    start = _START[grain].format(on="month_start_on") if grain else "cast(null as date)"
    keys = "".join(f"{name}, " for name in plain)
    group = ", ".join(str(position) for position in range(1, len(plain) + 2))
    shown = "".join(f"{_NAME[name].format(on='period_start_on') if name in periods else name} as {name}, " for name in by)
    order = ", ".join("period_start_on" if name in periods else f"{name} nulls last" for name in by)
    ends = f"cast(period_start_on + interval {_LENGTH_MONTHS[grain]} month as date)" if grain else "cast(null as date)"
    sql = f"""
with params as (
    select * from run_params
),

requests as (
    select slo_months.*, options.objective_basis_points
    from slo_months
    left join policy_options as options on slo_months.service_option = options.service_option
    where clock_basis = coalesce(?, (select clock_basis from params)){conditions.replace("service_option", "slo_months.service_option")}
),

counted as (
    select
        {keys.replace("service_option", "requests.service_option")}{start} as period_start_on, {_SUMS},
        min(objective_basis_points) as lowest_objective,
        max(objective_basis_points) as highest_objective
    from requests
    group by {group}
),

{_grid(plain, grain, period_conditions) if grain else "filled as (select * from counted),"}

totals as (
    select
        *,
        met_count + missed_count as due_count,
        case when lowest_objective = highest_objective then lowest_objective end as objective,
        met_count + missed_count + met_not_yet_due_count + open_with_due_date_count as promised_count
    from filled
),

ratios as (
    select
        *,
        cast(met_count as double) / nullif(due_count, 0) as attainment_ratio,
        objective / 10000.0::double as target_ratio,
        cast(floor(promised_count * (10000 - objective) / 10000) as bigint) as allowed_miss_count
    from totals
),

intervals as (
    select
        *,
        case when met_count = 0 then attainment_ratio else greatest(0.0, (
            attainment_ratio + {Z * Z / 2!r} / due_count
            - {Z!r} * sqrt(attainment_ratio * (1 - attainment_ratio) / due_count + {Z * Z / 4!r} / (due_count * due_count))
        ) / (1 + {Z * Z!r} / due_count)) end as interval_low_ratio,
        case when met_count = due_count then attainment_ratio else least(1.0, (
            attainment_ratio + {Z * Z / 2!r} / due_count
            + {Z!r} * sqrt(attainment_ratio * (1 - attainment_ratio) / due_count + {Z * Z / 4!r} / (due_count * due_count))
        ) / (1 + {Z * Z!r} / due_count)) end as interval_high_ratio
    from ratios
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
    {ends} <= (select counted_through_on from params) as is_complete,
    open_with_due_date_count,
    met_at_team_days_count,
    met_at_shorter_days_count
from intervals
order by {order}"""
    return sql, bool(grain and period_conditions)


def _grid(plain: list[str], grain: str, period_conditions: str) -> str:
    """CTEs that give every value present a row in every period from the first to that of as_of; later ones only where a request is due."""
    step = f"interval {_LENGTH_MONTHS[grain]} month"
    now = _START[grain].format(on="as_of_on")
    matched = "".join(f"grid.{name} is not distinct from counted.{name} and " for name in plain)
    keys = "".join(f"{name}, " for name in plain)
    present = f"select {keys}min(lowest_objective) as lowest, max(highest_objective) as highest from counted group by {', '.join(plain)}"
    if not plain:
        present = "select min(lowest_objective) as lowest, max(highest_objective) as highest from counted having count(*) > 0"
    zeros = ", ".join(f"coalesce(counted.{name}, 0) as {name}" for name in _COUNT_NAMES)
    return f"""present as (
    {present}
),

periods as (
    select cast(unnest(generate_series(least(min(period_start_on), (select {now} from params)), (select {now} from params), {step})) as date)
        as period_start_on
    from counted
),

grid as (
    select {"".join(f"present.{name}, " for name in plain)}periods.period_start_on, present.lowest, present.highest
    from present
    cross join periods
    where true{period_conditions}
),

filled as (
    select {"".join(f"grid.{name}, " for name in plain)}grid.period_start_on, {zeros},
        coalesce(counted.lowest_objective, grid.lowest) as lowest_objective, coalesce(counted.highest_objective, grid.highest) as highest_objective
    from grid
    left join counted on {matched}grid.period_start_on = counted.period_start_on
    union all
    select {keys}period_start_on, {", ".join(_COUNT_NAMES)}, lowest_objective, highest_objective
    from counted
    where period_start_on > (select {now} from params) and met_count + missed_count + met_not_yet_due_count + open_with_due_date_count > 0
),"""

