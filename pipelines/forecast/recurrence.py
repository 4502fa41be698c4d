"""Expected submissions, generation by generation: cohorts by day of expiry and class, so the cost does not depend on the number of certificates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from pipelines.forecast import chains
from pipelines.forecast.days import Days, days, latest_lead
from pipelines.forecast.inputs import CHAIN_GAP_DAYS, YEAR_DAYS, Inputs, Option
from pipelines.policy_schema import Scenario

SHORTEST_DAYS = 2
"""A successor outlives the day of its issue, or a chain of one-day certificates would never get past one."""

Class = tuple[str, int]
"""A group (the id of a renewal option) and a validity in days."""


@dataclass(frozen=True)
class Expected:
    """Expected counts per day from as_of_on, by option: `submissions`, `issues`, `lapses` (by day of expiry) and `open_work`.

    `flows`: per class what was submitted (`submitted`) and when it was issued (`issued`), all generations, before automation.
    """

    days: Days
    submissions: dict[str, np.ndarray]
    issues: dict[str, np.ndarray]
    lapses: dict[str, np.ndarray]
    open_work: dict[str, np.ndarray]
    hours: np.ndarray
    capacity_hours: np.ndarray
    flows: dict[Class, chains.Movement] = field(repr=False, default_factory=dict)
    known: dict[Class, np.ndarray] = field(repr=False, default_factory=dict)
    """Certificates whose issue is known already (open requests, planned renewals), by class and day of expiry."""
    longest_class: int = 0
    """Longer validities count as this one: they lead to the same days."""


@dataclass(frozen=True)
class Fixed:
    """Renewals whose day of submission is planned."""

    service_option: str
    expires_on: date
    validity_days: int
    submit_on: date
    count: int


def expected(inputs: Inputs, scenario: Scenario, weeks: int, fixed: Iterable[Fixed] = ()) -> Expected:
    """The expectation over all that chance decides. `fixed`: renewals with a planned day, which the cohorts hold no more.

    Raises UserError where the validity table is empty.
    """
    span = days(inputs, scenario, weeks)
    groups = {each.id: each for each in inputs.groups}
    flow = _Flow(inputs, scenario, span, groups)
    flow.take(inputs.cohorts)
    for each in inputs.covered:
        flow.issue_covered(each)
    for planned in fixed:
        flow.issue_planned(planned)
    open_work = {option.id: open_days(inputs, span, option) for option in inputs.options}
    submissions = {option.id: arrivals(inputs, scenario, span, option) for option in inputs.options}
    for option in inputs.options:
        if option.renewed_as in groups:
            flow.renew_issued(option.renewed_as, span.longest.max(), open_issues(inputs, span, option), is_known=True)
            listed = submissions[option.id] * inputs.listed_shares.get(option.id, 1.0)
            flow.renew_issued(option.renewed_as, span.longest.max(), chains.onto(listed, span.due(option.target_business_days)))
    flow.run()
    for group in groups:
        submissions[group] = (submissions[group] + flow.submitted[group]) * (1 - scenario.automated_ratio)
    work = (inputs.effort[option.id].hours * (submissions[option.id] + open_work[option.id]) for option in inputs.options)
    hours = sum(work, np.zeros(span.length))
    capacity = span.is_open * scenario.staff * scenario.hours_per_business_day
    cut = slice(0, span.horizon)
    return Expected(
        span,
        {key: each[cut] for key, each in submissions.items()},
        {key: each[cut] for key, each in flow.issued.items()},
        {key: each[cut] for key, each in flow.lapsed.items()},
        {key: each[cut] for key, each in open_work.items()},
        hours[cut],
        capacity[cut],
        flow.flows,
        flow.known,
        flow.cap,
    )


class _Flow:
    """The certificates that wait for their renewal, by class and day of expiry, and what became of those that waited before."""

    def __init__(self, inputs: Inputs, scenario: Scenario, span: Days, groups: dict[str, Option]) -> None:
        self.inputs, self.scenario, self.span, self.groups = inputs, scenario, span, groups
        self.waiting: dict[Class, np.ndarray] = {}
        self.flows: dict[Class, chains.Movement] = {}
        self.known: dict[Class, np.ndarray] = {}
        self.submitted = {group: np.zeros(span.length) for group in groups}
        self.issued = {group: np.zeros(span.length) for group in groups}
        self.lapsed = {group: np.zeros(span.length) for group in groups}

    @property
    def cap(self) -> int:
        """A longer validity changes nothing but the chance of renewal, which is in the mass already."""
        return max(int(self.span.longest.max()), latest_lead(self.inputs, self.scenario) + CHAIN_GAP_DAYS, SHORTEST_DAYS)

    def take(self, cohorts) -> None:
        """The first generation that no request covers."""
        for position, group in enumerate(cohorts.options):
            mine = (cohorts.option == position) & (cohorts.day >= 0) & (cohorts.day < self.span.length)
            if not mine.any():
                continue
            day, validity = cohorts.day[mine], cohorts.validity_days[mine]
            mass = cohorts.count[mine] * np.power(self.inputs.retention[group].ratio, validity / YEAR_DAYS)
            classes, place = np.unique(np.minimum(validity, self.cap), return_inverse=True)
            table = np.bincount(place * self.span.length + day, weights=mass, minlength=len(classes) * self.span.length)
            for number, row in zip(classes, table.reshape(len(classes), -1), strict=True):
                self.wait((group, int(number)), row)

    def wait(self, into: Class, mass: np.ndarray) -> None:
        self.waiting[into] = self.waiting[into] + mass if into in self.waiting else mass

    def issue_covered(self, covered) -> None:
        """What an open request renews: issued when that is due."""
        inputs, span = self.inputs, self.span
        target = self.groups[covered.service_option].target_business_days
        today = int(span.roll[0])
        if self.scenario.issue == "process_by":
            issued = max(inputs.day(covered.expires_on) - inputs.process_by_days, today)
        elif covered.due_on is None:
            issued = int(span.due(target)[today])
        else:
            issued = inputs.day(covered.due_on) if covered.due_on >= inputs.as_of_on else today
        self.issue_one(covered.service_option, covered.validity_days, issued, inputs.day(covered.expires_on), covered.count)

    def issue_planned(self, planned: Fixed) -> None:
        """What is submitted on a planned day, with the chance that it is renewed at all."""
        inputs, span = self.inputs, self.span
        group, submitted = self.groups[planned.service_option], inputs.day(planned.submit_on)
        expires = inputs.day(planned.expires_on)
        count = planned.count * inputs.retention[group.id].ratio ** (planned.validity_days / YEAR_DAYS)
        self.submitted[group.id][submitted] += count
        self.issue_one(group.id, planned.validity_days, issue_day(inputs, self.scenario, span, group, expires, submitted), expires, count)

    def issue_one(self, group: str, validity_days: int, issued: int, expires: int, count: float) -> None:
        if issued >= self.span.length:
            return
        mass = np.zeros(self.span.length)
        mass[issued] = count
        self.issued[group] += mass
        if issued > expires:
            self.lapsed[group][max(expires, 0)] += count
        self.renew_issued(group, validity_days, mass, is_known=True)

    def renew_issued(self, group: str, validity_days: int, issued: np.ndarray, is_known: bool = False) -> None:
        """Certificates issued on each day in place of ones of a validity: they wait for their own renewal."""
        span, ratio = self.span, self.inputs.retention[group].ratio
        held = np.flatnonzero(issued)
        if not len(held):
            return
        lived = lives(span, validity_days, held)
        for days_valid in np.unique(lived):
            mine = held[lived == days_valid]
            ends = mine + days_valid - 1
            kept = ends < span.length
            into, mass = (group, int(days_valid)), np.bincount(ends[kept], weights=issued[mine[kept]], minlength=span.length)
            self.wait(into, mass * ratio ** (days_valid / YEAR_DAYS))
            if is_known:
                self.known[into] = self.known.get(into, 0) + mass

    def run(self) -> None:
        """Generation after generation, until nothing expires within the days looked at."""
        shares: dict[Class, np.ndarray] = {}
        while self.waiting:
            generation, self.waiting = self.waiting, {}
            for each, mass in generation.items():
                group, validity_days = each
                if each not in shares:
                    shares[each] = chains.lead_shares(self.inputs.leads[group], validity_days, self.scenario)
                target = self.groups[group].target_business_days
                moved = chains.move(mass, shares[each], target, self.inputs, self.scenario, self.span)
                if not (moved.submitted[: self.span.horizon].any() or moved.lapsed[: self.span.horizon].any()):
                    continue
                before = self.flows.get(each)
                self.flows[each] = moved if before is None else chains.Movement(
                    before.submitted + moved.submitted, before.issued + moved.issued, before.lapsed + moved.lapsed
                )  # fmt: skip
                self.submitted[group] += moved.submitted
                self.issued[group] += moved.issued
                self.lapsed[group] += moved.lapsed
                self.renew_issued(group, validity_days, moved.issued)


def lives(span: Days, validity_days: int, issued: np.ndarray) -> np.ndarray:
    """Days of validity of what is issued on some days in place of certificates of a validity."""
    return np.maximum(np.minimum(validity_days, span.longest[issued]), SHORTEST_DAYS)


def issue_day(inputs: Inputs, scenario: Scenario, span: Days, group: Option, expires: int, submitted: int) -> int:
    """The day on which a renewal submitted on an open day is issued."""
    due = int(span.due(group.target_business_days)[submitted])
    if scenario.issue == "process_by":
        return max(expires - inputs.process_by_days, submitted)
    if inputs.undated_renewal == "process_by" and expires - submitted >= inputs.lead_min_days:
        return max(due, expires - inputs.process_by_days)
    return due


def open_days(inputs: Inputs, span: Days, option: Option) -> np.ndarray:
    """The open requests of an option by the day their work falls on: when they are due, or the first open day after that."""
    return sum((_one(span, int(span.roll[day]), count) for day, count in _open(inputs, span, option)), np.zeros(span.length))


def open_issues(inputs: Inputs, span: Days, option: Option) -> np.ndarray:
    """Certificates that the open requests of an option for new ones lead to, by day of issue."""
    return sum((_one(span, day, count) for day, count in _open(inputs, span, option)), np.zeros(span.length))


def _open(inputs: Inputs, span: Days, option: Option) -> list[tuple[int, int]]:
    today = int(span.roll[0])
    found = []
    for each in inputs.open_work:
        if each.service_option == option.id:
            day = int(span.due(option.target_business_days)[today]) if each.due_on is None else inputs.day(each.due_on)
            found.append((day if day >= 0 else today, each.count))
    return [(day, count) for day, count in found if day < span.length]


def _one(span: Days, day: int, count: int) -> np.ndarray:
    mass = np.zeros(span.length)
    mass[day] = count
    return mass


def arrivals(inputs: Inputs, scenario: Scenario, span: Days, option: Option) -> np.ndarray:
    """Expected submissions that no certificate tells of: new requests and inquiries, which grow, and renewals of unlisted certificates."""
    day = np.arange(span.length)
    working = span.is_business & (day >= inputs.first_arrival_day)
    result = np.zeros(span.length)
    if option.id in inputs.arrivals:
        result += inputs.arrivals[option.id].rate * working * np.power(1 + scenario.growth_ratio, day / YEAR_DAYS)
    if option.id in inputs.unlisted:
        result += inputs.unlisted[option.id].rate * working
    return result
