-- Every approval label of an export means something in its mapping; one that does not is read as no approval.
-- warns
select source, approval_label, count(*) as combination_count
from landed.labels
where approval is null and approval_label <> ''
group by source, approval_label
