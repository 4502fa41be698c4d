"""The verdict of one request in words. No blame, only facts.

`row` is a record of `slo_outcomes` (attribute access, missing values as None); dates are local.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from dashboard import wording
from dashboard.formats import business_days, calendar_days, local, named_day
from dashboard.ledger_words import stop_word


class Day(NamedTuple):
    """One date of the calendar the snapshot was built with."""

    on_date: date
    is_business_day: bool
    floor_ord: int
    ceil_ord: int
    closure_name: str | None


def sentence(row, as_of_on: date, zone: str, calendar: Mapping[date, Day], source_file: str = "its mapping") -> str:
    """The verdict: outcome first, then the dates it follows from."""
    if row.slo_outcome == "not_measurable":
        return _not_measurable(row, source_file)
    if row.slo_outcome == "excluded":
        ended = f" {named_day(local(row.stop_at, zone).date())}" if row.stop_at and not row.outcome_reason.startswith("declared: ") else ""
        return f"Excluded: {wording.reason(row.outcome_reason)}{ended}. It counts neither as met nor as missed."
    if row.outcome_reason == "awaiting_approval":
        submitted = named_day(local(row.submitted_at, zone).date())
        return f"Open: it waits for approval, so the clock has not started. Submitted {submitted}."
    return f"{_headline(row, as_of_on, zone, calendar)} {_dates(row, as_of_on, zone)}{_two_rules(row)}"


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
        end = f"{stop_word(row.stop_source).lower()} {named_day(local(row.stop_at, zone).date())}: {elapsed}"
    else:
        end = f"{elapsed} so far, by {named_day(as_of_on)}"
    return f"{began}, {target}, due {named_day(row.due_on)}, {end}."


def _two_rules(row) -> str:
    both = f" Due on the later of {named_day(row.business_days_due_on)} ({business_days(int(row.target_business_days))}) and {named_day(row.due_on)}"
    came = f"it came {calendar_days(int(row.lead_days))} before expiry" if row.lead_days is not None else ""
    if row.due_rule == "requested_date":
        return f"{both} (requested), because {came}."
    if row.due_rule == "process_by":
        before = calendar_days((row.current_expires_on - row.due_on).days)
        return f"{both} ({before} before expiry), because no date was requested and {came}."
    return ""


def _not_measurable(row, source_file: str) -> str:
    name, _, label = (row.outcome_reason or "").partition(": ")
    if name == "unknown_state":
        return f"Not measurable: the state \u201c{label}\u201d is not mapped. Map it in {source_file}."
    if name == "unclassified_option":
        return f"Not measurable: no rule gives a service option for \u201c{label}\u201d. Add one in {source_file}."
    return f"Not measurable: {wording.reason(row.outcome_reason)}. It counts neither as met nor as missed."
