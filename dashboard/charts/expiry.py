"""Certificates by when they end: a calendar of squares, bars with and without a request, the dates of one certificate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import ALL_SHOWN, CLEAR, SMALL, Spec, axis, figure, layout, look, note, shortened, whole_ticks
from dashboard.formats import MONTHS, WEEKDAYS, count

WEEKS = 13
SQUARE = 19  # pixels; 13 of them and the gaps between fit a phone
CALENDAR_WIDTH = 358
CALENDAR_HEIGHT = 262
STEPS = ((0, "0"), (2, "1\u20132"), (5, "3\u20135"), (10, "6\u201310"), (None, "over 10"))
FILLS = {
    "light": ("#FFFFFF", "#D3E5F3", "#8FBEDF", "#2F79B0", "#0A4271"),
    "dark": ("#11161D", "#173A57", "#1F5F92", "#5BA3D6", "#BFE0F7"),
}
INKS = {
    "light": ("#5B6675", "#0B1016", "#0B1016", "#FFFFFF", "#FFFFFF"),
    "dark": ("#A9B4C2", "#E8ECF1", "#FFFFFF", "#0B1016", "#0B1016"),
}
LEGEND_ROW, MARK_ROW = 7.75, 8.85
OTHERS = ((0.0, "some without a request"), (6.0, "closure"), (9.0, "day of the data"))
ROW_HEIGHT = 30
SPAN_ROW_HEIGHT = 28


def step(number: int) -> int:
    """The step of the scale that a count falls into: 0, 1 to 2, 3 to 5, 6 to 10, over 10."""
    return next(position for position, (most, _) in enumerate(STEPS) if most is None or number <= most)


def calendar(frame: pd.DataFrame, theme: str, as_of_on: date) -> go.Figure:
    """A square per day, a column per week from Monday to Sunday, at most 13 weeks.

    `frame`: a row per date from a Monday on, with `on_date`, `certificate_count`, `uncovered_count`, `closure_name` (missing on other
    days) and `is_shown` (false before as_of and after the horizon). A square's custom data is [its date].
    """
    mode = "dark" if theme == "dark" else "light"
    colours = look(theme)
    days = [day for day in frame.itertuples(index=False) if day.is_shown]
    first = frame["on_date"].iloc[0]
    steps = [step(int(day.certificate_count)) for day in days]
    places = [((day.on_date - first).days // 7, day.on_date.weekday()) for day in days]
    squares = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [week for week, _ in places],
        "y": [weekday for _, weekday in places],
        "marker": {
            "symbol": "square",
            "size": SQUARE,
            "color": [FILLS[mode][each] for each in steps],
            "line": {
                "width": [2.5 if day.on_date == as_of_on else 1 for day in days],
                "color": [colours.text if day.on_date == as_of_on else colours.quiet for day in days],
            },
        },
        "text": [_compact(int(day.certificate_count)) for day in days],
        "textfont": {"size": [10 if day.certificate_count < 100 else 8 for day in days], "color": [INKS[mode][each] for each in steps]},
        "hovertext": [f"{day.on_date.isoformat()}: {count(int(day.certificate_count))}" for day in days],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[day.on_date.isoformat()] for day in days],
        "unselected": ALL_SHOWN,
    }
    marked = [place for place, day in zip(places, days, strict=True) if day.uncovered_count]
    shapes = [
        line
        for place, day, each in zip(places, days, steps, strict=True)
        if isinstance(day.closure_name, str)
        for line in _hatch(*place, INKS[mode][each])
    ]
    legend, legend_shapes, notes = _legend(theme, mode)
    return figure(
        [squares, _dots(marked, theme), *legend],
        layout(
            theme, CALENDAR_HEIGHT, left=34, right=4, top=20, bottom=2, width=CALENDAR_WIDTH, shapes=[*shapes, *legend_shapes], annotations=notes,
            xaxis=axis(theme, side="top", range=[-0.55, WEEKS - 0.45], showline=False, **_week_ticks(first, len(frame) // 7)),
            yaxis=axis(theme, tickvals=list(range(7)), ticktext=list(WEEKDAYS), range=[MARK_ROW + 0.5, -0.55], showline=False),
        ),
    )  # fmt: skip


def requested(frame: pd.DataFrame, theme: str, noun: str) -> go.Figure:
    """Horizontal bars of two parts: a request under way is solid, none is hatched; the counts stand at the right.

    `frame`: columns `label`, `covered_count`, `uncovered_count`, and `band` where a band colours the bar, in order from the top.
    `noun`: the heading over the counts. A part's custom data is [position in the frame, covered or uncovered].
    """
    colours = look(theme)
    size = len(frame)
    own = [wording.BANDS[band].colour(theme) for band in frame["band"]] if "band" in frame else [wording.BANDS["covered"].colour(theme)] * size
    parts = []
    for part, label in (("covered", "Request under way"), ("uncovered", "No request")):
        hatch = "/" if part == "uncovered" else ""
        parts.append(
            {
                "type": "bar",
                "orientation": "h",
                "name": label,
                "x": [int(number) for number in frame[f"{part}_count"]],
                "y": list(range(size)),
                "marker": {
                    "color": own,
                    "line": {"width": 1, "color": colours.text},
                    "pattern": {"shape": hatch, "fillmode": "replace", "bgcolor": colours.page, "size": 7, "solidity": 0.5},
                },
                "customdata": [[place, part] for place in range(size)],
                "hovertemplate": f"%{{x}} {label.lower()}<extra></extra>",
                "unselected": ALL_SHOWN,
            }
        )
    totals = [int(covered) + int(uncovered) for covered, uncovered in zip(frame["covered_count"], frame["uncovered_count"], strict=True)]
    side = {"x": 1, "xref": "paper", "xshift": 6, "xanchor": "left"}
    notes = [
        note(f"{count(int(uncovered))} of {count(total)}", colours.text, y=place, **side)
        for place, (uncovered, total) in enumerate(zip(frame["uncovered_count"], totals, strict=True))
    ]
    notes.append(note(noun, colours.quiet, y=1, yref="paper", yanchor="bottom", **side))
    right = max(78, 12 + 6 * max((len(each["text"]) for each in notes), default=0))
    return figure(
        parts,
        layout(
            theme, ROW_HEIGHT * size + 62, left=128, right=right, top=30, bottom=28, annotations=notes, barmode="stack", showlegend=True,
            legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "font": {"size": SMALL}, "itemclick": False,
                    "itemdoubleclick": False, "traceorder": "normal"},
            xaxis=axis(theme, grid=True, **whole_ticks(max([1, *totals]))),
            yaxis=axis(theme, tickvals=list(range(size)), ticktext=[shortened(label, 23) for label in frame["label"]], range=[size - 0.45, -0.55]),
        ),
    )  # fmt: skip


def validity(frame: pd.DataFrame, theme: str, as_of_on: date) -> go.Figure:
    """The dates of one certificate, a row per date: a bar from its issue to that date, and a line for the day of the data.

    `frame`: columns `label`, `on_date`, in order of time; the first row is the issue.
    """
    colours = look(theme)
    blue = wording.MET.colour(theme)
    first, last = frame["on_date"].iloc[0], max(frame["on_date"])
    size = len(frame)
    days = [(day - first).days for day in frame["on_date"]]
    longest = max([1, *days])
    now = (as_of_on - first).days
    bars: Spec = {
        "type": "bar",
        "orientation": "h",
        "x": days,
        "y": list(range(size)),
        "width": 0.28,
        "marker": {"color": colours.grid, "line": {"width": 1, "color": colours.quiet}},
        "hoverinfo": "skip",
    }
    dots: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": days,
        "y": list(range(size)),
        "cliponaxis": False,
        "marker": {"size": 10, "symbol": ["circle" if day <= now else "circle-open" for day in days], "color": blue, "line": {"width": 2, "color": blue}},
        "hoverinfo": "skip",
    }
    side = {"x": 1, "xref": "paper", "xshift": 8, "xanchor": "left"}
    notes = [note(day.isoformat(), colours.text, y=place, **side) for place, day in enumerate(frame["on_date"])]
    shapes = []
    if 0 <= now <= longest:
        shapes.append({"type": "line", "line": {"color": colours.text, "width": 1.2, "dash": "dash"}, "x0": now, "x1": now, "yref": "paper", "y0": 0, "y1": 1})
        anchor = "left" if now < longest / 5 else "right" if now > longest * 4 / 5 else "center"
        notes.append(note(f"As of {as_of_on.isoformat()}", colours.text, x=now, y=1, yref="paper", yanchor="bottom", xanchor=anchor))
    ticks = _month_ticks(first, last)
    return figure(
        [bars, dots],
        layout(
            theme, SPAN_ROW_HEIGHT * size + 52, left=128, right=78, top=22, bottom=30, annotations=notes, shapes=shapes,
            xaxis=axis(theme, grid=True, range=[-0.02 * longest, longest * 1.02], **ticks),
            yaxis=axis(theme, tickvals=list(range(size)), ticktext=list(frame["label"]), range=[size - 0.45, -0.55]),
        ),
    )  # fmt: skip


def _compact(number: int) -> str:
    """What fits a square: nothing for 0, thousands shortened."""
    if number == 0:
        return ""
    return str(number) if number < 1000 else f"{number // 1000}k"


def _dots(places: Sequence[tuple[float, float]], theme: str) -> Spec:
    """The corner dots of squares with a certificate that has no request."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [week + 0.34 for week, _ in places],
        "y": [weekday - 0.34 for _, weekday in places],
        "marker": {"symbol": "circle", "size": 7, "color": wording.MISSED.colour(theme), "line": {"width": 1.2, "color": look(theme).page}},
        "hoverinfo": "skip",
        "unselected": ALL_SHOWN,
    }


def _hatch(week: float, weekday: float, colour: str) -> list[Spec]:
    """Two diagonals over a square: a closure, told without colour."""
    line = {"type": "line", "line": {"color": colour, "width": 1}, "layer": "above"}
    return [
        {**line, "x0": week - 0.36, "x1": week + 0.02, "y0": weekday + 0.02, "y1": weekday - 0.36},
        {**line, "x0": week - 0.02, "x1": week + 0.36, "y0": weekday + 0.36, "y1": weekday - 0.02},
    ]


def _legend(theme: str, mode: str) -> tuple[list[Spec], list[Spec], list[Spec]]:
    """Two rows under the squares: the steps of the scale, then the dot, the hatch and the outline."""
    colours = look(theme)
    at = [0.0, 1.7, 4.3, 6.9, 9.7]
    scale: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": at,
        "y": [LEGEND_ROW] * len(at),
        "marker": {"symbol": "square", "size": 13, "color": list(FILLS[mode]), "line": {"width": 1, "color": colours.quiet}},
        "hoverinfo": "skip",
    }
    others: Spec = {
        "type": "scatter",
        "mode": "markers",
        "x": [OTHERS[1][0], OTHERS[2][0]],
        "y": [MARK_ROW] * 2,
        "marker": {"symbol": "square", "size": 13, "color": CLEAR, "line": {"width": [1, 2.5], "color": [colours.quiet, colours.text]}},
        "hoverinfo": "skip",
    }
    dot = _dots([(-0.34, MARK_ROW + 0.34)], theme)
    place = {"xanchor": "left", "xshift": 10}
    notes = [note(words, colours.text, size=SMALL - 1, x=x, y=LEGEND_ROW, **place) for x, (_, words) in zip(at, STEPS, strict=True)]
    for x, words in OTHERS:
        notes.append(note(words, colours.text, size=SMALL - 1, x=x, y=MARK_ROW, **place))
    return [scale, others, dot], _hatch(OTHERS[1][0], MARK_ROW, colours.quiet), notes


def _week_ticks(first: date, weeks: int) -> Spec:
    """The Monday under the first column, and under each that begins another month at least two columns on."""
    values, texts = [], []
    for week in range(weeks):
        monday = first + timedelta(weeks=week)
        before = monday - timedelta(weeks=1)
        if week == 0 or (monday.month != before.month and week - values[-1] >= 2):
            values.append(week)
            texts.append(f"{MONTHS[monday.month - 1][:3]} {monday.day}")
    return {"tickvals": values, "ticktext": texts}


def _month_ticks(first: date, last: date) -> Spec:
    """First days of months between two dates, at most some five of them, the year with each January and the first."""
    months = []
    year, month = first.year, first.month
    if last.year - first.year > 50:  # no end at all, written as the year 9999
        return {"tickvals": [0, (last - first).days], "ticktext": [str(first.year), str(last.year)]}
    while date(year, month, 1) <= last:
        months.append(date(year, month, 1))
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    inside = [day for day in months if day >= first]
    shown = inside[:: max(1, -(-len(inside) // 5))]
    texts = [f"{MONTHS[day.month - 1][:3]}<br>{day.year}" for day in shown]
    values: list[Any] = [(day - first).days for day in shown]
    return {"tickvals": values, "ticktext": texts}
