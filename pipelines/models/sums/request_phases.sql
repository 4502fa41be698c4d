-- One row per request and phase of its process, or phase it went through beside it: the business days there, against the published budget. Times UTC.
with intervals as (
    select * from spans.request_intervals
),

requests as (
    select number, service_option from corrected.requests
),

published_phases as (
    select service_option, position, phase, business_days, party from policy.phases
),

-- A moment that nothing tells of is no phase, unless it costs a business day.
followed_intervals as (
    select
        intervals.*,
        case when lag(phase) over (partition by number order by position) is not distinct from phase then 0 else 1 end as is_visit
    from intervals
    where phase <> 'not recorded' or business_days > 0 or clock_business_days > 0
),

spent_phases as (
    select
        number,
        phase,
        min(party) as party,
        sum(business_days) as business_days,
        sum(clock_business_days) as clock_business_days,
        sum(is_visit) as visit_count,
        min(started_at) as first_started_at,
        max(ended_at) as last_ended_at,
        count(*) filter (where is_current) > 0 as is_current
    from followed_intervals
    group by number, phase
),

told_requests as (
    select intervals.number, requests.service_option
    from intervals
    inner join requests on intervals.number = requests.number
    where intervals.position = 1
),

entered_phases as (
    select told_requests.service_option, spent_phases.*
    from spent_phases
    inner join told_requests on spent_phases.number = told_requests.number
),

phases as (
    select
        entered_phases.number,
        coalesce(published_phases.position, 100) as position,
        entered_phases.phase,
        coalesce(published_phases.party, entered_phases.party) as party,
        published_phases.business_days as budget_business_days,
        entered_phases.business_days,
        entered_phases.clock_business_days,
        entered_phases.visit_count,
        entered_phases.first_started_at,
        entered_phases.last_ended_at,
        entered_phases.is_current
    from entered_phases
    left join published_phases on entered_phases.service_option = published_phases.service_option and entered_phases.phase = published_phases.phase
    union all
    select
        told_requests.number, published_phases.position, published_phases.phase, published_phases.party, published_phases.business_days, 0, 0, 0, null, null, false
    from told_requests
    inner join published_phases on told_requests.service_option = published_phases.service_option
    left join spent_phases on told_requests.number = spent_phases.number and published_phases.phase = spent_phases.phase
    where spent_phases.number is null
),

request_phases as (
    select
        number,
        position,
        phase,
        party,
        budget_business_days,
        cast(business_days as integer) as business_days,
        cast(case when budget_business_days is not null then greatest(business_days - budget_business_days, 0) end as integer) as over_budget_days,
        cast(clock_business_days as integer) as clock_business_days,
        cast(visit_count as integer) as visit_count,
        first_started_at,
        last_ended_at,
        is_current
    from phases
)

select * from request_phases
order by number, position, phase
