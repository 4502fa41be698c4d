"""The words of every status, each boundary with its neighbours."""

import pytest

from dashboard import wording

TARGET = 0.95


def wilson(met: int, due: int) -> tuple[float, float]:
    """The Wilson interval, written from its formula."""
    if due == 0:
        return 0.0, 1.0
    z, share = 1.959964, met / due
    centre = share + z * z / (2 * due)
    spread = z * (share * (1 - share) / due + z * z / (4 * due * due)) ** 0.5
    scale = 1 + z * z / due
    return (0.0 if met == 0 else (centre - spread) / scale), (1.0 if met == due else (centre + spread) / scale)


def word(met: int, due: int, is_complete: bool = True) -> str:
    """The card's word for so many met of so many due at a target of 95 %."""
    low, high = wilson(met, due)
    status = "no_data" if due == 0 else "met" if met / due >= TARGET else "missed"
    confidence = "no_data" if due == 0 else "above" if low >= TARGET else "below" if high < TARGET else "uncertain"
    return wording.verdict(status, confidence, due, is_complete).word


@pytest.mark.parametrize(
    ("met", "due", "expected"),
    [
        (0, 0, "No data"),
        (1, 1, "Too few to tell"),
        (15, 15, "Too few to tell"),
        (19, 19, "Too few to tell"),
        (18, 19, "Too few to tell"),
        (14, 19, "Missed"),
        (20, 20, "Met"),
        (19, 20, "Met"),
        (18, 20, "Missed"),
        (17, 20, "Missed"),
        (20, 21, "Met"),
        (19, 21, "Missed"),
        (0, 3, "Missed"),
    ],
)
def test_the_word_on_a_card(met, due, expected):
    """Too few to tell: fewer than 20 due and the plausible range holds the target; else the word follows the fact."""
    assert word(met, due) == expected


def test_an_incomplete_period_is_met_or_missed_so_far():
    """Incomplete period: "Met so far", "Missed so far"."""
    assert [word(24, 25, False), word(20, 25, False), word(3, 3, False), word(0, 0, False)] == [
        "Met so far", "Missed so far", "Too few to tell", "No data",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("allowed", "left", "expected"),
    [
        (2, 2, "2 misses left"),
        (2, 1, "1 miss left"),
        (2, 0, "No miss left"),
        (2, -1, "1 miss over the limit of 2"),
        (0, -3, "3 misses over the limit of 0"),
        (None, None, ""),
    ],
)
def test_misses_left(allowed, left, expected):
    """`1 miss left`, `No miss left`, `1 miss over the limit of 2`; never "error budget"."""
    assert wording.misses_left(allowed, left) == expected


@pytest.mark.parametrize(
    ("rule", "left", "expected"),
    [
        ("business_days", 6, "still open after 4 business days"),
        ("business_days", 9, "still open after 1 business day"),
        ("business_days", 10, "still open on the day their clock started"),
        ("business_days", 0, "still open after 10 business days"),
        ("requested_date", 2, "still open 2 business days before their due date"),
        ("process_by", 1, "still open 1 business day before their due date"),
        ("requested_date", 0, "still open on their due date"),
    ],
)
def test_how_far_similar_requests_had_come(rule, left, expected):
    """With a target of 10: "still open after 4 business days"; for dated rules "still open 2 business days before their due date"."""
    assert wording.open_since(rule, left, 10) == expected


@pytest.mark.parametrize(("left", "expected"), [(-2, "2 overdue"), (-1, "1 overdue"), (0, "today"), (1, "1"), (12, "12")])
def test_business_days_left(left, expected):
    """`−2` reads "2 overdue"."""
    assert wording.days_left(left) == expected


def test_a_label_of_the_source_stands_in_the_reason():
    """Not measurable names the offending label."""
    assert wording.reason("unknown_state: Complete.Closed.System") == "the state is not mapped (\u201cComplete.Closed.System\u201d)"
    assert wording.reason(None) == ""


def test_every_outcome_differs_from_the_others_without_colour():
    """Colour is never the only signal: word, shape or hatch differ."""
    for styles in ([*wording.OUTCOMES.values(), wording.OVERDUE], list(wording.RISKS.values())):
        assert len({style.text for style in styles}) == len(styles)
        assert len({(style.symbol, style.hatch) for style in styles}) == len(styles)
    assert len({style.hatch for style in wording.RISKS.values()}) == len(wording.RISKS), "bars have no symbol"
