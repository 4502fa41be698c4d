"""Killing an ingest at any moment leaves the old snapshot served, and the next ingest as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines import build, manifest, snapshots
from tests import builders, files
from tests.files import RULES, a_csv, a_row, land, written

KILLS = 22
ROWS = 12_000


@pytest.fixture(scope="module")
def exports(tmp_path_factory) -> tuple[Path, Path]:
    """A small export, published before the kills, and a larger one that takes long enough to be killed anywhere."""
    folder = tmp_path_factory.mktemp("exports")
    # The command line stamps the receipt itself, so the events lie before any day on which this runs.
    rows = [a_row(row, submitted_at="2020-03-02 10:00:00", department=f"Department {row % 7}" + "\n" * (row % 3) + "x" * 300) for row in range(ROWS)]
    old = written(folder / "old.csv", a_csv([a_row(row, submitted_at="2020-03-02 09:00:00") for row in range(50)]))
    return old, written(folder / "new.csv", a_csv(rows))


@pytest.fixture(scope="module")
def undisturbed(exports, tmp_path_factory) -> tuple[str, list[dict], float]:
    """What an ingest that nobody kills publishes, its readings, and how long it works after it has said so."""
    old, new = exports
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    land(home, old)
    build.build(home, RULES)
    process = _started(home, new)
    begun = time.monotonic()
    assert process.wait(timeout=120) == 0
    return snapshots.current(home).name, [export.reading() for export in manifest.read(home).exports], time.monotonic() - begun


def test_kills_at_random_moments_are_harmless(exports, undisturbed, tmp_path):
    """At least twenty real SIGKILLs: the snapshot served is the old one or the whole new one; then the same ingest publishes what it always does."""
    old, new = exports
    name, readings, seconds = undisturbed
    drawn = random.Random(20261031)
    home, kills = None, 0
    for attempt in range(4 * KILLS):
        if home is None:
            home = tmp_path / f"home{attempt}"
            land(home, old)
            before = build.build(home, RULES).path
        process = _started(home, new)
        time.sleep(seconds * drawn.random())
        process.kill()
        was_killed = process.wait() == -signal.SIGKILL
        current = snapshots.current(home)
        assert current in (before, snapshots.folder(home) / name)
        assert was_killed or current != before, "it ended by itself, so it has published"
        with snapshots.open_read_only(current) as connection:
            assert builders.table(connection, "select count(*) as requests from slo_outcomes") == [{"requests": 50 if current == before else ROWS}]
        kills += was_killed
        if not was_killed:
            seconds *= 0.9  # The machine has become faster than it was when the work was timed.
        if attempt % 4 == 3 or current != before:
            _assert_as_if_nothing_had_happened(home, new, name, readings)
            home = None
        if kills == KILLS:
            return
    raise AssertionError(f"only {kills} of {4 * KILLS} kills came before the end")


def _assert_as_if_nothing_had_happened(home: Path, new: Path, name: str, readings: list[tuple]) -> None:
    land(home, new)
    assert build.build(home, RULES).path.name == name
    assert snapshots.current(home).name == name
    assert [export.reading() for export in manifest.read(home).exports] == readings
    assert files.left_in(home) == files.expected_in(home)
    assert {path.name for path in home.iterdir()} <= {"CURRENT", "CURRENT.new", "landed", "lock", "snapshots"}
    assert {path.suffix for path in snapshots.folder(home).iterdir()} == {".duckdb"}


def _started(home: Path, export: Path) -> subprocess.Popen:
    """An ingest on the command line that has begun: it has said what it reads, or, where a killed one had landed the export, what it builds."""
    command = [sys.executable, "-m", "pipelines.cli", "--home", str(home), "ingest", str(export)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parent.parent)}
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stderr.readline().startswith(("Reading new.csv", "Preparing", "new.csv: was landed before"))
    return process
