"""How a test of the forecast says what is held, and the fixture that forecasts it: by the product, and by the slow reference."""

from datetime import date

import pytest

from tests.forecast_worlds import CUSTOMER, GROUPS, LAW, OPTIONS, Found, by_product, by_reference
from tests.reference.forecast_world import Certificate, Covered, Group, Open, Plan, World

AS_OF_ON = date(2026, 11, 2)
PLAN = Plan(law=LAW)


def a_world(*held: object, as_of_on: date = AS_OF_ON, groups: dict[str, Group] | None = None, **others: object) -> World:
    """Certificates, covered certificates and open requests; each is renewed with certainty, 20 days before expiry, unless `groups` says else."""
    rows = {kind: [each for each in held if isinstance(each, kind)] for kind in (Certificate, Covered, Open)}
    return World(
        as_of_on=as_of_on,
        options=OPTIONS,
        groups={group: Group(1.0, {20: 1}) for group in GROUPS} | (groups or {}),
        certificates=rows[Certificate],
        covered=rows[Covered],
        open_requests=rows[Open],
        **others,
    )


@pytest.fixture(params=[by_product, by_reference], ids=["product", "reference"])
def forecast(request):
    """Answers (what is held, plan, weeks) with what is expected."""

    def answer(*held: object, plan: Plan = PLAN, weeks: int = 12, **others: object) -> Found:
        return request.param(a_world(*held, **others), plan, weeks)

    return answer


def a_certificate(expires_on: str, validity: int = 398, option: str = CUSTOMER) -> Certificate:
    return Certificate(option, date.fromisoformat(expires_on), validity)


def covered(expires_on: str, due_on: str | None, validity: int = 398, option: str = CUSTOMER) -> Covered:
    return Covered(option, date.fromisoformat(expires_on), validity, due_on and date.fromisoformat(due_on))


def an_open(option: str, due_on: str | None) -> Open:
    return Open(option, due_on and date.fromisoformat(due_on))
