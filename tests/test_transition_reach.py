"""What an export of transitions cannot know: what happened after its newest event, before its first, and in another telling of the same.

Requests are new ones with customer install, submitted on Monday 2026-06-01 at 10:00, when their clock starts, and due on Monday 2026-06-08; it is
Friday 2026-06-19. June 2026 has no closure: 1 Mo, 2 Tu, 3 We, 4 Th, 5 Fr, 6 Sa, 7 Su, 8 Mo, 9 Tu, 10 We, 11 Th, 12 Fr, 13 Sa, 14 Su, 15 Mo.
"""

from datetime import date

import pytest

from tests import builders
from tests.reference import tellings
from tests.transition_builders import CHANGES, CONTRACT, SPANS, TASKS, Told, a_policy, a_transition
from tests.transition_worlds import a_life, histories
from tests.worlds import World

STALE = World(as_of="2026-06-19 12:00:00", reaches_to="2026-06-19 11:00:00", told_from="2026-06-02 08:00:00", told_through="2026-06-04 15:00:00")
CLOSED = "2026-06-12 10:00:00"


@histories(
    STALE,
    closed=a_life([("2026-06-03 10:00:00", "")], closed_at=CLOSED),
    told=a_life([("2026-06-03 10:00:00", "2026-06-04 14:00:00")], closed_at=CLOSED),
    open=a_life([("2026-06-03 10:00:00", "")]),
    over=a_life([("2026-06-03 10:00:00", "2026-06-04 14:00:00")]),
)
def test_a_value_without_an_end_holds_to_the_end_of_the_day_of_the_newest_event(told):
    """Told through Thursday the 4th: the pause has that day and no later one; from Friday on nothing is recorded, and the due date moves by one day."""
    assert told("closed").days() == {"not recorded": 8, "customer": 1}
    assert (told("closed").credit, told("closed").without["due_on"], told("closed").findings) == (1, date(2026, 6, 9), {"gap": 2})
    assert told("told").credit == 1
    assert [row["is_open"] for name in ("closed", "told", "open", "over") for row in told(name).pauses] == [False, False, True, False]


@histories(STALE, open=a_life([("2026-06-03 10:00:00", "")]), over=a_life([("2026-06-03 10:00:00", "2026-06-04 14:00:00")]))
def test_what_held_when_the_source_was_last_heard_of_is_the_current_phase(told):
    """An end that was told leaves nothing current but what is not recorded."""
    assert [(row["phase"], row["is_current"]) for row in told("open").intervals] == [("not recorded", False), ("customer", True), ("not recorded", False)]
    assert [(row["phase"], row["is_current"]) for row in told("over").intervals] == [("not recorded", False), ("customer", False), ("not recorded", True)]
    assert [row["phase"] for row in told("open").phases if row["is_current"]] == ["customer"]


@histories(
    STALE,
    before=a_life(rows={CHANGES: [{"field": "state", "value": "2", "previous_value": "-5", "started_at": "2026-06-04 10:00:00"}]}, closed_at=CLOSED),
    within=a_life(
        rows={CHANGES: [{"field": "state", "value": "2", "previous_value": "-5", "started_at": "2026-06-04 10:00:00"}]}, closed_at=CLOSED,
        submitted_at="2026-06-02 07:00:00",
    ),
)  # fmt: skip
def test_what_the_first_change_replaced_held_from_the_submission_only_where_the_source_reaches_so_far(told):
    """The first change of the source is of Tuesday the 2nd: of a request of Monday nobody knows since when it was pending; of one of that day it is known."""
    assert (told("before").days(), told("before").credit) == ({"not recorded": 9, "review": 0}, 0)
    assert (told("within").days(), told("within").credit) == ({"customer": 2, "not recorded": 6, "review": 0}, 2)


@histories(
    nested=a_life([("2026-06-02 10:00:00", "2026-06-10 10:00:00"), ("2026-06-04 10:00:00", "2026-06-05 12:00:00")], closed_at=CLOSED),
    beside=a_life([("2026-06-02 10:00:00", "2026-06-10 10:00:00")], [("2026-06-04 10:00:00", "2026-06-05 12:00:00")], closed_at=CLOSED),
)
def test_a_pause_within_a_pause_of_the_same_field_shortens_neither(told):
    """"Overlapping ones merge": from the 2nd to the 10th are 3, 4, 5, 8, 9, 10, in one track as in two."""
    assert told("nested").credit == told("beside").credit == 6
    assert (told("nested").findings["overlap"], told("beside").findings.get("overlap")) == (1, None)


@histories(
    two=a_life(
        rows={SPANS: [
            {"field": "state", "value": "Pending", "started_at": "2026-06-02 10:00:00", "ended_at": "2026-06-10 10:00:00"},
            {"field": "state", "value": "Awaiting Info", "started_at": "2026-06-04 10:00:00", "ended_at": "2026-06-05 12:00:00"},
        ]},
        closed_at="2026-06-10 10:00:00",
    ),
)  # fmt: skip
def test_of_two_values_of_one_rule_the_one_that_began_later_holds(told):
    """Both wait for the customer; while the second lasts it is what the request was."""
    assert [row["to_state"] for row in told("two").intervals] == [None, "Pending", "Awaiting Info", "Pending"]


def a_pause(source: str, started_at: str, ended_at: str, **fields: str) -> dict[str, str]:
    """A pause of request A as a row of a source."""
    return a_transition("A", {SPANS: "Pending", TASKS: "Wait for the signing request", CONTRACT: "pause"}[source], started_at, ended_at, **fields)


@pytest.mark.parametrize(
    ("source", "older", "newer", "credit"),
    [
        (SPANS, ("2026-06-02 10:00:21", ""), ("2026-06-02 10:00:00", "2026-06-03 12:00:00"), 1),
        (SPANS, ("2026-06-02 10:01:00", ""), ("2026-06-02 10:00:59", "2026-06-03 12:00:00"), None),
        (TASKS, ("2026-06-02 10:00:21", "", "T1"), ("2026-06-02 11:00:00", "2026-06-03 12:00:00", "T1"), 1),
        (TASKS, ("2026-06-02 10:00:21", "", "T1"), ("2026-06-02 10:00:21", "2026-06-03 12:00:00", "T2"), None),
    ],
)  # fmt: skip
def test_a_newer_export_of_the_same_transition_counts(tmp_path, source, older, newer, credit):
    """A spreadsheet drops the seconds; an identifier says that it is the same whatever else changed. Another minute or identifier is another transition, and the
    pause without an end lasts as long as the source tells, to Tuesday the 9th."""
    requests = [builders.a_request("A", "2026-06-01 10:00:00"), builders.a_request("N", "2026-06-09 10:00:00", updated_at="2026-06-09 12:00:00")]
    tells = {"updated_at": "2026-06-02 12:00:00"}, {"updated_at": "2026-06-09 12:00:00"}
    rows = [[a_pause(source, *row[:2], transition_id=row[2] if len(row) > 2 else "", **told)] for row, told in zip((older, newer), tells, strict=True)]
    policy = a_policy(tmp_path / "policy")
    connection = Told([requests], {source: rows}).publish(tmp_path, policy)
    assert connection.execute("select sum(credited_business_days) from facts.clock_pauses").fetchone()[0] == (5 if credit is None else credit)
    accepted = connection.execute("select sum(accepted_count), sum(superseded_count) from exports where kind = 'transitions'").fetchone()
    assert accepted == ((2, 0) if credit is None else (1, 1))


def test_a_task_that_was_renamed_is_one_task(tmp_path):
    """The older export knows it as an open wait for the customer, the newer one as a finished review."""
    requests = [builders.a_request("A", "2026-06-01 10:00:00"), builders.a_request("N", "2026-06-09 10:00:00", updated_at="2026-06-09 12:00:00")]
    older = a_pause(TASKS, "2026-06-02 10:00:00", "", transition_id="T1", updated_at="2026-06-02 12:00:00")
    newer = older | {"value": "Review", "ended_at": "2026-06-03 12:00:00", "updated_at": "2026-06-09 12:00:00"}
    connection = Told([requests], {TASKS: [[older], [newer]]}).publish(tmp_path, a_policy(tmp_path / "policy"))
    assert connection.execute("select count(*) from facts.clock_pauses").fetchone() == (0,)
    assert connection.execute("select to_state from facts.request_intervals where to_state is not null").fetchall() == [("Review",)]


def test_two_changes_within_a_minute_of_one_export_are_two():
    """Rows of one export are different transitions, unless they are the same to the second."""
    rows = [a_transition("A", "Pending", f"2026-06-02 10:00:{second}", "") for second in ("05", "40", "40")]
    found = tellings.known(tellings.read(SPANS, [rows]), builders.local("2026-06-09 12:00:00"))
    assert sorted(row.started_at.second for row in found) == [5, 40]


def test_the_product_keeps_two_changes_within_a_minute_of_one_export(tmp_path):
    """The same of the product: the row that a paged export has twice is superseded, no other."""
    requests = [builders.a_request("A", "2026-06-01 10:00:00", updated_at="2026-06-09 12:00:00")]
    rows = [a_transition("A", "Pending", f"2026-06-02 10:00:{second}", "") for second in ("05", "40", "40")]
    connection = Told([requests], {SPANS: [rows]}).publish(tmp_path, a_policy(tmp_path / "policy"))
    assert connection.execute("select accepted_count, superseded_count from exports where kind = 'transitions'").fetchall() == [(2, 1)]
