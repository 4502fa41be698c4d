"""Small inventories for the forecast: one form that the reference reads, its conversion to the product's, and hostile ones drawn at random."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from hypothesis import strategies as st

from pipelines.forecast import inputs, recurrence
from pipelines.policy_schema import Freeze, Scenario, ValidityStep
from tests.reference import business_days
from tests.reference import forecast as reference
from tests.reference.forecast_world import Certificate, Covered, Group, Open, Option, Plan, World

DAY = timedelta(days=1)
BEYOND = 900
"""Days of the calendar after the horizon: the longest validity, and the time that a request takes."""

CUSTOMER, CDT, UNKNOWN = "renewal_customer_install", "renewal_cdt_install", "unclassified"
NEW_CUSTOMER, NEW_CDT, INQUIRY = "new_customer_install", "new_cdt_install", "inquiry"
OPTIONS = (
    Option(NEW_CUSTOMER, "new", 5, 1.0, CUSTOMER),
    Option(NEW_CDT, "new", 10, 1.5, CDT),
    Option(CUSTOMER, "renewal", 5, 0.8),
    Option(CDT, "renewal", 10, 1.2),
    Option(INQUIRY, "inquiry", 10, 0.6),
    Option(UNKNOWN, "renewal", 10, 1.0),
)
GROUPS = (CUSTOMER, CDT, UNKNOWN)
LAW = tuple(
    (date.fromisoformat(day), days)
    for day, days in (("2018-03-01", 825), ("2020-09-01", 397), ("2021-10-01", 397), ("2026-03-15", 199), ("2027-03-15", 99), ("2029-03-15", 46))
)


# As the product reads it


def inputs_of(world: World, plan: Plan, weeks: int) -> inputs.Inputs:
    """The product's inputs; single certificates that agree are a cohort."""
    length = 7 * weeks + BEYOND
    days = [world.as_of_on + DAY * day for day in range(length)]
    cohorts = Counter((each.option, each.expires_on, each.validity) for each in world.certificates)
    covered = Counter((each.option, each.expires_on, each.validity, each.due_on) for each in world.covered)
    work = Counter((each.option, each.due_on) for each in world.open_requests)
    return inputs.Inputs(
        as_of_on=world.as_of_on,
        options=tuple(inputs.Option(each.id, each.id, each.kind, each.target, each.renewed_as) for each in world.options),
        business_days=np.array([business_days.is_business_day(day, world.is_closed) for day in days]),
        validity=steps_of(plan.law),
        cohorts=inputs.Cohorts.of([inputs.Cohort(*key, count) for key, count in cohorts.items()], world.as_of_on),
        covered=tuple(inputs.Covered(*key, count) for key, count in covered.items()),
        open_work=tuple(inputs.OpenWork(*key, count) for key, count in work.items()),
        retention={option: inputs.Retention(group.retention, 0, 0, False) for option, group in world.groups.items()},
        leads={option: inputs.Leads(*zip(*sorted(group.leads.items()), strict=True), False) for option, group in world.groups.items()},
        arrivals={option: inputs.Arrivals(*came) for option, came in world.arrivals.items()},
        unlisted={option: inputs.Arrivals(*came) for option, came in world.unlisted.items()},
        effort={each.id: inputs.Effort(each.hours, 0, True, "a test") for each in world.options},
        complete_month_count=12,
        lead_min_days=plan.lead_min,
        process_by_days=plan.process_by,
        undated_renewal=plan.undated_renewal,
    )


def steps_of(table) -> tuple[ValidityStep, ...]:
    return tuple(ValidityStep(issued_from=day, operational_days=days) for day, days in table)


def scenario_of(plan: Plan) -> Scenario:
    return Scenario(
        id="of_a_test",
        name="Of a test",
        source="a test",
        staff=plan.staff,
        hours_per_business_day=plan.hours_per_day,
        automated_ratio=plan.automated,
        lead_days=plan.lead,
        issue=plan.issue,
        growth_ratio=plan.growth,
        validity=steps_of(plan.override),
        freezes=tuple(Freeze(begins_on=begins, ends_on=ends, name="of a test") for begins, ends in plan.freezes),
    )


# What either finds, in one form


@dataclass(frozen=True)
class Found:
    """Expected counts that are not zero, per (day, option), inside the horizon."""

    submissions: Mapping[tuple[date, str], float]
    issues: Mapping[tuple[date, str], float]
    lapses: Mapping[tuple[date, str], float]
    open_requests: Mapping[tuple[date, str], float]

    def days(self, counts: str, option: str | None = None) -> dict[str, float]:
        """{day: expected count} in the order of the days, of one option or of all."""
        found = Counter()
        for (day, of), count in sorted(getattr(self, counts).items()):
            if option in (None, of):
                found[day.isoformat()] += count
        return dict(found)


def by_product(world: World, plan: Plan, weeks: int) -> Found:
    found = recurrence.expected(inputs_of(world, plan, weeks), scenario_of(plan), weeks)
    return Found(*(sparse(world, each) for each in (found.submissions, found.issues, found.lapses, found.open_work)))


def sparse(world: World, daily: Mapping[str, np.ndarray]) -> dict[tuple[date, str], float]:
    return {(world.as_of_on + DAY * int(day), option): float(each[day]) for option, each in daily.items() for day in np.flatnonzero(each)}


def by_reference(world: World, plan: Plan, weeks: int) -> Found:
    found = reference.forecast(world, plan, weeks)
    return Found(*(inside(found.calendar, each) for each in (found.submissions, found.issues, found.lapses, found.open_requests)))


def inside(calendar, counts: Mapping[tuple[date, str], float]) -> dict[tuple[date, str], float]:
    return {key: count for key, count in counts.items() if count and calendar.week(key[0]) is not None}


# At random


SPECIAL = [
    date(2026, 11, 2), date(2026, 11, 11), date(2026, 11, 26), date(2026, 11, 28), date(2026, 12, 18), date(2026, 12, 31), date(2027, 1, 1),
    date(2027, 3, 12), date(2027, 3, 14), date(2027, 3, 15), date(2028, 2, 29), date(2029, 3, 11), date(2029, 3, 14), date(2029, 3, 15),
]  # fmt: skip
CLOSED = [date(2026, 11, 7), date(2026, 11, 11), date(2026, 11, 27), date(2026, 12, 25), date(2027, 3, 14), date(2028, 7, 4), date(2029, 3, 11)]
"""Weekends and closures."""
VALIDITIES = [1, 10, 26, 27, 46, 47, 90, 99, 180, 199, 397, 398, 825]
LEADS = [-5, 0, 7, 8, 20, 27, 30, 500]
PROBABILITIES = [0.0, 1.0, 0.9, 0.5]
WEEKS = [1, 2, 9, 26, 53, 53, 105, 157]

ratios = st.sampled_from(PROBABILITIES) | st.floats(0, 1)
groups = st.builds(Group, ratios, st.dictionaries(st.sampled_from(LEADS), st.integers(1, 5), min_size=1, max_size=4))


def near(as_of_on: date, first: int, last: int) -> st.SearchStrategy[date]:
    """Any day in reach, and the days around those on which something changes."""
    special = [day + DAY * n for day in [*SPECIAL, as_of_on] for n in range(-12, 30)]
    reachable = [day for day in special if first <= (day - as_of_on).days <= last]
    return st.integers(first, last).map(lambda day: as_of_on + DAY * day) | st.sampled_from(reachable or [as_of_on])


@st.composite
def worlds(draw: Callable) -> World:
    """1 to 30 certificates, covered ones among them, some open requests, and what arrives."""
    as_of_on = draw(st.one_of(st.sampled_from(SPECIAL), st.sampled_from(CLOSED), st.dates(date(2026, 7, 1), date(2029, 4, 1))))
    option, validity = st.sampled_from(GROUPS), st.sampled_from(VALIDITIES)
    due = st.none() | near(as_of_on, -20, 60)
    soon, late = near(as_of_on, -30, 30), near(as_of_on, 0, 800)
    came = st.tuples(st.integers(0, 300), st.integers(1, 251))
    size = draw(st.integers(1, 30))
    appointed = draw(st.frozensets(near(as_of_on, 0, 60), max_size=3))
    return World(
        as_of_on=as_of_on,
        options=OPTIONS,
        groups={group: draw(groups) for group in GROUPS},
        certificates=draw(st.lists(st.builds(Certificate, option, near(as_of_on, 0, 400) | late, validity), min_size=size, max_size=size)),
        covered=draw(st.lists(st.builds(Covered, option, near(as_of_on, -30, 400) | soon, validity, due), max_size=5)),
        open_requests=draw(st.lists(st.builds(Open, st.sampled_from([each.id for each in OPTIONS]), due), max_size=5)),
        arrivals=draw(st.dictionaries(st.sampled_from([NEW_CUSTOMER, NEW_CDT, INQUIRY]), came, max_size=2)),
        unlisted=draw(st.dictionaries(option, came, max_size=1)),
        appointed=appointed,
    )


@st.composite
def plans(draw: Callable, as_of_on: date) -> Plan:
    """A scenario: its own table of validity, freezes over Christmas and elsewhere, shares of nothing and of everything."""
    freezes = [(day, day + DAY * n) for day, n in draw(st.lists(st.tuples(near(as_of_on, -10, 500), st.integers(0, 21)), max_size=2))]
    christmas = [(date(year, 12, 19), date(year + 1, 1, 3)) for year in range(2026, 2033)] if draw(st.booleans()) else []
    override = draw(st.dictionaries(near(as_of_on, -300, 500), st.sampled_from(VALIDITIES), max_size=3) | st.just({}))
    return Plan(
        law=LAW,
        override=sorted(override.items()),
        issue=draw(st.sampled_from(["due", "process_by"])),
        lead=draw(st.none() | st.sampled_from([0, 7, 8, 20, 500, 825])),
        automated=draw(st.sampled_from([0.0, 0.0, 0.5, 1.0])),
        growth=draw(st.sampled_from([0.0, 0.1, -0.5, 2.0])),
        freezes=[*freezes, *christmas],
        staff=draw(st.sampled_from([0.0, 1.0, 2.5])),
        hours_per_day=draw(st.sampled_from([0.0, 6.0, 6.4])),
        undated_renewal=draw(st.sampled_from(["business_days", "process_by"])),
    )


@st.composite
def cases(draw: Callable) -> tuple[World, Plan, int]:
    """A world, a plan for it, and a horizon in weeks."""
    world = draw(worlds())
    return world, draw(plans(world.as_of_on)), draw(st.sampled_from(WEEKS))
