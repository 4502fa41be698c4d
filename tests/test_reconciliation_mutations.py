"""Would the planted differences notice? Each mutation changes one thing in the reconciliation, and some of them must then be found otherwise.

Slow by nature, as the other mutations; run by `make bench`.
"""

import pytest

from tests.test_mutations import Mutation, have_their_place, notices

MODEL = "pipelines/models/metrics/verdict_reconciliation.sql"
OPINIONS = "pipelines/models/joined/second_opinions.sql"
SPECIFICATION = ("test_reconciliation.py",)
ALONGSIDE = ("sla_builders.py", "transition_builders.py", "planted_opinions.py", "planted_corrections.py", *SPECIFICATION)

MUTATIONS = {
    "a correction explains nothing": Mutation(MODEL, "when source_verdict = exported_outcome then 'corrected'", ""),
    "their mark knows our corrections": Mutation(MODEL, "then exported.stop_at else clocks.stop_at end as told_stop_at", "then clocks.stop_at else clocks.stop_at end as told_stop_at"),
    "a request that is not judged has not ended": Mutation(MODEL, "case when exported.slo_outcome in ('met', 'missed', 'open') then exported.stop_at", "case when exported.slo_outcome is not null then exported.stop_at"),
    "the hour of a deadline does not matter": Mutation(MODEL, "and their_moment_at > planned_end_at and their_moment_on <= due_on", "and false"),
    "any other stop explains it": Mutation(MODEL, "is distinct from stop_on and verdict_at_their_end = source_verdict", "is distinct from stop_on"),
    "a start decides by days alone": Mutation(MODEL, "or (their_due_on = started_due_on and", "or (false and"),
    "a requested date explains nothing": Mutation(MODEL, "verdict_by_business_days = source_verdict\n", "false\n"),
    "a begun day of a pause is a whole one": Mutation(OPINIONS, "cast(floor(coalesce(business_pause_seconds,", "cast(ceil(coalesce(business_pause_seconds,"),
    "the hours of their schedule do not matter": Mutation(OPINIONS, "floor(coalesce(business_pause_seconds, pause_seconds, 0)", "floor(coalesce(pause_seconds, 0)"),
    "a request's own pauses do not matter": Mutation(MODEL, "coalesce(own_pauses.business_days, opinions.whole_pause_days)", "opinions.whole_pause_days"),
    "a pause gives all its days back": Mutation(MODEL, "sum(credited_business_days)", "sum(business_days)"),
    "any pause explains it": Mutation(MODEL, "and coalesce(seconds_between(their_moment_at, planned_end_at) < pause_seconds, true)", ""),
    "only the second calendar is tried": Mutation(MODEL, "in (second_due_on, weekday_due_on)", "in (second_due_on)"),
    "only weekdays are tried": Mutation(MODEL, "in (second_due_on, weekday_due_on)", "in (weekday_due_on)"),
    "twice the target is not enough": Mutation(MODEL, "promised_business_days >= 2 * target_business_days", "promised_business_days > 2 * target_business_days"),
    "a working day has 9 hours at most": Mutation(MODEL, "10 * (promised_business_days + 1) > 24", "9 * (promised_business_days + 1) > 24"),
    "a working day may have 12 hours": Mutation(MODEL, "10 * (promised_business_days + 1) > 24", "12 * (promised_business_days + 1) > 24"),
    "three times the target is too much": Mutation(MODEL, "promised_business_days <= 3 *", "promised_business_days < 3 *"),
    "any long promise is one of hours": Mutation(MODEL, " and promised_business_days <= 3 * target_business_days", ""),
    "a clock that never stopped has a target": Mutation(MODEL, "is_running and stop_at is not null as has_never_stopped", "false as has_never_stopped"),
    "a stage that nobody knows runs": Mutation(MODEL, "when source_verdict = 'open' and is_end_unknown then 'unknown'", ""),
    "any start is before the opening": Mutation(MODEL, ">= 28800", ">= 0"),
    "a Saturday opens": Mutation(MODEL, "        and is_start_business_day\n", ""),
    "a day has 25 hours": Mutation(MODEL, "86400 * cast(target_business_days as bigint)", "90000 * cast(target_business_days as bigint)"),
    "a pause is no part of hours": Mutation(MODEL, "or abs(seconds_beyond_target - pause_seconds) <= 3600", ""),
    "their deadline need not bear their verdict": Mutation(
        MODEL, "case when their_moment_at > planned_end_at then 'missed' when their_moment_at <= planned_end_at then their_in_time_word end",
        "source_verdict",
    ),
    "a cancelled clock decides": Mutation(MODEL, "when stage = 'cancelled' then 'cancelled'", "when false then 'cancelled'"),
    "the second calendar forgets Columbus Day": Mutation("data/policy/second_calendar.csv", "2026-10-12,", "2026-10-11,"),
}  # fmt: skip


@pytest.mark.bench
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=[name.replace(" ", "_") for name in MUTATIONS])
def test_the_planted_differences_notice_that(mutation, tmp_path):
    notices(mutation, tmp_path, SPECIFICATION, ALONGSIDE)


def test_every_mutation_of_the_reconciliation_still_has_its_place():
    """The text that it changes stands in its file exactly once."""
    have_their_place(MUTATIONS)
