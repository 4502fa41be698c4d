-- One row per readable row of a transition export: what it says, its rank among the versions of the same transition, and what became of it. Times UTC.
with rows_of_transitions as (
    select * from staging.transitions where problem is null
),

-- The same value of the same field from the same instant on is the same transition; a newer export may know its end.
ranked_rows as (
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
        is_not_yet,
        row_number() over (
            partition by number, source, field, value, started_at, transition_id
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                update_sequence desc,
                cells desc,
                export_id,
                row_number
        ) as version_rank
    from rows_of_transitions
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
        case when is_not_yet then 'later' when version_rank = 1 then 'accepted' else 'superseded' end as disposition
    from ranked_rows
)

select * from versions
