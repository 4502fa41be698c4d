-- One row per well-formed row of a request export. Source: landed.requests. Times UTC, dates local. The last columns keep what could not be read.
with landed_rows as (
    select * from landed.requests
),

params as (
    select zone as local_zone, as_of_at from run.params
),

labels as (
    select * from landed.labels
),

repeated_numbers as (
    select number from landed.requests where number <> '' group by number having count(*) > 1
),

written_cells as (
    select
        landed_rows.*,
        params.local_zone,
        params.as_of_at,
        parse_ts(nullif(submitted_at, ''), submitted_at_format) as submitted_written_at,
        parse_ts(nullif(approved_at, ''), approved_at_format) as approved_written_at,
        parse_ts(nullif(closed_at, ''), closed_at_format) as closed_written_at,
        parse_ts(nullif(resolved_at, ''), resolved_at_format) as resolved_written_at,
        parse_ts(nullif(installed_at, ''), installed_at_format) as installed_written_at,
        parse_ts(nullif(issued_at, ''), issued_at_format) as issued_written_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at,
        parse_ts(nullif(requested_completion_on, ''), requested_completion_on_format) as requested_completion_written_at,
        parse_ts(nullif(current_expires_on, ''), current_expires_on_format) as current_expires_written_at
    from landed_rows
    cross join params
),

instants as (
    select
        *,
        instant_of(submitted_written_at, submitted_at_format, zone, local_zone) as submitted_utc_at,
        instant_of(approved_written_at, approved_at_format, zone, local_zone) as approved_utc_at,
        instant_of(closed_written_at, closed_at_format, zone, local_zone) as closed_utc_at,
        instant_of(resolved_written_at, resolved_at_format, zone, local_zone) as resolved_utc_at,
        instant_of(installed_written_at, installed_at_format, zone, local_zone) as installed_utc_at,
        instant_of(issued_written_at, issued_at_format, zone, local_zone) as issued_utc_at,
        instant_of(updated_written_at, updated_at_format, zone, local_zone) as updated_utc_at
    from written_cells
),

judged_cells as (
    select
        *,
        case when number = '' then 'the key is missing' end as number_problem,
        case
            when submitted_at = '' or is_none(submitted_written_at) then 'the submission time is missing'
            else event_problem(submitted_at, submitted_written_at, submitted_utc_at, implausible_after_at)
        end as submitted_problem,
        event_problem(approved_at, approved_written_at, approved_utc_at, implausible_after_at) as approved_problem,
        event_problem(closed_at, closed_written_at, closed_utc_at, implausible_after_at) as closed_problem,
        event_problem(resolved_at, resolved_written_at, resolved_utc_at, implausible_after_at) as resolved_problem,
        event_problem(installed_at, installed_written_at, installed_utc_at, implausible_after_at) as installed_problem,
        event_problem(issued_at, issued_written_at, issued_utc_at, implausible_after_at) as issued_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem,
        date_problem(requested_completion_on, requested_completion_written_at) as requested_completion_problem,
        date_problem(current_expires_on, current_expires_written_at) as current_expires_problem
    from instants
),

typed_rows as (
    select
        judged_cells.export_id,
        judged_cells.row_number,
        nullif(judged_cells.number, '') as number,
        labels.service_option,
        labels.option_label,
        labels.request_type,
        labels.state,
        labels.state_label,
        labels.approval,
        labels.source_verdict,
        judged_cells.department,
        case when not is_none(submitted_written_at) then submitted_utc_at end as submitted_at,
        case when not is_none(approved_written_at) then approved_utc_at end as approved_at,
        case when not is_none(closed_written_at) then closed_utc_at end as closed_at,
        case when not is_none(resolved_written_at) then resolved_utc_at end as resolved_at,
        case when not is_none(installed_written_at) then installed_utc_at end as installed_at,
        case when not is_none(issued_written_at) then issued_utc_at end as issued_at,
        case when not is_none(updated_written_at) then updated_utc_at end as updated_at,
        case when not is_none(submitted_written_at) then day_of(submitted_written_at, submitted_at_format, zone, local_zone) end as submitted_on,
        case when not is_none(approved_written_at) then day_of(approved_written_at, approved_at_format, zone, local_zone) end as approved_on,
        case when not is_none(closed_written_at) then day_of(closed_written_at, closed_at_format, zone, local_zone) end as closed_on,
        case when not is_none(resolved_written_at) then day_of(resolved_written_at, resolved_at_format, zone, local_zone) end as resolved_on,
        case when not is_none(installed_written_at) then day_of(installed_written_at, installed_at_format, zone, local_zone) end as installed_on,
        case when not is_none(issued_written_at) then day_of(issued_written_at, issued_at_format, zone, local_zone) end as issued_on,
        case when not is_none(requested_completion_written_at) then day_of(requested_completion_written_at, requested_completion_on_format, zone, local_zone) end as requested_completion_on,
        case when not is_none(current_expires_written_at) then day_of(current_expires_written_at, current_expires_on_format, zone, local_zone) end as current_expires_on,
        judged_cells.parent_number,
        judged_cells.requisition_number,
        judged_cells.common_name,
        judged_cells.assignment_group,
        try_cast(nullif(replace(judged_cells.certificate_count, ',', ''), '') as integer) as certificate_count,
        try_cast(nullif(judged_cells.reopen_count, '') as integer) as reopen_count,
        -- Excel may have turned seconds into milliseconds; nothing in the cell tells the two apart, so a number is read as seconds.
        duration_seconds(judged_cells.time_worked_seconds) as time_worked_seconds,
        coalesce(try_cast(nullif(replace(judged_cells.update_sequence, ',', ''), '') as bigint), -1) as update_sequence,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) as version_at,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) > as_of_at as is_later,
        case when repeated_numbers.number is not null then judged_cells.cells end as tie_break,
        judged_cells.column_set_id,
        number_problem,
        submitted_problem,
        approved_problem,
        closed_problem,
        resolved_problem,
        installed_problem,
        issued_problem,
        updated_problem,
        requested_completion_problem,
        current_expires_problem,
        case when submitted_problem is not null then judged_cells.submitted_at end as submitted_found,
        case when approved_problem is not null then judged_cells.approved_at end as approved_found,
        case when closed_problem is not null then judged_cells.closed_at end as closed_found,
        case when resolved_problem is not null then judged_cells.resolved_at end as resolved_found,
        case when installed_problem is not null then judged_cells.installed_at end as installed_found,
        case when issued_problem is not null then judged_cells.issued_at end as issued_found,
        case when updated_problem is not null then judged_cells.updated_at end as updated_found,
        case when requested_completion_problem is not null then judged_cells.requested_completion_on end as requested_completion_found,
        case when current_expires_problem is not null then judged_cells.current_expires_on end as current_expires_found
    from judged_cells
    left join labels on judged_cells.label_key = labels.label_key and judged_cells.source = labels.source
    left join repeated_numbers on judged_cells.number = repeated_numbers.number
),

rows_marked as (
    select
        *,
        coalesce(
            number_problem, submitted_problem, approved_problem, closed_problem, resolved_problem, installed_problem, issued_problem,
            updated_problem, requested_completion_problem, current_expires_problem
        ) is not null as is_quarantined
    from typed_rows
)

select * from rows_marked
