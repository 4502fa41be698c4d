"""The boundaries of phases and of the days of a clock, each with its neighbours, worked out by hand.

"Phases come from a transition export ..., held against the published budget." "Phase days sum to `elapsed` only with
`clock_start: submitted`." Unless a test says otherwise requests are new ones with customer install (customer 1, review 2,
issue 2), submitted on Monday 2026-06-01 at 10:00, when their clock starts, and due on Monday 2026-06-08. June 2026 has no
closure: 1 Mo, 2 Tu, 3 We, 4 Th, 5 Fr, 6 Sa, 7 Su, 8 Mo, 9 Tu, 10 We, 11 Th, 12 Fr, 13 Sa, 14 Su, 15 Mo.
"""

from datetime import date

from tests.transition_builders import CHANGES, SPANS, TASKS
from tests.transition_worlds import a_life, histories
from tests.worlds import World

ON_SUNDAY = World(as_of="2026-06-14 12:00:00", reaches_to="2026-06-14 11:00:00")
SATURDAY_HANDOVER = (
    ("customer", "2026-06-01 10:00:00", "2026-06-02 12:00:00"),
    ("review", "2026-06-02 12:00:00", "2026-06-06 10:00:00"),
    ("issue", "2026-06-06 10:00:00", "2026-06-30 10:00:00"),
)


def sums(history) -> tuple[int, int]:
    """(days, days on the policy's clock) of all phases together."""
    return sum(row["business_days"] for row in history.phases), sum(row["clock_business_days"] for row in history.phases)


@histories(
    weekday=a_life(spans=SATURDAY_HANDOVER, closed_at="2026-06-09 10:00:00"),
    saturday=a_life(spans=SATURDAY_HANDOVER, closed_at="2026-06-13 10:00:00"),
    same_day=a_life(spans=SATURDAY_HANDOVER, closed_at="2026-06-06 18:00:00"),
    on_the_day=a_life(spans=SATURDAY_HANDOVER, closed_at="2026-06-01 18:00:00"),
    approved=a_life(spans=SATURDAY_HANDOVER, approved_at="2026-06-03 10:00:00", closed_at="2026-06-09 10:00:00"),
)
def test_the_days_of_phases_add_up_to_what_elapsed(told):
    """A day belongs to the phase that held at the midnight it began with, so a hand-over on Saturday costs nobody a day.

    Customer: Tuesday the 2nd. Review: 3, 4, 5. Issue to Tuesday the 9th: 8, 9; to Saturday the 13th: 8 to 12, and the Saturday
    that the stop counts as the next business day. Stopped on Saturday the 6th, that day is review's, which began it."""
    assert told("weekday").days() == {"customer": 1, "review": 3, "issue": 2}
    assert told("saturday").days() == {"customer": 1, "review": 3, "issue": 6}
    assert told("same_day").days() == {"customer": 1, "review": 4, "issue": 0}
    assert told("on_the_day").days() == {"customer": 0}
    for label, elapsed in (("weekday", 6), ("saturday", 10), ("same_day", 5), ("on_the_day", 0), ("approved", 6)):
        assert told(label).submitted["elapsed_business_days"] == sums(told(label))[0] == elapsed
    assert [row["over_budget_days"] for row in told("weekday").phases] == [0, 1, 0]
    # Approved on Wednesday the 3rd: 4, 5 of review, 8, 9 of issue.
    assert told("approved").days("clock_business_days") == {"customer": 0, "review": 2, "issue": 2}
    assert told("approved").verdict["elapsed_business_days"] == sums(told("approved"))[1] == 4


@histories(
    early=a_life(spans=[("review", "2026-06-02 10:00:00", "2026-06-09 10:00:00")], approved_at="2026-05-29 10:00:00", closed_at="2026-06-09 10:00:00"),
    waiting=a_life(spans=[("customer", "2026-06-01 10:00:00", "")], approval="requested"),
)
def test_the_days_on_the_clock_begin_where_it_starts(told):
    """Approved on Friday May 29, before it was submitted on Monday: Monday is the first phase's, too (1), then 2 to 9 (6). A clock that has
    not started has no day."""
    assert told("early").days("clock_business_days") == {"not recorded": 2, "review": 5}
    assert sums(told("early")) == (6, 7)
    assert told("early").verdict["elapsed_business_days"] == 7
    assert told("waiting").days("clock_business_days") == {"customer": 0}
    assert told("waiting").verdict["elapsed_business_days"] is None
    assert told("waiting").submitted["elapsed_business_days"] == sums(told("waiting"))[0]


@histories(
    minute=a_life(spans=[("review", "2026-06-01 10:01:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
    longer=a_life(spans=[("review", "2026-06-01 10:01:01", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
    over=a_life(spans=[("review", "2026-06-01 10:00:00", "2026-06-04 10:00:00"), ("completed", "2026-06-04 10:00:00", "")], closed_at="2026-06-09 10:00:00"),
    untold=a_life(closed_at="2026-06-09 10:00:00"),
    no_time=a_life(spans=[("review", "2026-06-01 10:00:00", "")], closed_at="2026-06-01 10:00:00"),
)
def test_what_no_row_covers_is_not_recorded(told):
    """"Phase `not recorded` (finding `gap` when it lasts over a minute)", also where the work was over; without any row there are no phases."""
    assert [told(label).findings.get("gap", 0) for label in ("minute", "longer", "over")] == [0, 1, 1]
    assert [row["phase"] for row in told("minute").intervals] == ["not recorded", "review"]
    assert told("over").days() == {"review": 3, "not recorded": 3}
    assert (told("untold").intervals, told("untold").phases, told("untold").flows) == ([], [], [])
    assert told("no_time").intervals == []


@histories(
    overlap=a_life(spans=[("review", "2026-06-01 10:00:00", "2026-06-05 10:00:00"), ("issue", "2026-06-03 10:00:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
    missing_end=a_life(spans=[("review", "2026-06-01 10:00:00", ""), ("issue", "2026-06-03 10:00:00", "")], closed_at="2026-06-09 10:00:00"),
    instant=a_life(spans=[("issue", "2026-06-03 10:00:00", "2026-06-03 10:00:00"), ("customer", "2026-06-03 10:00:00", "2026-06-09 10:00:00"), ("review", "2026-06-01 10:00:00", "2026-06-03 10:00:00")], closed_at="2026-06-09 10:00:00"),
    reopened=a_life(spans=[("review", "2026-06-01 10:00:00", "2026-06-03 10:00:00"), ("completed", "2026-06-03 10:00:00", "2026-06-04 10:00:00"), ("issue", "2026-06-04 10:00:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
    unmapped=a_life(spans=[("Complete.Closed.System", "2026-06-01 10:00:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
)  # fmt: skip
def test_rows_of_one_track_follow_each_other(told):
    """A missing end is the next start of the track (`missing_end`); an end that is told counts, and where it reaches into the next value
    (`overlap`) the earlier rule holds, as for any two values of one moment."""
    # Review: 2, 3; issue: 4, 5, 8, 9. Told to last until the 5th, review has that day, too.
    assert told("missing_end").days() == {"review": 2, "issue": 4}
    assert told("overlap").days() == {"review": 4, "issue": 2}
    assert told("overlap").findings == {"overlap": 1}
    assert told("missing_end").findings == {"missing_end": 1}
    # A state that lasted no time hides none that did.
    assert told("instant").days() == {"review": 2, "customer": 4}
    assert told("instant").findings == {}
    assert told("reopened").findings == {"reopened": 1, "gap": 1}
    assert (told("unmapped").days(), told("unmapped").findings) == ({"not mapped": 6}, {"not_mapped": 1})


def a_change(value: str, started_at: str, previous_value: str = "", update_sequence: str = "") -> dict:
    """A change of the state."""
    return {"field": "state", "value": value, "previous_value": previous_value, "started_at": started_at, "update_sequence": update_sequence}


@histories(
    changes=a_life(rows={CHANGES: [a_change("2", "2026-06-04 10:00:00", "-5"), a_change("-5", "2026-06-02 10:00:00", "1")]}, closed_at="2026-06-09 10:00:00"),
    without=a_life(rows={CHANGES: [a_change("2", "2026-06-02 10:00:00")]}, closed_at="2026-06-09 10:00:00"),
    backwards=a_life(rows={CHANGES: [a_change("-5", "2026-06-02 10:00:00", "", "7"), a_change("2", "2026-06-04 10:00:00", "", "3")]}, closed_at="2026-06-09 10:00:00"),
)  # fmt: skip
def test_a_change_lasts_until_the_next_and_the_first_says_what_was_before(told):
    """"The first one's previous_value, when given, holds from submission until it"; "`out_of_order` (time wins)"."""
    assert told("changes").days() == {"review": 4, "customer": 2}
    assert [row["to_state"] for row in told("changes").intervals] == ["1", "-5", "2"]
    assert [row["from_state"] for row in told("changes").intervals] == [None, "1", "-5"]
    assert told("without").days() == {"not recorded": 1, "review": 5}
    assert told("backwards").findings == {"out_of_order": 1, "gap": 1}
    assert told("backwards").days() == {"not recorded": 1, "customer": 2, "review": 3}


@histories(
    hole=a_life(rows={CHANGES: [a_change("-5", "2026-06-02 10:00:00", "1"), a_change("3", "2026-06-09 10:00:00", "2")]}, closed_at="2026-06-09 10:00:00"),
    whole=a_life(rows={CHANGES: [a_change("-5", "2026-06-02 10:00:00", "1"), a_change("3", "2026-06-09 10:00:00", "-5")]}, closed_at="2026-06-09 10:00:00"),
    again=a_life(rows={CHANGES: [a_change("-5", "2026-06-02 10:00:00", "1"), a_change("-5", "2026-06-05 10:00:00", "2")]}, closed_at="2026-06-09 10:00:00"),
)  # fmt: skip
def test_a_change_that_replaced_another_value_than_the_one_before_follows_a_hole(told):
    """From -5 (the customer) on the 2nd something led to 2 before the 9th, nobody knows when: nothing is recorded of it, and no pause is taken off."""
    assert told("hole").days() == {"review": 1, "not recorded": 5}
    assert (told("hole").findings, told("hole").credit) == ({"missing_end": 1, "gap": 1}, 0)
    assert (told("whole").days(), told("whole").findings, told("whole").credit) == ({"review": 1, "customer": 5}, {}, 5)
    assert told("again").days() == {"review": 1, "not recorded": 3, "customer": 2}
    assert told("again").credit == 2


CDT = {"service_option": "new_cdt_install", "closed_at": "2026-06-09 10:00:00"}


def installed(*ends: str, began_at: str = "2026-06-08 10:00:00", **fields: str) -> dict:
    """A request with one installation task for each end."""
    return a_life(rows={TASKS: [{"transition_id": f"T{n}", "value": "Install", "started_at": began_at, "ended_at": end} for n, end in enumerate(ends)]}, **(CDT | fields))


@histories(
    later=installed("2026-06-11 10:00:00"),
    last=installed("2026-06-10 10:00:00", "2026-06-12 10:00:00"),
    earlier=installed("2026-06-08 12:00:00"),
    open=installed("2026-06-11 10:00:00", ""),
    backwards=installed("2026-06-07 10:00:00"),
    exported=installed("2026-06-11 10:00:00", installed_at="2026-06-10 09:00:00"),
    customer=installed("2026-06-11 10:00:00", service_option="new_customer_install"),
    span=a_life(spans=[("install", "2026-06-08 10:00:00", "2026-06-11 10:00:00")], **CDT),
)  # fmt: skip
def test_the_stop_is_the_later_of_the_closing_and_the_end_of_the_installation_task(told):
    """"The stop is the later of `closed_at` and the end of the installation task where one is exported, else `closed_at` with `closed_installation_unseen`". The
    request's own time of installation goes before its tasks; a task that is open or runs backwards tells no end; a state of the request is no task."""
    found = {name: (str(told(name).verdict["stop_at"])[:10], told(name).verdict["stop_source"]) for name in "later last earlier open backwards exported customer span".split()}
    assert found == {
        "later": ("2026-06-11", "installed"), "last": ("2026-06-12", "installed"), "earlier": ("2026-06-09", "closed"),
        "open": ("2026-06-09", "closed_installation_unseen"), "backwards": ("2026-06-09", "closed_installation_unseen"),
        "exported": ("2026-06-10", "installed"), "customer": ("2026-06-09", "closed"), "span": ("2026-06-09", "closed_installation_unseen"),
    }  # fmt: skip


MOMENT = "2026-06-04 10:00:00"


@histories(
    again=a_life(rows={CHANGES: [a_change("3", MOMENT, "1", "5"), a_change("2", MOMENT, "3", "6")]}, closed_at="2026-06-09 10:00:00"),
    over=a_life(rows={CHANGES: [a_change("2", MOMENT, "1", "5"), a_change("3", MOMENT, "2", "6")]}, closed_at=MOMENT),
    beside=a_life(rows={TASKS: [{"transition_id": "T1", "value": "Review", "started_at": MOMENT, "ended_at": ""}]}, spans=[("completed", "2026-06-03 10:00:00", MOMENT)], closed_at="2026-06-09 10:00:00"),
)  # fmt: skip
def test_changes_of_one_second_follow_their_update_sequence(told):
    """Closed (3) and then work again (2) is a re-opening, the other way round is none; nor is work beside what was over."""
    assert told("again").findings == {"reopened": 1}
    assert told("over").findings == {}
    assert "reopened" not in told("beside").findings


def a_task(value: str, started_at: str, ended_at: str = "", transition_id: str = "") -> dict:
    """A task, its subject being the value."""
    return {"transition_id": transition_id, "value": value, "started_at": started_at, "ended_at": ended_at}


@histories(
    tasks=a_life(rows={TASKS: [a_task("Review", "2026-06-01 10:00:00", "2026-06-09 10:00:00", "T1"), a_task("Validate", "2026-06-03 10:00:00", "2026-06-05 10:00:00", "T2")]}, closed_at="2026-06-09 10:00:00"),
    spans=a_life(rows={SPANS: [
        {"field": "state", "value": "Work in Progress", "started_at": "2026-06-01 10:00:00", "ended_at": "2026-06-09 10:00:00"},
        {"field": "stage", "value": "Issue", "started_at": "2026-06-03 10:00:00", "ended_at": "2026-06-05 10:00:00"},
        {"field": "comments", "value": "a word", "started_at": "2026-06-03 10:00:00", "ended_at": ""},
    ]}, closed_at="2026-06-09 10:00:00"),
    install=a_life(spans=[("install", "2026-06-01 10:00:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
)  # fmt: skip
def test_of_rows_side_by_side_the_earlier_rule_holds(told):
    """"Where several intervals cover a moment, the one with the earlier rule holds"; what is ignored says nothing."""
    # Validation: 4, 5.
    assert told("tasks").days() == {"review": 4, "authority validation": 2}
    assert told("tasks").findings == told("spans").findings == {}
    assert [row["party"] for row in told("tasks").phases] == ["customer", "certificate team", "certificate team", "authority"]
    assert told("spans").days() == {"review": 4, "issue": 2}
    # A phase of another option's process: slo.yaml says whose it is.
    assert [(row["phase"], row["party"], row["budget_business_days"]) for row in told("install").phases if row["visit_count"]] == [("install", "platform team", None)]


# The ledger


def ledger_sums(history) -> int:
    """The counted days of all days, which the running ones add up."""
    assert [row["running_days"] for row in history.ledger] == [sum(row["counted_days"] for row in history.ledger[: n + 1]) for n in range(len(history.ledger))]
    return sum(row["counted_days"] for row in history.ledger)


@histories(
    weekend=a_life([("2026-06-03 09:00:00", "2026-06-05 10:00:00")], closed_at="2026-06-06 12:00:00"),
    approved=a_life(approved_at="2026-06-03 10:00:00", closed_at="2026-06-08 10:00:00"),
    closure=a_life(submitted_at="2026-11-24 10:00:00", closed_at="2026-11-26 10:00:00"),
)
def test_the_ledger_counts_a_stop_on_the_weekend_as_the_next_business_day(told):
    """Tuesday to Friday are 4, and the Saturday of the stop is the fifth; after it nothing counts, to the due date. "C" Thanksgiving: a
    request stopped on it has elapsed 2."""
    weekend = told("weekend")
    assert weekend.kinds() == ["day_zero", *["counted"] * 5, "after_stop", "after_stop"]
    assert ledger_sums(weekend) == weekend.verdict["elapsed_business_days"] == 5
    assert [row["on_date"].day for row in weekend.ledger if row["is_stop_day"]] == [6]
    assert [row["on_date"].day for row in weekend.ledger if row["is_due_day"]] == [8]
    assert [row["on_date"].day for row in weekend.ledger if row["paused_days"]] == [4, 5]
    assert told("approved").kinds() == ["before_start", "before_start", "day_zero", "counted", "counted", "weekend", "weekend", "counted", "after_stop", "after_stop"]
    assert ledger_sums(told("approved")) == told("approved").verdict["elapsed_business_days"] == 3
    closure = told("closure")
    # Due Thursday December 3 (25, 30, 1, 2, 3).
    assert closure.kinds() == ["day_zero", "counted", "counted", *["after_stop"] * 7]
    assert [row["closure_name"] is not None for row in closure.ledger[:4]] == [False, False, True, True]
    assert ledger_sums(closure) == closure.verdict["elapsed_business_days"] == 2


@histories(
    ON_SUNDAY,
    open=a_life(spans=[("review", "2026-06-08 10:00:00", "")], submitted_at="2026-06-08 10:00:00"),
    waiting=a_life(spans=[("customer", "2026-06-08 10:00:00", "")], submitted_at="2026-06-08 10:00:00", approval="requested"),
    today=a_life(submitted_at="2026-06-14 09:00:00"),
)
def test_the_ledger_of_an_open_request_counts_the_day_of_as_of(told):
    """On Sunday the 14th: 9, 10, 11, 12, and the Sunday itself is the fifth; the due date, Monday the 15th, lies ahead."""
    opened = told("open")
    assert opened.kinds() == ["day_zero", *["counted"] * 4, "weekend", "counted", "ahead"]
    assert ledger_sums(opened) == opened.verdict["elapsed_business_days"] == 5
    assert [row["phase"] for row in opened.ledger] == ["review"] * 7 + [None]
    assert (opened.days(), opened.intervals[-1]["is_current"]) == ({"review": 5}, True)
    waiting = told("waiting")
    assert (waiting.kinds(), ledger_sums(waiting)) == (["not_started"] * 7, 0)
    assert (waiting.days(), waiting.days("clock_business_days")) == ({"customer": 5}, {"customer": 0})
    assert told("today").kinds() == ["day_zero", *["ahead"] * 5]
    assert told("today").ledger[-1]["on_date"] == date(2026, 6, 19)


@histories(
    backwards=a_life([("2026-05-20 10:00:00", "2026-06-05 10:00:00")], closed_at="2026-05-29 10:00:00"),
    earlier=a_life(spans=[("review", "2026-06-01 10:00:00", "")], closed_at="2026-06-01 09:00:00"),
)
def test_a_stop_before_the_start_has_no_phases_and_no_pauses(told):
    """"No rows when stop < submission", also on the same date."""
    for label in ("backwards", "earlier"):
        assert (told(label).intervals, told(label).pauses, told(label).without) == ([], [], None)
    assert told("backwards").verdict["outcome_reason"] == "stop_before_submission"
    assert ledger_sums(told("earlier")) == told("earlier").verdict["elapsed_business_days"] == 0
