-- One row per request, on the policy's clock basis. Times UTC, dates local, spans in business days. Sorted by number.
with clocks as (
    select * from facts.request_clocks
),

requests as (
    select * from corrected.requests
),

params as (
    select clock_basis from run.params
),

slo_outcomes as (
    select
        clocks.number,
        requests.service_option,
        requests.request_type,
        requests.department,
        clocks.submitted_at,
        clocks.approved_at,
        clocks.clock_start_at,
        clocks.clock_start_source,
        clocks.closed_at,
        clocks.stop_at,
        clocks.stop_source,
        clocks.target_business_days,
        clocks.business_days_due_on,
        clocks.current_expires_on,
        clocks.lead_days,
        clocks.requested_completion_on,
        clocks.due_on,
        clocks.due_rule,
        clocks.elapsed_business_days,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.is_due,
        clocks.is_open_overdue,
        clocks.period_on,
        requests.is_reconstructed,
        clocks.late_business_days,
        clocks.requested_date_met,
        clocks.lead_flag,
        clocks.completed_after_expiry,
        requests.option_label,
        requests.state_label,
        requests.assignment_group,
        requests.common_name,
        requests.certificate_count,
        requests.latest_requested_completion_on,
        clocks.current_expires_source
    from clocks
    inner join params on clocks.clock_basis = params.clock_basis
    inner join requests on clocks.number = requests.number
)

select * from slo_outcomes
order by number
