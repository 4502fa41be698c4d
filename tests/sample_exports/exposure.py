"""What the sample intends each certificate to be at AS_OF: active, superseded, and in which band of exposure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from . import certificate_plan, chains, days, naming, plan
from .certificates import Certificate

OVERLAP, PAST, AHEAD = timedelta(45), timedelta(30), timedelta(180)
BEFORE_EXPIRY = timedelta(90)
SUBMIT_BY = timedelta(20)
ASSUMED_TARGET = 10


@dataclass(frozen=True)
class Intended:
    """The facts of one certificate; `band` is empty where it is no exposure, `covered_by` where no open request names it all."""

    is_active: bool
    is_superseded: bool
    is_possibly_superseded: bool
    band: str
    covered_by: str


def intended(certificates: list[Certificate]) -> list[Intended]:
    """One per certificate, in their order."""
    active_by_name: dict[str, list[Certificate]] = {}
    for one in certificates:
        for name in one.names if is_active(one) else ():
            active_by_name.setdefault(name, []).append(one)
    return [_facts(one, active_by_name) for one in certificates]


def is_active(one: Certificate) -> bool:
    """Issued, not revoked, not replaced, and its last day has not passed."""
    return one.status_on(certificate_plan.AS_OF_ON) == "Issued"


def _facts(one: Certificate, active_by_name: dict[str, list[Certificate]]) -> Intended:
    if one.issued_at is None or one.revoked_at:
        return Intended(is_active(one), False, False, "", "")
    # For each name: what has it, as it stands or by a wildcard one label up.
    literal = [[each for each in active_by_name.get(name, ()) if _succeeds(each, one)] for name in one.names]
    by_wildcard = [
        [each for each in active_by_name.get(f"*.{name.split('.', 1)[1]}", ()) if _succeeds(each, one)] for name in one.names
    ]
    follows = [each for each in literal[0] if set(one.names) <= set(each.names) and each.is_logged_only == one.is_logged_only]
    is_superseded = bool(one.replaced_at) or any(one.expires_on - each.issued_on <= OVERLAP for each in follows)
    is_possibly = not is_superseded and all(left or right for left, right in zip(literal, by_wildcard))
    is_exposed = not is_superseded and -PAST <= one.expires_on - certificate_plan.AS_OF_ON <= AHEAD
    covered_by = _covering(one) if is_exposed else ""
    return Intended(is_active(one), is_superseded, is_possibly, _band(one, covered_by) if is_exposed else "", covered_by)


def _succeeds(later: Certificate, one: Certificate) -> bool:
    """Whether an active certificate was issued later and ends later."""
    is_later = (later.issued_at, later.serial) > (one.issued_at, one.serial)
    return is_later and later.expires_on > one.expires_on


def _covering(one: Certificate) -> str:
    """The number of the open renewal that names every name of a certificate."""
    renewal = one.renewal
    if renewal is None or not chains.is_open(renewal) or not set(one.names) <= set(naming.names(renewal)):
        return ""
    return renewal.number if renewal.submitted_at.date() >= one.expires_on - BEFORE_EXPIRY else ""


def _band(one: Certificate, covered_by: str) -> str:
    """By local date, the first that holds."""
    today = certificate_plan.AS_OF_ON
    if one.expires_on < today:
        return "expired"
    if covered_by:
        return "covered"
    if _last_safe_start_on(one) < today:
        return "past_last_safe_start"
    return "submit_now" if one.expires_on - SUBMIT_BY <= today else "upcoming"


def _last_safe_start_on(one: Certificate) -> date:
    """From that day the target of the newest linked renewal leads to the last business day before the end."""
    linked = [request for request in (one.request, one.renewal) if request and request.option in plan.RENEWALS]
    target = plan.TARGETS[linked[-1].option] if linked else ASSUMED_TARGET
    day = one.expires_on - days.ONE_DAY
    while not days.is_business_day(day):
        day -= days.ONE_DAY
    return days.business_days_before(day, target)
