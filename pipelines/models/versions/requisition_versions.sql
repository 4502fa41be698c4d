-- One row per readable row of a requisition export: its rank among the versions of the requisition, and what became of it.
with rows_of_requisitions as (
    select * from staging.requisitions where problem is null
),

params as (
    select as_of_at from run.params
),

ranked_rows as (
    select
        *,
        row_number() over (
            partition by number
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                case when is_later then -update_sequence else update_sequence end desc,
                cells desc,
                export_id,
                row_number
        ) as version_rank
    from rows_of_requisitions
),

versions as (
    select
        ranked_rows.number,
        ranked_rows.export_id,
        ranked_rows.row_number,
        ranked_rows.version_at,
        case
            when ranked_rows.approval in ('approved', 'rejected') and ranked_rows.approved_at > params.as_of_at then 'requested'
            else ranked_rows.approval
        end as approval,
        case when ranked_rows.approved_at <= params.as_of_at then ranked_rows.approved_at end as approved_at,
        case when ranked_rows.approved_at <= params.as_of_at then ranked_rows.approved_on end as approved_on,
        ranked_rows.requested_completion_on,
        case when ranked_rows.version_rank = 1 then 'accepted' when ranked_rows.is_later then 'later' else 'superseded' end as disposition
    from ranked_rows
    cross join params
)

select * from versions
