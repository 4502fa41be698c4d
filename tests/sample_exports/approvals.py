"""An export of approver rows (sysapproval_approver): who had to approve a request, and when each of them did."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from random import Random

from . import certificate_plan, plan
from .texts import PEOPLE
from .timeline import Request

HEADER = ("sysapproval", "approver", "state", "sys_updated_on")


def rows(requests: list[Request]) -> list[tuple[str, str, str, datetime]]:
    """For the newest approved requests, the rejected ones and those still waiting; the last approval is the request's own."""
    found = []
    newest = [row for row in (one.row(plan.AS_OF) for one in reversed(requests)) if row]
    approved = [row for row in newest if row["approval"] == "Approved" and row["approval_set"]]
    found += [each for row in approved[: certificate_plan.APPROVED_WITH_ROWS] for each in _rows(row, "Approved")]
    for row in newest:
        if row["approval"] == "Rejected" and row["opened_at"].year == 2026:
            found += _rows(row, "Rejected")
        if row["approval"] == "Requested" and row["state"] == "Open":
            found += _rows(row, "Requested")
    return sorted(found, key=lambda row: (row[3], row[0], row[1]))


def _rows(row: dict, state: str) -> list[tuple[str, str, str, datetime]]:
    """One or two approvers; the first agrees halfway, the last decides as the request shows it."""
    random = Random(f"{plan.SEED} {row['number']} approvers")
    first, last = random.sample(PEOPLE, 2)
    opened_at = row["opened_at"]
    decided_at = row["approval_set"] or opened_at
    found = [(row["number"], last, state, decided_at)]
    if random.random() < 0.5:
        halfway = (opened_at + (decided_at - opened_at) / 2).replace(microsecond=0)
        found.append((row["number"], first, "Approved" if row["approval_set"] else "Requested", halfway))
    return found


def export(requests: list[Request]) -> bytes:
    """The CSV file, oldest decision first."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for number, approver, state, at in rows(requests):
        writer.writerow((number, approver, state, f"{at:%Y-%m-%d %H:%M:%S}"))
    return text.getvalue().encode("cp1252")
