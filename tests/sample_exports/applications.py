"""Orders that have not led to a certificate: just requested, waiting for the authority, declined."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from . import certificate_plan, chains, naming, plan
from .certificates import Certificate
from .timeline import moment

OPEN_ORDERS = ("Requested", "Applied")


def certificates(issued: list[Certificate]) -> list[Certificate]:
    """Rows without a serial number: for open requests what is under way, for finished ones a first attempt that failed."""
    random = Random(f"{plan.SEED} applications")
    waiting = [one.renewal for one in issued if one.renewal and chains.is_open(one.renewal) and not one.marks]
    done = [one.request for one in issued if one.request and not one.marks and one.issued_on.year == 2026]
    approved = {one.number: one for one in waiting if one.row(plan.AS_OF)["approval"] == "Approved"}
    waiting = [approved[number] for number in sorted(approved, reverse=True)]
    found = []
    for status, count in certificate_plan.NOT_ISSUED.items():
        for request in [(waiting if status in OPEN_ORDERS else done).pop() for _ in range(count)]:
            if status in OPEN_ORDERS:
                at = max(request.last_at, plan.AS_OF - timedelta(days=2, hours=random.randrange(30)))
                at = min(at, plan.AS_OF - timedelta(minutes=random.randrange(20, 200)))
            else:
                at = moment(random, request.submitted_at.date(), request.submitted_at)
            found.append(Certificate(naming.names(request), at, status=status))
    return found
