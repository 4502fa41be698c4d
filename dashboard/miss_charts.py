"""The three charts of the page of misses: when, where, and by how much."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, page_parts, queries
from dashboard.charts import attainment, counts
from dashboard.filters import option_name
from dashboard.formats import count, plural
from dashboard.page_parts import reading
from dashboard.tallies import Tally

MOST_ROWS = 12
BREAKDOWNS = {"department": "Department", "type": "Request type"}
COLUMNS = {"department": "department", "type": "request_type"}


def over_time(frame: pd.DataFrame, periods: list[str]) -> None:
    """Chart 1: attainment per period, one panel per service option. `frame`: statements by option and period."""
    now = reading()
    grain = now.filters.grain
    names = [(each.service_option, each.name) for each in queries.policy_options(now.path) if each.service_option in set(frame["service_option"])]
    if not names or not frame["due_count"].sum():
        st.info(f"No data. No request with a target was due from {formats.period_name(periods[0])} to {formats.period_name(periods[-1])}.")
        return
    frame = frame[frame["service_option"].isin([option for option, _ in names])]
    table = blocks.attainment_table(
        frame, {"Service option": blocks.option_names(frame).tolist(), "Period": [formats.period_name(period) for period in frame["period"]]}
    )
    query = queries.slo_attainment_query(
        ("service_option", grain), {**now.filters.where(period=False), "service_option": [option for option, _ in names], grain: periods}
    )
    part = f"{periods[0]}-to-{periods[-1]}".lower()
    picked = blocks.chart(
        "time",
        "Attainment over time, one panel per service option",
        attainment.panels(frame, names, periods, now.theme, _change(periods)),
        _time_alt(frame, periods),
        "requests by the period they were due in; n is how many were due. A vertical line is the plausible range (Wilson, 95 %), cut at the axis. "
        f"An outlined dot is a period that is still running, or too few to tell.{_change_words(periods)}",
        table,
        [blocks.Download(query, "slo_attainment", part, len(frame))],
        is_clickable=True,
    )
    names = {each: formats.period_name(each) for each in reversed(periods)}
    filter_bar.choice("Show the requests of one period", "month", list(names), names, "The chosen period")
    if picked and filter_bar.narrow({"option": picked[0], "month": picked[1], "show": "due", "late": None}):
        st.rerun()


def _change(periods: list[str]) -> tuple[int, str] | None:
    """Where in the chart the targets in force began, if it shows that."""
    since = reading().run.in_force_from
    for position, period in enumerate(periods):
        first, last = formats.period_bounds(period)
        if first <= since <= last and position:
            return position, f"Targets from {since.isoformat()}"
    return None


def _change_words(periods: list[str]) -> str:
    if _change(periods) is None:
        return ""
    return f" Thin line: the targets are in force since {reading().run.in_force_from.isoformat()}; earlier periods are judged by the same ones."


def _time_alt(frame: pd.DataFrame, periods: list[str]) -> str:
    due = frame[frame["due_count"] > 0]
    lowest = due.loc[due["attainment_ratio"].astype(float).idxmin()]
    below = int((due["slo_status"] == "missed").sum())
    name = option_name(reading().choices, lowest["service_option"])
    return (
        f"Dots with intervals of attainment by service option and period, {formats.period_name(periods[0])} to {formats.period_name(periods[-1])}. "
        f"Lowest {formats.share(int(lowest['met_count']), int(lowest['due_count']))} for {name} in {formats.period_name(lowest['period'])}; "
        f"{below} of {len(due)} dots below their target. The table below has all numbers."
    )


def by_value() -> None:
    """Chart 2: which departments or request types miss, most misses first."""
    now = reading()
    key = st.session_state.get("w_breakdown", "department")
    column = COLUMNS[key]
    every = queries.slo_attainment(now.path, (column, now.filters.grain), now.filters.where())
    every = every.sort_values(["missed_count", "due_count", column], ascending=[False, False, True], kind="stable")
    every = every.assign(label=[value or f"No {BREAKDOWNS[key].lower()} given" for value in every[column]], value=[[value or ""] for value in every[column]])
    frame = every[every["due_count"] > 0]
    if frame.empty:
        st.header("Where are the misses?", anchor=False)
        st.info(f"No data. No request was due in {formats.period_name(now.filters.period)}.")
        return
    drawn = _pooled(frame, column, key)
    query = queries.slo_attainment_query((column, now.filters.grain), now.filters.where())
    worst = frame.iloc[0]
    picked = blocks.chart(
        f"by_{key}",
        "Where are the misses?",
        attainment.by_value(drawn, now.theme),
        f"Dots with intervals of attainment by {BREAKDOWNS[key].lower()}, most misses first. {worst['label']} has "
        f"{count(int(worst['missed_count']))} of {count(int(worst['due_count']))} missed. The table below has all numbers.",
        f"requests due in {formats.period_name(now.filters.period)}, most misses first. An outlined dot has fewer than 20 due.",
        blocks.narrow_attainment_table(every, {BREAKDOWNS[key]: every["label"].tolist()}),
        [blocks.Download(query, "slo_attainment", f"{now.filters.period.lower()}_by-{key}", len(every))],
        is_clickable=True,
    )
    st.segmented_control("Break down by", list(BREAKDOWNS), key="w_breakdown", default="department", format_func=BREAKDOWNS.get, required=True)
    values = frame[column].fillna("").tolist()
    filter_bar.choice(f"Show one {BREAKDOWNS[key].lower()}", key, values, dict(zip(values, frame["label"], strict=True)), "All")
    if picked and filter_bar.narrow({key: list(drawn["value"].iloc[int(picked[0])]), "show": "missed"}):
        st.rerun()


def _pooled(frame: pd.DataFrame, column: str, key: str) -> pd.DataFrame:
    """At most 12 rows, then one for all the others together."""
    if len(frame) <= MOST_ROWS + 1:
        return frame
    now = reading()
    rest = frame[column].iloc[MOST_ROWS:].fillna("").tolist()
    others = queries.slo_attainment(now.path, (now.filters.grain,), {**now.filters.where(), column: rest})
    noun = {"department": "departments", "type": "request types"}[key]
    others = others.assign(label=f"Other {noun} ({len(rest)})", value=[rest])
    return pd.concat([frame.iloc[:MOST_ROWS], others], ignore_index=True)


def by_how_much(tally: Tally) -> None:
    """Chart 3: by how many business days the missed requests were late."""
    now = reading()
    heading = "By how much do we miss?"
    if not tally.missed:
        st.header(heading, anchor=False)
        nothing = f"No data. No request was due in {formats.period_name(now.filters.period)}."
        st.info(f"No request was missed. {count(tally.met)} of {count(tally.due)} met." if tally.due else nothing)
        return
    query = queries.lateness_query(now.run.clock_basis, now.filters.where())
    frame = queries.lateness(now.path, now.run.clock_basis, now.filters.where())
    finding = _lateness_finding(frame, tally.missed)
    frame = frame.assign(label=[{"6 to 10": "6\u201310", "over 10": "over<br>10", "still open": "still<br>open"}.get(late, late) for late in frame["late"]])
    picked = blocks.chart(
        "late",
        finding,
        counts.lateness(frame, now.theme),
        f"Bars of missed requests by business days after the due date. {finding} The table below has all numbers.",
        f"requests due in {formats.period_name(now.filters.period)} and missed; an outlined bar is still open.",
        pd.DataFrame({"Business days after the due date": frame["late"], "Missed requests": [count(int(number)) for number in frame["request_count"]]}),
        [blocks.Download(query, "slo_lateness", now.filters.period.lower(), len(frame))],
        is_clickable=True,
    )
    filter_bar.choice("Show the misses that were late by", "late", frame["late"].tolist(), {}, "Any number of business days")
    if picked and filter_bar.narrow({"late": picked[0], "show": "missed", "month": None}):
        st.rerun()


def _lateness_finding(frame: pd.DataFrame, missed: int) -> str:
    """`9 of 22 misses were by 1 business day.`, or what most were by where none was."""
    numbers = dict(zip(frame["late"], (int(number) for number in frame["request_count"]), strict=True))
    late = "1" if numbers["1"] else max(numbers, key=numbers.__getitem__)
    number = numbers[late]
    by = "still open" if late == "still open" else f"by {late} business {'day' if late == '1' else 'days'}"
    return f"{count(number)} of {plural(missed, 'miss', 'misses')} {'was' if number == 1 else 'were'} {by}."
