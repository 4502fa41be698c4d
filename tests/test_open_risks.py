"""The risk of an open request: by hand, at its boundaries, and as an independent count has it over hostile requests.

Kaplan and Meier's estimate on the business days left until a request is due: it is at risk from the days left at its start
down, leaves with an event at those of its completion, and without one where it is cancelled or still open.
"""

from datetime import date
from typing import NamedTuple

import pytest

from tests import builders, hostile_requests, risk_worlds
from tests.reference.policy import Rules
from tests.risk_worlds import FRIDAY, LENIENT, MANY, SATURDAY, STALE, WEDNESDAY, ahead, past, scenario

RENEWAL = {"current_expires_on": "2026-12-31", "requested_completion_on": "2026-11-14"}
"""Submitted on the Monday of the past, due on a Saturday: 28 business days later."""


@pytest.fixture
def risk(request, tmp_path_factory):
    """The rows of `open_risks` on the requests that the test declares."""
    return risk_worlds.lookup(request.function, tmp_path_factory.mktemp("world"))


@scenario(*past({1: 2, 3: 3, 5: 1}, missed=4), ahead("2026-12-11"))
def test_the_curve_by_hand(risk):
    """Two left: 8 and this one open, 3 met: 6/9. One left: 5, none met. None left: 5, 1 met: 4/5. Together 8/15."""
    found = risk()
    assert (found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == (2, 8, 4)
    assert found["risk_ratio"] == pytest.approx(8 / 15, abs=1e-12)


@scenario(*past({2: 7, 5: 5}, missed=4), ahead("2026-12-09"))
def test_what_is_due_today_can_still_be_met_today(risk):
    """The factor of today's days left counts: 5 met on their last day, 4 and this one not."""
    found = risk()
    assert (found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == (0, 9, 4)
    assert found["risk_ratio"] == 0.5


@scenario(
    *past({0: 3}, closed_at="2026-11-14 10:00:00", **RENEWAL), *past({0: 1}, name="late", closed_at="2026-11-15 10:00:00", **RENEWAL),
    ahead("2026-12-01", current_expires_on="2027-01-31", requested_completion_on="2026-12-19"),
    worlds=(FRIDAY, SATURDAY),
)  # fmt: skip
def test_what_is_due_on_a_saturday_has_no_day_left_from_the_friday_on(risk):
    """0 = due today or on the coming closed days. Closed on the Saturday itself is met, on the Sunday after it late."""
    for world in (FRIDAY, SATURDAY):
        found = risk(world=world)
        assert (found["due_rule"], found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == ("requested_date", 0, 4, 1)
        assert found["risk_ratio"] == pytest.approx(2 / 5, abs=1e-12), "3 of 5 at risk were met, this one among the 5"


@scenario(*past({0: 4}, submitted_at="2026-10-01 09:00:00", closed_at="2026-10-03 10:00:00"), ahead("2026-12-14"), ahead("2026-12-11", "older"))
def test_a_completion_on_a_weekend_counts_to_the_monday(risk):
    """Started on a Thursday, closed on the Saturday: open with 3 left, that is on the Monday, and gone with 2."""
    assert [risk(number)["similar_count"] for number in ("open", "older")] == [4, 0]


@scenario(*past({4: 6, 5: 2}, missed=1), ahead("2026-12-14"), worlds=(FRIDAY, SATURDAY))
def test_on_a_closed_day_the_day_before_it_is_over(risk):
    """On the Friday the 6 met with a day left still speak for it; on the Saturday none of that can happen any more."""
    friday, saturday = risk(world=FRIDAY), risk(world=SATURDAY)
    assert [each["business_days_left"] for each in (friday, saturday)] == [1, 1]
    assert [each["similar_business_days_left"] for each in (friday, saturday)] == [1, 0]
    assert [each["similar_count"] for each in (friday, saturday)] == [9, 3]
    assert [each["risk_ratio"] for each in (friday, saturday)] == pytest.approx([4 / 10 * 1 / 3, 2 / 4], abs=1e-12)


@scenario(*past({0: 30}, service_option="inquiry"), ahead("2026-12-11"))
def test_nobody_like_it_has_no_ratio(risk):
    """Never 0 % or 100 % out of nothing: no ratio, and too few to tell. Another option is not like it."""
    found = risk()
    assert (found["risk_ratio"], found["similar_count"], found["similar_missed_count"], found["risk_band"]) == (None, 0, 0, "too_few")


@scenario(*past({5: 25}), ahead("2026-12-14"))
def test_all_met(risk):
    """25 of 25 were met on their last day, of which this one tells nothing yet."""
    assert (risk()["risk_ratio"], risk()["similar_count"], risk()["similar_missed_count"], risk()["risk_band"]) == (0, 25, 0, "on_course")


@scenario(*past({}, missed=25), ahead("2026-12-14"))
def test_all_missed(risk):
    assert (risk()["risk_ratio"], risk()["similar_count"], risk()["similar_missed_count"], risk()["risk_band"]) == (1, 25, 25, "likely")


@scenario(*past({2: 2, 4: 3}, missed=1), *past({3: 2}, name="cancelled", state="cancelled"), ahead("2026-12-14"), ahead("2026-12-11", "older"))
def test_the_cancelled_and_the_open_count_for_as_long_as_they_were_open(risk):
    """With 3 left 10 at risk, 2 met; with 1 left only 3 and the missed one: the cancelled and the older one are known down to 2."""
    found = risk()
    assert (found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == (3, 6, 1)
    assert found["risk_ratio"] == pytest.approx((1 - 2 / 10) * (1 - 3 / 4), abs=1e-12)


@scenario(
    *past({0: 1}, name="long", closed_at="2026-10-19 12:00:00", **RENEWAL), *past({0: 2}, name="longer", closed_at="2026-11-16 12:00:00", **RENEWAL),
    *past({0: 3}, name="short", closed_at="2026-10-14 12:00:00", current_expires_on="2026-11-30", requested_completion_on="2026-10-16"),
    ahead("2026-12-15", current_expires_on="2027-01-31", requested_completion_on="2026-12-31"),
)  # fmt: skip
def test_a_request_enters_with_the_days_it_was_given(risk):
    """Late entry: with 10 left 2 late ones are at risk, with 2 left also the 3 that were given 9 and then met."""
    found = risk()
    assert (found["due_rule"], found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == ("requested_date", 10, 2, 2)
    assert found["risk_ratio"] == pytest.approx(1 - 3 / 5, abs=1e-12), "this one is not known beyond today, and the first was met with 18 left"


@scenario(*past({1: 9}, current_expires_on="2026-12-31"), ahead("2026-12-11", current_expires_on="2027-01-15", requested_completion_on="2027-01-04"))
def test_another_rule_is_not_like_it(risk):
    """A curve per service option and rule."""
    assert (risk()["due_rule"], risk()["similar_count"], risk()["risk_ratio"]) == ("requested_date", 0, None)


@scenario(*past({2: 5, 4: 3}, missed=2), ahead("2026-12-09", "stale"), ahead("2026-12-11"), worlds=(STALE,))
def test_stale_exports_say_nothing_after_their_end(risk):
    """Exports end on the Monday: what fell due on the Wednesday is neither met nor missed, and at risk down to its 2 left."""
    assert risk("stale") is None
    found = risk()
    assert (found["business_days_left"], found["similar_count"], found["similar_missed_count"]) == (1, 5, 2)
    assert found["risk_ratio"] == pytest.approx(1 - 3 / 5, abs=1e-12)


@scenario(*past({5: 2}, missed=2), *past({}, missed=3, name="given up", state="cancelled"), ahead("2026-12-09"), worlds=(WEDNESDAY, LENIENT))
def test_late_cancellations_are_similar_where_they_count_as_missed(risk):
    """Policy `late_exclusion: missed | excluded`; open past their due date they were either way."""
    counted, excluded = risk(world=WEDNESDAY), risk(world=LENIENT)
    assert [(each["similar_count"], each["similar_missed_count"]) for each in (counted, excluded)] == [(7, 5), (4, 2)]
    assert counted["risk_ratio"] == excluded["risk_ratio"] == pytest.approx(6 / 8, abs=1e-12)


@scenario(
    *past({1: 3}), ahead("2026-12-14"), ahead("2026-12-14", "waits", approval="requested"), ahead("2026-11-02", "overdue"),
    ahead("2026-12-14", "unknown", state="Pending.Vendor"), ahead("2026-12-14", "unclassified", service_option="no such"),
    ahead("2026-12-14", "done", closed_at="2026-12-15 10:00:00"),
)  # fmt: skip
def test_only_an_open_request_that_is_not_yet_due_has_a_risk(risk):
    """One row per open, not overdue request with a due date."""
    assert risk() is not None
    assert [risk(number) for number in ("waits", "overdue", "unknown", "unclassified", "done")] == [None] * 5


@scenario(*past({5: 11}, missed=10), ahead("2026-12-09"))
def test_half_is_likely(risk):
    """11 of 22 at risk were met: 5,000 basis points."""
    assert (risk()["risk_ratio"], risk()["similar_count"], risk()["risk_band"]) == (0.5, 21, "likely")


@scenario(*past({5: 2501}, missed=2499), ahead("2026-12-09"), worlds=(MANY,))
def test_less_than_half_could_miss(risk):
    """2,501 of 5,001 were met: 4,999 basis points."""
    assert (int(risk()["risk_ratio"] * 10000), risk()["risk_band"]) == (4999, "could")


@scenario(*past({5: 20}, missed=4), ahead("2026-12-09"))
def test_a_fifth_could_miss(risk):
    """20 of 25 were met: 2,000 basis points."""
    assert (risk()["risk_ratio"], risk()["similar_count"], risk()["risk_band"]) == (0.2, 24, "could")


@scenario(*past({5: 4001}, missed=999), ahead("2026-12-09"), worlds=(MANY,))
def test_less_than_a_fifth_is_on_course(risk):
    """4,001 of 5,001 were met: 1,999 basis points."""
    assert (int(risk()["risk_ratio"] * 10000), risk()["risk_band"]) == (1999, "on_course")


@scenario(*past({1: 9}, missed=20), ahead("2026-12-09"))
def test_twenty_similar_requests_are_enough(risk):
    """The 9 that were met long before are not among them."""
    assert (risk()["similar_count"], risk()["risk_band"]) == (20, "likely")


@scenario(*past({1: 9}, missed=19), ahead("2026-12-09"))
def test_nineteen_similar_requests_are_too_few(risk):
    assert (risk()["similar_count"], risk()["risk_ratio"], risk()["risk_band"]) == (19, 1, "too_few")


class Variant(NamedTuple):
    """A build over hostile requests: which, the instant, and the policy's choices."""

    seed: int
    requests: int
    as_of: str
    policy: tuple[tuple[str, str], ...] = ()


VARIANTS = {
    "on a Wednesday": Variant(21, 600, "2026-11-25 12:00:00"),
    "on Thanksgiving": Variant(22, 400, "2026-11-26 12:00:00"),
    "at the end of a Saturday": Variant(23, 400, "2026-11-29 00:00:00"),
    "with dates a week before expiry": Variant(24, 400, "2026-11-28 23:59:59", (("undated_renewal", "process_by"),)),
    "with every choice of the policy turned": Variant(
        25, 500, "2026-11-11 12:00:00",
        (("clock_start", "submitted"), ("clock_stop", "resolved"), ("undated_renewal", "process_by"), ("late_exclusion", "excluded")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=[name.replace(" ", "_") for name in VARIANTS])
def test_no_risk_differs_from_an_independent_count(variant, tmp_path):
    """Two people with a calendar must get the same number."""
    exports = hostile_requests.exports(variant.seed, variant.requests, date(2026, 9, 20), date(2026, 12, 10))
    changes = dict(variant.policy)
    connection = builders.publish(tmp_path, *exports, as_of=variant.as_of, policy=builders.a_policy(tmp_path / "policy", **changes))
    found = risk_worlds.compared(connection, exports, variant.as_of, Rules(**changes))
    assert len(found) > 30
    assert sum(0 < (row["risk_ratio"] or 0) < 1 for row in found.values()) > 20
