"""An export without one readable row is bad input: it never lands, and never stands in the way of the next."""

from pathlib import Path

import pytest

from pipelines import manifest
from tests import builders, command_line
from tests.builders import a_request

GOOD = [a_request("A1", submitted_at="2026-09-01 10:00:00")]
BAD = [a_request("B1", submitted_at="1999-10-05 09:00:00", updated_at="2026-10-06 10:00:00")]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A home, a good export and one whose only row lies before 2000."""
    return tmp_path / "home", builders.write_export(tmp_path, GOOD, "good.csv"), builders.write_export(tmp_path, BAD, "bad.csv")


def names(home: Path) -> list[str]:
    return [export.name for export in manifest.read(home).exports]


def test_with_it_nothing_lands(files):
    home, good, bad = files
    done = command_line.certboard("ingest", good, bad, "--home", home, folder=home.parent)
    assert done.returncode == 2 and done.stderr.splitlines()[-1].startswith("certboard: bad.csv: all 1 rows are rejected, the first at row 1 (lies before 2000)")
    assert names(home) == []


def test_when_kept_going_only_the_others_land(files):
    home, good, bad = files
    done = command_line.certboard("ingest", good, bad, "--keep-going", "--home", home, folder=home.parent)
    assert done.returncode == 1 and "certboard: bad.csv: all 1 rows are rejected" in done.stderr
    assert "good.csv: 1 rows = 1 accepted" in done.stdout
    assert names(home) == ["good.csv"]


def test_the_next_ingest_is_not_held_up(files):
    home, good, bad = files
    assert command_line.certboard("ingest", bad, "--home", home, folder=home.parent).returncode == 2
    assert command_line.certboard("ingest", good, "--home", home, folder=home.parent).returncode == 0


def test_an_export_for_a_home_of_another_policy_never_lands(files):
    home, good, _ = files
    assert command_line.certboard("ingest", good, "--home", home, folder=home.parent).returncode == 0
    other = Path(__file__).resolve().parent.parent / "data" / "public" / "uci_incident_log"
    done = command_line.certboard("ingest", other / "incident_event_log.zip", "--policy", other / "policy", "--home", home, folder=home.parent)
    assert done.returncode == 2 and "this home is served with the policy" in done.stderr
    assert names(home) == ["good.csv"]
