-- One row per well-formed row of an approval export: an approver of a request or requisition. Source: landed.approvals. Times UTC.
with landed_rows as (
    select * from landed.approvals
),

params as (
    select zone as local_zone, as_of_at from run.params
),

labels as (
    select * from landed.approval_labels
),

instants as (
    select
        landed_rows.*,
        params.as_of_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at,
        instant_of(parse_ts(nullif(updated_at, ''), updated_at_format), updated_at_format, zone, local_zone) as updated_utc_at
    from landed_rows
    cross join params
),

judged_cells as (
    select
        *,
        case when number = '' then 'the key is missing' end as number_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem
    from instants
),

approvals as (
    select
        judged_cells.export_id,
        judged_cells.row_number,
        nullif(judged_cells.number, '') as number,
        coalesce(judged_cells.approver, '') as approver,
        labels.approval,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) as version_at,
        coalesce(coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) > as_of_at, false) as is_later,
        judged_cells.cells,
        number_problem,
        updated_problem,
        case when updated_problem is not null then judged_cells.updated_at end as updated_found,
        coalesce(number_problem, updated_problem) as problem
    from judged_cells
    left join labels on judged_cells.label_key = labels.label_key and judged_cells.source = labels.source
)

select * from approvals
