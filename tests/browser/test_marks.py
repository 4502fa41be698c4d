"""Every mark and card leads to as many rows as the number on it; the file of those rows has as many lines."""

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import go, lines, settled

OCTOBER = "grain=month&period=2026-10"


def marks(page: Page, chart: str) -> Locator:
    """The points or bars of a chart that can be clicked."""
    plot = page.locator(f"[class*=st-key-{chart}_] .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    return plot.locator(".barlayer .point path, .scatterlayer .points path.point")


def texts(page: Page, chart: str, css: str) -> list[str]:
    """The texts of a chart in the order they are drawn."""
    return page.locator(f"[class*=st-key-{chart}_] .js-plotly-plot {css}").all_text_contents()


def click(page: Page, mark: Locator) -> None:
    """Click the middle of a mark, wherever it lies on the page."""
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_timeout(400)
    settled(page)


def rows(page: Page, name: str) -> int:
    """The rows of a list, as its file holds them; the button says the same number."""
    button = page.locator(f"[class*=st-key-{name}_csv_] button")
    said = re.search(r"Download (?:this row|these ([\d,]+) rows)", button.inner_text())
    number = int((said[1] or "1").replace(",", ""))
    assert len(lines(page, button)) == number
    return number


def test_a_dot_over_time_leads_to_the_requests_that_were_due(desk):
    """The number under a dot is how many were due; so many rows are behind it."""
    go(desk, f"/misses?{OCTOBER}")
    due = texts(desk, "time", ".scatterlayer .textpoint text")
    dots = marks(desk, "time")
    click(desk, dots.nth(3))
    assert "month=" in desk.url and "option=new_customer_install" in desk.url
    assert rows(desk, "misses_due") == int(due[3])
    assert desk.get_by_text("Shown: New, customer install").is_visible()


def test_a_dot_of_a_department_leads_to_its_misses(desk):
    """`8 of 53`: eight rows."""
    go(desk, f"/misses?{OCTOBER}")
    missed = [each for each in texts(desk, "by_department", ".annotation-text") if re.fullmatch(r"[\d,]+ of [\d,]+", each)]
    click(desk, marks(desk, "by_department").nth(0))
    assert "department=" in desk.url
    assert rows(desk, "misses_missed") == int(missed[0].split()[0])


@pytest.mark.parametrize("place", [0, -1])
def test_a_bar_of_lateness_leads_to_the_misses_that_were_so_late(desk, place):
    """The first bar and the last one, which is still open."""
    go(desk, f"/misses?{OCTOBER}")
    printed = [each for each in texts(desk, "late", ".bartext") if each]
    tall = [mark for mark in marks(desk, "late").all() if mark.bounding_box()["height"] > 4]
    click(desk, tall[place])
    assert "late=" in desk.url
    assert rows(desk, "misses_missed") == int(printed[place])


def test_the_requests_whose_verdict_changes_are_one_click_away(desk):
    """The number on the button of the clocks is the number of rows."""
    go(desk, f"/misses?{OCTOBER}")
    button = desk.get_by_role("button", name=re.compile("whose verdict changes on the other clock"))
    number = int(re.search(r"See the (\d+)", button.inner_text())[1])
    button.click()
    desk.wait_for_url("**show=changed**")
    assert rows(settled(desk), "misses_changed") == number


def test_clear_takes_a_selection_back(desk):
    """`Shown: … [Clear]`."""
    go(desk, f"/misses?{OCTOBER}&option=inquiry&late=1&month=2026-09")
    desk.get_by_role("button", name="Clear", exact=True).click()
    desk.wait_for_url(re.compile(r"^(?!.*late=)(?!.*option=)(?!.*month=2026-09).*$"))
    assert "period=2026-10" in desk.url


def test_every_card_of_the_home_page_leads_to_its_misses(desk):
    """`See the 13 misses`: thirteen rows; a card without misses leads to all that were due."""
    cards = links(desk)[:6]
    desk.get_by_role("link", name=cards[0][0]).first.click()
    desk.wait_for_url("**/misses?**")
    for place, (label, href) in enumerate(cards):
        if place:
            go(desk, href)
        settled(desk)
        number = int((re.search(r"[\d,]+", label) or ["1"])[0].replace(",", ""))
        assert rows(desk, "misses_missed" if "miss" in label else "misses_due") == number


def test_every_count_that_needs_action_leads_to_its_requests(desk):
    """Overdue now, due today, due within five business days."""
    counts = [each for each in links(desk) if "due?" in each[1]]
    desk.get_by_role("link", name=counts[0][0], exact=True).last.click()
    desk.wait_for_url("**/due?**bucket=**")
    for place, (label, href) in enumerate(counts):
        if place:
            go(desk, href)
        settled(desk)
        assert rows(desk, "open") == int(re.search(r"\d+", label)[0])


def links(page: Page) -> list[tuple[str, str]]:
    """The links of the home page that show a count, with their addresses."""
    go(page, f"/?{OCTOBER}")
    found = page.get_by_role("link", name=re.compile(r"^See the ([\d,]+ )?(miss|misses|requests?)$")).all()
    return [(each.inner_text(), each.get_attribute("href")) for each in found]


@pytest.mark.parametrize("place", [0, 1, 3])
def test_a_bar_of_due_dates_leads_to_the_requests_due_then(desk, place):
    """The overdue bar, and bars of a date; a bar has a part for each risk, and its number is that of all of them."""
    go(desk, "/due")
    bars = [(each, each.bounding_box()) for each in marks(desk, "dates").all()]
    bar, box = sorted(((each, box) for each, box in bars if box and box["height"] > 2), key=lambda found: found[1]["x"])[place]
    printed = desk.locator("[class*=st-key-dates_] .js-plotly-plot .textpoint text").all()
    above = min(printed, key=lambda text: abs(text.bounding_box()["x"] + text.bounding_box()["width"] / 2 - box["x"] - box["width"] / 2))
    number = int(above.text_content())
    click(desk, bar)
    assert "bucket=" in desk.url
    assert rows(desk, "open") == number


@pytest.mark.parametrize("label", ["Overdue", "Due today", "Next 5", "All open", "Waiting for approval"])
def test_a_chip_shows_as_many_rows_as_it_says(desk, label):
    """Filter chips carry their count."""
    go(desk, "/due")
    chip = desk.get_by_role("radio", name=re.compile(rf"^{label} \(\d+\)$"))
    number = int(re.search(r"\((\d+)\)", chip.inner_text())[1])
    chip.click()
    desk.wait_for_url("**bucket=**")
    assert rows(settled(desk), "open") == number


@pytest.mark.parametrize("place", [1, 8])
def test_a_bar_of_the_coverage_leads_to_its_requests(desk, place):
    """One reason that is measured, one that is not."""
    go(desk, "/trust")
    printed = texts(desk, "coverage", ".bartext")
    click(desk, marks(desk, "coverage").nth(place))
    assert "reason=" in desk.url
    assert rows(desk, "reason") == int(printed[place].replace(",", ""))
