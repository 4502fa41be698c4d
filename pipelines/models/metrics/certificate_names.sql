-- One row per certificate and name it holds.
with held_names as (
    select certificate, name, is_common_name, is_wildcard, authorised_root, department, is_valid from joined.certificate_names
)

select * from held_names
order by certificate, name
