-- One row per request, name it asks for and whether as common or as alternative name; names in lower case ASCII.
with requests as (
    select number, common_name from corrected.requests
),

request_texts as (
    select number, subject_alternative_names from records.request_texts
),

name_lists as (
    select * from texts.name_lists
),

request_names as (
    select requests.number, name_lists.name, name_lists.is_valid, name_lists.authorised_root is not null as is_inside_roots, true as is_common_name
    from requests
    inner join name_lists on requests.common_name = name_lists.text
    union all
    select request_texts.number, name_lists.name, name_lists.is_valid, name_lists.authorised_root is not null, false
    from request_texts
    inner join name_lists on request_texts.subject_alternative_names = name_lists.text
)

select * from request_names
