-- One row per request and piece of its time from submission to its stop or as_of: the phase and who held it. Times UTC, dates local, spans in business days.
with clocks as (
    select
        request_clocks.number,
        request_clocks.submitted_at,
        coalesce(request_clocks.stop_at, params.as_of_at) as counted_to_at,
        request_clocks.is_running,
        request_clocks.clock_start_on,
        coalesce(request_clocks.stop_on, params.as_of_on) as counted_to_on,
        params.zone
    from facts.request_clocks as request_clocks
    inner join run.params as params on request_clocks.clock_basis = params.clock_basis
    where request_clocks.submitted_at < coalesce(request_clocks.stop_at, params.as_of_at)
),

days as (
    select on_date, floor_ord, ceil_ord from calendar.days
),

-- Clipped to the request's time; what says that the request is over covers nothing.
covering_intervals as (
    select
        intervals.number,
        greatest(intervals.started_at, clocks.submitted_at) as started_at,
        least(coalesce(intervals.ended_at, clocks.counted_to_at), clocks.counted_to_at) as ended_at,
        intervals.started_at as held_from_at,
        intervals.is_unended,
        intervals.source,
        intervals.field,
        intervals.value,
        intervals.rank,
        intervals.phase,
        intervals.party,
        intervals.pause_reason
    from joined.track_intervals as intervals
    inner join clocks on intervals.number = clocks.number
    where
        intervals.kind <> 'ended'
        and intervals.started_at < clocks.counted_to_at
        and coalesce(intervals.ended_at > clocks.submitted_at and intervals.ended_at > intervals.started_at, true)
),

told_requests as (
    select number from joined.track_intervals where is_known_request group by number
),

followed_intervals as (
    select
        *,
        max(ended_at) over (
            partition by number order by started_at, ended_at, rank, source, field, value rows between unbounded preceding and 1 preceding
        ) as ended_before_at
    from covering_intervals
),

-- Most requests have one thing at a time; only the others need their moments compared.
crowded_requests as (
    select number from followed_intervals where ended_before_at > started_at group by number
),

crowded_intervals as (
    select covering_intervals.*
    from covering_intervals
    inner join crowded_requests on covering_intervals.number = crowded_requests.number
),

moments as (
    select number, started_at as moment_at from crowded_intervals
    union
    select number, ended_at from crowded_intervals
),

stretches as (
    select number, moment_at as started_at, lead(moment_at) over (partition by number order by moment_at) as ended_at from moments
),

-- Where several cover a stretch, the one with the earlier rule holds, then the one that began later.
ranked_stretches as (
    select
        stretches.number,
        stretches.started_at,
        stretches.ended_at,
        intervals.source,
        intervals.field,
        intervals.value,
        intervals.phase,
        intervals.party,
        intervals.pause_reason,
        intervals.is_unended and intervals.ended_at = stretches.ended_at as is_unended,
        row_number() over (
            partition by stretches.number, stretches.started_at
            order by intervals.rank, intervals.held_from_at desc, intervals.source, intervals.field, intervals.value
        ) as position
    from stretches
    inner join crowded_intervals as intervals
        on stretches.number = intervals.number and intervals.started_at <= stretches.started_at and intervals.ended_at >= stretches.ended_at
),

held_pieces as (
    select number, started_at, ended_at, source, field, value, phase, party, pause_reason, is_unended from ranked_stretches where position = 1
    union all
    select
        followed.number, followed.started_at, followed.ended_at, followed.source, followed.field, followed.value, followed.phase, followed.party,
        followed.pause_reason, followed.is_unended
    from followed_intervals as followed
    left join crowded_requests on followed.number = crowded_requests.number
    where crowded_requests.number is null
),

bounded_pieces as (
    select
        held_pieces.number,
        held_pieces.started_at,
        held_pieces.ended_at,
        lag(held_pieces.ended_at) over (partition by held_pieces.number order by held_pieces.started_at) as ended_before_at,
        lead(held_pieces.started_at) over (partition by held_pieces.number order by held_pieces.started_at) as next_started_at,
        clocks.submitted_at,
        clocks.counted_to_at
    from held_pieces
    inner join clocks on held_pieces.number = clocks.number
),

-- The time that nothing covers: before, between, after, or all of it.
gaps as (
    select number, coalesce(ended_before_at, submitted_at) as started_at, started_at as ended_at
    from bounded_pieces
    where coalesce(ended_before_at, submitted_at) < started_at
    union all
    select number, ended_at, counted_to_at from bounded_pieces where next_started_at is null and ended_at < counted_to_at
    union all
    select clocks.number, clocks.submitted_at, clocks.counted_to_at
    from clocks
    inner join told_requests on clocks.number = told_requests.number
    left join held_pieces on clocks.number = held_pieces.number
    where held_pieces.number is null
),

pieces as (
    select number, started_at, ended_at, source, field, value, coalesce(phase, 'not mapped') as phase, party, pause_reason, is_unended from held_pieces
    union all
    select number, started_at, ended_at, null, null, null, 'not recorded', null, null, false from gaps
),

-- Neighbours that say the same are one piece.
marked_pieces as (
    select
        *,
        case
            when
                lag(phase) over (partition by number order by started_at) is not distinct from phase
                and lag(party) over (partition by number order by started_at) is not distinct from party
                and lag(pause_reason) over (partition by number order by started_at) is not distinct from pause_reason
                and lag(value) over (partition by number order by started_at) is not distinct from value
                then 0
            else 1
        end as is_new
    from pieces
),

numbered_pieces as (
    select *, sum(is_new) over (partition by number order by started_at rows between unbounded preceding and current row) as position from marked_pieces
),

whole_pieces as (
    select
        number,
        position,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        min(value) as to_state,
        min(phase) as phase,
        min(party) as party,
        min(pause_reason) as pause_reason,
        min_by(source, started_at) as source,
        min_by(field, started_at) as field,
        max_by(is_unended, started_at) as is_unended
    from numbered_pieces
    group by number, position
),

dated_pieces as (
    select
        whole_pieces.*,
        local_date(whole_pieces.started_at, clocks.zone) as started_on,
        local_date(whole_pieces.ended_at, clocks.zone) as ended_on,
        clocks.counted_to_on,
        clocks.clock_start_on,
        clocks.is_running,
        whole_pieces.ended_at = clocks.counted_to_at as is_last,
        lag(whole_pieces.to_state) over (partition by whole_pieces.number order by whole_pieces.position) as from_state,
        lag(whole_pieces.is_unended) over (partition by whole_pieces.number order by whole_pieces.position) as is_unended_before,
        lead(whole_pieces.phase) over (partition by whole_pieces.number order by whole_pieces.position) as next_phase,
        lead(whole_pieces.ended_at) over (partition by whole_pieces.number order by whole_pieces.position) = clocks.counted_to_at as is_next_last
    from whole_pieces
    inner join clocks on whole_pieces.number = clocks.number
),

-- What held when its source was last heard of is the current piece, also where nothing is recorded since.
-- A clock that started before the submission: those days belong to the first piece.
clocked_pieces as (
    select
        *,
        is_running and case
            when is_last then not (phase = 'not recorded' and coalesce(is_unended_before, false))
            else is_unended and coalesce(is_next_last and next_phase = 'not recorded', false)
        end as is_current,
        case when position = 1 and clock_start_on < started_on then clock_start_on else greatest(clock_start_on, started_on) end as clock_from_on
    from dated_pieces
),

-- Spans that meet add up: a handover on a closed day gives the next business day to the later one; only the end of the whole counts a closed day.
counted_pieces as (
    select
        pieces.*,
        starts.floor_ord as start_ord,
        case when pieces.ended_on = pieces.counted_to_on and pieces.started_on < pieces.ended_on then ends.ceil_ord else ends.floor_ord end as end_ord,
        clock_starts.floor_ord as clock_start_ord,
        case when pieces.ended_on = pieces.counted_to_on then ends.ceil_ord else ends.floor_ord end as clock_end_ord
    from clocked_pieces as pieces
    inner join days as starts on pieces.started_on = starts.on_date
    inner join days as ends on pieces.ended_on = ends.on_date
    left join days as clock_starts on pieces.clock_from_on = clock_starts.on_date
),

request_intervals as (
    select
        number,
        cast(position as integer) as position,
        started_at,
        ended_at,
        started_on,
        ended_on,
        from_state,
        to_state,
        phase,
        party,
        pause_reason,
        end_ord - start_ord as business_days,
        case when clock_start_on is not null and clock_from_on < ended_on then clock_end_ord - clock_start_ord else 0 end as clock_business_days,
        is_current,
        source,
        field
    from counted_pieces
)

select * from request_intervals
order by number, position
