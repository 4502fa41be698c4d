"""Whether a request can be processed: the dependencies and assumptions of the service description, checked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from . import clock, names
from .findings import key_findings
from .links import requested_names
from .policy import Option, Rules
from .renewals import requested_on
from .versions import Request

CHECKS = (
    "names_in_roots common_name_valid alternative_names_valid contacts csr_parses csr_signature csr_key csr_common_name csr_names "
    "renewal_lead wildcard_approval requested_date"
).split()
ENOUGH_CONTACTS = 3


@dataclass(frozen=True)
class SigningRequest:
    """What is known of a text that should be a certificate signing request."""

    is_readable: bool
    is_signature_valid: bool = True
    signature_hash: str = "sha256"
    key_algorithm: str = "EC"
    key_size: int | None = 256
    common_name: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Facts:
    """All that the checks ask of a request; `current_expires_on` is the one that counts for it."""

    request: Request
    option: Option | None
    current_expires_on: date | None
    signing_requests: Mapping[str, SigningRequest]
    distribution_lists: frozenset[str]
    rules: Rules

    def text(self, column: str) -> str:
        return self.request.version.text(column)

    @property
    def signing_request(self) -> SigningRequest | None:
        """Of a request with a signing request that can be read."""
        found = self.signing_requests[self.text("csr")] if self.text("csr") else None
        return found if found and found.is_readable else None


def names_in_roots(facts: Facts) -> str:
    found = requested_names(facts.request)
    if not found:
        return "unknown"
    return passed(all(names.root(name) for name in found))


def common_name_valid(facts: Facts) -> str:
    found = names.split(facts.text("common_name"))
    return passed(bool(found) and all(map(names.is_valid, found)))


def alternative_names_valid(facts: Facts) -> str:
    found = names.split(facts.text("subject_alternative_names"))
    return passed(all(map(names.is_valid, found))) if found else "not_applicable"


def contacts(facts: Facts) -> str:
    """"At least 3 distinct addresses pass; 1 or 2 pass only if one is in policy `distribution_lists`, else `unknown`; 0 fail"."""
    found = names.addresses(facts.text("contacts"))
    if len(found) >= ENOUGH_CONTACTS or found & facts.distribution_lists:
        return "pass"
    return "unknown" if found else "fail"


def csr_parses(facts: Facts) -> str:
    return passed(facts.signing_request is not None) if facts.text("csr") else "unknown"


def csr_signature(facts: Facts) -> str:
    found = facts.signing_request
    if found is None:
        return "not_applicable"
    return passed(found.is_signature_valid and found.signature_hash not in ("md5", "sha1"))


def csr_key(facts: Facts) -> str:
    found = facts.signing_request
    return passed(not key_findings(found.key_algorithm, found.key_size)) if found else "not_applicable"


def csr_common_name(facts: Facts) -> str:
    found = facts.signing_request
    if found is None:
        return "not_applicable"
    return passed(names.split(found.common_name) == names.split(facts.text("common_name")))


def csr_names(facts: Facts) -> str:
    """Names that the request has and the signing request lacks are noted, and pass."""
    found = facts.signing_request
    return passed(set(names.split(*found.names)) <= set(requested_names(facts.request))) if found else "not_applicable"


def renewal_lead(facts: Facts) -> str:
    """"Renewal lead 20 to `lead_max` pass, less or more fail, unknown expiry `unknown`"."""
    if facts.option is None or not facts.option.is_renewal:
        return "not_applicable"
    if facts.current_expires_on is None:
        return "unknown"
    lead_days = (facts.current_expires_on - submitted_on(facts)).days
    return passed(facts.rules.lead_min_days <= lead_days <= facts.rules.lead_max_days)


def wildcard_approval(facts: Facts) -> str:
    """"A *new* wildcard has Security Assurance Group approval"."""
    is_new = facts.option is not None and not facts.option.is_renewal
    if not is_new or not any(map(names.is_wildcard, requested_names(facts.request))):
        return "not_applicable"
    given = facts.text("security_approval").lower()
    says_no = given.startswith("no ") or any(word in given for word in ("den", "reject", "pending", "not "))
    return passed(given in ("yes", "approved", "true") or (any(sign.isdigit() for sign in given) and not says_no))


def requested_date(facts: Facts) -> str:
    asked_on = requested_on(facts.request)
    return passed(asked_on >= submitted_on(facts)) if asked_on else "not_applicable"


def submitted_on(facts: Facts) -> date:
    return clock.local_on(facts.request.version.instant("submitted_at"))


def passed(is_good: bool) -> str:
    return "pass" if is_good else "fail"


CHECKED: Mapping[str, Callable[[Facts], str]] = {
    each.__name__: each
    for each in (
        names_in_roots, common_name_valid, alternative_names_valid, contacts, csr_parses, csr_signature, csr_key,
        csr_common_name, csr_names, renewal_lead, wildcard_approval, requested_date,
    )
}  # fmt: skip


def readiness(facts: Facts) -> dict[str, str]:
    """`{check: pass | fail | not_applicable | unknown}`, every check in its order."""
    return {check: CHECKED[check](facts) for check in CHECKS}
