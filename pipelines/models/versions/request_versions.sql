-- One row per readable row of a request export: its rank among the versions of its request, and what became of it.
with rows_of_requests as (
    select number, export_id, row_number, version_at, update_sequence, tie_break, is_later, submitted_at
    from staging.requests
    where not is_quarantined
),

params as (
    select as_of_at from run.params
),

-- Rank 1 is the version known at as_of: the newest not later than it, else the oldest of the later ones.
ranked_rows as (
    select
        number,
        export_id,
        row_number,
        version_at,
        submitted_at,
        is_later,
        row_number() over (
            partition by number
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                case when is_later then -update_sequence else update_sequence end desc,
                tie_break desc,
                export_id,
                row_number
        ) as version_rank
    from rows_of_requests
    where tie_break is not null
    union all
    select number, export_id, row_number, version_at, submitted_at, is_later, 1 as version_rank
    from rows_of_requests
    where tie_break is null
),

versions as (
    select
        ranked_rows.number,
        ranked_rows.export_id,
        ranked_rows.row_number,
        ranked_rows.version_at,
        ranked_rows.version_rank,
        case
            when ranked_rows.submitted_at > params.as_of_at then 'later'
            when ranked_rows.version_rank = 1 then 'accepted'
            when ranked_rows.is_later then 'later'
            else 'superseded'
        end as disposition
    from ranked_rows
    cross join params
)

select * from versions
