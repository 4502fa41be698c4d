-- One row per declared correction, exclusion or confirmation: what all exports together say, what counts instead, and the outcomes before and after. Dates local.
-- Sorted by id.
with declared as (
    select * from policy.corrections
),

reported as (
    select correction_id from records.corrections
),

params as (
    select clock_basis, zone from run.params
),

requests as (
    select * from records.requests
),

clocks as (
    select number, clock_basis, slo_outcome, period_on, installed_at, requested_completion_on, current_expires_on from facts.request_clocks
),

exported_requests as (
    select number from corrected.exported_requests
),

-- What other exports tell of the approval of a request, as it is exported: a request that nothing touches is that already.
told_approvals as (
    select approvals.number, approvals.approval, approvals.approved_at
    from joined.request_approvals as approvals
    left join exported_requests on approvals.number = exported_requests.number
    where approvals.is_as_exported = (exported_requests.number is not null)
),

successions as (
    select successions.certificate, successions.possibly_superseded_by, certificates.serial_number
    from links.successions as successions
    inner join joined.certificates as certificates on successions.possibly_superseded_by = certificates.certificate
),

counted_clocks as (
    select clocks.*
    from clocks
    inner join params on clocks.clock_basis = params.clock_basis
),

-- Each request without any declaration.
exported_clocks as (
    select * from clocks where clock_basis = 'as_exported'
    union all
    select counted_clocks.*
    from counted_clocks
    left join exported_requests on counted_clocks.number = exported_requests.number
    where exported_requests.number is null
),

corrections as (
    select
        declared.correction_id,
        declared.kind,
        declared.number,
        declared.certificate,
        declared.field,
        declared.expected_value,
        case
            when declared.kind = 'exclusion' then exported_clocks.slo_outcome
            when declared.kind = 'certificate' and declared.expected_value = successions.serial_number then successions.serial_number
            when declared.kind = 'certificate' then successions.possibly_superseded_by
            else case declared.field
                when 'service_option' then requests.service_option
                when 'request_type' then requests.request_type
                when 'department' then requests.department
                when 'state' then requests.state
                when 'approval' then case when told_approvals.number is null then requests.approval else told_approvals.approval end
                when 'submitted_at' then written_at(requests.submitted_at, params.zone)
                when 'approved_at' then written_at(case when told_approvals.number is null then requests.approved_at else told_approvals.approved_at end, params.zone)
                when 'closed_at' then written_at(requests.closed_at, params.zone)
                when 'resolved_at' then written_at(requests.resolved_at, params.zone)
                when 'installed_at' then written_at(coalesce(exported_clocks.installed_at, requests.installed_at), params.zone)
                when 'issued_at' then written_at(requests.issued_at, params.zone)
                when 'requested_completion_on' then cast(coalesce(exported_clocks.requested_completion_on, requests.requested_completion_on) as varchar)
                when 'current_expires_on' then cast(coalesce(exported_clocks.current_expires_on, requests.current_expires_on) as varchar)
            end
        end as exported_value,
        declared.value,
        declared.reason,
        declared.reported_on,
        declared.reported_by,
        reported.correction_id is not null as is_applied,
        exported_clocks.slo_outcome as exported_outcome,
        case when reported.correction_id is not null then counted_clocks.slo_outcome end as corrected_outcome,
        exported_clocks.period_on as exported_period_on,
        case when reported.correction_id is not null then counted_clocks.period_on end as corrected_period_on
    from declared
    cross join params
    left join reported on declared.correction_id = reported.correction_id
    left join requests on declared.number = requests.number
    left join told_approvals on declared.number = told_approvals.number
    left join exported_clocks on declared.number = exported_clocks.number
    left join counted_clocks on declared.number = counted_clocks.number
    left join successions on declared.certificate = successions.certificate
)

select * from corrections
order by correction_id
