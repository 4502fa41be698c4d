"""From a file of requests to a published snapshot, against what the landing law demands and against a script with pandas."""

import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from pipelines import policy, snapshots
from tests.benchmarks import data
from tests.benchmarks.processes import CERTBOARD, Run, in_turns, run
from tests.benchmarks.results import Found, record, seconds

pytestmark = pytest.mark.bench

HERE = Path(__file__).resolve().parent
CLOSURES = policy.DEFAULT_FOLDER / "closures.csv"
PUBLISHED_MET = """
select count(*) filter (where slo_outcome = 'met' and service_option = 'new_customer_install'), count(*) from slo_outcomes
"""


def ingest(folder: Path, requests: Path, turn: int) -> Run:
    """A process of its own into a new home, to the published snapshot; everything lies inside the timed span."""
    home = folder / f"home-{turn}"
    shutil.rmtree(folder / f"home-{turn - 2}", ignore_errors=True)
    return run([*CERTBOARD, "ingest", requests, "--home", home])


def floor(name: str, requests: Path, out: Path, turn: int) -> Run:
    """One of the floors into a file that is not there yet."""
    out.unlink(missing_ok=True)
    return run([sys.executable, HERE / "floors.py", name, requests, out])


def script(requests: Path, out: Path, turn: int) -> Run:
    """The script with pandas, its detail CSV included."""
    return run([sys.executable, HERE / "pandas_script.py", requests, CLOSURES, out])


def test_ingest_against_its_floors_and_the_script(rows, rounds, tmp_path):
    """A fifth more than the typed read and the kept original together, in a gigabyte; 2.5 times as fast as the script."""
    requests = data.requests(rows)
    found = in_turns(
        rounds,
        {
            "certboard": partial(ingest, tmp_path, requests),
            "typed read": partial(floor, "typed_read", requests, tmp_path / "typed.duckdb"),
            "SHA-256 and zstd": partial(floor, "kept_original", requests, tmp_path / "original.zst"),
            "pandas script": partial(script, requests, tmp_path / "detail.csv"),
        },
    )
    for each in found["certboard"].runs:
        assert f"{rows:,} rows = {rows:,} accepted + 0 superseded + 0 later + 0 quarantined" in each.stdout
    with snapshots.open_read_only(snapshots.current(tmp_path / f"home-{rounds - 1}")) as connection:
        ((met, count),) = connection.execute(PUBLISHED_MET).fetchall()
    # No new request has a requested date, so the script's count is the product's: days, closures and clock agree.
    assert found["pandas script"].runs[-1].stdout.split() == [str(count), str(met)]
    assert count == rows

    medians = {name: seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    peaks = {name: each.peak_bytes for name, each in found.items()}
    product, read, original, pandas = found.values()
    demanded = product.seconds / (read.seconds + original.seconds)
    by_cpu = product.cpu_seconds / (read.cpu_seconds + original.cpu_seconds)
    record("ingest", Found(medians, f"{demanded:.2f} x (by CPU time {by_cpu:.2f} x)", demanded <= 1.2, rounds, peaks), rows=rows)
    record("ingest_memory", Found({}, f"{product.peak_bytes / 1e6:,.0f} MB", product.peak_bytes <= 1e9, rounds, peaks), rows=rows)
    alone = f"{product.seconds / read.seconds:.2f} x (by CPU time {product.cpu_seconds / read.cpu_seconds:.2f} x)"
    record("ingest_typed_read", Found({name: medians[name] for name in ("certboard", "typed read")}, alone, None, rounds), rows=rows)
    faster = pandas.seconds / product.seconds
    words = f"{faster:.2f} x faster (by CPU time {pandas.cpu_seconds / product.cpu_seconds:.2f} x)"
    record("ingest_pandas", Found({name: medians[name] for name in ("certboard", "pandas script")}, words, faster >= 2.5, rounds), rows=rows)


def test_growth_of_ingest_from_1m_to_10m(rows, ten_million, rounds, tmp_path):
    """Ten times the requests take at most eleven times as long; two rounds, because one is minutes."""
    rounds = min(rounds, 2)
    (tmp_path / "one").mkdir()
    (tmp_path / "ten").mkdir()
    found = in_turns(
        rounds,
        {"1M": partial(ingest, tmp_path / "one", data.requests(rows)), "10M": partial(ingest, tmp_path / "ten", data.requests(ten_million))},
    )
    assert f"{ten_million:,} rows = {ten_million:,} accepted" in found["10M"].runs[-1].stdout
    growth = found["10M"].seconds / found["1M"].seconds
    medians = {name: seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    peaks = {name: each.peak_bytes for name, each in found.items()}
    words = f"{growth:.2f} x (by CPU time {found['10M'].cpu_seconds / found['1M'].cpu_seconds:.2f} x)"
    record("ingest_growth", Found(medians, words, growth <= 11, rounds, peaks), rows=rows)


def test_a_daily_export_on_top(rows, rounds, home_of, tmp_path):
    """The next day's thousand rows, most of them newer versions of requests already landed."""
    home = shutil.copytree(home_of(rows), tmp_path / "home")
    days = [data.daily(rows, turn + 1) for turn in range(rounds)]
    found = in_turns(rounds, {"daily": lambda turn: run([*CERTBOARD, "ingest", days[turn], "--home", home])})["daily"]
    for day, each in zip(days, found.runs, strict=True):
        assert f"{day.name}: {data.DAILY_ROWS:,} rows = {data.DAILY_ROWS:,} accepted" in each.stdout
    with snapshots.open_read_only(snapshots.current(home)) as connection:
        assert connection.execute("select count(*) from slo_outcomes").fetchall() == [(rows + data.DAILY_ROWS - data.DAILY_UPDATES,)]
    medians = {"certboard": seconds(found.seconds, found.cpu_seconds)}
    words = seconds(found.seconds)
    record("ingest_daily", Found(medians, words, found.seconds <= 4, rounds, {"certboard": found.peak_bytes}), rows=rows)
