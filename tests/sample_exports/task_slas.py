"""The second opinions of ServiceNow: a clock (task_sla) for each request, its deadline counted in the working hours of a schedule.

A definition says 5 days and means 45 working hours. Most clocks agree with the promise; some were set up otherwise, and the reason is known here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from random import Random

from . import days, plan, transition_plan
from .courses import Course, ends
from .schedules import CLOSES, FEDERAL, HOURS_PER_DAY, OPENS, WEEKDAYS, Schedule
from .transition_exports import EPOCH
from .verdicts import Verdict

NAME = "task_sla_2026-11-20.csv"
FIELDS = (
    "task,sla,stage,start_time,planned_end_time,end_time,has_breached,business_percentage,pause_duration,business_pause_duration,schedule"
).split(",")
RESPONSE = "Security Certificates response"
ENDED = ("cancelled", "incomplete", "skipped", "ended_after_due")


@dataclass
class Opinion:
    """A clock of ServiceNow in local time. `reason`: why its verdict differs from ours, empty where that follows from the two deadlines."""

    number: str
    sla: str
    target: int
    started_at: datetime
    planned_end_at: datetime
    ended_at: datetime | None
    stage: str
    schedule: Schedule | None = FEDERAL
    paused: timedelta = timedelta()
    business_paused: timedelta = timedelta()
    reason: str = ""

    @property
    def has_breached(self) -> bool:
        """Whether its deadline passed before its end, or before AS_OF."""
        return (self.ended_at or plan.AS_OF) > self.planned_end_at

    @property
    def verdict(self) -> str:
        """Missed, met, or open: neither ended nor breached."""
        return "missed" if self.has_breached else "met" if self.ended_at else "open"


def opinions(courses: list[Course], verdicts: dict[str, Verdict]) -> list[Opinion]:
    """The clocks of all requests whose clock has started and whose option has a target."""
    found = {
        course.request.number: _opinion(course, verdicts[course.request.number])
        for course in courses
        if verdicts[course.request.number].start_at and verdicts[course.request.number].due_on
    }
    _set_up_otherwise({course.request.number: course for course in courses}, verdicts, found)
    for number, opinion in found.items():
        ours = verdicts[number]
        if not opinion.reason and ours.slo_outcome in ("met", "missed", "open") and opinion.verdict != ours.slo_outcome:
            opinion.reason = _follows(opinion, ours)
    return list(found.values())


def _follows(opinion: Opinion, ours: Verdict) -> str:
    """Why a clock that is set up well differs: the time of day, the holidays, or that it began before the office opened, which makes a day of that day."""
    planned_on, began = opinion.planned_end_at.date(), opinion.started_at
    if planned_on == ours.due_on:
        return "rounding"
    day, left = began.date(), opinion.target
    while left:
        day += days.ONE_DAY
        left -= FEDERAL.works(day)
    if planned_on == day:
        return "calendar_differs"
    is_before_opening = began.time() < OPENS and days.is_business_day(began.date()) and ours.due_rule == "business_days"
    return "start_differs" if is_before_opening and planned_on == days.business_days_after(began.date() - days.ONE_DAY, opinion.target) else "unknown"


def _opinion(course: Course, ours: Verdict) -> Opinion:
    """The clock as it should be: from our start to our stop, the deadline in working hours or on the requested date."""
    target = plan.TARGETS[course.request.option]
    over = [at for at, _ in ends(course.request) if at <= plan.AS_OF]
    is_measured = ours.slo_outcome in ("met", "missed", "excluded")
    ended_at = ours.stop_at if is_measured else over[-1] if over and ours.slo_outcome != "open" else None
    stage = "Cancelled" if ours.outcome_reason in ENDED else "Completed" if ended_at else "In progress"
    if ours.due_rule == "requested_date":
        planned = datetime.combine(ours.due_on, CLOSES)
        return Opinion(course.request.number, "Security Certificates requested date", target, ours.start_at, planned, ended_at, stage)
    planned = FEDERAL.after(ours.start_at, timedelta(hours=HOURS_PER_DAY * target))
    return Opinion(course.request.number, f"Security Certificates {target} days", target, ours.start_at, planned, ended_at, stage)


def _set_up_otherwise(courses: dict[str, Course], verdicts: dict[str, Verdict], found: dict[str, Opinion]) -> None:
    """Changes some of the clocks in place, each so that its verdict differs for one reason."""
    random = Random(f"{plan.SEED} second opinions")
    numbers = random.sample(list(found), len(found))
    changes: tuple[tuple[str, int, Callable], ...] = (
        ("start_differs", transition_plan.DIFFERENT_STARTS, _from_submission),
        ("stop_differs", transition_plan.DIFFERENT_STOPS, _until_earlier),
        ("pause_counted", transition_plan.COUNTED_PAUSES, _without_pause),
        ("calendar_differs", transition_plan.OTHER_SCHEDULES, _on_holidays_too),
        ("duration_in_hours", transition_plan.DAYS_OF_24_SCHEDULE_HOURS, _in_days_of_schedule_hours),
        ("duration_in_hours", transition_plan.DAYS_OF_24_HOURS, _around_the_clock),
        ("unknown", transition_plan.UNEXPLAINED, _unexplained),
        ("requested_date", transition_plan.REQUESTED_DATES, _without_requested_date),
    )
    for reason, count, change in changes:
        for number in numbers:
            opinion, ours = found[number], verdicts[number]
            is_plain = not courses[number].request.marks and not courses[number].marks and ours.outcome_reason in ("on_time", "completed_late")
            if not count or opinion.reason or not is_plain or opinion.verdict != ours.slo_outcome:
                continue
            if (ours.due_rule == "requested_date") != (reason == "requested_date"):
                continue
            if opinion.planned_end_at.date() != ours.due_on:
                continue  # two reasons at once would need an order between them
            other = change(opinion, ours, courses[number])
            if other is not None and other.verdict != ours.slo_outcome:
                found[number] = replace(other, reason=reason)
                count -= 1
        if count:
            raise ValueError(f"{count} clocks too few for {reason}")


def _from_submission(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """Started by the submission, not the approval."""
    began = course.request.submitted_at
    planned = FEDERAL.after(began, timedelta(hours=HOURS_PER_DAY * opinion.target))
    counted = days.business_days_after(began.date(), opinion.target)
    is_clear = planned.date() == counted < ours.stop_at.date() and counted != ours.due_on
    return replace(opinion, started_at=began, planned_end_at=planned) if is_clear else None


def _until_earlier(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """Stopped when the certificate was issued, before the installation."""
    begin = next((stay.started_at for stay in course.stages if stay.value == transition_plan.INSTALLATION), None)
    return replace(opinion, ended_at=begin) if begin and begin < opinion.planned_end_at and ours.slo_outcome == "missed" else None


def _without_pause(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """The clock rested while the request waited for its customer."""
    pauses = [(max(begin, ours.start_at), min(end or ours.stop_at, ours.stop_at)) for begin, end in course.pauses]
    pauses = [(begin, end) for begin, end in pauses if end - begin > timedelta(days=1)]
    if len(course.pauses) != 1 or not pauses or pauses[0][0].date() > ours.due_on:
        return None
    begin, end = pauses[0]
    business = FEDERAL.between(begin, end)
    planned = FEDERAL.after(opinion.started_at, timedelta(hours=HOURS_PER_DAY * opinion.target) + business)
    moved = days.business_days_after(ours.due_on, days.elapsed(begin.date(), end.date()))
    is_clear = days.is_business_day(end.date()) and ours.stop_at.date() <= moved and ours.stop_at < planned < ours.stop_at + (end - begin)
    return replace(opinion, planned_end_at=planned, paused=end - begin, business_paused=business) if is_clear else None


def _on_holidays_too(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """A schedule without holidays."""
    planned = WEEKDAYS.after(opinion.started_at, timedelta(hours=HOURS_PER_DAY * opinion.target))
    is_clear = planned.date() < ours.stop_at.date() and planned.date() < ours.due_on
    return replace(opinion, planned_end_at=planned, schedule=WEEKDAYS) if is_clear else None


def _in_days_of_schedule_hours(opinion: Opinion, ours: Verdict, course: Course) -> Opinion:
    """Somebody entered days, and a day is 24 working hours."""
    return replace(opinion, planned_end_at=FEDERAL.after(opinion.started_at, timedelta(hours=24 * opinion.target)))


def _around_the_clock(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """No schedule at all: a day is 24 hours, weekends included."""
    planned = opinion.started_at + timedelta(days=opinion.target)
    return replace(opinion, planned_end_at=planned, schedule=None) if planned.date() < ours.stop_at.date() else None


def _unexplained(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """Somebody wrote another deadline, and nothing says why."""
    on = days.business_days_before(ours.due_on, 2)
    is_clear = opinion.target == 10 and on < ours.stop_at.date() and on > opinion.started_at.date()
    return replace(opinion, planned_end_at=datetime.combine(on, time(12))) if is_clear else None


def _without_requested_date(opinion: Opinion, ours: Verdict, course: Course) -> Opinion | None:
    """The definition knows business days only."""
    planned = FEDERAL.after(opinion.started_at, timedelta(hours=HOURS_PER_DAY * opinion.target))
    is_clear = planned.date() == days.business_days_after(opinion.started_at.date(), opinion.target) < ours.stop_at.date()
    return replace(opinion, sla=f"Security Certificates {opinion.target} days", planned_end_at=planned) if is_clear else None


def responses(found: list[Opinion]) -> Iterator[Opinion]:
    """Clocks of another definition on some of the requests: when somebody first answered."""
    random = Random(f"{plan.SEED} responses")
    for opinion in sorted(random.sample(found, transition_plan.RESPONSES), key=lambda one: one.number):
        planned = FEDERAL.after(opinion.started_at, timedelta(hours=HOURS_PER_DAY))
        answered = FEDERAL.after(opinion.started_at, timedelta(minutes=random.randint(20, 700)))
        if answered < plan.AS_OF:
            yield Opinion(opinion.number, RESPONSE, 1, opinion.started_at, planned, answered, "Completed")


def export(found: Iterable[Opinion]) -> bytes:
    """The file, in the order of the numbers."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(FIELDS)
    for one in sorted(found, key=lambda each: (each.number, each.sla)):
        schedule = one.schedule or WEEKDAYS
        spent = schedule.between(one.started_at, one.ended_at or plan.AS_OF) - one.business_paused
        percentage = 100 * spent / timedelta(hours=HOURS_PER_DAY * one.target)
        writer.writerow(
            (
                one.number,
                one.sla,
                one.stage,
                one.started_at,
                one.planned_end_at,
                one.ended_at or "",
                str(one.has_breached).lower(),
                f"{percentage:.2f}",
                EPOCH + one.paused if one.paused else "",
                EPOCH + one.business_paused if one.business_paused else "",
                one.schedule.name if one.schedule else "",
            )
        )
    return text.getvalue().encode("cp1252")
