"""How long a person waits for an answer of the command, from the start of its process."""

import csv
import io
import sys
from functools import partial

import pytest

from tests.benchmarks import data
from tests.benchmarks.processes import CERTBOARD, in_turns, run
from tests.benchmarks.results import Found, record, seconds
from tests.benchmarks.test_ingest import script

pytestmark = pytest.mark.bench

REPEATS = 4
"""How often a round asks what takes tenths of a second."""


def answered(stdout: str) -> int:
    """How many requests a statement counts as met or missed."""
    return sum(int(row["met_count"]) + int(row["missed_count"]) for row in csv.DictReader(io.StringIO(stdout)))


def test_the_first_answer(rows, rounds, home_of):
    """Python, DuckDB and the question; no library that it does not need."""
    home = home_of(rows)
    found = in_turns(
        rounds * REPEATS,
        {
            "certboard": lambda _: run([*CERTBOARD, "export", "slo_attainment", "--home", home]),
            "python and duckdb": lambda _: run([sys.executable, "-c", "import duckdb"]),
            "python": lambda _: run([sys.executable, "-c", "pass"]),
        },
    )
    assert 0.9 * rows < answered(found["certboard"].runs[0].stdout) <= rows
    product, bare, _ = found.values()
    medians = {name: seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    words = f"{seconds(product.seconds)}, {product.seconds / bare.seconds:.2f} x python and duckdb"
    peaks = {"certboard": product.peak_bytes, "python and duckdb": bare.peak_bytes}
    record("first_answer", Found(medians, words, product.seconds <= 0.5, rounds * REPEATS, peaks), rows=rows)


def test_a_later_question(rows, rounds, home_of, tmp_path):
    """Once a snapshot is published, the next question does not read the export again, as the script does."""
    home, requests = home_of(rows), data.requests(rows)
    question = ["export", "slo_attainment", "--by", "department,quarter", "--where", "service_option=new_customer_install", "--home", home]
    found = in_turns(
        rounds,
        {"certboard": lambda _: run([*CERTBOARD, *question]), "pandas script": partial(script, requests, tmp_path / "detail.csv")},
    )
    assert 0.1 * rows < answered(found["certboard"].runs[0].stdout) < 0.3 * rows
    product, pandas = found["certboard"], found["pandas script"]
    faster = pandas.seconds / product.seconds
    medians = {name: seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    words = f"{faster:.0f} x faster (by CPU time {pandas.cpu_seconds / product.cpu_seconds:.0f} x)"
    record("later_question", Found(medians, words, faster >= 45, rounds, {name: each.peak_bytes for name, each in found.items()}), rows=rows)
