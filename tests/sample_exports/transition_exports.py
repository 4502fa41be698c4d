"""The exports of transitions: metrics (metric_instance) in two that overlap, the audit of a month (sys_audit), and catalog tasks (sc_task)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from random import Random

from . import plan, texts, transition_plan
from .courses import Course, Stay, known
from .exports import DASHES, ISO
from .spreadsheet import cell

METRICS = ("metric_instance_2026-Q3.csv", "metric_instance_2026-11-20.csv")
AUDIT = "sys_audit_2026-06.csv"
TASKS = "sc_task_2026-11-20.csv"
METRIC_FIELDS = ("id", "field", "value", "start", "end", "duration", "calculation_complete")
AUDIT_FIELDS = ("documentkey", "fieldname", "oldvalue", "newvalue", "sys_created_on", "record_checkpoint")
TASK_FIELDS = ("number", "request_item", "short_description", "state", "opened_at", "closed_at", "assignment_group", "sys_updated_on")
EPOCH = datetime(1970, 1, 1)  # a duration is written as the date that it leads to
VALUES = {  # what the audit keeps behind the labels
    "Open": "1",
    "Work in Progress": "2",
    "Pending": "-5",
    "Closed Complete": "3",
    "Closed Incomplete": "4",
    "Closed Skipped": "7",
    "Requested": "requested",
    "Approved": "approved",
    "Rejected": "rejected",
    "Waiting for Approval": "waiting_for_approval",
    "Awaiting authority": "awaiting_authority",
    "Request Cancelled": "request_cancelled",
}
NOTES = ("Submittal attached.", "Called the customer,\nno answer yet.", "=CSR checked, 2048 bit", "Names confirmed; “all as last time”")

Row = tuple[str, Stay]


def metric_rows(courses: Iterable[Course], others: Sequence[Row], position: int) -> list[Row]:
    """What an export shows, by number and time: the first all that there was, the second what changed since some days before the first."""
    taken_at = transition_plan.METRICS_TAKEN_AT[position]
    rows = [(course.request.number, stay) for course in courses for stay in course.stays] + list(others)
    found = [(number, stay) for number, each in rows for stay in known([each], taken_at)]
    if position:
        found = [row for row in found if (row[1].ended_at or row[1].started_at) >= transition_plan.METRICS_CHANGED_FROM]
    return sorted(found, key=lambda row: (row[0], row[1].started_at, row[1].field, row[1].value))


def metrics(rows: Iterable[Row], position: int) -> bytes:
    """The file, the first with dates in the user's format."""
    dates = (DASHES, ISO)[position]
    shown = (
        (number, stay.field, stay.value, stay.started_at, stay.ended_at or "", _duration(stay), str(stay.ended_at is not None).lower())
        for number, stay in rows
    )
    return _file(METRIC_FIELDS, shown, dates)


def _duration(stay: Stay) -> datetime | str:
    return EPOCH + max(stay.ended_at - stay.started_at, EPOCH - EPOCH) if stay.ended_at else ""


def audit_rows(courses: Iterable[Course]) -> list[tuple]:
    """Every change after the submission: number, field, old value, new value, when, number of the update."""
    found, swapped = [], 0
    for course in courses:
        rows = _changes(course)
        states = [i for i, row in enumerate(rows) if row[1] == "state"]
        if swapped < transition_plan.SWAPPED_UPDATES and len(states) == 2 and not course.request.marks:
            course.marks.add("swapped_updates")
            swapped += 1
            first, second = rows[states[0]], rows[states[1]]
            rows[states[0]], rows[states[1]] = (*first[:5], second[5]), (*second[:5], first[5])
        found += rows
    return found


def _changes(course: Course) -> list[tuple]:
    """Of state, stage and approval, and what people did besides."""
    number, random = course.request.number, Random(f"{plan.SEED} {course.request.number} audit")
    changes = []
    for name in ("state", "stage"):
        stays = [stay for stay in course.stays if stay.field == name]
        changes += [(after.started_at, name, before.value, after.value) for before, after in zip(stays, stays[1:])]
    before = course.request.events[0][1]["approval"]
    for at, cells in course.request.events[1:]:
        if "approval" in cells:
            changes.append((at, "approval", before, cells["approval"]))
            before = cells["approval"]
        if "assigned_to" in cells:
            changes.append((at, "assigned_to", "", f"{random.getrandbits(128):032x}"))
        if random.random() < 0.12:
            changes.append((at, random.choice(("work_notes", "comments")), "", random.choice(NOTES)))
        if random.random() < 0.05:
            changes.append((at, "priority", "4", "3"))
    changes = sorted(change for change in changes if change[0] <= transition_plan.AUDIT_TAKEN_AT)
    updates = {at: count for count, at in enumerate(sorted({change[0] for change in changes}), start=1)}
    return [(number, name, old and audit_value(old), audit_value(new), at, updates[at]) for at, name, old, new in changes]


def audit_value(label: str) -> str:
    """The value that the audit keeps where a person sees a label; other texts as they are."""
    return VALUES.get(label, label.lower() if label in transition_plan.PHASES or label in ("Completed", "Closed Cancelled") else label)


def audit(rows: Iterable[tuple]) -> bytes:
    """The file of the audit."""
    return _file(AUDIT_FIELDS, rows, ISO)


def task_rows(courses: Iterable[Course]) -> list[tuple]:
    """A row per task, in the order in which they were opened."""
    tasks = sorted(((task, course.request.number) for course in courses for task in course.tasks), key=lambda found: (found[0].started_at, found[1]))
    random, count, found = Random(f"{plan.SEED} task numbers"), 61870, []
    for task, number in tasks:
        count += random.choice((1, 1, 2, 5))
        group = transition_plan.INSTALLERS if task.subject.startswith(("Install", "Verify")) else texts.GROUP
        state = "Closed Complete" if task.ended_at else "Work in Progress"
        found.append(
            (f"SCTASK{count:07d}", number, task.subject, state, task.started_at, task.ended_at or "", group, task.ended_at or task.started_at)
        )
    return found


def tasks(rows: Iterable[tuple]) -> bytes:
    """The file of the tasks."""
    return _file(TASK_FIELDS, rows, ISO)


def _file(fields: Sequence[str], rows: Iterable[Sequence], dates: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(fields)
    writer.writerows([cell(value, dates) for value in row] for row in rows)
    return text.getvalue().encode("cp1252")
