"""One request with everything that its verdict hangs on, and the verdict that another due date would give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from dashboard import wording
from dashboard.formats import business_days, local, named_day
from dashboard.ledger_words import stop_word
from dashboard.verdicts import Day

COUNTED = ("met", "missed", "open")


@dataclass(frozen=True)
class Case:
    """One request.

    `row`: its record of `slo_outcomes`; `run`: the row of `run_params`; `days`: the calendar around all its dates; `other`: its record of
    `request_clocks` on the clock that the policy does not use; `variants`: those of `request_variants` by clock basis; `pauses`: those of `clock_pauses`;
    `corrections`: those of `corrections`.
    """

    row: Any
    run: Any
    days: Mapping[date, Day]
    other: Any | None = None
    variants: Mapping[str, Any] = field(default_factory=dict)
    pauses: Sequence[Any] = ()
    corrections: Sequence[Any] = ()

    @property
    def stop_on(self) -> date | None:
        """The local date on which the clock stopped."""
        return None if self.row.stop_at is None else local(self.row.stop_at, self.run.zone).date()

    @property
    def submitted_on(self) -> date:
        """The local date of the submission."""
        return local(self.row.submitted_at, self.run.zone).date()

    @property
    def stopped(self) -> str:
        """What stops the clock: `closed`, `installed`."""
        return stop_word(self.row.stop_source or self.run.clock_stop).lower()

    def business_day(self, first: date, later: int) -> date | None:
        """The business day so many business days after a date; None beyond the calendar at hand."""
        if first not in self.days:
            return None
        goal = self.days[first].floor_ord + later
        return next((day for day in sorted(self.days) if self.days[day].is_business_day and self.days[day].floor_ord == goal), None)


def outcome(row: Any) -> str:
    """The verdict of a clock in words: `missed by 3 business days`, `met`, `excluded (cancelled)`."""
    if row.slo_outcome in ("excluded", "not_measurable"):
        return f"{wording.OUTCOMES[row.slo_outcome].text.lower()} ({wording.reason(row.outcome_reason)})"
    if row.slo_outcome == "missed" and row.late_business_days:
        return f"missed by {business_days(int(row.late_business_days))}{' and still open' if row.is_open_overdue else ''}"
    return wording.OUTCOMES[row.slo_outcome].text.lower()


def due(row: Any) -> str:
    """`, due Tue 2026-11-10`; empty without a due date."""
    return f", due {named_day(row.due_on)}" if row.due_on is not None else ""


def verdict_by(case: Case, due_on: date) -> str:
    """The verdict that this due date would give, everything else as it was."""
    stop_on, run = case.stop_on, case.run
    if stop_on is not None:
        if stop_on <= due_on:
            return "excluded" if case.row.outcome_reason == "ended_after_due" else "met"
        return f"missed by {business_days(case.days[stop_on].ceil_ord - case.days[due_on].floor_ord)}"
    if due_on < run.counted_through_on:
        return f"missed by {business_days(case.days[run.as_of_on].ceil_ord - case.days[due_on].floor_ord)} and still open"
    return "past its due date, but the exports end before it" if due_on < run.as_of_on else "open"


def same(case: Case, words: str) -> str:
    """A verdict in words, with `still` where it is the one that the request has."""
    return f"still {words}" if words.startswith(case.row.slo_outcome) and "still" not in words else words
