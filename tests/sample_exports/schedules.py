"""The working hours of a ServiceNow schedule: 08:00 to 17:00, Monday to Friday, mostly without the holidays of the United States.

Source of the holidays: 5 U.S.C. 6103, read as a rule about a single day; one on a Saturday is kept on the Friday, one on a Sunday on the Monday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from .days import FRIDAY, MONDAY, ONE_DAY, SATURDAY, THURSDAY

OPENS, CLOSES = time(8), time(17)
HOURS_PER_DAY = 9
FIXED = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}
MONDAYS = {1: (15, 21), 2: (15, 21), 5: (25, 31), 9: (1, 7), 10: (8, 14)}  # month: first and last day of the month it may be


def is_federal_holiday(day: date) -> bool:
    """Whether federal offices rest on a weekday."""
    weekday, of_month = day.weekday(), day.day
    if (day.month, of_month) in FIXED:
        return True
    if weekday == MONDAY:
        yesterday = day - ONE_DAY
        first, last = MONDAYS.get(day.month, (0, 0))
        return (yesterday.month, yesterday.day) in FIXED or first <= of_month <= last
    if weekday == FRIDAY:
        tomorrow = day + ONE_DAY
        return (tomorrow.month, tomorrow.day) in FIXED
    return weekday == THURSDAY and day.month == 11 and 22 <= of_month <= 28


@dataclass(frozen=True)
class Schedule:
    """Working hours by name; `keeps_holidays`: those of the United States are free."""

    name: str
    keeps_holidays: bool

    def works(self, day: date) -> bool:
        """Whether a day has working hours."""
        return day.weekday() < SATURDAY and not (self.keeps_holidays and is_federal_holiday(day))

    def after(self, start: datetime, span: timedelta) -> datetime:
        """When a span of working time that begins at `start` is over."""
        day, left = start.date(), span
        begin = start
        while True:
            if self.works(day):
                begin = max(begin, datetime.combine(day, OPENS))
                room = datetime.combine(day, CLOSES) - begin
                if timedelta() < left <= room:
                    return begin + left
                left -= max(room, timedelta())
            day += ONE_DAY
            begin = datetime.combine(day, OPENS)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from one instant to a later one."""
        found, day = timedelta(), start.date()
        while day <= end.date():
            if self.works(day):
                begin, close = max(start, datetime.combine(day, OPENS)), min(end, datetime.combine(day, CLOSES))
                found += max(close - begin, timedelta())
            day += ONE_DAY
        return found


FEDERAL = Schedule("8-17 weekdays excluding US holidays", True)
WEEKDAYS = Schedule("8-17 weekdays", False)
