"""The forecast of 36 months at 1M and 10M certificates: the recurrence and the runs, against the one GROUP BY that both begin with; and a what-if."""

from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from time import perf_counter

import duckdb
import numpy as np
import pytest

from pipelines import policy, snapshots
from pipelines.business_calendar import calendar_days
from pipelines.forecast import model, reading, recurrence, simulation
from pipelines.forecast.inputs import UNCLASSIFIED, Arrivals, Cohorts, Effort, Inputs, Leads, Option, Retention
from pipelines.policy_schema import ValidityStep
from tests.benchmarks.processes import CERTBOARD, CHECKOUT, run
from tests.benchmarks.results import Found, record, seconds

pytestmark = pytest.mark.bench

AS_OF_ON = date(2026, 11, 20)
OPTIONS = (
    Option("new_customer_install", "New", "new", 5, "renewal_customer_install"),
    Option("renewal_customer_install", "Renewal", "renewal", 5),
    Option("renewal_cdt_install", "Renewal", "renewal", 10),
    Option("inquiry", "Inquiry", "inquiry", 10),
    Option(UNCLASSIFIED, "Unclassified", "renewal", 10),
)
REPEATS = 5


def stock(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """The tables that the GROUP BY reads, with so many active certificates: two options, four lifetimes, expiring over a year; as wide as published."""
    connection.execute(f"create table run_params as select date '{AS_OF_ON}' as as_of_on").fetchall()
    rows = ", ".join(f"('{each.id}', {position})" for position, each in enumerate(OPTIONS[:-1], start=1))
    connection.execute(f"create table policy_options as select * from (values {rows}) as options (service_option, position)").fetchall()
    connection.execute(f"""
        create table forecast_certificates as
        select 'serial ' || id as certificate, 'host' || id || '.ca.gov' as common_name, 'dept' || id % 40 as department,
            case id % 5 when 0 then 'renewal_cdt_install' else 'renewal_customer_install' end as service_option, 'active' as standing,
            date '{AS_OF_ON}' + cast(hash(id) % (life - 1) as integer) - cast(life as integer) as issued_on,
            date '{AS_OF_ON}' + cast(hash(id) % (life - 1) as integer) as expires_on, life as validity_days, false as is_renewed
        from (select id, case id % 8 when 0 then 397 when 1 then 397 when 2 then 397 when 3 then 180 when 4 then 90 else 199 end as life from range({count}) as ids(id))
        order by expires_on, certificate""").fetchall()


def inputs(cohorts: Cohorts) -> Inputs:
    """Everything else that a forecast is made from: leads of 5 to 40 days, two years of history."""
    rules = policy.load(policy.DEFAULT_FOLDER)
    closures = {each.closed_on: each.name for each in rules.closures}
    days = [each.is_business_day for each in calendar_days(closures) if AS_OF_ON <= each.on_date < AS_OF_ON + timedelta(reading.LOOK_AHEAD_DAYS)]
    leads = Leads(tuple(range(5, 41)), tuple(1 + 20 * (18 <= day <= 26) for day in range(5, 41)), False)
    groups = [each.id for each in OPTIONS if each.kind == "renewal"]
    arrived = Arrivals(2400, 250, tuple((5, 48) for _ in range(52)))
    return Inputs(
        as_of_on=AS_OF_ON,
        options=OPTIONS,
        business_days=np.array(days),
        validity=tuple(ValidityStep(issued_from=each.issued_from, operational_days=each.operational_days) for each in rules.validity),
        cohorts=cohorts,
        covered=(),
        open_work=(),
        retention=dict.fromkeys(groups, Retention(0.93, 500, 465, False)),
        leads=dict.fromkeys(groups, leads),
        arrivals={each.id: arrived for each in OPTIONS if each.kind != "renewal"},
        unlisted={},
        effort={each.id: Effort(1.0, 100, False, "measured") for each in OPTIONS},
        complete_month_count=12,
    )


def in_turns(rounds: int, works: dict) -> dict[str, float]:
    """Medians in seconds of works done in turns."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            begun = perf_counter()
            work()
            taken[name].append(perf_counter() - begun)
    return {name: median(each) for name, each in taken.items()}


@pytest.mark.parametrize(("count", "goal", "suffix"), [(1_000_000, 3.0, ""), (10_000_000, 1.5, "_10m")])
def test_thirty_six_months(rounds, tmp_path, count, goal, suffix):
    """After the GROUP BY the cost does not depend on the number of certificates."""
    scenario = policy.load(policy.DEFAULT_FOLDER).scenarios[0]
    with duckdb.connect(str(tmp_path / "stock.duckdb")) as connection:
        stock(connection, count)

        def fetch(query: str) -> dict[str, np.ndarray]:
            return connection.execute(query).fetchnumpy()

        def both() -> recurrence.Expected:
            return recurrence.expected(replace(given, cohorts=reading.cohorts(fetch, AS_OF_ON, OPTIONS, 199)), scenario, model.WEEKS)

        given = inputs(reading.cohorts(fetch, AS_OF_ON, OPTIONS, 199))
        assert given.cohorts.count.sum() == count
        mean = both()
        found = in_turns(rounds * REPEATS, {"GROUP BY": lambda: fetch(reading.COHORTS), "GROUP BY and recurrence": both})
        found |= in_turns(rounds, {"1,000 runs": lambda: simulation.runs(given, scenario, mean, model.RUNS, model.SEED)})
    medians = {name: seconds(each) for name, each in found.items()}
    ratio = found["GROUP BY and recurrence"] / found["GROUP BY"]
    record(f"forecast{suffix}", Found(medians, f"{ratio:.2f} x", ratio <= goal, rounds * REPEATS), rows=count)
    ratio = found["1,000 runs"] / found["GROUP BY"]
    record(f"forecast_runs{suffix}", Found(medians, f"{ratio:.1f} x", ratio <= 15, rounds), rows=count)


def test_a_what_if(rounds, tmp_path):
    """What a changed control asks of the model, on the sample's exports: half a year, and three years."""
    run([*CERTBOARD, "ingest", CHECKOUT / "data" / "sample", "--home", tmp_path])
    with snapshots.open_read_only(snapshots.current(tmp_path)) as connection:

        def fetch(query: str) -> dict[str, np.ndarray]:
            return connection.execute(query).fetchnumpy()

        given, base = reading.inputs(fetch), reading.scenarios(fetch)[0]
    asked = base.model_copy(update={"staff": 5.0, "automated_ratio": 0.3, "growth_ratio": 0.05})
    works = {f"{weeks} weeks": lambda weeks=weeks: model.forecast(given, asked, weeks) for weeks in (26, 52, 156)}
    found = in_turns(rounds * REPEATS, works)
    words = f"{1000 * found['26 weeks']:.0f} ms, three years {1000 * found['156 weeks']:.0f} ms"
    medians = {name: seconds(each) for name, each in found.items()}
    record("what_if", Found(medians, words, found["26 weeks"] <= 0.3, rounds * REPEATS), rows=1_000_000)
