-- One row per request whose transitions are known: the phases it went through in their order, and how often it changed hands.
with intervals as (
    select * from spans.request_intervals where phase <> 'not recorded' or business_days > 0 or clock_business_days > 0
),

pauses as (
    select number, sum(business_days) as paused_business_days, sum(credited_business_days) as credited_business_days from spans.clock_pauses group by number
),

followed_intervals as (
    select
        number,
        position,
        phase,
        business_days,
        case when lag(phase) over (partition by number order by position) is not distinct from phase then 0 else 1 end as is_visit
    from intervals
),

-- Time that nobody is known to have held is between two hands, not a hand.
held_intervals as (
    select number, party, lag(party) over (partition by number order by position) as party_before from intervals where party is not null
),

hand_offs as (
    select number, count(*) filter (where party <> party_before) as hand_off_count from held_intervals group by number
),

numbered_visits as (
    select *, sum(is_visit) over (partition by number order by position rows between unbounded preceding and current row) as visit
    from followed_intervals
),

flows as (
    select
        number,
        max(visit) as visit_count,
        sum(case when phase in ('not recorded', 'not mapped') then business_days else 0 end) = 0 as is_complete,
        min(phase) filter (where visit = 1) as phase_1,
        min(phase) filter (where visit = 2) as phase_2,
        min(phase) filter (where visit = 3) as phase_3,
        min(phase) filter (where visit = 4) as phase_4,
        min(phase) filter (where visit = 5) as phase_5,
        min(phase) filter (where visit = 6) as phase_6,
        min(phase) filter (where visit = 7) as phase_7,
        min(phase) filter (where visit = 8) as phase_8
    from numbered_visits
    group by number
),

request_flows as (
    select
        flows.number,
        concat_ws(' > ', phase_1, phase_2, phase_3, phase_4, phase_5, phase_6, phase_7, phase_8, case when visit_count > 8 then '...' end) as path,
        cast(flows.visit_count as integer) as visit_count,
        cast(coalesce(hand_offs.hand_off_count, 0) as integer) as hand_off_count,
        flows.is_complete,
        cast(coalesce(pauses.paused_business_days, 0) as integer) as paused_business_days,
        cast(coalesce(pauses.credited_business_days, 0) as integer) as credited_business_days
    from flows
    left join hand_offs on flows.number = hand_offs.number
    left join pauses on flows.number = pauses.number
)

select * from request_flows
order by number
