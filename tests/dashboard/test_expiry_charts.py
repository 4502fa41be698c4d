"""The calendar of expiry and the bars beside it: steps, contrast, dots, hatches, and what a click on a mark means."""

from datetime import date, timedelta

import pandas as pd
import pytest

from dashboard import wording
from dashboard.charts import expiry
from dashboard.charts.figure import LOOKS

MONDAY = date(2026, 11, 16)


def days(*numbers: int, uncovered: int = 0, closure: int | None = None) -> pd.DataFrame:
    """A week of counts from Mon 2026-11-16; `closure` is the place of a day on which offices are closed."""
    counts = [*numbers, *[0] * (7 - len(numbers))]
    return pd.DataFrame(
        {
            "on_date": [MONDAY + timedelta(days=offset) for offset in range(7)],
            "certificate_count": counts,
            "uncovered_count": [uncovered if place == 0 else 0 for place in range(7)],
            "closure_name": ["Veterans Day" if place == closure else None for place in range(7)],
            "is_shown": [True] * 7,
        }
    )


def luminance(colour: str) -> float:
    """WCAG 2.2: the relative luminance of `#RRGGBB`."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, two: str) -> float:
    """WCAG 2.2: the ratio of two colours, 1 to 21."""
    low, high = sorted((luminance(one), luminance(two)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("number", "step"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2), (6, 3), (10, 3), (11, 4), (5000, 4)])
def test_the_steps_of_the_scale(number, step):
    """Colour steps 0, 1 to 2, 3 to 5, 6 to 10, over 10."""
    assert expiry.step(number) == step


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_on_a_square_can_be_read(theme):
    """Text on coloured marks has a contrast of 4.5 : 1 or more."""
    assert all(contrast(fill, ink) >= 4.5 for fill, ink in zip(expiry.FILLS[theme], expiry.INKS[theme], strict=True))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_square_is_told_from_the_page_by_its_outline(theme):
    """Marks have a contrast of 3 : 1 or more: pale squares through a line of 1 px."""
    squares = expiry.calendar(days(1, 3, 6, 11), theme, MONDAY).to_dict()["data"][0]
    assert min(squares["marker"]["line"]["width"]) >= 1
    assert all(contrast(colour, LOOKS[theme].page) >= 3 for colour in squares["marker"]["line"]["color"])


def test_a_square_is_a_day_and_carries_its_count():
    """Columns are weeks by Monday, rows Monday to Sunday; the count as text, nothing for none; a click is the date."""
    squares = expiry.calendar(days(4, 0, 1200), "light", MONDAY).to_dict()["data"][0]
    assert list(zip(squares["x"], squares["y"], squares["text"], strict=True))[:3] == [(0, 0, "4"), (0, 1, ""), (0, 2, "1k")]
    assert squares["customdata"][0] == ["2026-11-16"]
    assert squares["marker"]["symbol"] == "square"


def test_a_day_with_a_certificate_without_a_request_carries_a_dot():
    """A corner dot, so that it is seen without colour."""
    dots = expiry.calendar(days(4, uncovered=1), "light", MONDAY).to_dict()["data"][1]
    assert list(zip(dots["x"], dots["y"], strict=True)) == [(0.34, -0.34)]


def test_a_closure_is_hatched():
    """Closures are hatched: two lines over the square more than without one."""
    plain, closed = (expiry.calendar(days(4, closure=place), "light", MONDAY).layout.shapes for place in (None, 2))
    assert len(closed) == len(plain) + 2


def test_days_before_the_data_are_not_drawn():
    """Expired is not mixed with expiring."""
    frame = days(4, 5)
    frame["is_shown"] = [False, *[True] * 6]
    assert expiry.calendar(frame, "light", MONDAY).to_dict()["data"][0]["customdata"][0] == ["2026-11-17"]


def test_a_request_under_way_is_solid_and_none_is_hatched():
    """Two segments, told apart without colour, each leading to its own rows."""
    frame = pd.DataFrame({"band": ["expired"], "label": ["Expired"], "covered_count": [2], "uncovered_count": [3]})
    solid, hatched = expiry.requested(frame, "light", "No request").to_dict()["data"]
    assert (solid["marker"]["pattern"]["shape"], hatched["marker"]["pattern"]["shape"]) == ("", "/")
    assert (solid["customdata"], hatched["customdata"]) == ([[0, "covered"]], [[0, "uncovered"]])
    assert solid["marker"]["color"] == [wording.BANDS["expired"].light]


def test_the_counts_stand_at_the_end_of_their_row():
    """`3 of 5`: nothing is known only by hovering."""
    frame = pd.DataFrame({"label": ["dmv"], "covered_count": [2], "uncovered_count": [3]})
    assert "3 of 5" in [each.text for each in expiry.requested(frame, "light", "No request").layout.annotations]


@pytest.mark.parametrize(
    ("as_of", "symbols", "lines"),
    [("2026-05-01", ["circle", "circle-open"], 1), ("2026-11-30", ["circle", "circle"], 1), ("2026-12-01", ["circle", "circle"], 0)],
)
def test_the_dates_that_have_passed_are_filled(as_of, symbols, lines):
    """A filled dot has passed, an outlined one is ahead; the day of the data is a line while it lies inside."""
    frame = pd.DataFrame({"label": ["Issued", "Expires"], "on_date": [date(2026, 5, 1), date(2026, 11, 30)]})
    figure = expiry.validity(frame, "light", date.fromisoformat(as_of))
    assert list(figure.to_dict()["data"][1]["marker"]["symbol"]) == symbols
    assert len(figure.layout.shapes or ()) == lines
