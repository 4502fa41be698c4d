"""The shared filters as one frozen value: from and to the address, bound values for queries, an English sentence.

A value in the address that has the right form but is not in the snapshot is kept, so that the page can say so
and show nothing; only a value of the wrong form is dropped, with a remark.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dashboard import formats

GRAINS = {"month": "Month", "quarter": "Quarter", "fiscal_year": "Fiscal year"}
KEYS = ("grain", "period", "option", "department", "type")
COLUMNS = {"option": "service_option", "department": "department", "type": "request_type"}
NOT_GIVEN = "not given"
MOST_NAMES = 3  # names spelled out in a sentence; more become a number
MOST_IN_FILE_NAME = 2
TAKES_ARTICLE = ("Department", "Office", "Board", "Bureau", "Commission", "Division", "Agency")


@dataclass(frozen=True)
class Choices:
    """What a snapshot offers: periods per grain in order of time, the default period, names of options."""

    periods: Mapping[str, tuple[str, ...]]
    defaults: Mapping[str, str]
    options: Mapping[str, str]
    departments: tuple[str, ...]
    request_types: tuple[str, ...]

    def known(self, key: str) -> tuple[str, ...]:
        """The values of `option`, `department` or `type` that this snapshot holds."""
        return {"option": tuple(self.options), "department": self.departments, "type": self.request_types}[key]


@dataclass(frozen=True)
class Filters:
    """One reading of the filters. Empty tuples mean all; an empty string among departments means none given."""

    grain: str
    period: str
    options: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    request_types: tuple[str, ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    def values(self, key: str) -> tuple[str, ...]:
        """The chosen values of `option`, `department` or `type`."""
        return {"option": self.options, "department": self.departments, "type": self.request_types}[key]

    def with_values(self, key: str, values: Sequence[str]) -> Filters:
        """The same filters with other values of `option`, `department` or `type`."""
        name = {"option": "options", "department": "departments", "type": "request_types"}[key]
        return replace(self, **{name: tuple(values)})

    def where(self, *, period: bool = True) -> dict[str, list[str]]:
        """Columns and the values bound to them; `period=False` leaves the period out."""
        bound = {COLUMNS[key]: list(self.values(key)) for key in COLUMNS if self.values(key)}
        return {self.grain: [self.period], **bound} if period else bound

    def query(self) -> dict[str, str | list[str]]:
        """The address: every filter that is set, grain and period always."""
        chosen = {key: list(self.values(key)) for key in COLUMNS if self.values(key)}
        return {"grain": self.grain, "period": self.period, **chosen}

    def names(self) -> list[str]:
        """The filters that are set besides the period, for remarks: `department`, `type`."""
        return [{"option": "service option", "type": "request type"}.get(key, key) for key in COLUMNS if self.values(key)]

    def unknown(self, choices: Choices) -> list[str]:
        """Chosen values that the snapshot does not hold, in words."""
        missing = [] if self.period in choices.periods[self.grain] else [formats.period_name(self.period)]
        for key in COLUMNS:
            missing += [value or NOT_GIVEN for value in self.values(key) if value not in choices.known(key)]
        return missing

    def file_part(self) -> str:
        """The filters in a file's name: empty, `_department-dmv_option-inquiry`, or `_filtered` for more."""
        parts = [(key, value) for key in COLUMNS for value in self.values(key)]
        if len(parts) > MOST_IN_FILE_NAME:
            return "_filtered"
        return "".join(f"_{key}-{slug(value or NOT_GIVEN)}" for key, value in parts)


def read(params: Mapping[str, Sequence[str]], choices: Choices) -> Filters:
    """The filters of an address; `params` maps each key to all its values."""
    remarks = []
    grain = (list(params.get("grain", ())) or ["month"])[-1]
    if grain not in GRAINS:
        remarks.append(f"\u201c{grain}\u201d is not a grain (month, quarter, fiscal_year); months are shown.")
        grain = "month"
    default = choices.defaults[grain]
    period = (list(params.get("period", ())) or [default])[-1]
    if not fits(grain, period):
        if period not in ("", default):
            remarks.append(f"\u201c{period}\u201d is not a {GRAINS[grain].lower()}; {formats.period_name(default)} is shown.")
        period = default
    chosen = {key: tuple(dict.fromkeys(params.get(key, ()))) for key in COLUMNS}
    return Filters(grain, period, chosen["option"], chosen["department"], chosen["type"], tuple(remarks))


def fits(grain: str, period: str) -> bool:
    """Whether `period` has the form of a period of this grain."""
    form = {"month": r"\d{4}-\d{2}", "quarter": r"\d{4}-Q\d", "fiscal_year": r"FY\d{4}-\d{2}"}[grain]
    if not re.fullmatch(form, period):
        return False
    try:
        formats.period_bounds(period)
    except (ValueError, OverflowError):
        return False
    return True


def digest(*parts: object) -> str:
    """A short key of filters and selections, so that a widget's state never outlives what it showed."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:10]


def slug(text: str) -> str:
    """A value inside a file's name: lower case, hyphens, at most 40 characters."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:40].strip("-") or "other"


def sentence(filters: Filters, choices: Choices) -> str:
    """`Requests of the Department of Motor Vehicles due in October 2026.`"""
    return f"{_subject(filters, choices)} due in {formats.period_name(filters.period)}."


def open_sentence(filters: Filters, choices: Choices, as_of_on: date) -> str:
    """The sentence of a page that looks ahead and uses no period: `All requests open on Fri 2026-11-20.`"""
    return f"{_subject(filters, choices)} open on {formats.named_day(as_of_on)}."


def option_name(choices: Choices, option: str) -> str:
    """The name of a service option; an id that the snapshot does not know stays as it is."""
    return choices.options.get(option, option)


def _subject(filters: Filters, choices: Choices) -> str:
    parts = []
    if filters.options:
        parts.append(f"for {_listed([option_name(choices, each) for each in filters.options], 'service options')}")
    if filters.departments:
        parts.append(f"of {_listed([_with_article(each) for each in filters.departments], 'departments')}")
    if filters.request_types:
        parts.append(f"of type {_listed([each or NOT_GIVEN for each in filters.request_types], 'request types')}")
    return f"Requests {' '.join(parts)}" if parts else "All requests"


def _with_article(department: str) -> str:
    if not department:
        return "no department"
    return f"the {department}" if department.startswith(TAKES_ARTICLE) else department


def _listed(names: list[str], nouns: str) -> str:
    if len(names) > MOST_NAMES:
        return f"{len(names)} {nouns}"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
