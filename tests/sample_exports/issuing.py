"""The certificates of one chain: what its first request renews, then what each of its requests produced."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from . import certificate_plan, chains, days, naming, plan
from .certificates import DELEGATED, ENROLLED, Certificate, asked_before
from .timeline import Request, moment


def certificates(chain: list[Request]) -> list[Certificate]:
    """Oldest first; empty where nothing is known to have been issued."""
    found = [_predecessor(chain[0])] if chain[0].option in plan.RENEWALS else []
    for request, following in zip(chain, [*chain[1:], None]):
        issued_at = chains.issued_at(request)
        if issued_at is not None:
            random = Random(f"{plan.SEED} {request.number} end")
            expires_on = chains.current_expires_on(following) if following else ends_on(random, issued_at.date())
            found.append(issued(random, naming.names(request), issued_at, expires_on, request=request, renewal=following))
    return found


def issued(random: Random, names: list[str], at: datetime, expires_on: date, **more) -> Certificate:
    """A certificate issued at a local time."""
    return Certificate(names, asked_before(random, at), at, expires_on, **more)


def ends_on(random: Random, issued_on: date) -> date:
    """The last day of what nobody has renewed yet: mostly the latest there is, some shorter, some on a day of choice."""
    most = certificate_plan.longest(issued_on)
    latest = issued_on + timedelta(most - 1)
    if random.random() < certificate_plan.AIMED_SHARE:
        days_of_choice = (*certificate_plan.CROWDED, *certificate_plan.CLOSED)
        fitting = [day for day in days_of_choice if issued_on + timedelta(most - 60) < day <= latest]
        return random.choice(fitting) if fitting else latest
    shorter = certificate_plan.SHORTER_FROM[issued_on >= certificate_plan.SHRINKS_ON]
    return issued_on + timedelta(shorter - 1) if random.random() < 0.08 else latest


def _predecessor(request: Request) -> Certificate:
    """What the first request of a chain renews; one from the time of the sample has no request, so the department issued it."""
    random = Random(f"{plan.SEED} {request.number} predecessor")
    expires_on = chains.current_expires_on(request)
    issued_on = _business_day_before(random, expires_on)
    via = DELEGATED if issued_on >= plan.FIRST_DAY else ENROLLED
    names = naming.names(request)
    kind, is_open = random.random(), chains.is_open(request)
    if kind < (0.14 if is_open else 0.03):
        names = [*names, names[0].replace(".", "-old.", 1)]  # the renewal leaves it out
    elif kind > 0.92 and len(names) > 1:
        names = names[:-1]
    return issued(random, names, moment(random, issued_on), expires_on, renewal=request, via=via)


def _business_day_before(random: Random, expires_on: date) -> date:
    """A day of issue from which a usual lifetime leads to the given end."""
    day = expires_on - timedelta(396 - random.choice((0, 0, 0, 0, 3, 12, 31)))
    if day >= certificate_plan.SHRINKS_ON:
        day = expires_on - timedelta(198)
    while not days.is_business_day(day):
        day += days.ONE_DAY
    return day
