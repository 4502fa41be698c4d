"""What page 6 shows: a scenario of the policy with the changes of the address, so many weeks of it, and what it is compared with."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from dashboard import filters, freezes
from dashboard.formats import NO_BREAK, count, named_day, plural
from dashboard.lifetimes import FROZEN, LAW, Lifetimes
from pipelines.policy_schema import Scenario

HORIZONS = (26, 52, 156)
"""Weeks that page 6 can look ahead, the running one among them."""
DEFAULT_HORIZON = 26
MONTHS_FROM = 156
"""From so many weeks on the bars are months: a phone cannot show more than some fifty."""
LEAD_MOST = 825
OBSERVED = "observed"
ISSUES = {"due": "On the due date", "process_by": "A week before expiry"}
KEYS = ("scenario", "staff", "automated", "weeks", "hours", "lead", "issue", "growth", "life", "freeze", "compare", "plan")
"""Everything of the address that this page has for itself."""


class Number(NamedTuple):
    """A number of a scenario as people enter it: `scale` times the scenario's own, from `least` to `most`."""

    key: str
    field: str
    label: str
    noun: str
    unit: str
    least: float
    most: float
    step: float
    scale: int = 1

    def shown(self, scenario: Scenario) -> float:
        """The number that the field shows."""
        return round(getattr(scenario, self.field) * self.scale, 2)


NUMBERS = (
    Number("staff", "staff", "Staff", "number of staff", "full-time equivalents", 0, 10000, 0.5),
    Number("automated", "automated_ratio", "Renewals automated", "share of renewals", "% of renewals without a request", 0, 100, 5, 100),
    Number("hours", "hours_per_business_day", "Hours per person and business day", "number of hours a day", "hours per person and business day", 0, 24, 0.5),
    Number("growth", "growth_ratio", "Growth of new requests and inquiries", "growth", "% growth a year", -99, 1000, 5, 100),
)


@dataclass(frozen=True)
class View:
    """What page 6 shows. `base`: the scenario as the policy has it. `changes`: what `scenario` has instead, in words, and what the base has."""

    base: Scenario
    scenario: Scenario
    weeks: int = DEFAULT_HORIZON
    compare: Scenario | None = None
    changes: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def by_month(self) -> bool:
        """Whether the bars are months."""
        return self.weeks >= MONTHS_FROM

    @property
    def name(self) -> str:
        """The scenario's name; `As published, changed` for a what-if."""
        return f"{self.base.name}, changed" if self.changes else self.base.name

    def sentence(self, monday: date) -> str:
        """`The work of the whole team in the 26 weeks from Mon 2026-11-16: As published, but 5 full-time equivalents (not 4 …).`"""
        changed = ", but " + " and ".join(f"{now} (not {before})" for now, before in self.changes) if self.changes else ""
        beside = f" Beside it: {self.compare.name}." if self.compare else ""
        return f"The work of the whole team in the {self.weeks} weeks from {named_day(monday)}: {self.base.name}{changed}.{beside}"

    def file_part(self) -> str:
        """Weeks and scenario inside a file's name."""
        parts = [f"{self.weeks}-weeks", filters.slug(self.base.id), *(["what-if"] if self.changes else [])]
        return "_".join(parts)


def view(params: Mapping[str, Sequence[str]], scenarios: Sequence[Scenario], lifetimes: Lifetimes) -> View:
    """The view of an address. A value that does not fit falls back to the scenario's own, with a remark."""
    last = {key: params[key][-1] for key in KEYS if params.get(key) and params[key][-1] != ""}
    remarks: list[str] = []
    by_id = {each.id: each for each in scenarios}
    base = _chosen(last.get("scenario"), by_id, scenarios[0], f"{scenarios[0].name} is shown.", remarks)
    weeks = last.get("weeks", str(DEFAULT_HORIZON))
    if weeks not in map(str, HORIZONS):
        remarks.append(f"\u201c{weeks}\u201d is not a horizon (26, 52 or 156 weeks); {DEFAULT_HORIZON} are shown.")
        weeks = str(DEFAULT_HORIZON)
    updates: dict[str, Any] = {"source": "changed on this page"}
    changes = []
    for number in NUMBERS:
        entered = _number(last.get(number.key), number, base, remarks)
        if entered is not None and entered != number.shown(base):
            updates[number.field] = entered / number.scale
            changes.append((f"{entered:g}{NO_BREAK}{number.unit}", f"{number.shown(base):g}"))
    lead = _lead(last.get("lead"), base, remarks)
    if lead != base.lead_days:
        updates["lead_days"] = lead
        changes.append((f"renewals submitted {lead_words(lead)}", lead_words(base.lead_days)))
    issue = last.get("issue", base.issue)
    if issue not in ISSUES:
        remarks.append(f"\u201c{issue}\u201d is not an issue rule ({' or '.join(ISSUES)}); the scenario's \u201c{ISSUES[base.issue].lower()}\u201d is shown.")
    elif issue != base.issue:
        updates["issue"] = issue
        changes.append((f"issued {ISSUES[issue].lower()}", ISSUES[base.issue].lower()))
    held = lifetimes.code(base.validity)
    life = last.get("life", held)
    steps = lifetimes.steps(life, base.validity)
    if steps is None:
        forms = f"{LAW}, {FROZEN} or 47from2027-03-15"
        remarks.append(f"\u201c{life}\u201d is not a rule of the longest life ({forms}); the scenario's \u201c{lifetimes.words(held)}\u201d is shown.")
    elif not lifetimes.same(steps, base.validity):
        updates["validity"] = steps
        changes.append((lifetimes.words(life), lifetimes.words(held)))
    freeze = last.get("freeze", freezes.OWN)
    rests = freezes.freezes(freeze, base.freezes)
    if rests is None:
        held_words = freezes.words(base.freezes)
        remarks.append(f"\u201c{freeze}\u201d is not a freeze ({freezes.FORM}, at most {freezes.LONGEST_DAYS} days, or {freezes.NONE}); {held_words} is shown.")
    elif not freezes.same(rests, base.freezes):
        updates["freezes"] = rests
        changes.append((freezes.words(rests), freezes.words(base.freezes)))
    scenario = base.model_copy(update={**updates, "id": "what_if", "name": f"{base.name}, changed"}) if changes else base
    compare = None
    if "compare" in last:
        compare = _chosen(last["compare"], by_id, None, "nothing is compared.", remarks)
        if compare == scenario:
            remarks.append(f"{scenario.name} is shown already; nothing is compared with it.")
            compare = None
    return View(base, scenario, int(weeks), compare, tuple(changes), tuple(remarks))


def lead_words(lead: int | None) -> str:
    """`as observed`, `30 calendar days before expiry`."""
    return "as observed" if lead is None else f"{plural(lead, 'calendar day')} before expiry"


def _chosen(name: str | None, by_id: Mapping[str, Scenario], otherwise: Scenario | None, then: str, remarks: list[str]) -> Scenario | None:
    if name is None or name in by_id:
        return by_id[name] if name else otherwise
    remarks.append(f"\u201c{name}\u201d is not a scenario of this snapshot ({', '.join(by_id)}); {then}")
    return otherwise


def _number(text: str | None, number: Number, base: Scenario, remarks: list[str]) -> float | None:
    if text is None:
        return None
    try:
        entered = round(float(text), 2) if re.fullmatch(r"-?\d{1,6}(\.\d{1,6})?", text) else math.nan
    except ValueError:
        entered = math.nan
    if number.least <= entered <= number.most:
        return entered
    reach = f"from {count(int(number.least))} to {count(int(number.most))}"
    remarks.append(f"\u201c{text}\u201d is not a {number.noun} {reach}; the scenario's {number.shown(base):g} is shown.")
    return None


def _lead(text: str | None, base: Scenario, remarks: list[str]) -> int | None:
    if text is None or text == OBSERVED:
        return base.lead_days if text is None else None
    if re.fullmatch(r"\d{1,4}", text) and int(text) <= LEAD_MOST:
        return int(text)
    own = lead_words(base.lead_days)
    remarks.append(f"\u201c{text}\u201d is not a lead in calendar days from 0 to {LEAD_MOST}, or {OBSERVED}; the scenario's \u201c{own}\u201d is shown.")
    return base.lead_days
