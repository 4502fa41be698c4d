"""Commands that only read: export, status, snapshots."""

import json
import re

import pytest

from pipelines import metrics, snapshots
from tests import builders
from tests.command_line import rows_of


def test_export_writes_csv_to_stdout_in_a_total_order(run, loaded):
    code, out, err = run("export", "slo_outcomes", "--home", loaded)
    assert (code, err) == (0, "")
    rows = rows_of(out)
    assert list(rows[0]) == [column.name for column in metrics.TABLES["slo_outcomes"].columns]
    assert [(row["number"], row["slo_outcome"], row["department"]) for row in rows] == [
        ("A1", "met", "Parks"),
        ("A2", "missed", "Parks"),
        ("A3", "met", "'=Water"),
        ("A4", "open", ""),
    ]
    assert rows[0]["submitted_at"] == "2024-03-04T09:00:00-08:00"


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (["slo_outcome=missed"], ["A2"]),
        (["slo_outcome=missed", "slo_outcome=open"], ["A2", "A4"]),  # the same column twice means or
        (["slo_outcome=met", "department=Parks"], ["A1"]),  # different ones and
        (["department="], ["A4"]),  # null
        (["department==Water"], ["A3"]),  # the text as the source has it
        (["submitted_at=2024-03-06T09:00:00-08:00"], ["A3"]),  # the text of the exported form
        (["is_due=false"], ["A4"]),
        (["month=2024-03"], ["A1", "A2", "A3"]),
        (["number=nobody"], []),
    ],
)
def test_where_compares_the_text_of_the_exported_form(run, loaded, where, numbers):
    code, out, _ = run("export", "slo_outcomes", *[part for each in where for part in ("--where", each)], "--home", loaded)
    assert code == 0
    assert [row["number"] for row in rows_of(out)] == numbers


def test_by_and_where_of_an_aggregate_filter_requests_before_grouping(run, loaded):
    code, out, _ = run("export", "slo_attainment", "--by", "department", "--where", "month=2024-03", "--home", loaded)
    assert code == 0
    assert [(row["department"], row["met_count"], row["missed_count"]) for row in rows_of(out)] == [("'=Water", "1", "0"), ("Parks", "1", "1")]


def test_export_writes_a_file_and_other_formats(run, loaded, tmp_path):
    code, out, _ = run("export", "slo_outcomes", "--format", "json", "--out", tmp_path / "rows.json", "--home", loaded)
    assert (code, out) == (0, "")
    assert [each["number"] for each in json.loads((tmp_path / "rows.json").read_text())] == ["A1", "A2", "A3", "A4"]
    for format, start_of_file in (("parquet", b"PAR1"), ("xlsx", b"PK")):
        assert run("export", "slo_attainment", "--format", format, "--out", tmp_path / f"rows.{format}", "--home", loaded)[0] == 0
        assert (tmp_path / f"rows.{format}").read_bytes().startswith(start_of_file)


@pytest.mark.parametrize("table", metrics.names())
def test_every_published_table_can_be_exported(run, loaded, table):
    code, out, err = run("export", table, "--home", loaded)
    assert (code, err) == (0, "")
    assert out.endswith("\r\n")


def test_an_older_snapshot_can_be_asked(run, home):
    older = snapshots.current(home).stem
    now = run("export", "slo_attainment", "--home", home)[1]
    assert run("build", "--as-of", "2024-03-05", "--home", home)[0] == 0
    assert run("export", "slo_attainment", "--home", home)[1] != now
    assert run("export", "slo_attainment", "--snapshot", older, "--home", home)[1] == now
    assert f"snapshot    {older} (not the current one)\n" in run("status", "--snapshot", older, "--home", home)[1]
    lines = run("snapshots", "--home", home)[1].splitlines()
    assert [line[:1] for line in lines] == [" ", "*"]
    assert lines[0] == f"  {older}  as of 2024-04-02T09:00:00-07:00  1 exports, 4 requests"


def test_status_says_what_is_published_and_how_far_it_reaches(run, loaded):
    code, out, err = run("status", "--home", loaded)
    assert (code, err) == (0, "")
    assert f"snapshot    {snapshots.current(loaded).stem}\n" in out
    assert re.search(r"^as of       2024-04-02T09:00:00-07:00 \([\d,]+ days ago\)$", out, re.MULTILINE)
    assert "known       through 2024-04-02\n" in out
    assert "coverage    4 of 4 requests can be measured (100.0 %)\n" in out
    assert "export      march.csv: 4 rows\n" in out
    assert re.search(r"^checks      \d+ of \d+ pass$", out, re.MULTILINE)


def test_status_says_what_is_landed_but_unpublished(run, home, tmp_path):
    builders.land(home, tmp_path, {"may.csv": [builders.a_request("B1", "2024-05-01 09:00:00")]}, builders.a_policy(tmp_path))
    assert "unpublished may.csv: landed, which this snapshot does not know; run certboard build\n" in run("status", "--home", home)[1]
