"""Levelling: "moves submissions inside the window [expiry - lead_max, expiry - 20], lead_max capped at V - 26, never past `last_safe_start_on`,
never before the predecessor's issue date + 25; cost = days of validity given up. So that no week exceeds capacity where possible."

Unless a test says otherwise: now is Monday 2026-11-02, certificates have 398 days, are renewed with certainty and submitted 20 days before expiry
(leads from 20 to 30 days are allowed), are issued when due, 5 business days later, and one takes 0.8 hours. Closed: Nov 11, 26 and 27, Dec 25, Jan 1.
"""

import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.forecast import levelling, recurrence
from pipelines.forecast.inputs import Cohorts
from tests.forecast_cases import PLAN, a_certificate, a_world
from tests.forecast_worlds import CUSTOMER, GROUPS, OPTIONS, inputs_of, plans, scenario_of, worlds
from tests.reference import business_days
from tests.reference.forecast_world import Certificate, Group

DAY = timedelta(days=1)
HOURS = 0.8


def level(*held, room: float = 2, weeks: int = 12, scenario=PLAN, policy=None, **others) -> levelling.Plan:
    """The plan for some certificates; `room`: how many renewals a week of five business days has hours for. `policy`: other days than usual."""
    scenario = replace(scenario, staff=1.0, hours_per_day=room * HOURS / 5)
    inputs = replace(inputs_of(a_world(*held, **others), scenario, weeks), **(policy or {}))
    return levelling.plan(inputs, scenario_of(scenario), weeks)


def moves(plan: levelling.Plan) -> list[tuple[str, str, int]]:
    """[(expiry, day of submission, how many)]."""
    return [(str(each.expires_on), str(each.submit_on), each.count) for each in plan.moves]


def test_two_renewals_too_many_are_submitted_a_week_earlier():
    """Four expire Wed 2026-12-30, so all are submitted Thu 12-10 and issued Thu 12-17; the week has room for two.

    The latest day of the week before is Fri 12-04, due Fri 12-11: 6 days of validity less for each of two.
    """
    plan = level(*[a_certificate("2026-12-30")] * 4)
    assert moves(plan) == [("2026-12-30", "2026-12-04", 2)]
    assert plan.moves[0].usual_weeks == ((date(2026, 12, 7), 1.0),)
    assert plan.moves[0].validity_days_given_up == 6
    assert plan.moves[0].validity_share_ratio == 6 / 398
    assert plan.before_hours[4:6].tolist() == pytest.approx([0, 3.2])
    assert plan.after_hours[4:6].tolist() == pytest.approx([1.6, 1.6])
    assert (plan.weeks_over_before, plan.weeks_over) == ([5], [])
    assert (plan.moved_count, plan.validity_days_given_up, plan.validity_share_ratio) == (2, 12, 6 / 398)
    assert plan.is_proven_optimal


def test_the_peak_after_thanksgiving_goes_to_the_days_before():
    """Expiring Dec 16 to 20, five renewals wait for Mon 11-30, due Mon 12-07. The week has room for three, that of Thanksgiving for one (of 1.8).

    One is submitted Wed 11-25, due Fri 12-04: 3 days. The other goes to Fri 11-20, due Tue 12-01: 6 days.
    """
    plan = level(*[a_certificate(f"2026-12-{day}") for day in range(16, 21)], room=3)
    assert Counter(submit_on for _, submit_on, _ in moves(plan)) == {"2026-11-20": 1, "2026-11-25": 1}
    assert plan.validity_days_given_up == 9
    assert plan.weeks_over == []


def test_what_came_early_may_be_submitted_later_and_gives_up_nothing():
    """27 days before 2026-12-30 is Thu 12-03. A week later, on Thu 12-10, is still 20 days before."""
    plan = level(*[a_certificate("2026-12-30")] * 3, groups={CUSTOMER: Group(1.0, {27: 1})})
    assert moves(plan) == [("2026-12-30", "2026-12-10", 1)]
    assert plan.validity_days_given_up == 0


def test_where_renewals_are_issued_a_week_before_expiry_moving_them_costs_nothing():
    plan = level(*[a_certificate("2026-12-30")] * 4, scenario=replace(PLAN, issue="process_by"))
    assert plan.moved_count == 2
    assert plan.validity_days_given_up == 0


LATE = {CUSTOMER: Group(1.0, {5: 1})}
"""Submitted 5 days before expiry. For Wed 2026-12-30 that is Fri 12-25, which is closed, so Mon 12-28, in a week of four business days."""


@pytest.mark.parametrize(
    ("validity", "days"),
    [(30, []), (45, []), (46, ["2026-12-10"]), (51, ["2026-12-10"]), (52, ["2026-12-04", "2026-12-10"])],
)
def test_a_short_life_leaves_a_short_window(validity, days):
    """The lead is at most V - 26. Of 46 days that is 20, the least that is allowed, so one day; of 52 it is 26, so that Fri 12-04 is allowed too.

    Three wait for the week of 12-28, which has room for one, as every week has.
    """
    plan = level(*[a_certificate("2026-12-30", validity)] * 3, room=1.3, groups=LATE)
    assert moves(plan) == [("2026-12-30", day, 1) for day in days]
    assert plan.missing_hours[8] == pytest.approx(max(3 - 1.04 - len(days), 0) * HOURS)


def test_no_renewal_is_submitted_before_the_certificate_is_past_its_change_window():
    """Issued on 2026-11-09, it may be changed through 12-04, 25 days later; with 26 days that Friday is too early."""
    certificates = [a_certificate("2026-12-30", 52)] * 3
    assert level(*certificates, room=1.3, groups=LATE).moves[0].submit_on == date(2026, 12, 4)
    assert moves(level(*certificates, room=1.3, groups=LATE, policy={"change_window_days": 26})) == [("2026-12-30", "2026-12-10", 1)]


def test_no_renewal_is_submitted_after_its_last_safe_start():
    """Were 3 days before expiry enough, 12-27 would be; but from Tue 12-22 on five business days end after Tue 12-29.

    Five come on Thu 12-03, 27 days before; one stays, and one each fits into the weeks after, on their last days, and Mon 12-21.
    """
    plan = level(*[a_certificate("2026-12-30")] * 5, room=1.3, groups={CUSTOMER: Group(1.0, {27: 1})}, policy={"lead_min_days": 3})
    assert [day for _, day, _ in moves(plan)] == ["2026-12-11", "2026-12-18", "2026-12-21"]
    assert plan.weeks_over == [4]


def test_a_freeze_over_the_only_day_leaves_the_week_over_capacity():
    certificates = [a_certificate("2026-12-30", 46)] * 3
    assert moves(level(*certificates, groups=LATE)) == [("2026-12-30", "2026-12-10", 2)]
    plan = level(*certificates, groups=LATE, scenario=replace(PLAN, freezes=[(date(2026, 12, 10), date(2026, 12, 10))]))
    assert plan.moves == ()
    assert plan.weeks_over == plan.weeks_over_before == [8]


def test_nothing_is_submitted_in_the_past():
    """Six come on Thu 12-10, with room for one on every business day. On Fri 12-04 that day still has room, on Mon 12-07 it is over."""
    certificates = [a_certificate("2026-12-30")] * 6
    assert moves(level(*certificates, room=5, as_of_on=date(2026, 12, 4))) == [("2026-12-30", "2026-12-04", 1)]
    assert moves(level(*certificates, room=5, as_of_on=date(2026, 12, 7))) == []


def test_the_rest_of_a_running_week_moves_nothing_and_takes_nothing():
    """Three are submitted at once, on Fri 2026-12-04, 26 days before expiry, and the day has room for one: nobody plans that day any more."""
    early = {"groups": {CUSTOMER: Group(1.0, {40: 1})}, "as_of_on": date(2026, 12, 4)}
    plan = level(*[a_certificate("2026-12-30")] * 3, room=5, **early)
    assert plan.moves == ()
    assert plan.weeks_over_before == plan.weeks_over == [0]


def test_what_has_no_room_is_said():
    """Nine on one day, room for two in each of the two weeks of the window: five stay above the capacity."""
    plan = level(*[a_certificate("2026-12-30")] * 9)
    assert plan.moved_count == 2
    assert plan.missing_hours.tolist() == pytest.approx([0] * 5 + [5 * HOURS] + [0] * 6)
    assert plan.weeks_over == [5]


def test_without_any_capacity_nothing_moves():
    plan = level(*[a_certificate("2026-12-30")] * 3, room=0)
    assert plan.moves == ()
    assert sum(plan.missing_hours) == pytest.approx(3 * HOURS)


def test_without_certificates_there_is_an_empty_plan():
    plan = level()
    assert (plan.moves, plan.weeks_over, plan.validity_days_given_up, plan.validity_share_ratio) == ((), [], 0, 0)
    assert len(plan.mondays) == len(plan.before_hours) == len(plan.after_hours) == 12


def test_work_that_nobody_can_move_takes_its_room():
    """Inquiries fill every week: there is no room to move anything to."""
    plan = level(*[a_certificate("2026-12-30")] * 3, arrivals={"inquiry": (251 * 3, 251)})
    assert plan.moves == ()


def test_the_chance_of_no_renewal_counts_on_both_sides():
    """Half of them are renewed, so four count as two and fit; eight count as four, and every second hour moved is one certificate's half."""
    half = {CUSTOMER: Group(0.5, {20: 1})}
    assert level(*[a_certificate("2026-12-30", 365)] * 4, groups=half).moves == ()
    assert level(*[a_certificate("2026-12-30", 365)] * 8, groups=half).moved_count == 4


def test_automated_renewals_take_no_hours():
    assert level(*[a_certificate("2026-12-30")] * 4, scenario=replace(PLAN, automated=0.5)).moves == ()
    assert level(*[a_certificate("2026-12-30")] * 8, scenario=replace(PLAN, automated=1.0)).moves == ()


# Handing out


def certificates(*expiries: str) -> list[levelling.Certificate]:
    return [levelling.Certificate(f"c{place}", CUSTOMER, date.fromisoformat(expiry), 398) for place, expiry in enumerate(expiries)]


def test_the_first_certificates_by_id_take_the_moves():
    """Whatever their order; "submit by" is 20 days before expiry."""
    inputs = inputs_of(a_world(*[a_certificate("2026-12-30")] * 4), PLAN, 12)
    plan = level(*[a_certificate("2026-12-30")] * 4)
    rows = levelling.rows(inputs, plan, certificates(*["2026-12-30"] * 4)[::-1])
    assert rows == [(name, date(2026, 12, 4), date(2026, 12, 10), date(2026, 12, 30), 6.0, 6 / 398, True) for name in ("c0", "c1")]


def test_fewer_certificates_than_the_plan_moves_are_an_error():
    inputs = inputs_of(a_world(), PLAN, 12)
    plan = level(*[a_certificate("2026-12-30")] * 4)
    with pytest.raises(ValueError, match="The plan moves 2 certificates of renewal_customer_install expiring 2026-12-30; 1 are left"):
        levelling.rows(inputs, plan, certificates("2026-12-30", "2026-12-29"))


# At random


@st.composite
def cases(draw):
    """A hostile world whose certificates expire in bunches while the plan lasts, a scenario with about enough hours, and a horizon in weeks."""
    world = draw(worlds())
    scenario, weeks, chance = draw(plans(world.as_of_on)), draw(st.sampled_from([3, 9, 26])), random.Random(draw(st.integers(0, 2**32)))
    ends = [chance.randint(20, 7 * weeks + 30) for _ in range(5)]
    certificates = [
        Certificate(chance.choice(GROUPS), world.as_of_on + DAY * (chance.choice(ends) + chance.randint(0, 3)), chance.choice([30, 46, 47, 60, 199, 398]))
        for _ in range(chance.randint(10, 60))
    ]
    leads = [0, 5, 18, 20, 22, 27, 30, 40]
    groups = {group: Group(chance.choice([0.5, 0.9, 1.0]), {lead: chance.randint(1, 5) for lead in chance.sample(leads, 3)}) for group in GROUPS}
    hours = len(certificates) / weeks / 5 * chance.choice([0.8, 1.2, 2, 3])
    scenario = replace(scenario, lead=chance.choice([None, None, 20]), automated=chance.choice([0.0, 0.5]), staff=1.0, hours_per_day=hours)
    others = {} if chance.random() < 0.2 else {"open_requests": [], "arrivals": {}, "unlisted": {}}
    return replace(world, certificates=certificates, groups=groups, **others), scenario, weeks


def safe_start(world, expires_on: date, target: int) -> date:
    """The last business day from which the target, in business days, ends before the day of expiry."""
    day, left = expires_on - DAY, target
    while left or not business_days.is_business_day(day, world.is_closed):
        left -= business_days.is_business_day(day, world.is_closed)
        day -= DAY
    return day


@settings(max_examples=60)
@given(cases())
def test_every_move_is_inside_its_window_and_no_week_is_worse_for_it(case):
    world, scenario, weeks = case
    plan = levelling.plan(inputs_of(world, scenario, weeks), scenario_of(scenario), weeks)
    held = Counter((each.option, each.expires_on, each.validity) for each in world.certificates)
    targets = {each.id: each.target for each in OPTIONS}
    for move in plan.moves:
        held[move.service_option, move.expires_on, move.validity_days] -= move.count
        issued_on = move.expires_on - DAY * (move.validity_days - 1)
        first = max(move.expires_on - DAY * min(30, move.validity_days - 26), issued_on + 25 * DAY, world.as_of_on)
        last = min(move.expires_on - 20 * DAY, safe_start(world, move.expires_on, targets[move.service_option]))
        assert first <= move.submit_on <= last
        assert business_days.is_business_day(move.submit_on, world.is_closed)
        assert not any(begins <= move.submit_on <= ends for begins, ends in scenario.freezes)
        assert move.submit_on < plan.mondays[-1] + 7 * DAY
        assert sum(chance for _, chance in move.usual_weeks) == pytest.approx(1)
        assert move.validity_days_given_up >= 0
    assert min(held.values()) >= 0
    assert (plan.after_hours <= np.maximum(plan.before_hours, plan.capacity_hours) + 1e-6).all()
    assert plan.missing_hours.sum() <= plan.missing_hours_before.sum()
    assert set(plan.weeks_over) <= set(plan.weeks_over_before)


@settings(max_examples=60)
@given(cases())
def test_the_hours_of_all_weeks_are_the_same_but_for_what_comes_in_from_later_ones(case):
    """Hours after less hours before: for every moved certificate, its expected hours times the chance of a week after the plan."""
    world, scenario, weeks = case
    plan = levelling.plan(inputs_of(world, scenario, weeks), scenario_of(scenario), weeks)
    hours = {each.id: each.hours * (1 - scenario.automated) for each in OPTIONS}
    came_in = sum(
        each.count * hours[each.service_option] * world.groups[each.service_option].retention ** (each.validity_days / 365) * chance
        for each in plan.moves
        for monday, chance in each.usual_weeks
        if monday > plan.mondays[-1]
    )
    assert plan.after_hours.sum() - plan.before_hours.sum() == pytest.approx(came_in, abs=1e-9)


@settings(max_examples=60)
@given(cases())
def test_the_forecast_of_the_plan_has_the_hours_that_the_plan_says(case):
    """Where nothing issued within the plan's weeks is renewed within them: all new certificates have 825 days."""
    world, scenario, weeks = case
    scenario = replace(scenario, override=[(date(2018, 3, 1), 825)])
    world = replace(world, covered=[], open_requests=[], certificates=[each for each in world.certificates if each.validity > 100])
    inputs = inputs_of(world, scenario, weeks)
    plan = levelling.plan(inputs, scenario_of(scenario), weeks)
    rest, fixed = levelling.levelled(inputs, plan)
    found = recurrence.expected(rest, scenario_of(scenario), weeks, fixed)
    assert found.days.by_week(found.hours) == pytest.approx(plan.after_hours)


@settings(max_examples=30)
@given(cases(), st.randoms())
def test_the_order_of_the_cohorts_does_not_matter(case, chance):
    world, scenario, weeks = case
    inputs = inputs_of(world, scenario, weeks)
    rows = list(inputs.cohorts)
    chance.shuffle(rows)
    again = replace(inputs, cohorts=Cohorts.of([row._replace(count=1) for row in rows for _ in range(row.count)], inputs.as_of_on))
    first, second = (levelling.plan(each, scenario_of(scenario), weeks) for each in (inputs, again))
    assert first.moves == second.moves
    assert first.after_hours.tolist() == pytest.approx(second.after_hours.tolist())
