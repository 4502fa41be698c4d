"""Host names of the chains: every chain has names of its own, and a renewal now and then changes its alternative names."""

from __future__ import annotations

from random import Random

from . import chains as chained
from . import plan
from .signing_requests import signing_request
from .texts import HOSTS
from .timeline import Request

COMMON, OTHERS = "variables.common_name", "variables.subject_alternative_names"


def give(chains: list[list[Request]]) -> None:
    """Number the drawn names so that no two chains share one, and write the signing requests."""
    taken: set[str] = set()
    for chain in chains:
        names = _numbered(*_drawn(chain[0]), taken)
        for position, request in enumerate(chain):
            if position:
                names = _changed(request, names, taken)
            _write(request, names)


def names(request: Request) -> list[str]:
    """The names a request asks for, its common name first."""
    cells = request.events[0][1]
    return [cells[COMMON], *(cells[OTHERS].split(", ") if cells[OTHERS] else [])]


def _drawn(request: Request) -> tuple[list[str], str]:
    """The hosts as drawn, without the number 2, and the domain they lie in."""
    hosts, domains = zip(*(name.split(".", 1) for name in names(request)))
    return list(dict.fromkeys(host.removesuffix("2") for host in hosts)), domains[0]


def _numbered(hosts: list[str], domain: str, taken: set[str]) -> list[str]:
    """The hosts under the first number that is free for all of them; the number 1 is not written."""
    number = 1
    while taken & set(found := [f"{host}{number if number > 1 else ''}.{domain}" for host in hosts]):
        number += 1
    taken.update(found)
    return found


def _changed(request: Request, before: list[str], taken: set[str]) -> list[str]:
    """The names of a renewal: mostly the same, one in ten with another name, some without the last, most of these still open."""
    random = Random(f"{plan.SEED} {request.number} names")
    kind = random.random()
    if kind < 0.1:
        domain = before[0].split(".", 1)[1]
        return [*before, *_numbered([random.choice(HOSTS)], domain, taken)]
    return before[:-1] if kind < (0.4 if chained.is_open(request) else 0.133) and len(before) > 1 else before


def _write(request: Request, given: list[str]) -> None:
    cells = request.events[0][1]
    cells["short_description"] = cells["short_description"].replace(cells[COMMON], given[0])
    cells[COMMON], cells[OTHERS] = given[0], ", ".join(given[1:])
    if cells["variables.csr"]:
        cells["variables.csr"] = signing_request(*cells["variables.csr"], given[0], given[1:])
