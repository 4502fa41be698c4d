-- Every verdict and stage of another system means something in its mapping; one that does not is compared with nothing.
-- warns
select source, 'verdict' as column_name, verdict_label as label, count(*) as combination_count
from landed.sla_labels
where verdict is null and verdict_label <> ''
group by source, verdict_label
union all
select source, 'stage' as column_name, stage_label as label, count(*) as combination_count
from landed.sla_labels
where stage is null and stage_label <> ''
group by source, stage_label
union all
select source, 'source_verdict' as column_name, verdict_label as label, count(*) as combination_count
from landed.labels
where source_verdict is null and verdict_label <> ''
group by source, verdict_label
