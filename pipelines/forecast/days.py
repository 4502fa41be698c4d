"""The days of a forecast as arrays: which are open, where a submission moves to, when it is due, and how long a new certificate may live.

A day is a whole number from as_of_on (0). *Business days* carry the SLO clock; *open days* are those outside the scenario's freezes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pipelines.errors import UserError
from pipelines.forecast.inputs import Inputs
from pipelines.policy_schema import Scenario, ValidityStep

WEEK = 7
ROOM = 90
"""Days after the last submission that matters, so that its due date is among them."""


@dataclass(frozen=True)
class Days:
    """`length` days from as_of_on. `horizon`: how many of them are forecast, to the end of the last week.

    `is_open`, `roll` (first open day on or after), `last_open` (last open day on or before, -1 for none), `ordinal` (business days
    on or before, day 0 included), `business` (the day of each ordinal from 1) and `longest` (days of validity of what is issued then).
    """

    as_of_on: date
    weeks: int
    horizon: int
    length: int
    is_business: np.ndarray
    is_open: np.ndarray
    roll: np.ndarray
    last_open: np.ndarray
    ordinal: np.ndarray
    business: np.ndarray
    longest: np.ndarray

    @property
    def week(self) -> np.ndarray:
        """The week (0 is that of as_of_on) of every day."""
        return (np.arange(self.length) + self.as_of_on.weekday()) // WEEK

    @property
    def mondays(self) -> list[date]:
        """The Monday of every week of the forecast."""
        first = self.as_of_on - timedelta(self.as_of_on.weekday())
        return [first + timedelta(WEEK * week) for week in range(self.weeks)]

    def due(self, target_business_days: int) -> np.ndarray:
        """The day on which a request falls due whose clock starts on each day: so many business days later."""
        return self.business[np.minimum(self.ordinal + target_business_days, len(self.business) - 1)]

    def by_week(self, daily: np.ndarray) -> np.ndarray:
        """Sums per week of an array over the days of the horizon (last axis)."""
        padded = np.zeros((*daily.shape[:-1], self.weeks * WEEK))
        first = self.as_of_on.weekday()
        padded[..., first : first + self.horizon] = daily[..., : self.horizon]
        return padded.reshape(*daily.shape[:-1], self.weeks, WEEK).sum(axis=-1)


def days(inputs: Inputs, scenario: Scenario, weeks: int) -> Days:
    """The days of a forecast of so many weeks. Raises UserError where the validity table is empty."""
    horizon = WEEK * weeks - inputs.as_of_on.weekday()
    length = min(horizon + latest_lead(inputs, scenario) + ROOM, len(inputs.business_days))
    is_business = np.asarray(inputs.business_days[:length], dtype=bool)
    is_open = is_business.copy()
    for freeze in scenario.freezes:
        first, last = inputs.day(freeze.begins_on), inputs.day(freeze.ends_on)
        is_open[max(first, 0) : max(last + 1, 0)] = False
    every_day = np.arange(length)
    roll = np.minimum.accumulate(np.where(is_open, every_day, length - 1)[::-1])[::-1]
    last_open = np.maximum.accumulate(np.where(is_open, every_day, -1))
    ordinal = np.cumsum(is_business)
    business = np.concatenate([[0], np.flatnonzero(is_business)])
    return Days(inputs.as_of_on, weeks, horizon, length, is_business, is_open, roll, last_open, ordinal, business, longest(inputs, scenario, length))


def latest_lead(inputs: Inputs, scenario: Scenario) -> int:
    """The most days before expiry at which anything is submitted: no more than the longest life."""
    if scenario.lead_days is not None:
        return scenario.lead_days
    lives = [int(inputs.cohorts.validity_days.max(initial=0)), *(step.operational_days for step in steps(inputs, scenario))]
    return max(0, min(max((lead for leads in inputs.leads.values() for lead in leads.days), default=0), max(lives)))


def steps(inputs: Inputs, scenario: Scenario) -> list[ValidityStep]:
    """The validity table of a scenario: the law until the scenario's first own step, then its steps."""
    own = list(scenario.validity)
    return [each for each in inputs.validity if not own or each.issued_from < own[0].issued_from] + own


def longest(inputs: Inputs, scenario: Scenario, length: int) -> np.ndarray:
    """Days of validity in practice of what is issued on each day; before the first step, those of the first."""
    table = steps(inputs, scenario)
    if not table:
        raise UserError("validity.csv: it has no row, so nobody knows how long a certificate may live. Add the row in force.")
    starts = np.array([inputs.day(each.issued_from) for each in table])
    allowed = np.array([each.operational_days for each in table])
    return allowed[np.searchsorted(starts, np.arange(length), side="right").clip(1) - 1]
