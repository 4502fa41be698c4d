"""The range of a forecast holds what it says: on histories whose truth is known, four of five weeks lie inside.

The truth is drawn certificate by certificate, with its own code; the forecast sees only a finite history of it.
"""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from pipelines.forecast import learning, model, simulation
from pipelines.forecast.inputs import Arrivals, Cohort, Cohorts, Effort, Inputs, Leads, Option
from pipelines.policy_schema import Scenario, ValidityStep

AS_OF_ON = date(2026, 11, 20)
DAYS = 1200
BUSINESS = np.array([(AS_OF_ON + timedelta(day)).weekday() < 5 for day in range(DAYS)])
OPTIONS = (Option("new", "New", "new", 5), Option("renewal", "Renewal", "renewal", 5))
TRUE_RETENTION, TRUE_LEADS, TRUE_RATE, VALIDITY, TARGET = 0.9, (10, 35), 6.0, 99, 5
WEEKS = 26
WORLDS = 40


def a_scenario(**changes) -> Scenario:
    plain = {
        "id": "base", "name": "Base", "staff": 1, "hours_per_business_day": 6.4, "automated_ratio": 0, "lead_days": None, "issue": "due", "growth_ratio": 0,
        "validity": (), "freezes": (), "source": "test",
    }  # fmt: skip
    return Scenario(**{**plain, **changes})


def observed(draw: np.random.Generator, stock: np.ndarray, *, observations: int = 400) -> Inputs:
    """What a history of the truth shows: ended certificates, leads, twelve months of new requests; and the stock, by day of expiry."""
    renewed = int(draw.binomial(observations, TRUE_RETENTION ** (VALIDITY / 365)))
    days, counts = np.unique(draw.integers(*TRUE_LEADS, observations), return_counts=True)
    weeks = tuple((5, int(draw.poisson(5 * TRUE_RATE))) for _ in range(52))
    cohorts = [Cohort("renewal", AS_OF_ON + timedelta(day), VALIDITY, int(count)) for day, count in enumerate(stock) if count]
    effort = Effort(1.0, 100, False, "test")
    return Inputs(
        as_of_on=AS_OF_ON,
        options=OPTIONS,
        business_days=BUSINESS,
        validity=(ValidityStep(issued_from=date(2020, 1, 1), operational_days=VALIDITY),),
        cohorts=Cohorts.of(cohorts, AS_OF_ON),
        covered=(),
        open_work=(),
        retention={"renewal": learning.retention([(VALIDITY, renewed, observations - renewed)])},
        leads={"renewal": Leads(tuple(map(int, days)), tuple(map(int, counts)), False)},
        arrivals={"new": Arrivals(sum(count for _, count in weeks), 260, weeks)},
        unlisted={},
        effort={"new": effort, "renewal": effort},
        complete_month_count=12,
    )


def came(draw: np.random.Generator, stock: np.ndarray) -> dict[str, np.ndarray]:
    """One future: submissions per week and option."""
    opens = [day for day in range(DAYS) if BUSINESS[day]]
    following = {day: next(each for each in opens if each >= day) for day in range(DAYS - 10)}
    weeks = {"renewal": np.zeros(WEEKS), "new": np.zeros(WEEKS)}
    waiting = [day for day, count in enumerate(stock) for _ in range(count)]
    while waiting:
        expires = waiting.pop()
        if expires >= DAYS - 60 or draw.random() >= TRUE_RETENTION ** (VALIDITY / 365):
            continue
        submitted = following[max(expires - int(draw.integers(*TRUE_LEADS)), 0)]
        week = (submitted + AS_OF_ON.weekday()) // 7
        if week >= WEEKS:
            continue
        weeks["renewal"][week] += 1
        due = opens[opens.index(submitted) + TARGET]
        waiting.append(due + VALIDITY - 1)
    for day in range(1, 7 * WEEKS - AS_OF_ON.weekday()):
        if BUSINESS[day]:
            weeks["new"][(day + AS_OF_ON.weekday()) // 7] += draw.poisson(TRUE_RATE)
    return weeks


@pytest.fixture(scope="module")
def inside() -> dict[str, float]:
    """The share of weeks inside the range, over many worlds: the running week is left out, for it is only a part of one."""
    draw = np.random.default_rng(7)
    found: dict[str, list[bool]] = {"renewal": [], "new": [], "all": []}
    for world in range(WORLDS):
        stock = np.where(np.arange(VALIDITY) > 36, draw.poisson(14, VALIDITY), 0)
        forecast = model.forecast(observed(draw, stock), a_scenario(), WEEKS, seed=world)
        truth = came(draw, stock)
        truth["all"] = truth["renewal"] + truth["new"]
        for line in forecast.lines:
            held = (line.low_80_count <= truth[line.service_option]) & (truth[line.service_option] <= line.high_80_count)
            found[line.service_option] += held[1:][line.expected_count[1:] > 5].tolist()
    return {option: float(np.mean(each)) for option, each in found.items()}


@pytest.mark.parametrize("option", ["renewal", "new", "all"])
def test_four_of_five_weeks_lie_inside_the_range(inside, option):
    """On simulated histories with known truth, the 80 % range holds 76 to 84 % of the weeks, two generations on included."""
    assert 0.76 <= inside[option] <= 0.84


def test_the_runs_have_the_expectation_as_their_mean():
    """Range and expectation are of the same model: the mean of many runs is the recurrence, week by week."""
    draw = np.random.default_rng(3)
    inputs = observed(draw, np.full(VALIDITY, 9))
    forecast = model.forecast(inputs, a_scenario(growth_ratio=0.3, automated_ratio=0.25), WEEKS, runs=20_000)
    for line in forecast.lines[1:]:
        runs = forecast.runs[line.service_option]
        error = runs.std(axis=0) / np.sqrt(len(runs))
        assert np.all(np.abs(runs.mean(axis=0) - line.expected_count) <= 5 * error + 0.02 * line.expected_count + 1e-9)


def test_the_same_seed_gives_the_same_numbers_and_another_one_others():
    inputs = observed(np.random.default_rng(1), np.full(VALIDITY, 3))
    first, again, other = (model.forecast(inputs, a_scenario(), 20, seed=seed).rows() for seed in (5, 5, 6))
    assert first == again
    assert first != other


def test_few_and_many_are_drawn_from_the_same_law():
    """Large numbers come from the normal curve: mean and spread of both sides of the boundary agree with the binomial."""
    draw = np.random.default_rng(2)
    for trials in (10, 11, 13, 14, 400):
        drawn = simulation.binomial(draw, np.full(40_000, trials), 0.8)
        assert drawn.mean() == pytest.approx(0.8 * trials, abs=0.02 * np.sqrt(trials))
        assert drawn.std() == pytest.approx(np.sqrt(0.16 * trials), rel=0.03)
        assert drawn.min() >= 0 and drawn.max() <= trials


@pytest.mark.parametrize("trials", [3, 30, 300])
def test_what_is_dealt_has_the_shares_and_their_covariance(trials):
    """Cells of one multinomial: means n p, and -n p q between two cells."""
    draw, shares = np.random.default_rng(4), np.array([0.5, 0.3, 0.1])
    dealt = simulation.multinomial(draw, np.full(60_000, float(trials)), shares)
    assert dealt.mean(axis=0) == pytest.approx(trials * shares, rel=0.02)
    expected = trials * (np.diag(shares) - np.outer(shares, shares))
    assert np.cov(dealt.T) == pytest.approx(expected, abs=0.05 * trials)


def test_counts_that_never_vary_have_no_range():
    """Without certificates and without history nothing is expected, with certainty."""
    inputs = observed(np.random.default_rng(1), np.zeros(VALIDITY, dtype=int))
    forecast = model.forecast(inputs, a_scenario(growth_ratio=-0.99), 4)
    line = next(each for each in forecast.lines if each.service_option == "renewal")
    assert line.expected_count.tolist() == line.low_80_count.tolist() == line.high_80_count.tolist() == [0, 0, 0, 0]


def test_weeks_that_vary_more_than_poisson_widen_the_range():
    """Gamma-Poisson: arrivals that swing from week to week, or from month to month, have a wider range than those that do not."""
    steady = Arrivals(1560, 260, tuple((5, 30) for _ in range(52)))
    by_week = Arrivals(1560, 260, tuple((5, 10 + 40 * (week % 2)) for week in range(52)))
    by_month = Arrivals(1560, 260, tuple((5, 10 + 40 * (week // 4 % 2)) for week in range(48)))
    assert simulation.swings(steady) == (0, 0)
    assert simulation.swings(by_week) == pytest.approx(((400 - 30) / 900, 0))
    of_weeks, of_months = simulation.swings(by_month)
    assert (of_weeks, of_months) == pytest.approx((0, (4 * (6400 - 120) / 14400 - 370 / 900) / 3))
    widths = []
    for arrived in (steady, by_week, by_month):
        given = replace(observed(np.random.default_rng(1), np.zeros(VALIDITY, dtype=int)), arrivals={"new": arrived})
        line = next(each for each in model.forecast(given, a_scenario(), 10).lines if each.service_option == "new")
        widths.append((line.high_80_count - line.low_80_count)[1:].mean())
    assert widths[0] < 0.6 * min(widths[1:])
