"""Where the time of a million requests went, from six million transitions, against a pandas script; and the ledger of one of them."""

from pathlib import Path

import numpy
import pandas
import pytest

from pipelines import metrics
from tests.benchmarks import data
from tests.benchmarks.processes import CERTBOARD, run
from tests.benchmarks.results import Found, record
from tests.benchmarks.test_slices import ask, medians, opened

pytestmark = pytest.mark.bench

BY_PHASE = metrics.Query(
    """select outcomes.service_option, date_trunc('month', outcomes.period_on) as month, pieces.phase, pieces.party,
           sum(pieces.business_days) as business_days, sum(pieces.business_days) filter (where pieces.pause_reason is not null) as paused_days
       from facts.request_intervals as pieces inner join slo_outcomes as outcomes on pieces.number = outcomes.number
       group by all""",
    (), (),
)  # fmt: skip
FROM_CUBE = metrics.Query(
    "select service_option, month_start_on, phase, sum(request_count * business_days), sum(request_count) from phase_cube group by all", (), ()
)


@pytest.fixture(scope="module")
def home(rows, tmp_path_factory) -> Path:
    """A home with the requests and their transitions."""
    place = tmp_path_factory.mktemp("home-phases")
    run([*CERTBOARD, "ingest", data.requests(rows), data.transitions(rows), "--home", place])
    return place


def by_pandas(frame: pandas.DataFrame) -> pandas.DataFrame:
    """Business days per stage the way a script has them: no pauses, no option, no month."""
    days = numpy.busday_count(frame["start"].to_numpy(dtype="datetime64[D]"), frame["end"].to_numpy(dtype="datetime64[D]"))
    return frame.assign(days=days).sort_values(["id", "start"]).groupby(["id", "value"])["days"].sum().groupby("value").mean()


def test_phases_with_pauses(rows, rounds, home):
    """The previous value was stored when the snapshot was built, so that a question is a sum."""
    frame = pandas.read_csv(data.transitions(rows), usecols=["id", "value", "start", "end"], parse_dates=["start", "end"]).dropna()
    with opened(home) as connection:
        assert len(ask(connection, BY_PHASE)) > 100
        works = {
            "phases and pauses by option and month": lambda: ask(connection, BY_PHASE),
            "the same from the cube": lambda: ask(connection, FROM_CUBE),
            "pandas without pauses, its frame already read": lambda: by_pandas(frame),
        }
        found = medians(rounds, works)
    slowest = found["phases and pauses by option and month"]
    words = f"{slowest}; pandas takes {found['pandas without pauses, its frame already read'].wall / slowest.wall:.1f} x as long"
    record("phases", Found({name: str(each) for name, each in found.items()}, words, slowest.wall <= 1, rounds), rows=rows)


def test_the_ledger_of_one_request(rows, rounds, home):
    """Sorted tables: what the page of one request asks does not grow with their number."""
    number = f"RITM{rows // 2:08}"
    tables = ("slo_outcomes", "clock_ledger", "request_phases", "request_intervals", "clock_pauses", "request_flows", "request_variants")
    queries = {name: metrics.select(name, where={"number": [number]}) for name in tables}
    with opened(home) as connection:
        assert len(ask(connection, queries["clock_ledger"])) > 1
        found = medians(rounds * 20, {name: lambda query=query: ask(connection, query) for name, query in queries.items()})
    total = sum(each.wall for each in found.values())
    slowest = max(found, key=found.__getitem__)
    record("ledger", Found({name: str(each) for name, each in found.items()}, f"{1000 * total:.1f} ms; slowest: {slowest}", total <= 0.15, rounds * 20), rows=rows)
