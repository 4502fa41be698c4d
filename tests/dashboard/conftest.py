"""Homes with real snapshots, and the dashboard run by Streamlit's own test runner, entry script and all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pipelines import build, landing, policy
from tests import builders, certificate_builders
from tests.certificate_builders import a_certificate
from tests.dashboard import missed_october, told_requests

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "dashboard" / "app.py"
VIEWS = ("targets", "misses", "due", "request", "expiry", "capacity", "inventory", "trust")

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
    held = [
        a_certificate(
            f"a{position}", organisation=name, department=name, profile=name, issuer=name, order_number=name, contacts=name, updated_at="2026-12-16 16:30:00",
            common_name="", subject_alternative_names=f"{name} <b>bold</b> host{position}.ca.gov", issued_at="2026-06-01 10:00:00", expires_on="2026-12-20",
        )
        for position, name in enumerate(HOSTILE)
    ]  # fmt: skip
    path = certificate_builders.write(folder / "exports", "certificates <b>.csv", held, certificate_builders.CERTIFICATE)
    landing.ingest(folder / "home", [path], rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"


NAMED = {"issued_at": "2026-05-01 10:00:00", "updated_at": "2026-11-20 12:00:00"}
ESTATE = {
    "e1": {"expires_on": "2026-11-10", "common_name": "expired.edd.ca.gov"},
    "e2": {"not_after_at": "2026-11-20T23:59:59Z", "common_name": "today.dmv.ca.gov", "expires_on": ""},
    "e3": {"expires_on": "2026-11-28", "common_name": "late.dmv.ca.gov"},
    "e4": {"expires_on": "2026-11-27", "common_name": "covered.edd.ca.gov", "subject_alternative_names": "www.covered.edd.ca.gov"},
    "e5": {"expires_on": "2026-12-10", "common_name": "now.dmv.ca.gov", "subject_alternative_names": "other.dmv.ca.gov"},
    "e6": {"expires_on": "2027-01-15", "common_name": "later.edd.ca.gov", "contacts": "a@x.ca.gov, b@x.ca.gov, c@x.ca.gov"},
    "e7": {"expires_on": "2027-01-20", "common_name": "one.parks.ca.gov"},
    "e8": {"expires_on": "2027-06-30", "common_name": "*.parks.ca.gov", "issued_at": "2026-06-01 10:00:00"},
    "e9": {"expires_on": "2027-01-10", "common_name": "own.dgs.ca.gov", "requested_via": "delegated"},
    "ea": {"expires_on": "2026-12-01", "common_name": "gone.dmv.ca.gov", "status": "revoked", "revoked_at": "2026-11-01 10:00:00"},
    "eb": {"expires_on": "2026-12-31", "common_name": "key.dmv.ca.gov", "key_algorithm": "RSA", "key_size": "1024"},
    "ec": {"expires_on": "", "common_name": "never.dmv.ca.gov", "status": "declined", "serial_number": "", "issued_at": ""},
}
"""As of Fri 2026-11-20 16:42: one certificate in every band and state that the pages tell apart."""


@pytest.fixture(scope="session")
def estate_home(tmp_path_factory) -> Path:
    """The certificates of ESTATE, an open renewal that covers one of them, and one that names a part of another."""
    folder = tmp_path_factory.mktemp("estate")
    renewal = {"service_option": "renewal_customer_install", "request_type": "Renewal"}
    requests = [
        builders.a_request("RITM1", "2026-11-16 10:00:00", common_name="covered.edd.ca.gov", subject_alternative_names="www.covered.edd.ca.gov", **renewal),
        builders.a_request("RITM2", "2026-11-16 10:00:00", common_name="now.dmv.ca.gov", contacts="a@x.ca.gov", **renewal),
        builders.a_request("RITM3", "2026-11-19 10:00:00", updated_at="2026-11-20 16:42:00"),
    ]
    rules = builders.a_policy(folder)
    certificates = [a_certificate(serial) | NAMED | fields for serial, fields in ESTATE.items()]
    path = certificate_builders.write(folder, "certificates.csv", certificates, certificate_builders.CERTIFICATE)
    builders.land(folder / "home", folder, {"requests.csv": requests}, rules)
    landing.ingest(folder / "home", [path], rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"


@pytest.fixture(scope="session")
def told_home(tmp_path_factory) -> Path:
    """Requests with state changes, pauses, clocks of ServiceNow and corrections."""
    return told_requests.home(tmp_path_factory.mktemp("told"))


@pytest.fixture(scope="session")
def october_home(tmp_path_factory) -> Path:
    """Eight requests due in October 2026, counted by hand, with phases, a pause, second opinions, a correction and an exclusion."""
    return missed_october.home(tmp_path_factory.mktemp("october"))


@pytest.fixture(scope="session")
def bare_home(tmp_path_factory) -> Path:
    """One open request and no certificate."""
    folder = tmp_path_factory.mktemp("bare")
    rules = builders.a_policy(folder)
    builders.land(folder / "home", folder, {"requests.csv": [builders.a_request("RITM1")]}, rules)
    build.build(folder / "home", rules)
    return folder / "home"


@pytest.fixture(scope="session")
def certificates_home(tmp_path_factory) -> Path:
    """Certificates and nothing else: no request, and no event but their issue."""
    folder = tmp_path_factory.mktemp("certificates")
    (folder / "scan.csv").write_text("host,expires\nweb.dmv.ca.gov,2026-12-01\nmail.dmv.ca.gov,2026-12-30\nold.dmv.ca.gov,2026-11-10\n", encoding="utf-8")
    rules = policy.load(policy.DEFAULT_FOLDER)
    landing.ingest(folder / "home", [folder / "scan.csv"], rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules, as_of=builders.local("2026-11-20 12:00:00"))
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
    """Everything the page says in text elements, with ordinary spaces and without invisible joiners."""
    kinds = (app.title, app.header, app.markdown, app.caption, app.info, app.warning, app.error, app.metric, app.text)
    found = [f"{each.label} {each.value}" if hasattr(each, "label") and each.type == "metric" else str(each.value) for kind in kinds for each in kind]
    return "\n".join(found).replace("\u00a0", " ").replace("\u2060", "").replace("\\", "")
