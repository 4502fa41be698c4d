"""The days of a forecast: when work is done on a request, when it is due, and which week that is."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from . import business_days
from .forecast_world import Plan, World

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass
class Calendar:
    """Which days work is done on, and where the horizon ends."""

    world: World
    plan: Plan
    weeks: int
    _due: dict[tuple[date, int], date] = field(default_factory=dict)
    _open: dict[date, date] = field(default_factory=dict)

    @cached_property
    def monday(self) -> date:
        """The Monday on or before `as_of_on`."""
        return self.world.as_of_on - DAY * self.world.as_of_on.weekday()

    @cached_property
    def last(self) -> date:
        """The last day of the horizon, a Sunday."""
        return self.monday + WEEK * self.weeks - DAY

    def days(self) -> Iterator[date]:
        """From `as_of_on` through the end."""
        day = self.world.as_of_on
        while day <= self.last:
            yield day
            day += DAY

    def is_business_day(self, day: date) -> bool:
        return business_days.is_business_day(day, self.world.is_closed)

    def is_open(self, day: date) -> bool:
        """A business day in no freeze; both ends of a freeze are frozen."""
        return self.is_business_day(day) and not any(begins <= day <= ends for begins, ends in self.plan.freezes)

    def roll(self, day: date) -> date:
        """The first open day on or after the day."""
        if day not in self._open:
            opens_on = day
            while not self.is_open(opens_on):
                opens_on += DAY
            self._open[day] = opens_on
        return self._open[day]

    def due_on(self, start: date, target: int) -> date:
        """The `target`th business day after the start; a freeze does not stop the clock."""
        if (start, target) not in self._due:
            self._due[start, target] = business_days.due_on(start, target, self.world.is_closed)
        return self._due[start, target]

    def week(self, day: date) -> date | None:
        """The Monday of the week, None outside the horizon."""
        if not self.world.as_of_on <= day <= self.last:
            return None
        return day - DAY * day.weekday()
