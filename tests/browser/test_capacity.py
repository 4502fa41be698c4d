"""Capacity as the service manager and the team lead use it: files, what-ifs, links and the plan, in the browser."""

import re
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.conftest import export, go, lines, settled


def first(page: Page, name: str):
    """The first button whose key begins so."""
    return page.locator(f"[class*=st-key-{name}_] button").first


def test_the_file_under_the_bars_is_what_export_writes(desk, served_home):
    """A page's download has the columns, values and order of `export`: 26 weeks, and every option behind them."""
    go(desk, "/capacity")
    rows = lines(desk, first(desk, "capacity_first_csv"))
    exported = export(served_home, "renewal_forecast", "scenario=as_published", "service_option=all")
    assert rows == exported[:26]
    every = lines(desk, desk.locator("[class*=st-key-capacity_first_csv_] button").nth(1))
    assert len(every) == 182 and set(rows) < set(every) < set(export(served_home, "renewal_forecast", "scenario=as_published"))


def test_a_what_if_is_a_link_that_gives_the_same_page(desk):
    """One step of staff: in the address, in the sentence, in the file's name, and the same after a reload."""
    go(desk, "/capacity")
    desk.locator("[class*=st-key-w_staff] [data-testid=stNumberInputStepUp]").click()
    desk.wait_for_url("**staff=4.5**")
    settled(desk)
    assert desk.get_by_text(re.compile(r"As published, but 4\.5.full-time equivalents \(not 4\)\.")).first.is_visible()
    with desk.expect_download() as started:
        first(desk, "capacity_first_csv").click()
    assert started.value.suggested_filename == "certboard_renewal-forecast_26-weeks_as-published_what-if_as-of-2026-11-20.csv"
    before = desk.locator("[data-testid=stMain]").inner_text()
    desk.reload()
    settled(desk)
    assert desk.locator("[data-testid=stMain]").inner_text() == before
    desk.get_by_role("button", name="Reset", exact=True).click()
    desk.get_by_text("The work of the whole team in the 26 weeks from Mon 2026-11-16: As published.").wait_for()


def test_the_plan_can_be_downloaded_as_rows_and_as_a_calendar(desk, served_home):
    """Download plan (CSV) and (ICS): a row and an event per renewal that the sentence counts."""
    go(desk, "/capacity")
    number = int(re.search(r"Moving ([\d,]+) renewals? inside", desk.locator("[data-testid=stMain]").inner_text())[1].replace(",", ""))
    assert lines(desk, first(desk, "levelling_csv")) == export(served_home, "levelling_plan")
    with desk.expect_download() as started:
        desk.get_by_role("button", name="Download plan (ICS)").click()
    assert Path(started.value.path()).read_text(encoding="utf-8").count("BEGIN:VEVENT") == number


def test_a_plan_for_a_what_if_is_worked_out_on_demand(desk):
    """The button, then the sentence; the address has it, so that a link shows it too."""
    go(desk, "/capacity?staff=3.5")
    desk.get_by_role("button", name="Work out a plan").click()
    desk.wait_for_url("**plan=**")
    settled(desk)
    assert desk.get_by_text(re.compile(r"Moving [\d,]+ renewals inside their window leaves")).first.is_visible()


def test_the_fields_of_a_what_if_can_be_used_with_the_keyboard(desk):
    """Sliders never without a number field: type a number, press Enter, and the focus stays."""
    go(desk, "/capacity")
    box = desk.get_by_label("Staff", exact=True)
    box.fill("6")
    box.press("Enter")
    desk.wait_for_url("**staff=6**")
    settled(desk)
    assert desk.evaluate("() => document.activeElement.closest('[class*=st-key-w_staff]') !== null")
