"""Page 2: where and when do we miss? For the service manager and the team lead."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import cards, clock_comparison, formats, miss_charts, miss_list, page_parts, phase_parts, queries, readiness_parts
from dashboard.filters import option_name
from dashboard.formats import count
from dashboard.page_parts import reading
from dashboard.tallies import Tally

PERIODS = 12


def show() -> None:
    """The whole page."""
    now = reading()
    tally = queries.tally(now.path, now.filters.where())
    page_parts.header("Where and when do we miss?", page_parts.filter_sentence(), tally)
    if not page_parts.nothing_matches(tally):
        periods = _periods()
        by_option = queries.slo_attainment(now.path, ("service_option", now.filters.grain), {**now.filters.where(period=False), now.filters.grain: periods})
        chosen = cards.chosen(by_option)
        with page_parts.part():
            page_parts.notices(tally, now.filters.where())
            _headline(tally, chosen)
        with page_parts.part():
            miss_charts.over_time(by_option, periods)
        grid = st.grid(2, min_column_width=340, gap="medium")
        with grid.cell(), page_parts.part():
            miss_charts.by_value()
        with grid.cell(), page_parts.part():
            miss_charts.by_how_much(tally)
        with page_parts.part():
            phase_parts.show(tally)
        with page_parts.part():
            phase_parts.paths()
        with page_parts.part():
            clock_comparison.show(chosen)
        with page_parts.part():
            readiness_parts.by_department(now.filters.where(), f"requests due in {formats.period_name(now.filters.period)}")
        with page_parts.part():
            miss_list.show()
        with page_parts.part():
            st.header("How this is counted", anchor=False)
            st.markdown(page_parts.plain(tally.formula(f"requests due in {formats.period_name(now.filters.period)}")))
            st.markdown(page_parts.plain(tally.reconciliation()))
    page_parts.footer("due")


def _periods() -> list[str]:
    """Twelve periods, as many as fit a phone: up to the chosen one, or to the one after it where that still runs."""
    now = reading()
    every = list(now.choices.periods[now.filters.grain])
    end = every.index(now.filters.period) + 1
    end += any(_is_running(period) for period in every[end : end + 1])
    return every[max(0, end - PERIODS) : end]


def _is_running(period: str) -> bool:
    first, last = formats.period_bounds(period)
    return first <= reading().as_of_on <= last


def _headline(tally: Tally, by_option: pd.DataFrame) -> None:
    now = reading()
    period = formats.period_name(now.filters.period)
    if not tally.due:
        st.info(f"No data. No request was due in {period}.")
        return
    if not tally.missed:
        page_parts.headline(f"No request was missed. {count(tally.met)} of {count(tally.due)} met.")
        return
    worst = by_option.loc[by_option["missed_count"].astype(int).idxmax()]
    name = option_name(now.choices, worst["service_option"])
    where = f"; {count(int(worst['missed_count']))} of them in {name}" if len(by_option) > 1 else ""
    page_parts.headline(f"{count(tally.missed)} of {count(tally.due)} missed in {period}{where}.")


if __name__ == "__main__":
    show()
