"""Every page, run through the entry script: with data, without any, and with names that mean harm."""

import re

import pytest

from dashboard import queries, schedule
from pipelines import snapshots
from tests.dashboard.conftest import HOSTILE, VIEWS, words

TITLES = {
    "targets": "Are we meeting the targets?",
    "misses": "Where and when do we miss?",
    "due": "What is due next?",
    "request": "Why did this request get this verdict?",
    "expiry": "What expires, and is a renewal under way?",
    "capacity": "Can the team carry it?",
    "inventory": "What do we hold?",
    "trust": "Can these numbers be trusted?",
}
FILTERS = ["Service option", "Department", "Request type"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_page_shows_its_question_its_data_line_and_its_footer(open_app, sample_home, view):
    """Page order: title, filter sentence, data line, …, footer; no part fails."""
    app = open_app(sample_home, view)
    assert not app.exception and not app.error
    assert [each.value for each in app.title] == [TITLES[view]]
    text = words(app)
    assert "Made-up sample data. Data as of Fri 2026-11-20 16:42 Pacific." in text.replace("*", "")
    assert re.search(r"Snapshot 2026-11-20-[0-9a-f]{6} · as of Fri 2026-11-20 16:42 Pacific · \d+ exports", text)


@pytest.mark.parametrize("view", VIEWS)
def test_the_shared_filters_are_on_every_page(open_app, sample_home, view):
    """A page run without the entry script would have no filters, silently."""
    app = open_app(sample_home, view)
    assert [each.label for each in app.sidebar.multiselect] == FILTERS
    assert [each.label for each in app.sidebar.button] == ["Reset filters"]


@pytest.mark.parametrize("view", VIEWS)
def test_a_home_without_a_snapshot_says_what_to_do(open_app, tmp_path, view):
    """No snapshot: how to load an export, no empty axes and no traceback."""
    app = open_app(tmp_path, view)
    assert not app.exception
    assert [each.value for each in app.info] == ["There is no data yet. Load an export with `certboard ingest FOLDER`, or try `certboard demo`."]


@pytest.mark.parametrize("view", VIEWS)
def test_hostile_names_are_shown_as_they_are(open_app, hostile_home, view):
    """Names from an export are never markup; a page with them has no failed part."""
    app = open_app(hostile_home, view, period="2026-11", number="RITM00")
    assert not app.exception and not app.error
    for each in [*app.markdown, *app.caption, *app.info, *app.header]:
        assert "<script>" not in str(each.value), "the angle bracket is escaped"


@pytest.mark.parametrize("department", HOSTILE)
@pytest.mark.parametrize("view", ["targets", "misses", "due"])
def test_a_hostile_name_can_be_filtered_by(open_app, hostile_home, view, department):
    """Bound parameters: the filter of a hostile name finds exactly its requests."""
    app = open_app(hostile_home, view, period="2026-11", department=department)
    assert not app.exception and not app.error
    text = words(app)
    if view == "targets":
        assert "All service options 66.7 % (2 of 3)" in text
    if view == "misses":
        assert "1 of 3 missed in November 2026" in text
    if view == "due":
        assert "Due in 5 business days 1" in text


@pytest.mark.parametrize("view", ["targets", "misses"])
@pytest.mark.parametrize("address", [{"department": "Nobody"}, {"option": "no_such"}, {"type": "x' or 1=1 --"}, {"period": "2031-01"}])
def test_a_value_that_is_not_in_the_snapshot_gives_an_empty_state_naming_it(open_app, sample_home, view, address):
    """Valid in form but not in this snapshot: never all rows."""
    app = open_app(sample_home, view, **address)
    text = words(app)
    named = {"2031-01": "January 2031"}.get(*[value for value in address.values()] * 2)
    assert f"\u201c{named}\u201d is not in this snapshot (as of Fri 2026-11-20)." in text
    assert "No request matches." in text and not app.metric and not app.exception


def test_due_next_names_a_value_that_is_not_in_the_snapshot_too(open_app, sample_home):
    """The page that uses no period still filters."""
    app = open_app(sample_home, "due", department="Nobody")
    assert "\u201cNobody\u201d is not in this snapshot" in words(app) and not app.metric


def test_no_match_says_how_many_there_were_before_the_filters(open_app, sample_home):
    """`No request matches. 334 requests were due in October 2026 before the filters for department and request type.`"""
    path = snapshots.current(sample_home)
    due = queries.tally(path, {"month": ["2026-10"]}).due
    app = open_app(sample_home, "targets", period="2026-10", department="Nobody", type="Nothing")
    assert f"{due} requests were due in October 2026 before the filters for department and request type." in words(app)


def test_a_period_of_the_wrong_form_is_remarked(open_app, sample_home):
    """A wrong period falls back to the last complete one, and the page says so."""
    app = open_app(sample_home, "targets", period="banana")
    assert "\u201cbanana\u201d is not a month; October 2026 is shown." in words(app)
    assert app.metric


def test_the_default_period_is_the_last_complete_month(open_app, sample_home):
    """Not the current month: it would show a drop."""
    assert "All requests due in October 2026." in words(open_app(sample_home))


def test_cards_have_one_word_and_one_ratio_with_its_counts_each(open_app, sample_home):
    """All options first, then one card per option of the policy."""
    app = open_app(sample_home)
    cards = [each for each in app.metric if "%" in each.value or each.value == "No data"]
    names = [each.name for each in queries.policy_options(snapshots.current(sample_home))]
    assert [each.label for each in cards] == ["All service options", *names]
    assert all(re.fullmatch(r"\d+\.\d+\u00a0% \([\d,]+ of [\d,]+\)", each.value) for each in cards)


def test_the_counts_of_what_needs_action_agree_between_pages(open_app, sample_home):
    """The same count is equal on Targets, on Due next and in the rows."""
    path = snapshots.current(sample_home)
    numbers = {each.label: each.value for each in open_app(sample_home, "due").metric}
    home = [each.value for each in open_app(sample_home).metric][-6:-3]
    still_open = [each.due_on.isoformat() for each in queries.warehouse.records(path, queries.table_query("slo_outcomes", {"slo_outcome": ["open"]})) if each.due_on]
    rows = [
        queries.slo_outcomes_count(path, {"is_open_overdue": ["true"]}),
        still_open.count("2026-11-20"),
        sum(due_on <= "2026-12-01" for due_on in still_open),
    ]
    assert [*numbers.values()][:3] == home == [str(number) for number in rows]


def test_the_reconciliation_on_misses_adds_up(open_app, sample_home):
    """312 met + 22 missed + … = all rows of the filter."""
    line = next(each for each in words(open_app(sample_home, "misses")).splitlines() if " not measurable = " in each)
    left, _, total = line.partition(" = ")
    parts = [int(number.replace(",", "")) for number in re.findall(r"[\d,]+", re.sub(r"\([^)]*\)", "", left))]
    assert sum(parts) == int(total.replace(",", ""))


def test_a_row_selection_opens_that_request_even_after_the_filters_change(open_app, sample_home):
    """The index is resolved to an id at once; the key carries the filters, so no other request is selected."""
    app = open_app(sample_home, "misses", period="2026-10")
    key = next(each for each in app.session_state._state.filtered_state if str(each).startswith("misses_missed_rows_"))
    first = app.dataframe[-1].value["Request"].iloc[0]
    app.session_state[key] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.run()
    assert app.title[0].value == TITLES["request"]
    assert app.text_input[0].value == first
    assert first in app.query_params["number"]


def test_a_request_can_be_opened_without_the_table(open_app, sample_home):
    """The selectbox is the path for keyboard and screen reader."""
    app = open_app(sample_home, "due")
    box = next(each for each in app.selectbox if each.label == "Open a request")
    number = box.options[3]
    box.select(number).run()
    assert app.title[0].value == TITLES["request"] and app.text_input[0].value == number


@pytest.mark.parametrize("reason", ["completed_late", "open_overdue", "on_time", "not_yet_due", "awaiting_approval", "cancelled", "completed_without_stop"])
def test_a_request_of_every_kind_is_explained(open_app, sample_home, reason):
    """The verdict sentence begins with the outcome; the clock has a row per day."""
    path = snapshots.current(sample_home)
    row = queries.warehouse.records(path, queries.table_query("slo_outcomes", {"outcome_reason": [reason]}))[0]
    app = open_app(sample_home, "request", number=row.number)
    assert not app.exception and not app.error
    outcome = {"not_measurable": "Not measurable"}.get(row.slo_outcome, row.slo_outcome.capitalize())
    assert app.header[0].value.replace("\\", "").startswith(outcome)
    assert "Where it comes from" in [each.value for each in app.header]


def test_an_unknown_number_is_named_and_similar_ones_are_offered(open_app, sample_home):
    """`RITM0012345 is not in this snapshot (as of Fri 2026-11-20).` and the search box."""
    path = snapshots.current(sample_home)
    number = queries.warehouse.records(path, queries.table_query("slo_outcomes", {"slo_outcome": ["missed"]}))[0].number
    app = open_app(sample_home, "request", number=number[:-1] + "x")
    assert f"{number[:-1]}x is not in this snapshot (as of Fri 2026-11-20)." in words(app)
    assert app.text_input and not app.exception


def test_a_failed_query_is_kept_inside_its_part(open_app, sample_home, monkeypatch):
    """One broken block must not blank the page."""

    def broken(*_):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(schedule, "rows", broken)
    app = open_app(sample_home)
    assert not app.exception
    assert all(each.value.startswith("This part could not be shown (snapshot ") for each in app.error) and app.error
    assert "disk on fire" not in words(app)
    assert any("%" in each.value for each in app.metric), "the cards are still there"


def test_nothing_rejected_is_said_with_the_sum(open_app, hostile_home):
    """`No row was rejected. … rows = … accepted + … superseded + … later + 0 rejected.`"""
    text = words(open_app(hostile_home, "trust"))
    assert re.search(r"No row was rejected\. (\d+) rows = \1 accepted \+ 0 superseded \+ 0 later \+ 0 rejected\.", text)


def test_the_page_of_trust_begins_with_its_verdict(open_app, sample_home):
    """`Yes, with 2 remarks: …` or `Not yet: …`."""
    app = open_app(sample_home, "trust")
    assert re.match(r"(Yes|Not yet)", app.header[0].value)


def test_changing_a_filter_writes_the_address_and_a_step_in_the_navigation_keeps_it(open_app, sample_home):
    """Every filter is in the address; switching the page keeps it."""
    app = open_app(sample_home)
    department = app.sidebar.multiselect[1].options[0]
    app.sidebar.multiselect[1].select(department).run()
    assert department in app.query_params["department"]
    del app.query_params["department"], app.query_params["grain"], app.query_params["period"]
    app.switch_page("views/misses.py").run()
    assert department in app.query_params["department"]
    assert app.sidebar.multiselect[1].value == [department]


def test_reset_gives_everything_again(open_app, sample_home):
    """Reset filters: the last complete month and everything in it."""
    app = open_app(sample_home, "misses", period="2026-08", option="inquiry", late="1", month="2026-07")
    app.sidebar.button[0].click().run()
    assert "All requests due in October 2026." in words(app)
    assert not app.query_params
