-- On each clock the cube's counts add up to the outcomes, and every other reading of the data counts the same requests.
-- blocks
with cube as (
    select clock_basis, slo_outcome, sum(request_count) as request_count from snapshot.main.slo_cube group by clock_basis, slo_outcome
),

clocks as (
    select clock_basis, slo_outcome, count(*) as request_count
    from facts.request_clocks
    where clock_basis in ('approved', 'submitted')
    group by clock_basis, slo_outcome
),

variants as (
    select clock_basis, 'all' as slo_outcome, sum(request_count) as request_count
    from cube
    where clock_basis not in ('approved', 'submitted')
    group by clock_basis
),

counts as (
    select coalesce(cube.clock_basis, clocks.clock_basis) as clock_basis, coalesce(cube.slo_outcome, clocks.slo_outcome) as slo_outcome,
        cube.request_count as in_cube, clocks.request_count as in_outcomes
    from (select * from cube where clock_basis in ('approved', 'submitted')) as cube
    full join clocks on cube.clock_basis = clocks.clock_basis and cube.slo_outcome = clocks.slo_outcome
    union all
    select variants.clock_basis, variants.slo_outcome, variants.request_count, (select count(*) from snapshot.main.slo_outcomes)
    from variants
)

select * from counts where in_cube is distinct from in_outcomes
