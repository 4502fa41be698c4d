-- One row per export, withdrawn ones included (they contribute nothing): what became of its rows.
with exports as (
    select * from run.exports
),

versions as (
    select export_id, disposition from versions.request_versions
    union all
    select export_id, disposition from versions.certificate_versions
    union all
    select export_id, disposition from versions.approval_versions
    union all
    select export_id, disposition from versions.requisition_versions
    union all
    select export_id, disposition from versions.sla_versions
    union all
    select export_id, disposition from versions.transition_versions
),

dispositions as (
    select
        export_id,
        count(*) filter (where disposition = 'accepted') as accepted_count,
        count(*) filter (where disposition = 'superseded') as superseded_count,
        count(*) filter (where disposition = 'later') as later_count
    from versions
    group by export_id
),

quarantined_rows as (
    select export_id, row_number from records.quarantine group by export_id, row_number
),

rejections as (
    select export_id, count(*) as quarantined_count from quarantined_rows group by export_id
),

counted_exports as (
    select
        exports.name,
        exports.sha256,
        exports.source,
        exports.row_count,
        coalesce(dispositions.accepted_count, 0) as accepted_count,
        coalesce(dispositions.superseded_count, 0) as superseded_count,
        coalesce(dispositions.later_count, 0) as later_count,
        coalesce(rejections.quarantined_count, 0) as quarantined_count,
        exports.timezone,
        exports.day_order,
        exports.newest_event_at,
        exports.is_withdrawn,
        exports.warnings,
        exports.kind
    from exports
    left join dispositions on exports.export_id = dispositions.export_id
    left join rejections on exports.export_id = rejections.export_id
)

select * from counted_exports
order by name, sha256
