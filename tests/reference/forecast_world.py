"""What a forecast is made from: single certificates, single requests, and what a scenario changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from . import closures


@dataclass(frozen=True)
class Option:
    """A service option, or `unclassified` for certificates without a linked request."""

    id: str
    kind: str
    target: int
    hours: float = 1.0
    renewed_as: str | None = None
    """For a new request: the option under which its certificate is renewed, None where it is not."""


@dataclass(frozen=True)
class Certificate:
    """One certificate that no open request names."""

    option: str
    expires_on: date
    validity: int


@dataclass(frozen=True)
class Covered:
    """One certificate whose renewal is already requested; `due_on` is None while approval is awaited."""

    option: str
    expires_on: date
    validity: int
    due_on: date | None


@dataclass(frozen=True)
class Open:
    """One open request."""

    option: str
    due_on: date | None


@dataclass(frozen=True)
class Group:
    """How the certificates of an option were renewed so far: yearly retention, and {lead in days: how often}."""

    retention: float
    leads: dict[int, int]


@dataclass(frozen=True)
class Plan:
    """The law on validity, [(issued from, days)], what a scenario changes, and how the policy reads a missing requested date."""

    law: Sequence[tuple[date, int]]
    override: Sequence[tuple[date, int]] = ()
    issue: str = "due"
    lead: int | None = None
    automated: float = 0.0
    growth: float = 0.0
    freezes: Sequence[tuple[date, date]] = ()
    staff: float = 1.0
    hours_per_day: float = 6.0
    undated_renewal: str = "business_days"
    lead_min: int = 20
    process_by: int = 7

    @property
    def validity(self) -> list[tuple[date, int]]:
        """A scenario's table "replaces the law from its first issued_from on"."""
        if not self.override:
            return sorted(self.law)
        begins = min(day for day, _ in self.override)
        return sorted([*[step for step in self.law if step[0] < begins], *self.override])


@dataclass(frozen=True)
class World:
    """All that the forecast is made from."""

    as_of_on: date
    options: Sequence[Option]
    groups: dict[str, Group]
    certificates: Sequence[Certificate] = ()
    covered: Sequence[Covered] = ()
    open_requests: Sequence[Open] = ()
    arrivals: dict[str, tuple[int, int]] = field(default_factory=dict)
    """(requests, business days in which they came), of new options and inquiries."""
    unlisted: dict[str, tuple[int, int]] = field(default_factory=dict)
    """The same of renewals whose certificate no export lists."""
    appointed: frozenset[date] = frozenset()
    """Days that the Governor appoints, beside the closures of every year."""

    def is_closed(self, day: date) -> bool:
        return closures.is_closed(day) or day in self.appointed
