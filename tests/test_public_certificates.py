"""Real certificates with known answers: a public scan of expiry dates, and the certificates of public authorities."""

from pathlib import Path

import pytest

from pipelines import build, landing, policy, snapshots
from pipelines.instants import parse
from tests import builders
from tests.command_line import CHECKOUT, certboard, rows_of

RULES = policy.load(policy.DEFAULT_FOLDER)


def published(home: Path, folder: str, as_of: str):
    """A connection to the snapshot of a public folder."""
    report = landing.ingest(home, [CHECKOUT / "data" / "public" / folder], RULES, received_at=builders.RECEIVED_AT)
    assert not report.failed
    return snapshots.open_read_only(build.build(home, RULES, as_of=parse(as_of, RULES.zone)).path)


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """The scan of government hosts, at the noon of its day on the east coast."""
    return published(tmp_path_factory.mktemp("scan"), "dotgov_expiry", "2019-02-16T12:00:00-05:00")


@pytest.fixture(scope="module")
def authorities(tmp_path_factory):
    """The certificates of public authorities."""
    return published(tmp_path_factory.mktemp("authorities"), "ccadb", "2026-10-31")


def count(connection, condition: str) -> int:
    (row,) = builders.table(connection, f"select count(*) as number from certificates cross join run_params where {condition}")
    return row["number"]


def test_every_host_of_the_scan_is_a_certificate(scan):
    """10,756 hosts; nothing is rejected, superseded or left out."""
    (export,) = builders.table(scan, "select row_count, accepted_count, superseded_count, later_count, quarantined_count from exports")
    assert list(export.values()) == [10_756, 10_756, 0, 0, 0]
    assert count(scan, "true") == 10_756


def test_expiry_is_the_local_date_of_an_instant_with_a_named_zone(scan):
    """153 expired before 2019-02-16 in California; 2,324 blank cells and 41 of 1969, "a null in disguise", are unknown."""
    assert count(scan, "expires_on < as_of_on") == 153
    assert count(scan, "expires_on is null") == 2_365


@pytest.mark.parametrize(("days", "number"), [(20, 155), (30, 415), (60, 1_543), (90, 3_091)])
def test_what_expires_is_counted_by_date_and_not_by_hours(scan, days, number):
    """From that day to so many days later; whole days of 24 hours would give others."""
    assert count(scan, f"expires_on between as_of_on and as_of_on + {days}") == number


def test_every_authority_of_the_bundle_is_a_certificate(authorities):
    """232 certificates in one PEM file, the oldest of 1996."""
    (export,) = builders.table(authorities, "select * from exports where name = 'sectigo_comodo_usertrust.pem'")
    assert (export["row_count"], export["accepted_count"], export["quarantined_count"]) == (232, 232, 0)
    (held,) = builders.table(
        authorities, "select count(distinct certificate) as number from certificate_versions where export = 'sectigo_comodo_usertrust.pem'"
    )
    assert held["number"] == 232


def test_every_row_of_the_report_with_certificates_in_cells_is_accounted_for(authorities):
    """Accepted, or rejected with its reason."""
    (export,) = builders.table(authorities, "select * from exports where name = '2026.csv'")
    assert export["row_count"] == export["accepted_count"] + export["superseded_count"] + export["later_count"] + export["quarantined_count"]
    rejected = builders.table(authorities, "select export, reason from quarantine")
    assert len(rejected) == export["quarantined_count"]
    assert {row["reason"] for row in rejected} <= {"holds no certificate that can be read"}


def test_the_known_answers_come_from_the_command_line_too(tmp_path):
    """As the README shows it."""
    folder = CHECKOUT / "data" / "public" / "dotgov_expiry"
    done = certboard("ingest", folder, "--as-of", "2019-02-16T12:00:00-05:00", "--home", tmp_path / "home", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    answer = certboard("export", "certificates", "--where", "horizon=20", "--home", tmp_path / "home", folder=tmp_path)
    assert answer.returncode == 0, answer.stderr
    today = "2019-02-16"
    assert sum(row["expires_on"] >= today for row in rows_of(answer.stdout)) == 155
