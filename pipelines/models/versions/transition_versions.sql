-- One row per readable row of a transition export: what it says, its rank among the versions of the same transition, and what became of it. Times UTC.
with rows_of_transitions as (
    select * from staging.transitions where problem is null
),

-- Of one identifier, or of the same value of the same field from the same minute on, the newest export that has it counts: it may know the end or the new
-- name, and a spreadsheet drops the seconds. Rows of one export are different transitions, unless they are the same to the second.
keyed_rows as (
    select
        *,
        case when transition_id = '' then field end as key_field,
        case when transition_id = '' then value end as key_value,
        case when transition_id = '' then date_trunc('minute', started_at) end as key_minute
    from rows_of_transitions
),

ordered_rows as (
    select
        *,
        row_number() over (
            partition by number, source, transition_id, key_field, key_value, key_minute
            order by
                is_not_yet,
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                update_sequence desc,
                cells desc,
                export_id,
                row_number
        ) as position
    from keyed_rows
),

ranked_rows as (
    select
        *,
        first_value(export_id) over (partition by number, source, transition_id, key_field, key_value, key_minute order by position) as newest_export_id,
        row_number() over (
            partition by number, source, transition_id, key_field, key_value, key_minute, export_id, case when transition_id = '' then started_at end
            order by position
        ) as version_rank
    from ordered_rows
),

versions as (
    select
        export_id,
        row_number,
        number,
        source,
        field,
        value,
        previous_value,
        started_at,
        ended_at,
        update_sequence,
        case when is_not_yet then 'later' when version_rank = 1 and export_id = newest_export_id then 'accepted' else 'superseded' end as disposition
    from ranked_rows
)

select * from versions
