"""What would have changed the verdict of one request: facts with their dates, and no blame."""

from __future__ import annotations

from typing import Any

from dashboard import requested_dates
from dashboard.formats import business_days, count, local, named_day, plural
from dashboard.judging import COUNTED, Case, due, outcome, same
from dashboard.ledger_words import stop_word
from dashboard.phase_words import joined

ENDED = ("cancelled", "rejected", "incomplete", "skipped")
WORDS = {"submitted": "submission", "approved": "approval"}
SPELLS = 3
"""Pauses that are named one by one."""


def changes(case: Case) -> list[str]:
    """A line for each thing that could have been otherwise."""
    found = [_closing(case), _other_clock(case), _pauses(case), *requested_dates.lines(case), _as_exported(case)]
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


def _pauses(case: Case) -> str:
    """The verdict without the pauses, and where they move the due date; or why they move nothing."""
    if not case.pauses or case.row.slo_outcome not in COUNTED:
        return ""
    variant = case.variants.get("without_pauses")
    if variant is None:
        if len(case.pauses) > 1:
            return f"None of its {count(len(case.pauses))} pauses moves the due date: each takes no business day or began after it."
        pause = case.pauses[0]
        why = "began after the due date" if pause.business_days else "takes no business day"
        return f"Its pause ({_spell(pause)}) {why}: without it the due date is the same."
    credited = [pause for pause in case.pauses if pause.credited_business_days]
    credit = business_days(int(variant.credited_business_days))
    named = f"the pause of {credit}" if len(credited) == 1 else f"the {count(len(credited))} pauses of {credit} together"
    spells = [_spell(pause) for pause in credited[:SPELLS]]
    spells += [plural(len(credited) - SPELLS, "more", "more")] if len(credited) > SPELLS else []
    moved = f"due {named_day(variant.due_on)} instead of {named_day(case.row.due_on)}"
    return f"Without {named} ({'; '.join(spells)}): {moved}, {same(case, outcome(variant))}."


def _spell(pause: Any) -> str:
    """`waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10`."""
    if pause.is_open:
        return f"{pause.reason}, since {named_day(pause.started_on)}"
    end = f" to {named_day(pause.ended_on)}" if pause.ended_on != pause.started_on else ""
    return f"{pause.reason}, {named_day(pause.started_on)}{end}"


def _as_exported(case: Case) -> str:
    """The verdict without the declared corrections."""
    variant = case.variants.get("as_exported")
    if variant is None:
        return ""
    named = joined([each.correction_id for each in case.corrections if each.is_applied] or ["its corrections"])
    stop = f", {stop_word(case.row.stop_source).lower()} {named_day(local(variant.stop_at, case.run.zone).date())}" if variant.stop_at else ""
    return f"As exported, without {named}: {outcome(variant)}{due(variant)}{stop}."
