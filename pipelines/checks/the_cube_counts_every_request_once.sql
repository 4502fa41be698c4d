-- On each clock the cube's counts add up to the outcomes.
-- blocks
with cube as (
    select clock_basis, slo_outcome, sum(request_count) as request_count from snapshot.main.slo_cube group by clock_basis, slo_outcome
),

clocks as (
    select clock_basis, slo_outcome, count(*) as request_count from facts.request_clocks group by clock_basis, slo_outcome
)

select coalesce(cube.clock_basis, clocks.clock_basis) as clock_basis, coalesce(cube.slo_outcome, clocks.slo_outcome) as slo_outcome,
    cube.request_count as in_cube, clocks.request_count as in_outcomes
from cube
full join clocks on cube.clock_basis = clocks.clock_basis and cube.slo_outcome = clocks.slo_outcome
where cube.request_count is distinct from clocks.request_count
