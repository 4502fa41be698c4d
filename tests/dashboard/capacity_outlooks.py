"""Outlooks made by hand: hours and capacity of each week, from the running one on."""

from datetime import date, timedelta

import numpy as np

from dashboard.outlook import Outlook
from pipelines.forecast.model import ALL, Line
from pipelines.policy_schema import Scenario

MONDAY = date(2026, 11, 16)
BASE = Scenario(
    id="as_published", name="As published", source="a test", staff=1, hours_per_business_day=6.4, automated_ratio=0, lead_days=None, issue="due",
    growth_ratio=0, validity=(), freezes=(),
)  # fmt: skip


def a_line(option: str, kind: str, hours: list[float], low: list[float] | None = None, high: list[float] | None = None, opened: int = 0) -> Line:
    """A line whose requests take an hour each; `opened`: open requests, all in the running week."""
    hours = np.array(hours, dtype=float)
    low, high = (np.array(each, dtype=float) if each is not None else hours for each in (low, high))
    open_count = np.zeros(len(hours))
    open_count[:1] = opened
    return Line(option, kind, hours - open_count, low, high, hours, low, high, open_count, np.zeros(len(hours)))


def an_outlook(hours: list[float], capacity: list[float] | float = 32.0, low=None, high=None, opened: int = 0, scenario: Scenario = BASE) -> Outlook:
    """All work is that of one renewal option."""
    capacities = np.array(capacity if isinstance(capacity, list) else [capacity] * len(hours), dtype=float)
    lines = (a_line(ALL, ALL, hours, low, high, opened), a_line("renewal_customer_install", "renewal", hours, low, high, opened))
    return Outlook(scenario, tuple(MONDAY + timedelta(weeks=week) for week in range(len(hours))), lines, capacities, False)
