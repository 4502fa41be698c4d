-- One row per declared correction, exclusion or confirmation that was reported by as_of; one reported later is not yet known.
with declared_corrections as (
    select * from policy.corrections
),

params as (
    select as_of_at, as_of_on from run.params
),

corrections as (
    select declared_corrections.*
    from declared_corrections
    cross join params
    where
        declared_corrections.reported_on <= params.as_of_on
        -- Reported today of a submission later today: it has not happened.
        and not coalesce(declared_corrections.field = 'submitted_at' and declared_corrections.value_at > params.as_of_at, false)
)

select * from corrections
