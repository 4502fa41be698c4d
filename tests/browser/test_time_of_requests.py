"""Misses and Trust with phases, pauses, second opinions and corrections, on the requests that were counted by hand."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import CERTBOARD, DESK, PHONE, ROOT, export, go, lines, opened, settled
from tests.browser.test_access import serious
from tests.browser.test_marks import click, marks, rows, texts
from tests.dashboard import missed_october

MISSES = "/misses?grain=month&period=2026-10"
PATHS = {"misses": MISSES, "changed": f"{MISSES}&show=unpaused", "trust": "/trust"}


@pytest.fixture(scope="module")
def october_home(tmp_path_factory) -> Path:
    """Eight requests due in October 2026."""
    return missed_october.home(tmp_path_factory.mktemp("october"))


@pytest.fixture(scope="module")
def october(october_home) -> Iterator[str]:
    """Where they are served."""
    process = subprocess.Popen([*CERTBOARD, "serve", "--home", str(october_home), "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        yield next(found[0] for line in process.stdout if (found := re.search(r"http://localhost:\d+", line)))
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def wide(chromium, october) -> Iterator[Page]:
    """A page in a window of 1440 by 1000 pixels."""
    yield from opened(chromium, october, DESK)


@pytest.fixture
def narrow(chromium, october) -> Iterator[Page]:
    """A page on a phone of 390 by 844 pixels."""
    yield from opened(chromium, october, PHONE)


def test_a_bar_of_a_path_leads_to_as_many_requests_as_it_says(wide):
    """A bar sets `path=`; the list below holds the requests that took it, missed and met."""
    go(wide, MISSES)
    said = texts(wide, "paths", ".annotation-text")
    bars = marks(wide, "paths")
    assert said[:3] == ["1 of 2 missed", "1 of 1 missed", "1 of 1 missed"]
    click(wide, bars.nth(0))
    assert "path=customer+%3E+review+%3E+issue" in wide.url and "show=due" in wide.url
    assert rows(wide, "misses_due") == 2
    wide.get_by_role("button", name="Clear").click()
    wide.wait_for_url(lambda url: "path=" not in url)


def test_a_reading_leads_to_the_requests_whose_verdict_it_changes(wide, october_home):
    """One click; the file is what `export` writes for the same words, with the other verdict and its due date, as on the screen."""
    go(wide, MISSES)
    wide.get_by_role("button", name="See the 2 requests whose verdict changes as exported").click()
    wide.wait_for_url("**show=exported**")
    settled(wide)
    file = lines(wide, wide.locator("[class*=st-key-misses_exported_csv_] button"))
    wanted = export(october_home, "slo_outcomes", "month=2026-10", "changed_by=as_exported")
    assert file == [f"{row},as_exported,missed,false,2026-10-08" for row in wanted] and len(file) == 2


def test_the_files_under_the_charts_have_the_rows_of_their_tables(wide):
    """The count on the button equals the rows of the table and of the file."""
    go(wide, MISSES)
    for name, number in (("phase_days", 10), ("party_days", 3), ("paths", 3)):
        assert rows(wide, name) == number


def test_what_is_declared_and_what_differs_equals_the_export(wide, october_home):
    """Trust: corrections and the verdicts that differ, as files."""
    go(wide, "/trust")
    assert lines(wide, wide.locator("[class*=st-key-corrections_csv_] button")) == export(october_home, "corrections")
    differing = lines(wide, wide.locator("[class*=st-key-differing_csv_] button"))
    assert differing == export(october_home, "verdict_reconciliation", "agreement=disagree") and len(differing) == 3


@pytest.mark.parametrize("view", PATHS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_every_chart_has_its_finding(wide, view, theme):
    """Alt text on every panel; headings 1, 2, 3 without gaps."""
    wide.emulate_media(color_scheme=theme)
    go(wide, PATHS[view])
    assert serious(wide) == {}
    assert all(len(each.get_attribute("aria-label") or "") > 40 for each in wide.locator("[data-testid=stPlotlyChart]").all())
    levels = wide.evaluate("() => [...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3,h4,h5,h6)')].map(e => +e.tagName[1])")
    assert levels[0] == 1 and all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


@pytest.mark.parametrize("view", PATHS)
def test_nothing_scrolls_sideways_on_a_phone(narrow, view):
    """At 390 px the page is as wide as the phone, and no panel is wider."""
    go(narrow, PATHS[view])
    wide = narrow.evaluate("() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(each => each.scrollWidth)")
    assert max(wide) <= 390
    charts = [each.bounding_box() for each in narrow.locator("[data-testid=stPlotlyChart]").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= 390 for box in charts)
