"""The work ahead of the team under one scenario: the published forecast where a scenario changes no demand, else the model itself.

Staff and hours change the capacity alone, so a scenario that differs from a published one in nothing else has its numbers.
Everything is kept per snapshot; a demand of 26 weeks is worked out in some 150 ms.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from pydantic import ValidationError

from dashboard import warehouse
from dashboard.queries import Sql
from pipelines import metrics
from pipelines.forecast import days, model, reading, recurrence
from pipelines.forecast.inputs import Inputs
from pipelines.forecast.model import Forecast, Line
from pipelines.policy_schema import Scenario

YEAR_WEEKS = 52
STAFF_STEPS = 10
"""Staff is looked for in tenths of a full-time equivalent."""
ROUNDING = 1e-9
CAPACITY_ONLY = {"id", "name", "source", "staff", "hours_per_business_day"}
"""What two scenarios of the same demand may differ in."""


@dataclass(frozen=True)
class Outlook:
    """A scenario by week. `lines`: everything first, then by option. `forecast`: the model's own, where it was asked. Week 0 is the running one."""

    scenario: Scenario
    mondays: tuple[date, ...]
    lines: tuple[Line, ...]
    capacity_hours: np.ndarray
    is_published: bool
    forecast: Forecast | None = field(default=None, repr=False)

    @property
    def total(self) -> Line:
        """Everything."""
        return self.lines[0]

    @property
    def hours(self) -> np.ndarray:
        """Expected hours of work by week."""
        return self.total.expected_hours

    @property
    def is_over(self) -> np.ndarray:
        """Whether the expected hours of each week exceed its capacity."""
        return model.is_over(self.hours, self.capacity_hours)

    @property
    def weeks_over(self) -> list[int]:
        """Whole weeks over capacity; the running one, partly over, is not among them."""
        return [week for week in np.flatnonzero(self.is_over).tolist() if week]

    def of_kind(self, kind: str) -> np.ndarray:
        """Hours of `renewal`, `new` or `inquiry` by week."""
        return sum((line.expected_hours for line in self.lines if line.kind == kind), np.zeros(len(self.mondays)))

    def rows(self) -> list[tuple]:
        """Rows in the columns of `renewal_forecast`."""
        return Forecast(self.scenario, self.mondays, self.lines, self.capacity_hours, None, {}).rows()


class Year(NamedTuple):
    """The running week and the 51 after it: renewal requests, and hours of all work."""

    renewal_count: float
    hours: float


def fetch(path: Path) -> Callable[[str], dict[str, np.ndarray]]:
    """Runs the forecast's own queries on a snapshot."""
    return lambda query: warehouse.columns(path, Sql(query, ()))


@lru_cache(maxsize=4)
def inputs(path: Path) -> Inputs:
    """What the forecast of a snapshot is made from. Raises Unreadable where it was built without."""
    try:
        return reading.inputs(fetch(path))
    except (KeyError, IndexError) as error:
        raise _other_version(path) from error


@lru_cache(maxsize=16)
def scenarios(path: Path) -> tuple[Scenario, ...]:
    """The scenarios of the policy in force, the base first. Raises Unreadable where the snapshot has none."""
    try:
        found = reading.scenarios(fetch(path))
    except (KeyError, ValidationError) as error:
        raise _other_version(path) from error
    if not found:
        raise _other_version(path)
    return found


def outlook(path: Path, scenario: Scenario, weeks: int, with_runs: bool = False) -> Outlook:
    """A scenario over so many weeks, the running one first. `with_runs`: with the model's own forecast, for ranges over several weeks."""
    known = published(path, scenario)
    if known and not with_runs:
        mondays, lines, capacity = _published(path, known.id)
        if (known.staff, known.hours_per_business_day) != (scenario.staff, scenario.hours_per_business_day):
            capacity = capacity_hours(path, scenario, weeks)
        return Outlook(scenario, mondays[:weeks], tuple(cut(line, weeks) for line in lines), capacity[:weeks], known == scenario)
    # As long as the published forecast where that is nearly so long: the draws of chance depend on it.
    length = model.WEEKS if known or weeks >= model.WEEKS - 1 else weeks
    found = _demand(path, _demand_key(scenario), length)
    capacity = capacity_hours(path, scenario, weeks)
    return Outlook(scenario, found.mondays[:weeks], tuple(cut(line, weeks) for line in found.lines), capacity, known == scenario, found)


def mean(path: Path, scenario: Scenario, weeks: int) -> Forecast:
    """The model's forecast without its runs: the expectation alone, in some 10 ms."""
    found = _recurrence(path, _demand_key(scenario), weeks)
    daily = (found.days.is_open * scenario.staff * scenario.hours_per_business_day)[: found.days.horizon]
    return Forecast(scenario, tuple(found.days.mondays), (), found.days.by_week(daily), replace(found, capacity_hours=daily), {})


def runs(path: Path, scenario: Scenario, weeks: int, most: int) -> Forecast:
    """The expectation and at most so many runs of the model, over weeks that the page has asked for already or over a longer time."""
    chosen = mean(path, scenario, weeks)
    drawn = _demand(path, _demand_key(scenario), model.WEEKS if weeks > YEAR_WEEKS else weeks).runs
    return replace(chosen, runs={option: each[:most, :weeks] for option, each in drawn.items()})


def published(path: Path, scenario: Scenario) -> Scenario | None:
    """The scenario of the policy with the same demand, or None."""
    return next((each for each in scenarios(path) if _demand_key(each) == _demand_key(scenario)), None)


def published_query(scenario: str, mondays: tuple[date, ...], options: tuple[str, ...] = ()) -> metrics.Query:
    """The published rows of a scenario's weeks, of all options or of those named."""
    where = {"scenario": [scenario], "period_start_on": [each.isoformat() for each in mondays], **({"service_option": list(options)} if options else {})}
    return metrics.select("renewal_forecast", where=where)


def capacity_hours(path: Path, scenario: Scenario, weeks: int) -> np.ndarray:
    """The team's hours in each week."""
    span = days.days(inputs(path), scenario, weeks)
    return span.by_week((span.is_open * scenario.staff * scenario.hours_per_business_day)[: span.horizon])


def year(path: Path, scenario: Scenario) -> Year:
    """The next 12 months of a scenario."""
    shown = _expected(path, scenario, YEAR_WEEKS)
    return Year(sum(float(count.sum()) for count in shown.renewals), float(shown.hours.sum()))


def weeks_over(path: Path, scenario: Scenario, weeks: int) -> int:
    """Whole weeks over capacity."""
    hours = _expected(path, scenario, weeks).hours
    return int(model.is_over(hours, capacity_hours(path, scenario, weeks))[1:].sum())


def staff_needed(path: Path, scenario: Scenario, weeks: int) -> float | None:
    """The fewest full-time equivalents, in tenths, with which no whole week is over; None where no number is enough."""
    hours = _expected(path, scenario, weeks).hours[1:]
    per_person = capacity_hours(path, scenario.model_copy(update={"staff": 1.0}), weeks)[1:]
    working = hours > ROUNDING
    if not working.any():
        return 0.0
    if (per_person[working] <= 0).any():
        return None
    least = float((hours[working] / per_person[working]).max())
    return math.ceil(STAFF_STEPS * least - ROUNDING) / STAFF_STEPS


def cut(line: Line, weeks: int) -> Line:
    """The first weeks of a line."""
    arrays = {each.name: getattr(line, each.name)[:weeks] for each in fields(line) if isinstance(getattr(line, each.name), np.ndarray)}
    return replace(line, **arrays)


class _Mean(NamedTuple):
    renewals: tuple[np.ndarray, ...]
    hours: np.ndarray


def _expected(path: Path, scenario: Scenario, weeks: int) -> _Mean:
    """Expectations without their ranges: published, or worked out in some 10 ms."""
    known = published(path, scenario)
    if known:
        _, lines, _ = _published(path, known.id)
        return _Mean(tuple(line.expected_count[:weeks] for line in lines if line.kind == "renewal"), lines[0].expected_hours[:weeks])
    found, options = _recurrence(path, _demand_key(scenario), max(weeks, YEAR_WEEKS)), inputs(path).options
    renewals = tuple(found.days.by_week(found.submissions[each.id])[:weeks] for each in options if each.kind == "renewal")
    return _Mean(renewals, found.days.by_week(found.hours)[:weeks])


def _demand_key(scenario: Scenario) -> str:
    return scenario.model_dump_json(exclude=CAPACITY_ONLY)


def _demand_of(key: str) -> Scenario:
    return Scenario.model_validate_json(key[:-1] + ',"id":"what_if","name":"What-if","source":"","staff":1,"hours_per_business_day":1}')


@lru_cache(maxsize=12)  # each holds a thousand runs of three years: 8 MB
def _demand(path: Path, key: str, weeks: int) -> Forecast:
    return model.forecast(inputs(path), _demand_of(key), weeks)


@lru_cache(maxsize=24)
def _recurrence(path: Path, key: str, weeks: int) -> recurrence.Expected:
    return recurrence.expected(inputs(path), _demand_of(key), weeks)


@lru_cache(maxsize=32)
def _published(path: Path, scenario: str) -> tuple[tuple[date, ...], tuple[Line, ...], np.ndarray]:
    """Mondays, lines and capacity of a published scenario. Raises Unreadable where there are none."""
    found = warehouse.columns(path, metrics.select("renewal_forecast", where={"scenario": [scenario]}))
    options = found["service_option"]
    order = [model.ALL, *(each.id for each in inputs(path).options)]
    if not set(order) <= set(options.tolist()):
        raise _other_version(path)
    numbers = [each.name for each in fields(Line) if each.name not in ("service_option", "kind")]
    lines = tuple(
        Line(option, str(found["kind"][mine][0]), **{name: np.asarray(found[name][mine], dtype=float) for name in numbers})
        for option, mine in ((option, options == option) for option in order)
    )
    everything = options == model.ALL
    first = found["period_start_on"][everything][0].astype("datetime64[D]").item()
    mondays = tuple(first + timedelta(weeks=week) for week in range(int(everything.sum())))
    return mondays, lines, np.asarray(found["capacity_hours"][everything], dtype=float)


def _other_version(path: Path) -> warehouse.Unreadable:
    return warehouse.Unreadable(f"{path.name} was built by another version of certboard and holds no forecast. Run certboard build.")
