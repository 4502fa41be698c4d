"""An export of the public certificate log by crt.sh: precertificate and leaf of each certificate, strangers among them."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from random import Random

from . import certificate_plan, plan
from .certificates import Certificate

TAKEN_ON = date(2026, 11, 19)
ISSUER_IDS = {certificate_plan.ISSUER: 290117, certificate_plan.LEGACY_ISSUER: 104}


def logged(certificates: list[Certificate]) -> list[Certificate]:
    """Every stranger, and some that the console knows too: issued in the last half year."""
    random = Random(f"{plan.SEED} log")
    strangers = [one for one in certificates if one.is_logged_only]
    known = [one for one in certificates if one.issued_at and not one.is_logged_only and date(2026, 5, 20) < one.issued_on < TAKEN_ON]
    return strangers + sorted(random.sample(known, certificate_plan.LOGGED), key=lambda one: one.console_id)


def export(certificates: list[Certificate]) -> bytes:
    """The JSON list, newest entry first, one entry a line."""
    random, entries = Random(f"{plan.SEED} entries"), []
    for position, one in enumerate(sorted(logged(certificates), key=lambda one: (one.issued_at, one.serial))):
        # The log has the precertificate at once, and the leaf when somebody submits it.
        for after in (random.randrange(2, 40), random.randrange(50, 4000)):
            entries.append((first_at(one) + timedelta(hours=20, seconds=after), 18_100_000_000 + 91_733 * position + after, one))
    entries.sort(key=lambda entry: entry[:2], reverse=True)
    return ("[\n" + ",\n".join(json.dumps(_entry(*entry)) for entry in entries) + "\n]\n").encode()


def first_at(one: Certificate) -> datetime:
    """The first instant of validity in UTC: midnight of the day of issue, of the next day where that fell in the evening."""
    day = one.issued_on + timedelta(one.is_logged_only)
    return datetime(day.year, day.month, day.day)


def last_at(one: Certificate) -> datetime:
    """The last instant of validity in UTC."""
    return datetime(one.expires_on.year, one.expires_on.month, one.expires_on.day, 23, 59, 59)


def _entry(at: datetime, number: int, one: Certificate) -> dict:
    serial = f"{one.serial:x}"
    trust = "Sample Trust (made up)" if one.issuer in ISSUER_IDS else "Elsewhere (made up)"
    return {
        "issuer_ca_id": ISSUER_IDS.get(one.issuer, 295_000 + len(one.issuer)),
        "issuer_name": f"C=US, O={trust}, CN={one.issuer}",
        "common_name": one.names[0],
        "name_value": "\n".join(sorted(set(one.names))),
        "id": number,
        "entry_timestamp": f"{at.isoformat()}.{number % 1000:03d}",
        "not_before": first_at(one).isoformat(),
        "not_after": last_at(one).isoformat(),
        "serial_number": ("0" if len(serial) % 2 else "") + serial,
    }
