"""The dashboard as people meet it: `certboard serve` in a process of its own, read by Chromium."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines import build, landing, policy
from tests import builders

ROOT = Path(__file__).resolve().parents[2]
CANDIDATES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
).split()
CERTBOARD = [sys.executable, "-c", "from pipelines.cli import main; main()"]
DESK, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser of `$CERTBOARD_CHROMIUM`, else the first that is on the path."""
    path = os.environ.get("CERTBOARD_CHROMIUM") or next((found for name in CANDIDATES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium here; install one or name it in CERTBOARD_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def served_home(tmp_path_factory) -> Path:
    """A home with the sample exports, built as of their newest event."""
    home = tmp_path_factory.mktemp("served")
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(home, [ROOT / "data" / "sample"], rules, received_at=builders.RECEIVED_AT)
    build.build(home, rules, source_note="Made-up sample data")
    return home


@pytest.fixture(scope="session")
def address(served_home) -> Iterator[str]:
    """Where `certboard serve` says the dashboard is."""
    process = subprocess.Popen([*CERTBOARD, "serve", "--home", str(served_home), "--port", "0"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            if found := re.search(r"http://localhost:\d+", line):
                yield found[0]
                break
        else:
            raise AssertionError("certboard serve ended without saying where it is")
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def desk(chromium, address) -> Iterator[Page]:
    """A page in a window of 1440 by 1000 pixels."""
    yield from opened(chromium, address, DESK)


@pytest.fixture
def phone(chromium, address) -> Iterator[Page]:
    """A page on a phone of 390 by 844 pixels."""
    yield from opened(chromium, address, PHONE)


def opened(chromium: Browser, address: str, viewport: dict) -> Iterator[Page]:
    """A fresh browser context, so a fresh session."""
    context = chromium.new_context(base_url=address, viewport=viewport, accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(45_000)
    yield page
    context.close()


def settled(page: Page) -> Page:
    """Wait until the page is drawn: a title, no running script, nothing still loading."""
    page.wait_for_selector("[data-testid=stApp] h1")
    page.wait_for_function(
        "document.querySelector('[data-testid=stApp]').dataset.testScriptState !== 'running'"
        " && document.querySelectorAll('[data-testid=stSkeleton]').length === 0"
        " && document.querySelectorAll('[data-testid=stMain] [data-stale=true]').length === 0"
    )
    return page


def go(page: Page, path: str) -> Page:
    """Open an address and wait until it is drawn."""
    page.goto(path)
    return settled(page)


def lines(page: Page, button) -> list[str]:
    """Download with a button; the rows of the file without its header."""
    with page.expect_download() as started:
        button.click()
    return Path(started.value.path()).read_text(encoding="utf-8").splitlines()[1:]


def export(home: Path, table: str, *where: str, by: str | None = None) -> list[str]:
    """The rows of `certboard export` without their header."""
    arguments = [part for each in where for part in ("--where", each)] + (["--by", by] if by else [])
    done = subprocess.run([*CERTBOARD, "export", table, *arguments, "--home", str(home)], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[1:]
