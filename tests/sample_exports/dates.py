"""The dates of one request, drawn backwards from the day on which it is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from . import days, plan
from .timeline import closed_day_after, closed_day_before, weighted

APPROVAL_DELAYS = {0: 52, 1: 18, 2: 9, 3: 7, 4: 5, 5: 3, 6: 2, 8: 2, 11: 1.4, 15: 0.6}  # business days
LEADS = {20: 14, 21: 8, 22: 7, 23: 7, 24: 7, 25: 7, 26: 6, 27: 5, 28: 6, 29: 5, 30: 7, 31: 4, 34: 4, 40: 4, 60: 3}
SHORT_LEADS = {19: 9, 18: 6, 17: 5, 15: 6, 14: 6, 12: 6, 10: 5, 8: 4, 5: 3, 2: 2, 1: 1}
PACE = {  # business days from the start of the clock when all goes well, by target
    5: {0: 9, 1: 28, 2: 28, 3: 17, 4: 10, 5: 8},
    10: {1: 10, 2: 18, 3: 20, 4: 17, 5: 12, 6: 8, 7: 5, 8: 4, 9: 3, 10: 3},
}
LATENESS = {1: 41, 2: 20, 3: 12, 4: 8, 5: 6, 6: 4, 8: 4, 11: 3, 17: 2}  # business days after the due date
REQUESTED_DATE_SHARE = 0.38  # of renewals: the requested completion date decides


@dataclass
class Dates:
    """Local dates; `expires_on` and `asked_on` (requested completion) only for renewals, None where not given."""

    submitted_on: date
    approved_on: date | None  # None: the clock starts with the submission
    due_on: date
    counted_on: date  # what the business days alone would give
    expires_on: date | None = None
    asked_on: date | None = None

    @property
    def start_on(self) -> date:
        return self.approved_on or self.submitted_on


def due_on(random: Random, option: str, due: date, has_approval: bool) -> Dates:
    """Dates of a request that falls due on a given business day (a requested date may move it to a closed day)."""
    for _ in range(300):
        if option in plan.RENEWALS and random.random() < REQUESTED_DATE_SHARE:
            drawn = _by_requested_date(random, option, due, has_approval)
        else:
            drawn = _by_business_days(random, option, due, has_approval)
        if drawn is not None and drawn.submitted_on >= plan.FIRST_DAY:
            return drawn
    raise ValueError(f"no dates for {option} due on {due}")


def _by_business_days(random: Random, option: str, due: date, has_approval: bool) -> Dates:
    start = closed_day_after(random, days.business_days_before(due, plan.TARGETS[option]), 0.05)
    submitted, approved = start, None
    if has_approval:
        approved = start
        delay = weighted(random, APPROVAL_DELAYS)
        submitted = closed_day_after(random, days.business_days_before(start, delay), 0.2) if delay else start
    drawn = Dates(submitted, approved, due, due)
    if option in plan.RENEWALS:
        _give_renewal_dates(random, drawn)
    return drawn


def _give_renewal_dates(random: Random, drawn: Dates) -> None:
    """Expiry and requested dates that leave the due date to the business days, for each of the reasons there are."""
    submitted = drawn.submitted_on
    reason = weighted(random, {"short": 30, "expired": 2, "unknown": 5, "undated": 37, "earlier": 26})
    if reason == "short":
        drawn.expires_on = submitted + timedelta(weighted(random, SHORT_LEADS))
    elif reason == "expired":
        drawn.expires_on = submitted - timedelta(random.randrange(10))
    elif reason != "unknown":
        drawn.expires_on = submitted + timedelta(weighted(random, LEADS))
    if reason == "earlier":
        drawn.asked_on = submitted + timedelta(random.randint(1, (drawn.due_on - submitted).days))
    elif reason != "undated" and random.random() < 0.55:
        drawn.asked_on = submitted + timedelta(random.randint(3, 24))


def _by_requested_date(random: Random, option: str, due: date, has_approval: bool) -> Dates | None:
    moved = closed_day_after(random, due, 0.12)
    due = moved if moved.month == due.month else due
    target = plan.TARGETS[option]
    lead = weighted(random, LEADS)
    is_capped = lead < 40 and random.random() < 0.08
    notice = lead if is_capped else random.randint(target + 4, min(lead, 32))
    submitted = due - timedelta(notice)
    if not days.is_business_day(submitted) and random.random() < 0.85:
        return None
    approved = None
    if has_approval:
        approved = days.business_days_after(submitted, weighted(random, APPROVAL_DELAYS))
    counted = days.business_days_after(approved or submitted, target)
    if counted >= due:
        return None
    asked = due + timedelta(random.randint(1, 7)) if is_capped else due
    return Dates(submitted, approved, due, counted, submitted + timedelta(lead), asked)


def stop_on(random: Random, drawn: Dates, target: int, is_met: bool) -> date:
    """When the request closes: by the due date, or some business days after it (never after the last full day)."""
    if is_met:
        if drawn.due_on > drawn.counted_on and random.random() < 0.12:
            first = drawn.counted_on + days.ONE_DAY
            return random.choice(days.business_days_of(first, drawn.due_on) or [drawn.due_on])
        stop = days.business_days_after(drawn.start_on, weighted(random, PACE[target]))
        return closed_day_before(random, stop, drawn.start_on, 0.1)
    lateness = weighted(random, LATENESS)
    while (stop := days.business_days_after(drawn.due_on, lateness)) > plan.AS_OF.date() >= drawn.due_on:
        lateness -= 1
        if not lateness:
            return plan.AS_OF.date()
    return closed_day_before(random, stop, drawn.due_on, 0.2)
