"""Would the planted differences notice? Each mutation changes one thing in the reconciliation, and some of them must then be found otherwise.

Slow by nature, as the other mutations; run by `make bench`.
"""

import shutil

import pytest

from tests.test_mutations import CHECKOUT, Mutation, copied, specification

MODEL = "pipelines/models/metrics/verdict_reconciliation.sql"
SPECIFICATION = ("test_reconciliation.py",)
ALONGSIDE = ("sla_builders.py", *SPECIFICATION)

MUTATIONS = {
    "the hour of a deadline does not matter": Mutation(MODEL, "and their_moment_at > planned_end_at and their_moment_on <= due_on", "and false"),
    "any other stop explains it": Mutation(MODEL, "is distinct from stop_on and verdict_at_their_end = source_verdict", "is distinct from stop_on"),
    "a start decides by days alone": Mutation(MODEL, "or (their_due_on = started_due_on and", "or (false and"),
    "a requested date explains nothing": Mutation(MODEL, "verdict_by_business_days = source_verdict\n", "false\n"),
    "a begun day of a pause is none": Mutation(MODEL, "cast(ceil(opinions.pause_seconds / 86400.0) as integer)", "cast(floor(opinions.pause_seconds / 86400.0) as integer)"),
    "any pause explains it": Mutation(MODEL, "and coalesce(seconds_between(their_moment_at, planned_end_at) < pause_seconds, true)", ""),
    "only the second calendar is tried": Mutation(MODEL, "in (second_due_on, weekday_due_on)", "in (second_due_on)"),
    "only weekdays are tried": Mutation(MODEL, "in (second_due_on, weekday_due_on)", "in (weekday_due_on)"),
    "twice the target is not enough": Mutation(MODEL, "- pause_days >= 2 * target_business_days", "- pause_days > 2 * target_business_days"),
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
    copy = copied(tmp_path)
    for name in ALONGSIDE:
        shutil.copy(CHECKOUT / "tests" / name, copy / "tests" / name)
    file = copy / mutation.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutation.before, mutation.after), encoding="utf-8")
    found = specification(copy, SPECIFICATION)
    assert found.returncode == 1, found.stdout[-3000:]
    assert "FAILED" in found.stdout or "ERROR" in found.stdout


def test_every_mutation_of_the_reconciliation_still_has_its_place():
    """The text that it changes stands in its file exactly once."""
    for mutation in MUTATIONS.values():
        assert (CHECKOUT / mutation.file).read_text(encoding="utf-8").count(mutation.before) == 1, mutation
