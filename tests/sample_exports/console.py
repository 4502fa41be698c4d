"""The two exports of the certificate console: a list saved on an earlier day as CSV, and the report of the last day as JSON."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from datetime import UTC, date, datetime
from random import Random
from zoneinfo import ZoneInfo

from . import certificate_plan, plan
from .certificates import DELEGATED, Certificate

ZONE = ZoneInfo("America/Los_Angeles")
REPORTED_FROM = date(2026, 5, 25)  # the report leaves out what ended before
LISTED_THROUGH = date(2026, 12, 31)  # the list was filtered to what ends by then
PROFILES = {"single": ("Sample OV SSL", 5001), "multi": ("Sample OV Multi-Domain SSL", 5002), "wildcard": ("Sample OV Wildcard SSL", 5003)}
HEADER = (
    "Common Name,Subject Alternative Names,Status,Expires,Issued,Order Number,Serial Number,Organization,Department,"
    "Certificate Profile,Term,Requester,External Requester,Requested Via,Key Algorithm,Key Size"
).split(",")
DEPARTMENTS = {f"{one.label}-example": one.name for one in (*plan.DEPARTMENTS, plan.TINY_DEPARTMENT)}


def reported(certificates: list[Certificate]) -> list[Certificate]:
    """What the report of the last day shows: what ends or ended since a day in spring, and all orders."""
    return [one for one in certificates if not one.is_logged_only and (one.status or one.expires_on >= REPORTED_FROM)]


def listed(certificates: list[Certificate]) -> list[Certificate]:
    """What the list of the earlier day shows: all that was issued by then and ends in the same year."""
    return [
        one
        for one in certificates
        if one.issued_at and not one.is_logged_only and one.issued_on < certificate_plan.CONSOLE_ON and one.expires_on <= LISTED_THROUGH
    ]


def report(certificates: list[Certificate], fingerprints: dict[int, str]) -> bytes:
    """The JSON body of the bulk report, one row a line. `fingerprints`: SHA-1 by serial number where the file is in the sample."""
    rows = [json.dumps(_row(one, fingerprints), ensure_ascii=False, separators=(",", ":")) for one in reported(certificates)]
    return ('{"statusCode":0,"reports":[\n' + ",\n".join(rows) + "\n]}\n").encode()


def console_list(certificates: list[Certificate]) -> bytes:
    """The CSV file, by the day of expiry."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for one in sorted(listed(certificates), key=lambda one: (one.expires_on, one.serial)):
        writer.writerow(
            [
                one.names[0],
                ", ".join(one.listed_names),
                one.status_on(certificate_plan.CONSOLE_ON),
                f"{one.expires_on:%m/%d/%Y}",
                f"{one.issued_on:%m/%d/%Y}",
                one.order_number,
                f"{one.serial:032X}",
                certificate_plan.ORGANISATION,
                _department(one),
                _profile(one)[0],
                _term(one),
                _requester(one),
                _contacts(one),
                one.via,
                *_key(one),
            ]
        )
    return text.getvalue().encode()


def _row(one: Certificate, fingerprints: dict[int, str]) -> dict:
    profile, profile_id = _profile(one)
    names = one.listed_names
    row = {
        "id": one.console_id,
        "type": profile,
        "typeId": profile_id,
        "orgId": 2150,
        "commonName": one.names[0],
        "subjAltNames": ", ".join(f"dNSName={name}" for name in names),
        "status": one.status_on(certificate_plan.AS_OF_ON),
        "requester": _requester(one),
        "organizationName": certificate_plan.ORGANISATION,
        "requestedVia": one.via,
        "term": _term(one),
        "comments": "",
        "requested": _instant(one.requested_at),
        "externalRequester": _contacts(one),
        "serialNumber": "",
        "customFields": [{"name": "Department", "value": _department(one)}],
    }
    if not one.issued_at:
        return row
    algorithm, size = _key(one)
    issuer = f"CN={one.issuer}, O=Sample Trust (made up), C=US"
    drawn = hashlib.sha1(str(one.serial).encode(), usedforsecurity=False).hexdigest()
    found = row | {
        "approver": "Cert Approver",
        "orderNumber": one.order_number,
        "backendCertId": str(one.order_number),
        "approved": _instant(one.requested_at + (one.issued_at - one.requested_at) / 2),
        "issued": _instant(one.issued_at),
        "expires": _midnight(one.expires_on),
        "issuer": issuer,
        "serialNumber": ":".join(f"{byte:02X}" for byte in one.serial.to_bytes(16)),
        "signatureAlg": one.signature,
        "publicKeyAlg": algorithm,
        "publicKeySize": size,
        "publicKeyType": f"{algorithm} - {size}",
        "sha1": fingerprints.get(one.serial, drawn),
    }
    if one.revoked_at:
        found["revoked"] = _instant(one.revoked_at)
    if one.replaced_at:
        found["replaced"] = _instant(one.replaced_at)
    return found


def _instant(at: datetime) -> str:
    """Local time as the API writes an instant."""
    text = at.replace(tzinfo=ZONE).astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _midnight(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=ZONE).isoformat(timespec="milliseconds")


def _department(one: Certificate) -> str:
    return DEPARTMENTS.get(one.names[0].split(".")[1], "")


def _profile(one: Certificate) -> tuple[str, int]:
    return PROFILES["wildcard" if "wildcard" in one.marks else "multi" if len(one.names) > 1 else "single"]


def _term(one: Certificate) -> int:
    """What was ordered in days, which is not the validity."""
    at = one.issued_at or one.requested_at
    return 365 if certificate_plan.longest(at.date()) == 397 else 199


def _requester(one: Certificate) -> str:
    random = Random(f"{plan.SEED} {one.names[0]} requester")
    return f"DRAO {_department(one) or 'Shared'}" if one.via == DELEGATED else f"Cert Analyst {random.randint(1, 3)}"


def _contacts(one: Certificate) -> str:
    """Those of the request, else those of the next one, else the department's list."""
    asked = one.request or one.renewal
    if asked is not None:
        return asked.events[0][1]["variables.contact_emails"].replace("; ", ",")
    return f"certs@{one.names[0].split('.')[1].removesuffix('-example')}.example.ca.gov"


def _key(one: Certificate) -> tuple[str, str]:
    return one.key[0], str(one.key[1])
