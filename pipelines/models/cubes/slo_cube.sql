-- One row per clock basis, option, request type, department, period day, outcome and span: counts of requests. Every attainment figure is a sum of these.
with clocks as (
    select * from facts.request_clocks where clock_basis in ('approved', 'submitted')
),

params as (
    select clock_basis from run.params
),

requests as (
    select number, service_option, request_type, department from corrected.requests
),

variants as (
    select * from sums.variant_clocks
),

variant_bases as (
    select clock_basis from variants group by clock_basis
),

-- The requests that a variant leaves as they are are in it as they stand on the policy's clock.
other_clocks as (
    select variant_bases.clock_basis as variant_basis, clocks.*
    from clocks
    inner join params on clocks.clock_basis = params.clock_basis
    cross join variant_bases
    left join variants on clocks.number = variants.number and variant_bases.clock_basis = variants.clock_basis
    where variants.number is null
),

judged_requests as (
    select
        clocks.clock_basis, requests.service_option, requests.request_type, requests.department, clocks.period_on, clocks.is_due, clocks.slo_outcome,
        clocks.is_open_overdue, clocks.elapsed_business_days, clocks.has_due_date, clocks.due_rule, clocks.late_business_days
    from clocks
    inner join requests on clocks.number = requests.number
    union all
    select
        clocks.variant_basis, requests.service_option, requests.request_type, requests.department, clocks.period_on, clocks.is_due, clocks.slo_outcome,
        clocks.is_open_overdue, clocks.elapsed_business_days, clocks.has_due_date, clocks.due_rule, clocks.late_business_days
    from other_clocks as clocks
    inner join requests on clocks.number = requests.number
    union all
    select
        clock_basis, service_option, request_type, department, period_on, is_due, slo_outcome, is_open_overdue, elapsed_business_days, has_due_date, due_rule,
        late_business_days
    from variants
),

slo_cube as (
    select
        clock_basis,
        service_option,
        request_type,
        department,
        period_on,
        is_due,
        slo_outcome,
        is_open_overdue,
        elapsed_business_days,
        count(*) as request_count,
        has_due_date,
        due_rule,
        late_business_days
    from judged_requests
    group by
        clock_basis,
        service_option,
        request_type,
        department,
        period_on,
        is_due,
        slo_outcome,
        is_open_overdue,
        elapsed_business_days,
        has_due_date,
        due_rule,
        late_business_days
)

select * from slo_cube
order by
    clock_basis, service_option, period_on, department nulls last, request_type nulls last, slo_outcome, is_due, is_open_overdue,
    elapsed_business_days nulls last, has_due_date, due_rule nulls last, late_business_days nulls last
