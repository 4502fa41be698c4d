"""The product and the reference agree on every published column about certificates, over many hostile inventories."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import builders, certificate_agreement
from tests.certificate_builders import a_certificate
from tests.hostile_certificates import AS_OF
from tests.reference.policy import Rules

SHOWN = 15
FIXED = {seed: 20 + (seed * 37) % 61 for seed in range(20)}
"""Seeds and how many certificates each draws: two for each `as_of` of the generator."""
BUILT = dict(list(FIXED.items())[: len(AS_OF)])
"""Those that the product builds, too: one for each `as_of`."""


def assert_agreed(connection, wanted) -> None:
    apart = certificate_agreement.differences(connection, wanted)
    shown = "\n".join(apart[:SHOWN])
    assert not apart, f"{len(apart)} differences, as (product, reference):\n{shown}"


@pytest.mark.parametrize(("seed", "count"), BUILT.items())
def test_no_table_differs(tmp_path, seed, count):
    """"Two people with a calendar and this page must get the same number by hand." """
    loaded = certificate_agreement.hostile(seed, count)
    assert_agreed(loaded.publish(tmp_path), loaded.expected())


# Without shrinking: a difference names the certificate.
@settings(max_examples=6, phases=[Phase.generate], suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(1000, 10**9), count=st.integers(20, 80))
def test_no_table_differs_whatever_is_drawn(tmp_path_factory, seed, count):
    """The same for inventories that nobody chose."""
    loaded = certificate_agreement.hostile(seed, count)
    assert_agreed(loaded.publish(tmp_path_factory.mktemp("drawn")), loaded.expected())


def test_no_table_differs_on_the_other_clock(tmp_path):
    """Whether a request is open is decided on the policy's clock."""
    changes = {"clock_start": "submitted", "clock_stop": "resolved", "late_exclusion": "excluded", "undated_renewal": "process_by"}
    loaded = certificate_agreement.hostile(31, 60)
    connection = loaded.publish(tmp_path, builders.a_policy(tmp_path / "policy", **changes))
    assert_agreed(connection, loaded.expected(Rules(**changes)))


def test_no_table_differs_at_the_newest_event(tmp_path):
    """"Default: the newest event timestamp among the request exports (certificate exports if there are none)"."""
    loaded = certificate_agreement.hostile(32, 40)
    for position, requests in enumerate((loaded.requests, [])):
        alone = certificate_agreement.Loaded(requests, loaded.certificates, signing_requests=loaded.signing_requests)
        assert_agreed(alone.publish(tmp_path / f"{position}"), alone.expected())


def test_of_two_versions_of_one_second_the_greater_text_counts(tmp_path):
    """"The greatest (time, text of the mapped cells) wins", whichever export came first."""
    fields = {"issued_at": "2026-01-15 10:00:00", "expires_on": "2026-12-20", "updated_at": "2026-11-01 10:00:00"}
    rows = [[a_certificate(organisation=name, contacts=contacts, **fields)] for name, contacts in (("B", "a@x.gov"), ("C", ""), ("A", "a@x.gov"))]
    loaded = certificate_agreement.Loaded([], rows, as_of="2026-11-20 12:00:00")
    connection = loaded.publish(tmp_path)
    assert_agreed(connection, loaded.expected())
    assert builders.table(connection, "select organisation, contact_count from certificates") == [{"organisation": "C", "contact_count": 0}]


def test_the_generated_inventories_hold_every_case():
    """An agreement on nothing proves nothing: every band, role, rule, finding and status occurs."""
    found = [certificate_agreement.hostile(seed, count).expected() for seed, count in FIXED.items()]
    bands = {row.exposure_band for each in found for row in each.renewal_exposure.values()}
    assert bands == {"expired", "covered", "past_last_safe_start", "submit_now", "upcoming"}
    assert {(link.role, link.rule) for each in found for link in each.certificate_links} == {
        *((role, rule) for role in ("renews", "issued") for rule in ("order_number", "serial_number", "common_name")), ("renews", "any_name"),
    }  # fmt: skip
    assert {finding for each in found for _, finding, _ in each.certificate_findings} == {
        "weak_key", "unusual_curve", "sha1_signature", "validity_above_rule", "common_name_not_in_names", "name_outside_roots", "wildcard",
        "reversed_dates", "expired_not_replaced", "log_only", "not_issued", "malformed",
    }  # fmt: skip
    assert {status for each in found for status in each.request_readiness.values()} == {"pass", "fail", "not_applicable", "unknown"}
    rows = [row for each in found for row in each.certificates.values()]
    for column in ("is_superseded", "is_possibly_superseded", "is_ended_today", "is_reconstructed", "is_delegated", "is_active"):
        assert {row[column] for row in rows} == {True, False}, column
    assert {row["holding"] for row in rows} == {"console", "file", "log", "scan"}
    sources = {outcome.current_expires_source for each in found for outcome in each.outcomes.values()}
    assert sources == {"request", "certificate", None}
