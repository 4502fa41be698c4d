-- One row per certificate: the name it is called by, how many names it holds, and the department they belong to.
with certificates as (
    select certificate, exported_department, common_name_text from joined.certificates
),

held_names as (
    select * from joined.certificate_names
),

ranked_names as (
    select
        certificate,
        name,
        department,
        count(*) over (partition by certificate) as name_count,
        row_number() over (partition by certificate order by case when is_common_name then 0 else 1 end, name) as position
    from held_names
),

name_summaries as (
    select
        certificates.certificate,
        coalesce(ranked_names.name, certificates.common_name_text) as common_name,
        coalesce(ranked_names.name_count, 0) as name_count,
        coalesce(ranked_names.department, certificates.exported_department) as department
    from certificates
    left join ranked_names on certificates.certificate = ranked_names.certificate and ranked_names.position = 1
)

select * from name_summaries
