"""The course of a request: which stage, state and group it had when. It fits the events that the exports of requests show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from random import Random
from typing import TypeVar

from . import days, pauses, plan, texts, transition_plan
from .timeline import SHORTEST_GAP, Request
from .transition_plan import AUTHORITY, INSTALLATION, INSTALLERS, ISSUE, PHASES, REVIEW, WAITING

OFFICE_OPENS, OFFICE_CLOSES = time(7, 30), time(17, 15)
Span = tuple[datetime, datetime | None]


@dataclass
class Stay:
    """A value that a field had for a time; `ended_at` None: still."""

    field: str
    value: str
    started_at: datetime
    ended_at: datetime | None

    def covers(self, at: datetime) -> bool:
        """Whether the field had this value at an instant."""
        return self.started_at <= at and (self.ended_at is None or at < self.ended_at)


@dataclass
class Task:
    """A catalog task; `ended_at` None: still open."""

    subject: str
    started_at: datetime
    ended_at: datetime | None


S = TypeVar("S", Stay, Task)


@dataclass
class Course:
    """`stays`: what the exports show. The rest is what is meant by it.

    `stages`: as they were, before anything went wrong in the records. `pauses`: waiting for the customer, in states or tasks. `told`: spans in which
    the records tell another phase than the stage, with that phase.
    """

    request: Request
    stays: list[Stay]
    stages: list[Stay]
    pauses: list[Span]
    tasks: list[Task] = field(default_factory=list)
    told: list[tuple[datetime, datetime | None, str]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)

    def phase_at(self, at: datetime) -> str:
        """The phase just before an instant after the submission: that of the last moment that ended then."""
        at -= timedelta(seconds=1)
        for started_at, ended_at, phase in self.told:
            if started_at <= at and (ended_at is None or at < ended_at):
                return phase
        if any(started_at <= at and (ended_at is None or at < ended_at) for started_at, ended_at in self.pauses):
            return "customer"
        stage = next((stay.value for stay in self.stages if stay.covers(at)), "")
        return phase_of(self.request.option, stage)


def phase_of(option: str, stage: str) -> str:
    """The phase that a stage means for an option; `not recorded` for what is over."""
    phase = PHASES.get(stage, "not recorded")
    return "review and completion" if option == "inquiry" and phase in ("review", "issue") else phase


def course(request: Request) -> Course:
    """The course that a request took, without anything wrong in its records."""
    random = Random(f"{plan.SEED} {request.number} course")
    stages = list(_stages(random, request))
    states = known(_stays("state", pauses.states(random, request)), plan.AS_OF)
    spans = [(stay.started_at, stay.ended_at) for stay in states if stay.value == transition_plan.PENDING]
    stays = [*states, *known(_stays("stage", stages), plan.AS_OF), *known(_groups(request, stages), plan.AS_OF)]
    odd = [(stay.started_at, stay.ended_at, "not mapped") for stay in states if stay.value == plan.CUSTOM_STATE]
    tasks = known(_tasks(random, request, stages), plan.AS_OF)
    return Course(request, stays, known(_stays("stage", stages), plan.AS_OF), spans, tasks, odd)


def known(spans: Iterable[S], at: datetime) -> list[S]:
    """Copies of what had begun by an instant; what ended later had not yet."""
    return [replace(one, ended_at=one.ended_at if one.ended_at and one.ended_at <= at else None) for one in spans if one.started_at <= at]


def ends(request: Request) -> list[tuple[datetime, str]]:
    """When the request was over, and its stage from then on; more than one if it was opened again."""
    over = (*("Closed " + word for word in ("Complete", "Incomplete", "Skipped", "Cancelled")), plan.CUSTOM_STATE)
    return [(at, cells["stage"]) for at, cells in request.events if cells.get("state") in over]


def between(random: Random, after: datetime, before: datetime, share: float) -> datetime:
    """A time in office hours, some share of the business days between two instants later; any time where they are too near."""
    choice = days.business_days_of(after.date(), before.date())
    wanted = int(share * len(choice))
    for day in sorted(choice, key=lambda day: abs(choice.index(day) - wanted)):
        first = max(after + SHORTEST_GAP, datetime.combine(day, OFFICE_OPENS))
        last = min(before - SHORTEST_GAP, datetime.combine(day, OFFICE_CLOSES))
        if first < last:
            return first + timedelta(seconds=random.randrange(int((last - first).total_seconds()) + 1))
    return (after + (before - after) * share).replace(microsecond=0)


def _stays(name: str, changes: list[tuple[datetime, str]]) -> list[Stay]:
    """Each value until the next one."""
    edges = [at for at, _ in changes[1:]]
    return [Stay(name, value, at, ended_at) for (at, value), ended_at in zip(changes, [*edges, None])]


def _stages(random: Random, request: Request) -> Iterator[tuple[datetime, str]]:
    """(from when, stage): waiting, then the work in its order, then over; work again where the request was opened again."""
    over = ends(request)
    works_from = _works_from(request, over)
    if works_from is None or works_from > request.submitted_at:
        yield request.submitted_at, WAITING
    if works_from is not None:
        yield from _work(random, request, works_from, over[0][0] if over else None)
    for (at, stage), following in zip(over, [*over[1:], None]):
        yield at, stage
        again = [when for when, cells in request.events if when > at and cells.get("state") == transition_plan.WORKING]
        if again and (following is None or again[0] < following[0]):
            yield again[0], ISSUE


def _works_from(request: Request, over: list[tuple[datetime, str]]) -> datetime | None:
    """When the team could begin: approved, or at once. Where nobody recorded the approval, when somebody began; None: never."""
    end = over[0][0] if over else plan.AS_OF
    if request.events[0][1]["stage"] != "waiting_for_approval":
        return request.submitted_at
    approved = [at for at, cells in request.events if cells.get("approval") == "Approved" and at < end]
    if approved:
        return approved[0]
    if not any(cells.get("state") == "Closed Complete" for _, cells in request.events):
        return None
    begun = [at for at, cells in request.events if cells.get("state") == transition_plan.WORKING and at < end]
    return begun[0] if begun else (request.submitted_at + (end - request.submitted_at) / 3).replace(microsecond=0)


def _work(random: Random, request: Request, begin: datetime, end: datetime | None) -> Iterator[tuple[datetime, str]]:
    """Review, issue and, where we install, installation; some wait for the authority in between. An open request has not come to the end."""
    names, shares = [REVIEW, ISSUE], [random.uniform(0.4, 0.7)]
    if request.option.startswith("new") and random.random() < transition_plan.AUTHORITY_SHARE:
        names, shares = [REVIEW, AUTHORITY, ISSUE], [random.uniform(0.2, 0.4), random.uniform(0.5, 0.6)]
    if request.option.endswith("cdt_install"):
        names, shares = [*names, INSTALLATION], [*(share * 0.7 for share in shares), random.uniform(0.55, 0.75)]
    if end is None:
        kept = random.randint(1, len(names))
        names, shares = names[:kept], shares[: kept - 1]
    yield begin, names[0]
    for name, share in zip(names[1:], shares):
        begin = between(random, begin, end or plan.AS_OF, share / 2 if begin.date() == (end or plan.AS_OF).date() else share)
        yield begin, name


def _groups(request: Request, stages: list[tuple[datetime, str]]) -> Iterator[Stay]:
    """The team until the request is over, the installers from the installation on."""
    at, group, over = request.submitted_at, texts.GROUP, {when for when, _ in ends(request)}
    for when, stage in [*stages[1:], (None, "")]:
        if when in over or when is None:
            if at is not None:
                yield Stay("assignment_group", group, at, when)
            at, group = None, texts.GROUP
        elif stage == INSTALLATION:
            yield Stay("assignment_group", group, at, when)
            at, group = when, INSTALLERS
        elif at is None:
            at = when


def _tasks(random: Random, request: Request, stages: list[tuple[datetime, str]]) -> Iterator[Task]:
    """The tasks of an installation: one, or two side by side, and now and then a look at the result. None where the request cannot be measured."""
    begin = next((at for at, stage in stages if stage == INSTALLATION), None)
    if begin is None or request.intended == "not_measurable":
        return
    later = [at for at, _ in stages if at > begin]
    end = later[0] if later else None
    subjects = ["Install on the web servers", "Install on the load balancer"] if random.random() < 0.25 else ["Install the certificate"]
    for subject in subjects:
        opened_at = begin + timedelta(seconds=random.randint(2, 40))
        closed_at = end and between(random, opened_at, end, random.uniform(0.5, 0.99))
        yield Task(subject, opened_at, closed_at)
    if end and random.random() < 0.15:
        opened_at = (begin + (end - begin) * 0.9).replace(microsecond=0)
        yield Task(random.choice(("Verify the installation", "Update the inventory")), opened_at, end)
