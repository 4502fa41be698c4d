"""One request in words: its verdict, the days of its clock, and what would have changed it. No blame, only facts.

`row` is a record of `slo_outcomes` (attribute access, missing values as None); dates are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

from dashboard import wording
from dashboard.formats import WEEKDAYS, business_days, calendar_days, local, named_day


class Day(NamedTuple):
    """One date of the calendar the snapshot was built with."""

    on_date: date
    is_business_day: bool
    floor_ord: int
    ceil_ord: int
    closure_name: str | None


class ClockDay(NamedTuple):
    """One date of a request's clock: whether it counts, the count so far, and why."""

    on_date: date
    weekday: str
    kind: str
    is_counted: bool
    running_total: int
    reason: str
    closure_name: str | None
    is_due_day: bool
    is_stop_day: bool
    stop_word: str


def sentence(row, as_of_on: date, zone: str, calendar: Mapping[date, Day], source_file: str = "its mapping") -> str:
    """The verdict: outcome first, then the dates it follows from."""
    if row.slo_outcome == "not_measurable":
        return _not_measurable(row, source_file)
    if row.slo_outcome == "excluded":
        ended = f" {named_day(local(row.stop_at, zone).date())}" if row.stop_at else ""
        return f"Excluded: {wording.reason(row.outcome_reason)}{ended}. It counts neither as met nor as missed."
    if row.outcome_reason == "awaiting_approval":
        submitted = named_day(local(row.submitted_at, zone).date())
        return f"Open: it waits for approval, so the clock has not started. Submitted {submitted}."
    return f"{_headline(row, as_of_on, zone, calendar)} {_dates(row, as_of_on, zone)}{_two_rules(row)}"


def clock_days(row, as_of_on: date, zone: str, calendar: Mapping[date, Day]) -> list[ClockDay]:
    """Every date from the start of the clock to its stop, its due date, or as of, whichever is last."""
    if row.clock_start_at is None:
        return []
    start = local(row.clock_start_at, zone).date()
    stop = local(row.stop_at, zone).date() if row.stop_at else None
    last = max(each for each in (start, stop or as_of_on, row.due_on) if each is not None)
    days = []
    for offset in range((last - start).days + 1):
        days.append(_clock_day(row, calendar[start + timedelta(days=offset)], calendar[start], stop, as_of_on))
    return days


def changes(row, other, zone: str) -> list[str]:
    """What would have given another verdict; `other` is the same request on the other clock, or None."""
    found = []
    if row.due_on is not None and row.slo_outcome in ("met", "missed", "open"):
        due = named_day(row.due_on)
        if row.is_open_overdue:
            found.append(f"It could have been met until {due}; closing it now does not change the verdict.")
        elif row.outcome_reason == "ended_after_due":
            found.append(f"Excluded, if it had ended on or before {due}.")
        elif row.slo_outcome == "missed":
            found.append(f"Met, if closed on or before {due}.")
        elif row.slo_outcome == "met":
            found.append(f"Missed, if closed after {due}.")
        else:
            found.append(f"Met, if closed on or before {due}; missed after it.")
    if other is not None and other.clock_start_at is not None and row.slo_outcome in ("met", "missed", "open"):
        word = "submission" if other.clock_basis == "submitted" else "approval"
        began = named_day(local(other.clock_start_at, zone).date())
        found.append(f"From {word} ({began}): {_short(other)}.")
    return found


def _short(row) -> str:
    if row.slo_outcome == "missed" and row.late_business_days:
        by = f"missed by {business_days(int(row.late_business_days))}"
        return f"{by} and still open" if row.is_open_overdue else by
    due = f", due {named_day(row.due_on)}" if row.due_on is not None else ""
    return f"{wording.OUTCOMES[row.slo_outcome].text.lower()}{due}"


def _headline(row, as_of_on: date, zone: str, calendar: Mapping[date, Day]) -> str:
    if row.slo_outcome == "met":
        stop = local(row.stop_at, zone).date()
        spare = calendar[row.due_on].floor_ord - calendar[stop].ceil_ord
        return f"Met with {business_days(spare)} to spare." if spare > 0 else "Met, on the last day."
    late = f" by {business_days(int(row.late_business_days))}" if row.late_business_days else ""
    if row.slo_outcome == "missed":
        if row.is_open_overdue:
            return f"Missed: still open, overdue{late}."
        ended = f": {wording.reason(row.outcome_reason)}" if row.outcome_reason == "ended_after_due" else ""
        return f"Missed{late}{ended}."
    if row.outcome_reason == "stale_export":
        return "Open: past its due date, but the exports end before it, so nobody can tell yet."
    left = calendar[row.due_on].floor_ord - calendar[as_of_on].floor_ord
    return "Open, due today." if row.due_on == as_of_on else f"Open, {business_days(left)} left."


def _dates(row, as_of_on: date, zone: str) -> str:
    start = named_day(local(row.clock_start_at, zone).date())
    began = f"Approved {start}" if row.clock_start_source == "approved" else f"Submitted {start}"
    if row.clock_start_source in ("approval_not_recorded", "approved_after_close"):
        began += f" (the clock starts at {wording.START_SOURCES[row.clock_start_source]})"
    target = f"target {business_days(int(row.target_business_days))}"
    elapsed = business_days(int(row.elapsed_business_days))
    if row.stop_at:
        verb = "ended" if row.stop_source == "ended" else "closed" if row.stop_source != "resolved" else "resolved"
        end = f"{verb} {named_day(local(row.stop_at, zone).date())}: {elapsed}"
    else:
        end = f"{elapsed} so far, by {named_day(as_of_on)}"
    return f"{began}, {target}, due {named_day(row.due_on)}, {end}."


def _two_rules(row) -> str:
    if row.due_rule == "requested_date":
        return (
            f" Due on the later of {named_day(row.business_days_due_on)} ({business_days(int(row.target_business_days))}) and "
            f"{named_day(row.due_on)} (requested), because it came {calendar_days(int(row.lead_days))} before expiry."
        )
    return ""


def _not_measurable(row, source_file: str) -> str:
    name, _, label = (row.outcome_reason or "").partition(": ")
    if name == "unknown_state":
        return f"Not measurable: the state \u201c{label}\u201d is not mapped. Map it in {source_file}."
    if name == "unclassified_option":
        return f"Not measurable: no rule gives a service option for \u201c{label}\u201d. Add one in {source_file}."
    return f"Not measurable: {wording.reason(row.outcome_reason)}. It counts neither as met nor as missed."


def _clock_day(row, day: Day, start: Day, stop: date | None, as_of_on: date) -> ClockDay:
    is_start = day.on_date == start.on_date
    end = stop or as_of_on
    total = 0 if is_start else day.floor_ord - start.floor_ord
    is_stop = day.on_date == stop
    after_due = row.due_on is not None and day.on_date > row.due_on
    if is_start:
        kind, reason = "zero", "the clock starts: day 0"
    elif not day.is_business_day:
        kind, reason = ("closure", day.closure_name) if day.closure_name else ("weekend", "weekend")
    elif day.on_date > end:
        kind, reason = "ahead", "still ahead" if stop is None else "not used"
    elif after_due:
        kind, reason = "late", "business day after the due date"
    else:
        kind, reason = "counted", "business day"
    if is_stop and not is_start and not day.is_business_day:
        total = day.ceil_ord - start.floor_ord
        reason = f"{reason}; an end on it counts as the next business day"
    if row.due_on == day.on_date:
        reason += "; due at the end of this day"
    stop_word = "Ended" if row.stop_source == "ended" else "Closed"
    if is_stop:
        reason += f"; {stop_word.lower()} on this day"
    counted = kind in ("counted", "late")
    return ClockDay(
        day.on_date, WEEKDAYS[day.on_date.weekday()], kind, counted, total, reason, day.closure_name,
        row.due_on == day.on_date, is_stop, stop_word,
    )  # fmt: skip
