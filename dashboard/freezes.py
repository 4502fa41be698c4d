"""Days on which nobody works and renewals wait, as page 6 lets people choose them: none, one span of days, or what the scenario has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from dashboard.formats import named_day
from pipelines.policy_schema import Freeze

NONE, OWN = "none", "own"
NAME = "Freeze of the what-if"
FORM = "2026-12-20..2027-01-03"
LONGEST_DAYS = 366

Freezes = tuple[Freeze, ...]


def freezes(code: str, own: Freezes) -> Freezes | None:
    """The freezes of `none`, `own` or `2026-12-20..2027-01-03`; None for anything else. `own`: what the scenario has itself."""
    if code in (NONE, OWN):
        return own if code == OWN else ()
    found = re.fullmatch(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", code)
    try:
        begins_on, ends_on = (date.fromisoformat(text) for text in found.groups()) if found else (date.max, date.min)
    except ValueError:
        return None
    return (Freeze(begins_on=begins_on, ends_on=ends_on, name=NAME),) if 0 <= (ends_on - begins_on).days < LONGEST_DAYS else None


def span(chosen: Sequence[date]) -> str:
    """How two dates are written in the address; `none` for no date."""
    return f"{chosen[0]}..{chosen[1]}" if len(chosen) == 2 else NONE


def dates(held: Freezes) -> list[date]:
    """The first and the last day of a single freeze, otherwise nothing."""
    return [held[0].begins_on, held[0].ends_on] if len(held) == 1 else []


def same(one: Freezes, other: Freezes) -> bool:
    """Whether two scenarios rest on the same days; the names do not matter."""
    return [(each.begins_on, each.ends_on) for each in one] == [(each.begins_on, each.ends_on) for each in other]


def words(held: Freezes) -> str:
    """The rule inside a sentence."""
    if not held:
        return "no freeze"
    return " and ".join(f"a freeze from {named_day(each.begins_on)} to {named_day(each.ends_on)}" for each in held)
