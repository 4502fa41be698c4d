"""The periods of the service held against the coming lifetimes, by hand. It is Friday 2026-11-20: 199 days are in force."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pipelines import policy
from pipelines.errors import UserError
from pipelines.forecast import lifetime_fit
from pipelines.policy_schema import PublishedPeriod, ValidityStep
from tests.reference import business_days

RULES = policy.load(policy.DEFAULT_FOLDER)
AS_OF_ON = date(2026, 11, 20)
IS_BUSINESS = np.array([business_days.is_business_day(AS_OF_ON + timedelta(day)) for day in range(7 * 365)])


def a_period(amount: int | None = 20, unit: str = "calendar_days", fits_into: str = "after_change_window") -> PublishedPeriod:
    return PublishedPeriod(period="of_a_test", name="Of a test", amount=amount, unit=unit, fits_into=fits_into, meaning="m", source="a test")


def steps(*table: tuple[str, int]) -> list[ValidityStep]:
    return [ValidityStep(issued_from=date.fromisoformat(day), operational_days=days) for day, days in table]


LAW = steps(("2026-03-15", 199), ("2027-03-15", 99), ("2029-03-15", 46))


def fit(period: PublishedPeriod, lives=LAW, as_of_on: date = AS_OF_ON) -> list[lifetime_fit.Fit]:
    return lifetime_fit.lifetime_fit([period], lives, RULES.validity, as_of_on, IS_BUSINESS)


def test_a_renewal_20_days_ahead_needs_46_days_and_fits_46_with_none_to_spare():
    """25 days of changes, the day after which they end, and 20 days before expiry."""
    found = fit(a_period(20))
    assert [(row.operational_days, row.needs_days, row.fits, row.spare_days) for row in found] == [
        (199, 46, True, 153), (99, 46, True, 53), (46, 46, True, 0),
    ]  # fmt: skip
    assert {row.unfit_from for row in found} == {None}


def test_21_days_ahead_need_47_and_do_not_fit_46():
    found = fit(a_period(21))
    assert [(row.needs_days, row.fits, row.spare_days) for row in found] == [(47, True, 152), (47, True, 52), (47, False, -1)]
    assert {row.unfit_from for row in found} == {date(2029, 3, 15)}


def test_of_a_whole_life_a_period_needs_the_day_on_which_it_begins_too():
    """A notice 45 days before the last of 46 days comes on the day of issue; 46 days before, it comes the day before."""
    assert [row.spare_days for row in fit(a_period(45, fits_into="whole_life"))] == [153, 53, 0]
    assert [row.fits for row in fit(a_period(46, fits_into="whole_life"))] == [True, True, False]


def test_the_share_of_the_life_is_that_of_the_period_alone():
    """25 of 199, 99 and 46 days."""
    assert [row.share_of_life_ratio for row in fit(a_period(25))] == pytest.approx([25 / 199, 25 / 99, 25 / 46])


def test_a_lifetime_counts_from_the_day_it_is_in_force():
    """On 2027-03-14 the 199 days are still in force, on the 15th they are past."""
    assert [row.operational_days for row in fit(a_period(), as_of_on=date(2027, 3, 14))] == [199, 99, 46]
    assert [row.operational_days for row in fit(a_period(), as_of_on=date(2027, 3, 15))] == [99, 46]
    assert [row.operational_days for row in fit(a_period(), as_of_on=date(2031, 1, 1))] == [46]


def test_the_first_day_it_does_not_fit_is_told_even_where_a_longer_life_returns():
    found = fit(a_period(30), steps(("2026-03-15", 199), ("2027-03-15", 46), ("2028-03-15", 99)))
    assert [row.fits for row in found] == [True, False, True]
    assert {row.unfit_from for row in found} == {date(2027, 3, 15)}


def test_what_does_not_fit_today_is_told_from_the_step_in_force():
    assert {row.unfit_from for row in fit(a_period(300))} == {date(2026, 3, 15)}


def test_a_validation_must_outlast_the_life():
    """Reuse is 200, 100 and 10 days for domains: 1 to spare, 1 to spare, 36 short. The share is of the life: under 1 each certificate needs a new one."""
    found = fit(a_period(None, "domain_reuse", "outlasts_life"))
    assert [(row.days, row.needs_days, row.fits, row.spare_days) for row in found] == [(200, 199, True, 1), (100, 99, True, 1), (10, 46, False, -36)]
    assert found[2].share_of_life_ratio == pytest.approx(10 / 46)
    assert {row.unfit_from for row in found} == {date(2029, 3, 15)}


def test_a_validation_is_held_against_the_life_also_where_only_its_own_days_change():
    """A scenario that keeps 199 days: the law still shortens the reuse on 2027-03-15 and 2029-03-15."""
    found = fit(a_period(None, "domain_reuse", "outlasts_life"), steps(("2026-03-15", 199)))
    assert [(row.issued_from.isoformat(), row.days, row.operational_days, row.fits) for row in found] == [
        ("2026-03-15", 200, 199, True), ("2027-03-15", 100, 199, False), ("2029-03-15", 10, 199, False),
    ]  # fmt: skip


def test_business_days_take_as_many_calendar_days_as_they_ever_do():
    """Five from Friday 2026-11-20, over Thanksgiving: Mo 23, Tu 24, We 25, Mo 30, Tu 1: 11 calendar days. Ten from Wednesday 2027-11-10,
    the day before Veterans Day: Fr 12, Mo 15 to Fr 19, Mo 22 to We 24, Mo 29: 19. Without closures ten begun on a Friday take 14."""
    assert lifetime_fit.most_calendar_days(5, IS_BUSINESS) == 11
    assert lifetime_fit.most_calendar_days(10, IS_BUSINESS) == 19
    plain = np.array([day % 7 < 5 for day in range(100)])
    assert lifetime_fit.most_calendar_days(10, plain) == 14


def test_the_worst_case_of_business_days_is_that_of_every_start_by_hand():
    def counted(start: date, business: int) -> int:
        day = start
        while business:
            day += timedelta(1)
            business -= business_days.is_business_day(day)
        return (day - start).days

    for business in (1, 5, 10):
        worst = max(counted(AS_OF_ON + timedelta(day), business) for day in range(6 * 365))
        assert lifetime_fit.most_calendar_days(business, IS_BUSINESS) == worst


def test_too_short_a_calendar_is_an_error():
    with pytest.raises(ValueError, match="3 business days are too few to count 5 in"):
        lifetime_fit.most_calendar_days(5, np.array([True, True, False, True]))


def test_of_the_published_periods_these_stop_working():
    found = lifetime_fit.lifetime_fit(RULES.published_periods, LAW, RULES.validity, AS_OF_ON, IS_BUSINESS)
    last = {row.period: (row.needs_days, row.spare_days, row.unfit_from and row.unfit_from.isoformat()) for row in found if row.operational_days == 46}
    assert last == {
        "submit_by": (46, 0, None),
        "submit_from": (56, -10, "2029-03-15"),
        "process_by": (33, 13, None),
        "change_window": (26, 20, None),
        "five_business_days": (37, 9, None),
        "ten_business_days": (45, 1, None),
        "delegated_password": (91, -45, "2029-03-15"),
        "notice_90": (91, -45, "2029-03-15"),
        "notice_60": (61, -15, "2029-03-15"),
        "notice_30": (31, 15, None),
        "domain_reuse": (46, -36, "2029-03-15"),
        "organisation_reuse": (46, 352, None),
    }


def test_the_periods_are_those_by_which_requests_are_judged():
    """slo.yaml has some of these numbers too."""
    amounts = {each.period: each.amount for each in RULES.published_periods}
    assert amounts["submit_by"] == RULES.renewal.lead_min_days
    assert amounts["submit_from"] == RULES.renewal.lead_max_days
    assert amounts["process_by"] == RULES.renewal.process_by_days
    assert amounts["change_window"] == RULES.clock.reopen_window_days
    targets = {option.target_business_days for option in RULES.options}
    assert {amounts["five_business_days"], amounts["ten_business_days"]} == targets


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("submit_by,Again,20,calendar_days,whole_life,m,s", "published_periods.csv line 14: the period 'submit_by' is there twice"),
        ("more,More,,calendar_days,whole_life,m,s", "published_periods.csv line 14: Value error, the period 'more' has unit calendar_days"),
        ("more,More,9,domain_reuse,outlasts_life,m,s", "published_periods.csv line 14: Value error, the period 'more' has unit domain_reuse"),
        ("more,More,9,calendar_days,outlasts_life,m,s", "published_periods.csv line 14: Value error, the period 'more' has unit calendar_days"),
        ("more,More,0,calendar_days,whole_life,m,s", "published_periods.csv line 14: key 'amount': Input should be greater than 0 (found: '0')"),
    ],
)
def test_a_wrong_period_is_told_with_its_line(tmp_path, line, finding):
    folder = Path(shutil.copytree(policy.DEFAULT_FOLDER, tmp_path / "policy"))
    with (folder / "published_periods.csv").open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(UserError) as error:
        policy.load(folder)
    assert str(error.value).startswith(finding)
