"""The what-if of page 6: fields that show the scenario's values until they are changed. The address has every change and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard import capacity, filter_bar, freezes, page_parts
from dashboard.capacity import HORIZONS, ISSUES, KEYS, LEAD_MOST, NUMBERS, OBSERVED, Number, View
from dashboard.lifetimes import EARLIEST, FROZEN, FROZEN_DAYS, LATEST, LAW, OWN, SHORT, SHORT_DAYS, Lifetimes
from pipelines.policy_schema import Scenario

LIVES = {LAW: "As published", FROZEN: f"Frozen at {FROZEN_DAYS} days", SHORT: f"{SHORT_DAYS} days from a date", OWN: "As the scenario has it"}
FEW = ("staff", "automated")
SHORT_FROM = "2027-03-15"
"""The day that is offered first: the last step of the law, two years early."""


def show(shown: View, scenarios: Sequence[Scenario], lifetimes: Lifetimes) -> None:
    """The scenario, the fields that are changed most, the horizon, a second scenario; then the other fields behind a line."""
    names = {each.id: each.name for each in scenarios}
    numbers = {number.key: number for number in NUMBERS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        with st.container(width=210):
            st.session_state["w_scenario"] = shown.base.id
            st.selectbox("Scenario", list(names), key="w_scenario", format_func=names.get, on_change=_scenario_changed, args=(scenarios[0].id,))
        for key in FEW:
            with st.container(width=145):
                _number(numbers[key], shown)
        with st.container(width="content"):
            st.session_state["w_weeks"] = shown.weeks
            st.segmented_control(
                "Weeks ahead", list(HORIZONS), key="w_weeks", required=True, on_change=_weeks_changed, format_func=str, width="content"
            )
        with st.container(width=190):
            others = [each.id for each in scenarios if each != shown.scenario]
            filter_bar.choice("Compare with", "compare", others, names, "Nothing")
        if any(key in page_parts.reading().params for key in KEYS):
            st.button("Reset", key="reset_capacity", on_click=filter_bar.narrow, args=(dict.fromkeys(KEYS),))
    more = [number for number in NUMBERS if number.key not in FEW]
    changed = any(key in page_parts.reading().params for key in (*(number.key for number in more), "lead", "issue", "life", "freeze"))
    with st.expander("More assumptions", expanded=changed):
        grid = st.grid(3, min_column_width=220, gap="small")
        for number in more:
            with grid.cell():
                _number(number, shown)
        with grid.cell():
            _lead(shown)
        with grid.cell():
            st.session_state["w_issue"] = shown.scenario.issue
            st.selectbox("A renewal is issued", list(ISSUES), key="w_issue", format_func=ISSUES.get, on_change=_issue_changed, args=(shown.base.issue,))
        with grid.cell():
            _life(shown, lifetimes)
        with grid.cell():
            st.session_state["w_freeze"] = tuple(freezes.dates(shown.scenario.freezes))
            st.date_input(
                "Freeze, first and last day", key="w_freeze", min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD",
                on_change=_freeze_changed, args=(shown.base.freezes,),
            )  # fmt: skip
        st.caption(page_parts.plain(f"Scenario {shown.base.name}: {shown.base.source}."))


def _number(number: Number, shown: View) -> None:
    key = f"w_{number.key}"
    st.session_state[key] = float(number.shown(shown.scenario))
    st.number_input(
        number.label + (" (%)" if number.scale == 100 else ""), float(number.least), float(number.most), key=key, step=float(number.step), format="%g",
        on_change=_number_changed, args=(number.key, number.shown(shown.base)),
    )  # fmt: skip


def _number_changed(key: str, own: float) -> None:
    entered = round(st.session_state[f"w_{key}"], 2)
    filter_bar.narrow({key: None if entered == own else f"{entered:g}" if entered < 1e5 else f"{entered:.0f}"})


def _lead(shown: View) -> None:
    st.session_state["w_lead"] = shown.scenario.lead_days
    st.number_input(
        "Submitted before expiry (calendar days)", 0, LEAD_MOST, key="w_lead", step=5, placeholder="as observed", on_change=_lead_changed,
        args=(shown.base.lead_days,),
    )  # fmt: skip


def _lead_changed(own: int | None) -> None:
    entered = st.session_state["w_lead"]
    filter_bar.narrow({"lead": None if entered == own else OBSERVED if entered is None else str(entered)})


def _life(shown: View, lifetimes: Lifetimes) -> None:
    """The longest life, and the day from which it is short."""
    own = lifetimes.code(shown.base.validity)
    code = lifetimes.code(shown.scenario.validity)
    day = lifetimes.short_from(code)
    offered = [LAW, FROZEN, SHORT, *([OWN] if own == OWN else [])]
    st.session_state["w_life"] = SHORT if day else code
    st.selectbox("Longest life of a certificate", offered, key="w_life", format_func=LIVES.get, on_change=_life_changed, args=(own,))
    if day:
        st.session_state["w_life_from"] = day
        st.date_input(
            f"{SHORT_DAYS} days from", key="w_life_from", min_value=EARLIEST, max_value=LATEST, format="YYYY-MM-DD", on_change=_day_changed, args=(own,)
        )


def _life_changed(own: str) -> None:
    chosen = st.session_state["w_life"]
    _write_life(f"{SHORT}{SHORT_FROM}" if chosen == SHORT else chosen, own)


def _day_changed(own: str) -> None:
    chosen = st.session_state["w_life_from"]
    if isinstance(chosen, date):
        _write_life(f"{SHORT}{chosen.isoformat()}", own)


def _write_life(code: str, own: str) -> None:
    filter_bar.narrow({"life": None if code == own else code})


def _freeze_changed(own: freezes.Freezes) -> None:
    chosen = st.session_state["w_freeze"]
    if len(chosen) == 1:  # the last day is still to be chosen
        return
    code = freezes.span(chosen)
    filter_bar.narrow({"freeze": None if freezes.same(freezes.freezes(code, own) or (), own) else code})


def _scenario_changed(first: str) -> None:
    chosen = st.session_state["w_scenario"]
    filter_bar.narrow({"scenario": None if chosen == first else chosen})


def _weeks_changed() -> None:
    chosen = st.session_state["w_weeks"]
    filter_bar.narrow({"weeks": None if chosen == capacity.DEFAULT_HORIZON else str(chosen)})


def _issue_changed(own: str) -> None:
    chosen = st.session_state["w_issue"]
    filter_bar.narrow({"issue": None if chosen == own else chosen})
