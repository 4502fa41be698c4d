"""The command as a person runs it, a process of its own, and how to read what it wrote."""

import csv
import io
import os
import subprocess
import sys
from pathlib import Path

from tests import builders

CHECKOUT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "pipelines.cli"]
ROWS = [
    builders.a_request("A1", "2024-03-04 09:00:00", closed_at="2024-03-06 10:00:00", department="Parks"),
    builders.a_request("A2", "2024-03-05 09:00:00", closed_at="2024-03-20 10:00:00", department="Parks"),
    builders.a_request("A3", "2024-03-06 09:00:00", closed_at="2024-03-07 10:00:00", department="=Water"),
    builders.a_request("A4", "2024-04-01 09:00:00", updated_at="2024-04-02 09:00:00", department=""),
]
"""What `march.csv` of the tests holds: one met, one missed, one met by a hostile department, one open without department."""


def environment(**changes: str) -> dict[str, str]:
    """This process's environment, in which the packages are found from every folder and no home is set."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CERTBOARD_")}
    return kept | {"PYTHONPATH": str(CHECKOUT)} | changes


def certboard(*arguments: str | Path, folder: Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder to its end, with what it wrote as text."""
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, cwd=folder, env=environment(**changes), capture_output=True, text=True, timeout=120, check=False)


def start(*arguments: str | Path, folder: Path, **changes: str) -> subprocess.Popen[str]:
    """Start a command that serves until it is stopped."""
    return subprocess.Popen(
        [*COMMAND, *map(str, arguments)], cwd=folder, env=environment(**changes), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def failure(stderr: str) -> str:
    """The failing line, which is the only one of its kind and the last."""
    lines = stderr.splitlines()
    assert [line for line in lines if line.startswith("certboard: ")] == lines[-1:], stderr
    return lines[-1]


def rows_of(stdout: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(stdout, newline="")))
