-- A completed request says when it was completed.
-- warns
select number, state_label from snapshot.main.slo_outcomes where outcome_reason = 'completed_without_stop'
