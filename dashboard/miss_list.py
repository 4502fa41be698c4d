"""The rows behind the page of misses: the missed requests, all that were due, or those another clock would judge differently."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, page_parts, queries, wording
from dashboard.filters import option_name
from dashboard.formats import count
from dashboard.page_parts import reading
from dashboard.tallies import Tally

SHOWN = ("missed", "due", "changed")


def show(tally: Tally) -> None:
    """Chips of what is selected, the choice of rows, the list and its files."""
    now = reading()
    shown = now.param("show") if now.param("show") in SHOWN else "missed"
    period = now.param("month") or now.filters.period
    where = {now.filters.grain: [period], **now.filters.where(period=False)}
    late = now.param("late")
    selections = {
        "missed": {**where, "slo_outcome": ["missed"], **({"late": [late]} if late else {})},
        "due": {**where, "is_due": ["true"], "slo_outcome": ["met", "missed"]},
        "changed": {**where, "number": changed_numbers(where)},
    }
    rows = {name: queries.slo_outcomes_count(now.path, selection) for name, selection in selections.items()}
    st.header("The requests", anchor=False)
    _chips(period, late if shown == "missed" else None)
    labels = {
        "missed": f"Missed ({count(rows['missed'])})",
        "due": f"All that were due ({count(rows['due'])})",
        "changed": f"Another verdict on the other clock ({count(rows['changed'])})",
    }
    st.session_state["w_show"] = shown
    st.segmented_control(
        "Rows", list(SHOWN), key="w_show", format_func=labels.get, required=True, on_change=_show_changed, label_visibility="collapsed", wrap=True
    )
    if not rows[shown]:
        st.info(_nothing(shown, tally, period))
        return
    part = period.lower() if shown != "missed" or not late else f"{period.lower()}_late-{late.replace(' ', '-')}"
    order = (("is_open_overdue", True), ("late_business_days", True), ("due_on", False)) if shown == "missed" else (("slo_outcome", True), ("due_on", False))
    blocks.requests(f"misses_{shown}", selections[shown], rows[shown], _columns, CONFIG, part if shown == "missed" else f"{part}_{shown}", order)


def changed_numbers(where: dict[str, list[str]]) -> list[str]:
    """Requests of the period whose outcome differs on the clock that the policy does not use."""
    now = reading()
    return queries.changed_verdicts(now.path, where, other_basis(now.run.clock_basis))


def other_basis(clock_basis: str) -> str:
    """The clock that the policy does not use."""
    return "submitted" if clock_basis == "approved" else "approved"


CONFIG = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "Business days late": st.column_config.NumberColumn("Business days late", format="localized"),
    "Due": st.column_config.DateColumn("Due", format="YYYY-MM-DD"),
    "Ended": st.column_config.DateColumn("Ended", format="YYYY-MM-DD"),
}


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    zone = reading().run.zone
    overdue = frame["is_open_overdue"].astype(bool)
    return pd.DataFrame(
        {
            "Request": frame["number"],
            "Outcome": [
                wording.OVERDUE.text if late else wording.OUTCOMES[outcome].text for late, outcome in zip(overdue, frame["slo_outcome"], strict=True)
            ],
            "Business days late": frame["late_business_days"],
            "Due": frame["due_on"],
            "Service option": blocks.option_names(frame),
            "Department": frame["department"],
            "Ended": [formats.local(at.to_pydatetime(), zone).date() if pd.notna(at) else None for at in frame["stop_at"]],
            "Request type": frame["request_type"],
        }
    )


def _chips(period: str, late: str | None) -> None:
    now = reading()
    chosen = [option_name(now.choices, each) for each in now.filters.options]
    chosen += [each or "no department given" for each in now.filters.departments]
    chosen += [each or "no request type given" for each in now.filters.request_types]
    if period != now.filters.period:
        chosen.append(f"due in {formats.period_name(period)}")
    if late:
        chosen.append("still open" if late == "still open" else f"late by {late}")
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(page_parts.plain(f"Shown: {', '.join(chosen)}"), width="content")
        st.button("Clear", key="clear_chips", on_click=_clear)


def _nothing(shown: str, tally: Tally, period: str) -> str:
    if shown == "changed":
        return "Both clocks give every request the same verdict."
    if shown == "due" or not tally.due:
        return f"No data. No request was due in {formats.period_name(period)}."
    if period != reading().filters.period or reading().param("late"):
        return "No missed request matches what is shown above. Clear it to see the others."
    return f"No request was missed. {count(tally.met)} of {count(tally.due)} met."


def _clear() -> None:
    filter_bar.narrow({key: None for key in ("month", "late", "show", "option", "department", "type")})


def _show_changed() -> None:
    filter_bar.narrow({"show": st.session_state["w_show"]})
