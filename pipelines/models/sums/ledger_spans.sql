-- One row per request: the local dates between which its ledger runs, on the clock of the policy.
with clocks as (
    select
        request_clocks.number,
        request_clocks.submitted_on,
        request_clocks.clock_start_on as start_on,
        request_clocks.stop_on,
        request_clocks.due_on,
        params.as_of_on
    from facts.request_clocks as request_clocks
    inner join run.params as params on request_clocks.clock_basis = params.clock_basis
),

ledger_spans as (
    select
        number,
        least(submitted_on, coalesce(start_on, submitted_on)) as first_on,
        submitted_on,
        start_on,
        stop_on,
        coalesce(stop_on, as_of_on) as counted_to_on,
        due_on,
        greatest(submitted_on, coalesce(start_on, submitted_on), coalesce(stop_on, as_of_on), coalesce(due_on, submitted_on)) as last_on
    from clocks
)

select * from ledger_spans
order by number
