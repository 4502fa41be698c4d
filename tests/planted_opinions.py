"""Planted differences between another system's verdict and ours, each worked by hand in its comment.

Business days of late 2026: Wed 11 November, Thu 26 and Fri 27 November are state closures; Mon 12 October (Columbus Day) is none, though federal
offices are closed; on Tue 31 March and Fri 27 November it is the other way round.
"""

from typing import NamedTuple


class Planted(NamedTuple):
    """A request, the clock that another system ran on it, and what has to be found: verdicts, reason, and the days that the evidence names.

    `right`: what declared corrections make of fields of the request.
    """

    request: dict[str, str]
    clock: dict[str, str]
    theirs: str | None
    ours: str
    reason: str
    days: str
    right: dict[str, str] = {}


def told(submitted_at: str, closed_at: str = "", **fields: str) -> dict[str, str]:
    return {"submitted_at": f"2026-{submitted_at}", "closed_at": closed_at and f"2026-{closed_at}", **fields}


def ran(started_at: str, planned_end_at: str, ended_at: str = "", verdict: str = "met", **fields: str) -> dict[str, str]:
    times = {"started_at": started_at, "planned_end_at": planned_end_at, "ended_at": ended_at}
    return {name: at and f"2026-{at}" for name, at in times.items()} | {"verdict": verdict, **fields}


RENEWAL = {"service_option": "renewal_customer_install", "current_expires_on": "2026-12-10", "requested_completion_on": "2026-11-20"}
APPROVED = {"approved_at": "2026-11-04 10:00:00"}
PLANTED = {
    # Mon 2 November, 5 business days (3, 4, 5, 6, 9): due Mon 9, ours until midnight, theirs until 14:00. Closed two hours after theirs.
    "later that day": Planted(
        told("11-02 14:00:00", "11-09 16:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 16:00:00", "missed"), "missed", "met", "rounding", "11-09",
    ),
    "a second late": Planted(
        told("11-02 14:00:00", "11-09 14:00:01"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 14:00:01", "missed"), "missed", "met", "rounding", "11-09",
    ),
    "on the second": Planted(
        told("11-02 14:00:00", "11-09 14:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 14:00:00"), "met", "met", "same_verdict", "11-09",
    ),
    # Due Wed 16 December at 14:00 for them; at 17:00 it is not yet past our day. Mon 9 December plus 5 (10, 11, 14, 15, 16).
    "today, and still open": Planted(
        told("12-09 14:00:00"), ran("12-09 14:00:00", "12-16 14:00:00", verdict="missed"), "missed", "open", "rounding", "12-16",
    ),
    # The same due date Mon 9; they stopped when it was resolved on Fri 6, we when it was closed on Tue 10.
    "resolved before": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-06 10:00:00"), "met", "missed", "stop_differs", "11-06 11-09 11-10",
    ),
    "stopped after": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-12 10:00:00", "missed"), "missed", "met", "stop_differs",
        "11-09 11-12",
    ),
    # Mon 14 December plus 5 (15, 16, 17, 18, 21): closed on Tue 15, but theirs runs on.
    "never stopped": Planted(
        told("12-14 09:00:00", "12-15 09:00:00"), ran("12-14 09:00:00", "12-21 09:00:00"), "open", "met", "stop_differs", "12-15 12-21",
    ),
    # A stage without a meaning may be that of an end. What is not breached depends on it, what is breached does not.
    "a stage that nobody knows": Planted(
        told("12-14 09:00:00", "12-15 09:00:00"), ran("12-14 09:00:00", "12-21 09:00:00", stage="asleep"), "open", "met", "unknown", "12-14 12-15 12-21",
    ),
    "a stage that nobody knows, on both open": Planted(
        told("12-14 09:00:00"), ran("12-14 09:00:00", "12-21 09:00:00", stage="asleep"), "open", "open", "same_verdict", "12-21",
    ),
    "a stage that nobody knows, breached": Planted(
        told("11-02 14:00:00", "11-12 10:00:00", **APPROVED), ran("11-02 14:00:00", "11-09 14:00:00", verdict="missed", stage="asleep"), "missed", "met",
        "start_differs", "11-02 11-04 11-09 11-12",
    ),
    # Their pause of 30 days would keep ours open until late December; but they may as well have ended.
    "a stage that nobody knows, after a pause": Planted(
        told("11-02 14:00:00"), ran("11-02 14:00:00", "12-22 14:00:00", stage="asleep", pause_seconds="2592000"), "open", "missed", "unknown",
        "11-02 11-09 12-22",
    ),
    "no stage and no end": Planted(
        told("12-14 09:00:00", "12-15 09:00:00"), ran("12-14 09:00:00", "12-21 09:00:00", stage=""), "open", "met", "stop_differs", "12-15 12-21",
    ),
    # Mon 2 at 07:00, before 08:00 to 17:00: the five days are 2, 3, 4, 5, 6, so that Fri 6, 17:00 is the end of theirs.
    "before it opens": Planted(
        told("11-02 07:00:00", "11-09 10:00:00"), ran("11-02 07:00:00", "11-06 17:00:00", "11-09 10:00:00", "missed"), "missed", "met", "start_differs",
        "11-02 11-06 11-09",
    ),
    # Eight hours before the end of the day are a working day, a second less is not; nor is a working day before them a Saturday's.
    "a working day before its end": Planted(
        told("11-02 09:00:00", "11-09 10:00:00"), ran("11-02 09:00:00", "11-06 17:00:00", "11-09 10:00:00", "missed"), "missed", "met", "start_differs",
        "11-02 11-06 11-09",
    ),
    "less than a working day before its end": Planted(
        told("11-02 09:00:01", "11-09 10:00:00"), ran("11-02 09:00:01", "11-06 17:00:00", "11-09 10:00:00", "missed"), "missed", "met", "unknown",
        "11-02 11-06 11-09",
    ),
    "before it opens, on a Saturday": Planted(
        told("10-31 07:00:00", "11-06 10:00:00"), ran("10-31 07:00:00", "11-05 17:00:00", "11-06 10:00:00", "missed"), "missed", "met", "unknown",
        "10-31 11-05 11-06",
    ),
    # Approved on Wed 4: ours is due on Thu 12 (5, 6, 9, 10, 12). From the submission on Mon 2 it would be Mon 9.
    "from submission": Planted(
        told("11-02 14:00:00", "11-12 10:00:00", **APPROVED), ran("11-02 14:00:00", "11-09 14:00:00", "11-12 10:00:00", "missed"), "missed", "met",
        "start_differs", "11-02 11-04 11-09 11-12",
    ),
    # Closed on Mon 9 at 16:00: by days alone their start would not decide it, but their deadline is what their start makes of it.
    "from submission, by hours": Planted(
        told("11-02 14:00:00", "11-09 16:00:00", **APPROVED), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 16:00:00", "missed"), "missed", "met",
        "start_differs", "11-02 11-04 11-09 11-12",
    ),
    # Still without approval, our clock has not started; theirs ran from Mon 2 and was due on Mon 9.
    "before approval": Planted(
        told("11-02 14:00:00", approval="requested"), ran("11-02 14:00:00", "11-09 14:00:00", verdict="missed"), "missed", "open", "start_differs",
        "11-02 11-09",
    ),
    # 38 days before expiry, so the requested Fri 20 holds instead of Mon 9; they know of no requested date.
    "by the requested date": Planted(
        told("11-02 09:00:00", "11-16 10:00:00", **RENEWAL), ran("11-02 09:00:00", "11-09 09:00:00", "11-16 10:00:00", "missed"), "missed", "met",
        "requested_date", "11-09 11-20",
    ),
    # The same where they have no deadline at all.
    "by the requested date, without a deadline": Planted(
        told("11-02 09:00:00", "11-16 10:00:00", **RENEWAL), ran("11-02 09:00:00", "", "11-16 10:00:00", "missed"), "missed", "met", "requested_date",
        "11-09 11-20",
    ),
    # A pause of 25 hours has one whole day: Mon 9 moves to Tue 10. Theirs moved to Tue 10, 15:00.
    "paused for 25 hours": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-10 15:00:00", "11-10 10:00:00", pause_seconds="90000"), "met", "missed",
        "pause_counted", "11-09 11-10",
    ),
    # Closed on Thu 12, the next business day (Wed 11 is closed), that one day does not explain it.
    "paused for 25 hours, closed a day later": Planted(
        told("11-02 14:00:00", "11-12 10:00:00"), ran("11-02 14:00:00", "11-12 15:00:00", "11-12 10:00:00", pause_seconds="90000"), "met", "missed",
        "unknown", "11-02 11-09 11-12",
    ),
    "paused for a second under 24 hours": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-10 15:00:00", "11-10 10:00:00", pause_seconds="86399"), "met", "missed",
        "unknown", "11-02 11-09 11-10",
    ),
    # The length in the hours of their schedule counts where it is given, and none of them is none.
    "paused outside their schedule": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"),
        ran("11-02 14:00:00", "11-10 15:00:00", "11-10 10:00:00", pause_seconds="90000", business_pause_seconds="0"), "met", "missed", "unknown",
        "11-02 11-09 11-10",
    ),
    # What cannot be read is not given: the other length counts.
    "paused for a length that is no number": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"),
        ran("11-02 14:00:00", "11-10 15:00:00", "11-10 10:00:00", pause_seconds="90000", business_pause_seconds="-5"), "met", "missed", "pause_counted",
        "11-09 11-10",
    ),
    "paused for a day of schedule": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-10 14:00:00", "11-10 10:00:00", business_pause_seconds="1 day"), "met", "missed",
        "pause_counted", "11-09 11-10",
    ),
    # Due on Mon 9, theirs stands still since before its deadline.
    "still paused": Planted(
        told("11-02 14:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", stage="paused"), "open", "missed", "pause_counted", "11-09",
    ),
    # Mon 5 October plus 5 (6, 7, 8, 9, 12) is Mon 12; with Columbus Day closed Tue 13. Closed on Tue 13 before 09:00.
    "a federal holiday that is no closure": Planted(
        told("10-05 09:00:00", "10-13 08:00:00"), ran("10-05 09:00:00", "10-13 09:00:00", "10-13 08:00:00"), "met", "missed", "calendar_differs",
        "10-05 10-12 10-13",
    ),
    # A pause of a whole day, where their deadline lay 20 days after the end: what they promised decides, the day of the pause left out.
    "a day of pause that decides nothing": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-30 14:00:00", "11-10 10:00:00", pause_seconds="90000"), "met", "missed",
        "another_target", "11-02 11-30",
    ),
    # Columbus Day with a pause of a minute, without which it would have been met as well: not the pause.
    "a pause that decides nothing": Planted(
        told("10-05 09:00:00", "10-13 08:00:00"), ran("10-05 09:00:00", "10-13 09:01:00", "10-13 08:00:00", pause_seconds="60"), "met", "missed",
        "calendar_differs", "10-05 10-12 10-13",
    ),
    # Thu 26 March plus 5: (27, 30, 1, 2, 3 April) with Farmworkers Day closed, Thu 2 April without.
    "a closure that is no federal holiday": Planted(
        told("03-26 09:00:00", "04-03 10:00:00"), ran("03-26 09:00:00", "04-02 09:00:00", "04-03 10:00:00", "missed"), "missed", "met", "calendar_differs",
        "03-26 04-02 04-03",
    ),
    # Thu 19 November plus 5: (20, 23, 24, 25, 30); federal offices work on Fri 27.
    "the day after Thanksgiving": Planted(
        told("11-19 09:00:00", "11-30 10:00:00"), ran("11-19 09:00:00", "11-27 09:00:00", "11-30 10:00:00", "missed"), "missed", "met", "calendar_differs",
        "11-19 11-27 11-30",
    ),
    # By Monday to Friday alone it is Thanksgiving Day itself, Thu 26.
    "no holiday at all": Planted(
        told("11-19 09:00:00", "11-27 10:00:00"), ran("11-19 09:00:00", "11-26 09:00:00", "11-27 10:00:00", "missed"), "missed", "met", "calendar_differs",
        "11-19 11-26 11-30",
    ),
    # 5 times 24 hours after Mon 2, 14:00 is Sat 7, 14:00; ours is due on Mon 9.
    "hours of wall time": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-07 14:00:00", "11-09 10:00:00", "missed"), "missed", "met", "duration_in_hours",
        "11-02 11-07",
    ),
    # Theirs stopped a day before ours, which decides nothing: by our due date Mon 9 both are in time.
    "another stop that decides nothing": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-07 14:00:00", "11-08 10:00:00", "missed"), "missed", "met", "duration_in_hours",
        "11-02 11-07",
    ),
    # Fri 30 October, 09:00: the clocks go back on 1 November, so that 120 hours end on Wed 4 at 08:00. Ours: 2, 3, 4, 5, 6.
    "hours over the change of clocks": Planted(
        told("10-30 09:00:00", "11-05 10:00:00"), ran("10-30 09:00:00", "11-04 08:00:00", "11-05 10:00:00", "missed"), "missed", "met", "duration_in_hours",
        "10-30 11-04",
    ),
    # Or on the same hour of the clock, after 121 hours.
    "days over the change of clocks": Planted(
        told("10-30 09:00:00", "11-05 10:00:00"), ran("10-30 09:00:00", "11-04 09:00:00", "11-05 10:00:00", "missed"), "missed", "met", "duration_in_hours",
        "10-30 11-04",
    ),
    # 120 hours and a pause of 24 after Tue 3, 14:00 end on Mon 9; ours is due on Tue 10 (4, 5, 6, 9, 10).
    "hours and a pause": Planted(
        told("11-03 14:00:00", "11-10 10:00:00"), ran("11-03 14:00:00", "11-09 14:00:00", "11-10 10:00:00", "missed", pause_seconds="86400"), "missed", "met",
        "duration_in_hours", "11-03 11-09",
    ),
    # 24 hours of a schedule with 8 hours a day are 3 days, so 15 for 5: (3, 4, 5, 6, 9, 10, 12, 13, 16, 17, 18, 19, 20, 23, 24).
    "hours of schedule": Planted(
        told("11-02 14:00:00", "11-20 10:00:00"), ran("11-02 14:00:00", "11-24 14:00:00", "11-20 10:00:00"), "met", "missed", "duration_in_hours", "11-02 11-24",
    ),
    # With 10 hours a day they are 12 days, Thu 19. No schedule of 8 to 10 hours makes 11 or 16 days of them.
    "hours of a longer schedule": Planted(
        told("11-02 14:00:00", "11-13 10:00:00"), ran("11-02 14:00:00", "11-19 14:00:00", "11-13 10:00:00"), "met", "missed", "duration_in_hours", "11-02 11-19",
    ),
    "a day less than hours of schedule": Planted(
        told("11-02 14:00:00", "11-13 10:00:00"), ran("11-02 14:00:00", "11-18 14:00:00", "11-13 10:00:00"), "met", "missed", "another_target", "11-02 11-18",
    ),
    "a day more than hours of schedule": Planted(
        told("11-02 14:00:00", "11-20 10:00:00"), ran("11-02 14:00:00", "11-25 14:00:00", "11-20 10:00:00"), "met", "missed", "another_target", "11-02 11-25",
    ),
    # Tue 1 December plus 15 (2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18, 21, 22). A clock that ran on has no end to judge by, whatever it promised.
    "hours of schedule, in time": Planted(
        told("12-01 14:00:00", "12-10 10:00:00"), ran("12-01 14:00:00", "12-22 14:00:00", "12-10 10:00:00"), "met", "missed", "duration_in_hours", "12-01 12-22",
    ),
    "hours of schedule, never stopped": Planted(
        told("12-01 14:00:00", "12-10 10:00:00"), ran("12-01 14:00:00", "12-22 14:00:00"), "open", "missed", "unknown", "12-01 12-08 12-10 12-22",
    ),
    "another target, never stopped": Planted(
        told("12-01 14:00:00", "12-10 10:00:00"), ran("12-01 14:00:00", "12-23 14:00:00"), "open", "missed", "unknown", "12-01 12-08 12-10 12-23",
    ),
    # The tenth business day, Tue 17, is twice the target; the ninth, Mon 16, is not.
    "twice the target": Planted(
        told("11-02 14:00:00", "11-13 10:00:00"), ran("11-02 14:00:00", "11-17 14:00:00", "11-13 10:00:00"), "met", "missed", "another_target", "11-02 11-17",
    ),
    "not twice the target": Planted(
        told("11-02 14:00:00", "11-13 10:00:00"), ran("11-02 14:00:00", "11-16 14:00:00", "11-13 10:00:00"), "met", "missed", "unknown",
        "11-02 11-09 11-13 11-16",
    ),
    # Closed within both deadlines, yet they say missed: nothing of theirs explains that.
    "against its own deadline": Planted(
        told("11-02 14:00:00", "11-06 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-06 10:00:00", "missed"), "missed", "met", "unknown",
        "11-02 11-06 11-09",
    ),
    # Nor does their calendar, where even their own deadline was kept: Columbus Day again, closed on Mon 12.
    "against the deadline of its calendar": Planted(
        told("10-05 09:00:00", "10-12 10:00:00"), ran("10-05 09:00:00", "10-13 09:00:00", "10-12 10:00:00", "missed"), "missed", "met", "unknown",
        "10-05 10-12 10-13",
    ),
    # The Saturday after a due Friday is late for both: Fri 13 plus 5 (16, 17, 18, 19, 20).
    "a Saturday": Planted(
        told("11-13 10:00:00", "11-21 09:00:00"), ran("11-13 10:00:00", "11-20 10:00:00", "11-21 09:00:00", "missed"), "missed", "missed", "same_verdict",
        "11-20 11-21",
    ),
    # Submitted and closed on the day, late in the evening: still Mon 2 here, though Tue 3 in UTC.
    "one evening": Planted(
        told("11-02 23:00:00", "11-02 23:30:00"), ran("11-02 23:00:00", "11-09 23:00:00", "11-02 23:30:00"), "met", "met", "same_verdict", "11-02 11-09",
    ),
    # A deadline without a time of day lasts all of that day: Mon 9.
    "a deadline is a day": Planted(
        told("11-02 14:00:00", "11-09 23:59:59"), ran("11-02 14:00:00", "11-09 23:59:59", "11-09 23:59:59"), "met", "met", "same_verdict", "11-09",
    ),
    # What cannot be compared.
    "cancelled clock": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-04 10:00:00", "missed", stage="cancelled"), "missed", "met",
        "cancelled", "11-02 11-04",
    ),
    "cancelled request": Planted(
        told("11-02 14:00:00", "11-04 10:00:00", state="cancelled"), ran("11-02 14:00:00", "11-09 14:00:00", "11-04 10:00:00"), "met", "excluded", "excluded",
        "11-02",
    ),
    "no stop": Planted(
        told("11-02 14:00:00", state="completed"), ran("11-02 14:00:00", "11-09 14:00:00", "11-04 10:00:00"), "met", "not_measurable", "not_measurable", "11-02",
    ),
    "a word nobody knows": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 10:00:00", "so so"), None, "met", "unknown_verdict", "11-02",
    ),
}  # fmt: skip
