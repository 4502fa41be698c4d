"""All requests of a filter, sorted into what becomes of them: the numbers of the data line and the reconciliation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from dashboard.formats import count, percent, plural, share
from dashboard.wording import LOW_COVERAGE_RATIO


@dataclass(frozen=True)
class Tally:
    """Counts of requests. The first seven add up to all; `overdue` is part of `missed`, `open_dated` of `open`."""

    met: int = 0
    missed: int = 0
    met_not_yet_due: int = 0
    open: int = 0
    excluded: int = 0
    not_measurable: int = 0
    overdue: int = 0
    open_dated: int = 0

    @property
    def total(self) -> int:
        """All requests of the filter."""
        return self.met + self.missed + self.met_not_yet_due + self.open + self.excluded + self.not_measurable

    @property
    def due(self) -> int:
        """Requests that attainment counts."""
        return self.met + self.missed

    @property
    def measured(self) -> int:
        """Requests whose promise is or will be measured: the numerator of coverage."""
        return self.met + self.missed + self.met_not_yet_due + self.open_dated

    @property
    def measurable_base(self) -> int:
        """All but the excluded: the denominator of coverage."""
        return self.total - self.excluded

    @property
    def has_low_coverage(self) -> bool:
        """Whether under 95 % can be measured."""
        return self.measurable_base > 0 and self.measured / self.measurable_base < LOW_COVERAGE_RATIO

    def coverage(self) -> str:
        """`334 of 342 requests can be measured (97.7 %).`"""
        if self.measurable_base == 0:
            return "There is nothing to measure here."
        return (
            f"{count(self.measured)} of {plural(self.measurable_base, 'request')} can be measured "
            f"({percent(self.measured, self.measurable_base)})."
        )

    def low_coverage(self, main_reason: str) -> str:
        """What attainment would be if everything unmeasured had been missed; `main_reason` in words, such as `the state is not mapped`."""
        unmeasured = self.measurable_base - self.measured
        worst = share(self.met, self.due + unmeasured)
        why = f", most because {main_reason}" if main_reason else ""
        requests = plural(self.measurable_base, "request")
        return f"{count(unmeasured)} of {requests} cannot be measured{why}. If all were missed, attainment would be {worst}."

    def reconciliation(self) -> str:
        """A line that adds up to all requests of the filter."""
        still_open = f" ({count(self.overdue)} still open)" if self.missed else ""
        early = f" + {count(self.met_not_yet_due)} met but not yet due" if self.met_not_yet_due else ""
        return (
            f"{count(self.met)} met + {count(self.missed)} missed{still_open}{early} + {count(self.open)} open + "
            f"{count(self.excluded)} excluded + {count(self.not_measurable)} not measurable = {count(self.total)}"
        )

    def formula(self, scope: str) -> str:
        """Attainment in words, with this filter's numbers in it."""
        words = f"Attainment = met \u00f7 (met + missed), for {scope}."
        if self.due:
            words += f" {count(self.met)} \u00f7 ({count(self.met)} + {count(self.missed)}) = {percent(self.met, self.due)}."
        return f"{words} Not in it: {count(self.excluded)} excluded, {count(self.not_measurable)} not measurable."


def tally(statements: Iterable[Any]) -> Tally:
    """A tally from rows of `slo_attainment` that share no request, such as the periods of one filter."""
    rows = list(statements)
    names = ("met", "missed", "met_not_yet_due", "open", "excluded", "not_measurable")
    sums = {name: sum(int(getattr(row, f"{name}_count")) for row in rows) for name in names}
    overdue = sum(int(row.open_overdue_count) for row in rows)
    dated = sum(int(row.open_with_due_date_count) for row in rows)
    return Tally(**sums, overdue=overdue, open_dated=dated)
