-- Starts, stops and due dates lie inside the calendar that counts business days.
-- blocks
select outcomes.number, outcomes.clock_start_at, outcomes.stop_at
from snapshot.main.slo_outcomes as outcomes
where
    (outcomes.clock_start_at is not null and outcomes.target_business_days is not null and outcomes.business_days_due_on is null)
    or (outcomes.clock_start_at is not null and outcomes.elapsed_business_days is null)
