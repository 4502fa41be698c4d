"""The cards of the home page: one per service option, with its word, its last twelve periods and what is left."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, formats, page_parts, queries, wording
from dashboard.charts import attainment
from dashboard.charts.figure import floor_ratio
from dashboard.formats import count, ratio_percent
from dashboard.page_parts import reading

PERIODS = 12
OVERALL = "All service options"


def show(overall: pd.DataFrame) -> None:
    """All options together, then a card per option, and the numbers as a table. `overall`: statements by period."""
    now = reading()
    by = ("service_option", now.filters.grain)
    by_option = queries.slo_attainment(now.path, by, now.filters.where(period=False))
    options = [each for each in queries.policy_options(now.path) if not now.filters.options or each.service_option in now.filters.options]
    series = [_recent(by_option[by_option["service_option"] == each.service_option]) for each in options]
    floor = floor_ratio([ratio for each in (_recent(overall), *series) for ratio in each["attainment_ratio"]])
    grid = st.grid(3, min_column_width=250, border=True)
    with grid.cell():
        _card(OVERALL, None, _recent(overall), floor, [_word(rows) for rows in series])
    for option, rows in zip(options, series, strict=True):
        with grid.cell():
            _card(option.name, option, rows, floor, [])
    st.caption(
        page_parts.plain(
            f"Counted: requests due in {formats.period_name(now.filters.period)}; open and overdue count as missed. "
            f"Lines: the last {PERIODS} periods, all on the same scale from {ratio_percent(floor)} to {ratio_percent(1)}."
        )
    )
    rank = {each.service_option: position for position, each in enumerate(options)}
    lines = chosen(by_option).sort_values("service_option", key=lambda column: column.map(rank))
    blocks.numbers(blocks.attainment_table(lines, {"Service option": blocks.option_names(lines).tolist()}), "Attainment by service option")
    query = queries.slo_attainment_query(by, now.filters.where())
    blocks.download(blocks.Download(query, "slo_attainment", now.filters.period.lower(), len(lines)), "cards")


def _recent(rows: pd.DataFrame) -> pd.DataFrame:
    """The last twelve periods up to the chosen one."""
    periods = list(reading().choices.periods[reading().filters.grain])
    end = periods.index(reading().filters.period) + 1
    return rows.set_index("period").reindex(periods[max(0, end - PERIODS) : end]).reset_index()


def _word(rows: pd.DataFrame) -> wording.Verdict:
    last = rows.iloc[-1]
    if pd.isna(last["due_count"]):
        return wording.Verdict("No data", wording.NO_DATA)
    return wording.verdict(str(last["slo_status"]), str(last["confidence"]), int(last["due_count"]), bool(last["is_complete"]))


def _card(name: str, option: Any, rows: pd.DataFrame, floor: float, words: list[wording.Verdict]) -> None:
    last = rows.iloc[-1]
    verdict = _word(rows)
    due = 0 if pd.isna(last["due_count"]) else int(last["due_count"])
    target = None if pd.isna(last["target_ratio"]) else float(last["target_ratio"])
    st.metric(page_parts.plain(name), formats.share(int(last["met_count"]), due, target) if due else "No data")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(verdict.word, icon=verdict.style.icon, color=verdict.style.badge)
        if verdict.style in (wording.MET, wording.MISSED):
            st.caption(wording.chance(str(last["confidence"])), width="content")
    known = rows[rows["due_count"].fillna(0) > 0]
    if len(known):
        st.plotly_chart(
            attainment.sparkline(rows.assign(is_complete=rows["is_complete"].fillna(True), due_count=rows["due_count"].fillna(0)), reading().theme, floor),
            alt=_sparkline_alt(name, known),
            key=f"spark_{name}_{reading().path.stem}",
            config=blocks.CHART_CONFIG,
            theme=None,
        )
    st.caption(page_parts.plain(_card_caption(option, last, due, target, verdict, words)))
    narrowed = {} if option is None else {"option": [option.service_option]}
    missed = 0 if not due else int(last["missed_count"])
    if missed:
        page_parts.link("misses", f"See the {'miss' if missed == 1 else f'{count(missed)} misses'}", **narrowed)
    elif due:
        page_parts.link("misses", f"See the {formats.plural(due, 'request')}", {"show": "due"}, **narrowed)


def _card_caption(option: Any, last: pd.Series, due: int, target: float | None, verdict: wording.Verdict, words: list[wording.Verdict]) -> str:
    if not due:
        return f"No data. No request was due in {formats.period_name(reading().filters.period)}."
    left = "" if pd.isna(last["misses_left_count"]) else wording.misses_left(int(last["allowed_miss_count"]), int(last["misses_left_count"])) + "."
    if option is None and len(words) > 1:
        return f"{_summary(words)} {left}"
    scope = f"Target {ratio_percent(target)}" if target is not None else "No single target"
    if option is not None:
        scope += f" within {formats.business_days(int(option.target_business_days))}"
    if verdict.style is wording.TOO_FEW:
        period = {"month": "month", "quarter": "quarter", "fiscal_year": "year"}[reading().filters.grain]
        return f"{scope}. {count(int(last['met_count']))} of {count(due)} met. Fewer than 20 were due, so one miss would decide the {period}."
    spread = formats.interval(float(last["interval_low_ratio"]), float(last["interval_high_ratio"]))
    return f"{scope}. Plausible range {spread}. {left}"


def _summary(words: list[wording.Verdict]) -> str:
    """`2 of 5 options met, 2 missed, 1 too few to tell.`"""
    counts = {}
    for each in words:
        counts[each.style.text.lower()] = counts.get(each.style.text.lower(), 0) + 1
    parts = [f"{counts.pop('met', 0)} of {len(words)} options met", *(f"{number} {word}" for word, number in counts.items())]
    return ", ".join(parts) + "."


def _sparkline_alt(name: str, known: pd.DataFrame) -> str:
    lowest = known.loc[known["attainment_ratio"].astype(float).idxmin()]
    first, last = formats.period_name(known["period"].iloc[0]), formats.period_name(known["period"].iloc[-1])
    low = formats.share(int(lowest["met_count"]), int(lowest["due_count"]))
    return f"Line of attainment of {name} by period, {first} to {last}. Lowest {low} in {formats.period_name(lowest['period'])}."


def chosen(rows: pd.DataFrame) -> pd.DataFrame:
    """The statements of the chosen period that hold any request, as a selection of that period alone would give them."""
    return rows[(rows["period"] == reading().filters.period) & (rows[list(queries.PARTS)].sum(axis="columns") > 0)]
