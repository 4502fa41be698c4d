"""What a forecast is made from: the certificates in cohorts, the open work, and what was observed of how people submit.

Dates are local. `unclassified` is the option of certificates whose last request is not known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, NamedTuple

import numpy as np

from pipelines.policy_schema import ValidityStep

UNCLASSIFIED = "unclassified"
YEAR_DAYS = 365
CHAIN_GAP_DAYS = 26
"""A renewal is submitted no earlier than the day after the 25 days in which the certificate it renews may still be changed."""

Kind = Literal["renewal", "new", "inquiry"]


@dataclass(frozen=True)
class Option:
    """A service option. `renewed_as`: of a new one, the option its certificates are renewed under; None where they are not."""

    id: str
    name: str
    kind: Kind
    target_business_days: int
    renewed_as: str | None = None


class Cohort(NamedTuple):
    """Certificates without an open request that agree in option, expiry and validity (days)."""

    service_option: str
    expires_on: date
    validity_days: int
    count: int


@dataclass(frozen=True)
class Cohorts:
    """Cohorts as columns: `option` (positions in `options`), `day` of expiry from as_of_on, `validity_days` and `count`, all whole numbers."""

    options: tuple[str, ...]
    as_of_on: date
    option: np.ndarray
    day: np.ndarray
    validity_days: np.ndarray
    count: np.ndarray

    @classmethod
    def of(cls, rows: Iterable[Cohort], as_of_on: date) -> Cohorts:
        """From rows."""
        rows = list(rows)
        options = tuple(sorted({row.service_option for row in rows}))
        columns = (
            [options.index(row.service_option) for row in rows],
            [(row.expires_on - as_of_on).days for row in rows],
            [row.validity_days for row in rows],
            [row.count for row in rows],
        )
        return cls(options, as_of_on, *(np.array(column, dtype=np.int64) for column in columns))

    def __iter__(self) -> Iterator[Cohort]:
        for option, day, validity_days, count in zip(self.option, self.day, self.validity_days, self.count, strict=True):
            expires_on = date.fromordinal(self.as_of_on.toordinal() + int(day))
            yield Cohort(self.options[option], expires_on, int(validity_days), int(count))

    def __len__(self) -> int:
        return len(self.day)


class Covered(NamedTuple):
    """Certificates that an open request renews. `due_on` None: its clock has not started."""

    service_option: str
    expires_on: date
    validity_days: int
    due_on: date | None
    count: int


class OpenWork(NamedTuple):
    """Open requests of an option that fall due on a day. `due_on` None: the clock has not started."""

    service_option: str
    due_on: date | None
    count: int


class Retention(NamedTuple):
    """The share of certificates that are renewed in a year, learned from those that ended."""

    ratio: float
    observed_count: int
    renewed_count: int
    is_assumed: bool


class Leads(NamedTuple):
    """Calendar days before expiry at which renewals were submitted, and how many each time."""

    days: tuple[int, ...]
    counts: tuple[int, ...]
    is_assumed: bool


class Arrivals(NamedTuple):
    """Submissions of the complete months that were observed. `weeks`: (business days, submissions) of each whole week in them."""

    request_count: int
    business_days: int
    weeks: tuple[tuple[int, int], ...] = ()

    @property
    def rate(self) -> float:
        """Requests per business day."""
        return self.request_count / self.business_days if self.business_days else 0.0


class Effort(NamedTuple):
    """Hours of work that one request takes."""

    hours: float
    observed_count: int
    is_assumed: bool
    source: str


@dataclass(frozen=True)
class Inputs:
    """Everything that a scenario does not choose. `business_days[d]`: whether day d from as_of_on on is one."""

    as_of_on: date
    options: tuple[Option, ...]
    business_days: np.ndarray
    validity: tuple[ValidityStep, ...]
    cohorts: Cohorts
    covered: tuple[Covered, ...]
    open_work: tuple[OpenWork, ...]
    retention: dict[str, Retention]
    leads: dict[str, Leads]
    arrivals: dict[str, Arrivals]
    unlisted: dict[str, Arrivals]
    effort: dict[str, Effort]
    complete_month_count: int
    listed_shares: dict[str, float] = field(default_factory=dict)
    """Of the new requests of an option the share whose certificate the exports show, so that it is renewed here; 1 where nothing is said."""
    first_arrival_day: int = 1
    """The first day on which requests still come: 0 where as_of is midnight, otherwise today has been."""
    lead_min_days: int = 20
    lead_max_days: int = 30
    process_by_days: int = 7
    change_window_days: int = 25
    undated_renewal: Literal["business_days", "process_by"] = "business_days"

    @property
    def groups(self) -> tuple[Option, ...]:
        """The options under which certificates are renewed."""
        return tuple(each for each in self.options if each.kind == "renewal")

    def day(self, on: date) -> int:
        """Days from as_of_on."""
        return (on - self.as_of_on).days

    def on(self, day: int) -> date:
        """The date of a day."""
        return date.fromordinal(self.as_of_on.toordinal() + int(day))
