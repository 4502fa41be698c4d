"""Selections that the time of requests allows: other clock bases of the statement, paths, phases over budget, changed verdicts, periods of the cube."""

import pytest

from pipelines import metrics, snapshots
from pipelines.errors import UserError
from tests.command_line import certboard
from tests.dashboard import missed_october
from tests.test_metrics import numbers, rows

STATEMENT = ("met_count", "missed_count", "excluded_count")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """Eight requests due in October 2026, counted by hand."""
    return missed_october.home(tmp_path_factory.mktemp("time"))


@pytest.fixture(scope="module")
def connection(home):
    return snapshots.open_read_only(snapshots.current(home))


@pytest.mark.parametrize(
    ("basis", "counts"), [("approved", (3, 4, 1)), ("submitted", (3, 4, 1)), ("without_pauses", (4, 3, 1)), ("as_exported", (2, 6, 0))]
)
def test_the_statement_can_be_asked_on_another_clock_basis(connection, basis, counts):
    """The second figures are the same statement on their own clock basis."""
    query = metrics.select("slo_attainment", by=["month"], where={"month": ["2026-10"], "clock_basis": [basis]})
    assert [tuple(row[name] for name in STATEMENT) for row in rows(connection, query)] == [counts]


def test_the_default_stays_the_policy_s_clock(connection):
    plain = rows(connection, metrics.select("slo_attainment", by=["month"]))
    assert plain == rows(connection, metrics.select("slo_attainment", by=["month"], where={"clock_basis": ["approved"]}))


@pytest.mark.parametrize("by", [[], ["month"], ["service_option", "month"], ["department"]])
def test_an_unknown_clock_basis_gives_no_rows(connection, by):
    """As for other filters: an unknown value is an empty result."""
    query = metrics.select("slo_attainment", by=by, where={"clock_basis": ["lunar"]})
    assert rows(connection, query) == [] and "lunar" not in query.sql


@pytest.mark.parametrize("bases", [["approved", "submitted"], []])
def test_figures_of_several_clock_bases_are_never_added_up(bases):
    """Values of one name are alternatives, but the sum of two figures means nothing."""
    with pytest.raises(UserError, match="a statement has one clock basis. Give one"):
        metrics.select("slo_attainment", where={"clock_basis": bases})


def test_requests_are_selected_by_the_path_they_took(connection):
    assert numbers(connection, path=["customer > review > issue"]) == ["MET", "SLOW"]
    assert numbers(connection, path=["customer > review > issue"], slo_outcome=["missed"]) == ["SLOW"]
    assert numbers(connection, path=["x' or 1=1 --"]) == numbers(connection, path=[]) == []


def test_requests_are_selected_by_a_phase_over_its_budget(connection):
    """PAUSED waited for its customer 4 of 1 business days, LONG 4 of 3; SLOW was in review 4 of 2."""
    assert numbers(connection, over_budget_phase=["customer"]) == ["LONG", "PAUSED"]
    assert numbers(connection, over_budget_phase=["review", "install"]) == ["LONG", "SLOW"]


def test_requests_are_selected_by_the_clock_basis_that_changes_their_outcome(connection):
    assert numbers(connection, changed_by=["without_pauses"]) == ["PAUSED"]
    assert numbers(connection, changed_by=["as_exported"]) == ["DECLARED", "FIXED"]
    assert numbers(connection, changed_by=["submitted"]) == numbers(connection, changed_by=["lunar"]) == []


def test_the_cube_of_phases_is_filtered_by_period_as_the_statement_is(connection):
    """Its rows have a month instead of a day."""
    for where, count in (({"month": ["2026-10"]}, 4), ({"quarter": ["2026-Q4"]}, 5), ({"fiscal_year": ["FY2026-27"]}, 5), ({"month": ["2026-09"]}, 0)):
        found = rows(connection, metrics.select("phase_cube", where={**where, "phase": ["review"]}))
        assert sum(row["request_count"] for row in found) == count


def test_the_command_exports_the_other_figures(home):
    """`certboard export slo_attainment --where clock_basis=without_pauses`, as the README says."""
    arguments = ("export", "slo_attainment", "--by", "month", "--where", "month=2026-10", "--where", "clock_basis=without_pauses", "--home", home)
    assert certboard(*arguments, folder=home).stdout.splitlines()[1].startswith("2026-10,4,3,")
