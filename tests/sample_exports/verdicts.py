"""The outcome of a request as the sample intends it: from its typed rows, counting days on the calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import days, plan
from .timeline import Request

REOPEN_WINDOW = timedelta(days=25)
LEAD_MIN_DAYS = 20
OPEN_STATES = ("Open", "Work in Progress", "Pending")
ENDED_STATES = {"Closed Incomplete": "incomplete", "Closed Skipped": "skipped", "Closed Cancelled": "cancelled"}


@dataclass(frozen=True)
class Verdict:
    """Local times and dates; None where the clock has not started (or has no target), or is not over."""

    service_option: str
    due_on: date | None
    due_rule: str
    slo_outcome: str
    outcome_reason: str
    elapsed_business_days: int | None
    start_at: datetime | None
    stop_at: datetime | None


def verdict(option: str, versions: list[dict], certificate_expires_on: date | None = None) -> Verdict:
    """The verdict at AS_OF from all rows that the exports show of one request, oldest first.

    `certificate_expires_on`: when the certificate to renew expires, as the certificate exports tell where the request does not.
    """
    row = versions[-1]
    submitted_on, as_of_on = row["opened_at"].date(), plan.AS_OF.date()
    stop_at = _stop(versions)
    start_at = _start(row, stop_at)
    start_on = start_at.date() if start_at else None
    due, rule = _due(option, versions, submitted_on, start_on, certificate_expires_on)
    until_on = stop_at.date() if stop_at else as_of_on
    elapsed = _elapsed(start_on, until_on) if start_on else None
    outcome, reason = _outcome(option, row, stop_at, start_on, due)
    return Verdict(option, due, rule, outcome, reason, elapsed, start_at, stop_at)


def due_on(request: Request) -> date | None:
    """When a request is due if the rows show all of its events."""
    versions = [request.row(at) for at, _ in request.events]
    return verdict(request.option, versions).due_on


def _stop(versions: list[dict]) -> datetime | None:
    row = versions[-1]
    if row["state"] in ENDED_STATES:
        return row["closed_at"] or row["sys_updated_on"]
    if row["state"] != "Closed Complete" or not _real(row["closed_at"]):
        return None
    completed = [one for one in versions if one["state"] == "Closed Complete" and _real(one["closed_at"])]
    closes = sorted({one["closed_at"] for one in completed})
    window_ends_on = closes[0].date() + REOPEN_WINDOW
    reopened = [one["sys_updated_on"] for one in versions if one["state"] in OPEN_STATES]
    is_inside = closes[-1].date() <= window_ends_on
    is_inside |= any(at > closes[0] and at.date() <= window_ends_on for at in reopened)
    return closes[0] if is_inside else closes[-1]


def _real(closed_at: datetime | str) -> bool:
    return closed_at != "" and closed_at.year > 1970


def _start(row: dict, stop_at: datetime | None) -> datetime | None:
    submitted_at, approved_at = row["opened_at"], row["approval_set"]
    if row["approval"] == "Approved" and approved_at:
        is_after_close = stop_at is not None and approved_at.date() > stop_at.date()
        return submitted_at if is_after_close else approved_at
    if row["approval"] == "Rejected":
        return None
    if row["approval"] == "Requested":
        return submitted_at if row["state"] == "Closed Complete" else None
    return submitted_at


def _due(
    option: str, versions: list[dict], submitted_on: date, start_on: date | None, certificate_expires_on: date | None
) -> tuple[date | None, str]:
    if start_on is None or option not in plan.TARGETS:
        return None, ""
    counted = days.business_days_after(start_on, plan.TARGETS[option])
    stated = versions[-1]["variables.current_expiration_date"]
    expires_on = stated if isinstance(stated, date) else certificate_expires_on
    asked = [one["variables.requested_completion_date"] for one in versions]
    asked = [day for day in asked if isinstance(day, date)]
    if option in plan.RENEWALS and expires_on is not None and asked:
        if (expires_on - submitted_on).days >= LEAD_MIN_DAYS:
            promised = min(asked[0], expires_on)
            if promised > counted:
                return promised, "requested_date"
    return counted, "business_days"


def _outcome(
    option: str, row: dict, stop_at: datetime | None, start_on: date | None, due: date | None
) -> tuple[str, str]:
    state = row["state"]
    if row["approval"] == "Rejected":
        return "excluded", "approval_rejected"
    if state == plan.CUSTOM_STATE:
        return "not_measurable", f"unknown_state: {state}"
    if state in ENDED_STATES:
        is_late = due is not None and stop_at.date() > due
        return ("missed", "ended_after_due") if is_late else ("excluded", ENDED_STATES[state])
    if option not in plan.TARGETS:
        return "not_measurable", "unclassified_option: Security Certificates / Renewal"
    if state == "Closed Complete":
        if stop_at is None:
            return "not_measurable", "completed_without_stop"
        if stop_at.date() < row["opened_at"].date():
            return "not_measurable", "stop_before_submission"
        return ("met", "on_time") if stop_at.date() <= due else ("missed", "completed_late")
    if start_on is None:
        return "open", "awaiting_approval"
    # The newest event of all exports is AS_OF, so nothing here is stale.
    return ("missed", "open_overdue") if due < plan.AS_OF.date() else ("open", "not_yet_due")


def _elapsed(start: date, stop: date) -> int:
    """As counted; a stop before the start (the not measurable ones) goes backwards."""
    if stop >= start:
        return days.elapsed(start, stop)
    return -len(days.business_days_of(stop + days.ONE_DAY, start)) + (not days.is_business_day(stop))
