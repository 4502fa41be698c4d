"""The clock of a request, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from . import clock, closures
from .business_days import ONE_DAY, days_after, is_business_day
from .cases import Case
from .pauses import Pause
from .phases import Piece


@dataclass(frozen=True)
class LedgerDay:
    """A row of clock_ledger; `pause_reasons` are those of the pause that reaches over the midnight at which it begins, of which it has one."""

    number: str
    on_date: date
    day_kind: str
    counted_days: int
    running_days: int
    closure_name: str | None
    phase: str | None
    party: str | None
    pause_reasons: frozenset[str]
    paused_days: int
    is_due_day: bool
    is_stop_day: bool


def is_exempt(case: Case) -> bool:
    """Whether the stop comes before the start, so that nothing can be counted."""
    return case.until_on < (case.start_on or case.submitted_on)


def kind(case: Case, day: date) -> str:
    """What the day is to the clock."""
    if case.start_on is None:
        return "not_started"
    if day < case.start_on:
        return "before_start"
    if day == case.start_on:
        return "day_zero"
    if day > case.until_on:
        return "after_stop" if case.outcome.stop_at else "ahead"
    if is_business_day(day, case.is_closed) or day == case.until_on:
        return "counted"
    return "weekend" if day.weekday() >= closures.SATURDAY else "closure"


def piece_of(day: date, pieces: Sequence[Piece], case: Case) -> Piece | None:
    """The piece that reaches over the midnight at which the day begins; through the day of the submission the first."""
    if pieces and day <= case.submitted_on:
        return pieces[0]
    return next((one for one in pieces if one.started_on < day <= one.ended_on), None)


def ledger(case: Case, pieces: Sequence[Piece], pauses: Sequence[Pause]) -> list[LedgerDay]:
    """A row per day from the submission, or the clock's start if that is earlier, to the stop or `as_of`, or the due date if that is later."""
    stop_on = clock.local_on(case.outcome.stop_at) if case.outcome.stop_at else None
    first_on = min(case.submitted_on, case.start_on or case.submitted_on)
    last_on = max(case.until_on, case.outcome.due_on or case.until_on)
    running, found = 0, []
    for day in days_after(first_on - ONE_DAY, last_on):
        what, piece = kind(case, day), piece_of(day, pieces, case)
        running += what == "counted"
        paused = [one for one in pauses if one.started_on < day <= one.ended_on]
        found.append(
            LedgerDay(
                case.number, day, what, int(what == "counted"), running, closures.closures(day.year).get(day),
                piece.phase if piece else None, piece.party if piece else None,
                frozenset().union(*(one.reasons for one in paused)),
                int(any(one.credited_business_days for one in paused) and is_business_day(day, case.is_closed)), day == case.outcome.due_on, day == stop_on,
            )
        )  # fmt: skip
    return found
