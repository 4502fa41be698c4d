"""Which row of a request counts at an instant.

"The version of a record is the newest with `updated_at <= as_of`; if there is none, the oldest later version with every
later event blanked, and `is_reconstructed`." Exports are read as lists of rows; a row is the text of its cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from . import clock

COLUMNS = (
    "number service_option request_type department submitted_at approved_at approval closed_at resolved_at installed_at "
    "state requested_completion_on current_expires_on issued_at certificate_count parent_number common_name "
    "subject_alternative_names contacts csr security_approval validation_type updated_at update_sequence reopen_count "
    "assignment_group assigned_to time_worked_seconds source_verdict"
).split()
EVENTS = ("submitted_at", "approved_at", "updated_at", "closed_at", "issued_at")
"""Instants that say how far an export reaches; due and expiry dates do not."""


@dataclass(frozen=True)
class Version:
    """One row of one export: its cells (a column that the export lacks is not a key) and its time."""

    at: datetime
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        found = (self.cells.get(column) or "").strip()
        return "" if found in clock.NULLS else found

    def instant(self, column: str) -> datetime | None:
        return clock.instant(self.cells.get(column))

    def date(self, column: str) -> date | None:
        return clock.calendar_date(self.cells.get(column))

    @property
    def rank(self) -> tuple:
        """The greatest (time, sequence, text of the cells) wins."""
        sequence = self.text("update_sequence")
        return (self.at, int(sequence) if sequence else -1, tuple(self.text(column) for column in COLUMNS))


@dataclass(frozen=True)
class Request:
    """A request as it is known at an instant: the merged cells, and the older rows seen by then."""

    number: str
    version: Version
    is_reconstructed: bool
    known: Sequence[Version] = field(repr=False)


def newest_event(rows: Sequence[Mapping[str, str]]) -> datetime:
    """The newest event of an export."""
    return max(found for row in rows for column in EVENTS if (found := clock.instant(row.get(column))))


def read(exports: Sequence[Sequence[Mapping[str, str]]]) -> dict[str, list[Version]]:
    """The versions of every request over all exports; a row's time is `updated_at`, else its export's newest event."""
    found: dict[str, list[Version]] = {}
    for rows in exports:
        newest = newest_event(rows)
        for row in rows:
            at = clock.instant(row.get("updated_at")) or newest
            found.setdefault(row["number"], []).append(Version(at, row))
    return found


def at(versions: Sequence[Version], as_of: datetime) -> Request | None:
    """The request as known at `as_of`; None when it had not been submitted."""
    known = sorted((one for one in versions if one.at <= as_of), key=lambda one: one.rank, reverse=True)
    later = sorted((one for one in versions if one.at > as_of), key=lambda one: one.rank)
    merged: dict[str, str] = {}
    for one in known or later[:1]:
        # A column absent from the winning export comes from the next version that has it; present but empty stays.
        merged = {**one.cells, **merged}
    chosen = Version((known or later)[0].at, merged)
    submitted_at = chosen.instant("submitted_at")
    if submitted_at is None or submitted_at > as_of:
        return None
    return Request(chosen.text("number"), chosen, not known, known)
