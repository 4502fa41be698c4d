-- One row per well-formed row of an export of clocks that another system ran on requests. Source: landed.slas. Times UTC, dates local, spans in seconds.
with landed_rows as (
    select * from landed.slas
),

params as (
    select zone as local_zone, as_of_at from run.params
),

labels as (
    select * from landed.sla_labels
),

written_cells as (
    select
        landed_rows.*,
        params.local_zone,
        params.as_of_at,
        parse_ts(nullif(started_at, ''), started_at_format) as started_written_at,
        parse_ts(nullif(planned_end_at, ''), planned_end_at_format) as planned_end_written_at,
        parse_ts(nullif(ended_at, ''), ended_at_format) as ended_written_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at
    from landed_rows
    cross join params
),

instants as (
    select
        *,
        instant_of(started_written_at, started_at_format, zone, local_zone) as started_utc_at,
        instant_of(planned_end_written_at, planned_end_at_format, zone, local_zone) as planned_end_utc_at,
        instant_of(ended_written_at, ended_at_format, zone, local_zone) as ended_utc_at,
        instant_of(updated_written_at, updated_at_format, zone, local_zone) as updated_utc_at
    from written_cells
),

judged_cells as (
    select
        *,
        case when number = '' then 'the key is missing' end as number_problem,
        case
            when started_at = '' or is_none(started_written_at) then 'the start is missing'
            else event_problem(started_at, started_written_at, started_utc_at, implausible_after_at)
        end as started_problem,
        date_problem(planned_end_at, planned_end_written_at) as planned_end_problem,
        event_problem(ended_at, ended_written_at, ended_utc_at, implausible_after_at) as ended_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem
    from instants
),

slas as (
    select
        judged_cells.export_id,
        judged_cells.row_number,
        nullif(judged_cells.number, '') as number,
        coalesce(judged_cells.sla, '') as sla,
        labels.stage,
        labels.verdict,
        labels.is_left_out,
        started_utc_at as started_at,
        -- A deadline without a time of day lasts until the end of its day.
        case
            when is_none(planned_end_written_at) then null
            when planned_end_at_format like '%date' then at_local_time(cast(planned_end_written_at as date), 86399, local_zone)
            else planned_end_utc_at
        end as planned_end_at,
        case when not is_none(ended_written_at) then ended_utc_at end as ended_at,
        -- Without an end it runs on by its stage; by none at all where the export has the column of the end and leaves it empty.
        coalesce(
            coalesce(is_none(ended_written_at), true) and labels.stage is null and (labels.stage_label <> '' or judged_cells.ended_at is null), false
        ) as is_end_unknown,
        duration_seconds(judged_cells.pause_seconds) as pause_seconds,
        duration_seconds(judged_cells.business_pause_seconds) as business_pause_seconds,
        case when duration_seconds(judged_cells.pause_seconds) is null then nullif(judged_cells.pause_seconds, '') end as pause_found,
        case when duration_seconds(judged_cells.business_pause_seconds) is null then nullif(judged_cells.business_pause_seconds, '') end as business_pause_found,
        nullif(judged_cells.schedule, '') as schedule,
        judged_cells.newest_event_at,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) as version_at,
        coalesce(coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) > as_of_at, false) as is_later,
        judged_cells.cells,
        number_problem,
        started_problem,
        planned_end_problem,
        ended_problem,
        updated_problem,
        case when started_problem is not null then judged_cells.started_at end as started_found,
        case when planned_end_problem is not null then judged_cells.planned_end_at end as planned_end_found,
        case when ended_problem is not null then judged_cells.ended_at end as ended_found,
        case when updated_problem is not null then judged_cells.updated_at end as updated_found,
        coalesce(number_problem, started_problem, planned_end_problem, ended_problem, updated_problem) as problem
    from judged_cells
    left join labels on judged_cells.label_key = labels.label_key and judged_cells.source = labels.source
)

select * from slas
