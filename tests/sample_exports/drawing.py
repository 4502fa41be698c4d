"""Draws every request of the plan: who asked, when it was due, and how it went."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from . import dates, days, plan, texts
from .timeline import Request, moment, weighted

APPROVALS = {  # how the approval shows in the export; all but the first leave the submission as the start
    "approved": 965,
    "not_required": 8,
    "blank": 10,
    "undated": 5,
    "unrecorded": 6,
    "after_close": 6,
}
INQUIRY_APPROVALS = {"approved": 25, "not_required": 70, "blank": 5}
STAGES = {"requested": "waiting_for_approval", "started": "Fulfillment", "done": "Completed", "done_odd": "completed"}


def requests() -> list[Request]:
    """All requests, oldest submission first and not yet numbered."""
    drawn = [*_due_by_month(), *_due_later(), *_excluded(), *_not_measurable(), *_never_approved()]
    return sorted((one for one in drawn if one.submitted_at < plan.AS_OF), key=lambda one: one.submitted_at)


def month_days(month: str) -> tuple[date, date]:
    """The first and last day of a month that lie inside the sample, before AS_OF."""
    year, number = map(int, month.split("-"))
    first = date(year, number, 1)
    last = date(year + number // 12, number % 12 + 1, 1) - days.ONE_DAY
    return max(first, plan.FIRST_DAY), min(last, plan.AS_OF.date() - days.ONE_DAY)


def _due_by_month() -> Iterator[Request]:
    for month, counts in plan.MONTHS.items():
        for option, (due_count, missed_count) in zip(plan.OPTIONS, counts):
            random = Random(f"{plan.SEED} {month} {option}")
            due_days = _due_days(random, month, due_count, plan.TARGETS[option])
            fates = ["missed"] * missed_count + ["met"] * (due_count - missed_count)
            for i in range(plan.OPEN_OVERDUE.get((month, option), 0)):
                fates[i] = "overdue"
            for i in range(plan.CANCELLED_LATE.get((month, option), 0)):
                fates[i] = "cancelled_late"
            random.shuffle(fates)
            for position, (due, fate) in enumerate(zip(due_days, fates)):
                is_tiny = month in plan.TINY_MONTHS and option == plan.OPTIONS[0] and position == 0
                is_burst = month == plan.BURST_MONTH and option in plan.RENEWALS and position < due_count // 5
                customer = plan.TINY_DEPARTMENT if is_tiny else plan.DEPARTMENTS[1] if is_burst else None
                yield _request(random, option, due, fate, customer)


def _due_days(random: Random, month: str, count: int, target: int = 5) -> list[date]:
    """Days on which requests fall due: uneven, and in the burst month a fifth of them on two days."""
    first, last = month_days(month)
    first_due = days.business_days_after(plan.FIRST_DAY, target)  # of what was submitted on the first day
    choice = days.business_days_of(max(first, first_due), last) or [first_due]
    weights = [random.choice((1, 2, 2, 3, 3, 4)) for _ in choice]
    drawn = random.choices(choice, weights, k=count)
    if month == plan.BURST_MONTH:
        drawn[: count // 5] = [choice[7 + i % 2] for i in range(count // 5)]
    return drawn


def _due_later() -> Iterator[Request]:
    for due in days.business_days_of(plan.AS_OF.date(), plan.LATER_THROUGH):
        for option, count in plan.LATER_PER_DAY.items():
            random = Random(f"{plan.SEED} {due} {option}")
            still_open = plan.STILL_OPEN.get(due, 0) if option == "renewal_customer_install" else 0
            for position in range(count):
                yield _request(random, option, due, "open" if position < still_open else "later")


def _request(
    random: Random, option: str, due: date, fate: str, customer: plan.Department | None = None, approval: str = ""
) -> Request:
    """One request due on a day. `fate`: met, missed, overdue, cancelled_late, open, later, or an exclusion's last state."""
    if not approval:
        approval = weighted(random, INQUIRY_APPROVALS if option == "inquiry" else APPROVALS)
    if fate not in ("met", "missed") and approval in ("unrecorded", "after_close"):
        approval = "approved"
    drawn = dates.due_on(random, option, due, approval == "approved")
    customer = customer or texts.department(random, plan.LABELS[option][1] == "CDT")
    request = _submitted(random, option, drawn.submitted_on, customer, approval)
    request.intended = {"overdue": "missed", "cancelled_late": "missed", "later": ""}.get(fate, fate)
    _give_renewal_cells(random, request, drawn)
    if approval == "approved":
        _approve(random, request, drawn.approved_on)
    if fate in ("overdue", "open"):
        request.marks.add(fate)
        request.happens(moment(random, days.business_days_after(drawn.start_on, 1)), state="Pending")
        return request
    is_met = random.random() < 0.94 if fate == "later" else fate not in ("missed", "cancelled_late")
    stop = dates.stop_on(random, drawn, plan.TARGETS[option], is_met)
    _work(random, request, stop)
    if fate == "cancelled_late":
        _close(random, request, stop, "Closed Cancelled")
    else:
        _close(random, request, stop, fate if fate.startswith("Closed") else "Closed Complete")
    if approval == "after_close":
        _approve(random, request, days.business_days_after(stop, random.randint(1, 4)), is_done=True)
    elif random.random() < 0.1:
        request.happens(moment(random, days.business_days_after(stop, random.randint(1, 5))))
    return request


def _submitted(
    random: Random, option: str, on: date, customer: plan.Department | None, approval: str = "requested"
) -> Request:
    opened_at = moment(random, on)
    label = {"not_required": "Not Required", "blank": "", "undated": "Approved"}.get(approval, "Requested")
    request = Request(option, "")
    cells = texts.cells(random, option, customer)
    cells |= {
        "state": "Open",
        "stage": STAGES["requested"] if label == "Requested" else STAGES["started"],
        "approval": label,
        "approval_set": "",
        "opened_at": opened_at,
        "sys_created_on": opened_at,
        "closed_at": "",
        # A trap: most instances stamp the due date with the opening, so it is no target.
        "due_date": opened_at if random.random() < 0.8 else opened_at + timedelta(days=2),
        "assignment_group": texts.GROUP,
        "assigned_to": "",
        "reopen_count": 0,
        "time_worked": "",
        "variables.current_expiration_date": "",
        "variables.requested_completion_date": "",
    }
    request.happens(opened_at, **cells)
    return request


def _give_renewal_cells(random: Random, request: Request, drawn: dates.Dates) -> None:
    if request.option in plan.RENEWALS:
        cells = request.events[0][1]
        cells["variables.current_expiration_date"] = drawn.expires_on or random.choice(("", "UNKNOWN", "N/A"))
        cells["variables.requested_completion_date"] = drawn.asked_on or ""


def _approve(random: Random, request: Request, on: date, is_done: bool = False) -> None:
    at = moment(random, on, request.last_at)
    stage = {} if is_done else {"stage": STAGES["started"]}
    request.happens(at, approval="Approved", approval_set=at, **stage)


def _work(random: Random, request: Request, stop: date) -> None:
    """Somebody takes the request, sometimes waits for the customer."""
    first_on = days.business_days_after(request.last_at.date(), random.randint(0, 1))
    if first_on < stop:
        at = moment(random, first_on, request.last_at)
        request.happens(at, state="Work in Progress", assigned_to=random.choice(texts.TEAM))
        waits_on = days.business_days_after(first_on, 1)
        if waits_on < stop and random.random() < 0.15:
            request.happens(moment(random, waits_on), state="Pending")


def _close(random: Random, request: Request, on: date, state: str) -> None:
    at = moment(random, on, request.last_at)
    stage = STAGES["done_odd" if random.random() < 0.1 else "done"]
    request.happens(at, state=state, stage=stage, closed_at=at, time_worked=_time_worked(request.option, random.randint(2, 24)))


def _time_worked(option: str, drawn: int) -> int:
    """Seconds, in steps of five minutes, from a number between 2 and 24: about an hour, more with an installation, less for a question."""
    least, most = (15, 60) if option == "inquiry" else (25, 120) if option.endswith("cdt_install") else (15, 100)
    return 300 * round((least + (most - least) * (drawn - 2) / 22) / 5)


def _excluded() -> Iterator[Request]:
    for month, (cancelled, unapproved, rejected, incomplete, skipped) in plan.EXCLUDED.items():
        random = Random(f"{plan.SEED} {month} excluded")
        states = ["Closed Cancelled"] * cancelled + ["Closed Incomplete"] * incomplete + ["Closed Skipped"] * skipped
        for due, state in zip(_due_days(random, month, len(states)), states):
            option = random.choice((plan.OPTIONS[0], plan.OPTIONS[2]))
            request = _request(random, option, due, state, approval="approved")
            request.intended = "excluded"
            if state == "Closed Cancelled" and random.random() < 0.2:
                # Without a closing date the last update counts, so nothing may follow it.
                del request.events[request.events.index(request.closed_events()[0]) + 1 :]
                request.events[-1][1]["closed_at"] = ""
            yield request
        first, last = month_days(month)
        # Its decision must fall before AS_OF, whatever the month.
        choice = days.business_days_of(first, min(last, plan.AS_OF.date() - timedelta(7)))
        for decision in ["cancelled"] * unapproved + ["rejected"] * rejected:
            option = random.choice(plan.OPTIONS[:4])
            customer = texts.department(random, plan.LABELS[option][1] == "CDT")
            request = _submitted(random, option, random.choice(choice), customer)
            request.intended = "excluded"
            on = days.business_days_after(request.submitted_at.date(), random.randint(1, 3))
            if decision == "cancelled":
                _close(random, request, on, "Closed Cancelled")
            else:
                at = moment(random, on)
                # A trap: approval_set is stamped by a rejection too.
                cells = {"approval": "Rejected", "approval_set": at, "closed_at": at}
                request.happens(at, **cells, state="Closed Incomplete", stage="Request Cancelled")
            yield request


def _not_measurable() -> Iterator[Request]:
    for month, (unknown, unclassified, undated, before) in plan.NOT_MEASURABLE.items():
        random = Random(f"{plan.SEED} {month} not measurable")
        kinds = ["unknown"] * unknown + ["unclassified"] * unclassified + ["undated"] * undated + ["before"] * before
        for due, kind in zip(_due_days(random, month, len(kinds)), kinds):
            request = _request(random, random.choice(plan.RENEWALS), due, "met", approval="approved")
            while kind == "unclassified" and f"{request.submitted_at:%Y-%m}" != month:
                # It will have no due date, so the month of its submission is the one it shows in.
                due = month_days(month)[1]
                request = _request(random, plan.RENEWALS[0], due, "met", approval="approved")
            request.intended, closing = "not_measurable", request.closed_events()[0][1]
            if kind == "unknown":
                closing["state"] = plan.CUSTOM_STATE
            elif kind == "unclassified":
                request.option = "unclassified"
                request.events[0][1]["variables.installation"] = ""
            elif kind == "undated":
                closing["closed_at"] = random.choice(("", datetime(1970, 1, 1)))
            else:
                closing["closed_at"] = request.submitted_at - timedelta(days=3, hours=1)
            yield request


def _never_approved() -> Iterator[Request]:
    random = Random(f"{plan.SEED} never approved")
    for option in (plan.OPTIONS[2:4] + plan.OPTIONS[:1]) * 2:
        on = random.choice(days.business_days_of(date(2026, 11, 2), date(2026, 11, 13)))
        customer = texts.department(random, plan.LABELS[option][1] == "CDT")
        yield _submitted(random, option, on, customer)
