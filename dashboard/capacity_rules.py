"""What page 6 rests on: the periods of the service that coming lifetimes leave no room for, and everything the forecast takes for granted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, capacity_periods, outlook, page_parts, queries, warehouse
from dashboard.capacity import View
from dashboard.formats import NO_BREAK, count, named_day, plural
from dashboard.lifetimes import Lifetimes
from dashboard.page_parts import reading
from pipelines.forecast import assumptions
from pipelines.forecast import reading as forecast_reading
from pipelines.tables import TABLES

NO_FIT = "This snapshot does not say which periods fit the coming lifetimes. Run `certboard build`."


def stops(lifetimes: Lifetimes) -> None:
    """The periods of the service beside each lifetime, first those that no longer fit one."""
    now = reading()
    st.header("What stops working?", anchor=False)
    query = queries.table_query("lifetime_fit")
    try:
        rows = warehouse.records(now.path, query)
    except warehouse.Unreadable:
        st.info(NO_FIT)
        return
    st.markdown(page_parts.plain(finding(rows)))
    st.markdown("\n".join(f"- {page_parts.plain(words)}" for words in stopped(rows, lifetimes)))
    blocks.numbers(_fits(rows, lifetimes), "Periods of the service by the lifetime of certificates")
    st.caption(
        page_parts.plain(
            "Counted: the share of a certificate's life that a period takes, or whether a validation can be used again. A period that is counted back from the "
            "expiry has to lie after the days in which the certificate may still be changed. Lifetimes as published, by the day of issue."
        )
    )
    words = f"the {count(len(rows))} rows by period and lifetime"
    file = blocks.Download(query, "lifetime_fit", "lifetimes", len(rows), filtered=False, words=words, scope="Periods of the service by lifetime")
    blocks.download(file, "fit")


def finding(rows: Sequence[Any]) -> str:
    """How many periods stop fitting, and from when. `rows`: of `lifetime_fit`."""
    every = {row.period for row in rows}
    failing = {row.period: row.unfit_from for row in rows if row.unfit_from is not None}
    if not failing:
        return f"All {plural(len(every), 'period')} of the service fit every lifetime that is published."
    first = min(failing.values())
    return f"{count(len(failing))} of {plural(len(every), 'period')} of the service stop fitting, the first for certificates issued from {named_day(first)}."


def stopped(rows: Sequence[Any], lifetimes: Lifetimes) -> list[str]:
    """What stops and why, soonest first: `Second notice of expiry (60 calendar days), with 47-day certificates: the notice would come before …`"""
    failing = sorted((row for row in rows if row.unfit_from == row.issued_from), key=lambda row: (row.issued_from, -row.share_of_life_ratio))
    return [
        f"{row.name} ({plural(row.days, 'calendar day')}), with {lifetimes.allowed(row.operational_days)}-day certificates: "
        f"{row.meaning[0].lower()}{row.meaning[1:]}."
        for row in failing
    ]


def _fits(rows: Sequence[Any], lifetimes: Lifetimes) -> pd.DataFrame:
    """A row per period, a column per lifetime; those that stop first on top."""
    starts = sorted({row.issued_from for row in rows})
    by_period: dict[str, list[Any]] = {}
    for row in rows:
        by_period.setdefault(row.period, []).append(row)
    periods = sorted(by_period.values(), key=lambda found: (found[0].unfit_from is None, found[0].unfit_from or found[0].issued_from))
    lives = [next(row for found in periods for row in found if row.issued_from == start) for start in starts]
    columns = {}
    for position, life in enumerate(lives):
        heading = f"{lifetimes.allowed(life.operational_days)}{NO_BREAK}days{', now' if not position else f', from {life.issued_from}'}"
        columns[heading] = [_fit([row for row in found if row.issued_from <= life.issued_from][-1]) for found in periods]
    return pd.DataFrame(
        {
            "Period": [found[0].name for found in periods],
            "Calendar days": [" to ".join(str(each) for each in dict.fromkeys([found[0].days, found[-1].days])) for found in periods],
            **columns,
        }
    )


def _fit(row: Any) -> str:
    share = f"{100 * row.share_of_life_ratio:.0f}{NO_BREAK}%"
    return f"fits, {share}" if row.fits else f"does not fit, {share}"


def taken_for_granted(shown: View) -> None:
    """Everything the forecast assumes or has learned, with its source."""
    now = reading()
    st.header("What is assumed?", anchor=False)
    scenario = shown.scenario
    if outlook.scenarios(now.path)[0] == scenario:
        query = queries.table_query("forecast_assumptions")
        rows = [(row.position, row.assumption, row.value, row.is_assumed, row.source) for row in warehouse.records(now.path, query)]
    else:
        rows = assumptions.rows(outlook.inputs(now.path), scenario, forecast_reading.left_out(outlook.fetch(now.path), outlook.inputs(now.path)))
        query = capacity_periods.rows_query(rows, TABLES["forecast_assumptions"].columns)
    assumed = sum(bool(row[3]) for row in rows)
    verb = "is" if assumed == 1 else "are"
    st.markdown(f"{count(assumed)} of {plural(len(rows), 'input')} {verb} assumed; the others are published or learned from the exports.")
    table = pd.DataFrame(
        {
            "Input": [row[1] for row in rows],
            "Value": [f"{row[2]} (assumed)" if row[3] else row[2] for row in rows],
            "Source": [row[4] for row in rows],
        }
    )
    blocks.numbers(table, "What the forecast takes for granted")
    blocks.download(blocks.Download(query, "forecast_assumptions", shown.file_part(), len(rows), filtered=False, scope=shown.base.name), "assumptions")
