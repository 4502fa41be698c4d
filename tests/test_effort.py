"""The time worked on requests: read in every way in which exports write a duration, and summed up per service option."""

import pytest

from pipelines.engines import duckdb_engine
from tests import builders
from tests.builders import a_request, without

DONE = {"submitted_at": "2026-11-02 09:00:00", "closed_at": "2026-11-04 10:00:00"}


@pytest.fixture(scope="module")
def prelude():
    """A connection with the functions of the models."""
    with duckdb_engine.connect() as connection:
        yield connection


@pytest.mark.parametrize(
    ("cell", "seconds"),
    [
        ("900", 900),
        ("0", 0),
        ("1,800", 1800),
        ("12,345,678", 12345678),
        ("1970-01-01 00:15:00", 900),
        ("1970-01-02 00:00:00", 86400),
        ("1970-01-02T02:30:00", 95400),
        ("1971-01-01 00:00:00", 365 * 86400),
        ("26:30:00", 95400),
        ("00:45:00", 2700),
        ("1 Day 2 Hours 30 Minutes", 95400),
        ("2 Days", 172800),
        ("45 Minutes", 2700),
        ("4 Hours 15 Minutes", 15300),
        ("1 Hour", 3600),
        ("30 Seconds", 30),
        ("1 minute 1 second", 61),
    ],
)
def test_a_duration_is_read(prelude, cell, seconds):
    """Durations come as an epoch datetime (`1970-01-02 00:00:00` is one day), integer seconds, or words."""
    assert duckdb_engine.run(prelude, "select duration_seconds(?)", [cell]) == [(seconds,)]


@pytest.mark.parametrize(
    "cell",
    [
        *(None, "", "soon", "-900", "1.5", "1e3", "12,34", "9" * 40),
        *("1970-13-01 00:00:00", "2026-11-04 10:00:00", "26:60:00", "1 Fortnight", "Minutes", "1 Day or so"),
    ],
)
def test_what_is_no_duration_is_none(prelude, cell):
    """A date of today's is no duration; what has a fraction may be hours."""
    assert duckdb_engine.run(prelude, "select duration_seconds(?)", [cell]) == [(None,)]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory):
    """An export that has the column, and a newer one of some of its requests that lacks it or leaves it empty."""
    older = [
        a_request("kept", time_worked_seconds="45 Minutes", updated_at="2026-11-05 09:00:00", **DONE),
        a_request("newer", time_worked_seconds="900", updated_at="2026-11-05 09:00:00", **DONE),
        a_request("emptied", time_worked_seconds="86400", updated_at="2026-11-05 09:00:00", **DONE),
        a_request("odd", time_worked_seconds="about an hour", **DONE),
        a_request("nothing", time_worked_seconds="0", **DONE),
        a_request("open", "2026-11-19 09:00:00", time_worked_seconds="86400"),
        a_request("cancelled", state="cancelled", time_worked_seconds="86400", **DONE),
        a_request("unclassified", service_option="", time_worked_seconds="86400", **DONE),
        a_request("asked", service_option="inquiry", time_worked_seconds="1970-01-01 00:20:00", **DONE),
        a_request("asked again", service_option="inquiry", time_worked_seconds="30 Minutes", **DONE),
        a_request("undated", service_option="inquiry", time_worked_seconds="40 Minutes", submitted_at="2026-11-02 09:00:00", state="completed"),
    ]
    lacking = [without(a_request("kept", updated_at="2026-11-06 09:00:00", **DONE), "time_worked_seconds")]
    having = [
        a_request("newer", time_worked_seconds="1 Hour 15 Minutes", updated_at="2026-11-06 09:00:00", **DONE),
        a_request("emptied", updated_at="2026-11-06 09:00:00", **DONE),
    ]
    return builders.publish(tmp_path_factory.mktemp("effort"), older, lacking, having)


def efforts(snapshot) -> dict[str, tuple]:
    rows = builders.table(snapshot, "select * from forecast_effort")
    return {row["service_option"]: (row["completed_count"], row["observed_count"], row["total_hours"], row["mean_hours"]) for row in rows}


def test_a_column_that_the_newest_export_lacks_comes_from_the_version_before(snapshot):
    """"A column absent from the winning export comes from the next version that has it, present but empty stays empty."

    45 minutes of an older version, 75 of a newer one; a day of which the newer version says nothing any more.
    """
    assert efforts(snapshot)["new_customer_install"] == (5, 2, 2.0, 1.0)


def test_only_completed_requests_with_a_time_are_observed(snapshot):
    """Open, cancelled and unclassified requests, an unreadable time and one of nothing are not; a missing stop does not matter."""
    assert efforts(snapshot)["inquiry"] == (3, 3, 1.5, 0.5)


def test_an_option_without_requests_is_a_row_of_zeros(snapshot):
    assert efforts(snapshot).keys() == {"new_customer_install", "new_cdt_install", "renewal_customer_install", "renewal_cdt_install", "inquiry"}
    assert efforts(snapshot)["new_cdt_install"] == (0, 0, 0.0, None)


def test_a_time_that_cannot_be_read_rejects_no_row(snapshot):
    """It decides nothing, so it is never quarantined."""
    assert builders.table(snapshot, "select * from quarantine") == []
    assert builders.outcome(snapshot, "odd")["slo_outcome"] == "met"
