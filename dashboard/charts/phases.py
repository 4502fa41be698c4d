"""Where a request's time went: a bullet bar per phase, its business days on the days that the published process gives it."""

from __future__ import annotations

import html

import pandas as pd
import plotly.graph_objects as go

from dashboard import wording
from dashboard.charts.figure import SMALL, Spec, axis, figure, layout, look, note, whole_ticks
from dashboard.formats import count

ROW_HEIGHT = 50
BUDGET_FILLS = {"light": "#D5DAE1", "dark": "#3A4452"}


def bullets(frame: pd.DataFrame, theme: str) -> go.Figure:
    """A row per phase: a thin bar for its business days on a pale wide one for its budget, a tick at the budget, the numbers as words above.

    `frame`: `label`, `business_days`, `budget_business_days` (missing where none is published), `is_known` (false: nobody knows the phase). The days
    over the budget are vermillion and hatched, and what nobody knows is hatched with crosses.
    """
    colours = look(theme)
    mode = "dark" if theme == "dark" else "light"
    rows = list(frame.itertuples(index=False))
    places = [float(place) for place in range(len(rows))]
    budgets = [None if pd.isna(row.budget_business_days) else int(row.budget_business_days) for row in rows]
    spent = [int(row.business_days) for row in rows]
    within = [days if budget is None else min(days, budget) for days, budget in zip(spent, budgets, strict=True)]
    over = [days - inside for days, inside in zip(spent, within, strict=True)]
    longest = max([*spent, *(budget or 0 for budget in budgets)])
    blue, vermillion, grey = wording.MET.colour(theme), wording.MISSED.colour(theme), wording.NOT_MEASURABLE.colour(theme)
    fills = [blue if row.is_known else grey for row in rows]
    pale = _bars(places, [budget or 0 for budget in budgets], 0.46, {"color": BUDGET_FILLS[mode], "line": {"width": 0}})
    inside = _bars(places, within, 0.2, {
        "color": fills, "line": {"width": 1, "color": colours.text},
        "pattern": {"shape": ["" if row.is_known else "x" for row in rows], "fillmode": "replace", "fgcolor": fills, "bgcolor": colours.page, "size": 6},
    })  # fmt: skip
    beyond = _bars(places, over, 0.2, {
        "color": vermillion, "line": {"width": 1, "color": colours.text},
        "pattern": {"shape": "/", "fillmode": "replace", "fgcolor": vermillion, "bgcolor": colours.page, "size": 6, "solidity": 0.6},
    }) | {"base": within}  # fmt: skip
    notes = [
        note(html.escape(row.label, quote=False), colours.text, size=12, x=0, xref="paper", xanchor="left", y=place, yshift=21)
        for row, place in zip(rows, places, strict=True)
    ]
    notes += [
        note(f"over by {count(days)}", colours.text, x=total, y=place, xanchor="left", xshift=5)
        for days, total, place in zip(over, spent, places, strict=True)
        if days
    ]
    ticks = [
        {"type": "line", "x0": budget, "x1": budget, "y0": place - 0.27, "y1": place + 0.27, "line": {"color": colours.text, "width": 2.5}}
        for budget, place in zip(budgets, places, strict=True)
        if budget is not None
    ]
    return figure(
        [pale, inside, beyond],
        layout(
            theme, ROW_HEIGHT * len(rows) + 62, left=8, right=8, top=6, bottom=48, barmode="overlay", shapes=ticks, annotations=notes,
            xaxis=axis(
                theme, **whole_ticks(longest) | {"range": [0, max(longest, 1) * 1.22]}, title={"text": "Business days", "font": {"size": SMALL}, "standoff": 6},
            ),
            yaxis=axis(theme, visible=False, range=[len(rows) - 0.5, -0.75]),
        ),
    )  # fmt: skip


def _bars(places: list[float], lengths: list[int], width: float, marker: Spec) -> Spec:
    return {
        "type": "bar", "orientation": "h", "y": places, "x": [length or None for length in lengths], "width": width, "marker": marker, "hoverinfo": "skip",
        "cliponaxis": False,
    }  # fmt: skip
