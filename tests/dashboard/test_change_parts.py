"""What changed, on the page of trust: the choice of an earlier snapshot, the months, the requests with their cause, the files, and what there is none of."""

import csv
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from dashboard import queries, warehouse
from pipelines import differences, reports, snapshots
from tests.comparisons import CLOSED, OPEN, Desk, news
from tests.dashboard.conftest import HOSTILE, words

TITLE = "Why did this request get this verdict?"
OLDEST, OLD = "2026-10-07 12:00:00", "2026-10-12 12:00:00"


class Home(NamedTuple):
    """A home and its snapshots, oldest first."""

    place: Path
    names: list[str]


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Home:
    """Three snapshots: two of the same export, then one more with a late export of a hostile name and hostile numbers."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    desk.land("one.csv", OPEN, OPEN | {"number": "LATE"}, CLOSED | {"number": "MET"}, news("2026-10-12 11:00:00"))
    built = [desk.build(OLDEST), desk.build(OLD)]
    hostile = [CLOSED | {"number": f"{name}{position}"} for position, name in enumerate(HOSTILE)]
    desk.land("late <b>.csv", CLOSED | {"number": "LATE"}, *hostile, news("2026-10-13 11:00:00"))
    return Home(desk.home, [path.stem for path in [*built, desk.build()]])


@pytest.fixture
def unread() -> Iterator[None]:
    """No comparison is remembered from another test."""
    warehouse._comparison.cache_clear()
    yield
    warehouse._comparison.cache_clear()


def listed(app) -> list[str]:
    """The numbers of the list of requests."""
    return next(each.value["Request"].tolist() for each in app.dataframe if "What happened" in each.value.columns)


def shown_months(app):
    """The table per service option and month."""
    return next(each.value for each in app.table if "Counts" in each.value.columns)


def test_the_previous_snapshot_is_compared_unless_another_is_chosen(open_app, home):
    """"a select of an earlier kept snapshot (default the previous one; in the URL as `since=`)"."""
    app = open_app(home.place, "trust")
    assert not app.exception and not app.error
    text = words(app)
    assert "From the data as of Mon 2026-10-12 12:00 Pacific to those as of Tue 2026-10-13 11:00 Pacific. Exports added: late <b>.csv." in text
    assert "10 requests count otherwise than before: 8 by a late export, 2 by the passing of time." in text
    older = open_app(home.place, "trust", since=home.names[0])
    assert "From the data as of Wed 2026-10-07 12:00 Pacific" in words(older)
    box = next(each for each in older.selectbox if each.label == "Since the snapshot")
    assert box.options[0].startswith("As of Mon 2026-10-12 12:00 Pacific") and box.value == home.names[0]
    box.select("").run()
    assert "since" not in older.query_params and "8 by a late export" in words(older)


def test_the_months_show_both_sides_and_why(open_app, home):
    table = shown_months(open_app(home.place, "trust"))
    (row,) = table.to_dict("records")
    plain = {name: value.replace("\\", "").replace("\u00a0", " ") for name, value in row.items()}
    assert plain == {
        "Service option": "New, customer install",
        "Month": "2026-10",
        "Attainment": "No data → 90.0 % (9 of 10)",
        "Requests": "8 by a late export, 2 by the passing of time",
        "Counts": "met 0 → 9; missed 0 → 1; open overdue 0 → 1; met not yet due 1 → 0; open 2 → 0",
        "Statement": "status no data → missed",
    }


def test_the_files_hold_exactly_what_is_shown(open_app, home):
    """"CSV download equal to the screen", and to what `certboard diff` writes."""
    app = open_app(home.place, "trust")
    old, new = (snapshots.named(home.place, name) for name in home.names[1:])
    labels = [each.label for each in app.get("download_button")]
    assert {"Download this row (CSV)", "Download these 10 rows (CSV)"} <= set(labels)
    text = reports.content(warehouse.comparing(old, new), differences.REQUESTS, "csv").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["number"].removeprefix("'") for row in rows] == listed(app) == [row.number for row in queries.changed_requests(old, new)]
    assert "'=cmd|' /C calc'!A01" in [row["number"] for row in rows], "a formula is made harmless"
    assert reports.content(warehouse.comparing(old, new), differences.MONTHS, "xlsx").startswith(b"PK")


def test_a_click_opens_the_request(open_app, home):
    app = open_app(home.place, "trust")
    key = next(each for each in app.session_state._state.filtered_state if str(each).startswith("changes_rows_"))
    position = listed(app).index("LATE")
    app.session_state[key] = {"selection": {"rows": [position], "columns": [], "cells": []}}
    app.run()
    assert app.title[0].value == TITLE and app.text_input[0].value == "LATE"


def test_hostile_names_stay_words(open_app, home):
    app = open_app(home.place, "trust")
    for each in [*app.markdown, *app.caption, *app.info, *app.subheader]:
        assert "<b>" not in str(each.value) and "<script>" not in str(each.value)


def test_a_snapshot_that_is_not_kept_is_named(open_app, home):
    """A value of the address that is not there gives an empty state naming it; so does the snapshot shown itself."""
    for name in ("20200101T000000Z-000000000000", home.names[2]):
        app = open_app(home.place, "trust", since=name)
        assert not app.exception and not app.error
        assert f"“{name}” is not one of the snapshots that are kept and were published before this one." in words(app)


def test_the_home_page_leads_to_what_changed(open_app, home):
    app = open_app(home.place, period="2026-10")
    assert "went from" in words(app)
    links = [each.proto.label for each in app.main.get("page_link")]
    assert "See what changed and why" in links


def test_without_an_earlier_snapshot_it_says_so(open_app, bare_home):
    assert "There is no earlier snapshot." in words(open_app(bare_home, "trust"))


def test_no_request_changed_is_said(open_app, tmp_path):
    desk = Desk(tmp_path)
    desk.land("one.csv", CLOSED, news("2026-10-12 11:00:00")).build()
    desk.build("2026-10-12 11:30:00")
    app = open_app(desk.home, "trust")
    assert "No request changed its outcome, month or service option." in words(app) and not app.error
    assert not [each for each in app.table if "Counts" in each.value.columns]


def test_a_statement_that_changed_without_a_request_is_shown(open_app, tmp_path):
    """Another objective changes the status of a month, and the file is named."""
    desk = Desk(tmp_path)
    desk.land("one.csv", CLOSED, news("2026-10-20 12:00:00")).build()
    desk.edit("slo.yaml", "objective_basis_points: 9500", "objective_basis_points: 5000").build()
    app = open_app(desk.home, "trust")
    assert "No request changed its outcome, month or service option." in words(app) and "Policy files changed: slo.yaml." in words(app)
    row = {name: value.replace("\u00a0", " ").replace("\\", "") for name, value in shown_months(app).to_dict("records")[-1].items()}
    assert row == {
        "Service option": "New, customer install", "Month": "2026-10", "Attainment": "100.0 % (1 of 1)", "Requests": "\u2013", "Counts": "As before",
        "Statement": "objective 95 % \u2192 50 %",
    }  # fmt: skip
    assert not [each for each in app.subheader if "explain" in each.value]


def test_a_snapshot_of_another_version_is_named(open_app, tmp_path, unread):
    desk = Desk(tmp_path)
    old = desk.land("one.csv", CLOSED, news("2026-10-12 11:00:00")).build()
    desk.build("2026-10-12 11:30:00")
    modified = old.stat().st_mtime_ns
    with duckdb.connect(str(old)) as connection:
        connection.execute("alter table request_versions drop column version_at").fetchall()
    os.utime(old, ns=(modified, modified))
    app = open_app(desk.home, "trust")
    assert f"Snapshot {old.stem} was built by another version of certboard and cannot be compared with this one." in words(app)
    assert not app.exception and not app.error
