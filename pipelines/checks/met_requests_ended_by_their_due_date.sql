-- A met request stopped on or before its due date; a missed one stopped after it, or is open past it. So do those of every other reading of the data.
-- blocks
with readings as (
    select clock_basis, number, slo_outcome, stop_at, due_on from facts.request_clocks where clock_basis in ('approved', 'submitted')
    union all
    select clock_basis, number, slo_outcome, stop_at, due_on from sums.variant_clocks
),

params as (
    select zone, counted_through_on from run.params
)

select readings.number, readings.clock_basis, readings.slo_outcome, readings.stop_at, readings.due_on
from readings
cross join params
where
    (readings.slo_outcome = 'met' and not coalesce(local_date(readings.stop_at, params.zone) <= readings.due_on, false))
    or (
        readings.slo_outcome = 'missed'
        and not coalesce(coalesce(local_date(readings.stop_at, params.zone), params.counted_through_on) > readings.due_on, false)
    )
