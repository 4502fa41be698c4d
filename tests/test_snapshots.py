"""Published snapshots: immutable files, one pointer, one builder, readers that never wait."""

import multiprocessing
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipelines import build, manifest, policy, snapshots
from pipelines.errors import UserError
from tests import builders
from tests.builders import a_request


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A home with one export, built for 22 days one after the other."""
    folder = tmp_path_factory.mktemp("snapshots")
    builders.publish(folder, [a_request("A1", submitted_at="2026-09-01 10:00:00")]).close()
    (home,) = {path.parent.parent for path in folder.rglob("*.duckdb")}
    rules = policy.load(Path(manifest.read(home).policy_folder))
    for day in range(22):
        build.build(home, rules, as_of=datetime(2026, 9, 2, 12, tzinfo=UTC) + timedelta(days=day))
    return home


def test_the_last_twenty_published_are_kept_and_the_last_is_current(home):
    """"The last 20 published and always `CURRENT` are kept." """
    kept = snapshots.listed(home)
    assert len(kept) == 20
    assert snapshots.current(home) == kept[-1]
    assert kept[-1].name.startswith("20260923T120000Z-")


def test_nothing_of_a_build_is_left_beside_them(home):
    assert {path.suffix for path in snapshots.folder(home).iterdir()} == {".duckdb"}


def test_building_the_same_again_only_moves_the_pointer(home):
    """"An existing, opening file is never overwritten, publishing it only moves `CURRENT`." """
    rules = policy.load(Path(manifest.read(home).policy_folder))
    before = {path.name: path.stat().st_ino for path in snapshots.listed(home)}
    again = build.build(home, rules, as_of=datetime(2026, 9, 10, 12, tzinfo=UTC))
    assert not again.was_built and snapshots.current(home) == again.path
    assert {path.name: path.stat().st_ino for path in snapshots.listed(home)} == before


def test_thirty_readers_may_open_one_snapshot_at_once(home):
    """The first sets and locks the settings that all connections of a process to one file share."""
    path, gate = snapshots.listed(home)[0], threading.Barrier(30)

    def ask(_: int) -> int:
        gate.wait()
        connection = snapshots.open_read_only(path)
        with connection.cursor() as cursor:
            return cursor.execute("select count(*) from slo_outcomes").fetchone()[0]

    with ThreadPoolExecutor(30) as readers:
        assert list(readers.map(ask, range(30))) == [1] * 30


def test_a_reader_can_reach_no_other_file_and_change_nothing(home):
    connection = snapshots.open_read_only(snapshots.current(home))
    for statement in ("select * from read_text('/etc/hostname')", "set enable_external_access = true", "delete from slo_outcomes"):
        with pytest.raises(duckdb.Error):
            connection.execute(statement)


def test_a_file_that_is_no_snapshot_is_named(tmp_path):
    path = tmp_path / "20260101T000000Z-000000000000.duckdb"
    path.write_bytes(b"not a database")
    with pytest.raises(UserError, match=r"cannot be opened as a snapshot .* Run certboard build\."):
        snapshots.open_read_only(path)
    assert not snapshots.is_readable(path)


def test_a_snapshot_is_named_by_a_part_that_fits_only_one(home):
    assert snapshots.named(home, "20260915T").name.startswith("20260915T")
    with pytest.raises(UserError, match="fits several of"):
        snapshots.named(home, "202609")
    with pytest.raises(UserError, match="is not one of"):
        snapshots.named(home, "2031")


def hold(home: Path, ready, done) -> None:
    """Hold the home in another process until told."""
    with snapshots.lock(home, doing="ingest of june.csv"):
        ready.set()
        done.wait(30)


def test_a_second_builder_waits_and_says_for_whom(tmp_path):
    """"The second waits 60 s, saying for whom, then exits 2." """
    context = multiprocessing.get_context("spawn")
    ready, done = context.Event(), context.Event()
    other = context.Process(target=hold, args=(tmp_path, ready, done))
    other.start()
    assert ready.wait(30)
    said: list[str] = []
    with pytest.raises(UserError, match=r"is still in use by ingest of june\.csv \(process \d+\) after 0 s"):
        with snapshots.lock(tmp_path, doing="build", wait_seconds=0.3, say=said.append):
            pytest.fail("two builders at once")
    assert len(said) == 1 and said[0].startswith("waiting for ingest of june.csv (process ")
    other.kill()
    other.join()
    with snapshots.lock(tmp_path, doing="build", wait_seconds=5):
        pass
