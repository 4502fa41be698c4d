"""The approvers' own answers, where a request does not say itself when it was approved by all parties."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import clock
from .versions import Request

DECIDED = ("approved", "rejected", "not_required", "cancelled")


@dataclass(frozen=True)
class Answer:
    """What one approver had said by an instant, and when."""

    state: str
    at: datetime | None


def answers(exports: Sequence[Sequence[Mapping[str, str]]], numbers: Sequence[str], as_of: datetime) -> list[Answer]:
    """The newest answer of each approver of a request or its requisition; one given later is still `requested`."""
    told: dict[tuple[str, str], list[tuple[datetime | None, str]]] = {}
    for rows in exports:
        instants = [found for row in rows if (found := clock.instant(row.get("updated_at")))]
        for row in rows:
            if row["number"] in numbers:
                at = clock.instant(row.get("updated_at")) or max(instants, default=None)
                told.setdefault((row["number"], row["approver"]), []).append((at, row["state"]))
    found = []
    for versions in told.values():
        known = [(at, state) for at, state in versions if at is None or at <= as_of]
        at, state = max(known, key=lambda one: (one[0] is not None, one[0], one[1])) if known else (None, "requested")
        found.append(Answer(state, at))
    return found


def filled(request: Request, exports: Sequence[Sequence[Mapping[str, str]]], as_of: datetime) -> Request:
    """The request with the approval that its approvers' answers make.

    They speak only where the request's own approval is unknown or `requested`, or approved without an instant.
    """
    version = request.version
    own, own_at = version.text("approval"), version.instant("approved_at")
    numbers = [one for one in (request.number, version.text("requisition_number")) if one]
    given = answers(exports, numbers, as_of)
    if not given or own in ("rejected", "not_required") or (own == "approved" and own_at is not None):
        return request
    approving = [one.at for one in given if one.state == "approved" and one.at is not None]
    approved_at = max(approving).isoformat() if approving else ""
    if own == "approved":
        return with_cells(request, approved_at=approved_at)
    if any(one.state == "rejected" for one in given):
        return with_cells(request, approval="rejected", approved_at="")
    if any(one.state not in DECIDED for one in given):
        return with_cells(request, approval="requested", approved_at="")
    return with_cells(request, approval="approved", approved_at=version.text("approved_at") or approved_at)


def with_cells(request: Request, **cells: str) -> Request:
    return replace(request, version=replace(request.version, cells={**request.version.cells, **cells}))
