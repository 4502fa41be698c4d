"""The boundaries of the renewal branch, each with its neighbours. Each docstring quotes the rule.

Requests are renewals with customer install submitted on Tuesday 2026-08-04: the business-day date is Tuesday the 11th.
"""

from datetime import date

from tests.worlds import requests, under

RENEWAL = {"service_option": "renewal_customer_install", "submitted_at": "2026-08-04 10:00:00"}


@requests(
    **{
        f"lead_{lead}": {**RENEWAL, "current_expires_on": expires_on, "requested_completion_on": "2026-08-14"}
        for lead, expires_on in {
            -1: "2026-08-03", 0: "2026-08-04", 1: "2026-08-05", 19: "2026-08-23", 20: "2026-08-24",
            21: "2026-08-25", 30: "2026-09-03", 31: "2026-09-04",
        }.items()
    },
    unknown={**RENEWAL, "requested_completion_on": "2026-08-14"},
)  # fmt: skip
def test_a_renewal_submitted_twenty_days_before_expiry_may_name_its_date(seen):
    """"Eligible when `lead_days >= 20` and a requested date is given"; "over `lead_max` 30: flagged `early`, scored the
    same. Unknown expiry: business days only." """
    flags = {lead: seen(f"lead_{lead}")["lead_flag"] for lead in (-1, 0, 1, 19, 20, 21, 30, 31)}
    assert flags == {
        -1: "expired_at_submission", 0: "expired_at_submission", 1: "short", 19: "short",
        20: "on_time", 21: "on_time", 30: "on_time", 31: "early",
    }  # fmt: skip
    assert [seen(f"lead_{lead}")["lead_days"] for lead in (-1, 0, 19, 20, 31)] == [-1, 0, 19, 20, 31]
    assert {seen(f"lead_{lead}")["due_on"] for lead in (20, 21, 30, 31)} == {date(2026, 8, 14)}
    assert {seen(f"lead_{lead}")["due_on"] for lead in (-1, 0, 1, 19)} == {date(2026, 8, 11)}
    assert (seen("unknown")["lead_flag"], seen("unknown")["due_rule"]) == ("unknown_expiry", "business_days")


@requests(
    **{
        f"on_{day}": {
            **RENEWAL, "current_expires_on": "2026-08-28",
            "requested_completion_on": f"2026-08-{day}", "closed_at": "2026-08-12 10:00:00",
        }
        for day in ("03", "10", "11", "12", "28", "29")
    }
)  # fmt: skip
def test_only_a_later_requested_date_moves_the_due_date(seen):
    """"`due_on` = the later of it and `business_days_due_on`; `due_rule` = `requested_date` only if it is strictly later";
    "capped at the current expiry date". Five days after August 4 is the 11th, the expiry the 28th."""
    due = {day: (seen(f"on_{day}")["due_on"].day, seen(f"on_{day}")["due_rule"]) for day in ("03", "10", "11", "12")}
    assert due == {
        "03": (11, "business_days"), "10": (11, "business_days"),
        "11": (11, "business_days"), "12": (12, "requested_date"),
    }  # fmt: skip
    assert [seen(f"on_{day}")["due_on"].day for day in ("28", "29")] == [28, 28]
    assert [seen(f"on_{day}")["slo_outcome"] for day in ("11", "12")] == ["missed", "met"]
    assert [seen(f"on_{day}")["requested_date_met"] for day in ("11", "12")] == [False, True]


@requests(
    changed=[
        {**RENEWAL, "current_expires_on": "2026-08-28", "requested_completion_on": asked, "updated_at": at}
        for asked, at in (("2026-08-14", "2026-08-05 10:00:00"), ("2026-08-27", "2026-08-06 10:00:00"))
    ],
)
def test_a_later_change_of_the_requested_date_is_not_scored(seen):
    """"The requested date used is the first known in the landed versions (a later change is shown, not scored)." """
    assert seen("changed")["due_on"] == date(2026, 8, 14)
    assert seen("changed")["latest_requested_completion_on"] == date(2026, 8, 27)


@requests(
    new={"submitted_at": "2026-06-01 10:00:00", "current_expires_on": "2026-07-01", "requested_completion_on": "2026-06-30"},
)
def test_a_new_request_has_no_renewal_branch(seen):
    """"95% within 5 Business Days", and no word of a requested date."""
    assert (seen("new")["due_on"], seen("new")["lead_flag"]) == (date(2026, 6, 8), None)


@requests(
    under(undated_renewal="process_by"),
    lead_20={**RENEWAL, "current_expires_on": "2026-08-24"},
    lead_19={**RENEWAL, "current_expires_on": "2026-08-23"},
    dated={**RENEWAL, "current_expires_on": "2026-08-24", "requested_completion_on": "2026-08-12"},
)
def test_a_policy_may_read_an_undated_renewal_as_a_week_before_expiry(seen):
    """"Policy `undated_renewal: business_days | process_by` reads a missing requested date as expiry - 7 when
    `lead_days >= 20`." """
    assert [seen(label)["due_on"].day for label in ("lead_20", "lead_19", "dated")] == [17, 11, 12]
