"""The numbers of page 6: table, file and published table are the same; what the page works out itself is what the build publishes."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pytest

from dashboard import capacity_ahead, capacity_periods, capacity_words, levelling_plan, outlook, queries
from pipelines import metrics, reports, snapshots
from pipelines.forecast import reading
from pipelines.forecast.publishing import PLANNED_WEEKS


@pytest.fixture(scope="module")
def path(sample_home) -> Path:
    """The snapshot of the sample."""
    return snapshots.current(sample_home)


def rows_of(path: Path, query: metrics.Query) -> list[dict[str, str]]:
    """The file that the page offers, read again."""
    return list(csv.DictReader(io.StringIO(reports.content(path, query, "csv").decode())))


@pytest.mark.parametrize("scenario", ["as_published", "half_automated", "early_47"])
@pytest.mark.parametrize("weeks", [26, 52])
def test_table_file_and_published_table_are_the_same(path, scenario, weeks):
    """An unchanged scenario: the file is what `export` writes, and the table on the page says the same."""
    chosen = next(each for each in outlook.scenarios(path) if each.id == scenario)
    shown = outlook.outlook(path, chosen, weeks)
    assert shown.is_published
    found = rows_of(path, capacity_periods.week_query(shown))
    exported = rows_of(path, metrics.select("renewal_forecast", where={"scenario": [scenario], "service_option": ["all"]}))
    assert found == exported[:weeks] and len(found) == weeks
    says_the_same(capacity_periods.week_table(capacity_periods.weeks(path, shown, date(2026, 11, 20))), found)


@pytest.mark.parametrize("changes", [{"staff": 5.0}, {"lead_days": 30, "automated_ratio": 0.25}])
def test_the_file_of_a_what_if_has_the_same_columns_and_says_what_the_table_says(path, changes):
    scenario = outlook.scenarios(path)[0].model_copy(update={**changes, "id": "what_if"})
    shown = outlook.outlook(path, scenario, 26)
    assert not shown.is_published
    found = rows_of(path, capacity_periods.week_query(shown))
    published = rows_of(path, metrics.select("renewal_forecast", limit=1))
    assert list(found[0]) == list(published[0]) and {row["scenario"] for row in found} == {"what_if"}
    says_the_same(capacity_periods.week_table(capacity_periods.weeks(path, shown, date(2026, 11, 20))), found)
    every = rows_of(path, capacity_periods.week_query(shown, ()))
    assert len(every) == 26 * len(shown.lines)
    assert [row for row in every if row["service_option"] == "all"] == found


def says_the_same(table, rows: list[dict[str, str]]) -> None:
    """A table on the page and the rows of its file."""
    assert len(table) == len(rows)
    for shown, row in zip(table.itertuples(index=False), rows, strict=True):
        printed = capacity_words.compared(float(row["expected_hours"]), float(row["capacity_hours"]))
        assert shown[0].startswith(row["period_start_on"])
        assert (shown[1], shown[3]) == (printed.hours, printed.capacity)
        assert shown[2] == capacity_words.between(float(row["low_80_hours"]), float(row["high_80_hours"]))


def test_months_are_averages_of_their_whole_weeks(path):
    """37 rows on the page and in the file; sums over the weeks agree with the weeks themselves; the range holds the expectation."""
    shown = outlook.outlook(path, outlook.scenarios(path)[0], 156, with_runs=True)
    frame = capacity_periods.months(path, shown)
    rows = rows_of(path, capacity_periods.month_query(shown, frame))
    assert len(rows) == len(frame) == len(capacity_periods.month_table(frame)) == 37
    assert frame["week_count"].sum() == 155 and frame["over_count"].sum() == len(shown.weeks_over)
    for name, values in (("hours", shown.hours), ("capacity", shown.capacity_hours), ("renewal", shown.of_kind("renewal"))):
        assert (frame[name] * frame["week_count"]).sum() == pytest.approx(values[1:].sum())
    assert ((frame["low"] <= frame["hours"]) & (frame["hours"] <= frame["high"])).all()


def test_the_model_gives_what_is_published(path):
    """The page may run the model itself: the same numbers as the build's."""
    base = outlook.scenarios(path)[0]
    live, published = (outlook.outlook(path, base, 156, with_runs=with_runs) for with_runs in (True, False))
    for one, other in zip(live.lines, published.lines, strict=True):
        for name in ("expected_hours", "low_80_hours", "high_80_hours", "open_count", "lapse_count"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(live.capacity_hours, published.capacity_hours)


def test_the_order_of_rows_changes_no_number(path):
    """"The snapshot is a pure function": the seeded runs draw in the order of the inputs, so that must not be the order in which rows lie."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as told (read_only)")
        for (name,) in connection.execute("select table_name from duckdb_tables() where database_name = 'told' and schema_name = 'main'").fetchall():
            connection.execute(f"create table {name} as select * from told.main.{name} order by hash(rowid)")
        shuffled = reading.inputs(lambda query: connection.execute(query).fetchnumpy())
    inputs = outlook.inputs(path)
    for name in ("option", "day", "validity_days", "count"):
        np.testing.assert_array_equal(getattr(shuffled.cohorts, name), getattr(inputs.cohorts, name))
    assert (shuffled.covered, shuffled.open_work) == (inputs.covered, inputs.open_work)


def test_a_change_of_staff_alone_changes_no_work(path):
    base = outlook.scenarios(path)[0]
    more = outlook.outlook(path, base.model_copy(update={"staff": 2 * base.staff}), 26)
    before = outlook.outlook(path, base, 26)
    np.testing.assert_array_equal(more.hours, before.hours)
    np.testing.assert_allclose(more.capacity_hours, 2 * before.capacity_hours)


@pytest.mark.parametrize("weeks", [26, 52])
def test_the_staff_that_is_needed_leaves_no_week_over_and_a_tenth_less_does(path, weeks):
    """The smallest staff in steps of 0.1 with which no whole week is over."""
    for scenario in outlook.scenarios(path):
        needed = outlook.staff_needed(path, scenario, weeks)
        assert outlook.weeks_over(path, scenario.model_copy(update={"staff": needed}), weeks) == 0
        assert outlook.weeks_over(path, scenario.model_copy(update={"staff": needed - 0.1}), weeks) > 0


def test_the_next_12_months_are_the_first_52_published_weeks(path):
    for scenario in outlook.scenarios(path):
        frame = queries.table(path, "renewal_forecast", {"scenario": [scenario.id]})
        last = frame["period_start_on"].min() + timedelta(weeks=51)
        frame = frame[frame["period_start_on"] <= last]
        year = outlook.year(path, scenario)
        assert year.renewal_count == pytest.approx(frame[frame["kind"] == "renewal"]["expected_count"].sum())
        assert year.hours == pytest.approx(frame[frame["kind"] == "all"]["expected_hours"].sum())
        live = outlook.mean(path, scenario, 52)
        assert live.mean.days.by_week(live.mean.hours).sum() == pytest.approx(year.hours)


def test_closures_are_named_in_the_week_in_which_they_are(path):
    shown = outlook.outlook(path, outlook.scenarios(path)[0], 4)
    closed = capacity_periods.closures(path, shown, date(2026, 11, 20))
    assert closed[0] == "" and closed[1].startswith("Thanksgiving Day 2026-11-26, ") and closed[2:] == ["", ""]


def test_rows_that_no_table_holds_are_written_with_their_kinds(path):
    """The product's own writer: dates, numbers, missing values, and cells that look like formulas made harmless."""
    shape = metrics.select("forecast_assumptions").columns
    rows = [(1, "=1+1", "-2", True, "@x"), (2, "plain, with a comma", "b", False, "")]
    found = rows_of(path, capacity_periods.rows_query(rows, shape))
    assert [list(row.values()) for row in found] == [["1", "'=1+1", "'-2", "true", "'@x"], ["2", "plain, with a comma", "b", "false", ""]]


# Levelling


def test_a_plan_takes_hours_from_weeks_over_capacity_and_loses_none(path):
    """Before and after bars: moved hours stay in the weeks of the plan, no week gets over its capacity by the plan, and no whole week more is over."""
    scenario = outlook.scenarios(path)[0].model_copy(update={"staff": 3.5, "id": "what_if"})
    found = levelling_plan.worked_out(path, scenario)
    assert found.moves and found.missing(found.after) < found.missing(found.before)
    assert found.weeks_over(found.after) <= found.weeks_over(found.before)
    np.testing.assert_allclose(found.before, outlook.outlook(path, scenario, PLANNED_WEEKS).hours)
    assert all(week < PLANNED_WEEKS for week in found.changed)


def test_the_published_plan_is_the_one_that_would_be_worked_out(path):
    """The base scenario: rows of `levelling_plan`, and the same weeks before and after."""
    base = outlook.scenarios(path)[0]
    published, live = levelling_plan.published(path), levelling_plan.worked_out(path, base)
    assert rows_of(path, published.query) == rows_of(path, metrics.select("levelling_plan"))
    np.testing.assert_allclose(published.before, live.before)
    assert published.missing(published.after) == pytest.approx(live.missing(live.after), abs=0.5)


def test_the_file_of_a_plan_has_a_row_per_renewal_and_its_calendar_an_event(path):
    """Download plan (CSV) and (ICS): as many rows and events as the sentence counts."""
    scenario = outlook.scenarios(path)[0].model_copy(update={"staff": 3.5, "id": "what_if"})
    found = levelling_plan.worked_out(path, scenario)
    rows = rows_of(path, found.query)
    assert [row["certificate"] for row in rows] == [move.certificate for move in found.moves]
    assert sum(float(row["validity_days_given_up"]) for row in rows) == pytest.approx(found.days_given_up)
    events = list(levelling_plan.events(found.moves))
    assert len({each.uid for each in events}) == len(rows) and all(move.submit_on <= move.submit_by_on for move in found.moves)


@pytest.mark.parametrize(
    ("days", "words"), [(0, "0 validity days"), (0.4, "less than one validity day"), (1.2, "1 validity day"), (112.4, "112 validity days")]
)
def test_what_a_plan_costs(days, words):
    assert levelling_plan.cost(days) == words


# Attainment ahead


def test_attainment_ahead_of_the_base_is_the_published_table(path):
    """The months that end within the weeks shown, by option and all together."""
    base = outlook.scenarios(path)[0]
    rows, query = capacity_ahead.months(path, base, 26)
    exported = rows_of(path, metrics.select("attainment_forecast", where={"scenario": [base.id]}))
    found = rows_of(path, query)
    assert found == [row for row in exported if row["month"] <= "2027-04"] and len(rows) == len(found) > 0


def test_attainment_of_a_what_if_has_the_same_months_and_columns(path):
    """Without any staff nothing is met; the columns are those of the published table."""
    base = outlook.scenarios(path)[0]
    nobody, query = capacity_ahead.months(path, base.model_copy(update={"staff": 0.0, "id": "what_if"}), 26)
    published, of_base = capacity_ahead.months(path, base, 26)
    assert [(row.month, row.service_option) for row in nobody] == [(row.month, row.service_option) for row in published]
    assert [each.name for each in query.columns] == [each.name for each in of_base.columns]
    assert all(row.carried_count == pytest.approx(0, abs=1e-6) for row in nobody) and any(row.carried_count > 1 for row in published)
    for one, other in zip(nobody, published, strict=True):
        assert one.request_count == pytest.approx(other.request_count, rel=0.01, abs=1e-6)
