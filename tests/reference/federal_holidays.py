"""The days on which US federal offices are closed, derived from 5 U.S.C. 6103."""

from datetime import date
from functools import cache

from .closures import MONDAY, ONE_DAY, SATURDAY, SUNDAY, THURSDAY, last_weekday, nth_weekday

JUNETEENTH_SINCE = 2021
"""Public Law 117-17 of 17 June 2021."""


def holidays(year: int) -> set[date]:
    """The legal public holidays of 6103(a) on the days that the law names, before any move."""
    found = {date(year, 1, 1), date(year, 7, 4), date(year, 11, 11), date(year, 12, 25)}
    found |= {nth_weekday(year, 1, MONDAY, 3), nth_weekday(year, 2, MONDAY, 3), last_weekday(year, 5, MONDAY)}
    found |= {nth_weekday(year, 9, MONDAY, 1), nth_weekday(year, 10, MONDAY, 2), nth_weekday(year, 11, THURSDAY, 4)}
    return found | ({date(year, 6, 19)} if year >= JUNETEENTH_SINCE else set())


@cache
def closures(year: int) -> frozenset[date]:
    """Weekdays of the year on which a holiday is observed: a Saturday's on the Friday before, even of another year, a Sunday's on the Monday after."""
    observed = set()
    for day in holidays(year) | holidays(year + 1):
        moved = day - ONE_DAY if day.weekday() == SATURDAY else day + ONE_DAY if day.weekday() == SUNDAY else day
        observed |= {moved} if moved.year == year else set()
    return frozenset(observed)


def is_closed(day: date) -> bool:
    return day in closures(day.year)
