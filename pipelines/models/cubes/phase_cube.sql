-- One row per option, request type, department, month, outcome, phase, its business days and those on the clock: counts of requests. Every sum of
-- phases is a sum of these.
with phases as (
    select * from sums.request_phases
),

clocks as (
    select clocks.number, clocks.period_on, clocks.is_due, clocks.slo_outcome, clocks.is_open_overdue
    from facts.request_clocks as clocks
    inner join run.params as params on clocks.clock_basis = params.clock_basis
),

requests as (
    select number, service_option, request_type, department from corrected.requests
),

phase_cube as (
    select
        requests.service_option,
        requests.request_type,
        requests.department,
        month_start(clocks.period_on) as month_start_on,
        clocks.is_due,
        clocks.slo_outcome,
        clocks.is_open_overdue,
        phases.phase,
        phases.party,
        phases.position,
        phases.budget_business_days,
        phases.business_days,
        phases.clock_business_days,
        count(*) as request_count
    from phases
    inner join clocks on phases.number = clocks.number
    inner join requests on phases.number = requests.number
    group by
        requests.service_option,
        requests.request_type,
        requests.department,
        month_start(clocks.period_on),
        clocks.is_due,
        clocks.slo_outcome,
        clocks.is_open_overdue,
        phases.phase,
        phases.party,
        phases.position,
        phases.budget_business_days,
        phases.business_days,
        phases.clock_business_days
)

select * from phase_cube
order by
    service_option, month_start_on, position, phase, department nulls last, request_type nulls last, slo_outcome, is_due, is_open_overdue, business_days,
    clock_business_days, party nulls last
