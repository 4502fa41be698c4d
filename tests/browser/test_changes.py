"""What changed since an earlier snapshot, from the home page to the file and the request."""

import re
import subprocess

from pipelines import build, policy, snapshots
from tests import builders
from tests.browser.conftest import CERTBOARD, ROOT, go, lines, settled


def compared(home, *options: str) -> list[str]:
    """The rows of `certboard diff previous current` without their header."""
    command = [*CERTBOARD, "diff", "previous", "current", *options, "--home", str(home)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()[1:]


def test_from_the_home_page_to_the_requests_that_explain_a_change(desk, served_home):
    """The sentence leads to the months and the requests; their files are those of `certboard diff`; a click opens a request."""
    rules = policy.load(policy.DEFAULT_FOLDER)
    build.build(served_home, rules, as_of=builders.local("2026-11-13 17:00:00"), source_note="Made-up sample data")
    current = build.build(served_home, rules, source_note="Made-up sample data").path
    since = snapshots.before(served_home, current)[-1].stem
    go(desk, "/?grain=month&period=2026-11")
    desk.get_by_role("link", name="See what changed and why").click()
    desk.wait_for_url(f"**/trust?**since={since}**")
    settled(desk)
    desk.get_by_role("heading", name="What changed", exact=True).wait_for()
    number = int(re.search(r"([\d,]+) requests count otherwise", desk.get_by_text("requests count otherwise than before").inner_text())[1].replace(",", ""))
    rows = lines(desk, desk.locator("[class*=st-key-changed_requests_][class*=_csv_] button"))
    assert rows == compared(served_home, "--requests") and len(rows) == number
    assert lines(desk, desk.locator("[class*=st-key-changed_months_][class*=_csv_] button")) == compared(served_home, "--format", "csv")
    table = desk.locator("[class*=st-key-changes_rows_] canvas").first
    table.scroll_into_view_if_needed()
    box = table.bounding_box()
    desk.mouse.click(box["x"] + 18, box["y"] + 54)
    desk.wait_for_url(f"**/request?**number={rows[0].split(',')[0]}**")
