"""What would have changed a verdict: each line with its dates, on both sides of each boundary."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from dashboard import alternatives
from dashboard.formats import named_day
from tests.dashboard.verdict_rows import MET, OPEN, a_case, a_request, a_run, noon


def on_the_other_clock(started: str, **fields):
    """The example from its submission."""
    return a_request(clock_basis="submitted", clock_start_at=noon(started), **{"late_business_days": 3, "due_on": date(2026, 11, 10), **fields})


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, "Met, if closed on or before Fri 2026-11-13, 1 business day earlier."),
        ({"stop_at": noon("2026-11-14")}, "Met, if closed on or before Fri 2026-11-13, 1 business day earlier."),
        ({"stop_source": "installed"}, "Met, if installed on or before Fri 2026-11-13, 1 business day earlier."),
        ({"stop_at": noon("2026-11-13"), **MET}, "Missed, if closed after Fri 2026-11-13, 1 business day later or more."),
        ({"stop_at": noon("2026-11-12"), **MET}, "Missed, if closed after Fri 2026-11-13, 2 business days later or more."),
        ({"stop_at": noon("2026-11-11"), **MET}, "Missed, if closed after Fri 2026-11-13, 3 business days later or more."),
        (OPEN, "Met, if closed on or before Fri 2026-11-13; missed after it."),
        ({**OPEN, "outcome_reason": "stale_export"}, "Met, if it was closed on or before Fri 2026-11-13; the exports do not tell."),
        (
            {**OPEN, "slo_outcome": "missed", "outcome_reason": "open_overdue", "is_open_overdue": True},
            "It could have been met until Fri 2026-11-13; closing it now does not change the verdict.",
        ),
        ({"outcome_reason": "ended_after_due", "stop_source": "ended"}, "Excluded, if it had ended on or before Fri 2026-11-13, 1 business day earlier."),
        ({"slo_outcome": "excluded", "outcome_reason": "cancelled"}, "Missed, if it had ended after Fri 2026-11-13."),
    ],
)
def test_the_last_day_that_would_have_been_in_time(fields, line):
    """Closed n days earlier, or on or before which day; the Saturday after a Friday due date is late by one."""
    assert alternatives.changes(a_case(a_request(**fields))) == [line]


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({"slo_outcome": "excluded", "outcome_reason": "cancelled"}, {"late_exclusion": "excluded"}),
        ({"slo_outcome": "excluded", "outcome_reason": "approval_rejected"}, {}),
        ({"slo_outcome": "excluded", "outcome_reason": "declared: C-1"}, {}),
        ({"slo_outcome": "not_measurable", "outcome_reason": "unknown_state: x"}, {}),
        ({**OPEN, "outcome_reason": "awaiting_approval", "clock_start_at": None, "due_on": None}, {}),
    ],
)
def test_nothing_is_said_where_no_date_decides(fields, policy):
    assert alternatives.changes(a_case(a_request(**fields), a_run(**policy))) == []


@pytest.mark.parametrize(("started", "is_said"), [("2026-11-04", True), ("2026-11-05", False)])
def test_the_other_clock_is_told_where_it_starts_on_another_day(started, is_said):
    """The clock from the other basis, with its start and its due date."""
    line = "From submission (Wed 2026-11-04): missed by 3 business days, due Tue 2026-11-10."
    assert alternatives.changes(a_case(other=on_the_other_clock(started)))[1:] == ([line] if is_said else [])


def test_a_clock_that_waits_has_the_other_one():
    """Waiting for approval: from the submission it has a due date."""
    row = a_request(**OPEN | {"outcome_reason": "awaiting_approval", "clock_start_at": None, "due_on": None})
    other = on_the_other_clock("2026-11-03", is_open_overdue=True)
    assert alternatives.changes(a_case(row, other=other)) == [
        "From submission (Tue 2026-11-03): missed by 3 business days and still open, due Tue 2026-11-10."
    ]


def a_pause(first: str = "2026-11-09", last: str = "2026-11-10", days: int = 1, credited: int | None = None, is_open: bool = False, hours: int = 24):
    """A pause of the example, from noon to noon; `hours`: how long one until the next day lasts."""
    return SimpleNamespace(
        reason="waiting on the customer", started_on=date.fromisoformat(first), ended_on=date.fromisoformat(last), started_at=noon(first),
        ended_at=noon(last) + timedelta(hours=hours - 24), business_days=days, credited_business_days=days if credited is None else credited, is_open=is_open,
    )  # fmt: skip


def without_pauses(days: int, due_on: str, **fields):
    """The verdict without them."""
    variant = a_request(due_on=date.fromisoformat(due_on), **fields)
    variant.credited_business_days = days
    return {"without_pauses": variant}


@pytest.mark.parametrize(
    ("pauses", "variants", "line"),
    [
        (
            [a_pause()], without_pauses(1, "2026-11-16", **MET),
            "Without the pause of 1 business day (waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10): due Mon 2026-11-16 instead of Fri 2026-11-13, met.",
        ),
        (
            [a_pause(), a_pause("2026-11-12", "2026-11-13")], without_pauses(2, "2026-11-17", late_business_days=2),
            "Without the 2 pauses of 2 business days together (waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10; waiting on the customer, "
            "Thu 2026-11-12 to Fri 2026-11-13): due Tue 2026-11-17 instead of Fri 2026-11-13, still missed by 2 business days.",
        ),
        (
            [a_pause(is_open=True)], without_pauses(1, "2026-11-16", **MET),
            "Without the pause of 1 business day (waiting on the customer, since Mon 2026-11-09): due Mon 2026-11-16 instead of Fri 2026-11-13, met.",
        ),
    ],
)  # fmt: skip
def test_the_verdict_without_the_pauses(pauses, variants, line):
    """Without the pauses of n business days, with the moved due date; or why they move nothing."""
    assert alternatives.changes(a_case(pauses=pauses, variants=variants))[1:] == [line]


AFTER = a_pause("2026-11-16", "2026-11-18", 2, 0)
LATER = "The pause from Tue 2026-11-17 to Wed 2026-11-18 takes nothing off: it began after the moved due date (Mon 2026-11-16)."


@pytest.mark.parametrize(
    ("pauses", "variants", "lines"),
    [
        ([a_pause("2026-11-09", "2026-11-10", 0, hours=23)], {}, ["The pause from Mon 2026-11-09 to Tue 2026-11-10 takes nothing off: it lasted less than 24 hours."]),
        ([a_pause("2026-11-07", "2026-11-08", 0)], {}, ["The pause from Sat 2026-11-07 to Sun 2026-11-08 takes nothing off: no business day lies in it."]),
        ([AFTER], {}, ["The pause from Mon 2026-11-16 to Wed 2026-11-18 takes nothing off: it began after the due date (Fri 2026-11-13)."]),
        (
            [a_pause("2026-11-16", "2026-11-16", 0, is_open=True, hours=20)], {},
            ["The pause since Mon 2026-11-16 takes nothing off: it began after the due date (Fri 2026-11-13)."],
        ),
        (
            [a_pause(), a_pause("2026-11-17", "2026-11-18", 1, 0)], without_pauses(1, "2026-11-16", late_business_days=1),
            ["Without the pause of 1 business day (waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10): due Mon 2026-11-16 instead of Fri 2026-11-13, "
             "still missed by 1 business day.", LATER],
        ),
        (
            [a_pause(), *[a_pause("2026-11-17", "2026-11-18", 1, 0)] * 4], without_pauses(1, "2026-11-16", **MET),
            ["Without the pause of 1 business day (waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10): due Mon 2026-11-16 instead of Fri 2026-11-13, met.",
             *[LATER] * 3, "1 more pause takes nothing off."],
        ),
    ],
)  # fmt: skip
def test_a_pause_that_takes_nothing_off_says_why(pauses, variants, lines):
    """Under 24 hours, without a business day, or begun after the due date as moved so far; the pause that is taken off is named."""
    assert alternatives.changes(a_case(pauses=pauses, variants=variants))[1:] == lines


@pytest.mark.parametrize(("started", "is_credited"), [("2026-11-13", True), ("2026-11-14", False)])
def test_a_pause_that_begins_on_the_due_date_is_taken_off(started, is_credited):
    """One that begins after the due date counts nothing; on it, it counts."""
    pauses = [a_pause(started, "2026-11-16", 1, None if is_credited else 0)]
    found = alternatives.changes(a_case(pauses=pauses, variants=without_pauses(1, "2026-11-16", **MET) if is_credited else {}))[1]
    assert found.startswith("Without the pause" if is_credited else "The pause from Sat 2026-11-14 to Mon 2026-11-16 takes nothing off: it began after")


def test_only_three_pauses_are_named_one_by_one():
    line = alternatives.changes(a_case(pauses=[a_pause()] * 5, variants=without_pauses(5, "2026-11-20", **MET)))[1]
    assert line.startswith("Without the 5 pauses of 5 business days together (waiting") and "; 2 more): due Fri 2026-11-20" in line


@pytest.mark.parametrize(
    ("last", "verdict"),
    [("2026-11-13", "still met"), ("2026-11-14", "missed by 1 business day"), ("2026-11-16", "missed by 1 business day"), ("2026-11-17", "missed by 2 business days")],
)
def test_the_verdict_by_the_last_close_is_told_where_the_first_counts(last, verdict):
    """Re-opened inside the 25-calendar-day window after the first close: the first counts."""
    row = a_request(stop_at=noon("2026-11-10"), stop_source="first_close", closed_at=noon(last), **MET)
    assert alternatives.changes(a_case(row))[1:] == [
        f"By its last close ({named_day(date.fromisoformat(last))}) instead of its first (Tue 2026-11-10), which counts inside the 25 calendar days granted for "
        f"testing: {verdict}."
    ]
    assert len(alternatives.changes(a_case(a_request(stop_at=noon("2026-11-10"), closed_at=noon(last), **MET)))) == 1


def a_correction(name: str = "C-1", kind: str = "field", is_applied: bool = True) -> SimpleNamespace:
    """A record of `corrections`."""
    return SimpleNamespace(correction_id=name, kind=kind, is_applied=is_applied)


@pytest.mark.parametrize(
    ("fields", "exported", "corrections", "sentence"),
    [
        (
            {"stop_at": noon("2026-11-13"), **MET}, {"late_business_days": 2}, [a_correction(), a_correction("C-2", is_applied=False)],
            "Met by correction C-1; as exported: missed by 2 business days.",
        ),
        ({}, {"slo_outcome": "met"}, [a_correction(), a_correction("C-2")], "Missed by 1 business day by corrections C-1 and C-2; as exported: met."),
        (
            {"slo_outcome": "excluded", "outcome_reason": "declared: C-1"}, {"late_business_days": 7}, [a_correction(kind="exclusion")],
            "Excluded by declaration C-1; as exported: missed by 7 business days.",
        ),
        (
            {"stop_at": noon("2026-11-12"), **MET}, {"stop_at": noon("2026-11-13"), **MET}, [a_correction()],
            "Met, with dates by correction C-1; as exported: met, due Fri 2026-11-13, closed Fri 2026-11-13.",
        ),
        ({}, {}, [a_correction()], ""),
    ],
)  # fmt: skip
def test_a_verdict_that_rests_on_a_correction_says_so(fields, exported, corrections, sentence):
    """Both verdicts beside each other, where the verdict or its dates differ."""
    assert alternatives.corrected(a_case(a_request(**fields), variants={"as_exported": a_request(**exported)}, corrections=corrections)) == sentence
    assert alternatives.corrected(a_case(a_request(**fields), corrections=corrections)) == ""


def test_the_verdict_as_exported_names_the_correction():
    """As exported, without the correction, with the end that the exports say."""
    exported = a_request(stop_at=noon("2026-11-24"), late_business_days=7)
    corrections = [SimpleNamespace(correction_id="C-1", is_applied=True), SimpleNamespace(correction_id="C-2", is_applied=False)]
    found = alternatives.changes(a_case(a_request(stop_at=noon("2026-11-13"), **MET), variants={"as_exported": exported}, corrections=corrections))
    assert found[1:] == ["As exported, without C-1: missed by 7 business days, due Fri 2026-11-13, closed Tue 2026-11-24."]
