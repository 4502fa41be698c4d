"""What the certificates of the sample are meant to look like: lifetimes, counts, oddities. Every number here is made up."""

from __future__ import annotations

from datetime import date, timedelta

from . import plan

AS_OF_ON = plan.AS_OF.date()
ISSUER = "Sample Issuing CA (made up)"
LEGACY_ISSUER = "Sample Legacy CA (made up)"
ORGANISATION = "Sample Office of Certificates"
SHRINKS_ON = date(2026, 3, 12)  # from then on 199 days instead of 397
SHORTER_FROM = (365, 180)  # now and then less than the most: before and after that day
CONSOLE_ON = date(2026, 8, 31)  # the console list, the older of the two exports
NEAR = timedelta(20)
RECENT = timedelta(30)

# Chains of requests whose certificates the console shows, by what became of the last certificate.
SHOWN = {"ended": 4, "ending": 16, "current": 620, "retired": 16, "taken_over": 24, "abandoned": 8}
UNKNOWN_SHARE = 0.62  # of renewals without a stated expiry: its certificate is in the console
CROWDED = (date(2026, 12, 15), date(2027, 1, 15), date(2027, 2, 16))
CLOSED = (date(2026, 11, 26), date(2026, 11, 27), date(2026, 12, 25), date(2027, 1, 1))
AIMED_SHARE = 0.12  # of last certificates: the customer chose one of these days for its end

DELEGATED = 80  # hosts whose department issues for itself: no request stands behind their certificates
WILDCARDS = ("dff", "oep", "dtxc", "pcc")
REPLACED, REVOKED, RETIRED_BY_REVOKING = 24, 14, 5
WEAK_KEYS, SHA1_SIGNATURES, UNUSUAL_CURVES, TOO_LONG = 2, 2, 1, 2
OUTSIDE_ROOTS, LACKING_COMMON_NAME = 2, 3
NOT_ISSUED = {"Requested": 5, "Applied": 4, "Declined": 5, "Rejected": 1, "Invalid": 1}
ORDER_NUMBERS_FROM = date(2026, 9, 14)  # the form of the request asks for the order number since then
ORDER_NUMBER_SHARE, MISTYPED = 0.6, 2

PEM_FILES, BUNDLES = 150, 4
LOGGED, STRANGERS = 144, 12
APPROVED_WITH_ROWS = 40


def longest(issued_on: date) -> int:
    """Days of validity that the authority gives at most to what it issues on a day."""
    return 397 if issued_on < SHRINKS_ON else 199


def is_usual(issued_on: date, expires_on: date) -> bool:
    """Whether a certificate may have lived between two days: the last one counts, a renewal may add up to a month."""
    most = longest(issued_on)
    return most - (32 if most == 397 else 19) <= (expires_on - issued_on).days + 1 <= most
