"""One request in words: the verdict sentence, the days of its clock, what would have changed it."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest

from dashboard import verdicts
from dashboard.verdicts import Day

ZONE = "America/Los_Angeles"
AS_OF = date(2026, 11, 20)
CLOSED = {date(2026, 11, 11): "Veterans Day", date(2026, 11, 26): "Thanksgiving Day", date(2026, 11, 27): "Day after Thanksgiving"}


def calendar() -> dict[date, Day]:
    """October to December 2026, counted one by one."""
    days, count = {}, 0
    for offset in range(92):
        day = date(2026, 10, 1) + timedelta(days=offset)
        works = day.weekday() < 5 and day not in CLOSED
        count += works
        days[day] = Day(day, works, count, count if works else count + 1, CLOSED.get(day))
    return days


def noon(day: str) -> datetime:
    """Noon in California on a winter day, as the naive UTC instant of the snapshot."""
    return datetime.fromisoformat(day) + timedelta(hours=20)


def a_request(**fields):
    """The example of the specification: approved Thu 2026-11-05, target 5, closed Mon 2026-11-16."""
    row = {
        "number": "RITM1", "slo_outcome": "missed", "outcome_reason": "completed_late", "submitted_at": noon("2026-11-03"), "clock_start_at": noon("2026-11-05"),
        "clock_start_source": "approved", "stop_at": noon("2026-11-16"), "stop_source": "closed", "target_business_days": 5,
        "business_days_due_on": date(2026, 11, 13), "due_on": date(2026, 11, 13), "due_rule": "business_days", "elapsed_business_days": 6,
        "late_business_days": 1, "is_open_overdue": False, "lead_days": None,
    }  # fmt: skip
    return SimpleNamespace(**{**row, **fields})


def sentence(row, source: str = "data/policy/sources/servicenow_requests.yaml") -> str:
    """The verdict on the day of the data."""
    return verdicts.sentence(row, AS_OF, ZONE, calendar(), source)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {},
            "Missed by 1 business day. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Mon 2026-11-16: 6 business days.",
        ),
        (
            {"slo_outcome": "met", "outcome_reason": "on_time", "stop_at": noon("2026-11-13"), "elapsed_business_days": 5, "late_business_days": None},
            "Met, on the last day. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Fri 2026-11-13: 5 business days.",
        ),
        (
            {"slo_outcome": "met", "outcome_reason": "on_time", "stop_at": noon("2026-11-10"), "elapsed_business_days": 3, "late_business_days": None},
            "Met with 2 business days to spare. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Tue 2026-11-10: 3 business days.",
        ),
        (
            {"stop_at": None, "stop_source": None, "outcome_reason": "open_overdue", "is_open_overdue": True, "elapsed_business_days": 10, "late_business_days": 5},
            "Missed: still open, overdue by 5 business days. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, "
            "10 business days so far, by Fri 2026-11-20.",
        ),
        (
            {"slo_outcome": "open", "outcome_reason": "not_yet_due", "stop_at": None, "clock_start_at": noon("2026-11-18"), "due_on": date(2026, 11, 25),
             "elapsed_business_days": 2, "late_business_days": None},
            "Open, 3 business days left. Approved Wed 2026-11-18, target 5 business days, due Wed 2026-11-25, 2 business days so far, by Fri 2026-11-20.",
        ),
        (
            {"slo_outcome": "not_measurable", "outcome_reason": "unknown_state: Complete.Closed.System"},
            "Not measurable: the state \u201cComplete.Closed.System\u201d is not mapped. Map it in data/policy/sources/servicenow_requests.yaml.",
        ),
        (
            {"slo_outcome": "excluded", "outcome_reason": "cancelled", "stop_at": noon("2026-11-10"), "stop_source": "ended"},
            "Excluded: cancelled Tue 2026-11-10. It counts neither as met nor as missed.",
        ),
        (
            {"slo_outcome": "open", "outcome_reason": "awaiting_approval", "clock_start_at": None, "due_on": None, "stop_at": None},
            "Open: it waits for approval, so the clock has not started. Submitted Tue 2026-11-03.",
        ),
    ],
)  # fmt: skip
def test_the_verdict_sentence(fields, expected):
    """Outcome first, then the dates it follows from."""
    assert sentence(a_request(**fields)) == expected


def test_a_renewal_due_by_its_requested_date_names_both_rules():
    """Two-rule renewals: due on the later of both dates, and why."""
    row = a_request(due_on=date(2026, 11, 20), due_rule="requested_date", lead_days=24, slo_outcome="met", outcome_reason="on_time", late_business_days=None)
    assert sentence(row).endswith(
        "Due on the later of Fri 2026-11-13 (5 business days) and Fri 2026-11-20 (requested), because it came 24 calendar days before expiry."
    )


def test_the_clock_counts_each_business_day_once():
    """Veterans Day and the weekends do not count; the due date is day 5; the day after it is late."""
    days = verdicts.clock_days(a_request(), AS_OF, ZONE, calendar())
    assert [(day.on_date.day, day.kind, day.running_total) for day in days] == [
        (5, "zero", 0), (6, "counted", 1), (7, "weekend", 1), (8, "weekend", 1), (9, "counted", 2), (10, "counted", 3), (11, "closure", 3),
        (12, "counted", 4), (13, "counted", 5), (14, "weekend", 5), (15, "weekend", 5), (16, "late", 6),
    ]  # fmt: skip
    assert [day.on_date.day for day in days if day.is_due_day] == [13]
    assert [day.on_date.day for day in days if day.is_stop_day] == [16]
    assert sum(day.is_counted for day in days) == 6


def test_an_end_on_a_saturday_counts_as_the_next_business_day():
    """Closed on the Saturday after a Friday due date is late: 6 business days."""
    days = verdicts.clock_days(a_request(stop_at=noon("2026-11-14")), AS_OF, ZONE, calendar())
    assert (days[-1].kind, days[-1].running_total) == ("weekend", 6)
    assert "counts as the next business day" in days[-1].reason


def test_the_days_of_an_open_request_run_to_its_due_date():
    """Days between the data's date and the due date are still ahead and not counted."""
    row = a_request(clock_start_at=noon("2026-11-19"), due_on=date(2026, 11, 30), stop_at=None, stop_source=None, slo_outcome="open")
    days = verdicts.clock_days(row, AS_OF, ZONE, calendar())
    assert [(day.on_date.day, day.kind) for day in days if day.kind in ("zero", "counted", "ahead")] == [
        (19, "zero"), (20, "counted"), (23, "ahead"), (24, "ahead"), (25, "ahead"), (30, "ahead"),
    ]  # fmt: skip


def test_what_would_have_changed_it():
    """Facts, no blame: the last day that would have met, and the other clock."""
    other = a_request(clock_basis="submitted", clock_start_at=noon("2026-11-03"), late_business_days=3)
    assert verdicts.changes(a_request(), other, ZONE) == [
        "Met, if closed on or before Fri 2026-11-13.",
        "From submission (Tue 2026-11-03): missed by 3 business days.",
    ]
