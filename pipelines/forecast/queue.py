"""The queue of requests in front of a team, day by day, earliest due first: what is served by its due date and what is late.

Work flows in hours; fractions of a request are served too. Days are whole numbers from as_of_on (0). On each day what is overdue takes the hours
first, then what is due earliest; what is due on one day shares what is left in proportion to its hours. What its due day leaves unserved is late:
counted once, and still to be done. Axes: days, streams (requests of one option with one way to their due date), runs of the simulation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

STEPS_PER_PERSON = 10
"""Staff is looked for in tenths of a full-time equivalent."""
COLUMNS = 32
"""Levels of staff tried at once, shared among the runs."""
EXACT = 1e-9


@dataclass(frozen=True)
class Demand:
    """What comes and what waits, in requests.

    `counts` [days, streams, runs]: arrivals. `due` [days, streams]: the day at whose end they are due, not before they arrive. `option` [streams]: the
    position of the option of each stream, and `hours` [options] the work of one request. `waiting` [days, options]: open at the start, by due day.
    `overdue` [options]: open at the start and missed before it. `month` [days]: the position of the month of each day.
    """

    counts: np.ndarray
    due: np.ndarray
    option: np.ndarray
    hours: np.ndarray
    waiting: np.ndarray
    overdue: np.ndarray
    month: np.ndarray


class Unserved(NamedTuple):
    """Shares left undone at the end of the due day: of arrivals [days, streams, runs] and of what waited, by due day [days, runs]."""

    arrivals: np.ndarray
    waiting: np.ndarray


class Carried(NamedTuple):
    """Requests by month of their due date [months, options, runs]: all that fall due, and those that the hours reach by then."""

    due: np.ndarray
    met: np.ndarray


class Staffing(NamedTuple):
    """Full-time equivalents. `for_objective`: None where no number is enough. `for_capacity`: beyond it more people meet no more due dates."""

    for_objective: float | None
    for_capacity: float


def unserved(work: np.ndarray, due: np.ndarray, capacity: np.ndarray, waiting: np.ndarray, overdue: float = 0.0) -> Unserved:
    """The share of what falls due that is not served by the end of its due day.

    `work` hours [days, streams, runs] and `due` [days, streams] of what arrives; `capacity` hours [days] or [days, runs]; `waiting` hours by due day
    [days] and `overdue` hours at the start. The share of what is due after the last day is 0: it is never served before what is due within.
    """
    days, streams, runs = work.shape
    arrivals = _by_due_day(due, days)
    reach = int(max((day - each[0][0] for day, each in enumerate(arrivals) if len(each[0])), default=0)) + 1
    far = int(np.flatnonzero(waiting)[-1]) + 1 if np.any(waiting) else 0
    held = np.repeat(np.asarray(waiting, dtype=float)[:, None], runs, axis=1)
    late = np.full(runs, float(overdue))
    found = Unserved(np.zeros(work.shape), np.ones((days, runs)))
    # left[k % reach, age]: of the work due on day k, the share that the service `age` days before left.
    left = np.ones((reach, reach, runs))
    ages = np.arange(reach)
    works = capacity.reshape(days, -1).any(axis=1)
    smallest = np.finfo(float).tiny
    for day in range(days):
        for stream in range(streams):
            if due[day, stream] < days:
                held[due[day, stream]] += work[day, stream]
        if works[day]:
            room = capacity[day]
            queue = held[day : min(max(day + reach, far), days)]
            remaining = np.cumsum(queue, axis=0)
            remaining += late - room
            np.maximum(remaining, 0.0, out=remaining)
            np.minimum(remaining, queue, out=remaining)
            share = remaining / np.maximum(queue, smallest)
            queue[:] = remaining
            late = np.maximum(late - room, 0.0)
            if far > day:
                found.waiting[day:far] *= share[: far - day]
            near = ages[: len(share)]
            left[(day + near) % reach, near] = share[:reach]
        arrived, stream = arrivals[day]
        if len(arrived):
            found.arrivals[arrived, stream] = np.cumprod(left[day % reach, : day - arrived[0] + 1], axis=0)[day - arrived]
        left[day % reach] = 1.0
        late = late + held[day]
    return found


def _by_due_day(due: np.ndarray, days: int) -> list[tuple[np.ndarray, np.ndarray]]:
    """For every day the arrivals (day, stream) that are due on it, earliest first."""
    arrived, stream = np.nonzero(due < days)
    on = due[arrived, stream]
    order = np.argsort(on, kind="stable")
    cuts = np.searchsorted(on[order], np.arange(1, days))
    return list(zip(np.split(arrived[order], cuts), np.split(stream[order], cuts), strict=True))


def carried(demand: Demand, capacity: np.ndarray) -> Carried:
    """What falls due and what the hours of each day [days] or [days, runs] reach in time, by month and option.

    What is overdue at the start takes hours first and is in neither count. What is due after the last day is not counted.
    """
    days, streams, runs = demand.counts.shape
    options = len(demand.hours)
    shares = unserved(
        demand.counts * demand.hours[demand.option][:, None], demand.due, capacity, demand.waiting @ demand.hours, float(demand.overdue @ demand.hours)
    )
    months = int(demand.month[-1]) + 1
    counted = demand.due < days
    group = (demand.month[np.minimum(demand.due, days - 1)] * options + demand.option)[counted]
    arriving = demand.counts[counted]
    came = _sums(arriving, group, months * options)
    lost = _sums(arriving * shares.arrivals[counted], group, months * options)
    waited = _sums(demand.waiting, demand.month, months)
    waited_lost = _sums(demand.waiting[:, :, None] * shares.waiting[:, None, :], demand.month, months)
    due = came.reshape(months, options, runs) + waited[:, :, None]
    return Carried(due, np.maximum(due - lost.reshape(months, options, runs) - waited_lost, 0.0))


def _sums(values: np.ndarray, group: np.ndarray, groups: int) -> np.ndarray:
    """Sums over the first axis by group."""
    result = np.zeros((groups, *values.shape[1:]))
    order = np.argsort(group, kind="stable")
    if len(order):
        present, starts = np.unique(group[order], return_index=True)
        result[present] = np.add.reduceat(values[order], starts, axis=0)
    return result


def staffing(demand: Demand, person_hours: np.ndarray, past_met_ratio: float | None, objective_ratio: float, whole_months: np.ndarray) -> Staffing:
    """The fewest people who keep the objective over all requests that fall due and in each whole month.

    `person_hours` [days]: what one person has. Kept is `past_met_ratio` times the carried share, its mean over the runs; without a past ratio nothing
    can be said and `for_objective` is None. `whole_months`: positions of the months that lie wholly ahead. Nothing due: nobody is needed.
    """
    most = _most(demand, person_hours)
    tried: dict[int, tuple[float, float]] = {}

    def outcomes(levels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        new = np.array([level for level in levels.tolist() if level not in tried])
        if len(new):
            tried.update(zip(new.tolist(), zip(*(each.tolist() for each in _at_levels(demand, person_hours, new, whole_months)), strict=True), strict=True))
        ratio, lost = zip(*(tried[level] for level in levels.tolist()), strict=True)
        return np.array(ratio), np.array(lost)

    tries = max(COLUMNS // demand.counts.shape[2], 1)
    outcomes(np.append(_between(-1, most, tries), most))
    best_ratio, least_lost = tried[most]
    lossless = _fewest(lambda levels: outcomes(levels)[1] <= least_lost + EXACT, most, tries) / STEPS_PER_PERSON
    if past_met_ratio is None or best_ratio * past_met_ratio < objective_ratio - EXACT:
        return Staffing(None, lossless)
    return Staffing(_fewest(lambda levels: outcomes(levels)[0] * past_met_ratio >= objective_ratio - EXACT, most, tries) / STEPS_PER_PERSON, lossless)


def _most(demand: Demand, person_hours: np.ndarray) -> int:
    """The level of staff that does on every open day all that has come by then: more is never needed."""
    open_days = np.flatnonzero(person_hours)
    if not len(open_days):
        return 0
    come = np.einsum("dsr,s->dr", demand.counts, demand.hours[demand.option])
    come[0] += (demand.waiting.sum(axis=0) + demand.overdue) @ demand.hours
    so_far = np.cumsum(come, axis=0)[open_days]
    fresh = np.diff(so_far, axis=0, prepend=np.zeros((1, so_far.shape[1]))).max(axis=1)
    return int(np.ceil(STEPS_PER_PERSON * (fresh / person_hours[open_days]).max()))


def _at_levels(demand: Demand, person_hours: np.ndarray, levels: np.ndarray, whole_months: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each level of staff the lower of the carried shares of all and of each whole month (1 where nothing is due), and the requests lost a run."""
    runs = demand.counts.shape[2]
    many = replace(demand, counts=np.tile(demand.counts, len(levels)))
    capacity = np.outer(person_hours, np.repeat(levels / STEPS_PER_PERSON, runs))
    found = carried(many, capacity)
    due, met = (each.sum(axis=1).reshape(-1, len(levels), runs).mean(axis=2) for each in found)
    due, met = (np.concatenate([each.sum(axis=0, keepdims=True), each[whole_months]]) for each in (due, met))
    shares = np.divide(met, due, out=np.ones_like(due), where=due > 0)
    return shares.min(axis=0), due[0] - met[0]


def _fewest(passes: Callable[[np.ndarray], np.ndarray], most: int, tries: int) -> int:
    """The lowest level from 0 to `most` that passes, where a higher one passes whenever a lower one does and `most` is known to."""
    fails, enough = -1, most
    while enough - fails > 1:
        levels = _between(fails, enough, tries)
        passed = levels[passes(levels)]
        fails = levels[levels < passed[0]].max(initial=fails) if len(passed) else levels[-1]
        enough = passed[0] if len(passed) else enough
    return int(enough)


def _between(low: int, high: int, tries: int) -> np.ndarray:
    """Up to so many whole numbers above `low` and below `high`, evenly apart."""
    return np.unique(np.linspace(low, high, min(tries, max(high - low - 1, 0)) + 2).astype(int)[1:-1])
