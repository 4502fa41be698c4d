"""The verdicts of ServiceNow beside ours, in words; `row` is a record of `verdict_reconciliation`."""

from __future__ import annotations

from typing import Any

from dashboard.formats import MISSING

VERDICTS = {"missed": "breached", "met": "not breached", "open": "not breached yet"}
"""Its words, not ours: it has breaches."""
REASONS = {
    "same_verdict": "the same verdict",
    "corrected": "our correction changed ours",
    "legacy_field": "its mark has no deadline that could be compared",
    "rounding": "its deadline is a time of day, ours the end of the day",
    "stop_differs": "its clock stopped on another day",
    "start_differs": "its clock counts from another start",
    "requested_date": "its clock knows no requested date",
    "pause_counted": "its clock took off a pause",
    "calendar_differs": "its calendar has other closures",
    "duration_in_hours": "its clock takes a day for 24 hours",
    "another_target": "its clock promises another number of days",
    "unknown": "no single difference explains it",
    "left_out": "its clock measures something else and is left out",
    "unknown_request": "the request is in no export of requests",
    "part_of_parent": "the request counts as a part of its parent",
    "cancelled": "its clock was cancelled",
    "unknown_verdict": "what it said then is not known",
    "excluded": "the request is excluded here",
    "not_measurable": "the request cannot be measured here",
    "older_export": "its export is older than ours",
}


def reason(row: Any) -> str:
    """Why the two differ or cannot be compared."""
    return REASONS.get(row.reason_code, row.reason_code.replace("_", " "))


def opinion(row: Any) -> str:
    """Where the verdict is from."""
    if row.opinion == "made_sla":
        return "ServiceNow\u2019s mark on the request"
    return f"ServiceNow\u2019s clock \u201c{row.sla}\u201d" if row.sla else "ServiceNow"


def sentence(row: Any) -> str:
    """`ServiceNow says: breached (same).`, or how the two differ and why."""
    said = VERDICTS.get(row.source_verdict or "", "nothing that is known")
    if row.agreement == "agree":
        return f"{opinion(row)} says: {said} (same)."
    word = "differs" if row.agreement == "disagree" else "cannot be compared"
    return f"{opinion(row)} says: {said} ({word}: {reason(row)})."


FIELDS = {
    "service_option": "Service option",
    "request_type": "Request type",
    "department": "Department",
    "state": "State",
    "approval": "Approval",
    "submitted_at": "Submitted",
    "approved_at": "Approved",
    "closed_at": "Closed",
    "resolved_at": "Resolved",
    "installed_at": "Installed",
    "issued_at": "Issued",
    "requested_completion_on": "Requested completion date",
    "current_expires_on": "Current expiry",
    "superseded_by": "Replaced by",
}
"""Fields that a correction may change."""


def corrected(row: Any, value: str | None) -> str:
    """A value of a correction as people read it: `2026-10-02 16:00`, a dash for nothing."""
    if not value:
        return MISSING
    if (row.field or "").endswith("_at"):
        return value[:16].replace("T", " ")
    return value
