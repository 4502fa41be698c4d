-- One row per request and pause of its clock, overlapping ones merged: the business days it covers and those credited. Times UTC, dates local.
with clocks as (
    select
        request_clocks.number,
        request_clocks.clock_start_at,
        coalesce(request_clocks.stop_at, params.as_of_at) as counted_to_at,
        request_clocks.is_running,
        request_clocks.due_on,
        params.zone
    from facts.request_clocks as request_clocks
    inner join run.params as params on request_clocks.clock_basis = params.clock_basis
    where request_clocks.clock_start_at < coalesce(request_clocks.stop_at, params.as_of_at)
),

days as (
    select on_date, floor_ord from calendar.days
),

business_days as (
    select business_day_ord, on_date from calendar.business_days
),

-- Clipped to the time of the clock; an open one ends with it.
clipped_pauses as (
    select
        intervals.number,
        greatest(intervals.started_at, clocks.clock_start_at) as started_at,
        least(coalesce(intervals.ended_at, clocks.counted_to_at), clocks.counted_to_at) as ended_at,
        clocks.is_running and intervals.is_unended as is_open,
        intervals.pause_reason
    from joined.track_intervals as intervals
    inner join clocks on intervals.number = clocks.number
    where
        intervals.pause_reason is not null
        and intervals.started_at < clocks.counted_to_at
        and coalesce(intervals.ended_at > clocks.clock_start_at and intervals.ended_at > intervals.started_at, true)
),

followed_pauses as (
    select
        *,
        max(ended_at) over (
            partition by number order by started_at, ended_at, pause_reason rows between unbounded preceding and 1 preceding
        ) as ended_before_at
    from clipped_pauses
),

numbered_pauses as (
    select
        *,
        sum(case when started_at <= ended_before_at then 0 else 1 end) over (
            partition by number order by started_at, ended_at, pause_reason rows between unbounded preceding and current row
        ) as position
    from followed_pauses
),

named_pauses as (
    select
        *,
        first_value(pause_reason) over (partition by number, position order by started_at, ended_at, pause_reason) as first_reason
    from numbered_pauses
),

merged_pauses as (
    select
        number,
        position,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        count(*) filter (where is_open) > 0 as is_open,
        min(first_reason) as reason
    from named_pauses
    group by number, position
),

dated_pauses as (
    select
        merged_pauses.*,
        clocks.due_on,
        local_date(merged_pauses.started_at, clocks.zone) as started_on,
        local_date(merged_pauses.ended_at, clocks.zone) as ended_on
    from merged_pauses
    inner join clocks on merged_pauses.number = clocks.number
),

counted_pauses as (
    select
        dated_pauses.*,
        due_days.floor_ord as due_ord,
        case
            when seconds_between(dated_pauses.started_at, dated_pauses.ended_at) < 86400 then 0 else ends.floor_ord - starts.floor_ord
        end as business_days
    from dated_pauses
    inner join days as starts on dated_pauses.started_on = starts.on_date
    inner join days as ends on dated_pauses.ended_on = ends.on_date
    left join days as due_days on dated_pauses.due_on = due_days.on_date
),

summed_pauses as (
    select
        *,
        coalesce(
            sum(business_days) over (partition by number order by position rows between unbounded preceding and 1 preceding), 0
        ) as business_days_before
    from counted_pauses
),

-- One that begins after the due date as moved so far counts nothing, and then no later one can: they are in order.
judged_pauses as (
    select
        summed_pauses.*,
        case when summed_pauses.business_days_before = 0 then summed_pauses.due_on else moved_days.on_date end as due_before_on
    from summed_pauses
    left join business_days as moved_days on summed_pauses.due_ord + summed_pauses.business_days_before = moved_days.business_day_ord
),

clock_pauses as (
    select
        number,
        cast(position as integer) as position,
        started_at,
        ended_at,
        started_on,
        ended_on,
        reason,
        business_days,
        max(case when coalesce(started_on > due_before_on, true) then 1 else 0 end) over (
            partition by number order by position rows between unbounded preceding and current row
        ) = 0 as is_credited,
        is_open
    from judged_pauses
),

credited_pauses as (
    select
        number,
        position,
        started_at,
        ended_at,
        started_on,
        ended_on,
        reason,
        business_days,
        is_credited,
        case when is_credited then business_days else 0 end as credited_business_days,
        is_open
    from clock_pauses
)

select * from credited_pauses
order by number, position
