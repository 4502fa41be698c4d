"""How large and how often, and homes with that many requests in them."""

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.benchmarks import data
from tests.benchmarks.processes import CERTBOARD, run
from tests.benchmarks.results import MILLION

TEN_MILLION = 10 * MILLION


@pytest.fixture(scope="session")
def rows() -> int:
    """How many requests most lines are about: 1M, or as few as `$CERTBOARD_BENCH_ROWS` says for a trial."""
    return min(_wanted(), MILLION)


@pytest.fixture(scope="session")
def rounds() -> int:
    """How often each work is done."""
    return int(os.environ.get("CERTBOARD_BENCH_ROUNDS", "5"))


@pytest.fixture(scope="session")
def ten_million() -> int:
    """10M where `$CERTBOARD_BENCH_ROWS` asks for it; ten times the rows of a trial; else the test is left out."""
    if _wanted() < MILLION:
        return 10 * _wanted()
    if _wanted() < TEN_MILLION:
        pytest.skip(f"10M only on demand: set CERTBOARD_BENCH_ROWS={TEN_MILLION}")
    return TEN_MILLION


@pytest.fixture(scope="session")
def home_of(tmp_path_factory) -> Callable[[int], Path]:
    """A home in which so many requests were ingested in this run."""

    @lru_cache
    def ingested(count: int) -> Path:
        home = tmp_path_factory.mktemp(f"home-{count}")
        run([*CERTBOARD, "ingest", data.requests(count), "--home", home])
        return home

    return ingested


def _wanted() -> int:
    return int(os.environ.get("CERTBOARD_BENCH_ROWS", str(MILLION)))
