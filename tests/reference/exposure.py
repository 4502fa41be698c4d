"""What expires, and whether a renewal is under way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from . import business_days, clock
from .certificates import PROCESS_BY, SUBMIT_BY, Certificate
from .links import Link, requested_names
from .outcomes import Outcome
from .policy import Rules
from .supersession import Supersession
from .versions import Request

DAY = timedelta(days=1)
EXPIRED_DAYS, HORIZON_DAYS, COVERING_DAYS = 30 * DAY, 180 * DAY, 90 * DAY
ASSUMED_TARGET = 10


@dataclass(frozen=True)
class Exposure:
    """One row per certificate that matters; columns as published."""

    certificate: str
    common_name: str
    name_count: int
    department: str
    organisation: str
    expires_on: date
    exposure_band: str
    covering_number: str | None
    covering_due_on: date | None
    is_due_after_expiry: bool | None
    """None where nothing is due."""
    partly_number: str | None
    last_safe_start_on: date
    submit_by_on: date
    process_by_on: date
    not_after_at: datetime | None
    service_ends_at: datetime
    plan_ends_at: datetime
    is_ended_today: bool
    target_business_days: int
    is_target_assumed: bool
    business_days_left: int
    calendar_days_left: int
    contact_count: int
    is_possibly_superseded: bool
    superseded_by: str | None
    is_delegated: bool
    holding: str
    serial_number: str


@dataclass(frozen=True)
class Work:
    """A request, the verdict on it, and whether its option is a renewal."""

    request: Request
    outcome: Outcome
    is_renewal: bool

    @property
    def is_open(self) -> bool:
        """Neither completed nor ended."""
        return self.outcome.slo_outcome == "open" or (self.outcome.slo_outcome == "missed" and self.outcome.is_open_overdue)

    @property
    def rank(self) -> tuple:
        """The newest has the greatest (submission, number)."""
        return (self.outcome.submitted_at, self.outcome.number)


def last_safe_start_on(expires_on: date, target: int, rules: Rules) -> date:
    """"The business day with ordinal `floor_ord(expires_on - 1) - target`", found by walking back."""
    day, left = expires_on - DAY, target
    while True:
        if business_days.is_business_day(day, rules.is_closed):
            if left == 0:
                return day
            left -= 1
        day -= DAY


def covering(certificate: Certificate, works: Sequence[Work]) -> tuple[Work | None, Work | None]:
    """The newest open renewal that names every name of the certificate; if there is none, the newest that names some."""
    full, partly = [], []
    for work in works:
        if not (work.is_renewal and work.is_open):
            continue
        if clock.local_on(work.outcome.submitted_at) < certificate.expires_on - COVERING_DAYS:
            continue
        named = set(requested_names(work.request)) & set(certificate.names)
        if named:
            (full if named == set(certificate.names) else partly).append(work)
    newest = max(full, key=lambda work: work.rank, default=None)
    return newest, None if newest else max(partly, key=lambda work: work.rank, default=None)


def target_of(certificate: Certificate, works: Sequence[Work], links: Sequence[Link], rules: Rules) -> tuple[int, bool]:
    """(business days, assumed): the target of the newest renewal that is linked to the certificate, else 10."""
    numbers = {link.number for link in links if link.certificate == certificate.certificate}
    linked = [work for work in works if work.is_renewal and work.outcome.number in numbers]
    if not linked:
        return ASSUMED_TARGET, True
    return rules.options[max(linked, key=lambda work: work.rank).outcome.service_option].target, False


def band(certificate: Certificate, is_covered: bool, safe_on: date, as_of_on: date) -> str:
    """The first that holds."""
    if certificate.expires_on < as_of_on:
        return "expired"
    if is_covered:
        return "covered"
    if safe_on < as_of_on:
        return "past_last_safe_start"
    return "submit_now" if certificate.expires_on - SUBMIT_BY <= as_of_on else "upcoming"


def is_exposed(certificate: Certificate, known: Supersession, as_of_on: date) -> bool:
    """"Not superseded, and active and expiring within the horizon or expired in the last 30 days"."""
    if not certificate.is_current or known.is_superseded or certificate.expires_on is None:
        return False
    return as_of_on - EXPIRED_DAYS <= certificate.expires_on <= as_of_on + HORIZON_DAYS


def exposures(
    inventory: Sequence[Certificate],
    superseded: Mapping[str, Supersession],
    works: Sequence[Work],
    links: Sequence[Link],
    as_of: datetime,
    rules: Rules,
) -> list[Exposure]:
    """The rows of `renewal_exposure`, in the order of the certificates."""
    as_of_on = clock.local_on(as_of)
    return [
        exposure(one, superseded[one.certificate], works, links, as_of, rules)
        for one in inventory
        if is_exposed(one, superseded[one.certificate], as_of_on)
    ]


def exposure(
    certificate: Certificate, known: Supersession, works: Sequence[Work], links: Sequence[Link], as_of: datetime, rules: Rules
) -> Exposure:
    as_of_on, expires_on = clock.local_on(as_of), certificate.expires_on
    full, partly = covering(certificate, works)
    target, is_assumed = target_of(certificate, works, links, rules)
    safe_on = last_safe_start_on(expires_on, target, rules)
    due_on = full.outcome.due_on if full else None
    return Exposure(
        certificate=certificate.certificate,
        common_name=certificate.main_name,
        name_count=len(certificate.names),
        department=certificate.department,
        organisation=certificate.organisation,
        expires_on=expires_on,
        exposure_band=band(certificate, full is not None, safe_on, as_of_on),
        covering_number=full.outcome.number if full else None,
        covering_due_on=due_on,
        is_due_after_expiry=due_on > expires_on if due_on else None,
        partly_number=partly.outcome.number if partly else None,
        last_safe_start_on=safe_on,
        submit_by_on=expires_on - SUBMIT_BY,
        process_by_on=expires_on - PROCESS_BY,
        not_after_at=certificate.not_after_at,
        service_ends_at=certificate.service_ends_at,
        plan_ends_at=certificate.plan_ends_at,
        is_ended_today=certificate.is_ended_today(as_of),
        target_business_days=target,
        is_target_assumed=is_assumed,
        business_days_left=business_days.business_days_after(as_of_on, expires_on, rules.is_closed),
        calendar_days_left=(expires_on - as_of_on).days,
        contact_count=len(certificate.contacts),
        is_possibly_superseded=known.is_possibly_superseded,
        superseded_by=known.superseded_by,
        is_delegated=certificate.is_delegated,
        holding=certificate.holding,
        serial_number=certificate.serial_number,
    )
