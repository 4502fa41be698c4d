"""The clock of one request, day by day: a row per week, seven squares from Monday to Sunday."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.figure import SMALL, Spec, axis, figure, layout, look, note
from dashboard.formats import WEEKDAYS, calendar_days

SQUARE = 34
WEEK_HEIGHT = 54
PHASE_WEEK_HEIGHT = 62
FIGURE_WIDTH = 372
MOST_WEEKS = 8
SHOWN_AT_EACH_END = 3
WEEK = timedelta(days=7)
GAP = 0.55
"""Of the height of a week."""
LONGEST_NAME = 22
LONGEST_BESIDE = 6
"""Letters under a square beside which there is room for those of a closure."""
LONGEST_PHASE = 15
NAMED_PHASES = 3
BORDER = 19
"""Pixels from the middle of a square to the dotted border of a pause."""
OUTLINED = ("zero", "ahead", "closure")

# Text on a square has a colour of its own, because the theme's is unreadable on some of them.
FILLS = {
    "light": {
        "zero": "#FFFFFF", "counted": "#0072B2", "late": "#C85200", "weekend": "#EEF1F5", "closure": "#EEF1F5", "ahead": "#FFFFFF",
        "outside": "rgba(0,0,0,0)",
    },
    "dark": {
        "zero": "#11161D", "counted": "#56B4E9", "late": "#FF8A4C", "weekend": "#222A35", "closure": "#222A35", "ahead": "#11161D",
        "outside": "rgba(0,0,0,0)",
    },
}  # fmt: skip
INKS = {
    "light": {
        "zero": "#0B1016", "counted": "#FFFFFF", "late": "#FFFFFF", "weekend": "#5B6675", "closure": "#0B1016", "ahead": "#5B6675", "outside": "#5B6675",
    },
    "dark": {
        "zero": "#E8ECF1", "counted": "#0B1016", "late": "#0B1016", "weekend": "#A9B4C2", "closure": "#E8ECF1", "ahead": "#A9B4C2", "outside": "#A9B4C2",
    },
}  # fmt: skip


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """The days that are drawn, of a frame as `strip` takes it: all, or of a long clock the first and last weeks and those of its start, due date and stop."""
    weeks = frame["on_date"].map(_monday)
    mondays = sorted(set(weeks))
    if len(mondays) <= MOST_WEEKS:
        return frame
    named = (frame["mark"] == "zero") | frame["is_due_day"].astype(bool) | frame["is_stop_day"].astype(bool)
    kept = {*mondays[:SHOWN_AT_EACH_END], *mondays[-SHOWN_AT_EACH_END:], *weeks[named]}
    # A single week takes hardly more room than the words that it is left out.
    kept |= {monday for monday in mondays if {monday - WEEK, monday + WEEK} <= kept}
    return frame[weeks.isin(kept)]


def strip(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Squares of the days of one request.

    `frame`: a row per date with `on_date`, `mark` (zero, counted, late, weekend, closure, ahead, outside), `running_days`, `closure_name`, `phase`,
    `pause_reason`, `paused_days`, `is_due_day`, `is_stop_day`, `stop_word`. Under the squares of a week a line is broken where the phase changes,
    and beside them its phases are named.
    """
    mode = "dark" if theme == "dark" else "light"
    colours = look(theme)
    has_phases = bool(frame["phase"].notna().any())
    week_height = PHASE_WEEK_HEIGHT if has_phases else WEEK_HEIGHT
    days = list(shown(frame).itertuples(index=False))
    rows, gaps = _places(sorted({_monday(day.on_date) for day in days}))
    squares = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [day.on_date.weekday() for day in days],
        "y": [rows[_monday(day.on_date)] for day in days],
        "marker": {
            "symbol": "square",
            "size": SQUARE,
            "color": [FILLS[mode][day.mark] for day in days],
            "line": {
                "width": [3 if day.is_due_day else 1.2 if day.mark in OUTLINED else 0 for day in days],
                "color": [colours.text if day.is_due_day else colours.quiet for day in days],
            },
        },
        "text": [_inside(day) for day in days],
        "textfont": {"size": 12, "color": [INKS[mode][day.mark] for day in days]},
        "hoverinfo": "skip",
    }
    left = 86 if has_phases else 76
    unit = (FIGURE_WIDTH - left - 4) / 7.1
    shapes, notes = [], []
    words = _words(days)
    for day in days:
        place = {"x": day.on_date.weekday(), "y": rows[_monday(day.on_date)]}
        if day.mark == "closure":
            shapes += _hatch(place["x"], place["y"], colours.quiet)
        if day.pause_reason is not None:
            shapes.append(_dotted(place["x"], place["y"], BORDER / unit, BORDER / week_height, colours.text))
        if day.on_date in words:
            notes.append(note(words[day.on_date], colours.text, size=SMALL - 1, yshift=-30 if has_phases else -25, **place))
    shapes += _phase_lines(days, rows, 22 / week_height, colours.quiet)
    notes += [note(f"{calendar_days(dropped)} not drawn; see the table", colours.text, x=3, y=place) for place, dropped in gaps]
    height = round(week_height * (max(rows.values()) + 1)) + 34
    names = _names_by_week(days)
    return figure(
        [squares],
        layout(
            theme, height, left=left, right=4, top=26, bottom=8, width=FIGURE_WIDTH, shapes=shapes, annotations=notes,
            xaxis=axis(theme, tickvals=list(range(7)), ticktext=list(WEEKDAYS), side="top", range=[-0.55, 6.55], showline=False),
            yaxis=axis(
                theme, tickvals=list(rows.values()), ticktext=[monday.isoformat() + names.get(monday, "") for monday in rows],
                range=[max(rows.values()) + 0.62, -0.5], showline=False,
            ),
        ),
    )  # fmt: skip


def _places(mondays: Sequence[date]) -> tuple[dict[date, float], list[tuple[float, int]]]:
    """Where the rows of the weeks lie, with room where weeks are left out between them, and there the place of a note and the calendar days left out."""
    rows, gaps, place = {}, [], 0.0
    for before, monday in zip([None, *mondays], mondays, strict=False):
        dropped = 0 if before is None else (monday - before).days - 7
        if dropped:
            gaps.append((place - 0.22, dropped))
            place += GAP
        rows[monday] = place
        place += 1
    return rows, gaps


def _words(days: Sequence[Any]) -> dict[date, str]:
    """The words under squares: start, due, end, else the name of a closure where there is room for it, else that it is one."""
    found = {}
    for day in days:
        words = [word for word, holds in (("Due", day.is_due_day), (day.stop_word, day.is_stop_day), ("Start", day.mark == "zero")) if holds]
        if words:
            found[day.on_date] = ", ".join(words)
    closures = {day.on_date: day.closure_name for day in days if day.mark == "closure" and day.on_date not in found}
    names = {}
    for closed_on, name in closures.items():
        beside = [closed_on - timedelta(days=1), closed_on + timedelta(days=1)]
        nearest = max(len(found.get(day, "")) for day in beside)
        has_room = not nearest and not any(day in closures for day in beside)
        if nearest <= LONGEST_BESIDE:
            names[closed_on] = html.escape(name, quote=False) if has_room and len(name) < LONGEST_NAME else "Closure"
    return found | names


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _inside(day: Any) -> str:
    marks = {"weekend": "\u2013", "closure": "C", "ahead": "", "outside": "\u00b7"}
    if day.mark in marks:
        return marks[day.mark]
    return f"{chr(0xD7) if day.mark == 'late' else ''}{day.running_days}{'P' if day.paused_days else ''}"


def _hatch(column: float, row: float, colour: str) -> list[Spec]:
    """Two diagonals beside the letter: a closure is told from a weekend without colour."""
    line = {"type": "line", "line": {"color": colour, "width": 1}, "layer": "above"}
    return [{**line, "x0": column + shift - 0.16, "x1": column + shift + 0.16, "y0": row + 0.27, "y1": row - 0.27} for shift in (-0.22, 0.22)]


def _dotted(column: float, row: float, half_width: float, half_height: float, colour: str) -> Spec:
    """The border of a day in a pause; Plotly's own outlines of squares cannot be dotted."""
    return {
        "type": "rect", "x0": column - half_width, "x1": column + half_width, "y0": row - half_height, "y1": row + half_height,
        "line": {"color": colour, "width": 1.5, "dash": "dot"}, "layer": "above",
    }  # fmt: skip


def _phase_lines(days: Sequence[Any], rows: dict[date, float], below: float, colour: str) -> list[Spec]:
    """A thin line under the days of each phase of a week."""
    lines = []
    for (monday, phase), found in groupby(days, key=lambda day: (_monday(day.on_date), day.phase)):
        spent = [day.on_date.weekday() for day in found]
        if phase is not None:
            place = {"x0": spent[0] - 0.42, "x1": spent[-1] + 0.42, "y0": rows[monday] + below, "y1": rows[monday] + below}
            lines.append({"type": "line", **place, "line": {"color": colour, "width": 2}})
    return lines


def _names_by_week(days: Sequence[Any]) -> dict[date, str]:
    """The phases of each week, each once and in the order in which they began, as small lines for under its date."""
    found = {}
    for monday, spent in groupby(days, key=lambda day: _monday(day.on_date)):
        names = list(dict.fromkeys(day.phase for day in spent if day.phase is not None))
        shown = names if len(names) <= NAMED_PHASES else [*names[: NAMED_PHASES - 1], f"{len(names) - NAMED_PHASES + 1} more"]
        short = [name if len(name) <= LONGEST_PHASE else f"{name[: LONGEST_PHASE - 1].rstrip()}\u2026" for name in shown]
        found[monday] = "".join(f'<br><span style="font-size:10px">{html.escape(name, quote=False)}</span>' for name in short)
    return found
