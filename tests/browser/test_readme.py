"""The README's commands, run as it has them in a fresh clone, by somebody who has nothing else."""

import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pipelines import policy
from tests.command_line import CHECKOUT, environment

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")


def commands(text: str) -> list[str]:
    """The lines of the fenced blocks of commands."""
    return [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """A clone of this checkout as it lies here: what is not committed yet is copied over it."""
    folder = tmp_path_factory.mktemp("clone") / "certboard"
    # A checkout may belong to somebody else than the process that tests it.
    trusting = environment(GIT_CONFIG_COUNT="1", GIT_CONFIG_KEY_0="safe.directory", GIT_CONFIG_VALUE_0="*")

    def git(*arguments: str) -> list[str]:
        done = subprocess.run(["git", "-C", str(CHECKOUT), *arguments], env=trusting, capture_output=True, text=True, check=True)
        return [each for each in done.stdout.split("\0") if each]

    git("clone", "--quiet", "--no-hardlinks", str(CHECKOUT), str(folder))
    for deleted in git("ls-files", "-z", "--deleted"):
        (folder / deleted).unlink(missing_ok=True)
    for changed in git("ls-files", "-z", "--modified", "--others", "--exclude-standard"):
        if (CHECKOUT / changed).exists():
            (folder / changed).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(CHECKOUT / changed, folder / changed)
    return folder


@pytest.fixture(scope="module")
def stranger() -> dict[str, str]:
    """The environment of somebody who has just cloned: nothing of this process's Python, make or homes.

    Packages come from where `make test` keeps what it installed, so that the network is needed once.
    """
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CERTBOARD_", "PYTEST", "MAKE", "MFLAGS", "COV_")) and name not in ("PYTHONPATH", "VIRTUAL_ENV")
    }
    wheels = Path(sys.prefix) / "wheels"
    return kept | ({"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)} if wheels.is_dir() else {})


@pytest.fixture(scope="module")
def demo(clone, stranger) -> Iterator[str]:
    """The address at which `make demo`, as the README has it but for the port, serves the clone."""
    assert commands(README)[0] == "make demo"
    log = clone.parent / "make.log"
    with log.open("w") as writing:
        process = subprocess.Popen(
            ["make", "demo", "PORT=0"], cwd=clone, env=stranger, stdout=writing, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        address = None
        while address is None and process.poll() is None:
            address = re.search(r"http://localhost:\d+", log.read_text())
            if address is None:
                try:
                    process.wait(0.2)
                except subprocess.TimeoutExpired:
                    continue
        assert address, log.read_text()
        yield address[0]
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)
    assert "Traceback" not in log.read_text()


def test_the_demo_of_a_fresh_clone_answers_and_shows_every_option_with_its_ratio(demo, chromium):
    with urllib.request.urlopen(f"{demo}/_stcore/health", timeout=20) as answer:
        assert (answer.status, answer.read()) == (200, b"ok")
    page = chromium.new_page(viewport={"width": 1440, "height": 1200})
    page.goto(demo)
    main = page.get_by_test_id("stMain")
    for option in policy.load(policy.DEFAULT_FOLDER).options:
        expect(main.get_by_text(option.name, exact=True).first).to_be_visible(timeout=30_000)
    expect(main).to_contain_text(re.compile(r"\d\d\.\d\s%\s\(\d+ of \d+\)"))
    expect(main).to_contain_text("Made-up sample data")
    page.close()


def test_the_other_commands_of_the_readme_run_in_the_clone(demo, clone, stranger):
    """All but those that serve, and `make test`, which is running."""
    rest = [command for command in commands(README) if not command.startswith("make ")]
    assert len(rest) >= 4
    for command in rest:
        done = subprocess.run(["bash", "-c", command], cwd=clone, env=stranger, capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
    assert (clone / "missed.csv").read_text(encoding="utf-8").count("\n") > 1


def test_make_again_installs_nothing(demo, clone, stranger):
    """A stamp in the virtual environment keyed on the locks skips both steps when nothing changed."""
    done = subprocess.run(
        [".ci/install", "requirements.txt"], cwd=clone, env=stranger | {"PYTHON": sys.executable}, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


def test_an_old_python_is_said(tmp_path, clone, stranger):
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9;; *) exit 1;; esac\n')
    old.chmod(0o755)
    done = subprocess.run(
        [".ci/install", "requirements.txt"], cwd=clone, env=stranger | {"PYTHON": str(old)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr == f"certboard: {old} is Python 3.9, 3.11 or newer is needed. Name another one: make PYTHON=/path/to/python3.11\n"


def test_a_wheel_carries_the_policy_and_the_sample(tmp_path, clone, demo, stranger):
    """Elsewhere than in a checkout homes default to `./certboard-home`."""
    python = clone / ".venv" / "bin" / "python"

    def run(*command: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*map(str, command)], cwd=tmp_path, env=stranger | changes, capture_output=True, text=True, timeout=120, check=True)

    run(python, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, clone)
    (wheel,) = tmp_path.glob("certboard-*.whl")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--target", tmp_path / "site", wheel)
    program = "from pipelines import cli, homes; print(homes.data()); cli.main()"
    sample = tmp_path / "site" / "pipelines" / "data" / "sample"
    status = run(python, "-c", program, "ingest", sample / "sc_req_item_2025-Q2.csv", PYTHONPATH=str(tmp_path / "site")).stdout.splitlines()
    assert status[0] == str(sample.parent)
    assert status[1].startswith("sc_req_item_2025-Q2.csv: ")
    assert (tmp_path / "certboard-home" / "CURRENT").is_file()
