"""Words about certificates: statuses, findings, how they are linked with requests, checks before processing.

`tests/dashboard/test_wording.py` holds each boundary. The bands of expiry, which have colours too, are in `wording`.
"""

from __future__ import annotations

from collections.abc import Mapping

from dashboard.formats import count

NOT_IN_EXPORT = "Not in the export"
ENOUGH_CONTACTS = 3

STATUSES = {
    "requested": "Requested",
    "approved": "Approved",
    "applied": "Applied for",
    "issued": "Issued",
    "expired": "Expired",
    "revoked": "Revoked",
    "replaced": "Replaced",
    "declined": "Declined",
    "rejected": "Rejected",
    "invalid": "Invalid",
    "sa_approved": "SA approved",
    "init": "Begun",
    "unmanaged": "Unmanaged",
    "external": "External",
    "other": "Other",
    "signing_request": "Signing request only",
}

HOLDINGS = {"console": "Certificate console", "file": "Certificate file", "log": "Public log", "scan": "Network scan"}

FINDINGS = {
    "weak_key": "Weak key",
    "unusual_curve": "Unusual curve",
    "sha1_signature": "SHA-1 signature",
    "validity_above_rule": "Validity longer than the rule",
    "common_name_not_in_names": "Common name not among the names",
    "name_outside_roots": "Name outside the authorised domains",
    "wildcard": "Wildcard",
    "reversed_dates": "Ends before it begins",
    "expired_not_replaced": "Expired and not replaced",
    "log_only": "Only in the public log",
    "not_issued": "In the console, not issued",
    "malformed": "Malformed",
}

LINK_RULES = {
    "order_number": "the same order number",
    "serial_number": "the same serial number",
    "common_name": "the same common name",
    "any_name": "one of the requested names",
}
LINK_ROLES = {"renews": "Current at submission", "issued": "Issued for the request"}
CONFIDENCES = {"exact": "Exact", "high": "High", "medium": "Medium"}

CHECKS = {
    "names_in_roots": "Names inside the authorised domains",
    "common_name_valid": "Common name present and valid",
    "alternative_names_valid": "Alternative names valid",
    "contacts": "Contacts",
    "csr_parses": "Signing request can be read",
    "csr_signature": "Signature of the signing request",
    "csr_key": "Key of the signing request",
    "csr_common_name": "Common name in the signing request",
    "csr_names": "Names in the signing request",
    "renewal_lead": "Renewal submitted in its window",
    "wildcard_approval": "Wildcard approved by the Security Assurance Group",
    "requested_date": "Requested date not before submission",
}
CHECK_RESULTS = {"pass": "Pass", "fail": "Fail", "not_applicable": "Not applicable", "unknown": "Unknown"}


def known(words: Mapping[str, str], value: str | None) -> str:
    """A value of a closed vocabulary in words; one that is new stays readable, a missing one is `Not in the export`."""
    if value is None:
        return NOT_IN_EXPORT
    return words.get(value, value.replace("_", " ").capitalize())


def contacts(address_count: int | None) -> str:
    """Whether the contacts suffice: `3, ready`, `2, needs 3 or a list`; nothing known is said."""
    if address_count is None:
        return NOT_IN_EXPORT
    return f"{count(address_count)}, ready" if address_count >= ENOUGH_CONTACTS else f"{count(address_count)}, needs {ENOUGH_CONTACTS} or a list"


def expires_in(calendar_days: int, is_ended: bool = False) -> str:
    """Calendar days until expiry: `20`, `today`, `ended today`, `3 ago`."""
    if calendar_days < 0:
        return f"{count(-calendar_days)} ago"
    if calendar_days == 0:
        return "ended today" if is_ended else "today"
    return count(calendar_days)
