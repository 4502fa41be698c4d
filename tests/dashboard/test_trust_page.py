"""Trust: what its headline counts is what the other pages count, and the weeks of every kind of export."""

from datetime import date

import pandas as pd
import pytest

from dashboard import page_parts, queries
from pipelines import snapshots
from tests.dashboard.conftest import words


@pytest.mark.parametrize(
    ("offenders", "sentence"),
    [([0, 0], ""), ([0, 4], "1 of 2 checks finds something in the source's data"), ([1, 4, 0], "2 of 3 checks find something in the source's data")],
)
def test_a_check_with_an_offender_finds_something(offenders, sentence):
    """Counted once and in one place, whatever the check is about."""
    assert page_parts.checks_that_find(pd.DataFrame({"offender_count": offenders})) == sentence


def test_every_page_counts_the_same_checks(open_app, sample_home):
    """`9 of 32 checks` on Misses and Due next, in the headline of Trust, and what is left in its heading and in the footer."""
    checks = queries.table(snapshots.current(sample_home), "checks")
    found = page_parts.checks_that_find(checks)
    failing, total = (int(number) for number in (found.split()[0], found.split()[2]))
    assert failing == (checks["offender_count"] > 0).sum() and "no_row_was_rejected" in checks.loc[checks["offender_count"] > 0, "name"].tolist()
    for view in ("targets", "misses", "due"):
        app = open_app(sample_home, view)
        assert f"{found}." in [each.value for each in app.info]
        assert "See Trust" in [each.proto.label for each in app.get("page_link")], "a notice leads to where it is explained"
    trust = open_app(sample_home, "trust")
    assert found in trust.header[0].value.replace("\\", "")
    assert f"{total - failing} of {total} checks pass" in words(trust)


def test_the_weeks_of_state_changes_have_a_row_of_their_own(open_app, told_home, bare_home):
    """No week is missing only where none is missing of any kind; without state changes there is no row for them."""
    app = open_app(told_home, "trust")
    assert {date(2026, 6, 1), date(2026, 8, 3), date(2026, 11, 16)} <= queries.changed_weeks(snapshots.current(told_home))
    missing = next(each.value for kind in (app.table, app.dataframe) for each in kind if list(each.value.columns) == ["Source", "Week of"])
    rows = {(source.replace("\\", ""), week.replace("\\", "").replace("\u2060", "")) for source, week in missing.itertuples(index=False)}
    weeks = {week for source, week in rows if source == "state changes"}
    assert "Mon 2026-10-26" in weeks and "Mon 2026-11-16" not in weeks
    assert any(f"{len(rows)} weeks without a row" in each.value for each in app.header)
    bare = open_app(bare_home, "trust")
    assert not any("state changes" in str(each.value) for each in bare.table)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("due Fri 2026-11-13, closed 2026-11-16 15:00", ["due", "Fri", "2026-\u206011-\u206013,", "closed", "2026-\u206011-\u206016", "15:00"]),
        ("C-2026-001, 12026-11-13 and 2026-11", ["C-2026-001,", "12026-11-13", "and", "2026-11"]),
    ],
)
def test_a_date_on_the_screen_is_not_broken(text, parts):
    """An invisible joiner after each hyphen of a date, and of nothing else; without them the text is as it was."""
    assert page_parts.unbroken(text).split() == parts
    assert page_parts.unbroken(text).replace("\u2060", "") == text


def test_headlines_and_tables_keep_dates_together_and_numbers_to_copy_do_not(open_app, told_home):
    """Never in what is copied: the number in its box is as it is exported."""
    app = open_app(told_home, "request", number="SPEC")
    assert "2026\\-\u206011\\-\u206013" in app.header[0].value
    assert "\u2060" in app.table[0].value["When"].iloc[0]
    assert not any("\u2060" in each.value for each in app.code)
