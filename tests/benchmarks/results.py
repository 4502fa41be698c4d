"""Prints what a benchmark found, and keeps it as its line of `RESULTS.md`; the other lines stay as they were.

A trial with fewer rows than a line is about is printed only. `$CERTBOARD_BENCH_NOTE` is kept beside the commit, such as a date.
"""

import os
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.processes import CHECKOUT

FILE = Path(__file__).resolve().with_name("RESULTS.md")
MILLION = 1_000_000
HEADINGS = ("Work", "Medians", "Result", "Goal", "Met", "Peak memory", "Rounds", "Taken at", "Command")
NOT_RUN = "not run"
REPORTED = "(reported)"

HEAD = """# Benchmark results

`make bench` measures the product and its floor or peer in turns, in the same run, and writes a line here for everything it has run.
Machines differ and are noisy, so the ratios are what counts. Medians are of wall time; in brackets the CPU time of all threads, which
other work on the machine disturbs less. Under "Taken at": the commit, "+" where files had been changed since, the machine, and its load
(processes that wanted to run, over the last minute) when the line was taken.

- `CERTBOARD_BENCH_ROWS=10000000` runs the lines about 10M requests as well (5 GB of CSV); fewer than 1000000 is a trial, which is printed
  and not written here.
- `CERTBOARD_BENCH_ROUNDS` is how often each work is done (5 unless told otherwise); what takes milliseconds is repeated many times in each.
- `CERTBOARD_BENCH_DATA` is the folder of the made-up exports, which later runs use again.
"""

LINES = {
    "ingest": ("Ingest of 1M requests to a published snapshot, against typed read + SHA-256 and zstd of the original", "at most 1.2 x"),
    "ingest_memory": ("Peak memory of that ingest", "at most 1 GB"),
    "ingest_typed_read": ("The same ingest, against the typed read alone", REPORTED),
    "ingest_pandas": ("The same ingest, against the pandas script that writes the detail CSV", "at least 2.5 x faster"),
    "ingest_growth": ("Ingest of 10M requests, against 1M", "at most 11 x"),
    "ingest_daily": ("Ingest of a daily export of 1,000 rows on top of 1M", "at most 4 s"),
    "certificates": ("A bundle of 100k certificates to rows in Parquet, against load_pem_x509_certificates alone", "at most 4.7 x"),
    "certificates_memory": ("Peak memory of that reading", "at most 1 GB"),
    "json": ("JSON of 1M requests to rows in Parquet, hashed and kept, against DuckDB's read_json of the bare array", "at most 1.4 x, at most 1 GB"),
    "xml": ("XML of 250k requests to rows in Parquet, against a bare lxml iterparse", "at most 3.2 x, at most 1 GB"),
    "xlsx": ("XLSX of 100k requests to rows in Parquet, against openpyxl", "at least 4.5 x faster"),
    "inventory": ("One certificate of 100k, and what the pages about certificates ask", "at most 6 ms"),
    "inventory_switch": ("Click between the pages about 100k certificates to everything drawn", "at most 500 ms"),
    "inventory_filter": ("Click on another horizon to everything drawn, 100k certificates", "at most 120 ms"),
    "forecast": ("GROUP BY and recurrence over 36 months at 1M certificates, against the GROUP BY alone", "at most 3 x"),
    "forecast_10m": ("The same at 10M", "at most 1.5 x"),
    "forecast_runs": ("1,000 simulated runs of it at 1M, against the GROUP BY", "at most 15 x"),
    "forecast_runs_10m": ("The same at 10M", "at most 15 x"),
    "what_if": ("A what-if of half a year on the sample's exports", "at most 300 ms"),
    "skill": ("Error of the forecast of four weeks on the made-up sample, beside AutoETS on the weekly series", REPORTED),
    "slices": ("Slowest of the attainment slices at 1M, against a scan of the facts", "at most 5 ms"),
    "slices_10m": ("Slowest of the attainment slices at 10M, against a scan of the facts", "at most 5 ms"),
    "slices_growth": ("Growth exponent of the slices from 1M to 10M", "at most 0.1"),
    "request": ("One request at 1M", "at most 6 ms"),
    "page": ("Slowest of the pages of 100 rows at 1M", "at most 6 ms"),
    "request_10m": ("One request at 10M", "at most 6 ms"),
    "page_10m": ("Slowest of the pages of 100 rows at 10M", "at most 6 ms"),
    "phases": ("Business days of 1M requests by phase, party, option and month, pauses apart, from 6M transitions", "at most 1 s"),
    "ledger": ("All that the page of one request asks of the database, with 6M transitions", "at most 150 ms"),
    "csv": ("CSV of 1M slo_outcomes, against a bare COPY", "at most 1.25 x"),
    "threads": ("30 threads asking for slices at 1M: p95, against the p50 of one thread", "no error, at most 15 x"),
    "first_answer": ("Cold `certboard export slo_attainment` at 1M, against `python -c 'import duckdb'`", "at most 0.5 s"),
    "later_question": ("A later question in a cold process, against running the pandas script again", "at least 45 x faster"),
    "filter_new": ("Click on a department never chosen before to all charts redrawn, 1M, against an empty app", "at most 120 ms"),
    "filter_again": ("Click on a grain chosen before to all charts redrawn, 1M, against an empty app", "at most 120 ms"),
    "page_switch": ("Click on another page to everything drawn, 1M", "at most 500 ms"),
    "visitors": ("30 visitors who think for 5 s, 1M: p95 from the question to the end of the answer", "at most 1 s"),
    "server_memory": ("Peak memory of the server after all that", "at most 400 MB"),
}
"""Every line of the file: what was measured, and the goal."""


class Found(NamedTuple):
    """What a benchmark found: medians as text by what was measured, the result as text, whether it meets the goal (None: no goal)."""

    medians: Mapping[str, str]
    result: str
    is_met: bool | None
    rounds: int
    peak_bytes: Mapping[str, int] = {}


def record(key: str, found: Found, *, rows: int) -> None:
    """Print a line, and keep it where `rows` is at least what it is about. Asserts nothing: a missed goal is no failing test."""
    work, goal = LINES[key]
    cells = {
        "Work": work,
        "Medians": ", ".join(f"{name} {value}" for name, value in found.medians.items()),
        "Result": found.result,
        "Goal": goal,
        "Met": {True: "yes", False: "**no**", None: ""}[found.is_met],
        "Peak memory": ", ".join(f"{name} {megabytes(value)}" for name, value in found.peak_bytes.items()),
        "Rounds": str(found.rounds),
        "Taken at": _taken_at(),
        "Command": f"`{_command()}`",
    }
    verdict = {True: ": met", False: ": NOT met", None: ""}[found.is_met]
    peaks = f"peak memory: {cells['Peak memory']}" if found.peak_bytes else ""
    trial = "a trial: not written to RESULTS.md" if rows < MILLION else ""
    print("\n  ".join(filter(None, [f"\n{work} ({rows:,} rows)", cells["Medians"], f"{found.result}; goal {goal}{verdict}", peaks, trial])), flush=True)
    if rows < MILLION:
        return
    write({**kept(), key: tuple(cells[name] for name in HEADINGS)})


def kept() -> dict[str, tuple[str, ...]]:
    """The lines that were written before, by key; lines of works that are no longer measured are left out."""
    keys = {work: key for key, (work, _) in LINES.items()}
    try:
        rows = [tuple(cell.strip() for cell in line[1:-1].split(" | ")) for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    except FileNotFoundError:
        return {}
    return {keys[row[0]]: row for row in rows if row[0] in keys and len(row) == len(HEADINGS) and row[1] != NOT_RUN}


def write(lines: Mapping[str, tuple[str, ...]]) -> None:
    """The whole file; what is not among `lines` says that it was not run."""
    rows = [HEADINGS, ("---",) * len(HEADINGS)]
    rows += [lines.get(key) or (work, NOT_RUN, "", goal, "", "", "", "", "") for key, (work, goal) in LINES.items()]
    FILE.write_text(HEAD + "\n" + "".join(f"| {' | '.join(row)} |\n" for row in rows), encoding="utf-8")


def seconds(value: float, cpu: float | None = None) -> str:
    """`4.21 s (CPU 7.90 s)`, or `3.21 ms` below a fifth of a second."""
    wall = f"{1000 * value:.2f} ms" if value < 0.2 else f"{value:.2f} s"
    return wall if cpu is None else f"{wall} (CPU {seconds(cpu)})"


def megabytes(value: float) -> str:
    """Whole megabytes of 1,000,000 bytes."""
    return f"{value / 1e6:,.0f} MB"


def _taken_at() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, load {os.getloadavg()[0]:.1f}"
    note = os.environ.get("CERTBOARD_BENCH_NOTE")
    return ", ".join([*([note] if note else []), _commit(), machine])


def _commit() -> str:
    def git(*arguments: str) -> str:
        return subprocess.run(["git", "-C", CHECKOUT, *arguments], capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short=10", "HEAD") + ("+" if git("status", "--porcelain", "--", "pipelines", "dashboard", "data/policy") else "")
    except (OSError, subprocess.CalledProcessError):
        return "no commit"


def _command() -> str:
    test = os.environ["PYTEST_CURRENT_TEST"].rpartition(" (")[0]
    told = [f"{name}={shlex.quote(os.environ[name])}" for name in ("CERTBOARD_BENCH_ROWS", "CERTBOARD_BENCH_ROUNDS") if name in os.environ]
    return " ".join([*told, "python -m pytest -m bench -s", shlex.quote(test)])
