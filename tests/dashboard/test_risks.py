"""Page 3, which of the open requests will probably miss: card, chip, list, evidence, and snapshots that know no risks."""

import shutil
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest

from dashboard import risk_past, risks
from pipelines import build, policy, reports, snapshots
from tests import builders
from tests.builders import a_request
from tests.dashboard.conftest import words

BANDS = {"likely": SimpleNamespace(from_basis_points=5000), "could": SimpleNamespace(from_basis_points=2000), "too_few": SimpleNamespace(from_basis_points=0)}


def an_open(number: str, submitted_on: str, **fields: str) -> dict[str, str]:
    return a_request(number, f"{submitted_on} 09:00:00", **fields)


@pytest.fixture(scope="module")
def risky_home(tmp_path_factory) -> Path:
    """As of Wed 2026-12-16, of 60 new requests: 32 closed after 1 business day, 8 after 4, 20 after 6, which is late; 2 inquiries; and what is open."""
    folder = tmp_path_factory.mktemp("risky")
    closed = ["2026-10-06"] * 32 + ["2026-10-09"] * 8 + ["2026-10-13"] * 20
    rows = [a_request(f"P{place}", "2026-10-05 09:00:00", closed_at=f"{day} 12:00:00") for place, day in enumerate(closed)]
    rows += [a_request(f"Q{place}", "2026-10-05 09:00:00", closed_at="2026-10-06 12:00:00", service_option="inquiry") for place in range(2)]
    rows += [
        an_open("LATE", "2026-12-01"), an_open("LIKELY", "2026-12-11"), an_open("COULD", "2026-12-15"), an_open("FEW", "2026-12-15", service_option="inquiry"),
        an_open("WAITS", "2026-12-15", approval="requested"),
        a_request("newest", "2026-12-16 08:00:00", service_option="", state="cancelled", updated_at="2026-12-16 16:30:00"),
    ]  # fmt: skip
    rules = builders.a_policy(folder)
    builders.land(folder / "home", folder / "exports", {"requests.csv": rows}, rules)
    build.build(folder / "home", rules)
    return folder / "home"


def labels(app) -> dict[str, str]:
    return {each.label: each.value for each in app.metric}


def test_the_fourth_card_counts_the_likely_misses_and_leads_to_them(open_app, risky_home):
    """Overdue · Due today · Due in 5 business days · Likely to miss."""
    app = open_app(risky_home, "due")
    assert labels(app) == {"Overdue": "1", "Due today": "0", "Due in 5 business days": "2", "Likely to miss": "1"}
    assert "Not yet due, at a risk of 50 % or more." in words(app)
    next(each for each in app.button if each.key == "jump_bucket_likely").click().run()
    assert "likely" in app.query_params["bucket"]
    assert app.dataframe[0].value["Request"].tolist() == ["LIKELY"]


def test_the_list_says_the_risk_and_what_it_is_judged_by(open_app, risky_home):
    """"Likely to miss", "Could miss", "On course", "Too few to tell"; what waits for approval or is overdue has none."""
    shown = open_app(risky_home, "due").dataframe[0].value.set_index("Request")
    assert list(shown.columns)[:3] == ["Due", "Business days left", "Risk"], "with the request the first four, for a phone"
    assert shown["Risk"].dropna().to_dict() == {"LIKELY": "Likely to miss", "COULD": "Could miss", "FEW": "Too few to tell"}
    assert {"LATE", "WAITS"} < set(shown.index)
    assert shown["Similar requests"]["LIKELY"] == "21 of 29 missed"
    assert shown["Similar requests"]["FEW"] == "0 of 2 missed"


def test_the_file_of_the_list_holds_what_the_screen_shows(open_app, risky_home):
    """The page's download has the columns, values and order of `export`, the risk among them."""
    path = snapshots.current(risky_home)
    query = risks.metrics.select("open_requests", where={"risk_band": ["likely"]})
    head, *rows = reports.content(path, query, "csv").decode().splitlines()
    found = dict(zip(head.split(","), rows[0].split(","), strict=True))
    wanted = {"number": "LIKELY", "business_days_left": "2", "risk_band": "likely", "similar_count": "29", "similar_missed_count": "21"}
    assert len(rows) == 1 and wanted.items() <= found.items()
    app = open_app(risky_home, "due", bucket="likely")
    assert "Download this row (CSV)" in [each.label for each in app.get("download_button")]


def test_a_chip_shows_the_likely_ones(open_app, risky_home):
    app = open_app(risky_home, "due", bucket="likely")
    assert [option.content for option in app.get("button_group")[0].proto.options][3] == "Likely to miss (1)"


def test_the_evidence_is_that_of_the_one_most_at_risk_or_of_the_one_chosen(open_app, risky_home):
    """"Of 214 past requests of this option still open after 4 business days, 83 missed (38.8 %)." """
    app = open_app(risky_home, "due")
    assert "Most at risk: LIKELY, due Fri 2026-12-18" in words(app)
    assert "Of 29 past requests of this option still open after 3 business days, 21 missed (72.4 %)." in words(app)
    app = open_app(risky_home, "due", risk="FEW")
    assert "FEW, due Wed 2026-12-30" in words(app) and "Most at risk" not in words(app)
    assert "Of 2 past requests of this option still open after 1 business day, 0 missed (0.0 %)." in words(app)
    app = open_app(risky_home, "due", risk="LATE")
    assert "\u201cLATE\u201d is not among the 3 open requests most at risk here; the first of them is shown." in words(app)


def test_the_bars_and_their_table_tell_the_risks(open_app, risky_home):
    table = open_app(risky_home, "due").table[0].value
    by_risk = {due.replace("\\", "").replace("\u2060", ""): risk for due, risk in zip(table["Due"], table["By risk"], strict=True)}
    assert [by_risk[due].replace("\\", "") for due in ("Overdue", "2026-12-18", "2026-12-22")] == ["\u2013", "1 likely to miss", "1 could miss"]


def test_nobody_likely_is_said(open_app, sample_home):
    assert "No request is likely to miss." in words(open_app(sample_home, "due", bucket="likely", option="inquiry"))


@pytest.mark.parametrize("bucket", ["all", "likely", "overdue"])
def test_a_snapshot_from_before_there_were_risks_is_shown_without(open_app, risky_home, tmp_path, bucket):
    """An older snapshot has neither the table nor the bands; the page shows its open requests as before."""
    shutil.copytree(risky_home, tmp_path / "home")
    path = snapshots.current(tmp_path / "home")
    path.chmod(0o644)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table open_risks").fetchall()
        connection.execute("drop table policy_bands").fetchall()
    app = open_app(tmp_path / "home", "due", bucket=bucket)
    assert not app.exception and not app.error
    assert list(labels(app)) == ["Overdue", "Due today", "Due in 5 business days"]
    if bucket == "likely":
        assert "\u201clikely\u201d is no due date and no group of requests." in words(app)
    else:
        assert "Risk" not in app.dataframe[0].value.columns
        assert "Most at risk" not in words(app)


def test_the_words_are_those_of_the_policy(open_app, tmp_path):
    """`bands.csv` is data: another word and another line."""
    folder = Path(shutil.copytree(policy.DEFAULT_FOLDER, tmp_path / "policy"))
    text = (folder / "bands.csv").read_text(encoding="utf-8").replace("Likely to miss,20,5000", "Will <b>miss</b>,1,4000")
    (folder / "bands.csv").write_text(text, encoding="utf-8")
    rules = policy.load(folder)
    rows = [a_request(f"P{place}", "2026-10-05 09:00:00", closed_at=f"2026-10-{day} 12:00:00") for place, day in enumerate((12, 13, 13))]
    rows += [an_open("OPEN", "2026-12-09", updated_at="2026-12-16 16:30:00")]
    builders.land(tmp_path / "home", tmp_path / "exports", {"requests.csv": rows}, rules)
    build.build(tmp_path / "home", rules)
    app = open_app(tmp_path / "home", "due")
    assert not app.exception and not app.error
    assert labels(app)["Will <b>miss</b>".replace("<", "\\<").replace(">", "\\>")] == "1"
    assert app.dataframe[0].value["Risk"].tolist() == ["Will <b>miss</b>"]
    assert "Not yet due, at a risk of 40 % or more." in words(app)


def a_row(similar: int, missed: int, ratio: float | None, **fields: object) -> SimpleNamespace:
    made = {"due_rule": "business_days", "similar_business_days_left": 1, "target_business_days": 5, "due_on": datetime(2026, 12, 18).date()}
    return SimpleNamespace(**{**made, "similar_count": similar, "similar_missed_count": missed, "risk_ratio": ratio, **fields})


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (a_row(214, 83, 83 / 214), "Of 214 past requests of this option still open after 4 business days, 83 missed (38.8 %)."),
        (a_row(1, 1, 1.0), "Of 1 past request of this option still open after 4 business days, 1 missed (100.0 %)."),
        (a_row(0, 0, None), "No past request of this option was still open after 4 business days."),
        (
            a_row(1208, 3, 0.004, due_rule="requested_date", similar_business_days_left=2),
            "Of 1,208 past requests of this option still open 2 business days before their due date, 3 missed (0.2 %). "
            "With the open and the cancelled ones, each counted for as long as it was open: 0.4 %.",
        ),
        (
            a_row(100, 50, 0.49996),
            "Of 100 past requests of this option still open after 4 business days, 50 missed (50.0 %). "
            "With the open and the cancelled ones, each counted for as long as it was open: 49.996 %.",
        ),
        (
            a_row(100, 20, 0.19999),
            "Of 100 past requests of this option still open after 4 business days, 20 missed (20.0 %). "
            "With the open and the cancelled ones, each counted for as long as it was open: 19.999 %.",
        ),
    ],
)
def test_the_evidence_in_words(row, sentence):
    """Counts, the share, and the estimate where it differs; rounding never crosses the line of a band."""
    assert risks.evidence(row, BANDS).replace("\u00a0", " ") == sentence


@pytest.mark.parametrize(
    ("squared", "verdict"),
    [(2.0, "Brier score 0.200, better than the base rate's 0.250."), (2.5, "Brier score 0.250, no better than the base rate's 0.250.")],
)
def test_past_risks_stand_beside_what_came(squared, verdict):
    """Calibration and Brier score, against the base rate; equal is no better."""
    rows = [
        SimpleNamespace(request_count=4, missed_count=3, expected_missed_count=2.6, brier_score=squared / 10, base_brier_score=0.25),
        SimpleNamespace(request_count=6, missed_count=1, expected_missed_count=0.9, brier_score=squared / 10, base_brier_score=0.25),
    ]
    assert risk_past.sentence(rows) == f"Of 10 requests open at past months' ends, 4 missed; about 4 were expected to. {verdict}"


def test_without_a_look_back_the_page_says_which_command_makes_one(open_app, risky_home):
    assert risk_past.NONE in words(open_app(risky_home, "due"))
