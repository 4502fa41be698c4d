"""A snapshot that is published while a page is open is announced, and shown only when asked for."""

import re

from pipelines import build, policy
from tests import builders
from tests.browser.conftest import go, settled


def test_old_rows_until_show_then_new_ones(desk, served_home):
    """An open, untouched page says within 60 s "New data as of …" and does not redraw under the reader's hands."""
    go(desk, "/due")
    before = desk.locator("[data-testid=stMain] h2").all_inner_texts()
    rules = policy.load(policy.DEFAULT_FOLDER)
    kept = build.build(served_home, rules, source_note="Made-up sample data")
    try:
        build.build(served_home, rules, as_of=builders.local("2026-11-13 17:00:00"), source_note="Made-up sample data")
        desk.get_by_text(re.compile("New data as of Fri 2026-11-13 17:00 Pacific")).wait_for(timeout=60_000)
        assert desk.get_by_text("All requests open on Fri 2026-11-20.").is_visible()
        assert desk.locator("[data-testid=stMain] h2").all_inner_texts() == before
        desk.get_by_role("button", name="Show", exact=True).click()
        desk.get_by_text("All requests open on Fri 2026-11-13.").wait_for()
        settled(desk)
        assert desk.locator("[data-testid=stMain] h2").all_inner_texts() != before
        assert desk.get_by_text("New data as of").count() == 0
    finally:
        again = build.build(served_home, rules, source_note="Made-up sample data")
        assert again.path == kept.path
