-- A request that is left to its parent has a parent that is counted, not one that is left to another.
-- warns
select requests.number, requests.parent_number
from corrected.requests as requests
inner join corrected.requests as parents on requests.parent_number = parents.number and parents.number <> requests.number
left join snapshot.main.slo_outcomes as outcomes on requests.number = outcomes.number
left join snapshot.main.slo_outcomes as parent_outcomes on requests.parent_number = parent_outcomes.number
where outcomes.number is null and parent_outcomes.number is null
