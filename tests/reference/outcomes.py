"""The verdict on one request, on one clock basis, as known at an instant."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from . import business_days, clock
from .policy import Rules
from .renewals import Renewal, renewal, requested_on
from .stops import Ending, ending
from .versions import Request, Version, at, read


@dataclass(frozen=True)
class Outcome:
    """One row per request; dates are local, instants UTC, days as the names say."""

    number: str
    service_option: str
    submitted_at: datetime
    approved_at: datetime | None
    closed_at: datetime | None
    clock_start_at: datetime | None
    clock_start_source: str | None
    stop_at: datetime | None
    stop_source: str | None
    target_business_days: int | None
    business_days_due_on: date | None
    current_expires_on: date | None
    lead_days: int | None
    lead_flag: str | None
    requested_completion_on: date | None
    due_on: date | None
    due_rule: str | None
    elapsed_business_days: int | None
    slo_outcome: str
    outcome_reason: str
    is_due: bool
    is_open_overdue: bool
    period_on: date
    is_reconstructed: bool
    late_business_days: int | None
    requested_date_met: bool | None
    completed_after_expiry: bool | None
    request_type: str
    department: str
    current_expires_source: str | None


Expiries = Mapping[str, tuple[date | None, str | None]]
"""`{number: (expires_on, request | certificate)}`: the current expiry of each request, where certificates are known."""
Fill = Callable[[Request], Request]


def approval(version: Version, as_of: datetime) -> str:
    """The approval as given by `as_of`: a later decision is not yet taken."""
    given, decided_at = version.text("approval"), version.instant("approved_at")
    if given in ("approved", "rejected") and decided_at is not None and decided_at > as_of:
        return "requested"
    return given


def happened(moment: datetime | None, as_of: datetime) -> datetime | None:
    """The instant, if it is not later than `as_of`."""
    return moment if moment is not None and moment <= as_of else None


def start(version: Version, given: str, stopped: Ending, basis: str) -> tuple[datetime | None, str | None]:
    """When the clock started and what says so; (None, None) when it has not."""
    submitted_at = version.instant("submitted_at")
    if basis == "submitted":
        return submitted_at, "submitted"
    if given == "rejected":
        return None, None
    if given == "requested":
        return (submitted_at, "approval_not_recorded") if stopped.phase == "completed" else (None, None)
    approved_at = version.instant("approved_at")
    if given != "approved" or approved_at is None:
        return submitted_at, "submitted"
    if stopped.at is not None and clock.local_on(approved_at) > clock.local_on(stopped.at):
        # Work that was done without the approval is held to the submission; what was given up before it never began.
        return (submitted_at, "approved_after_close") if stopped.phase == "completed" else (None, None)
    return approved_at, "approved"


def due(start_on: date | None, target: int | None, promise: Renewal | None, rules: Rules):
    """(business-day date, due date, rule): the later of the business days and the promised date."""
    if start_on is None or target is None:
        return None, None, None
    counted_on = business_days.due_on(start_on, target, rules.is_closed)
    if promise is not None and promise.promised_on is not None and promise.promised_on > counted_on:
        return counted_on, promise.promised_on, promise.promised_by
    return counted_on, counted_on, "business_days"


def verdict(
    version: Version,
    given: str,
    stopped: Ending,
    due_on: date | None,
    is_classified: bool,
    as_of_on: date,
    known_through_on: date,
    rules: Rules,
) -> tuple[str, str]:
    """(slo_outcome, outcome_reason), the first that holds."""
    stop_on = clock.local_on(stopped.at) if stopped.at else None
    if given == "rejected":
        return "excluded", "approval_rejected"
    if stopped.phase == "unknown":
        return "not_measurable", f"unknown_state: {version.text('state')}"
    if stopped.phase == "ended":
        if due_on is None or stop_on <= due_on:
            return "excluded", version.text("state")
        return rules.late_exclusion, "ended_after_due"
    if not is_classified:
        return "not_measurable", f"unclassified_option: {version.text('service_option')}"
    if stopped.phase == "completed":
        if stop_on is None:
            return "not_measurable", "completed_without_stop"
        if stop_on < clock.local_on(version.instant("submitted_at")):
            return "not_measurable", "stop_before_submission"
        return ("met", "on_time") if stop_on <= due_on else ("missed", "completed_late")
    if due_on is None:
        return "open", "awaiting_approval"
    if due_on < min(as_of_on, known_through_on):
        return "missed", "open_overdue"
    return "open", "stale_export" if due_on < as_of_on else "not_yet_due"


def counted(exports: Sequence[Sequence[Mapping[str, str]]], as_of: datetime) -> Iterable[Request]:
    """The requests of the exports that had been submitted at `as_of`.

    A request whose parent is loaded is part of the parent's work and is not counted again.
    """
    known = {number: at(versions, as_of) for number, versions in read(exports).items()}
    loaded = {number for number, request in known.items() if request is not None}
    for number, request in known.items():
        if request is not None and request.version.text("parent_number") not in loaded - {number}:
            yield request


def decide_all(
    exports: Sequence[Sequence[Mapping[str, str]]],
    as_of: datetime,
    known_through_on: date,
    rules: Rules,
    basis: str,
    expiries: Expiries | None = None,
    fill: Fill = lambda request: request,
) -> Iterable[Outcome]:
    """The verdicts on all counted requests; `fill` adds what other exports say of a request, such as its approvers."""
    for request in counted(exports, as_of):
        yield decide(fill(request), as_of, known_through_on, rules, basis, expiries)


def decide(
    request: Request, as_of: datetime, known_through_on: date, rules: Rules, basis: str, expiries: Expiries | None = None,
    tasks_ended_at: datetime | None = None,
) -> Outcome:  # fmt: skip
    """The verdict on one request. Without `expiries` only the request itself says what expires; `tasks_ended_at`: the end of its installation by tasks."""
    exported_on = request.version.date("current_expires_on")
    expires_on, expires_source = (expiries or {}).get(request.number, (exported_on, "request" if exported_on else None))
    version, as_of_on = request.version, clock.local_on(as_of)
    option = rules.options.get(version.text("service_option"))
    submitted_on = clock.local_on(version.instant("submitted_at"))
    stopped = ending(request, as_of, rules, option is not None and option.includes_installation, tasks_ended_at)
    given = approval(version, as_of)
    start_at, start_source = start(version, given, stopped, basis)
    start_on = clock.local_on(start_at) if start_at else None
    target = option.target if option else None
    promise = renewal(request, submitted_on, rules, expires_on) if option and option.is_renewal else None
    counted_on, due_on, due_rule = due(start_on, target, promise, rules)
    outcome, reason = verdict(
        version, given, stopped, due_on, option is not None, as_of_on, known_through_on, rules
    )
    until_on = clock.local_on(stopped.at or as_of)
    completed_on = until_on if stopped.at and stopped.phase == "completed" else None
    asked_on = requested_on(request)
    elapsed = business_days.elapsed(start_on, until_on, rules.is_closed) if start_on else None
    is_late = outcome == "missed"
    return Outcome(
        number=request.number,
        service_option=version.text("service_option") if option else "unclassified",
        submitted_at=version.instant("submitted_at"),
        approved_at=happened(version.instant("approved_at"), as_of),
        closed_at=happened(version.instant("closed_at"), as_of),
        clock_start_at=start_at,
        clock_start_source=start_source,
        stop_at=stopped.at,
        stop_source=stopped.source,
        target_business_days=target,
        business_days_due_on=counted_on,
        current_expires_on=expires_on,
        lead_days=promise.lead_days if promise else None,
        lead_flag=promise.lead_flag if promise else None,
        requested_completion_on=asked_on,
        due_on=due_on,
        due_rule=due_rule,
        elapsed_business_days=elapsed,
        slo_outcome=outcome,
        outcome_reason=reason,
        is_due=due_on is not None and due_on < as_of_on,
        is_open_overdue=reason == "open_overdue",
        period_on=due_on or submitted_on,
        is_reconstructed=request.is_reconstructed,
        late_business_days=business_days.elapsed(due_on, until_on, rules.is_closed) if is_late else None,
        requested_date_met=completed_on <= asked_on if completed_on and asked_on else None,
        completed_after_expiry=completed_on > expires_on if completed_on and expires_on else None,
        request_type=version.text("request_type"),
        department=version.text("department"),
        current_expires_source=expires_source,
    )
