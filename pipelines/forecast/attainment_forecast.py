"""Attainment ahead: the share of requests that will meet their due date, by month of the due date, with the open requests and the forecast in one queue.

Capacity is one cause of misses among several, so two shares stand side by side: what the hours of the team reach in time (carried), and that times the
share that met its date in the past (expected). An open request whose clock has not started counts from the first open day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from pipelines.forecast import chains, queue
from pipelines.forecast.days import Days
from pipelines.forecast.inputs import Inputs, Option
from pipelines.forecast.model import ALL, HIGH, LOW, Forecast

LEAD_GROUPS = 4
"""Renewals that may wait for the week before expiry are taken together in so many groups of leads."""
TOGETHER = 500
"""Runs that go through the queue at once: more take more memory than they save time."""
NOTHING = 1e-9


class Month(NamedTuple):
    """A month of due dates and an option, or `all`. Ratios are None where nothing is due, or where no past is known.

    `carried_*`: what the hours reach in time; the range holds 80 % of the runs and the mean. `is_whole`: all days of the month are in the forecast.
    """

    period: str
    service_option: str
    request_count: float
    carried_count: float
    carried_ratio: float | None
    low_80_ratio: float | None
    high_80_ratio: float | None
    past_met_ratio: float | None
    expected_met_count: float | None
    expected_met_ratio: float | None
    is_whole: bool


def attainment_ahead(inputs: Inputs, forecast: Forecast, past_met_ratios: Mapping[str, float | None]) -> list[Month]:
    """Every month of the forecast by option, then `all`. `past_met_ratios`: by option and for `all`, over the last complete months."""
    demand = expected_demand(inputs, forecast)
    drawn = next(iter(forecast.runs.values())).shape[0]
    parts = [demand, *(demand_in_runs(demand, inputs, forecast, slice(first, first + TOGETHER)) for first in range(0, drawn, TOGETHER))]
    found = [queue.carried(part, forecast.mean.capacity_hours) for part in parts]
    due, met = (np.concatenate(each, axis=2) for each in zip(*found, strict=True))
    due, met = (np.concatenate([each, each.sum(axis=1, keepdims=True)], axis=1) for each in (due, met))
    whole = set(whole_months(forecast.mean.days).tolist())
    names = [option.id for option in inputs.options] + [ALL]
    rows = []
    for month, period in enumerate(periods(forecast.mean.days)):
        for option, name in enumerate(names):
            count = float(due[month, option, 0])
            share, low, high = _share(due[month, option], met[month, option])
            past = past_met_ratios.get(name)
            kept = None if share is None or past is None else share * past
            rows.append(Month(
                period, name, count, count * (share or 0.0), share, low, high, past, None if kept is None else count * kept, kept, month in whole
            ))  # fmt: skip
    return rows


def staffing_ahead(
    inputs: Inputs, forecast: Forecast, past_met_ratio: float | None, objective_ratio: float, in_runs: bool = False
) -> queue.Staffing:
    """The fewest people who keep the objective over the whole forecast and in each whole month of it.

    Looked for on the expected arrivals; `in_runs`: on the mean of the runs, which also sees the weeks that come heavier than expected.
    """
    person_hours = forecast.mean.days.is_open[: forecast.mean.days.horizon] * forecast.scenario.hours_per_business_day
    demand = expected_demand(inputs, forecast)
    if in_runs:
        demand = demand_in_runs(demand, inputs, forecast, slice(None))
    return queue.staffing(demand, person_hours, past_met_ratio, objective_ratio, whole_months(forecast.mean.days))


def expected_demand(inputs: Inputs, forecast: Forecast) -> queue.Demand:
    """The expected arrivals and the open requests, as one run."""
    days = forecast.mean.days
    counts, dues, owners = [], [], []
    waiting, overdue = np.zeros((days.horizon, len(inputs.options))), np.zeros(len(inputs.options))
    for position, option in enumerate(inputs.options):
        for share, due in _ways(inputs, forecast, option):
            counts.append(forecast.mean.submissions[option.id] * share)
            dues.append(due)
            owners.append(position)
        from_now = int(days.due(option.target_business_days)[days.roll[0]])
        for work in inputs.open_work:
            if work.service_option == option.id:
                day = from_now if work.due_on is None else inputs.day(work.due_on)
                if day < 0:
                    overdue[position] += work.count
                elif day < days.horizon:
                    waiting[day, position] += work.count
    hours = np.array([inputs.effort[option.id].hours for option in inputs.options])
    return queue.Demand(
        np.stack(counts, axis=1)[:, :, None], np.stack(dues, axis=1), np.array(owners), hours, waiting, overdue, _months(days)
    )  # fmt: skip


def demand_in_runs(expected: queue.Demand, inputs: Inputs, forecast: Forecast, some: slice) -> queue.Demand:
    """The arrivals of some runs: each week's number goes to its days and ways as the expectation does, evenly to its business days where that is none."""
    days = forecast.mean.days
    week, owners = days.week[: days.horizon], expected.option
    profile = expected.counts[:, :, 0].T
    first_way = np.append(True, owners[1:] != owners[:-1])[:, None]
    for fallback in (days.is_business[: days.horizon], np.ones(days.horizon)):
        empty = _by_option(days.by_week(profile), owners)[owners][:, week] <= 0
        profile = np.where(empty, fallback * first_way, profile)
    profile = profile / _by_option(days.by_week(profile), owners)[owners][:, week]
    runs = np.stack([forecast.runs[option.id][some].T for option in inputs.options], axis=1)
    return replace(expected, counts=profile.T[:, :, None] * runs[week][:, owners])


def _by_option(by_stream: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Sums over the streams (first axis) of each option."""
    return np.add.reduceat(by_stream, np.flatnonzero(np.append(True, owners[1:] != owners[:-1])), axis=0)


def periods(days: Days) -> list[str]:
    """The months that the days of the forecast lie in, as 2026-11."""
    first, count = _month_number(days.as_of_on), int(_months(days)[-1]) + 1
    return [f"{number // 12}-{number % 12 + 1:02}" for number in range(first, first + count)]


def whole_months(days: Days) -> np.ndarray:
    """Positions of the months all of whose days are forecast."""
    found = _months(days)
    first_is_whole = days.as_of_on.day == 1
    last_is_whole = (days.as_of_on + timedelta(days.horizon)).day == 1
    return np.arange(0 if first_is_whole else 1, int(found[-1]) + (1 if last_is_whole else 0))


def _months(days: Days) -> np.ndarray:
    first = _month_number(days.as_of_on)
    return np.array([_month_number(days.as_of_on + timedelta(day)) - first for day in range(days.horizon)])


def _month_number(on: date) -> int:
    return 12 * on.year + on.month - 1


def _share(due: np.ndarray, met: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """Over the runs, of which the expectation is the first: the share of all requests due that are met, and the range of 80 % of them.

    The range is wide enough to hold the share. Where no run brings what is expected, the expectation stands for them.
    """
    if due[0] <= NOTHING:
        return None, None, None
    some = np.flatnonzero(due[1:] > NOTHING) + 1
    some = some if len(some) else np.array([0])
    share = float(met[some].sum() / due[some].sum())
    low, high = np.quantile(met[some] / due[some], [LOW, HIGH]).tolist()
    return share, min(low, share), max(high, share)


def _ways(inputs: Inputs, forecast: Forecast, option: Option) -> list[tuple[np.ndarray, np.ndarray]]:
    """The ways of an option's requests to their due dates: (share of a day's submissions, due day) by day of submission.

    Business days after submission; where renewals without a requested date are due a week before expiry, those with enough lead at the later of both.
    """
    days, every_day = forecast.mean.days, np.arange(forecast.mean.days.horizon)
    due = days.due(option.target_business_days)[: days.horizon]
    if option.kind != "renewal" or inputs.undated_renewal != "process_by":
        return [(np.ones(days.horizon), due)]
    leads = _leads(inputs, forecast, option)
    rest = np.ones(days.horizon)
    found = []
    enough = np.arange(inputs.lead_min_days, leads.shape[1])
    for group in _groups(leads[:, enough].sum(axis=0)):
        share = leads[:, enough[group]]
        total = share.sum(axis=1)
        mean_lead = np.divide(share @ enough[group], total, out=np.zeros(days.horizon), where=total > 0)
        found.append((total, np.maximum(due, every_day + np.rint(mean_lead).astype(int) - inputs.process_by_days)))
        rest = rest - total
    return [(np.maximum(rest, 0.0), due), *found]


def _groups(weights: np.ndarray) -> list[np.ndarray]:
    """Positions in up to LEAD_GROUPS runs of about equal weight; those without weight are left out."""
    held = np.flatnonzero(weights)
    if not len(held):
        return []
    before = np.cumsum(weights[held]) - weights[held] / 2
    number = np.minimum((LEAD_GROUPS * before / weights.sum()).astype(int), LEAD_GROUPS - 1)
    return [held[number == each] for each in np.unique(number)]


def _leads(inputs: Inputs, forecast: Forecast, option: Option) -> np.ndarray:
    """The share of each day's submissions with so many days to expiry: (day, days to expiry).

    What a weekend, a closure or a freeze moved to an open day has that much less to go, as if equally many came from each day of the gap. Renewals of
    unlisted certificates have no known expiry: they are in no column.
    """
    days = forecast.mean.days
    flows = {into[1]: flow.submitted[: days.horizon] for into, flow in forecast.mean.flows.items() if into[0] == option.id}
    shares = {into: chains.lead_shares(inputs.leads[option.id], into, forecast.scenario) for into in flows}
    longest = max((len(each) for each in shares.values()), default=1)
    mass = np.zeros((days.horizon, longest))
    for into, submitted in flows.items():
        mass[:, : len(shares[into])] += submitted[:, None] * shares[into]
    moved = np.zeros_like(mass)
    for day in np.flatnonzero(mass.any(axis=1)):
        gap = max(int((days.roll[: day + 1] == day).sum()), 1)
        for shift in range(gap):
            moved[day] += np.bincount(np.maximum(np.arange(longest) - shift, 0), weights=mass[day], minlength=longest) / gap
    submitted = sum(flows.values(), np.zeros(days.horizon))
    unlisted = inputs.unlisted.get(option.id)
    everything = submitted + (unlisted.rate if unlisted else 0.0) * (days.is_business[: days.horizon] & (np.arange(days.horizon) > 0))
    return np.divide(moved, everything[:, None], out=np.zeros_like(moved), where=everything[:, None] > 0)
