-- The closure list covers every day on which a clock runs.
-- warns
select outcomes.number, outcomes.clock_start_at, outcomes.due_on
from snapshot.main.slo_outcomes as outcomes
cross join run.params as params
where
    local_date(outcomes.clock_start_at, params.zone) < params.closures_from
    or coalesce(outcomes.due_on, local_date(outcomes.stop_at, params.zone)) > params.closures_through
