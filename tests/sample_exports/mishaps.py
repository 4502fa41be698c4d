"""What goes wrong with issued certificates: replaced, revoked, weak keys, old signatures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from . import certificate_plan, days, plan
from .certificates import Certificate, asked_before
from .timeline import moment

WINDOW_DAYS = 25  # after the issue, for testing, revocation or changes


def happen(certificates: list[Certificate]) -> None:
    """Changes some of the certificates in place and appends what was issued instead of them."""
    random = Random(f"{plan.SEED} mishaps")
    drawn = random.sample(certificates, len(certificates))
    for one in _pick(drawn, lambda one: one.request is not None and _has_time(one), certificate_plan.REPLACED):
        certificates.append(_again(random, one, one.issued_at + timedelta(random.randint(1, WINDOW_DAYS))))
        one.replaced_at = certificates[-1].issued_at
    for one in _pick(drawn, lambda one: one.request is not None and _has_time(one), certificate_plan.REVOKED):
        certificates.append(_again(random, one, one.issued_at + timedelta(random.randint(1, WINDOW_DAYS))))
        one.revoked_at = certificates[-1].issued_at + timedelta(hours=20)
    for one in _pick(drawn, lambda one: one.renewal is None and _is_current(one), certificate_plan.RETIRED_BY_REVOKING):
        one.revoked_at = moment(random, days.business_days_after(one.issued_on, 30))
    for one in _pick(drawn, _is_plain, certificate_plan.WEAK_KEYS):
        one.key = ("RSA", 1024)
    for one in _pick(drawn, _is_plain, certificate_plan.SHA1_SIGNATURES):
        one.issuer, one.signature = certificate_plan.LEGACY_ISSUER, "SHA1withRSA"
    for one in _pick(drawn, _is_plain, certificate_plan.UNUSUAL_CURVES):
        one.key = ("EC", 256)
        one.marks.add("unusual_curve")
    for one in _pick(drawn, lambda one: _is_plain(one) and len(one.names) > 1, certificate_plan.LACKING_COMMON_NAME):
        one.marks.add("lacks_common_name")


def _pick(drawn: list[Certificate], fits: Callable[[Certificate], bool], count: int) -> list[Certificate]:
    """The first untouched ones that fit."""
    found = [one for one in drawn if not one.marks and fits(one)][:count]
    for one in found:
        one.marks.add("mishap")
    return found


def _has_time(one: Certificate) -> bool:
    """Whether the window after the issue had passed before AS_OF and before the next request, with one longest life in it."""
    if certificate_plan.longest(one.issued_on) != certificate_plan.longest(one.issued_on + timedelta(WINDOW_DAYS + 4)):
        return False
    return one.issued_at + timedelta(WINDOW_DAYS + 4) < (one.renewal.submitted_at if one.renewal else plan.AS_OF)


def _is_current(one: Certificate) -> bool:
    return one.expires_on > certificate_plan.AS_OF_ON + timedelta(30) and one.issued_on < datetime(2026, 9, 1).date()


def _is_plain(one: Certificate) -> bool:
    """Whether it may get an oddity that its file shows: nobody renews it, and files are kept since 2026."""
    return one.renewal is None and _is_current(one) and one.issued_on.year == 2026


def _again(random: Random, one: Certificate, at: datetime) -> Certificate:
    """The same certificate with another key, issued some days later and ending on the same day."""
    issued_at, renewal = moment(random, days.business_days_after(at.date(), 1)), one.renewal
    one.renewal = None
    return Certificate(
        one.names, asked_before(random, issued_at), issued_at, one.expires_on, renewal=renewal, via=one.via, replaces=one, marks={"reissue"}
    )
