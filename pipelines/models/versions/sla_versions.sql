-- One row per readable row of an export of other systems' clocks: its rank among the versions of the clocks of one start, and what became of it. Times UTC.
with rows_of_clocks as (
    select * from staging.slas where problem is null
),

params as (
    select as_of_at from run.params
),

-- A start is the same within its minute: a spreadsheet drops the seconds.
ranked_rows as (
    select
        *,
        first_value(export_id) over (
            partition by number, sla, date_trunc('minute', started_at)
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                cells desc,
                export_id,
                row_number
        ) as winning_export_id,
        row_number() over (partition by export_id, number, sla, date_trunc('minute', started_at), cells order by row_number) as repetition
    from rows_of_clocks
),

-- Rows of one export are never versions of each other: a clock that was attached again may have the start of the one before. Pages of an export overlap.
-- What happens later than as_of has not happened: such an end leaves the clock running, and a later version knows of a miss only by its deadline.
versions as (
    select
        ranked_rows.number,
        ranked_rows.sla,
        ranked_rows.export_id,
        ranked_rows.row_number,
        ranked_rows.version_at,
        ranked_rows.is_left_out,
        case when ranked_rows.ended_at > params.as_of_at then 'in_progress' else ranked_rows.stage end as stage,
        case
            when ranked_rows.verdict is null or not coalesce(ranked_rows.ended_at > params.as_of_at, ranked_rows.is_later) then ranked_rows.verdict
            when ranked_rows.verdict <> 'missed' then 'open'
            when ranked_rows.planned_end_at is null then null
            when ranked_rows.planned_end_at <= params.as_of_at then 'missed'
            else 'open'
        end as verdict,
        ranked_rows.started_at,
        ranked_rows.planned_end_at,
        case when ranked_rows.ended_at <= params.as_of_at then ranked_rows.ended_at end as ended_at,
        ranked_rows.is_end_unknown,
        ranked_rows.pause_seconds,
        ranked_rows.business_pause_seconds,
        ranked_rows.schedule,
        least(coalesce(ranked_rows.newest_event_at, params.as_of_at), params.as_of_at) as known_at,
        case
            when ranked_rows.started_at > params.as_of_at then 'later'
            when ranked_rows.export_id = ranked_rows.winning_export_id and ranked_rows.repetition = 1 then 'accepted'
            when ranked_rows.is_later then 'later'
            else 'superseded'
        end as disposition
    from ranked_rows
    cross join params
)

select * from versions
