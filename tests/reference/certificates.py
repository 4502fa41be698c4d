"""One certificate out of the records that speak of it: "one certificate = issuer + serial"."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from . import clock, names
from .records import Export, Record, all_at

HOLDINGS = ("console", "file", "log", "scan")
"""How a certificate is known; the first has the last word on status, identifiers, organisation and contacts."""
EXACT = ("file", "log", "console", "scan")
"""Whose instants, key and signature count, the first before the others."""
SIGNING_REQUEST = "signing_request"
"""What is no certificate yet has this instead of a status."""
DELEGATED = "delegated"
"""How the contract writes that a department's own administrator ordered it."""
ISSUED = ("issued", "expired", "revoked", "replaced", "unmanaged", "external")

DAY = timedelta(days=1)
SUBMIT_BY, PROCESS_BY, CHANGE_WINDOW = 20 * DAY, 7 * DAY, 25 * DAY
SERVICE_ENDS = time(17)
MAXIMUM_DAYS = (
    (date(2018, 3, 1), 825), (date(2020, 9, 1), 398), (date(2021, 10, 1), 398), (date(2026, 3, 15), 200),
    (date(2027, 3, 15), 100), (date(2029, 3, 15), 47),
)  # fmt: skip
"""(issued from, longest validity in days) of the CA/Browser Forum."""


@dataclass(frozen=True)
class Certificate:
    """A certificate as known at an instant; dates are local, instants UTC."""

    certificate: str
    serial_number: str
    issuer: str
    holdings: frozenset[str]
    console_id: str
    common_name: str
    common_names: frozenset[str]
    """All that any record gives as a common name."""
    names: tuple[str, ...]
    alternative_names: frozenset[str]
    """Those that a file shows: the certificate's own. A log lists the common name among them."""
    status: str
    issued_at: datetime | None
    not_before_at: datetime | None
    not_after_at: datetime | None
    expires_on: date | None
    revoked_at: datetime | None
    replaced_at: datetime | None
    contacts: frozenset[str]
    malformed: tuple[str, ...]
    is_delegated: bool
    is_reconstructed: bool
    copies: Mapping[str, str] = field(repr=False)
    """Columns that are shown as exported."""

    @property
    def holding(self) -> str:
        return next(one for one in HOLDINGS if one in self.holdings)

    @property
    def organisation(self) -> str:
        return self.copies["organisation"]

    @property
    def main_name(self) -> str:
        """Its common name, else its first name."""
        return self.common_name or (self.names[0] if self.names else "")

    @property
    def department(self) -> str:
        """That of its common name, else of its first name, else as exported."""
        return names.department(self.main_name) or self.copies["department"]

    @property
    def issued_on(self) -> date | None:
        return clock.local_on(self.issued_at) if self.issued_at else None

    @property
    def is_issued(self) -> bool:
        return self.status in ISSUED

    @property
    def is_revoked(self) -> bool:
        return self.status == "revoked" or self.revoked_at is not None

    @property
    def is_replaced(self) -> bool:
        return self.status == "replaced" or self.replaced_at is not None

    @property
    def service_ends_at(self) -> datetime | None:
        """17:00 on the day it expires."""
        return datetime.combine(self.expires_on, SERVICE_ENDS, clock.PEOPLE).astimezone(UTC) if self.expires_on else None

    @property
    def plan_ends_at(self) -> datetime | None:
        """The earlier of the certificate's own end and the service's."""
        return min((one for one in (self.not_after_at, self.service_ends_at) if one is not None), default=None)

    @property
    def validity_days(self) -> int | None:
        """Days begun, the last second included; of dates alone, both days included."""
        if self.not_before_at and self.not_after_at:
            return -((self.not_before_at - self.not_after_at - timedelta(seconds=1)) // DAY)
        if self.expires_on and self.issued_on:
            return (self.expires_on - self.issued_on).days + 1
        return None

    @property
    def validity_limit_days(self) -> int | None:
        """The longest validity that the rule allowed on the day of issue."""
        limits = [days for issued_from, days in MAXIMUM_DAYS if self.issued_on and issued_from <= self.issued_on]
        return limits[-1] if limits else None

    @property
    def validity_class(self) -> int | None:
        """The shortest of the longest validities that holds this one, else the longest of them."""
        classes = sorted({days for _, days in MAXIMUM_DAYS})
        if self.validity_days is None:
            return None
        return next((days for days in classes if self.validity_days <= days), classes[-1])

    def is_active(self, as_of_on: date) -> bool:
        return self.is_current and self.expires_on is not None and self.expires_on >= as_of_on

    @property
    def is_current(self) -> bool:
        """Issued, not revoked, not replaced; expired or not."""
        return self.is_issued and not self.is_revoked and not self.is_replaced

    def is_ended_today(self, as_of: datetime) -> bool:
        return self.expires_on == clock.local_on(as_of) and as_of >= self.plan_ends_at

    def is_issued_before(self, submitted_at: datetime) -> bool | None:
        """Whether it existed when a request was submitted; an issue known only by its date counts from that date."""
        if self.issued_at is None:
            return None
        if self.issued_at.astimezone(clock.PEOPLE).time() == time.min:
            return self.issued_on <= clock.local_on(submitted_at)
        return self.issued_at < submitted_at


def key_of(record: Record, issuers: Mapping[str, set[str]], source: str) -> str:
    """`serial@issuer`; the serial alone where the issuer is not known; the source's identifier without a serial.

    "A record with a serial but no issuer joins the one known issuer with that serial (if exactly one), else stands alone."
    """
    serial, issuer = names.serial(record.text("serial_number")), names.issuer(record.text("issuer")).lower()
    if not serial:
        return f"{source}:{record.identifier}"
    known = issuers.get(serial, set())
    issuer = issuer or (next(iter(known)) if len(known) == 1 else "")
    return f"{serial}@{issuer}" if issuer else serial


def all_known(exports: Sequence[Export], as_of: datetime, source: str = "certboard_certificates") -> list[Certificate]:
    """Every certificate known at `as_of`, in the order of its key."""
    records = all_at(exports, as_of)
    issuers: dict[str, set[str]] = {}
    for record in records:
        serial, issuer = names.serial(record.text("serial_number")), names.issuer(record.text("issuer")).lower()
        if serial and issuer:
            issuers.setdefault(serial, set()).add(issuer)
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(key_of(record, issuers, source), []).append(record)
    return [joined(key, found[key]) for key in sorted(found)]


def first(records: Iterable[Record], order: Sequence[str], value: Callable[[Record], object]):
    """The first filled value, in the order of the holdings."""
    ranked = sorted(records, key=lambda record: order.index(record.text("holding")))
    return next((found for record in ranked if (found := value(record))), None)


def joined(key: str, records: Sequence[Record]) -> Certificate:
    """"Console before file before log before scan for status, ids, organisation, contacts; file before log before console
    for instants, key, signature; names are the union." """

    def told(column: str, order: Sequence[str] = HOLDINGS) -> str:
        return first(records, order, lambda record: record.text(column)) or ""

    own = [record for record in records if record.text("holding") in ("file", "log")]
    all_names = [names.split(record.text(column)) for record in records for column in ("common_name", "subject_alternative_names")]
    is_signing_request = any(record.text("record_kind") == SIGNING_REQUEST for record in records)
    status = SIGNING_REQUEST if is_signing_request else first(records, HOLDINGS, lambda record: record.status)
    revoked_at = first(records, EXACT, lambda record: record.revoked_at)
    replaced_at = first(records, EXACT, lambda record: record.replaced_at)
    not_before_at = first(records, EXACT, lambda record: record.instant("not_before_at"))
    not_after_at = first(records, EXACT, lambda record: record.instant("not_after_at"))
    exact_end = first(own, EXACT, lambda record: record.instant("not_after_at"))
    written_end = first(records, EXACT, lambda record: record.date("expires_on"))
    ends_at = exact_end or (None if written_end else not_after_at)
    return Certificate(
        certificate=key,
        serial_number=names.serial(told("serial_number", EXACT)),
        issuer=names.issuer(told("issuer", EXACT)),
        holdings=frozenset(record.text("holding") for record in records),
        console_id=next((record.identifier for record in records if record.text("holding") == "console"), ""),
        common_name=min(names.split(told("common_name")), default=""),
        common_names=frozenset(name for record in records for name in names.split(record.text("common_name"))),
        names=tuple(sorted({name for each in all_names for name in each})),
        alternative_names=frozenset(name for record in own if record.text("holding") == "file" for name in names.split(record.text("subject_alternative_names"))),
        # What happened to it counts, whatever its source calls it.
        status="revoked" if revoked_at else "replaced" if replaced_at and status != "revoked" else status,
        issued_at=first(records, EXACT, lambda record: record.instant("issued_at")) or not_before_at,
        not_before_at=not_before_at,
        not_after_at=not_after_at,
        expires_on=clock.local_on(ends_at) if ends_at else written_end,
        revoked_at=revoked_at,
        replaced_at=replaced_at,
        contacts=frozenset(names.addresses(told("contacts"))),
        malformed=tuple(part for record in records for part in record.text("findings").split("; ") if part),
        is_delegated=any(record.text("requested_via").lower() == DELEGATED for record in records),
        is_reconstructed=any(record.is_reconstructed for record in records),
        copies={
            **{column: told(column) for column in ("order_number", "organisation", "department", "profile", "policy", "requester", "requested_via")},
            **{column: told(column, EXACT) for column in ("key_algorithm", "key_size", "signature_algorithm")},
        },
    )

