-- A met request stopped on or before its due date; a missed one stopped after it, or is open past it.
-- blocks
select outcomes.number, outcomes.slo_outcome, outcomes.stop_at, outcomes.due_on
from snapshot.main.slo_outcomes as outcomes
cross join run.params as params
where
    (outcomes.slo_outcome = 'met' and not coalesce(local_date(outcomes.stop_at, params.zone) <= outcomes.due_on, false))
    or (
        outcomes.slo_outcome = 'missed'
        and not coalesce(coalesce(local_date(outcomes.stop_at, params.zone), params.counted_through_on) > outcomes.due_on, false)
    )
