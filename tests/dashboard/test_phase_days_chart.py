"""The panels of phases and the bars of paths: valid for Plotly, same axes everywhere, budgets where they belong."""

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import phase_days

MISSED, MET = [0, 1, 4, 0, 2, 0, 3, 1], [20, 100, 300, 5, 0, 0, 0, 0]
PATHS = pd.DataFrame(
    {
        "label": ["customer > review", "<script> > " + " > ".join(["review and completion"] * 7), "Other paths (12)"],
        "key": ["customer > review", "long", None],
        "missed_count": [3, 2, 0],
        "due_count": [40, 2, 12],
    }
)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("budget", [None, 0, 2, 7, 10, 30])
def test_a_panel_is_valid_and_its_axes_begin_at_zero(theme, budget):
    """Integer axes from 0; nothing can be dragged or zoomed; no title inside."""
    layout = phase_days.phase(MISSED, MET, budget, (4, 300), theme).to_dict()["layout"]
    assert go.Figure(phase_days.phase(MISSED, MET, budget, (4, 300), theme).to_dict()).data
    assert [layout[axis]["range"][0] for axis in ("yaxis", "yaxis2")] == [0, 0] and layout["yaxis"]["dtick"] >= 1
    assert all(layout[axis]["fixedrange"] for axis in ("xaxis", "yaxis", "yaxis2")) and layout["dragmode"] is False and "title" not in layout
    assert len(layout["shapes"]) == (budget is not None)


def test_panels_of_the_same_page_have_the_same_axes():
    """The range follows the longest bar of all panels, not that of its own."""
    ranges = {tuple(phase_days.phase(bars, MET, 2, (9, 300), "light").layout.yaxis.range) for bars in (MISSED, [9] * 8, [0] * 8)}
    assert len(ranges) == 1


@pytest.mark.parametrize(("budget", "place"), [(0, 0.5), (1, 1.5), (5, 5.5), (6, 5.7), (10, 6.5), (11, 7.5), (30, 7.5)])
def test_the_line_of_the_budget_stands_after_its_last_day(budget, place):
    """A budget of 2 days lies between the bars of 2 and 3; one of 10 between `6 to 10` and `over 10`."""
    assert phase_days.budget_place(budget) == pytest.approx(place)
    line = phase_days.phase(MISSED, MET, budget, (4, 300), "light").layout.shapes[0]
    assert line.x0 == line.x1 == pytest.approx(place) and line.line.dash == "dash"


def test_the_budget_has_its_label_and_both_outcomes_their_counts():
    """Lines are labelled; n stands beside each distribution."""
    texts = [each.text for each in phase_days.phase(MISSED, MET, 2, (4, 300), "light").layout.annotations]
    assert texts == ["Missed (11)", "Met (425)", "Budget\u00a02"]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_bars_of_paths_say_their_counts_and_lead_to_their_requests(theme):
    """One bar per path, the path above it; all others together lead nowhere, because they are no one path."""
    figure = phase_days.paths(PATHS, theme).to_dict()
    assert go.Figure(figure).data
    texts = [each["text"] for each in figure["layout"]["annotations"]]
    assert texts[:3] == ["3 of 40 missed", "2 of 2 missed", "0 of 12 missed"]
    assert figure["data"][0]["customdata"] == [["customer > review"], ["long"], None]
    assert figure["layout"]["xaxis"]["range"][0] == 0 and [trace["name"] for trace in figure["data"]] == ["Missed", "Met"]


def test_a_long_path_takes_two_lines_and_is_never_markup():
    """At 390 px a line holds some 56 letters; the table has the path whole."""
    label = phase_days.paths(PATHS, "light").layout.annotations[4].text
    assert label.startswith("&lt;script&gt;") and label.count("<br>") == 1 and label.endswith("\u2026")
