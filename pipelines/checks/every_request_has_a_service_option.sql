-- Every request falls under a service option of the policy.
-- warns
select option_label, count(*) as request_count
from snapshot.main.slo_outcomes
where service_option = 'unclassified'
group by option_label
order by request_count desc, option_label
