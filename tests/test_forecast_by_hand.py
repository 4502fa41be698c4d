"""Small inventories whose whole chain of renewals is worked out by hand, on the product and on the slow reference alike.

Unless a test says otherwise: now is Monday 2026-11-02, every certificate is renewed with certainty, 20 days before expiry,
is issued when due, and customers install it themselves: 5 business days.

    November    Mo  2     Tu  3     We  4     Th  5     Fr  6     Sa  7     Su  8
      2026      Mo  9     Tu 10     We 11 #   Th 12     Fr 13     Sa 14     Su 15
                Mo 16     Tu 17     We 18     Th 19     Fr 20     Sa 21     Su 22
                Mo 23     Tu 24     We 25     Th 26 #   Fr 27 #   Sa 28     Su 29
    December    Mo 30     Tu  1     We  2     Th  3     Fr  4     Sa  5     Su  6
                Mo  7     Tu  8     We  9     Th 10     Fr 11     Sa 12     Su 13
                Mo 14     Tu 15     We 16     Th 17     Fr 18     Sa 19     Su 20
                Mo 21     Tu 22     We 23     Th 24     Fr 25 #   Sa 26     Su 27
    January     Mo 28     Tu 29     We 30     Th 31     Fr  1 #   Sa  2     Su  3
      2027      Mo  4     Tu  5     We  6     Th  7     Fr  8     Sa  9     Su 10
"""

from dataclasses import replace
from datetime import date

import pytest

from tests.forecast_cases import PLAN, a_certificate, an_open, covered, forecast  # noqa: F401  the fixture is used by its name
from tests.forecast_worlds import CDT, CUSTOMER, GROUPS, UNKNOWN
from tests.reference.forecast_world import Group


def test_one_certificate_goes_through_both_steps_of_the_law(forecast):
    """"V = min(validity of the renewed certificate, operational maximum on the issue date); it expires on issue date + V - 1."

    A certificate of 398 days that expires on Fri 2026-12-18, followed through the 157th week, which ends on Su 2029-11-04:

        expires       20 days before            five business days later                   V    V - 1 days later
        2026-12-18    Sa 11-28, so Mo 11-30     Mo 12-07                                   199  2027-06-23
        2027-06-23    Th 06-03                  Th 06-10                                    99  2027-09-16
        2027-09-16    Fr 08-27                  Fr 09-03                                    99  2027-12-10
        2027-12-10    Sa 11-20, so Mo 11-22     We 12-01, without Th 11-25 and Fr 11-26     99  2028-03-08
        2028-03-08    Th 02-17                  Fr 02-25, without Mo 02-21                  99  2028-06-02
        2028-06-02    Sa 05-13, so Mo 05-15     Mo 05-22                                    99  2028-08-28
        2028-08-28    Tu 08-08                  Tu 08-15                                    99  2028-11-21
        2028-11-21    We 11-01                  We 11-08                                    99  2029-02-14
        2029-02-14    Th 01-25                  Th 02-01                                    99  2029-05-10
        2029-05-10    Fr 04-20                  Fr 04-27                                    46  2029-06-11
        2029-06-11    Tu 05-22                  We 05-30, without Mo 05-28                  46  2029-07-14
        2029-07-14    Su 06-24, so Mo 06-25     Mo 07-02                                    46  2029-08-16
        2029-08-16    Fr 07-27                  Fr 08-03                                    46  2029-09-17
        2029-09-17    Tu 08-28                  We 09-05, without Mo 09-03                  46  2029-10-20
        2029-10-20    Su 09-30, so Mo 10-01     Mo 10-08                                    46  2029-11-22
        2029-11-22    Fr 11-02                  Fr 11-09, after the horizon
    """
    found = forecast(a_certificate("2026-12-18"), weeks=157)
    assert found.days("submissions", CUSTOMER) == dict.fromkeys(
        [
            "2026-11-30", "2027-06-03", "2027-08-27", "2027-11-22", "2028-02-17", "2028-05-15", "2028-08-08", "2028-11-01",
            "2029-01-25", "2029-04-20", "2029-05-22", "2029-06-25", "2029-07-27", "2029-08-28", "2029-10-01", "2029-11-02",
        ], 1.0,
    )  # fmt: skip
    assert list(found.days("issues")) == [
        "2026-12-07", "2027-06-10", "2027-09-03", "2027-12-01", "2028-02-25", "2028-05-22", "2028-08-15", "2028-11-08",
        "2029-02-01", "2029-04-27", "2029-05-30", "2029-07-02", "2029-08-03", "2029-09-05", "2029-10-08",
    ]  # fmt: skip
    assert found.lapses == {}


def test_two_groups_have_their_own_targets(forecast):
    """"It is issued at the `due_on`": 5 business days for the customer's own installation, 10 for one by CDT.

    Expiry Fr 2027-01-15; 20 days before is Sa 12-26, so Mo 12-28. Without New Year's Day the fifth business day is Tu 01-05, the tenth
    Tu 01-12. 198 days later: 2027-07-22 and 07-29; 20 days before: Fr 07-02 and Fr 07-09. July 4 is a Sunday, so Mo 07-05 is
    closed: the fifth business day after Fr 07-02 is Mo 07-12. The tenth after Fr 07-09 is Fr 07-23.
    """
    found = forecast(a_certificate("2027-01-15"), a_certificate("2027-01-15", option=CDT), weeks=40)
    assert list(found.days("submissions", CUSTOMER)) == ["2026-12-28", "2027-07-02"]
    assert list(found.days("submissions", CDT)) == ["2026-12-28", "2027-07-09"]
    assert list(found.days("issues", CUSTOMER)) == ["2027-01-05", "2027-07-12"]
    assert list(found.days("issues", CDT)) == ["2027-01-12", "2027-07-23"]


def test_a_generation_survives_with_its_share_of_a_year(forecast):
    """"A generation of V days survives with `r^(V/365)`."

    With r = 0.81 a year: 398 days 0.81^(398/365), of those after 199 days 0.81^(199/365), of those after 99 days 0.81^(99/365); the days
    are those of the first three rows above.
    """
    found = forecast(a_certificate("2026-12-18"), weeks=50, groups={CUSTOMER: Group(0.81, {20: 1})})
    first, second = 0.81 ** (398 / 365), 0.81 ** (398 / 365) * 0.81 ** (199 / 365)
    assert found.days("submissions", CUSTOMER) == pytest.approx({"2026-11-30": first, "2027-06-03": second, "2027-08-27": second * 0.81 ** (99 / 365)})


def test_with_no_retention_nothing_follows_but_the_open_request(forecast):
    """"Renewed with probability": 0 has no generation; a covered certificate's renewal is certain, and has no generation after it."""
    none = {group: Group(0.0, {20: 1}) for group in GROUPS}
    found = forecast(a_certificate("2026-12-18"), covered("2026-12-18", "2026-11-20"), groups=none, weeks=157)
    assert (found.submissions, found.days("issues"), found.lapses) == ({}, {"2026-11-20": 1.0}, {})


def test_leads_are_drawn_from_those_observed(forecast):
    """"Submission falls `lead` days before expiry, `lead` drawn from the group's observed leads": three of four times 20 days before Fr
    12-18, which is Sa 11-28, so Mo 11-30, once 30 days before, We 11-18."""
    found = forecast(a_certificate("2026-12-18"), groups={CUSTOMER: Group(1.0, {20: 3, 30: 1})})
    assert found.days("submissions") == {"2026-11-18": 0.25, "2026-11-30": 0.75}
    assert found.days("issues") == {"2026-11-25": 0.25, "2026-12-07": 0.75}


def test_a_scenario_replaces_every_lead(forecast):
    """`lead_days` of the scenario "replaces the observed leads of every group": 8 days before Fr 12-18 is Th 12-10."""
    found = forecast(a_certificate("2026-12-18"), a_certificate("2026-12-18", option=UNKNOWN), plan=replace(PLAN, lead=8))
    assert found.days("submissions") == {"2026-12-10": 2.0}


@pytest.mark.parametrize(
    ("validity", "lead", "submitted_on"),
    [
        (25, 500, "2026-12-11"), (26, 500, "2026-12-11"), (27, 500, "2026-12-10"), (28, 500, "2026-12-09"), (45, 500, "2026-11-23"),
        (46, 500, "2026-11-23"), (47, 500, "2026-11-20"), (45, 20, "2026-11-23"), (46, 20, "2026-11-23"), (47, 20, "2026-11-23"),
        (26, -5, "2026-12-11"), (398, -5, "2026-12-11"), (398, 0, "2026-12-11"), (398, 1, "2026-12-10"),
    ],
)  # fmt: skip
def test_a_lead_is_clipped_to_what_the_validity_allows(forecast, validity, lead, submitted_on):
    """"Clipped to [0, V - 26], V the validity of the certificate that expires (0 for V < 27)." Expiry Fr 12-11: 19 days before is Su
    11-22, 20 days before Sa 11-21, both so Mo 11-23; 21 days before is Fr 11-20."""
    assert list(forecast(a_certificate("2026-12-11", validity), groups={CUSTOMER: Group(1.0, {lead: 1})}).days("submissions"))[0] == submitted_on


@pytest.mark.parametrize(("validity", "submitted_on"), [(825, "2027-05-21"), (526, "2027-05-21"), (525, "2027-05-24"), (520, "2027-05-27")])
def test_a_long_lead_is_clipped_only_by_the_validity_of_what_expires(forecast, validity, submitted_on):
    """"Clipped to [0, V - 26]", though what is issued today lasts 199 days: Mo 2028-10-02 is 700 days from now; 500 days before is the 200th,
    Fr 2027-05-21, 499 days Sa, so Mo 05-24, 494 days Th 05-27."""
    held = a_certificate("2028-10-02", validity)
    assert list(forecast(held, groups={CUSTOMER: Group(1.0, {500: 1})}, weeks=40).days("submissions"))[0] == submitted_on
    assert list(forecast(held, plan=replace(PLAN, lead=500), weeks=40).days("submissions"))[0] == submitted_on


@pytest.mark.parametrize(
    ("as_of_on", "expires_on", "submitted_on"),
    [
        ("2026-11-02", "2026-11-21", "2026-11-02"), ("2026-11-02", "2026-11-22", "2026-11-02"), ("2026-11-02", "2026-11-23", "2026-11-03"),
        ("2026-11-02", "2026-11-02", "2026-11-02"), ("2026-11-07", "2026-11-20", "2026-11-09"), ("2026-11-11", "2026-11-20", "2026-11-12"),
        ("2026-11-26", "2026-12-10", "2026-11-30"),
    ],
)  # fmt: skip
def test_a_submission_before_now_falls_on_the_next_business_day(forecast, as_of_on, expires_on, submitted_on):
    """"A submission before `as_of_on` falls on the next business day on or after it": a Saturday, Veterans Day, Thanksgiving."""
    found = forecast(a_certificate(expires_on), as_of_on=date.fromisoformat(as_of_on))
    assert list(found.days("submissions")) == [submitted_on]


@pytest.mark.parametrize(
    ("expires_on", "submitted_on"),
    [
        ("2026-11-30", "2026-11-10"), ("2026-12-01", "2026-11-12"), ("2026-12-02", "2026-11-12"), ("2026-12-04", "2026-11-16"),
        ("2026-12-15", "2026-11-25"), ("2026-12-16", "2026-11-30"), ("2026-12-17", "2026-11-30"), ("2026-12-20", "2026-11-30"),
        ("2027-01-14", "2026-12-28"),
    ],
)  # fmt: skip
def test_weekends_and_closures_move_to_the_next_business_day(forecast, expires_on, submitted_on):
    """"Weekends and closures move to the next business day." 20 days before: Tu 11-10; We 11-11, closed; Th 11-12; Sa 11-14; We 11-25;
    Thanksgiving and the day after, closed; Mo 11-30; Christmas, closed."""
    assert list(forecast(a_certificate(expires_on)).days("submissions")) == [submitted_on]


def test_a_freeze_moves_submissions_and_not_the_clock(forecast):
    """A freeze from Sa 2026-12-19 through Su 2027-01-03: what would be submitted in it is on Mo 01-04; what is submitted before it falls due
    in it: five business days after Th 12-17 is Th 12-24. 20 days before the expiries: Th 12-17, Fr 12-18, Sa 12-19, Su 01-03, Mo 01-04."""
    plan = replace(PLAN, freezes=[(date(2026, 12, 19), date(2027, 1, 3))])
    held = [a_certificate(day) for day in ("2027-01-06", "2027-01-07", "2027-01-08", "2027-01-23", "2027-01-24")]
    found = forecast(*held, plan=plan)
    assert found.days("submissions") == {"2026-12-17": 1.0, "2026-12-18": 1.0, "2027-01-04": 3.0}
    assert found.days("issues") == {"2026-12-24": 1.0, "2026-12-28": 1.0, "2027-01-11": 3.0}
    assert found.days("lapses") == {"2027-01-08": 1.0}


@pytest.mark.parametrize(
    ("expires_on", "issued_on", "lapses"),
    [("2026-11-08", "2026-11-09", {"2026-11-08": 1.0}), ("2026-11-09", "2026-11-09", {}), ("2026-11-02", "2026-11-09", {"2026-11-02": 1.0})],
)
def test_what_is_issued_after_the_expiry_is_a_lapse(forecast, expires_on, issued_on, lapses):
    """"Never later than expiry without being counted as a forecast lapse": submitted on Mo 11-02, due on Mo 11-09."""
    found = forecast(a_certificate(expires_on))
    assert (list(found.days("issues")), found.days("lapses")) == ([issued_on], lapses)


def test_nothing_is_submitted_for_what_an_open_request_covers(forecast):
    """"First generation of a covered certificate *is* its open request: no new arrival": issued on its due day, Fr 11-20, for 199 days, it
    expires on 2027-06-06; 20 days before is Mo 05-17, due on Mo 05-24; 99 days then last through 2027-08-30; 20 days before is Tu 08-10."""
    found = forecast(covered("2026-12-18", "2026-11-20"), an_open(CUSTOMER, "2026-11-20"), weeks=42)
    assert found.days("submissions") == {"2027-05-17": 1.0, "2027-08-10": 1.0}
    assert found.days("issues") == {"2026-11-20": 1.0, "2027-05-24": 1.0, "2027-08-17": 1.0}
    assert (found.days("open_requests"), found.lapses) == ({"2026-11-20": 1.0}, {})


@pytest.mark.parametrize(
    ("as_of_on", "expires_on", "due_on", "issued_on", "lapses"),
    [
        ("2026-11-02", "2026-11-05", "2026-11-05", "2026-11-05", []), ("2026-11-02", "2026-11-05", "2026-11-06", "2026-11-06", ["2026-11-05"]),
        ("2026-11-02", "2026-11-05", "2026-10-30", "2026-11-02", []), ("2026-11-02", "2026-11-02", "2026-11-02", "2026-11-02", []),
        ("2026-11-02", "2026-11-09", None, "2026-11-09", []), ("2026-11-02", "2026-11-08", None, "2026-11-09", ["2026-11-08"]),
        ("2026-11-07", "2026-11-08", "2026-11-06", "2026-11-09", ["2026-11-08"]), ("2026-11-07", "2026-11-18", None, "2026-11-17", []),
        ("2026-11-02", "2026-10-20", "2026-11-04", "2026-11-04", ["2026-11-02"]),
    ],
)  # fmt: skip
def test_a_covered_certificate_is_issued_when_its_request_is_due(forecast, as_of_on, expires_on, due_on, issued_on, lapses):
    """On its due date; the next business day where that is past; while approval is awaited five business days after that: Mo 11-09, and from
    Sa 11-07, so Mo 11-09, without Veterans Day, Tu 11-17. After the expiry it is a lapse, on the first day where the expiry is past."""
    found = forecast(covered(expires_on, due_on), as_of_on=date.fromisoformat(as_of_on))
    assert (list(found.days("issues")), list(found.days("lapses")), found.submissions) == ([issued_on], lapses, {})


@pytest.mark.parametrize(
    ("as_of_on", "expires_on", "due_on", "issued_on"),
    [
        ("2026-11-02", "2026-11-20", "2026-11-06", "2026-11-13"), ("2026-11-02", "2026-11-21", None, "2026-11-14"),
        ("2026-11-07", "2026-11-15", "2026-11-06", "2026-11-09"), ("2026-11-07", "2026-11-16", None, "2026-11-09"),
        ("2026-11-07", "2026-11-17", "2026-12-01", "2026-11-10"),
    ],
)  # fmt: skip
def test_a_covered_certificate_may_be_issued_a_week_before_expiry(forecast, as_of_on, expires_on, due_on, issued_on):
    """Issue rule `process_by`: expiry - 7 whenever the request is due, on the next open day at the earliest: from Sa 11-07 that is Mo 11-09."""
    found = forecast(covered(expires_on, due_on), plan=replace(PLAN, issue="process_by"), as_of_on=date.fromisoformat(as_of_on))
    assert found.days("issues") == {issued_on: 1.0}


@pytest.mark.parametrize(
    ("expires_on", "issued_on", "next_submission_on"),
    [
        ("2027-03-21", "2027-03-14", "2027-09-08"), ("2027-03-22", "2027-03-15", "2027-06-01"), ("2029-03-21", "2029-03-14", "2029-05-31"),
        ("2029-03-22", "2029-03-15", "2029-04-09"),
    ],
)  # fmt: skip
def test_the_day_of_issue_decides_which_step_of_the_law_is_in_force(forecast, expires_on, issued_on, next_submission_on):
    """"Operational maximum on the issue date", issued a week before expiry, on the days before and on which a step begins.

        issued        V    expires         20 days before
        Su 2027-03-14  199  2027-09-28      We 09-08
        Mo 2027-03-15   99  2027-06-21      Tu 06-01
        We 2029-03-14   99  2029-06-20      Th 05-31
        Th 2029-03-15   46  2029-04-29      Mo 04-09
    """
    found = forecast(a_certificate(expires_on), plan=replace(PLAN, issue="process_by"), weeks=157)
    days = list(found.days("issues"))
    assert days[0] == issued_on
    assert list(found.days("submissions"))[1] == next_submission_on


@pytest.mark.parametrize(("expires_on", "issued_on", "following"), [("2027-03-25", "2027-03-12", "2027-09-07"), ("2027-03-28", "2027-03-15", "2027-06-01")])
def test_a_due_date_on_the_step_itself_has_the_new_validity(forecast, expires_on, issued_on, following):
    """Submitted on Fr 2027-03-05 it is due on Fr 03-12, lasts 199 days through 09-26; 20 days before is Labor Day, so Tu 09-07. Submitted on
    Mo 03-08 it is due on Mo 03-15, lasts 99 days through 06-21; 20 days before is Tu 06-01."""
    found = forecast(a_certificate(expires_on), weeks=50)
    assert (list(found.days("issues"))[0], list(found.days("submissions"))[1]) == (issued_on, following)


@pytest.mark.parametrize(
    ("expires_on", "lead", "issued_on"),
    [
        ("2026-12-18", 20, "2026-12-11"), ("2026-12-18", 7, "2026-12-11"), ("2026-12-18", 6, "2026-12-14"), ("2026-11-08", 20, "2026-11-02"),
        ("2026-12-12", 8, "2026-12-05"),
    ],
)  # fmt: skip
def test_a_week_before_expiry_is_the_day_of_issue_unless_it_is_submitted_later(forecast, expires_on, lead, issued_on):
    """Issue rule `process_by`: expiry - 7, whatever day that is (12-05 is a Saturday), or the day of submission when that is later: 6 days
    before Fr 12-18 is Sa 12-12, so Mo 12-14."""
    found = forecast(a_certificate(expires_on), plan=replace(PLAN, issue="process_by", lead=lead))
    assert list(found.days("issues")) == [issued_on]


@pytest.mark.parametrize(
    ("expires_on", "lead", "issued_on"), [("2026-12-21", 19, "2026-12-09"), ("2026-12-22", 20, "2026-12-15"), ("2026-12-23", 21, "2026-12-16")]
)
def test_with_twenty_days_of_lead_a_week_before_expiry_may_be_meant_with_nineteen_not(forecast, expires_on, lead, issued_on):
    """`lead_days >= 20`: submitted on We 2026-12-02 each, due on We 12-09, or a week before expiry."""
    plan = replace(PLAN, undated_renewal="process_by", lead=lead)
    found = forecast(a_certificate(expires_on), plan=plan)
    assert (list(found.days("submissions")), list(found.days("issues"))) == (["2026-12-02"], [issued_on])


@pytest.mark.parametrize(
    ("lead", "issued_on"),
    [(18, "2026-12-07"), (19, "2026-12-07"), (20, "2026-12-07"), (22, "2026-12-07"), (23, "2026-12-11"), (24, "2026-12-11")],
)
def test_undated_renewals_may_be_read_as_a_week_before_expiry(forecast, lead, issued_on):
    """Policy `undated_renewal: process_by`: "reads a missing requested date as expiry - 7 when `lead_days >= 20`", counted from the day of
    submission after weekends. 20 days before Fr 12-18 is Sa, 22 days Thanksgiving, so both Mo 11-30, 18 days before; 23 days before is We 11-25."""
    plan = replace(PLAN, undated_renewal="process_by", lead=lead)
    assert list(forecast(a_certificate("2026-12-18"), plan=plan).days("issues")) == [issued_on]
