"""The rows behind the page of due dates: overdue ones on top, then soonest first."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, histories, page_parts, phase_words, queries, risks, schedule, wording
from dashboard.formats import count
from dashboard.page_parts import reading
from dashboard.reading import Reading

RULES = {"business_days": "business days", "requested_date": "requested date", "process_by": "processing date"}


def chips() -> dict[str, str]:
    """The groups that can be chosen above the list, by their key in the address."""
    bands = risks.bands(reading().path)
    likely = {"likely": bands["likely"].word} if bands else {}
    return {"overdue": "Overdue", "today": "Due today", "next5": "Next 5", **likely, "all": "All open", "awaiting": "Waiting for approval"}


def show() -> None:
    """Chips, the list, its files and a calendar file of its due dates."""
    now = reading()
    bucket = now.param("bucket") or "all"
    st.header("The requests", anchor=False)
    offered = {name: f"{label} ({count(schedule.rows(now, name))})" for name, label in chips().items()}
    st.session_state["w_bucket"] = bucket if bucket in offered else None
    st.pills("Rows", list(offered), key="w_bucket", format_func=offered.get, on_change=_bucket_changed, label_visibility="collapsed")
    where = schedule.where(now, bucket)
    if where is None:
        st.info(page_parts.plain(f"\u201c{bucket}\u201d is no due date and no group of requests. All open requests are under \u201cAll open\u201d."))
        return
    number = schedule.rows(now, bucket)
    if not number:
        st.info(f"No request is {schedule.name(bucket)}.")
        return
    if _knows_phases(now):
        page_parts.transitions_lag_notice()
    order = (("is_open_overdue", True), ("due_on", False))
    table = risks.table(now.path)
    blocks.requests("open", where, number, _columns, CONFIG, schedule.file_part(bucket), order, table=table)
    dated = queries.table_count(now.path, table, {**where, "clock_start_source": list(wording.START_SOURCES)})
    if dated:
        st.download_button(
            f"Download {'this date' if dated == 1 else f'these {count(dated)} dates'} (ICS)",
            data=schedule.calendar_file(now, where),
            file_name=f"certboard_due_{schedule.file_part(bucket)}{now.filters.file_part()}_{now.as_of_part}.ics",
            mime="text/calendar",
            on_click="ignore",
            type="tertiary",
            key="due_ics",
        )


CONFIG: dict[str, Any] = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "Due": st.column_config.DateColumn("Due", format="YYYY-MM-DD"),
    "Risk": st.column_config.TextColumn("Risk", width=112),
    "Similar requests": st.column_config.TextColumn("Similar requests", width=140),
    "Days in phase": st.column_config.TextColumn("Business days in phase", width=150),
}


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    now = reading()
    days = queries.calendar(now.path, {now.as_of_on, *(day for day in frame["due_on"] if day is not None)})
    return pd.DataFrame(
        {
            "Request": frame["number"],
            "Due": frame["due_on"],
            "Business days left": [
                _left(reason, None if day is None else days[day].floor_ord - days[now.as_of_on].floor_ord)
                for reason, day in zip(frame["outcome_reason"], frame["due_on"], strict=True)
            ],
            **_risks(frame),
            **_phases(frame),
            "Service option": blocks.option_names(frame),
            "Department": frame["department"],
            "Team": frame["assignment_group"],
            "Due by": [RULES.get(rule) for rule in frame["due_rule"]],
        }
    )


def _risks(frame: pd.DataFrame) -> dict[str, list[str | None]]:
    """The word of each request's risk and the counts behind it; nothing where the snapshot has no risks."""
    bands = risks.bands(reading().path)
    if not bands:
        return {}
    rows = list(frame.itertuples())
    return {
        "Risk": [bands[row.risk_band].word if row.risk_band else None for row in rows],
        "Similar requests": [f"{count(int(row.similar_missed_count))} of {count(int(row.similar_count))} missed" if row.risk_band else None for row in rows],
    }


def _phases(frame: pd.DataFrame) -> dict[str, list[str | None]]:
    """The phase each request is in, who holds it and its days there of those published; nothing where the snapshot knows no phase of an open request."""
    if not _knows_phases(reading()):
        return {}
    rows = list(frame.itertuples())
    return {
        "Phase": [None if row.current_phase in (None, *phase_words.UNKNOWN) else phase_words.capital(row.current_phase) for row in rows],
        "Held by": [row.current_party for row in rows],
        "Days in phase": [phase_words.spent(row.current_phase, row.current_phase_business_days, row.current_phase_budget_days) for row in rows],
    }


def _knows_phases(now: Reading) -> bool:
    return risks.is_known(now.path) and histories.has_current_phases(now.path)


def _left(reason: str, left: int | None) -> str:
    if reason == "awaiting_approval" or left is None:
        return "waits for approval"
    return "past due, exports end" if reason == "stale_export" else wording.days_left(left)


def _bucket_changed() -> None:
    filter_bar.narrow({"bucket": st.session_state["w_bucket"] or "all"})
