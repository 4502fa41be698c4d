"""The rows behind the page of misses: the missed requests, all that were due, those another reading judges differently, and those excluded by declaration."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, landmarks, page_parts, phase_queries, queries, second_verdicts, wording
from dashboard.filters import option_name, slug
from dashboard.formats import count
from dashboard.page_parts import reading

LABELS = {
    "missed": "Missed",
    "due": "All that were due",
    "changed": "Another verdict on the other clock",
    "unpaused": "Another verdict without pauses",
    "included": "Another verdict without exclusions",
    "exported": "Another verdict as exported",
    "declared": "Excluded by declaration",
}
READINGS = {
    "approved": "From approval",
    "submitted": "From submission",
    "without_pauses": "Without pauses",
    "without_exclusions": "Without exclusions",
    "as_exported": "As exported",
}
"""The column of the verdict on another clock basis."""
ALWAYS = ("missed", "due", "changed")
"""The choices of rows that are offered even where they hold none."""
NARROWED = ("missed", "due")
"""The choices of rows that a phase and a path narrow further."""


def show() -> None:
    """Chips of what is selected, the choice of rows, the list and its files."""
    now = reading()
    period = now.param("month") or now.filters.period
    where = {now.filters.grain: [period], **now.filters.where(period=False)}
    late, phase, path = (now.param(key) for key in ("late", "phase", "path"))
    within = {**({"over_budget_phase": [phase]} if phase else {}), **({"path": [path]} if path else {})}
    selections = {
        "missed": {**where, **within, "slo_outcome": ["missed"], **({"late": [late]} if late else {})},
        "due": {**where, **within, "is_due": ["true"], "slo_outcome": ["met", "missed"]},
        **{word: {**where, "changed_by": [basis]} for word, basis in other_readings().items()},
    }
    if reasons := queries.reasons_with_labels(now.path, "declared"):
        selections["declared"] = {**where, "outcome_reason": reasons}
    rows = {name: queries.slo_outcomes_count(now.path, selection) for name, selection in selections.items()}
    shown = str(now.param("show")) if now.param("show") in selections else "missed"
    landmarks.list_heading()
    narrowed = _narrowed(late if shown == "missed" else None, *((phase, path) if shown in NARROWED else (None, None)))
    _chips(period, narrowed)
    st.session_state["w_show"] = shown
    offered = [name for name in selections if rows[name] or name in ALWAYS or name == shown]
    st.segmented_control(
        "Rows", offered, key="w_show", format_func=lambda name: f"{LABELS[name]} ({count(rows[name])})", required=True, on_change=_show_changed,
        label_visibility="collapsed", wrap=True,
    )  # fmt: skip
    if not rows[shown]:
        st.info(page_parts.plain(_nothing(shown, rows["due"], period, narrowed)))
        return
    parts = [period.lower(), *([shown] if shown != "missed" else []), *([f"late-{late.replace(' ', '-')}"] if late and shown == "missed" else [])]
    parts += [slug(each) for each in (phase, path) if each and shown in NARROWED]
    order = (("is_open_overdue", True), ("late_business_days", True), ("due_on", False)) if shown == "missed" else (("slo_outcome", True), ("due_on", False))
    basis = other_readings().get(shown)
    file = second_verdicts.rows_query(selections[shown], basis) if basis else None
    blocks.requests(f"misses_{shown}", selections[shown], rows[shown], lambda frame: _columns(frame, basis), CONFIG, "_".join(parts), order, file=file)


def other_basis(clock_basis: str) -> str:
    """The clock that the policy does not use."""
    return "submitted" if clock_basis == "approved" else "approved"


def other_readings() -> dict[str, str]:
    """The other clock bases of this snapshot, by their words in the address: the other clock always, the others where something gives cause for them."""
    now = reading()
    known = phase_queries.clock_bases(now.path)
    variants = {"unpaused": "without_pauses", "included": "without_exclusions", "exported": "as_exported"}
    return {"changed": other_basis(now.run.clock_basis), **{word: basis for word, basis in variants.items() if basis in known}}


CONFIG = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "Business days late": st.column_config.NumberColumn("Business days late", format="localized"),
    "Due": st.column_config.DateColumn("Due", format="YYYY-MM-DD"),
    "Due then": st.column_config.DateColumn("Due then", format="YYYY-MM-DD"),
    "Ended": st.column_config.DateColumn("Ended", format="YYYY-MM-DD"),
}


def _columns(frame: pd.DataFrame, basis: str | None) -> pd.DataFrame:
    """The columns shown; on another clock basis the outcome and the due date that it gives stand beside."""
    now = reading()
    zone = now.run.zone
    outcome_then, due_then = {}, {}
    if basis is not None:
        others = queries.table(now.path, second_verdicts.table(basis), {"number": frame["number"].tolist(), "clock_basis": [basis]})
        outcome_then = {READINGS[basis]: frame["number"].map(dict(zip(others["number"], _outcomes(others), strict=True)))}
        due_then = {"Due then": frame["number"].map(dict(zip(others["number"], others["due_on"], strict=True)))}
    return pd.DataFrame(
        {
            "Request": frame["number"],
            "Outcome": _outcomes(frame),
            **outcome_then,
            "Business days late": frame["late_business_days"],
            "Due": frame["due_on"],
            **due_then,
            "Service option": blocks.option_names(frame),
            "Department": frame["department"],
            "Ended": [formats.local(at.to_pydatetime(), zone).date() if pd.notna(at) else None for at in frame["stop_at"]],
            "Request type": frame["request_type"],
        }
    )


def _outcomes(frame: pd.DataFrame) -> list[str]:
    overdue = frame["is_open_overdue"].astype(bool)
    return [wording.OVERDUE.text if late else wording.OUTCOMES[outcome].text for late, outcome in zip(overdue, frame["slo_outcome"], strict=True)]


def _narrowed(late: str | None, phase: str | None, path: str | None) -> list[str]:
    """What the page's own keys leave of the missed or of the due requests, in words."""
    words = [("still open" if late == "still open" else f"late by {late}") if late else "", f"over the budget of {phase}" if phase else ""]
    return [each for each in (*words, f"the path {path}" if path else "") if each]


def _chips(period: str, narrowed: list[str]) -> None:
    now = reading()
    chosen = [option_name(now.choices, each) for each in now.filters.options]
    chosen += [each or "no department given" for each in now.filters.departments]
    chosen += [each or "no request type given" for each in now.filters.request_types]
    if period != now.filters.period:
        chosen.append(f"due in {formats.period_name(period)}")
    chosen += narrowed
    if not chosen:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(page_parts.plain(f"Shown: {', '.join(chosen)}"), width="content")
        st.button("Clear", key="clear_chips", on_click=_clear)


def _nothing(shown: str, due: int, period: str, narrowed: list[str]) -> str:
    """Why the list is empty. `due`: how many were due; `narrowed` names what else was asked for, be it of the snapshot or not."""
    if narrowed:
        named = ", ".join(f"\u201c{each}\u201d" for each in narrowed)
        which = "missed request" if shown == "missed" else "request that was"
        return f"No {which} due in {formats.period_name(period)} matches {named}; clear it to see the others."
    if shown == "changed":
        return "Both clocks give every request the same verdict."
    if shown not in NARROWED:
        return f"No request of {formats.period_name(period)}: {LABELS[shown][0].lower()}{LABELS[shown][1:]}."
    return f"No request was missed. {count(due)} of {count(due)} met." if due else f"No data. No request was due in {formats.period_name(period)}."


def _clear() -> None:
    filter_bar.narrow({key: None for key in ("month", "late", "show", "phase", "path", "option", "department", "type")})


def _show_changed() -> None:
    filter_bar.narrow({"show": st.session_state["w_show"]})
