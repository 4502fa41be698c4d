"""A bare date is a day of the people's calendar: no zone of an export shifts it."""

import pytest

from pipelines import build, landing, policy, snapshots
from tests import builders
from tests.builders import a_request

ROWS = [
    a_request("A", submitted_at="2026-10-02", closed_at="2026-10-09", state="completed"),
    a_request("B", submitted_at="2026-10-02", closed_at="2026-10-10", state="completed"),
]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "UTC", "Asia/Tokyo"])
def test_the_due_date_and_the_verdict_are_the_same_in_every_zone(tmp_path, zone):
    """Friday October 2 and five business days: October 9 is in time, the Saturday after it is late."""
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(tmp_path / "home", [builders.write_export(tmp_path, ROWS)], rules, timezone=zone)
    connection = snapshots.open_read_only(build.build(tmp_path / "home", rules).path)
    found = connection.execute("select number, slo_outcome, strftime(due_on, '%m-%d'), elapsed_business_days from slo_outcomes order by number").fetchall()
    assert found == [("A", "met", "10-09", 5), ("B", "missed", "10-09", 6)]
    assert connection.execute("select strftime(as_of_on, '%m-%d') from run_params").fetchall() == [("10-10",)]
