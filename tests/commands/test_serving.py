"""Commands that serve: serve and demo."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.request

import pytest

from pipelines import snapshots
from pipelines.commands import serving
from tests import builders
from tests.command_line import COMMAND, ROWS, certboard, environment, failure, start


def served(process) -> str:
    """The address that a serving command prints once it answers."""
    found = re.search(r"http://localhost:\d+", process.stdout.readline())
    assert found, process.stderr.read()
    return found[0]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_its_address_answers_and_stops_cleanly(loaded, tmp_path, stop):
    with start("serve", "--port", "0", "--home", loaded, folder=tmp_path) as process:
        address = served(process)
        with urllib.request.urlopen(f"{address}/_stcore/health", timeout=20) as answer:
            assert (answer.status, answer.read()) == (200, b"ok")
        with urllib.request.urlopen(address, timeout=20) as answer:
            assert b"<html" in answer.read()
        process.send_signal(stop)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")


def test_small_answers_leave_at_once(monkeypatch):
    """On a connection with the delay of small answers each rerun would wait 40 ms for an acknowledgement."""
    from dashboard import server

    listener = server._listen("127.0.0.1", 0)
    with listener, socket.create_connection(listener.getsockname()):
        listener.setblocking(True)
        accepted, _ = listener.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP  # the one for which asyncio sets TCP_NODELAY


def test_a_taken_port_is_one_line(loaded, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = certboard("serve", "--port", str(port), "--home", loaded, folder=tmp_path)
    assert (process.returncode, process.stdout) == (2, "")
    assert f"--port {port}: cannot listen there (Address already in use)." in failure(process.stderr)


def test_on_another_address_it_says_that_there_is_no_sign_in(loaded, tmp_path):
    with start("serve", "--host", "0.0.0.0", "--port", "0", "--home", loaded, folder=tmp_path) as process:
        assert re.search(r"http://0\.0\.0\.0:\d+", process.stdout.readline())
        process.terminate()
        assert "There is no sign-in: anyone who reaches 0.0.0.0 can read these pages.\n" in process.communicate(timeout=30)[1]


@pytest.fixture
def served_homes(monkeypatch) -> list[str]:
    """Instead of serving, note the home that would be served."""
    homes_served = []
    monkeypatch.setattr(serving, "_serve", lambda home, host, port, snapshot: homes_served.append(str(home)))
    return homes_served


def test_demo_builds_a_folder_into_a_home_of_its_own(run, tmp_path, served_homes):
    """Its `policy/`, when it has one, is the policy; SOURCE.txt says what pages show and when the exports were received."""
    data = tmp_path / "a folder"
    builders.write_export(data, [*ROWS, builders.a_request("A9", "2035-01-01 00:00:00")], "march.csv")
    (data / "SOURCE.txt").write_text("First line\nShown as: Rows of a test\nReceived: 2024-04-03\n")
    builders.a_policy(data / "policy", clock_start="submitted")
    code, out, err = run("demo", "--data", data, "--home", tmp_path / "home")
    assert (code, out) == (0, "")
    own = tmp_path / "home" / "demo" / "a folder"
    assert served_homes == [str(own)]
    with snapshots.open_read_only(snapshots.current(own)) as connection:
        assert connection.execute("select source_note, clock_basis from run_params").fetchall() == [("Rows of a test", "submitted")]
        assert connection.execute("select quarantined_count from exports").fetchall() == [(1,)]  # 2035 is long after receipt
    assert snapshots.current(tmp_path / "home") is None
    assert f"{data}: built, kept in {own}\n" in err


def test_demo_again_builds_nothing_and_a_changed_folder_is_built_anew(run, tmp_path, served_homes):
    data = tmp_path / "data"
    path = builders.write_export(data, ROWS, "march.csv")
    assert run("demo", "--data", data, "--home", tmp_path / "home")[0] == 0
    own = tmp_path / "home" / "demo" / "data"
    first = snapshots.current(own)
    assert f"{data}: already built, kept in {own}\n" in run("demo", "--data", data, "--home", tmp_path / "home")[2]
    assert snapshots.current(own) == first
    path.rename(data / "other.csv")
    builders.write_export(data, [builders.a_request("C1", "2024-03-04 09:00:00")], "other.csv")
    assert f"{data}: built, kept in {own}\n" in run("demo", "--data", data, "--home", tmp_path / "home")[2]
    with snapshots.open_read_only(snapshots.current(own)) as connection:
        assert connection.execute("select number from slo_outcomes").fetchall() == [("C1",)]


def test_demo_without_a_note_shows_none(run, tmp_path, served_homes):
    builders.write_export(tmp_path / "data", ROWS, "march.csv")
    assert run("demo", "--data", tmp_path / "data", "--home", tmp_path / "home")[0] == 0
    with snapshots.open_read_only(snapshots.current(tmp_path / "home" / "demo" / "data")) as connection:
        assert connection.execute("select source_note from run_params").fetchall() == [(None,)]


def test_the_bar_is_for_terminals_and_lines_for_all_else(tmp_path, exports):
    """Long work shows a progress bar on a terminal, plain lines elsewhere."""
    lines = certboard("ingest", exports, "--home", tmp_path / "home", folder=tmp_path).stderr
    assert "Checking\n" in lines
    assert "\x1b" not in lines
    controlling, terminal = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, "build", "--as-of", "2024-03-05", "--home", str(tmp_path / "home")],
        cwd=tmp_path,
        env=environment(TERM="xterm"),
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    shown = b""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if not (part := os.read(controlling, 65536)):
                break
        except OSError:
            break
        shown += part
    assert process.wait(timeout=60) == 0
    assert b"\x1b[" in shown
    assert "━".encode() in shown
    assert b"Published 20240306T080000Z-" in shown
