"""Twenty requests decided by hand, the calendar written out beside each.

In the calendars `#` is a closure, `S` the start (day 0), and each business day carries its number after the start.
Weeks begin on Monday. The reference and the product must both find what was found by hand.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from tests import agreement, builders
from tests.builders import a_request

AS_OF = "2026-12-16 17:00:00"  # a Wednesday


@dataclass(frozen=True)
class HandCase:
    """`due_on`, outcome, reason and elapsed business days as found by hand, on the approved basis unless named."""

    row: dict[str, str]
    due_on: str
    slo_outcome: str
    outcome_reason: str
    elapsed: int
    basis: str = "approved"


def decided(name: str, due_on: str, slo_outcome: str, outcome_reason: str, elapsed: int, basis="approved", **fields):
    return HandCase(a_request(name, **fields), due_on, slo_outcome, outcome_reason, elapsed, basis)


CASES = [
    # June 2026   Mo  1 S   Tu  2 1   We  3 2   Th  4 3   Fr  5 4   Sa  6     Su  7
    #             Mo  8 5 due and closed
    decided(
        "a plain week, closed in the last second of the due date", "2026-06-08", "met", "on_time", 5,
        submitted_at="2026-06-01 10:00:00", closed_at="2026-06-08 23:59:59",
    ),
    # November    Mo 16     Tu 17     We 18     Th 19 S   Fr 20 1   Sa 21     Su 22
    #   2026      Mo 23 2   Tu 24 3   We 25 4   Th 26 #   Fr 27 #   Sa 28     Su 29
    #             Mo 30 5 due         Tu  1 6 closed
    decided(
        "over Thanksgiving, closed one day late", "2026-11-30", "missed", "completed_late", 6,
        submitted_at="2026-11-19 10:00:00", closed_at="2026-12-01 08:00:00",
    ),
    # June 2026   Mo 29 S   Tu 30 1   We  1 2   Th  2 3   Fr  3 4   Sa  4     Su  5     July 3 is a working day
    #             Mo  6 5 due
    decided(
        "a Saturday Fourth of July closes no Friday", "2026-07-06", "met", "on_time", 4,
        submitted_at="2026-06-29 10:00:00", closed_at="2026-07-03 12:00:00",
    ),
    # November    Mo 16     Tu 17     We 18     Th 19     Fr 20     Sa 21 S   Su 22
    #   2026      Mo 23 1   Tu 24 2   We 25 3   Th 26 #   Fr 27 #   Sa 28     Su 29
    #             Mo 30 4   Tu  1 5 due and closed
    decided(
        "begun on a Saturday before Thanksgiving", "2026-12-01", "met", "on_time", 5,
        submitted_at="2026-11-21 10:00:00", closed_at="2026-12-01 16:00:00",
    ),
    # June 2026   Mo  1     Tu  2     We  3     Th  4     Fr  5 S   Sa  6     Su  7
    #             Mo  8 1   Tu  9 2   We 10 3   Th 11 4   Fr 12 5   Sa 13 closed: belongs to Mo 15, which is 6
    decided(
        "due on a Friday, closed on the Saturday", "2026-06-12", "missed", "completed_late", 6,
        submitted_at="2026-06-05 10:00:00", closed_at="2026-06-13 09:00:00",
    ),
    # November    Mo  9     Tu 10     We 11 # S and closed          Th 12 1   Fr 13 2   Sa 14     Su 15
    #   2026      Mo 16 3   Tu 17 4   We 18 5 due
    decided(
        "begun and closed on Veterans Day", "2026-11-18", "met", "on_time", 0,
        submitted_at="2026-11-11 10:00:00", closed_at="2026-11-11 15:00:00",
    ),
    # December    Mo 15     Tu 16     We 17     Th 18     Fr 19 S   Sa 20     Su 21
    #   2025      Mo 22 1   Tu 23 2   We 24 3   Th 25 #   Fr 26 4   Sa 27     Su 28
    #             Mo 29 5   Tu 30 6   We 31 7   Th  1 #   Fr  2 8   Sa  3     Su  4
    #             Mo  5 9   Tu  6 10 due        We  7 11 installed
    decided(
        "ten days over the year's end, installed after closing", "2026-01-06", "missed", "completed_late", 11,
        service_option="new_cdt_install", submitted_at="2025-12-19 10:00:00",
        closed_at="2026-01-05 12:00:00", installed_at="2026-01-07 09:00:00",
    ),
    # December    Mo 26     Tu 27     We 28     Th 29     Fr 30 S   Sa 31     Su  1 is New Year's Day
    #   2022      Mo  2 #   Tu  3 1   We  4 2   Th  5 3   Fr  6 4   Sa  7     Su  8
    #             Mo  9 5 due
    decided(
        "a Sunday New Year closes the Monday", "2023-01-09", "met", "on_time", 4,
        submitted_at="2022-12-30 10:00:00", closed_at="2023-01-06 10:00:00",
    ),
    # November    Mo  6     Tu  7     We  8     Th  9 S   Fr 10 #   Sa 11 is Veterans Day       Su 12
    #   2023      Mo 13 1   Tu 14 2   We 15 3   Th 16 4   Fr 17 5 due
    decided(
        "a Saturday Veterans Day closes the Friday", "2023-11-17", "met", "on_time", 4,
        submitted_at="2023-11-09 10:00:00", closed_at="2023-11-16 10:00:00",
    ),
    # December    Mo 20     Tu 21     We 22     Th 23 S   Fr 24 1   Sa 25 is Christmas, closes nothing  Su 26
    #   2021      Mo 27 2   Tu 28 3   We 29 4   Th 30 5   Fr 31 6 closed; Sa 1 is New Year's Day, closes nothing
    decided(
        "a Saturday Christmas closes no Friday", "2021-12-30", "missed", "completed_late", 6,
        submitted_at="2021-12-23 10:00:00", closed_at="2021-12-31 10:00:00",
    ),
    # March 2026  Mo 23     Tu 24     We 25     Th 26     Fr 27 S   Sa 28     Su 29
    #             Mo 30 1   Tu 31 #   We  1 2   Th  2 3   Fr  3 4   Sa  4     Su  5
    #             Mo  6 5 due and closed
    decided(
        "the approval starts the clock, over Farmworkers Day", "2026-04-06", "met", "on_time", 5,
        submitted_at="2026-03-23 10:00:00", approved_at="2026-03-27 16:00:00", closed_at="2026-04-06 16:00:00",
    ),
    # March 2026  Mo 23 S   Tu 24 1   We 25 2   Th 26 3   Fr 27 4   Sa 28     Su 29
    #             Mo 30 5   Tu 31 #   We  1 6   Th  2 7   Fr  3 8   Sa  4     Su  5
    #             Mo  6 9 closed
    decided(
        "the same request on the other basis", "2026-03-30", "missed", "completed_late", 9, "submitted",
        submitted_at="2026-03-23 10:00:00", approved_at="2026-03-27 16:00:00", closed_at="2026-04-06 16:00:00",
    ),
    # June 2026   Mo  1 S   Tu  2 1   We  3 2   Th  4 3   Fr  5 4   Sa  6     Su  7
    #             Mo  8 5 due. 06:59:59Z is 23:59:59 of the day before in summer.
    decided(
        "instants with an offset, each a second before local midnight", "2026-06-08", "met", "on_time", 5,
        submitted_at="2026-06-01T08:00:00-07:00", approved_at="2026-06-02T06:59:59Z", closed_at="2026-06-09T06:59:59Z",
    ),
    # August      Mo  3     Tu  4 S   We  5 1   Th  6 2   Fr  7 3   Sa  8     Su  9
    #   2026      Mo 10 4   Tu 11 5 is the business-day date        14 is 8
    #             Mo 17 9   Tu 18     We 19     Th 20     Fr 21 13
    #             Mo 24 14  Tu 25 15 requested, due and closed      Mo 31 expires, 27 days after submission
    decided(
        "a renewal by the requested date", "2026-08-25", "met", "on_time", 15,
        service_option="renewal_customer_install", submitted_at="2026-08-04 10:00:00", closed_at="2026-08-25 10:00:00",
        current_expires_on="2026-08-31", requested_completion_on="2026-08-25",
    ),
    # August      Tu  4 S   Tu 11 5   Tu 18 10  Mo 24 14 expires, 20 days after submission, and due
    #   2026      Tu 25 15 closed     Th 10 September requested: capped at the expiry
    decided(
        "a requested date after the expiry is capped", "2026-08-24", "missed", "completed_late", 15,
        service_option="renewal_customer_install", submitted_at="2026-08-04 10:00:00", closed_at="2026-08-25 10:00:00",
        current_expires_on="2026-08-24", requested_completion_on="2026-09-10",
    ),
    # August      Tu  4 S   We  5 1   Th  6 2   Fr  7 3   Mo 10 4   Tu 11 5 due         We 12 6 closed
    #   2026      Th 20 requested     Su 23 expires, 19 days after submission: business days only
    decided(
        "a renewal one day short of twenty", "2026-08-11", "missed", "completed_late", 6,
        service_option="renewal_customer_install", submitted_at="2026-08-04 10:00:00", closed_at="2026-08-12 10:00:00",
        current_expires_on="2026-08-23", requested_completion_on="2026-08-20",
    ),
    # August      Mo 24     Tu 25     We 26     Th 27     Fr 28 S   Sa 29     Su 30
    #   2026      Mo 31 1   Tu  1 2   We  2 3   Th  3 4   Fr  4 5   Sa  5     Su  6
    #             Mo  7 #   Tu  8 6   We  9 7   Th 10 8   Fr 11 9   Sa 12     Su 13 closed: belongs to Mo 14
    #             Mo 14 10 due
    decided(
        "an inquiry over Labor Day, closed on a Sunday", "2026-09-14", "met", "on_time", 10,
        service_option="inquiry", submitted_at="2026-08-28 10:00:00", closed_at="2026-09-13 10:00:00",
    ),
    # December    Mo  7     Tu  8 S   We  9 1   Th 10 2   Fr 11 3   Sa 12     Su 13
    #   2026      Mo 14 4   Tu 15 5 due         We 16 6 is today
    decided(
        "still open on the day after it was due", "2026-12-15", "missed", "open_overdue", 6,
        submitted_at="2026-12-08 10:00:00",
    ),
    # February    Mo  9 S   Tu 10 1   We 11 2   Th 12 3   Fr 13 4   Sa 14     Su 15
    #   2026      Mo 16 #   Tu 17 5 due         We 18 6 cancelled
    decided(
        "cancelled on the day after it was due", "2026-02-17", "missed", "ended_after_due", 6,
        submitted_at="2026-02-09 10:00:00", state="cancelled", closed_at="2026-02-18 10:00:00",
    ),
    # March 2026  Su  8 S, in the night that skips from 2:00 to 3:00
    #             Mo  9 1   Tu 10 2   We 11 3   Th 12 4   Fr 13 5 due         Sa 14 closed at 0:00: Mo 16 is 6
    decided(
        "begun in the missing hour, closed as the due date had just ended", "2026-03-13", "missed", "completed_late", 6,
        submitted_at="2026-03-08 02:30:00", closed_at="2026-03-14 00:00:00",
    ),
]  # fmt: skip

LAST_EVENT = a_request("the export reaches to today", updated_at="2026-12-16 16:30:00")
WITH_OFFSET = [case.row for case in CASES if "T" in case.row["submitted_at"]]
EXPORTS = [[*(case.row for case in CASES if case.row not in WITH_OFFSET), LAST_EVENT], WITH_OFFSET]


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    connection = builders.publish(tmp_path_factory.mktemp("hand"), *EXPORTS, as_of=AS_OF)
    return agreement.published(connection)


@pytest.fixture(scope="module")
def reference():
    found, _, _ = agreement.expected(EXPORTS, builders.local(AS_OF))
    return {key: vars(outcome) for key, outcome in found.items()}


@pytest.mark.parametrize("judge", ["reference", "product"])
@pytest.mark.parametrize("case", CASES, ids=[case.row["number"].replace(" ", "_") for case in CASES])
def test_the_hand_computed_case_is_found(case, judge, request):
    """"Two people with a calendar and this page must get the same number by hand." """
    found = request.getfixturevalue(judge)[case.row["number"], case.basis]
    assert found["due_on"] == date.fromisoformat(case.due_on)
    assert (found["slo_outcome"], found["outcome_reason"]) == (case.slo_outcome, case.outcome_reason)
    assert found["elapsed_business_days"] == case.elapsed


def test_there_are_twenty_hand_computed_cases():
    assert len(CASES) == 20 and len({(case.row["number"], case.basis) for case in CASES}) == 20
