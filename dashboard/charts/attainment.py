"""Attainment as dots: a sparkline per card, a panel per service option over time, one row per department.

Frames have the columns of the published table `slo_attainment`, with `due_count` = met + missed.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import ALL_SHOWN, SMALL, Spec, axis, figure, floor_ratio, layout, look, note, period_ticks, ratio_ticks, shortened
from dashboard.formats import count, ratio_percent, share

SPARKLINE_HEIGHT = 64
PANEL_HEIGHT = 150
PANEL_GAP = 26
ROW_HEIGHT = 24


def sparkline(frame: pd.DataFrame, theme: str, floor: float) -> go.Figure:
    """Twelve periods of one option in 64 px: dots, a gap where nothing was due, an outline where incomplete.

    `frame`: one row per period in order of time. `floor`: the ratio at which the axis begins, the same on all cards.
    """
    span = 1 - floor
    rows = _rows(frame)
    line = {
        "type": "scatter",
        "x": list(range(len(rows))),
        "y": [float(row.attainment_ratio) if row.is_complete and pd.notna(row.attainment_ratio) else None for row in rows],
        "mode": "lines",
        "connectgaps": False,
        "line": {"color": look(theme).quiet, "width": 1.2},
        "hoverinfo": "skip",
    }
    shapes, notes = _target(rows, theme, "x domain", "y", ratio_percent)
    return figure(
        [line, _dots(rows, theme, range(len(rows)), size=6)],
        layout(
            theme, SPARKLINE_HEIGHT, left=4, right=40, top=8, bottom=8, shapes=shapes, annotations=notes,
            xaxis=axis(theme, visible=False, range=[-0.5, len(rows) - 0.5]),
            yaxis=axis(theme, visible=False, range=[floor - 0.1 * span, 1 + 0.1 * span]),
        ),
    )  # fmt: skip


def panels(
    frame: pd.DataFrame, names: Sequence[tuple[str, str]], periods: Sequence[str], theme: str, change: tuple[int, str] | None = None
) -> go.Figure:
    """One panel per service option: a dot with its plausible range per period, shared axes.

    `frame`: rows of `slo_attainment` by service option and period, with the column `period`. `names`: (id, name) in order.
    `change`: a position among the periods before which a rule changed, with words. A dot's custom data is [service option, period].
    """
    colours = look(theme)
    floor = floor_ratio(frame["attainment_ratio"].tolist())
    span = 1 - floor
    top, bottom = (42 if change else 26), 38
    plot = PANEL_HEIGHT * len(names) - PANEL_GAP
    small = {"size": SMALL - 1, "color": colours.text}
    along = axis(theme, range=[-0.6, len(periods) - 0.4], anchor=f"y{_suffix(len(names))}", **period_ticks(periods), tickfont=small)
    axes: Spec = {"xaxis": along}
    traces, shapes, notes = [], [], []
    if change:
        position, words = change
        line = {"type": "line", "line": {"color": colours.quiet, "width": 1}, "xref": "x", "yref": "paper"}
        shapes.append({**line, "x0": position - 0.5, "x1": position - 0.5, "y0": 0, "y1": 1})
        side = "left" if position < len(periods) / 2 else "right"
        notes.append(note(words, colours.text, x=position - 0.5, y=1, yref="paper", yshift=18, xanchor=side, yanchor="bottom"))
    for number, (option, name) in enumerate(names, start=1):
        suffix = _suffix(number)
        start = 1 - PANEL_HEIGHT * (number - 1) / plot
        axes[f"yaxis{suffix}"] = axis(
            theme, grid=True, range=[floor - 0.3 * span, 1 + 0.08 * span], domain=[max(0.0, start - (PANEL_HEIGHT - PANEL_GAP) / plot), start],
            anchor="x", **ratio_ticks(floor),
        )  # fmt: skip
        by_period = {row.period: row for row in _rows(frame[frame["service_option"] == option])}
        places = [position for position, period in enumerate(periods) if period in by_period and by_period[period].due_count]
        rows = [by_period[periods[place]] for place in places]
        on_axis = {"xaxis": "x", "yaxis": f"y{suffix}"}
        traces += [{**trace, **on_axis} for trace in _intervals(rows, places, theme, floor)]
        traces.append({**_dots(rows, theme, places, size=9, custom=[[option, row.period] for row in rows]), **on_axis})
        dues = [int(by_period[period].due_count) if period in by_period else 0 for period in periods]
        traces.append(
            {
                "type": "scatter", "mode": "text", "x": list(range(len(periods))), "y": [floor - 0.17 * span] * len(periods),
                "text": [count(due) for due in dues], "textfont": {"size": SMALL - 2, "color": colours.quiet}, "hoverinfo": "skip", **on_axis,
            }
        )  # fmt: skip
        here = {"xref": "x domain", "yref": f"y{suffix} domain"}
        notes.append(note(f"<b>{html.escape(name, quote=False)}</b>", colours.text, size=SMALL + 1, x=0, y=1, xanchor="left", yanchor="bottom", **here))
        notes.append(note("n", colours.quiet, x=-0.012, y=0.13 / 1.38, xanchor="right", yanchor="middle", **here))
        lines, labels = _target(rows, theme, "x domain", f"y{suffix}", lambda target: f"Target<br>{ratio_percent(target)}")
        shapes += lines
        notes += labels
    height = plot + top + bottom
    return figure(traces, layout(theme, height, left=44, right=52, top=top, bottom=bottom, shapes=shapes, annotations=notes, **axes))


def by_value(frame: pd.DataFrame, theme: str) -> go.Figure:
    """A dot with its plausible range per department or request type, in the frame's order from the top.

    `frame`: at most 13 rows, columns of `slo_attainment` and `label`. A dot's custom data is [position in the frame].
    """
    colours = look(theme)
    rows = _rows(frame)
    floor = floor_ratio([row.attainment_ratio for row in rows])
    span = 1 - floor
    places = list(range(len(rows)))
    side = {"x": 1, "xref": "paper", "xshift": 6, "xanchor": "left"}
    of_due = [f"{count(int(row.missed_count))} of {count(int(row.due_count))}" for row in rows]
    notes = [note(words, colours.text, y=place, **side) for place, words in zip(places, of_due, strict=True)]
    notes.append(note("Missed", colours.quiet, y=1, yref="paper", yanchor="bottom", **side))
    targets = {row.target_ratio for row in rows if pd.notna(row.target_ratio)}
    shapes = []
    if len(targets) == 1:
        target = targets.pop()
        shapes.append(_line(colours.text, x0=target, x1=target, y0=0, y1=1, xref="x", yref="y domain"))
        notes.append(note(f"Target {ratio_percent(target)}", colours.text, x=target, xref="x", y=1, yref="paper", yanchor="bottom", xanchor="center"))
    return figure(
        [*_intervals(rows, places, theme, floor, across=True), _dots(rows, theme, places, size=9, custom=[[place] for place in places], across=True)],
        layout(
            theme, ROW_HEIGHT * len(rows) + 52, left=138, right=66, top=26, bottom=26, shapes=shapes, annotations=notes,
            xaxis=axis(theme, grid=True, range=[floor - 0.04 * span, 1 + 0.06 * span], **ratio_ticks(floor)),
            yaxis=axis(theme, range=[len(rows) - 0.4, -0.6], tickvals=places, ticktext=[shortened(row.label, 22) for row in rows]),
        ),
    )  # fmt: skip


def _rows(frame: pd.DataFrame) -> list[Any]:
    return list(frame.itertuples(index=False))


def _suffix(number: int) -> str:
    return "" if number == 1 else str(number)


def _line(colour: str, **place: Any) -> Spec:
    return {"type": "line", "line": {"color": colour, "width": 1.2, "dash": "dash"}, **place}


def _target(rows: Sequence[Any], theme: str, across: str, up: str, words) -> tuple[list[Spec], list[Spec]]:
    """A dashed line in the text's colour with its label outside the right end; nothing where targets differ."""
    targets = {row.target_ratio for row in rows if pd.notna(row.target_ratio)}
    if len(targets) != 1:
        return [], []
    target, colour = targets.pop(), look(theme).text
    label = note(words(target), colour, x=1, xref=across, y=target, yref=up, xanchor="left", yanchor="middle", align="left", xshift=2)
    return [_line(colour, x0=0, x1=1, xref=across, y0=target, y1=target, yref=up)], [label]


def _verdict(row: Any) -> wording.Verdict:
    return wording.verdict(str(row.slo_status), str(row.confidence), int(row.due_count), bool(row.is_complete))


def _symbol(row: Any, few_are_outlined: bool) -> str:
    symbol = _verdict(row).style.symbol
    is_solid = row.is_complete and not (few_are_outlined and row.due_count < wording.FEW_DUE)
    return symbol if is_solid or symbol.endswith("-open") else f"{symbol}-open"


def _dots(rows: Sequence[Any], theme: str, places: Sequence[int], size: int, custom: list | None = None, across: bool = False) -> Spec:
    verdicts = [_verdict(row) for row in rows]
    symbols = [_symbol(row, across) for row in rows]
    colours = [each.style.colour(theme) for each in verdicts]
    values = [None if pd.isna(row.attainment_ratio) else float(row.attainment_ratio) for row in rows]
    along = list(places)
    return {
        "type": "scatter",
        "x": values if across else along,
        "y": along if across else values,
        "mode": "markers",
        "cliponaxis": False,
        "marker": {"symbol": symbols, "color": colours, "size": size, "line": {"width": [0.5 if each == "x" else 1.8 for each in symbols], "color": colours}},
        "text": [
            f"{share(int(row.met_count), int(row.due_count), row.target_ratio if pd.notna(row.target_ratio) else None)}, {each.word}"
            for row, each in zip(rows, verdicts, strict=True)
        ],
        "hovertemplate": "%{text}<extra></extra>",
        "customdata": custom,
        "unselected": ALL_SHOWN,
    }


def _intervals(rows: Sequence[Any], places: Sequence[int], theme: str, floor: float, across: bool = False) -> list[Spec]:
    """Two traces of segments, cut at the floor: plain ones, and dotted ones where incomplete or too few to tell."""
    traces = []
    for wanted, dash in ((False, "solid"), (True, "dot")):
        along: list[int | None] = []
        values: list[float | None] = []
        for place, row in zip(places, rows, strict=True):
            is_dotted = _verdict(row).style is wording.TOO_FEW or not row.is_complete
            if is_dotted is wanted and pd.notna(row.interval_low_ratio):
                along += [place, place, None]
                values += [max(float(row.interval_low_ratio), floor), max(float(row.interval_high_ratio), floor), None]
        if along:
            traces.append(
                {
                    "type": "scatter", "mode": "lines", "x": values if across else along, "y": along if across else values,
                    "line": {"color": look(theme).quiet, "width": 1.4, "dash": dash}, "hoverinfo": "skip",
                }
            )  # fmt: skip
    return traces
