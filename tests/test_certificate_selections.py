"""What can be asked of the tables of certificates beside their columns: the same names on the pages, in addresses and for `export --where`."""

import pytest

from pipelines import metrics
from pipelines.errors import UserError
from tests import builders
from tests.certificate_builders import a_certificate, a_request, publish

RENEWAL = {"service_option": "renewal_customer_install", "request_type": "Renewal"}


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """As of Fri 2026-11-20: expired, past its last safe start with and without a request, to be submitted today, upcoming, and long valid."""
    held = {
        "f1": {"expires_on": "2026-11-19", "common_name": "a.ca.gov", "key_algorithm": "RSA", "key_size": "1024"},
        "f2": {"expires_on": "2026-11-30", "common_name": "b.ca.gov", "issuer": "C=US, O=Some, CN=Other CA"},
        "f3": {"expires_on": "2026-11-30", "common_name": "c.ca.gov", "issuer": "CN=Other CA,O=Some,C=US"},
        "f4": {"expires_on": "2026-12-10", "common_name": "d.ca.gov", "key_algorithm": "EC", "key_size": "256"},
        "f5": {"expires_on": "2026-12-11", "common_name": "e.ca.gov", "issuer": ""},
        "f6": {"expires_on": "2027-10-01", "common_name": "100%.ca.gov"},
    }
    rows = [a_certificate(serial) | {"issued_at": "2026-01-10 10:00:00", "updated_at": "2026-11-20 12:00:00"} | more for serial, more in held.items()]
    requests = [a_request("RITM7", "2026-11-18 10:00:00", common_name="b.ca.gov", **RENEWAL), a_request("RITM8", updated_at="2026-11-20 16:42:00")]
    return publish(tmp_path_factory.mktemp("selections"), [requests], [rows])


def serials(connection, table: str, **where: str | list[str]) -> list[str]:
    """Serial numbers of the rows that match, in order."""
    asked = {name: [value] if isinstance(value, str) else value for name, value in where.items()}
    query = metrics.select(table, where=asked)
    return sorted(row["serial_number"] for row in builders.table(connection, query.sql, query.parameters))


def test_a_horizon_reaches_so_many_calendar_days_ahead_and_holds_what_expired(connection):
    """`horizon`: calendar days left up to it; expired ones have fewer than 0 left. Several are the widest."""
    assert serials(connection, "renewal_exposure", horizon="20") == ["f1", "f2", "f3", "f4"]
    assert serials(connection, "renewal_exposure", horizon="21") == ["f1", "f2", "f3", "f4", "f5"]
    assert serials(connection, "renewal_exposure", horizon=["20", "21"]) == ["f1", "f2", "f3", "f4", "f5"]


@pytest.mark.parametrize("horizon", ["", "soon", "-1", "20 or 1=1", "123456"])
def test_a_horizon_is_a_number_of_days(horizon):
    """An error names the finding and the remedy."""
    with pytest.raises(UserError, match="not a number of calendar days. Write horizon=90"):
        metrics.select("renewal_exposure", where={"horizon": [horizon]})


@pytest.mark.parametrize(
    ("band", "found"), [("expired", ["f1"]), ("past_last_safe_start", ["f2", "f3"]), ("submit_now", ["f4"]), ("upcoming", ["f5"]), ("covered", [])]
)
def test_a_band_is_that_of_the_dates_whether_or_not_a_request_is_under_way(connection, band, found):
    """`band` looks at dates alone; `exposure_band` and `uncovered` say what is under way."""
    assert serials(connection, "renewal_exposure", band=band) == found


def test_covered_and_uncovered_are_the_two_sides_of_a_band(connection):
    """Past last safe start 2, of which 1 without a request."""
    assert serials(connection, "renewal_exposure", band="past_last_safe_start", uncovered="true") == ["f3"]
    assert serials(connection, "renewal_exposure", band="past_last_safe_start", uncovered="false") == ["f2"]
    assert serials(connection, "renewal_exposure", exposure_band="covered") == ["f2"]
    assert serials(connection, "renewal_exposure", exposure_band="past_last_safe_start") == ["f3"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("c.ca", ["f3"]), ("C.CA.GOV", ["f3"]), (" F4 ", ["f4"]), ("0x00:F4", ["f4"]), ("ritm7", ["f2"]), ("%", ["f6"]), ("_", []), ("' or 1=1 --", []),
        ("0", ["f6"]),
    ],
)  # fmt: skip
def test_a_search_looks_into_names_serial_numbers_and_requests(connection, text, found):
    """Contains, whatever the case; signs mean themselves; leading zeros and colons of a serial number do not matter."""
    assert serials(connection, "certificates", search=text) == found


def test_values_of_a_search_are_bound():
    """Values never become SQL text."""
    query = metrics.select("certificates", where={"search": ["x'; drop table certificates"]})
    assert "drop" not in query.sql


def test_findings_keys_and_issuers_can_be_asked_for(connection):
    """Whether there is any, which one; the key in words; the common name of an issuer however the source orders its parts."""
    assert serials(connection, "certificates", finding="weak_key") == ["f1"]
    assert "f1" in serials(connection, "certificates", has_findings="true")
    assert serials(connection, "certificates", key="EC 256") == ["f4"]
    assert serials(connection, "certificates", key=["RSA 1024", ""]) == ["f1", "f2", "f3", "f5", "f6"]
    assert serials(connection, "certificates", issuer_name="Other CA") == ["f2", "f3"]
    assert serials(connection, "certificates", issuer_name="") == ["f5"]


@pytest.mark.parametrize(
    ("table", "name"), [("slo_outcomes", "horizon"), ("slo_outcomes", "search"), ("certificate_names", "finding"), ("certificates", "band")]
)
def test_a_table_without_the_column_does_not_know_the_name(table, name):
    """A name outside the registry is an error that lists them."""
    with pytest.raises(UserError, match=f"--where {name}: no such column of {table}"):
        metrics.select(table, where={name: ["1"]})


def test_a_column_that_is_a_word_of_sql_can_be_asked_for_and_sorted_by(connection):
    """`check` is a column of `request_readiness`."""
    query = metrics.select("request_readiness", where={"check": ["contacts"]}, order=(("check", True),), limit=5)
    assert {row["check"] for row in builders.table(connection, query.sql, query.parameters)} == {"contacts"}
