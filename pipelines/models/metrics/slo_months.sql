-- One row per clock basis, option, request type, department and month: the counts of the attainment statement. Every statement is a sum of these.
with cube as (
    select * from cubes.slo_cube
),

options as (
    select service_option, objective_basis_points, team_business_days, also_at_business_days from policy.options
),

params as (
    select clock_basis from run.params
),

counted_cells as (
    select
        cube.*,
        cube.clock_basis = params.clock_basis as is_policy_basis,
        month_start(cube.period_on) as month_start_on,
        options.objective_basis_points,
        coalesce(cube.elapsed_business_days <= options.team_business_days or cube.due_rule <> 'business_days', false) as is_within_team_days,
        coalesce(cube.elapsed_business_days <= coalesce(options.also_at_business_days, cube.elapsed_business_days), false) as is_within_shorter_days
    from cube
    cross join params
    left join options on cube.service_option = options.service_option
),

slo_months as (
    select
        clock_basis,
        service_option,
        request_type,
        department,
        month_start_on,
        is_policy_basis,
        objective_basis_points,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'met' and is_due), 0) as bigint) as met_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'missed'), 0) as bigint) as missed_count,
        cast(coalesce(sum(request_count) filter (where is_open_overdue), 0) as bigint) as open_overdue_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'met' and not is_due), 0) as bigint) as met_not_yet_due_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'open'), 0) as bigint) as open_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'excluded'), 0) as bigint) as excluded_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'not_measurable'), 0) as bigint) as not_measurable_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'open' and has_due_date), 0) as bigint) as open_with_due_date_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'met' and is_due and is_within_team_days), 0) as bigint) as met_at_team_days_count,
        cast(coalesce(sum(request_count) filter (where slo_outcome = 'met' and is_due and is_within_shorter_days), 0) as bigint) as met_at_shorter_days_count
    from counted_cells
    group by clock_basis, service_option, request_type, department, month_start_on, is_policy_basis, objective_basis_points
)

select * from slo_months
order by clock_basis, month_start_on, service_option, department nulls last, request_type nulls last
