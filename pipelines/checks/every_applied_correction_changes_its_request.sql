-- An applied correction changes the clock or the certificates of its request, or what it is counted under; a corrected type is one that its option lists.
-- warns
with params as (
    select clock_basis from run.params
),

corrections as (
    select correction_id, number, field, value
    from snapshot.main.corrections
    where kind = 'field' and is_applied and exported_outcome is not null
),

clocks as (
    select * from facts.request_clocks where number in (select number from corrections)
),

excluded_requests as (
    select number from clocks where clock_basis = 'without_exclusions'
),

-- A close and an approval that no clock goes by are told and count for nothing, so they are not compared. Excluded, every request has the same outcome.
readings as (
    select
        clocks.number,
        clocks.submitted_at,
        case when params.clock_basis = 'submitted' then clocks.approved_at end as approved_at,
        clocks.clock_start_at,
        clocks.clock_start_source,
        clocks.stop_at,
        clocks.stop_source,
        clocks.lead_days,
        clocks.due_on,
        clocks.due_rule,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.current_expires_on,
        clocks.requested_completion_on
    from clocks
    cross join params
    left join excluded_requests on clocks.number = excluded_requests.number
    where
        clocks.clock_basis = 'as_exported'
        or clocks.clock_basis = case when excluded_requests.number is null then params.clock_basis else 'without_exclusions' end
),

links as (
    select number, certificate, role from links.certificate_links where number in (select number from corrections)
),

-- What is alike as corrected and as exported is there twice.
changed_clocks as (
    select number
    from readings
    group by
        number, submitted_at, approved_at, clock_start_at, clock_start_source, stop_at, stop_source, lead_days, due_on, due_rule, slo_outcome, outcome_reason,
        current_expires_on, requested_completion_on
    having count(*) = 1
),

changed_links as (
    select number from links group by number, certificate, role having count(*) = 1
),

changed_requests as (
    select number from changed_clocks
    union
    select number from changed_links
),

options_with_types as (
    select service_option from policy.targets_by_type group by service_option
),

judged_corrections as (
    select
        corrections.*,
        case
            when corrections.field in ('service_option', 'department') then null
            when corrections.field = 'request_type' then case
                when corrections.value is not null and options_with_types.service_option is not null and types.request_type is null
                    then 'no type of ' || requests.service_option
            end
            when changed_requests.number is null then 'nothing else changes'
        end as finding
    from corrections
    inner join corrected.requests as requests on corrections.number = requests.number
    left join changed_requests on corrections.number = changed_requests.number
    left join options_with_types on requests.service_option = options_with_types.service_option
    left join policy.targets_by_type as types on requests.service_option = types.service_option and corrections.value = types.request_type
)

select correction_id as id, number, field, coalesce(value, 'nothing') as value, finding as found
from judged_corrections
where finding is not null
order by correction_id
