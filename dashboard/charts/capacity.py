"""Work against capacity: stacked bars by week or month with the range of their sum, and what levelling changes."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import CLEAR, SMALL, Spec, axis, figure, layout, look, note, whole_ticks
from dashboard.formats import MONTHS, count

HEIGHT = 330
BOTTOM, LEGEND, ROW = 50, 44, 30
"""Pixels under the bars, of the legend (two rows on a phone) and of a row of labels."""
PHONE_PIXELS = 290
"""About the width of the bars on a phone: labels that would collide there are left to the sentence under the chart."""
LETTER_PIXELS = 5.4
LABEL_ROWS = 2
LABELS_APART = 7.5
"""Under the bars at most so many labels, or they would touch on a phone."""
KINDS = ("renewal", "new", "inquiry")


class Step(NamedTuple):
    """A vertical line: where it stands among the bars (0 is the middle of the first), its words, and whether it is dotted."""

    place: float
    words: str
    is_dotted: bool


class Panel(NamedTuple):
    """The most hours and the rows of labels that a chart has to hold."""

    hours: float = 0.0
    label_rows: int = 0


def weeks(frame: pd.DataFrame, theme: str, steps: Sequence[Step] = (), beside: Panel = Panel(), unit: str = "") -> go.Figure:
    """Hours of work by kind with the 80 % range of their sum, and the capacity as a dashed step line labelled at its end.

    `frame`: a row per bar in order of time with `starts_on`, `renewal`, `new`, `inquiry`, `hours`, `low`, `high`, `capacity`, `is_over`,
    `is_partial` (drawn as an outline) and `closed` (words, or missing for months). `beside`: what a panel beside this one needs: both have the same scale.
    """
    colours = look(theme)
    size = len(frame)
    largest = max(beside.hours, panel(frame, steps).hours)
    scale = whole_ticks(max(round(largest), 1))
    lift = scale["range"][1] * 0.035
    over = [place for place, is_over in enumerate(frame["is_over"]) if is_over]
    marks: Spec = {
        "type": "scatter", "mode": "markers", "x": over,
        "y": [max(frame["high"].iloc[place], frame["hours"].iloc[place], frame["capacity"].iloc[place]) + lift for place in over],
        "marker": {"symbol": "triangle-up", "size": 9 if size <= 40 else 6, "color": wording.MISSED.colour(theme), "line": {"width": 1, "color": colours.text}},
        "hoverinfo": "skip", "cliponaxis": False, "showlegend": False,
    }  # fmt: skip
    end = float(frame["capacity"].iloc[-1])
    notes = [note(f"Capacity<br>{count(round(end))} h{unit}", colours.text, x=1, xref="paper", y=end, xanchor="left", xshift=4, align="left")]
    if "closed" in frame:
        notes += [note("C", colours.quiet, size=SMALL - 1, x=place, y=0, yanchor="top", yshift=-1) for place, words in enumerate(frame["closed"]) if words]
    labels, rows = _labels(steps, size, theme)
    rows = max(rows, beside.label_rows)
    top_margin = LEGEND + ROW * rows
    plot = HEIGHT - top_margin - BOTTOM
    ticks = period_ticks(list(frame["starts_on"]), by_month="closed" not in frame)
    return figure(
        [*_bars(frame, theme), *_range(frame, theme), _capacity(frame, theme), marks],
        layout(
            theme, HEIGHT, left=40, right=66, top=top_margin, bottom=BOTTOM, annotations=[*notes, *labels], shapes=_lines(steps, labels, plot, theme),
            barmode="stack", showlegend=True, bargap=0.3 if size <= 40 else 0.2, legend=_legend(1 + ROW * rows / plot),
            xaxis=axis(theme, range=[-0.6, size - 0.4], ticklabelstandoff=12, **ticks),
            yaxis=axis(theme, grid=True, **scale),
        ),
    )  # fmt: skip


def panel(frame: pd.DataFrame, steps: Sequence[Step]) -> Panel:
    """What one chart has to hold."""
    return Panel(float(max(frame["high"].max(), frame["hours"].max(), frame["capacity"].max())), _labels(steps, len(frame), "light")[1])


def period_ticks(starts: Sequence[date], by_month: bool) -> Spec:
    """Labels where a month begins and room is: every one, every other, or January and July; the year under the first label of each year."""
    first = [place for place, day in enumerate(starts) if place == 0 or (day.year, day.month) != (starts[place - 1].year, starts[place - 1].month)]
    wanted = range(1, 13) if len(first) <= LABELS_APART else range(1, 13, 2) if len(first) <= 2 * LABELS_APART else (1, 7)
    shown, texts, year = [], [], None
    for place in first:
        day = starts[place]
        if shown and (day.month not in wanted or place - shown[-1] < len(starts) / LABELS_APART):
            continue
        words = MONTHS[day.month - 1][:3] if by_month or len(starts) > 40 else f"{MONTHS[day.month - 1][:3]} {day.day}"
        shown.append(place)
        texts.append(words if day.year == year else f"{words}<br>{day.year}")
        year = day.year
    return {"tickvals": shown, "ticktext": texts}


def _bars(frame: pd.DataFrame, theme: str) -> list[Spec]:
    """A trace per kind, and another for the running week, whose bar is an outline."""
    colours = look(theme)
    partial = [bool(each) for each in frame["is_partial"]]
    bars = []
    for kind in KINDS:
        style = wording.KINDS[kind]
        own = style.colour(theme)
        for is_partial in {False, *partial}:
            bars.append(
                {
                    "type": "bar", "name": style.text, "x": list(range(len(frame))), "showlegend": not is_partial,
                    "y": [float(each) if of is is_partial else None for each, of in zip(frame[kind], partial, strict=True)],
                    "marker": {
                        "color": colours.page if is_partial and not style.hatch else own,
                        "line": {"width": 1, "color": own},
                        "pattern": {"shape": style.hatch, "fillmode": "replace", "bgcolor": colours.page, "size": 5, "solidity": 0.45},
                    },
                    "hovertemplate": "%{y:.0f} h<extra>" + style.text + "</extra>",
                }
            )  # fmt: skip
    return bars


def _range(frame: pd.DataFrame, theme: str) -> list[Spec]:
    along, values = _segments(frame)
    line = {"color": look(theme).text, "width": 1.6}
    return [{"type": "scatter", "mode": "lines", "x": along, "y": values, "hoverinfo": "skip", "line": line, "name": "80\u00a0% range"}]


def _segments(frame: pd.DataFrame) -> tuple[list[int | None], list[float | None]]:
    """A vertical line from low to high at every place, with gaps between them."""
    along: list[int | None] = []
    values: list[float | None] = []
    for place, (low, high) in enumerate(zip(frame["low"], frame["high"], strict=True)):
        along += [place, place, None]
        values += [float(low), float(high), None]
    return along, values


def _capacity(frame: pd.DataFrame, theme: str) -> Spec:
    values = [float(each) for each in frame["capacity"]]
    return {
        "type": "scatter", "mode": "lines", "x": [place - 0.5 for place in range(len(values) + 1)], "y": [*values, values[-1]], "showlegend": False,
        "hoverinfo": "skip", "line": {"color": look(theme).text, "width": 1.6, "shape": "hv", "dash": "dash"},
    }  # fmt: skip


def _labels(steps: Sequence[Step], size: int, theme: str) -> tuple[list[Spec], int]:
    """Words above the bars and how many rows they take. The later a line, the lower its row, so that no line runs through words.

    Left out where even so words would collide on a phone.
    """
    colours = look(theme)
    labels: list[Spec] = []
    taken: list[tuple[int, float, float, float]] = []  # row, place of the line, left and right end of the words, in pixels of a phone
    for step in sorted(steps, key=lambda each: -each.place):
        parts = step.words.split("<br>")
        at = (step.place + 0.6) / (size + 0.2) * PHONE_PIXELS
        width = max(map(len, parts)) * LETTER_PIXELS
        anchor = "left" if at + width <= PHONE_PIXELS + 50 else "right"
        left, right = (at, at + width) if anchor == "left" else (at - width, at)
        row = next((row for row in range(LABEL_ROWS) if left >= -30 and _is_free(row, at, left, right, taken)), None)
        if row is None:
            continue
        taken.append((row, at, left, right))
        words = "<br>".join(html.escape(part, quote=False) for part in parts)
        shift = 3 if anchor == "left" else -3
        labels.append(
            note(words, colours.text, size=SMALL - 1, x=step.place, y=1, yref="paper", xanchor=anchor, yanchor="bottom", align=anchor, xshift=shift,
                 yshift=ROW * row)
        )  # fmt: skip
    return labels, max((row + 1 for row, *_ in taken), default=0)


def _is_free(row: int, at: float, left: float, right: float, taken: Sequence[tuple[int, float, float, float]]) -> bool:
    """Whether words fit a row: beside other words of it, not across a line that goes higher, and their own line across none below."""
    for other, line, start, end in taken:
        if other == row and left < end and start < right:
            return False
        if other > row and left < line < right or other < row and start < at < end:
            return False
    return True


def _lines(steps: Sequence[Step], labels: Sequence[Spec], plot: float, theme: str) -> list[Spec]:
    """Thin lines up to their words: solid where a rule changes, dotted where that reaches the work."""
    heights = {label["x"]: label["yshift"] for label in labels}
    return [
        {
            "type": "line", "x0": step.place, "x1": step.place, "yref": "paper", "y0": 0, "y1": 1 + (heights.get(step.place, 0) + 4) / plot,
            "line": {"color": look(theme).text, "width": 1.2, "dash": "dot" if step.is_dotted else "solid"},
        }
        for step in steps
    ]  # fmt: skip


def levelled(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Hours before and after a plan, side by side for each week, under the capacity of the week as a dashed line.

    `frame`: `starts_on`, `before`, `after`, `capacity` in order of time.
    """
    colours = look(theme)
    size = len(frame)
    own = wording.KINDS["renewal"].colour(theme)
    bars: list[Spec] = [
        {
            "type": "bar", "name": name, "x": list(range(size)), "y": [float(each) for each in frame[column]],
            "marker": {"color": fill, "line": {"width": 1, "color": own}, "pattern": {"shape": ""}},
            "hovertemplate": "%{y:.0f} h<extra>" + name + "</extra>",
        }
        for column, name, fill in (("before", "As things are", colours.page), ("after", "With the plan", own))
    ]  # fmt: skip
    along = [each for place in range(size) for each in (place - 0.46, place + 0.46, None)]
    values = [each for capacity in frame["capacity"] for each in (float(capacity), float(capacity), None)]
    line = {
        "type": "scatter", "mode": "lines", "name": "Capacity", "x": along, "y": values, "line": {"color": colours.text, "width": 1.6, "dash": "dash"},
        "hoverinfo": "skip",
    }  # fmt: skip
    shown = list(range(0, size, max(1, -(-size // int(LABELS_APART)))))
    texts = [f"{MONTHS[day.month - 1][:3]} {day.day}" for day in frame["starts_on"].iloc[shown]]
    largest = max([1.0, *(float(frame[name].max()) for name in ("before", "after", "capacity"))])
    return figure(
        [*bars, line],
        layout(
            theme, 260, left=40, right=8, top=34, bottom=32, barmode="group", bargap=0.3, bargroupgap=0.05, showlegend=True, legend=_legend(1),
            xaxis=axis(theme, tickvals=shown, ticktext=texts, range=[-0.6, size - 0.4]), yaxis=axis(theme, grid=True, **whole_ticks(round(largest))),
        ),
    )  # fmt: skip


def looked_back(frame: pd.DataFrame, theme: str) -> go.Figure:
    """What came (a dot inside its range, a cross outside) on what was forecast (a bar from low to high), month after month.

    `frame`: `label`, `low`, `high`, `actual`, `is_inside` in order of time.
    """
    colours = look(theme)
    places = list(range(len(frame)))
    along, values = _segments(frame)
    inside, outside = wording.MET.colour(theme), wording.MISSED.colour(theme)
    bars: Spec = {
        "type": "scatter", "mode": "lines", "name": "Forecast, 80\u00a0% range", "x": along, "y": values, "line": {"color": colours.quiet, "width": 7},
        "opacity": 0.55, "hoverinfo": "skip",
    }  # fmt: skip
    traces = [bars]
    for is_inside, name, symbol, colour in ((True, "Came, inside", "circle", inside), (False, "Came, outside", "x", outside)):
        chosen = [place for place in places if bool(frame["is_inside"].iloc[place]) is is_inside]
        traces.append(
            {
                "type": "scatter", "mode": "markers", "name": name, "x": chosen, "y": [float(frame["actual"].iloc[place]) for place in chosen],
                "marker": {"symbol": symbol, "size": 10, "color": colour, "line": {"width": 1, "color": colours.text}}, "showlegend": bool(chosen),
                "hovertemplate": "%{y:.0f} came<extra></extra>",
            }
        )  # fmt: skip
    largest = max([1.0, *map(float, frame["high"]), *map(float, frame["actual"])])
    return figure(
        traces,
        layout(
            theme, 280, left=44, right=8, top=34, bottom=44, showlegend=True, legend=_legend(1),
            xaxis=axis(theme, tickvals=places, ticktext=list(frame["label"]), range=[-0.6, len(frame) - 0.4]),
            yaxis=axis(theme, grid=True, **whole_ticks(round(largest))),
        ),
    )  # fmt: skip


def _legend(height: float) -> dict[str, Any]:
    return {
        "orientation": "h", "x": 0, "xanchor": "left", "y": height, "yanchor": "bottom", "font": {"size": SMALL}, "itemclick": False, "itemdoubleclick": False,
        "traceorder": "normal", "bgcolor": CLEAR,
    }  # fmt: skip
