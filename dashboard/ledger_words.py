"""The days of one request's ledger as they are drawn and listed. What counts is decided in `clock_ledger`; nothing is counted here.

`ledger`: a frame of `clock_ledger` for one request, in order of its days.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from dashboard.formats import MISSING, WEEKDAYS, business_days, count, named_day, plural

STOP_WORDS = {"ended": "Ended", "resolved": "Resolved", "issued": "Issued", "installed": "Installed"}
"""What happened on the day a clock stopped, where it is not the closing."""
OUTSIDE = ("before_start", "not_started", "after_stop")
"""Kinds of days that lie outside the clock."""
LEGEND = {
    "counted": "blue: counted",
    "late": "vermillion with a cross: counted after the due date",
    "weekend": "dash: weekend",
    "closure": "C: closure",
    "paused": "P in a dotted border: a pause that the clock without pauses takes off",
    "waiting": "dotted border alone: a pause that takes nothing off",
    "due": "thick outline: due date",
    "outside": "dot: outside the clock",
}


def stop_word(stop_source: str | None) -> str:
    """`Closed`, `Ended`, `Installed`: what stopped the clock."""
    return STOP_WORDS.get(stop_source or "", "Closed")


def has_started(ledger: pd.DataFrame) -> bool:
    """Whether the clock has a first day."""
    return bool((ledger["day_kind"] == "day_zero").any())


def drawn(ledger: pd.DataFrame, due_on: date | None, stop: str) -> pd.DataFrame:
    """The ledger with `mark`, the look of each day's square, and `stop_word`, what stopped the clock.

    Marks: zero, counted, late, weekend, closure, ahead, outside.
    """
    days = list(ledger.itertuples(index=False))
    return ledger.assign(mark=[_mark(day, due_on) for day in days], stop_word=stop)


def _mark(day, due_on: date | None) -> str:
    if day.day_kind == "counted":
        return "late" if due_on is not None and day.on_date > due_on else "counted"
    if day.day_kind == "ahead":
        return "closure" if day.closure_name else "weekend" if day.on_date.weekday() > 4 else "ahead"
    return "outside" if day.day_kind in OUTSIDE else {"day_zero": "zero"}.get(day.day_kind, day.day_kind)


def table(ledger: pd.DataFrame, stop: str) -> pd.DataFrame:
    """A row per day in words; phase, holder and pause only where they are known."""
    days = list(ledger.itertuples(index=False))
    columns = {
        "Date": [day.on_date.isoformat() for day in days],
        "Day": [WEEKDAYS[day.on_date.weekday()] for day in days],
        "Counted": ["yes" if day.counted_days else "no" for day in days],
        "Business days so far": [MISSING if day.day_kind in (*OUTSIDE, "ahead") else count(int(day.running_days)) for day in days],
        "Reason": [_reason(day, stop) for day in days],
    }
    if ledger["phase"].notna().any():
        columns["Phase"] = [MISSING if day.phase is None else day.phase for day in days]
        columns["Held by"] = [MISSING if day.party is None else day.party for day in days]
    if ledger["pause_reason"].notna().any():
        columns["Pause"] = [MISSING if day.pause_reason is None else day.pause_reason for day in days]
    return pd.DataFrame(columns)


def _reason(day, stop: str) -> str:
    words = day.reason[0].upper() + day.reason[1:]
    words += "; off without pauses" if day.paused_days else ""
    words += "; due" if day.is_due_day else ""
    return words + (f"; {stop.lower()}" if day.is_stop_day else "")


def legend(days: pd.DataFrame) -> str:
    """What the marks that occur mean, as a sentence. `days`: as `drawn` gives them."""
    marks = set(days["mark"])
    marks |= {"due"} if days["is_due_day"].any() else set()
    paused = days["pause_reason"].notna()
    marks |= {"paused"} if (days["paused_days"] > 0).any() else set()
    marks |= {"waiting"} if (paused & (days["paused_days"] == 0) & days["mark"].isin(("counted", "late"))).any() else set()
    words = [text for mark, text in LEGEND.items() if mark in marks]
    return f"{words[0][0].upper()}{words[0][1:]}{''.join(f'; {text}' for text in words[1:])}." if words else ""


def alternative_text(days: pd.DataFrame, is_running: bool) -> str:
    """What the squares show, for who cannot see them."""
    first, last = days["on_date"].iloc[0], days["on_date"].iloc[-1]
    end = "the data's date" if is_running else "its stop"
    words = f"Squares of days by week from {named_day(first)} to {named_day(last)}. {business_days(int(days['counted_days'].sum()))} counted to {end}"
    late, paused = int((days["mark"] == "late").sum()), int(days["paused_days"].sum())
    words += f", {plural(late, 'of them', 'of them')} after the due date" if late else ""
    words += f", {plural(paused, 'of them', 'of them')} in a pause" if paused else ""
    return f"{words}. The table below has all days."
