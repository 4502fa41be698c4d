"""Counting business days one by one."""

from collections.abc import Callable
from datetime import date, timedelta

from . import closures

ONE_DAY = timedelta(days=1)
Closed = Callable[[date], bool]


def is_business_day(day: date, is_closed: Closed = closures.is_closed) -> bool:
    """Monday to Friday, not a state-office closure."""
    return day.weekday() < 5 and not is_closed(day)


def days_after(start: date, stop: date) -> list[date]:
    """Every date after `start` through `stop`; empty when `stop` is not later."""
    return [start + ONE_DAY * n for n in range(1, (stop - start).days + 1)]


def business_days_after(start: date, stop: date, is_closed: Closed = closures.is_closed) -> int:
    """How many business days lie after `start` and on or before `stop`; negative when `stop` is earlier."""
    if stop < start:
        return -business_days_after(stop, start, is_closed)
    return sum(is_business_day(day, is_closed) for day in days_after(start, stop))


def elapsed(start: date, stop: date, is_closed: Closed = closures.is_closed) -> int:
    """Business days from `start`, which is day 0, to `stop`; 0 on the same date.

    A stop outside business days belongs to the next business day, so it counts one more.
    """
    if start == stop:
        return 0
    return business_days_after(start, stop, is_closed) + (not is_business_day(stop, is_closed))


def due_on(start: date, target: int, is_closed: Closed = closures.is_closed) -> date:
    """The business day that is the `target`th after `start`."""
    day, counted = start, 0
    while counted < target:
        day += ONE_DAY
        counted += is_business_day(day, is_closed)
    return day


def ordinals(first: date, last: date, is_closed: Closed = closures.is_closed) -> dict[date, tuple[int, int]]:
    """`{day: (floor, ceil)}`: business days from `first` through the day, and the same with a closed day rounded up."""
    counted, found = 0, {}
    for day in [first, *days_after(first, last)]:
        is_open = is_business_day(day, is_closed)
        counted += is_open
        found[day] = (counted, counted if is_open else counted + 1)
    return found
