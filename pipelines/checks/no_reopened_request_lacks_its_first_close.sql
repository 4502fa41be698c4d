-- A request that its state changes show re-opened was exported with its first close, which the clock stops at where the window allows.
-- warns
with reopened_requests as (
    select number, min(started_at) as reopened_at from joined.track_intervals where is_reopened group by number
)

select clocks.number, clocks.stop_at, reopened_requests.reopened_at
from facts.request_clocks as clocks
inner join run.params as params on clocks.clock_basis = params.clock_basis
inner join reopened_requests on clocks.number = reopened_requests.number
where clocks.stop_source = 'reopen_history_unknown'
