"""Pages that everybody can use: nothing serious for axe, no sideways scroll, named charts, headings without gaps."""

from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import go

PATHS = {
    "targets": "/?period=2026-10",
    "misses": "/misses?period=2026-10",
    "due": "/due",
    "request": "/request?number={number}",
    "expiry": "/expiry",
    "capacity": "/capacity",
    "comparison": "/capacity?weeks=52&staff=5&lead=30&compare=half_automated",
    "years": "/capacity?weeks=156",
    "inventory": "/inventory",
    "certificate": "/inventory?certificate={certificate}",
    "trust": "/trust",
}
# WCAG 1.4.3 asks no contrast of inactive controls; axe knows the inputs, but not the labels of disabled ones.
INACTIVE = {"exclude": [["label[disabled]"]]}


@pytest.fixture(scope="module")
def subjects(served_home) -> dict[str, str]:
    """What the pages about one thing are opened with: a request that missed, a certificate with a request under way."""
    from pipelines import metrics, snapshots

    queries = {
        "number": metrics.select("slo_outcomes", where={"outcome_reason": ["completed_late"]}, limit=1),
        "certificate": metrics.select("renewal_exposure", where={"exposure_band": ["covered"]}, limit=1),
    }
    with snapshots.open_read_only(snapshots.current(served_home)) as connection, connection.cursor() as cursor:
        return {name: quote(cursor.execute(query.sql, list(query.parameters)).fetchone()[0]) for name, query in queries.items()}


@pytest.mark.parametrize("view", PATHS)
def test_axe_finds_nothing_serious_and_everything_is_named(desk, view, subjects):
    """WCAG 2.2 A and AA, as far as a machine can tell, in both themes; alt text on charts; headings 1, 2, 3 without gaps."""
    go(desk, PATHS[view].format(**subjects))
    assert serious(desk) == {}
    charts = desk.locator("[data-testid=stPlotlyChart]").all()
    assert all(len(each.get_attribute("aria-label") or "") > 40 for each in charts)
    levels = desk.evaluate("() => [...document.querySelectorAll('[data-testid=stMain] :is(h1,h2,h3,h4,h5,h6)')].map(e => +e.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
    desk.emulate_media(color_scheme="dark")
    go(desk, PATHS[view].format(**subjects))
    assert serious(desk) == {}


def serious(page: Page) -> dict[str, list[str]]:
    """What axe calls serious or critical, with the first places."""
    found = Axe().run(page, context=INACTIVE).response["violations"]
    return {each["id"]: [node["html"][:160] for node in each["nodes"]][:3] for each in found if each["impact"] in ("serious", "critical")}


@pytest.mark.parametrize("view", PATHS)
def test_nothing_scrolls_sideways_on_a_phone(phone, view, subjects):
    """At 390 px the page is as wide as the phone, and the first number is above the fold."""
    go(phone, PATHS[view].format(**subjects))
    wide = phone.evaluate("() => [document.documentElement, document.querySelector('[data-testid=stMain]')].map(each => each.scrollWidth)")
    assert max(wide) <= 390
    title = phone.locator("h1").bounding_box()
    assert title["y"] + title["height"] < 300


@pytest.mark.parametrize("view", ["misses", "request", "trust"])
def test_everything_unfolded_can_be_scrolled_by_keyboard_on_a_phone(phone, view, subjects):
    """At 390 px no table is wider than the phone unless the keyboard can scroll it: axe's `scrollable-region-focusable`."""
    unfolded(go(phone, PATHS[view].format(**subjects)))
    assert serious(phone) == {}


@pytest.mark.parametrize("view", ["request", "trust"])
def test_no_date_is_broken_across_lines_on_a_phone(phone, view, subjects):
    """`2026-09-28` in a headline, a table or a line of a list stays together, however narrow the column is."""
    unfolded(go(phone, PATHS[view].format(**subjects)))
    found = phone.evaluate(DATES, "[data-testid=stMain] :is(h2, td, li)")
    assert len(found) > 3 and [text for text, lines in found if lines > 1] == []


DATES = r"""(places) => {
    const found = [];
    for (const place of document.querySelectorAll(places)) {
        const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            for (const match of walker.currentNode.data.matchAll(/(?<!\w)\d{4}-\u2060?\d{2}-\u2060?\d{2}/g)) {
                const range = document.createRange();
                range.setStart(walker.currentNode, match.index);
                range.setEnd(walker.currentNode, match.index + match[0].length);
                found.push([match[0], new Set([...range.getClientRects()].filter(each => each.width > 0).map(each => Math.round(each.top))).size]);
            }
        }
    }
    return found;
}"""
"""Each date in these places, names of files left out, with the number of lines that it is on."""


def unfolded(page: Page) -> Page:
    """Everything that can be opened, opened."""
    folded = page.locator("[data-testid=stMain] details:not([open]) > summary")
    while folded.count():
        folded.first.click()
        page.wait_for_timeout(150)
    return page


def test_the_filters_are_reached_by_tab(desk):
    """Everything is reachable by Tab: from the top of the page to the first filter."""
    go(desk, PATHS["targets"])
    for _ in range(25):
        desk.keyboard.press("Tab")
        inside = desk.evaluate("() => !!document.activeElement.closest('[data-testid=stSidebar] [class*=st-key-w_period]')")
        if inside:
            return
    raise AssertionError("25 times Tab do not reach the period")
