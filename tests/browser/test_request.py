"""One request with a history as its readers meet it: squares that fit a phone, files that equal the export, and the way to it from the list."""

import re

import pytest

from pipelines import metrics, snapshots
from tests.browser.conftest import export, go, lines


@pytest.fixture(scope="module")
def paused(served_home) -> str:
    """The number of a missed request with phases and a pause that would move its due date."""
    chosen = metrics.select("request_variants", where={"clock_basis": ["without_pauses"]})
    missed = metrics.select("slo_outcomes", where={"outcome_reason": ["completed_late"]})
    sql = (
        f"select min(variants.number) from ({chosen.sql}) as variants inner join ({missed.sql}) as outcomes on variants.number = outcomes.number "
        "inner join facts.request_phases as phases on variants.number = phases.number"
    )
    with snapshots.open_read_only(snapshots.current(served_home)) as connection, connection.cursor() as cursor:
        return cursor.execute(sql, [*chosen.parameters, *missed.parameters]).fetchone()[0]


def test_the_files_of_the_clock_and_the_phases_equal_the_export(desk, served_home, paused):
    """The rows on the screen, those of the file and those of `certboard export` are the same."""
    go(desk, f"/request?number={paused}")
    for part, table in (("clock", "clock_ledger"), ("phases", "request_phases")):
        button = desk.locator(f"[class*=st-key-{part}_csv_] button")
        said = int(re.search(r"these (\d+) rows", button.inner_text())[1])
        rows = lines(desk, button)
        assert len(rows) == said and rows == export(served_home, table, f"number={paused}")


def test_the_squares_of_the_clock_fit_a_phone_and_do_not_overlap(phone, paused):
    """One row per week, seven squares: at 390 px none touches another, with the phases beside them."""
    go(phone, f"/request?number={paused}")
    plot = phone.locator("[class*=st-key-clock_] .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    boxes = [each.bounding_box() for each in plot.locator(".scatterlayer .points path.point").all()]
    assert len(boxes) > 5 and all(0 <= box["x"] and box["x"] + box["width"] <= 390 for box in boxes)
    places = sorted((round(box["y"] + box["height"] / 2), box["x"], box["width"]) for box in boxes)
    for (row, left, width), (next_row, next_left, _) in zip(places, places[1:], strict=False):
        assert next_row > row + 30 or next_left >= left + width
    names = plot.locator(".yaxislayer-above text").all()
    assert names and all(name.bounding_box()["x"] >= 0 for name in names)
    dates = [name.bounding_box() for name in names]
    assert all(above["y"] + above["height"] <= below["y"] + 1 for above, below in zip(dates, dates[1:], strict=False))


def test_the_labels_of_the_phases_fit_a_phone(phone, paused):
    """`Review 3 of 2 business days (certificate team)` is not cut off, and what is over is said beside the bar."""
    go(phone, f"/request?number={paused}")
    plot = phone.locator("[class*=st-key-phases_] .js-plotly-plot")
    plot.scroll_into_view_if_needed()
    labels = plot.locator(".annotation-text").all()
    assert any(re.match(r"Review \d+ of \d+ business days? \(certificate team\)", label.text_content()) for label in labels)
    assert all(label.bounding_box()["x"] >= 0 and label.bounding_box()["x"] + label.bounding_box()["width"] <= 390 for label in labels)


def test_the_file_of_what_is_due_has_the_phases(desk, served_home):
    """Phase and holder on the screen are those of the file, and the file equals the export."""
    go(desk, "/due")
    rows = lines(desk, desk.locator("[class*=st-key-open_csv_] button"))
    wanted = export(served_home, "open_requests")
    assert len(rows) == len(wanted) and sorted(rows) == sorted(wanted)
    assert any(",certificate team," in row for row in rows)


def test_the_second_opinion_stands_beside_the_verdict(desk, served_home):
    """`ServiceNow says: breached (same).` or how it differs, with the evidence under it."""
    differing = export(served_home, "verdict_reconciliation", "agreement=disagree")[0].split(",")[0]
    go(desk, f"/request?number={differing}")
    assert desk.get_by_role("heading", name="What ServiceNow says").is_visible()
    assert desk.get_by_text(re.compile(r"^ServiceNow.* says: .* \(differs: ")).first.is_visible()
    assert desk.get_by_text(re.compile("^Evidence: ")).first.is_visible()
