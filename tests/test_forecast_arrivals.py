"""What reaches the team beside the renewals of the inventory, worked out by hand: open requests, arrivals, and what they lead to.

Now is Monday 2026-11-02; every certificate is renewed with certainty, 20 days before expiry, and issued when due: after 5 business days
for new_customer_install and renewal_customer_install, 10 for the other options. Veterans Day is We 11-11, Thanksgiving Th 11-26.
"""

from dataclasses import replace
from datetime import date

import pytest

from tests.forecast_cases import PLAN, a_certificate, an_open, forecast  # noqa: F401  the fixture is used by its name
from tests.forecast_worlds import CDT, CUSTOMER, INQUIRY, NEW_CDT, NEW_CUSTOMER, UNKNOWN


def test_open_requests_are_work_on_their_due_day_and_never_expected(forecast):
    """Past due on the next open day, a weekend on the Monday after, awaiting approval ten business days from now: Mo 11-16 and, without
    Veterans Day, Tu 11-17."""
    held = [an_open(INQUIRY, day) for day in ("2026-10-01", "2026-11-02", "2026-11-06", "2026-11-07", None)]
    found = forecast(*held)
    assert found.days("open_requests", INQUIRY) == {"2026-11-02": 2.0, "2026-11-06": 1.0, "2026-11-09": 1.0, "2026-11-17": 1.0}
    assert found.submissions == {}


def test_an_open_request_for_a_new_certificate_is_renewed_in_its_turn(forecast):
    """Due on Fr 11-20 it issues 199 days, through 2027-06-06; 20 days before is Mo 05-17, a renewal of the same kind of installation."""
    assert forecast(an_open(NEW_CUSTOMER, "2026-11-20"), weeks=30).days("submissions", CUSTOMER) == {"2027-05-17": 1.0}


@pytest.mark.parametrize(
    ("option", "due_on", "submitted_on"),
    [(NEW_CUSTOMER, "2026-11-06", "2027-05-06"), (NEW_CUSTOMER, None, "2027-05-14"), (NEW_CDT, None, "2027-05-24")],
)
def test_an_open_request_past_due_or_still_to_be_approved_is_issued_from_the_next_open_day(forecast, option, due_on, submitted_on):
    """From Sa 2026-11-07: past due on Mo 11-09, through 2027-05-26, 20 days before is Th 05-06; five business days from that Monday is, without
    Veterans Day, Tu 11-17, through 06-03, Fr 05-14; ten is Tu 11-24, through 06-10, Fr 05-21, which a freeze moves to Mo 05-24."""
    plan = replace(PLAN, freezes=[(date(2027, 5, 21), date(2027, 5, 21))])
    found = forecast(an_open(option, due_on), plan=plan, as_of_on=date(2026, 11, 7), weeks=30)
    assert list(found.days("submissions").items()) == [(submitted_on, 1.0)]


def test_new_requests_arrive_on_business_days_after_today(forecast):
    """"Arrivals per business day times business days in the week": 30 in 60 business days are a half each. From Tu 11-03 four days in the
    first week, four in that of Veterans Day."""
    found = forecast(weeks=2, arrivals={INQUIRY: (30, 60)})
    assert found.days("submissions", INQUIRY) == dict.fromkeys([f"2026-11-{day:02}" for day in (3, 4, 5, 6, 9, 10, 12, 13)], 0.5)


def test_growth_is_by_the_year_and_for_arrivals_alone(forecast):
    """`growth_ratio`: rate x (1 + growth)^(d/365) of new requests and inquiries, not of renewals."""
    grown = forecast(weeks=54, plan=replace(PLAN, growth=0.1), arrivals={INQUIRY: (1, 1)}, unlisted={CUSTOMER: (1, 1)})
    assert grown.submissions[date(2027, 11, 2), INQUIRY] == pytest.approx(1.1)
    assert grown.submissions[date(2026, 11, 3), INQUIRY] == pytest.approx(1.1 ** (1 / 365))
    assert grown.submissions[date(2027, 11, 2), CUSTOMER] == 1.0


def test_forecast_new_certificates_join_the_chain(forecast):
    """"Forecast new certificates join the chain": one a business day. That of Tu 2026-11-03 is due on Tu 11-10 for 199 days, through
    2027-05-27; 20 days before is Fr 05-07. Those of the next days: due Th 11-12 (05-29, so 05-09, a Sunday, so Mo 05-10), Fr 11-13 (Mo 05-10).
    Unlisted renewals are work, and their certificates unknown."""
    found = forecast(weeks=28, arrivals={NEW_CUSTOMER: (1, 1)}, unlisted={CDT: (1, 2)})
    renewals = found.days("submissions", CUSTOMER)
    assert {day: renewals[day] for day in sorted(renewals)[:2]} == {"2027-05-07": 1.0, "2027-05-10": 2.0}
    assert set(found.days("submissions", CDT).values()) == {0.5}


def test_what_is_automated_is_no_ticket_and_the_chain_goes_on(forecast):
    """"Share automated (no ticket)": of renewals, listed or not, never of new requests."""
    held = {"weeks": 40, "arrivals": {INQUIRY: (1, 1)}, "unlisted": {UNKNOWN: (1, 1)}}
    whole = forecast(a_certificate("2026-12-18"), **held)
    quarter = forecast(a_certificate("2026-12-18"), plan=replace(PLAN, automated=0.75), **held)
    none = forecast(a_certificate("2026-12-18"), plan=replace(PLAN, automated=1.0), **held)
    for group in (CUSTOMER, UNKNOWN):
        assert quarter.days("submissions", group) == {day: count / 4 for day, count in whole.days("submissions", group).items()}
        assert none.days("submissions", group) == {}
    assert whole.days("submissions", INQUIRY) == none.days("submissions", INQUIRY)
    assert whole.issues == quarter.issues == none.issues


def test_an_empty_inventory_is_an_empty_forecast(forecast):
    found = forecast(weeks=157)
    assert (found.submissions, found.issues, found.lapses, found.open_requests) == ({}, {}, {}, {})
