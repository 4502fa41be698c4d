-- One row per request and calendar day from its submission to its end or due date: whether the clock of the policy counted it, and why not.
with spans as (
    select * from facts.ledger_spans
),

days as (
    select * from facts.ledger_days
),

pieces as (
    select number, position, started_on, ended_on, phase, party from facts.request_intervals
),

pauses as (
    select number, started_on, ended_on, reason, credited_business_days > 0 as is_credited from facts.clock_pauses
),

-- A stop on a closed day counts as the next business day, so that closing on the Saturday after a Friday's due date is late.
counted_days as (
    select
        spans.*,
        days.on_date,
        days.is_business_day,
        days.closure_name,
        coalesce(days.on_date > spans.start_on, false) and days.on_date <= spans.counted_to_on
        and (days.is_business_day or days.on_date = spans.counted_to_on) as is_counted
    from spans
    inner join days on spans.first_on <= days.on_date and days.on_date <= spans.last_on
),

-- A day belongs to the phase in which it began, so that the days of the phases add up.
explained_days as (
    select
        counted_days.*,
        pieces.phase,
        pieces.party,
        pauses.reason as pause_reason,
        coalesce(pauses.is_credited, false) and counted_days.is_business_day as is_taken_off,
        case
            when on_date < start_on then 'before_start'
            when on_date = start_on then 'day_zero'
            when on_date > counted_to_on and stop_on is null then 'ahead'
            when on_date > counted_to_on then 'after_stop'
            when start_on is null then 'not_started'
            when is_counted then 'counted'
            when closure_name is not null then 'closure'
            else 'weekend'
        end as day_kind
    from counted_days
    left join pieces
        on counted_days.number = pieces.number and counted_days.on_date <= pieces.ended_on
        and (pieces.started_on < counted_days.on_date or (pieces.position = 1 and counted_days.on_date <= pieces.started_on))
    left join pauses
        on counted_days.number = pauses.number and pauses.started_on < counted_days.on_date and counted_days.on_date <= pauses.ended_on
),

clock_ledger as (
    select
        number,
        on_date,
        day_kind,
        case when is_counted then 1 else 0 end as counted_days,
        cast(sum(case when is_counted then 1 else 0 end) over (
            partition by number order by on_date rows between unbounded preceding and current row
        ) as integer) as running_days,
        case
            when day_kind = 'before_start' then 'the clock had not started'
            when day_kind = 'day_zero' then 'day 0: the clock started'
            when day_kind = 'ahead' then 'still ahead'
            when day_kind = 'after_stop' then 'the clock had stopped'
            when day_kind = 'not_started' then 'the clock has not started'
            when day_kind = 'closure' then 'closure: ' || closure_name
            when day_kind = 'weekend' then 'weekend'
            when not is_business_day then 'no business day, counted as the next one'
            when on_date > due_on then 'business day after the due date'
            else 'business day'
        end as reason,
        closure_name,
        phase,
        party,
        pause_reason,
        case when is_taken_off then 1 else 0 end as paused_days,
        coalesce(on_date = due_on, false) as is_due_day,
        coalesce(on_date = stop_on, false) as is_stop_day
    from explained_days
)

select * from clock_ledger
