"""The product and the reference agree, row for row, on phases, pauses and days over many hostile transitions."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from pipelines import policy as policies
from tests import agreement, builders, hostile_transitions, phase_agreement
from tests.hostile_transitions import AS_OF, Maker
from tests.reference import ledger
from tests.reference.cases import PROCESSES
from tests.reference.policy import Rules
from tests.transition_builders import Told, a_policy, sources_of

SHOWN = 15
FIXED = {seed: (60, as_of) for seed, as_of in enumerate(dict.fromkeys(AS_OF))}
"""Seeds with how many requests each draws, and the instant: one for each `as_of` of the generator."""
TURNED = {"clock_start": "submitted", "clock_stop": "resolved", "late_exclusion": "excluded", "undated_renewal": "process_by"}


@pytest.fixture(scope="module")
def policy(tmp_path_factory):
    """The product's policy with made-up sources."""
    return a_policy(tmp_path_factory.mktemp("made") / "policy")


def assert_agreed(connection, told: Told, policy: policies.Policy, rules: Rules | None = None) -> None:
    """No row of any table is different, but for days of clocks that stopped before they started."""
    exempt = [case.number for case in told.cases(sources_of(policy), rules) if ledger.is_exempt(case)]
    apart = phase_agreement.differences(connection, told.expected(sources_of(policy), rules), exempt)
    shown = "\n".join(apart[:SHOWN])
    assert not apart, f"{len(apart)} differences, as (product, reference):\n{shown}"


@pytest.mark.parametrize("seed", FIXED)
def test_no_table_differs(tmp_path, policy, seed):
    """"Two people with a calendar and this page must get the same number by hand." """
    told = Maker(seed, *FIXED[seed]).exports()
    connection = told.publish(tmp_path, policy)
    assert_agreed(connection, told, policy)
    assert_second_figure(connection)
    assert_phases_counted_once(connection, told, policy)


# Without shrinking: a difference names the request, whose rows are few.
@settings(max_examples=3, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=hostile_transitions.told(10, 40))
def test_no_table_differs_whatever_is_drawn(tmp_path_factory, policy, told):
    """The same for transitions that nobody chose."""
    assert_agreed(told.publish(tmp_path_factory.mktemp("drawn"), policy), told, policy)


def test_no_table_differs_on_the_other_clock(tmp_path):
    """Pauses and days are counted on the policy's clock, phases from the submission."""
    turned = a_policy(tmp_path / "policy", **TURNED)
    told = Maker(11, 90).exports()
    assert_agreed(told.publish(tmp_path, turned), told, turned, Rules(**TURNED))


def test_the_order_of_exports_and_of_their_rows_does_not_matter(tmp_path, policy):
    """A number is a function of what was landed, not of how it came."""
    told = Maker(12, 30).exports()
    backwards = replace(told, transitions={source: [rows[::-1] for rows in exports][::-1] for source, exports in told.transitions.items()})
    assert_agreed(backwards.publish(tmp_path, policy), told, policy)


def assert_second_figure(connection) -> None:
    """The cube without pauses is that of the policy's clock, with the second verdicts in the place of the first."""
    columns = ("service_option", "request_type", "department", "period_on", "is_due", "slo_outcome", "is_open_overdue", "elapsed_business_days")
    second = {row["number"]: row for row in builders.table(connection, "select * from facts.variant_clocks where clock_basis = 'without_pauses'")}
    rows = [row | second.get(row["number"], {}) for row in builders.table(connection, "select * from slo_outcomes")]
    wanted = Counter(tuple(agreement.plain(row[column]) for column in columns) for row in rows) if second else Counter()
    found = Counter()
    for row in builders.table(connection, "select * from slo_cube where clock_basis = 'without_pauses'"):
        found[tuple(agreement.plain(row[column]) for column in columns)] += row["request_count"]
    assert found == wanted


def assert_phases_counted_once(connection, told: Told, policy: policies.Policy) -> None:
    """The cube of phases counts each request once in each of its phases, beside its outcome."""
    of_request = ("service_option", "request_type", "department", "is_due", "slo_outcome", "is_open_overdue")
    of_phase = ("phase", "party", "position", "budget_business_days", "business_days", "clock_business_days")
    outcomes, wanted, found = {case.number: case.outcome for case in told.cases(sources_of(policy))}, Counter(), Counter()
    for row in told.expected(sources_of(policy)).phases:
        outcome = outcomes[row.number]
        values = [getattr(outcome, column) for column in of_request] + [getattr(row, column) for column in of_phase]
        wanted[(outcome.period_on.replace(day=1), *map(agreement.plain, values))] += 1
    for row in builders.table(connection, "select * from phase_cube"):
        found[tuple(agreement.plain(row[column]) for column in ("month_start_on", *of_request, *of_phase))] += row["request_count"]
    assert found == wanted


def test_the_generated_transitions_hold_every_case(policy):
    """An agreement on nothing proves nothing: every finding, phase, kind of day and fate of a pause occurs."""
    found = [told.expected(sources_of(policy)) for told in (Maker(seed, *drawn).exports() for seed, drawn in FIXED.items())]
    assert {finding for each in found for _, finding, *_ in each.findings} == {
        "out_of_order", "overlap", "missing_end", "gap", "reopened", "not_mapped", "unknown_request",
    }  # fmt: skip
    kinds = {row.day_kind for each in found for row in each.ledger}
    assert kinds == {"before_start", "day_zero", "counted", "weekend", "closure", "after_stop", "ahead", "not_started"}
    phases = {row.phase for each in found for row in each.phases}
    assert phases == {phase.phase for process in PROCESSES.values() for phase in process} | {"authority validation", "not recorded", "not mapped"}
    pauses = [row for each in found for row in each.pauses]
    assert {(row.is_credited, row.credited_business_days > 0) for row in pauses} == {(True, True), (True, False), (False, False)}
    assert {row.is_open for row in pauses} == {True, False}
    verdicts = [row.slo_outcome for each in found for row in each.variants]
    assert {"met", "missed", "open"} <= set(verdicts)
    assert {row.is_current for each in found for row in each.intervals} == {True, False}
    sources = {source for each in found for row in each.intervals for source, _ in row.tracks}
    assert sources == set(hostile_transitions.ALL)


def test_the_published_phases_are_those_of_the_policy():
    """"customer 1, review 2, issue 2", "customer 3, ..., install 3", "customer 1, review and completion 5 to 10"."""
    options = policies.load(policies.DEFAULT_FOLDER).options
    told = {option.id: [(each.phase, each.business_days, each.party) for each in option.phases] for option in options}
    assert told == {option: [(each.phase, each.budget, each.party) for each in process] for option, process in PROCESSES.items()}


def test_sums_hold_in_the_reference_itself(policy):
    """Phases add up to what elapsed from submission, the ledger to what elapsed on the clock, paused days to the credit."""
    told = Maker(13, 150).exports()
    wanted, on_submission = told.expected(sources_of(policy)), told.cases(sources_of(policy), Rules(clock_start="submitted"))
    elapsed = {case.number: case.outcome.elapsed_business_days for case in on_submission}
    for number in {row.number for row in wanted.phases}:
        assert sum(row.business_days for row in wanted.phases if row.number == number) == elapsed[number]
    for case in told.cases(sources_of(policy)):
        days = [row for row in wanted.ledger if row.number == case.number]
        if not ledger.is_exempt(case):
            assert sum(row.counted_days for row in days) == (case.outcome.elapsed_business_days or 0)
            credit = sum(row.credited_business_days for row in wanted.pauses if row.number == case.number)
            assert sum(row.paused_days for row in days) == credit
        phases = [row for row in wanted.phases if row.number == case.number]
        if phases and not ledger.is_exempt(case):
            assert sum(row.clock_business_days for row in phases) == (case.outcome.elapsed_business_days or 0)
