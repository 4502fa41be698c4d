"""Page 6, run through the entry script: every control, two scenarios, no data, little data."""

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboard import capacity_past, capacity_words, warehouse
from pipelines import build, landing, policy, snapshots
from tests import builders
from tests.dashboard.conftest import words


@pytest.fixture(scope="module")
def one_certificate_home(tmp_path_factory) -> Path:
    """A single certificate and nothing else."""
    folder = tmp_path_factory.mktemp("one")
    (folder / "scan.csv").write_text("host,expires\nweb.dmv.ca.gov,2027-01-15\n", encoding="utf-8")
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(folder / "home", [folder / "scan.csv"], rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules, as_of=builders.local("2026-11-20 12:00:00"))
    return folder / "home"


@pytest.fixture(scope="module")
def older_home(tmp_path_factory, bare_home) -> Path:
    """A snapshot of a version that knew no forecast."""
    home = tmp_path_factory.mktemp("older")
    source = snapshots.current(bare_home)
    (home / "snapshots").mkdir()
    copy = home / "snapshots" / source.name
    shutil.copy(source, copy)
    with duckdb.connect(str(copy)) as connection:
        for table in ("renewal_forecast", "policy_scenarios", "forecast_backtest", "lifetime_fit", "attainment_forecast", "forecast_assumptions"):
            connection.execute(f"drop table if exists {table}")
    (home / "CURRENT").write_text(copy.name + "\n", encoding="utf-8")
    return home


def verdict(app: AppTest) -> str:
    return app.header[0].value.replace("\\", "").replace("\u00a0", " ").replace("\u2060", "")


def field(app: AppTest, label: str):
    """A number field or a choice by its label."""
    return next(each for each in [*app.number_input, *app.selectbox, *app.date_input] if each.label == label)


def address(app: AppTest) -> dict[str, str]:
    """The page's own keys of the address."""
    values = {key: app.query_params[key] for key in app.query_params if key not in ("grain", "period")}
    return {key: value if isinstance(value, str) else value[-1] for key, value in values.items()}


# The page


def test_the_page_begins_with_its_verdict_and_says_what_it_is_of(open_app, sample_home):
    app = open_app(sample_home, "capacity")
    assert not app.exception and not app.error
    text = words(app)
    assert verdict(app).startswith(("First week over capacity: Mon ", "No week exceeds capacity before Mon "))
    assert "The work of the whole team in the 26 weeks from Mon 2026-11-16: As published." in text
    assert "C a week with closed days, named in the table." in text and "Lines: 100-day certificates issued from Mon 2027-03-15." in text


def test_the_filters_say_why_they_are_not_used(open_app, sample_home):
    """A filter that a page cannot use stays visible, disabled, with the reason."""
    app = open_app(sample_home, "capacity")
    assert all(each.disabled and each.help == "Not used on this page: it counts the work of the whole team." for each in app.sidebar.multiselect)


@pytest.mark.parametrize("home", ["sample_home", "bare_home", "certificates_home", "one_certificate_home", "hostile_home"])
@pytest.mark.parametrize("weeks", ["26", "156"])
def test_no_part_fails_whatever_is_loaded(open_app, request, home, weeks):
    """Requests alone, certificates alone, a single certificate, hostile names; weeks and months."""
    app = open_app(request.getfixturevalue(home), "capacity", weeks=weeks, lead="20")
    assert not app.exception and not app.error
    assert len(app.header) >= 5


def test_without_any_data_there_is_no_axis(open_app, tmp_path):
    """Nothing to forecast: a sentence that says what to load, no empty chart."""
    (tmp_path / "scan.csv").write_text("host,expires\nold.dmv.ca.gov,2026-11-10\n", encoding="utf-8")
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(tmp_path / "home", [tmp_path / "scan.csv"], rules, received_at=builders.RECEIVED_AT)
    build.build(tmp_path / "home", rules, as_of=builders.local("2026-11-20 12:00:00"))
    app = open_app(tmp_path / "home", "capacity")
    assert "There is nothing to forecast: no certificate with a known expiry and no request is loaded." in words(app)
    assert not app.exception and not app.error and not app.header and not app.number_input


def test_a_snapshot_of_an_older_version_says_what_to_do(open_app, older_home):
    """Run certboard build; no traceback, and the way on."""
    app = open_app(older_home, "capacity")
    assert not app.exception
    assert [each.value.endswith("Run certboard build\\.") for each in app.error] == [True]
    assert app.title[0].value == "Can the team carry it?"


def test_a_look_back_that_was_not_made_says_how_to_make_it(open_app, sample_home):
    assert "No back-test in this snapshot. Run `certboard backtest`." in words(open_app(sample_home, "capacity"))


def test_no_complete_month_is_said(open_app, certificates_home):
    assert capacity_words.NO_HISTORY in words(open_app(certificates_home, "capacity"))


def test_without_capacity_every_week_with_work_is_over(open_app, one_certificate_home):
    """Nobody is there: the weeks with work are over, and some staff is enough."""
    app = open_app(one_certificate_home, "capacity", staff="0")
    assert not app.exception and not app.error
    assert re.fullmatch(r"First week over capacity: Mon 20\d\d-\d\d-\d\d, about [\d.]+ h of work \(80 % range .*\) against 0 h\.", verdict(app))
    app = open_app(one_certificate_home, "capacity", hours="0")
    assert "No number is enough: a week with work has no hours." in words(app) and not app.error


# The controls


@pytest.mark.parametrize(
    ("label", "value", "key", "written"),
    [
        ("Staff", 5.5, "staff", "5.5"),
        ("Renewals automated (%)", 25.0, "automated", "25"),
        ("Hours per person and business day", 5.0, "hours", "5"),
        ("Growth of new requests and inquiries (%)", -10.0, "growth", "-10"),
        ("Submitted before expiry (calendar days)", 30, "lead", "30"),
        ("Scenario", "half_automated", "scenario", "half_automated"),
        ("Compare with", "early_47", "compare", "early_47"),
        ("A renewal is issued", "process_by", "issue", "process_by"),
        ("Longest life of a certificate", "frozen", "life", "frozen"),
        ("Longest life of a certificate", "47from", "life", "47from2027-03-15"),
        ("Freeze, first and last day", (date(2026, 12, 14), date(2026, 12, 31)), "freeze", "2026-12-14..2026-12-31"),
    ],
)
def test_a_control_writes_the_address_and_reset_takes_it_out(open_app, sample_home, label, value, key, written):
    """Every control is in the address; what the scenario says itself is not; Reset gives the scenario again."""
    app = open_app(sample_home, "capacity")
    before = words(app)
    assert address(app) == {}
    field(app, label).set_value(value).run()
    assert address(app) == {key: written} and not app.exception and not app.error
    assert field(app, label).value == value
    assert words(app) != before
    next(each for each in app.button if each.label == "Reset").click().run()
    assert address(app) == {} and words(app) == before


def test_the_horizon_is_in_the_address(open_app, sample_home):
    app = open_app(sample_home, "capacity")
    horizon = next(each for each in app.get("button_group") if each.label == "Weeks ahead")
    horizon.set_value(52).run()
    assert address(app) == {"weeks": "52"} and "in the 52 weeks from" in words(app)


def test_the_day_from_which_lives_are_short_can_be_chosen(open_app, sample_home):
    app = open_app(sample_home, "capacity", life="47from2027-03-15")
    field(app, "47 days from").set_value(date(2027, 1, 1)).run()
    assert address(app) == {"life": "47from2027-01-01"} and not app.error


def test_a_value_that_is_the_scenarios_own_leaves_the_address(open_app, sample_home):
    app = open_app(sample_home, "capacity", staff="5")
    field(app, "Staff").set_value(4.0).run()
    assert address(app) == {}


def test_an_address_gives_the_same_page_again(open_app, sample_home):
    """Reloading the URL gives the same picture."""
    chosen = {"scenario": "half_automated", "staff": "2.5", "lead": "30", "life": "47from2027-01-01", "weeks": "52", "compare": "early_47"}
    assert words(open_app(sample_home, "capacity", **chosen)) == words(open_app(sample_home, "capacity", **chosen))


def test_a_value_that_does_not_fit_is_named(open_app, sample_home):
    app = open_app(sample_home, "capacity", staff="many", scenario="none")
    text = words(app)
    assert "“many” is not a number of staff from 0 to 10,000; the scenario's 4 is shown." in text
    assert "“none” is not a scenario of this snapshot" in text and not app.error


def test_two_scenarios_stand_side_by_side_with_what_differs_in_words(open_app, sample_home):
    app = open_app(sample_home, "capacity", compare="half_automated")
    headings = [each.value.replace("\\", "") for each in app.header]
    assert "As published: hours of work by week" in headings and "Half automated: hours of work by week" in headings
    assert "Half automated needs " in words(app) and " fewer hours (" in words(app)


def test_a_look_back_is_shown_with_its_rows(open_app, tmp_path, sample_home):
    """Dot on interval for the last 12 months: the rows of four weeks and all options."""
    home = tmp_path / "home"
    (home / "snapshots").mkdir(parents=True)
    path = home / "snapshots" / snapshots.current(sample_home).name
    shutil.copy(snapshots.current(sample_home), path)
    (home / "CURRENT").write_text(path.name + "\n", encoding="utf-8")
    rows = [(date(2025, month, 28), weeks, 1, date(2025, month, 28) + timedelta(days=5), "all", "all", 100.0, 90.0, 110.0, 95 + month, 100, 90.0)
            for month in range(1, 13) for weeks in (1, 4)]  # fmt: skip
    rows += [(date(2024, 12, 31), 4, 1, date(2025, 1, 6), "all", "all", 1.0, 0.0, 2.0, 50, None, 1.0)]
    rows += [(date(2025, 1, 28), 4, 1, date(2025, 2, 2), "inquiry", "inquiry", 1.0, 0.0, 2.0, 1, 1, 1.0)]
    with duckdb.connect(str(path)) as connection:
        connection.executemany("insert into forecast_backtest values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
    assert len(warehouse.records(path, capacity_past.query(path))) == 12
    app = open_app(home, "capacity")
    assert not app.exception and not app.error
    assert "How good was it? 12 of 12 months inside the 80 % range; error 3 %, seasonal-naive 3 %." in words(app)
