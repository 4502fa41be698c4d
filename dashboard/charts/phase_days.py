"""Where the days went: the business days that missed and met requests spent in one phase, and the paths that requests took."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import ALL_SHOWN, SMALL, Spec, axis, figure, layout, look, note, whole_ticks
from dashboard.formats import NO_BREAK, count

PLACES = ("0", "1", "2", "3", "4", "5", "6\u201310", "over<br>10")
"""The bars from left to right: single days, then two that hold several."""
HEIGHT = 214
MOST_TICKS = 3
ROW_HEIGHT, BAR_HEIGHT, TEXT_HEIGHT = 42, 16, 14
LINE_LETTERS, MOST_LINES = 56, 2


def phase(missed: Sequence[int], met: Sequence[int], budget: int | None, largest: tuple[int, int], theme: str) -> go.Figure:
    """Missed requests above met ones by their business days in one phase, with the phase's budget as a dashed line.

    `missed`, `met`: counts in the order of PLACES. `largest`: the longest bar of missed and of met ones over all phases, so that axes are the same.
    """
    colours = look(theme)
    is_left = budget is not None and budget > 4
    parts = ((wording.MISSED, missed, largest[0], "y", [0.56, 1]), (wording.MET, met, largest[1], "y2", [0, 0.42]))
    traces: list[Spec] = []
    notes: list[Spec] = []
    axes: Spec = {"xaxis": axis(theme, tickvals=list(range(len(PLACES))), ticktext=list(PLACES), range=[-0.6, len(PLACES) - 0.4], anchor="y2")}
    for style, numbers, most, name, domain in parts:
        colour = style.colour(theme)
        traces.append(
            {
                "type": "bar", "x": list(range(len(PLACES))), "y": [number or None for number in numbers], "yaxis": name, "marker": {"color": colour},
                "text": [count(number) if number else "" for number in numbers], "textposition": "outside",
                "textfont": {"color": colours.text, "size": SMALL - 1}, "cliponaxis": False, "hovertemplate": f"%{{y}} {style.text.lower()}<extra></extra>",
            }
        )  # fmt: skip
        scale = whole_ticks(most, MOST_TICKS) | {"range": [0, max(most, 1) * 1.4]}
        axes[name.replace("y", "yaxis")] = axis(theme, grid=True, domain=domain, anchor="x", **scale)
        side = {"x": 0, "xanchor": "left"} if is_left else {"x": 1, "xanchor": "right"}
        words = f"{style.text} ({count(sum(numbers))})"
        notes.append(note(words, colours.text, xref="paper", y=1, yref=f"{name} domain", yanchor="bottom", **side))
    shapes = []
    if budget is not None:
        place = budget_place(budget)
        line = {"color": colours.text, "width": 1.2, "dash": "dash"}
        shapes.append({"type": "line", "x0": place, "x1": place, "xref": "x", "y0": 0, "y1": 1, "yref": "paper", "line": line})
        notes.append(note(f"Budget{NO_BREAK}{count(budget)}", colours.text, x=place, y=1, yref="paper", yanchor="bottom", yshift=2))
    return figure(traces, layout(theme, HEIGHT, left=36, right=8, top=22, bottom=38, shapes=shapes, annotations=notes, **axes))


def budget_place(budget: int) -> float:
    """Where a budget lies among the bars: between two of the single days, inside the bar of six to ten, or at the end."""
    if budget <= 5:
        return budget + 0.5
    return 5.5 + (budget - 5) / 5 if budget <= 10 else len(PLACES) - 0.5


def paths(frame: pd.DataFrame, theme: str) -> go.Figure:
    """Due requests by the path they took, missed ones first in each bar, its path written above it.

    `frame`: columns `label`, `missed_count`, `due_count` and `key`, in order from the top; no key for the bar of all other paths. A bar's custom data is [key].
    """
    colours = look(theme)
    missed = [int(number) for number in frame["missed_count"]]
    due = [int(number) for number in frame["due_count"]]
    custom = [[key] if isinstance(key, str) else None for key in frame["key"]]
    labels = [_path_label(label) for label in frame["label"]]
    heights = [ROW_HEIGHT + TEXT_HEIGHT * label.count("<br>") for label in labels]
    bars = [sum(heights[: row + 1]) - BAR_HEIGHT for row in range(len(heights))]
    hatch = {"shape": "/", "fillmode": "overlay", "fgopacity": 1, "solidity": 0.25, "size": 6, "fgcolor": colours.page}
    met = {"color": wording.MET.colour(theme), "pattern": hatch}
    parts = (("missed", missed, {"color": wording.MISSED.colour(theme)}), ("met", [each - late for each, late in zip(due, missed, strict=True)], met))
    traces: list[Spec] = [
        {
            "type": "bar", "orientation": "h", "name": name.capitalize(), "x": [number or None for number in numbers], "y": bars, "width": BAR_HEIGHT,
            "customdata": custom, "marker": {**marker, "line": {"color": marker["color"], "width": 1}}, "hovertemplate": f"%{{x}} {name}<extra></extra>",
            "unselected": ALL_SHOWN,
        }
        for name, numbers, marker in parts
    ]  # fmt: skip
    words = [f"{count(late)} of {count(each)} missed" for late, each in zip(missed, due, strict=True)]
    notes = [note(said, colours.text, x=each, y=place, xanchor="left", xshift=6) for said, each, place in zip(words, due, bars, strict=True)]
    above = {"x": 0, "xref": "paper", "xanchor": "left", "yanchor": "bottom", "align": "left", "yshift": BAR_HEIGHT / 2 + 1}
    notes += [note(label, colours.text, y=place, **above) for label, place in zip(labels, bars, strict=True)]
    longest = max(due)
    return figure(
        traces,
        layout(
            theme, sum(heights) + 66, left=8, right=8, top=34, bottom=32, barmode="stack", annotations=notes, showlegend=True,
            legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "font": {"size": SMALL}, "itemclick": False,
                    "itemdoubleclick": False, "traceorder": "normal"},
            xaxis=axis(theme, grid=True, **whole_ticks(longest) | {"range": [0, longest * 1.4]}), yaxis=axis(theme, visible=False, range=[sum(heights), 0]),
        ),
    )  # fmt: skip


def _path_label(path: str) -> str:
    """A path on at most two lines as wide as a phone; the table has it whole."""
    lines = textwrap.wrap(path, LINE_LETTERS, max_lines=MOST_LINES, placeholder=" \u2026")
    return "<br>".join(html.escape(line, quote=False) for line in lines)
