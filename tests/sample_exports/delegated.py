"""Certificates that a department's own administrator issues: no request stands behind them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import certificate_plan, days, plan
from .certificates import DELEGATED, Certificate
from .issuing import ends_on, issued
from .timeline import moment

HOSTS = "kiosk lab print vpn-gw radius camera badge wifi sensor printing legacy sandbox demo telemetry lobby".split()
TAKES_OVER_FROM = date(2026, 6, 20)  # a successor of what ended later is still valid at AS_OF
AGES = {"gone": 2, "soon": 8, "last_year": 30}  # hosts; the others have a certificate of the last months


def successor(certificate: Certificate) -> Certificate:
    """The one by which the department itself follows a certificate that a request once produced."""
    random = Random(f"{plan.SEED} {certificate.names[0]} successor")
    on = days.business_days_before(_business_day(certificate.expires_on), random.randint(3, 9))
    return issued(random, certificate.names, moment(random, on), ends_on(random, on), via=DELEGATED)


def certificates() -> list[Certificate]:
    """Of each host the certificate in use, of most the one before it; and the wildcards."""
    random = Random(f"{plan.SEED} delegated")
    found: list[Certificate] = []
    for position in range(certificate_plan.DELEGATED):
        customer = random.choices(plan.DEPARTMENTS, [one.weight for one in plan.DEPARTMENTS])[0]
        name = f"{random.choice(HOSTS)}{position + 1}.{customer.label}-example.ca.gov"
        found += _host(random, [name], _issued_on(random, position))
    for label in certificate_plan.WILDCARDS:
        on = random.choice(days.business_days_of(date(2026, 9, 14), date(2026, 10, 30)))
        names = [f"*.{label}-example.ca.gov", f"{label}-example.ca.gov"]
        found.append(issued(random, names, moment(random, on), on + timedelta(198), via=DELEGATED, marks={"wildcard"}))
    for one, domain in zip(found[:: 2 * 9], ("example.org", "example.net")[: certificate_plan.OUTSIDE_ROOTS]):
        one.names.append(f"{one.names[0].split('.')[0]}.{domain}")
    for one in [one for one in found if one.issued_on >= date(2026, 6, 1)][: certificate_plan.TOO_LONG]:
        one.expires_on = one.issued_on + timedelta(396)  # what the rule allowed until March 2026
        one.marks.add("too_long")
    return found


def _issued_on(random: Random, position: int) -> date:
    """When the certificate in use was issued, by how it ends: most last on, some end soon, two have ended."""
    first, last = date(2026, 6, 10), date(2026, 11, 18)
    if position < AGES["gone"]:
        first, last = date(2026, 4, 13), date(2026, 4, 28)
    elif position < AGES["gone"] + AGES["soon"]:
        first, last = date(2026, 5, 8), date(2026, 5, 22)
    elif position < AGES["gone"] + AGES["soon"] + AGES["last_year"]:
        first, last = date(2025, 11, 24), date(2026, 3, 6)
    return random.choice(days.business_days_of(first, last))


def _host(random: Random, names: list[str], on: date) -> list[Certificate]:
    current = issued(random, list(names), moment(random, on), on + timedelta(certificate_plan.longest(on) - 1), via=DELEGATED)
    if random.random() < 0.15:
        return [current]
    ends = on + timedelta(random.randint(2, 25))
    before = _business_day(ends - timedelta(certificate_plan.longest(ends - timedelta(396)) - 1))
    return [issued(random, list(names), moment(random, before), ends, via=DELEGATED), current]


def _business_day(day: date) -> date:
    while not days.is_business_day(day):
        day += days.ONE_DAY
    return day
