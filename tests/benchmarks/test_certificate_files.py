"""A bundle of 100,000 certificates to rows in Parquet, against the library's own loading of it."""

import sys
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.benchmarks import certificates
from tests.benchmarks.processes import Run, in_turns, run
from tests.benchmarks.results import Found, record, seconds

pytestmark = pytest.mark.bench

PROGRAM = Path(certificates.__file__)


def work(name: str, bundle: Path, folder: Path, turn: int) -> Run:
    """One of the works as a process of its own, its start and imports included."""
    return run([sys.executable, PROGRAM, name, bundle, folder])


def test_reading_a_bundle_against_loading_it(rows, rounds, tmp_path):
    """25,000 certificates a second on two cores where loading alone makes 118,000, so at most 4.7 times its time; all of the landing's work, in a gigabyte."""
    count = rows // 10
    bundle = certificates.bundle(count)
    found = in_turns(rounds, {"certboard": partial(work, "read", bundle, tmp_path), "load_pem_x509_certificates": partial(work, "load", bundle, tmp_path)})
    for each in found.values():
        assert {turn.stdout.split()[0] for turn in each.runs} == {str(count)}
    table = pq.read_table(tmp_path / "incoming-0.parquet", columns=["serial_number", "policy", "findings", "common_name"])
    assert len(set(table.column("serial_number").to_pylist())) == count
    assert set(table.column("policy").to_pylist()) == {"OV"}
    assert table.column("findings").null_count == count

    product, floor = found.values()
    rate, floor_rate = count / product.seconds, count / floor.seconds
    medians = {f"{name} ({count / each.seconds:,.0f}/s)": seconds(each.seconds, each.cpu_seconds) for name, each in found.items()}
    peaks = {name: each.peak_bytes for name, each in found.items()}
    words = f"{rate:,.0f}/s, {floor_rate / rate:.1f} x the time of loading alone (by CPU time {product.cpu_seconds / floor.cpu_seconds:.1f} x)"
    record("certificates", Found(medians, words, floor_rate / rate <= 4.7, rounds, peaks), rows=rows)
    record("certificates_memory", Found({}, f"{product.peak_bytes / 1e6:,.0f} MB", product.peak_bytes <= 1e9, rounds, peaks), rows=rows)
