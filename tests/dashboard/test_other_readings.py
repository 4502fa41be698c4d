"""Attainment counted otherwise: each reading a figure of its own, never mixed into the headline, its changed verdicts one click away."""

import pytest

from dashboard import phase_queries, queries, second_verdicts
from pipelines import reports, snapshots
from tests.dashboard.conftest import words
from tests.dashboard.test_phase_parts import OCTOBER, listed, table


def figures(app) -> list[list[str]]:
    """The rows of the table of readings."""
    return [[str(cell).replace("\\", "").replace("\u00a0", " ") for cell in row] for row in table(app, "Counted").values.tolist()]


def jumps(app) -> list[str]:
    """The labels of the ways to the requests."""
    return [each.label for each in app.button if each.label.startswith("See the ")]


def test_each_reading_is_labelled_with_its_own_counts_and_its_difference(open_app, october_home):
    """Of eight, FIXED is met by a correction and DECLARED excluded; PAUSED is met without its pause."""
    app = open_app(october_home, "misses", period="2026-10")
    assert figures(app) == [
        ["From approval (policy)", "42.9 % (3 of 7)", "\u2013", "\u2013"],
        ["From submission", "42.9 % (3 of 7)", "0.0 points", "0"],
        ["With customer pauses removed", "57.1 % (4 of 7)", "+14.3 points", "1"],
        ["Without 1 exclusion, as corrected", "37.5 % (3 of 8)", "\u22125.4 points", "1"],
        ["As exported, without 1 correction and 1 exclusion", "25.0 % (2 of 8)", "\u221217.9 points", "2"],
    ]


def test_no_other_reading_gets_into_the_headline(open_app, october_home):
    """The headline never mixes them: 4 of 7, neither the 3 without pauses nor the 6 of 8 as exported."""
    app = open_app(october_home, "misses", period="2026-10")
    assert "4 of 7 missed in October 2026" in words(app)
    assert "3 met + 4 missed (0 still open) + 0 open + 1 excluded + 0 not measurable = 8" in words(app)


def test_by_service_option_only_a_difference_is_said(open_app, october_home):
    """LONG is the only one of its option, the same on every reading."""
    app = open_app(october_home, "misses", period="2026-10")
    shown = next(each.value for each in app.table if "From approval (policy)" in each.value.columns)
    rows = [[str(cell).replace("\\", "").replace("\u00a0", " ") for cell in row] for row in shown.values.tolist()]
    assert list(shown.columns) == ["Service option", "From approval (policy)", "From submission", "With customer pauses removed", "Without 1 exclusion", "As exported"]
    assert rows[0] == [
        "New, customer install", "50.0 % (3 of 6)", "50.0 % (3 of 6)", "66.7 % (4 of 6), +16.7 points", "42.9 % (3 of 7), \u22127.1 points",
        "28.6 % (2 of 7), \u221221.4 points",
    ]  # fmt: skip
    assert rows[1] == ["New, CDT install", *["0.0 % (0 of 1)"] * 5]


@pytest.mark.parametrize(
    ("show", "numbers", "then"), [("unpaused", ["PAUSED"], ["Met"]), ("included", ["DECLARED"], ["Missed"]), ("exported", ["DECLARED", "FIXED"], ["Missed", "Missed"])],
)  # fmt: skip
def test_the_changed_verdicts_are_one_click_away(open_app, october_home, show, numbers, then):
    """The list holds exactly the requests that are counted, each with the outcome on that reading."""
    app = open_app(october_home, "misses", period="2026-10")
    button = next(each for each in app.button if each.key == f"jump_show_{show}")
    button.click().run()
    assert app.query_params["show"] == show and sorted(listed(app)) == numbers
    reading = {"unpaused": "Without pauses", "included": "Without exclusions", "exported": "As exported"}[show]
    assert app.dataframe[-1].value[reading].tolist() == then


def test_the_ways_to_the_requests_say_how_many_they_are(open_app, october_home):
    """None for a reading that changes nothing."""
    app = open_app(october_home, "misses", period="2026-10")
    assert jumps(app) == [
        "See the request whose verdict changes with customer pauses removed",
        "See the request whose verdict changes without the exclusions",
        "See the 2 requests whose verdict changes as exported",
        "See the request excluded by declaration",
    ]
    assert "Both clocks give every request the same verdict." in words(app)


def test_exclusions_are_counted_with_their_reasons(open_app, october_home):
    """How many are excluded by declaration, and why; one that is not yet known excludes nothing."""
    app = open_app(october_home, "misses", period="2026-10", show="declared")
    assert "1 request is excluded by declaration: DECLARED (C-2: \u201cOpened twice\u201d)." in words(app)
    assert listed(app) == ["DECLARED"]


def test_the_pauses_are_counted(open_app, october_home):
    """PAUSED waited for 3 business days."""
    assert "1 request waited for the customer, 3 business days together: with the pauses removed, the due dates move by as much. 1 of them was missed." in words(
        open_app(october_home, "misses", period="2026-10")
    )


def test_without_pauses_and_corrections_there_are_two_readings_and_a_sentence(open_app, hostile_home):
    """Only where they exist, otherwise one sentence."""
    app = open_app(hostile_home, "misses", period="2026-11")
    assert [row[0] for row in figures(app)] == ["From approval (policy)", "From submission"]
    assert "No pause was exported." in words(app) and "excluded by declaration" not in words(app)


def test_a_choice_of_rows_that_the_snapshot_does_not_have_shows_the_missed_ones(open_app, hostile_home):
    """An address from another snapshot: no error, and no empty list under a wrong name."""
    app = open_app(hostile_home, "misses", period="2026-11", show="unpaused")
    assert not app.exception and not app.error
    assert "Business days late" in app.dataframe[-1].value.columns and "Due then" not in app.dataframe[-1].value.columns


@pytest.mark.parametrize("home", ["sample_home", "october_home"])
def test_the_count_of_changed_verdicts_is_that_of_the_outcomes_that_differ(home, request):
    """Counted again, request by request."""
    path = snapshots.current(request.getfixturevalue(home))
    ours = {row.number: row.slo_outcome for row in queries.warehouse.records(path, queries.table_query("slo_outcomes", OCTOBER))}
    for basis in phase_queries.clock_bases(path):
        table_name = "request_clocks" if basis in ("approved", "submitted") else "request_variants"
        theirs = queries.table(path, table_name, {"clock_basis": [basis]})
        differing = {row.number for row in theirs.itertuples() if row.number in ours and ours[row.number] != row.slo_outcome}
        found = queries.warehouse.records(path, queries.table_query("slo_outcomes", {**OCTOBER, "changed_by": [basis]}))
        assert {row.number for row in found} == differing
        assert queries.slo_outcomes_count(path, {**OCTOBER, "changed_by": [basis]}) == len(differing)


def test_the_list_of_a_reading_has_its_due_date_and_its_file_has_both_verdicts(open_app, october_home):
    """The file equals the screen: PAUSED, due Thu 2026-10-08, missed; without its pause of 3 business days due Tue the 13th, met."""
    app = open_app(october_home, "misses", period="2026-10", show="unpaused")
    shown = app.dataframe[-1].value
    assert (list(map(str, shown["Due"])), list(map(str, shown["Due then"]))) == (["2026-10-08"], ["2026-10-13"])
    assert "Download this row (CSV)" in [each.label for each in app.get("download_button")]
    query = second_verdicts.rows_query({**OCTOBER}, "without_pauses")
    head, *rows = reports.content(snapshots.current(october_home), query, "csv").decode().splitlines()
    found = dict(zip(head.split(","), rows[0].split(","), strict=True))
    there = {"other_clock_basis": "without_pauses", "other_slo_outcome": "met", "other_is_open_overdue": "false", "other_due_on": "2026-10-13"}
    assert len(rows) == 1 and {"number": "PAUSED", "slo_outcome": "missed", "due_on": "2026-10-08", **there}.items() <= found.items()


def test_requests_that_count_elsewhere_are_counted(open_app, october_home):
    """DECLARED counts where its exclusion is left out, and nobody moves out of October."""
    text = words(open_app(october_home, "misses", period="2026-10"))
    assert "As exported, 0 requests no longer count in October 2026 and 1 other does: 7 \u2212 0 + 1 = 8." in text
    assert "With customer pauses removed, 0" not in text


@pytest.mark.parametrize("where", [{}, {"service_option": ["renewal_cdt_install"]}, {"department": ["Department of Motor Vehicles"]}])
@pytest.mark.parametrize("month", ["2026-08", "2026-09", "2026-10", "2026-11"])
def test_what_moves_out_and_in_leads_from_one_count_to_the_other(sample_home, month, where):
    """As many are due on another reading as on the policy's clock, less those that move out, and those that move in."""
    path, where = snapshots.current(sample_home), {"month": [month], **where}
    here = queries.slo_attainment(path, ("month",), where)["due_count"].sum()
    for basis in phase_queries.clock_bases(path):
        there = queries.slo_attainment(path, ("month",), where, basis)["due_count"].sum()
        out, into = second_verdicts.moves(path, where, basis)
        assert here - out + into == there, basis
