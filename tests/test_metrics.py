"""One registry of tables, dimensions and measures: names are checked, values are bound, nulls are asked for with an empty word."""

import pytest

from pipelines import metrics
from pipelines.errors import UserError
from tests import builders
from tests.builders import a_request


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """Six requests of three departments, one of them unknown, one hostile."""
    rows = [
        a_request("A1", department="Motor Vehicles", submitted_at="2026-09-01 10:00:00", closed_at="2026-09-02 10:00:00", state="completed"),
        a_request("A2", department="Motor Vehicles", submitted_at="2026-10-01 10:00:00", closed_at="2026-10-30 10:00:00", state="completed"),
        a_request("A3", department="", submitted_at="2026-10-01 10:00:00", closed_at="2026-10-02 10:00:00", state="completed"),
        a_request("A4", department="O'Hara; drop table slo_cube", submitted_at="2026-10-01 10:00:00", closed_at="2026-10-02 10:00:00", state="completed"),
        a_request("A5", department="Parks", service_option="inquiry", submitted_at="2026-10-05 10:00:00", closed_at="2026-10-06 10:00:00", state="completed"),
        a_request("A6", department="Parks", submitted_at="2026-11-19 10:00:00", closed_at="", state="open"),
    ]
    return builders.publish(tmp_path_factory.mktemp("metrics"), rows)


def rows(connection, query: metrics.Query) -> list[dict]:
    """The rows of a query by column name."""
    with connection.cursor() as cursor:
        found = cursor.execute(query.sql, list(query.parameters)).fetchall()
    return [dict(zip((column.name for column in query.columns), row, strict=True)) for row in found]


def numbers(connection, **where) -> list[str]:
    """Numbers of the outcomes that match."""
    return [row["number"] for row in rows(connection, metrics.select("slo_outcomes", where=where))]


def test_the_same_column_twice_means_or_different_ones_and(connection):
    assert numbers(connection, department=["Motor Vehicles", "Parks"]) == ["A1", "A2", "A5", "A6"]
    assert numbers(connection, department=["Motor Vehicles", "Parks"], service_option=["inquiry"]) == ["A5"]


def test_an_empty_value_means_null(connection):
    assert numbers(connection, department=[""]) == ["A3"]
    assert numbers(connection, department=["", "Parks"]) == ["A3", "A5", "A6"]


def test_values_are_bound_never_written_into_the_statement(connection):
    hostile = "O'Hara; drop table slo_cube"
    query = metrics.select("slo_outcomes", where={"department": [hostile]})
    assert hostile not in query.sql and hostile in query.parameters
    assert numbers(connection, department=[hostile]) == ["A4"]


def test_values_are_compared_as_the_text_that_export_writes(connection):
    assert numbers(connection, is_due=["true"], slo_outcome=["missed"]) == ["A2"]
    assert numbers(connection, due_on=["2026-10-08"]) == ["A2", "A3", "A4"]
    assert numbers(connection, closed_at=["2026-10-02T10:00:00-07:00"]) == ["A3", "A4"]


def test_periods_filter_rows_as_they_filter_the_statement(connection):
    assert numbers(connection, month=["2026-10"]) == ["A2", "A3", "A4", "A5"]
    assert numbers(connection, quarter=["2026-Q3"]) == ["A1"]
    assert numbers(connection, fiscal_year=["FY2026-27"]) == ["A1", "A2", "A3", "A4", "A5", "A6"]


@pytest.mark.parametrize("word", ["2026-13", "October", "2026-1", "", "FY2026-28", "2026-Q5", "0000-01", "9999-12"])
def test_a_period_that_is_none_gives_no_rows_and_never_all(connection, word):
    for dimension in ("month", "quarter", "fiscal_year"):
        assert numbers(connection, **{dimension: [word]}) == []


def test_no_accepted_value_gives_no_rows(connection):
    assert numbers(connection, department=[]) == []


def test_the_statement_filters_before_it_groups(connection):
    found = rows(connection, metrics.select("slo_attainment", by=["service_option"], where={"month": ["2026-10"]}))
    assert [(row["service_option"], row["met_count"], row["missed_count"]) for row in found] == [("inquiry", 1, 0), ("new_customer_install", 2, 1)]


def test_every_period_has_a_row_for_each_value_present(connection):
    found = rows(connection, metrics.select("slo_attainment", by=["service_option", "month"]))
    assert [row["month"] for row in found if row["service_option"] == "inquiry"] == ["2026-09", "2026-10", "2026-11"]


def test_the_statement_adds_up_over_every_cut(connection):
    counts = ("met_count", "missed_count", "met_not_yet_due_count", "open_count", "excluded_count", "not_measurable_count")
    for by in (["month"], ["quarter"], ["fiscal_year"], ["department", "month"], ["department", "request_type"], ["service_option", "quarter"]):
        assert sum(row[name] for row in rows(connection, metrics.select("slo_attainment", by=by)) for name in counts) == 6


def test_rows_come_in_the_order_asked_for_then_in_a_total_order(connection):
    query = metrics.select("slo_outcomes", order=[("department", True)], limit=2, offset=1)
    assert [row["number"] for row in rows(connection, query)] == ["A6", "A4"]


def test_late_misses_are_named_by_their_bucket(connection):
    assert numbers(connection, late=["over 10"]) == ["A2"]
    assert numbers(connection, late=["1", "still open"]) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"table": "slo_outcome"}, "slo_outcome: no such table. Tables: slo_attainment, slo_outcomes"),
        ({"table": "slo_attainment", "by": ["team"]}, "--by team: no such dimension of slo_attainment. Dimensions: service_option, request_type"),
        ({"table": "slo_attainment", "by": ["month", "month"]}, "--by month,month: a dimension is named twice"),
        ({"table": "slo_attainment", "where": {"number": ["A1"]}}, "--where number: no such dimension of slo_attainment"),
        ({"table": "slo_outcomes", "where": {"team": ["A1"]}}, "--where team: no such column of slo_outcomes. Columns: number, service_option"),
        ({"table": "slo_outcomes", "by": ["month"]}, "--by: slo_outcomes is a table of rows and cannot be grouped"),
        ({"table": "slo_outcomes", "order": [("1; drop", False)]}, "slo_outcomes: no column 1; drop to sort by"),
    ],
)
def test_a_name_outside_the_registry_is_an_error_that_lists_the_names(arguments, message):
    with pytest.raises(UserError) as error:
        metrics.select(**arguments)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize("table", metrics.TABLES)
def test_the_registry_names_the_columns_that_are_published(connection, table):
    with connection.cursor() as cursor:
        cursor.execute(f"select * from {metrics.TABLES[table].relation or table} limit 0")
        published = [column[0] for column in cursor.description]
    assert published == [column.name for column in metrics.TABLES[table].columns]
