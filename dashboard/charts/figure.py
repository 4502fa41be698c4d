"""What all figures share: margins set by hand, both axes fixed, colours of the theme, no titles inside.

Charts put plain dictionaries together and make the figure once, at the end: adding traces and shapes to a figure
one by one validates everything again each time and took most of the time of a rerun.
"""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go

from dashboard.formats import NO_BREAK, period_bounds, period_tick

FONT = "Inter, -apple-system, 'Segoe UI', Roboto, sans-serif"
SMALL = 11
DROPPED_WORDS = ("California Department of ", "Department of the ", "Department of ", "Office of the ", "Office of ", "California ")
CLEAR = "rgba(0,0,0,0)"
ALL_SHOWN = {"marker": {"opacity": 1}}

Spec = dict[str, Any]


@dataclass(frozen=True)
class Look:
    """The colours of one theme that are not a status: text, quieter text, grid lines, the page behind."""

    text: str
    quiet: str
    grid: str
    page: str


LOOKS = {
    "light": Look("#0B1016", "#5B6675", "#E3E7EC", "#FFFFFF"),
    "dark": Look("#E8ECF1", "#A9B4C2", "#2B343F", "#11161D"),
}


def look(theme: str) -> Look:
    """The colours under `light` or `dark`; anything else counts as light."""
    return LOOKS.get(theme, LOOKS["light"])


def figure(traces: Sequence[Spec], layout: Spec) -> go.Figure:
    """The finished figure. Tests hold every chart against Plotly's schema; doing so in each rerun would take half of it."""
    return go.Figure({"data": list(traces), "layout": layout}, _validate=False)


def layout(theme: str, height: int, *, left: int = 44, right: int = 8, top: int = 8, bottom: int = 32, **more: Any) -> Spec:
    """A layout of this house. Lengths in pixels; `more` are further keys of Plotly's layout.

    The default margins would leave some 15 px of plot in a chart of 200 px, and a draggable or zoomable plot
    keeps a phone from scrolling the page.
    """
    colours = look(theme)
    return {
        "height": height,
        "margin": {"l": left, "r": right, "t": top, "b": bottom, "pad": 0},
        "dragmode": False,
        "showlegend": False,
        "paper_bgcolor": CLEAR,
        "plot_bgcolor": CLEAR,
        "font": {"family": FONT, "size": 12, "color": colours.text},
        "hoverlabel": {"font": {"family": FONT, "size": 12}},
        "bargap": 0.25,
        **more,
    }


def axis(theme: str, *, grid: bool = False, **more: Any) -> Spec:
    """An axis that cannot be zoomed; `more` are further keys of Plotly's axis."""
    colours = look(theme)
    return {
        "fixedrange": True,
        "zeroline": False,
        "showline": True,
        "linecolor": colours.quiet,
        "tickfont": {"size": SMALL, "color": colours.text},
        "tickangle": 0,
        "showgrid": grid,
        "gridcolor": colours.grid,
        **more,
    }


def note(text: str, colour: str, *, size: int = SMALL, **place: Any) -> Spec:
    """Text at a place of the figure; `place` are keys of Plotly's annotation."""
    return {"text": text, "showarrow": False, "font": {"size": size, "color": colour}, **place}


def floor_ratio(ratios: Sequence[float | None]) -> float:
    """Where an attainment axis begins: the tenth below the lowest value, at most 0.8, so that 95 % has room."""
    known = [ratio for ratio in ratios if ratio is not None and not math.isnan(ratio)]
    lowest = min(known, default=1.0)
    below = math.ceil(round(lowest * 10, 9)) - 1
    return max(0.0, min(0.8, below / 10))


def ratio_ticks(floor: float) -> Spec:
    """Ticks of an attainment axis from its floor to 100 %."""
    step = 10 if floor >= 0.5 else 20 if floor >= 0.2 else 25
    values = [value for value in range(0, 101, step) if value >= round(floor * 100)]
    return {"tickvals": [value / 100 for value in values], "ticktext": [f"{value}{NO_BREAK}%" for value in values]}


def period_ticks(periods: Sequence[str]) -> Spec:
    """Ticks at 0, 1, 2 … named for periods; the year stands under each that begins one, and under the first unless the next one does."""
    years = [period_bounds(period)[0].year for period in periods]
    begins = [position > 0 and years[position] != years[position - 1] for position in range(len(periods))]
    begins[:1] = [not any(begins[1:2])]
    texts = [period_tick(period, with_year=begin) for period, begin in zip(periods, begins, strict=True)]
    return {"tickvals": list(range(len(periods))), "ticktext": texts}


def whole_ticks(largest: int, most: int = 6) -> Spec:
    """Whole ticks of a count axis from 0 that ends a little above the largest bar; at most some six of them, or `most`."""
    power = 10 ** math.floor(math.log10(max(largest, 1)))
    steps = [step for step in (power // 5, power // 2, power, 2 * power) if step >= 1 and largest / step <= most]
    return {"range": [0, max(largest, 1) * 1.18], "tick0": 0, "dtick": steps[0] if steps else 5 * power, "tickformat": ",d"}


def shortened(name: str, limit: int = 20) -> str:
    """A long name for an axis, cut at a word, safe against the markup that Plotly understands."""
    short = name
    for words in DROPPED_WORDS:
        if short.startswith(words) and len(name) > limit:
            short = short.removeprefix(words)
            break
    if len(short) > limit:
        head = short[: limit - 1]
        short = (head.rsplit(" ", 1)[0].rstrip(",") if " " in head else head) + "\u2026"
    return html.escape(short, quote=False)
