"""From a count of the home page to the certificates behind it, one of them, and the request that renews it; every mark leads to its rows."""

import re

import pytest
from playwright.sync_api import Locator

from tests.browser.conftest import export, go, lines, settled
from tests.browser.test_marks import click, marks, rows, texts

NOT_EXPIRED = [f"exposure_band={band}" for band in ("past_last_safe_start", "submit_now", "covered", "upcoming")]


def middle(drawn: Locator) -> tuple[float, float]:
    """Where the middle of something drawn lies, in pixels."""
    box = drawn.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_team_lead_goes_from_a_count_to_the_request_that_renews_a_certificate(desk, served_home):
    """Home, 20 days, those with a request, a certificate, its request; the file equals `export`."""
    go(desk, "/?grain=month&period=2026-10")
    link = desk.locator("[data-testid=stMain] a[href*='horizon=20']")
    number = int(re.search(r"\d+", link.inner_text())[0])
    link.click()
    desk.wait_for_url("**/expiry?**horizon=20**")
    settled(desk)
    assert re.match(rf"\d+ of the {number} certificates expiring by Thu 2026-12-10", desk.locator("h2").first.inner_text().replace("\u2060", ""))
    found = lines(desk, desk.locator("[class*=st-key-expiry_csv_] button"))
    assert found == export(served_home, "renewal_exposure", "horizon=20", "is_delegated=false", *NOT_EXPIRED) and len(found) == number
    desk.get_by_role("radio", name=re.compile(r"^Request under way \(\d+\)$")).click()
    desk.wait_for_url("**band=covered**")
    settled(desk)
    table = desk.locator("[class*=st-key-expiry_rows_] canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    desk.mouse.click(box["x"] + 18, box["y"] + 54)
    desk.wait_for_url("**/inventory?**certificate=**")
    desk.get_by_role("heading", name=re.compile(r"request RITM\d+ under way")).wait_for()
    settled(desk)
    assert desk.get_by_role("figure", name=re.compile("Bars from the issue of the certificate")).is_visible()
    choice = desk.get_by_role("combobox", name="Open a request")
    choice.focus()
    choice.press("ArrowDown")
    desk.get_by_role("option").first.click()
    desk.wait_for_url("**/request?**number=**")
    desk.get_by_role("heading", name="Ready to process?").wait_for()


def test_the_exporter_narrows_the_file_to_a_department_without_requests(desk, served_home):
    """Horizon, department and the toggle are in the address; the file has exactly those rows."""
    go(desk, "/expiry?horizon=60&owner_department=dmv-example")
    desk.get_by_text("Only without a request", exact=True).click()
    desk.wait_for_url("**norequest=1**")
    settled(desk)
    where = ("horizon=60", "department=dmv-example", "is_delegated=false", "uncovered=true", *NOT_EXPIRED)
    found = lines(desk, desk.locator("[class*=st-key-expiry_csv_] button"))
    assert found and found == export(served_home, "renewal_exposure", *where)
    desk.reload()
    settled(desk)
    assert desk.get_by_role("switch", name="Only without a request").is_checked()


def test_the_calendar_file_has_two_events_per_certificate(desk):
    """Submit-by and expiry dates, as many as the button says."""
    go(desk, "/expiry?horizon=20")
    button = desk.locator("[class*=st-key-expiry_ics] button")
    number = int(re.search(r"their (\d+) dates", button.inner_text())[1])
    found = lines(desk, button)
    assert found.count("BEGIN:VEVENT") == found.count("END:VEVENT") == number


@pytest.mark.parametrize("place", [1, 10, 25])
def test_a_square_leads_to_the_certificates_that_expire_on_its_day(desk, place):
    """A day, the count printed on it, its rows."""
    go(desk, "/expiry")
    mark = marks(desk, "days").nth(place)
    wanted = middle(mark)
    every = desk.locator("[class*=st-key-days_] .js-plotly-plot .scatterlayer .textpoint text").all()
    printed = [int(each.text_content()) for each in every if all(abs(here - there) < 4 for here, there in zip(middle(each), wanted, strict=True))]
    click(desk, mark)
    assert re.search(r"day=202[67]-\d\d-\d\d", desk.url)
    assert [rows(desk, "expiry")] == printed


@pytest.mark.parametrize("place", [1, 3])
def test_a_part_of_a_bar_leads_to_its_certificates(desk, place):
    """Two segments per band: with a request and without one."""
    go(desk, "/expiry")
    numbers = desk.locator("[class*=st-key-bands_]").locator("xpath=following::table[1]").locator("tbody tr").nth(place).inner_text().split()
    bars = marks(desk, "bands").all()
    solid, hatched = bars[: len(bars) // 2], bars[len(bars) // 2 :]
    click(desk, hatched[place])
    assert "norequest=1" in desk.url and rows(desk, "expiry") == int(numbers[-1].replace(",", ""))
    assert len(solid) == len(hatched) == 4


def test_the_auditor_searches_filters_and_takes_the_file(desk, served_home):
    """Search by name, a finding, the rows as a file equal to `export`."""
    go(desk, "/inventory")
    box = desk.get_by_role("textbox", name="Name, serial number or request number")
    box.fill("dmv-example")
    box.press("Enter")
    desk.wait_for_url("**q=dmv-example**")
    settled(desk)
    found = lines(desk, desk.locator("[class*=st-key-certificates_csv_] button"))
    wanted = export(served_home, "certificates", "is_active=true", "search=dmv-example")
    assert found and found == wanted
    go(desk, "/inventory?show=findings&finding=weak_key")
    assert lines(desk, desk.locator("[class*=st-key-certificates_csv_] button")) == export(served_home, "certificates", "has_findings=true", "finding=weak_key")


@pytest.mark.parametrize("chart", ["held_validity_class", "held_issuer"])
def test_a_bar_of_the_inventory_leads_to_its_certificates(desk, chart):
    """The number on a bar is the number of rows behind it."""
    go(desk, "/inventory")
    printed = texts(desk, chart, ".bartext")
    click(desk, marks(desk, chart).nth(1))
    assert rows(desk, "certificates") == int(printed[1].replace(",", ""))


def test_every_card_of_expiry_and_inventory_leads_to_as_many_rows(desk):
    """`See the 12 certificates`: twelve rows."""
    for path, name in (("/expiry", "expiry"), ("/inventory", "certificates")):
        go(desk, path)
        for place in range(4):
            button = desk.get_by_role("button", name=re.compile(r"^See the [\d,]+ certificates?$")).nth(place)
            number = int(re.search(r"[\d,]+", button.inner_text())[0].replace(",", ""))
            button.click()
            desk.wait_for_timeout(500)
            settled(desk)
            assert rows(desk, name) == number, (path, place)
