-- One row per readable row of a certificate export whose record is known at as_of: where a certificate comes from.
with versions as (
    select * from versions.certificate_versions
),

records as (
    select certificate, export_id, row_number, source from records.certificate_records
),

record_keys as (
    select records.certificate, versions.source, versions.record_key
    from records
    inner join versions on records.export_id = versions.export_id and records.row_number = versions.row_number
),

exports as (
    select export_id, name from run.exports
),

certificate_versions as (
    select record_keys.certificate, exports.name as export, versions.row_number, versions.version_at, versions.disposition
    from versions
    inner join record_keys on versions.source = record_keys.source and versions.record_key = record_keys.record_key
    inner join exports on versions.export_id = exports.export_id
)

select * from certificate_versions
order by certificate, version_at nulls last, export, row_number
