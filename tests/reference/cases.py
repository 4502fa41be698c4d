"""A request as its phases, pauses and days are counted: its verdict on the policy's clock, and how to judge it again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from . import clock, outcomes, stops
from .business_days import Closed
from .outcomes import Outcome
from .policy import Rules
from .stops import Ending
from .versions import Request


@dataclass(frozen=True)
class Phase:
    """A phase of an option's process; `budget` in business days, None where none is published."""

    phase: str
    budget: int | None
    party: str


CUSTOMER, REVIEW, ISSUE, INSTALL = (
    Phase("customer", 1, "customer"), Phase("review", 2, "certificate team"), Phase("issue", 2, "certificate team"), Phase("install", 3, "platform team"),
)  # fmt: skip
PROCESSES: Mapping[str, Sequence[Phase]] = {
    "new_customer_install": (CUSTOMER, REVIEW, ISSUE),
    "new_cdt_install": (Phase("customer", 3, "customer"), REVIEW, ISSUE, INSTALL),
    "renewal_customer_install": (CUSTOMER, REVIEW, ISSUE),
    "renewal_cdt_install": (Phase("customer", 3, "customer"), REVIEW, ISSUE, INSTALL),
    "inquiry": (CUSTOMER, Phase("review and completion", 10, "certificate team")),
}
"""The published phases of each option, in their order."""


@dataclass(frozen=True)
class Case:
    """One request at `as_of`."""

    outcome: Outcome
    as_of: datetime
    known_through_on: date
    rules: Rules
    request: Request = field(repr=False)
    stopped: Ending = field(repr=False)

    @property
    def number(self) -> str:
        """The request's number."""
        return self.outcome.number

    @property
    def submitted_at(self) -> datetime:
        """When it was submitted."""
        return self.outcome.submitted_at

    @property
    def submitted_on(self) -> date:
        """The local date of that."""
        return clock.local_on(self.submitted_at)

    @property
    def start_on(self) -> date | None:
        """The date of the clock's start, on the policy's clock."""
        started_at = self.outcome.clock_start_at
        return clock.local_on(started_at) if started_at else None

    @property
    def until(self) -> datetime:
        """To where its time is counted: its stop, else `as_of`."""
        return self.outcome.stop_at or self.as_of

    @property
    def until_on(self) -> date:
        """The local date of that."""
        return clock.local_on(self.until)

    @property
    def is_running(self) -> bool:
        """Neither completed nor ended."""
        return self.stopped.phase not in ("completed", "ended")

    @property
    def is_closed(self) -> Closed:
        """Which weekdays are closures."""
        return self.rules.is_closed

    def verdict(self, due_on: date) -> tuple[str, str]:
        """(slo_outcome, outcome_reason), were this the due date."""
        return outcomes.verdict(
            self.request.version, outcomes.approval(self.request.version, self.as_of), self.stopped, due_on, True,
            clock.local_on(self.as_of), self.known_through_on, self.rules,
        )  # fmt: skip


def cases(
    exports: Sequence[Sequence[Mapping[str, str]]], as_of: datetime, known_through_on: date, rules: Rules, installations: Mapping[str, datetime]
) -> list[Case]:
    """Every counted request of the exports, on the policy's clock. `installations`: the end of the tasks of each request that has them."""
    found = []
    for request in outcomes.counted(exports, as_of):
        tasks_ended_at = installations.get(request.number)
        outcome = outcomes.decide(request, as_of, known_through_on, rules, rules.clock_start, tasks_ended_at=tasks_ended_at)
        option = rules.options.get(outcome.service_option)
        stopped = stops.ending(request, as_of, rules, option is not None and option.includes_installation, tasks_ended_at)
        found.append(Case(outcome, as_of, known_through_on, rules, request, stopped))
    return found
