"""The phases of one request in words: against their budget, by who held it, and what of it lies outside the clock.

`phases` are records of `request_phases`, `intervals` of `request_intervals`, one request's and in order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import dropwhile, takewhile
from typing import Any

from dashboard.formats import business_days, count, local, named_day, plural

NOT_RECORDED = "not recorded"
"""The phase of time that no state change tells of."""
UNKNOWN = (NOT_RECORDED, "not mapped")
"""Phases that are no phase of the process: nobody knows what happened then."""
REOPENED = "reopened"
FINDINGS = {
    "out_of_order": ("change out of order", "changes out of order"),
    "overlap": ("overlap", "overlaps"),
    "missing_end": ("missing end", "missing ends"),
    "gap": ("gap", "gaps"),
    "not_mapped": ("change that is not mapped", "changes that are not mapped"),
    "unknown_request": ("change of an unknown request", "changes of an unknown request"),
}


def drawn(phases: Sequence[Any]) -> list[Any]:
    """The phases that are drawn: those with a budget, and those that took a day or are the current one."""
    return [row for row in phases if row.budget_business_days is not None or row.business_days or row.is_current]


def label(row: Any) -> str:
    """`Review 3 of 2 business days (certificate team)`."""
    name = capital(row.phase)
    days = _of_budget(row)
    if row.phase in UNKNOWN:
        return f"{name} {days}"
    notes = [*([row.party] if row.party else []), *(["no published budget"] if row.budget_business_days is None else [])]
    return f"{name} {days} ({', '.join(notes)})"


def _of_budget(row: Any) -> str:
    if row.budget_business_days is None:
        return business_days(row.business_days)
    return f"{count(row.business_days)} of {business_days(row.budget_business_days)}"


def spent(phase: str | None, days: int | None, budget: int | None) -> str | None:
    """A cell of the days in a phase: `3 of 2`, `3` where no budget is published; None where the phase is not known."""
    if phase is None or phase in UNKNOWN or days is None:
        return None
    return of_budget(int(days), budget)


def of_budget(days: int, budget: int | None) -> str:
    """`3 of 2`, `3` where no budget is published."""
    return count(days) if budget is None else f"{count(days)} of {count(int(budget))}"


def capital(phase: str) -> str:
    """A phase at the beginning of a line."""
    return phase[:1].upper() + phase[1:]


def heading(phases: Sequence[Any]) -> str:
    """The finding: which phases took longer than published, longest first."""
    over = sorted((row for row in phases if row.over_budget_days), key=lambda row: -row.over_budget_days)
    if over:
        first, *others = over
        named = [f"{first.phase} is over by {business_days(first.over_budget_days)}", *(f"{row.phase} by {count(row.over_budget_days)}" for row in others)]
        return f"Phases against budget: {joined(named)}"
    if all(row.budget_business_days is None for row in phases):
        return "Phases: no budget is published for them"
    return "Phases against budget: none is over"


def where_the_days_went(phases: Sequence[Any], is_open: bool) -> str:
    """Business days by who held the request, most first: `Of 8 business days from submission to its end, the certificate team held it for 5, …`."""
    held: dict[str | None, int] = defaultdict(int)
    for row in phases:
        held[None if row.phase in UNKNOWN else row.party] += row.business_days
    total = sum(held.values())
    if not total:
        return "No business day has passed since its submission." if is_open else "It took no business day from submission to its end."
    known = sorted(((days, party) for party, days in held.items() if party and days), key=lambda each: (-each[0], each[1]))
    parts = [f"the {party} held it for {count(days)}" if not place else f"the {party} for {count(days)}" for place, (days, party) in enumerate(known)]
    parts += [f"{count(held[None])} {'is' if held[None] == 1 else 'are'} not known"] if held[None] else []
    return f"Of {business_days(total)} from submission {'so far' if is_open else 'to its end'}, {joined(parts)}."


def outside_the_clock(phases: Sequence[Any], start_on: date | None, start_word: str) -> str:
    """The business days before the clock started, by phase; empty where there are none."""
    outside = [(row.business_days - row.clock_business_days, row.phase) for row in phases]
    total = sum(days for days, _ in outside)
    if total <= 0:
        return ""
    if start_on is None:
        return "None of them is on the clock, which has not started."
    named = joined([f"{count(days)} in {phase}" for days, phase in outside if days > 0])
    verb = "lies" if total == 1 else "lie"
    return f"{business_days(total)} of them {verb} before the clock, which started on {named_day(start_on)} with {start_word}: {named}."


def current(phases: Sequence[Any], intervals: Sequence[Any]) -> str:
    """Where an open request is: `Now in the review phase since Mon 2026-11-16, held by the certificate team: 3 of 2 business days so far.`; else empty.

    The days since then are those of this visit; the budget is that of all visits together.
    """
    row = next((each for each in phases if each.is_current), None)
    if row is None:
        return ""
    known = list(dropwhile(lambda piece: not piece.is_current, reversed(intervals)))
    visit = list(takewhile(lambda piece: piece.phase == row.phase, known))
    began = f" since {named_day(visit[-1].started_on)}" if visit else ""
    if row.phase in UNKNOWN:
        return f"Its current phase is not known{began}."
    is_told = len(known) == len(intervals)
    phase = f"{'Now' if is_told else 'Last known'} in the {row.phase} phase{began}{f', held by the {row.party}' if row.party else ''}"
    by_then = "so far" if is_told else f"by {named_day(known[0].ended_on)}; nothing is recorded after it"
    if row.visit_count < 2:
        return f"{phase}: {_of_budget(row)} {by_then}."
    here = business_days(sum(piece.business_days for piece in visit))
    return f"{phase}: {here} {by_then}; {_of_budget(row)} over its {plural(row.visit_count, 'visit')}."


def path(flow: Any | None) -> str:
    """`It went customer, review, issue: 1 hand-off.`; empty where it never changed its phase."""
    if flow is None or flow.visit_count < 2:
        return ""
    hand_offs = f": {plural(flow.hand_off_count, 'hand-off')} from one holder to another" if flow.hand_off_count else ""
    return f"It went {flow.path.replace(' > ...', ' and on').replace(' > ', ', ')}{hand_offs}."


def reopened(findings: Sequence[Any], closed_at: datetime | None, zone: str) -> str:
    """`It was re-opened on Tue 2026-11-03 and closed again on Fri 2026-11-06.`; empty where no state change tells of it. `closed_at`: its last close."""
    began = min((row.first_found_at for row in findings if row.finding == REOPENED), default=None)
    if began is None:
        return ""
    again = f" and closed again on {named_day(local(closed_at, zone).date())}" if closed_at is not None and closed_at > began else ""
    return f"It was re-opened on {named_day(local(began, zone).date())}{again}."


def oddities(findings: Sequence[Any]) -> str:
    """What else was found in the state changes: `In its state changes: 1 gap, 2 overlaps.`; else empty."""
    numbers: dict[str, int] = defaultdict(int)
    for row in findings:
        numbers[row.finding] += int(row.finding_count)
    numbers.pop(REOPENED, None)
    named = [plural(number, *FINDINGS.get(name, [name.replace("_", " ")])) for name, number in numbers.items()]
    return f"In its state changes: {', '.join(named)}." if named else ""


def joined(parts: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
