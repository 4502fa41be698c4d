"""Requests in chains: the certificate that one of them produced is the one that the next renews."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from . import certificate_plan, days, plan
from .dates import LEADS, SHORT_LEADS
from .timeline import Request, weighted
from .verdicts import due_on

LEAD_MIN = timedelta(20)
EXPIRES, ASKED = "variables.current_expiration_date", "variables.requested_completion_date"
MINUTE = timedelta(minutes=1)


def chains(requests: list[Request]) -> list[list[Request]]:
    """All requests for certificates, each in one chain, oldest first; `requests` have their numbers."""
    asking = [one for one in requests if one.option != "inquiry"]
    produced = _produced(asking)
    tails: dict[str, list[Request]] = {}
    found: dict[str, list[Request]] = {}
    for request in asking:
        before = _predecessor(request, tails.setdefault(request.events[0][1]["company"], []), produced)
        if before is None:
            found[request.number] = [request]
        else:
            tails[request.events[0][1]["company"]].remove(before)
            found[request.number] = found.pop(before.number) + [request]
        if request.number in produced:
            tails[request.events[0][1]["company"]].append(request)
    return sorted(found.values(), key=lambda chain: chain[0].number)


def _produced(requests: list[Request]) -> dict[str, date]:
    """`{number: day of issue}` of the requests that led to a certificate."""
    instants = ((request.number, issued_at(request)) for request in requests)
    return {number: at.date() for number, at in instants if at is not None}


def _predecessor(request: Request, tails: list[Request], produced: dict[str, date]) -> Request | None:
    """The request of the same customer whose certificate may expire on the stated day: the longest life, then the oldest."""
    expires_on = current_expires_on(request)
    if request.option not in plan.RENEWALS or expires_on is None:
        return None
    fitting = [
        one
        for one in tails
        if certificate_plan.is_usual(produced[one.number], expires_on) and produced[one.number] < request.submitted_at.date()
    ]
    return min(fitting, key=lambda one: (produced[one.number], one.number), default=None)


def is_open(request: Request) -> bool:
    """Whether somebody still works on it at AS_OF, or its approval is awaited."""
    return request.row(plan.AS_OF)["state"] in ("Open", "Work in Progress", "Pending")


def issued_at(request: Request) -> datetime | None:
    """When its certificate was issued (local time): on the day of its first close or the day before, once approved.

    Some requests close only after AS_OF, whose certificate may be there already.
    """
    row = request.row(plan.AS_OF)
    is_odd = request.intended == "not_measurable" and row["state"] != plan.CUSTOM_STATE
    completed = ("Closed Complete", plan.CUSTOM_STATE)
    closes = [at for at, cells in request.events if cells.get("state") in completed]
    if is_odd or not closes:
        return None
    known = [at for at, cells in request.events if at < closes[0] and cells.get("approval") == "Approved"]
    earliest, latest = max([request.submitted_at, *known]) + MINUTE, closes[0] - MINUTE
    random = Random(f"{plan.SEED} {request.number} issue")
    at = closes[0] - timedelta(minutes=random.randrange(15, 240), seconds=random.randrange(60))
    if random.random() < 0.25:
        at -= days.ONE_DAY
    if at < earliest:
        at = earliest + (latest - earliest) * random.random()
    return at.replace(microsecond=0) if at < plan.AS_OF else None


def current_expires_on(request: Request) -> date | None:
    """When the certificate to renew expires: as stated, else as only the certificate tells. None for a new one."""
    stated = request.events[0][1][EXPIRES]
    if request.option not in plan.RENEWALS or isinstance(stated, date):
        return stated or None
    random, submitted_on = Random(f"{plan.SEED} {request.number} expiry"), request.submitted_at.date()
    asked = request.events[0][1][ASKED]
    if is_deciding(request):
        return max(asked, submitted_on + LEAD_MIN) + timedelta(random.randrange(9))
    # With a short lead the requested date never counts, so that nothing hangs on the certificate.
    return submitted_on + timedelta(weighted(random, SHORT_LEADS if asked else LEADS))


def is_deciding(request: Request) -> bool:
    """Whether the requested date moves the due date, within its month, once the expiry is known; it was met all the same."""
    cells = request.events[0][1]
    if request.option not in plan.RENEWALS or isinstance(cells[EXPIRES], date) or not cells[ASKED] or request.intended != "met":
        return False
    asked, counted = cells[ASKED], due_on(request)
    return counted < asked < plan.AS_OF.date() and (asked.year, asked.month) == (counted.year, counted.month)
