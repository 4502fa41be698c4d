"""All tables about certificates out of the exports, as they should be published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from . import approvals, clock, findings, links, names, outcomes, readiness, records, versions
from .certificates import CHANGE_WINDOW, PROCESS_BY, SUBMIT_BY, Certificate, all_known
from .exposure import Exposure, Work, exposures
from .links import Link
from .outcomes import Outcome
from .policy import Rules
from .readiness import Facts, SigningRequest
from .records import Export
from .stops import ENDED
from .supersession import Supersession, all_supersessions

Rows = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Exports:
    """Everything that was loaded, and what is known of the signing requests in it, by their text."""

    requests: Sequence[Rows] = ()
    certificates: Sequence[Export] = ()
    approvals: Sequence[Rows] = ()
    signing_requests: Mapping[str, SigningRequest] = field(default_factory=dict)
    distribution_lists: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Inventory:
    """The published tables; keys as each says."""

    certificates: dict[str, dict]
    """By certificate."""
    certificate_names: dict[tuple[str, str], dict]
    """By certificate and name."""
    certificate_links: list[Link]
    certificate_findings: list[tuple[str, str, str]]
    """Certificate, code, and what a reader said."""
    renewal_exposure: dict[str, Exposure]
    """By certificate."""
    request_readiness: dict[tuple[str, str], str]
    """By number and check."""
    outcomes: dict[tuple[str, str], Outcome]
    """By number and clock basis."""


def newest_event(exports: Exports) -> datetime:
    """The default `as_of`: the newest event of the requests, of the certificates where there are none."""
    if exports.requests:
        return max(versions.newest_event(rows) for rows in exports.requests)
    return max(found for export in exports.certificates if (found := records.newest_event(export)))


def judge(exports: Exports, as_of: datetime, rules: Rules) -> Inventory:
    """Every table at an instant; attainment and exposure count on the clock basis of the rules."""
    as_of_on = clock.local_on(as_of)
    known_through_on = clock.local_on(max((versions.newest_event(rows) for rows in exports.requests), default=as_of))
    certificates = all_known(exports.certificates, as_of)
    requests = [approvals.filled(one, exports.approvals, as_of) for one in outcomes.counted(exports.requests, as_of)]
    found_links = [link for one in requests for link in linked(one, certificates, as_of, rules)]
    expiries = {
        one.number: links.current_expiry(
            one, [link for link in found_links if link.number == one.number and link.role == "renews"], certificates
        )
        for one in requests
    }
    decided = {
        (one.number, basis): outcomes.decide(one, as_of, known_through_on, rules, basis, expiries)
        for basis in ("approved", "submitted")
        for one in requests
    }
    works = [Work(one, decided[one.number, rules.clock_start], is_renewal(one, rules)) for one in requests]
    superseded = all_supersessions(certificates, as_of_on)
    exposed = {one.certificate: one for one in exposures(certificates, superseded, works, found_links, as_of, rules)}
    bands = {key: one.exposure_band for key, one in exposed.items()}
    remarks = sorted(findings.all_findings(certificates, bands))
    return Inventory(
        certificates={one.certificate: row(one, superseded[one.certificate], remarks, as_of) for one in certificates},
        certificate_names={(one.certificate, name): row_of_name(one, name) for one in certificates for name in one.names},
        certificate_links=sorted(found_links),
        certificate_findings=remarks,
        renewal_exposure=exposed,
        request_readiness=checks(exports, requests, expiries, rules),
        outcomes=decided,
    )


def is_renewal(request: versions.Request, rules: Rules) -> bool:
    option = rules.options.get(request.version.text("service_option"))
    return option is not None and option.is_renewal


def linked(request: versions.Request, certificates: Sequence[Certificate], as_of: datetime, rules: Rules) -> list[Link]:
    """What a request renews and what it produced; an inquiry, and what falls under no option, does neither."""
    chosen = request.version.text("service_option")
    option = rules.options.get(chosen)
    if option is None or chosen == "inquiry":
        return []
    renews = links.renewed(request, certificates) if is_renewal(request, rules) else []
    # A request that is over has no more certificates to come, whatever the policy's clock stops at.
    closed_at = request.version.instant("closed_at")
    is_over = request.version.text("state") in ("completed", *ENDED) and closed_at is not None and closed_at <= as_of
    over_at = closed_at if is_over else None
    return renews + links.produced(request, certificates, renews, over_at, clock.local_on(as_of))


def checks(
    exports: Exports, requests: Sequence[versions.Request], expiries: outcomes.Expiries, rules: Rules
) -> dict[tuple[str, str], str]:
    """"All requests but inquiries, one row per request and check"."""
    found = {}
    for one in requests:
        chosen = one.version.text("service_option")
        facts = Facts(
            one, rules.options.get(chosen), expiries[one.number][0], exports.signing_requests, exports.distribution_lists, rules
        )
        if chosen != "inquiry":
            found |= {(one.number, check): status for check, status in readiness.readiness(facts).items()}
    return found


def row(one: Certificate, known: Supersession, remarks: Sequence[tuple[str, str, str]], as_of: datetime) -> dict:
    """The row of a certificate, columns as published."""
    as_of_on, expires_on, size = clock.local_on(as_of), one.expires_on, one.copies["key_size"]
    return {
        "certificate": one.certificate,
        "serial_number": one.serial_number,
        "issuer": one.issuer,
        "holding": one.holding,
        "in_console": "console" in one.holdings,
        "in_files": "file" in one.holdings,
        "in_log": "log" in one.holdings,
        "console_id": one.console_id,
        "order_number": one.copies["order_number"],
        "common_name": one.main_name,
        "name_count": len(one.names),
        "organisation": one.organisation,
        "department": one.department,
        "status": one.status,
        "profile": one.copies["profile"],
        "policy": one.copies["policy"],
        "key_algorithm": one.copies["key_algorithm"],
        "key_size": int(size) if size.isdigit() else None,
        "signature_algorithm": one.copies["signature_algorithm"],
        "issued_at": one.issued_at,
        "issued_on": one.issued_on,
        "not_after_at": one.not_after_at,
        "expires_on": expires_on,
        "service_ends_at": one.service_ends_at,
        "validity_days": one.validity_days,
        "validity_limit_days": one.validity_limit_days,
        "validity_class": one.validity_class,
        "submit_by_on": expires_on - SUBMIT_BY if expires_on else None,
        "process_by_on": expires_on - PROCESS_BY if expires_on else None,
        "change_window_ends_on": one.issued_on + CHANGE_WINDOW if one.issued_on else None,
        "calendar_days_left": days_left(expires_on, as_of_on),
        "is_active": one.is_active(as_of_on),
        "is_superseded": known.is_superseded,
        "is_possibly_superseded": known.is_possibly_superseded,
        "superseded_by": known.superseded_by,
        "revoked_at": one.revoked_at,
        "replaced_at": one.replaced_at,
        "is_delegated": one.is_delegated,
        "contact_count": len(one.contacts),
        "finding_count": sum(certificate == one.certificate for certificate, _, _ in remarks),
        "is_reconstructed": one.is_reconstructed,
        "is_ended_today": one.is_ended_today(as_of),
    }


def days_left(expires_on: date | None, as_of_on: date) -> int | None:
    return (expires_on - as_of_on).days if expires_on else None


def row_of_name(one: Certificate, name: str) -> dict:
    """The row of one name of a certificate, columns as published."""
    return {
        "certificate": one.certificate,
        "name": name,
        "is_common_name": name in one.common_names,
        "is_wildcard": names.is_wildcard(name),
        "authorised_root": names.root(name),
        "department": names.department(name),
        "is_valid": names.is_valid(name),
    }
