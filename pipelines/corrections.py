"""Declared corrections and exclusions: what `corrections.yaml` may say, and its values typed for the models.

An entry corrects one field of one request, excludes one request, or confirms what replaces one certificate. `expect` is what the exports say; the day
they no longer say it, nothing is published until the entry is looked at again.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal, get_args
from zoneinfo import ZoneInfo

import pyarrow as pa
from pydantic import BaseModel, ConfigDict, Field, field_validator

from pipelines import instants
from pipelines.errors import UserError
from pipelines.mappings import Approval, State
from pipelines.policy_schema import Slo

FILE = "corrections.yaml"
FIELDS = {
    "service_option": "option", "request_type": "text", "department": "text", "state": "state", "approval": "approval", "submitted_at": "instant",
    "approved_at": "instant", "closed_at": "instant", "resolved_at": "instant", "installed_at": "instant", "issued_at": "instant",
    "requested_completion_on": "day", "current_expires_on": "day",
}
"""The fields of a request that may be corrected, and what kind of value each holds."""  # fmt: skip
NEVER_EMPTY = ("service_option", "state", "submitted_at")
OUTCOMES = ("met", "missed", "open", "not_measurable")
"""What a request may count as that is excluded by declaration."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
COLUMNS = {
    "correction_id": pa.string(), "kind": pa.string(), "number": pa.string(), "certificate": pa.string(), "field": pa.string(),
    "expected_value": pa.string(), "value": pa.string(), "value_at": pa.timestamp("us"), "value_on": pa.date32(), "reason": pa.string(),
    "reported_on": pa.date32(), "reported_by": pa.string(),
}
"""Of the dimension `policy.corrections`; both values as `export` writes them, null where they are empty."""  # fmt: skip


class Correction(BaseModel):
    """One entry. `number` or `certificate` says of what; a field with its `value`, or `exclude`; `expect`: what the exports say, "" for nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    id: str = Field(min_length=1)
    number: str | None = None
    certificate: str | None = None
    field: str | None = None
    exclude: Literal[True] | None = None
    value: str | None = None
    expect: str
    reason: str = Field(min_length=1)
    reported_on: date
    reported_by: str = Field(min_length=1)

    @field_validator("number", "certificate", "value", "expect", mode="before")
    @classmethod
    def _is_text(cls, found: object) -> object:
        """YAML makes dates, numbers, yes and no of what is not in quotes; a date is its text, of 0012 it makes another number."""
        if isinstance(found, date):
            return found.isoformat(sep=" ") if isinstance(found, datetime) else found.isoformat()
        if not isinstance(found, str):
            raise ValueError('it is no text; put it in quotes, "" for an empty one')
        return found

    @field_validator("reported_on", mode="before")
    @classmethod
    def _is_a_day(cls, found: object) -> object:
        """A number would be read as seconds."""
        if not isinstance(found, date) and not (isinstance(found, str) and _DAY.fullmatch(found.strip())):
            raise ValueError("it is no day; write it like 2026-11-02")
        return found

    @property
    def kind(self) -> Literal["field", "exclusion", "certificate"]:
        """What it does."""
        return "exclusion" if self.exclude else "field" if self.certificate is None else "certificate"

    @property
    def subject(self) -> tuple[str | None, str | None, str | None]:
        """What it speaks of; no two entries speak of the same."""
        return self.number, self.certificate, self.field


def check(entries: Sequence[Correction], slo: Slo) -> None:
    """Raise UserError for the first entry that says nothing, something impossible, or what an earlier one says too."""
    ids: dict[str, int] = {}
    subjects: dict[tuple, str] = {}
    for position, entry in enumerate(entries, start=1):
        if finding := _finding(entry, slo):
            raise UserError(f"{FILE} entry {position} ({entry.id}): {finding}")
        if entry.id in ids:
            raise UserError(f"{FILE} entry {position} ({entry.id}): its id is that of entry {ids[entry.id]}. Give each its own.")
        if entry.subject in subjects:
            what = f"the exclusion of {entry.number}" if entry.exclude else f"{entry.field} of {entry.number or entry.certificate}"
            raise UserError(f"{FILE} entry {position} ({entry.id}): {what} is declared by {subjects[entry.subject]} too. Keep one of them.")
        ids[entry.id], subjects[entry.subject] = position, entry.id


def rows(entries: Sequence[Correction], zone: str) -> list[tuple]:
    """The rows of `policy.corrections` in the order of COLUMNS, instants without an offset read in this zone."""
    found = []
    for each in entries:
        kind = FIELDS.get(each.field or "", "text")
        expected, value = _canonical(kind, each.expect, zone), _canonical(kind, each.value or "", zone)
        at = instants.event(each.value, zone) if value and kind == "instant" else None
        on = at.astimezone(ZoneInfo(zone)).date() if at else date.fromisoformat(value) if value and kind == "day" else None
        found.append((
            each.id, each.kind, each.number, each.certificate, each.field, expected, value, at.replace(tzinfo=None) if at else None, on,
            each.reason, each.reported_on, each.reported_by,
        ))  # fmt: skip
    return found


def _finding(entry: Correction, slo: Slo) -> str | None:
    if (entry.number is None) == (entry.certificate is None):
        return "it speaks of a request or of a certificate. Give number or certificate, not both and not neither."
    if "@" in entry.reported_by:
        return "reported_by is an e-mail address; it is the role of who reported it. Write a role, such as service manager."
    if re.search(r"\S@\S", entry.reason):
        return "reason holds an e-mail address, which every page would show. Write a role instead."
    if entry.exclude:
        return _exclusion_finding(entry)
    if entry.field is None or entry.value is None:
        return 'it corrects nothing. Give field and value ("" for an empty one), or exclude: true.'
    if entry.certificate is not None:
        if entry.field != "superseded_by":
            return f"field is '{entry.field}'; of a certificate only superseded_by is confirmed. Correct it."
        missing = next((key for key in ("value", "expect") if not getattr(entry, key)), None)
        return f"{missing} is empty. Write the certificate that replaces it, as published in superseded_by." if missing else None
    if entry.field not in FIELDS:
        return f"'{entry.field}' is no field that can be corrected (known: {', '.join(FIELDS)}). Correct it."
    return _value_finding(entry, slo)


def _exclusion_finding(entry: Correction) -> str | None:
    extra = next((key for key in ("certificate", "field", "value") if getattr(entry, key) is not None), None)
    if extra:
        return f"it excludes the request and has {extra} too. Take {extra} out, or exclude."
    if entry.expect not in OUTCOMES:
        return f"expect is '{entry.expect}'; expected the outcome as exported: {', '.join(OUTCOMES)}. Correct it."
    return None


def _value_finding(entry: Correction, slo: Slo) -> str | None:
    kind = FIELDS[entry.field]
    for key, written in (("value", entry.value), ("expect", entry.expect)):
        # A label that the mapping does not know is no option and no state.
        if written == "" and entry.field in NEVER_EMPTY and (key, entry.field) != ("expect", "state"):
            return f"{key} is empty, but every request has its {entry.field}. Give one."
        known = _known(kind, slo)
        if known and written and written not in known and (key, written) != ("expect", "unclassified"):
            return f"{key} '{written}' is no {entry.field} (known: {', '.join(known)}). Correct it."
        try:
            _canonical(kind, written, slo.zone)
        except ValueError:
            form = "an instant; write 2026-10-31 17:00:00 (in {zone}) or 2026-10-31T17:00:00-07:00" if kind == "instant" else "a date; write 2026-10-31"
            return f"{key} '{written}' is not {form.format(zone=slo.zone)}."
    if _canonical(kind, entry.value, slo.zone) == _canonical(kind, entry.expect, slo.zone):
        return "value and expect are the same, so it corrects nothing. Correct one of them, or take the entry out."
    if entry.value and kind == "instant" and instants.event(entry.value, slo.zone).astimezone(ZoneInfo(slo.zone)).date() > entry.reported_on:
        return f"value '{entry.value}' lies after {entry.reported_on}, when it was reported. Correct one of them."
    return None


def _known(kind: str, slo: Slo) -> tuple[str, ...]:
    """The closed vocabulary of a kind of value; empty where it is open."""
    return {"option": tuple(each.id for each in slo.options), "state": get_args(State), "approval": get_args(Approval)}.get(kind, ())


def _canonical(kind: str, written: str, zone: str) -> str | None:
    """A value as `export` writes it, None for an empty one. Raises ValueError."""
    if not written:
        return None
    if kind == "instant":
        return instants.written(instants.event(written, zone), zone)
    if kind == "day" and not _DAY.fullmatch(written):
        raise ValueError(f"{written}: not a day")
    return date.fromisoformat(written).isoformat() if kind == "day" else written
