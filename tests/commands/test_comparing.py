"""The command that compares two snapshots: diff."""

import json
from pathlib import Path

import duckdb
import pytest

from pipelines import snapshots
from pipelines.commands import comparing
from tests import builders
from tests.command_line import rows_of


@pytest.fixture(scope="module")
def grown(tmp_path_factory) -> Path:
    """The home of `march.csv` after a late export of two requests, one of a hostile number."""
    from pipelines import cli
    from tests.command_line import ROWS

    folder = tmp_path_factory.mktemp("grown")
    home = folder / "home"
    march = builders.write_export(folder, ROWS, "march.csv")
    late = [
        builders.a_request("A2", "2024-03-05 09:00:00", closed_at="2024-03-07 10:00:00", updated_at="2024-04-02 08:00:00", department="Parks"),
        builders.a_request("=A9", "2024-03-05 09:00:00", closed_at="2024-03-20 10:00:00", updated_at="2024-03-20 10:00:00"),
    ]
    for path in (march, builders.write_export(folder, late, "late.csv")):
        assert cli.run(["ingest", str(path), "--home", str(home)]) == 0
    return home


@pytest.fixture
def names(grown) -> list[str]:
    return [path.stem for path in snapshots.listed(grown)]


def test_a_line_per_option_and_month_goes_to_stdout_and_words_to_stderr(run, grown, names):
    """"default prints a line per option and month with old -> new and the causes in words with counts." """
    code, out, err = run("diff", "previous", "current", "--home", grown)
    assert (code, out) == (
        0, "new_customer_install 2024-03: met 2 -> 3, attainment 66.7 % (2 of 3) -> 75.0 % (3 of 4); 2 by a late export\n"
    )  # fmt: skip
    assert err.splitlines() == [
        f"{names[0]} (as of 2024-04-02T09:00:00-07:00) -> {names[1]} (as of 2024-04-02T09:00:00-07:00); exports added: late.csv",
        "2 requests count otherwise: 2 by a late export",
    ]


def test_names_are_whole_or_a_part_that_fits_only_one(run, grown, names):
    wanted = run("diff", "previous", "current", "--home", grown)
    assert run("diff", names[0], names[1], "--home", grown) == wanted
    assert run("--home", grown, "diff", names[0][-6:], f"{names[1]}.duckdb") == wanted


def test_the_other_way_round_undoes_it(run, grown):
    code, out, err = run("diff", "current", "previous", "--home", grown)
    assert (code, out) == (
        0, "new_customer_install 2024-03: met 3 -> 2, attainment 75.0 % (3 of 4) -> 66.7 % (2 of 3); 2 by a withdrawn export\n"
    )  # fmt: skip
    assert "exports gone: late.csv" in err


def test_the_same_snapshot_has_not_changed(run, grown, names):
    code, out, err = run("diff", "current", names[1], "--home", grown)
    assert (code, out) == (0, "") and err.endswith("No request changed its outcome, month or service option\n")
    code, out, err = run("diff", "current", "current", "--requests", "--home", grown)
    assert (code, err, rows_of(out)) == (0, "", []) and out.startswith("number,service_option_old,")


def test_requests_are_rows_as_export_writes_them(run, grown, tmp_path):
    """"the export's cell neutralising and instants in the policy zone." """
    code, out, err = run("diff", "previous", "current", "--requests", "--home", grown)
    assert (code, err) == (0, "")
    rows = rows_of(out)
    assert [(row["number"], row["counted_as_old"], row["counted_as_new"], row["cause"]) for row in rows] == [
        ("'=A9", "", "missed", "late_export"), ("A2", "missed", "met", "late_export"),
    ]  # fmt: skip
    assert rows[1]["stop_at_old"] == "2024-03-20T10:00:00-07:00" and rows[1]["stop_at_new"] == "2024-03-07T10:00:00-08:00"
    # Closed twice inside the window that the service grants: the first close counts, and only late.csv knows it.
    assert rows[1]["detail"].startswith("Export late.csv, which was not in the older snapshot, tells more of it; its outcome was missed")
    assert run("diff", "previous", "current", "--requests", "--format", "json", "--out", tmp_path / "rows.json", "--home", grown) == (0, "", "")
    assert [row["number"] for row in json.loads((tmp_path / "rows.json").read_text())] == ["=A9", "A2"]


def test_the_months_are_rows_too(run, grown):
    code, out, _ = run("diff", "previous", "current", "--format", "csv", "--home", grown)
    (row,) = rows_of(out)
    assert code == 0
    assert (row["month"], row["met_count_old"], row["met_count_new"], row["request_count"], row["causes"]) == ("2024-03", "2", "3", "2", "late_export 2")
    assert float(row["attainment_ratio_old"]) == 2 / 3


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["yesterday", "current"], "certboard: yesterday: is not one of the snapshots kept in "),
        (["current", "2024"], "certboard: 2024: fits several of the snapshots kept in "),
        (["previous", "current", "--format", "xlsx"], "certboard: --format xlsx: no such format of a comparison. Formats: csv, json.\n"),
        (["previous", "current", "--snapshot", "x"], "certboard: "),
        (["previous"], "certboard: Missing argument 'NEW'."),
        (["previous", "current", "--requests", "--out", "/nowhere/rows.csv"], "certboard: --out /nowhere/rows.csv: there is no folder /nowhere."),
    ],
)
def test_what_cannot_be_compared_is_one_line(run, grown, arguments, words):
    code, out, err = run("diff", *arguments, "--home", grown)
    assert (code, out, len(err.splitlines())) == (2, "", 1) and err.startswith(words)


def test_without_an_earlier_snapshot_or_any_it_says_what_to_do(run, loaded, tmp_path):
    code, _, err = run("diff", "previous", "current", "--home", loaded)
    assert code == 2 and err.startswith(f"certboard: previous: there is no snapshot earlier than {snapshots.current(loaded).stem}. Publish another")
    code, _, err = run("diff", "previous", "current", "--home", tmp_path)
    assert code == 2 and "there is no data yet" in err


def test_a_snapshot_of_another_version_is_one_line(run, grown, tmp_path):
    """"one clear error (exit 2), never a traceback." """
    older = snapshots.folder(grown) / "20200101T000000Z-000000000000.duckdb"
    with duckdb.connect(str(older)) as connection:
        connection.execute(f"attach '{snapshots.current(grown)}' as now (read_only); create table run_params as select * from now.run_params").fetchall()
    try:
        code, out, err = run("diff", "20200101", "current", "--home", grown)
    finally:
        older.unlink()
    assert (code, out, len(err.splitlines())) == (2, "", 1)
    assert err.startswith("certboard: 20200101T000000Z-000000000000: was built by another version of certboard and cannot be compared (Catalog Error")


@pytest.mark.parametrize(
    ("met", "due", "target", "words"),
    [
        (0, 0, 0.95, "no data"),
        (2373, 2499, 0.95, "94.96 % (2,373 of 2,499)"),
        (19, 20, 0.95, "95.0 % (19 of 20)"),
        (4999, 5000, 0.95, "99.98 % (4,999 of 5,000)"),
        (1, 5000, None, "0.02 % (1 of 5,000)"),
        (0, 3, 0.95, "0.0 % (0 of 3)"),
        (3, 3, None, "100.0 % (3 of 3)"),
    ],
)
def test_a_share_is_never_printed_on_the_other_side_of_a_line(met, due, target, words):
    """Rounding never crosses the target, nor makes 0 or 100 of what is neither; the pages print the same."""
    from dashboard import formats

    assert comparing.share(met, due, target) == words
    if due:
        assert formats.share(met, due, target).replace("\u00a0", " ") == words
