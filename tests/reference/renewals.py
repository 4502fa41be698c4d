"""The renewal branch: "or within requested completion date if ... submitted 20 days prior to the expiration date"."""

from dataclasses import dataclass
from datetime import date, timedelta

from .policy import Rules
from .versions import Request

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Renewal:
    """What the renewal says about its dates; `promised_on` is the date that may replace the business days."""

    lead_days: int | None
    lead_flag: str
    promised_on: date | None
    promised_by: str | None


def requested_on(request: Request) -> date | None:
    """The first requested completion date known: a later change is shown, not scored."""
    for one in sorted(request.known, key=lambda one: one.rank):
        if found := one.date("requested_completion_on"):
            return found
    return request.version.date("requested_completion_on")


def renewal(request: Request, submitted_on: date, rules: Rules, expires_on: date | None) -> Renewal:
    """What the renewal of a certificate that expires on `expires_on` may promise."""
    if expires_on is None:
        return Renewal(None, "unknown_expiry", None, None)
    lead_days = (expires_on - submitted_on).days
    if lead_days <= 0:
        return Renewal(lead_days, "expired_at_submission", None, None)
    if lead_days < rules.lead_min_days:
        return Renewal(lead_days, "short", None, None)
    flag = "early" if lead_days > rules.lead_max_days else "on_time"
    asked_on = requested_on(request)
    if asked_on is not None:
        return Renewal(lead_days, flag, min(asked_on, expires_on), "requested_date")
    if rules.undated_renewal == "process_by":
        return Renewal(lead_days, flag, expires_on - WEEK, "process_by")
    return Renewal(lead_days, flag, None, None)
