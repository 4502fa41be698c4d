-- A request known at as_of has an outcome, unless its parent is loaded and stands for it.
-- blocks
select requests.number
from corrected.requests as requests
left join snapshot.main.slo_outcomes as outcomes on requests.number = outcomes.number
left join corrected.requests as parents on requests.parent_number = parents.number and parents.number <> requests.number
where outcomes.number is null and parents.number is null
union all
select outcomes.number
from snapshot.main.slo_outcomes as outcomes
left join corrected.requests as requests on outcomes.number = requests.number
where requests.number is null
