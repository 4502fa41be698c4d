"""Business days of California state offices, counted by walking the calendar one day at a time.

Source: Government Code 19853(a) and (b), read as a rule about a single day; no list of closures and no ordinals.
"""

from __future__ import annotations

from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
MONDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = 0, 3, 4, 5, 6
FIXED = {(1, 1), (3, 31), (7, 4), (11, 11), (12, 25)}


def is_closure(day: date) -> bool:
    """Whether state offices are closed on a day by law, weekends aside."""
    weekday, month, of_month = day.weekday(), day.month, day.day
    if (month, of_month) in FIXED:
        return True
    if weekday == MONDAY:
        yesterday = day - ONE_DAY
        if (yesterday.month, yesterday.day) in FIXED:
            return True  # 19853(b): a Sunday holiday closes the Monday
        if month in (1, 2) and 15 <= of_month <= 21:
            return True  # third Monday of January and of February
        if month == 5 and of_month >= 25:
            return True  # last Monday of May
        if month == 9 and of_month <= 7:
            return True  # first Monday of September
    if month == 11:
        if weekday == FRIDAY and of_month == 10:
            return True  # 19853(b): Veterans Day on a Saturday closes the Friday, alone among Saturday holidays
        if weekday == THURSDAY and 22 <= of_month <= 28:
            return True  # Thanksgiving Day
        if weekday == FRIDAY and 23 <= of_month <= 29:
            return True  # the day after
    return False


def is_business_day(day: date) -> bool:
    """Monday to Friday and not a closure."""
    return day.weekday() < SATURDAY and not is_closure(day)


def business_days_after(start: date, count: int) -> date:
    """The business day reached after `count` business days; the start is day 0 (and may be any day)."""
    day = start
    while count:
        day += ONE_DAY
        count -= is_business_day(day)
    return day


def business_days_before(end: date, count: int) -> date:
    """The business day from which `count` business days lead to the business day `end`."""
    day = end
    while count:
        day -= ONE_DAY
        count -= is_business_day(day)
    return day


def elapsed(start: date, stop: date) -> int:
    """Business days from start to stop; a stop on a closed day counts as the next business day. `stop >= start`."""
    count, day = 0, start
    while day < stop:
        day += ONE_DAY
        count += is_business_day(day)
    return count + (stop > start and not is_business_day(stop))


def business_days_of(first: date, last: date) -> list[date]:
    """The business days from first to last, both included."""
    days, day = [], first
    while day <= last:
        if is_business_day(day):
            days.append(day)
        day += ONE_DAY
    return days
