-- Every clock of another system in force and every verdict of a request's own source has one row beside the promise.
-- blocks
with opinions as (
    select 'task_sla' as opinion, count(*) as opinion_count from versions.sla_versions where disposition = 'accepted'
    union all
    select 'made_sla' as opinion, count(*) as opinion_count from corrected.requests where source_verdict is not null
)

select opinions.opinion, opinions.opinion_count, count(compared.opinion) as row_count
from opinions
left join snapshot.main.verdict_reconciliation as compared on opinions.opinion = compared.opinion
group by opinions.opinion, opinions.opinion_count
having opinions.opinion_count <> count(compared.opinion)
