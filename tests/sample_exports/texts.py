"""The words in the cells: names of hosts, people by initial, descriptions with the oddities of real exports."""

from __future__ import annotations

from random import Random

from . import plan
from .signing_requests import N

HOSTS = (
    "portal www api forms myaccount apply licensing records payments gis maps intranet mail vpn sso training "
    "status reports survey grants appeals scheduling docs files test-portal staging-api hr inspections permits water"
).split()
ROOTS = {"ca.gov": 90, "california.gov": 7, "state.ca.us": 3}
PEOPLE = ("A. Peña", "J. Muñoz", "D. Sørensen", "K. Oyelaran", "L. Marchetti", "T. Brandão", "S. Kowalczyk", "R. Iwu")
TEAM = ("Cert Analyst 1", "Cert Analyst 2", "Cert Analyst 3")
GROUP = "ODS Secure Certificates"
PLAIN = {
    "New": "New certificate for {name}",
    "Renewal": "Renew {name}",
    "Question or inquiry": "{topic}: {name}",
}
ODD = (  # real cells hold HTML, line breaks, curly quotes, and what a spreadsheet would take for a formula
    "<p>Please process <b>{name}</b>.</p>\n<p>The submittal is attached, see \"page 2\".</p>",
    "“{name}” – same names as last time, thanks",
    "{name}, and its test server; it’s urgent",
    "- {name}: same key as before",
    "=see submittal for {name}",
    "+1 916 555 0142 before installing {name}",
    "@certificates {name} please",
    "Línea 2: {name} (São Tomé gateway)",
)


def department(random: Random, is_hosted: bool) -> plan.Department | None:
    """A department by its share of the volume; a few requests come without one."""
    if random.random() < 0.005:
        return None
    chosen = [one for one in plan.DEPARTMENTS if one.is_hosted or not is_hosted]
    return random.choices(chosen, [one.weight for one in chosen])[0]


def cells(random: Random, option: str, customer: plan.Department | None) -> dict:
    """What the customer typed: kind, names, contacts, description, and in a few new requests the numbers of a signing request.

    The names are numbered by `naming`, which also writes the signing request.
    """
    kind, installation = plan.LABELS[option]
    label = customer.label if customer else "shared"
    domain = f"{label}-example"
    root = random.choices(list(ROOTS), list(ROOTS.values()))[0]
    host = random.choice(HOSTS) + random.choice(("", "", "", "2", "-dr"))
    name = f"{host}.{domain}.{root}"
    topic = random.choices(list(plan.INQUIRY_TYPES), list(plan.INQUIRY_TYPES.values()))[0] if option == "inquiry" else ""
    others = [f"{extra}.{domain}.{root}" for extra in random.sample(HOSTS, random.choice((0, 0, 0, 1, 2)))]
    names = [] if option == "inquiry" else [other for other in others if other != name]
    wording = random.choice(ODD) if random.random() < 0.06 else PLAIN[kind]
    typed = {
        "cat_item": "Security Certificates",
        "short_description": wording.format(name=name, topic=topic),
        "company": customer.name if customer else "",
        "requested_for": random.choice(PEOPLE),
        "variables.request_type": kind,
        "variables.installation": installation,
        "variables.inquiry_type": topic,
        "variables.common_name": "" if option == "inquiry" and random.random() < 0.7 else name,
        "variables.subject_alternative_names": ", ".join(names),
        "variables.contact_emails": _contacts(random, label),
        "variables.csr": "",
        "variables.certificate_order_number": "",
    }
    if kind == "New" and random.random() < 0.016:
        typed["variables.csr"] = (random.randrange(1, N), random.randrange(1, N))
    return typed


def _contacts(random: Random, label: str) -> str:
    """A distribution list, three addresses, or (a finding for another day) only two."""
    shape = random.random()
    if shape < 0.8:
        return f"certs@{label}.example.ca.gov"
    return "; ".join(f"web{n}@{label}.example.ca.gov" for n in range(1, 4 if shape < 0.95 else 3))
