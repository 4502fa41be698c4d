"""The phases of one request in words and as bars, with and without budgets, known and not."""

from datetime import date, datetime
from types import SimpleNamespace

import plotly.graph_objects as go
import pytest
import pandas as pd

from dashboard import histories, phase_words
from dashboard.charts import phases
from pipelines import snapshots


def a_phase(
    phase: str = "review", days: int = 3, budget: int | None = 2, party: str | None = "certificate team", clock: int | None = None,
    is_current: bool = False, visits: int = 1,
):  # fmt: skip
    """A record of `request_phases`."""
    return SimpleNamespace(
        phase=phase, business_days=days, budget_business_days=budget, party=party, clock_business_days=days if clock is None else clock, is_current=is_current,
        over_budget_days=None if budget is None else max(0, days - budget), visit_count=visits,
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


def pieces(*told: tuple[str, int, int, int], current: int = -1) -> list[SimpleNamespace]:
    """Records of `request_intervals`: the phase, its first and last day of November and its business days; `current`: which of them is."""
    found = [
        SimpleNamespace(phase=phase, started_on=date(2026, 11, first), ended_on=date(2026, 11, last), business_days=days, is_current=False)
        for phase, first, last, days in told
    ]
    found[current].is_current = True
    return found


ONE_VISIT = (("customer", 3, 5, 2), ("review", 5, 10, 3), ("review", 10, 12, 1))
VISITS = (("review", 3, 5, 2), ("customer", 5, 10, 3), ("review", 10, 12, 1), ("review", 12, 16, 2))


@pytest.mark.parametrize(
    ("row", "told", "sentence"),
    [
        (a_phase(days=4, is_current=True), pieces(*ONE_VISIT), "Now in the review phase since Thu 2026-11-05, held by the certificate team: 4 of 2 business days so far."),
        (
            a_phase(days=5, visits=2, is_current=True), pieces(*VISITS),
            "Now in the review phase since Tue 2026-11-10, held by the certificate team: 3 business days so far; 5 of 2 business days over its 2 visits.",
        ),
        (
            a_phase("work", 5, None, None, visits=2, is_current=True), pieces(("work", 3, 5, 2), ("review", 5, 9, 2), ("work", 9, 12, 3)),
            "Now in the work phase since Mon 2026-11-09: 3 business days so far; 5 business days over its 2 visits.",
        ),
        (
            a_phase(days=4, is_current=True), pieces(*ONE_VISIT, ("not recorded", 12, 16, 2), current=-2),
            "Last known in the review phase since Thu 2026-11-05, held by the certificate team: 4 of 2 business days by Thu 2026-11-12; nothing is recorded after it.",
        ),
        (a_phase("not mapped", 3, None, None, is_current=True), pieces(("not mapped", 9, 12, 3)), "Its current phase is not known since Mon 2026-11-09."),
        (a_phase("not mapped", 3, None, None, is_current=True), [], "Its current phase is not known."),
        (a_phase(), pieces(*ONE_VISIT), ""),
    ],
)  # fmt: skip
def test_the_current_phase_is_said_with_the_days_of_its_last_visit(row, told, sentence):
    """The days since a date are those after it, not those of all visits; where nothing is recorded any more, what is known last."""
    assert phase_words.current([row], told) == sentence


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


def a_finding(finding: str, times: int = 1, hour: int = 20):
    """A record of `transition_findings`, at noon of Wed 2026-11-04 in California."""
    return SimpleNamespace(finding=finding, finding_count=times, first_found_at=datetime(2026, 11, 4, hour))


def test_what_was_found_in_the_changes_is_counted():
    """Each kind once, with how often; a re-opening is told with its dates instead."""
    found = [a_finding("gap"), a_finding("overlap"), a_finding("overlap"), a_finding("new_kind", 2), a_finding("reopened")]
    assert phase_words.oddities(found) == "In its state changes: 1 gap, 2 overlaps, 2 new kinds."
    assert phase_words.oddities([]) == "" and phase_words.oddities([a_finding("reopened")]) == "" and phase_words.path(None) == ""


@pytest.mark.parametrize(
    ("closed_at", "sentence"),
    [
        (datetime(2026, 11, 7, 7), "It was re-opened on Wed 2026-11-04 and closed again on Fri 2026-11-06."),
        (datetime(2026, 11, 4, 19), "It was re-opened on Wed 2026-11-04."),
        (None, "It was re-opened on Wed 2026-11-04."),
    ],
)
def test_a_reopening_is_told_with_its_dates(closed_at, sentence):
    """When it was re-opened first and when it closed again, local dates; a close before it is not again."""
    found = [a_finding("gap", hour=1), a_finding("reopened", hour=22), a_finding("reopened")]
    assert phase_words.reopened(found, closed_at, "America/Los_Angeles") == sentence
    assert phase_words.reopened(found[:1], closed_at, "America/Los_Angeles") == ""


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
