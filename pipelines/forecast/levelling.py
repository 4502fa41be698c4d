"""The levelling plan: which renewals to submit on a fixed day inside their window, so that no week exceeds its capacity where possible.

Movable are certificates that no request covers. As things are, one is submitted on a day that chance decides (its share of observed leads); a plan
takes it out of that chance. What it counts in hours stays the same: whether it is renewed at all is chance either way. Source: rules, section 9.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from pipelines.forecast import chains
from pipelines.forecast.days import Days, latest_lead
from pipelines.forecast.inputs import CHAIN_GAP_DAYS, YEAR_DAYS, Cohorts, Inputs, Option
from pipelines.forecast.levelling_program import Program, above, solve
from pipelines.forecast.recurrence import Expected, Fixed, expected, issue_day
from pipelines.policy_schema import Scenario

WEEKS = 26
"""The weeks that a plan is for, if nothing else is asked."""


@dataclass(frozen=True)
class Move:
    """Certificates that agree, and the day on which to submit them.

    `usual_weeks`: the Mondays of the weeks in which they would be submitted as things are, each with its chance; the chances sum to 1.
    `validity_days_given_up`: per certificate, days by which it is issued earlier than is to be expected as things are, 0 if later.
    """

    service_option: str
    expires_on: date
    validity_days: int
    submit_on: date
    count: int
    usual_weeks: tuple[tuple[date, float], ...]
    validity_days_given_up: float

    @property
    def validity_share_ratio(self) -> float:
        """The days given up as a share of the validity of the certificate that expires."""
        return self.validity_days_given_up / self.validity_days


@dataclass(frozen=True)
class Plan:
    """The moves, by day of submission, and the hours of every week (arrays by Monday) before and after them.

    Hours after less hours before sum to what moved into the plan's weeks from later ones: nothing, where all usual weeks are within the plan.
    The certificates that follow the moved ones keep their hours; `levelled` says what to forecast if they are to follow.
    Not proven optimal: the search for a better plan ended at its limit.
    """

    mondays: tuple[date, ...]
    before_hours: np.ndarray
    after_hours: np.ndarray
    capacity_hours: np.ndarray
    moves: tuple[Move, ...]
    is_proven_optimal: bool

    @property
    def missing_hours_before(self) -> np.ndarray:
        """Hours above capacity per week as things are."""
        return above(self.before_hours, self.capacity_hours)

    @property
    def missing_hours(self) -> np.ndarray:
        """Hours above capacity per week that the plan leaves."""
        return above(self.after_hours, self.capacity_hours)

    @property
    def weeks_over_before(self) -> list[int]:
        """Positions of the weeks above capacity as things are."""
        return np.flatnonzero(self.missing_hours_before).tolist()

    @property
    def weeks_over(self) -> list[int]:
        """Positions of the weeks that stay above capacity."""
        return np.flatnonzero(self.missing_hours).tolist()

    @property
    def moved_count(self) -> int:
        """Certificates that are submitted on another day than chance would have it."""
        return sum(each.count for each in self.moves)

    @property
    def validity_days_given_up(self) -> float:
        """Of all of them together."""
        return sum(each.count * each.validity_days_given_up for each in self.moves)

    @property
    def validity_share_ratio(self) -> float:
        """The days given up as a share of the validity of all that are moved; 0 where nothing is."""
        return self.validity_days_given_up / max(sum(each.count * each.validity_days for each in self.moves), 1)


class Certificate(NamedTuple):
    """A certificate that a plan may move. `service_option` and `validity_days` as the cohorts of the inputs have them."""

    certificate: str
    service_option: str
    expires_on: date
    validity_days: int


class _Habit(NamedTuple):
    """How certificates of a group, an expiry and a validity may be moved, and what happens as things are.

    `days` of submission, the latest of each week, with the `days_given_up`; `shares` of the usual submissions by week.
    """

    days: tuple[int, ...]
    days_given_up: tuple[float, ...]
    shares: np.ndarray
    usual_weeks: tuple[tuple[date, float], ...]


def plan(inputs: Inputs, scenario: Scenario, weeks: int = WEEKS) -> Plan:
    """The plan that leaves the fewest hours above capacity, then gives up the fewest days of validity, then moves the fewest certificates.

    Raises UserError where the validity table is empty.
    """
    mean = expected(inputs, scenario, weeks)
    before, capacity = mean.days.by_week(mean.hours), mean.days.by_week(mean.capacity_hours)
    aimed = capacity.copy()
    if inputs.as_of_on.weekday():
        # The rest of a running week is not planned any more: what it lacks moves nothing, but nothing is added to it either.
        aimed[0] = max(capacity[0], before[0])
    movable, habits, program = _program(inputs, scenario, mean, before, aimed)
    solution = solve(program)
    day = np.array([day for habit in habits for day in habit.days], dtype=np.int64)
    options = [each.id for each in inputs.groups]
    moves = []
    for position in sorted(np.flatnonzero(solution.moved), key=lambda each: (day[each], program.cohort[each])):
        option, expires, validity_days = movable[program.cohort[position]]
        moves.append(Move(
            options[option], inputs.on(expires), validity_days, inputs.on(day[position]), int(solution.moved[position]),
            habits[program.cohort[position]].usual_weeks, float(program.days_given_up[position]),
        ))  # fmt: skip
    return Plan(tuple(mean.days.mondays), before, program.after_hours(solution.moved), capacity, tuple(moves), solution.is_proven_optimal)


def rows(inputs: Inputs, levelling: Plan, certificates: Iterable[Certificate | tuple[str, str, date, int]]) -> list[tuple]:
    """Rows of `levelling_plan`: which certificates take the moves of a plan, by day of submission and certificate.

    Of those that agree, the first in the order of their ids are submitted first. Raises ValueError if there are fewer than the plan moves.
    """
    waiting: dict[tuple[str, date, int], list[str]] = {}
    for each in certificates:
        waiting.setdefault(tuple(each[1:]), []).append(each[0])
    for ids in waiting.values():
        ids.sort(reverse=True)
    found = []
    for move in levelling.moves:
        ids = waiting.get((move.service_option, move.expires_on, move.validity_days), [])
        if len(ids) < move.count:
            raise ValueError(f"The plan moves {move.count} certificates of {move.service_option} expiring {move.expires_on}; {len(ids)} are left.")
        submit_by_on = move.expires_on - timedelta(inputs.lead_min_days)
        rest = (move.submit_on, submit_by_on, move.expires_on, move.validity_days_given_up, move.validity_share_ratio, levelling.is_proven_optimal)
        found += [(ids.pop(), *rest) for _ in range(move.count)]
    return sorted(found, key=lambda row: (row[1], row[0]))


def levelled(inputs: Inputs, levelling: Plan) -> tuple[Inputs, tuple[Fixed, ...]]:
    """The inputs without the moved certificates, and those as fixed submissions: what `recurrence.expected` forecasts the plan from."""
    fixed = tuple(Fixed(each.service_option, each.expires_on, each.validity_days, each.submit_on, each.count) for each in levelling.moves)
    cohorts = inputs.cohorts
    left = cohorts.count.copy()
    for each in fixed:
        is_of_move = (
            (cohorts.option == cohorts.options.index(each.service_option))
            & (cohorts.day == inputs.day(each.expires_on))
            & (cohorts.validity_days == each.validity_days)
        )
        still = each.count
        for position in np.flatnonzero(is_of_move):
            taken = min(still, left[position])
            left[position] -= taken
            still -= taken
    return replace(inputs, cohorts=replace(cohorts, count=left)), fixed


def _program(
    inputs: Inputs, scenario: Scenario, mean: Expected, before: np.ndarray, capacity: np.ndarray
) -> tuple[list[tuple[int, int, int]], list[_Habit], Program]:
    """The movable cohorts (group, day of expiry, validity), how each may be moved, and the program over all their moves, in this order."""
    span, groups = mean.days, inputs.groups
    gap = max(CHAIN_GAP_DAYS, inputs.change_window_days + 1)
    reach = max(latest_lead(inputs, scenario), inputs.lead_max_days) + gap
    known: dict[tuple[int, int, int], _Habit] = {}
    movable, habits, counts, hours = [], [], [], []
    for (option, expires, validity_days), count in _cohorts(inputs.cohorts, groups, max(inputs.lead_min_days, 1), span.length):
        group = groups[option]
        # A longer validity changes neither the leads nor the window.
        key = (option, expires, min(validity_days, reach))
        if key not in known:
            known[key] = _habit(inputs, scenario, span, group, expires, key[2])
        chance = inputs.retention[group.id].ratio ** (validity_days / YEAR_DAYS)
        hours_of_one = inputs.effort[group.id].hours * chance * (1 - scenario.automated_ratio)
        if known[key].shares.any() and hours_of_one > 0:
            movable.append((option, expires, validity_days))
            habits.append(known[key])
            counts.append(count)
            hours.append(hours_of_one)
    cohort = np.repeat(np.arange(len(habits)), [len(each.days) for each in habits]).astype(np.int64)
    week = span.week[np.array([day for each in habits for day in each.days], dtype=np.int64)]
    shares = np.array([each.shares for each in habits]).reshape(len(habits), span.weeks)
    effect = -shares[cohort]
    effect[np.arange(len(cohort)), week] += 1
    effect *= np.array(hours)[cohort][:, None] if habits else 1.0
    given_up = np.array([days for each in habits for days in each.days_given_up])
    return movable, habits, Program(before, capacity, np.array(counts, dtype=np.int64), cohort, given_up, effect)


def _cohorts(cohorts: Cohorts, groups: tuple[Option, ...], first: int, end: int) -> list[tuple[tuple[int, int, int], int]]:
    """((position in `groups`, day of expiry, validity), count), sorted, of what expires on the days from first to end - 1."""
    places = {each.id: place for place, each in enumerate(groups)}
    place = np.array([places.get(option, -1) for option in cohorts.options], dtype=np.int64)[cohorts.option]
    kept = (place >= 0) & (cohorts.day >= first) & (cohorts.day < end) & (cohorts.count > 0)
    keys, position = np.unique(np.column_stack([place, cohorts.day, cohorts.validity_days])[kept], axis=0, return_inverse=True)
    counts = np.bincount(position.reshape(-1), weights=cohorts.count[kept], minlength=len(keys)).astype(np.int64)
    return list(zip(map(tuple, keys.tolist()), counts.tolist(), strict=True))


def _habit(inputs: Inputs, scenario: Scenario, span: Days, group: Option, expires: int, validity_days: int) -> _Habit:
    days = _offered(inputs, span, group, expires, validity_days)
    shares = np.zeros(span.weeks)
    if not days:
        return _Habit((), (), shares, ())
    by_lead = chains.lead_shares(inputs.leads[group.id], validity_days, scenario)
    usual_issue, usual_weeks = 0.0, {}
    for lead in np.flatnonzero(by_lead):
        submitted = int(span.roll[max(expires - int(lead), 0)])
        usual_issue += by_lead[lead] * issue_day(inputs, scenario, span, group, expires, submitted)
        week = int(span.week[submitted])
        usual_weeks[week] = usual_weeks.get(week, 0.0) + float(by_lead[lead])
    for week, share in usual_weeks.items():
        if week < span.weeks:
            shares[week] = share
    given_up = tuple(max(usual_issue - issue_day(inputs, scenario, span, group, expires, day), 0.0) for day in days)
    return _Habit(days, given_up, shares, tuple((span.mondays[0] + timedelta(7 * week), usual_weeks[week]) for week in sorted(usual_weeks)))


def _offered(inputs: Inputs, span: Days, group: Option, expires: int, validity_days: int) -> tuple[int, ...]:
    """The days on which a certificate may be submitted by plan, one a week: the latest open one, which costs the least validity."""
    issued = expires - validity_days + 1
    lead_max_days = min(inputs.lead_max_days, validity_days - CHAIN_GAP_DAYS)
    first = max(expires - lead_max_days, issued + inputs.change_window_days, 0)
    safe = int(span.ordinal[expires - 1]) - group.target_business_days
    last = min(expires - inputs.lead_min_days, int(span.business[safe]) if safe > 0 else -1, span.horizon - 1)
    open_days = [day for day in range(first, last + 1) if span.is_open[day]]
    return tuple({int(span.week[day]): day for day in open_days}.values())
