-- The days that a request's ledger counts are its elapsed business days, whose stop is not before its start.
-- blocks
with ledgers as (
    select number, sum(counted_days) as counted_days, sum(paused_days) as paused_days from snapshot.main.clock_ledger group by number
),

credits as (
    select number, sum(credited_business_days) as credited_business_days from spans.clock_pauses group by number
),

clocks as (
    select request_clocks.number, request_clocks.elapsed_business_days
    from facts.request_clocks as request_clocks
    inner join run.params as params on request_clocks.clock_basis = params.clock_basis
    inner join sums.ledger_spans as spans on request_clocks.number = spans.number
    where spans.start_on is null or spans.start_on <= spans.counted_to_on
)

select clocks.number, clocks.elapsed_business_days, ledgers.counted_days, credits.credited_business_days, ledgers.paused_days
from clocks
left join ledgers on clocks.number = ledgers.number
left join credits on clocks.number = credits.number
where
    coalesce(clocks.elapsed_business_days, 0) is distinct from ledgers.counted_days
    or coalesce(credits.credited_business_days, 0) is distinct from ledgers.paused_days
