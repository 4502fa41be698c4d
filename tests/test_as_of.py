"""A snapshot is a pure function of what has landed, the policy and `as_of`: never of the order or the files."""

from datetime import date, datetime

import pytest

from pipelines import build, landing, snapshots
from tests import builders, hostile_requests
from tests.builders import a_request

OUTCOMES = ("slo_outcomes", "slo_attainment")


def contents(connection, *only: str) -> dict[str, list]:
    """Every published table as sorted rows, or only those named; the statement in its own order."""
    rows = connection.execute("select schema_name, table_name from duckdb_tables() order by 1, 2").fetchall()
    names = [table if schema == "main" else f"{schema}.{table}" for schema, table in rows]
    wanted = [name for name in names if name in only] if only else names
    found = {name: sorted(map(repr, connection.execute(f"select * from {name}").fetchall())) for name in wanted}
    if not only or "slo_attainment" in only:
        found["slo_attainment"] = builders.statement(connection, "service_option", "month")
    return found


def landed_in_order(folder, exports, order, as_of=None, times=1):
    """Land the exports one command after the other in this order, then build once."""
    rules = builders.a_policy(folder)
    paths = [builders.write_export(folder / "exports", rows, f"requests-{place}.csv") for place, rows in enumerate(exports)]
    for place in list(order) * times:
        landing.ingest(folder / "home", [paths[place]], rules, received_at=builders.RECEIVED_AT)
    published = build.build(folder / "home", rules, as_of=builders.local(as_of) if as_of else None)
    return published.path.name, snapshots.open_read_only(published.path)


@pytest.fixture(scope="module")
def exports():
    found = hostile_requests.exports(11, 120)
    # The same version twice over, in two exports with the same columns, which nothing but its text can tell apart.
    same_time = {"updated_at": "2026-05-05 10:00:00", "update_sequence": "3", "submitted_at": "2026-05-04 10:00:00"}
    twins = [a_request(f"TWIN{n}", **same_time, department=name) for n in range(20) for name in ("first", "second")]
    return [[*found[0], *twins[::2]], found[1], found[2], [*found[0][:5], *twins[1::2]]]


@pytest.fixture(scope="module")
def once(exports, tmp_path_factory):
    """The name of the snapshot and the connection to it, each export landed once, in order."""
    return landed_in_order(tmp_path_factory.mktemp("once"), exports, range(4))


@pytest.mark.parametrize("order", [(3, 2, 1, 0), (1, 3, 0, 2), (2, 0, 3, 1)], ids=str)
def test_landing_in_any_order_gives_identical_tables(exports, once, order, tmp_path):
    """"`received_at` and the order of landing decide nothing." Even the snapshot's name is the same."""
    name, connection = landed_in_order(tmp_path, exports, order)
    found, wanted = contents(connection), contents(once[1])
    assert wanted["slo_outcomes"] and wanted["request_versions"] and wanted["slo_attainment"]
    assert found == wanted and name == once[0]


def test_landing_twice_changes_nothing(exports, once, tmp_path):
    """"The same bytes twice change nothing." """
    name, connection = landed_in_order(tmp_path, exports, range(4), times=2)
    assert contents(connection) == contents(once[1]) and name == once[0]


def test_of_two_versions_with_the_same_time_and_sequence_the_greater_text_wins(once):
    """"The greatest (time, `update_sequence`, text of the mapped cells) wins." """
    found = once[1].execute("select distinct department from slo_outcomes where number like 'TWIN%'").fetchall()
    assert found == [("second",)]


def test_the_same_rows_in_other_files_give_the_same_outcomes(exports, tmp_path):
    """"The same rows split over other files ... give identical `slo_outcomes` and `slo_attainment`." """
    rows = [row for row in exports[0] if row["updated_at"]]
    every_third = [rows[place::3] for place in range(3)]
    backwards = [rows[::-1]]
    built = [builders.publish(tmp_path / f"{n}", *files) for n, files in enumerate(([rows], every_third, backwards))]
    wanted = contents(built[0], *OUTCOMES)
    assert len(wanted["slo_outcomes"]) > 50
    for connection in built[1:]:
        assert contents(connection, *OUTCOMES) == wanted


JUNE_1 = {"submitted_at": "2026-06-01 10:00:00"}
MONDAY = [
    a_request("stays open", **JUNE_1, updated_at="2026-06-01 10:00:00"),
    a_request("closes on the 5th", **JUNE_1, updated_at="2026-06-02 10:00:00"),
    a_request("approved on the 4th", **JUNE_1, approval="requested", updated_at="2026-06-02 10:00:00"),
    a_request("is cancelled", **JUNE_1, updated_at="2026-06-02 10:00:00"),
]
FRIDAY = [
    a_request("closes on the 5th", **JUNE_1, closed_at="2026-06-05 10:00:00", updated_at="2026-06-05 10:00:00"),
    a_request("approved on the 4th", **JUNE_1, approved_at="2026-06-04 10:00:00", updated_at="2026-06-04 10:00:00"),
    a_request("is cancelled", **JUNE_1, state="cancelled", closed_at="2026-06-05 09:00:00", updated_at="2026-06-05 09:00:00"),
    a_request("first seen closed", **JUNE_1, closed_at="2026-06-04 10:00:00", updated_at="2026-06-04 10:00:00"),
    a_request("comes on the 3rd", "2026-06-03 10:00:00", updated_at="2026-06-03 10:00:00"),
]


def test_a_past_as_of_shows_what_was_known_then(tmp_path):
    """"The version of a record is the newest with `updated_at <= as_of`; if there is none, the oldest later version with
    every later event blanked, and `is_reconstructed`." """
    then = builders.publish(tmp_path / "then", MONDAY, as_of="2026-06-02 17:00:00")
    since = builders.publish(tmp_path / "since", MONDAY, FRIDAY, as_of="2026-06-02 17:00:00")
    known = "select * from slo_outcomes where not is_reconstructed order by number"
    assert builders.table(since, known) == builders.table(then, known)
    (seen,) = builders.table(since, "select * from slo_outcomes where is_reconstructed")
    assert (seen["number"], seen["slo_outcome"], seen["closed_at"]) == ("first seen closed", "open", None)


def test_between_the_two_exports_every_day_has_its_own_truth(tmp_path):
    """"A request submitted later is in no table, a later approval is not yet given, a request ended later is still open." """
    found = {}
    for day in (2, 3, 4, 5):
        connection = builders.publish(tmp_path / f"{day}", MONDAY, FRIDAY, as_of=f"2026-06-0{day} 17:00:00")
        rows = builders.table(connection, "select * from slo_outcomes")
        found[day] = {row["number"]: (row["slo_outcome"], row["outcome_reason"], row["due_on"]) for row in rows}
    waiting = ("open", "awaiting_approval", None)
    assert [found[day]["approved on the 4th"] for day in (2, 3)] == [waiting, waiting]
    assert found[4]["approved on the 4th"] == ("open", "not_yet_due", date(2026, 6, 11))
    assert [found[day]["closes on the 5th"][0] for day in (4, 5)] == ["open", "met"]
    assert [found[day]["is cancelled"][0] for day in (4, 5)] == ["open", "excluded"]
    assert ["comes on the 3rd" in found[day] for day in (2, 3)] == [False, True]


def test_the_newest_event_is_the_default_and_plans_are_no_events(tmp_path):
    """"Submitted, approved, updated, closed, requested, issued count as events, due and expiry dates do not": an
    installation or a resolution that is written for next year says nothing of how far the export reaches."""
    plans = {"installed_at": "2027-01-04 10:00:00", "resolved_at": "2027-01-04 10:00:00"}
    dates = {"requested_completion_on": "2027-01-04", "current_expires_on": "2027-01-04"}
    rows = [a_request("planned", **JUNE_1, **plans, **dates, issued_at="2026-06-02 09:00:00")]
    connection = builders.publish(tmp_path, rows)
    (found,) = builders.table(connection, "select as_of_at, as_of_on, known_through_on from run_params")
    assert list(found.values()) == [datetime(2026, 6, 2, 16), date(2026, 6, 2), date(2026, 6, 2)]


def test_rows_of_the_future_are_counted_as_later(tmp_path):
    """"The rows of every export = accepted + superseded + later + quarantined." """
    connection = builders.publish(tmp_path, MONDAY, FRIDAY, as_of="2026-06-02 17:00:00")
    counts = "row_count, accepted_count, superseded_count, later_count, quarantined_count"
    found = {row["name"]: list(row.values())[1:] for row in builders.table(connection, f"select name, {counts} from exports")}
    assert found == {"requests-1.csv": [4, 4, 0, 0, 0], "requests-2.csv": [5, 1, 0, 4, 0]}
