"""What the past tells: yearly retention, leads, arrivals, effort. Where it tells too little, a value is assumed and says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from math import expm1, log

from pipelines.forecast.inputs import YEAR_DAYS, Arrivals, Leads, Retention

ENOUGH = 10
"""Fewer observations than this tell nothing; the value is assumed."""
PRIOR_RENEWED, PRIOR_LAPSED = 9, 1
"""Certificates of a year that the estimate of retention adds to those observed: Beta(9, 1)."""
ASSUMED_LEAD_DAYS = 20
MONTHS = 12
_STEPS = 60


def retention(observed: Iterable[tuple[int, int, int]]) -> Retention:
    """Yearly retention from (validity in days, renewed, lapsed) of certificates that ended.

    The most likely rate, each certificate over its own validity, with the prior's ten certificates of a year among them: for
    validities of a year it is (renewed + 9) / (all + 10).
    """
    observed = list(observed)
    renewed, lapsed = sum(row[1] for row in observed), sum(row[2] for row in observed)
    if renewed + lapsed < ENOUGH:
        return Retention(PRIOR_RENEWED / (PRIOR_RENEWED + PRIOR_LAPSED), renewed + lapsed, renewed, True)
    cells = [(validity / YEAR_DAYS, kept, lost) for validity, kept, lost in observed] + [(1.0, PRIOR_RENEWED, PRIOR_LAPSED)]
    successes = sum(years * kept for years, kept, _ in cells)

    def slope(logarithm: float) -> float:
        """Of the log likelihood in log r: it falls all the way, so its zero is the maximum. r^v / (1 - r^v) = 1 / (r^-v - 1)."""
        return successes - sum(years * lost / expm1(-years * logarithm) for years, _, lost in cells if lost)

    low, high = log(1e-12), -1e-12
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if slope(middle) > 0 else (low, middle)
    return Retention(expm1((low + high) / 2) + 1, renewed + lapsed, renewed, False)


def leads(own: dict[int, int], pooled: dict[int, int]) -> Leads:
    """The leads of a group {days: requests}; those of all groups where it has under ten; else the assumed one."""
    for counts, is_assumed in ((own, False), (pooled, True)):
        if sum(counts.values()) >= ENOUGH:
            days = tuple(sorted(counts))
            return Leads(days, tuple(counts[day] for day in days), is_assumed)
    return Leads((ASSUMED_LEAD_DAYS,), (1,), True)


def complete_months(first_on: date | None, counted_through_on: date, is_business_day) -> list[date]:
    """First days of the last twelve months that are wholly known: the first one only when submissions begin with its first business day."""
    if first_on is None:
        return []
    month = first_on.replace(day=1)
    opens = next(day for day in (month + timedelta(n) for n in range(31)) if is_business_day(day) or day >= first_on)
    month, months = month if first_on <= opens else next_month(month), []
    while next_month(month) <= counted_through_on:
        months.append(month)
        month = next_month(month)
    return months[-MONTHS:]


def next_month(on: date) -> date:
    """The first day of the next month."""
    return (on.replace(day=1) + timedelta(31)).replace(day=1)


def arrivals(submitted: dict[date, int], months: Sequence[date], is_business_day) -> Arrivals:
    """Submissions {day: number} of the complete months, with the whole weeks among them."""
    if not months:
        return Arrivals(0, 0)
    first, end = months[0], next_month(months[-1])
    span = [first + timedelta(n) for n in range((end - first).days)]
    total = sum(number for day, number in submitted.items() if first <= day < end)
    weeks: dict[date, list[int]] = {}
    for day in span:
        week = weeks.setdefault(day - timedelta(day.weekday()), [0, 0, 0])
        week[0] += 1
        week[1] += is_business_day(day)
        week[2] += submitted.get(day, 0)
    whole = tuple((business_days, number) for length, business_days, number in weeks.values() if length == 7)
    return Arrivals(total, sum(map(is_business_day, span)), whole)
