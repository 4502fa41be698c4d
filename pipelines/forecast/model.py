"""One forecast: expected counts and hours per week, the range that chance leaves, the capacity, and the rows of the published table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np

from pipelines.forecast import simulation
from pipelines.forecast.inputs import Inputs
from pipelines.forecast.recurrence import Expected, expected
from pipelines.policy_schema import Scenario

WEEKS = 157
"""The default horizon: 36 months and the week they end in."""
YEAR_WEEKS = 53
"""A year and the week it ends in."""
RUNS = 1000
SEED = 20261120
LOW, HIGH = 0.1, 0.9
"""Between these quantiles of the runs lie 80 % of them."""
ALL = "all"


@dataclass(frozen=True)
class Line:
    """One option, or everything, by week (arrays of the same length). Counts are submissions; `open_count` are requests open at as_of."""

    service_option: str
    kind: str
    expected_count: np.ndarray
    low_80_count: np.ndarray
    high_80_count: np.ndarray
    expected_hours: np.ndarray
    low_80_hours: np.ndarray
    high_80_hours: np.ndarray
    open_count: np.ndarray
    lapse_count: np.ndarray


@dataclass(frozen=True)
class Forecast:
    """A scenario's forecast. `lines`: everything first, then by option. `runs`: submissions (run, week) per option. Hours are of work."""

    scenario: Scenario
    mondays: tuple[date, ...]
    lines: tuple[Line, ...]
    capacity_hours: np.ndarray
    mean: Expected = field(repr=False)
    runs: dict[str, np.ndarray] = field(repr=False)

    @property
    def total(self) -> Line:
        """Everything."""
        return self.lines[0]

    @property
    def weeks_over(self) -> list[int]:
        """Positions of the weeks whose expected hours exceed the capacity."""
        return np.flatnonzero(is_over(self.total.expected_hours, self.capacity_hours)).tolist()

    def rows(self) -> list[tuple]:
        """Rows of `renewal_forecast`, in the order of its columns."""
        found = []
        for line in self.lines:
            with np.errstate(divide="ignore", invalid="ignore"):
                utilisation = line.expected_hours / self.capacity_hours
            for week, monday in enumerate(self.mondays):
                capacity = float(self.capacity_hours[week])
                found.append((
                    monday, line.service_option, line.kind, float(line.expected_count[week]), float(line.low_80_count[week]),
                    float(line.high_80_count[week]), float(line.expected_hours[week]), capacity, float(utilisation[week]) if capacity else None,
                    self.scenario.id, float(line.low_80_hours[week]), float(line.high_80_hours[week]), float(line.open_count[week]),
                    float(line.lapse_count[week]),
                ))  # fmt: skip
        return found


def is_over(hours: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Whether hours exceed the capacity, by more than rounding."""
    return hours > capacity + 1e-6


def forecast(inputs: Inputs, scenario: Scenario, weeks: int = WEEKS, runs: int = RUNS, seed: int = SEED) -> Forecast:
    """A scenario over so many weeks from the Monday on or before as_of_on. The same inputs and seed give the same numbers."""
    mean = expected(inputs, scenario, weeks)
    drawn = simulation.runs(inputs, scenario, mean, runs, seed)
    jitter = np.random.default_rng(seed + 1)
    span = mean.days
    lines = []
    hours_in_runs = np.zeros((runs, weeks))
    for option in inputs.options:
        effort = inputs.effort[option.id].hours
        count, opened = span.by_week(mean.submissions[option.id]), span.by_week(mean.open_work[option.id])
        lapses = span.by_week(mean.lapses[option.id]) if option.id in mean.lapses else np.zeros(weeks)
        low, high = bounds(drawn[option.id], 1.0, jitter)
        hours_in_runs += effort * (drawn[option.id] + opened)
        hours = [effort * (each + opened) for each in (count, low, high)]
        lines.append(Line(option.id, option.kind, count, low, high, *hours, opened, lapses))
    count = sum((line.expected_count for line in lines), np.zeros(weeks))
    low, high = bounds(sum(drawn.values()), 1.0, jitter)
    least, most = bounds(hours_in_runs, np.mean([each.hours for each in inputs.effort.values()]), jitter)
    total = Line(
        ALL, ALL, count, low, high, sum((line.expected_hours for line in lines), np.zeros(weeks)), least, most,
        sum((line.open_count for line in lines), np.zeros(weeks)), sum((line.lapse_count for line in lines), np.zeros(weeks)),
    )  # fmt: skip
    return Forecast(scenario, tuple(span.mondays), (total, *lines), span.by_week(mean.capacity_hours), mean, drawn)


def bounds(drawn: np.ndarray, grain: float, jitter: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """The range that holds 80 % of the runs (first axis), never below 0.

    Whole numbers are spread evenly over their own width first: a range between two counts would otherwise hold more than it says.
    """
    varies = drawn.min(axis=0) < drawn.max(axis=0)
    if not varies.any():
        return drawn[0].astype(float), drawn[0].astype(float)
    low, high = np.quantile(drawn + grain * jitter.uniform(-0.5, 0.5, drawn.shape), [LOW, HIGH], axis=0)
    return np.where(varies, np.maximum(low, 0), drawn[0]), np.where(varies, np.maximum(high, 0), drawn[0])
