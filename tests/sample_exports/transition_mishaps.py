"""What goes wrong in the records of a request's course: overlaps, missing ends, holes, values that nobody mapped, strangers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from . import days, plan, transition_plan
from .courses import Course, Stay, Task, between
from .transition_plan import ISSUE, REVIEW, WORKING

LEAST = timedelta(hours=3)


def happen(courses: list[Course]) -> None:
    """Changes the records of some of the courses in place; `told` then says which phase they show instead of the stage."""
    random = Random(f"{plan.SEED} transition mishaps")
    drawn = random.sample(courses, len(courses))
    for course in _pick(drawn, _is_long, transition_plan.OVERLAPS, "overlap"):
        first, following = _stages(course)[:2]
        first.ended_at = following.started_at + timedelta(hours=random.randint(2, 20), minutes=random.randrange(60))
    for course in _pick(drawn, _is_long, transition_plan.MISSING_ENDS, "missing_end"):
        _stages(course)[1].ended_at = None
    for course in _pick(drawn, _is_plain, transition_plan.BACKWARDS, "out_of_order"):
        group = next(stay for stay in course.stays if stay.field == "assignment_group")
        group.ended_at = group.started_at - timedelta(hours=random.randint(1, 9))
    for course in _pick(drawn, _is_long, transition_plan.LATE_BEGINNINGS, "late_beginning"):
        begin = course.request.submitted_at
        _forget(course, begin, between(random, begin, _end(course), 0.4))
    for course in _pick(drawn, _is_long, transition_plan.HOLES, "hole"):
        begin = between(random, _stages(course)[0].ended_at, _end(course), 0.2)
        _forget(course, begin, between(random, begin, _end(course), 0.6))
    for course in _pick(drawn, _works_on_issue, transition_plan.ESCALATIONS, "escalation"):
        begin, end = _renamed(random, course)
        course.told.append((begin, end, "review and completion" if course.request.option == "inquiry" else "review"))
    for course in _pick(drawn, _works_on_issue, transition_plan.UNKNOWN_VALUES, "unknown_values"):
        begin, end = _renamed(random, course)
        course.stays = [stay for stay in course.stays if stay.field != "assignment_group"]
        _interrupt(course, begin, end)
        course.told.append((begin, end, "not mapped"))
    for course in _pick(drawn, _waits_once, transition_plan.TASK_PAUSES, "task_pause"):
        _wait_in_a_task(random, course)


def strangers(random: Random, taken: set[str]) -> Iterator[tuple[str, Stay]]:
    """What was recorded for numbers that no request has."""
    for position in range(transition_plan.STRANGERS):
        number = next(f"RITM{n:07d}" for n in range(random.randint(46000, 52000), 99999) if f"RITM{n:07d}" not in taken)
        begin = datetime(2026, 8, 3 + 11 * position, 10, 4, 5)
        yield number, Stay("state", "Open", begin, begin + timedelta(hours=3))
        yield number, Stay("state", "Closed Cancelled", begin + timedelta(hours=3), None)


def _pick(drawn: list[Course], fits: Callable[[Course], bool], count: int, mark: str) -> list[Course]:
    found = [one for one in drawn if not one.marks and not one.request.marks and fits(one)][:count]
    if len(found) < count:
        raise ValueError(f"only {len(found)} requests for {mark}")
    for one in found:
        one.marks.add(mark)
    return found


def _stages(course: Course) -> list[Stay]:
    return [stay for stay in course.stays if stay.field == "stage"]


def _end(course: Course) -> datetime:
    """When a plain request was closed."""
    return course.stages[-1].started_at


def _is_plain(course: Course) -> bool:
    """Closed once and in the usual way, by no installer."""
    closes = course.request.closed_events()
    usual = len(closes) == 1 and closes[0][1]["state"] == "Closed Complete" and closes[0][1]["closed_at"] == closes[0][0] <= plan.AS_OF
    return usual and not course.tasks and course.request.intended in ("met", "missed")


def _is_long(course: Course) -> bool:
    """Also never paused, with each stage of some hours, and several days long."""
    spans = [stay.ended_at - stay.started_at for stay in course.stages if stay.ended_at]
    is_slow = len(spans) >= 3 and min(spans[:-1]) > LEAST and _end(course) - course.request.submitted_at > timedelta(days=4)
    return is_slow and _is_plain(course) and not course.pauses


def _works_on_issue(course: Course) -> bool:
    """Also worked on in one go, over two business days in the stage of issuing."""
    if not _is_plain(course) or course.pauses or course.request.option != "renewal_customer_install":
        return False
    issue = next(stay for stay in course.stages if stay.value == ISSUE)
    works = [stay for stay in course.stays if stay.field == "state" and stay.value == WORKING]
    is_slow = days.elapsed(issue.started_at.date(), issue.ended_at.date()) >= 2
    return is_slow and len(works) == 1 and works[0].started_at <= issue.started_at


def _waits_once(course: Course) -> bool:
    """Waits for a day or more, within the review."""
    if not _is_plain(course) or len(course.pauses) != 1 or course.pauses[0][1] is None:
        return False
    begin, end = course.pauses[0]
    review = next((stay for stay in course.stages if stay.value == REVIEW), None)
    return end - begin > timedelta(days=1) and review is not None and review.started_at + LEAST < begin and end < _end(course) - 3 * LEAST


def _forget(course: Course, begin: datetime, end: datetime) -> None:
    """Drop from the records whatever lies between two instants."""
    kept = []
    for stay in course.stays:
        if stay.started_at < begin:
            kept.append(replace(stay, ended_at=begin if stay.ended_at is None or stay.ended_at > begin else stay.ended_at))
        if stay.ended_at is None or stay.ended_at > end:
            kept.append(replace(stay, started_at=max(stay.started_at, end)))
    course.stays = kept
    course.told.append((begin, end, "not recorded"))


def _renamed(random: Random, course: Course) -> tuple[datetime, datetime]:
    """Give the first part of the issuing a name that no mapping knows; when that was."""
    issue = next(stay for stay in _stages(course) if stay.value == ISSUE)
    at, end = issue.started_at, between(random, issue.started_at, issue.ended_at, 0.7)
    course.stays.append(Stay("stage", transition_plan.ESCALATED, at, end))
    issue.started_at = end
    return at, end


def _interrupt(course: Course, begin: datetime, end: datetime) -> None:
    """Put a state that no mapping knows in the middle of the work."""
    works = next(stay for stay in course.stays if stay.field == "state" and stay.value == WORKING)
    course.stays += [Stay("state", transition_plan.ON_HOLD, begin, end), Stay("state", WORKING, end, works.ended_at)]
    works.ended_at = begin
    if works.started_at == begin:
        course.stays.remove(works)


def _wait_in_a_task(random: Random, course: Course) -> None:
    """A task for the customer that begins before the state says so, and ends after it."""
    begin, end = course.pauses[0]
    task = Task("Signing request from the customer", begin - timedelta(minutes=random.randint(20, 150)), end + timedelta(minutes=random.randint(30, 400)))
    course.tasks.append(task)
    course.pauses = [(task.started_at, task.ended_at)]
