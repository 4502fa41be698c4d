"""Would the hand cases of phases, pauses and the ledger notice? Each mutation changes one thing, and some of them must then fail.

Slow by nature, as the other mutations; run by `make bench`.
"""

import pytest

from tests.test_mutations import Mutation, have_their_place, notices

INTERVALS = "pipelines/models/spans/request_intervals.sql"
PAUSES = "pipelines/models/spans/clock_pauses.sql"
TRACKS = "pipelines/models/joined/track_intervals.sql"
VERSIONS = "pipelines/models/versions/transition_versions.sql"
INSTALLATIONS = "pipelines/models/links/installations.sql"
LEDGER = "pipelines/models/views/clock_ledger.sql"
VARIANTS = "pipelines/models/sums/variant_clocks.sql"
PHASES = "pipelines/models/sums/request_phases.sql"
SPECIFICATION = ("test_transitions.py", "test_transition_reach.py", "test_pause_boundaries.py", "test_phase_boundaries.py")
ALONGSIDE = ("transition_builders.py", "transition_worlds.py", "hostile_transitions.py", "phase_agreement.py", *SPECIFICATION)

MUTATIONS = {
    "a pause of less than a day counts": Mutation(PAUSES, "< 86400 then 0", "< 0 then 0"),
    "a pause of exactly a day counts nothing": Mutation(PAUSES, "< 86400 then 0", "<= 86400 then 0"),
    "pauses that meet are two": Mutation(PAUSES, "case when started_at <= ended_before_at then 0", "case when started_at < ended_before_at then 0"),
    "a pause on the due date comes too late": Mutation(PAUSES, "coalesce(started_on > due_before_on, true)", "coalesce(started_on >= due_before_on, true)"),
    "a pause may begin long after the due date": Mutation(PAUSES, "coalesce(started_on > due_before_on, true)", "false"),
    "only the first pause moves the due date": Mutation(
        PAUSES, "on summed_pauses.due_ord + summed_pauses.business_days_before = moved_days", "on summed_pauses.due_ord = moved_days"
    ),
    "the end of a pause on a weekend counts the Monday": Mutation(PAUSES, "else ends.floor_ord - starts.floor_ord\n", "else ends.ceil_ord - starts.floor_ord\n"),
    "a pause before the clock counts": Mutation(PAUSES, "greatest(intervals.started_at, clocks.clock_start_at) as started_at", "intervals.started_at as started_at"),
    "the later rule holds": Mutation(INTERVALS, "order by intervals.rank, intervals.held_from_at desc", "order by intervals.rank desc, intervals.held_from_at desc"),
    "the older of two holds": Mutation(INTERVALS, "intervals.rank, intervals.held_from_at desc", "intervals.rank, intervals.held_from_at"),
    "a handover on a closed day counts twice": Mutation(
        INTERVALS, "case when pieces.ended_on = pieces.counted_to_on and pieces.started_on < pieces.ended_on then ends.ceil_ord", "case when true then ends.ceil_ord"
    ),
    "the end on a closed day counts nothing": Mutation(
        INTERVALS, "case when pieces.ended_on = pieces.counted_to_on and pieces.started_on < pieces.ended_on then ends.ceil_ord", "case when false then ends.ceil_ord"
    ),
    "phases count in the clock before it starts": Mutation(INTERVALS, "else greatest(clock_start_on, started_on) end", "else started_on end"),
    "what is over still covers": Mutation(INTERVALS, "intervals.kind <> 'ended'\n        and ", ""),
    "a missing end never ends": Mutation(TRACKS, "else coalesce(ended_at, next_started_at) end", "else ended_at end"),
    "the next start cuts an end that is told": Mutation(TRACKS, "else coalesce(ended_at, next_started_at) end", "else coalesce(least(ended_at, next_started_at), next_started_at) end"),
    "an export that stopped goes on": Mutation(TRACKS, "coalesce(valued_intervals.ended_at, sources.known_until_at) as ended_at", "valued_intervals.ended_at as ended_at"),
    "an export knows its last day only to its newest event": Mutation(TRACKS, "at_local_time(local_date(max(newest_event_at), min(zone)), 86399, min(zone))", "max(newest_event_at)"),
    "a hole is not seen": Mutation(TRACKS, "case when is_before_hole then started_at else next_started_at end", "next_started_at"),
    "a change back over a hole is none": Mutation(TRACKS, "or value <> value_before or is_after_hole", "or value <> value_before"),
    "the first change tells of any time before it": Mutation(TRACKS, "and first_days.first_on <= requests.submitted_on", ""),
    "changes of a second follow their names": Mutation(TRACKS, "order by started_at, update_sequence, told_ended_at nulls last, value\n", "order by started_at, told_ended_at nulls last, value\n"),
    "nothing is current once the export stopped": Mutation(INTERVALS, "else is_unended and coalesce(is_next_last and next_phase = 'not recorded', false)", "else false"),
    "an identifier does not make one of two tellings": Mutation(VERSIONS, "case when transition_id = '' then value end as key_value", "value as key_value"),
    "seconds tell transitions apart": Mutation(VERSIONS, "then date_trunc('minute', started_at) end as key_minute", "then started_at end as key_minute"),
    "a minute holds one transition": Mutation(VERSIONS, "key_minute, export_id, case when transition_id = '' then started_at end", "key_minute, export_id"),
    "an open task tells the end of the installation": Mutation(INSTALLATIONS, "having count(*) filter (where is_unended) = 0", "having count(*) > 0"),
    "a state tells the end of the installation": Mutation(INSTALLATIONS, "where is_parallel and phase = 'install'", "where phase = 'install'"),
    "tasks cut each other short": Mutation(TRACKS, "case when not is_parallel then lead", "case when true then lead"),
    "what a change replaced held nothing": Mutation(TRACKS, "where value_before is null and previous_value is not null", "where false and previous_value is not null"),
    "an end later than the data has come": Mutation(TRACKS, "case when transitions.ended_at <= params.as_of_at then transitions.ended_at end", "transitions.ended_at"),
    "a stop on a Saturday counts no day": Mutation(LEDGER, "and (days.is_business_day or days.on_date = spans.counted_to_on)", "and days.is_business_day"),
    "day 0 counts": Mutation(LEDGER, "coalesce(days.on_date > spans.start_on, false)", "coalesce(days.on_date >= spans.start_on, false)"),
    "a day belongs to the phase in which it ended": Mutation(LEDGER, "and (pieces.started_on < counted_days.on_date or", "and (pieces.started_on <= counted_days.on_date or"),
    "without pauses the due date stays": Mutation(VARIANTS, "due_days.floor_ord + credits.credited_business_days = moved_days", "due_days.floor_ord + 0 = moved_days"),
    "a phase has no budget": Mutation(PHASES, "greatest(business_days - budget_business_days, 0)", "greatest(business_days, 0)"),
}  # fmt: skip


@pytest.mark.bench
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=[name.replace(" ", "_") for name in MUTATIONS])
def test_the_hand_cases_notice_that(mutation, tmp_path):
    notices(mutation, tmp_path, SPECIFICATION, ALONGSIDE)


def test_every_mutation_of_phases_still_has_its_place():
    """The text that it changes stands in its file exactly once."""
    have_their_place(MUTATIONS)
