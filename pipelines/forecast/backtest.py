"""How good would the forecast have been? Forecasts from the ends of past months, with what was known then, beside what came.

The build makes the past: the same models at an earlier as_of. This module only compares. Weeks begin on Mondays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from pipelines.forecast import learning, model, reading
from pipelines.forecast.reading import Fetch
from pipelines.policy_schema import Scenario

HORIZON_WEEKS = 12
SUMMED_WEEKS = 4
"""So many weeks after an origin are also forecast together: a month, but of whole weeks."""
YEAR_WEEKS = 52
WEEK = timedelta(7)

Counts = Mapping[str, Mapping[date, int]]
"""Submissions by option and day."""


def origins(fetch: Fetch) -> list[date]:
    """The last days of the last twelve complete months, oldest first."""
    months = reading.complete_months(fetch, reading.working_day(fetch))
    return [learning.next_month(month) - timedelta(1) for month in months]


def submitted(fetch: Fetch) -> Counts:
    """Submissions by option and day, as a snapshot knows them."""
    found: dict[str, dict[date, int]] = {}
    for row in reading.rows(fetch, "select service_option, submitted_on, request_count from forecast_arrivals"):
        found.setdefault(row["service_option"], {})[row["submitted_on"]] = row["request_count"]
    return found


def rows(then: Fetch, scenario: Scenario, actual: Counts, origin_on: date, known_through_on: date) -> list[tuple]:
    """Rows of `forecast_backtest` from one origin: its forecast, what came, and what two simple methods would have said.

    `then`: reads the snapshot as of the end of `origin_on`. Only weeks that ended before `known_through_on` are compared. Empty where nothing was
    known then.
    """
    inputs = reading.inputs(then)
    if not inputs.complete_month_count:
        return []
    forecast = model.forecast(inputs, scenario, HORIZON_WEEKS + 2)
    history, works = submitted(then), reading.working_day(then)
    months = reading.complete_months(then, works)
    first_on = min(day for days in history.values() for day in days)
    start = next(place for place, monday in enumerate(forecast.mondays) if monday >= inputs.as_of_on)
    working = forecast.mean.days.by_week(forecast.mean.days.is_business[: forecast.mean.days.horizon].astype(float))
    jitter = np.random.default_rng(model.SEED)
    found = []
    for line in forecast.lines:
        of = [line.service_option] if line.service_option != model.ALL else sorted({*history, *actual} & {each.id for each in inputs.options})
        rate = learning.arrivals(_together(history, of), months, works)
        runs = sum(forecast.runs[option] for option in of) if of else np.zeros((1, len(forecast.mondays)))
        for horizon, length in [(week, 1) for week in range(1, HORIZON_WEEKS + 1)] + [(1, SUMMED_WEEKS)]:
            weeks = slice(start + horizon - 1, start + horizon - 1 + length)
            monday = forecast.mondays[weeks.start]
            low, high = model.bounds(runs[:, weeks].sum(axis=1)[:, None], 1.0, jitter)
            if monday + length * WEEK > known_through_on:
                continue
            before = monday - YEAR_WEEKS * WEEK
            found.append((
                origin_on, length, horizon, monday, line.service_option, line.kind, float(line.expected_count[weeks].sum()),
                float(low[0]), float(high[0]), _count(actual, of, monday, length),
                _count(history, of, before, length) if before >= first_on else None, rate.rate * float(working[weeks].sum()),
            ))  # fmt: skip
    return found


def _together(counts: Counts, options: Sequence[str]) -> dict[date, int]:
    days: dict[date, int] = {}
    for option in options:
        for day, number in counts.get(option, {}).items():
            days[day] = days.get(day, 0) + number
    return days


def _count(counts: Counts, options: Sequence[str], monday: date, weeks: int) -> int:
    return sum(number for option in options for day, number in counts.get(option, {}).items() if monday <= day < monday + weeks * WEEK)


RISKS = """
with past_shares as (
    select service_option, count(*) filter (where slo_outcome = 'missed') / nullif(count(*) filter (where slo_outcome in ('met', 'missed')), 0) as base_ratio
    from {then}.slo_outcomes group by service_option)
select cast(? as date), risks.service_option, risks.risk_band, count(*), sum(risks.risk_ratio),
    count(*) filter (where outcomes.slo_outcome = 'missed'),
    sum(power(risks.risk_ratio - case when outcomes.slo_outcome = 'missed' then 1 else 0 end, 2)),
    sum(power(past_shares.base_ratio - case when outcomes.slo_outcome = 'missed' then 1 else 0 end, 2))
from {then}.open_risks as risks
inner join {now}.slo_outcomes as outcomes using (number)
left join past_shares on risks.service_option = past_shares.service_option
where outcomes.slo_outcome in ('met', 'missed') and risks.risk_ratio is not null
group by risks.service_option, risks.risk_band order by risks.service_option, risks.risk_band"""
"""One row per option and band of the requests that were open at an origin and have ended since: how many, the misses expected and those that came,
and the squared error of the risk and of the share missed before."""


def summary(found: Sequence[tuple], weeks: int = SUMMED_WEEKS, option: str = model.ALL) -> Mapping[str, float] | None:
    """Of the rows that sum so many weeks: `count`, `inside` the range, `bias`, and mean absolute errors as shares of what came: `error`, `mean_error`.

    `naive_count` rows have a year before them; over these alone `naive_error`, and `error_beside_naive` of the forecast. None where nothing can be
    compared.
    """
    chosen = [row for row in found if row[1] == weeks and row[4] == option]
    came = sum(row[9] for row in chosen)
    if not chosen or not came:
        return None
    with_naive = [row for row in chosen if row[10] is not None]
    return {
        "count": len(chosen),
        "inside": sum(row[7] <= row[9] <= row[8] for row in chosen),
        "bias": sum(row[6] - row[9] for row in chosen) / came,
        "error": _error(chosen, 6),
        "mean_error": _error(chosen, 11),
        "naive_count": len(with_naive),
        "naive_error": _error(with_naive, 10),
        "error_beside_naive": _error(with_naive, 6),
    }


def _error(rows_: Sequence[tuple], guess: int) -> float:
    came = sum(row[9] for row in rows_)
    return sum(abs(row[guess] - row[9]) for row in rows_) / came if came else float("nan")


def lines(found: Sequence[tuple]) -> list[str]:
    """The summary in words, two lines per horizon: how good, and whether simpler methods were better."""
    if summary(found) is None:
        return ["No complete month has four whole weeks after it: there is nothing to compare with."]
    result = []
    for weeks, name in ((SUMMED_WEEKS, "The four weeks after a month's end"), (1, "Single weeks, 1 to 12 ahead")):
        told = summary(found, weeks)
        result.append(
            f"{name}: {told['inside']} of {told['count']} inside the 80 % range; error {told['error']:.1%}, bias {told['bias']:+.1%}; "
            f"the mean of the months before {told['mean_error']:.1%} ({_skill(told['error'], told['mean_error'])})"
        )
        if told["naive_count"]:
            result.append(
                f"  Where a year before is known ({told['naive_count']}): error {told['error_beside_naive']:.1%}, the same weeks a year before "
                f"{told['naive_error']:.1%} ({_skill(told['error_beside_naive'], told['naive_error'])})"
            )
    return result


def _skill(error: float, other: float) -> str:
    """1 - error / other in words: positive where the forecast is better."""
    if not other:
        return "which was exact"
    skill = 1 - error / other
    return f"skill {skill:+.2f}: the forecast is {'better' if skill > 0 else 'no better' if skill == 0 else 'worse'}"
