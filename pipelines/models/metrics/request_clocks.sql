-- One row per request and clock basis, for the comparison of both clocks.
with clocks as (
    select * from facts.request_clocks
),

compared as (
    select
        number,
        clock_basis,
        clock_start_at,
        clock_start_source,
        due_on,
        due_rule,
        elapsed_business_days,
        slo_outcome,
        outcome_reason,
        is_due,
        is_open_overdue,
        has_due_date,
        period_on,
        late_business_days
    from clocks
)

select * from compared
