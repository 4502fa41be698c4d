"""The rarer turns that requests take: re-opened, requested date changed, the newest event of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from random import Random

from . import days, exports, plan, texts
from .timeline import Request, moment
from .verdicts import due_on

REOPEN_WINDOW = timedelta(days=25)


def play(requests: list[Request]) -> None:
    """Changes some of the drawn requests in place; none of them changes its intended outcome."""
    random = Random(f"{plan.SEED} episodes")
    _reopened_inside_the_window(random, requests)
    _reopened_after_the_window(random, requests)
    _reopened_between_exports(random, requests)
    _reopened_and_open(random, requests)
    _asked_for_a_later_date(requests)
    _newest_event(requests)


def _pick(requests: list[Request], wanted: Callable[[Request], bool], count: int) -> Iterator[Request]:
    """The first `count` untouched requests that fit."""
    for request in requests:
        if count and not request.marks and wanted(request):
            request.marks.add("episode")
            count -= 1
            yield request


def _closed_once(request: Request, outcome: str) -> bool:
    """Whether it ended plainly: one completion, nothing after it, approved in the usual way."""
    closes = request.closed_events()
    return (
        request.intended == outcome
        and len(closes) == 1
        and closes[0] is request.events[-1]
        and closes[0][1]["state"] == "Closed Complete"
    )


def _reopen(request: Request, at: datetime, keeps_closed_at: bool) -> None:
    left_over = {} if keeps_closed_at else {"closed_at": ""}
    request.happens(at, state="Work in Progress", stage="Fulfillment", reopen_count=1, **left_over)


def _close_again(request: Request, at: datetime) -> None:
    request.happens(at, state="Closed Complete", stage="Completed", closed_at=at)


def _reopened_inside_the_window(random: Random, requests: list[Request]) -> None:
    """An export shows the first close and the next one the second: the first counts, so all of them stay met."""
    for i, boundary in enumerate(exports.boundaries()[:-1]):

        def fits(request: Request, boundary: datetime = boundary) -> bool:
            return _closed_once(request, "met") and boundary - timedelta(days=6) < request.last_at < boundary

        for request in _pick(requests, fits, 1):
            _reopen(request, moment(random, days.business_days_after(boundary.date(), 2)), keeps_closed_at=i % 2 == 0)
            _close_again(request, moment(random, days.business_days_after(boundary.date(), 4)))


def _reopened_after_the_window(random: Random, requests: list[Request]) -> None:
    """Closed in time, seen so, re-opened after the 25 calendar days: the last close counts, a miss."""

    def fits(request: Request) -> bool:
        if not _closed_once(request, "missed") or request.last_at > datetime(2026, 9, 1):
            return False
        due = datetime.combine(due_on(request), datetime.min.time())
        return any(due + days.ONE_DAY < edge < due + timedelta(days=20) for edge in exports.boundaries())

    for request in _pick(requests, fits, 2):
        first = moment(random, due_on(request), request.events[-2][0])
        _move_close(request, first)
        again = first.date() + REOPEN_WINDOW + days.ONE_DAY
        reopened = days.business_days_after(again, 1)
        _reopen(request, moment(random, reopened), keeps_closed_at=True)
        _close_again(request, moment(random, days.business_days_after(reopened, 2)))


def _reopened_between_exports(random: Random, requests: list[Request]) -> None:
    """No export shows the first close, only that there was one: the last close counts, met or missed."""
    for outcome, count in (("missed", 4), ("met", 3)):

        def fits(request: Request, outcome: str = outcome) -> bool:
            if not _closed_once(request, outcome) or request.last_at > datetime(2026, 11, 1):
                return False
            started, closed = request.events[-2][0], request.events[-1][0]
            is_unseen = not any(started < edge < closed for edge in exports.boundaries())
            return is_unseen and days.elapsed(started.date(), closed.date()) >= 4

        for request in _pick(requests, fits, count):
            started, closed = request.events[-2][0], request.last_at
            first = moment(random, days.business_days_after(started.date(), 1))
            _move_close(request, first)
            _reopen(request, moment(random, days.business_days_after(first.date(), 1)), keeps_closed_at=False)
            _close_again(request, closed)


def _move_close(request: Request, at: datetime) -> None:
    _, cells = request.events.pop()
    request.happens(at, **cells | {"closed_at": at})


def _reopened_and_open(random: Random, requests: list[Request]) -> None:
    """Closed in time, re-opened, still open past its due date: open and overdue, its left-over close ignored."""
    overdue = [one for one in requests if "overdue" in one.marks]
    first_on, reopened_on = date(2026, 11, 10), date(2026, 11, 16)
    for request in [one for one in overdue if one.last_at.date() < first_on <= due_on(one)][:1]:
        at = moment(random, first_on)
        request.happens(at, state="Closed Complete", stage="Completed", closed_at=at, assigned_to=texts.TEAM[0])
        _reopen(request, moment(random, reopened_on), keeps_closed_at=True)


def _asked_for_a_later_date(requests: list[Request]) -> None:
    """The customer moves the requested date after an export showed the first one, and only the first is scored."""

    def fits(request: Request) -> bool:
        asked = request.events[0][1]["variables.requested_completion_date"]
        edges = [edge for edge in exports.boundaries() if request.submitted_at < edge < request.last_at]
        return _closed_once(request, "met") and asked == due_on(request) and bool(edges)

    for request in _pick(requests, fits, 6):
        edge = next(edge for edge in exports.boundaries() if edge > request.submitted_at)
        asked = request.events[0][1]["variables.requested_completion_date"] + timedelta(days=9)
        at = edge + (request.last_at - edge) / 2
        request.happens(at.replace(second=0, microsecond=0), **{"variables.requested_completion_date": asked})


def _newest_event(requests: list[Request]) -> None:
    """Everything else happened before AS_OF; a note on an open request makes it the newest event."""
    request = next(one for one in reversed(requests) if "overdue" in one.marks)
    request.happens(plan.AS_OF, assigned_to=texts.TEAM[1])
