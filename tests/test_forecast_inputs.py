"""What the forecast is made from, through a real build: which certificates count, what was renewed, what is open, what no export shows."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from pipelines import policy
from pipelines.forecast import model, reading, recurrence
from pipelines.forecast.inputs import UNCLASSIFIED
from tests import builders
from tests.certificate_builders import a_certificate, a_request, publish, rows_by

AS_OF = "2026-11-20 16:00:00"
CUSTOMER = "renewal_customer_install"
BASE = policy.load(policy.DEFAULT_FOLDER).scenarios[0]


def inputs_of(connection):
    """The inputs as build and pages read them."""
    return reading.inputs(lambda query: connection.execute(query).fetchnumpy())


def held(serial: str, name: str, issued_on: str, expires_on: str, **fields: str) -> dict[str, str]:
    return a_certificate(serial, common_name=name, issued_at=f"{issued_on} 10:00:00", expires_on=expires_on, **fields)


def test_every_certificate_has_one_standing(tmp_path):
    """Active, covered by an open request, delegated, without an expiry, ended; replaced and revoked ones are no work."""
    certificates = [
        held("a1", "active.ca.gov", "2026-06-01", "2026-12-16"),
        held("a2", "covered.ca.gov", "2026-06-01", "2026-12-10"),
        held("a3", "delegated.ca.gov", "2026-06-01", "2026-12-16", requested_via="DRAO"),
        held("a4", "undated.ca.gov", "2026-06-01", ""),
        held("a5", "gone.ca.gov", "2026-03-01", "2026-09-15"),
        held("a6", "lately.ca.gov", "2026-05-01", "2026-11-10"),
        held("a7", "revoked.ca.gov", "2026-06-01", "2026-12-16", status="revoked", revoked_at="2026-07-01 10:00:00"),
        held("a8", "old.ca.gov", "2026-05-20", "2026-12-04"),
        held("a9", "old.ca.gov", "2026-11-17", "2027-06-03"),
    ]
    requests = [a_request("R1", "2026-11-18 09:00:00", service_option=CUSTOMER, common_name="covered.ca.gov", approved_at="2026-11-18 10:00:00")]
    with publish(tmp_path, [requests], [certificates], as_of=AS_OF) as connection:
        found = {key.split("@")[0]: row["standing"] for key, row in rows_by(connection, "forecast_certificates", "certificate").items()}
        inputs = inputs_of(connection)
    expected = {"a1": "active", "a2": "covered", "a4": "undated", "a5": "ended", "a6": "ended_lately", "a9": "active"}
    assert {serial: standing for serial, standing in found.items() if serial != "a3"} == expected
    assert [(each.expires_on, each.due_on) for each in inputs.covered] == [(date(2026, 12, 10), date(2026, 11, 25))]
    assert sorted(each.expires_on for each in inputs.cohorts) >= [date(2026, 12, 16), date(2027, 6, 3)]


def test_a_chain_that_lapses_in_the_end_was_renewed_before(tmp_path):
    """A, then B, then nothing: one of two was renewed, though B is no longer active."""
    certificates = [
        held("a1", "chain.ca.gov", "2025-01-10", "2025-07-20"), held("a2", "chain.ca.gov", "2025-07-12", "2026-01-20"),
        held("b1", "two.ca.gov", "2025-01-10", "2025-07-20", subject_alternative_names="other.ca.gov"),
        held("b2", "two.ca.gov", "2025-07-12", "2026-01-20"),
        held("c1", "recent.ca.gov", "2026-11-01", "2027-05-10"),
    ]  # fmt: skip
    with publish(tmp_path, [[a_request(updated_at="2026-11-20 10:00:00")]], [certificates], as_of=AS_OF) as connection:
        found = {key.split("@")[0]: (row["standing"], row["is_renewed"]) for key, row in rows_by(connection, "forecast_certificates", "certificate").items()}
    assert found == {"a1": ("ended", True), "a2": ("ended", False), "b1": ("ended", False), "b2": ("ended", False), "c1": ("active", False)}


def test_what_an_old_inventory_cannot_know_is_no_lapse(tmp_path):
    """Its newest certificate is of 2026-08-20: what ended in September may have been renewed since. Stale is not missed."""
    certificates = [held(f"{n:x}", f"h{n}.ca.gov", "2026-03-01", "2026-09-15") for n in range(16, 40)] + [held("a", "new.ca.gov", "2026-08-20", "2027-03-06")]
    with publish(tmp_path, [[a_request(updated_at="2026-11-20 10:00:00")]], [certificates], as_of=AS_OF) as connection:
        standings = {row["standing"] for key, row in rows_by(connection, "forecast_certificates", "certificate").items() if not key.startswith("a@")}
        kept = inputs_of(connection).retention[UNCLASSIFIED]
    assert standings == {"ended_lately"}
    assert kept.is_assumed and kept.ratio == 0.9


def test_renewals_and_new_requests_whose_certificates_no_export_shows(tmp_path):
    """Of two renewals one names a certificate that is listed; of four new requests one; the others are arrivals only."""
    requests = [a_request("R0", "2026-08-03 09:00:00", service_option="inquiry", closed_at="2026-08-04 10:00:00")]
    requests += [a_request("R9", "2026-11-20 09:00:00", service_option="inquiry")]
    requests += [
        a_request(f"R{n}", "2026-09-10 09:00:00", service_option=option, common_name=name, closed_at="2026-09-14 10:00:00")
        for n, (option, name) in enumerate(
            [(CUSTOMER, "listed.ca.gov"), (CUSTOMER, "x.ca.gov"), *[("new_customer_install", each) for each in ("made.ca.gov", "y.ca.gov", "z.ca.gov", "w.ca.gov")]], 1
        )
    ]
    certificates = [held("a1", "listed.ca.gov", "2026-04-01", "2026-10-16"), held("a2", "made.ca.gov", "2026-09-14", "2027-03-31")]
    with publish(tmp_path, [requests], [certificates], as_of=AS_OF) as connection:
        inputs = inputs_of(connection)
    assert inputs.complete_month_count == 3
    assert inputs.unlisted[CUSTOMER].request_count == 1
    assert inputs.listed_shares == {"new_customer_install": 0.25}

    def renewals(share: float) -> float:
        return recurrence.expected(replace(inputs, listed_shares={"new_customer_install": share}), BASE, 60).submissions[CUSTOMER].sum()

    assert renewals(0.25) - renewals(0) == pytest.approx((renewals(1) - renewals(0)) / 4) and renewals(1) > renewals(0)


@pytest.mark.parametrize(("as_of", "first"), [("2026-11-19 00:00:00", 0), ("2026-11-19 00:00:01", 1)])
def test_a_day_that_has_not_begun_still_brings_requests(tmp_path, as_of, first):
    """"A bare date given as as_of means 24:00 of that day": the next day is as_of_on, and lies wholly ahead."""
    requests = [a_request(f"R{n}", f"2026-{month:02d}-01 09:00:00", service_option="inquiry") for n, month in enumerate((9, 10, 11))]
    with publish(tmp_path, [requests], as_of=as_of) as connection:
        inputs = inputs_of(connection)
    assert inputs.first_arrival_day == first
    mean = model.forecast(inputs, BASE, 2).mean
    assert (mean.submissions["inquiry"][0] > 0) == (first == 0)


def test_effort_is_learned_from_ten_requests_on(tmp_path):
    """Nine with a time worked are assumed, ten are learned; renewals of unknown option take the mean of all renewals."""
    def closed(number: int, option: str, seconds: int) -> dict[str, str]:
        return builders.a_request(
            f"{option}{number}", "2026-09-10 09:00:00", service_option=option, closed_at="2026-09-11 10:00:00", time_worked_seconds=str(seconds)
        )

    requests = [closed(n, "inquiry", 1800) for n in range(9)] + [closed(n, CUSTOMER, 7200) for n in range(10)]
    with publish(tmp_path, [requests], as_of=AS_OF) as connection:
        effort = inputs_of(connection).effort
    assert (effort["inquiry"].hours, effort["inquiry"].is_assumed) == (0.6, True)
    assert (effort[CUSTOMER].hours, effort[CUSTOMER].is_assumed) == (2.0, False)
    assert (effort[UNCLASSIFIED].hours, effort[UNCLASSIFIED].observed_count) == (2.0, 10)


def test_leads_far_after_the_expiry_are_leads_of_nothing(tmp_path):
    """Ten renewals that carry an expiry of last year: submitted on the day of expiry at the latest, and no failure."""
    requests = [
        builders.a_request(f"R{n}", "2026-09-10 09:00:00", service_option=CUSTOMER, current_expires_on="2025-09-10", closed_at="2026-09-11 10:00:00")
        for n in range(10)
    ]
    with publish(tmp_path, [requests], [[held("a1", "a.ca.gov", "2026-06-01", "2026-12-16")]], as_of=AS_OF) as connection:
        inputs = inputs_of(connection)
        rows = builders.table(connection, "select sum(expected_count) as n from renewal_forecast where scenario = 'as_published' and service_option = 'unclassified'")
    assert inputs.leads[CUSTOMER].days == (-365,)
    assert rows[0]["n"] > 0


def test_data_from_before_the_first_rule_is_published(tmp_path):
    """An incident log of 2016 has no lifetimes of certificates to speak of; its attainment is published all the same."""
    requests = [builders.a_request("R1", "2016-03-01 09:00:00", closed_at="2016-03-02 10:00:00")]
    with publish(tmp_path, [requests]) as connection:
        said = builders.table(connection, "select value from forecast_assumptions where assumption = 'Longest life before that'")
    assert said == [{"value": "the same: no row of the table is in force before 2018-03-01"}]


def test_the_published_total_is_the_sum_of_its_options(tmp_path):
    """Counts, hours and open requests add up in every week of every scenario."""
    requests = [a_request(f"R{n}", f"2026-{1 + n % 10:02d}-0{1 + n % 9} 09:00:00", service_option="inquiry") for n in range(30)]
    certificates = [held(f"{n:x}a", f"h{n}.ca.gov", "2026-05-20", f"2026-12-{1 + n % 28:02d}") for n in range(40)]
    with publish(tmp_path, [requests], [certificates], as_of=AS_OF) as connection:
        columns = "expected_count, expected_hours, open_count, lapse_count"
        sums = ", ".join(f"sum({name}) as {name}" for name in columns.split(", "))
        parts = builders.table(connection, f"select {sums} from renewal_forecast where service_option <> 'all' group by scenario, period_start_on order by scenario, period_start_on")
        totals = builders.table(connection, f"select {columns} from renewal_forecast where service_option = 'all' order by scenario, period_start_on")
    assert len(totals) == 5 * model.WEEKS
    assert np.allclose([list(row.values()) for row in parts], [list(row.values()) for row in totals])
