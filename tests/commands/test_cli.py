"""Usage, instants and failures: every failure of a command is one line and an exit code."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import cli, homes, metrics
from pipelines.errors import UserError
from pipelines.instants import parse
from tests.command_line import COMMAND, certboard, environment, failure, start


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        ([], "certboard: Missing command. See certboard --help."),
        (["exprot"], "certboard: No such command 'exprot'. Did you mean 'export'? See certboard --help."),
        (["frobnicate"], "certboard: No such command 'frobnicate'. See certboard --help."),
        (["export"], "certboard: Missing argument 'TABLE'. See certboard export --help."),
        (["ingest"], "certboard: Missing argument 'PATH...'. See certboard ingest --help."),
        (["withdraw"], "certboard: Missing argument 'NAME'. See certboard withdraw --help."),
        (["status", "more"], "certboard: Got unexpected extra argument(s) (more). See certboard status --help."),
        (["build", "--home"], "certboard: Option '--home' requires an argument. See certboard --help."),
        (["--frobnicate", "status"], "certboard: No such option: --frobnicate. See certboard --help."),
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(run, arguments, line):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert failure(err) == line


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serve", "--port", "x"], "Invalid value for '--port'"),
        (["serve", "--port", "70000"], "Invalid value for '--port'"),
        (["build", "--nope"], "No such option: --nope"),
        (["--snapshot", "x", "build"], "--snapshot x: certboard build does not read a snapshot. It is an option of serve, export and status."),
        (["ingest", "x.csv", "--day-first", "--month-first"], "--day-first and --month-first: both were given. Give the one that the exports use."),
        (["ingest", "x.csv", "--as-of", "yesterday"], "--as-of yesterday: not an instant."),
        (["ingest", "no-such.csv"], "no-such.csv: there is no such file or folder."),
        (["ingest", "x.csv", "--policy", "no-such"], "no-such: no policy file here; a policy is a folder with any of slo.yaml,"),
        (["export", "slo"], "slo: no such table. Tables: slo_attainment, slo_outcomes,"),
        (["export", "slo_outcomes", "--by", "month"], "--by: slo_outcomes is a table of rows and cannot be grouped."),
        (["export", "slo_attainment", "--by", "month,week"], "--by week: no such dimension of slo_attainment. Dimensions: service_option,"),
        (["export", "slo_attainment", "--where", "slo_outcome=met"], "--where slo_outcome: no such dimension of slo_attainment. Dimensions:"),
        (["export", "slo_outcomes", "--where", "colour=red"], "--where colour: no such column of slo_outcomes. Columns: number,"),
        (["export", "slo_outcomes", "--where", "number"], "--where number: not COLUMN=VALUE."),
        (["export", "slo_outcomes"], "there is no data yet. Load an export with certboard ingest FOLDER, or try certboard demo."),
        (["build"], "no export to build from. Land one with certboard ingest FOLDER"),
        (["withdraw", "march.csv"], "march.csv: no export of this name is landed (landed: none). Name one of them."),
        (["demo", "--data", "no-such"], "no-such: there is no such folder. Name a folder of exports."),
        (["status", "--snapshot", "x"], "--snapshot x: is not one of the snapshots kept in"),
    ],
)
def test_bad_input_is_one_line_that_names_finding_and_remedy(run, tmp_path, arguments, words):
    code, out, err = run("--home", tmp_path / "empty", *arguments)
    assert (code, out) == (2, "")
    assert words in failure(err)


def test_a_wrong_format_names_the_formats(run, loaded):
    code, out, err = run("export", "slo_outcomes", "--format", "ods", "--home", loaded)
    assert (code, out, failure(err)) == (2, "", "certboard: --format ods: no such format. Formats: csv, json, parquet, xlsx.")


def test_an_option_of_every_command_stands_before_or_after_it(run, loaded, tmp_path):
    """Global, before or after the command; what stands after it wins."""
    before, after = run("--home", loaded, "status"), run("status", "--home", loaded)
    assert before == after == run("--home", tmp_path, "status", "--home", loaded)
    assert f"home        {loaded}\n" in after[1]


def test_the_home_is_the_environment_s_else_the_checkout_s(run, loaded, monkeypatch):
    assert homes.default() == Path(cli.__file__).resolve().parent.parent / "data" / "warehouse"
    monkeypatch.setenv("CERTBOARD_HOME", str(loaded))
    assert cli.run(["status"]) == 0
    assert homes.default() == loaded


def test_help_names_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    for command in ("demo", "ingest", "build", "withdraw", "restore", "serve", "export", "status", "snapshots"):
        assert re.search(rf"^  {command} ", out, re.MULTILINE)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-31", "2026-11-01T07:00:00"),  # 24:00 of that day
        ("2026-11-01", "2026-11-02T08:00:00"),  # a day of 25 hours ends in standard time
        ("2026-10-31T10:00", "2026-10-31T17:00:00"),
        ("2026-10-31 10:00:30", "2026-10-31T17:00:30"),
        ("2026-10-31T10:00:00Z", "2026-10-31T10:00:00"),
        ("2026-10-31T10:00:00+05:45", "2026-10-31T04:15:00"),
        ("2026-10-31T10:00:00-0700", "2026-10-31T17:00:00"),
        ("2026-11-01T01:30:00", "2026-11-01T08:30:00"),  # autumn's repeated hour: the first reading
        ("2026-03-08T02:30:00", "2026-03-08T10:30:00"),  # spring's missing hour: the clock has moved forward
    ],
)
def test_an_instant_is_read_in_the_policy_s_zone_unless_it_carries_an_offset(text, utc):
    """A bare date means 24:00 of that day."""
    assert parse(text, "America/Los_Angeles").isoformat() == utc + "+00:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-13-01",
        "2026-02-30",
        "31.10.2026",
        "20261031",
        "2026-W44-6",
        "2026-10-31T25:00",
        "2026-10-31T10",
        "9999-12-31",
        "0000-01-01",
    ],
)
def test_anything_else_is_no_instant(text):
    with pytest.raises(UserError, match=rf"^--as-of {re.escape(text)}: not an instant\. Write 2026-10-31 \(24:00 of that day\)"):
        parse(text, "America/Los_Angeles")


def test_an_unexpected_error_is_one_line_with_the_path_of_a_log(run, loaded, monkeypatch):
    def failing(*_, **__):
        raise ZeroDivisionError("division\nby zero")

    monkeypatch.setattr(metrics, "select", failing)
    code, out, err = run("export", "slo_outcomes", "--home", loaded)
    assert (code, out) == (70, "")
    found = re.fullmatch(r"certboard: unexpected error \(ZeroDivisionError: division\)\. The details are in (\S+\.log)\.", failure(err))
    assert "Traceback" in Path(found[1]).read_text()
    Path(found[1]).unlink()


def test_an_interrupt_is_exit_code_130_in_one_line(tmp_path):
    """A real one, in the middle of a build."""
    log = Path(cli.__file__).resolve().parent.parent / "data" / "public" / "uci_incident_log"
    with start("ingest", log / "incident_event_log.zip", "--policy", log / "policy", "--home", tmp_path / "home", folder=tmp_path) as process:
        for line in process.stderr:
            if line.startswith("Building"):
                break
        process.send_signal(signal.SIGINT)
        err = process.stderr.read()
    assert process.returncode == 130, err
    assert failure(err) == "certboard: interrupted; what was published stays"


@pytest.mark.parametrize("command", [["export", "slo_outcomes"], ["status"], ["snapshots"]])
def test_a_closed_pipe_is_silent(loaded, tmp_path, command):
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.run(
        [*COMMAND, *command, "--home", str(loaded)],
        cwd=tmp_path,
        env=environment(),
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (process.returncode, process.stderr) == (0, "")


def test_a_home_that_cannot_be_written_is_one_line(tmp_path, exports):
    (tmp_path / "file").write_text("not a folder")
    for home in (tmp_path / "file", tmp_path / "file" / "below"):
        process = certboard("ingest", exports, "--home", home, folder=tmp_path)
        assert process.returncode == 2
        assert str(home) in failure(process.stderr)
        assert "Traceback" not in process.stderr


def test_the_first_answer_waits_for_nothing_it_does_not_use(loaded, tmp_path):
    """pandas alone costs 350 to 550 ms; `export slo_attainment` has half a second for everything."""
    code = (
        "import sys; from pipelines.cli import run; code = run(sys.argv[1:]); "
        "heavy = {'pandas', 'plotly', 'streamlit', 'pyarrow', 'numpy', 'uvicorn', 'xlsxwriter', 'yaml', 'rich', 'cryptography', 'asyncio'}; "
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    command = [sys.executable, "-c", code, "export", "slo_attainment", "--home", str(loaded)]
    process = subprocess.run(command, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=60, check=False)
    assert (process.returncode, process.stderr) == (0, "[]\n")
