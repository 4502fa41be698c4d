-- One row per request, finding and what it was found in: transitions that overlap, miss their end, run against time, have no phase or no request, and gaps.
-- Times UTC.
with intervals as (
    select * from joined.track_intervals
),

pieces as (
    select * from spans.request_intervals
),

strange_rows as (
    select transitions.number, transitions.source, transitions.field, transitions.value, transitions.started_at
    from versions.transition_versions as transitions
    inner join texts.phases as phases
        on transitions.source = phases.source and transitions.field = phases.field and transitions.value = phases.value
        and phases.service_option = 'unclassified' and phases.kind <> 'ignored'
    left join records.request_ids as request_ids on lower(transitions.number) = request_ids.record_id
    left join corrected.requests as requests on coalesce(request_ids.number, transitions.number) = requests.number
    where transitions.disposition = 'accepted' and requests.number is null
),

findings as (
    select number, 'out_of_order' as finding, source, field, value, started_at from intervals where is_out_of_order and is_known_request
    union all
    select number, 'overlap', source, field, value, started_at from intervals where is_overlap and is_known_request
    union all
    select number, 'missing_end', source, field, value, started_at from intervals where is_missing_end and is_known_request
    union all
    select number, 'reopened', source, field, value, started_at from intervals where is_reopened and is_known_request
    union all
    select number, 'not_mapped', source, field, value, started_at from intervals where kind = 'not_mapped' and is_known_request and not is_repeat
    union all
    select number, 'unknown_request', source, field, value, started_at from strange_rows
    union all
    select number, 'gap', null, null, null, started_at from pieces where phase = 'not recorded' and seconds_between(started_at, ended_at) > 60
),

transition_findings as (
    select number, finding, source, field, value, count(*) as finding_count, min(started_at) as first_found_at
    from findings
    group by number, finding, source, field, value
)

select * from transition_findings
order by number, finding, source nulls last, field nulls last, value nulls last
