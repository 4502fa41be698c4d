"""Another system's opinions held against the verdicts of the promise, and why the two differ.

"Reason codes of a disagreement, the first that holds": each asks whether one thing of theirs in place of ours gives their
verdict. Days are walked one by one.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import business_days, clock, closures, federal_holidays
from .business_days import Closed
from .opinions import Opinion, local_on
from .outcomes import Outcome

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
NOT_COMPARABLE = (
    "left_out", "unknown_request", "part_of_parent", "cancelled", "unknown_verdict", "excluded", "not_measurable", "older_export",
)  # fmt: skip


@dataclass(frozen=True)
class Reconciled:
    """One row of the table; `named` are the days that its evidence names."""

    number: str
    opinion: str
    sla: str | None
    source_verdict: str | None
    slo_outcome: str | None
    agreement: str
    reason_code: str
    started_at: datetime | None
    planned_end_at: datetime | None
    ended_at: datetime | None
    due_on: date | None
    stop_at: datetime | None
    named: frozenset[date]


def no_day(day: date) -> bool:
    """Monday to Friday alone: nothing is closed."""
    return False


@dataclass(frozen=True)
class Case:
    """One opinion beside one verdict; every question about the two is a property of it."""

    theirs: Opinion
    ours: Outcome
    through_on: date
    is_closed: Closed = closures.is_closed
    own_pause_days: int | None = None
    exported: Outcome | None = None

    @property
    def stop_on(self) -> date | None:
        return local_on(self.ours.stop_at)

    @property
    def their_verdict(self) -> str | None:
        """Met only when it is over: until then it is merely not missed yet."""
        theirs = self.theirs
        if theirs.verdict != "met":
            return theirs.verdict
        is_over = theirs.stage == "completed" or (theirs.stage != "cancelled" and theirs.ended_at is not None)
        return "met" if is_over else "open"

    @property
    def their_moment(self) -> datetime | None:
        """When they decided, else how far they are known; None where the end is over but unknown."""
        return self.theirs.known_at if self.theirs.is_running else self.theirs.ended_at

    def ours_by(self, due_on: date | None) -> str | None:
        """Our verdict, were this our due date."""
        return None if due_on is None else judged(self.stop_on, due_on, self.through_on)

    def from_their_start(self, is_closed: Closed) -> date | None:
        """The due date of our target, counted from their start with such closures."""
        if self.theirs.started_at is None or self.ours.target_business_days is None:
            return None
        return business_days.due_on(local_on(self.theirs.started_at), self.ours.target_business_days, is_closed)

    @property
    def is_due_as_requested(self) -> bool:
        return self.ours.due_rule not in (None, "business_days")

    @property
    def counted_due_on(self) -> date | None:
        return self.from_their_start(self.is_closed)

    @property
    def started_due_on(self) -> date | None:
        """The same by our whole rule: a requested date still lengthens it."""
        days = [day for day in (self.counted_due_on, self.ours.due_on if self.is_due_as_requested else None) if day]
        return max(days, default=None)

    @property
    def pause_days(self) -> int:
        """What the request's own pauses give back, where they are known."""
        return self.theirs.pause_days if self.own_pause_days is None else self.own_pause_days

    @property
    def moved_due_on(self) -> date | None:
        return business_days.due_on(self.ours.due_on, self.pause_days, self.is_closed) if self.ours.due_on else None

    @property
    def keeps_to_its_deadline(self) -> bool:
        """Whether their verdict is what their own deadline says."""
        theirs, moment = self.theirs, self.their_moment
        if theirs.planned_end_at is None or moment is None:
            return False
        return self.their_verdict == ("missed" if moment > theirs.planned_end_at else "open" if theirs.is_running else "met")

    @property
    def deadline_on(self) -> date | None:
        return local_on(self.theirs.planned_end_at)

    @property
    def promised(self) -> int:
        """The business days from their start to their deadline, their pause left out."""
        return business_days.business_days_after(local_on(self.theirs.started_at), self.deadline_on, self.is_closed) - self.pause_days

    @property
    def never_stopped(self) -> bool:
        return self.theirs.is_running and self.ours.stop_at is not None

    # The reasons, in order

    @property
    def is_of_an_older_export(self) -> bool:
        if self.their_verdict != "open" or not self.theirs.is_running:
            return False
        if self.ours.stop_at is not None:
            return self.ours.stop_at > self.theirs.known_at
        return self.ours.due_on is not None and local_on(self.theirs.known_at) <= self.ours.due_on

    @property
    def is_rounding(self) -> bool:
        moment = self.their_moment
        if self.their_verdict != "missed" or moment is None or self.deadline_on is None or self.deadline_on != self.ours.due_on:
            return False
        return moment > self.theirs.planned_end_at and local_on(moment) <= self.ours.due_on

    @property
    def stop_differs(self) -> bool:
        if local_on(self.theirs.ended_at) == self.stop_on or self.their_moment is None or self.ours.due_on is None:
            return False
        through_on = min(self.through_on, local_on(self.their_moment))
        return self.their_verdict == judged(local_on(self.theirs.ended_at), self.ours.due_on, through_on)

    @property
    def start_differs(self) -> bool:
        if local_on(self.theirs.started_at) == local_on(self.ours.clock_start_at):
            return False
        if self.ours_by(self.started_due_on) == self.their_verdict:
            return True
        is_theirs = self.started_due_on is not None and self.started_due_on == self.deadline_on
        return is_theirs and self.started_due_on != self.ours.due_on and self.keeps_to_its_deadline

    @property
    def is_requested_date(self) -> bool:
        if not self.is_due_as_requested:
            return False
        if self.ours_by(self.ours.business_days_due_on) == self.their_verdict:
            return True
        days = {self.ours.business_days_due_on, self.counted_due_on} - {None}
        return self.deadline_on in days and self.keeps_to_its_deadline

    @property
    def is_pause_counted(self) -> bool:
        theirs = self.theirs
        if self.their_verdict == "missed" or not (theirs.pause_seconds or theirs.is_paused):
            return False
        in_time = "open" if self.stop_on is None else "met"
        if self.their_verdict != (in_time if theirs.is_paused else self.ours_by(self.moved_due_on)):
            return False
        if theirs.planned_end_at is None or self.their_moment is None:
            return True
        return self.their_moment > theirs.planned_end_at - timedelta(seconds=theirs.pause_seconds)

    @property
    def calendar_differs(self) -> bool:
        others = {self.from_their_start(federal_holidays.is_closed), self.from_their_start(no_day)} - {None, self.counted_due_on}
        return self.deadline_on in others and self.keeps_to_its_deadline

    @property
    def starts_before_opening(self) -> bool:
        """The day of the start is a whole one to them: their deadline is the end of the working day before ours."""
        theirs, ours, start_on = self.theirs, self.ours, local_on(self.theirs.started_at)
        if not self.keeps_to_its_deadline or self.is_due_as_requested or ours.target_business_days is None:
            return False
        if start_on != local_on(ours.clock_start_at) or not business_days.is_business_day(start_on, self.is_closed):
            return False
        from_that_day = business_days.due_on(start_on - DAY, ours.target_business_days, self.is_closed)
        return from_that_day == self.deadline_on and theirs.planned_end_at - theirs.started_at - (self.deadline_on - start_on) >= 8 * HOUR

    @property
    def is_duration_in_hours(self) -> bool:
        theirs, target = self.theirs, self.ours.target_business_days
        if not self.keeps_to_its_deadline or target is None or self.never_stopped:
            return False
        beyond = theirs.planned_end_at - theirs.started_at - target * DAY
        if any(abs(beyond - timedelta(seconds=pause)) <= HOUR for pause in (0, theirs.pause_seconds)):
            return True
        # So many hours are whole days of 10 hours at the least, and at the most of 8.
        return 24 * target // 10 <= self.promised <= 24 * target // 8

    @property
    def is_another_target(self) -> bool:
        target = self.ours.target_business_days
        return self.keeps_to_its_deadline and target is not None and not self.never_stopped and self.promised >= 2 * target

    @property
    def reason(self) -> str:
        if self.theirs.stage == "cancelled":
            return "cancelled"
        if self.their_verdict is None:
            return "unknown_verdict"
        if self.ours.slo_outcome in ("excluded", "not_measurable"):
            return self.ours.slo_outcome
        if self.their_verdict == self.ours.slo_outcome:
            return "same_verdict"
        if self.exported is not None and self.exported.slo_outcome == self.their_verdict:
            return "corrected"
        if self.theirs.name == "made_sla":
            return "legacy_field"
        reasons = (
            ("unknown", self.their_verdict == "open" and self.theirs.may_have_ended), ("older_export", self.is_of_an_older_export), ("rounding", self.is_rounding),
            ("stop_differs", self.stop_differs), ("start_differs", self.start_differs), ("requested_date", self.is_requested_date),
            ("pause_counted", self.is_pause_counted), ("calendar_differs", self.calendar_differs), ("start_differs", self.starts_before_opening),
            ("duration_in_hours", self.is_duration_in_hours), ("another_target", self.is_another_target),
        )  # fmt: skip
        return next((code for code, holds in reasons if holds), "unknown")

    @property
    def named(self) -> frozenset[date]:
        """The days that have to be named for that reason."""
        theirs, ours, reason = self.theirs, self.ours, self.reason
        start_on, end_on, their_days = local_on(theirs.started_at), local_on(theirs.ended_at), {self.deadline_on, local_on(theirs.ended_at)}
        our_days, our_start_on = {ours.due_on, self.stop_on}, local_on(ours.clock_start_at)
        found = {
            "cancelled": {start_on, end_on},
            **dict.fromkeys(("unknown_verdict", "excluded", "not_measurable"), {start_on}),
            "same_verdict": our_days | their_days,
            "corrected": our_days | ({self.exported.due_on, local_on(self.exported.stop_at)} if self.exported else set()),
            "legacy_field": our_days,
            "older_export": our_days | {local_on(theirs.known_at)},
            "rounding": {ours.due_on, end_on},
            "stop_differs": our_days | {end_on},
            "start_differs": {start_on, ours.due_on} | ({self.deadline_on} if start_on == our_start_on else {our_start_on, self.started_due_on}),
            "requested_date": {ours.due_on, ours.business_days_due_on, self.deadline_on},
            "pause_counted": our_days | (set() if theirs.is_paused else {self.moved_due_on}),
            "calendar_differs": {start_on, self.deadline_on, self.counted_due_on},
            **dict.fromkeys(("duration_in_hours", "another_target"), {start_on, self.deadline_on}),
            "unknown": our_days | their_days | {start_on, our_start_on},
        }[reason]
        return frozenset(found - {None})


def judged(stop_on: date | None, due_on: date, through_on: date) -> str:
    """A verdict by dates: what still runs is late when the due date lies before what is known."""
    if stop_on is None:
        return "missed" if due_on < through_on else "open"
    return "met" if stop_on <= due_on else "missed"


def reconciled(
    theirs: Opinion,
    outcomes: Mapping[str, Outcome],
    loaded: Collection[str],
    through_on: date,
    left_out: Collection[str] = (),
    is_closed: Closed = closures.is_closed,
    own_pause_days: int | None = None,
    exported: Outcome | None = None,
) -> Reconciled:
    """The row of one opinion. `outcomes`: of every counted request, on the policy's clock; `loaded`: all requests, parts of others too.

    `own_pause_days`: what the pauses of the request itself give back; None where none is known. `exported`: the verdict without
    the corrections of the request; None where it has none.
    """
    ours = outcomes.get(theirs.number)
    if ours is None:
        decided = theirs.ended_at is not None or theirs.stage == "completed"
        verdict = "open" if theirs.verdict == "met" and (not decided or theirs.stage == "cancelled") else theirs.verdict
        reason = "part_of_parent" if theirs.number in loaded else "unknown_request"
        outcome, due_on, stop_at, named = None, None, None, frozenset({local_on(theirs.started_at)} - {None})
    else:
        case = Case(theirs, ours, through_on, is_closed, own_pause_days, exported)
        verdict, reason, outcome, due_on, stop_at, named = case.their_verdict, case.reason, ours.slo_outcome, ours.due_on, ours.stop_at, case.named
    if (theirs.sla or "") in left_out:
        reason, named = "left_out", frozenset({local_on(theirs.started_at)} - {None})
    agreement = "agree" if reason == "same_verdict" else "not_comparable" if reason in NOT_COMPARABLE else "disagree"
    return Reconciled(
        theirs.number, theirs.name, theirs.sla, verdict, outcome, agreement, reason, theirs.started_at, theirs.planned_end_at, theirs.ended_at, due_on,
        stop_at, named,
    )  # fmt: skip
