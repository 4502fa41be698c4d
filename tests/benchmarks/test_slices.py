"""Questions to a published snapshot in a process that has it open, as the pages ask them, against a scan of the facts."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import log10
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import NamedTuple

import duckdb
import pytest

from pipelines import metrics, reports, snapshots
from tests.benchmarks import data
from tests.benchmarks.results import Found, record, seconds

pytestmark = pytest.mark.bench

REPEATS = 20
"""How often a round asks a question of milliseconds."""
THREADS = 30
SCAN = metrics.Query("select slo_outcome, count(*) from slo_outcomes group by 1", (), ())
LARGEST = f"Department of {data.DEPARTMENTS[0]}"
SLICES = {
    "option x month": metrics.select("slo_attainment"),
    "month": metrics.select("slo_attainment", by=["month"]),
    "option x quarter of a department": metrics.select("slo_attainment", by=["service_option", "quarter"], where={"department": [LARGEST]}),
    "department in a month": metrics.select("slo_attainment", by=["department", "month"], where={"month": ["2025-03"]}),
    "request type of an option, a year": metrics.select(
        "slo_attainment", by=["request_type", "fiscal_year"], where={"service_option": ["inquiry"], "fiscal_year": ["FY2024-25"]}
    ),
    "option x month, the other clock": metrics.select("slo_attainment", clock_basis="submitted"),
}
PARTS = ("met_count", "missed_count", "met_not_yet_due_count", "open_count", "excluded_count", "not_measurable_count")


@contextmanager
def opened(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The home's snapshot as the pages open it."""
    with snapshots.open_read_only(snapshots.current(home)) as connection:
        yield connection


def ask(connection: duckdb.DuckDBPyConnection, query: metrics.Query) -> list[tuple]:
    """All rows, by a cursor of its own."""
    with connection.cursor() as cursor:
        return cursor.execute(query.sql, list(query.parameters)).fetchall()


class Spent(NamedTuple):
    """Seconds of wall time, and of CPU time of all threads of this process."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return seconds(self.wall, self.cpu)


def timed(work: Callable[[], object]) -> Spent:
    """What doing it once takes."""
    started, used = perf_counter(), process_time()
    work()
    return Spent(perf_counter() - started, process_time() - used)


def medians(count: int, works: dict[str, Callable[[], object]]) -> dict[str, Spent]:
    """The medians of each work, all of them in turns, after one time that does not count."""
    taken: dict[str, list[Spent]] = {name: [] for name in works}
    for turn in range(count + 1):
        for name, work in works.items():
            spent = timed(work)
            if turn:
                taken[name].append(spent)
    return {name: Spent(median(spent.wall for spent in each), median(spent.cpu for spent in each)) for name, each in taken.items()}


def slices_at(home: Path, rounds: int) -> dict[str, Spent]:
    """Medians of the scan and of every slice; each slice counts all the requests it is about."""
    with opened(home) as connection:
        for name, query in SLICES.items():
            columns = [column.name for column in query.columns]
            counted = sum(row[columns.index(part)] for row in ask(connection, query) for part in PARTS)
            assert counted == matching(connection, name), name
        return medians(rounds * REPEATS, {name: lambda query=query: ask(connection, query) for name, query in {"scan": SCAN, **SLICES}.items()})


def matching(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """How many requests a slice is about, counted in the facts."""
    conditions = {
        "option x quarter of a department": "department = ?",
        "department in a month": "period_on >= date '2025-03-01' and period_on < date '2025-04-01'",
        "request type of an option, a year": "service_option = 'inquiry' and period_on >= date '2024-07-01' and period_on < date '2025-07-01'",
    }
    condition = conditions.get(name, "true")
    with connection.cursor() as cursor:
        return cursor.execute(f"select count(*) from slo_outcomes where {condition}", [LARGEST] if "?" in condition else []).fetchall()[0][0]


def report_slices(key: str, found: dict[str, Spent], rounds: int, rows: int) -> None:
    slowest = max(SLICES, key=found.__getitem__)
    words = f"{found[slowest]}: {slowest}; {found[slowest].wall / found['scan'].wall:.2f} x the scan"
    record(key, Found({name: str(each) for name, each in found.items()}, words, found[slowest].wall <= 0.005, rounds * REPEATS), rows=rows)


def test_attainment_slices(rows, rounds, home_of):
    """Sums over the months, whatever the filter; never a scan of the requests."""
    report_slices("slices", slices_at(home_of(rows), rounds), rounds, rows)


def test_attainment_slices_at_10m(rows, ten_million, rounds, home_of):
    """Ten times the requests are hardly more months."""
    one, ten = slices_at(home_of(rows), rounds), slices_at(home_of(ten_million), rounds)
    report_slices("slices_10m", ten, rounds, rows)
    exponents = {name: log10(ten[name].wall / one[name].wall) for name in one}
    worst = max(exponents[name] for name in SLICES)
    shown = {name: f"{each:.2f}" for name, each in exponents.items()}
    record("slices_growth", Found(shown, f"{worst:.2f}", worst <= 0.1, rounds * REPEATS), rows=rows)


def rows_at(home: Path, rounds: int) -> dict[str, Spent]:
    """Medians of one request, of its clocks, and of pages of 100 rows as the pages of the dashboard ask for them."""
    with opened(home) as connection:
        (count,) = ask(connection, metrics.count("slo_outcomes"))[0]
        missed = {"slo_outcome": ["missed"], "month": ["2025-03"]}
        queries = {
            "one request": metrics.select("slo_outcomes", where={"number": [f"RITM{count // 2:08}"]}),
            "its clocks": metrics.select("request_clocks", where={"number": [f"RITM{count // 2:08}"]}),
            "first page": metrics.select("slo_outcomes", limit=100),
            "page of misses of a month, latest first": metrics.select("slo_outcomes", where=missed, order=[("late_business_days", True)], limit=100),
            "page of a department's misses of a month": metrics.select("slo_outcomes", where={**missed, "department": [LARGEST]}, limit=100),
        }
        assert len(ask(connection, queries["one request"])) == 1
        assert len(ask(connection, queries["first page"])) == min(count, 100)
        return medians(rounds * REPEATS, {name: lambda query=query: ask(connection, query) for name, query in queries.items()})


def report_rows(keys: tuple[str, str], found: dict[str, Spent], rounds: int, rows: int) -> None:
    for key, names in zip(keys, ([name for name in found if "page" not in name], [name for name in found if "page" in name]), strict=True):
        slowest = max(names, key=found.__getitem__)
        shown = {name: str(found[name]) for name in names}
        record(key, Found(shown, f"{found[slowest]}: {slowest}", found[slowest].wall <= 0.006, rounds * REPEATS), rows=rows)


def test_one_request_and_a_page_of_rows(rows, rounds, home_of):
    """What a click on a row, and the list before it, ask for."""
    report_rows(("request", "page"), rows_at(home_of(rows), rounds), rounds, rows)


def test_one_request_and_a_page_of_rows_at_10m(rows, ten_million, rounds, home_of):
    """Flat in size."""
    report_rows(("request_10m", "page_10m"), rows_at(home_of(ten_million), rounds), rounds, rows)


def test_a_csv_of_all_outcomes_against_a_bare_copy(rows, rounds, home_of, tmp_path):
    """Times in the policy's zone and cells that no spreadsheet reads as a formula, for a quarter more than the database's own COPY."""
    path = snapshots.current(home_of(rows))

    def product() -> None:
        reports.write(path, metrics.select("slo_outcomes"), "csv", tmp_path / "product.csv")

    def bare() -> None:
        with snapshots.open_for_export(path) as connection:
            connection.execute("copy slo_outcomes to ? (format csv, header)", [str(tmp_path / "bare.csv")]).fetchall()

    found = medians(rounds, {"certboard": product, "COPY": bare})
    with (tmp_path / "product.csv").open("rb") as product_rows, (tmp_path / "bare.csv").open("rb") as bare_rows:
        assert sum(1 for _ in product_rows) == sum(1 for _ in bare_rows) == rows + 1
    times = found["certboard"].wall / found["COPY"].wall
    words = f"{times:.2f} x (by CPU time {found['certboard'].cpu / found['COPY'].cpu:.2f} x)"
    record("csv", Found({name: str(each) for name, each in found.items()}, words, times <= 1.25, rounds), rows=rows)


def test_thirty_threads_asking(rows, rounds, home_of):
    """One connection, a cursor for every question: all answered, all alike, none much later than the others."""
    with opened(home_of(rows)) as connection:
        wanted = {name: ask(connection, query) for name, query in SLICES.items()}
        alone = [timed(lambda query=query: ask(connection, query)).wall for _ in range(rounds * 10) for query in SLICES.values()]

        def visit(number: int) -> tuple[list[float], list[str]]:
            spent, wrong = [], []
            for turn in range(rounds * len(SLICES)):
                name = list(SLICES)[(number + turn) % len(SLICES)]
                started = perf_counter()
                try:
                    rows_found = ask(connection, SLICES[name])
                    spent.append(perf_counter() - started)
                    wrong += [name] if rows_found != wanted[name] else []
                except duckdb.Error as error:
                    wrong.append(f"{name}: {error}")
            return spent, wrong

        with ThreadPoolExecutor(THREADS) as pool:
            visits = list(pool.map(visit, range(THREADS)))
    together = [each for spent, _ in visits for each in spent]
    wrong = [each for _, problems in visits for each in problems]
    assert not wrong, wrong[:3]
    p50, p95 = median(together), quantiles(together, n=20)[-1]
    one = median(alone)
    shown = {"one thread p50": seconds(one), "30 threads p50": seconds(p50), "p95": seconds(p95), "p95/p50 of the 30": f"{p95 / p50:.2f}"}
    words = f"{len(wrong)} errors, {p95 / one:.1f} x"
    record("threads", Found(shown, words, not wrong and p95 <= 15 * one, rounds), rows=rows)
