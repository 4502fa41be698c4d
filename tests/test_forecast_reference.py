"""The forecast of the product against the slow reference, which follows every certificate by itself, on inventories drawn at random."""

import random
from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings

from pipelines.forecast import model
from tests.forecast_cases import PLAN, a_certificate, a_world
from tests.forecast_worlds import CDT, CUSTOMER, GROUPS, Found, by_product, by_reference, cases, inputs_of, scenario_of
from tests.reference import forecast as reference
from tests.reference.forecast_world import Certificate, Group

DAY = timedelta(days=1)
NEAR = {"rel": 1e-9, "abs": 1e-12}
RUNS = 2
"""The expectation is computed before any run is drawn."""
COLUMNS = (
    "period_start_on", "service_option", "kind", "expected_count", "low_80_count", "high_80_count", "expected_hours", "capacity_hours",
    "utilisation_ratio", "scenario", "low_80_hours", "high_80_hours", "open_count", "lapse_count",
)  # fmt: skip


def published(forecast: model.Forecast) -> dict[tuple[date, str, str], dict]:
    """The product's rows by (Monday, option, kind)."""
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in forecast.rows()]
    return {(row["period_start_on"], row["service_option"], row["kind"]): row for row in rows}


def with_totals(counts: dict[tuple[date, str, str], float]) -> Counter:
    """The same and the sum of every week."""
    found = Counter(counts)
    for (monday, _, _), count in counts.items():
        found[monday, "all", "all"] += count
    return found


def assert_alike(counts: str, product: Found, expected: Found) -> None:
    """Day by day and option by option; what is counted on no day is not there or is nothing."""
    ours, theirs = (Counter(getattr(found, counts)) for found in (product, expected))
    for key in ours.keys() | theirs.keys():
        assert ours[key] == pytest.approx(theirs[key], **NEAR), (counts, *key)


@settings(max_examples=60)
@given(cases())
def test_every_week_is_what_the_reference_counts(case):
    """"Per ISO week and option: expected submissions, expected hours booked in the week of submission, capacity hours (staff x hours x
    business days of the week), utilisation." """
    world, plan, weeks = case
    rows = published(model.forecast(inputs_of(*case), scenario_of(plan), weeks, runs=RUNS))
    expected = reference.forecast(*case)
    mondays = [expected.calendar.monday + 7 * DAY * week for week in range(weeks)]
    assert set(rows) == {(monday, *of) for monday in mondays for of in [("all", "all"), *((each.id, each.kind) for each in world.options)]}
    counts, hours = with_totals(expected.weekly(expected.submissions)), with_totals(expected.hours())
    opened, capacity = with_totals(expected.weekly(expected.open_requests)), expected.capacity()
    for key, row in rows.items():
        assert row["expected_count"] == pytest.approx(counts[key], **NEAR), key
        assert row["expected_hours"] == pytest.approx(hours[key], **NEAR), key
        assert row["open_count"] == opened[key], key
        assert row["capacity_hours"] == pytest.approx(capacity[key[0]], **NEAR), key
        utilisation = hours[key] / capacity[key[0]] if capacity[key[0]] else None
        assert row["utilisation_ratio"] == (utilisation if utilisation is None else pytest.approx(utilisation, **NEAR)), key


@settings(max_examples=60)
@given(cases())
def test_every_day_is_what_the_reference_counts(case):
    """Submissions, issues and open requests fall on the same days, not only in the same weeks."""
    product, expected = by_product(*case), by_reference(*case)
    for counts in ("submissions", "issues", "open_requests"):
        assert_alike(counts, product, expected)


@settings(max_examples=30)
@given(cases())
def test_every_lapse_is_what_the_reference_counts(case):
    """"Never later than expiry without being counted as a forecast lapse", on the day of expiry."""
    assert_alike("lapses", by_product(*case), by_reference(*case))


def test_lapses_are_published_in_the_week_of_the_expiry():
    """Submitted on Mo 2026-11-02 it is issued on Mo 11-09, after the expiry on Sa 11-07 of one, on Su 11-08 of another; not after Mo 11-09."""
    world = a_world(*(a_certificate(day) for day in ("2026-11-07", "2026-11-08", "2026-11-09")), a_certificate("2026-11-10", option=CDT))
    rows = published(model.forecast(inputs_of(world, PLAN, 2), scenario_of(PLAN), 2, runs=RUNS))
    lapses = {(monday.day, option): row["lapse_count"] for (monday, option, _), row in rows.items() if row["lapse_count"]}
    assert lapses == {(2, CUSTOMER): 2.0, (2, "all"): 2.0, (9, CDT): 1.0, (9, "all"): 1.0}


@pytest.mark.parametrize(("leads", "size"), [({20: 1}, 20_000), ({8: 2, 20: 5, 30: 3}, 150)], ids=["one lead", "several leads"])
def test_cohorts_forecast_what_single_certificates_do(leads, size):
    """The renewals over 36 months of a large inventory do not depend on whether certificates are taken together."""
    drawn = random.Random(size)
    held = [
        Certificate(drawn.choice(GROUPS), date(2026, 11, 2) + DAY * drawn.randrange(398), drawn.choice([90, 199, 397, 398])) for _ in range(size)
    ]
    world = a_world(*held, groups={group: Group(retention, leads) for group, retention in zip(GROUPS, (0.97, 0.9, 0.8), strict=True)})
    product, expected = by_product(world, PLAN, 157), by_reference(world, PLAN, 157)
    assert sum(product.submissions.values()) == pytest.approx(sum(expected.submissions.values()), rel=1e-9)
    assert sum(product.submissions.values()) > 5 * size
    for counts in ("submissions", "issues", "lapses"):
        assert_alike(counts, product, expected)
