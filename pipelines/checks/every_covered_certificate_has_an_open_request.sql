-- A renewal that is said to be under way is a request that is open.
-- blocks
select exposure.certificate, exposure.covering_number, outcomes.slo_outcome
from snapshot.main.renewal_exposure as exposure
left join snapshot.main.slo_outcomes as outcomes on exposure.covering_number = outcomes.number
where
    exposure.covering_number is not null
    -- One that is excluded by declaration may still be open.
    and not coalesce(
        outcomes.slo_outcome = 'open' or outcomes.is_open_overdue or (outcomes.outcome_reason like 'declared: %' and outcomes.stop_at is null), false
    )
