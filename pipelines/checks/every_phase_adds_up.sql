-- The business days of a request's phases are all of its days from submission, and those within the clock all of its elapsed days.
-- blocks
with sums_of_phases as (
    select number, sum(business_days) as business_days, sum(clock_business_days) as clock_business_days from sums.request_phases group by number
),

clocks as (
    select number, clock_basis, elapsed_business_days from facts.request_clocks
),

params as (
    select clock_basis from run.params
)

select sums_of_phases.number, sums_of_phases.business_days, sums_of_phases.clock_business_days, clocks.clock_basis, clocks.elapsed_business_days
from sums_of_phases
inner join clocks on sums_of_phases.number = clocks.number
cross join params
where
    (clocks.clock_basis = 'submitted' and sums_of_phases.business_days is distinct from clocks.elapsed_business_days)
    or (clocks.clock_basis = params.clock_basis and sums_of_phases.clock_business_days is distinct from coalesce(clocks.elapsed_business_days, 0))
