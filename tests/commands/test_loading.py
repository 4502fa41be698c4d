"""Commands that change a home: ingest, build, withdraw, restore."""

import os
import re
import threading

from pipelines import build, manifest, snapshots
from pipelines.errors import CheckFailed
from tests import builders
from tests.command_line import ROWS, failure, rows_of


def test_ingest_prints_what_became_of_the_rows_and_words_go_to_stderr(run, tmp_path, exports):
    code, out, err = run("ingest", exports / "march.csv", "--home", tmp_path)
    assert code == 0
    assert out == "march.csv: 4 rows = 4 accepted + 0 superseded + 0 later + 0 quarantined\n"
    assert re.search(r"^Published 20240402T160000Z-[0-9a-f]{12}, as of 2024-04-02T09:00:00-07:00$", err, re.MULTILINE)


def test_quarantined_rows_alone_are_exit_code_0_and_named_on_stderr(run, tmp_path):
    path = builders.write_export(tmp_path, [*ROWS, builders.a_request("A5", "not a time")], "march.csv")
    code, out, err = run("ingest", path, "--home", tmp_path / "home")
    assert (code, out) == (0, "march.csv: 5 rows = 4 accepted + 0 superseded + 0 later + 1 quarantined\n")
    assert "march.csv: 1 rows rejected; certboard export quarantine says which and why\n" in err


def test_the_same_export_again_changes_nothing_and_says_so(run, home, exports):
    published = snapshots.current(home)
    code, out, err = run("ingest", exports / "march.csv", "--home", home)
    assert (code, snapshots.current(home)) == (0, published)
    assert out == "march.csv: 4 rows = 4 accepted + 0 superseded + 0 later + 0 quarantined\n"
    assert "march.csv: was landed before, unchanged\n" in err
    assert f"Nothing new to build; published {published.stem}, as of" in err


def test_the_same_export_read_in_another_zone_is_rebuilt_and_said(run, home, exports):
    published = snapshots.current(home)
    code, _, err = run("ingest", exports / "march.csv", "--timezone", "UTC", "--home", home)
    assert code == 0
    assert snapshots.current(home) != published
    assert re.search(r"^march\.csv: was landed before; is now read as certboard_requests, zone UTC.*, and everything was rebuilt$", err, re.MULTILINE)


def test_one_bad_export_lands_none_of_them(run, home, tmp_path):
    """Reads and validates every file first and lands all or none (exit 2)."""
    builders.write_export(tmp_path / "new", [builders.a_request("B1", "2024-05-01 09:00:00")], "good.csv")
    (tmp_path / "new" / "bad.csv").write_text("a,b\n1,2\n")
    before = manifest.read(home)
    code, out, err = run("ingest", tmp_path / "new", "--home", home)
    assert (code, out, manifest.read(home)) == (2, "", before)
    assert "bad.csv: " in failure(err)


def test_keep_going_lands_the_good_ones_and_exits_1(run, home, tmp_path):
    builders.write_export(tmp_path / "new", [builders.a_request("B1", "2024-05-01 09:00:00")], "good.csv")
    (tmp_path / "new" / "bad.csv").write_text("a,b\n1,2\n")
    code, out, err = run("ingest", tmp_path / "new", "--keep-going", "--home", home)
    assert (code, out) == (1, "good.csv: 1 rows = 1 accepted + 0 superseded + 0 later + 0 quarantined\n")
    (line,) = [line for line in err.splitlines() if line.startswith("certboard: ")]
    assert "bad.csv: " in line


def test_keep_going_with_nothing_good_changes_nothing_and_exits_2(run, tmp_path):
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")
    code, out, err = run("ingest", tmp_path / "one.csv", tmp_path / "two.csv", "--keep-going", "--home", tmp_path / "home")
    assert (code, out) == (2, "")
    assert [line.split(": ")[1] for line in err.splitlines() if line.startswith("certboard: ")] == ["one.csv", "two.csv"]
    assert snapshots.current(tmp_path / "home") is None


def test_build_takes_an_as_of_and_a_bare_date_means_the_end_of_that_day(run, home):
    code, out, err = run("build", "--as-of", "2024-03-05", "--home", home)
    assert (code, out) == (0, "")
    assert re.search(r"^Published 20240306T080000Z-[0-9a-f]{12}, as of 2024-03-06T00:00:00-08:00$", err, re.MULTILINE)
    code, out, _ = run("export", "slo_outcomes", "--home", home)
    assert [row["number"] for row in rows_of(out)] == ["A1", "A2"]


def test_a_failed_check_is_exit_code_1_in_one_line(run, home, monkeypatch):
    def failing(*_, **__):
        raise CheckFailed("nothing was published, because these checks found offenders: a (1).\nWhat was published stays.")

    monkeypatch.setattr(build, "build", failing)
    code, out, err = run("build", "--home", home)
    assert (code, out) == (1, "")
    assert failure(err) == "certboard: nothing was published, because these checks found offenders: a (1). What was published stays."


def test_a_home_serves_one_policy(run, home, tmp_path, exports):
    """Another --policy is exit 2 naming both, except for `build --policy DIR`, which rebuilds with it and records it."""
    builders.a_policy(tmp_path / "policy", clock_start="submitted")
    ours, other = manifest.read(home).policy_folder, str(tmp_path / "policy")
    for command in (["ingest", exports], ["withdraw", "march.csv"], ["serve"]):
        code, _, err = run(*command, "--policy", other, "--home", home)
        assert code == 2
        assert failure(err) == (
            f"certboard: --policy {other}: this home is served with the policy {ours}. "
            f"Leave --policy out, or change it for good with certboard build --policy {other}."
        )
    assert run("build", "--policy", other, "--home", home)[0] == 0
    assert manifest.read(home).policy_folder == other
    assert run("build", "--home", home)[0] == 0
    assert run("--policy", ours, "build", "--home", home)[0] == 0
    assert manifest.read(home).policy_folder == ours


def test_withdraw_takes_an_export_out_of_builds_and_restore_brings_it_back(run, home, tmp_path):
    path = builders.write_export(tmp_path, [builders.a_request("B1", "2024-05-01 09:00:00")], "may.csv")
    assert run("ingest", path, "--home", home)[0] == 0
    both = run("export", "slo_outcomes", "--home", home)[1]
    code, out, err = run("withdraw", "may.csv", "--home", home)
    assert (code, out) == (0, "")
    assert "may.csv: withdrawn.\n" in err
    assert [row["number"] for row in rows_of(run("export", "slo_outcomes", "--home", home)[1])] == ["A1", "A2", "A3", "A4"]
    assert "export      may.csv: withdrawn\n" in run("status", "--home", home)[1]
    assert run("restore", "may.csv", "--home", home)[0] == 0
    assert run("export", "slo_outcomes", "--home", home)[1] == both


def test_withdrawing_the_only_export_leaves_what_was_published(run, home):
    published = snapshots.current(home)
    code, _, err = run("withdraw", "march.csv", "--home", home)
    assert (code, snapshots.current(home)) == (0, published)
    assert "march.csv: withdrawn. No export is left to build from, so what was published stays.\n" in err
    assert "unpublished march.csv: withdrawn, which this snapshot does not know; run certboard build\n" in run("status", "--home", home)[1]


def test_a_second_command_waits_and_says_for_whom(run, home):
    held, free = threading.Event(), threading.Event()

    def holding() -> None:
        with snapshots.lock(home, doing="certboard build"):
            held.set()
            free.wait(10)

    holder = threading.Thread(target=holding)
    holder.start()
    held.wait(10)
    threading.Timer(0.5, free.set).start()
    code, _, err = run("build", "--home", home)
    holder.join()
    assert code == 0
    assert f"Waiting for certboard build (process {os.getpid()})\n" in err
