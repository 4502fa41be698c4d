"""Requests declared beside the test that speaks of them, landed together: one build for all tests of a world.

    @requests(on_time={"closed_at": "2026-06-12 10:00:00"}, late={"closed_at": "2026-06-13 10:00:00"})
    def test_closed_on_the_saturday_is_late(seen):
        assert seen("late")["slo_outcome"] == "missed"

`seen` gives the product's row, after it was found equal to the reference's verdict on the same request.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tests import agreement, builders
from tests.reference import versions
from tests.reference.policy import Rules


class World(NamedTuple):
    """What is the same for all requests of a build: now, how far the exports reach, and the policy's changes.

    `told_from` and `told_through`: from when to when the exports of transitions tell, the latter as far as those of requests unless given.
    """

    as_of: str = "2026-12-16 17:00:00"
    reaches_to: str = "2026-12-16 16:30:00"
    policy: tuple[tuple[str, str], ...] = ()
    told_from: str = "2026-01-05 10:00:00"
    told_through: str = ""


TODAY = World()
DECLARED: dict[World, list[dict[str, str]]] = {}
BUILT: dict[World, tuple[dict, dict]] = {}


def under(**policy: str) -> World:
    """The same day under another policy."""
    return World(policy=tuple(policy.items()))


def requests(world: World = TODAY, **labelled: Mapping[str, str] | Sequence[Mapping[str, str]]) -> Callable:
    """Declare the requests of a test: for each label its fields, or the fields of each of its versions."""

    def declare(test: Callable) -> Callable:
        for label, fields in labelled.items():
            for version in [fields] if isinstance(fields, Mapping) else fields:
                row = builders.a_request(**{"number": f"{test.__name__}/{label}", **version})
                DECLARED.setdefault(world, []).append(row)
        test.world = world
        return test

    return declare


def exports_of(world: World) -> list[list[dict[str, str]]]:
    """The declared rows as exports: those with an event later than `as_of` came later, and in each export a column
    writes its times in one form, with an offset or without.
    """
    now, found = builders.local(world.as_of), {}
    for row in [builders.a_request("the newest event", updated_at=world.reaches_to), *DECLARED[world]]:
        with_offset = tuple(column for column, text in row.items() if column.endswith("_at") and "T" in text)
        found.setdefault((versions.newest_event([row]) > now, with_offset), []).append(row)
    return list(found.values())


def built(world: World, folder: Path) -> tuple[dict, dict]:
    """(product, reference), each `{(number, clock basis): verdict}`; built once."""
    if world not in BUILT:
        exports, changes = exports_of(world), dict(world.policy)
        policy = builders.a_policy(folder / "policy", **changes)
        connection = builders.publish(folder, *exports, as_of=world.as_of, policy=policy)
        wanted, _, _ = agreement.expected(exports, builders.local(world.as_of), Rules(**changes))
        BUILT[world] = agreement.published(connection), wanted
    return BUILT[world]


def lookup(test: Callable, folder: Path) -> Callable:
    """The function `seen(label, basis="approved")` of a test: the product's row, None if it is in no table."""
    product, reference = built(test.world, folder)

    def seen(label: str, basis: str = "approved") -> dict | None:
        key = f"{test.__name__}/{label}", basis
        assert (key in product) == (key in reference), f"{key}: only one of product and reference knows it"
        if key not in product:
            return None
        assert agreement.differences(product[key], reference[key]) == {}, f"{key}: (product, reference)"
        return product[key]

    return seen
