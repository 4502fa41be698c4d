"""The boundaries of the verdict, each with its neighbours: due dates, stale exports, cancellations and what is not known yet.

Each docstring quotes the rule. Unless a test says otherwise it is Wednesday 2026-12-16, 17:00, and requests are new
ones with customer install: 5 days.
"""

from tests.worlds import World, requests, under

# June 2026 begins on a Monday and has no closure: 1 Mo, 5 Fr, 6 Sa, 7 Su, 8 Mo, 12 Fr, 13 Sa.
JUNE_1 = {"submitted_at": "2026-06-01 10:00:00"}


def verdict(row):
    return row["slo_outcome"], row["outcome_reason"]


@requests(
    overdue={"submitted_at": "2026-12-08 10:00:00"},
    due_today={"submitted_at": "2026-12-09 10:00:00"},
    due_tomorrow={"submitted_at": "2026-12-10 10:00:00"},
    met_due_today={"submitted_at": "2026-12-09 10:00:00", "closed_at": "2026-12-16 10:00:00"},
)
def test_an_open_request_is_missed_only_when_its_due_date_has_passed(seen):
    """"Missed only if `due_on < min(as_of_on, known_through_on)`"; "`is_due` = `due_on < as_of_on`." """
    assert verdict(seen("overdue")) == ("missed", "open_overdue") and seen("overdue")["is_open_overdue"]
    assert verdict(seen("due_today")) == ("open", "not_yet_due") and not seen("due_today")["is_due"]
    assert verdict(seen("due_tomorrow")) == ("open", "not_yet_due")
    assert verdict(seen("met_due_today")) == ("met", "on_time") and not seen("met_due_today")["is_due"]


@requests(
    World(reaches_to="2026-12-11 16:30:00"),
    overdue={"submitted_at": "2026-12-03 10:00:00"},
    due_when_it_ends={"submitted_at": "2026-12-04 10:00:00"},
    due_since={"submitted_at": "2026-12-07 10:00:00"},
    due_today={"submitted_at": "2026-12-09 10:00:00"},
)
def test_what_a_stale_export_does_not_know_is_not_missed(seen):
    """"If merely `due_on < as_of_on` it is `open` with reason `stale_export`." The exports reach to Friday the 11th."""
    assert [seen(label)["due_on"].day for label in ("overdue", "due_when_it_ends", "due_since")] == [10, 11, 14]
    assert verdict(seen("overdue")) == ("missed", "open_overdue")
    assert verdict(seen("due_when_it_ends")) == verdict(seen("due_since")) == ("open", "stale_export")
    assert seen("due_since")["is_due"] and not seen("due_since")["is_open_overdue"]
    assert verdict(seen("due_today")) == ("open", "not_yet_due")


@requests(
    in_time={**JUNE_1, "state": "cancelled", "closed_at": "2026-06-08 23:59:59"},
    late={**JUNE_1, "state": "cancelled", "closed_at": "2026-06-09 00:00:00"},
    by_update={**JUNE_1, "state": "skipped", "updated_at": "2026-06-08 10:00:00"},
    late_by_update={**JUNE_1, "state": "incomplete", "updated_at": "2026-06-09 10:00:00"},
    state_rejected={**JUNE_1, "state": "rejected", "closed_at": "2026-06-02 10:00:00"},
    unapproved={**JUNE_1, "state": "cancelled", "approval": "requested", "closed_at": "2026-07-09 10:00:00"},
)
def test_cancelling_an_overdue_request_does_not_erase_the_miss(seen):
    """"Cancelled, rejected, closed incomplete or closed skipped on or before `due_on` (date: `closed_at`, else
    `updated_at`), or without a due date". Due on June 8."""
    assert verdict(seen("in_time")) == ("excluded", "cancelled")
    assert verdict(seen("late")) == ("missed", "ended_after_due") and not seen("late")["is_open_overdue"]
    assert verdict(seen("by_update")) == ("excluded", "skipped")
    assert verdict(seen("late_by_update")) == ("missed", "ended_after_due")
    assert verdict(seen("state_rejected")) == ("excluded", "rejected")
    assert verdict(seen("unapproved")) == ("excluded", "cancelled") and seen("unapproved")["due_on"] is None


@requests(
    under(late_exclusion="excluded"),
    late={**JUNE_1, "state": "cancelled", "closed_at": "2026-06-09 00:00:00"},
)
def test_a_policy_may_exclude_late_cancellations(seen):
    """"Policy `late_exclusion: missed | excluded` (default the first)." """
    assert verdict(seen("late")) == ("excluded", "ended_after_due")


@requests(
    unknown_state={**JUNE_1, "state": "Complete.Closed.System", "closed_at": "2026-06-02 10:00:00"},
    unclassified={**JUNE_1, "service_option": "Code signing", "closed_at": "2026-06-02 10:00:00"},
    without_stop={**JUNE_1, "state": "completed"},
    day_before={**JUNE_1, "closed_at": "2026-05-31 23:59:59"},
    hour_before={**JUNE_1, "closed_at": "2026-06-01 00:00:00"},
)
def test_what_cannot_be_measured_says_why(seen):
    """"No target (unclassified option), a state the mapping does not know, completed without a stop, or a stop date
    before the submission date; the reason names it, with the offending label." """
    assert verdict(seen("unknown_state")) == ("not_measurable", "unknown_state: Complete.Closed.System")
    assert verdict(seen("unclassified")) == ("not_measurable", "unclassified_option: Code signing")
    assert seen("unclassified")["service_option"] == "unclassified"
    assert verdict(seen("without_stop")) == ("not_measurable", "completed_without_stop")
    assert verdict(seen("day_before")) == ("not_measurable", "stop_before_submission")
    assert verdict(seen("hour_before")) == ("met", "on_time")


@requests(
    **{
        f"closed {word}": {**JUNE_1, "state": "completed", "closed_at": word}
        for word in ("?", "UNKNOWN", "(blank)", "N/A", "1970-01-01", "12/31/1969")
    }
)
def test_the_words_for_nothing_are_nothing(seen):
    """"Nulls in the wild: empty, `?`, `UNKNOWN`, `(blank)`, `N/A`, `1970-01-01`, `12/31/1969`": no row is rejected."""
    for word in ("?", "UNKNOWN", "(blank)", "N/A", "1970-01-01", "12/31/1969"):
        assert verdict(seen(f"closed {word}")) == ("not_measurable", "completed_without_stop")


@requests(
    case=JUNE_1,
    item={**JUNE_1, "parent_number": "test_an_item_of_a_loaded_case_is_not_counted_again/case"},
    orphan={**JUNE_1, "parent_number": "CS0000404"},
)
def test_an_item_of_a_loaded_case_is_not_counted_again(seen):
    """"A RITM whose parent Case is loaded is not counted again." """
    assert seen("case") and seen("orphan")
    assert seen("item") is None


NOW, LATER = "2026-12-16 17:00:00", "2026-12-16 17:00:01"
DECEMBER_8 = {"submitted_at": "2026-12-08 10:00:00"}


@requests(
    submitted_now={"submitted_at": NOW, "updated_at": NOW},
    submitted_later={"submitted_at": LATER, "updated_at": LATER},
    approved_later={**DECEMBER_8, "approved_at": LATER, "updated_at": LATER},
    rejected_later={**DECEMBER_8, "approval": "rejected", "approved_at": LATER, "updated_at": LATER},
    closed_now={**DECEMBER_8, "closed_at": NOW, "updated_at": NOW},
    closed_later={**DECEMBER_8, "closed_at": LATER, "updated_at": LATER},
    cancelled_later={**DECEMBER_8, "state": "cancelled", "closed_at": LATER, "updated_at": LATER},
    completed_undated_later={**DECEMBER_8, "state": "completed", "updated_at": LATER},
    installed_later={
        **DECEMBER_8, "service_option": "new_cdt_install",
        "closed_at": "2026-12-15 10:00:00", "installed_at": LATER, "updated_at": LATER,
    },
)  # fmt: skip
def test_events_later_than_as_of_have_not_happened(seen):
    """"A request submitted later is in no table, a later approval is not yet given, a request ended later is still open";
    "the oldest later version with every later event blanked, and `is_reconstructed`." """
    assert seen("submitted_now")["slo_outcome"] == "open" and seen("submitted_later") is None
    assert verdict(seen("approved_later")) == ("open", "awaiting_approval")
    assert verdict(seen("rejected_later")) == ("open", "awaiting_approval")
    assert verdict(seen("closed_now")) == ("missed", "completed_late") and not seen("closed_now")["is_reconstructed"]
    for label in ("closed_later", "cancelled_later", "completed_undated_later"):
        assert verdict(seen(label)) == ("missed", "open_overdue") and seen(label)["is_reconstructed"]
    assert verdict(seen("installed_later")) == ("open", "not_yet_due")


@requests(
    closed_since=[
        {**DECEMBER_8, "state": "open", "updated_at": "2026-12-09 10:00:00"},
        {**DECEMBER_8, "closed_at": LATER, "updated_at": LATER},
    ],
    corrected=[
        {**DECEMBER_8, "department": "first", "updated_at": "2026-12-09 10:00:00", "update_sequence": "9"},
        {**DECEMBER_8, "department": "second", "updated_at": "2026-12-09 10:00:00", "update_sequence": "10"},
    ],
)
def test_the_newest_version_by_then_counts(seen):
    """"Among versions not later than `as_of` the greatest (time, `update_sequence`, text of the mapped cells) wins." """
    assert verdict(seen("closed_since")) == ("missed", "open_overdue") and not seen("closed_since")["is_reconstructed"]
    assert seen("corrected")["department"] == "second"
