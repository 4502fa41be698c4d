-- One row per request submitted by as_of, as declared corrections leave it. Times UTC, dates local.
-- Labels stay those of the source. A corrected close stands for every close there was.
with exported_requests as (
    select * from records.requests
),

corrections as (
    select * from records.corrections where kind = 'field'
),

corrected_fields as (
    select
        number,
        count(*) filter (where field = 'service_option') > 0 as has_service_option,
        max(value) filter (where field = 'service_option') as service_option,
        count(*) filter (where field = 'request_type') > 0 as has_request_type,
        max(value) filter (where field = 'request_type') as request_type,
        count(*) filter (where field = 'department') > 0 as has_department,
        max(value) filter (where field = 'department') as department,
        count(*) filter (where field = 'state') > 0 as has_state,
        max(value) filter (where field = 'state') as state,
        count(*) filter (where field = 'approval') > 0 as has_approval,
        max(value) filter (where field = 'approval') as approval,
        count(*) filter (where field = 'submitted_at') > 0 as has_submitted_at,
        max(value_at) filter (where field = 'submitted_at') as submitted_at,
        max(value_on) filter (where field = 'submitted_at') as submitted_on,
        count(*) filter (where field = 'approved_at') > 0 as has_approved_at,
        max(value_at) filter (where field = 'approved_at') as approved_at,
        max(value_on) filter (where field = 'approved_at') as approved_on,
        count(*) filter (where field = 'closed_at') > 0 as has_closed_at,
        max(value_at) filter (where field = 'closed_at') as closed_at,
        max(value_on) filter (where field = 'closed_at') as closed_on,
        count(*) filter (where field = 'resolved_at') > 0 as has_resolved_at,
        max(value_at) filter (where field = 'resolved_at') as resolved_at,
        max(value_on) filter (where field = 'resolved_at') as resolved_on,
        count(*) filter (where field = 'installed_at') > 0 as has_installed_at,
        max(value_at) filter (where field = 'installed_at') as installed_at,
        max(value_on) filter (where field = 'installed_at') as installed_on,
        count(*) filter (where field = 'issued_at') > 0 as has_issued_at,
        max(value_at) filter (where field = 'issued_at') as issued_at,
        max(value_on) filter (where field = 'issued_at') as issued_on,
        count(*) filter (where field = 'requested_completion_on') > 0 as has_requested_completion_on,
        max(value_on) filter (where field = 'requested_completion_on') as requested_completion_on,
        count(*) filter (where field = 'current_expires_on') > 0 as has_current_expires_on,
        max(value_on) filter (where field = 'current_expires_on') as current_expires_on
    from corrections
    group by number
),

corrected_requests as (
    select
        requests.number,
        case when fields.has_service_option then fields.service_option else requests.service_option end as service_option,
        requests.option_label,
        case when fields.has_request_type then fields.request_type else requests.request_type end as request_type,
        case when fields.has_department then fields.department else requests.department end as department,
        case when fields.has_state then fields.state else requests.state end as state,
        requests.state_label,
        case when fields.has_approval then fields.approval else requests.approval end as approval,
        case when fields.has_submitted_at then fields.submitted_at else requests.submitted_at end as submitted_at,
        case when fields.has_submitted_at then fields.submitted_on else requests.submitted_on end as submitted_on,
        case when fields.has_approved_at then fields.approved_at else requests.approved_at end as approved_at,
        case when fields.has_approved_at then fields.approved_on else requests.approved_on end as approved_on,
        case when fields.has_closed_at then fields.closed_at else requests.closed_at end as closed_at,
        case when fields.has_closed_at then fields.closed_on else requests.closed_on end as closed_on,
        case when fields.has_resolved_at then fields.resolved_at else requests.resolved_at end as resolved_at,
        case when fields.has_resolved_at then fields.resolved_on else requests.resolved_on end as resolved_on,
        case when fields.has_installed_at then fields.installed_at else requests.installed_at end as installed_at,
        case when fields.has_installed_at then fields.installed_on else requests.installed_on end as installed_on,
        case when fields.has_issued_at then fields.issued_at else requests.issued_at end as issued_at,
        case when fields.has_issued_at then fields.issued_on else requests.issued_on end as issued_on,
        requests.updated_at,
        case when fields.has_requested_completion_on then fields.requested_completion_on else requests.requested_completion_on end as requested_completion_on,
        case
            when fields.has_requested_completion_on and requests.latest_requested_completion_on is not distinct from requests.requested_completion_on
                then fields.requested_completion_on
            else requests.latest_requested_completion_on
        end as latest_requested_completion_on,
        case when fields.has_current_expires_on then fields.current_expires_on else requests.current_expires_on end as current_expires_on,
        requests.parent_number,
        requests.requisition_number,
        requests.common_name,
        requests.assignment_group,
        requests.certificate_count,
        requests.reopen_count,
        requests.time_worked_seconds,
        requests.source_verdict,
        case when fields.has_closed_at then fields.closed_at else requests.first_closed_at end as first_closed_at,
        case when fields.has_closed_at then fields.closed_on else requests.first_closed_on end as first_closed_on,
        case when not fields.has_closed_at then requests.reopened_at end as reopened_at,
        requests.is_reconstructed
    from exported_requests as requests
    inner join corrected_fields as fields on requests.number = fields.number
),

untouched_requests as (
    select requests.*
    from exported_requests as requests
    left join corrected_fields as fields on requests.number = fields.number
    where fields.number is null
),

requests as (
    select * from untouched_requests
    union all
    select * from corrected_requests
)

select * from requests
