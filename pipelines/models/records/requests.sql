-- One row per request submitted by as_of, as its exports knew it then. Times UTC, dates local; events later than as_of are still in it.
with params as (
    select as_of_at from run.params
),

column_sets as (
    select column_set_id, column_names from run.column_sets
),

-- Only requests with several versions need the next steps; `tie_break` is filled for exactly those.
known_versions as (
    select versions.*, ranks.version_rank, column_sets.column_names
    from staging.requests as versions
    inner join versions.request_versions as ranks on versions.export_id = ranks.export_id and versions.row_number = ranks.row_number
    inner join column_sets on versions.column_set_id = column_sets.column_set_id
    where versions.tie_break is not null and not versions.is_later and not versions.is_quarantined
),

mixed_numbers as (
    select number from known_versions group by number having min(column_set_id) <> max(column_set_id)
),

-- A column that the winning export does not have comes from the next version that has it; present but empty stays empty.
filled_versions as (
    select
        known_versions.version_rank,
        known_versions.number,
        known_versions.version_at,
        known_versions.state,
        known_versions.state_label,
        known_versions.submitted_at,
        known_versions.submitted_on,
        known_versions.is_later,
        first_value(department) over (
            partition by known_versions.number order by case when column_names like '%,department,%' then 0 else 1 end, version_rank
        ) as department,
        first_value(approval) over (
            partition by known_versions.number order by case when column_names like '%,approval,%' then 0 else 1 end, version_rank
        ) as approval,
        first_value(service_option) over (
            partition by known_versions.number order by case when column_names like '%,service_option,%' then 0 else 1 end, version_rank
        ) as service_option,
        first_value(option_label) over (
            partition by known_versions.number order by case when column_names like '%,service_option,%' then 0 else 1 end, version_rank
        ) as option_label,
        first_value(request_type) over (
            partition by known_versions.number order by case when column_names like '%,request_type,%' then 0 else 1 end, version_rank
        ) as request_type,
        first_value(approved_at) over (
            partition by known_versions.number order by case when column_names like '%,approved_at,%' then 0 else 1 end, version_rank
        ) as approved_at,
        first_value(approved_on) over (
            partition by known_versions.number order by case when column_names like '%,approved_at,%' then 0 else 1 end, version_rank
        ) as approved_on,
        first_value(closed_at) over (
            partition by known_versions.number order by case when column_names like '%,closed_at,%' then 0 else 1 end, version_rank
        ) as closed_at,
        first_value(closed_on) over (
            partition by known_versions.number order by case when column_names like '%,closed_at,%' then 0 else 1 end, version_rank
        ) as closed_on,
        first_value(resolved_at) over (
            partition by known_versions.number order by case when column_names like '%,resolved_at,%' then 0 else 1 end, version_rank
        ) as resolved_at,
        first_value(resolved_on) over (
            partition by known_versions.number order by case when column_names like '%,resolved_at,%' then 0 else 1 end, version_rank
        ) as resolved_on,
        first_value(installed_at) over (
            partition by known_versions.number order by case when column_names like '%,installed_at,%' then 0 else 1 end, version_rank
        ) as installed_at,
        first_value(installed_on) over (
            partition by known_versions.number order by case when column_names like '%,installed_at,%' then 0 else 1 end, version_rank
        ) as installed_on,
        first_value(issued_at) over (
            partition by known_versions.number order by case when column_names like '%,issued_at,%' then 0 else 1 end, version_rank
        ) as issued_at,
        first_value(issued_on) over (
            partition by known_versions.number order by case when column_names like '%,issued_at,%' then 0 else 1 end, version_rank
        ) as issued_on,
        first_value(updated_at) over (
            partition by known_versions.number order by case when column_names like '%,updated_at,%' then 0 else 1 end, version_rank
        ) as updated_at,
        first_value(requested_completion_on) over (
            partition by known_versions.number order by case when column_names like '%,requested_completion_on,%' then 0 else 1 end, version_rank
        ) as requested_completion_on,
        first_value(current_expires_on) over (
            partition by known_versions.number order by case when column_names like '%,current_expires_on,%' then 0 else 1 end, version_rank
        ) as current_expires_on,
        first_value(parent_number) over (
            partition by known_versions.number order by case when column_names like '%,parent_number,%' then 0 else 1 end, version_rank
        ) as parent_number,
        first_value(requisition_number) over (
            partition by known_versions.number order by case when column_names like '%,requisition_number,%' then 0 else 1 end, version_rank
        ) as requisition_number,
        first_value(common_name) over (
            partition by known_versions.number order by case when column_names like '%,common_name,%' then 0 else 1 end, version_rank
        ) as common_name,
        first_value(assignment_group) over (
            partition by known_versions.number order by case when column_names like '%,assignment_group,%' then 0 else 1 end, version_rank
        ) as assignment_group,
        first_value(certificate_count) over (
            partition by known_versions.number order by case when column_names like '%,certificate_count,%' then 0 else 1 end, version_rank
        ) as certificate_count,
        first_value(reopen_count) over (
            partition by known_versions.number order by case when column_names like '%,reopen_count,%' then 0 else 1 end, version_rank
        ) as reopen_count,
        first_value(time_worked_seconds) over (
            partition by known_versions.number order by case when column_names like '%,time_worked_seconds,%' then 0 else 1 end, version_rank
        ) as time_worked_seconds,
        first_value(source_verdict) over (
            partition by known_versions.number order by case when column_names like '%,source_verdict,%' then 0 else 1 end, version_rank
        ) as source_verdict
    from known_versions
    inner join mixed_numbers on known_versions.number = mixed_numbers.number
),

newest_filled_versions as (
    select
        number,
        version_at,
        state,
        state_label,
        submitted_at,
        submitted_on,
        is_later,
        department,
        approval,
        service_option,
        option_label,
        request_type,
        approved_at,
        approved_on,
        closed_at,
        closed_on,
        resolved_at,
        resolved_on,
        installed_at,
        installed_on,
        issued_at,
        issued_on,
        updated_at,
        requested_completion_on,
        current_expires_on,
        parent_number,
        requisition_number,
        common_name,
        assignment_group,
        certificate_count,
        reopen_count,
        time_worked_seconds,
        source_verdict
    from filled_versions
    where version_rank = 1
),

repeated_numbers as (
    select number from staging.requests where tie_break is not null group by number
),

used_rows as (
    select ranks.export_id, ranks.row_number
    from versions.request_versions as ranks
    inner join repeated_numbers on ranks.number = repeated_numbers.number
    left join mixed_numbers on ranks.number = mixed_numbers.number
    where ranks.disposition = 'accepted' and mixed_numbers.number is null
),

whole_versions as (
    select
        versions.number,
        versions.version_at,
        versions.state,
        versions.state_label,
        versions.submitted_at,
        versions.submitted_on,
        versions.is_later,
        versions.department,
        versions.approval,
        versions.service_option,
        versions.option_label,
        versions.request_type,
        versions.approved_at,
        versions.approved_on,
        versions.closed_at,
        versions.closed_on,
        versions.resolved_at,
        versions.resolved_on,
        versions.installed_at,
        versions.installed_on,
        versions.issued_at,
        versions.issued_on,
        versions.updated_at,
        versions.requested_completion_on,
        versions.current_expires_on,
        versions.parent_number,
        versions.requisition_number,
        versions.common_name,
        versions.assignment_group,
        versions.certificate_count,
        versions.reopen_count,
        versions.time_worked_seconds,
        versions.source_verdict
    from staging.requests as versions
    left join used_rows on versions.export_id = used_rows.export_id and versions.row_number = used_rows.row_number
    where not versions.is_quarantined and (versions.tie_break is null or used_rows.row_number is not null)
),

used_versions as (
    select * from whole_versions
    union all
    select * from newest_filled_versions
),

-- The requested date first seen is the one that counts; a later change is shown, not scored.
requested_dates as (
    select
        number,
        requested_completion_on,
        row_number() over (partition by number order by version_rank desc) as position
    from known_versions
    where requested_completion_on is not null
),

first_closes as (
    select known_versions.number, min(known_versions.closed_at) as first_closed_at, min(known_versions.closed_on) as first_closed_on
    from known_versions
    cross join params
    where known_versions.state = 'completed' and known_versions.closed_at <= params.as_of_at
    group by known_versions.number
),

reopenings as (
    select known_versions.number, min(known_versions.version_at) as reopened_at
    from known_versions
    inner join first_closes on known_versions.number = first_closes.number
    where known_versions.state in ('open', 'resolved') and known_versions.version_at > first_closes.first_closed_at
    group by known_versions.number
),

requests as (
    select
        used_versions.number,
        used_versions.service_option,
        used_versions.option_label,
        used_versions.request_type,
        nullif(used_versions.department, '') as department,
        used_versions.state,
        used_versions.state_label,
        used_versions.approval,
        used_versions.submitted_at,
        used_versions.submitted_on,
        used_versions.approved_at,
        used_versions.approved_on,
        used_versions.closed_at,
        used_versions.closed_on,
        used_versions.resolved_at,
        used_versions.resolved_on,
        used_versions.installed_at,
        used_versions.installed_on,
        used_versions.issued_at,
        used_versions.issued_on,
        coalesce(used_versions.updated_at, used_versions.version_at) as updated_at,
        coalesce(requested_dates.requested_completion_on, used_versions.requested_completion_on) as requested_completion_on,
        used_versions.requested_completion_on as latest_requested_completion_on,
        used_versions.current_expires_on,
        nullif(used_versions.parent_number, '') as parent_number,
        nullif(used_versions.requisition_number, '') as requisition_number,
        nullif(used_versions.common_name, '') as common_name,
        nullif(used_versions.assignment_group, '') as assignment_group,
        used_versions.certificate_count,
        used_versions.reopen_count,
        used_versions.time_worked_seconds,
        used_versions.source_verdict,
        first_closes.first_closed_at,
        first_closes.first_closed_on,
        reopenings.reopened_at,
        used_versions.is_later as is_reconstructed
    from used_versions
    cross join params
    left join requested_dates on used_versions.number = requested_dates.number and requested_dates.position = 1
    left join first_closes on used_versions.number = first_closes.number
    left join reopenings on used_versions.number = reopenings.number
    where used_versions.submitted_at <= params.as_of_at
)

select * from requests
