"""The days on which California state offices are closed, derived from Government Code 19853."""

from datetime import date, timedelta
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
ONE_DAY = timedelta(days=1)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth such weekday of the month, found by walking from the first."""
    day, seen = date(year, month, 1), 0
    while True:
        seen += day.weekday() == weekday
        if seen == nth:
            return day
        day += ONE_DAY


def last_weekday(year: int, month: int, weekday: int) -> date:
    """The last such weekday of the month, found by walking back from the next month."""
    day = date(year + month // 12, month % 12 + 1, 1) - ONE_DAY
    while day.weekday() != weekday:
        day -= ONE_DAY
    return day


def holidays(year: int) -> dict[date, str]:
    """The holidays of 19853(a) on the days that the Code names, before any move."""
    thanksgiving = nth_weekday(year, 11, THURSDAY, 4)
    return {
        date(year, 1, 1): "New Year's Day",
        nth_weekday(year, 1, MONDAY, 3): "Martin Luther King Jr. Day",
        nth_weekday(year, 2, MONDAY, 3): "Presidents' Day",
        date(year, 3, 31): "Cesar Chavez Day" if year < 2026 else "Farmworkers Day",
        last_weekday(year, 5, MONDAY): "Memorial Day",
        date(year, 7, 4): "Independence Day",
        nth_weekday(year, 9, MONDAY, 1): "Labor Day",
        date(year, 11, 11): "Veterans Day",
        thanksgiving: "Thanksgiving Day",
        thanksgiving + ONE_DAY: "Day after Thanksgiving",
        date(year, 12, 25): "Christmas Day",
    }


@cache
def closures(year: int) -> dict[date, str]:
    """Weekdays of the year on which state offices are closed.

    19853(b): a Sunday holiday closes the Monday. A Saturday holiday closes nothing, except November 11, which closes
    the Friday. A Sunday holiday never moves into the next year, since none is on December 31.
    """
    closed = {}
    for day, name in holidays(year).items():
        if day.weekday() == SUNDAY:
            closed[day + ONE_DAY] = name
        elif day.weekday() < SATURDAY:
            closed[day] = name
        elif (day.month, day.day) == (11, 11):
            closed[day - ONE_DAY] = name
    return closed


def is_closed(day: date) -> bool:
    return day in closures(day.year)
