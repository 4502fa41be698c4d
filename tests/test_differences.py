"""What changed between two snapshots by what exports tell and by the passing of time: each cause planted in a home, its neighbours beside it."""

from pathlib import Path
from typing import NamedTuple

import pytest

from tests import certificate_builders
from tests.builders import a_request
from tests.comparisons import CLOSED, OPEN, Desk, changes, news, the_cause

RENEWAL = {"service_option": "renewal_customer_install", "current_expires_on": "2026-12-01"}
UNTOLD = ("NEW", "CLOSED", "AT", "AFTER")
"""Requests of which something happened after the older snapshot."""


def opened(number: str, **fields: str) -> dict[str, str]:
    return OPEN | {"number": number} | fields


def closed(number: str, **fields: str) -> dict[str, str]:
    return CLOSED | {"number": number} | fields


BEFORE = [
    *(opened(number) for number in ("CLOSED", "AT", "AFTER", "LATE", "SAME")),
    opened("APPROVED", approval="requested"), opened("CHILD", parent_number="CASE"),
    a_request("DATED", "2026-10-05 09:00:00", updated_at="2026-10-07 09:00:00", requested_completion_on="2026-10-30", **RENEWAL),
]  # fmt: skip
"""As of Thu 2026-10-08 12:00; all are due Mon 2026-10-12 but what is not approved."""
SINCE = [
    closed("CLOSED"), opened("SAME"),
    closed("AT", closed_at="2026-10-08 11:00:00", updated_at="2026-10-08 12:00:00"), closed("AFTER", closed_at="2026-10-08 11:00:00", updated_at="2026-10-08 12:00:01"),
    closed("LATE", closed_at="2026-10-06 11:00:00", updated_at="2026-10-06 11:00:00"),
    opened("CASE"), opened("FOUND"), opened("NEW", submitted_at="2026-10-09 09:00:00", updated_at="2026-10-09 09:00:00"),
    a_request("DATED", "2026-10-05 09:00:00", updated_at="2026-10-05 09:00:00", requested_completion_on="2026-11-20", **RENEWAL),
]  # fmt: skip


class Story(NamedTuple):
    """Snapshots in the order of their publication."""

    desk: Desk
    old: Path
    loaded: Path
    withdrawn: Path
    restored: Path


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    """A home that gets a second export and approvals, loses both, and gets the second one back."""
    desk = Desk(tmp_path_factory.mktemp("desk"))
    old = desk.land("one.csv", *BEFORE, news("2026-10-08 12:00:00")).build()
    answer = certificate_builders.an_approval("APPROVED", updated_at="2026-10-06 10:00:00")
    approvals = certificate_builders.write(desk.folder, "approvals.csv", [answer], certificate_builders.APPROVAL)
    loaded = desk.land("two.csv", *SINCE).take(approvals).build()
    withdrawn = desk.withdraw("two.csv").withdraw("approvals.csv").build()
    return Story(desk, old, loaded, withdrawn, desk.restore("two.csv").build("2026-10-08 13:00:00"))


@pytest.fixture(scope="module")
def loaded(story) -> dict[str, dict]:
    return changes(story.old, story.loaded)


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


# New data and late exports


def test_a_close_later_than_the_older_snapshot_is_new_data(loaded):
    """"new_data: that row's event is later than old's as_of." """
    assert loaded["CLOSED"]["cause"] == "new_data"
    assert loaded["CLOSED"]["detail"] == (
        "Row 1 of two.csv (Fri 2026-10-09 16:00), ended Fri 2026-10-09 16:00, later than the older snapshot, which is as of Thu 2026-10-08 12:00; "
        "its outcome was open and is met not yet due."
    )


def test_an_event_at_the_very_instant_of_the_older_snapshot_was_late(loaded):
    """Not later than as_of has happened; a second after it has not."""
    assert (loaded["AT"]["cause"], loaded["AFTER"]["cause"]) == ("late_export", "new_data")


def test_a_late_export_is_named(loaded):
    """"late_export: ... its event time is not later than old's as_of: say which export." """
    assert loaded["LATE"]["cause"] == "late_export"
    assert loaded["LATE"]["detail"] == (
        "Row 5 of two.csv (Tue 2026-10-06 11:00), which was not in the older snapshot, which is as of Thu 2026-10-08 12:00; "
        "its outcome was open and is met not yet due."
    )
    assert (loaded["LATE"]["slo_outcome_old"], loaded["LATE"]["slo_outcome_new"], loaded["LATE"]["stop_at_old"]) == ("open", "met", None)


def test_a_new_request_is_new_data_and_one_that_came_late_is_a_late_export(loaded):
    assert (loaded["NEW"]["cause"], loaded["FOUND"]["cause"]) == ("new_data", "late_export")
    assert loaded["FOUND"]["month_old"] is None and loaded["FOUND"]["detail"].endswith("it was not counted before.")
    assert "submitted Fri 2026-10-09 09:00" in loaded["NEW"]["detail"]


def test_an_approval_that_arrives_late_by_an_export_of_its_own(loaded):
    """The request's own row is the same; the approvers' export tells more of it."""
    assert loaded["APPROVED"]["cause"] == "late_export"
    assert loaded["APPROVED"]["detail"].startswith(
        "Export approvals.csv, which was not in the older snapshot, tells more of it; its approval was not given and is Tue 2026-10-06 10:00;"
    )


def test_a_late_export_that_tells_of_an_older_version(loaded):
    """The requested date first seen counts: an older version changes the due date though the same row is used."""
    assert loaded["DATED"]["cause"] == "late_export"
    assert loaded["DATED"]["detail"].startswith("Export two.csv, which was not in the older snapshot") and "is 2026-11-20" in loaded["DATED"]["detail"]
    assert (loaded["DATED"]["month_old"], loaded["DATED"]["month_new"]) == ("2026-10", "2026-11")


def test_a_request_that_is_left_to_its_parent_came_with_an_export(loaded):
    assert (loaded["CASE"]["cause"], loaded["CHILD"]["cause"]) == ("late_export", "new_data")
    assert loaded["CHILD"]["detail"] == "Its parent case is loaded and counted in its place, from one of two.csv; it is not counted any more."


def test_an_event_that_only_as_of_hid_is_new_data(desk):
    """The same row, whose later events were blanked: only as_of moved."""
    desk.land("one.csv", CLOSED, news("2026-10-20 12:00:00"))
    old, new = desk.build("2026-10-07 12:00:00"), desk.build("2026-10-10 12:00:00")
    assert the_cause(old, new)[0] == "new_data"


# Withdrawals


def test_a_withdrawn_export_is_named_with_the_row_that_counts_instead(story):
    """"withdrawn_export: the row used in old comes from an export new does not have." """
    found = changes(story.loaded, story.withdrawn)
    assert {row["cause"] for row in found.values()} == {"withdrawn_export"}
    assert {*UNTOLD, "LATE", "FOUND", "CASE", "CHILD", "DATED", "APPROVED"} == set(found)
    assert found["LATE"]["detail"].startswith(
        "Row 5 of two.csv (Tue 2026-10-06 11:00), which is withdrawn now, so row 4 of one.csv (Mon 2026-10-05 09:00) counts; its outcome was met"
    )
    assert "and no other export has the request" in found["FOUND"]["detail"] and found["FOUND"]["month_new"] is None
    assert found["APPROVED"]["detail"].startswith("Withdrawn now: approvals.csv; ")


def test_a_restored_export_is_late_and_was_withdrawn(story):
    found = changes(story.withdrawn, story.restored)
    assert found["LATE"]["cause"] == "late_export"
    assert "two.csv (Tue 2026-10-06 11:00), which was withdrawn from the older snapshot" in found["LATE"]["detail"]
    assert found["CHILD"]["cause"] == "new_data", "its case came with an export that reaches further"
    assert "SAME" not in found


def test_a_copy_of_the_same_version_in_another_export_is_the_same_row(desk):
    """Exports overlap: what fell due since did so by the passing of time, whichever copy is used."""
    old = desk.land("one.csv", OPEN, news("2026-10-08 12:00:00")).build()
    both = desk.land("two.csv", OPEN, news("2026-10-20 12:00:00")).build()
    assert the_cause(old, both)[0] == "time_passed"
    without_first = desk.withdraw("one.csv").build()
    assert changes(both, without_first) == {}
    assert the_cause(old, without_first)[0] == "time_passed"


# The passing of time


def test_time_makes_an_open_request_overdue_and_lets_a_met_one_count_and_backwards_it_undoes_events(desk):
    """"time_passed: same row, same policy; as_of moved: fell due, became overdue." """
    desk.land("one.csv", OPEN, closed("MET"), opened("NEW", submitted_at="2026-10-12 13:00:00"), news("2026-10-20 12:00:00"))
    old, new, older = desk.build("2026-10-12 12:00:00"), desk.build("2026-10-13 12:00:00"), desk.build("2026-10-07 12:00:00")
    found = changes(old, new)
    assert {number: (row["cause"], row["counted_as_old"], row["counted_as_new"]) for number, row in found.items()} == {
        "RITM1": ("time_passed", "open", "open_overdue"), "MET": ("time_passed", "met_not_yet_due", "met"), "NEW": ("new_data", None, "open"),
    }  # fmt: skip
    assert found["MET"]["detail"] == (
        "Its due date, Mon 2026-10-12, has passed, so it counts now; the data's date was Mon 2026-10-12 12:00 and is Tue 2026-10-13 12:00; "
        "its outcome was met not yet due and is met."
    )
    assert found["RITM1"]["detail"].startswith("It was due Mon 2026-10-12 and is still open;")
    undone = changes(new, older)
    assert {number: row["cause"] for number, row in undone.items()} == dict.fromkeys(("RITM1", "MET", "NEW"), "time_passed")
    assert undone["NEW"]["detail"].startswith("Submitted Mon 2026-10-12 13:00, later than the newer data;")


def test_exports_that_reach_further_make_an_open_request_overdue(desk):
    """A stale export is not a miss; what ends it is no event of the request."""
    old = desk.land("one.csv", OPEN, news("2026-10-12 12:00:00")).build("2026-10-20 12:00:00")
    cause, detail = the_cause(old, desk.land("two.csv", news("2026-10-19 12:00:00")).build("2026-10-20 12:00:00"))
    assert cause == "time_passed" and detail.startswith("It was due Mon 2026-10-12 and is still open; the last day of the request exports was 2026-10-12 and is 2026-10-19;")
