-- One row per request and name it asks for; names in lower case ASCII.
with requests as (
    select number, common_name from records.requests
),

request_texts as (
    select number, subject_alternative_names from records.request_texts
),

name_lists as (
    select * from texts.name_lists
),

asked_names as (
    select requests.number, name_lists.name, name_lists.is_valid, name_lists.authorised_root, true as is_common_name
    from requests
    inner join name_lists on requests.common_name = name_lists.text
    union all
    select request_texts.number, name_lists.name, name_lists.is_valid, name_lists.authorised_root, false
    from request_texts
    inner join name_lists on request_texts.subject_alternative_names = name_lists.text
),

request_names as (
    select
        number,
        name,
        count(*) filter (where is_valid) > 0 as is_valid,
        count(*) filter (where is_common_name) > 0 as is_common_name,
        count(*) filter (where not is_common_name) > 0 as is_alternative_name,
        count(*) filter (where authorised_root is not null) > 0 as is_inside_roots
    from asked_names
    group by number, name
)

select * from request_names
