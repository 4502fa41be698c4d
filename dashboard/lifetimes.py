"""The longest life of a certificate as page 6 lets people choose it: as published, frozen at 200 days, or 47 days from a date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dashboard.formats import NO_BREAK, named_day
from pipelines.policy_schema import ValidityStep

LAW, FROZEN, OWN = "law", "frozen", "own"
SHORT = "47from"
"""Before the date: the rule that 47 days come then."""
FROZEN_DAYS, SHORT_DAYS = 200, 47
EARLIEST, LATEST = date(2020, 1, 1), date(2040, 12, 31)
"""Dates that 47 days may be said to come from."""

Steps = tuple[ValidityStep, ...]


@dataclass(frozen=True)
class Lifetimes:
    """`law`: issued from, the most days allowed, the days in practice; in order. `as_of_on`: what held before it no longer matters."""

    law: tuple[tuple[date, int, int], ...]
    as_of_on: date

    def steps(self, code: str, own: Steps) -> Steps | None:
        """The table of a scenario for `law`, `frozen`, `own` or `47from2027-03-15`; None for anything else. `own`: what the scenario has itself."""
        if code == LAW:
            return ()
        if code == OWN:
            return own
        if code == FROZEN:
            row = self._row(FROZEN_DAYS)
            return (ValidityStep(issued_from=row[0] if row else self.as_of_on, operational_days=row[2] if row else FROZEN_DAYS - 1),)
        if day := self.short_from(code):
            row = self._row(SHORT_DAYS)
            return (ValidityStep(issued_from=day, operational_days=row[2] if row else SHORT_DAYS - 1),)
        return None

    def code(self, own: Steps) -> str:
        """How a scenario's own table is chosen."""
        candidates = [LAW, FROZEN, *(f"{SHORT}{each.issued_from}" for each in own if EARLIEST <= each.issued_from <= LATEST)]
        return next((code for code in candidates if self.same(self.steps(code, own) or (), own)), OWN)

    def same(self, one: Steps, other: Steps) -> bool:
        """Whether two tables say the same of every day from as_of on."""
        return self.ahead(one) == self.ahead(other)

    def ahead(self, own: Steps) -> list[tuple[date, int]]:
        """Days in practice from as_of on: (from, days) wherever they change, the first at as_of."""
        table = [(issued_from, days) for issued_from, _, days in self.law if not own or issued_from < own[0].issued_from]
        table += [(each.issued_from, each.operational_days) for each in own]
        now = [days for issued_from, days in table if issued_from <= self.as_of_on][-1:]
        found = [(self.as_of_on, days) for days in now]
        for issued_from, days in table:
            if issued_from > self.as_of_on and (not found or found[-1][1] != days):
                found.append((issued_from, days))
        return found

    def allowed(self, days: int) -> int:
        """The most days that the rule allows where certificates live so many in practice: 100 for 99."""
        return next((most for _, most, in_practice in self.law if in_practice == days), days)

    def words(self, code: str) -> str:
        """The rule inside a sentence."""
        if day := self.short_from(code):
            return f"{SHORT_DAYS}{NO_BREAK}days from {named_day(day)}"
        return {LAW: "lifetimes as published", FROZEN: f"lifetimes frozen at {FROZEN_DAYS}{NO_BREAK}days"}.get(code, "the scenario's own lifetimes")

    @staticmethod
    def short_from(code: str) -> date | None:
        """The date of `47from2027-03-15`, or None."""
        if not re.fullmatch(SHORT + r"\d{4}-\d{2}-\d{2}", code):
            return None
        try:
            day = date.fromisoformat(code.removeprefix(SHORT))
        except ValueError:
            return None
        return day if EARLIEST <= day <= LATEST else None

    def _row(self, most: int) -> tuple[date, int, int] | None:
        return next((row for row in self.law if row[1] == most), None)


def lifetimes(rows: Sequence[tuple[date, int, int]], as_of_on: date) -> Lifetimes:
    """From rows of `policy_validity`."""
    return Lifetimes(tuple(sorted(rows)), as_of_on)
