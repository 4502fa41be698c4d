"""How good the forecast would have been: forecasts from the ends of past months, with what was known then, beside what came."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, warehouse
from dashboard.capacity_words import between, hours
from dashboard.charts import capacity as charts
from dashboard.charts.figure import period_ticks
from dashboard.formats import MISSING, NO_BREAK, count, month_of, named_day, period_name, plural
from dashboard.page_parts import reading
from pipelines import metrics
from pipelines.forecast import backtest

HEADING = "How good was it?"
NONE = "No back-test in this snapshot. Run `certboard backtest`."
MONTHS = 12
RANGE_RATIO = 0.8
UNLIKELY = 0.05


def query(path: Path) -> metrics.Query | None:
    """The four weeks after each of the last twelve origins, all options together, as rows of `forecast_backtest`; None where there are none."""
    where = {"weeks": [str(backtest.SUMMED_WEEKS)], "service_option": ["all"]}
    try:
        found = warehouse.records(path, metrics.select("forecast_backtest", where=where))
    except warehouse.Unreadable:
        return None
    origins = sorted({row.origin_on for row in found})[-MONTHS:]
    return metrics.select("forecast_backtest", where={**where, "origin_on": [each.isoformat() for each in origins]}) if origins else None


def told(path: Path) -> Mapping[str, float] | None:
    """How those months went, as `backtest.summary` sums them up; None without any."""
    chosen = query(path)
    return backtest.summary(warehouse.records(path, chosen)) if chosen else None


def show() -> None:
    """The sentence, what came on what was forecast, the table and its file."""
    now = reading()
    chosen = query(now.path)
    if chosen is None:
        st.header(HEADING, anchor=False)
        st.info(NONE)
        return
    rows = warehouse.records(now.path, chosen)
    summed = backtest.summary(rows)
    fair = backtest.summary([row for row in rows if row.naive_count is not None])
    frame = pd.DataFrame(
        {
            "period": [month_of(row.period_start_on) for row in rows],
            "low": [row.low_80_count for row in rows],
            "high": [row.high_80_count for row in rows],
            "actual": [row.actual_count for row in rows],
            "is_inside": [row.low_80_count <= row.actual_count <= row.high_80_count for row in rows],
        }
    )
    frame["label"] = period_ticks(list(frame["period"]))["ticktext"]
    blocks.chart(
        "backtest",
        f"{HEADING} {sentence(summed, fair)}" if summed else HEADING,
        charts.looked_back(frame, now.theme),
        f"Dots of what came on bars of what was forecast, by month, {period_name(frame['period'].iloc[0])} to {period_name(frame['period'].iloc[-1])}. "
        f"{count(int(frame['is_inside'].sum()))} of {count(len(frame))} inside the 80 % range. The table below has all numbers.",
        f"submissions of all kinds in the four whole weeks after the end of a month, from {named_day(rows[0].period_start_on)} on, forecast with what was "
        "known at that end. Error: the mean distance between forecast and what came, as a share of what came. Seasonal-naive: the same weeks a year before.",
        _table(rows),
        [blocks.Download(chosen, "forecast_backtest", f"{len(rows)}-months", len(rows), filtered=False, scope="All kinds of requests, four weeks each")],
    )
    for words in (warning(fair), narrow(summed) if summed else ""):
        if words:
            st.warning(words)


def sentence(summed: Mapping[str, float], fair: Mapping[str, float] | None) -> str:
    """`9 of 12 months inside the 80 % range; error 11 %, seasonal-naive 17 %.` `fair`: of the months that have a year before them."""
    inside = f"{count(int(summed['inside']))} of {plural(int(summed['count']), 'month')} inside the 80{NO_BREAK}% range"
    if fair is None:
        return f"{inside}; error {_percent(summed['error'])}; no month has a year before it to compare with."
    if int(fair["count"]) == int(summed["count"]):
        return f"{inside}; error {', seasonal-naive '.join(_apart(summed['error'], summed['naive_error']))}."
    error, naive = _apart(fair["error"], fair["naive_error"])
    return f"{inside}; error {_percent(summed['error'])}. In the {count(int(fair['count']))} with a year before them: error {error}, seasonal-naive {naive}."


def warning(fair: Mapping[str, float] | None) -> str:
    """That the same weeks of the year before were closer; empty where they were not."""
    if fair is None or fair["error"] <= fair["naive_error"]:
        return ""
    error, naive = _apart(fair["error"], fair["naive_error"])
    return (
        f"The forecast was worse than the same weeks of the year before (error {error} against {naive}). "
        "Plan with the range, and with last year's numbers beside it."
    )


def narrow(summed: Mapping[str, float]) -> str:
    """That the ranges were too narrow: they held so few months that chance would do it at most once in twenty times; else empty."""
    count_, inside = int(summed["count"]), int(summed["inside"])
    chance = sum(math.comb(count_, held) * RANGE_RATIO**held * (1 - RANGE_RATIO) ** (count_ - held) for held in range(inside + 1))
    if chance > UNLIKELY:
        return ""
    return (
        f"Ranges of 80{NO_BREAK}% should have held about {round(RANGE_RATIO * count_)} of {plural(count_, 'month')}, not {inside}: "
        "the future is less certain than the ranges on this page."
    )


def _table(rows: Sequence[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Four weeks from": [row.period_start_on.isoformat() for row in rows],
            "Forecast": [hours(row.expected_count) for row in rows],
            f"80{NO_BREAK}% range": [between(row.low_80_count, row.high_80_count) for row in rows],
            "Came": [count(int(row.actual_count)) for row in rows],
            "In the range": ["Yes" if row.low_80_count <= row.actual_count <= row.high_80_count else "No" for row in rows],
            "Year before": [MISSING if row.naive_count is None or pd.isna(row.naive_count) else count(int(row.naive_count)) for row in rows],
            "Mean of the months before": [hours(row.mean_count) for row in rows],
        }
    )


def _percent(ratio: float, decimals: int = 0) -> str:
    return f"{100 * ratio:.{decimals}f}{NO_BREAK}%"


def _apart(one: float, other: float) -> tuple[str, str]:
    """Two ratios in whole percent, with decimals where they would look the same and are not."""
    decimals = 0
    while decimals < 2 and not math.isclose(one, other) and _percent(one, decimals) == _percent(other, decimals):
        decimals += 1
    return _percent(one, decimals), _percent(other, decimals)
