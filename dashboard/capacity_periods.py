"""The bars of page 6 as frames, their table on the page, and the same rows as files: weeks, or months of whole weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from dashboard import outlook, queries
from dashboard.capacity_words import between, compared, hours, use
from dashboard.formats import MISSING, MONTHS, count
from dashboard.outlook import Outlook
from pipelines.forecast import model
from pipelines.metrics import Query
from pipelines.tables import TABLES, Column, columns

KINDS = ("renewal", "new", "inquiry")
SQL_TYPES = {"date": "date", "text": "varchar", "count": "bigint", "number": "double", "ratio": "double", "boolean": "boolean"}
MONTH_COLUMNS = columns(
    "period_start_on:date week_count:count weeks_over_count:count service_option kind expected_count:number low_80_count:number high_80_count:number "
    "expected_hours:number capacity_hours:number utilisation_ratio:ratio scenario low_80_hours:number high_80_hours:number open_count:number "
    "lapse_count:number"
)
"""Averages a week over the whole weeks that begin in a month."""


def weeks(path: Path, shown: Outlook, as_of_on: date) -> pd.DataFrame:
    """A row per week: `starts_on`, hours (`hours`, `low`, `high`, `capacity`, and by kind), counts, `is_over`, `is_partial`, `closed`."""
    total = shown.total
    return pd.DataFrame(
        {
            "starts_on": list(shown.mondays),
            "hours": total.expected_hours,
            "low": total.low_80_hours,
            "high": total.high_80_hours,
            "capacity": shown.capacity_hours,
            **{kind: shown.of_kind(kind) for kind in KINDS},
            "submissions": total.expected_count,
            "opened": total.open_count,
            "is_over": shown.is_over,
            "is_partial": [week == 0 for week in range(len(shown.mondays))],
            "closed": closures(path, shown, as_of_on),
        }
    )


def months(path: Path, shown: Outlook) -> pd.DataFrame:
    """A row per month, hours as averages a week over the whole weeks that begin in it; ranges from the same runs. Needs the model's own forecast."""
    whole = shown.mondays[1:]
    starts = sorted({monday.replace(day=1) for monday in whole})
    of = np.array([starts.index(monday.replace(day=1)) for monday in whole])
    sizes = np.bincount(of, minlength=len(starts))

    def mean(by_week: np.ndarray) -> np.ndarray:
        return np.bincount(of, weights=by_week[1:], minlength=len(starts)) / sizes

    low, high = _ranges(shown, of, sizes, {option: each.hours for option, each in outlook.inputs(path).effort.items()})
    is_over = np.bincount(of, weights=shown.is_over[1:], minlength=len(starts)).astype(int)
    return pd.DataFrame(
        {
            "starts_on": starts,
            "hours": mean(shown.hours),
            "low": low[0],
            "high": high[0],
            "capacity": mean(shown.capacity_hours),
            **{kind: mean(shown.of_kind(kind)) for kind in KINDS},
            "submissions": mean(shown.total.expected_count),
            "low_count": low[1],
            "high_count": high[1],
            "opened": mean(shown.total.open_count),
            "lapses": mean(shown.total.lapse_count),
            "is_over": is_over > 0,
            "is_partial": False,
            "week_count": sizes,
            "over_count": is_over,
        }
    )


def closures(path: Path, shown: Outlook, as_of_on: date) -> list[str]:
    """Per week the weekdays from as_of on that are closed: by the calendar, or frozen by the scenario."""
    calendar = queries.calendar_between(path, as_of_on, shown.mondays[-1] + timedelta(days=6))
    found = []
    for monday in shown.mondays:
        closed = []
        for day in (monday + timedelta(days=offset) for offset in range(5)):
            if day in calendar and calendar[day].closure_name:
                closed.append(f"{calendar[day].closure_name} {day.isoformat()}")
        closed += [each.name for each in shown.scenario.freezes if each.begins_on <= monday + timedelta(days=6) and each.ends_on >= max(monday, as_of_on)]
        found.append(", ".join(closed))
    return found


def week_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of `weeks` in words: hours, capacity and the range first."""
    rows = list(frame.itertuples())
    return pd.DataFrame(
        {
            "Week of (Monday)": [f"{row.starts_on}{' (the rest of it)' if row.is_partial else ''}" for row in rows],
            **_numbers(frame),
            "Submissions": [hours(row.submissions) for row in rows],
            "Open requests": [count(round(row.opened)) for row in rows],
            "Closed": [row.closed or MISSING for row in rows],
        }
    )


def month_table(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows of `months` in words."""
    rows = list(frame.itertuples())
    return pd.DataFrame(
        {
            "Month": [f"{MONTHS[row.starts_on.month - 1]} {row.starts_on.year}" for row in rows],
            **_numbers(frame),
            "Submissions": [hours(row.submissions) for row in rows],
            "Weeks over": [f"{row.over_count} of {row.week_count}" for row in rows],
        }
    )


def week_query(shown: Outlook, options: Sequence[str] = (model.ALL,)) -> Query:
    """The weeks as rows of `renewal_forecast`: the published ones, or the same columns of a what-if. `options`: of these, or of all with ()."""
    if shown.is_published:
        return outlook.published_query(shown.scenario.id, shown.mondays, tuple(options))
    rows = [row for row in shown.rows() if not options or row[1] in options]
    return rows_query(sorted(rows, key=lambda row: (row[0], row[1], row[2])), TABLES["renewal_forecast"].columns)


def month_query(shown: Outlook, frame: pd.DataFrame) -> Query:
    """The months as rows, averages a week."""
    rows = [
        (
            row.starts_on, int(row.week_count), int(row.over_count), model.ALL, model.ALL, row.submissions, row.low_count, row.high_count, row.hours,
            row.capacity, row.hours / row.capacity if row.capacity else None, shown.scenario.id, row.low, row.high, row.opened, row.lapses,
        )
        for row in frame.itertuples()
    ]  # fmt: skip
    return rows_query(rows, MONTH_COLUMNS)


def rows_query(rows: Sequence[tuple], shape: Sequence[Column]) -> Query:
    """Rows that no table holds as a statement, for the writers of files; in their order."""
    parts = [f"unnest(cast(? as {SQL_TYPES[each.kind]}[])) as {each.identifier}" for each in shape]
    values = tuple([_plain(row[place]) for row in rows] for place in range(len(shape)))
    return Query(f"select {', '.join(parts)}", values, tuple(shape))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _numbers(frame: pd.DataFrame) -> dict[str, list[str]]:
    rows = list(frame.itertuples())
    both = [compared(row.hours, row.capacity) for row in rows]
    return {
        "Hours of work": [each.hours for each in both],
        "80\u00a0% range": [between(row.low, row.high) for row in rows],
        "Capacity": [each.capacity for each in both],
        "Use": [use(row.hours, row.capacity) for row in rows],
        "Hours missing": [each.difference if row.is_over and row.hours > row.capacity else MISSING for each, row in zip(both, rows, strict=True)],
        "Renewals": [hours(row.renewal) for row in rows],
        "New requests": [hours(row.new) for row in rows],
        "Inquiries": [hours(row.inquiry) for row in rows],
    }


def _ranges(shown: Outlook, of: np.ndarray, sizes: np.ndarray, efforts: Mapping[str, float]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Low and high of the months' averages: [of hours, of submissions]. `of`: the month of each whole week."""
    number = work = np.zeros(1)
    for line in shown.lines[1:]:
        drawn = shown.forecast.runs[line.service_option][:, 1 : len(shown.mondays)]
        number = number + drawn
        work = work + efforts[line.service_option] * (drawn + line.open_count[1:])
    ranges = []
    for values, grain in ((work, float(np.mean(list(efforts.values())))), (number, 1.0)):
        sums = np.stack([values[:, of == month].sum(axis=1) for month in range(len(sizes))], axis=1)
        ranges.append(model.bounds(sums, grain, np.random.default_rng(model.SEED)))
    return [low / sizes for low, _ in ranges], [high / sizes for _, high in ranges]
