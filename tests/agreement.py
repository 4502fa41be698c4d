"""The same exports judged twice, by the product and by the reference, and every difference between the two."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime

from tests import builders
from tests.reference import clock, outcomes, versions
from tests.reference.outcomes import Outcome
from tests.reference.policy import Rules

BASES = ("approved", "submitted")


def expected(
    exports: Sequence[Sequence[Mapping[str, str]]], as_of: datetime | None = None, rules: Rules | None = None
) -> tuple[dict[tuple[str, str], Outcome], datetime, date]:
    """`{(number, clock basis): outcome}` by the reference, with the `as_of` and the `known_through_on` it used."""
    reaches_to = max(versions.newest_event(rows) for rows in exports)
    as_of, known_through_on = as_of or reaches_to, clock.local_on(reaches_to)
    found = {}
    for basis in BASES:
        for outcome in outcomes.decide_all(exports, as_of, known_through_on, rules or Rules(), basis):
            found[outcome.number, basis] = outcome
    return found, as_of, known_through_on


def published(connection) -> dict[tuple[str, str], dict]:
    """`{(number, clock basis): row}` of the product: both clocks, and all columns on the basis of the policy."""
    rows = {(row["number"], row["clock_basis"]): row for row in builders.table(connection, "select * from facts.request_clocks")}
    (basis,) = builders.table(connection, "select clock_basis from run_params")
    for row in builders.table(connection, "select * from slo_outcomes"):
        key = row["number"], basis["clock_basis"]
        assert {column: row[column] for column in rows[key].keys() & row} == {
            column: rows[key][column] for column in rows[key].keys() & row
        }, f"{key}: slo_outcomes and request_clocks differ"
        rows[key] |= row
    return rows


def differences(product: Mapping[str, object], reference: Outcome) -> dict[str, tuple]:
    """`{column: (product, reference)}` where the two disagree on one request; empty text and null are the same."""
    return {
        column: (plain(product[column]), plain(wanted))
        for column, wanted in asdict(reference).items()
        if column in product and plain(product[column]) != plain(wanted)
    }


def all_differences(
    product: Mapping[tuple[str, str], Mapping], reference: Mapping[tuple[str, str], Outcome]
) -> dict[tuple[str, str], dict[str, tuple]]:
    """The differences of every request on both bases, one missing on either side included."""
    found = {key: {"row": ("missing", "present")} for key in reference.keys() - product.keys()}
    found |= {key: {"row": ("present", "missing")} for key in product.keys() - reference.keys()}
    for key in reference.keys() & product.keys():
        if apart := differences(product[key], reference[key]):
            found[key] = apart
    return found


def plain(value: object) -> object:
    """Naive UTC as the snapshot stores it; no difference between empty text and null."""
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return None if value == "" else value
