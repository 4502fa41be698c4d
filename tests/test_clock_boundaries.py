"""The boundaries of the start and the stop of a request's clock, each with its neighbours.

Each docstring quotes the rule. Unless a test says otherwise it is Wednesday 2026-12-16, 17:00, and requests are new
ones with customer install: 5 days.
"""

from datetime import date

from tests.worlds import requests, under

# June 2026 begins on a Monday and has no closure: 1 Mo, 5 Fr, 6 Sa, 7 Su, 8 Mo, 12 Fr, 13 Sa.
JUNE_1 = {"submitted_at": "2026-06-01 10:00:00"}


def verdict(row):
    return row["slo_outcome"], row["outcome_reason"]


@requests(
    given={**JUNE_1, "approved_at": "2026-06-04 10:00:00"},
    asked={**JUNE_1, "approval": "requested"},
    none_needed={**JUNE_1, "approval": "not_required"},
    absent={**JUNE_1, "approval": ""},
    undated={**JUNE_1, "approval": "approved"},
)
def test_the_clock_starts_at_the_approval_and_waits_for_it(seen):
    """"Not completed and `approval = requested`: the clock has not started: `open`, reason `awaiting_approval`, no due
    date, counted under the month of submission." """
    assert (seen("given")["clock_start_source"], seen("given")["due_on"]) == ("approved", date(2026, 6, 11))
    asked = seen("asked")
    assert verdict(asked) == ("open", "awaiting_approval")
    assert (asked["due_on"], asked["elapsed_business_days"], asked["period_on"]) == (None, None, date(2026, 6, 1))
    assert not asked["is_due"]
    assert [seen(label)["clock_start_source"] for label in ("none_needed", "absent", "undated")] == ["submitted"] * 3
    assert verdict(seen("asked", "submitted")) == ("missed", "open_overdue")


@requests(
    never={**JUNE_1, "approval": "requested", "closed_at": "2026-06-08 10:00:00"},
    same_day={**JUNE_1, "approved_at": "2026-06-08 23:00:00", "closed_at": "2026-06-08 10:00:00"},
    day_after={**JUNE_1, "approved_at": "2026-06-09 00:00:00", "closed_at": "2026-06-08 10:00:00"},
)
def test_an_approval_after_the_close_did_not_start_the_clock(seen):
    """"`approval_not_recorded` (completed while still `requested`), `approved_after_close` (approved on a later local
    date than the stop)." """
    sources = [seen(label)["clock_start_source"] for label in ("never", "same_day", "day_after")]
    assert sources == ["approval_not_recorded", "approved", "approved_after_close"]
    assert [seen(label)["elapsed_business_days"] for label in ("never", "same_day", "day_after")] == [5, 0, 5]


@requests(
    open={**JUNE_1, "approval": "rejected"},
    late={**JUNE_1, "approval": "rejected", "state": "rejected", "closed_at": "2026-08-03 10:00:00"},
)
def test_a_rejected_approval_excludes_the_request(seen):
    """"`approval = rejected`: `excluded`." """
    for label in ("open", "late"):
        assert verdict(seen(label)) == ("excluded", "approval_rejected")
        assert seen(label)["due_on"] is None


@requests(
    unseen={**JUNE_1, "service_option": "new_cdt_install", "closed_at": "2026-06-10 10:00:00"},
    seen_later={
        **JUNE_1, "service_option": "new_cdt_install",
        "closed_at": "2026-06-15 10:00:00", "installed_at": "2026-06-16 10:00:00",
    },
    seen_earlier={
        **JUNE_1, "service_option": "new_cdt_install",
        "closed_at": "2026-06-15 10:00:00", "installed_at": "2026-06-12 10:00:00",
    },
    customer={**JUNE_1, "closed_at": "2026-06-05 10:00:00", "installed_at": "2026-07-16 10:00:00"},
)  # fmt: skip
def test_an_installation_by_cdt_is_part_of_the_promise(seen):
    """"The stop is the later of `closed_at` and the end of the installation task where one is exported, else
    `closed_at` with `stop_source = closed_installation_unseen`." Ten days after June 1 is June 15."""
    assert (seen("unseen")["stop_source"], seen("unseen")["slo_outcome"]) == ("closed_installation_unseen", "met")
    assert (seen("seen_later")["stop_source"], seen("seen_later")["slo_outcome"]) == ("installed", "missed")
    assert (seen("seen_earlier")["stop_source"], seen("seen_earlier")["slo_outcome"]) == ("closed", "met")
    assert (seen("customer")["stop_source"], seen("customer")["slo_outcome"]) == ("closed", "met")


def closes_twice(first: str, second: str) -> list[dict[str, str]]:
    return [
        {**JUNE_1, "closed_at": first, "updated_at": first},
        {**JUNE_1, "closed_at": second, "updated_at": second, "reopen_count": "1"},
    ]


@requests(
    inside=closes_twice("2026-06-05 10:00:00", "2026-06-30 23:59:59"),
    outside=closes_twice("2026-06-05 10:00:00", "2026-07-01 00:00:00"),
    seen_open=[
        *closes_twice("2026-06-05 10:00:00", "2026-07-20 10:00:00"),
        {**JUNE_1, "state": "open", "updated_at": "2026-06-30 23:00:00"},
    ],
    seen_open_late=[
        *closes_twice("2026-06-05 10:00:00", "2026-07-20 10:00:00"),
        {**JUNE_1, "state": "open", "updated_at": "2026-07-01 00:00:00"},
    ],
    only_counted={**JUNE_1, "closed_at": "2026-06-05 10:00:00", "reopen_count": "2"},
)
def test_reopening_inside_25_days_does_not_undo_the_first_close(seen):
    """"Several closes: the last counts; re-opened inside the 25-calendar-day window after the first close: the first
    counts." June 30 is the 25th day after June 5."""
    assert [seen(label)["slo_outcome"] for label in ("inside", "outside")] == ["met", "missed"]
    assert [seen(label)["slo_outcome"] for label in ("seen_open", "seen_open_late")] == ["met", "missed"]
    assert [seen(label)["stop_source"] for label in ("inside", "outside")] == ["first_close", "closed"]
    assert seen("only_counted")["stop_source"] == "reopen_history_unknown"


@requests(left_over={**JUNE_1, "state": "open", "closed_at": "2026-06-05 10:00:00"})
def test_an_open_request_ignores_a_left_over_close(seen):
    """"An open state ignores a left-over `closed_at`." """
    assert verdict(seen("left_over")) == ("missed", "open_overdue")
    assert seen("left_over")["stop_at"] is None


@requests(
    under(clock_stop="resolved"),
    resolved={**JUNE_1, "resolved_at": "2026-06-08 10:00:00", "closed_at": "2026-06-13 10:00:00"},
    unresolved={**JUNE_1, "closed_at": "2026-06-05 10:00:00"},
    resolved_state={**JUNE_1, "state": "resolved", "resolved_at": "2026-06-08 10:00:00"},
)
def test_a_policy_may_stop_the_clock_at_the_resolution(seen):
    """"Stop (policy `clock_stop: closed | resolved | issued`)"; "with `clock_stop: resolved` a resolved state does too"."""
    assert (seen("resolved")["stop_source"], seen("resolved")["slo_outcome"]) == ("resolved", "met")
    assert verdict(seen("unresolved")) == ("not_measurable", "completed_without_stop")
    assert seen("resolved_state")["slo_outcome"] == "met"


@requests(
    under(clock_stop="issued"),
    issued={**JUNE_1, "issued_at": "2026-06-08 10:00:00", "closed_at": "2026-06-13 10:00:00"},
    open={**JUNE_1, "state": "open", "issued_at": "2026-06-08 10:00:00"},
)
def test_a_policy_may_stop_the_clock_at_the_issue(seen):
    """"Completed = the state maps to `completed` and the stop is not later than `as_of`": an issue alone is no end."""
    assert (seen("issued")["stop_source"], seen("issued")["slo_outcome"]) == ("issued", "met")
    assert verdict(seen("open")) == ("missed", "open_overdue")
