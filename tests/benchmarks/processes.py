"""Commands as processes of their own, measured: wall time, CPU time and peak memory, in turns."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[2]
LAUNCHER = Path(__file__).resolve().with_name("launcher.py")
CERTBOARD = [sys.executable, "-c", "from pipelines.cli import main; main()"]


class Run(NamedTuple):
    """One run of a command: seconds of wall and of CPU time, peak memory in bytes, what it wrote to stdout."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    stdout: str


class Runs(NamedTuple):
    """All runs of one command; medians in seconds, the highest peak memory in bytes."""

    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        return median(run.seconds for run in self.runs)

    @property
    def cpu_seconds(self) -> float:
        return median(run.cpu_seconds for run in self.runs)

    @property
    def peak_bytes(self) -> int:
        return max(run.peak_bytes for run in self.runs)


def run(command: Sequence[str | Path]) -> Run:
    """Run a command to its end. Fails with what it wrote to stderr."""
    with tempfile.TemporaryDirectory(prefix="certboard-run-") as folder:
        result = Path(folder) / "result.json"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("CERTBOARD_")}
        done = subprocess.run(
            [sys.executable, "-I", "-S", LAUNCHER, result, *map(str, command)],
            cwd=folder, env=environment | {"PYTHONPATH": str(CHECKOUT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, f"{command}: exit code {done.returncode}\n{done.stderr[-2000:]}"
        return Run(**json.loads(result.read_text(encoding="utf-8")), stdout=done.stdout)


def in_turns(rounds: int, works: Mapping[str, Callable[[int], Run]]) -> dict[str, Runs]:
    """Each work once a round, so that what disturbs the machine disturbs all of them. A work is given the round, from 0."""
    runs: dict[str, list[Run]] = {name: [] for name in works}
    for turn in range(rounds):
        for name, work in works.items():
            runs[name].append(work(turn))
    return {name: Runs(tuple(each)) for name, each in runs.items()}
