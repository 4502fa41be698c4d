-- One row per request that says anything about its certificate beside the common name: texts as the exports know them at as_of.
with versions as (
    select export_id, row_number, number, version_rank, disposition from versions.request_versions
),

-- `tie_break` is filled for exactly the requests with several rows.
repeated_rows as (
    select export_id, row_number, is_later from staging.requests where tie_break is not null
),

texts as (
    select * from staging.request_texts
),

column_sets as (
    select column_set_id, column_names from run.column_sets
),

exports as (
    select export_id, column_set_id from run.exports
),

single_texts as (
    select
        versions.number,
        texts.subject_alternative_names,
        texts.contacts,
        texts.csr,
        texts.security_approval,
        texts.order_number,
        texts.serial
    from texts
    inner join versions on texts.export_id = versions.export_id and texts.row_number = versions.row_number
    left join repeated_rows on texts.export_id = repeated_rows.export_id and texts.row_number = repeated_rows.row_number
    where versions.disposition = 'accepted' and repeated_rows.row_number is null
),

-- Of several versions those known at as_of count; where there is none, the one that is used in their stead.
known_versions as (
    select versions.export_id, versions.row_number, versions.number, versions.version_rank, column_sets.column_names
    from versions
    inner join repeated_rows on versions.export_id = repeated_rows.export_id and versions.row_number = repeated_rows.row_number
    inner join exports on versions.export_id = exports.export_id
    inner join column_sets on exports.column_set_id = column_sets.column_set_id
    where not repeated_rows.is_later or versions.version_rank = 1
),

-- A column that the winning export does not have comes from the next version that has it; present but empty stays empty.
merged_texts as (
    select
        known_versions.number,
        min_by(coalesce(texts.subject_alternative_names, ''), known_versions.version_rank)
            filter (where known_versions.column_names like '%,subject_alternative_names,%') as subject_alternative_names,
        min_by(coalesce(texts.contacts, ''), known_versions.version_rank) filter (where known_versions.column_names like '%,contacts,%') as contacts,
        min_by(coalesce(texts.csr, ''), known_versions.version_rank) filter (where known_versions.column_names like '%,csr,%') as csr,
        min_by(coalesce(texts.security_approval, ''), known_versions.version_rank)
            filter (where known_versions.column_names like '%,security_approval,%') as security_approval,
        min_by(coalesce(texts.order_number, ''), known_versions.version_rank) filter (where known_versions.column_names like '%,order_number,%') as order_number,
        min_by(coalesce(texts.serial, ''), known_versions.version_rank) filter (where known_versions.column_names like '%,serial_number,%') as serial
    from known_versions
    left join texts on known_versions.export_id = texts.export_id and known_versions.row_number = texts.row_number
    group by known_versions.number
),

all_texts as (
    select * from single_texts
    union all
    select * from merged_texts
),

request_texts as (
    select
        number,
        nullif(subject_alternative_names, '') as subject_alternative_names,
        nullif(contacts, '') as contacts,
        nullif(csr, '') as csr,
        nullif(security_approval, '') as security_approval,
        nullif(order_number, '') as order_number,
        nullif(serial, '') as serial
    from all_texts
)

select * from request_texts
