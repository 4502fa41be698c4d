"""One hundred thousand certificates: what pages 5 and 7 ask of the snapshot, and from a click to the last change drawn in Chromium."""

from datetime import date
from pathlib import Path
from statistics import median

import pytest

from dashboard import exposure, holdings
from pipelines import metrics, snapshots
from tests.benchmarks import holdings as inventories
from tests.benchmarks import servers
from tests.benchmarks.processes import CERTBOARD, run
from tests.benchmarks.results import Found, record, seconds
from tests.benchmarks.test_dashboard import MAIN, REPEATS, clicked, opened
from tests.benchmarks.test_slices import ask, medians
from tests.browser.conftest import chromium  # noqa: F401, a fixture is used by its name

pytestmark = pytest.mark.bench

ASKED = 20
"""How often a round asks a question of milliseconds."""


@pytest.fixture(scope="session")
def held(rows, tmp_path_factory) -> Path:
    """A home with a tenth as many certificates as the lines about requests have requests."""
    home = tmp_path_factory.mktemp("held")
    run([*CERTBOARD, "ingest", inventories.folder(rows // 10), "--home", home])
    return home


def questions(connection) -> dict[str, metrics.Query]:
    """What one view of each page asks first: counts, a page of rows, one certificate, a search."""
    ((key, name),) = ask(connection, metrics.Query("select certificate, common_name from certificates where is_active order by certificate limit 1 offset 5000", (), ()))
    return {
        "scan": metrics.Query("select is_active, count(*) from certificates group by 1", (), ()),
        "one certificate": metrics.select("certificates", where={"certificate": [key]}),
        "its names": metrics.select("certificate_names", where={"certificate": [key]}),
        "its requests": metrics.select("certificate_links", where={"certificate": [key]}),
        "100 soonest of 90 days": metrics.select("renewal_exposure", where={"horizon": ["90"]}, order=[("expires_on", False)], limit=100),
        "bands of 90 days": holdings.exposure_bands_query({"horizon": ["90"], "is_delegated": ["false"]}, list(exposure.DATED)),
        "days of 13 weeks": holdings.exposure_days_query({"is_delegated": ["false"]}, date(2026, 6, 30), date(2026, 9, 28)),
        "100 active": metrics.select("certificates", where={"is_active": ["true"]}, order=[("expires_on", False)], limit=100),
        "search for a name": metrics.select("certificates", where={"search": [name[:12]]}, limit=100),
    }


def test_what_the_pages_ask(rows, rounds, held):
    """One certificate and a page of rows at the pace of one request, whatever the size of the inventory."""
    with snapshots.open_read_only(snapshots.current(held)) as connection:
        asked = questions(connection)
        found = medians(rounds * ASKED, {name: lambda query=query: ask(connection, query) for name, query in asked.items()})
    slowest = max((name for name in found if name != "scan"), key=found.__getitem__)
    one = found["one certificate"]
    words = f"one certificate {one}; slowest {found[slowest]}: {slowest}"
    record("inventory", Found({name: str(each) for name, each in found.items()}, words, one.wall <= 0.006, rounds * ASKED), rows=rows)


def test_clicks_between_the_pages(rows, rounds, held, chromium, tmp_path):  # noqa: F811
    """From Expiry to Inventory and back, and a horizon never chosen before; in turns with the empty app."""
    taken: dict[str, list[float]] = {"page": [], "horizon": []}
    with servers.dashboard(held) as product:
        page = opened(chromium, product.address, "/expiry")
        for turn in range(rounds * REPEATS + 2):
            spent = clicked(page, page.get_by_role("link", name=("Inventory", "Expiry")[turn % 2], exact=True), MAIN)
            if turn >= 2:
                taken["page"].append(spent)
        page.goto("/expiry")
        page.wait_for_timeout(2500)
        for days in ("20", "60", "180", "90"):
            taken["horizon"].append(clicked(page, page.get_by_role("radio", name=days, exact=True), MAIN))
        memory = product.peak_bytes()
    found = {name: median(each) for name, each in taken.items()}
    for key, name, goal in (("inventory_switch", "page", 0.5), ("inventory_filter", "horizon", 0.12)):
        shown = {name: f"{seconds(found[name])} ({seconds(min(taken[name]))} to {seconds(max(taken[name]))})"}
        record(key, Found(shown, seconds(found[name]), found[name] <= goal, len(taken[name]), {"server": memory}), rows=rows)
