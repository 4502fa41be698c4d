"""Which row of a certificate's record counts at an instant.

A record is what one source says of one certificate under its own identifier; several records may speak of the same
certificate. "Versions of a record: the same source and key; newest `updated_at` (else the export's newest event; an export
without events counts as known always) not later than as_of wins, as for requests."
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from . import clock

COLUMNS = (
    "certificate_id holding order_number serial_number issuer common_name subject_alternative_names organisation department "
    "status requested_at issued_at not_before_at not_after_at expires_on revoked_at replaced_at updated_at profile policy "
    "key_algorithm key_size signature_algorithm requested_via requester contacts sha256 findings record_kind certificate_pem"
).split()
EVENTS = ("requested_at", "issued_at", "not_before_at", "revoked_at", "replaced_at", "updated_at")
"""Instants that say how far an export reaches; an expiry does not."""

STATUSES = (
    "requested approved applied issued expired revoked replaced declined rejected invalid sa_approved init unmanaged external other"
).split()
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Export:
    """The rows of one file, and the zone of its times that carry no offset."""

    rows: Sequence[Mapping[str, str]]
    zone: ZoneInfo = clock.PEOPLE


@dataclass(frozen=True)
class Cell:
    """What stands in a cell, and the zone of its export."""

    written: str
    zone: ZoneInfo

    @property
    def text(self) -> str:
        found = (self.written or "").strip()
        return "" if found in clock.NULLS else found

    @property
    def instant(self) -> datetime | None:
        """An instant. A bare date, also one written as a midnight with an offset, is that day's local midnight."""
        if not self.text:
            return None
        found = datetime.fromisoformat(self.text)
        if found.date() in clock.EPOCH:
            return None
        if len(self.text) == len("2026-01-01") or (found.tzinfo and found.time() == time.min):
            return datetime.combine(found.date(), time.min, clock.PEOPLE).astimezone(UTC)
        return clock.instant(self.text, self.zone)

    @property
    def date(self) -> date | None:
        """The date as written."""
        return clock.calendar_date(self.text)


NOTHING = Cell("", clock.PEOPLE)


@dataclass(frozen=True)
class Row:
    """One row of an export; a column that the export lacks is not a key."""

    at: datetime
    cells: Mapping[str, Cell]

    @property
    def rank(self) -> tuple:
        """The greatest (time, text of the cells) wins."""
        return (self.at, tuple(self.cells.get(column, NOTHING).text for column in COLUMNS))


@dataclass(frozen=True)
class Record:
    """What a source says at an instant. Revocation and replacement are given only if they had happened."""

    identifier: str
    is_reconstructed: bool
    status: str
    revoked_at: datetime | None
    replaced_at: datetime | None
    cells: Mapping[str, Cell] = field(repr=False)

    def text(self, column: str) -> str:
        return self.cells.get(column, NOTHING).text

    def instant(self, column: str) -> datetime | None:
        return self.cells.get(column, NOTHING).instant

    def date(self, column: str) -> date | None:
        return self.cells.get(column, NOTHING).date


def newest_event(export: Export) -> datetime | None:
    """The newest event of an export; a file of signing requests has none."""
    cells = (Cell(row.get(column, ""), export.zone) for row in export.rows for column in EVENTS)
    return max((found for cell in cells if (found := cell.instant) is not None), default=None)


def read(exports: Sequence[Export]) -> dict[str, list[Row]]:
    """The rows of every record over all exports, by its identifier."""
    found: dict[str, list[Row]] = {}
    for export in exports:
        newest = newest_event(export) or ALWAYS
        for row in export.rows:
            cells = {column: Cell(text, export.zone) for column, text in row.items()}
            at = cells.get("updated_at", NOTHING).instant or newest
            found.setdefault(cells["certificate_id"].text, []).append(Row(at, cells))
    return found


def at(rows: Sequence[Row], as_of: datetime) -> Record | None:
    """The record as known at `as_of`; None when its certificate was issued later, or not yet asked for."""
    known = sorted((one for one in rows if one.at <= as_of), key=lambda one: one.rank, reverse=True)
    later = sorted((one for one in rows if one.at > as_of), key=lambda one: one.rank)
    merged: dict[str, Cell] = {}
    for one in known or later[:1]:
        # A column absent from the winning export comes from the next version that has it; present but empty stays.
        merged = {**one.cells, **merged}
    begun_at = next(filter(None, (merged.get(column, NOTHING).instant for column in ("issued_at", "not_before_at", "requested_at"))), None)
    if begun_at is not None and begun_at > as_of:
        return None
    status = merged.get("status", NOTHING).text.lower() or "issued"
    ends = {}
    for column, ending in (("revoked_at", "revoked"), ("replaced_at", "replaced")):
        moment = merged.get(column, NOTHING).instant
        if moment is not None and moment > as_of:
            # It had not happened: the certificate was still what it is before that.
            moment, status = None, "issued" if status == ending else status
        ends[column] = moment
    return Record(
        identifier=merged["certificate_id"].text,
        is_reconstructed=not known,
        status=status if status in STATUSES else "other",
        cells=merged,
        **ends,
    )


def all_at(exports: Sequence[Export], as_of: datetime) -> list[Record]:
    """Every record known at `as_of`, by identifier."""
    found = read(exports)
    return [record for identifier in sorted(found) if (record := at(found[identifier], as_of)) is not None]
