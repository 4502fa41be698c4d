"""What chance makes of the expectation: runs of the same chains by week, with everything drawn that is not known.

Drawn in each run: the yearly retention of every group, the rate of arrivals and its change from week to week, and for every certificate
whether and when it is renewed, generation after generation. Certificates of a group that wait in the same week are drawn together.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipelines.forecast import chains
from pipelines.forecast.days import WEEK
from pipelines.forecast.inputs import CHAIN_GAP_DAYS, YEAR_DAYS, Arrivals, Inputs
from pipelines.forecast.learning import PRIOR_LAPSED, PRIOR_RENEWED
from pipelines.forecast.recurrence import Class, Expected, lives
from pipelines.policy_schema import Scenario

SHORT_DAYS = CHAIN_GAP_DAYS + 1
"""Shorter certificates may come back in the same week: they are drawn week by week around their expectation."""
MONTH_WEEKS = 4
MANY = 12.0
"""From this mean on counts are drawn from the normal curve: its standard deviation is over three requests, and nobody can tell the difference."""


def runs(inputs: Inputs, scenario: Scenario, mean: Expected, count: int, seed: int) -> dict[str, np.ndarray]:
    """Submissions per option as whole numbers, shape (count, weeks), after automation. The same seed gives the same numbers."""
    draw = np.random.default_rng(seed)
    drawn = {option.id: _arrivals(draw, inputs, scenario, mean, option.id, count) for option in inputs.options}
    renewals = _Chains(draw, inputs, scenario, mean, count)
    renewals.first_generation()
    for option in inputs.options:
        if option.renewed_as in renewals.ratios:
            share = inputs.listed_shares.get(option.id, 1.0)
            listed = drawn[option.id] if share == 1 else _thinned(draw, drawn[option.id], share)
            renewals.arrive(option.renewed_as, option.target_business_days, listed)
    renewals.run()
    for group, submitted in renewals.submitted.items():
        total = submitted + drawn[group]
        drawn[group] = total if not scenario.automated_ratio else _thinned(draw, total, 1 - scenario.automated_ratio)
    return drawn


def _thinned(draw: np.random.Generator, numbers: np.ndarray, chance: float) -> np.ndarray:
    """Each request stays with a chance; week by week, because few and many are drawn differently."""
    return np.stack([binomial(draw, week, chance) for week in numbers.T], axis=1)


def binomial(draw: np.random.Generator, trials: np.ndarray, chance: float | np.ndarray) -> np.ndarray:
    """Successes of whole numbers of trials (rounded first); many are drawn from the normal curve."""
    trials, chance = np.rint(trials), np.clip(chance, 0.0, 1.0)
    if trials.mean() >= MANY:
        normal = draw.standard_normal(trials.shape, dtype=np.float32)
        return np.clip(np.rint(trials * chance + normal * np.sqrt(trials * chance * (1 - chance))), 0, trials)
    return draw.binomial(trials.astype(np.int64), chance).astype(float) if trials.any() else np.zeros(trials.shape)


def multinomial(draw: np.random.Generator, trials: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Trials dealt to cells by their shares, which sum to at most 1: shape (runs, cells). What is not dealt is left out."""
    if trials.mean() * shares.max(initial=0) >= MANY:
        means = trials[:, None] * shares
        noise = np.sqrt(means) * draw.standard_normal(means.shape, dtype=np.float32)
        rest = np.sqrt(np.maximum(trials * (1 - shares.sum()), 0)) * draw.standard_normal(len(trials), dtype=np.float32)
        return np.maximum(np.rint(means + noise - shares * (noise.sum(axis=1) + rest)[:, None]), 0)
    kept = min(float(shares.sum()), 1.0)
    cells = np.append(shares / shares.sum() * kept, 1 - kept)
    return draw.multinomial(np.rint(trials).astype(np.int64), cells)[:, :-1].astype(float)


def _arrivals(draw: np.random.Generator, inputs: Inputs, scenario: Scenario, mean: Expected, option: str, count: int) -> np.ndarray:
    """Weekly arrivals: the rate from its gamma posterior, the swing of each week and of each four weeks from others, the number from Poisson."""
    days = mean.days
    result = np.zeros((count, days.weeks))
    for learned, growth in ((inputs.arrivals.get(option), scenario.growth_ratio), (inputs.unlisted.get(option), 0.0)):
        if learned is None or not learned.business_days or not learned.request_count:
            continue
        day = np.arange(days.horizon)
        exposure = days.by_week((days.is_business[: days.horizon] & (day >= inputs.first_arrival_day)) * np.power(1 + growth, day / YEAR_DAYS))
        rate = draw.gamma(learned.request_count, 1 / learned.business_days, (count, 1))
        of_weeks, of_months = swings(learned)
        factors = _around_one(draw, of_weeks, (count, days.weeks))
        factors = factors * np.repeat(_around_one(draw, of_months, (count, -(-days.weeks // MONTH_WEEKS))), MONTH_WEEKS, axis=1)[:, : days.weeks]
        result += draw.poisson(rate * exposure * factors)
    return result


def _around_one(draw: np.random.Generator, variance: float, shape: tuple[int, int]) -> np.ndarray:
    return draw.gamma(1 / variance, variance, shape) if variance > 0 else np.ones(shape)


def swings(learned: Arrivals) -> tuple[float, float]:
    """By how much weeks, and periods of four weeks, vary more than Poisson: the variances of their own factors around 1.

    What swings from week to week evens out over four weeks to a quarter; what is left there swings from period to period.
    """
    weekly = overdispersion(learned.rate, learned.weeks)
    fours = [learned.weeks[first : first + MONTH_WEEKS] for first in range(0, len(learned.weeks) - MONTH_WEEKS + 1, MONTH_WEEKS)]
    longer = overdispersion(learned.rate, [(sum(days for days, _ in each), sum(number for _, number in each)) for each in fours])
    of_months = max((MONTH_WEEKS * longer - weekly) / (MONTH_WEEKS - 1), 0.0)
    return max(weekly - of_months, 0.0), of_months


def overdispersion(rate: float, periods: Sequence[tuple[int, int]]) -> float:
    """By how much the counts of periods (business days, number) vary more than Poisson: the variance of a period's own factor around 1."""
    if len(periods) < 3:
        return 0.0
    days, counts = np.array(periods, dtype=float).T
    means = rate * days
    square = float((means**2).sum())
    return max(float(((counts - means) ** 2 - means).sum()) / square, 0.0) if square else 0.0


class _Chains:
    """Renewals by group and week. What a week brings back is dealt as the expected flows of its classes say."""

    def __init__(self, draw: np.random.Generator, inputs: Inputs, scenario: Scenario, mean: Expected, count: int) -> None:
        self.draw, self.inputs, self.scenario, self.mean, self.count = draw, inputs, scenario, mean, count
        self.groups = {each.id: each for each in inputs.groups}
        self.weeks, self.week = mean.days.weeks, mean.days.week
        self.ratios = {group: self._ratio(group) for group in self.groups}
        self.submitted = {group: np.zeros((count, self.weeks)) for group in self.groups}
        self.spreads: dict[Class, np.ndarray] = {}

    def _ratio(self, group: str) -> np.ndarray:
        """Yearly retention in each run: Beta around the estimate, as sure as the certificates that were observed."""
        learned = self.inputs.retention[group]
        if learned.ratio in (0.0, 1.0):
            return np.full(self.count, learned.ratio)
        weight = learned.observed_count + PRIOR_RENEWED + PRIOR_LAPSED
        return self.draw.beta(learned.ratio * weight, (1 - learned.ratio) * weight, self.count)

    def spread(self, into: Class) -> np.ndarray:
        """For each day of expiry the shares of submission by week of the horizon: (day, week)."""
        if into not in self.spreads:
            days = self.mean.days
            shares = chains.lead_shares(self.inputs.leads[into[0]], into[1], self.scenario)
            table = np.zeros((days.length, self.weeks + 1))
            weeks = np.minimum(self.week[days.roll], self.weeks)
            day = np.arange(days.length)
            for lead in np.flatnonzero(shares):
                table[day, weeks[np.maximum(day - lead, 0)]] += shares[lead]
            self.spreads[into] = table[:, : self.weeks]
        return self.spreads[into]

    def deal(self, group: str, waiting: np.ndarray, validity: np.ndarray, weights: np.ndarray, weeks: np.ndarray) -> None:
        """Certificates that wait in each run: whether they are renewed, and in which week.

        `validity`, `weights` (sum 1) and `weeks` (shares of submission by week) say of which kinds they are, one row each.
        """
        survival = self.ratios[group][:, None] ** (validity / YEAR_DAYS)
        renewed = binomial(self.draw, waiting, survival @ weights)
        usual = weights * self.inputs.retention[group].ratio ** (validity / YEAR_DAYS)
        if not usual.sum() or not renewed.any():
            return
        shares = (usual / usual.sum()) @ weeks
        cells = np.flatnonzero(shares)
        self.submitted[group][:, cells] += multinomial(self.draw, renewed, shares[cells])

    def first_generation(self) -> None:
        """The certificates that are there, and those that open requests lead to: those of a week of expiry together."""
        cohorts, span = self.inputs.cohorts, self.mean.days
        for position, group in enumerate(cohorts.options):
            mine = (cohorts.option == position) & (cohorts.day >= 0) & (cohorts.day < span.length)
            self._wait(group, cohorts.validity_days[mine], cohorts.day[mine], cohorts.count[mine])
        for (group, validity_days), by_day in self.mean.known.items():
            day = np.flatnonzero(by_day)
            self._wait(group, np.full(len(day), validity_days), day, by_day[day])

    def _wait(self, group: str, validity: np.ndarray, day: np.ndarray, counts: np.ndarray) -> None:
        for week in np.unique(self.week[day]):
            here = self.week[day] == week
            classes, kind = np.unique(validity[here], return_inverse=True)
            held = np.zeros((len(classes), int(here.sum())))
            held[kind.reshape(-1), np.arange(held.shape[1])] = counts[here]
            weeks = np.stack([
                row @ self.spread((group, int(min(each, self.mean.longest_class))))[day[here]] / row.sum() for each, row in zip(classes, held, strict=True)
            ])  # fmt: skip
            total = held.sum()
            self.deal(group, np.full(self.count, total), classes, held.sum(axis=1) / total, weeks)

    def arrive(self, group: str, target_business_days: int, arrived: np.ndarray) -> None:
        """New certificates of the weeks' new requests join the chain."""
        span = self.mean.days
        day = np.arange(span.horizon)
        working = span.is_business[: span.horizon] & (day >= self.inputs.first_arrival_day)
        for week in range(self.weeks):
            here = np.flatnonzero(working & (self.week[: span.horizon] == week))
            if len(here) and arrived[:, week].any():
                issued = np.zeros(span.length)
                issued[span.due(target_business_days)[here]] += 1 / len(here)
                self.renew(group, arrived[:, week], [(int(span.longest.max()), issued)])

    def renew(self, group: str, number: np.ndarray, issued: list[tuple[int, np.ndarray]]) -> None:
        """Certificates issued in place of ones of a validity, by share and day; all shares sum to 1."""
        span = self.mean.days
        kinds: dict[int, tuple[float, np.ndarray]] = {}
        for validity_days, shares in issued:
            held = np.flatnonzero(shares)
            lived = lives(span, validity_days, held)
            for days_valid in np.unique(lived):
                mine = held[lived == days_valid]
                ends = np.minimum(mine + days_valid - 1, span.length - 1)
                weight, weeks = kinds.get(int(days_valid), (0.0, np.zeros(self.weeks)))
                kinds[int(days_valid)] = (weight + shares[mine].sum(), weeks + shares[mine] @ self.spread((group, int(days_valid)))[ends])
        kinds = {days_valid: each for days_valid, each in kinds.items() if days_valid >= SHORT_DAYS}
        if kinds:
            weights = np.array([weight for weight, _ in kinds.values()])
            weeks = np.stack([weeks / weight for weight, weeks in kinds.values()])
            self.deal(group, number * min(weights.sum(), 1.0), np.array(list(kinds)), weights / weights.sum(), weeks)

    def run(self) -> None:
        """Week after week: what is submitted then is issued, and waits for its own renewal."""
        first = self.mean.days.as_of_on.weekday()
        for group in self.groups:
            flows = {validity_days: flow for (each, validity_days), flow in self.mean.flows.items() if each == group and validity_days >= SHORT_DAYS}
            for week in range(self.weeks):
                days = slice(max(WEEK * week - first, 0), WEEK * (week + 1) - first)
                sums = {validity_days: flow.submitted[days].sum() for validity_days, flow in flows.items()}
                total = sum(sums.values())
                if total > 0 and self.submitted[group][:, week].any():
                    self.renew(group, self.submitted[group][:, week], [
                        (validity_days, chains.issue_shares(flows[validity_days], days.start, days.stop) * (each / total))
                        for validity_days, each in sums.items() if each > 0
                    ])  # fmt: skip
            for (each, validity_days), flow in self.mean.flows.items():
                if each == group and validity_days < SHORT_DAYS:
                    self.submitted[group] += self.draw.poisson(self.mean.days.by_week(flow.submitted), (self.count, self.weeks))
