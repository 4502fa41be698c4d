-- One row per declared correction, exclusion or confirmation: what the exports say, what counts instead, and the outcomes before and after. Sorted by id.
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
    select number, clock_basis, slo_outcome from facts.request_clocks
),

successions as (
    select successions.certificate, successions.possibly_superseded_by, certificates.serial_number
    from links.successions as successions
    inner join joined.certificates as certificates on successions.possibly_superseded_by = certificates.certificate
),

-- The outcomes of a request without any declaration, and with all of them.
outcomes as (
    select
        counted.number,
        coalesce(exported.slo_outcome, counted.slo_outcome) as exported_outcome,
        counted.slo_outcome as corrected_outcome
    from declared
    inner join clocks as counted on declared.number = counted.number
    inner join params on counted.clock_basis = params.clock_basis
    left join clocks as exported on counted.number = exported.number and exported.clock_basis = 'as_exported'
    group by counted.number, exported.slo_outcome, counted.slo_outcome
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
            when declared.kind = 'exclusion' then outcomes.exported_outcome
            when declared.kind = 'certificate' and declared.expected_value = successions.serial_number then successions.serial_number
            when declared.kind = 'certificate' then successions.possibly_superseded_by
            else case declared.field
                when 'service_option' then requests.service_option
                when 'request_type' then requests.request_type
                when 'department' then requests.department
                when 'state' then requests.state
                when 'approval' then requests.approval
                when 'submitted_at' then written_at(requests.submitted_at, params.zone)
                when 'approved_at' then written_at(requests.approved_at, params.zone)
                when 'closed_at' then written_at(requests.closed_at, params.zone)
                when 'resolved_at' then written_at(requests.resolved_at, params.zone)
                when 'installed_at' then written_at(requests.installed_at, params.zone)
                when 'issued_at' then written_at(requests.issued_at, params.zone)
                when 'requested_completion_on' then cast(requests.requested_completion_on as varchar)
                when 'current_expires_on' then cast(requests.current_expires_on as varchar)
            end
        end as exported_value,
        declared.value,
        declared.reason,
        declared.reported_on,
        declared.reported_by,
        reported.correction_id is not null as is_applied,
        outcomes.exported_outcome,
        case when reported.correction_id is not null then outcomes.corrected_outcome end as corrected_outcome
    from declared
    cross join params
    left join reported on declared.correction_id = reported.correction_id
    left join requests on declared.number = requests.number
    left join outcomes on declared.number = outcomes.number
    left join successions on declared.certificate = successions.certificate
)

select * from corrections
order by correction_id
