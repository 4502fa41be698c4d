-- Outcomes are met, missed, open, excluded or not_measurable, each with a reason.
-- blocks
select number, slo_outcome, outcome_reason
from snapshot.main.slo_outcomes
where slo_outcome not in ('met', 'missed', 'open', 'excluded', 'not_measurable') or slo_outcome is null or outcome_reason is null
