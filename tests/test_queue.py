"""The queue in front of the team: what a few days give by hand, and what the piece-by-piece reference gives for any days."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines.forecast import queue
from tests.reference import queue as reference

DAYS = 10
EIGHT_A_DAY = np.full(DAYS, 8.0)


def a_demand(*, arrivals=(), waiting=(), overdue=(), hours=(1.0,), days=DAYS, month=None, runs=1) -> queue.Demand:
    """Arrivals are (day, option, days until due, count), each day and option with one way to its due date; waiting (due day, option, count)."""
    ways = sorted({(option, until) for _, option, until, _ in arrivals})
    counts, held, late = np.zeros((days, len(ways), runs)), np.zeros((days, len(hours))), np.zeros(len(hours))
    for day, option, until, count in arrivals:
        counts[day, ways.index((option, until))] += float(count)
    for due, option, count in waiting:
        held[due, option] += float(count)
    for option, count in overdue:
        late[option] += float(count)
    due = np.arange(days)[:, None] + np.array([until for _, until in ways], dtype=int)
    months = np.zeros(days, dtype=int) if month is None else np.array(month)
    return queue.Demand(counts, due, np.array([option for option, _ in ways], dtype=int), np.array(hours), held, late, months)


def shares(demand: queue.Demand, capacity) -> list:
    """Carried of due per option over all days, None where nothing is due."""
    due, met = (each[:, :, 0].sum(axis=0) for each in queue.carried(demand, np.asarray(capacity, dtype=float)))
    return [kept / all_of_them if all_of_them else None for kept, all_of_them in zip(met, due, strict=True)]


def test_ample_capacity_without_backlog_carries_everything():
    assert shares(a_demand(arrivals=[(0, 0, 3, 5), (4, 0, 0, 8)]), EIGHT_A_DAY) == [1.0]


def test_without_capacity_all_that_falls_due_is_missed():
    demand = a_demand(arrivals=[(0, 0, 3, 5)], waiting=[(0, 0, 1), (9, 0, 2)])
    assert shares(demand, np.zeros(DAYS)) == [0.0]
    assert queue.carried(demand, np.zeros(DAYS)).due.sum() == 8


def test_exactly_enough_is_enough_and_an_hour_less_is_not():
    """24 requests of an hour arrive on day 0, due on day 2: three days of eight hours."""
    demand = a_demand(arrivals=[(0, 0, 2, 24)])
    assert shares(demand, EIGHT_A_DAY) == [1.0]
    assert shares(demand, [8, 8, 7, 8, 8, 8, 8, 8, 8, 8]) == [pytest.approx(23 / 24)]


def test_hours_of_work_count_not_requests():
    """Six requests of two hours in one day of eight hours: four are done."""
    assert shares(a_demand(arrivals=[(0, 0, 0, 6)], hours=[2.0]), EIGHT_A_DAY) == [pytest.approx(4 / 6)]


def test_a_closed_week_serves_nothing_while_the_due_date_comes():
    """Days 1 to 5 are closed: of 16 due on day 5, the eight hours of day 0 do eight. The rest is late on day 6, and what is due then waits for it."""
    closed = [8, 0, 0, 0, 0, 0, 8, 8, 8, 8]
    assert shares(a_demand(arrivals=[(0, 0, 5, 16)]), closed) == [0.5]
    assert shares(a_demand(arrivals=[(0, 0, 5, 16), (6, 1, 0, 4)], hours=[1, 1]), closed) == [0.5, 0.0]
    assert shares(a_demand(arrivals=[(0, 0, 5, 16), (6, 1, 1, 4)], hours=[1, 1]), closed) == [0.5, 1.0]


def test_a_freeze_in_mid_stream_loses_what_falls_due_in_it():
    """Ten a day, due three days later, ten hours a day, none on days 4 to 7. Days 4, 5 and 6 each find their ten done: they came before day 4.
    Of what comes on days 4 and 5, due on days 7 and 8, the ten of day 7 are late; day 8 clears those first, so the ten due then are late, and so on."""
    demand = a_demand(arrivals=[(day, 0, 3, 10) for day in range(DAYS)])
    capacity = [10, 10, 10, 10, 0, 0, 0, 0, 10, 10]
    due, met = queue.carried(demand, np.array(capacity, dtype=float))
    assert due.sum() == 70  # due on days 3 to 9
    assert met.sum() == 40  # those of days 3 to 6


def test_what_is_overdue_takes_the_hours_first_and_is_not_missed_twice():
    demand = a_demand(waiting=[(0, 0, 8)], overdue=[(0, 6)])
    assert queue.carried(demand, EIGHT_A_DAY).due.sum() == 8
    assert shares(demand, EIGHT_A_DAY) == [0.25]


def test_earliest_due_first_across_options():
    """Option 1 is due a day earlier, so it is whole; option 0 gets what is left of 16 hours."""
    demand = a_demand(arrivals=[(0, 0, 1, 10), (0, 1, 0, 8)], hours=[1, 1])
    assert shares(demand, EIGHT_A_DAY) == [pytest.approx(0.8), 1.0]


def test_within_a_due_day_options_share_in_proportion():
    demand = a_demand(arrivals=[(0, 0, 0, 12), (0, 1, 0, 2)], hours=[1, 2])
    assert shares(demand, EIGHT_A_DAY) == [pytest.approx(0.5), pytest.approx(0.5)]


def test_what_came_earlier_of_a_due_day_is_further_along():
    """Ten of option 0 from day 0 and ten of option 1 from day 1, all due on day 1: day 0 leaves 2 of the first, day 1 serves 8 of those 12."""
    demand = a_demand(arrivals=[(0, 0, 1, 10), (1, 1, 0, 10)], hours=[1, 1])
    assert shares(demand, EIGHT_A_DAY) == [pytest.approx(1 - 0.2 / 3), pytest.approx(2 / 3)]


def test_late_work_is_still_done_before_the_next():
    """Twelve due on day 0 leave four, which day 1 does before the eight due then."""
    demand = a_demand(arrivals=[(0, 0, 0, 12), (1, 1, 0, 8)], hours=[1, 1])
    assert shares(demand, EIGHT_A_DAY) == [pytest.approx(2 / 3), 0.5]


def test_nothing_due_is_nothing_carried_and_never_a_number_that_is_none():
    due, met = queue.carried(a_demand(hours=[1, 1]), EIGHT_A_DAY)
    assert due.tolist() == met.tolist() == [[[0.0], [0.0]]]


def test_a_request_counts_in_the_month_of_its_due_date():
    """Days 0 to 4 are in one month, 5 to 9 in the next; both arrive on day 3, one is due on day 4, one on day 5."""
    demand = a_demand(arrivals=[(3, 0, 1, 2), (3, 0, 2, 3)], month=[0] * 5 + [1] * 5)
    assert queue.carried(demand, EIGHT_A_DAY).due[:, 0, 0].tolist() == [2, 3]
    assert queue.carried(demand, EIGHT_A_DAY).met[:, 0, 0].tolist() == [2, 3]


def test_what_is_due_after_the_last_day_is_not_counted():
    """Due on day 9 counts, on day 10 not, and it takes no hours from what does."""
    demand = a_demand(arrivals=[(8, 0, 1, 16), (8, 0, 2, 100)])
    assert queue.carried(demand, EIGHT_A_DAY).due.sum() == 16
    assert shares(demand, EIGHT_A_DAY) == [1.0]


def test_runs_do_not_touch_each_other():
    demand = a_demand(arrivals=[(0, 0, 0, 10)], runs=3)
    demand.counts[0, 0] = [4, 8, 16]
    due, met = queue.carried(demand, EIGHT_A_DAY)
    assert (due[0, 0].tolist(), met[0, 0].tolist()) == ([4, 8, 16], [4, 8, 8])
    assert queue.carried(demand, np.outer(np.ones(DAYS), [4, 4, 16])).met[0, 0].tolist() == [4, 4, 16]


QUARTERS = some.integers(0, 40).map(lambda quarters: Fraction(quarters, 4))


@some.composite
def worlds(draw):
    """Up to 12 days: arrivals, work that waits, work that is overdue, and hours a day, none on some."""
    days = draw(some.integers(1, 12))
    hours = draw(some.lists(some.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3)]), min_size=3, max_size=3))
    arrivals = draw(some.lists(some.tuples(some.integers(0, days - 1), some.integers(0, 2), some.integers(0, 5), QUARTERS), max_size=15))
    waiting = draw(some.lists(some.tuples(some.integers(0, days - 1), some.integers(0, 2), QUARTERS), max_size=5))
    overdue = draw(some.lists(some.tuples(some.integers(0, 2), QUARTERS), max_size=2))
    capacity = draw(some.lists(some.one_of(some.just(Fraction(0)), QUARTERS), min_size=days, max_size=days))
    return days, hours, arrivals, waiting, overdue, capacity


def by_hand(days, hours, arrivals, waiting, overdue, capacity) -> tuple[np.ndarray, np.ndarray]:
    """(due, met) per day and option, from the reference."""
    pieces = [(reference.Work(day, day + until, count, hours[option]), option) for day, option, until, count in arrivals]
    pieces += [(reference.Work(0, due, count, hours[option]), option) for due, option, count in waiting]
    pieces += [(reference.Work(0, -1, count, hours[option]), option) for option, count in overdue]
    reference.run([piece for piece, _ in pieces], capacity)
    due, met = np.zeros((2, days, 3))
    for piece, option in pieces:
        if 0 <= piece.due < days:
            due[piece.due, option] += piece.count
            met[piece.due, option] += piece.met
    return due, met


@given(worlds())
def test_the_queue_is_that_of_the_reference(world):
    """Each day is a month of its own, so every due date is compared."""
    days, hours, arrivals, waiting, overdue, capacity = world
    demand = a_demand(arrivals=arrivals, waiting=waiting, overdue=overdue, hours=np.array(hours, float), days=days, month=range(days))
    found = queue.carried(demand, np.array(capacity, float))
    due, met = by_hand(*world)
    assert found.due[:, :, 0] == pytest.approx(due, abs=1e-9)
    assert found.met[:, :, 0] == pytest.approx(met, abs=1e-9)


@given(worlds(), some.sampled_from([0.5, 0.9, 0.95, 1.0]), some.sampled_from([0.96, 1.0]))
def test_staffing_is_the_fewest_people_that_the_reference_finds(world, objective, past):
    """Tried level by level, 0.1 at a time, on the same days: two months of half the days each, of which the second is whole."""
    days, hours, arrivals, waiting, overdue, capacity = world
    month = [int(2 * day >= days) for day in range(days)]
    demand = a_demand(arrivals=arrivals, waiting=waiting, overdue=overdue, hours=np.array(hours, float), days=days, month=month)
    whole = np.array([1]) if days > 1 else np.array([], dtype=int)
    found = queue.staffing(demand, np.array(capacity, float), past, objective, whole)

    def kept(staff: Fraction) -> tuple[float, float]:
        due, met = by_hand(days, hours, arrivals, waiting, overdue, [staff * each for each in capacity])
        late = np.array(month) == 1
        parts = [(due.sum(), met.sum()), (due[late].sum(), met[late].sum())]
        return min((done / all_of_them if all_of_them else 1.0) for all_of_them, done in parts), met.sum()

    def keeps(staff: Fraction) -> bool:
        return kept(staff)[0] * past >= objective - 1e-9

    boundless = Fraction(10**6)
    assert (found.for_objective is not None) == keeps(boundless)
    for staff, holds in [
        (found.for_objective, keeps),
        (found.for_capacity, lambda level: kept(level)[1] >= kept(boundless)[1] - 1e-9),
    ]:
        if staff is not None:
            tenths = Fraction(round(10 * staff), 10)
            assert holds(tenths)
            assert tenths == 0 or not holds(tenths - Fraction(1, 10))


def test_staff_is_found_to_a_tenth():
    """31 hours of work on one day of ten hours a person: 3.1 keep it all, 2.95 would keep 95 %, so 3.0."""
    demand = a_demand(arrivals=[(0, 0, 0, 31)])
    ten = np.full(DAYS, 10.0)
    nothing = np.array([], dtype=int)
    assert queue.staffing(demand, ten, 1.0, 0.95, nothing) == (3.0, 3.1)
    assert queue.staffing(demand, ten, 0.96, 0.95, nothing) == (3.1, 3.1)


def test_no_staff_keeps_what_was_missed_for_other_reasons():
    """With 94 % in the past, capacity alone can not bring 95 %; without a past nothing can be said."""
    demand, ten, nothing = a_demand(arrivals=[(0, 0, 0, 30)]), np.full(DAYS, 10.0), np.array([], dtype=int)
    assert queue.staffing(demand, ten, 0.94, 0.95, nothing) == (None, 3.0)
    assert queue.staffing(demand, ten, 0.95, 0.95, nothing) == (3.0, 3.0)
    assert queue.staffing(demand, ten, None, 0.95, nothing) == (None, 3.0)


def test_nobody_is_needed_for_nothing():
    demand, nothing = a_demand(), np.array([], dtype=int)
    assert queue.staffing(demand, EIGHT_A_DAY, 1.0, 0.95, nothing) == (0.0, 0.0)


def test_no_staff_works_in_a_freeze():
    demand, nothing = a_demand(arrivals=[(0, 0, 0, 5)]), np.array([], dtype=int)
    assert queue.staffing(demand, np.zeros(DAYS), 1.0, 0.95, nothing) == (None, 0.0)


def test_runs_ask_for_as_many_people_as_their_mean_needs():
    """Two runs, 10 and 30 due on one day of ten hours a person: the mean meets 38 of 40 with 2.8, and no run loses any with 3."""
    demand, nothing = a_demand(arrivals=[(0, 0, 0, 0)], runs=2), np.array([], dtype=int)
    demand.counts[0, 0] = [10, 30]
    assert queue.staffing(demand, np.full(DAYS, 10.0), 1.0, 0.95, nothing) == (2.8, 3.0)
