"""One certificate in words: whether it holds, until when, by which two readings, and the dates before its end.

`row` is a record of `certificates`, `exposed` one of `renewal_exposure` or None; missing values are None, dates local.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple

from dashboard import formats
from dashboard.certificate_words import NOT_IN_EXPORT, STATUSES, known
from dashboard.formats import calendar_days, count, named_day, plural, zone_word
from dashboard.inventory import LONGEST_ALLOWED

NEVER_ISSUED = ("requested", "approved", "applied", "declined", "rejected", "invalid", "sa_approved", "init", "other", "signing_request")


class Date(NamedTuple):
    """One date of a certificate: its name on the chart, and what it means."""

    label: str
    on_date: date
    meaning: str


def sentence(row: Any, exposed: Any | None, zone: str) -> str:
    """`Active until Thu 2026-12-10, 200-day class, 3 names, no request yet.`"""
    parts = [_state(row, zone)]
    if row.validity_class is not None:
        parts.append("longer than 398 days" if row.validity_class > LONGEST_ALLOWED else f"{count(row.validity_class)}-day class")
    parts.append(plural(row.name_count or 0, "name"))
    parts += _request(row, exposed)
    return f"{', '.join(parts)}."


def dates(row: Any, exposed: Any | None) -> list[Date]:
    """The dates that are known, in order of time, the issue first."""
    target = ""
    if exposed is not None and exposed.target_business_days is not None:
        assumed = " (assumed)" if exposed.is_target_assumed else ""
        target = f" {formats.business_days(exposed.target_business_days)}{assumed}"
    found = [
        ("Change window ends", row.change_window_ends_on, "Until then changes and a reissue are free."),
        ("Submit by", row.submit_by_on, "The last day on which a renewal comes in time for the promise by its requested date."),
        ("Last safe start", exposed.last_safe_start_on if exposed else None, f"An approval after it leaves less than the promised{target}."),
        ("Process by", row.process_by_on, "Renewals are processed a week before expiry."),
    ]
    ordered = sorted((Date(*each) for each in found if each[1] is not None), key=lambda each: each.on_date)
    ends = [Date("Expires", row.expires_on, "The last day of the certificate.")] if row.expires_on else []
    return [*([Date("Issued", row.issued_on, "The day of its issue.")] if row.issued_on else []), *ordered, *ends]


def ends(row: Any, zone: str) -> tuple[str, str]:
    """Both readings of the end as (`15:59 or 17:00 Pacific`, whose each is), the earlier first; an unknown instant says so."""
    if row.service_ends_at is None:
        return NOT_IN_EXPORT, "Neither an instant nor a date of expiry"
    readings = {"the service": row.service_ends_at, **({"the certificate itself": row.not_after_at} if row.not_after_at is not None else {})}
    ordered = sorted(readings.items(), key=lambda each: each[1])
    times = " or ".join(dict.fromkeys(clock(at, zone) for _, at in ordered))
    by = ", ".join(f"{clock(at, zone)} by {whose}" for whose, at in ordered)
    plan = "Plan with the earlier." if len(ordered) > 1 else "The instant of the certificate itself is not in the export."
    return f"{times} {zone_word(zone)}", f"On {named_day(row.expires_on)}: {by}. {plan}"


def clock(at: datetime, zone: str) -> str:
    """`15:59` of a naive UTC instant."""
    return f"{formats.local(at, zone):%H:%M}"


def places(row: Any) -> str:
    """Where the certificate is known from: `console, file, log`."""
    found = [name for name, holds in (("console", row.in_console), ("file", row.in_files), ("log", row.in_log)) if holds]
    return ", ".join(found) or row.holding or NOT_IN_EXPORT


def validity(row: Any) -> str:
    """`199 days, the rule allows 200`, or that it is not known."""
    if row.validity_days is None:
        return NOT_IN_EXPORT
    limit = f", the rule allows {count(row.validity_limit_days)}" if row.validity_limit_days is not None else ""
    return f"{calendar_days(row.validity_days)}{limit}"


def _state(row: Any, zone: str) -> str:
    until = f" {named_day(row.expires_on)}" if row.expires_on else ""
    if row.revoked_at is not None or row.status == "revoked":
        on = f" {named_day(formats.local(row.revoked_at, zone).date())}" if row.revoked_at is not None else ""
        return f"Revoked{on}"
    if row.replaced_at is not None or row.status == "replaced":
        on = f" {named_day(formats.local(row.replaced_at, zone).date())}" if row.replaced_at is not None else ""
        return f"Replaced{on}"
    if row.is_ended_today:
        return f"Ended today,{until}"
    if row.is_active:
        return f"Active until{until}"
    if row.status in NEVER_ISSUED:
        return f"{known(STATUSES, row.status)}, not issued"
    return f"Expired{until}" if row.expires_on else "Expiry not in the export"


def _request(row: Any, exposed: Any | None) -> list[str]:
    if row.is_superseded:
        return ["superseded"]
    parts = ["possibly superseded"] if row.is_possibly_superseded else []
    if row.is_delegated:
        return [*parts, "managed by the department itself"]
    if exposed is None:
        return parts
    if exposed.covering_number:
        return [*parts, f"request {exposed.covering_number} under way"]
    if exposed.partly_number:
        return [*parts, f"no request for all its names yet ({exposed.partly_number} names some)"]
    return [*parts, "no request yet"]
