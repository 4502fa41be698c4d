"""The expected renewals of an inventory, one certificate and one generation at a time."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from .forecast_days import DAY, WEEK, Calendar
from .forecast_world import Covered, Open, Option, Plan, World

EARLIEST = 26
"""A renewal is submitted after the 25 days in which its certificate may still be changed: V - 26 days before expiry at most."""
SHORTEST = 2
"""What is issued lasts beyond the day of its issue: with one day a chain of renewals could stay on a day for ever."""
Stock = dict[date, dict[int, float]]
"""{expiry day: {validity in days: expected certificates}}."""


class NoValidity(Exception):
    """No row of the table of validity is in force on a day of issue."""


@dataclass
class Forecast:
    """Expected counts per (day, option), and per week what is published."""

    calendar: Calendar
    options: dict[str, Option]
    submissions: dict[tuple[date, str], float] = field(default_factory=lambda: defaultdict(float))
    """Tickets that will be submitted: what is automated has none."""
    issues: dict[tuple[date, str], float] = field(default_factory=lambda: defaultdict(float))
    """Certificates issued in place of others, tickets or not."""
    lapses: dict[tuple[date, str], float] = field(default_factory=lambda: defaultdict(float))
    """Issued after the expiry, by its day, or on the first day where it lies before."""
    open_requests: dict[tuple[date, str], int] = field(default_factory=lambda: defaultdict(int))
    """By the day on which their work falls."""

    def weekly(self, counts: dict[tuple[date, str], float]) -> dict[tuple[date, str, str], float]:
        """{(Monday, option, kind): sum} inside the horizon."""
        found = defaultdict(float)
        for (day, option), count in counts.items():
            if self.calendar.week(day) is not None:
                found[self.calendar.week(day), option, self.options[option].kind] += count
        return dict(found)

    def hours(self) -> dict[tuple[date, str, str], float]:
        """Work of expected and of open requests."""
        found = defaultdict(float)
        for counts in (self.submissions, self.open_requests):
            for key, count in self.weekly(counts).items():
                found[key] += count * self.options[key[1]].hours
        return dict(found)

    def capacity(self) -> dict[date, float]:
        """Hours that the team has in each week, whole weeks of none included."""
        plan = self.calendar.plan
        found = {self.calendar.monday + WEEK * week: 0.0 for week in range(self.calendar.weeks)}
        for day in self.calendar.days():
            found[self.calendar.week(day)] += plan.staff * plan.hours_per_day * self.calendar.is_open(day)
        return found


class Forecaster:
    """Follows every certificate to the horizon and tallies what it meets."""

    def __init__(self, world: World, plan: Plan, weeks: int):
        self.world, self.plan = world, plan
        self.options = {option.id: option for option in world.options}
        self.calendar = Calendar(world, plan, weeks)
        self.validity = plan.validity
        self.known: dict[date, int] = {}
        self.found = Forecast(self.calendar, self.options)

    def operational(self, issued_on: date) -> int:
        """Days that a certificate issued on the day may last."""
        if issued_on not in self.known:
            in_force = [(begins, days) for begins, days in self.validity if begins <= issued_on]
            if not in_force:
                raise NoValidity(f"{issued_on}")
            self.known[issued_on] = max(in_force)[1]
        return self.known[issued_on]

    def leads(self, group: str, validity: int) -> dict[int, float]:
        """{lead clipped to 0 .. V - 26: share}."""
        observed = {self.plan.lead: 1} if self.plan.lead is not None else self.world.groups[group].leads
        total, found = sum(observed.values()), defaultdict(float)
        for lead, count in observed.items():
            found[min(max(lead, 0), max(validity - EARLIEST, 0))] += count / total
        return found

    def renewal_due_on(self, group: str, submitted_on: date, expires_on: date) -> date:
        due = self.calendar.due_on(submitted_on, self.options[group].target)
        if self.plan.undated_renewal == "process_by" and expires_on - submitted_on >= DAY * self.plan.lead_min:
            return max(due, expires_on - DAY * self.plan.process_by)
        return due

    def handled_on(self, option: str, due_on: date | None) -> date:
        """The day of issue of an open request: when it is due, at once where that is past; still to be approved, as if submitted now."""
        now = self.calendar.roll(self.world.as_of_on)
        if due_on is None:
            return self.calendar.due_on(now, self.options[option].target)
        return now if due_on < self.world.as_of_on else due_on

    def successor(self, stock: Stock, group: str, issued_on: date, validity: int | None, weight: float) -> None:
        """Issue: add the new certificate to the stock."""
        longest = self.operational(issued_on)
        validity = max(longest if validity is None else min(validity, longest), SHORTEST)
        by_validity = stock.setdefault(issued_on + DAY * (validity - 1), {})
        by_validity[validity] = by_validity.get(validity, 0.0) + weight

    def replace(self, group: str, expires_on: date, issued_on: date, weight: float) -> None:
        """Tally an issue, and a lapse where it comes after the expiry."""
        self.found.issues[issued_on, group] += weight
        if issued_on > expires_on:
            self.found.lapses[max(expires_on, self.world.as_of_on), group] += weight

    def generation(self, group: str, stock: Stock) -> Stock:
        """Renew what is in stock; what comes out is what was issued for it, without what would be submitted after the horizon."""
        successors = {}
        for expires_on, by_validity in stock.items():
            for validity, certificates in by_validity.items():
                renewed = certificates * self.world.groups[group].retention ** (validity / 365)
                for lead, share in self.leads(group, validity).items():
                    submitted_on = self.calendar.roll(max(expires_on - DAY * lead, self.world.as_of_on))
                    if renewed == 0 or min(submitted_on, expires_on) > self.calendar.last:
                        continue
                    issued_on = self.renewal_due_on(group, submitted_on, expires_on)
                    if self.plan.issue == "process_by":
                        issued_on = max(expires_on - DAY * self.plan.process_by, submitted_on)
                    self.found.submissions[submitted_on, group] += renewed * share * (1 - self.plan.automated)
                    self.replace(group, expires_on, issued_on, renewed * share)
                    self.successor(successors, group, issued_on, validity, renewed * share)
        return successors

    def follow(self, group: str, stock: Stock) -> None:
        """Generation after generation until none is renewed within the horizon."""
        while stock:
            stock = self.generation(group, stock)

    def cover(self, covered: Covered) -> None:
        """The open request is the renewal, with certainty: nothing is submitted."""
        issued_on = self.handled_on(covered.option, covered.due_on)
        if self.plan.issue == "process_by":
            issued_on = max(covered.expires_on - DAY * self.plan.process_by, self.calendar.roll(self.world.as_of_on))
        self.replace(covered.option, covered.expires_on, issued_on, 1.0)
        stock: Stock = {}
        self.successor(stock, covered.option, issued_on, covered.validity, 1.0)
        self.follow(covered.option, stock)

    def work_off(self, request: Open) -> None:
        """An open request is work on its due day, or the next open day; one for a new certificate issues it on its due day."""
        handled_on = self.handled_on(request.option, request.due_on)
        self.found.open_requests[self.calendar.roll(handled_on), request.option] += 1
        self.join(request.option, {handled_on: 1.0})

    def join(self, option: str, issued: dict[date, float]) -> None:
        """The certificates of new requests, by day of issue; other requests have none."""
        group = self.options[option].renewed_as
        if self.options[option].kind == "new" and group is not None:
            stock: Stock = {}
            for issued_on, count in issued.items():
                self.successor(stock, group, issued_on, None, count)
            self.follow(group, stock)

    def arrive(self, option: str, requests: int, in_days: int) -> None:
        """Requests on every business day after `as_of_on`, more or fewer from day to day by the growth."""
        issued = defaultdict(float)
        for day in self.calendar.days():
            if day > self.world.as_of_on and self.calendar.is_business_day(day):
                count = requests / in_days * (1 + self.plan.growth) ** ((day - self.world.as_of_on).days / 365)
                self.found.submissions[day, option] += count
                issued[self.calendar.due_on(day, self.options[option].target)] += count
        self.join(option, issued)

    def arrive_unlisted(self, option: str, requests: int, in_days: int) -> None:
        """Renewals of certificates that nobody listed: their expiry is unknown, so nothing follows and nothing grows."""
        for day in self.calendar.days():
            if day > self.world.as_of_on and self.calendar.is_business_day(day):
                self.found.submissions[day, option] += requests / in_days * (1 - self.plan.automated)


def forecast(world: World, plan: Plan, weeks: int) -> Forecast:
    """What is expected in the weeks from the Monday on or before `as_of_on`."""
    forecaster = Forecaster(world, plan, weeks)
    for certificate in world.certificates:
        forecaster.follow(certificate.option, {certificate.expires_on: {certificate.validity: 1.0}})
    for covered in world.covered:
        forecaster.cover(covered)
    for request in world.open_requests:
        forecaster.work_off(request)
    for option, (requests, in_days) in world.arrivals.items():
        forecaster.arrive(option, requests, in_days)
    for option, (requests, in_days) in world.unlisted.items():
        forecaster.arrive_unlisted(option, requests, in_days)
    return forecaster.found
