"""The words and colours of every status, in one place; `tests/dashboard/test_wording.py` holds each boundary.

Colour is never the only signal: each status has a word, a shape on charts, a hatch on bars and an icon.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.formats import business_days, count

FEW_DUE = 20  # under this many due requests no miss is affordable at 95 %
LOW_COVERAGE_RATIO = 0.95


@dataclass(frozen=True)
class Style:
    """How one status looks: colours per theme, marker of a point, hatch of a bar, badge."""

    text: str
    light: str
    dark: str
    symbol: str
    hatch: str
    badge: str
    icon: str | None

    def colour(self, theme: str) -> str:
        """The colour under the theme `light` or `dark`."""
        return self.dark if theme == "dark" else self.light


MET = Style("Met", "#0072B2", "#56B4E9", "circle", "", "blue", ":material/check:")
MISSED = Style("Missed", "#D55E00", "#FF8A4C", "x", "", "orange", ":material/close:")
OVERDUE = Style("Overdue", "#D55E00", "#FF8A4C", "diamond-open", "", "orange", ":material/schedule:")
OPEN = Style("Open", "#5B6675", "#A9B4C2", "circle-open", "", "gray", ":material/hourglass_empty:")
TOO_FEW = Style("Too few to tell", "#5B6675", "#A9B4C2", "circle-open", "", "gray", ":material/help:")
NO_DATA = Style("No data", "#5B6675", "#A9B4C2", "circle-open", "", "gray", ":material/remove:")
EXCLUDED = Style("Excluded", "#8A94A3", "#8A94A3", "circle-open", "/", "gray", None)
NOT_MEASURABLE = Style("Not measurable", "#8A94A3", "#8A94A3", "circle-open", "x", "gray", None)

OUTCOMES = {
    "met": MET,
    "missed": MISSED,
    "open": OPEN,
    "excluded": EXCLUDED,
    "not_measurable": NOT_MEASURABLE,
}

BANDS = {
    "expired": Style("Expired", "#D55E00", "#FF8A4C", "x", "", "orange", ":material/event_busy:"),
    "past_last_safe_start": Style("Past last safe start", "#E69F00", "#E69F00", "diamond", "/", "orange", ":material/schedule:"),
    "submit_now": Style("Submit now", "#56B4E9", "#56B4E9", "square", ".", "blue", ":material/send:"),
    "upcoming": Style("Upcoming", "#5B6675", "#A9B4C2", "circle-open", "", "gray", ":material/hourglass_empty:"),
    "covered": Style("Request under way", "#0072B2", "#56B4E9", "circle", "", "blue", ":material/check:"),
}

RISKS = {
    "likely": Style("Likely to miss", "#D55E00", "#FF8A4C", "x", "", "orange", ":material/warning:"),
    "could": Style("Could miss", "#E69F00", "#E69F00", "diamond", "/", "orange", ":material/schedule:"),
    "on_course": Style("On course", "#0072B2", "#56B4E9", "circle", ".", "blue", ":material/check:"),
    "too_few": Style("Too few to tell", "#5B6675", "#A9B4C2", "circle-open", "|", "gray", ":material/help:"),
}
"""How the bands of `bands.csv` look; their words are those of the policy in force."""

KINDS = {
    "renewal": Style("Renewals", "#0072B2", "#0072B2", "square", "", "blue", None),
    "new": Style("New requests", "#0072B2", "#56B4E9", "square", "/", "blue", None),
    "inquiry": Style("Inquiries", "#5B6675", "#A9B4C2", "square", ".", "gray", None),
}
"""Kinds of work, told apart on bars by their hatch. The solid one is dark in both themes: lines in the text's colour cross it."""

REASONS = {
    "on_time": "completed on time",
    "completed_late": "completed after the due date",
    "ended_after_due": "ended without completion after the due date",
    "open_overdue": "still open after the due date",
    "not_yet_due": "not yet due",
    "awaiting_approval": "waiting for approval, so the clock has not started",
    "stale_export": "past the due date, but the exports end before it",
    "cancelled": "cancelled",
    "rejected": "rejected",
    "incomplete": "closed incomplete",
    "skipped": "closed skipped",
    "approval_rejected": "approval rejected",
    "unknown_state": "the state is not mapped",
    "unclassified_option": "no service option could be found",
    "completed_without_stop": "completed without a closing time",
    "stop_before_submission": "closed before it was submitted",
    "declared": "by declaration",
}

SHORT_REASONS = {
    "on_time": "On time",
    "completed_late": "Completed late",
    "ended_after_due": "Ended after due",
    "open_overdue": "Open and overdue",
    "not_yet_due": "Not yet due",
    "awaiting_approval": "Awaiting approval",
    "stale_export": "Exports end before",
    "cancelled": "Cancelled",
    "rejected": "Rejected",
    "incomplete": "Closed incomplete",
    "skipped": "Closed skipped",
    "approval_rejected": "Approval rejected",
    "unknown_state": "State not mapped",
    "unclassified_option": "No service option",
    "completed_without_stop": "No closing time",
    "stop_before_submission": "Closed before opened",
    "declared": "By declaration",
}

START_SOURCES = {
    "approved": "approval",
    "submitted": "submission",
    "approval_not_recorded": "submission, because the approval was never recorded",
    "approved_after_close": "submission, because it was approved after it closed",
}

STOP_SOURCES = {
    "closed": "closed",
    "resolved": "resolved",
    "issued": "issued",
    "installed": "installed",
    "closed_installation_unseen": "closed (its installation is not in the exports)",
    "first_close": "first closed (re-opened inside the 25 calendar days granted for testing)",
    "reopen_history_unknown": "last closed (re-opened, but the exports do not say when)",
    "ended": "ended",
}

LEAD_WORDS = {
    "on_time": "inside the window",
    "early": "earlier than the window",
    "short": "less than 20 calendar days before expiry",
    "expired_at_submission": "after the certificate had expired",
    "unknown_expiry": "with an unknown expiry",
}


@dataclass(frozen=True)
class Verdict:
    """The word on a card, its style, and whether the period still runs."""

    word: str
    style: Style


def verdict(slo_status: str, confidence: str, due_count: int, is_complete: bool) -> Verdict:
    """The word for one attainment statement.

    No data where nothing was due. Too few to tell where fewer than 20 were due and the plausible range holds
    the target: 15 of 15 is that, 17 of 20 is Missed, 19 of 20 Met. Otherwise the word follows the fact.
    """
    if due_count == 0 or slo_status == "no_data":
        return Verdict("No data", NO_DATA)
    if slo_status not in ("met", "missed"):
        return Verdict("No single target", NO_DATA)
    if due_count < FEW_DUE and confidence == "uncertain":
        return Verdict("Too few to tell", TOO_FEW)
    word, style = ("Met", MET) if slo_status == "met" else ("Missed", MISSED)
    return Verdict(word if is_complete else f"{word} so far", style)


def chance(confidence: str) -> str:
    """The second line of a verdict: what chance allows to say about the process."""
    return {
        "above": "Clearly above the target",
        "below": "Clearly below the target",
        "uncertain": "Within chance of the target",
    }.get(confidence, "")


def misses_left(allowed: int | None, left: int | None) -> str:
    """`1 miss left`, `No miss left`, `1 miss over the limit of 2`; empty where there is no limit."""
    if allowed is None or left is None:
        return ""
    if left > 0:
        return f"{count(left)} {'miss' if left == 1 else 'misses'} left"
    if left == 0:
        return "No miss left"
    return f"{count(-left)} {'miss' if left == -1 else 'misses'} over the limit of {count(allowed)}"


CAUSES = {
    "correction": "Correction",
    "late_export": "Late export",
    "new_data": "New data",
    "withdrawn_export": "Withdrawn export",
    "reclassification": "Another classification",
    "calendar_change": "Changed closure",
    "policy_change": "Changed policy",
    "time_passed": "Passing of time",
    "product_change": "Another version",
    "other": "Not explained",
}
"""Why a request counts otherwise than in an earlier snapshot."""

COUNTED_AS = {
    "met": "Met",
    "met_not_yet_due": "Met, not yet due",
    "missed": "Missed",
    "open_overdue": "Overdue",
    "open": "Open",
    "open_without_due_date": "Open, no due date",
    "excluded": "Excluded",
    "not_measurable": "Not measurable",
}
"""What a request counts as, in one snapshot or another."""


def reason(outcome_reason: str | None) -> str:
    """An outcome's reason in words; a label the source invented follows in quotes."""
    if not outcome_reason:
        return ""
    name, _, label = outcome_reason.partition(": ")
    words = REASONS.get(name, name.replace("_", " "))
    return f"{words} (\u201c{label}\u201d)" if label else words


def days_left(business_days: int) -> str:
    """Business days until the due date: `3`, `0` is `today`, `-2` is `2 overdue`."""
    if business_days < 0:
        return f"{count(-business_days)} overdue"
    return "today" if business_days == 0 else count(business_days)


def open_since(due_rule: str, left: int, target: int) -> str:
    """How far requests had come: `still open after 4 business days`, or where a date is asked for `still open 2 business days before their due date`."""
    if due_rule == "business_days":
        return f"still open after {business_days(target - left)}" if left < target else "still open on the day their clock started"
    return f"still open {business_days(left)} before their due date" if left else "still open on their due date"
