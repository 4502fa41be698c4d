-- The monthly counts of the attainment statement equal those of the cube, day by day.
-- blocks
with months as (
    select
        clock_basis, service_option, month_start_on,
        sum(met_count + missed_count + met_not_yet_due_count + open_count + excluded_count + not_measurable_count) as request_count,
        sum(met_count) as met_count, sum(missed_count) as missed_count
    from snapshot.main.slo_months
    group by clock_basis, service_option, month_start_on
),

cube as (
    select
        clock_basis, service_option, month_start(period_on) as month_start_on,
        sum(request_count) as request_count,
        coalesce(sum(request_count) filter (where slo_outcome = 'met' and is_due), 0) as met_count,
        coalesce(sum(request_count) filter (where slo_outcome = 'missed' and is_due), 0) as missed_count
    from snapshot.main.slo_cube
    group by clock_basis, service_option, month_start(period_on)
)

select coalesce(months.service_option, cube.service_option) as service_option, coalesce(months.month_start_on, cube.month_start_on) as month_start_on,
    months.request_count, cube.request_count as in_cube
from months
full join cube
    on months.clock_basis = cube.clock_basis and months.service_option = cube.service_option and months.month_start_on = cube.month_start_on
where
    months.request_count is distinct from cube.request_count
    or months.met_count is distinct from cube.met_count
    or months.missed_count is distinct from cube.missed_count
