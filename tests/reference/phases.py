"""Who held a request when: its time cut into pieces, and the pieces of each phase added up.

At every instant at which anything begins or ends one asks what holds until the next. Days are counted one at a time, each
belonging to the piece that reaches over the midnight at its beginning; so they add up to what elapsed, always.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import clock
from .business_days import days_after, is_business_day
from .cases import Case, Phase
from .tracks import Findings, Span

NOT_RECORDED, NOT_MAPPED = "not recorded", "not mapped"
MINUTE = timedelta(minutes=1)
MOST_VISITS = 8
OTHERS = 100
"""The position of every phase that is not in the option's process: after those that are, in no order among themselves."""


@dataclass(frozen=True)
class Piece:
    """A row of request_intervals. `tracks`: (source, field) of what said so in turn, of which it has one; none where nothing did."""

    number: str
    position: int
    started_at: datetime
    ended_at: datetime
    started_on: date
    ended_on: date
    from_state: str | None
    to_state: str | None
    phase: str
    party: str | None
    pause_reason: str | None
    business_days: int
    clock_business_days: int
    is_current: bool
    tracks: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class PhaseTime:
    """A row of request_phases."""

    number: str
    position: int
    phase: str
    party: str | None
    budget_business_days: int | None
    business_days: int
    over_budget_days: int | None
    clock_business_days: int
    visit_count: int
    first_started_at: datetime | None
    last_ended_at: datetime | None
    is_current: bool


@dataclass(frozen=True)
class Flow:
    """A row of request_flows."""

    number: str
    path: str
    visit_count: int
    hand_off_count: int
    is_complete: bool


Meaning = tuple[str, str | None, str | None]
"""(phase, party, pause_reason)."""
Processes = Mapping[str, Sequence[Phase]]


def holding(spans: Sequence[Span], begins_at: datetime, ends_at: datetime) -> Span | None:
    """Of the spans that cover the moment, the one with the earliest rule, then the latest start; None if none names a phase."""
    covering = [one for one in spans if one.started_at <= begins_at and one.ended_at >= ends_at and not one.is_over]
    earliest = min((one.place for one in covering), default=None)
    chosen = [one for one in covering if one.place == earliest]
    latest = max((one.started_at for one in chosen), default=None)
    # Several of one rule and one start: any order would do, so the names decide.
    return min((one for one in chosen if one.started_at == latest), key=lambda one: (one.source, one.field, one.value), default=None)


def meant(span: Span | None, option: str, processes: Processes) -> Meaning:
    """The phase that a span means for a request of this option, who holds it, and why the work waits."""
    if span is None:
        return NOT_RECORDED, None, None
    if span.rule is None:
        return NOT_MAPPED, None, None
    own = {one.phase: one.party for one in processes.get(option, ())}
    anywhere = {one.phase: one.party for process in reversed(list(processes.values())) for one in process}
    phase = next((one for one in span.rule.is_ if one in own), span.rule.is_[0])
    return phase, own.get(phase) or anywhere.get(phase) or span.rule.party, span.rule.pause


def pieces(case: Case, spans: Sequence[Span], processes: Processes, findings: Findings) -> list[Piece]:
    """The time from submission to stop or `as_of` in pieces; none when no time passed."""
    if case.until <= case.submitted_at:
        return []
    edges = {case.submitted_at, case.until}
    edges |= {at for one in spans for at in (one.started_at, one.ended_at) if case.submitted_at < at < case.until}
    ordered = sorted(edges)
    held: list[tuple[datetime, datetime, str | None, Meaning, frozenset, bool]] = []
    for begins_at, ends_at in zip(ordered, ordered[1:]):
        span = holding(spans, begins_at, ends_at)
        means, state = meant(span, case.outcome.service_option, processes), span.value if span else None
        sayer = frozenset([(span.source, span.field)] if span else [])
        is_open = span is not None and span.is_open and min(span.ended_at, case.until) == ends_at
        if held and held[-1][2:4] == (state, means):
            held[-1] = held[-1][0], ends_at, state, means, held[-1][4] | sayer, is_open
        else:
            held.append((begins_at, ends_at, state, means, sayer, is_open))
    for begins_at, ends_at, _, (phase, _, _), *_ in held:
        findings["gap", None, None, None] += phase == NOT_RECORDED and ends_at - begins_at > MINUTE
    # What held when its source was last heard of is current, whatever is not recorded since.
    current = len(held) - (len(held) > 1 and held[-1][3][0] == NOT_RECORDED and held[-2][5])
    found = []
    for position, (begins_at, ends_at, state, means, sayers, _) in enumerate(held, start=1):
        begins_on, ends_on = clock.local_on(begins_at), clock.local_on(ends_at)
        found.append(
            Piece(
                case.number, position, begins_at, ends_at, begins_on, ends_on, held[position - 2][2] if position > 1 else None, state, *means,
                counted(case, begins_on, ends_on, case.submitted_on),
                clock_days(case, begins_on, ends_on, is_first=position == 1),
                case.is_running and position == current, sayers,
            )
        )  # fmt: skip
    return found


def counts(case: Case, day: date) -> bool:
    """Business days count; so does the day of the stop (or of `as_of`) where it is none."""
    return is_business_day(day, case.is_closed) or day == case.until_on


def counted(case: Case, begins_on: date, ends_on: date, start_on: date) -> int:
    """How many days after the piece begins, through the day it ends, count, those through the start of the clock excepted."""
    return sum(counts(case, day) for day in days_after(begins_on, ends_on) if day > start_on)


def clock_days(case: Case, begins_on: date, ends_on: date, is_first: bool) -> int:
    """The same on the policy's clock, 0 before it starts. Where it started before the submission the first piece has those days, too."""
    if case.start_on is None:
        return 0
    return counted(case, min(begins_on, case.start_on) if is_first else begins_on, ends_on, case.start_on)


def told(found: Sequence[Piece]) -> list[Piece]:
    """The pieces without what was not recorded and cost no business day on either clock."""
    return [piece for piece in found if piece.phase != NOT_RECORDED or piece.business_days or piece.clock_business_days]


def visits(found: Sequence[Piece]) -> list[tuple[str, list[Piece]]]:
    """The phases in order, each with the pieces of one stay in it."""
    stays: list[tuple[str, list[Piece]]] = []
    for piece in found:
        if stays and stays[-1][0] == piece.phase:
            stays[-1][1].append(piece)
        else:
            stays.append((piece.phase, [piece]))
    return stays


def phase_times(case: Case, found: Sequence[Piece], processes: Processes) -> list[PhaseTime]:
    """Every phase of the option's process, entered or not, and every other one that was entered."""
    if not found:
        return []
    found = told(found)
    process = dict(enumerate(processes.get(case.outcome.service_option, ()), start=1))
    own = {one.phase for one in process.values()}
    others = {piece.phase: Phase(piece.phase, None, piece.party) for piece in found if piece.phase not in own}
    rows = []
    for position, each in [*process.items(), *((OTHERS, one) for one in others.values())]:
        own = [piece for piece in found if piece.phase == each.phase]
        days = sum(piece.business_days for piece in own)
        rows.append(
            PhaseTime(
                case.number, position, each.phase, each.party, each.budget, days,
                None if each.budget is None else max(0, days - each.budget),
                sum(piece.clock_business_days for piece in own),
                sum(phase == each.phase for phase, _ in visits(found)),
                own[0].started_at if own else None, own[-1].ended_at if own else None,
                any(piece.is_current for piece in own),
            )
        )  # fmt: skip
    return rows


def flow(case: Case, found: Sequence[Piece]) -> Flow | None:
    """The way through the phases, without what was not recorded and cost no day, and whether all that cost one is known."""
    way = [phase for phase, _ in visits(told(found))]
    if not way:
        return None
    path = " > ".join([*way[:MOST_VISITS], *(["..."] if len(way) > MOST_VISITS else [])])
    holders = [piece.party for piece in found if piece.party is not None]
    hand_offs = sum(before != after for before, after in zip(holders, holders[1:]))
    unknown = [piece for piece in found if piece.phase in (NOT_RECORDED, NOT_MAPPED)]
    return Flow(case.number, path, len(way), hand_offs, not any(piece.business_days for piece in unknown))
