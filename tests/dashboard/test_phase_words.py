"""The phases of one request in words and as bars, with and without budgets, known and not."""

from datetime import date
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest
import pandas as pd

from dashboard import histories, phase_words
from dashboard.charts import phases
from pipelines import snapshots


def a_phase(phase: str = "review", days: int = 3, budget: int | None = 2, party: str | None = "certificate team", clock: int | None = None, is_current: bool = False):
    """A record of `request_phases`."""
    return SimpleNamespace(
        phase=phase, business_days=days, budget_business_days=budget, party=party, clock_business_days=days if clock is None else clock, is_current=is_current,
        over_budget_days=None if budget is None else max(0, days - budget),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "label"),
    [
        (a_phase(), "Review 3 of 2 business days (certificate team)"),
        (a_phase("customer", 1, 1, "customer"), "Customer 1 of 1 business day (customer)"),
        (a_phase("authority validation", 1, None, "authority"), "Authority validation 1 business day (authority, no published budget)"),
        (a_phase("not recorded", 2, None, None), "Not recorded 2 business days"),
    ],
)
def test_a_phase_is_labelled_with_its_days_its_budget_and_its_holder(row, label):
    """`Review 3 of 2 business days (certificate team)`."""
    assert phase_words.label(row) == label


@pytest.mark.parametrize(
    ("rows", "heading"),
    [
        ([a_phase(days=2), a_phase("issue", 1)], "Phases against budget: none is over"),
        ([a_phase(days=3), a_phase("issue", 1)], "Phases against budget: review is over by 1 business day"),
        ([a_phase(days=3), a_phase("issue", 6)], "Phases against budget: issue is over by 4 business days and review by 1"),
        ([a_phase(budget=None)], "Phases: no budget is published for them"),
    ],
)
def test_the_heading_is_the_finding(rows, heading):
    """Over means more days than the published ones, not as many."""
    assert phase_words.heading(rows) == heading


def test_only_phases_with_a_budget_or_a_day_are_drawn():
    """Published phases and those entered; a phase that nobody published and that took no day is not drawn."""
    rows = [a_phase("issue", 0), a_phase("vendor", 0, None), a_phase("not recorded", 0, None, None), a_phase("work", 0, None, is_current=True), a_phase("caller", 1, None)]
    assert [row.phase for row in phase_words.drawn(rows)] == ["issue", "work", "caller"]


@pytest.mark.parametrize(
    ("rows", "is_open", "sentence"),
    [
        (
            [a_phase("customer", 2, 1, "customer"), a_phase(), a_phase("issue", 2)], False,
            "Of 7 business days from submission to its end, the certificate team held it for 5 and the customer for 2.",
        ),
        ([a_phase(), a_phase("not mapped", 1, None, None)], True, "Of 4 business days from submission so far, the certificate team held it for 3 and 1 is not known."),
        ([a_phase("not recorded", 2, None, None)], True, "Of 2 business days from submission so far, 2 are not known."),
        ([a_phase(days=0)], False, "It took no business day from submission to its end."),
        ([a_phase(days=0)], True, "No business day has passed since its submission."),
    ],
)  # fmt: skip
def test_where_the_days_went_by_who_held_it(rows, is_open, sentence):
    """In one sentence, most first."""
    assert phase_words.where_the_days_went(rows, is_open) == sentence


@pytest.mark.parametrize(
    ("rows", "started_on", "sentence"),
    [
        ([a_phase(clock=3)], date(2026, 11, 5), ""),
        ([a_phase(clock=2)], date(2026, 11, 5), "1 business day of them lies before the clock, which started on Thu 2026-11-05 with approval: 1 in review."),
        (
            [a_phase("customer", 2, 1, "customer", 0), a_phase(clock=2)], date(2026, 11, 5),
            "3 business days of them lie before the clock, which started on Thu 2026-11-05 with approval: 2 in customer and 1 in review.",
        ),
        ([a_phase(clock=0)], None, "None of them is on the clock, which has not started."),
    ],
)  # fmt: skip
def test_the_days_before_the_clock_are_said(rows, started_on, sentence):
    """If the clock starts at approval, which days lie before it."""
    assert phase_words.outside_the_clock(rows, started_on, "approval") == sentence


def test_the_current_phase_is_said_with_the_day_of_its_last_visit():
    pieces = [SimpleNamespace(phase=phase, started_on=date(2026, 11, day)) for phase, day in (("review", 3), ("customer", 5), ("review", 10), ("review", 12))]
    assert phase_words.current([a_phase(is_current=True)], pieces) == (
        "Now in the review phase since Tue 2026-11-10, held by the certificate team: 3 of 2 business days so far."
    )
    assert phase_words.current([a_phase("not mapped", 3, None, None, is_current=True)], []) == "Its current phase is not known."
    assert phase_words.current([a_phase()], pieces) == ""


@pytest.mark.parametrize(
    ("path", "visits", "hand_offs", "sentence"),
    [
        ("review", 1, 0, ""),
        ("review > issue", 2, 0, "It went review, issue."),
        ("customer > review > issue", 3, 1, "It went customer, review, issue: 1 hand-off from one holder to another."),
        ("a > b > ...", 9, 8, "It went a, b and on: 8 hand-offs from one holder to another."),
    ],
)
def test_the_path_through_the_phases(path, visits, hand_offs, sentence):
    assert phase_words.path(SimpleNamespace(path=path, visit_count=visits, hand_off_count=hand_offs)) == sentence


def test_what_is_odd_about_the_changes_is_counted():
    assert phase_words.oddities({"gap": 1, "overlap": 2}) == "Odd about its state changes: 1 gap, 2 overlaps."
    assert phase_words.oddities({}) == "" and phase_words.path(None) == ""


@pytest.mark.parametrize(("phase", "days", "budget", "cell"), [("review", 3, 2, "3 of 2"), ("work", 3, None, "3"), ("not recorded", 3, None, None), (None, None, None, None)])
def test_the_cell_of_the_days_in_a_phase(phase, days, budget, cell):
    """`not recorded` shows as the missing sign."""
    assert phase_words.spent(phase, days, budget) == cell


def test_the_days_of_the_phases_sum_to_those_of_the_ledger(told_home):
    """One number on three ways: by phase on the clock, by day, elapsed."""
    path = snapshots.current(told_home)
    for number in ("SPEC", "OPEN", "LONG", "LOST", "GONE", "WAITS"):
        rows, ledger = histories.phases(path, number), histories.ledger(path, number)
        assert sum(row.clock_business_days for row in rows) == ledger["counted_days"].sum(), number
        counted = ledger[ledger["counted_days"] > 0].groupby("phase")["counted_days"].sum().to_dict()
        assert {row.phase: row.clock_business_days for row in rows if row.clock_business_days} == counted, number


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_bar_lies_on_its_budget_and_what_is_over_is_hatched(theme):
    """Thin bar actual, pale wide bar budget, tick at the budget; x from 0; over by more than colour."""
    frame = pd.DataFrame({
        "label": ["Review <3>", "Issue", "Authority", "Not recorded"], "business_days": [3, 2, 4, 1], "budget_business_days": [2, 2, None, None],
        "is_known": [True, True, True, False],
    })  # fmt: skip
    figure = phases.bullets(frame, theme).to_dict()
    pale, inside, over = figure["data"]
    assert (pale["x"], inside["x"], over["x"], over["base"]) == ([2, 2, None, None], [2, 2, 4, 1], [1, None, None, None], [2, 2, 4, 1])
    assert pale["width"] > inside["width"] == over["width"]
    assert over["marker"]["pattern"]["shape"] == "/" and inside["marker"]["pattern"]["shape"] == ["", "", "", "x"]
    assert [shape["x0"] for shape in figure["layout"]["shapes"]] == [2, 2]
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["Review &lt;3&gt;", "Issue", "Authority", "Not recorded", "over by 1"]
    assert figure["layout"]["xaxis"]["range"][0] == 0 and figure["layout"]["dragmode"] is False and "title" not in figure["layout"]
    assert figure["layout"]["xaxis"]["fixedrange"] and figure["layout"]["yaxis"]["fixedrange"]
    assert go.Figure(figure).data
