"""From a click to the last chart redrawn in Chromium, against an empty app served the same way; and many visitors at once."""

from statistics import median, quantiles

import pytest
from playwright.sync_api import Page

from tests.benchmarks import data, servers, visitors
from tests.benchmarks.results import Found, megabytes, record, seconds
from tests.browser.conftest import DESK, chromium, settled  # noqa: F401, a fixture is used by its name

pytestmark = pytest.mark.bench

REPEATS = 3
"""How often a round clicks."""
VISITORS, QUESTIONS, THINKING_SECONDS = 30, 6, 5.0
MONTH = "grain=month&period=2025-03"

WATCH = """
(selector) => {
  const watch = window.watch = {clicked: null, drawn: null, touched: null};
  document.addEventListener('click', (event) => { watch.clicked = event.timeStamp; }, {capture: true, once: true});
  const within = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest(selector);
  new MutationObserver((changes) => {
    if (watch.clicked === null || !changes.some((change) => within(change.target) || [...change.addedNodes].some(within))) return;
    watch.touched = performance.now();
    requestAnimationFrame(() => setTimeout(() => { watch.drawn = performance.now(); }));
  }).observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
}
"""
"""Notes when the next click happens, and when the last change within `selector` has been painted."""
QUIET = """
(quiet) => {
  const {watch} = window;
  return watch.drawn !== null && document.querySelector('[data-testid=stApp]').dataset.testScriptState !== 'running'
    && watch.drawn >= watch.touched && performance.now() - watch.drawn > quiet;
}
"""
CHARTS = "[data-testid=stMain] .js-plotly-plot"
TEXT = "[data-testid=stMain] [data-testid=stMarkdownContainer]"
MAIN = "[data-testid=stMain]"
QUIET_MILLISECONDS = 400


def clicked(page: Page, target, selector: str) -> float:
    """Seconds from a click to the paint after the last change within `selector`."""
    target.wait_for()
    page.evaluate(WATCH, selector)
    target.click()
    page.wait_for_function(QUIET, arg=QUIET_MILLISECONDS)
    found = page.evaluate("window.watch")
    return (found["drawn"] - found["clicked"]) / 1000


def opened(browser, address: str, path: str) -> Page:
    """A new session on a page that is wholly drawn."""
    page = browser.new_context(base_url=address, viewport=DESK).new_page()
    page.set_default_timeout(30_000)
    page.goto(path)
    settled(page)
    page.wait_for_timeout(1500)
    return page


def grain(page: Page, name: str):
    """A button of the control that both apps have."""
    return page.get_by_role("radio", name=name, exact=True)


def department(page: Page, name: str):
    """The option of the department filter, its list opened."""
    box = page.get_by_role("combobox", name="Department")
    box.click()
    box.fill(name)
    page.wait_for_timeout(300)
    return page.get_by_role("option", name=name, exact=True)


def test_clicks(rows, rounds, home_of, chromium, tmp_path):  # noqa: F811
    """A filter never chosen before, one chosen before, and another page; in turns with the empty app."""
    clicks = rounds * REPEATS
    taken: dict[str, list[float]] = {name: [] for name in ("empty app", "department, new", "grain, again", "page")}
    with servers.dashboard(home_of(rows)) as product, servers.empty(tmp_path) as bare:
        page, void = opened(chromium, product.address, f"/?{MONTH}"), opened(chromium, bare.address, "/")
        for turn in range(clicks + 3):
            name = ("Quarter", "Fiscal year", "Month")[turn % 3]
            spent = clicked(void, grain(void, name), TEXT), clicked(page, grain(page, name), CHARTS)
            if turn >= 3:  # after one of each, all of them have been chosen before
                taken["empty app"].append(spent[0])
                taken["grain, again"].append(spent[1])
        for turn in range(clicks):
            if turn % 5 == 0:
                page.goto(f"/?{MONTH}")
                settled(page)
            name = f"Department of {data.DEPARTMENTS[turn % len(data.DEPARTMENTS)]}"
            taken["department, new"].append(clicked(page, department(page, name), CHARTS))
            assert name.replace(" ", "+") in page.url or name.replace(" ", "%20") in page.url
            page.keyboard.press("Escape")
        page.goto(f"/?{MONTH}")
        settled(page)
        for turn in range(clicks + 4):
            spent = clicked(page, page.get_by_role("link", name=("Misses", "Targets")[turn % 2], exact=True), MAIN)
            if turn >= 4:
                taken["page"].append(spent)
        memory = product.peak_bytes()
    found = {name: median(each) for name, each in taken.items()}
    for key, name, goal in (("filter_new", "department, new", 0.12), ("filter_again", "grain, again", 0.12), ("page_switch", "page", 0.5)):
        shown = {each: f"{seconds(found[each])} ({seconds(min(taken[each]))} to {seconds(max(taken[each]))})" for each in (name, "empty app")}
        words = f"{seconds(found[name])}, {found[name] / found['empty app']:.1f} x the empty app"
        record(key, Found(shown, words, found[name] <= goal, clicks, {"server": memory}), rows=rows)


def test_thirty_visitors(rows, rounds, home_of):
    """Thirty people who look at one view after another, each in a session of its own, and think in between."""
    periods = [f"{year}-{month:02}" for year in (2023, 2024) for month in range(1, 13)]
    views = [f"grain=month&period={period}&department=Department%20of%20{name.replace(' ', '%20')}" for period in periods for name in data.DEPARTMENTS]
    views += [f"grain=month&period={period}" for period in periods]
    questions = max(2, QUESTIONS * rounds // 5)
    with servers.dashboard(home_of(rows)) as server:
        spent = visitors.visits(server.address, views, count=VISITORS, questions=questions, thinking_seconds=THINKING_SECONDS)
        memory = server.peak_bytes()
    assert len(spent) == VISITORS * questions
    p50, p95 = median(spent), quantiles(spent, n=20)[-1]
    shown = {"p50": seconds(p50), "p95": seconds(p95), "slowest": seconds(max(spent))}
    record("visitors", Found(shown, seconds(p95), p95 <= 1, len(spent), {"server": memory}), rows=rows)
    record("server_memory", Found({}, megabytes(memory), memory <= 400e6, 1, {"server": memory}), rows=rows)
