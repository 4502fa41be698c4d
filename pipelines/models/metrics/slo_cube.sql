-- One row per clock basis, option, request type, department, period day, outcome and span: counts of requests. Every attainment figure is a sum of these.
with clocks as (
    select * from facts.request_clocks
),

requests as (
    select * from records.requests
),

slo_cube as (
    select
        clocks.clock_basis,
        requests.service_option,
        requests.request_type,
        requests.department,
        clocks.period_on,
        clocks.is_due,
        clocks.slo_outcome,
        clocks.is_open_overdue,
        clocks.elapsed_business_days,
        count(*) as request_count,
        clocks.has_due_date,
        clocks.due_rule,
        clocks.late_business_days
    from clocks
    inner join requests on clocks.number = requests.number
    group by
        clocks.clock_basis,
        requests.service_option,
        requests.request_type,
        requests.department,
        clocks.period_on,
        clocks.is_due,
        clocks.slo_outcome,
        clocks.is_open_overdue,
        clocks.elapsed_business_days,
        clocks.has_due_date,
        clocks.due_rule,
        clocks.late_business_days
)

select * from slo_cube
order by
    clock_basis, service_option, period_on, department nulls last, request_type nulls last, slo_outcome, is_due, is_open_overdue,
    elapsed_business_days nulls last, has_due_date, due_rule nulls last, late_business_days nulls last
