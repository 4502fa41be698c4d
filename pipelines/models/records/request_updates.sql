-- One row per distinct update of a request in an export that holds every update of it: the state it then had. Times UTC.
with versions as (
    select export_id, number, state_label, updated_at, update_sequence from staging.requests where not is_quarantined and updated_at is not null
),

params as (
    select as_of_at from run.params
),

exports as (
    select export_id, source from run.exports
),

sources as (
    select source from texts.transition_sources
),

request_updates as (
    select distinct
        versions.number,
        exports.source,
        coalesce(versions.state_label, '') as state_label,
        versions.updated_at,
        versions.update_sequence
    from versions
    inner join exports on versions.export_id = exports.export_id
    inner join sources on exports.source = sources.source
    cross join params
    where versions.updated_at <= params.as_of_at
)

select * from request_updates
