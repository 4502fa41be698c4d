-- One row per request and opinion of another system on it: a clock that it ran, or a field of the request. Times UTC, spans in seconds.
with clocks as (
    select * from versions.sla_versions where disposition = 'accepted'
),

requests as (
    select number, source_verdict, is_reconstructed from corrected.requests
),

corrections as (
    select
        number,
        case count(*)
            when 1 then 'correction ' || min(correction_id)
            when 2 then 'corrections ' || min(correction_id) || ' and ' || max(correction_id)
            else 'corrections ' || min(correction_id) || ', ' || max(correction_id) || ' and ' || cast(count(*) - 2 as varchar) || ' more'
        end as corrected_by
    from records.corrections
    where kind = 'field'
    group by number
),

opinions as (
    select
        number,
        'task_sla' as opinion,
        nullif(sla, '') as sla,
        is_left_out,
        stage,
        verdict,
        started_at,
        planned_end_at,
        ended_at,
        is_end_unknown,
        known_at,
        -- Where the schedule of their clock is not known, the longer of the two lengths of their pause is the one that may count.
        greatest(coalesce(pause_seconds, 0), coalesce(business_pause_seconds, 0)) as pause_seconds,
        cast(floor(coalesce(business_pause_seconds, pause_seconds, 0) / 86400.0) as integer) as whole_pause_days,
        schedule
    from clocks
    union all
    select
        number, 'made_sla', cast(null as varchar), false, cast(null as varchar), source_verdict, cast(null as timestamp), cast(null as timestamp),
        cast(null as timestamp), false, cast(null as timestamp), 0, 0, cast(null as varchar)
    from requests
    where source_verdict is not null
),

second_opinions as (
    select opinions.*, corrections.corrected_by, requests.number is null as is_unknown, coalesce(requests.is_reconstructed, false) as is_reconstructed
    from opinions
    left join requests on opinions.number = requests.number
    left join corrections on opinions.number = corrections.number
)

select * from second_opinions
