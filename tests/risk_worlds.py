"""Open requests and the ones like them, declared beside the test that speaks of them and landed together: one build per world.

    @scenario(*past({1: 2, 3: 3}, missed=4), ahead("2026-12-11"))
    def test_the_curve_by_hand(risk):
        assert risk()["similar_count"] == 7

Each test has a service option of its own, so that only its own requests are like each other; its target is 5 business days.
`risk` gives the product's row, after every risk of the world was found equal to that of the reference, MANY apart.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
import yaml

from pipelines import policy
from tests import agreement, builders
from tests.reference import clock, survival
from tests.reference.policy import OPTIONS, Option, Rules

STARTED = "2026-10-05 09:00:00"
CLOSED = ("2026-10-05", "2026-10-06", "2026-10-07", "2026-10-08", "2026-10-09", "2026-10-12", "2026-10-13")
"""A Monday, and the business days 1 to 6 after it."""
Row = dict[str, str]


class World(NamedTuple):
    """What is the same for all requests of a build: now, how far the exports reach, and the policy's changes."""

    as_of: str
    reaches_to: str
    policy: tuple[tuple[str, str], ...] = ()
    is_compared: bool = True


WEDNESDAY = World("2026-12-16 17:00:00", "2026-12-16 17:00:00")
FRIDAY = World("2026-12-18 09:00:00", "2026-12-18 09:00:00")
SATURDAY = World("2026-12-19 10:00:00", "2026-12-19 10:00:00")
STALE = World("2026-12-17 09:00:00", "2026-12-14 16:00:00")
LENIENT = World(*WEDNESDAY[:2], (("late_exclusion", "excluded"),))
MANY = World(*WEDNESDAY[:2], is_compared=False)
"""The Wednesday with thousands of requests, which the reference would count for half a minute."""
DECLARED: dict[World, dict[str, list[Row]]] = {}
BUILT: dict[World, dict[str, dict]] = {}


def past(met_after: Mapping[int, int], missed: int = 0, name: str = "past", **fields: str) -> list[Row]:
    """Requests submitted on Mon 2026-10-05, of which so many were closed so many business days later, and so many on the sixth."""
    days = [day for day, number in met_after.items() for _ in range(number)] + [6] * missed
    made = ({"number": f"{name} {place}", "submitted_at": STARTED, "closed_at": f"{CLOSED[day]} 12:00:00"} for place, day in enumerate(days))
    return [{**each, **fields} for each in made]


def ahead(submitted_on: str, number: str = "open", **fields: str) -> Row:
    """An open request; submitted on Fri 2026-12-11 it has 2 business days left on the Wednesday."""
    return {"number": number, "submitted_at": f"{submitted_on} 09:00:00", **fields}


def scenario(*rows: Row, worlds: Sequence[World] = (WEDNESDAY,)) -> Callable:
    """Declare the requests of a test; one that names a service option is of another than the others."""

    def declare(test: Callable) -> Callable:
        for world in worlds:
            DECLARED.setdefault(world, {})[test.__name__] = [
                builders.a_request(**{"service_option": test.__name__, **row, "number": f"{test.__name__}/{row['number']}"}) for row in rows
            ]
        test.worlds = worlds
        return test

    return declare


def lookup(test: Callable, folder: Path) -> Callable:
    """The function `risk(number="open", world=…)` of a test: the product's row, None where there is none."""

    def risk(number: str = "open", world: World = test.worlds[0]) -> dict | None:
        return built(world, folder).get(f"{test.__name__}/{number}")

    return risk


def built(world: World, folder: Path) -> dict[str, dict]:
    """The rows of `open_risks` of a world by number; built once."""
    if world not in BUILT:
        newest = builders.a_request("the newest event", service_option="", state="cancelled", updated_at=world.reaches_to)
        rows = [newest, *(row for declared in DECLARED[world].values() for row in declared)]
        options = {name: Option(5, is_renewal=True) for name in DECLARED[world]}
        rules = Rules(**dict(world.policy), options=MappingProxyType({**OPTIONS, **options}))
        place = folder / f"world {len(BUILT)}"
        connection = builders.publish(place, rows, as_of=world.as_of, policy=_policy(place / "policy", list(options), dict(world.policy)))
        BUILT[world] = compared(connection, [rows], world.as_of, rules) if world.is_compared else published(connection)
    return BUILT[world]


def compared(connection, exports: Sequence[Sequence[Row]], as_of: str, rules: Rules) -> dict[str, dict]:
    """The product's rows by number, each equal to the reference's."""
    expected, instant, known_through_on = agreement.expected(exports, builders.local(as_of), rules)
    outcomes = [outcome for (_, basis), outcome in expected.items() if basis == rules.clock_start]
    wanted = survival.risks(outcomes, clock.local_on(instant), known_through_on, rules)
    found = published(connection)
    assert list(found) == sorted(wanted)
    for number, risk in wanted.items():
        for column in ("service_option", "due_rule", "business_days_left", "similar_count", "similar_missed_count"):
            assert found[number][column] == getattr(risk, column), (number, column)
        assert (found[number]["risk_ratio"] is None) == (risk.risk_ratio is None), number
        assert risk.risk_ratio is None or found[number]["risk_ratio"] == pytest.approx(float(risk.risk_ratio), abs=1e-11), number
    return found


def published(connection) -> dict[str, dict]:
    """The product's rows by number."""
    return {row["number"]: row for row in builders.table(connection, "select * from open_risks")}


def _policy(folder: Path, options: Sequence[str], changes: Mapping[str, str]) -> policy.Policy:
    """The product's policy with an option more for each test: renewals within 5 business days, or by a requested date."""
    builders.a_policy(folder, **{"late_exclusion": "missed", **changes})
    slo = yaml.safe_load((folder / "slo.yaml").read_text(encoding="utf-8"))
    model = next(each for each in slo["options"] if each["id"] == "renewal_customer_install")
    slo["options"] += [{**model, "id": name} for name in options]
    (folder / "slo.yaml").write_text(yaml.safe_dump(slo), encoding="utf-8")
    mapping = folder / "sources" / "certboard_requests.yaml"
    source = yaml.safe_load(mapping.read_text(encoding="utf-8"))
    source["service_option"]["rules"] += [{"when": {"service_option": [name]}, "is": name} for name in options]
    mapping.write_text(yaml.safe_dump(source), encoding="utf-8")
    return policy.load(folder)
