"""How likely an open request is to miss, from what became of the requests like it, counted day by day.

Kaplan and Meier's product-limit estimate with late entry: requests of one option and rule are followed on the business
days left until they are due, from those at the start of their clock down to 0, and each day's share of requests that
were not met is multiplied.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from . import business_days, clock
from .outcomes import Outcome
from .policy import Rules


@dataclass(frozen=True)
class Risk:
    """One open request that is not yet due. `risk_ratio` None: there is no request like it."""

    number: str
    service_option: str
    due_rule: str
    business_days_left: int
    risk_ratio: Fraction | None
    similar_count: int
    similar_missed_count: int


@dataclass(frozen=True)
class Followed:
    """The days left at the start, and at the end of what is known; below 0 when that lies after the due date."""

    first_left: int
    last_left: int
    is_met: bool
    is_missed: bool

    def is_at_risk(self, left: int) -> bool:
        """Whether it was open on the day with so many left, and has been told of until then."""
        return self.last_left <= left <= self.first_left


def days_left(on: date, started_on: date, due_on: date, rules: Rules) -> int:
    """The days left that a stop on this date counts to: a closed day belongs to the next business day.

    By the due date it is never less than 0; the day of the start is that of the start even where it is closed.
    """
    left = business_days.business_days_after(on, due_on, rules.is_closed)
    if on == started_on or business_days.is_business_day(on, rules.is_closed):
        return left
    return max(left - 1, 0)


def followed(outcome: Outcome, through_on: date, rules: Rules) -> Followed | None:
    """None where the clock did not start, the outcome cannot be measured, or it ended nobody knows when."""
    if outcome.due_on is None or outcome.slo_outcome == "not_measurable":
        return None
    if outcome.slo_outcome == "excluded" and outcome.stop_at is None:
        return None
    started_on = clock.local_on(outcome.clock_start_at)
    until_on = clock.local_on(outcome.stop_at) if outcome.stop_at else through_on
    first = business_days.business_days_after(started_on, outcome.due_on, rules.is_closed)
    last = -1 if until_on > outcome.due_on else days_left(until_on, started_on, outcome.due_on, rules)
    return Followed(first, last, outcome.slo_outcome == "met", outcome.slo_outcome == "missed")


def curve(group: Iterable[Followed], left: int) -> Fraction:
    """The part that was not met by the end of the due date, of those open with so many days left."""
    group, part = list(group), Fraction(1)
    for day in range(left, -1, -1):
        at_risk = sum(one.is_at_risk(day) for one in group)
        met = sum(one.is_met and one.last_left == day and one.is_at_risk(day) for one in group)
        part *= 1 - Fraction(met, at_risk) if at_risk else 1
    return part


def risks(outcomes: Iterable[Outcome], as_of_on: date, known_through_on: date, rules: Rules) -> Mapping[str, Risk]:
    """The risk of every open request that is not yet due, by number; all outcomes are on one clock basis."""
    outcomes, groups = list(outcomes), {}
    for outcome in outcomes:
        if found := followed(outcome, min(as_of_on, known_through_on), rules):
            groups.setdefault((outcome.service_option, outcome.due_rule), []).append(found)
    judged = {}
    for outcome in outcomes:
        if outcome.outcome_reason != "not_yet_due":
            continue
        group = groups[outcome.service_option, outcome.due_rule]
        left = days_left(as_of_on, clock.local_on(outcome.clock_start_at), outcome.due_on, rules)
        similar = [one for one in group if one.is_at_risk(left) and (one.is_met or one.is_missed)]
        judged[outcome.number] = Risk(
            outcome.number,
            outcome.service_option,
            outcome.due_rule,
            business_days.business_days_after(as_of_on, outcome.due_on, rules.is_closed),
            curve(group, left) if similar else None,
            len(similar),
            sum(one.is_missed for one in similar),
        )
    return judged
