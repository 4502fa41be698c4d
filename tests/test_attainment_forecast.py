"""Attainment ahead: small teams and weeks by hand, and any inventory against the reference's forecast in the reference's queue.

Unless a test says otherwise it is Monday 2026-11-02, one person has 6 hours a day, every option takes an hour, and past attainment is 90 %.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.forecast import attainment_forecast, model, queue
from pipelines.forecast.attainment_forecast import Month
from tests.forecast_cases import PLAN, a_certificate, a_world
from tests.forecast_worlds import CDT, CUSTOMER, INQUIRY, NEW_CUSTOMER, cases, inputs_of, scenario_of
from tests.reference import forecast as forecasts
from tests.reference import queue as reference
from tests.reference.forecast_world import Open

ALL_PAST = {"all": 0.9, CUSTOMER: 0.9, CDT: 0.9, INQUIRY: 0.9, NEW_CUSTOMER: 0.9}


def one_hour_each(world):
    return replace(world, options=[replace(option, hours=1.0) for option in world.options])


def made(*held, plan=PLAN, weeks=9, runs=8, **others):
    """(inputs, forecast) of what is held."""
    world = one_hour_each(a_world(*held, **others))
    inputs = inputs_of(world, plan, weeks)
    return inputs, model.forecast(inputs, scenario_of(plan), weeks, runs)


def ahead(*held, past=ALL_PAST, **others) -> dict[tuple[str, str], Month]:
    return {(row.period, row.service_option): row for row in attainment_forecast.attainment_ahead(*made(*held, **others), past)}


def due(on: str | None, count: int = 1, option: str = CUSTOMER) -> list[Open]:
    return [Open(option, on and date.fromisoformat(on))] * count


def test_open_requests_are_carried_as_far_as_the_hours_go():
    """Nine are due today, six hours are there: two thirds, of which 90 % are met."""
    row = ahead(*due("2026-11-02", 9))["2026-11", CUSTOMER]
    assert (row.request_count, row.carried_count, row.carried_ratio) == (9, pytest.approx(6), pytest.approx(2 / 3))
    assert (row.past_met_ratio, row.expected_met_ratio, row.expected_met_count) == (0.9, pytest.approx(0.6), pytest.approx(5.4))


def test_overdue_requests_take_hours_but_are_counted_where_they_were_missed():
    row = ahead(*due("2026-10-30", 3), *due("2026-11-02", 6))["2026-11", "all"]
    assert (row.request_count, row.carried_ratio) == (6, pytest.approx(0.5))


def test_a_request_whose_clock_has_not_started_counts_from_the_first_open_day():
    """Awaiting approval on Saturday the 7th: from Monday the 9th, five business days with Wednesday the 11th closed end on Tuesday the 17th.
    Six days of six hours carry 36."""
    saturday = date(2026, 11, 7)
    row = ahead(*due(None, 36), as_of_on=saturday)["2026-11", CUSTOMER]
    assert (row.request_count, row.carried_ratio) == (36, 1.0)
    row = ahead(*due(None, 48), as_of_on=saturday)["2026-11", CUSTOMER]
    assert row.carried_ratio == pytest.approx(36 / 48)  # Mo 9, Tu 10, Th 12, Fr 13, Mo 16, Tu 17


def test_a_month_is_that_of_the_due_date():
    rows = ahead(*due("2026-11-30", 2), *due("2026-12-01", 3))
    assert (rows["2026-11", "all"].request_count, rows["2026-12", "all"].request_count) == (2, 3)


def test_a_due_date_on_a_weekend_is_in_its_own_month():
    """Sunday 2027-01-31 and Monday 2027-02-01."""
    rows = ahead(*due("2027-01-31", 2), *due("2027-02-01", 3), weeks=15)
    assert (rows["2027-01", "all"].request_count, rows["2027-02", "all"].request_count) == (2, 3)


def test_what_is_due_after_the_last_week_is_not_counted():
    """One week ends on Sunday the 8th."""
    rows = ahead(*due("2026-11-08", 2), *due("2026-11-09", 3), weeks=1)
    assert [(each.period, each.request_count) for each in rows.values() if each.service_option == "all"] == [("2026-11", 2)]


def test_nothing_due_has_no_share_and_no_number_that_is_none():
    rows = ahead()
    assert {(row.carried_ratio, row.low_80_ratio, row.high_80_ratio, row.expected_met_ratio, row.expected_met_count) for row in rows.values()} == {(None,) * 5}
    assert {row.request_count for row in rows.values()} == {0.0}


def test_without_a_past_there_is_no_expectation():
    row = ahead(*due("2026-11-02", 9), past={CUSTOMER: None})["2026-11", CUSTOMER]
    assert (row.carried_ratio, row.past_met_ratio, row.expected_met_ratio, row.expected_met_count) == (pytest.approx(2 / 3), None, None, None)


def test_only_months_all_of_whose_days_lie_ahead_are_whole():
    """Nine weeks from Monday 2026-11-02 end on Sunday 2027-01-03."""
    assert {row.period: row.is_whole for row in ahead().values()} == {"2026-11": False, "2026-12": True, "2027-01": False}
    whole = {row.period: row.is_whole for row in ahead(as_of_on=date(2026, 12, 1), weeks=5).values()}
    assert whole == {"2026-12": True, "2027-01": False}
    whole = {row.period: row.is_whole for row in ahead(as_of_on=date(2027, 2, 1), weeks=4).values()}
    assert whole == {"2027-02": True}


def test_the_earliest_due_date_goes_first_whatever_the_option():
    """Today six hours: the six inquiries due today are whole, the six renewals due tomorrow have tomorrow."""
    rows = ahead(*due("2026-11-02", 6, INQUIRY), *due("2026-11-03", 9))
    assert (rows["2026-11", INQUIRY].carried_ratio, rows["2026-11", CUSTOMER].carried_ratio) == (1.0, pytest.approx(6 / 9))
    assert rows["2026-11", "all"].carried_ratio == pytest.approx(12 / 15)


def test_in_a_freeze_the_clock_runs_and_nobody_works():
    """Frozen from Tuesday the 3rd to Friday the 6th: of twelve due on the 6th today's six hours do six."""
    plan = replace(PLAN, freezes=[(date(2026, 11, 3), date(2026, 11, 6))])
    assert ahead(*due("2026-11-06", 12), plan=plan)["2026-11", "all"].carried_ratio == pytest.approx(0.5)


def test_expected_submissions_fall_due_their_target_later():
    """Forty certificates expire on 2026-12-16 and are submitted 20 days before, Thursday 2026-11-26, which is closed as is Friday: on Monday the
    30th. Five business days later it is Monday 2026-12-07; six days of six hours do 36."""
    held = [a_certificate("2026-12-16")] * 40
    row = ahead(*held)["2026-12", CUSTOMER]
    assert (row.request_count, row.carried_ratio) == (pytest.approx(40), pytest.approx(36 / 40))
    assert (row.low_80_ratio, row.high_80_ratio) == (pytest.approx(36 / 40), pytest.approx(36 / 40))


def test_renewals_with_enough_lead_may_wait_for_the_week_before_expiry():
    """The same with `undated_renewal: process_by` and 30 days of lead: submitted on Monday the 16th, as if a third each came from that day and the
    weekend before it, so 30, 29 and 28 days before expiry: due a week before that."""
    plan = replace(PLAN, undated_renewal="process_by", lead=30)
    inputs, forecast = made(*[a_certificate("2026-12-16")] * 40, plan=plan)
    demand = attainment_forecast.expected_demand(inputs, forecast)
    found = {(inputs.on(day), inputs.on(demand.due[day, way])): demand.counts[day, way, 0] for day, way in np.argwhere(demand.counts[:, :, 0] > 0)}
    assert found == pytest.approx({(date(2026, 11, 16), date(2026, 12, 7 + late)): 40 / 3 for late in range(3)})


def test_with_too_little_lead_a_renewal_is_due_by_business_days_alone():
    plan = replace(PLAN, undated_renewal="process_by", lead=19)
    inputs, forecast = made(*[a_certificate("2026-12-16")] * 40, plan=plan)
    demand = attainment_forecast.expected_demand(inputs, forecast)
    ((day, way, _),) = np.argwhere(demand.counts > 0)
    assert (inputs.on(day), inputs.on(demand.due[day, way])) == (date(2026, 11, 30), date(2026, 12, 7))


def test_a_freeze_longer_than_every_lead_moves_renewals_to_where_the_lead_is_gone():
    """Frozen for the four weeks from Monday the 16th: submitted on Monday 2026-12-14 as if from any day of the freeze, seldom with 20 days to go."""
    plan = replace(PLAN, undated_renewal="process_by", lead=20, freezes=[(date(2026, 11, 16), date(2026, 12, 13))])
    inputs, forecast = made(*[a_certificate("2026-12-16")] * 40, plan=plan)
    demand = attainment_forecast.expected_demand(inputs, forecast)
    assert {inputs.on(day) for day, *_ in np.argwhere(demand.counts > 0)} == {date(2026, 12, 14)}
    assert demand.counts.sum() == pytest.approx(40)


def test_staff_is_found_for_the_worst_month_and_the_whole():
    """27 due on Monday the 2nd lie in a month that is not whole: they count in the whole alone, where 60 more are due in December."""
    held = [*due("2026-11-02", 27), *due("2026-12-31", 60)]
    found = attainment_forecast.staffing_ahead(*made(*held), 1.0, 0.95)
    # Of 87 due 95 % are 82.65: 22.65 today, 3.775 people. Nothing is lost from 4.5 on.
    assert found == (3.8, 4.5)
    assert attainment_forecast.staffing_ahead(*made(*held), 1.0, 0.95, in_runs=True) == (3.8, 4.5)
    assert attainment_forecast.staffing_ahead(*made(*held), 0.94, 0.95) == (None, 4.5)


@given(cases(), st.integers(1, 3))
@settings(max_examples=30)
def test_the_expectation_is_the_references_forecast_in_the_references_queue(case, staff):
    """Renewals due by business days, as the reference knows no lead of a submission."""
    world, plan, _ = case
    plan, weeks = replace(plan, undated_renewal="business_days", staff=staff / 10), 9
    inputs = inputs_of(world, plan, weeks)
    forecast = model.forecast(inputs, scenario_of(plan), weeks, 2)
    found = queue.carried(attainment_forecast.expected_demand(inputs, forecast), forecast.mean.capacity_hours)

    known = forecasts.forecast(world, plan, weeks)
    calendar, hours = known.calendar, {option.id: option.hours for option in world.options}
    targets = {option.id: option.target for option in world.options}
    pieces = []
    for (day, option), count in known.submissions.items():
        if calendar.week(day) is not None:
            pieces.append((option, (day - world.as_of_on).days, calendar.due_on(day, targets[option]), count))
    for request in world.open_requests:
        due_on = request.due_on or calendar.due_on(calendar.roll(world.as_of_on), targets[request.option])
        pieces.append((request.option, 0, due_on, 1.0))
    works = [reference.Work(day, (due_on - world.as_of_on).days, count, hours[option]) for option, day, due_on, count in pieces]
    reference.run(works, [plan.staff * plan.hours_per_day * calendar.is_open(day) for day in calendar.days()])
    expected = defaultdict(lambda: [0.0, 0.0])
    for (option, _, due_on, _), work in zip(pieces, works, strict=True):
        if world.as_of_on <= due_on <= calendar.last:
            expected[f"{due_on:%Y-%m}", option][0] += work.count
            expected[f"{due_on:%Y-%m}", option][1] += work.met
    for month, period in enumerate(attainment_forecast.periods(forecast.mean.days)):
        for position, option in enumerate(inputs.options):
            pair = [found.due[month, position, 0], found.met[month, position, 0]]
            assert pair == pytest.approx(expected[period, option.id], abs=1e-6), (period, option.id)


@given(cases())
@settings(max_examples=30)
def test_shares_lie_in_their_range_and_options_add_up(case):
    world, plan, _ = case
    inputs = inputs_of(world, plan, 9)
    forecast = model.forecast(inputs, scenario_of(plan), 9, 20)
    rows = attainment_forecast.attainment_ahead(inputs, forecast, {"all": 0.9})
    assert {row.period for row in rows} == {f"{world.as_of_on + timedelta(day):%Y-%m}" for day in range(forecast.mean.days.horizon)}
    for row in rows:
        assert (row.carried_ratio is None) == (row.request_count <= 1e-9)
        if row.carried_ratio is not None:
            assert 0 <= row.low_80_ratio <= row.carried_ratio <= row.high_80_ratio <= 1 + 1e-9
    for period in {row.period for row in rows}:
        parts = [row.request_count for row in rows if row.period == period and row.service_option != "all"]
        (whole,) = [row.request_count for row in rows if row.period == period and row.service_option == "all"]
        assert sum(parts) == pytest.approx(whole)
