"""Figures of the forecast that are known beforehand: renewals a year in a steady state, hours against capacity, and what ends as an error."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipelines.errors import UserError
from pipelines.forecast import model
from tests.forecast_cases import AS_OF_ON, PLAN, a_certificate, a_world, an_open, forecast  # noqa: F401  the fixture is used by its name
from tests.forecast_worlds import CDT, CUSTOMER, INQUIRY, by_product, inputs_of, scenario_of
from tests.reference.forecast_world import Group, Plan, World

DAY, WEEKS = timedelta(days=1), 157


def published(world: World, plan: Plan, weeks: int) -> dict[tuple[int, str], dict]:
    """The product's rows by (week, option)."""
    found = model.forecast(inputs_of(world, plan, weeks), scenario_of(plan), weeks, runs=2)
    columns = ("expected_count", "low", "high", "expected_hours", "capacity_hours", "utilisation_ratio", "scenario", "low_hours", "high_hours", "open_count")
    return {
        (found.mondays.index(monday), option): dict(zip(columns, values, strict=False)) for monday, option, _, *values in found.rows()
    }


def of(validity: int, **changes: object) -> Plan:
    """A scenario under which every certificate lasts so many days and is issued a week before the expiry of the one before."""
    return replace(PLAN, override=[(date(2018, 3, 1), validity)], issue="process_by", **changes)


@pytest.mark.parametrize(("validity", "a_year"), [(398, 0.94), (199, 1.91), (99, 4.01), (46, 9.61)])
def test_a_steady_stock_is_renewed_365_times_by_v_less_8_a_year(forecast, validity, a_year):
    """"Issued a week before expiry; it expires on issue date + V - 1": from one expiry to the next are V - 8 days.

    One certificate expires on each of V - 8 days in a row, so from then on one expires every day. The first is submitted two days before Mo
    2026-11-02, which that day catches up on; the last two fall on the weekend on which the horizon ends, and on the Monday after it.
    """
    stock = validity - 8
    held = [a_certificate((AS_OF_ON + DAY * (18 + day)).isoformat(), validity) for day in range(stock)]
    submissions = sum(forecast(*held, plan=of(validity), weeks=WEEKS).submissions.values())
    assert submissions == pytest.approx(7 * WEEKS)
    assert round(submissions / stock / (7 * WEEKS / 365), 2) == a_year == round(365 / stock, 2)


@pytest.mark.parametrize(("validity", "days"), [(398, 390), (199, 191), (99, 91), (46, 38)])
def test_one_certificate_is_issued_every_v_less_8_days(forecast, validity, days):
    """The first is issued on Fr 2026-12-11, a week before it expires."""
    issued = [date.fromisoformat(day) for day in forecast(a_certificate("2026-12-18", validity), plan=of(validity), weeks=WEEKS).days("issues")]
    assert issued == [date(2026, 12, 11) + DAY * days * n for n in range(len(issued))]
    assert len(issued) == 1 + (date(2029, 11, 4) - date(2026, 12, 11)).days // days


@pytest.mark.parametrize("validity", [1, 2, 7, 8, 9])
def test_certificates_of_a_few_days_come_back_and_the_forecast_ends(forecast, validity):
    """Issued a week before expiry, on submission where that is later, which is the day of expiry: a day after the issue for one or two days."""
    found = forecast(a_certificate("2026-11-09", validity), plan=of(validity), weeks=6)
    assert list(found.days("submissions"))[0] == "2026-11-09"
    assert 3 <= sum(found.submissions.values()) <= 30


def test_hours_of_open_and_expected_requests_meet_the_capacity_of_the_week():
    """"Expected hours booked in the week of submission; capacity hours = staff x hours x business days of the week; utilisation."

    From We 2026-11-04 on there are three business days in the first week and four in that of Veterans Day. 2 people with 6 hours have 36 and
    48 hours. A renewal of 0.8 h is submitted on Th 11-05, one of 1.2 h is open and due on Mo 11-09, an inquiry of 0.6 h past due falls on We 11-04.
    """
    world = a_world(a_certificate("2026-11-25"), an_open(CDT, "2026-11-09"), an_open(INQUIRY, "2026-10-01"), as_of_on=date(2026, 11, 4))
    rows = published(world, replace(PLAN, staff=2.0, hours_per_day=6.0), 2)
    assert [rows[week, "all"]["capacity_hours"] for week in (0, 1)] == [rows[week, CUSTOMER]["capacity_hours"] for week in (0, 1)] == [36.0, 48.0]
    assert [rows[week, "all"]["expected_hours"] for week in (0, 1)] == pytest.approx([1.4, 1.2])
    assert [rows[week, "all"]["utilisation_ratio"] for week in (0, 1)] == pytest.approx([1.4 / 36, 1.2 / 48])
    assert [(rows[week, "all"]["expected_count"], rows[week, "all"]["open_count"]) for week in (0, 1)] == [(1.0, 1.0), (0.0, 1.0)]
    assert [rows[week, CUSTOMER]["expected_hours"] for week in (0, 1)] == pytest.approx([0.8, 0.0])
    assert [rows[week, CDT]["utilisation_ratio"] for week in (0, 1)] == pytest.approx([0.0, 1.2 / 48])


def test_a_freeze_takes_the_capacity_of_its_days():
    """Mo 2026-11-09 and Tu 11-10 frozen, We 11-11 closed: two days are left, with one person's 6 hours each."""
    rows = published(a_world(), replace(PLAN, freezes=[(date(2026, 11, 9), date(2026, 11, 10))]), 3)
    assert [rows[week, "all"]["capacity_hours"] for week in range(3)] == [30.0, 12.0, 30.0]


@pytest.mark.parametrize("changes", [{"staff": 0.0}, {"hours_per_day": 0.0}, {"freezes": [(date(2026, 11, 1), date(2026, 12, 31))]}])
def test_without_capacity_there_is_no_utilisation(changes):
    """No one to do the work: utilisation is unknown, never endless and never an error, with work and without."""
    rows = published(a_world(a_certificate("2026-11-25"), an_open(INQUIRY, None)), replace(PLAN, **changes), 4)
    assert {(row["capacity_hours"], row["utilisation_ratio"]) for row in rows.values()} == {(0.0, None)}


@pytest.mark.parametrize("others", [(), ("2026-11-09",)], ids=["alone", "with another"])
def test_a_lapse_at_the_end_of_the_horizon_counts_though_its_request_comes_after_it(forecast, others):
    """Ten days of validity leave no lead: what expires on Su 2026-11-15, the last day, is submitted on Mo 11-16 and issued after its expiry.
    Another certificate of ten days, which is submitted on Mo 11-09, changes nothing about it."""
    found = forecast(*(a_certificate(day, 10) for day in (*others, "2026-11-15")), weeks=2)
    assert found.days("lapses") == {day: 1.0 for day in (*others, "2026-11-15")}


def test_an_empty_inventory_is_rows_of_nothing_beside_the_capacity():
    rows = published(a_world(), PLAN, WEEKS)
    assert len(rows) == WEEKS * 7
    nothing = ("expected_count", "expected_hours", "low", "high", "low_hours", "high_hours", "open_count")
    assert {row[column] for row in rows.values() for column in nothing} == {0.0}
    assert {row["utilisation_ratio"] for row in rows.values()} == {0.0}


def test_before_its_first_row_the_validity_table_holds_as_in_it():
    """Data from before the first rule is still forecast; the page says so. An empty table is a mistake, and says what to do."""
    world = a_world(a_certificate("2026-11-09"))
    later = by_product(world, replace(PLAN, law=[(date(2026, 11, 10), 99)]), 20)
    always = by_product(world, replace(PLAN, law=[(date(2018, 3, 1), 99)]), 20)
    assert later.days("submissions") == always.days("submissions") and len(later.days("submissions")) == 2
    with pytest.raises(UserError, match=r"^validity\.csv: it has no row.*Add the row"):
        by_product(world, replace(PLAN, law=[]), 4)


def test_a_table_of_the_scenario_may_fill_the_hole(forecast):
    """A scenario's table "replaces the law from its first issued_from on": here the law begins after it, and is not asked.

    Issued on Mo 2026-11-09 for 99 days, through 2027-02-15; 20 days before is Tu 01-26. The other is submitted on Mo 2026-12-28 and issued on
    Tu 01-05 for 99 days, through 04-13; 20 days before is We 03-24, after the horizon, which ends on Su 03-21.
    """
    plan = replace(PLAN, law=[(date(2026, 11, 10), 199)], override=[(date(2026, 11, 1), 99)])
    found = forecast(a_certificate("2026-11-09"), a_certificate("2027-01-15"), plan=plan, weeks=20)
    assert list(found.days("submissions")) == ["2026-11-02", "2026-12-28", "2027-01-26"]


@pytest.mark.parametrize("retention", [0.0, 1.0])
def test_certainty_is_drawn_as_certainty(retention):
    """With a probability of 0 or 1 and one lead every run is the expectation."""
    world = a_world(a_certificate("2026-12-18"), groups={CUSTOMER: Group(retention, {20: 1})})
    rows = published(world, PLAN, 10)
    assert {(row["low"], row["high"]) == (row["expected_count"],) * 2 for row in rows.values()} == {True}
    assert sum(rows[week, "all"]["expected_count"] for week in range(10)) == retention
