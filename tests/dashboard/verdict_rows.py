"""A request, a run and a calendar as the pages read them, for what is said about one request."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

from dashboard.judging import Case
from dashboard.verdicts import Day

ZONE = "America/Los_Angeles"
AS_OF = date(2026, 11, 20)
CLOSED = {date(2026, 11, 11): "Veterans Day", date(2026, 11, 26): "Thanksgiving Day", date(2026, 11, 27): "Day after Thanksgiving"}
DUE = date(2026, 11, 13)
MET = {"slo_outcome": "met", "outcome_reason": "on_time", "late_business_days": None}
OPEN = {"slo_outcome": "open", "outcome_reason": "not_yet_due", "late_business_days": None, "stop_at": None, "stop_source": None}
"""What the example of the specification needs to be met, or open."""


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
        "late_business_days": 1, "is_open_overdue": False, "lead_days": None, "lead_flag": None, "current_expires_on": None,
        "requested_completion_on": None, "latest_requested_completion_on": None, "closed_at": None,
    }  # fmt: skip
    return SimpleNamespace(**{**row, **fields})


def a_run(**fields):
    """The product's policy on the day of the data."""
    run = {
        "zone": ZONE, "as_of_on": AS_OF, "counted_through_on": AS_OF, "lead_min_days": 20, "process_by_days": 7, "undated_renewal": "business_days",
        "late_exclusion": "missed", "reopen_window_days": 25, "clock_stop": "closed", "clock_basis": "approved",
    }  # fmt: skip
    return SimpleNamespace(**{**run, **fields})


def a_case(row=None, run=None, **more) -> Case:
    """A request among everything its verdict hangs on."""
    return Case(row or a_request(), run or a_run(), calendar(), **more)
