"""Counts as bars from zero: how late the missed ones were, what is due next, why something is not counted."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import ALL_SHOWN, CLEAR, SMALL, Spec, axis, figure, layout, look, note, shortened, whole_ticks
from dashboard.formats import count

TICKS_ACROSS = 3
"""On an axis beside long names, of which a phone leaves 180 pixels."""
SOLIDITY = {".": 0.12}
"""How much of a hatched bar is colour, where half would be more than the quiet bars need."""


def lateness(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Missed requests by business days after the due date.

    `frame`: columns `late` (the bar's id), `label`, `request_count`, in order; the bar `still open` is drawn as an outline.
    A bar's custom data is [its id].
    """
    numbers = [int(number) for number in frame["request_count"]]
    vermillion = wording.MISSED.colour(theme)
    marker = {
        "color": [CLEAR if late == "still open" else vermillion for late in frame["late"]],
        "line": {"color": vermillion, "width": 1.5},
    }
    bars = _bars(theme, numbers, [count(number) if number else "" for number in numbers], marker, [[late] for late in frame["late"]], "missed")
    title = {"text": "Business days after the due date", "font": {"size": SMALL}, "standoff": 6}
    return figure(
        [bars],
        layout(
            theme, 260, left=36, top=12, bottom=48,
            xaxis=_slots(theme, frame["label"], title=title),
            yaxis=axis(theme, grid=True, **whole_ticks(max(numbers))),
        ),
    )  # fmt: skip


def due(frame: pd.DataFrame, theme: str, bands: Mapping[str, str]) -> go.Figure:
    """Open requests by due date, overdue first; a closure is an empty slot with its name.

    `frame`: columns `bucket` (the bar's id), `label`, `request_count`, `closure_name` (missing on other days), in order, and `likely_count`
    and the like for each of `bands`: the bands of risk and their words, by which the bars are stacked. A bar's custom data is [its id].
    """
    colours = look(theme)
    numbers = [int(number) for number in frame["request_count"]]
    closures = [name if isinstance(name, str) else None for name in frame["closure_name"]]
    totals: Spec = {
        "type": "scatter",
        "mode": "text",
        "x": list(range(len(numbers))),
        "y": [number + max(numbers) / 80 for number in numbers],
        "text": ["" if name else count(number) for number, name in zip(numbers, closures, strict=True)],
        "textposition": "top center",
        "textfont": {"color": colours.text, "size": 12},
        "cliponaxis": False,
        "hoverinfo": "skip",
        "showlegend": False,
        "unselected": {"textfont": {"color": colours.text}},
    }
    shapes, notes = [], []
    for position, name in enumerate(closures):
        if name:
            shapes.append(
                {
                    "type": "rect", "x0": position - 0.42, "x1": position + 0.42, "y0": 0, "y1": 1, "yref": "paper", "fillcolor": colours.grid,
                    "opacity": 0.55, "line": {"width": 0}, "layer": "below",
                }
            )  # fmt: skip
            notes.append(note(html.escape(name, quote=False), colours.text, x=position, y=0.04, yref="paper", textangle=-90, yanchor="bottom"))
    return figure(
        [*_due_parts(frame, theme, bands), totals],
        layout(
            theme, 316 if bands else 290, left=36, top=44 if bands else 12, bottom=56, shapes=shapes, annotations=notes, barmode="stack",
            showlegend=bool(bands),
            legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "font": {"size": SMALL}, "itemclick": False,
                    "itemdoubleclick": False, "traceorder": "normal"},
            xaxis=_slots(theme, frame["label"]), yaxis=axis(theme, grid=True, **whole_ticks(max(numbers))),
        ),
    )  # fmt: skip


def _due_parts(frame: pd.DataFrame, theme: str, bands: Mapping[str, str]) -> list[Spec]:
    """The overdue bar as an outline, then a part of every other bar for each band that occurs, hatched; one plain part without bands."""
    vermillion, grey = wording.OVERDUE.colour(theme), wording.OPEN.colour(theme)
    late = {
        "color": look(theme).page,
        "line": {"color": vermillion, "width": 1.5},
        "pattern": {"shape": "x", "fgcolor": vermillion, "fillmode": "overlay", "fgopacity": 1, "size": 9, "solidity": 0.15},
    }
    ids = [[bucket] for bucket in frame["bucket"]]
    counts = [int(number) for number in frame["request_count"]]
    overdue = [number if bucket == "overdue" else 0 for number, (bucket,) in zip(counts, ids, strict=True)]
    parts = [_part(theme, overdue, late, ids, "Overdue") | {"showlegend": False}]
    if not bands:
        rest = [number - late_number for number, late_number in zip(counts, overdue, strict=True)]
        return [*parts, _part(theme, rest, {"color": grey, "line": {"color": grey, "width": 1.5}}, ids, "Due")]
    for band, word in bands.items():
        style, numbers = wording.RISKS[band], [int(number) for number in frame[f"{band}_count"]]
        marker = {
            "color": style.colour(theme),
            "line": {"width": 1, "color": look(theme).text},
            "pattern": {"shape": style.hatch, "fillmode": "replace", "bgcolor": look(theme).page, "size": 7, "solidity": SOLIDITY.get(style.hatch, 0.5)},
        }
        parts += [_part(theme, numbers, marker, ids, html.escape(word, quote=False))] if any(numbers) else []
    return parts


def _part(theme: str, numbers: list[int], marker: Spec, ids: list, name: str) -> Spec:
    """One kind of a stack of bars; where there is none of it, there is no mark."""
    bars = _bars(theme, numbers, [""] * len(numbers), marker, ids, name)
    return {**bars, "y": [number or None for number in numbers], "name": name, "hovertemplate": f"{name}: %{{y}}<extra></extra>"}


def reasons(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Requests by what becomes of them in the arithmetic, as horizontal bars.

    `frame`: columns `slo_outcome`, `reason`, `label`, `request_count`, in order. A bar's custom data is [outcome, reason].
    """
    colours = look(theme)
    rows = len(frame)
    numbers = [int(number) for number in frame["request_count"]]
    styles = [wording.OUTCOMES.get(outcome, wording.NOT_MEASURABLE) for outcome in frame["slo_outcome"]]
    own = [style.colour(theme) for style in styles]
    marker = {
        "color": own,
        "line": {"color": own, "width": 1},
        "pattern": {"shape": [style.hatch for style in styles], "fgcolor": colours.page, "fillmode": "overlay", "fgopacity": 1, "solidity": 0.35, "size": 6},
    }
    bars = _bars(theme, numbers, [count(number) for number in numbers], marker, frame[["slo_outcome", "reason"]].values.tolist(), "requests", across=True)
    return figure(
        [bars],
        layout(
            theme, 26 * rows + 40, left=132, right=46, top=8, bottom=28,
            xaxis=axis(theme, grid=True, **whole_ticks(max(numbers), TICKS_ACROSS)),
            yaxis=axis(
                theme, tickvals=list(range(rows)), ticktext=[shortened(label, 22) for label in frame["label"]], range=[rows - 0.4, -0.6],
            ),
        ),
    )  # fmt: skip


def held(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Certificates by one of their properties, as horizontal bars in the frame's order from the top.

    `frame`: columns `label`, `certificate_count`. A bar's custom data is [position in the frame].
    """
    size = len(frame)
    numbers = [int(number) for number in frame["certificate_count"]]
    own = wording.MET.colour(theme)
    marker = {"color": own, "line": {"color": own, "width": 1}}
    bars = _bars(theme, numbers, [count(number) for number in numbers], marker, [[place] for place in range(size)], "certificates", across=True)
    return figure(
        [bars],
        layout(
            theme, 28 * size + 44, left=150, right=46, top=8, bottom=28,
            xaxis=axis(theme, grid=True, **whole_ticks(max(numbers), TICKS_ACROSS)),
            yaxis=axis(
                theme, tickvals=list(range(size)), ticktext=[shortened(label, 24) for label in frame["label"]], range=[size - 0.4, -0.6],
            ),
        ),
    )  # fmt: skip


def received(rows: Sequence[str], weeks: Sequence[str], filled: Sequence[tuple[int, int]], theme: str, whole_rows: Sequence[int] = ()) -> go.Figure:
    """One row per source, one square per week: filled where an export reaches into it, an outline where none does.

    `rows`: names of sources. `weeks`: ISO dates of Mondays. `filled`: (row, week) positions. `whole_rows`: rows of sources whose every
    export holds all records, so that a week without one is no gap and has no outline.
    """
    colours = look(theme)
    have = set(filled)
    cells = [(row, week) for row in range(len(rows)) for week in range(len(weeks)) if (row, week) in have or row not in whole_rows]
    squares = {
        "type": "scatter",
        "mode": "markers",
        "x": [week for _, week in cells],
        "y": [row for row, _ in cells],
        "marker": {
            "symbol": ["square" if cell in have else "square-open" for cell in cells],
            "size": 9,
            "color": [wording.MET.colour(theme) if cell in have else colours.quiet for cell in cells],
        },
        "hoverinfo": "skip",
    }
    notes = [note(html.escape(name, quote=False), colours.text, x=-0.5, y=row, xanchor="left", yshift=14) for row, name in enumerate(rows)]
    shown = list(range(0, len(weeks), max(1, -(-len(weeks) // 4))))
    return figure(
        [squares],
        layout(
            theme, 40 * len(rows) + 44, left=8, right=8, top=20, bottom=28, annotations=notes,
            xaxis=axis(theme, tickvals=shown, ticktext=[weeks[place] for place in shown], range=[-0.8, len(weeks) - 0.2], ticklabelposition="outside right"),
            yaxis=axis(theme, visible=False, range=[len(rows) - 0.4, -0.8]),
        ),
    )  # fmt: skip


def _bars(theme: str, numbers: list[int], texts: list[str], marker: Spec, custom: list, noun: str, across: bool = False) -> Spec:
    places = list(range(len(numbers)))
    return {
        "type": "bar",
        "x": numbers if across else places,
        "y": places if across else numbers,
        "orientation": "h" if across else "v",
        "marker": marker,
        "text": texts,
        "textposition": "outside",
        "textfont": {"color": look(theme).text, "size": 12},
        "cliponaxis": False,
        "customdata": custom,
        "hovertemplate": f"%{{{'x' if across else 'y'}}} {noun}<extra></extra>",
        "unselected": ALL_SHOWN,
    }


def _slots(theme: str, labels: Sequence[str], **more: Any) -> Spec:
    return axis(theme, tickvals=list(range(len(labels))), ticktext=list(labels), range=[-0.6, len(labels) - 0.4], **more)
