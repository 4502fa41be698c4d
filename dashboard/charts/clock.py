"""The clock of one request, day by day: a row per week, seven squares from Monday to Sunday."""

from __future__ import annotations

import html
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go

from dashboard.charts.figure import SMALL, Spec, axis, figure, layout, look, note
from dashboard.formats import WEEKDAYS

SQUARE = 34
WEEK_HEIGHT = 54
FIGURE_WIDTH = 372
MOST_WEEKS = 8
SHOWN_AT_EACH_END = 3
LONGEST_NAME = 22
OUTLINED = ("zero", "ahead", "closure")

# Text on a square has a colour of its own, because the theme's is unreadable on some of them.
FILLS = {
    "light": {"zero": "#FFFFFF", "counted": "#0072B2", "late": "#C85200", "weekend": "#EEF1F5", "closure": "#EEF1F5", "ahead": "#FFFFFF"},
    "dark": {"zero": "#11161D", "counted": "#56B4E9", "late": "#FF8A4C", "weekend": "#222A35", "closure": "#222A35", "ahead": "#11161D"},
}
INKS = {
    "light": {"zero": "#0B1016", "counted": "#FFFFFF", "late": "#FFFFFF", "weekend": "#5B6675", "closure": "#0B1016", "ahead": "#5B6675"},
    "dark": {"zero": "#E8ECF1", "counted": "#0B1016", "late": "#0B1016", "weekend": "#A9B4C2", "closure": "#E8ECF1", "ahead": "#A9B4C2"},
}


def weeks_drawn(frame: pd.DataFrame) -> tuple[list[date], int]:
    """Mondays of the weeks that are drawn, and how many calendar days of the frame are left out between them."""
    mondays = sorted({_monday(day) for day in frame["on_date"]})
    if len(mondays) <= MOST_WEEKS:
        return mondays, 0
    kept = mondays[:SHOWN_AT_EACH_END] + mondays[-SHOWN_AT_EACH_END:]
    return kept, sum(1 for day in frame["on_date"] if _monday(day) not in kept)


def strip(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Squares of the days of one clock.

    `frame`: a row per date with `on_date`, `kind` (zero, counted, late, weekend, closure, ahead), `running_total`,
    `closure_name`, `is_due_day`, `is_stop_day`, `stop_word`.
    """
    mode = "dark" if theme == "dark" else "light"
    colours = look(theme)
    mondays, dropped = weeks_drawn(frame)
    gap = 0.55 if dropped else 0
    rows = {monday: place + (gap if place >= SHOWN_AT_EACH_END else 0) for place, monday in enumerate(mondays)}
    days = [day for day in frame.itertuples(index=False) if _monday(day.on_date) in rows]
    squares = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [day.on_date.weekday() for day in days],
        "y": [rows[_monday(day.on_date)] for day in days],
        "marker": {
            "symbol": "square",
            "size": SQUARE,
            "color": [FILLS[mode][day.kind] for day in days],
            "line": {
                "width": [3 if day.is_due_day else 1.2 if day.kind in OUTLINED else 0 for day in days],
                "color": [colours.text if day.is_due_day else colours.quiet for day in days],
            },
        },
        "text": [_inside(day) for day in days],
        "textfont": {"size": 12, "color": [INKS[mode][day.kind] for day in days]},
        "hoverinfo": "skip",
    }
    shapes, notes = [], []
    closures = {day.on_date for day in days if day.kind == "closure"}
    for day in days:
        place = {"x": day.on_date.weekday(), "y": rows[_monday(day.on_date)]}
        if day.kind == "closure":
            shapes += _hatch(place["x"], place["y"], colours.quiet)
        words = _under(day, is_beside_another=bool(closures & {day.on_date - timedelta(days=1), day.on_date + timedelta(days=1)}))
        if words:
            notes.append(note(words, colours.text, size=SMALL - 1, yshift=-25, **place))
    if dropped:
        notes.append(note(f"{dropped} calendar days not drawn; see the table", colours.text, x=3, y=SHOWN_AT_EACH_END - 0.22))
    height = round(WEEK_HEIGHT * (len(mondays) + gap)) + 34
    return figure(
        [squares],
        layout(
            theme, height, left=76, right=4, top=26, bottom=8, width=FIGURE_WIDTH, shapes=shapes, annotations=notes,
            xaxis=axis(theme, tickvals=list(range(7)), ticktext=list(WEEKDAYS), side="top", range=[-0.55, 6.55], showline=False),
            yaxis=axis(
                theme, tickvals=list(rows.values()), ticktext=[monday.isoformat() for monday in mondays], range=[max(rows.values()) + 0.62, -0.5],
                showline=False,
            ),
        ),
    )  # fmt: skip


def _under(day, *, is_beside_another: bool) -> str:
    """The words under a square: start, due, end, else the name of a closure where it fits; beside another closure it does not."""
    words = [word for word, holds in (("Due", day.is_due_day), (day.stop_word, day.is_stop_day), ("Start", day.kind == "zero")) if holds]
    if day.kind == "closure" and not words:
        words = [html.escape(day.closure_name if len(day.closure_name) < LONGEST_NAME and not is_beside_another else "Closure", quote=False)]
    return ", ".join(words)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _inside(row) -> str:
    if row.kind == "weekend":
        return "\u2013"
    if row.kind == "closure":
        return "C"
    if row.kind == "late":
        return f"\u00d7{row.running_total}"
    return str(row.running_total)


def _hatch(column: float, row: float, colour: str) -> list[Spec]:
    """Two diagonals beside the letter: a closure is told from a weekend without colour."""
    line = {"type": "line", "line": {"color": colour, "width": 1}, "layer": "above"}
    return [{**line, "x0": column + shift - 0.16, "x1": column + shift + 0.16, "y0": row + 0.27, "y1": row - 0.27} for shift in (-0.22, 0.22)]
