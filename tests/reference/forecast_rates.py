"""What the forecast learns from the past: retention, leads, the months that count and how many requests a business day brings."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

from . import business_days, closures

DAY = timedelta(days=1)
ENOUGH = 10
"""Observations below which a rate is assumed."""
ASSUMED_RETENTION, ASSUMED_LEAD = 0.9, 20
PRIOR = [(365, True)] * 9 + [(365, False)]
"""Nine certificates of a year that were renewed and one that was not."""
MONTHS = 12


def slope(retention: float, observed: Iterable[tuple[int, bool]]) -> float:
    """r times the derivative by r of the sum of v log r over the renewed and of log(1 - r^v) over the others; it falls as r grows."""
    total = 0.0
    for validity, is_renewed in observed:
        years = validity / 365
        survives = retention**years
        total += years if is_renewed else -years * survives / (1 - survives)
    return total


def retention(observed: Sequence[tuple[int, bool]]) -> float:
    """The yearly retention under which what was observed is likeliest, [(validity in days, is renewed)]; with too few 0.9."""
    if len(observed) < ENOUGH:
        return ASSUMED_RETENTION
    below, above = 0.0, 1.0
    for _ in range(200):
        middle = (below + above) / 2
        if not below < middle < above:
            break
        below, above = (middle, above) if slope(middle, [*observed, *PRIOR]) > 0 else (below, middle)
    return (below + above) / 2


def leads(group: str, observed: Sequence[tuple[str, int]]) -> dict[int, int]:
    """{lead: how often} of the group, of all where the group has too few, else 20; from [(group, lead in days)]."""
    own = [lead for of, lead in observed if of == group]
    pooled = [lead for _, lead in observed]
    for known in (own, pooled):
        if len(known) >= ENOUGH:
            return dict(Counter(known))
    return {ASSUMED_LEAD: 1}


def month_after(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=1) + 32 * DAY).replace(day=1)


def complete_months(earliest_on: date, counted_through_on: date, is_closed: Callable[[date], bool] = closures.is_closed) -> list[date]:
    """The first days of the last twelve months that are known from beginning to end; fewer where fewer are."""
    found, first = [], earliest_on.replace(day=1)
    while month_after(first) - DAY < counted_through_on:
        opens_on = first
        while not business_days.is_business_day(opens_on, is_closed):
            opens_on += DAY
        if earliest_on <= opens_on:
            found.append(first)
        first = month_after(first)
    return found[-MONTHS:]


def rate(submitted_on: Iterable[date], months: Sequence[date], is_closed: Callable[[date], bool] = closures.is_closed) -> tuple[int, int]:
    """(requests, business days) of the months."""
    requests = sum(day.replace(day=1) in months for day in submitted_on)
    days = [day for first in months for day in business_days.days_after(first - DAY, month_after(first) - DAY)]
    return requests, sum(business_days.is_business_day(day, is_closed) for day in days)
