"""The verdict of one request in words."""

from datetime import date

import pytest

from dashboard import verdicts
from tests.dashboard.verdict_rows import AS_OF, ZONE, a_request, calendar, noon


def sentence(row, source: str = "data/policy/sources/servicenow_requests.yaml") -> str:
    """The verdict on the day of the data."""
    return verdicts.sentence(row, AS_OF, ZONE, calendar(), source)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {},
            "Missed by 1 business day. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Mon 2026-11-16: 6 business days.",
        ),
        (
            {"slo_outcome": "met", "outcome_reason": "on_time", "stop_at": noon("2026-11-13"), "elapsed_business_days": 5, "late_business_days": None},
            "Met, on the last day. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Fri 2026-11-13: 5 business days.",
        ),
        (
            {"slo_outcome": "met", "outcome_reason": "on_time", "stop_at": noon("2026-11-10"), "elapsed_business_days": 3, "late_business_days": None},
            "Met with 2 business days to spare. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Tue 2026-11-10: 3 business days.",
        ),
        (
            {"stop_at": None, "stop_source": None, "outcome_reason": "open_overdue", "is_open_overdue": True, "elapsed_business_days": 10, "late_business_days": 5},
            "Missed: still open, overdue by 5 business days. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, "
            "10 business days so far, by Fri 2026-11-20.",
        ),
        (
            {"slo_outcome": "open", "outcome_reason": "not_yet_due", "stop_at": None, "clock_start_at": noon("2026-11-18"), "due_on": date(2026, 11, 25),
             "elapsed_business_days": 2, "late_business_days": None},
            "Open, 3 business days left. Approved Wed 2026-11-18, target 5 business days, due Wed 2026-11-25, 2 business days so far, by Fri 2026-11-20.",
        ),
        (
            {"slo_outcome": "not_measurable", "outcome_reason": "unknown_state: Complete.Closed.System"},
            "Not measurable: the state \u201cComplete.Closed.System\u201d is not mapped. Map it in data/policy/sources/servicenow_requests.yaml.",
        ),
        (
            {"slo_outcome": "excluded", "outcome_reason": "cancelled", "stop_at": noon("2026-11-10"), "stop_source": "ended"},
            "Excluded: cancelled Tue 2026-11-10. It counts neither as met nor as missed.",
        ),
        (
            {"slo_outcome": "excluded", "outcome_reason": "declared: C-2026-005"},
            "Excluded: by declaration (\u201cC-2026-005\u201d). It counts neither as met nor as missed.",
        ),
        (
            {"slo_outcome": "open", "outcome_reason": "awaiting_approval", "clock_start_at": None, "due_on": None, "stop_at": None},
            "Open: it waits for approval, so the clock has not started. Submitted Tue 2026-11-03.",
        ),
    ],
)  # fmt: skip
def test_the_verdict_sentence(fields, expected):
    """Outcome first, then the dates it follows from."""
    assert sentence(a_request(**fields)) == expected


def test_a_renewal_due_by_its_requested_date_names_both_rules():
    """Two-rule renewals: due on the later of both dates, and why."""
    row = a_request(due_on=date(2026, 11, 20), due_rule="requested_date", lead_days=24, slo_outcome="met", outcome_reason="on_time", late_business_days=None)
    assert sentence(row).endswith(
        "Due on the later of Fri 2026-11-13 (5 business days) and Fri 2026-11-20 (requested), because it came 24 calendar days before expiry."
    )


def test_an_undated_renewal_due_by_the_processing_date_says_so():
    """`process_by`: no date was requested, so the later of the business days and 7 calendar days before expiry counts."""
    row = a_request(
        due_on=date(2026, 11, 20), due_rule="process_by", lead_days=24, current_expires_on=date(2026, 11, 27), slo_outcome="met", outcome_reason="on_time",
        late_business_days=None,
    )  # fmt: skip
    assert sentence(row).endswith(
        "Due on the later of Fri 2026-11-13 (5 business days) and Fri 2026-11-20 (7 calendar days before expiry), because no date was requested and it came "
        "24 calendar days before expiry."
    )


@pytest.mark.parametrize(("stop_source", "word"), [("closed", "closed"), ("first_close", "closed"), ("installed", "installed"), ("issued", "issued"), ("resolved", "resolved")])
def test_the_sentence_says_what_stopped_the_clock(stop_source, word):
    """The stop is the policy's; an installation after the closing stops the clock of the options with one."""
    assert f"due Fri 2026-11-13, {word} Mon 2026-11-16: 6 business days." in sentence(a_request(stop_source=stop_source))
