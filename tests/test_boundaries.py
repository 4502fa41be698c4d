"""The boundaries of counting, each with its neighbours: weekends, closures, midnight and the nights that change the clock.

Each docstring quotes the rule. Unless a test says otherwise it is Wednesday 2026-12-16, 17:00, and requests are new
ones with customer install: 5 days.
"""

from datetime import date, datetime

from tests.worlds import requests

# June 2026 begins on a Monday and has no closure: 1 Mo, 5 Fr, 6 Sa, 7 Su, 8 Mo, 12 Fr, 13 Sa.
JUNE_1 = {"submitted_at": "2026-06-01 10:00:00"}
JUNE_5 = {"submitted_at": "2026-06-05 10:00:00"}


def verdict(row):
    return row["slo_outcome"], row["outcome_reason"]


@requests(
    friday={"submitted_at": "2026-06-05 10:00:00"},
    saturday={"submitted_at": "2026-06-06 10:00:00"},
    sunday={"submitted_at": "2026-06-07 10:00:00"},
    monday={"submitted_at": "2026-06-08 10:00:00"},
)
def test_a_weekend_start_is_due_with_the_friday_before(seen):
    """"`business_days_due_on` = the business day whose ordinal is `floor_ord(start) + target`." """
    assert {seen(day)["due_on"] for day in ("friday", "saturday", "sunday")} == {date(2026, 6, 12)}
    assert seen("monday")["due_on"] == date(2026, 6, 15)


@requests(
    friday={**JUNE_1, "closed_at": "2026-06-05 10:00:00"},
    saturday={**JUNE_1, "closed_at": "2026-06-06 10:00:00"},
    sunday={**JUNE_1, "closed_at": "2026-06-07 10:00:00"},
    monday={**JUNE_1, "closed_at": "2026-06-08 10:00:00"},
)
def test_a_weekend_stop_belongs_to_the_monday_after(seen):
    """"`ceil_ord(d)` = `floor_ord(d)` if `d` is a business day, else `floor_ord(d) + 1`." """
    assert [seen(day)["elapsed_business_days"] for day in ("friday", "saturday", "sunday", "monday")] == [4, 5, 5, 5]
    assert seen("sunday")["slo_outcome"] == seen("monday")["slo_outcome"] == "met"


@requests(
    friday={**JUNE_5, "closed_at": "2026-06-12 23:59:59"},
    saturday={**JUNE_5, "closed_at": "2026-06-13 00:00:00"},
    sunday={**JUNE_5, "closed_at": "2026-06-14 10:00:00"},
    monday={**JUNE_5, "closed_at": "2026-06-15 10:00:00"},
)
def test_closed_on_the_saturday_after_a_friday_due_date_is_late(seen):
    """"So `stop <= due_on` exactly when `elapsed <= target`, weekends included." """
    assert seen("friday")["due_on"] == date(2026, 6, 12)
    assert [seen(day)["elapsed_business_days"] for day in ("friday", "saturday", "sunday", "monday")] == [5, 6, 6, 6]
    assert [seen(day)["slo_outcome"] for day in ("friday", "saturday", "monday")] == ["met", "missed", "missed"]
    assert [seen(day)["late_business_days"] for day in ("friday", "saturday", "monday")] == [None, 1, 1]


@requests(
    wednesday={"submitted_at": "2026-11-25 10:00:00"},
    thanksgiving={"submitted_at": "2026-11-26 10:00:00"},
    day_after={"submitted_at": "2026-11-27 10:00:00"},
    sunday={"submitted_at": "2026-11-29 10:00:00"},
    monday={"submitted_at": "2026-11-30 10:00:00"},
)
def test_starts_in_thanksgiving_week_after_wednesday_are_due_together(seen):
    """"Thanksgiving Day; the day after". Mo 30, Tu 1, We 2, Th 3, Fr 4 December are the five days."""
    assert {seen(day)["due_on"] for day in ("wednesday", "thanksgiving", "day_after", "sunday")} == {date(2026, 12, 4)}
    assert seen("monday")["due_on"] == date(2026, 12, 7)


@requests(
    before={"submitted_at": "2026-11-18 10:00:00", "closed_at": "2026-11-25 10:00:00"},
    thanksgiving={"submitted_at": "2026-11-18 10:00:00", "closed_at": "2026-11-26 10:00:00"},
    day_after={"submitted_at": "2026-11-18 10:00:00", "closed_at": "2026-11-27 10:00:00"},
    monday={"submitted_at": "2026-11-18 10:00:00", "closed_at": "2026-11-30 10:00:00"},
    in_time={"submitted_at": "2026-11-20 10:00:00", "closed_at": "2026-11-26 10:00:00"},
)
def test_a_stop_on_a_closure_belongs_to_the_next_business_day(seen):
    """"`business day`: Monday to Friday, not a state-office closure." Due We 25; Th 26 and Fr 27 belong to Mo 30."""
    days = [seen(day)["elapsed_business_days"] for day in ("before", "thanksgiving", "day_after", "monday", "in_time")]
    assert days == [5, 6, 6, 6, 4]
    assert verdict(seen("thanksgiving")) == ("missed", "completed_late")


@requests(
    same_day={"submitted_at": "2026-06-01 00:00:00", "closed_at": "2026-06-01 23:59:59"},
    next_day={"submitted_at": "2026-06-01 23:59:59", "closed_at": "2026-06-02 00:00:00"},
    saturday={"submitted_at": "2026-06-06 09:00:00", "closed_at": "2026-06-06 17:00:00"},
    weekend={"submitted_at": "2026-06-06 09:00:00", "closed_at": "2026-06-07 17:00:00"},
)
def test_the_same_date_counts_nothing_not_even_at_a_weekend(seen):
    """"`elapsed_business_days(start, stop)` = 0 if `stop` is the same date, else `ceil_ord(stop) - floor_ord(start)`." """
    found = [seen(label)["elapsed_business_days"] for label in ("same_day", "next_day", "saturday", "weekend")]
    assert found == [0, 1, 0, 1]


@requests(
    last_second={"submitted_at": "2026-06-01 23:59:59", "closed_at": "2026-06-08 23:59:59"},
    midnight={"submitted_at": "2026-06-02 00:00:00", "closed_at": "2026-06-10 00:00:00"},
)
def test_the_day_turns_at_local_midnight(seen):
    """"Due at the end of that local day." 23:59:59 on June 8 is 06:59:59 of the 9th in UTC."""
    assert (seen("last_second")["due_on"], seen("last_second")["slo_outcome"]) == (date(2026, 6, 8), "met")
    assert seen("last_second")["stop_at"] == datetime(2026, 6, 9, 6, 59, 59)
    assert (seen("midnight")["due_on"], seen("midnight")["slo_outcome"]) == (date(2026, 6, 9), "missed")


@requests(
    before={"submitted_at": "2026-03-08 01:59:59"},
    missing={"submitted_at": "2026-03-08 02:30:00"},
    after={"submitted_at": "2026-03-08 03:00:00"},
    late_saturday={"submitted_at": "2026-03-07 23:59:59"},
    closed_that_night={"submitted_at": "2026-03-06 10:00:00", "closed_at": "2026-03-09T06:59:59Z"},
    closed_monday={"submitted_at": "2026-03-06 10:00:00", "closed_at": "2026-03-09T07:00:00Z"},
)
def test_the_missing_hour_of_spring_moves_forward(seen):
    """"Spring's missing hour moves forward": 2:30 is 3:30; the local Sunday ends at 07:00 UTC instead of 08:00."""
    starts = [seen(label)["clock_start_at"] for label in ("before", "missing", "after")]
    assert starts == [
        datetime(2026, 3, 8, 9, 59, 59),
        datetime(2026, 3, 8, 10, 30),
        datetime(2026, 3, 8, 10, 0),
    ]
    assert seen("late_saturday")["period_on"] == seen("missing")["period_on"] == date(2026, 3, 13)
    assert [seen(label)["elapsed_business_days"] for label in ("closed_that_night", "closed_monday")] == [1, 1]


@requests(
    first_reading={"submitted_at": "2026-11-01 01:30:00"},
    second_reading={"submitted_at": "2026-11-01T01:30:00-08:00"},
    last_of_october={"submitted_at": "2026-11-01T06:59:59Z", "closed_at": "2026-11-01T07:00:00Z"},
    same_sunday={"submitted_at": "2026-11-01 00:30:00", "closed_at": "2026-11-02T07:59:59Z"},
)
def test_the_repeated_hour_of_autumn_takes_the_first(seen):
    """"Autumn's repeated hour takes the first." An offset says which; the local Sunday lasts 25 hours."""
    assert seen("first_reading")["clock_start_at"] == datetime(2026, 11, 1, 8, 30)
    assert seen("second_reading")["clock_start_at"] == datetime(2026, 11, 1, 9, 30)
    assert seen("last_of_october")["elapsed_business_days"] == 1
    assert seen("same_sunday")["elapsed_business_days"] == 0
