"""The certificates of the sample: some of the chains of requests, those that departments issue themselves, and the mishaps."""

from __future__ import annotations

from random import Random

from . import applications, certificate_plan, chains, delegated, issuing, mishaps, order_numbers, plan, strangers
from .certificates import Certificate, number
from .chains import EXPIRES
from .timeline import Request


def certificates(all_chains: list[list[Request]]) -> list[Certificate]:
    """All of them, numbered, in the order in which they were requested."""
    shown = _shown(all_chains)
    found = [one for _, each in shown for one in each]
    mishaps.happen(found)
    found += delegated.certificates() + applications.certificates(found)
    found += strangers.certificates(found)
    found = number(found)
    order_numbers.give(found)
    return found


def _shown(all_chains: list[list[Request]]) -> list[tuple[list[Request], list[Certificate]]]:
    """The chains that the console shows: by fate, so that each fate has its number."""
    random = Random(f"{plan.SEED} estate")
    by_fate: dict[str, list[tuple[list[Request], list[Certificate]]]] = {}
    for chain in all_chains:
        if found := _known(chain):
            fate = _fate(chain, found)
            if fate not in ("open", "ended", "ending") and _lacks_expiry(chain) and random.random() < certificate_plan.UNKNOWN_SHARE:
                fate = "unknown"
            by_fate.setdefault(fate, []).append((chain, found))
    shown = [*by_fate["open"], *by_fate["unknown"]]
    for fate, count in certificate_plan.SHOWN.items():
        group = by_fate["retired" if fate == "taken_over" else fate]
        drawn = random.sample(sorted(group, key=lambda pair: pair[0][0].number), count)
        for pair in drawn:
            group.remove(pair)
        if fate == "taken_over":
            drawn = [(chain, [*found, delegated.successor(found[-1])]) for chain, found in drawn]
        shown += drawn
    return sorted(shown, key=lambda pair: pair[0][0].number)


def _known(chain: list[Request]) -> list[Certificate]:
    """The certificates of a chain; none where an odd request makes it unclear what was issued."""
    is_odd = any(one.option not in plan.OPTIONS or (one.intended == "not_measurable" and not chains.issued_at(one)) for one in chain)
    return [] if is_odd else issuing.certificates(chain)


def _lacks_expiry(chain: list[Request]) -> bool:
    return any(one.option in plan.RENEWALS and isinstance(one.events[0][1][EXPIRES], str) for one in chain)


def _fate(chain: list[Request], found: list[Certificate]) -> str:
    """What became of the last certificate of a chain by AS_OF."""
    expires_on, today = found[-1].expires_on, certificate_plan.AS_OF_ON
    if any(one.option in plan.RENEWALS and chains.is_open(one) for one in chain):
        return "open"
    if found[-1].renewal:
        return "abandoned"  # the last request came to nothing
    if expires_on < today - certificate_plan.RECENT:
        is_taken_over = found[-1].request and expires_on >= delegated.TAKES_OVER_FROM
        return "retired" if is_taken_over else "old"
    if expires_on < today:
        return "ended"
    return "ending" if expires_on <= today + certificate_plan.NEAR else "current"
