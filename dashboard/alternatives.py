"""What would have changed the verdict of one request: facts with their dates, and no blame."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dashboard import requested_dates
from dashboard.formats import business_days, calendar_days, count, local, named_day, plural
from dashboard.judging import COUNTED, Case, due, outcome, same
from dashboard.phase_words import capital, joined

ENDED = ("cancelled", "rejected", "incomplete", "skipped")
WORDS = {"submitted": "submission", "approved": "approval"}
SPELLS = 3
"""Pauses that are named one by one."""
SHORTEST_PAUSE = timedelta(hours=24)
"""A shorter one takes nothing off."""


def changes(case: Case) -> list[str]:
    """A line for each thing that could have been otherwise."""
    found = [_closing(case), _last_close(case), _other_clock(case), *_pauses(case), *requested_dates.lines(case), _as_exported(case)]
    return [line for line in found if line]


def _closing(case: Case) -> str:
    """The last day that would have been in time, and by how much it was missed or kept."""
    row, stop_on = case.row, case.stop_on
    if row.due_on is None:
        return ""
    due_on = named_day(row.due_on)
    if row.slo_outcome == "excluded":
        would_miss = row.outcome_reason in ENDED and stop_on is not None and case.run.late_exclusion == "missed"
        return f"Missed, if it had ended after {due_on}." if would_miss else ""
    if row.slo_outcome not in COUNTED:
        return ""
    if row.is_open_overdue:
        return f"It could have been met until {due_on}; closing it now does not change the verdict."
    if row.outcome_reason == "stale_export":
        return f"Met, if it was {case.stopped} on or before {due_on}; the exports do not tell."
    if row.slo_outcome == "open":
        return f"Met, if {case.stopped} on or before {due_on}; missed after it."
    if row.slo_outcome == "met":
        later = case.days[row.due_on].floor_ord + 1 - case.days[stop_on].floor_ord
        return f"Missed, if {case.stopped} after {due_on}, {business_days(later)} later or more."
    verb = "Excluded, if it had ended" if row.outcome_reason == "ended_after_due" else f"Met, if {case.stopped}"
    return f"{verb} on or before {due_on}, {business_days(int(row.late_business_days))} earlier."


def _other_clock(case: Case) -> str:
    """The verdict on the clock that the policy does not use, where it starts on another day."""
    row, other = case.row, case.other
    if other is None or other.clock_start_at is None or row.slo_outcome not in COUNTED:
        return ""
    began = local(other.clock_start_at, case.run.zone).date()
    if row.clock_start_at is not None and local(row.clock_start_at, case.run.zone).date() == began:
        return ""
    return f"From {WORDS[other.clock_basis]} ({named_day(began)}): {outcome(other)}{due(other)}."


def _pauses(case: Case) -> list[str]:
    """The verdict without the pauses, and where they move the due date; then each that takes nothing off, and why."""
    if not case.pauses or case.row.slo_outcome not in COUNTED:
        return []
    variant = case.variants.get("without_pauses")
    moved_on = case.row.due_on if variant is None else variant.due_on
    idle = [pause for pause in case.pauses if not pause.credited_business_days]
    lines = [_without(case, variant)] if variant is not None else []
    lines += [f"The pause {_span(pause)} takes nothing off: {_why_not(pause, moved_on, variant is not None)}." for pause in idle[:SPELLS]]
    more = len(idle) - SPELLS
    return [*lines, f"{plural(more, 'more pause takes', 'more pauses take')} nothing off."] if more > 0 else lines


def _without(case: Case, variant: Any) -> str:
    credited = [pause for pause in case.pauses if pause.credited_business_days]
    credit = business_days(int(variant.credited_business_days))
    named = f"the pause of {credit}" if len(credited) == 1 else f"the {count(len(credited))} pauses of {credit} together"
    spells = [f"{pause.reason}, {_span(pause).removeprefix('from ').removeprefix('on ')}" for pause in credited[:SPELLS]]
    spells += [plural(len(credited) - SPELLS, "more", "more")] if len(credited) > SPELLS else []
    moved = f"due {named_day(variant.due_on)} instead of {named_day(case.row.due_on)}"
    return f"Without {named} ({'; '.join(spells)}): {moved}, {same(case, outcome(variant))}."


def _span(pause: Any) -> str:
    """`since Mon 2026-11-09`, `from Mon 2026-11-09 to Tue 2026-11-10`, `on Mon 2026-11-09`."""
    first = named_day(pause.started_on)
    if pause.is_open:
        return f"since {first}"
    return f"on {first}" if pause.ended_on == pause.started_on else f"from {first} to {named_day(pause.ended_on)}"


def _why_not(pause: Any, due_on: date, is_moved: bool) -> str:
    """Why a pause moves nothing, the due date as moved so far being `due_on`."""
    if pause.started_on > due_on:
        return f"it began after the {'moved ' if is_moved else ''}due date ({named_day(due_on)})"
    return "it lasted less than 24 hours" if pause.ended_at - pause.started_at < SHORTEST_PAUSE else "no business day lies in it"


def _last_close(case: Case) -> str:
    """The verdict by the last close, where the first one counts."""
    row = case.row
    if row.stop_source != "first_close" or row.closed_at is None or row.due_on is None or row.slo_outcome not in COUNTED:
        return ""
    last_on = local(row.closed_at, case.run.zone).date()
    verdict = "met" if last_on <= row.due_on else f"missed by {business_days(case.days[last_on].ceil_ord - case.days[row.due_on].floor_ord)}"
    window = f"inside the {calendar_days(case.run.reopen_window_days)} granted for testing"
    return f"By its last close ({named_day(last_on)}) instead of its first ({named_day(case.stop_on)}), which counts {window}: {same(case, verdict)}."


def corrected(case: Case) -> str:
    """`Met by correction C-2026-001; as exported: missed by 2 business days.`; empty where no correction changes the verdict or its dates."""
    row, exported = case.row, case.variants.get("as_exported")
    if exported is None:
        return ""
    now, before = _told(case, row), _told(case, exported)
    if now == before:
        return ""
    applied = [each for each in case.corrections if each.is_applied]
    noun = "correction" if all(each.kind == "field" for each in applied) else "declaration"
    named = f"{noun if len(applied) == 1 else noun + 's'} {joined([each.correction_id for each in applied])}" if applied else "correction"
    verdict = "Excluded" if row.slo_outcome == "excluded" else capital(outcome(row))
    if now[0] != before[0]:
        return f"{verdict} by {named}; as exported: {before[0]}."
    return f"{verdict}, with dates by {named}; as exported: {before[0]}{''.join(before[1:])}."


def _told(case: Case, row: Any) -> tuple[str, str, str]:
    """The verdict of a clock, its due date and its stop, in words."""
    stop = f", {case.stopped} {named_day(local(row.stop_at, case.run.zone).date())}" if row.stop_at else ""
    return outcome(row), due(row), stop


def _as_exported(case: Case) -> str:
    """The verdict without the declared corrections."""
    variant = case.variants.get("as_exported")
    if variant is None:
        return ""
    named = joined([each.correction_id for each in case.corrections if each.is_applied] or ["its corrections"])
    return f"As exported, without {named}: {''.join(_told(case, variant))}."
