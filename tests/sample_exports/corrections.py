"""The declared corrections of the sample: `policy/corrections.yaml`, and what they change. Each is made up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from . import days, plan
from .expectations import write
from .timeline import Request
from .verdicts import Verdict, verdict

HEAD = """\
# Declared corrections of this made-up sample: what an export says wrongly, and what is right. `expect` is what the exports say;
# when they no longer do, nothing is published until the entry is looked at again. Times are those of the policy's zone.
"""


@dataclass(frozen=True)
class Correction:
    """`field` empty: the request is excluded. `expect`, `value`: cells as exported and as they should be; for an exclusion the outcome and None."""

    id: str
    request: Request
    field: str
    expect: object
    value: object
    reason: str
    reported_on: date


def declared(requests: list[Request], verdicts: dict[str, Verdict]) -> list[Correction]:
    """One entry of each kind, of the first of these requests that fits; none of October 2026, the month of the pages."""
    late = _first(requests, verdicts, "2026-08", lambda one, ours: _is_a_little_late(ours) and one.option.endswith("customer_install"))
    due = verdicts[late.number].due_on
    early = _first(requests, verdicts, "2026-07", lambda one, ours: _took_all(ours) and one.submitted_at.date() < _before(ours))
    approved_at = verdicts[early.number].start_at
    odd = next(one for one in requests if one.option == "unclassified" and f"{one.submitted_at:%Y-%m}" == "2026-08")
    nameless = _first(requests, verdicts, "2026-06", lambda one, ours: not one.events[0][1]["company"])
    twice = _first(requests, verdicts, "2026-09", lambda one, ours: ours.outcome_reason == "completed_late")
    return [
        Correction(
            "C-2026-001", late, "closed_at", verdicts[late.number].stop_at, datetime.combine(due, time(15, 20)),
            "The customer had confirmed the delivery on the due date; the request was closed later by oversight.", date(2026, 9, 14),
        ),
        Correction(
            "C-2026-002", early, "approved_at", approved_at, datetime.combine(_before(verdicts[early.number]), approved_at.time()),
            "The last approver had agreed in writing two business days before it was recorded.", date(2026, 8, 31),
        ),
        Correction(
            "C-2026-003", odd, "service_option", "unclassified", "renewal_customer_install",
            "The form was sent without its installation question; the customer installed the certificate.", date(2026, 9, 21),
        ),
        Correction(
            "C-2026-004", nameless, "department", "", plan.DEPARTMENTS[8].name, "Submitted from a shared account.", date(2026, 7, 20),
        ),
        Correction(
            "C-2026-005", twice, "", "missed", None,
            "Opened twice by a fault of the form; the other request was fulfilled.", date(2026, 10, 19),
        ),
    ]  # fmt: skip


def _first(requests: list[Request], verdicts: dict[str, Verdict], month: str, fits) -> Request:
    """The first plain request due in a month by business days that fits."""
    for one in requests:
        ours = verdicts[one.number]
        is_plain = not one.marks and ours.due_rule == "business_days" and len(one.closed_events()) == 1 and ours.slo_outcome in ("met", "missed")
        if is_plain and f"{ours.due_on:%Y-%m}" == month and one.row(plan.AS_OF)["approval_set"] and fits(one, ours):
            return one
    raise ValueError(f"no request of {month} fits")


def _is_a_little_late(ours: Verdict) -> bool:
    return ours.outcome_reason == "completed_late" and days.elapsed(ours.due_on, ours.stop_at.date()) == 2


def _took_all(ours: Verdict) -> bool:
    """Met on the last day, in a month that an earlier due date does not leave."""
    return ours.slo_outcome == "met" and ours.stop_at.date() == ours.due_on and ours.due_on.day > 8


def _before(ours: Verdict) -> date:
    return days.business_days_before(ours.start_at.date(), 2) if days.is_business_day(ours.start_at.date()) else ours.start_at.date() - timedelta(9)


def policy(entries: list[Correction]) -> str:
    """The text of `corrections.yaml`."""
    lines = [HEAD.rstrip("\n")]
    for one in entries:
        lines += [f"- id: {one.id}", f"  number: {one.request.number}"]
        lines += [f"  field: {one.field}", f'  value: "{shown(one.value)}"'] if one.field else ["  exclude: true"]
        lines += [f'  expect: "{shown(one.expect)}"', f'  reason: "{one.reason}"', f"  reported_on: {one.reported_on}", "  reported_by: service manager"]
    return "\n".join(lines) + "\n"


def shown(value: object) -> str:
    """A value as the file has it."""
    return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def corrected(one: Correction, versions: list[dict], ours: Verdict) -> Verdict:
    """What a request comes to with its correction; `versions`: its rows as exported, oldest first."""
    cells = {"closed_at": "closed_at", "approved_at": "approval_set", "department": "company"}
    if not one.field:
        return replace(ours, slo_outcome="excluded", outcome_reason=f"declared: {one.id}")
    if one.field == "service_option":
        return verdict(str(one.value), versions)
    cell = cells[one.field]
    return verdict(one.request.option, [{**row, cell: one.value if row[cell] == one.expect else row[cell]} for row in versions])


def expected(path: Path, entries: list[Correction], versions: dict[str, list[dict]], verdicts: dict[str, Verdict]) -> None:
    """A row per correction: the outcome and due date as exported and as corrected."""
    header = "correction_id,kind,number,field,value,exported_outcome,exported_due_on,corrected_outcome,corrected_due_on,corrected_reason"
    rows = []
    for one in entries:
        ours = verdicts[one.request.number]
        now = corrected(one, versions[one.request.number], ours)
        rows.append(
            (one.id, "field" if one.field else "exclusion", one.request.number, one.field, shown(one.value) if one.field else "",
             ours.slo_outcome, ours.due_on, now.slo_outcome, now.due_on, now.outcome_reason)
        )  # fmt: skip
    write(path, header.split(","), rows)
