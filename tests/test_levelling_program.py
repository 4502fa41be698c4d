"""The integer program of a levelling plan against every plan there is, and the searches that keep it fast against the ones that are exact.

"The fewest hours above capacity, summed over the weeks; then the fewest days of validity; then the fewest certificates moved." No week is pushed
above its capacity, and none that is above it any further.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.forecast import levelling_program
from pipelines.forecast.levelling_program import Program, relaxation, solve

WEEKS = 4


@dataclass(frozen=True)
class Cohort:
    """Certificates that agree: hours of one, the chance of every week as things are, and {week it may move to: days given up}."""

    count: int
    hours: float
    usual: tuple[float, ...]
    moves: dict[int, float]


def a_program(cohorts: list[Cohort], capacity: list[float], other_hours: list[float] | None = None) -> Program:
    """The program over some cohorts; `other_hours`: work that nobody can move."""
    weeks = len(capacity)
    before = np.array(other_hours or [0.0] * weeks) + sum((each.count * each.hours * np.array(each.usual) for each in cohorts), np.zeros(weeks))
    moves = [(position, week, days) for position, each in enumerate(cohorts) for week, days in each.moves.items()]
    effects = [cohorts[position].hours * (np.eye(weeks)[week] - np.array(cohorts[position].usual)) for position, week, _ in moves]
    return Program(
        before,
        np.array(capacity, dtype=float),
        np.array([each.count for each in cohorts], dtype=np.int64),
        np.array([position for position, _, _ in moves], dtype=np.int64),
        np.array([days for _, _, days in moves], dtype=float),
        np.array(effects).reshape(len(moves), weeks),
    )


def every_plan(program: Program) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(hours above capacity, days given up, certificates moved) of every plan that the limits allow, by enumeration."""
    hours, days, moved = program.before_hours[None, :], np.zeros(1), np.zeros(1)
    for position, count in enumerate(program.counts):
        mine = np.flatnonzero(program.cohort == position)
        ways = [each for each in product(range(count + 1), repeat=len(mine)) if sum(each) <= count]
        takes = np.array(ways, dtype=float).reshape(len(ways), len(mine))
        hours = (hours[:, None, :] + (takes @ program.effect_hours[mine])[None, :, :]).reshape(-1, hours.shape[1])
        days = (days[:, None] + (takes @ program.days_given_up[mine])[None, :]).ravel()
        moved = (moved[:, None] + takes.sum(axis=1)[None, :]).ravel()
    allowed = (hours <= np.maximum(program.before_hours, program.capacity_hours) + 1e-9).all(axis=1)
    return np.maximum(hours - program.capacity_hours, 0)[allowed].sum(axis=1), days[allowed], moved[allowed]


quarters = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0])


@st.composite
def cohorts_of_quarters(draw: Callable) -> Cohort:
    """All numbers are binary fractions, so that sums are exact. A part of the chance may lie after the plan's weeks."""
    cuts = sorted(draw(st.lists(quarters, min_size=WEEKS, max_size=WEEKS)))
    usual = tuple(np.diff([0.0, *cuts]).tolist())
    moves = draw(st.dictionaries(st.integers(0, WEEKS - 1), st.sampled_from([0.0, 1.0, 2.5, 6.0]), max_size=3))
    return Cohort(draw(st.integers(0, 3)), draw(st.sampled_from([0.5, 0.75, 1.0, 1.25])), usual, moves)


@st.composite
def programs(draw: Callable) -> Program:
    """Up to 4 cohorts of up to 3 certificates in 4 weeks."""
    hours = st.lists(st.integers(0, 16).map(lambda each: each / 4), min_size=WEEKS, max_size=WEEKS)
    return a_program(draw(st.lists(cohorts_of_quarters(), max_size=4)), draw(hours), draw(hours))


@settings(max_examples=300)
@given(programs())
def test_no_plan_leaves_fewer_hours_or_gives_up_fewer_days_or_moves_fewer(program):
    """Against all plans, up to 160,000 of them."""
    found = solve(program)
    missing, days, moved = every_plan(program)
    fewest = min(zip(missing.round(9), days.round(9), moved, strict=True))
    assert (program.missing_hours(found.moved), program.days_given_up @ found.moved, found.moved.sum()) == pytest.approx(fewest)
    assert found.is_proven_optimal
    assert program.allows(found.moved)


@settings(max_examples=100)
@given(programs(), st.integers(0, 10**6))
def test_hours_that_are_no_round_numbers_change_nothing_about_that(program, seed):
    """An hour above capacity weighs as much as 10,000 days of validity."""
    noise = np.random.default_rng(seed).uniform(0.9, 1.1, len(program.cohort))[:, None]
    program = a_copy(program, effect_hours=program.effect_hours * noise)
    missing, days, moved = every_plan(program)
    found = solve(program)
    assert program.value(found.moved) == pytest.approx((10_000 * missing + days + 0.001 * moved).min(), rel=1e-6, abs=0.01)
    assert found.is_proven_optimal


def a_copy(program: Program, **changed) -> Program:
    return Program(**(vars(program) | changed))


# By hand


def usually_in(week: int, weeks: int = WEEKS) -> tuple[float, ...]:
    return tuple(1.0 if each == week else 0.0 for each in range(weeks))


def test_two_certificates_too_many_move_one_week_earlier():
    """Four hours in week 2 against 2, and room for two in week 1 and for two in week 0, which costs more."""
    program = a_program([Cohort(4, 1.0, usually_in(2), {0: 10.0, 1: 4.0})], [2, 2, 2, 2])
    found = solve(program)
    assert found.moved.tolist() == [0, 2]
    assert program.after_hours(found.moved).tolist() == [0, 2, 2, 0]


def test_a_chain_of_moves_makes_room_where_there_is_none():
    """Week 2 is over, week 1 is full: what is in week 1 goes to week 0, and what is in week 2 to week 1."""
    program = a_program([Cohort(2, 1.0, usually_in(1), {0: 1.0}), Cohort(3, 1.0, usually_in(2), {1: 1.0})], [2, 2, 2, 2])
    found = solve(program)
    assert found.moved.tolist() == [1, 1]
    assert program.missing_hours(found.moved) == 0


def test_what_has_no_room_stays_above_the_capacity():
    """Six hours in week 2 against 2, and room for one hour in week 1: three hours stay, and are said."""
    program = a_program([Cohort(6, 1.0, usually_in(2), {1: 1.0})], [0, 1, 2, 0])
    found = solve(program)
    assert found.moved.tolist() == [1]
    assert program.missing_hours(found.moved) == 3
    assert found.is_proven_optimal


def test_no_week_is_pushed_above_its_capacity():
    """Half an hour of room does not hold one hour, although the hours above capacity would be half an hour fewer."""
    program = a_program([Cohort(3, 1.0, usually_in(1), {0: 1.0})], [0.5, 2, 0, 0])
    assert solve(program).moved.tolist() == [0]


def test_where_every_week_is_full_nothing_moves():
    program = a_program([Cohort(3, 1.0, usually_in(1), {0: 0.0, 2: 0.0})], [0, 0, 0, 0])
    found = solve(program)
    assert found.moved.tolist() == [0, 0]
    assert found.is_proven_optimal


def test_nothing_moves_without_need():
    """A free move from a week that is within its capacity is none."""
    program = a_program([Cohort(2, 1.0, usually_in(1), {0: 0.0})], [2, 2, 2, 2])
    assert solve(program).moved.tolist() == [0]


def test_of_two_ways_the_one_with_fewer_certificates_is_taken():
    """Two hours too many: two certificates of an hour each, or one of two hours, at the same cost in days."""
    program = a_program([Cohort(2, 1.0, usually_in(1), {0: 1.0}), Cohort(1, 2.0, usually_in(1), {0: 2.0})], [4, 2, 0, 0])
    assert solve(program).moved.tolist() == [0, 1]


def test_only_the_chance_of_the_full_week_leaves_it():
    """A certificate that comes in week 1 or 2 with even chances takes half an hour out of each, and counts a whole one in week 0."""
    program = a_program([Cohort(4, 1.0, (0, 0.5, 0.5, 0), {0: 1.0})], [4, 1, 4, 4])
    found = solve(program)
    assert found.moved.tolist() == [2]
    assert program.after_hours(found.moved).tolist() == [2, 1, 1, 0]


def test_a_program_that_the_presolve_of_the_solver_takes_for_infeasible():
    """Doing nothing is always allowed; here 1 certificate of the first cohort moving to week 2 leaves the fewest hours above capacity."""
    first = Cohort(3, 1.0, (0, 0.375, 0.4375, 0), {2: 1.96770641, 1: 0.91123539})
    program = a_copy(
        a_program([first, Cohort(1, 1.0, (0, 0, 0, 0), {2: 6.0}), Cohort(3, 1.0, (0, 0, 0, 0), {0: 1.0, 2: 0.0})], [0, 0, 0, 0]),
        before_hours=np.array([3.38768932, 2.45018932, 2.63768932, 3.70018932]),
        capacity_hours=np.array([3.88768932, 1.45018932, 3.63768932, 2.70018932]),
        effect_hours=np.array([
            [0.0, -0.375, 0.5625, 0.0], [0.0, 0.375, -0.1875, 0.0], [-0.3125, 0.0, 1.25, -0.625],
            [1.07518932, -0.35839644, -0.35839644, -0.35839644], [-0.35839644, -0.35839644, 1.07518932, -0.35839644],
        ]),
    )  # fmt: skip
    found = solve(program)
    assert found.moved.tolist() == [1, 0, 0, 0, 0]
    assert found.is_proven_optimal


def test_without_cohorts_there_is_nothing_to_solve():
    found = solve(a_program([], [1, 1], [3.0, 0.0]))
    assert len(found.moved) == 0
    assert found.is_proven_optimal


# Large programs


def a_crowd(cohorts: int, count: int, utilisation: float, seed: int, weeks: int = 12) -> Program:
    """Cohorts with a spread of leads and of hours, and weeks that are filled unevenly; three of them are short."""
    chance = np.random.default_rng(seed)
    found = []
    for each in range(cohorts):
        middle = each * weeks // cohorts
        usual = np.zeros(weeks)
        for week, share in zip(range(middle - 1, middle + 3), chance.dirichlet([1, 4, 2, 1]), strict=True):
            usual[min(max(week, 0), weeks - 1)] += share
        moves = {week: float(max(middle - week, 0) * 7 + chance.integers(0, 5)) for week in (middle - 1, middle, middle + 1) if 0 <= week < weeks}
        found.append(Cohort(int(chance.poisson(count)) + 1, float(chance.choice([0.8, 1.2]) * chance.uniform(0.85, 1)), tuple(usual), moves))
    load = sum(each.count * each.hours for each in found) / weeks
    return a_program(found, (load / utilisation * np.where(np.arange(weeks) % 4 == 2, 0.7, 1)).tolist())


@pytest.mark.parametrize("utilisation", [0.8, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_a_sample_and_the_prices_it_gives_lead_to_the_same_bound(monkeypatch, seed, utilisation):
    """The relaxation of a large program is exact: cohorts that the sample decided wrongly are weighed again."""
    program = a_crowd(300, 3, utilisation, seed)
    exact = relaxation(program)
    monkeypatch.setattr(levelling_program, "MOVES_AT_ONCE", 60)
    assert relaxation(program).value == pytest.approx(exact.value, rel=1e-7)


@pytest.mark.parametrize("utilisation", [0.75, 0.85])
def test_what_fits_is_made_to_fit_in_a_large_program(utilisation):
    """Whole certificates leave no hour above capacity where divided ones would not, and cost a day or two more."""
    program = a_crowd(2000, 3, utilisation, seed=1)
    found, bound = solve(program), relaxation(program)
    assert bound.value < 10_000
    assert program.missing_hours(found.moved) == 0
    assert program.value(found.moved) <= 1.01 * bound.value + 2


def test_what_does_not_fit_is_near_the_bound_in_a_large_program():
    """A certificate or so per week is lost because certificates are whole."""
    program = a_crowd(2000, 3, 1.0, seed=1)
    found, bound = solve(program), relaxation(program)
    assert program.missing_hours(np.zeros(len(program.cohort))) > 100
    assert program.missing_hours(found.moved) - bound.value / 10_000 < 12 * 1.2


def test_the_same_program_has_the_same_plan():
    program = a_crowd(300, 3, 1.0, seed=2)
    assert solve(program).moved.tolist() == solve(program).moved.tolist()


def test_a_search_that_ends_at_its_limit_says_so(monkeypatch):
    """The plan is still one that the limits allow, and no worse than doing nothing."""
    monkeypatch.setattr(levelling_program, "NODES", 1)
    monkeypatch.setattr(levelling_program, "MANY_MOVES", 0)
    program = a_crowd(300, 3, 1.0, seed=3)
    found = solve(program)
    assert not found.is_proven_optimal
    assert program.allows(found.moved)
    assert program.value(found.moved) < program.value(np.zeros(len(program.cohort)))
