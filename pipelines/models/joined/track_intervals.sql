-- One row per value that a field of a request had for a time, with its phase: a track is one field of one source. Times UTC, no end: it still holds.
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

sources as (
    select * from texts.transition_sources
),

phases as (
    select * from texts.phases
),

requests as (
    select number, service_option, submitted_at from corrected.requests
),

params as (
    select as_of_at from run.params
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

ordered_changes as (
    select
        *,
        lag(value) over (partition by number, source, field order by started_at, update_sequence, value) as value_before,
        row_number() over (partition by number, source, field order by started_at, update_sequence, value) as position,
        coalesce(lag(update_sequence) over (partition by number, source, field order by started_at, update_sequence, value) > update_sequence, false) as is_against_time
    from change_rows
),

-- An update that leaves the value as it was is no change; what the first one replaced held from the submission on.
changes as (
    select number, source, field, value, started_at, update_sequence, is_against_time
    from ordered_changes
    where position = 1 or value <> value_before
    union all
    select ordered_changes.number, source, field, previous_value, requests.submitted_at, -2, false
    from ordered_changes
    inner join requests on ordered_changes.number = requests.number
    where position = 1 and previous_value is not null and requests.submitted_at < started_at
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
        lead(started_at) over (partition by number, source, field order by started_at, update_sequence, value) as ended_at,
        update_sequence,
        is_against_time as is_out_of_order,
        false as is_overlap,
        false as is_missing_end,
        false as is_repeat
    from changes
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
        case when is_out_of_order then started_at else coalesce(least(ended_at, next_started_at), ended_at, next_started_at) end as ended_at,
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
        valued_intervals.*,
        requests.number is not null as is_known_request,
        phases.rank,
        coalesce(phases.kind, 'not_mapped') as kind,
        valued_intervals.is_out_of_order and coalesce(valued_intervals.ended_at = valued_intervals.started_at, false) as has_no_time,
        phases.phase,
        phases.party,
        phases.pause_reason
    from valued_intervals
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
