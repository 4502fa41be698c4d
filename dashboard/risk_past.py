"""How good the risks were: of the requests that were open at past months' ends, the misses expected beside those that came."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, page_parts, risks, warehouse
from dashboard.formats import count, plural
from dashboard.page_parts import reading
from pipelines import metrics
from pipelines.metrics import Query
from pipelines.tables import columns

SHAPE = columns("risk_band word request_count:count expected_missed_count:number missed_count:count brier_score:number base_brier_score:number")
NONE = "No look back on these risks in this snapshot. Run `certboard backtest`."


def query() -> Query:
    """A row per band that a request had at an origin, most likely to miss first."""
    sql = (
        "select risk_band, word, cast(sum(request_count) as bigint) as request_count, sum(expected_missed_count) as expected_missed_count, "
        "cast(sum(missed_count) as bigint) as missed_count, sum(squared_error_sum) / sum(request_count) as brier_score, "
        "sum(base_squared_error_sum) / sum(request_count) as base_brier_score "
        "from risk_backtest inner join policy_bands on risk_band = band group by risk_band, word, policy_bands.position order by policy_bands.position"
    )
    return Query(sql, (), SHAPE)


def show() -> None:
    """The sentence, the bands, and the file of them."""
    now = reading()
    st.subheader("How good were these risks?", anchor=False)
    rows = _rows(now.path)
    if not rows:
        st.info(NONE)
        return
    st.markdown(page_parts.plain(sentence(rows)))
    blocks.numbers(_table(rows), "Table of past risks by band: requests, misses expected and misses that came.")
    st.caption(
        "Counted: requests open at the ends of the last twelve complete months whose outcome is known since, each with the risk it had then. "
        "The Brier score is the mean squared difference between risk and outcome, 0 at best; the base rate is the share missed before, by service option."
    )
    blocks.download(blocks.Download(query(), "risk_backtest", "by-band", len(rows), filtered=False, scope="All open requests"), "risk_past")


def sentence(rows: list[Any]) -> str:
    """What was expected, what came, and whether the risks beat the base rate."""
    number, missed = sum(row.request_count for row in rows), sum(row.missed_count for row in rows)
    expected = sum(row.expected_missed_count for row in rows)
    mine = sum(row.brier_score * row.request_count for row in rows) / number
    base = sum(row.base_brier_score * row.request_count for row in rows) / number
    verdict = "better than" if mine < base else "no better than"
    return (
        f"Of {plural(number, 'request')} open at past months' ends, {count(missed)} missed; about {expected:.0f} were expected to. "
        f"Brier score {mine:.3f}, {verdict} the base rate's {base:.3f}."
    )


def _rows(path: Path) -> list[Any]:
    try:
        return warehouse.records(path, query()) if risks.is_known(path) else []
    except warehouse.Unreadable:
        return []


def _table(rows: list[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Risk then": [row.word for row in rows],
            "Requests": [count(row.request_count) for row in rows],
            "Misses expected": [f"{row.expected_missed_count:.0f}" for row in rows],
            "Missed": [count(row.missed_count) for row in rows],
            "Brier score": [f"{row.brier_score:.3f}" for row in rows],
            "Of the base rate": [f"{row.base_brier_score:.3f}" for row in rows],
        }
    )
