"""The pauses of a request's clock, and the verdict without them.

"Each is clipped to [clock start, stop or as_of], an open one ends there, overlapping ones merge, under 24 hours counts 0
(default), else `floor_ord(end) - floor_ord(start)`; taken in order, one that begins after the due date as moved so far
counts nothing; the due date moves by the sum in business days."
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import business_days, clock
from .cases import Case
from .tracks import Span

DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Pause:
    """A row of clock_pauses; `reasons` are those of the spans that begin it, of which it has one."""

    number: str
    position: int
    started_at: datetime
    ended_at: datetime
    started_on: date
    ended_on: date
    reasons: frozenset[str]
    business_days: int
    is_credited: bool
    credited_business_days: int
    is_open: bool


@dataclass(frozen=True)
class WithoutPauses:
    """A row of request_variants on the basis without_pauses."""

    number: str
    service_option: str
    request_type: str
    department: str
    due_on: date
    stop_at: datetime | None
    elapsed_business_days: int
    slo_outcome: str
    outcome_reason: str
    is_due: bool
    is_open_overdue: bool
    has_due_date: bool
    period_on: date
    late_business_days: int | None
    due_rule: str
    credited_business_days: int


def clipped(case: Case, spans: Sequence[Span]) -> list[tuple[datetime, datetime, str, bool]]:
    """(start, end, reason, is open) of the pauses of any track within the clock, those without time left out."""
    started_at = case.outcome.clock_start_at
    if started_at is None:
        return []
    found = []
    for one in spans:
        if one.rule is not None and one.rule.pause is not None:
            begins_at, ends_at = max(one.started_at, started_at), min(one.ended_at, case.until)
            if begins_at < ends_at:
                found.append((begins_at, ends_at, one.rule.pause, one.is_open and case.is_running))
    return found


def merged(parts: Sequence[tuple[datetime, datetime, str, bool]]) -> list[list[tuple[datetime, datetime, str, bool]]]:
    """The parts in groups that overlap or touch, in order of time."""
    groups: list[list] = []
    for part in sorted(parts):
        if groups and part[0] <= max(one[1] for one in groups[-1]):
            groups[-1].append(part)
        else:
            groups.append([part])
    return groups


def days_between(begins_at: datetime, ends_at: datetime, case: Case) -> int:
    """The business days of a pause; under 24 hours it has none."""
    if ends_at - begins_at < DAY:
        return 0
    return business_days.business_days_after(clock.local_on(begins_at), clock.local_on(ends_at), case.is_closed)


def moved(due_on: date, days: int, case: Case) -> date:
    """The due date as many business days later; untouched where there is nothing to move it by."""
    return business_days.due_on(due_on, days, case.is_closed)


def pauses(case: Case, spans: Sequence[Span]) -> list[Pause]:
    """The pauses of a clock in order, with the days that each gives back."""
    found, credit, is_over = [], 0, case.outcome.due_on is None
    for position, group in enumerate(merged(clipped(case, spans)), start=1):
        begins_at, ends_at = group[0][0], max(one[1] for one in group)
        begins_on, ends_on = clock.local_on(begins_at), clock.local_on(ends_at)
        days = days_between(begins_at, ends_at, case)
        is_over = is_over or begins_on > moved(case.outcome.due_on, credit, case)
        given = 0 if is_over else days
        credit += given
        found.append(
            Pause(
                case.number, position, begins_at, ends_at, begins_on, ends_on, frozenset(one[2] for one in group if one[0] == begins_at),
                days, not is_over, given, any(one[3] for one in group if one[1] == ends_at),
            )
        )  # fmt: skip
    return found


def without_pauses(case: Case, found: Sequence[Pause]) -> WithoutPauses | None:
    """The verdict with the due date moved; None where no pause gives a day back, or nothing was decided."""
    outcome, credit = case.outcome, sum(one.credited_business_days for one in found)
    if credit == 0 or outcome.slo_outcome not in ("met", "missed", "open"):
        return None
    due_on = moved(outcome.due_on, credit, case)
    verdict, reason = case.verdict(due_on)
    return WithoutPauses(
        case.number, outcome.service_option, outcome.request_type, outcome.department, due_on, outcome.stop_at,
        outcome.elapsed_business_days - credit, verdict, reason,
        due_on < clock.local_on(case.as_of), reason == "open_overdue", True, due_on,
        business_days.elapsed(due_on, case.until_on, case.is_closed) if verdict == "missed" else None, outcome.due_rule, credit,
    )  # fmt: skip
