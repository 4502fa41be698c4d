-- One row per readable row of a certificate export: its rank among the versions of its record in that source, and what became of it.
with readable_rows as (
    select * from staging.certificates where problem is null
),

-- An order that had no serial number yet is the record that has it now.
issued_orders as (
    select source, order_number, min(record_key) as record_key
    from readable_rows
    where serial <> '' and order_number is not null and certificate_id is null
    group by source, order_number
    having min(record_key) = max(record_key)
),

rows_of_records as (
    select
        readable_rows.source,
        coalesce(issued_orders.record_key, readable_rows.record_key) as record_key,
        readable_rows.export_id,
        readable_rows.row_number,
        readable_rows.version_at,
        readable_rows.is_later,
        readable_rows.issued_at,
        readable_rows.not_before_at,
        readable_rows.requested_at,
        readable_rows.cells
    from readable_rows
    left join issued_orders
        on readable_rows.source = issued_orders.source
        and readable_rows.order_number = issued_orders.order_number
        and readable_rows.serial = ''
        and readable_rows.certificate_id is null
),

params as (
    select as_of_at from run.params
),

-- Rank 1 is the version known at as_of: the newest not later than it, else the oldest of the later ones. An export without events is always known.
ranked_rows as (
    select
        source,
        record_key,
        export_id,
        row_number,
        version_at,
        is_later,
        coalesce(issued_at, not_before_at, requested_at) as exists_from_at,
        row_number() over (
            partition by source, record_key
            order by
                is_later,
                case when not is_later then version_at end desc nulls last,
                case when is_later then version_at end nulls last,
                cells desc,
                export_id,
                row_number
        ) as version_rank
    from rows_of_records
),

versions as (
    select
        ranked_rows.source,
        ranked_rows.record_key,
        ranked_rows.export_id,
        ranked_rows.row_number,
        ranked_rows.version_at,
        ranked_rows.version_rank,
        case
            when ranked_rows.exists_from_at > params.as_of_at then 'later'
            when ranked_rows.version_rank = 1 then 'accepted'
            when ranked_rows.is_later then 'later'
            else 'superseded'
        end as disposition
    from ranked_rows
    cross join params
)

select * from versions
