"""Which certificate took the place of another, or may have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from . import names
from .certificates import Certificate

OVERLAP_DAYS = 45


@dataclass(frozen=True)
class Supersession:
    """What is known of a certificate's successor; `superseded_by` is the key of the one that serves most of its names."""

    is_superseded: bool = False
    is_possibly_superseded: bool = False
    superseded_by: str | None = None


def succeeds(later: Certificate, earlier: Certificate, as_of_on: date) -> bool:
    """Active, "issued later (tie: larger serial) and with a later `expires_on`"."""
    if later is earlier or not later.is_active(as_of_on) or not (later.issued_at and earlier.issued_at and earlier.expires_on):
        return False
    issued = (later.issued_at, names.serial_rank(later.serial_number)), (earlier.issued_at, names.serial_rank(earlier.serial_number))
    return issued[0] > issued[1] and later.expires_on > earlier.expires_on


def is_of_the_same_hands(one: Certificate, other: Certificate) -> bool:
    return (one.holding, one.organisation) == (other.holding, other.organisation)


def served(later: Certificate, earlier: Certificate) -> list[str]:
    """The names of the earlier certificate that the later one serves, literally or by a wildcard one label up."""
    return [name for name in earlier.names if names.serves(later.names, name)]


def best(successors: Sequence[Certificate], earlier: Certificate) -> str | None:
    """"The D holding most of C's names, then later expires_on, then larger serial." """
    ranked = sorted(successors, key=lambda one: (len(served(one, earlier)), one.expires_on, names.serial_rank(one.serial_number)))
    return ranked[-1].certificate if ranked else None


def supersession(earlier: Certificate, inventory: Sequence[Certificate], as_of_on: date) -> Supersession:
    """What took the place of one certificate, looked for among all of them."""
    if not earlier.is_issued or earlier.is_revoked:
        return Supersession()
    successors = [one for one in inventory if succeeds(one, earlier, as_of_on)]
    replacing = [
        one
        for one in successors
        if earlier.names
        and is_of_the_same_hands(one, earlier)
        and set(earlier.names) <= set(one.names)
        and (earlier.expires_on - one.issued_on).days <= OVERLAP_DAYS
    ]
    if earlier.is_replaced or replacing:
        return Supersession(is_superseded=True, superseded_by=best(replacing, earlier))
    serving = [
        one
        for one in successors
        if served(one, earlier) and (one.holding != earlier.holding or is_of_the_same_hands(one, earlier))
    ]
    if earlier.names and all(any(name in served(one, earlier) for one in serving) for name in earlier.names):
        return Supersession(is_possibly_superseded=True, superseded_by=best(serving, earlier))
    return Supersession()


def all_supersessions(inventory: Sequence[Certificate], as_of_on: date) -> dict[str, Supersession]:
    """`{certificate: supersession}`."""
    return {one.certificate: supersession(one, inventory, as_of_on) for one in inventory}
