"""Attainment ahead: the share of requests that will meet their due date, month by month, and the staff that keeps the promise."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, capacity_periods, formats, outlook, page_parts, queries, warehouse
from dashboard.capacity import View
from dashboard.capacity_words import hours, staff
from dashboard.filters import option_name
from dashboard.formats import MISSING, NO_BREAK, count, period_bounds, period_name, plural, ratio_percent
from dashboard.page_parts import reading
from pipelines import metrics
from pipelines.forecast import attainment_forecast, model
from pipelines.forecast import reading as forecast_reading
from pipelines.forecast.queue import Staffing
from pipelines.metrics import Query
from pipelines.policy_schema import Scenario
from pipelines.tables import TABLES

TABLE = "attainment_forecast"
NONE = "This snapshot says nothing of attainment ahead. Run `certboard build`."
MOST_WEEKS = model.YEAR_WEEKS
"""So far ahead attainment is forecast: with a backlog that grows for longer than a year nobody would wait."""

RUNS = 250
"""Of the runs of a what-if so many go through the queue: the range of a share needs fewer than that of the hours."""


def show(shown: View) -> None:
    """The sentences, a row per month for all options together, and the rows by option."""
    now = reading()
    st.header("Will the targets be met?", anchor=False)
    weeks = min(shown.weeks, MOST_WEEKS)
    try:
        rows, query = months(now.path, shown.scenario, weeks)
    except warehouse.Unreadable:
        st.info(NONE)
        return
    together = [row for row in rows if row.service_option == model.ALL]
    if not together:
        st.markdown(f"No month ends within the {shown.weeks} weeks shown.")
        return
    objective = max(each.objective_basis_points for each in queries.policy_options(now.path)) / 10000
    kept = staffing(now.path, shown.scenario, weeks, objective)
    st.markdown(page_parts.plain(sentence([row for row in together if row.is_whole], objective, shown.scenario.staff)))
    st.markdown(page_parts.plain(staff_sentence(kept, objective, together[0].past_met_ratio)))
    blocks.numbers(_table(together, objective), "Attainment ahead by month, all service options")
    limit = f" Attainment is forecast for {MOST_WEEKS} weeks." if shown.weeks > MOST_WEEKS else ""
    st.caption(
        page_parts.plain(
            "Counted: requests by the month in which they fall due, the open ones and those expected, served in the order of their due dates with the hours "
            f"of the team. Reached: the share that the hours reach in time, with the range of 80{NO_BREAK}% of the runs ({RUNS} of them for a what-if). "
            f"Expected: that share times the share that met its date in the last complete months, because lack of hours is one cause of misses among "
            f"several.{limit}"
        )
    )
    scope = shown.sentence(now.as_of_on)
    only = Query(f"select * from ({query.sql}) where service_option = ?", (*query.parameters, model.ALL), query.columns)
    blocks.download(blocks.Download(only, TABLE, shown.file_part(), len(together), filtered=False, scope=scope), "ahead")
    with st.expander(f"By service option ({count(len(rows))} rows)"):
        named = _table(rows, objective)
        named.insert(1, "Service option", [_named(row.service_option) for row in rows])
        st.dataframe(named, hide_index=True, placeholder=MISSING, alt="Attainment ahead by month and service option")
        blocks.download(blocks.Download(query, f"{TABLE}_options", shown.file_part(), len(rows), filtered=False, scope=scope), "ahead_options")


def months(path: Path, scenario: Scenario, weeks: int) -> tuple[list[Any], Query]:
    """Rows of `attainment_forecast` of the months that end within so many weeks, and their query: the published ones, else the model's. Raises Unreadable."""
    known = {row.month for row in warehouse.records(path, metrics.select(TABLE, where={"scenario": [scenario.id]}))}
    last = outlook.outlook(path, scenario, weeks).mondays[-1] + timedelta(days=6)
    if known:
        query = metrics.select(TABLE, where={"scenario": [scenario.id], "month": sorted(each for each in known if period_bounds(each)[1] <= last)})
        return warehouse.records(path, query), query
    shape = TABLES[TABLE].columns
    row_type = namedtuple("Row", [each.name for each in shape])
    rows = [row_type(*row, scenario.id) for row in _ahead(path, scenario.model_dump_json(), weeks) if period_bounds(row.period)[1] <= last]
    rows.sort(key=lambda row: (row.month, row.service_option))
    return rows, capacity_periods.rows_query(rows, shape)


def staffing(path: Path, scenario: Scenario, weeks: int, objective: float) -> Staffing:
    """The fewest people who keep the objective over all and in each whole month, on the expected arrivals."""
    return _staffing(path, scenario.model_dump_json(), weeks, objective)


@lru_cache(maxsize=64)
def _staffing(path: Path, scenario: str, weeks: int, objective: float) -> Staffing:
    chosen = Scenario.model_validate_json(scenario)
    return attainment_forecast.staffing_ahead(outlook.inputs(path), outlook.mean(path, chosen, weeks), _past(path).get(model.ALL), objective)


@lru_cache(maxsize=64)
def _ahead(path: Path, scenario: str, weeks: int) -> list[attainment_forecast.Month]:
    chosen = Scenario.model_validate_json(scenario)
    return attainment_forecast.attainment_ahead(outlook.inputs(path), outlook.runs(path, chosen, weeks, RUNS), _past(path))


def _past(path: Path) -> dict[str, float | None]:
    return forecast_reading.past_met_ratios(outlook.fetch(path))


def sentence(whole: Sequence[Any], objective: float, people: float) -> str:
    """The whole months ahead together, and the lowest of them. `whole`: rows of all options."""
    told = [row for row in whole if row.carried_ratio is not None]
    if not told:
        return "No whole month lies ahead in the weeks shown."
    lowest = min(told, key=lambda row: _best(row))
    kind = "are expected to meet their date" if lowest.expected_met_ratio is not None else "are reached by the hours in time"
    due = sum(row.request_count for row in told)
    share = sum(row.request_count * _best(row) for row in told) / due
    return (
        f"With {people:g} full-time equivalents about {percent(share, objective)} of the {hours(due)} requests due in {plural(len(told), 'whole month')} "
        f"{kind}; the fewest in {period_name(lowest.month)}: {percent(_best(lowest), objective)} of {hours(lowest.request_count)}."
    )


def staff_sentence(kept: Staffing, objective: float, past: float | None) -> str:
    """What staffing keeps the objective, or why none does."""
    aim = ratio_percent(objective)
    if kept.for_objective is not None:
        return f"{staff(kept.for_objective)} full-time equivalents keep {aim}, over all these months and in each whole one."
    if not kept.for_capacity and past is not None:
        return f"No number of people keeps {aim}: they have no hours for requests."
    because = "no past month tells how many meet their date"
    if past is not None:
        because = f"of those that the hours reach, {percent(past, objective)} met their date so far"
    return f"No number of people alone keeps {aim}: {because}. Beyond {staff(kept.for_capacity)} full-time equivalents more people meet no more due dates."


def percent(ratio: float, objective: float) -> str:
    """A share in whole percent, with decimals where it would seem to be on the other side of the objective, or to be all."""
    decimals = 0
    while decimals < 4 and not _keeps(100 * ratio, round(100 * ratio, decimals), 100 * objective):
        decimals += 1
    return f"{100 * ratio:.{decimals}f}{NO_BREAK}%"


def _keeps(exact: float, shown: float, line: float) -> bool:
    return (shown >= line - 1e-9) == (exact >= line - 1e-9) and (shown >= 100) == (exact >= 100 - 1e-9)


def _best(row: Any) -> float:
    return row.carried_ratio if row.expected_met_ratio is None else row.expected_met_ratio


def _table(rows: Sequence[Any], objective: float) -> pd.DataFrame:
    def share(ratio: float | None) -> str:
        return MISSING if ratio is None or pd.isna(ratio) else percent(ratio, objective)

    return pd.DataFrame(
        {
            "Due in": [f"{period_name(row.month)}{'' if row.is_whole else ' (a part)'}" for row in rows],
            "Requests": [hours(row.request_count) for row in rows],
            "Expected to be met": [share(row.expected_met_ratio) for row in rows],
            "Reached by the hours": [share(row.carried_ratio) for row in rows],
            f"80{NO_BREAK}% range": [MISSING if row.low_80_ratio is None else _range(row.low_80_ratio, row.high_80_ratio) for row in rows],
            "Met in the past year": [share(row.past_met_ratio) for row in rows],
        }
    )


def _range(low: float, high: float) -> str:
    return formats.ratio_percent(low) if low == high else formats.interval(low, high)


def _named(option: str) -> str:
    return "All" if option == model.ALL else option_name(reading().choices, option)

