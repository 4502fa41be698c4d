"""State changes that end long before the data's date: nothing is recorded since then, and every page that shows phases says so."""

import shutil
from datetime import date

import pytest

from dashboard import page_parts, queries
from dashboard.reading import Reading
from pipelines import build, landing, snapshots
from pipelines import policy as policies
from tests import builders
from tests.dashboard.conftest import words

SAID = "State changes end Wed 2026-11-18, requests Wed 2026-12-02. What happened since then is not recorded."


@pytest.fixture(scope="module")
def lagging_home(tmp_path_factory, told_home):
    """The told requests, with an export of requests that goes on for two more weeks than their state changes."""
    folder = tmp_path_factory.mktemp("lagging")
    shutil.copytree(told_home, folder / "home")
    rules = policies.load(told_home.parent / "policy")
    later = [
        builders.a_request("OPEN", "2026-11-13 09:00:00", approved_at="2026-11-13 12:00:00", updated_at="2026-12-02 09:00:00"),
        builders.a_request("WAITS", "2026-11-17 09:00:00", state="cancelled", closed_at="2026-12-01 09:00:00", updated_at="2026-12-02 09:00:00"),
    ]
    landing.ingest(folder / "home", [builders.write_export(folder / "exports", later, "later.csv")], rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"


@pytest.mark.parametrize(
    ("view", "params"),
    [("misses", {"period": "2026-11"}), ("due", {}), ("request", {"number": "OPEN"}), ("request", {"number": "WAITS"})],
)  # fmt: skip
def test_a_page_that_shows_phases_says_when_they_end_early(open_app, lagging_home, view, params):
    """Both the phase of now and that of an end since then are not recorded."""
    app = open_app(lagging_home, view, **params)
    assert not app.exception and not app.error
    assert SAID in [each.value for each in app.warning]


@pytest.mark.parametrize("number", ["SPEC", "LOST"])
def test_a_request_whose_phases_do_not_rest_on_it_does_not_say_it(open_app, lagging_home, number):
    """SPEC ended before the state changes do; LOST is open, so it does rest on them."""
    shown = [each.value for each in open_app(lagging_home, "request", number=number).warning]
    assert (SAID in shown) is (number == "LOST")


def test_trust_does_not_say_yes_to_state_changes_that_end_early(open_app, lagging_home, told_home):
    """A ground for "Not yet", in the sentence that people quote."""
    assert "the exports of state changes end Wed 2026-11-18" in open_app(lagging_home, "trust").header[0].value.replace("\\", "").replace("\u2060", "")
    assert "state changes end" not in words(open_app(told_home, "trust"))


@pytest.mark.parametrize(("end", "is_said"), [("2026-11-20", False), ("2026-11-13", False), ("2026-11-12", True), (None, False)])
def test_five_business_days_are_no_lag(told_home, end, is_said):
    """The same boundary as for certificates; nothing is said where no state change was ever loaded."""
    path = snapshots.current(told_home)
    run = queries.run_params(path)._replace(transitions_through_on=date.fromisoformat(end) if end else None)
    assert bool(page_parts.transitions_lag(Reading(path, run, queries.choices(str(path)), None, "light", {}))) is is_said
