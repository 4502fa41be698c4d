"""Homes with real snapshots, and the dashboard run by Streamlit's own test runner, entry script and all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import build, landing, policy
from tests import builders

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "dashboard" / "app.py"
VIEWS = ("targets", "misses", "due", "request", "trust")

HOSTILE = (
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0",
    "\U0001f600 Emoji Agency \U0001f1fa\U0001f1f8",
    "Very Long Name " * 13 + "Bureau",
    "O'Hara \"Quoted\" \u2018Curly\u2019 Office",
    "**Bold** [link](http://example.com) $x^2$ :red[red] `code` | # ~~gone~~",
    "",
)


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory) -> Path:
    """The sample exports, landed and built."""
    home = tmp_path_factory.mktemp("sample")
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(home, [ROOT / "data" / "sample"], rules, received_at=builders.RECEIVED_AT)
    build.build(home, rules, source_note="Made-up sample data")
    return home


@pytest.fixture(scope="session")
def hostile_home(tmp_path_factory) -> Path:
    """Two met, one late and one open request of every hostile department."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = [builders.a_request("the newest event", updated_at="2026-12-16 16:30:00", department="Calm Department")]
    for position, department in enumerate(HOSTILE):
        for kind, fields in enumerate((
            {"closed_at": "2026-11-05 10:00:00"}, {"closed_at": "2026-11-06 10:00:00"}, {"closed_at": "2026-11-25 10:00:00"}, {},
        )):  # fmt: skip
            started = {"submitted_at": "2026-11-03 09:00:00"} if fields else {"submitted_at": "2026-12-15 09:00:00"}
            kind_of = {"request_type": department, "assignment_group": department}
            rows.append(builders.a_request(f"RITM{position}{kind}", department=department, **kind_of, **started, **fields))
    rows.append(builders.a_request("RITM-odd", state="Complete.<b>System</b>", department=HOSTILE[0]))
    rules = builders.a_policy(folder)
    builders.land(folder / "home", folder / "exports", {"requests <b>.csv": rows}, rules)
    build.build(folder / "home", rules)
    return folder / "home"


@pytest.fixture
def open_app(monkeypatch) -> Callable[..., AppTest]:
    """`open_app(home, "misses", period="2026-10")`: the dashboard at a page and an address, run once."""

    def opened(home: Path, view: str = "targets", **address: str | list[str]) -> AppTest:
        monkeypatch.setenv("CERTBOARD_HOME", str(home))
        monkeypatch.delenv("CERTBOARD_SNAPSHOT", raising=False)
        app = AppTest.from_file(str(APP), default_timeout=60)
        for key, value in address.items():
            app.query_params[key] = value
        if view != "targets":
            app.switch_page(f"views/{view}.py")
        return app.run()

    return opened


def words(app: AppTest) -> str:
    """Everything the page says in text elements, with ordinary spaces."""
    kinds = (app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error, app.metric, app.text)
    found = [f"{each.label} {each.value}" if hasattr(each, "label") and each.type == "metric" else str(each.value) for kind in kinds for each in kind]
    return "\n".join(found).replace("\u00a0", " ").replace("\\", "")
