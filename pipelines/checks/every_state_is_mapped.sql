-- Every state label of an export means something in its mapping.
-- warns
select state_label, count(*) as request_count
from snapshot.main.slo_outcomes
where slo_outcome = 'not_measurable' and outcome_reason like 'unknown_state%'
group by state_label
order by request_count desc, state_label
