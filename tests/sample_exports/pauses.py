"""The states of a request, with the times in which it waited for its customer."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from . import days, exports, plan
from .timeline import Request, moment, weighted
from .transition_plan import MORE_PAUSES_SHARE, PAUSE_LENGTHS, PENDING, WORKING

Changes = list[tuple[datetime, str]]
LEAST = timedelta(minutes=30)


def states(random: Random, request: Request) -> Changes:
    """(from when, state): those of the request's events, and changes between them that no export of requests could show."""
    found: Changes = []
    for at, cells in request.events:
        if "state" in cells and (not found or found[-1][1] != cells["state"]):
            found.append((at, cells["state"]))
    changes: Changes = []
    for (at, state), (ended_at, _) in zip(found, [*found[1:], (None, "")]):
        changes.append((at, state))
        if state == PENDING:
            changes += _resumed(random, at, ended_at) if ended_at else _waited_twice(random, at)
        elif state == WORKING and ended_at:
            changes += _paused(random, at, ended_at)
    return changes


def _resumed(random: Random, at: datetime, ended_at: datetime) -> Changes:
    """The customer answered before the request ended, and after the last export that shows it waiting."""
    again = _answered(random, at)
    last = max((edge for edge in exports.boundaries() if at < edge < ended_at), default=at)
    return [(again, WORKING)] if last < again < ended_at - LEAST else []


def _paused(random: Random, at: datetime, ended_at: datetime) -> Changes:
    """Now and then a wait, or two, within a time of work."""
    found: Changes = []
    while random.random() < (MORE_PAUSES_SHARE if not found else 0.3):
        begin = moment(random, days.business_days_after(at.date(), random.randint(0, 2)), at)
        end = _answered(random, begin)
        if not at + LEAST < begin < end < ended_at - LEAST or _is_seen(begin, end):
            break
        found += [(begin, PENDING), (end, WORKING)]
        at = end
    return found


def _waited_twice(random: Random, at: datetime) -> Changes:
    """An open request that waits now: in half of them work went on between two exports that show it waiting."""
    edges = [at, *(edge for edge in exports.boundaries() if at < edge < plan.AS_OF), plan.AS_OF]
    begin, end = max(zip(edges, edges[1:]), key=lambda window: window[1] - window[0])
    if random.random() < 0.5 or end - begin < timedelta(days=4):
        return []
    again, waits = moment(random, days.business_days_after(begin.date(), 1)), end - timedelta(hours=random.randint(3, 30))
    return [(again, WORKING), (waits, PENDING)] if begin < again < waits - LEAST else []


def _answered(random: Random, at: datetime) -> datetime:
    """When a customer answered who was asked at an instant."""
    length = weighted(random, PAUSE_LENGTHS)
    if not length:
        return at + timedelta(minutes=random.randint(40, 200))
    return moment(random, days.business_days_after(at.date(), length))


def _is_seen(begin: datetime, end: datetime) -> bool:
    """Whether an export of requests was taken in between, which does not show it."""
    return any(begin <= edge <= end for edge in exports.boundaries())
