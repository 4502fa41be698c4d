-- The closure list covers every day on which a clock runs.
-- warns
select requests.number, requests.submitted_on as on_date
from corrected.requests as requests
cross join run.params as params
where requests.submitted_on < params.closures_from
union all
select outcomes.number, outcomes.due_on
from snapshot.main.slo_outcomes as outcomes
cross join run.params as params
where outcomes.due_on > params.closures_through
