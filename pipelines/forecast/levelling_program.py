"""The integer program of a levelling plan: how many certificates of each cohort to submit in which week. Plain numbers in, counts out.

First the *relaxation*, in which certificates may be divided, is solved exactly; no plan is better than it. Its whole certificates are a first
plan, which branch and bound improves where the relaxation is undecided. A last search over all that a better plan could differ in is the proof.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack, vstack

MISSING_HOUR_DAYS = 10_000.0
"""An hour above capacity counts as much as so many days of validity: days decide between plans that leave the same hours above it."""
MOVE_DAYS = 0.001
"""A move counts as much as this part of a day of validity, so that nothing moves without need."""
ROUNDING = 1e-6
"""Hours above capacity, and parts of a certificate, that are the solver's rounding."""
FEW_MOVES, MANY_MOVES = 300, 1000
"""How many undecided moves the searches for a better plan and the one for the proof look at."""
NODES = 100
"""How far a search goes: a limit that, unlike seconds, gives every machine the same plan."""
SECONDS = 20.0
"""The limit of a search on a machine that is far too slow."""
MOVES_AT_ONCE = 8000
"""How many moves the relaxation weighs at once, if that is enough."""
NEAR, REACHED = 1e-4, 1e-6
"""How far a plan may be from the relaxation, as a part of it, to need no second start, and to be as good."""


@dataclass(frozen=True)
class Program:
    """What can be moved, and the hours as things are. A *move* takes certificates of one cohort to one week.

    Per week: `before_hours`, `capacity_hours`. Per cohort: `counts` of certificates. Per move: `cohort` (its position), `days_given_up` (0 or
    more, per certificate) and `effect_hours` (moves, weeks): what one certificate changes the hours of every week by.
    """

    before_hours: np.ndarray
    capacity_hours: np.ndarray
    counts: np.ndarray
    cohort: np.ndarray
    days_given_up: np.ndarray
    effect_hours: np.ndarray

    @property
    def limit_hours(self) -> np.ndarray:
        """No week may end above this: none is pushed above its capacity, and none that is above it already any further."""
        return np.maximum(self.before_hours, self.capacity_hours)

    @property
    def costs(self) -> np.ndarray:
        """Of one certificate taking each move, in days."""
        return self.days_given_up + MOVE_DAYS

    def costs_at(self, prices: np.ndarray) -> np.ndarray:
        """Of one certificate taking each move, in days, if an hour in each week had a price (days)."""
        return self.costs + self.effect_hours @ prices

    def after_hours(self, moved: np.ndarray) -> np.ndarray:
        """The hours of every week when so many certificates take each move."""
        return self.before_hours + moved @ self.effect_hours

    def missing_hours(self, moved: np.ndarray) -> float:
        """The hours above capacity that a plan leaves, over all weeks."""
        return float(above(self.after_hours(moved), self.capacity_hours).sum())

    def value(self, moved: np.ndarray) -> float:
        """What a plan is judged by, in days; less is better."""
        return MISSING_HOUR_DAYS * self.missing_hours(moved) + float(self.costs @ moved)

    def allows(self, moved: np.ndarray) -> bool:
        """Whether there are as many certificates, and no week is above its limit."""
        taken = np.bincount(self.cohort, weights=moved, minlength=len(self.counts))
        fits = self.after_hours(moved) <= self.limit_hours + ROUNDING
        return bool((moved >= 0).all() and (taken <= self.counts).all() and fits.all())


class Solution(NamedTuple):
    """`moved`: certificates per move, whole numbers. Proven: no plan is better by more than a millionth."""

    moved: np.ndarray
    is_proven_optimal: bool


class Relaxation(NamedTuple):
    """The best plan with divided certificates: its value in days, its certificates per move, and the price in days of an hour in each week."""

    value: float
    moved: np.ndarray
    prices: np.ndarray


class Preferences(NamedTuple):
    """What cohorts do at given prices. Per cohort: the cheapest move (-1: none), its cost in days, and by how much it beats the next best.

    `regrets`, per move: by how much it is dearer than the cheapest, or, being the cheapest, beats the next best.
    """

    cheapest: np.ndarray
    least: np.ndarray
    margins: np.ndarray
    regrets: np.ndarray


def above(hours: np.ndarray, capacity_hours: np.ndarray) -> np.ndarray:
    """Hours above capacity per week, 0 for what may be rounding."""
    excess = hours - capacity_hours
    return np.where(excess > ROUNDING, excess, 0.0)


def solve(program: Program) -> Solution:
    """The moves that leave the fewest hours above capacity, summed over the weeks; among those that give up the fewest days; then the fewest.

    The same program always gives the same moves. `is_proven_optimal` is False where a search ended at its limit.
    """
    best = np.zeros(len(program.cohort), dtype=np.int64)
    if not len(best) or not program.missing_hours(best):
        return Solution(best, True)
    bound = relaxation(program)
    if bound is None:
        return Solution(best, False)
    for spare_hours in (0.0, float(program.effect_hours.max())):
        # Whole certificates fit less well than divided ones: with an hour or so to spare the second start leaves less above the capacity.
        if MISSING_HOUR_DAYS * program.missing_hours(best) <= bound.value or is_within(NEAR, program.value(best), bound):
            break
        start = relaxation(replace(program, capacity_hours=program.capacity_hours - spare_hours)) if spare_hours else bound
        if start is not None:
            best = min(best, *improved(program, start), key=program.value)
    if is_within(REACHED, program.value(best), bound):
        return Solution(best, True)
    return proven(program, bound, best)


def is_within(part: float, value: float, bound: Relaxation) -> bool:
    """Whether a plan is as good as the relaxation says that one can be, or worse by no more than a part of that."""
    return value <= bound.value + part * max(bound.value, 1.0)


def improved(program: Program, start: Relaxation) -> tuple[np.ndarray, ...]:
    """The whole certificates of a relaxation as a plan, and the best that was found near it."""
    plan = within_limits(program, whole(start))
    is_divided = np.abs(start.moved - np.round(start.moved)) > ROUNDING
    undecided = np.lexsort((preferences(program, start.prices).regrets, ~is_divided))[:FEW_MOVES]
    found, _ = search(program, plan, np.sort(undecided))
    return (plan,) if found is None else (plan, found)


def proven(program: Program, bound: Relaxation, best: np.ndarray) -> Solution:
    """A plan that nothing betters, if the search ends in time.

    A move with a regret above what the best plan is away from the bound is taken in every better plan as the relaxation takes it.
    """
    undecided = np.flatnonzero(preferences(program, bound.prices).regrets <= program.value(best) - bound.value + MOVE_DAYS)
    if len(undecided) > MANY_MOVES:
        return Solution(best, False)
    found, is_complete = search(program, whole(bound), undecided)
    if found is not None:
        best = min(best, found, key=program.value)
    return Solution(best, is_complete)


def whole(start: Relaxation) -> np.ndarray:
    """The certificates of a relaxation that are not divided."""
    return np.floor(start.moved + ROUNDING).astype(np.int64)


def relaxation(program: Program) -> Relaxation | None:
    """The best plan with divided certificates; None if the solver fails.

    In a large program the prices of a sample decide most cohorts. They keep to that, unless the prices of all others turn out to say otherwise.
    """
    cohorts, moves = len(program.counts), len(program.cohort)
    cheapest, is_open = np.full(cohorts, -1), np.ones(cohorts, dtype=bool)
    guess = relaxation(sample(program)) if moves > MOVES_AT_ONCE else None
    if guess is not None:
        cheapest, _, margins, _ = preferences(program, guess.prices)
        by_margin, open_count = np.argsort(margins, kind="stable"), cohorts * MOVES_AT_ONCE // moves
        is_open[by_margin[open_count:]] = False
    while True:
        moved = np.zeros(moves)
        kept = cheapest[~is_open & (cheapest >= 0)]
        moved[kept] = program.counts[program.cohort[kept]]
        columns = np.flatnonzero(is_open[program.cohort])
        rows, most, costs, highest = linear(program, columns, moved)
        found = linprog(costs, A_ub=rows, b_ub=most, bounds=np.column_stack([np.zeros(len(highest)), highest]), method="highs-ds")
        if not found.success:
            if is_open.all():
                return None
            open_count *= 4
            is_open[by_margin[:open_count]] = True
            continue
        value = found.fun + float(program.costs @ moved)
        moved[columns] = found.x[: len(columns)]
        prices = -found.ineqlin.marginals[: len(program.before_hours)]
        costs_now = np.append(program.costs_at(prices), 0.0)  # The last, at -1, is that of no move.
        is_wrong = ~is_open & (costs_now[cheapest] > preferences(program, prices).least + ROUNDING)
        if not is_wrong.any():
            return Relaxation(value, moved, prices)
        is_open |= is_wrong


def sample(program: Program) -> Program:
    """Every so many of the cohorts, standing for all."""
    kept = np.arange(0, len(program.counts), -(-len(program.cohort) // MOVES_AT_ONCE))
    place = np.full(len(program.counts), -1)
    place[kept] = np.arange(len(kept))
    is_kept = place[program.cohort] >= 0
    counts = program.counts[kept] * (program.counts.sum() / program.counts[kept].sum())
    return replace(
        program,
        counts=counts,
        cohort=place[program.cohort[is_kept]],
        days_given_up=program.days_given_up[is_kept],
        effect_hours=program.effect_hours[is_kept],
    )


def preferences(program: Program, prices: np.ndarray) -> Preferences:
    """What every cohort would do if an hour in each week had a price (days)."""
    costs = program.costs_at(prices)
    least = np.zeros(len(program.counts))
    np.minimum.at(least, program.cohort, costs)
    regrets = costs - least[program.cohort]
    cheapest = np.full(len(program.counts), -1)
    winners = np.flatnonzero((regrets == 0) & (costs < 0))[::-1]
    cheapest[program.cohort[winners]] = winners
    winners = cheapest[cheapest >= 0]
    margins = np.where(cheapest >= 0, -least, np.inf)
    others = regrets.copy()
    others[winners] = np.inf
    np.minimum.at(margins, program.cohort, others)
    regrets[winners] = margins[program.cohort[winners]]
    return Preferences(cheapest, least, margins, regrets)


def linear(program: Program, columns: np.ndarray, fixed: np.ndarray) -> tuple[csr_array, np.ndarray, np.ndarray, np.ndarray]:
    """The rows with the most each may sum to, and the costs of the variables with their highest values.

    Variables: certificates taking the moves `columns`, then missing hours per week. Rows: the weeks (hours less missing hours, within the
    capacity), then the cohorts of the columns (certificates that there are). `fixed`: the other moves, as they stay.
    """
    weeks = len(program.before_hours)
    cohorts, place = np.unique(program.cohort[columns], return_inverse=True)
    hours = hstack([csr_array(program.effect_hours[columns].T), -eye_array(weeks)])
    taking = csr_array((np.ones(len(columns)), (place, np.arange(len(columns)))), shape=(len(cohorts), len(columns) + weeks))
    room = program.capacity_hours - program.after_hours(fixed)
    free = program.counts - np.bincount(program.cohort, weights=fixed, minlength=len(program.counts))
    costs = np.concatenate([program.costs[columns], np.full(weeks, MISSING_HOUR_DAYS)])
    highest = np.concatenate([free[program.cohort[columns]], program.limit_hours - program.capacity_hours])
    return vstack([hours, taking]).tocsr(), np.concatenate([room, free[cohorts]]), costs, highest


def within_limits(program: Program, moved: np.ndarray) -> np.ndarray:
    """A plan without those of its moves that push a week above its limit, taken back one certificate at a time."""
    moved, hours = moved.copy(), program.after_hours(moved)
    while (hours > program.limit_hours + ROUNDING).any():
        week = np.argmax(hours - program.limit_hours)
        moved[np.argmax(np.where(moved > 0, program.effect_hours[:, week], -np.inf))] -= 1
        hours = program.after_hours(moved)
    return moved


def search(program: Program, plan: np.ndarray, undecided: np.ndarray) -> tuple[np.ndarray | None, bool]:
    """The best plan that differs from a given one only in the undecided moves, and whether the search was complete; None if it found none."""
    fixed = plan.copy()
    fixed[undecided] = 0
    rows, most, costs, highest = linear(program, undecided, fixed)
    found = milp(
        costs,
        integrality=np.arange(len(costs)) < len(undecided),
        bounds=Bounds(0, highest),
        constraints=LinearConstraint(rows, -np.inf, most),
        # HiGHS 1.8, as scipy 1.15 has it, calls some programs of this kind infeasible in its presolve although doing nothing is feasible.
        options={"node_limit": NODES, "time_limit": SECONDS, "mip_rel_gap": 0, "presolve": False},
    )
    if found.x is None:
        return None, False
    fixed[undecided] = np.round(found.x[: len(undecided)])
    return (fixed, found.status == 0) if program.allows(fixed) else (None, False)
