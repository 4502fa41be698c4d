"""The sentences of page 6. Hours are whole from 10 up; rounding never lets work that exceeds the capacity look as if it did not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

import numpy as np

from dashboard.formats import MINUS, MISSING, NO_BREAK, count, named_day, plural
from dashboard.outlook import ROUNDING, Outlook

WHOLE_FROM = 10
"""Hours from which no decimals are shown."""
MOST_DECIMALS = 4
FEW_MONTHS = 3
"""Under so many complete months the range of new requests is wide, and no month has a month before it and weeks after it to look back on."""
MOST_STRETCHES = 4
NO_HISTORY = "No complete month of requests: showing renewals from expiry dates only."


class Compared(NamedTuple):
    """Hours of work beside hours of capacity, and their difference, as printed."""

    hours: str
    capacity: str
    difference: str


def hours(number: float) -> str:
    """`1,020`, `8.5`, `0`: whole from 10 up."""
    return _printed(number, 0 if abs(_rounded(number, 1)) >= WHOLE_FROM or not number else 1)


def compared(work: float, capacity: float) -> Compared:
    """Both rounded so that the larger one still looks larger; the difference is that of the numbers printed, without a sign."""
    decimals = 0 if max(work, capacity) >= WHOLE_FROM else 1
    while decimals < MOST_DECIMALS and _side(work, capacity) != _side(_rounded(work, decimals), _rounded(capacity, decimals)):
        decimals += 1
    missing = abs(_rounded(work, decimals) - _rounded(capacity, decimals))
    return Compared(_printed(work, decimals), _printed(capacity, decimals), _plain(missing))


def use(work: float, capacity: float) -> str:
    """Work in percent of the capacity, a dash without any; `100 %` only for what is as good as that."""
    if capacity <= 0:
        return MISSING
    percent, decimals = 100 * work / capacity, 0
    while decimals < MOST_DECIMALS and _side(work, capacity) != _side(_rounded(percent, decimals), 100):
        decimals += 1
    return f"{_printed(percent, decimals)}{NO_BREAK}%"


def between(low: float, high: float) -> str:
    """`33 to 50`, each end rounded outward to whole hours; one number where both are the same."""
    ends = (count(math.floor(low + ROUNDING)), count(math.ceil(high - ROUNDING)))
    return ends[0] if ends[0] == ends[1] else " to ".join(ends)


def verdict(shown: Outlook) -> str:
    """The first whole week over capacity, or that there is none."""
    over = shown.weeks_over
    if not over:
        return f"No week exceeds capacity before {named_day(shown.mondays[-1] + timedelta(weeks=1))}."
    week = over[0]
    words = compared(shown.hours[week], shown.capacity_hours[week])
    low, high = shown.total.low_80_hours[week], shown.total.high_80_hours[week]
    percent = f": {use(shown.hours[week], shown.capacity_hours[week])}" if shown.capacity_hours[week] > 0 else ""
    return (
        f"First week over capacity: {named_day(shown.mondays[week])}, about {words.hours}{NO_BREAK}h of work "
        f"(80{NO_BREAK}% range {between(low, high)}{NO_BREAK}h) against {words.capacity}{NO_BREAK}h{percent}."
    )


def running(shown: Outlook, as_of_on: date) -> str:
    """That the running week, partly over, holds more than is left of it; else empty."""
    if not shown.is_over[0]:
        return ""
    words = compared(shown.hours[0], shown.capacity_hours[0])
    opened = round(float(shown.total.open_count[0]))
    verb = "is" if opened == 1 else "are"
    of_them = f" {plural(opened, 'open request')} that {verb} due by then or late {verb} in it." if opened else ""
    return (
        f"The running week is over already: from {named_day(as_of_on)} about {words.hours}{NO_BREAK}h of work against the "
        f"{words.capacity}{NO_BREAK}h that are left of it.{of_them}"
    )


def needs(shown: Outlook, week: int) -> str:
    """`Week of Mon 2027-03-01 needs 212 hours, 38 more than the team has.`"""
    words = compared(shown.hours[week], shown.capacity_hours[week])
    more = "more than" if shown.is_over[week] else "fewer than"
    rest = "exactly what the team has" if words.difference == "0" else f"{words.difference} {more} the team has"
    return f"Week of {named_day(shown.mondays[week])} needs {words.hours} {'hour' if words.hours == '1' else 'hours'}, {rest}."


def worst(shown: Outlook) -> int | None:
    """The whole week with the most hours missing; where none is over, the one that uses most of its capacity; None without a whole week."""
    work, capacity = shown.hours[1:], shown.capacity_hours[1:]
    if not len(work):
        return None
    if shown.weeks_over:
        return int((work - capacity).argmax()) + 1
    return int((work / np.where(capacity > 0, capacity, 1.0)).argmax()) + 1


def stretches(mondays: Sequence[date]) -> str:
    """Weeks in words: `Mon 2026-11-30; Mon 2027-05-24 to Mon 2027-11-08 (25 weeks)`."""
    found: list[list[date]] = []
    for monday in mondays:
        if found and monday - found[-1][-1] == timedelta(weeks=1):
            found[-1].append(monday)
        else:
            found.append([monday])
    words = [
        named_day(each[0]) if len(each) == 1 else f"{named_day(each[0])} to {named_day(each[-1])} ({len(each)} weeks)" for each in found[:MOST_STRETCHES]
    ]
    rest = len(found) - MOST_STRETCHES
    return "; ".join([*words, *([f"and {plural(rest, 'more time', 'more times')}"] if rest > 0 else [])])


def history(complete_months: int, has_backtest: bool) -> str:
    """What little or no history does to the forecast; empty where there is enough."""
    if complete_months == 0:
        return NO_HISTORY
    if complete_months >= FEW_MONTHS:
        return ""
    rest = "." if has_backtest else " and there is no back-test."
    return f"Only {plural(complete_months, 'complete month')}: the range for new requests is wide{rest}"


def staff(number: float | None) -> str:
    """`1.3`; `no number is enough` where a week with work has no working day."""
    return "no number is enough" if number is None else f"{number:,.1f}"


def beside(number: float, first: float, decimals: int | None = None) -> str:
    """A number and, signed, how it differs from the first as printed: `206 (−206)`, `6 (±0)`. Whole from 10 up unless `decimals` are given."""
    places = decimals if decimals is not None else 0 if max(abs(number), abs(first)) >= WHOLE_FROM else 1
    difference = _rounded(number, places) - _rounded(first, places)
    sign = "+" if difference > 0 else MINUS if difference < 0 else "\u00b1"
    return f"{_printed(number, places)} ({sign}{_plain(abs(difference))})"


def differences(one: Outlook, other: Outlook, name: str) -> str:
    """How a second scenario differs from the first over the weeks shown."""
    total_one, total_other = float(one.hours.sum()), float(other.hours.sum())
    weeks_one, weeks_other = len(one.weeks_over), len(other.weeks_over)
    words = compared(total_other, total_one)
    work = f"needs {words.difference} {'more' if total_other > total_one else 'fewer'} hours ({words.hours} against {words.capacity})"
    if words.difference == "0":
        work = f"needs as many hours ({words.hours})"
    first_one, first_other = _first(one), _first(other)
    first = f"the first of them {first_other} in place of {first_one}" if first_one != first_other else f"the first of them {first_one} in both"
    over = f"{plural(weeks_other, 'whole week')} over capacity against {count(weeks_one)}" + (f", {first}" if weeks_one and weeks_other else "")
    return f"{name} {work} in these {len(one.mondays)} weeks; {over}."


def _first(shown: Outlook) -> str:
    return named_day(shown.mondays[shown.weeks_over[0]]) if shown.weeks_over else "none"


def _side(one: float | Decimal, other: float | Decimal) -> int:
    difference = float(one) - float(other)
    return 0 if abs(difference) <= ROUNDING else 1 if difference > 0 else -1


def _rounded(number: float, decimals: int) -> Decimal:
    return Decimal(str(round(float(number), 9))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def _printed(number: float, decimals: int) -> str:
    return _plain(_rounded(number, decimals))


def _plain(number: Decimal) -> str:
    text = f"{number:,f}"
    return "0" if not number else text.replace("-", MINUS)
