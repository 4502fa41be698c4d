"""The product and the reference agree on thousands of hostile requests, to the row; and on every day of the calendar."""

import ast
from collections import Counter
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import business_calendar, metrics, policy
from tests import agreement, builders, hostile_requests
from tests.reference import attainment, business_days, clock, closures
from tests.reference.policy import OPTIONS, Option, Rules

FIRST, LAST = date(2015, 1, 1), date(2040, 12, 31)


class Variant(NamedTuple):
    """A build: which requests, the instant, and the policy's choices."""

    seed: int
    requests: int
    as_of: str | None = None
    policy: tuple[tuple[str, str], ...] = ()


VARIANTS = {
    "as the defaults have it": Variant(1, 1800),
    "at a past instant": Variant(2, 1000, "2026-03-13 16:59:59"),
    "at the end of a past day": Variant(3, 600, "2025-11-26 00:00:00"),
    "when the exports have grown stale": Variant(7, 400, "2027-05-03 09:00:00"),
    "with every choice of the policy turned": Variant(
        4, 800, "2026-12-31 23:59:59",
        (
            ("clock_start", "submitted"), ("clock_stop", "resolved"),
            ("undated_renewal", "process_by"), ("late_exclusion", "excluded"),
        ),
    ),
    "with the clock stopped at the issue": Variant(5, 400, None, (("clock_stop", "issued"),)),
}  # fmt: skip
CUTS = (
    ("service_option", "month"),
    ("service_option", "quarter"),
    ("department", "fiscal_year"),
    ("request_type", "department", "month"),
    ("month",),
    ("fiscal_year", "service_option"),
    ("service_option",),
    ("department", "request_type"),
)


class Judged(NamedTuple):
    """One variant judged twice."""

    connection: object
    expected: dict
    as_of: object
    known_through_on: date
    rules: Rules


@pytest.fixture(scope="module", params=VARIANTS.values(), ids=[name.replace(" ", "_") for name in VARIANTS])
def judged(request, tmp_path_factory):
    variant: Variant = request.param
    folder, changes = tmp_path_factory.mktemp("agreement"), dict(variant.policy)
    exports = hostile_requests.exports(variant.seed, variant.requests)
    chosen = builders.a_policy(folder / "policy", **changes)
    connection = builders.publish(folder, *exports, as_of=variant.as_of, policy=chosen)
    as_of = builders.local(variant.as_of) if variant.as_of else None
    return Judged(connection, *agreement.expected(exports, as_of, Rules(**changes)), Rules(**changes))


def test_no_request_is_judged_differently(judged):
    """"Two people with a calendar and this page must get the same number by hand." """
    apart = agreement.all_differences(agreement.published(judged.connection), judged.expected)
    shown = "\n".join(f"{key}: {columns}" for key, columns in sorted(apart.items())[:12])
    assert not apart, f"{len(apart)} of {len(judged.expected)} differ, as (product, reference):\n{shown}"


def test_the_snapshot_names_the_same_instant_and_reach(judged):
    """"Default: the newest event timestamp among the request exports"; "pages show both dates"."""
    (found,) = builders.table(judged.connection, "select as_of_at, as_of_on, known_through_on from run_params")
    assert found["as_of_at"] == agreement.plain(judged.as_of)
    assert found["as_of_on"] == clock.local_on(judged.as_of)
    assert found["known_through_on"] == judged.known_through_on


@pytest.mark.parametrize("by", CUTS, ids="-".join)
def test_no_statement_differs(judged, by):
    """"The only source of every attainment figure" gives what a count over the requests gives, in the documented order."""
    basis = judged.rules.clock_start
    requests = [outcome for (_, each), outcome in judged.expected.items() if each == basis]
    wanted = attainment.statements(requests, by, clock.local_on(judged.as_of), judged.known_through_on, judged.rules)
    rows = builders.statement(judged.connection, *by)
    found = {tuple(row[name] for name in by): row for row in rows}
    assert found.keys() == wanted.keys()
    for key, statement in wanted.items():
        assert_same(key, found[key], asdict(statement))
    assert list(found) == sorted(found, key=lambda key: [(value is None, value or "") for value in key])


def test_the_other_clock_has_a_statement_too(judged):
    """"The other basis is shown beside the headline." """
    (basis,) = set(agreement.BASES) - {judged.rules.clock_start}
    requests = [outcome for (_, each), outcome in judged.expected.items() if each == basis]
    by = ("service_option", "month")
    wanted = attainment.statements(requests, by, clock.local_on(judged.as_of), judged.known_through_on, judged.rules)
    query = metrics.select("slo_attainment", by=by, clock_basis=basis)
    found = {(row["service_option"], row["month"]): row for row in builders.table(judged.connection, query.sql, query.parameters)}
    assert found.keys() == wanted.keys()
    for key, statement in wanted.items():
        assert_same(key, found[key], asdict(statement))


def test_the_cube_holds_every_request_of_both_clocks_once(judged):
    """"`slo_cube`: clock_basis, service_option, request_type, department, period_on, is_due, slo_outcome, is_open_overdue,
    elapsed_business_days, request_count: the only source of every attainment figure". """
    columns = (
        *("service_option", "request_type", "department", "period_on", "is_due", "slo_outcome", "is_open_overdue"),
        *("elapsed_business_days", "due_rule", "late_business_days"),
    )
    wanted = Counter(
        (basis, *(agreement.plain(getattr(outcome, column)) for column in columns))
        for (_, basis), outcome in judged.expected.items()
    )
    rows = builders.table(judged.connection, "select * from slo_cube")
    assert len({tuple(row[column] for column in row if column != "request_count") for row in rows}) == len(rows)
    found = Counter()
    for row in rows:
        found[(row["clock_basis"], *(row[column] for column in columns))] += row["request_count"]
    assert found == wanted


def assert_same(key: tuple, row: dict, statement: dict) -> None:
    for column, value in statement.items():
        same = row[column] == (pytest.approx(value, rel=1e-12, abs=1e-12) if isinstance(value, float) else value)
        assert same, f"{key} {column}: product {row[column]}, reference {value}"


@pytest.mark.parametrize("where", [{"department": [""]}, {"service_option": ["inquiry", "new_cdt_install"]}, {"month": ["2026-03"]}])
def test_a_filter_applies_before_the_grouping(judged, where):
    """"`--where` on an aggregate names a dimension and filters requests *before* grouping"; "`COLUMN=` means null"."""
    ((name, accepted),) = where.items()
    basis, by = judged.rules.clock_start, ("department", "month")
    requests = [
        outcome
        for (_, each), outcome in judged.expected.items()
        if each == basis
        and (attainment.period("month", outcome.period_on) if name == "month" else getattr(outcome, name)) in accepted
    ]
    wanted = attainment.statements(requests, by, clock.local_on(judged.as_of), judged.known_through_on, judged.rules)
    if name == "month":
        wanted = {key: statement for key, statement in wanted.items() if key[1] in accepted}
    found = {(row["department"], row["month"]): row for row in builders.statement(judged.connection, *by, **where)}
    assert found.keys() == wanted.keys()
    for key, statement in wanted.items():
        assert_same(key, found[key], asdict(statement))


def test_options_with_different_objectives_have_no_common_target(tmp_path):
    """A budget over requests of different promises would be nobody's: "no_target" where the options of a row differ."""
    rules = Rules(options=MappingProxyType({**OPTIONS, "inquiry": Option(10, objective_basis_points=8000)}))
    folder = tmp_path / "policy"
    chosen = builders.a_policy(folder, late_exclusion="missed")
    text = (folder / "slo.yaml").read_text(encoding="utf-8")
    before, after = text.split("  - id: inquiry\n")
    after = after.replace("objective_basis_points: 9500", "objective_basis_points: 8000", 1)
    (folder / "slo.yaml").write_text(f"{before}  - id: inquiry\n{after}", encoding="utf-8")
    chosen = policy.load(folder)
    exports = hostile_requests.exports(6, 250)
    connection = builders.publish(tmp_path, *exports, policy=chosen)
    expected, as_of, known_through_on = agreement.expected(exports, None, rules)
    requests = [outcome for (_, basis), outcome in expected.items() if basis == "approved"]
    for by in (("department", "month"), ("service_option", "month"), ("month",)):
        wanted = attainment.statements(requests, by, clock.local_on(as_of), known_through_on, rules)
        found = {tuple(row[name] for name in by): row for row in builders.statement(connection, *by)}
        assert found.keys() == wanted.keys()
        for key, statement in wanted.items():
            assert_same(key, found[key], asdict(statement))


# The calendar


@pytest.fixture(scope="module")
def calendar():
    rules = policy.load(policy.DEFAULT_FOLDER)
    days = business_calendar.calendar_days({each.closed_on: each.name for each in rules.closures}, rules.calendar.weekend_numbers)
    return {day.on_date: day for day in days}


def test_the_closures_of_the_policy_are_those_of_the_code():
    """"`data/policy/closures.csv` holds them for 2015 to 2040"; "a test derives the list again from the rule"."""
    rules = policy.load(policy.DEFAULT_FOLDER)
    derived = {day for year in range(FIRST.year, LAST.year + 1) for day in closures.closures(year)}
    assert {each.closed_on for each in rules.closures} == derived
    assert (rules.calendar.closures_from, rules.calendar.closures_through) == (FIRST, LAST)


def test_the_weekday_closures_per_year_are_those_that_the_rules_state():
    """"Weekday closures per year, 2023 to 2028: 11, 11, 11, 10, 10, 10." """
    assert [len(closures.closures(year)) for year in range(2023, 2029)] == [11, 11, 11, 10, 10, 10]


def test_the_days_that_other_lists_close_are_business_days():
    """"It closes Juneteenth, Susan B. Anthony Day, Diwali, Fri 2026-07-03, Fri 2027-12-24, Fri 2027-12-31"; wrongly."""
    for day in ("2026-06-19", "2027-06-18", "2025-02-15", "2026-07-03", "2027-12-24", "2027-12-31", "2025-10-20"):
        assert not closures.is_closed(date.fromisoformat(day))


def test_the_examples_of_the_rules_hold():
    """"Start Thu 2026-11-19, target 5: due Mon 2026-11-30", and the two that follow it."""
    due = {start: business_days.due_on(date.fromisoformat(start), 5) for start in ("2026-11-19", "2026-06-29", "2026-11-21")}
    assert list(due.values()) == [date(2026, 11, 30), date(2026, 7, 6), date(2026, 12, 1)]


def test_every_day_has_the_ordinals_found_by_counting(calendar):
    """"`floor_ord(d)` = number of business days on or before `d` (from a fixed epoch)", differences being what counts."""
    counted = business_days.ordinals(FIRST, LAST)
    shift = calendar[FIRST].floor_ord - counted[FIRST][0]
    for day, (floor, ceil) in counted.items():
        assert (calendar[day].floor_ord, calendar[day].ceil_ord) == (floor + shift, ceil + shift), day
        assert calendar[day].is_business_day == business_days.is_business_day(day), day
        assert (calendar[day].closure_name is not None) == closures.is_closed(day), day


DAYS = st.dates(FIRST, date(2040, 6, 30))


@given(start=DAYS, target=st.integers(1, 60))
def test_the_due_date_by_ordinal_is_the_one_found_by_walking(calendar, start, target):
    """"`business_days_due_on` = the business day whose ordinal is `floor_ord(start) + target`." """
    wanted = business_days.due_on(start, target)
    assert calendar[wanted].is_business_day
    assert calendar[wanted].floor_ord == calendar[start].floor_ord + target


@given(start=DAYS, span=st.integers(-20, 120), target=st.integers(1, 20))
def test_in_time_and_within_target_are_the_same(calendar, start, span, target):
    """"So `stop <= due_on` exactly when `elapsed <= target`, weekends included." """
    stop = start + timedelta(days=span)
    elapsed = 0 if start == stop else calendar[stop].ceil_ord - calendar[start].floor_ord
    assert elapsed == business_days.elapsed(start, stop)
    assert (stop <= business_days.due_on(start, target)) == (elapsed <= target)


def test_the_reference_imports_nothing_of_the_product():
    """"An independent reference in `tests/reference/` that imports nothing from `pipelines`." """
    allowed = {"collections", "dataclasses", "datetime", "fractions", "functools", "math", "types", "zoneinfo"}
    for path in (Path(__file__).parent / "reference").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {name.name.split(".")[0] for name in node.names} <= allowed, path.name
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or node.module.split(".")[0] in allowed, path.name
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"__import__", "eval", "exec"}, path.name
