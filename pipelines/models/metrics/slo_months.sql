-- One row per clock basis, option, request type, department and month: the counts of the attainment statement. Every statement is a sum of these.
with clocks as (
    select * from facts.request_clocks
),

requests as (
    select number, service_option, request_type, department from records.requests
),

options as (
    select service_option, objective_basis_points, team_business_days, also_at_business_days from policy.options
),

params as (
    select clock_basis from run.params
),

slo_months as (
    select
        clocks.clock_basis,
        requests.service_option,
        requests.request_type,
        requests.department,
        month_start(clocks.period_on) as month_start_on,
        clocks.clock_basis = params.clock_basis as is_policy_basis,
        options.objective_basis_points,
        count(*) filter (where clocks.slo_outcome = 'met' and clocks.is_due) as met_count,
        count(*) filter (where clocks.slo_outcome = 'missed') as missed_count,
        count(*) filter (where clocks.is_open_overdue) as open_overdue_count,
        count(*) filter (where clocks.slo_outcome = 'met' and not clocks.is_due) as met_not_yet_due_count,
        count(*) filter (where clocks.slo_outcome = 'open') as open_count,
        count(*) filter (where clocks.slo_outcome = 'excluded') as excluded_count,
        count(*) filter (where clocks.slo_outcome = 'not_measurable') as not_measurable_count,
        count(*) filter (where clocks.slo_outcome = 'open' and clocks.has_due_date) as open_with_due_date_count,
        count(*) filter (
            where
                clocks.slo_outcome = 'met' and clocks.is_due
                and (clocks.elapsed_business_days <= options.team_business_days or clocks.due_rule <> 'business_days')
        ) as met_at_team_days_count,
        count(*) filter (
            where
                clocks.slo_outcome = 'met' and clocks.is_due
                and clocks.elapsed_business_days <= coalesce(options.also_at_business_days, clocks.elapsed_business_days)
        ) as met_at_shorter_days_count
    from clocks
    inner join requests on clocks.number = requests.number
    cross join params
    left join options on requests.service_option = options.service_option
    group by
        clocks.clock_basis, requests.service_option, requests.request_type, requests.department, month_start(clocks.period_on), params.clock_basis,
        options.objective_basis_points
)

select * from slo_months
order by clock_basis, month_start_on, service_option, department nulls last, request_type nulls last
