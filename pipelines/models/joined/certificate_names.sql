-- One row per certificate and name it holds, over all sources that know it; names in lower case ASCII. An authority has none.
with records as (
    select certificate, common_name, subject_alternative_names, holding from records.certificate_records where record_kind <> 'authority'
),

name_lists as (
    select * from texts.name_lists
),

named_records as (
    select records.certificate, records.holding, name_lists.name, name_lists.is_valid, name_lists.authorised_root, name_lists.department, true as is_common_name
    from records
    inner join name_lists on records.common_name = name_lists.text
    union all
    select records.certificate, records.holding, name_lists.name, name_lists.is_valid, name_lists.authorised_root, name_lists.department, false
    from records
    inner join name_lists on records.subject_alternative_names = name_lists.text
),

certificate_names as (
    select
        certificate,
        name,
        count(*) filter (where is_common_name) > 0 as is_common_name,
        count(*) filter (where holding = 'file' and not is_common_name) > 0 as is_alternative_name_in_file,
        name like '*.%' as is_wildcard,
        max(authorised_root) as authorised_root,
        max(department) as department,
        count(*) filter (where is_valid) > 0 as is_valid
    from named_records
    group by certificate, name
)

select * from certificate_names
