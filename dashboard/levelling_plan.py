"""The levelling plan as page 6 shows it: the published one of the base scenario, or one that is worked out for a what-if."""

from __future__ import annotations

from collections import Counter, namedtuple
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from dashboard import capacity_periods, outlook, warehouse
from dashboard.formats import calendar_days
from dashboard.icalendar import Event
from dashboard.queries import Sql
from pipelines import metrics
from pipelines.forecast import reading, recurrence
from pipelines.forecast.inputs import UNCLASSIFIED
from pipelines.forecast.publishing import PLANNED_WEEKS
from pipelines.metrics import Query
from pipelines.policy_schema import Scenario
from pipelines.tables import TABLES

TABLE = "levelling_plan"


class Move(NamedTuple):
    """A certificate and the day on which the plan submits its renewal."""

    certificate: str
    name: str
    submit_on: date
    submit_by_on: date
    expires_on: date
    days_given_up: float


@dataclass(frozen=True)
class Levelled:
    """A plan: its moves by day, and the hours of its weeks as things are and with it. `query`: its rows, for a file."""

    mondays: tuple[date, ...]
    before: np.ndarray
    after: np.ndarray
    capacity: np.ndarray
    moves: tuple[Move, ...]
    query: Query
    is_proven: bool

    @property
    def days_given_up(self) -> float:
        """Days of validity that the plan costs."""
        return sum(each.days_given_up for each in self.moves)

    def weeks_over(self, hours: np.ndarray) -> int:
        """Whole weeks in which hours exceed the capacity by what can be seen: a tenth of an hour."""
        return int((hours - self.capacity > 0.1)[1:].sum())

    def missing(self, hours: np.ndarray) -> float:
        """Hours above the capacity, the running week's among them."""
        return float(np.maximum(hours - self.capacity, 0).sum())

    @property
    def changed(self) -> list[int]:
        """Positions of the weeks that change by an hour or more."""
        return np.flatnonzero(np.abs(self.after - self.before) >= 1).tolist()


def published(path: Path) -> Levelled:
    """The plan of the base scenario. Raises Unreadable where the snapshot has none."""
    return _published(path)


def worked_out(path: Path, scenario: Scenario) -> Levelled:
    """A plan for any scenario: some seconds the first time."""
    return _worked_out(path, scenario.model_dump_json())


def events(moves: Iterable[Move]) -> Iterable[Event]:
    """All-day events: submit this renewal today."""
    for each in moves:
        about = f"Planned so that no week exceeds capacity where possible. Expires {each.expires_on}; submit by {each.submit_by_on} at the latest."
        yield Event(f"{each.certificate}-levelled", each.submit_on, f"Submit the renewal today (plan): {each.name}", about)


def cost(days: float) -> str:
    """`112 validity days`, in whole ones; `less than one validity day`."""
    if 0 < days < 1:
        return "less than one validity day"
    return calendar_days(round(days)).replace("calendar", "validity")


@lru_cache(maxsize=8)
def _published(path: Path) -> Levelled:
    query = metrics.select(TABLE)
    rows = warehouse.records(path, query)
    return _levelled(path, outlook.scenarios(path)[0], rows, query, all(row.is_proven_optimal for row in rows))


@lru_cache(maxsize=16)
def _worked_out(path: Path, scenario: str) -> Levelled:
    from pipelines.forecast import levelling  # its solver takes longer to import than a page without it takes

    chosen, shape = Scenario.model_validate_json(scenario), TABLES[TABLE].columns
    made = levelling.plan(outlook.inputs(path), chosen, PLANNED_WEEKS)
    kinds = {(each.service_option, each.expires_on, each.validity_days) for each in made.moves}
    found = levelling.rows(outlook.inputs(path), made, reading.certificates(outlook.fetch(path), outlook.inputs(path), kinds)) if kinds else []
    row_type = namedtuple("Row", [each.name for each in shape])
    return _levelled(path, chosen, [row_type(*row) for row in found], capacity_periods.rows_query(found, shape), made.is_proven_optimal)


def _levelled(path: Path, scenario: Scenario, rows: Sequence[Any], query: Query, is_proven: bool) -> Levelled:
    """The weeks with these certificates on their planned days, by the same recurrence as the forecast."""
    before = outlook.mean(path, scenario, PLANNED_WEEKS)
    hours = before.mean.days.by_week(before.mean.hours)
    if not rows:
        return Levelled(before.mondays, hours, hours, before.capacity_hours, (), query, is_proven)
    from pipelines.forecast import levelling

    held = _held(path, [row.certificate for row in rows])
    counts = Counter((*held[row.certificate][1:], row.submit_on) for row in rows)
    moves = tuple(levelling.Move(*kind, number, (), 0.0) for kind, number in sorted(counts.items()))
    made = levelling.Plan(before.mondays, hours, hours, before.capacity_hours, moves, is_proven)
    rest, fixed = levelling.levelled(outlook.inputs(path), made)
    after = recurrence.expected(rest, scenario, PLANNED_WEEKS, fixed)
    shown = tuple(
        Move(row.certificate, held[row.certificate][0], row.submit_on, row.submit_by_on, row.expires_on, float(row.validity_days_given_up)) for row in rows
    )
    return Levelled(before.mondays, hours, after.days.by_week(after.hours), before.capacity_hours, shown, query, is_proven)


def _held(path: Path, certificates: Sequence[str]) -> dict[str, tuple[str, str, date, int]]:
    """Name, option, expiry and validity (days) of certificates, as the cohorts of the forecast have them."""
    known = outlook.inputs(path)
    options = {each.id for each in known.options}
    unknown = reading.in_force(known.validity, known.as_of_on)
    places = ", ".join("?" for _ in certificates)
    sql = f"select certificate, common_name, service_option, expires_on, validity_days from forecast_certificates where certificate in ({places})"
    return {
        row.certificate: (
            row.common_name or row.certificate,
            row.service_option if row.service_option in options else UNCLASSIFIED,
            row.expires_on,
            row.validity_days or unknown,
        )
        for row in warehouse.records(path, Sql(sql, tuple(certificates)))
    }
