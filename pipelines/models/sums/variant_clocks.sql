-- One row per request whose verdict another reading of its data may change: `without_pauses`, its customer's pauses taken off; `as_exported`, its declared
-- corrections and exclusions left out; `without_exclusions`, its exclusion alone left out, where corrections make that another figure. Times UTC, dates local,
-- spans in business days.
with clocks as (
    select * from facts.request_clocks
),

params as (
    select clock_basis, as_of_on, counted_through_on from run.params
),

requests as (
    select number, service_option, request_type, department, state from corrected.requests
),

exported_requests as (
    select number, service_option, request_type, department from records.requests
),

field_corrections as (
    select count(*) as correction_count from records.corrections where kind = 'field'
),

days as (
    select on_date, floor_ord, ceil_ord from calendar.days
),

business_days as (
    select business_day_ord, on_date from calendar.business_days
),

credits as (
    select number, sum(credited_business_days) as credited_business_days from spans.clock_pauses group by number having sum(credited_business_days) > 0
),

moved_dues as (
    select
        clocks.number,
        requests.service_option,
        requests.request_type,
        requests.department,
        requests.state,
        moved_days.on_date as due_on,
        clocks.stop_at,
        coalesce(clocks.stop_on, params.as_of_on) as counted_to_on,
        clocks.elapsed_business_days - credits.credited_business_days as elapsed_business_days,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.due_rule,
        credits.credited_business_days,
        params.as_of_on,
        params.counted_through_on
    from credits
    inner join clocks on credits.number = clocks.number
    inner join params on clocks.clock_basis = params.clock_basis
    inner join requests on clocks.number = requests.number
    inner join days as due_days on clocks.due_on = due_days.on_date
    inner join business_days as moved_days on due_days.floor_ord + credits.credited_business_days = moved_days.business_day_ord
    where clocks.slo_outcome in ('met', 'missed', 'open')
),

judged_dues as (
    select
        *,
        case
            when outcome_reason in ('on_time', 'completed_late') then case when counted_to_on <= due_on then 'on_time' else 'completed_late' end
            when outcome_reason = 'ended_after_due' then case when counted_to_on <= due_on then state else 'ended_after_due' end
            when due_on < counted_through_on then 'open_overdue'
            when due_on < as_of_on then 'stale_export'
            else 'not_yet_due'
        end as reason_now
    from moved_dues
),

unpaused_clocks as (
    select
        judged_dues.*,
        case
            when reason_now = 'on_time' then 'met'
            when reason_now in ('completed_late', 'ended_after_due', 'open_overdue') then 'missed'
            when reason_now in ('stale_export', 'not_yet_due') then 'open'
            else 'excluded'
        end as outcome_now,
        counted_days.ceil_ord - due_days.floor_ord as days_past_due
    from judged_dues
    inner join days as counted_days on judged_dues.counted_to_on = counted_days.on_date
    inner join days as due_days on judged_dues.due_on = due_days.on_date
),

variant_clocks as (
    select
        number,
        'without_pauses' as clock_basis,
        service_option,
        request_type,
        department,
        due_on,
        stop_at,
        elapsed_business_days,
        outcome_now as slo_outcome,
        reason_now as outcome_reason,
        due_on < as_of_on as is_due,
        reason_now = 'open_overdue' as is_open_overdue,
        true as has_due_date,
        due_on as period_on,
        case when outcome_now = 'missed' then days_past_due end as late_business_days,
        due_rule,
        credited_business_days
    from unpaused_clocks
    union all
    select
        clocks.number,
        clocks.clock_basis,
        case when clocks.clock_basis = 'as_exported' then exported_requests.service_option else requests.service_option end,
        case when clocks.clock_basis = 'as_exported' then exported_requests.request_type else requests.request_type end,
        case when clocks.clock_basis = 'as_exported' then exported_requests.department else requests.department end,
        clocks.due_on,
        clocks.stop_at,
        clocks.elapsed_business_days,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.is_due,
        clocks.is_open_overdue,
        clocks.has_due_date,
        clocks.period_on,
        clocks.late_business_days,
        clocks.due_rule,
        0
    from clocks
    cross join field_corrections
    inner join requests on clocks.number = requests.number
    inner join exported_requests on clocks.number = exported_requests.number
    where clocks.clock_basis = 'as_exported' or (clocks.clock_basis = 'without_exclusions' and field_corrections.correction_count > 0)
)

select * from variant_clocks
order by number, clock_basis
