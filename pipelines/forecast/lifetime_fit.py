"""What stops working: the periods of the service held against each coming lifetime of certificates, in calendar days.

A certificate of V days lives from its day of issue i to i + V - 1. A period of n days needs n + 1 of them: n days before the last is not before the
first. After the change window (until i + 25) it needs 25 more: submitted n days before expiry and not before i + 25 means V >= 25 + 1 + n.
A period that must outlast the life (the reuse of a validation) needs as many days as the life has.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, TypeVar

import numpy as np

from pipelines.policy_schema import PublishedPeriod, Validity, ValidityStep


Row = TypeVar("Row", ValidityStep, Validity)


class Fit(NamedTuple):
    """A period and a lifetime. `unfit_from`: the first day of issue from which the period no longer fits, None if it does on all.

    `needs_days`: the days of life that it needs, for `outlasts_life` the days that it must last. `share_of_life_ratio`: its days by those of the life.
    """

    period: str
    name: str
    fits_into: str
    days: int
    needs_days: int
    issued_from: date
    operational_days: int
    share_of_life_ratio: float
    fits: bool
    spare_days: int
    unfit_from: date | None
    meaning: str
    source: str


def lifetime_fit(
    periods: Sequence[PublishedPeriod],
    steps: Sequence[ValidityStep],
    law: Sequence[Validity],
    as_of_on: date,
    is_business: np.ndarray,
    change_window_days: int = 25,
) -> list[Fit]:
    """Every period by every lifetime, from the one in force on as_of_on on, in the order of both.

    `steps`: the lifetimes of a scenario; `law`: how long validations may be used again. `is_business`: the days in which business days are counted, one
    after the other; how many calendar days they take at most is taken from there.
    """
    found = []
    for period in periods:
        rows = []
        for issued_from, life in _lives(period, steps, law, as_of_on):
            days = _days(period, law, issued_from, is_business)
            if period.fits_into == "outlasts_life":
                needs, spare = life, days - life
            else:
                needs = days + 1 + (change_window_days if period.fits_into == "after_change_window" else 0)
                spare = life - needs
            rows.append((days, needs, issued_from, life, days / life, spare >= 0, spare))
        unfit_from = next((issued_from for _, _, issued_from, _, _, fits, _ in rows if not fits), None)
        found += [Fit(period.period, period.name, period.fits_into, *row, unfit_from, period.meaning, period.source) for row in rows]
    return found


def most_calendar_days(business_days: int, is_business: np.ndarray) -> int:
    """The most calendar days from a start to the end of so many business days after it, over every day that may be a start."""
    ordinal = np.cumsum(is_business)
    on = np.concatenate([[0], np.flatnonzero(is_business)])
    starts = np.flatnonzero(ordinal + business_days < len(on))
    if not len(starts):
        raise ValueError(f"{int(ordinal[-1])} business days are too few to count {business_days} in")
    return int((on[ordinal[starts] + business_days] - starts).max())


def _lives(period: PublishedPeriod, steps: Sequence[ValidityStep], law: Sequence[Validity], as_of_on: date) -> list[tuple[date, int]]:
    """(issued from, days of life) of the lifetime in force and of each that comes; for a validation also where its own days change."""
    begins = {each.issued_from for each in steps}
    if period.fits_into == "outlasts_life":
        begins |= {after.issued_from for before, after in zip(law, law[1:]) if _reuse(period, before) != _reuse(period, after)}
    first = max((day for day in begins if day <= as_of_on), default=min(begins))
    return [(day, _in_force(steps, day).operational_days) for day in sorted(begins) if day >= first]


def _days(period: PublishedPeriod, law: Sequence[Validity], issued_from: date, is_business: np.ndarray) -> int:
    if period.unit == "business_days":
        return most_calendar_days(period.amount, is_business)
    return period.amount if period.unit == "calendar_days" else _reuse(period, _in_force(law, issued_from))


def _reuse(period: PublishedPeriod, row: Validity) -> int:
    return row.domain_reuse_days if period.unit == "domain_reuse" else row.organisation_reuse_days


def _in_force(table: Sequence[Row], on: date) -> Row:
    """The last row that begins on or before a day, or the first."""
    return next((row for row in reversed(table) if row.issued_from <= on), table[0])
