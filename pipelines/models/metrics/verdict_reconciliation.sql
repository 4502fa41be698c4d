-- One row per request and opinion of another system on it: whether it agrees with the promise, and if not, why. Times UTC, dates local.
with params as (
    select clock_basis, zone, counted_through_on from run.params
),

days as (
    select
        on_date,
        floor_ord,
        case weekday when 0 then 'Mon ' when 1 then 'Tue ' when 2 then 'Wed ' when 3 then 'Thu ' when 4 then 'Fri ' when 5 then 'Sat ' else 'Sun ' end
        || cast(on_date as varchar) as day_text
    from calendar.days
),

business_days as (
    select * from calendar.business_days
),

second_days as (
    select * from calendar.second_days
),

requests as (
    select number, source_verdict, is_reconstructed from corrected.requests
),

opinions as (
    select
        number, 'task_sla' as opinion, nullif(sla, '') as sla, is_left_out, stage, verdict, started_at, planned_end_at, ended_at, known_at,
        -- Where the schedule of their clock is not known, the longer of the two lengths of their pause is the one that may count.
        greatest(coalesce(pause_seconds, 0), coalesce(business_pause_seconds, 0)) as pause_seconds, schedule
    from versions.sla_versions
    where disposition = 'accepted'
    union all
    select
        number, 'made_sla', cast(null as varchar), false, cast(null as varchar), source_verdict, cast(null as timestamp), cast(null as timestamp),
        cast(null as timestamp), cast(null as timestamp), 0, cast(null as varchar)
    from requests
    where source_verdict is not null
),

clocks as (
    select clocks.*, local_date(clocks.clock_start_at, params.zone) as start_on, local_date(clocks.stop_at, params.zone) as stop_on
    from facts.request_clocks as clocks
    inner join params on clocks.clock_basis = params.clock_basis
    where exists (select 1 from opinions where opinions.number = clocks.number)
),

-- What is not breached yet is open until its clock has ended: `made_sla` is true from the start.
verdicts as (
    select
        opinions.*,
        case
            when opinion = 'made_sla' and verdict = 'missed' and requests.is_reconstructed and clocks.stop_at is null then null
            when verdict is distinct from 'met' then verdict
            when opinion = 'made_sla' then case when clocks.stop_at is null then 'open' else 'met' end
            when stage = 'completed' or (stage is distinct from 'cancelled' and ended_at is not null) then 'met'
            else 'open'
        end as source_verdict,
        ended_at is null and coalesce(stage in ('in_progress', 'paused'), opinion = 'task_sla') as is_running,
        stage is not distinct from 'paused' and ended_at is null as is_paused,
        requests.number is null as is_unknown,
        clocks.number is null as is_part,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.start_on,
        clocks.target_business_days,
        clocks.business_days_due_on,
        clocks.due_on,
        clocks.due_rule <> 'business_days' as is_due_as_requested,
        clocks.stop_at,
        clocks.stop_on,
        coalesce(clocks.stop_on, params.counted_through_on) as reached_on,
        case when clocks.stop_at is null then 'open' else 'met' end as in_time_word,
        params.zone,
        params.counted_through_on,
        local_date(opinions.started_at, params.zone) as their_start_on,
        local_date(opinions.planned_end_at, params.zone) as their_due_on,
        local_date(opinions.ended_at, params.zone) as their_stop_on,
        cast(ceil(opinions.pause_seconds / 86400.0) as integer) as pause_days
    from opinions
    cross join params
    left join requests on opinions.number = requests.number
    left join clocks on opinions.number = clocks.number
),

moments as (
    select
        *,
        local_date(known_at, zone) as known_on,
        case when is_running then known_at else ended_at end as their_moment_at,
        case when is_running then local_date(known_at, zone) else their_stop_on end as their_moment_on,
        case when is_running then least(local_date(known_at, zone), counted_through_on) else their_stop_on end as their_reached_on,
        case when is_running then 'open' else 'met' end as their_in_time_word
    from verdicts
),

-- Our due date with one thing of theirs in place of ours: their start, no requested date, their pause; and their start in their calendars.
due_dates as (
    select
        moments.*,
        from_their_start.on_date as counted_due_on,
        greatest(from_their_start.on_date, case when is_due_as_requested then due_on end) as started_due_on,
        moved.on_date as moved_due_on,
        in_second_calendar.on_date as second_due_on,
        on_weekdays.on_date as weekday_due_on,
        their_due.floor_ord - their_start.floor_ord as their_target_business_days,
        dues.day_text as due_text,
        coalesce('stopped on ' || stops.day_text, 'is still open') as stop_text,
        coalesce('started on ' || starts.day_text, 'has not started') as start_text,
        their_start.day_text as their_start_text,
        their_due.day_text || ' ' || local_clock(planned_end_at, zone) as their_due_text,
        case
            when ended_at is not null then 'ended on ' || their_stop.day_text || ' ' || local_clock(ended_at, zone)
            when is_paused then 'stands still'
            when is_running then 'still runs'
            else 'ended at an unknown time'
        end as their_stop_text
    from moments
    left join days as starts on moments.start_on = starts.on_date
    left join days as dues on moments.due_on = dues.on_date
    left join days as stops on moments.stop_on = stops.on_date
    left join days as their_start on moments.their_start_on = their_start.on_date
    left join days as their_due on moments.their_due_on = their_due.on_date
    left join days as their_stop on moments.their_stop_on = their_stop.on_date
    left join business_days as from_their_start on their_start.floor_ord + moments.target_business_days = from_their_start.business_day_ord
    left join business_days as moved on dues.floor_ord + moments.pause_days = moved.business_day_ord
    left join second_days as their_second on moments.their_start_on = their_second.on_date
    left join second_days as in_second_calendar
        on their_second.second_floor_ord + moments.target_business_days = in_second_calendar.second_floor_ord and in_second_calendar.is_second_business_day
    left join second_days as on_weekdays
        on their_second.weekday_floor_ord + moments.target_business_days = on_weekdays.weekday_floor_ord and on_weekdays.is_weekday
),

-- What would be said by our due date at their end, by their own deadline, and at our end by each of the others.
readings as (
    select
        *,
        case when their_reached_on > due_on then 'missed' when their_reached_on <= due_on then their_in_time_word end as verdict_at_their_end,
        case when their_moment_at > planned_end_at then 'missed' when their_moment_at <= planned_end_at then their_in_time_word end as verdict_by_their_deadline,
        case when reached_on > started_due_on then 'missed' when reached_on <= started_due_on then in_time_word end as verdict_from_their_start,
        case when reached_on > business_days_due_on then 'missed' when reached_on <= business_days_due_on then in_time_word end as verdict_by_business_days,
        case when is_paused or reached_on <= moved_due_on then in_time_word when reached_on > moved_due_on then 'missed' end as verdict_with_their_pause,
        seconds_between(started_at, planned_end_at) - 86400 * cast(target_business_days as bigint) as seconds_beyond_target
    from due_dates
),

reasons as (
    select
        *,
        case
            when is_left_out then 'left_out'
            when is_unknown then 'unknown_request'
            when is_part then 'part_of_parent'
            when stage = 'cancelled' then 'cancelled'
            when source_verdict is null then 'unknown_verdict'
            when slo_outcome in ('excluded', 'not_measurable') then slo_outcome
            when source_verdict = slo_outcome then 'same_verdict'
            when opinion = 'made_sla' then 'legacy_field'
            when source_verdict = 'open' and is_running and (stop_at > known_at or (stop_at is null and due_on >= their_moment_on)) then 'older_export'
            when source_verdict = 'missed' and their_due_on = due_on and their_moment_at > planned_end_at and their_moment_on <= due_on then 'rounding'
            when their_stop_on is distinct from stop_on and verdict_at_their_end = source_verdict then 'stop_differs'
            when
                their_start_on is distinct from start_on
                and (
                    verdict_from_their_start = source_verdict
                    or (their_due_on = started_due_on and started_due_on is distinct from due_on and verdict_by_their_deadline = source_verdict)
                )
                then 'start_differs'
            when
                is_due_as_requested
                and (
                    verdict_by_business_days = source_verdict
                    or (their_due_on in (business_days_due_on, counted_due_on) and verdict_by_their_deadline = source_verdict)
                )
                then 'requested_date'
            when
                (pause_seconds > 0 or is_paused)
                and source_verdict <> 'missed'
                and verdict_with_their_pause = source_verdict
                and coalesce(seconds_between(their_moment_at, planned_end_at) < pause_seconds, true)
                then 'pause_counted'
            when
                verdict_by_their_deadline = source_verdict
                and their_due_on <> counted_due_on
                and their_due_on in (second_due_on, weekday_due_on)
                then 'calendar_differs'
            when
                verdict_by_their_deadline = source_verdict
                and (
                    abs(seconds_beyond_target) <= 3600
                    or abs(seconds_beyond_target - pause_seconds) <= 3600
                    or their_target_business_days - pause_days >= 2 * target_business_days
                )
                then 'duration_in_hours'
            else 'unknown'
        end as reason_code
    from readings
),

sentences as (
    select
        *,
        case
            when reason_code = 'same_verdict' then 'agree'
            when
                reason_code in (
                    'left_out', 'unknown_request', 'part_of_parent', 'cancelled', 'unknown_verdict', 'excluded', 'not_measurable', 'older_export'
                )
                then 'not_comparable'
            else 'disagree'
        end as agreement,
        coalesce(' is due on ' || due_text || ' and', '') || ' ' || stop_text as ours_text,
        case when opinion = 'task_sla' then coalesce(' is due on ' || their_due_text || ' and', '') || ' ' || their_stop_text end as theirs_text,
        coalesce('their clock started on ' || their_start_text, 'made_sla says ' || verdict) as their_claim_text,
        cast(target_business_days as varchar) || ' business days' as target_text
    from reasons
),

evidence as (
    select
        sentences.*,
        case reason_code
            when 'left_out' then 'The mapping leaves out ' || coalesce(sla, 'it') || ', which measures something else; ' || their_claim_text
            when 'unknown_request' then 'No export of requests has this request; ' || their_claim_text
            when 'part_of_parent' then 'The request is counted as a part of its parent; ' || their_claim_text
            when 'cancelled' then 'A cancelled clock decides nothing; ' || their_claim_text || ' and ' || their_stop_text
            when 'unknown_verdict' then 'Their verdict is not known; ' || their_claim_text
            when 'excluded' then 'Ours is excluded (' || outcome_reason || '); ' || their_claim_text
            when 'not_measurable' then 'Ours is not measurable (' || outcome_reason || '); ' || their_claim_text
            when 'older_export' then 'Theirs is as of ' || known.day_text || ' ' || local_clock(known_at, zone) || ', before ours' || ours_text
            when 'same_verdict' then 'Both say ' || source_verdict || ': ours' || ours_text || coalesce('; theirs' || theirs_text, '')
            when 'legacy_field' then 'made_sla says ' || verdict || ' without a deadline to compare; ours' || ours_text
            when 'rounding' then 'Both are due on ' || due_text || ', but theirs at ' || local_clock(planned_end_at, zone) || ', and it ' || their_stop_text
            when 'stop_differs' then 'Theirs ' || their_stop_text || ', ours ' || stop_text || '; by our due date ' || due_text || ' theirs is ' || source_verdict
            when 'start_differs'
                then 'Theirs started on ' || their_start_text || ', ours ' || start_text || '; from their start ours would be due on ' || started.day_text
                || coalesce(' instead of ' || due_text, '')
            when 'requested_date'
                then 'Ours is due on ' || due_text || ', the requested date; the ' || target_text || ' alone end on ' || counted.day_text
                || coalesce(', and theirs is due on ' || their_due_text, '')
            when 'pause_counted'
                then case
                    when is_paused then 'Theirs stands still in a pause; ours' || ours_text
                    else 'They took off a pause of about ' || cast(cast(ceil(pause_seconds / 3600.0) as bigint) as varchar) || ' hours; moved by ' || cast(pause_days as varchar)
                    || case when pause_days = 1 then ' business day' else ' business days' end || ' ours would be due on ' || moved.day_text || ' instead of ' || due_text || ', and it ' || stop_text
                end
            when 'calendar_differs'
                then target_text || ' from their start on ' || their_start_text || ' end on ' || their_due_text || ' by '
                || case when their_due_on = second_due_on then 'the second calendar' else 'Monday to Friday alone' end || coalesce(' (' || schedule || ')', '')
                || ', on ' || from_theirs.day_text || ' by ours'
            when 'duration_in_hours'
                then 'Their deadline ' || their_due_text || ' is ' || cast(their_target_business_days as varchar) || ' business days after their start on '
                || their_start_text || coalesce(' (' || schedule || ')', '') || ', where ' || target_text || ' were promised: a day is 24 hours to them'
            else 'No single difference explains it: ours ' || start_text || ',' || ours_text || '; theirs started on ' || their_start_text || ',' || theirs_text
        end || '.' as evidence
    from sentences
    left join days as known on sentences.known_on = known.on_date
    left join days as started on sentences.started_due_on = started.on_date
    left join days as counted on sentences.business_days_due_on = counted.on_date
    left join days as moved on sentences.moved_due_on = moved.on_date
    left join days as from_theirs on sentences.counted_due_on = from_theirs.on_date
),

verdict_reconciliation as (
    select
        number,
        opinion,
        sla,
        source_verdict,
        slo_outcome,
        agreement,
        reason_code,
        evidence,
        started_at,
        planned_end_at,
        ended_at,
        due_on,
        stop_at
    from evidence
)

select * from verdict_reconciliation
order by number, opinion, sla, started_at
