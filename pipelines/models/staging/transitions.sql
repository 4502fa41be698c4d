-- One row per well-formed row of a transition export: a value that a field of a request had, or came to have. Source: landed.transitions. Times UTC.
with landed_rows as (
    select * from landed.transitions
),

params as (
    select zone as local_zone, as_of_at from run.params
),

written_cells as (
    select
        landed_rows.*,
        params.local_zone,
        params.as_of_at,
        parse_ts(nullif(started_at, ''), started_at_format) as started_written_at,
        parse_ts(nullif(ended_at, ''), ended_at_format) as ended_written_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at
    from landed_rows
    cross join params
),

instants as (
    select
        *,
        instant_of(started_written_at, started_at_format, zone, local_zone) as started_utc_at,
        instant_of(ended_written_at, ended_at_format, zone, local_zone) as ended_utc_at,
        instant_of(updated_written_at, updated_at_format, zone, local_zone) as updated_utc_at
    from written_cells
),

judged_cells as (
    select
        *,
        case when number = '' then 'the key is missing' end as number_problem,
        case
            when started_at = '' or is_none(started_written_at) then 'the time of its start is missing'
            else event_problem(started_at, started_written_at, started_utc_at, implausible_after_at)
        end as started_problem,
        event_problem(ended_at, ended_written_at, ended_utc_at, implausible_after_at) as ended_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem
    from instants
),

transitions as (
    select
        export_id,
        row_number,
        nullif(number, '') as number,
        source,
        coalesce(transition_id, '') as transition_id,
        coalesce(field, '') as field,
        coalesce(value, '') as value,
        nullif(previous_value, '') as previous_value,
        started_utc_at as started_at,
        case when not is_none(ended_written_at) then ended_utc_at end as ended_at,
        coalesce(try_cast(nullif(replace(update_sequence, ',', ''), '') as bigint), -1) as update_sequence,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, newest_event_at) as version_at,
        coalesce(coalesce(case when not is_none(updated_written_at) then updated_utc_at end, newest_event_at) > as_of_at, false) as is_later,
        started_utc_at > as_of_at as is_not_yet,
        cells,
        number_problem,
        started_problem,
        ended_problem,
        updated_problem,
        case when started_problem is not null then nullif(started_at, '') end as started_found,
        case when ended_problem is not null then ended_at end as ended_found,
        case when updated_problem is not null then updated_at end as updated_found,
        coalesce(number_problem, started_problem, ended_problem, updated_problem) as problem
    from judged_cells
)

select * from transitions
