-- A request is approved on or after the day it was submitted.
-- warns
select outcomes.number, outcomes.submitted_at, outcomes.approved_at
from snapshot.main.slo_outcomes as outcomes
cross join run.params as params
where local_date(outcomes.approved_at, params.zone) < local_date(outcomes.submitted_at, params.zone)
