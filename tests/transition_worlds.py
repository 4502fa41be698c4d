"""Requests and their transitions declared beside the test that speaks of them, landed together: one build for all tests of a world.

    @histories(weekend=a_life(pauses=[("2026-06-05 16:00", "2026-06-08 09:00")], closed_at="2026-06-09 10:00:00"))
    def test_a_pause_over_a_weekend_counts_once(told):
        assert told("weekend").credit == 1

Every such test runs twice, on what the reference says and on what the product published, each on its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from tests import builders, phase_agreement, transition_builders
from tests.agreement import plain
from tests.reference.policy import Rules
from tests.transition_builders import CHANGES, CONTRACT, Told, a_policy, a_transition
from tests.worlds import TODAY, World

SIDES = ("reference", "product")
NEWEST = "the newest event"

Spell = tuple[str, str]
"""(start, end) as wall-clock times of California; an end of "" is none."""


@dataclass(frozen=True)
class Life:
    """A request's fields, and its transitions by source."""

    fields: Mapping[str, str]
    transitions: Mapping[str, Sequence[Mapping[str, str]]]


@dataclass
class History:
    """What is published about one request, as rows of plain values; `verdict` and `submitted` on the policy's clock and on the other."""

    verdict: dict = field(default_factory=dict)
    submitted: dict = field(default_factory=dict)
    intervals: list[dict] = field(default_factory=list)
    phases: list[dict] = field(default_factory=list)
    pauses: list[dict] = field(default_factory=list)
    variants: list[dict] = field(default_factory=list)
    ledger: list[dict] = field(default_factory=list)
    flows: list[dict] = field(default_factory=list)
    findings: dict = field(default_factory=dict)

    @property
    def credit(self) -> int:
        """The business days that all pauses give back."""
        return sum(row["credited_business_days"] for row in self.pauses)

    @property
    def without(self) -> dict | None:
        """The verdict without pauses, None where it is not told."""
        assert len(self.variants) < 2
        return self.variants[0] if self.variants else None

    def days(self, column: str = "business_days") -> dict[str, int]:
        """{phase: days} of the phases that were entered."""
        return {row["phase"]: row[column] for row in self.phases if row["visit_count"]}

    def kinds(self) -> list[str]:
        """What each day is to the clock, in order."""
        return [row["day_kind"] for row in self.ledger]


DECLARED: dict[World, dict[str, Life]] = {}
BUILT: dict[World, dict[str, dict[str, History]]] = {}


def a_life(
    pauses: Sequence[Spell] = (), also: Sequence[Spell] = (), rows: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
    spans: Sequence[tuple[str, str, str]] = (), **fields: str,
) -> Life:  # fmt: skip
    """A request of Monday 2026-06-01, 10:00, with pauses of one track, of another (`also`), spans (value, start, end) of the first, and rows by source."""
    told = [("pause", *spell, "state") for spell in pauses] + [("pause", *spell, "stage") for spell in also]
    told += [(*span, "state") for span in spans]
    contract = [a_transition("", value, starts, ends, field=name) for value, starts, ends, name in told]
    return Life({"submitted_at": "2026-06-01 10:00:00"} | fields, {CONTRACT: contract, **(rows or {})})


def histories(world: World = TODAY, **labelled: Life) -> Callable:
    """Declare the requests of a test by their labels."""

    def declare(test: Callable) -> Callable:
        for label, life in labelled.items():
            DECLARED.setdefault(world, {})[f"{test.__name__}/{label}"] = life
        test.world = world
        return test

    return declare


def exports_of(world: World) -> Told:
    """All declared lives as exports: a file of requests, and one of each source of transitions."""
    lives = DECLARED[world]
    requests = [builders.a_request(NEWEST, updated_at=world.reaches_to)]
    requests += [builders.a_request(**({"number": number} | life.fields)) for number, life in lives.items()]
    told: dict[str, list] = {}
    for number, life in lives.items():
        for source, rows in life.transitions.items():
            told.setdefault(source, []).extend({**row, "number": number} for row in rows)
    for source, rows in told.items():
        if rows:
            rows += reach(world, source, rows[0])
    return Told([requests], {source: [rows] for source, rows in told.items() if rows}, as_of=world.as_of)


def reach(world: World, source: str, like: Mapping[str, str]) -> list[dict[str, str]]:
    """What makes a source tell from and through the times of the world: transitions of the newest request."""
    ends = world.told_from, world.told_through or world.reaches_to
    if source == CHANGES:
        return [dict.fromkeys(like, "") | {"number": NEWEST, "field": "state", "value": value, "started_at": at} for value, at in zip("12", ends)]
    return [dict.fromkeys(like, "") | {"number": NEWEST, "field": "state", "value": "review", "started_at": ends[0], "ended_at": ends[1]}]


def built(world: World, folder: Path) -> dict[str, dict[str, History]]:
    """{side: {number: history}} of a world; the reference at once, the product when first asked."""
    return BUILT.setdefault(world, {"policy": a_policy(folder / "policy", **dict(world.policy))})


def by_reference(world: World, folder: Path) -> dict[str, History]:
    """What the reference says of every request of a world."""
    sides = built(world, folder)
    if "reference" not in sides:
        told, rules = exports_of(world), Rules(**dict(world.policy))
        sources = transition_builders.sources_of(sides["policy"])
        wanted = told.expected(sources, rules)
        found = {case.number: History(verdict=shown(case.outcome)) for case in told.cases(sources, rules)}
        for case in told.cases(sources, Rules(**(dict(world.policy) | {"clock_start": "submitted"}))):
            found[case.number].submitted = shown(case.outcome)
        for name in phase_agreement.TABLES:
            for row in getattr(wanted, name):
                getattr(found[row.number], name).append(shown(row))
        for (number, finding, *_), count in wanted.findings.items():
            if number in found:
                found[number].findings[finding] = found[number].findings.get(finding, 0) + count
        sides["reference"] = found
    return sides["reference"]


def by_product(world: World, folder: Path) -> dict[str, History]:
    """What the product published about every request of a world."""
    sides = built(world, folder)
    if "product" not in sides:
        connection = exports_of(world).publish(folder, sides["policy"])
        found = {row["number"]: History(verdict=row) for row in builders.table(connection, "select * from slo_outcomes")}
        for row in builders.table(connection, "select * from facts.request_clocks where clock_basis = 'submitted'"):
            found[row["number"]].submitted = row
        for name, (table, keys) in phase_agreement.TABLES.items():
            order = ("position", "phase") if name == "phases" else keys
            for row in builders.table(connection, f"select * from {table} order by number, {', '.join(order)}"):
                getattr(found[row["number"]], name).append(row)
        for row in builders.table(connection, "select * from transition_findings"):
            if row["number"] in found:
                counts = found[row["number"]].findings
                counts[row["finding"]] = counts.get(row["finding"], 0) + row["finding_count"]
        sides["product"] = found
    return sides["product"]


def shown(row: object) -> dict:
    """A row of the reference as the product shows it; of one choice it is that one."""
    found = {column: plain(value) for column, value in asdict(row).items()}
    for several, one in (("reasons", "reason"), ("pause_reasons", "pause_reason")):
        if several in found:
            found[one] = next(iter(found.pop(several)), None)
    return found


def lookup(test: Callable, side: str, folder: Path) -> Callable[[str], History]:
    """The function `told(label)` of a test on one side."""
    found = (by_product if side == "product" else by_reference)(test.world, folder)
    return lambda label: found[f"{test.__name__}/{label}"]
