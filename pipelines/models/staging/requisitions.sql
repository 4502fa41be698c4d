-- One row per well-formed row of a requisition export: the order that requested items belong to. Source: landed.requisitions. Times UTC, dates local.
with landed_rows as (
    select * from landed.requisitions
),

params as (
    select zone as local_zone, as_of_at from run.params
),

labels as (
    select * from landed.approval_labels
),

written_cells as (
    select
        landed_rows.*,
        params.local_zone,
        params.as_of_at,
        parse_ts(nullif(approved_at, ''), approved_at_format) as approved_written_at,
        parse_ts(nullif(requested_completion_on, ''), requested_completion_on_format) as requested_written_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at
    from landed_rows
    cross join params
),

instants as (
    select
        *,
        instant_of(approved_written_at, approved_at_format, zone, local_zone) as approved_utc_at,
        instant_of(updated_written_at, updated_at_format, zone, local_zone) as updated_utc_at
    from written_cells
),

judged_cells as (
    select
        *,
        case when number = '' then 'the key is missing' end as number_problem,
        event_problem(approved_at, approved_written_at, approved_utc_at, implausible_after_at) as approved_problem,
        date_problem(requested_completion_on, requested_written_at) as requested_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem
    from instants
),

requisitions as (
    select
        judged_cells.export_id,
        judged_cells.row_number,
        nullif(judged_cells.number, '') as number,
        labels.approval,
        case when not is_none(approved_written_at) then approved_utc_at end as approved_at,
        case when not is_none(approved_written_at) then day_of(approved_written_at, approved_at_format, zone, local_zone) end as approved_on,
        case when not is_none(requested_written_at) then day_of(requested_written_at, requested_completion_on_format, zone, local_zone) end as requested_completion_on,
        coalesce(try_cast(nullif(replace(judged_cells.update_sequence, ',', ''), '') as bigint), -1) as update_sequence,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) as version_at,
        coalesce(coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) > as_of_at, false) as is_later,
        judged_cells.cells,
        number_problem,
        approved_problem,
        requested_problem,
        updated_problem,
        case when approved_problem is not null then judged_cells.approved_at end as approved_found,
        case when requested_problem is not null then judged_cells.requested_completion_on end as requested_found,
        case when updated_problem is not null then judged_cells.updated_at end as updated_found,
        coalesce(number_problem, approved_problem, requested_problem, updated_problem) as problem
    from judged_cells
    left join labels on judged_cells.label_key = labels.label_key and judged_cells.source = labels.source
)

select * from requisitions
