-- One row per value that a field of a request had for a time, with its phase: a track is one field of one source. Times UTC, no end: it still holds at as_of.
with request_ids as (
    select record_id, number from records.request_ids
),

-- An audit names its record by the id of its system, not by its number.
transitions as (
    select
        coalesce(request_ids.number, versions.number) as number,
        versions.source,
        versions.field,
        versions.value,
        versions.previous_value,
        versions.started_at,
        versions.ended_at,
        versions.update_sequence
    from versions.transition_versions as versions
    left join request_ids on lower(versions.number) = request_ids.record_id
    where versions.disposition = 'accepted'
),

-- What happened after the newest event of a source was not told: its last values hold to the end of that day, and no longer.
known_ends as (
    select source, at_local_time(local_date(max(newest_event_at), min(zone)), 86399, min(zone)) as known_until_at
    from run.exports
    cross join run.params
    where not is_withdrawn
    group by source
),

sources as (
    select
        told.source,
        told.is_interval,
        told.is_parallel,
        case when known_ends.known_until_at < params.as_of_at then known_ends.known_until_at end as known_until_at
    from texts.transition_sources as told
    cross join run.params as params
    left join known_ends on told.source = known_ends.source
),

phases as (
    select * from texts.phases
),

requests as (
    select number, service_option, submitted_at, submitted_on from corrected.requests
),

params as (
    select as_of_at, zone from run.params
),

change_rows as (
    select
        transitions.number,
        transitions.source,
        transitions.field,
        transitions.value,
        transitions.previous_value,
        transitions.started_at,
        transitions.update_sequence
    from transitions
    inner join sources on transitions.source = sources.source
    where not sources.is_interval
    union all
    select number, source, 'state' as field, state_label as value, cast(null as varchar) as previous_value, updated_at as started_at, update_sequence
    from records.request_updates
),

first_days as (
    select change_rows.source, local_date(min(change_rows.started_at), min(params.zone)) as first_on
    from change_rows
    cross join params
    group by change_rows.source
),

neighbouring_changes as (
    select
        *,
        lag(value) over (partition by number, source, field order by started_at, update_sequence, value) as value_before,
        lag(update_sequence) over (partition by number, source, field order by started_at, update_sequence, value) as sequence_before,
        lag(started_at) over (partition by number, source, field order by started_at, update_sequence, value) as started_before_at,
        lead(started_at) over (partition by number, source, field order by started_at, update_sequence, value) as next_started_at
    from change_rows
),

-- What replaced another value than the one told before follows a change that was not exported; within one second the order may only seem so.
ordered_changes as (
    select
        *,
        coalesce(sequence_before > update_sequence, false) as is_against_time,
        coalesce(
            lower(previous_value) <> lower(value_before) and started_before_at < started_at and coalesce(started_at < next_started_at, true), false
        ) as is_after_hole
    from neighbouring_changes
),

-- An update that leaves the value as it was is no change. What the first one replaced held from the submission on, where the source reaches so far back.
changes as (
    select number, source, field, value, started_at, update_sequence, is_against_time, is_after_hole
    from ordered_changes
    where value_before is null or value <> value_before or is_after_hole
    union all
    select ordered_changes.number, ordered_changes.source, field, previous_value, requests.submitted_at, -2, false, false
    from ordered_changes
    inner join requests on ordered_changes.number = requests.number
    inner join first_days on ordered_changes.source = first_days.source
    where value_before is null and previous_value is not null and requests.submitted_at < started_at and first_days.first_on <= requests.submitted_on
),

following_changes as (
    select
        *,
        lead(started_at) over (partition by number, source, field order by started_at, update_sequence, value) as next_started_at,
        coalesce(lead(is_after_hole) over (partition by number, source, field order by started_at, update_sequence, value), false) as is_before_hole
    from changes
),

repeats_against_time as (
    select * from ordered_changes where is_against_time and value = value_before
),

changed_values as (
    select
        number,
        source,
        field,
        value,
        started_at,
        case when is_before_hole then started_at else next_started_at end as ended_at,
        update_sequence,
        is_against_time as is_out_of_order,
        false as is_overlap,
        is_before_hole as is_missing_end,
        false as is_repeat
    from following_changes
    union all
    select number, source, field, value, started_at, started_at, update_sequence, true, false, false, true from repeats_against_time
),

interval_rows as (
    select
        transitions.number,
        transitions.source,
        transitions.field,
        transitions.value,
        transitions.started_at,
        case when transitions.ended_at <= params.as_of_at then transitions.ended_at end as ended_at,
        coalesce(transitions.ended_at < transitions.started_at, false) as is_out_of_order,
        sources.is_parallel
    from transitions
    inner join sources on transitions.source = sources.source
    cross join params
    where sources.is_interval
),

-- Without an end a value lasts until the next one begins; with one it may reach into it, and the rules say which of the two holds.
following_rows as (
    select
        *,
        case when not is_parallel then lead(started_at) over (
            partition by number, source, field, is_parallel, is_out_of_order order by started_at, ended_at nulls last, value
        ) end as next_started_at
    from interval_rows
),

valued_intervals as (
    select
        number, source, field, value, started_at, ended_at, cast(null as timestamp) as told_ended_at, update_sequence, false as is_parallel, is_out_of_order, is_overlap,
        is_missing_end, is_repeat
    from changed_values
    union all
    select
        number,
        source,
        field,
        value,
        started_at,
        case when is_out_of_order then started_at else coalesce(ended_at, next_started_at) end as ended_at,
        ended_at as told_ended_at,
        null as update_sequence,
        is_parallel,
        is_out_of_order,
        not is_out_of_order and coalesce(ended_at > next_started_at, false) as is_overlap,
        not is_out_of_order and ended_at is null and next_started_at is not null as is_missing_end,
        false as is_repeat
    from following_rows
),

named_intervals as (
    select
        valued_intervals.number,
        valued_intervals.source,
        valued_intervals.field,
        valued_intervals.value,
        valued_intervals.started_at,
        coalesce(valued_intervals.ended_at, sources.known_until_at) as ended_at,
        valued_intervals.told_ended_at,
        valued_intervals.update_sequence,
        valued_intervals.is_parallel,
        valued_intervals.is_out_of_order,
        valued_intervals.is_overlap,
        valued_intervals.is_missing_end,
        valued_intervals.is_repeat,
        valued_intervals.ended_at is null as is_unended,
        requests.number is not null as is_known_request,
        phases.rank,
        coalesce(phases.kind, 'not_mapped') as kind,
        valued_intervals.is_out_of_order and coalesce(valued_intervals.ended_at = valued_intervals.started_at, false) as has_no_time,
        phases.phase,
        phases.party,
        phases.pause_reason
    from valued_intervals
    inner join sources on valued_intervals.source = sources.source
    left join requests on valued_intervals.number = requests.number
    left join phases
        on valued_intervals.source = phases.source and valued_intervals.field = phases.field and valued_intervals.value = phases.value
        and coalesce(requests.service_option, 'unclassified') = phases.service_option
),

track_intervals as (
    select
        number,
        source,
        field,
        value,
        started_at,
        ended_at,
        is_unended,
        is_parallel,
        is_known_request,
        rank,
        kind,
        phase,
        party,
        pause_reason,
        is_out_of_order,
        is_overlap,
        is_missing_end,
        is_repeat,
        kind <> 'ended' and not has_no_time and not is_parallel and coalesce(
            lag(kind) over (
                partition by number, source, field, has_no_time order by started_at, update_sequence, told_ended_at nulls last, value
            ) = 'ended',
            false
        ) as is_reopened
    from named_intervals
    where kind <> 'ignored'
)

select * from track_intervals
