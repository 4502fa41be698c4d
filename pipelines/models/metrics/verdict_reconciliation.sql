-- One row per request and opinion of another system on it: whether it agrees with the promise, and if not, why. Times UTC, dates local.
with params as (
    select clock_basis, zone, counted_through_on from run.params
),

days as (
    select
        on_date,
        floor_ord,
        is_business_day,
        case weekday when 0 then 'Mon ' when 1 then 'Tue ' when 2 then 'Wed ' when 3 then 'Thu ' when 4 then 'Fri ' when 5 then 'Sat ' else 'Sun ' end
        || cast(on_date as varchar) as day_text
    from calendar.days
),

own_pauses as (
    select number, cast(sum(credited_business_days) as integer) as business_days from spans.clock_pauses group by number
),

clocks as (
    select
        clocks.*,
        exported.slo_outcome as exported_outcome, exported.due_on as exported_due_on, exported.stop_on as exported_stop_on,
        -- Their field knows nothing of our corrections; where the exports cannot be judged, only those tell of an end.
        case when exported.slo_outcome in ('met', 'missed', 'open') then exported.stop_at else clocks.stop_at end as told_stop_at
    from facts.request_clocks as clocks
    inner join params on clocks.clock_basis = params.clock_basis
    left join facts.request_clocks as exported on clocks.number = exported.number and exported.clock_basis = 'as_exported'
),

-- What is not breached yet is open until its clock has ended: `made_sla` is true from the start.
verdicts as (
    select
        opinions.*,
        case
            when opinion = 'made_sla' and verdict = 'missed' and is_reconstructed and told_stop_at is null then null
            when verdict is distinct from 'met' then verdict
            when opinion = 'made_sla' then case when told_stop_at is null then 'open' else 'met' end
            when stage = 'completed' or (stage is distinct from 'cancelled' and ended_at is not null) then 'met'
            else 'open'
        end as source_verdict,
        ended_at is null and not is_end_unknown and coalesce(stage in ('in_progress', 'paused'), opinion = 'task_sla') as is_running,
        stage is not distinct from 'paused' and ended_at is null as is_paused,
        clocks.number is null as is_part,
        clocks.slo_outcome,
        clocks.outcome_reason,
        clocks.exported_outcome, clocks.exported_due_on, clocks.exported_stop_on,
        clocks.clock_start_on as start_on,
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
        -- Where the request's own pauses are known, they count as everywhere; else the whole days of theirs.
        coalesce(own_pauses.business_days, opinions.whole_pause_days) as pause_days,
        own_pauses.number is null as is_pause_theirs
    from joined.second_opinions as opinions
    cross join params
    left join own_pauses on opinions.number = own_pauses.number
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
        opened.on_date as opened_due_on,
        their_due.floor_ord - their_start.floor_ord - pause_days as promised_business_days,
        starts.is_business_day as is_start_business_day,
        dues.day_text as due_text,
        coalesce('stopped on ' || stops.day_text, 'is still open') as stop_text,
        coalesce('started on ' || starts.day_text, 'has not started') as start_text,
        their_start.day_text as their_start_text,
        their_due.day_text || ' ' || local_clock(planned_end_at, zone) as their_due_text,
        case
            when ended_at is not null then 'ended on ' || their_stop.day_text || ' ' || local_clock(ended_at, zone)
            when is_paused then 'stands still'
            when is_running then 'still runs'
            when is_end_unknown then 'may have ended'
            else 'ended at an unknown time'
        end as their_stop_text
    from moments
    left join days as starts on moments.start_on = starts.on_date
    left join days as dues on moments.due_on = dues.on_date
    left join days as stops on moments.stop_on = stops.on_date
    left join days as their_start on moments.their_start_on = their_start.on_date
    left join days as their_due on moments.their_due_on = their_due.on_date
    left join days as their_stop on moments.their_stop_on = their_stop.on_date
    left join calendar.business_days as from_their_start on their_start.floor_ord + moments.target_business_days = from_their_start.business_day_ord
    left join calendar.business_days as opened on their_start.floor_ord + moments.target_business_days - 1 = opened.business_day_ord
    left join calendar.business_days as moved on dues.floor_ord + moments.pause_days = moved.business_day_ord
    left join calendar.second_days as their_second on moments.their_start_on = their_second.on_date
    left join calendar.second_days as in_second_calendar
        on their_second.second_floor_ord + moments.target_business_days = in_second_calendar.second_floor_ord and in_second_calendar.is_second_business_day
    left join calendar.second_days as on_weekdays
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
        seconds_between(started_at, planned_end_at) - 86400 * cast(target_business_days as bigint) as seconds_beyond_target,
        -- The day of their start is a whole one to them where it ends, by the hour of their deadline, at least a working day of 8 hours later.
        not is_due_as_requested
        and is_start_business_day
        and their_start_on = start_on
        and their_due_on = opened_due_on
        and seconds_between(started_at, planned_end_at) - 86400 * cast(date_days(their_start_on, their_due_on) as bigint) >= 28800 as is_before_opening,
        is_running and stop_at is not null as has_never_stopped
    from due_dates
),

reasons as (
    select
        *,
        case source_verdict when 'missed' then 'breached' when 'met' then 'not breached' when 'open' then 'not breached yet' end as said_text,
        case
            when is_left_out then 'left_out'
            when is_unknown then 'unknown_request'
            when is_part then 'part_of_parent'
            when stage = 'cancelled' then 'cancelled'
            when source_verdict is null then 'unknown_verdict'
            when slo_outcome in ('excluded', 'not_measurable') then slo_outcome
            when source_verdict = slo_outcome then 'same_verdict'
            when source_verdict = exported_outcome then 'corrected'
            when opinion = 'made_sla' then 'legacy_field'
            when source_verdict = 'open' and is_end_unknown then 'unknown'
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
            when verdict_by_their_deadline = source_verdict and is_before_opening then 'start_differs'
            when
                verdict_by_their_deadline = source_verdict
                and not has_never_stopped
                and (
                    abs(seconds_beyond_target) <= 3600
                    or abs(seconds_beyond_target - pause_seconds) <= 3600
                    -- 24 hours of a schedule are 2.4 days of 10 hours, or 3 of 8.
                    or (10 * (promised_business_days + 1) > 24 * target_business_days and promised_business_days <= 3 * target_business_days)
                )
                then 'duration_in_hours'
            when verdict_by_their_deadline = source_verdict and not has_never_stopped and promised_business_days >= 2 * target_business_days then 'another_target'
            else 'unknown'
        end as reason_code
    from readings
),

sentences as (
    select
        *,
        case
            when reason_code = 'same_verdict' then 'agree'
            when reason_code in ('left_out', 'unknown_request', 'part_of_parent', 'cancelled', 'unknown_verdict', 'excluded', 'not_measurable', 'older_export')
                then 'not_comparable'
            else 'disagree'
        end as agreement,
        coalesce(' is due on ' || due_text || ' and', '') || ' ' || stop_text as ours_text,
        case when opinion = 'task_sla' then coalesce(' is due on ' || their_due_text || ' and', '') || ' ' || their_stop_text end as theirs_text,
        coalesce('their clock started on ' || their_start_text, 'their mark says ' || coalesce(said_text, 'breached in a later version')) as their_claim_text,
        upper(substr(slo_outcome, 1, 1)) || substr(slo_outcome, 2) as ours_word,
        upper(substr(exported_outcome, 1, 1)) || substr(exported_outcome, 2) as exported_word,
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
            when 'same_verdict' then ours_word || ' here, ' || said_text || ' there: ours' || ours_text || coalesce('; theirs' || theirs_text, '')
            when 'corrected'
                then 'By ' || corrected_by || ' ours' || ours_text || ', so ' || ours_word || '; as exported it' || coalesce(' is due on ' || exported_due.day_text || ' and', '')
                || ' ' || coalesce('stopped on ' || exported_stop.day_text, 'is still open') || ', so ' || exported_word || ', and theirs is ' || said_text
            when 'legacy_field' then 'Their mark says ' || said_text || ', without a deadline to compare; ours' || ours_text
            when 'rounding' then 'Both are due on ' || due_text || ', but theirs at ' || local_clock(planned_end_at, zone) || ', and it ' || their_stop_text
            when 'stop_differs' then 'Theirs ' || their_stop_text || ', ours ' || stop_text || '; by our due date ' || due_text || ' theirs is ' || said_text
            when 'start_differs'
                then case
                    when their_start_on = start_on
                        then 'Theirs started on ' || their_start_text || ' ' || local_clock(started_at, zone) || ', before its schedule opens, so that this day is the first of '
                        || target_text || ' until ' || their_due_text || '; ours is due on ' || due_text
                    else 'Theirs started on ' || their_start_text || ', ours ' || start_text || '; from their start ours would be due on ' || started.day_text
                    || coalesce(' instead of ' || due_text, '')
                end
            when 'requested_date'
                then 'Ours is due on ' || due_text || ', the requested date; the ' || target_text || ' alone end on ' || counted.day_text
                || coalesce(', and theirs is due on ' || their_due_text, '')
            when 'pause_counted'
                then case
                    when is_paused then 'Theirs stands still in a pause; ours' || ours_text
                    else 'They took off a pause of about ' || cast(cast(ceil(pause_seconds / 3600.0) as bigint) as varchar) || ' hours; moved by '
                    || case when is_pause_theirs then 'at most ' else '' end || cast(pause_days as varchar)
                    || case when pause_days = 1 then ' business day' else ' business days' end || ' ours would be due on ' || moved.day_text || ' instead of ' || due_text || ', and it ' || stop_text
                end
            when 'calendar_differs'
                then target_text || ' from their start on ' || their_start_text || ' end on ' || their_due_text || ' by '
                || case when their_due_on = second_due_on then 'the second calendar' else 'Monday to Friday alone' end || coalesce(' (' || schedule || ')', '')
                || ', on ' || from_theirs.day_text || ' by ours'
            when 'duration_in_hours'
                then 'Their deadline ' || their_due_text || ' is ' || cast(promised_business_days + pause_days as varchar) || ' business days after their start on '
                || their_start_text || coalesce(' (' || schedule || ')', '') || ', where ' || target_text || ' were promised: a day is 24 hours to them'
            when 'another_target'
                then 'They promised about ' || cast(promised_business_days as varchar) || ' business days, from their start on ' || their_start_text || ' to ' || their_due_text
                || coalesce(' (' || schedule || ')', '') || ', where ' || target_text || ' were promised'
            else case when is_end_unknown then 'Whether theirs has ended is unknown' else 'No single difference explains it' end || ': ours ' || start_text || ',' || ours_text || '; theirs started on ' || their_start_text || ',' || theirs_text
        end || '.' as evidence
    from sentences
    left join days as known on sentences.known_on = known.on_date
    left join days as started on sentences.started_due_on = started.on_date
    left join days as counted on sentences.business_days_due_on = counted.on_date
    left join days as moved on sentences.moved_due_on = moved.on_date
    left join days as from_theirs on sentences.counted_due_on = from_theirs.on_date
    left join days as exported_due on sentences.exported_due_on = exported_due.on_date
    left join days as exported_stop on sentences.exported_stop_on = exported_stop.on_date
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
order by number, opinion, sla, started_at, planned_end_at, ended_at, source_verdict, reason_code, evidence
