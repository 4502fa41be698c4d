-- An open request with a due date ahead, inside the calendar, is compared with the requests like it; nothing else is.
-- blocks
with ahead as (
    select outcomes.number
    from snapshot.main.slo_outcomes as outcomes
    inner join calendar.days as due_days on outcomes.due_on = due_days.on_date
    where outcomes.outcome_reason = 'not_yet_due'
)

select coalesce(ahead.number, risks.number) as number, risks.similar_count, risks.similar_missed_count
from ahead
full join snapshot.main.open_risks as risks on ahead.number = risks.number
where ahead.number is null or risks.number is null or risks.similar_missed_count > risks.similar_count
