"""The rows behind the page of due dates: overdue ones on top, then soonest first."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, histories, landmarks, page_parts, phase_parts, phase_queries, phase_words, queries, risks, schedule, wording
from dashboard.formats import count, named_day
from dashboard.page_parts import reading
from dashboard.reading import Reading

NO_PHASE_NOW = "State changes were exported, but none of a request that is open, so nobody can tell in which phase one is and who holds it."
RULES = {"business_days": "business days", "requested_date": "requested date", "process_by": "processing date"}


def chips() -> dict[str, str]:
    """The groups that can be chosen above the list, by their key in the address."""
    bands = risks.bands(reading().path)
    likely = {"likely": bands["likely"].word} if bands else {}
    return {"overdue": "Overdue", "today": "Due today", "next5": "Next 5", **likely, "all": "All open", "awaiting": "Waiting for approval"}


def show() -> None:
    """Chips, who holds the requests, the list, its files and a calendar file of its due dates."""
    now = reading()
    bucket, held = now.param("bucket") or "all", now.param("held")
    landmarks.list_heading()
    knows = _knows_phases(now)
    offered = {name: f"{label} ({count(_rows(now, name, held if knows else None))})" for name, label in chips().items()}
    st.session_state["w_bucket"] = bucket if bucket in offered else None
    st.pills("Rows", list(offered), key="w_bucket", format_func=offered.get, on_change=_bucket_changed, label_visibility="collapsed")
    where = schedule.where(now, bucket)
    if where is None:
        st.info(page_parts.plain(f"\u201c{bucket}\u201d is no due date and no group of requests. All open requests are under \u201cAll open\u201d."))
        return
    if knows:
        page_parts.transitions_lag_notice()
        _holders(now, bucket)
    elif risks.is_known(now.path):
        st.info(phase_parts.NO_TRANSITIONS if not phase_queries.is_any_known(now.path) else NO_PHASE_NOW)
    number = _rows(now, bucket, held) if knows or not held else 0
    if not number:
        _nothing(now, bucket, held, knows)
        return
    where = {**where, **(schedule.held_by(held) if held else {})}
    order = (("is_open_overdue", True), ("due_on", False))
    table = risks.table(now.path)
    part = schedule.file_part(bucket, held)
    blocks.requests("open", where, number, _columns, CONFIG, part, order, table=table)
    dated = queries.table_count(now.path, table, {**where, "clock_start_source": list(wording.START_SOURCES)})
    if dated:
        st.download_button(
            f"Download {'this date' if dated == 1 else f'these {count(dated)} dates'} (ICS)",
            data=schedule.calendar_file(now, where),
            file_name=f"certboard_due_{part}{now.filters.file_part()}_{now.as_of_part}.ics",
            mime="text/calendar",
            on_click="ignore",
            type="tertiary",
            key="due_ics",
        )


def _rows(now: Reading, bucket: str, held: str | None) -> int:
    """How many requests of a group somebody holds, or there are."""
    if held is None:
        return schedule.rows(now, bucket)
    where = schedule.where(now, bucket)
    return 0 if where is None else queries.table_count(now.path, "open_requests", {**where, **schedule.held_by(held)})


def _holders(now: Reading, bucket: str) -> None:
    """`Overdue: customer 11, certificate team 1.`, and the choice of one of them."""
    found = schedule.holders(now, bucket)
    if not found:
        return
    group = chips().get(bucket) or schedule.name(bucket)
    st.markdown(page_parts.plain(f"{phase_words.capital(group)}: {', '.join(f'{holder} {count(number)}' for holder, number in found.items())}."))
    names = {holder: f"{phase_words.capital(holder)} ({count(number)})" for holder, number in found.items()}
    filter_bar.choice("Show the requests held by", "held", list(found), names, "Anyone")


def _nothing(now: Reading, bucket: str, held: str | None, knows: bool) -> None:
    """Why the list is empty, and the way out where somebody was asked for."""
    if not held:
        st.info(f"No request is {schedule.name(bucket)}.")
        return
    if not knows:
        words = f"Nobody is known to hold a request, so none is held by \u201c{held}\u201d."
    elif held in schedule.holders(now, "all"):
        words = f"No request that is {schedule.name(bucket)} is held by \u201c{held}\u201d."
    else:
        words = f"\u201c{held}\u201d holds no open request in this snapshot (as of {named_day(now.as_of_on)})."
    st.info(page_parts.plain(words))
    st.button("Show those held by anyone", on_click=filter_bar.narrow, args=({"held": None},))


DAYS_IN_PHASE = "Business days in phase, all visits"
CONFIG: dict[str, Any] = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "Due": st.column_config.DateColumn("Due", format="YYYY-MM-DD"),
    "Risk": st.column_config.TextColumn("Risk", width=112),
    "Similar requests": st.column_config.TextColumn("Similar requests", width=140),
    "Phase": st.column_config.TextColumn("Phase", width=90),
    "Held by": st.column_config.TextColumn("Held by", width=120),
    DAYS_IN_PHASE: st.column_config.TextColumn(DAYS_IN_PHASE, width=220),
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
            **_phases(frame),
            **_risks(frame),
            **_days_in_phase(frame),
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
    """The phase each request is in and who holds it; nothing where the snapshot knows no phase of an open request."""
    if not _knows_phases(reading()):
        return {}
    rows = list(frame.itertuples())
    return {
        "Phase": [None if row.current_phase in (None, *phase_words.UNKNOWN) else phase_words.capital(row.current_phase) for row in rows],
        "Held by": [None if row.current_party is None else phase_words.capital(row.current_party) for row in rows],
    }


def _days_in_phase(frame: pd.DataFrame) -> dict[str, list[str | None]]:
    """The business days in that phase, of those published; all visits count towards the budget."""
    if not _knows_phases(reading()):
        return {}
    rows = list(frame.itertuples())
    return {
        DAYS_IN_PHASE: [phase_words.spent(row.current_phase, row.current_phase_business_days, row.current_phase_budget_days) for row in rows],
    }


def _knows_phases(now: Reading) -> bool:
    return risks.is_known(now.path) and histories.has_current_phases(now.path)


def _left(reason: str, left: int | None) -> str:
    if reason == "awaiting_approval" or left is None:
        return "waits for approval"
    return "past due, exports end" if reason == "stale_export" else wording.days_left(left)


def _bucket_changed() -> None:
    filter_bar.narrow({"bucket": st.session_state["w_bucket"] or "all"})
