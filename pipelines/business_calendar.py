"""Business days: Monday to Friday, less the closures that the policy lists.

The SQL models never count days themselves: they join the two dense tables built here.
Source: rules of the calendar in `data/policy/closures.csv` (Government Code 19853).
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

FIRST_ON = date(1999, 1, 1)
LAST_ON = date(2060, 12, 31)


class CalendarDay(NamedTuple):
    """One local date. `floor_ord`: business days on or before it; `ceil_ord`: the ordinal of the first business day on or after it."""

    on_date: date
    weekday: int  # Monday is 0
    is_business_day: bool
    floor_ord: int
    ceil_ord: int
    closure_name: str | None


def calendar_days(closures: Mapping[date, str], weekend: Iterable[int] = (5, 6)) -> list[CalendarDay]:
    """Every date from 1999 to 2060 with its business-day ordinals, in date order.

    `closures`: closed dates and their names; a closure on a weekend changes nothing. `weekend`: weekday numbers, Monday is 0.
    """
    resting = frozenset(weekend)
    days = []
    ordinal = 0
    for offset in range((LAST_ON - FIRST_ON).days + 1):
        on_date = FIRST_ON + timedelta(days=offset)
        is_business_day = on_date.weekday() not in resting and on_date not in closures
        ordinal += is_business_day
        days.append(
            CalendarDay(on_date, on_date.weekday(), is_business_day, ordinal, ordinal + (not is_business_day), closures.get(on_date))
        )
    return days


def second_days(holidays: Iterable[date]) -> list[tuple[date, bool, int, bool, int]]:
    """Every date as other systems may count it: (date, is it a business day, such days on or before it) by Monday to Friday less `holidays`, then
    the same two by Monday to Friday alone.
    """
    closed, days, ordinal, weekdays = frozenset(holidays), [], 0, 0
    for offset in range((LAST_ON - FIRST_ON).days + 1):
        on_date = FIRST_ON + timedelta(days=offset)
        is_weekday = on_date.weekday() < 5
        is_second_day = is_weekday and on_date not in closed
        ordinal, weekdays = ordinal + is_second_day, weekdays + is_weekday
        days.append((on_date, is_second_day, ordinal, is_weekday, weekdays))
    return days
