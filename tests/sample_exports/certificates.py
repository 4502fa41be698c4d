"""A certificate as the certificate authority knows it, and its status on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from . import certificate_plan, plan
from .timeline import Request

ENROLLED, DELEGATED = "Web Form", "Client Admin"


@dataclass(eq=False)
class Certificate:
    """Local times. `request` produced it and `renewal` is to replace it; without `issued_at` it was only asked for.

    `status` is given only for what was never issued. `serial` 0 and `number` 0: none (yet).
    """

    names: list[str]  # the common name first
    requested_at: datetime
    issued_at: datetime | None = None
    expires_on: date | None = None
    request: Request | None = None
    renewal: Request | None = None
    via: str = ENROLLED
    status: str = ""
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None
    replaces: Certificate | None = None
    issuer: str = certificate_plan.ISSUER
    is_logged_only: bool = False
    key: tuple[str, int] = ("RSA", 2048)
    signature: str = "SHA256withECDSA"
    marks: set[str] = field(default_factory=set)
    console_id: int = 0
    order_number: int = 0
    serial: int = 0

    @property
    def issued_on(self) -> date:
        return self.issued_at.date()

    @property
    def validity_days(self) -> int:
        return (self.expires_on - self.issued_on).days + 1

    @property
    def listed_names(self) -> list[str]:
        """The alternative names as issued: a few certificates lack their common name."""
        return self.names[1:] if "lacks_common_name" in self.marks else self.names

    def status_on(self, day: date) -> str:
        """As the console words it at the end of a day on which it was known already."""
        if self.status:
            return self.status
        if self.revoked_at and self.revoked_at.date() <= day:
            return "Revoked"
        if self.replaced_at and self.replaced_at.date() <= day:
            return "Replaced"
        return "Expired" if self.expires_on < day else "Issued"


def number(certificates: Iterable[Certificate]) -> list[Certificate]:
    """The certificates in the order in which they were requested, with ids, order numbers, serial numbers and keys."""
    random = Random(f"{plan.SEED} serial numbers")
    ordered = sorted(certificates, key=lambda one: (one.requested_at, one.names))
    for position, one in enumerate(ordered):
        one.console_id = 0 if one.is_logged_only else 310_000 + 7 * position
        one.serial = random.getrandbits(127) if one.issued_at else 0
        one.order_number = 0 if one.status or one.is_logged_only else 1_840_000_000 + 1_117 * position + random.randrange(900)
        if one.key == ("RSA", 2048) and one.signature != "SHA1withRSA" and random.random() < 0.45:
            one.key = ("EC", 256)
    for one in ordered:
        if one.replaces and one.serial < one.replaces.serial:
            # The two may expire on one day, and then the larger serial number is the one in use.
            one.serial, one.replaces.serial = one.replaces.serial, one.serial
    return ordered


def asked_before(random: Random, issued_at: datetime) -> datetime:
    """When the order for a certificate was placed: up to three hours before."""
    return issued_at - timedelta(minutes=random.randrange(4, 180), seconds=random.randrange(60))
