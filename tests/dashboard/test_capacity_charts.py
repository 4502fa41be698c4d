"""Bars of work against capacity: stacked by kind, the running week an outline, weeks over marked, labels that never collide."""

from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard import wording
from dashboard.charts import capacity
from dashboard.charts.capacity import Step
from dashboard.charts.figure import LOOKS
from tests.dashboard.capacity_outlooks import MONDAY
from tests.dashboard.test_expiry_charts import contrast


def frame(weeks: int = 4, closed: int | None = 1, over: int | None = 2) -> pd.DataFrame:
    """Weeks of 30 hours against 40; one of them over capacity."""
    hours = [50.0 if week == over else 30.0 for week in range(weeks)]
    return pd.DataFrame(
        {
            "starts_on": [MONDAY + timedelta(weeks=week) for week in range(weeks)],
            "renewal": [each - 10 for each in hours], "new": 6.0, "inquiry": 4.0, "hours": hours, "low": [each - 5 for each in hours],
            "high": [each + 5 for each in hours], "capacity": [32.0 if week == closed else 40.0 for week in range(weeks)],
            "is_over": [week == over for week in range(weeks)], "is_partial": [week == 0 for week in range(weeks)],
            "closed": ["Thanksgiving Day" if week == closed else "" for week in range(weeks)],
        }
    )  # fmt: skip


def traces(figure) -> list[dict]:
    return figure.to_dict()["data"]


def test_three_kinds_are_stacked_and_told_apart_by_their_hatch():
    """Renewals, new requests and inquiries, with hatches; the axis begins at 0."""
    figure = capacity.weeks(frame(), "light")
    bars = [each for each in traces(figure) if each["type"] == "bar" and each["showlegend"]]
    assert [each["name"] for each in bars] == ["Renewals", "New requests", "Inquiries"]
    assert len({each["marker"]["pattern"]["shape"] for each in bars}) == 3
    assert figure.layout.barmode == "stack" and figure.layout.yaxis.range[0] == 0


def test_the_running_week_is_an_outline():
    """It is partly over: not a drop, and not a bar like the others."""
    bars = [each for each in traces(capacity.weeks(frame(), "light")) if each["type"] == "bar" and each["name"] == "Renewals"]
    whole, running = (next(each for each in bars if each["showlegend"] is is_whole) for is_whole in (True, False))
    assert whole["y"] == [None, 20, 40, 20] and running["y"] == [20, None, None, None]
    assert running["marker"]["color"] == LOOKS["light"].page


def test_weeks_over_carry_a_mark_above_their_range():
    """Weeks over capacity get a triangle above the bar."""
    marks = next(each for each in traces(capacity.weeks(frame(), "light")) if each.get("marker", {}).get("symbol") == "triangle-up")
    assert marks["x"] == [2] and marks["y"][0] > 55


def test_the_capacity_is_a_dashed_step_labelled_at_its_end():
    """It dips in the week of a closure, which is marked."""
    figure = capacity.weeks(frame(), "light")
    line = next(each for each in traces(figure) if each.get("line", {}).get("dash") == "dash")
    assert (line["line"]["shape"], line["x"], line["y"]) == ("hv", [-0.5, 0.5, 1.5, 2.5, 3.5], [40, 32, 40, 40, 40])
    assert "Capacity<br>40 h" in [each.text for each in figure.layout.annotations]
    assert [each.x for each in figure.layout.annotations if each.text == "C"] == [1]


def test_the_range_is_that_of_the_whole_bar():
    line = next(each for each in traces(capacity.weeks(frame(), "light")) if each.get("name", "").startswith("80"))
    assert line["y"][:3] == [25, 35, None]


def test_two_panels_have_the_same_scale():
    """The same range of hours on the same height, whatever labels either has."""
    both = capacity.Panel(200, 2)
    one, other = (capacity.weeks(each, "light", beside=both).layout for each in (frame(), frame(over=None)))
    assert one.yaxis.range == other.yaxis.range and one.margin == other.margin
    assert capacity.panel(frame(), []) == (55, 0) and capacity.panel(frame(), [Step(1, "a rule", False)]) == (55, 1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_on_bars_can_be_seen(theme):
    """The whisker and the capacity cross the solid bars: 3 : 1 against them, and the bars against the page."""
    bar = wording.KINDS["renewal"].colour(theme)
    assert contrast(LOOKS[theme].text, bar) >= 3 and contrast(bar, LOOKS[theme].page) >= 3


def labels(figure) -> dict[str, int]:
    return {each.text: each.yshift for each in figure.layout.annotations if each.yref == "paper" and each.y == 1}


def test_the_later_line_has_the_lower_label_so_that_none_crosses_words():
    """A rule and where it reaches the work, close together: two rows, the earlier one above."""
    steps = [Step(4, "100-day certificates<br>from Mar 2027", False), Step(6.2, "their first<br>renewals, May 2027", True)]
    figure = capacity.weeks(frame(37), "light", steps)
    assert labels(figure) == {"their first<br>renewals, May 2027": 0, "100-day certificates<br>from Mar 2027": capacity.ROW}
    assert [each.line.dash for each in figure.layout.shapes] == ["solid", "dot"]
    earlier, later = figure.layout.shapes
    assert earlier.y1 > later.y1 > 1


def test_words_that_find_no_room_are_left_to_the_sentence_below():
    steps = [Step(10 + place, f"{days}-day certificates<br>issued from Mon 2027-03-15", False) for place, days in enumerate((100, 60, 47))]
    figure = capacity.weeks(frame(26), "light", steps)
    assert len(labels(figure)) == 2 and len(figure.layout.shapes) == 3


@pytest.mark.parametrize(
    ("weeks", "by_month", "texts"),
    [
        (1, False, ["Nov 16<br>2026"]),
        (26, False, ["Nov 16<br>2026", "Jan 4<br>2027", "Feb 1", "Mar 1", "Apr 5", "May 3"]),
        (52, False, ["Nov<br>2026", "Jan<br>2027", "Mar", "May", "Jul", "Sep", "Nov"]),
    ],
)
def test_labels_under_the_bars_are_few_and_say_the_year_once(weeks, by_month, texts):
    starts = [MONDAY + timedelta(weeks=week) for week in range(weeks)]
    assert capacity.period_ticks(starts, by_month)["ticktext"] == texts


def test_months_are_labelled_twice_a_year():
    starts = [date(2026 + (10 + month) // 12, (10 + month) % 12 + 1, 1) for month in range(37)]
    assert capacity.period_ticks(starts, True)["ticktext"] == ["Nov<br>2026", "Jul<br>2027", "Jan<br>2028", "Jul", "Jan<br>2029", "Jul"]


def test_what_came_inside_is_a_dot_and_outside_a_cross():
    """Dot (actual) on interval (forecast), told apart by shape."""
    told = pd.DataFrame({"label": ["Sep", "Oct"], "low": [10, 10], "high": [20, 20], "actual": [15, 30], "is_inside": [True, False]})
    drawn = traces(capacity.looked_back(told, "light"))
    assert [(each["marker"]["symbol"], each["x"]) for each in drawn[1:]] == [("circle", [0]), ("x", [1])]
