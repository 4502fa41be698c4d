-- One row per readable row of a request export: where a request comes from.
with versions as (
    select * from versions.request_versions
),

exports as (
    select export_id, name from run.exports
),

request_versions as (
    select versions.number, exports.name as export, versions.row_number, versions.version_at, versions.disposition
    from versions
    inner join exports on versions.export_id = exports.export_id
)

select * from request_versions
