"""The certificates of the sample: what the product finds is what the generator intended."""

from collections import Counter
from datetime import date, timedelta

import pytest

from tests.sample_exports import certificate_plan
from tests.test_sample import EXPECTED, asked, snapshot, table

INTERMEDIATE = "@sample root ca (made up)"
"""How the key ends of the one certificate that is no host's: it lies in the bundles."""


@pytest.fixture(scope="module")
def intended() -> list[dict[str, str]]:
    return table(EXPECTED / "sample_certificates.csv")


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    connection = snapshot(tmp_path_factory.mktemp("home"))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def found(published) -> dict[str, dict]:
    """Every certificate by its serial number; one that was never issued by the id of its order."""
    rows = asked(published, "select * from certificates")
    hosts = [row for row in rows if not row["certificate"].endswith(INTERMEDIATE)]
    keyed = {row["serial_number"] or row["console_id"]: row for row in hosts}
    assert len(keyed) == len(hosts)
    return keyed


def key(row: dict[str, str]) -> str:
    return row["serial_number"] or row["console_id"]


def shown(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def differences(expected: dict[str, str], actual: dict[str, str]) -> list[tuple]:
    return [(each, expected.get(each), actual.get(each)) for each in sorted({*expected, *actual}) if expected.get(each) != actual.get(each)]


# The product agrees


@pytest.mark.parametrize("column", ["expires_on", "issued_on", "is_active", "is_superseded", "is_possibly_superseded", "holding"])
def test_every_certificate_is_what_was_intended(found, intended, column):
    """One certificate = issuer + serial, known from the console, from files and from the log at once."""
    expected = {key(row): row[column] for row in intended}
    differing = differences(expected, {each: shown(row[column]) for each, row in found.items()})
    assert not differing, f"{len(differing)}: {differing[:8]}"


@pytest.mark.parametrize(("column", "wanted"), [("exposure_band", "exposure_band"), ("covering_number", "covering_number")])
def test_exposure_is_what_was_intended(published, found, intended, column, wanted):
    """Not superseded, and active and expiring within the horizon or expired in the last 30 days."""
    serials = {row["certificate"]: row["serial_number"] for row in found.values()}
    rows = asked(published, "select * from renewal_exposure")
    expected = {key(row): row[wanted] for row in intended if row["exposure_band"]}
    differing = differences(expected, {serials[row["certificate"]]: shown(row[column]) for row in rows})
    assert not differing, f"{len(differing)}: {differing[:8]}"


@pytest.mark.parametrize(("role", "column"), [("renews", "renewed_by"), ("issued", "produced_by")])
def test_requests_are_linked_to_the_certificates_that_they_renew_and_produced(published, found, intended, role, column):
    """The certificate that was current at submission, and what the request produced; by order number where the request has it."""
    serials = {row["certificate"]: row["serial_number"] for row in found.values()}
    rows = asked(published, f"select * from certificate_links where role = '{role}'")
    expected = {row[column]: f"{key(row)} by {row[f'{column}_rule']}" for row in intended if row[column]}
    differing = differences(expected, {row["number"]: f"{serials[row['certificate']]} by {row['rule']}" for row in rows})
    assert len(expected) == len(rows)
    assert not differing, f"{len(differing)}: {differing[:8]}"


def test_a_certificate_tells_the_expiry_that_its_request_does_not(published, intended):
    """The current expiry comes from the request, else from the linked certificate."""
    sql = "select number, current_expires_source, current_expires_on, due_rule, slo_outcome, lead_days from slo_outcomes"
    rows = {row["number"]: row for row in asked(published, sql)}
    by_certificate = {number: row for number, row in rows.items() if row["current_expires_source"] == "certificate"}
    expires_on = {row["renewed_by"]: row["expires_on"] for row in intended if row["renewed_by"]}
    assert len(by_certificate) > 100
    assert all(str(row["current_expires_on"]) == expires_on[number] for number, row in by_certificate.items())
    deciding = [row for row in by_certificate.values() if row["due_rule"] == "requested_date"]
    assert len(deciding) == 24
    assert all(row["lead_days"] >= 20 and row["slo_outcome"] == "met" for row in deciding)


def test_every_row_of_the_certificate_exports_is_accounted_for(published):
    sql = "select * from exports where kind in ('certificates', 'approvals')"
    rows = {row["name"]: row for row in asked(published, sql)}
    sizes = {
        "sectigo_ssl_report_2026-11-20.json": 1_442,
        "sectigo_certificates_2026-08-31.csv": 1_365,
        "crtsh_ca-gov_2026-11-19.json": 312,
        "approvals_2026-11-20.csv": 100,
    }
    assert {name: rows[name]["row_count"] for name in sizes} == sizes
    assert sum(row["row_count"] for name, row in rows.items() if name not in sizes) == 150 + certificate_plan.BUNDLES
    for row in rows.values():
        assert row["quarantined_count"] == row["later_count"] == 0, row["name"]


def test_every_oddity_is_found(published):
    """A flag per finding: weak keys, an unusual curve, SHA-1, validity above the rule, names outside the authorised roots, strangers."""
    rows = asked(published, "select * from certificate_findings")
    counts = Counter(row["finding"] for row in rows if not row["certificate"].endswith(INTERMEDIATE))
    assert counts["weak_key"] == certificate_plan.WEAK_KEYS
    assert counts["unusual_curve"] == certificate_plan.UNUSUAL_CURVES
    assert counts["sha1_signature"] == certificate_plan.SHA1_SIGNATURES
    assert counts["validity_above_rule"] == certificate_plan.TOO_LONG
    assert counts["log_only"] == certificate_plan.STRANGERS
    assert counts["wildcard"] == len(certificate_plan.WILDCARDS)
    assert counts["not_issued"] == sum(certificate_plan.NOT_ISSUED.values())
    assert counts["expired_not_replaced"] == 14
    assert counts["common_name_not_in_names"] == certificate_plan.LACKING_COMMON_NAME
    assert counts["name_outside_roots"] == certificate_plan.OUTSIDE_ROOTS


# The character of the sample


def test_some_nine_hundred_certificates_are_active(intended):
    assert 900 <= sum(row["is_active"] == "true" for row in intended) <= 1_000
    assert 2_000 <= len(intended) <= 2_200


def test_every_band_occurs_and_a_few_dozen_expire_within_twenty_days(intended):
    bands = Counter(row["exposure_band"] for row in intended)
    assert 10 <= bands["expired"] <= 20
    assert 20 <= bands["covered"] <= 40
    assert 20 <= bands["past_last_safe_start"] <= 40
    assert bands["submit_now"] >= 2 and bands["upcoming"] > 700
    near = [row for row in intended if row["exposure_band"] and "2026-11-20" <= row["expires_on"] <= "2026-12-10"]
    assert 30 <= len(near) <= 60
    assert 10 <= sum(bool(row["covering_number"]) for row in near) <= len(near) - 10


def test_some_days_are_crowded_and_some_are_closures(intended):
    days = Counter(date.fromisoformat(row["expires_on"]) for row in intended if row["exposure_band"])
    assert min(days[day] for day in certificate_plan.CLOSED) >= 3
    assert min(days[day] for day in certificate_plan.CROWDED) >= 10
    near = [days[certificate_plan.AS_OF_ON + timedelta(n)] for n in range(91)]
    assert min(near) == 0 and sum(near) / len(near) < 6


def test_a_renewal_follows_most_certificates_and_some_are_possibly_superseded(intended):
    assert sum(row["is_superseded"] == "true" for row in intended) > 900
    assert 10 <= sum(row["is_possibly_superseded"] == "true" for row in intended) <= 60
    assert Counter(row["renewed_by_rule"] for row in intended)["order_number"] > 50
    assert Counter(row["produced_by_rule"] for row in intended)["order_number"] >= 5
