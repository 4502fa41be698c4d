-- One row per readable row of an approval export: its rank among the versions of one approver's answer, and what became of it.
with rows_of_approvers as (
    select * from staging.approvals where problem is null
),

ranked_rows as (
    select
        number,
        approver,
        approval,
        export_id,
        row_number,
        version_at,
        is_later,
        row_number() over (
            partition by number, approver
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                cells desc,
                export_id,
                row_number
        ) as version_rank
    from rows_of_approvers
),

-- An answer given later than as_of is not yet given.
versions as (
    select
        number,
        export_id,
        row_number,
        version_at,
        case when is_later then 'requested' else approval end as approval,
        case when version_rank = 1 then 'accepted' when is_later then 'later' else 'superseded' end as disposition
    from ranked_rows
)

select * from versions
