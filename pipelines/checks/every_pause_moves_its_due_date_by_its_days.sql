-- Without its pauses a request is due as many business days later as they take off, and took as many fewer.
-- blocks
with credits as (
    select number, sum(credited_business_days) as credited_business_days from spans.clock_pauses group by number
),

clocks as (
    select request_clocks.number, request_clocks.due_on, request_clocks.elapsed_business_days
    from facts.request_clocks as request_clocks
    inner join run.params as params on request_clocks.clock_basis = params.clock_basis
    where request_clocks.slo_outcome in ('met', 'missed', 'open') and request_clocks.due_on is not null
),

moved_clocks as (
    select number, due_on, elapsed_business_days from sums.variant_clocks where clock_basis = 'without_pauses'
),

days as (
    select on_date, floor_ord from calendar.days
)

select clocks.number, credits.credited_business_days, clocks.due_on, moved_clocks.due_on as moved_due_on
from clocks
inner join credits on clocks.number = credits.number
left join moved_clocks on clocks.number = moved_clocks.number
left join days as due_days on clocks.due_on = due_days.on_date
left join days as moved_days on moved_clocks.due_on = moved_days.on_date
where
    credits.credited_business_days > 0
    and (
        moved_days.floor_ord - due_days.floor_ord is distinct from credits.credited_business_days
        or clocks.elapsed_business_days - moved_clocks.elapsed_business_days is distinct from credits.credited_business_days
    )
