"""Landing keeps every export as it came, once, under one name, and says what it did."""

import dataclasses
import itertools
import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines import build, manifest, snapshots
from pipelines.errors import UserError
from tests import builders, files
from tests.files import RULES, a_csv, a_row, land, land_one, written


def test_a_manifest_entry_says_what_was_landed_and_how_it_is_read(tmp_path):
    """Name, hash, source, rows, receipt, newest event, reading."""
    path = written(tmp_path / "a.csv", a_csv([a_row(1), a_row(2)]))
    export = land_one(tmp_path / "home", path)
    assert manifest.read(tmp_path / "home").exports == (export,)
    assert export == manifest.Export(
        name="a.csv",
        sha256=export.sha256,
        size_bytes=path.stat().st_size,
        source="certboard_requests",
        row_count=2,
        malformed_count=0,
        received_at=files.RECEIVED_AT,
        newest_event_at=datetime(2026, 3, 3, 18, tzinfo=UTC),
        headers=("number", "submitted_at", "state", "department"),
        columns={"number": "number", "submitted_at": "submitted_at", "department": "department"},
        label_columns={"state": "state"},
        timezone="America/Los_Angeles",
        day_order=None,
        day_order_basis="not_needed",
        formats={"submitted_at": "iso"},
        encoding="utf-8",
        delimiter=",",
        implausible_after_at=None,
    )


def test_the_same_bytes_twice_change_nothing(tmp_path):
    """Not even under another name, nor a day later."""
    home, path = tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)]))
    first = land_one(home, path)
    before = _stamps(home)
    report = land(home, path, received_at=files.RECEIVED_AT + timedelta(days=1))
    assert (report.landed, report.reread, report.unchanged, report.warnings) == ([], [], [first], [])
    report = land(home, written(tmp_path / "b.csv", path.read_bytes()))
    assert report.unchanged == [first]
    assert report.warnings == ["b.csv: is the same file as a.csv, which is landed already."]
    assert _stamps(home) == before


def test_the_same_file_twice_in_one_call_counts_once(tmp_path):
    """Under two names, in one folder."""
    written(tmp_path / "in" / "a.csv", a_csv([a_row(1)]))
    written(tmp_path / "in" / "b.csv", a_csv([a_row(1)]))
    report = land(tmp_path / "home", tmp_path / "in")
    assert [export.name for export in report.landed] == ["a.csv"]
    assert report.warnings == ["b.csv: is the same file as a.csv, and counts once."]
    assert files.left_in(tmp_path / "home") == files.expected_in(tmp_path / "home")


def test_the_same_bytes_with_other_options_replace_the_reading_and_say_so(tmp_path):
    """The zone moves every instant; receipt and bytes stay."""
    home, path = tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)]))
    first = land_one(home, path)
    report = land(home, path, timezone="UTC", received_at=files.RECEIVED_AT + timedelta(days=9))
    (second,) = report.reread
    assert (report.landed, report.unchanged) == ([], [])
    assert second == dataclasses.replace(first, timezone="UTC", newest_event_at=datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert manifest.read(home).exports == (second,)
    assert [export.name for export in land(home, path, timezone="UTC").unchanged] == ["a.csv"]
    assert [export.name for export in land(home, path).unchanged] == ["a.csv"], "without options the reading stays"


def test_a_day_order_that_was_asked_for_stays_when_only_the_zone_changes(tmp_path):
    """And can itself be changed."""
    home, path = tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1, submitted_at="03/04/2026 10:00")]))
    land_one(home, path, day_order="dmy")
    (export,) = land(home, path, timezone="UTC").reread
    assert (export.day_order, export.newest_event_at) == ("dmy", datetime(2026, 4, 3, 10, tzinfo=UTC))
    (export,) = land(home, path, day_order="mdy").reread
    assert (export.day_order, export.newest_event_at) == ("mdy", datetime(2026, 3, 4, 10, tzinfo=UTC))


def test_another_export_of_a_name_is_kept_under_a_new_one(tmp_path):
    """Both stay; the later one's name says so."""
    home = tmp_path / "home"
    land(home, written(tmp_path / "a.csv", a_csv([a_row(1)])))
    report = land(home, written(tmp_path / "a.csv", a_csv([a_row(2)])))
    assert report.warnings == ['a.csv: another export of this name is landed already, so this one is named "a.csv (2)".']
    land(home, written(tmp_path / "a.csv", a_csv([a_row(3)])))
    assert [export.name for export in manifest.read(home).exports] == ["a.csv", "a.csv (2)", "a.csv (3)"]


def test_folders_are_walked_in_order_and_what_is_no_export_is_named(tmp_path):
    """Hidden files and policy folders are passed over; names keep the folders inside."""
    for name in ("b.csv", "2026/a.csv", "2026/c.tsv"):
        written(tmp_path / "in" / name, a_csv([a_row(len(name))], delimiter="\t" if name.endswith("tsv") else ",").replace("RITM", name[:1]))
    for name in ("SOURCE.txt", "2026/notes.md", ".hidden.csv", ".git/x.csv", "rules/slo.yaml", "rules/closures.csv", "2026/policy/bands.csv"):
        written(tmp_path / "in" / name, "not an export")
    report = land(tmp_path / "home", tmp_path / "in")
    assert [export.name for export in report.landed] == ["b.csv", "2026/a.csv", "2026/c.tsv"]
    assert report.ignored == [tmp_path / "in" / "SOURCE.txt", tmp_path / "in" / "2026" / "notes.md"]


def test_a_text_file_is_read_when_it_is_named(tmp_path):
    """In a folder it is as likely a note."""
    assert land_one(tmp_path / "home", written(tmp_path / "a.txt", a_csv([a_row(1)]))).name == "a.txt"


def test_exactly_ten_thousand_rows_are_probably_not_all(tmp_path):
    """And one less or more is a number like any other."""
    for count in (9_999, 10_000, 10_001):
        export = land_one(tmp_path / str(count), written(tmp_path / f"requests-{count}.csv", a_csv([a_row(row) for row in range(count)])))
        words = ("requests-10000.csv has exactly 10,000 rows, the export limit. Rows are probably missing.",)
        assert export.warnings == (words if count == 10_000 else ())


def test_an_empty_export_is_accepted_when_asked(tmp_path):
    """A day without requests."""
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv([])), allow_empty=True)
    assert (export.row_count, export.newest_event_at, files.rows(tmp_path / "home", export)) == (0, None, [])


def test_one_bad_export_keeps_all_from_landing(tmp_path):
    """Everything is read first; with `keep_going` the good ones land."""
    good, bad = written(tmp_path / "1.csv", a_csv([a_row(1)])), written(tmp_path / "2.csv", "")
    with pytest.raises(UserError, match=r"^2\.csv: is empty"):
        land(tmp_path / "home", good, bad)
    assert files.left_in(tmp_path / "home") == set()
    report = land(tmp_path / "home", good, bad, keep_going=True)
    assert [export.name for export in report.landed] == ["1.csv"]
    assert report.failed == [(bad, "2.csv: is empty. Export it again, with its header line and its rows.")]
    assert files.left_in(tmp_path / "home") == files.expected_in(tmp_path / "home")


def test_what_a_killed_command_left_is_removed(tmp_path):
    """Files that the manifest does not name, and nothing else."""
    home = tmp_path / "home"
    land(home, written(tmp_path / "a.csv", a_csv([a_row(1)])))
    for name in ("incoming-0.parquet", "0" * 64 + ".parquet", "originals/" + "0" * 64 + ".zst", "manifest.json.new"):
        written(home / "landed" / name, b"x")
    land(home, written(tmp_path / "b.csv", a_csv([a_row(2)])))
    assert files.left_in(home) == files.expected_in(home)


def test_a_landed_file_that_is_gone_is_landed_again(tmp_path):
    """The same bytes heal the home, and keep their name."""
    home, path = tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)]))
    first = land_one(home, path)
    first.parquet_path(home).unlink()
    assert land_one(home, written(tmp_path / "b.csv", path.read_bytes())) == first
    assert manifest.read(home).exports == (first,)
    assert files.rows(home, first) == [(1, *a_row(1))]


def test_withdraw_takes_an_export_out_and_restore_brings_it_back(tmp_path):
    """Its bytes are kept, and landing it again leaves it withdrawn."""
    home, path = tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)]))
    first = land_one(home, path)
    assert manifest.withdraw(home, "a.csv").is_withdrawn
    assert land(home, path).warnings == ["a.csv: is withdrawn and stays so. Bring it back with certboard restore 'a.csv'."]
    assert [export.is_withdrawn for export in manifest.read(home).exports] == [True]
    assert files.left_in(home) == files.expected_in(home)
    assert manifest.restore(home, "a.csv") == first
    assert manifest.read(home).exports == (first,)


@pytest.mark.parametrize("change", [manifest.withdraw, manifest.restore])
def test_a_name_that_is_not_landed_is_an_error_listing_those_that_are(tmp_path, change):
    """Names of both kinds."""
    land(tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)])), written(tmp_path / "b.csv", a_csv([a_row(2)])))
    with pytest.raises(UserError) as refusal:
        change(tmp_path / "home", "c.csv")
    assert str(refusal.value) == "c.csv: no export of this name is landed (landed: a.csv, b.csv). Name one of them."
    with pytest.raises(UserError, match=r"\(landed: none\)"):
        change(tmp_path / "empty", "c.csv")


def test_the_order_of_landing_and_the_time_of_receipt_are_not_in_a_reading(tmp_path):
    """All orders of three exports, at different times: the same readings."""
    paths = [written(tmp_path / f"{number}.csv", a_csv([a_row(number)])) for number in range(3)]
    readings = set()
    for turn, order in enumerate(itertools.permutations(paths)):
        for delay, path in enumerate(order):
            land(tmp_path / f"home{turn}", path, received_at=files.RECEIVED_AT + timedelta(days=turn, hours=delay))
        readings.add(repr([export.reading() for export in manifest.read(tmp_path / f"home{turn}").exports]))
    assert len(readings) == 1


def test_a_second_ingest_waits_for_the_first(tmp_path):
    """One writer at a time."""
    held, told = threading.Event(), []

    def hold() -> None:
        with snapshots.lock(tmp_path / "home", doing="a long build"):
            held.set()
            told.append(threading.active_count())
            threading.Event().wait(0.5)

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait()
    report = land(tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)])))
    assert not holder.is_alive() and len(report.landed) == 1


def test_progress_says_which_file_is_read(tmp_path):
    """Words and a share that never falls or exceeds one."""
    said: list[tuple[str, float | None]] = []
    path = written(tmp_path / "a.csv", a_csv([a_row(row, department="x" * 1_000) for row in range(4_000)]))
    land(tmp_path / "home", path, progress=lambda words, share: said.append((words, share)))
    shares = [share for words, share in said if words == "Reading a.csv"]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 2
    assert said[-1][0] == "Parsing a.csv"


def test_a_manifest_that_cannot_be_read_is_said_and_kept(tmp_path):
    """It is the one file that cannot be made again."""
    home = tmp_path / "home"
    land(home, written(tmp_path / "a.csv", a_csv([a_row(1)])))
    broken = written(home / "landed" / "manifest.json", "{")
    with pytest.raises(UserError, match=r"manifest\.json: cannot be read as a manifest \(.+\)\. Restore the file from a backup, or ingest into a new home\.$"):
        land(home, written(tmp_path / "b.csv", a_csv([a_row(2)])))
    assert broken.read_text() == "{"


def test_what_is_landed_reaches_the_published_tables_with_its_row_numbers(tmp_path):
    """A malformed record is a rejected row with its own number, and the rows behind it keep theirs."""
    text = a_csv([[*a_row(1)], [*a_row(2)]]).replace("\r\nRITM0000002", "\r\nbroken\r\nRITM0000002")
    home = tmp_path / "home"
    land(home, written(tmp_path / "a.csv", text))
    with snapshots.open_read_only(build.build(home, RULES).path) as connection:
        rejected = builders.table(connection, "select row_number, column_name, value, reason from quarantine")
        numbers = builders.table(connection, "select number, row_number from request_versions order by number")
    assert rejected == [{"row_number": 2, "column_name": None, "value": "broken", "reason": "has 1 cell, the header has 4"}]
    assert numbers == [{"number": "RITM0000001", "row_number": 1}, {"number": "RITM0000002", "row_number": 3}]


def test_the_manifest_is_text_that_a_person_can_read(tmp_path):
    """JSON, instants in UTC with Z."""
    land(tmp_path / "home", written(tmp_path / "ä.csv", a_csv([a_row(1)])))
    content = json.loads((tmp_path / "home" / "landed" / "manifest.json").read_text(encoding="utf-8"))
    assert (content["policy_folder"], content["exports"][0]["name"], content["exports"][0]["received_at"]) == (None, "ä.csv", "2030-01-01T00:00:00Z")


def _stamps(home: Path) -> dict[str, tuple[int, bytes]]:
    folder = manifest.folder(home)
    return {name: ((folder / name).stat().st_mtime_ns, (folder / name).read_bytes()) for name in files.left_in(home)}
