-- One row per offending cell of a quarantined row, or per malformed record, without e-mail addresses. Source: exports of every kind.
with rejected_rows as (
    select * from staging.requests where is_quarantined
),

rejected_certificates as (
    select * from staging.certificates where problem is not null
),

rejected_approvals as (
    select * from staging.approvals where problem is not null
),

rejected_requisitions as (
    select * from staging.requisitions where problem is not null
),

rejected_transitions as (
    select * from staging.transitions where problem is not null
),

rejected_slas as (
    select * from staging.slas where problem is not null
),

malformed_records as (
    select * from staging.malformed_records
),

offending_cells as (
    select export_id, row_number, 'number' as column_name, cast(null as varchar) as found, number_problem as problem from rejected_rows
    union all
    select export_id, row_number, 'submitted_at', submitted_found, submitted_problem from rejected_rows
    union all
    select export_id, row_number, 'approved_at', approved_found, approved_problem from rejected_rows
    union all
    select export_id, row_number, 'closed_at', closed_found, closed_problem from rejected_rows
    union all
    select export_id, row_number, 'resolved_at', resolved_found, resolved_problem from rejected_rows
    union all
    select export_id, row_number, 'installed_at', installed_found, installed_problem from rejected_rows
    union all
    select export_id, row_number, 'issued_at', issued_found, issued_problem from rejected_rows
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_rows
    union all
    select export_id, row_number, 'requested_completion_on', requested_completion_found, requested_completion_problem from rejected_rows
    union all
    select export_id, row_number, 'current_expires_on', current_expires_found, current_expires_problem from rejected_rows
    union all
    select export_id, row_number, 'certificate', cast(null as varchar), key_problem from rejected_certificates
    union all
    select export_id, row_number, 'requested_at', requested_found, requested_problem from rejected_certificates
    union all
    select export_id, row_number, 'issued_at', issued_found, issued_problem from rejected_certificates
    union all
    select export_id, row_number, 'not_before_at', not_before_found, not_before_problem from rejected_certificates
    union all
    select export_id, row_number, 'not_after_at', not_after_found, not_after_problem from rejected_certificates
    union all
    select export_id, row_number, 'expires_on', expires_found, expires_problem from rejected_certificates
    union all
    select export_id, row_number, 'revoked_at', revoked_found, revoked_problem from rejected_certificates
    union all
    select export_id, row_number, 'replaced_at', replaced_found, replaced_problem from rejected_certificates
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_certificates
    union all
    select export_id, row_number, 'number', cast(null as varchar), number_problem from rejected_approvals
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_approvals
    union all
    select export_id, row_number, 'number', cast(null as varchar), number_problem from rejected_requisitions
    union all
    select export_id, row_number, 'approved_at', approved_found, approved_problem from rejected_requisitions
    union all
    select export_id, row_number, 'requested_completion_on', requested_found, requested_problem from rejected_requisitions
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_requisitions
    union all
    select export_id, row_number, 'number', cast(null as varchar), number_problem from rejected_transitions
    union all
    select export_id, row_number, 'started_at', started_found, started_problem from rejected_transitions
    union all
    select export_id, row_number, 'ended_at', ended_found, ended_problem from rejected_transitions
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_transitions
    union all
    select export_id, row_number, 'number', cast(null as varchar), number_problem from rejected_slas
    union all
    select export_id, row_number, 'started_at', started_found, started_problem from rejected_slas
    union all
    select export_id, row_number, 'planned_end_at', planned_end_found, planned_end_problem from rejected_slas
    union all
    select export_id, row_number, 'ended_at', ended_found, ended_problem from rejected_slas
    union all
    select export_id, row_number, 'updated_at', updated_found, updated_problem from rejected_slas
    union all
    select export_id, row_number, cast(null as varchar), record_text, reason from malformed_records
),

rejections as (
    select export_id, row_number, column_name, without_addresses(found) as value, problem as reason from offending_cells where problem is not null
)

select * from rejections
