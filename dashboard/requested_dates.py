"""What the requested date of a renewal did to its due date, or would have done: `or within requested completion date if … submitted 20 days prior`.

Each line names the dates it follows from, and says so where the verdict would be the same.
"""

from __future__ import annotations

from datetime import date, timedelta

from dashboard.formats import business_days, calendar_days, named_day
from dashboard.judging import COUNTED, Case, same, verdict_by


def lines(case: Case) -> list[str]:
    """The lines of one request; none for what is no renewal."""
    row = case.row
    if row.lead_flag is None or row.slo_outcome not in COUNTED or row.business_days_due_on is None:
        return []
    if row.lead_days is None or row.current_expires_on is None:
        return _unknown_expiry(case)
    if row.lead_days < case.run.lead_min_days:
        found = [_submitted_earlier(case)]
    elif row.due_rule == "business_days":
        found = [_moves_nothing(case), _changed_later(case)]
    else:
        found = [_without_it(case), _changed_later(case)]
    return [line for line in found if line]


def _promised(case: Case, requested_on: date | None) -> date | None:
    """The date that counts beside the business days: the requested one, at the latest the expiry; or the processing date where the policy reads one."""
    row, run = case.row, case.run
    if requested_on is not None:
        return min(requested_on, row.current_expires_on)
    return row.current_expires_on - timedelta(days=run.process_by_days) if run.undated_renewal == "process_by" else None


def _named(case: Case) -> str:
    """`the requested date (Fri 2026-11-20)`, and what caps it."""
    row, run = case.row, case.run
    if row.requested_completion_on is None:
        return f"the processing date ({named_day(_promised(case, None))}, {calendar_days(run.process_by_days)} before expiry)"
    capped = f", at the latest the expiry, {named_day(row.current_expires_on)}" if row.requested_completion_on > row.current_expires_on else ""
    return f"the requested date ({named_day(row.requested_completion_on)}{capped})"


def _unknown_expiry(case: Case) -> list[str]:
    asked = case.row.requested_completion_on
    if asked is None or asked <= case.row.business_days_due_on or case.row.slo_outcome == "met":
        return []
    why = f"The requested date ({named_day(asked)}) does not count, because the expiry of its certificate is not known."
    return [f"{why} By that date: {_verdict(case, asked)}."]


def _submitted_earlier(case: Case) -> str:
    """Submitted in time for its requested date, with everything else on the same day."""
    row, run = case.row, case.run
    promised = _promised(case, row.requested_completion_on)
    if promised is None or row.slo_outcome == "met":
        return ""
    by = row.current_expires_on - timedelta(days=run.lead_min_days)
    counted = row.business_days_due_on if row.clock_start_source == "approved" else case.business_day(by, int(row.target_business_days))
    if counted is None:
        return ""
    when = f"Had it been submitted by {named_day(by)}, {calendar_days(run.lead_min_days)} before expiry ({named_day(row.current_expires_on)}), {_named(case)}"
    if promised <= counted:
        return f"{when} would count, but it is no later than {named_day(counted)} ({business_days(int(row.target_business_days))}): {_verdict(case, counted)}."
    return f"{when} would count: due {named_day(promised)} instead of {named_day(row.due_on)}, {_verdict(case, promised)}."


def _moves_nothing(case: Case) -> str:
    """A requested date that counts, but is no later than the business days; or none, where one would have helped."""
    row = case.row
    if row.slo_outcome == "met":
        return ""
    if _promised(case, row.requested_completion_on) is not None:
        name = _named(case)
        counted = f"{named_day(row.business_days_due_on)} ({business_days(int(row.target_business_days))})"
        return f"{name[0].upper()}{name[1:]} counts, but it is no later than {counted}, so it moves nothing."
    stop_on = case.stop_on
    if stop_on is None or row.outcome_reason == "ended_after_due":
        return ""
    if stop_on <= row.current_expires_on:
        came = f"as it came {calendar_days(int(row.lead_days))} before expiry"
        return f"No completion date was requested; with {named_day(stop_on)} or later it would be met, {came}."
    return f"No completion date was requested; none could help, because it closed after its certificate expired ({named_day(row.current_expires_on)})."


def _without_it(case: Case) -> str:
    """The business days alone, as for a renewal that comes too late for its requested date."""
    alone_on = case.row.business_days_due_on
    target = business_days(int(case.row.target_business_days))
    return f"Without {_named(case)}, by its {target} alone: due {named_day(alone_on)}, {_verdict(case, alone_on)}."


def _changed_later(case: Case) -> str:
    """A requested date that a later version changed: the first one counts."""
    row = case.row
    first, latest = row.requested_completion_on, row.latest_requested_completion_on
    if first is None or latest is None or first == latest:
        return ""
    due_on = max(row.business_days_due_on, _promised(case, latest))
    changed = f"The requested date was changed to {named_day(latest)} later; the first one counts."
    return f"{changed} By the later one: due {named_day(due_on)}, {_verdict(case, due_on)}."


def _verdict(case: Case, due_on: date) -> str:
    return same(case, verdict_by(case, due_on))
