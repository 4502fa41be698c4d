"""A RITM whose parent Case is loaded is not counted again."""

import pytest

from tests import builders
from tests.builders import a_request


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> list[str]:
    """The numbers that have an outcome."""
    rows = [
        a_request("CS1"),
        a_request("RITM1", parent_number="CS1"),
        a_request("RITM2", parent_number="CS2"),
        a_request("RITM3", parent_number="RITM3"),
        a_request("RITM4", parent_number="RITM5"),
        a_request("RITM5", parent_number="RITM4"),
        a_request("CS9", submitted_at="2026-12-20 10:00:00"),
        a_request("RITM9", parent_number="CS9"),
    ]
    connection = builders.publish(tmp_path_factory.mktemp("parents"), rows, as_of="2026-12-01T12:00:00")
    return [number for (number,) in connection.execute("select number from slo_outcomes order by number").fetchall()]


def test_a_child_of_a_loaded_case_is_its_work(counted):
    assert "CS1" in counted and "RITM1" not in counted


def test_a_child_of_an_unknown_case_is_counted(counted):
    assert "RITM2" in counted


def test_a_request_that_names_itself_is_counted(counted):
    assert "RITM3" in counted


def test_of_two_that_name_each_other_one_is_counted(counted):
    assert "RITM4" in counted and "RITM5" not in counted


def test_a_case_that_is_submitted_later_takes_nothing_away(counted):
    """Events later than as_of have not happened: the case does not exist yet."""
    assert "CS9" not in counted and "RITM9" in counted


def test_a_chain_or_a_circle_of_parents_stops_nothing_and_is_remarked(tmp_path):
    """The shape of a free column is the source's affair: it is published, with a remark."""
    rows = [a_request(a, parent_number=b) for a, b in (("A", "B"), ("B", "C"), ("C", ""), ("X", "Y"), ("Y", "Z"), ("Z", "X"))]
    connection = builders.publish(tmp_path, rows)
    assert connection.execute("select number from slo_outcomes").fetchall() == [("C",)]
    found = dict(connection.execute("select name, offender_count from checks").fetchall())
    assert found["every_parent_is_counted_itself"] == 4
