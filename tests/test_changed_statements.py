"""What differs between two statements although no request counts otherwise: the objective, its status, attainment without pauses, departments."""

import pytest

from pipelines import differences
from pipelines.commands import comparing
from tests import transition_builders
from tests.builders import a_request
from tests.comparisons import CLOSED, OPEN, Desk, asked, changes, news
from tests.transition_builders import a_transition

OBJECTIVE = "slo.yaml", "objective_basis_points: 9500", "objective_basis_points: 5000"
LATE = {"number": "LATE", "closed_at": "2026-10-13 16:00:00", "updated_at": "2026-10-13 16:00:00"}
CORRECTIONS = """
- {id: C-1, number: LATE, field: department, value: "Department of Motor Vehicles", expect: "Department of Sample",
   reason: a test, reported_on: 2026-10-16, reported_by: service manager}
- {id: C-2, number: RITM1, field: request_type, value: "Other", expect: "", reason: a test, reported_on: 2026-10-16, reported_by: service manager}
"""


@pytest.fixture
def desk(tmp_path) -> Desk:
    """One met and one missed, both due Mon 2026-10-12."""
    return Desk(tmp_path).land("one.csv", CLOSED, CLOSED | LATE, news("2026-10-20 12:00:00"))


def lines(old, new) -> tuple[list[str], str | None]:
    """What is printed of each month, and the policy files that are named; no request changed."""
    assert changes(old, new) == {}
    with differences.compare(old, new) as connection:
        (run,) = asked(connection, differences.RUNS)
        return [comparing.line(month, "") for month in asked(connection, differences.MONTHS)], run["changed_files"]


def test_another_objective_changes_the_status_and_the_misses_that_are_allowed(desk):
    """Of two, 50 % allows one; the option of the other requests and their months have nothing to say but the objective."""
    old = desk.build()
    assert lines(old, desk.edit(*OBJECTIVE).build()) == (
        [
            "new_customer_install 2026-01: attainment 100.0 % (1 of 1) as before, objective 95 % -> 50 %",
            "new_customer_install 2026-10: attainment 50.0 % (1 of 2) as before, objective 95 % -> 50 %, status missed -> met, allowed misses 0 -> 1",
        ],
        "slo.yaml",
    )


@pytest.mark.parametrize(("basis_points", "status"), [(5000, "met"), (5001, "missed")])
def test_the_status_is_that_of_the_statement(desk, basis_points, status):
    """Attainment of exactly the objective reaches it."""
    old = desk.build()
    new = desk.edit(OBJECTIVE[0], OBJECTIVE[1], f"objective_basis_points: {basis_points}").build()
    with differences.compare(old, new) as connection:
        row = asked(connection, differences.MONTHS)[-1]
    assert (row["slo_status_old"], row["slo_status_new"], row["objective_basis_points_new"]) == ("missed", status, basis_points)


def test_every_policy_file_that_changed_is_named_and_departments_and_types_are_counted(desk):
    """Figures by department and by request type differ, and the file that made it so decides no outcome."""
    old = desk.build()
    (desk.policy / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    new = desk.edit("effort.csv", "default", "a default").build()
    line = "new_customer_install 2026-10: attainment 50.0 % (1 of 2) as before, 2 for another department or request type"
    assert lines(old, new) == ([line], "corrections.yaml, effort.csv")
    assert lines(new, old) == ([line], "corrections.yaml, effort.csv")


def test_pauses_change_the_second_figure_alone(desk):
    """LATE waited for the customer from the 8th to the 9th: without that, it is met a day late."""
    old = desk.build()
    pause = a_transition("LATE", "pause", "2026-10-08 09:00:00", "2026-10-09 09:30:00")
    new = desk.take(transition_builders.written(desk.folder, transition_builders.CONTRACT, "transitions.csv", [pause])).build()
    line = "new_customer_install 2026-10: attainment 50.0 % (1 of 2) as before, without pauses 50.0 % (1 of 2) -> 100.0 % (2 of 2)"
    assert lines(old, new) == ([line], None)


def test_where_the_counts_change_too_only_what_they_do_not_say_is_added(desk):
    """Without pauses it is the same figure, so it goes without saying."""
    old = desk.land("open.csv", OPEN | {"number": "OPEN"}, a_request("ELSE", "2026-10-05 09:00:00", service_option="inquiry")).build()
    new = desk.land("more.csv", CLOSED | {"number": "OPEN"}).build()
    with differences.compare(old, new) as connection:
        (month,) = asked(connection, differences.MONTHS)
    assert comparing.line(month, "1 by a late export") == (
        "new_customer_install 2026-10: met 1 -> 2, missed 2 -> 1, open overdue 1 -> 0, attainment 33.3 % (1 of 3) -> 66.7 % (2 of 3); 1 by a late export"
    )


def test_the_same_twice_has_nothing_to_list(desk):
    assert lines(desk.build(), desk.build("2026-10-20 12:30:00")) == ([], None)
