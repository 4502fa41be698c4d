"""Which certificate a request renews, and which one it produced."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import clock, names
from .certificates import Certificate
from .versions import Request

GRACE = timedelta(days=30)
"""How long an expired certificate is still what a renewal renews."""


@dataclass(frozen=True, order=True)
class Link:
    """A request and a certificate; `role` is renews or issued, `confidence` exact, high or medium."""

    number: str
    certificate: str
    role: str
    rule: str
    confidence: str


def common_names(request: Request) -> list[str]:
    return names.split(request.version.text("common_name"))


def requested_names(request: Request) -> list[str]:
    return names.split(request.version.text("common_name"), request.version.text("subject_alternative_names"))


def can_be_linked(certificate: Certificate) -> bool:
    """"Signing requests and never-issued records are never linked." """
    return certificate.is_issued and certificate.issued_at is not None


def exact(request: Request, inventory: Iterable[Certificate]) -> Iterable[tuple[str, list[Certificate]]]:
    """The certificates of the order and of the serial number that the request names, by rule."""
    order, serial = request.version.text("order_number"), names.serial(request.version.text("serial_number"))
    yield "order_number", [one for one in inventory if order and one.copies["order_number"] == order]
    yield "serial_number", [one for one in inventory if serial and one.serial_number == serial]


def least_expiry(candidates: Sequence[Certificate]) -> list[Certificate]:
    """The one with "the smallest `expires_on`; tie: the larger serial", as a list of at most one."""
    return sorted(candidates, key=lambda one: (one.expires_on, -names.serial_rank(one.serial_number)))[:1]


def renewed(request: Request, inventory: Sequence[Certificate]) -> list[Link]:
    """The certificate that was current at submission; of several common names, one each."""
    submitted_at = request.version.instant("submitted_at")
    submitted_on = clock.local_on(submitted_at)
    before = [one for one in inventory if can_be_linked(one) and one.is_issued_before(submitted_at)]
    for rule, found in exact(request, before):
        if found:
            return links(request, newest(found), "renews", rule, "exact")
    # One that was revoked later was current all the same.
    standing = [one for one in before if not one.is_revoked or (one.revoked_at is not None and one.revoked_at > submitted_at)]
    current = [one for one in standing if one.expires_on and one.expires_on >= submitted_on - GRACE]

    def holding(wanted: Callable[[Certificate], bool]) -> list[Certificate]:
        return least_expiry([one for one in current if wanted(one)])

    by_common_name = [one for name in common_names(request) for one in holding(lambda one, name=name: name in one.names)]
    if by_common_name:
        return links(request, by_common_name, "renews", "common_name", "high")
    requested = requested_names(request)
    return links(request, holding(lambda one: any(name in one.names for name in requested)), "renews", "any_name", "medium")


def newest(candidates: Sequence[Certificate]) -> list[Certificate]:
    """Of several certificates of one order the newest."""
    return sorted(candidates, key=lambda one: (one.issued_at, names.serial_rank(one.serial_number)))[-1:]


def produced(
    request: Request, inventory: Sequence[Certificate], renews: Sequence[Link], stop_at: datetime | None, as_of_on: date
) -> list[Link]:
    """The certificate that the request led to."""
    submitted_at = request.version.instant("submitted_at")
    submitted_on = clock.local_on(submitted_at)
    issued = [one for one in inventory if can_be_linked(one)]
    for rule, found in exact(request, [one for one in issued if not one.is_issued_before(submitted_at)]):
        if found:
            return links(request, newest(found), "issued", rule, "exact")
    until_on = clock.local_on(stop_at) + timedelta(days=1) if stop_at else as_of_on
    old = {link.certificate for link in renews}
    candidates = [one for one in issued if submitted_on <= one.issued_on <= until_on and one.certificate not in old]
    found = []
    for name in common_names(request):
        matching = [one for one in candidates if name in one.names]
        found += sorted(matching, key=lambda one: (one.issued_at, -names.serial_rank(one.serial_number)))[:1]
    return links(request, found, "issued", "common_name", "medium")


def links(request: Request, certificates: Iterable[Certificate], role: str, rule: str, confidence: str) -> list[Link]:
    """One link for each certificate."""
    keys = dict.fromkeys(one.certificate for one in certificates)
    return [Link(request.number, key, role, rule, confidence) for key in keys]


def current_expiry(
    request: Request, renews: Sequence[Link], inventory: Sequence[Certificate]
) -> tuple[date | None, str | None]:
    """(expires_on, request | certificate): what the request says, else the earliest expiry among what it renews."""
    exported = request.version.date("current_expires_on")
    if exported is not None:
        return exported, "request"
    keys = {link.certificate for link in renews}
    expiries = [one.expires_on for one in inventory if one.certificate in keys and one.expires_on]
    return (min(expiries), "certificate") if expiries else (None, None)
