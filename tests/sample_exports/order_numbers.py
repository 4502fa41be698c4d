"""The order numbers of certificates that customers and analysts type into the newer requests."""

from __future__ import annotations

from random import Random

from . import certificate_plan, plan
from .certificates import Certificate
from .spreadsheet import ORDER_NUMBER


def give(certificates: list[Certificate]) -> None:
    """Customers name the certificate to renew, now and then with a slip; analysts note the new one when they close."""
    random, mistyped = Random(f"{plan.SEED} order numbers"), 0
    for one in certificates:
        for request in (one.renewal, one.request):
            is_asked = request is not None and request.submitted_at.date() >= certificate_plan.ORDER_NUMBERS_FROM
            if not is_asked or random.random() >= certificate_plan.ORDER_NUMBER_SHARE:
                continue
            if request is one.renewal:
                is_slip = mistyped < certificate_plan.MISTYPED
                mistyped += is_slip
                request.events[0][1][ORDER_NUMBER] = str(one.order_number)[:-1] if is_slip else str(one.order_number)
            elif request.option not in plan.RENEWALS and one.replaces is None:
                for at, cells in request.events:
                    if cells.get("state") == "Closed Complete":
                        cells[ORDER_NUMBER] = str(one.order_number)


def slips(order_number: str) -> bool:
    """Whether a typed order number lacks its last digit."""
    return len(order_number) == 9
