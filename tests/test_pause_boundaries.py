"""The boundaries of pauses, each with its neighbours, worked out by hand.

"Pauses (waiting on the customer) never change the headline: SD grants none. A second figure removes them: each is clipped
to [clock start, stop or as_of], an open one ends there, overlapping ones merge, under 24 hours counts 0 (default), else
`floor_ord(end) - floor_ord(start)`; taken in order, one that begins after the due date as moved so far counts nothing; the
due date moves by the sum in business days."

Unless a test says otherwise requests are new ones with customer install (5 business days), submitted on Monday 2026-06-01 at
10:00, when their clock starts, and due on Monday 2026-06-08; it is Wednesday 2026-12-16, 17:00. June 2026 has no closure:
1 Mo, 2 Tu, 3 We, 4 Th, 5 Fr, 6 Sa, 7 Su, 8 Mo, 9 Tu, 10 We, 11 Th, 12 Fr, 13 Sa, 14 Su, 15 Mo.
"""

from datetime import date

from tests.transition_worlds import a_life, histories

WEEKEND = ("2026-06-05 16:00:00", "2026-06-08 09:00:00")


def days(history) -> list[int]:
    """The business days that each pause gives back."""
    return [row["credited_business_days"] for row in history.pauses]


def verdict(row: dict) -> tuple:
    """(outcome, due date, elapsed business days)."""
    return row["slo_outcome"], row["due_on"], row["elapsed_business_days"]


@histories(
    met=a_life([WEEKEND], closed_at="2026-06-09 17:00:00"),
    missed=a_life([WEEKEND], closed_at="2026-06-10 08:00:00"),
    unpaused=a_life(spans=[("review", "2026-06-01 10:00:00", "2026-06-09 17:00:00")], closed_at="2026-06-09 17:00:00"),
)
def test_pending_from_friday_to_monday_gives_one_business_day_back(told):
    """65 hours, one business day (Monday): due on Tuesday the 9th. Tuesday is the 6th business day, so the headline is missed."""
    met = told("met")
    assert [(row["business_days"], row["credited_business_days"], row["is_credited"], row["is_open"]) for row in met.pauses] == [(1, 1, True, False)]
    assert verdict(met.verdict) == ("missed", date(2026, 6, 8), 6)
    assert verdict(met.without) == ("met", date(2026, 6, 9), 5)
    assert (met.without["outcome_reason"], met.without["late_business_days"], met.without["period_on"]) == ("on_time", None, date(2026, 6, 9))
    assert verdict(told("missed").without) == ("missed", date(2026, 6, 9), 6)
    assert told("missed").without["late_business_days"] == 1
    assert (told("unpaused").pauses, told("unpaused").without) == ([], None)


THURSDAY = {"submitted_at": "2026-11-19 10:00:00"}


@histories(
    over=a_life([("2026-11-25 15:00:00", "2026-11-30 09:00:00")], **THURSDAY, closed_at="2026-12-01 12:00:00"),
    within=a_life([("2026-11-25 15:00:00", "2026-11-29 12:00:00")], **THURSDAY, closed_at="2026-12-01 12:00:00"),
    closures=a_life([("2026-11-26 08:00:00", "2026-11-27 18:00:00")], **THURSDAY, closed_at="2026-12-01 12:00:00"),
    week=a_life([("2026-11-20 09:00:00", "2026-11-30 09:00:00")], **THURSDAY, closed_at="2026-12-07 12:00:00"),
)
def test_a_pause_over_thanksgiving_counts_no_closure(told):
    """Thursday the 26th and Friday the 27th are closures. Submitted Thursday the 19th: due Monday the 30th (20, 23, 24, 25, 30).

    Wednesday afternoon to Monday: Monday alone, so due Tuesday December 1. To Sunday: nothing. Friday the 20th to Monday
    the 30th: 23, 24, 25, 30, so due four business days after the 30th, on Friday December 4."""
    assert [days(told(label)) for label in ("over", "within", "closures", "week")] == [[1], [0], [0], [4]]
    assert verdict(told("over").without) == ("met", date(2026, 12, 1), 5)
    assert (told("within").without, told("closures").without) == (None, None)
    assert verdict(told("week").without) == ("missed", date(2026, 12, 4), 6)


TUESDAY_TO_THURSDAY = ("2026-06-02 09:00:00", "2026-06-04 09:00:00")


@histories(
    overlapping=a_life([TUESDAY_TO_THURSDAY], [("2026-06-03 09:00:00", "2026-06-05 09:00:00")], closed_at="2026-06-09 10:00:00"),
    nested=a_life([("2026-06-02 09:00:00", "2026-06-05 09:00:00")], [("2026-06-03 09:00:00", "2026-06-04 12:00:00")], closed_at="2026-06-09 10:00:00"),
    touching=a_life([("2026-06-02 12:00:00", "2026-06-03 00:00:00")], [("2026-06-03 00:00:00", "2026-06-03 12:00:00")], closed_at="2026-06-09 10:00:00"),
    apart=a_life([("2026-06-02 12:00:00", "2026-06-03 00:00:00")], [("2026-06-03 00:00:01", "2026-06-03 12:00:01")], closed_at="2026-06-09 10:00:00"),
)
def test_overlapping_and_touching_pauses_are_one(told):
    """Tuesday to Friday is 3 (3, 4, 5) however it is told; twelve hours and twelve hours are a day if they touch, else 0 and 0."""
    assert [days(told(label)) for label in ("overlapping", "nested", "touching", "apart")] == [[3], [3], [1], [0, 0]]
    assert verdict(told("overlapping").without) == ("met", date(2026, 6, 11), 3)


@histories(
    review=a_life([], [("2026-06-02 09:00:00", "2026-06-04 09:00:00")], spans=[("customer", "2026-06-01 10:00:00", "2026-06-09 10:00:00")], closed_at="2026-06-09 10:00:00"),
    covered=a_life(
        [], [], {"made_spans": [
            {"field": "state", "value": "Pending", "started_at": "2026-06-02 09:00:00", "ended_at": "2026-06-04 09:00:00"},
            {"field": "stage", "value": "On hold", "started_at": "2026-06-03 09:00:00", "ended_at": "2026-06-05 09:00:00"},
        ]}, closed_at="2026-06-09 10:00:00",
    ),
)  # fmt: skip
def test_a_pause_counts_though_another_interval_covers_it(told):
    """"Intervals with a pause reason of any track (also those that another interval covers)", and the earliest gives the reason."""
    assert days(told("review")) == [2]
    assert days(told("covered")) == [3]
    assert [row["reason"] for row in told("covered").pauses] == ["waiting on the customer"]


OPEN = {"submitted_at": "2026-12-10 10:00:00"}


@histories(
    running=a_life([("2026-12-14 10:00:00", "")], **OPEN),
    later=a_life([("2026-12-14 10:00:00", "2026-12-18 10:00:00")], **OPEN),
    ended=a_life([("2026-12-14 10:00:00", "2026-12-16 17:00:00")], **OPEN),
    unbegun=a_life([("2026-12-16 17:00:01", "")], **OPEN),
    stopped=a_life([("2026-06-04 09:00:00", "")], closed_at="2026-06-09 10:00:00"),
)
def test_a_pause_without_end_lasts_until_now_or_the_stop(told):
    """"An open one ends there." Submitted Thursday December 10, due Thursday 17 (11, 14, 15, 16, 17); paused since Monday it is
    Wednesday: 2 (15, 16), due Monday the 21st. Stopped on Tuesday June 9, paused since Thursday the 4th: 3 (5, 8, 9)."""
    for label, is_open in (("running", True), ("later", True), ("ended", False)):
        assert days(told(label)) == [2]
        assert told(label).pauses[0]["is_open"] == is_open
        assert verdict(told(label).without) == ("open", date(2026, 12, 21), 2)
    assert (told("unbegun").pauses, told("unbegun").without) == ([], None)
    stopped = told("stopped")
    assert (days(stopped), stopped.pauses[0]["is_open"]) == ([3], False)
    assert verdict(stopped.without) == ("met", date(2026, 6, 11), 3)


@histories(
    nothing=a_life([("2026-06-04 09:00:00", "2026-06-04 09:00:00")], closed_at="2026-06-09 10:00:00"),
    reversed=a_life([("2026-06-04 09:00:00", "2026-06-03 09:00:00")], closed_at="2026-06-09 10:00:00"),
    under=a_life([("2026-06-04 09:00:00", "2026-06-05 08:59:59")], closed_at="2026-06-09 10:00:00"),
    exactly=a_life([("2026-06-04 09:00:00", "2026-06-05 09:00:00")], closed_at="2026-06-09 10:00:00"),
    midnight=a_life([("2026-06-04 00:00:00", "2026-06-05 00:00:00")], closed_at="2026-06-09 10:00:00"),
    saturday=a_life([("2026-06-05 16:00:00", "2026-06-07 23:59:59")], closed_at="2026-06-09 10:00:00"),
)
def test_under_a_day_counts_nothing_and_a_day_counts_its_dates(told):
    """"Under 24 hours counts 0 (default), else `floor_ord(end) - floor_ord(start)`": a weekend holds no business day."""
    assert (told("nothing").pauses, told("reversed").pauses) == ([], [])
    assert [days(told(label)) for label in ("under", "exactly", "midnight", "saturday")] == [[0], [1], [1], [0]]
    assert told("reversed").findings["out_of_order"] == 1


@histories(
    spring_short=a_life([("2026-03-08 01:00:00", "2026-03-09 01:00:00")], submitted_at="2026-03-05 10:00:00", closed_at="2026-03-13 10:00:00"),
    spring_day=a_life([("2026-03-08 01:00:00", "2026-03-09 02:00:00")], submitted_at="2026-03-05 10:00:00", closed_at="2026-03-13 10:00:00"),
    autumn=a_life([("2026-11-01 00:30:00", "2026-11-02 00:00:00")], submitted_at="2026-10-29 10:00:00", closed_at="2026-11-06 10:00:00"),
    autumn_short=a_life([("2026-11-01 02:00:00", "2026-11-02 01:59:59")], submitted_at="2026-10-29 10:00:00", closed_at="2026-11-06 10:00:00"),
)
def test_a_day_is_24_hours_that_pass_when_the_clock_changes(told):
    """On Sunday 2026-03-08 the clock leaps from 2 to 3: from 1:00 to 1:00 on Monday 23 hours pass, to 2:00 they are 24. On Sunday
    2026-11-01 an hour repeats: from 0:30 to midnight 24 hours and a half pass. Monday is a business day."""
    assert [days(told(label)) for label in ("spring_short", "spring_day", "autumn", "autumn_short")] == [[0], [1], [1], [0]]


APPROVED = {"approved_at": "2026-06-03 10:00:00", "closed_at": "2026-06-11 10:00:00"}


@histories(
    before=a_life([("2026-06-01 12:00:00", "2026-06-03 10:00:00")], **APPROVED),
    clipped_short=a_life([("2026-06-01 12:00:00", "2026-06-04 09:59:59")], **APPROVED),
    clipped=a_life([("2026-06-01 12:00:00", "2026-06-04 10:00:00")], **APPROVED),
    waiting=a_life([("2026-06-01 12:00:00", "2026-06-04 10:00:00")], approval="requested"),
)
def test_a_pause_before_the_start_is_outside_the_clock(told):
    """Approved Wednesday the 3rd at 10:00: what lies before it is cut off, and the rest counts if it lasts a day. Due Wednesday the 10th."""
    assert told("before").pauses == []
    assert [days(told(label)) for label in ("clipped_short", "clipped")] == [[0], [1]]
    assert verdict(told("clipped").without) == ("met", date(2026, 6, 11), 5)
    assert (told("waiting").verdict["outcome_reason"], told("waiting").pauses) == ("awaiting_approval", [])


@histories(
    after=a_life([("2026-06-05 16:00:00", "2026-06-09 09:00:00")], closed_at="2026-06-05 16:00:00"),
    clipped=a_life([("2026-06-03 12:00:00", "2026-06-09 09:00:00")], closed_at="2026-06-05 15:00:00"),
    clipped_short=a_life([("2026-06-04 16:00:00", "2026-06-09 09:00:00")], closed_at="2026-06-05 15:00:00"),
)
def test_a_pause_after_the_stop_is_outside_the_clock(told):
    """Stopped on Friday the 5th: paused from Wednesday it is 2 (4, 5), from Thursday at four not even 24 hours."""
    assert told("after").pauses == []
    assert [days(told(label)) for label in ("clipped", "clipped_short")] == [[2], [0]]
    assert verdict(told("clipped").without) == ("met", date(2026, 6, 10), 2)


FIRST = ("2026-06-04 09:00:00", "2026-06-05 10:00:00")


@histories(
    on=a_life([FIRST, ("2026-06-09 23:59:59", "2026-06-11 09:00:00")], closed_at="2026-06-12 10:00:00"),
    after=a_life([FIRST, ("2026-06-10 00:00:00", "2026-06-11 09:00:00"), ("2026-06-15 09:00:00", "2026-06-16 09:00:00")], closed_at="2026-06-17 10:00:00"),
    alone=a_life([("2026-06-09 00:00:00", "2026-06-11 09:00:00")], closed_at="2026-06-12 10:00:00"),
    on_alone=a_life([("2026-06-08 23:00:00", "2026-06-11 09:00:00")], closed_at="2026-06-12 10:00:00"),
)
def test_a_pause_that_begins_after_the_moved_due_date_counts_nothing(told):
    """The first gives Friday back: due Tuesday the 9th. One that begins on that day counts, 2 (10, 11): due Thursday the 11th. One that
    begins at midnight after it does not, nor does any later one. Alone, the due date is still Monday the 8th."""
    assert [days(told(label)) for label in ("on", "after", "alone", "on_alone")] == [[1, 2], [1, 0, 0], [0], [3]]
    assert [row["is_credited"] for row in told("after").pauses] == [True, False, False]
    assert [row["business_days"] for row in told("after").pauses] == [1, 1, 1]
    assert (verdict(told("on").without), verdict(told("after").without)) == (("missed", date(2026, 6, 11), 6), ("missed", date(2026, 6, 9), 11))
    assert told("alone").without is None
    assert verdict(told("on_alone").without) == ("missed", date(2026, 6, 11), 6)


SATURDAY = {
    "service_option": "renewal_customer_install", "current_expires_on": "2026-06-30", "requested_completion_on": "2026-06-13",
    "closed_at": "2026-06-15 17:00:00",
}  # fmt: skip


@histories(
    unmoved=a_life([("2026-06-03 09:00:00", "2026-06-03 20:00:00")], **SATURDAY),
    moved=a_life([("2026-06-03 09:00:00", "2026-06-04 09:00:00")], **SATURDAY),
    begins_on_it=a_life([("2026-06-13 10:00:00", "2026-06-15 11:00:00")], **SATURDAY),
    begins_after_it=a_life([("2026-06-14 00:00:00", "2026-06-15 11:00:00")], **SATURDAY),
)
def test_a_requested_date_on_a_saturday_moves_to_the_business_day_after_it(told):
    """Renewed 29 days before expiry and asked for Saturday the 13th: `floor_ord` of it is that of Friday, so one day later is Monday."""
    assert verdict(told("unmoved").verdict) == ("missed", date(2026, 6, 13), 10)
    assert (days(told("unmoved")), told("unmoved").without) == ([0], None)
    for label in ("moved", "begins_on_it"):
        assert days(told(label)) == [1]
        assert verdict(told(label).without) == ("met", date(2026, 6, 15), 9)
    assert (days(told("begins_after_it")), told("begins_after_it").without) == ([0], None)


@histories(
    cancelled=a_life([WEEKEND], state="cancelled", closed_at="2026-06-09 10:00:00"),
    late=a_life([WEEKEND], state="cancelled", closed_at="2026-06-10 10:00:00"),
    early=a_life([WEEKEND], state="cancelled", closed_at="2026-06-08 10:00:00"),
    unclassified=a_life([WEEKEND], service_option="Code signing", closed_at="2026-06-09 10:00:00"),
    overdue=a_life([("2026-06-05 16:00:00", "2026-06-08 09:00:00")]),
)
def test_the_second_verdict_is_told_where_the_first_is_met_missed_or_open(told):
    """"A row for each request with credit > 0 and outcome met/missed/open (ended ones too)": cancelled on the 9th, due on the 8th, it was
    missed; due on the 9th it is excluded."""
    assert verdict(told("cancelled").verdict)[0] == "missed"
    assert (told("cancelled").without["slo_outcome"], told("cancelled").without["outcome_reason"]) == ("excluded", "cancelled")
    assert (told("late").without["slo_outcome"], told("late").without["outcome_reason"]) == ("missed", "ended_after_due")
    assert told("early").verdict["slo_outcome"] == "excluded" and told("early").without is None
    assert (days(told("unclassified")), told("unclassified").without) == ([0], None)
    overdue = told("overdue")
    assert (overdue.without["is_open_overdue"], overdue.without["is_due"], overdue.without["due_on"]) == (True, True, date(2026, 6, 9))
    assert overdue.without["elapsed_business_days"] == overdue.verdict["elapsed_business_days"] - 1
