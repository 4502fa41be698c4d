"""The three people's paths: the service manager, the team lead, and the person who loads exports."""

import re

import pytest

from tests.browser.conftest import export, go, lines, settled


def test_the_service_manager_goes_from_a_target_to_the_verdict_of_one_request(desk, served_home):
    """Home, the card that missed, its misses as a file equal to `export`, one request with its clock."""
    go(desk, "/?grain=month&period=2026-10")
    link = desk.locator("[data-testid=stMain] a[href*='option=renewal_cdt_install']")
    number = int(re.search(r"\d+", link.inner_text())[0])
    link.click()
    desk.wait_for_url("**/misses?**")
    settled(desk)
    desk.get_by_text("Requests for Renewal, CDT install due in October 2026.").wait_for()
    rows = lines(desk, desk.locator("[class*=st-key-misses_missed_csv_] button"))
    wanted = export(served_home, "slo_outcomes", "service_option=renewal_cdt_install", "month=2026-10", "slo_outcome=missed")
    assert rows == wanted and len(rows) == number
    desk.get_by_role("combobox", name="Open a request").click()
    desk.get_by_role("option").first.click()
    desk.wait_for_url("**/request?**number=**")
    desk.get_by_role("heading", name=re.compile("^Missed")).wait_for()
    settled(desk)
    assert desk.get_by_role("figure", name=re.compile("Squares of days by week")).is_visible()
    assert desk.get_by_role("heading", name="Where it comes from").is_visible()


def test_the_attainment_file_of_the_home_page_equals_the_export(desk, served_home):
    """A page's download has the columns, values and order of `export` with the page's filters."""
    go(desk, "/?grain=month&period=2026-10&department=Department%20of%20Motor%20Vehicles")
    rows = lines(desk, desk.locator("[class*=st-key-cards_csv_] button"))
    where = ("month=2026-10", "department=Department of Motor Vehicles")
    assert rows and rows == export(served_home, "slo_attainment", *where, by="service_option,month")


def test_the_team_lead_goes_from_what_is_due_to_a_request_and_the_next_one(desk):
    """Due next, the overdue ones, one of them by a click on its row, then its neighbour."""
    go(desk, "/due")
    desk.get_by_role("button", name=re.compile(r"^See the \d+ requests?$")).first.click()
    desk.wait_for_url("**bucket=overdue**")
    settled(desk)
    table = desk.locator("[class*=st-key-open_rows_] canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    desk.mouse.click(box["x"] + 18, box["y"] + 54)
    desk.wait_for_url("**/request?**number=**")
    desk.get_by_role("heading", name=re.compile("^Missed: still open")).wait_for()
    first = re.search(r"number=([^&]+)", desk.url)[1]
    desk.get_by_role("button", name=re.compile("^Next: ")).click()
    desk.wait_for_url(lambda url: f"number={first}" not in url)
    desk.get_by_role("button", name=f"Previous: {first}").wait_for()


def test_the_calendar_file_has_one_event_per_due_date(desk):
    """The ICS file holds exactly the dates that its button counts."""
    go(desk, "/due?bucket=overdue")
    button = desk.locator("[class*=st-key-due_ics] button")
    number = int(re.search(r"these (\d+) dates", button.inner_text())[1])
    rows = lines(desk, button)
    assert rows.count("BEGIN:VEVENT") == rows.count("END:VEVENT") == number


def test_the_person_who_loads_exports_sees_what_was_rejected(desk, served_home):
    """Trust: the verdict, the sum of every row, the rejected cells as a file equal to `export`."""
    go(desk, "/trust")
    assert re.match(r"(Yes|Not yet)", desk.locator("h2").first.inner_text())
    assert desk.get_by_text(re.compile(r"[\d,]+ rows = [\d,]+ accepted \+ [\d,]+ superseded \+ [\d,]+ later \+ [\d,]+ rejected\.")).is_visible()
    rows = lines(desk, desk.locator("[class*=st-key-quarantine_csv_] button"))
    assert rows and rows == export(served_home, "quarantine")


def test_reloading_an_address_gives_the_same_view(desk):
    """Every filter and selection is in the address."""
    path = "/misses?grain=quarter&period=2026-Q3&option=inquiry&department=Department%20of%20Motor%20Vehicles&show=due"
    go(desk, path)
    before = desk.locator("[data-testid=stMain]").inner_text()
    desk.reload()
    settled(desk)
    assert desk.locator("[data-testid=stMain]").inner_text() == before
    assert "Requests for Question or inquiry of the Department of Motor Vehicles due in 2026-Q3 (Jul to Sep 2026)." in before


def test_a_filter_follows_through_the_navigation_and_back_undoes_it(desk):
    """The navigation keeps the filters; the browser's Back takes the last one away."""
    go(desk, "/?grain=month&period=2026-09")
    desk.get_by_role("link", name="Misses", exact=True).click()
    desk.wait_for_url("**/misses?**period=2026-09**")
    settled(desk)
    desk.get_by_text("Quarter", exact=True).click()
    desk.wait_for_url("**grain=quarter**")
    settled(desk)
    desk.go_back()
    desk.wait_for_url("**grain=month&period=2026-09**")
    desk.get_by_text("All requests due in September 2026.").wait_for()


def test_a_department_that_is_not_in_the_snapshot_shows_no_row(desk):
    """An empty state that names it and a way out, never all rows."""
    go(desk, "/?department=Department%20of%20Nowhere")
    assert desk.get_by_text("“Department of Nowhere” is not in this snapshot (as of Fri 2026-11-20).").is_visible()
    desk.locator("[data-testid=stMain]").get_by_role("button", name="Reset filters").click()
    desk.get_by_text("All requests due in October 2026.").wait_for()


def in_view(page) -> bool:
    """Whether the heading of the list lies within the window, below the navigation, and has the focus."""
    heading = page.locator(".st-key-list_heading h2")
    top = heading.bounding_box()["y"]
    return 40 <= top < page.viewport_size["height"] - 100 and heading.evaluate("each => each === document.activeElement")


@pytest.mark.parametrize("device", ["desk", "phone"])
def test_a_count_brings_its_requests_into_view_by_keyboard_too(request, device):
    """`See the 12 requests`, twice: the second time from further up again; Tab goes on from the list."""
    page = request.getfixturevalue(device)
    go(page, "/due")
    for place, bucket in ((0, "overdue"), (2, "next5")):
        page.get_by_role("button", name=re.compile(r"^See the \d+ requests?$")).nth(place).focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**bucket={bucket}**")
        settled(page)
        page.wait_for_function("document.activeElement.tagName === 'H2'")
        assert in_view(page)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText").startswith("Overdue (")


def test_back_from_a_request_leads_to_the_list_it_was_opened_from(desk):
    """By the browser's Back and by the link; the request itself opens at its title."""
    address = "/misses?grain=month&period=2026-10&show=unpaused"
    go(desk, address)
    for way in ("back", "link"):
        chosen = desk.get_by_role("combobox", name="Open a request")
        chosen.focus()
        desk.wait_for_timeout(700)  # charts that are still drawn move the list, and close what was opened
        desk.keyboard.press("ArrowDown")
        desk.get_by_role("option").first.wait_for()
        desk.keyboard.press("Enter")
        desk.wait_for_url("**/request?**number=**")
        settled(desk)
        desk.wait_for_function("document.activeElement.tagName === 'H1'")
        assert 0 <= desk.locator("h1").bounding_box()["y"] < 200
        if way == "back":
            desk.go_back()
        else:
            desk.get_by_role("link", name=re.compile(r"^Back to Misses: \d+ requests?$")).click()
        desk.wait_for_url(lambda url: url.endswith(address))
        settled(desk)
        desk.wait_for_function("document.activeElement.tagName === 'H2'")
        assert in_view(desk)
