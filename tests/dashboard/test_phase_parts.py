"""Where the days of missed requests went: every number counted by hand, and equal to the rows behind it."""

from types import SimpleNamespace

import pytest

from dashboard import party_parts, phase_parts, phase_queries, queries
from pipelines import snapshots
from tests.dashboard.conftest import words

OCTOBER = {"month": ["2026-10"]}
SLOW, BACK, INSTALLED = "customer > review > issue", "customer > review > customer > review > issue", "customer > review > issue > install"


def table(app, first: str):
    """The table whose first column has this name."""
    return next(each.value for kind in (app.table, app.dataframe) for each in kind if each.value.columns[0] == first)


def listed(app) -> list[str]:
    """The numbers of the list of requests."""
    return app.dataframe[-1].value["Request"].tolist()


def phases(*rows: tuple) -> list[SimpleNamespace]:
    """Rows of the query of phases: phase, budget, outcome, requests, over budget."""
    names = ("phase", "budget_business_days", "slo_outcome", "request_count", "over_budget_count")
    return [SimpleNamespace(**dict(zip(names, row, strict=True))) for row in rows]


def test_the_heading_names_the_phase_that_most_missed_requests_overran(open_app, october_home):
    """`In 13 of 22 missed requests the review took longer than its 2 business days.` Here: PAUSED and LONG of SLOW, PAUSED and LONG."""
    app = open_app(october_home, "misses", period="2026-10")
    assert not app.exception and not app.error
    assert "Counted from submission, in 2 of 3 missed requests the customer phase took longer than its 1 or 3 business days." in words(app)


def test_how_many_requests_are_known_is_always_said(open_app, october_home):
    """`Phases are known for 18 of 22 missed requests.`"""
    text = words(open_app(october_home, "misses", period="2026-10"))
    assert "Phases are known for 3 of 4 missed requests, for the whole time of 3; and for 1 of 3 met ones." in text


def test_the_days_by_phase_are_those_counted_by_hand(open_app, october_home):
    """A row per phase, budget and outcome, with every bar of the panels."""
    shown = table(open_app(october_home, "misses", period="2026-10"), "Phase")
    rows = [[str(cell).replace("\\", "").replace("\u00a0", " ") for cell in row] for row in shown.values.tolist()]
    assert rows[:4] == [
        ["Customer", "Missed", "50.0 % (1 of 2)", "1", "2", "0", "1", "0", "0", "1", "0", "0", "0", "5"],
        ["Customer", "Met", "0.0 % (0 of 1)", "1", "1", "0", "1", "0", "0", "0", "0", "0", "0", "1"],
        ["Customer", "Missed", "100.0 % (1 of 1)", "3", "1", "0", "0", "0", "0", "1", "0", "0", "0", "4"],
        ["Customer", "Met", "\u2013", "3", "0", "0", "0", "0", "0", "0", "0", "0", "0", "0"],
    ]
    assert rows[4][:5] == ["Review", "Missed", "33.3 % (1 of 3)", "2", "3"] and len(rows) == 10


def test_who_held_the_missed_requests_is_a_sentence_that_adds_up(open_app, october_home):
    """7 + 8 + 11 business days of SLOW, PAUSED and LONG: their whole time from submission to the end."""
    app = open_app(october_home, "misses", period="2026-10")
    held = "certificate team 50.0 % (13 of 26); customer 34.6 % (9 of 26); platform team 15.4 % (4 of 26)."
    assert f"On the clock that was missed, from approval: of 26 business days of 3 missed requests, {held}" in words(app)
    assert f"From submission: of 26 business days, {held}" in words(app) and "of these days are of" not in words(app)
    assert table(app, "Who held them")["Who held them"].tolist() == ["Certificate team", "Customer", "Platform team"]


def test_the_paths_are_ranked_by_their_missed_requests(open_app, october_home):
    """A ranked table of paths with counts, hand-offs and days; the path of MET and SLOW stands first."""
    app = open_app(october_home, "misses", period="2026-10")
    assert f"1 of 3 missed requests took the path {SLOW}" in words(app)
    shown = table(app, "Path")
    assert [path.replace("\\", "") for path in shown["Path"]] == [SLOW, BACK, INSTALLED]
    assert shown["Hand-offs (median)"].tolist() == ["1", "3", "2"] and shown["Business days (median)"].tolist() == ["3", "8", "11"]


@pytest.mark.parametrize(
    ("address", "numbers"),
    [
        ({"phase": "customer"}, ["LONG", "PAUSED"]),
        ({"phase": "review"}, ["SLOW"]),
        ({"path": BACK}, ["PAUSED"]),
        ({"path": SLOW, "show": "due"}, ["MET", "SLOW"]),
        ({"path": SLOW, "phase": "review"}, ["SLOW"]),
    ],
)
def test_a_phase_and_a_path_of_the_address_choose_their_requests(open_app, october_home, address, numbers):
    """One click to those requests; the address says which."""
    app = open_app(october_home, "misses", period="2026-10", **address)
    assert sorted(listed(app)) == numbers
    named = f"over the budget of {address['phase']}" if "phase" in address else f"the path {address['path']}"
    assert f"Shown: {named}" in words(app)


def test_the_same_choice_can_be_made_by_keyboard(open_app, october_home):
    """A selectbox writes what a click would; Clear takes it out again."""
    app = open_app(october_home, "misses", period="2026-10")
    next(each for each in app.selectbox if each.label == "Show the requests that took the path").select(BACK).run()
    assert app.query_params["path"] == BACK and listed(app) == ["PAUSED"]
    next(each for each in app.button if each.label == "Clear").click().run()
    assert "path" not in app.query_params
    box = next(each for each in app.selectbox if each.label == "Show the missed requests that took longer than the budget of")
    assert box.options == ["No phase in particular", "customer", "review", "install"]
    box.select("install").run()
    assert listed(app) == ["LONG"]


def test_numbers_equal_the_rows_behind_them(sample_home, october_home):
    """The count of a path, and of a phase over its budget, is that of the list it leads to."""
    for home in (sample_home, october_home):
        path = snapshots.current(home)
        for row in phase_queries.frame(path, phase_queries.paths_query(OCTOBER)).itertuples():
            where = {**OCTOBER, "path": [row.path]}
            assert queries.slo_outcomes_count(path, {**where, **phase_queries.DUE}) == row.due_count
            assert queries.slo_outcomes_count(path, {**where, "slo_outcome": ["missed"]}) == row.missed_count
        rows = list(phase_queries.frame(path, phase_queries.phase_days_query(OCTOBER)).itertuples())
        for phase in {row.phase for row in rows}:
            over = sum(row.over_budget_count for row in rows if row.phase == phase and row.slo_outcome == "missed")
            assert queries.slo_outcomes_count(path, {**OCTOBER, "slo_outcome": ["missed"], "over_budget_phase": [phase]}) == over


def test_the_bars_of_a_phase_add_up_to_its_requests(sample_home, october_home):
    """No request is in two bars or in none."""
    for home in (sample_home, october_home):
        frame = phase_queries.frame(snapshots.current(home), phase_queries.phase_days_query(OCTOBER))
        assert (frame[list(phase_queries.DAY_COLUMNS.values())].astype(int).sum(axis=1) == frame["request_count"].astype(int)).all()


def test_without_transitions_the_page_says_what_to_export(open_app, hostile_home):
    """Empty state: what to export and how; no empty axes."""
    app = open_app(hostile_home, "misses", period="2026-11")
    assert phase_parts.NO_TRANSITIONS in [each.value for each in app.info]
    assert not [each for each in app.selectbox if "path" in each.label]


def test_a_period_without_a_known_miss_draws_nothing(open_app, october_home):
    """A month in which nothing was due, of a snapshot with phases."""
    text = words(open_app(october_home, "misses", period="2026-11"))
    assert "Where did the days go?" in text and "Phases are known" not in text


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("review", 2, "missed", 22, 13), ("issue", 2, "missed", 22, 4)], "Counted from submission, in 13 of 22 missed requests the review phase took longer than its 2 business days."),
        ([("customer", 1, "missed", 1, 1)], "Counted from submission, in 1 of 1 missed request the customer phase took longer than its 1 business day."),
        ([("review", 2, "missed", 22, 0), ("review", 2, "met", 9, 9)], "Counted from submission, no missed request took longer in any phase than its budget."),
        ([("work", None, "missed", 22, 0)], ""),
        ([("review", 2, "missed", 0, 0)], ""),
        ([], ""),
    ],
)
def test_the_finding_follows_the_counts(rows, sentence):
    """Only missed requests, only phases with a budget, the one that most overran."""
    assert phase_parts.over_budget(phases(*rows)) == sentence


def test_where_no_budget_is_published_the_heading_says_who_held_them_most():
    """Nobody can overrun what was not promised; time that nobody is known to have held is never the most."""
    parties = [SimpleNamespace(party=party, missed_clock_business_days=days) for party, days in ((None, 50), ("customer", 40), ("vendor", 10))]
    held = party_parts.held_most(parties).replace("\u00a0", " ")
    assert held == "40.0 % (40 of 100) of the business days on the clock of missed requests were with the customer"
    assert party_parts.held_most([SimpleNamespace(party="customer", missed_clock_business_days=0)]) == ""
