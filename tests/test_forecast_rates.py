"""What the forecast learns from the past, by hand and against the reference: retention, leads, the months that count, arrivals."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.forecast import learning
from tests.reference import business_days
from tests.reference import forecast_rates as reference

DAY = timedelta(days=1)


def retention_of_product(observed: list[tuple[int, bool]]) -> float:
    """From single certificates, [(validity in days, is renewed)]."""
    cells = Counter(observed)
    validities = sorted({validity for validity, _ in observed})
    return learning.retention([(validity, cells[validity, True], cells[validity, False]) for validity in validities]).ratio


RETENTIONS = pytest.mark.parametrize("retention", [retention_of_product, reference.retention], ids=["product", "reference"])


@RETENTIONS
@pytest.mark.parametrize(("renewed", "lapsed"), [(10, 0), (0, 10), (17, 3), (1, 9), (990, 10), (0, 100_000)])
def test_over_a_year_retention_is_the_share_shrunk_by_ten(retention, renewed, lapsed):
    """"Shrunk by Beta(9, 1)": for validities of a year (renewed + 9) / (all + 10)."""
    if renewed + lapsed > 10_000 and retention is reference.retention:
        lapsed //= 100
    observed = [(365, True)] * renewed + [(365, False)] * lapsed
    assert retention(observed) == pytest.approx((renewed + 9) / (renewed + lapsed + 10), rel=1e-9)


@RETENTIONS
@pytest.mark.parametrize(("count", "ratio"), [(0, 0.9), (9, 0.9), (10, 19 / 20), (11, 20 / 21)])
def test_fewer_than_ten_tell_no_retention(retention, count, ratio):
    """"Fewer than 10 observed: `r` is assumed, and the page says so." """
    assert retention([(365, True)] * count) == pytest.approx(ratio)


@RETENTIONS
def test_each_certificate_counts_over_its_own_validity(retention):
    """"As a rate over their own validity": of twenty certificates of half a year ten were renewed; s = r^(1/2).

    The log likelihood with the ten of the prior is 10 log s + 10 log(1 - s) + 9 log s^2 + log(1 - s^2), that is 28 log s + 11 log(1 - s)
    + log(1 + s). Its slope 28 / s - 11 / (1 - s) + 1 / (1 + s), times s (1 - s) (1 + s), is 28 - 10 s - 40 s^2, which is 0 at s below.
    """
    half = 182.5
    s = (-10 + (10**2 + 4 * 40 * 28) ** 0.5) / (2 * 40)
    assert 28 / s - 11 / (1 - s) + 1 / (1 + s) == pytest.approx(0, abs=1e-9)
    assert retention([(half, True)] * 10 + [(half, False)] * 10) == pytest.approx(s**2, rel=1e-9)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.sampled_from([1, 10, 46, 47, 90, 199, 365, 398, 825]), st.booleans()), max_size=60))
def test_retention_is_that_of_the_reference(observed):
    assert retention_of_product(observed) == pytest.approx(reference.retention(observed), rel=1e-9)


def leads_of_product(group: str, observed: list[tuple[str, int]]) -> dict[int, int]:
    own, pooled = Counter(lead for of, lead in observed if of == group), Counter(lead for _, lead in observed)
    found = learning.leads(dict(own), dict(pooled))
    return dict(zip(found.days, found.counts, strict=True))


@pytest.mark.parametrize("leads", [leads_of_product, reference.leads], ids=["product", "reference"])
@pytest.mark.parametrize(
    ("own", "others", "found"),
    [
        (10, 0, {25: 10}), (10, 5, {25: 10}), (9, 1, {25: 9, 30: 1}), (9, 0, {20: 1}), (0, 9, {20: 1}), (0, 10, {30: 10}), (0, 0, {20: 1}),
    ],
)  # fmt: skip
def test_leads_are_the_groups_own_else_everybodys_else_twenty(leads, own, others, found):
    """"`lead` drawn from the group's observed leads (fallback 20)": under 10 of its own, all renewals; under 10 of those, 20 days."""
    assert leads("a", [("a", 25)] * own + [("b", 30)] * others) == found


def months_of_product(earliest_on: date, counted_through_on: date) -> list[date]:
    return learning.complete_months(earliest_on, counted_through_on, business_days.is_business_day)


@pytest.mark.parametrize("months", [months_of_product, reference.complete_months], ids=["product", "reference"])
@pytest.mark.parametrize(
    ("earliest_on", "counted_through_on", "first", "count"),
    [
        ("2026-08-03", "2026-11-01", "2026-08-01", 3), ("2026-08-04", "2026-11-01", "2026-09-01", 2), ("2026-08-01", "2026-10-31", "2026-08-01", 2),
        ("2026-08-02", "2026-10-31", "2026-08-01", 2), ("2027-01-04", "2027-02-01", "2027-01-01", 1), ("2027-01-05", "2027-02-01", None, 0),
        ("2025-11-03", "2026-11-01", "2025-11-01", 12), ("2020-01-01", "2026-11-01", "2025-11-01", 12), ("2025-11-04", "2026-11-01", "2025-12-01", 11),
        ("2026-11-02", "2026-11-20", None, 0), ("2028-02-01", "2028-02-29", None, 0), ("2028-02-01", "2028-03-01", "2028-02-01", 1),
    ],
)  # fmt: skip
def test_a_month_counts_when_it_is_known_from_its_first_business_day_to_its_last(months, earliest_on, counted_through_on, first, count):
    """"The last 12 complete months (fewer if fewer)": the last day before the day counted through, the first with its first business day: Mo
    2026-08-03 after a weekend, Mo 2027-01-04 after New Year's Day and a weekend, Mo 2025-11-03."""
    found = months(date.fromisoformat(earliest_on), date.fromisoformat(counted_through_on))
    assert (found[0].isoformat() if found else None, len(found)) == (first, count)


@settings(max_examples=60)
@given(st.dates(date(2022, 1, 1), date(2027, 1, 1)), st.integers(0, 900), st.lists(st.integers(0, 900), max_size=30))
def test_months_and_arrivals_are_those_of_the_reference(earliest_on, later, submitted):
    """"Arrivals per business day over the last 12 complete months." """
    through, came = earliest_on + DAY * later, [earliest_on, *(earliest_on + DAY * day for day in submitted)]
    months = reference.complete_months(earliest_on, through)
    assert months_of_product(earliest_on, through) == months
    found = learning.arrivals(dict(Counter(came)), months, business_days.is_business_day)
    assert (found.request_count, found.business_days) == reference.rate(came, months)


def test_a_rate_is_requests_per_business_day_of_the_months():
    """October 2026 has 22 business days, November 21 weekdays of which Veterans Day, Thanksgiving and the day after are closed: 18."""
    months = [date(2026, 10, 1), date(2026, 11, 1)]
    came = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 11, 28), date(2026, 11, 30), date(2026, 12, 1)]
    assert reference.rate(came, months) == (3, 40)
    found = learning.arrivals(dict(Counter(came)), months, business_days.is_business_day)
    assert (found.request_count, found.business_days, found.rate) == (3, 40, 3 / 40)
    assert learning.arrivals({}, [], business_days.is_business_day).rate == 0.0
