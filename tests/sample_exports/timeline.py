"""A request as the list of things that happened to it, and its row as an export taken at an instant shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from . import days, plan

SHORTEST_GAP = timedelta(minutes=4)  # a CSV saved by Excel drops the seconds; no two events may swap for that


@dataclass
class Request:
    """`events`: (local time, changed cells), oldest first. `intended`: the slo_outcome it was drawn to have."""

    option: str
    intended: str
    events: list[tuple[datetime, dict]] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)
    number: str = ""

    @property
    def submitted_at(self) -> datetime:
        return self.events[0][0]

    @property
    def last_at(self) -> datetime:
        return self.events[-1][0]

    def happens(self, at: datetime, **cells) -> None:
        """Adds an event, in the order of time."""
        self.events.append((at, cells))
        self.events.sort(key=lambda event: event[0])

    def closed_events(self) -> list[tuple[datetime, dict]]:
        return [event for event in self.events if event[1].get("state", "").startswith("Closed")]

    def row(self, at: datetime) -> dict | None:
        """The cells known at an instant, `sys_updated_on` and `sys_mod_count` included; None before the submission."""
        known = [event for event in self.events if event[0] <= at]
        if not known:
            return None
        cells = {"number": self.number, "request": self.number.replace("RITM", "REQ")}
        for _, changes in known:
            cells |= changes
        return cells | {"sys_updated_on": known[-1][0], "sys_mod_count": len(known) - 1}


def moment(random: Random, day: date, after: datetime | None = None) -> datetime:
    """A time on a day: office hours, evenings and weekends too when the day is closed; later than `after`."""
    first, last = (time(7, 30), time(17, 15)) if days.is_business_day(day) else (time(9), time(20))
    if day == plan.AS_OF.date():
        last = time(16, 30)
    earliest, latest = datetime.combine(day, first), datetime.combine(day, last)
    if after is not None and after.date() == day:
        earliest = after + SHORTEST_GAP
        latest = max(latest, earliest + timedelta(minutes=20))
    return earliest + timedelta(seconds=random.randrange(int((latest - earliest).total_seconds())))


def closed_day_before(random: Random, day: date, after: date, share: float) -> date:
    """Now and then a weekend or closure right before the business day `day` and later than `after`, else `day`."""
    earlier = day - days.ONE_DAY
    if random.random() >= share or days.is_business_day(earlier) or earlier <= after:
        return day
    while random.random() < 0.5 and not days.is_business_day(earlier - days.ONE_DAY) and earlier - days.ONE_DAY > after:
        earlier -= days.ONE_DAY
    return earlier


def closed_day_after(random: Random, day: date, share: float) -> date:
    """Now and then the weekend day or closure that follows a business day, else the day itself."""
    following = day + days.ONE_DAY
    if random.random() >= share or days.is_business_day(following):
        return day
    return following


def weighted(random: Random, weights: dict):
    """One key of a mapping of weights."""
    return random.choices(list(weights), list(weights.values()))[0]
