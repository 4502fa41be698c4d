"""What the exports of transitions should come to: days per phase, pauses, and what is wrong in them; days counted one at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

from . import days, plan
from .courses import Course, Span, Stay
from .expectations import write
from .transition_exports import Row, audit_value
from .transition_plan import PHASES
from .verdicts import ENDED_STATES, Verdict

SHORTEST_PAUSE = timedelta(days=1)
SHORTEST_GAP = timedelta(minutes=1)
STATES = ("Open", "Work in Progress", "Pending", "Closed Complete", "Closed Incomplete", "Closed Skipped", "Closed Cancelled")
MAPPED = {*PHASES, *STATES, "Completed", "completed", "Request Cancelled"}
OVER = {"Completed", "completed", "Request Cancelled", *(state for state in STATES if state.startswith("Closed"))}


def phase_days(course: Course, ours: Verdict, since: date | None) -> dict[str, int]:
    """Business days by phase from the submission to the stop or AS_OF, of the days after `since` (None: no day).

    A day belongs to the phase in which it began; a stop on a closed day counts that day.
    """
    until, day = (ours.stop_at or plan.AS_OF).date(), course.request.submitted_at.date()
    found: Counter[str] = Counter()
    while day < until:
        day += days.ONE_DAY
        if since is not None and day > since and (days.is_business_day(day) or day == until):
            found[course.phase_at(datetime.combine(day, time()))] += 1
    return dict(found)


def credited(course: Course, ours: Verdict) -> tuple[int, date | None]:
    """Business days of the pauses that count within the clock, and the due date moved by them."""
    due, count = ours.due_on, 0
    for begin, end in _merged(course.pauses, ours):
        if due is None or begin.date() > due:
            break
        if end - begin >= SHORTEST_PAUSE:
            count += len(days.business_days_of(begin.date() + days.ONE_DAY, end.date()))
            due = days.business_days_after(ours.due_on, count) if count else ours.due_on
    return count, due


def _merged(pauses: Iterable[Span], ours: Verdict) -> list[tuple[datetime, datetime]]:
    """The pauses within the clock, those that touch as one, oldest first."""
    until, found = ours.stop_at or plan.AS_OF, []
    for begin, end in sorted((begin, end or until) for begin, end in pauses):
        begin, end = max(begin, ours.start_at or until), min(end, until)
        if begin < end and found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        elif begin < end:
            found.append((begin, end))
    return found


def without_pauses(ours: Verdict, due: date) -> str:
    """The outcome of a request that is met, missed or open, had it been due on another day."""
    if ours.outcome_reason in (*ENDED_STATES.values(), "ended_after_due"):
        return "excluded" if ours.stop_at.date() <= due else "missed"
    if ours.stop_at is not None:
        return "met" if ours.stop_at.date() <= due else "missed"
    return "missed" if due < plan.AS_OF.date() else "open"


def courses(path: Path, told: Iterable[tuple[str, Course]], verdicts: dict[str, Verdict]) -> None:
    """A row per request with transitions: days by phase from submission and within the clock, and what its pauses are worth."""
    header = "number,source,phase_business_days,clock_business_days,credited_business_days,due_without_pauses_on,outcome_without_pauses"
    found = []
    for source, course in told:
        ours = verdicts[course.request.number]
        start_on = ours.start_at.date() if ours.start_at else None
        whole = phase_days(course, ours, course.request.submitted_at.date())
        credit, due = credited(course, ours)
        moved = (due, without_pauses(ours, due)) if credit and ours.slo_outcome in ("met", "missed", "open") else (None, None)
        found.append((course.request.number, source, _listed(whole), _listed(phase_days(course, ours, start_on)), credit, *moved))
    write(path, header.split(","), sorted(found))


def _listed(found: dict[str, int]) -> str:
    return "; ".join(f"{phase} {count}" for phase, count in sorted(found.items()))


def findings(path: Path, metered: Iterable[Course], audited: Iterable[Course], strangers: Iterable[Row], verdicts: dict[str, Verdict]) -> None:
    """A row per request and finding: what is planted, and what follows from requests that were opened again or never properly closed."""
    found = Counter((number, "unknown_request", "servicenow_metrics", stay.field, stay.value) for number, stay in strangers)
    for course in metered:
        found.update(_planted(course))
    for source, each in (("servicenow_metrics", metered), ("servicenow_audit", audited)):
        for course in each:
            found.update(_following(course, source))
            found.update((course.request.number, "gap", "", "", "") for _ in _gaps(course, verdicts[course.request.number]))
    for course in audited:
        if "swapped_updates" in course.marks:
            last = [stay for stay in course.stays if stay.field == "state"][-1]
            found[course.request.number, "out_of_order", "servicenow_audit", "state", audit_value(last.value)] += 1
    write(path, "number,finding,source,field,value,finding_count".split(","), sorted((*key, count) for key, count in found.items()))


def _planted(course: Course) -> Iterator[tuple[str, ...]]:
    stages = [stay for stay in course.stays if stay.field == "stage"]
    if "overlap" in course.marks:
        yield course.request.number, "overlap", "servicenow_metrics", "stage", stages[0].value
    if "missing_end" in course.marks:
        yield course.request.number, "missing_end", "servicenow_metrics", "stage", stages[1].value
    if "out_of_order" in course.marks:
        group = next(stay for stay in course.stays if stay.field == "assignment_group")
        yield course.request.number, "out_of_order", "servicenow_metrics", "assignment_group", group.value


def _following(course: Course, source: str) -> Iterator[tuple[str, ...]]:
    """Values that nobody mapped, and work after the end."""
    for name in ("state", "stage"):
        stays = sorted((stay for stay in course.stays if stay.field == name), key=lambda stay: stay.started_at)
        for before, stay in zip([None, *stays], stays):
            value = audit_value(stay.value) if source == "servicenow_audit" else stay.value
            if stay.value not in MAPPED:
                yield course.request.number, "not_mapped", source, name, value
            if before and before.value in OVER and stay.value not in OVER:
                yield course.request.number, "reopened", source, name, value


def _gaps(course: Course, ours: Verdict) -> Iterator[Span]:
    """The times of over a minute in which nothing says what went on."""
    begin, until = course.request.submitted_at, ours.stop_at or plan.AS_OF
    if until <= begin:
        return
    edges = {begin, until, *(edge for span in _spans(course) for edge in span if edge and begin < edge < until)}
    started_at = None
    for first, last in zip(sorted(edges), [*sorted(edges)[1:], None]):
        is_gap = last is not None and course.phase_at(first + timedelta(seconds=2)) == "not recorded"
        if is_gap and started_at is None:
            started_at = first
        elif not is_gap and started_at is not None:
            if first - started_at > SHORTEST_GAP:
                yield started_at, first
            started_at = None


def _spans(course: Course) -> Iterator[tuple[datetime | None, ...]]:
    stays: list[Stay] = course.stages
    yield from ((stay.started_at, stay.ended_at) for stay in stays)
    yield from ((begin, end) for begin, end, _ in course.told)
    yield from course.pauses
