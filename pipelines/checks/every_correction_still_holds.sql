-- What a correction, exclusion or confirmation expects is what the exports still say, of a request or certificate that they have.
-- blocks
with judged_corrections as (
    select
        corrections.*,
        -- Time alone makes an open request overdue, and takes nothing from the reason to exclude it.
        corrections.kind = 'exclusion' and corrections.expected_value = 'open' and coalesce(exported.is_open_overdue, false) as is_open_as_expected,
        case
            when corrections.kind <> 'certificate' and requests.number is null then 'no such request'
            when corrections.kind <> 'certificate' and corrections.exported_outcome is null then 'a part of its parent'
            when corrections.kind = 'certificate' and certificates.certificate is null then 'no such certificate'
            when corrections.kind = 'certificate' and corrections.exported_value is null then 'not possibly superseded'
            when corrections.kind = 'certificate' and coalesce(successors.certificate, corrections.certificate) = corrections.certificate
                then 'no other certificate ' || corrections.value
        end as problem
    from snapshot.main.corrections as corrections
    left join records.requests as requests on corrections.number = requests.number
    left join facts.request_clocks as exported on corrections.number = exported.number and exported.clock_basis = 'as_exported'
    left join snapshot.main.certificates as certificates on corrections.certificate = certificates.certificate
    left join snapshot.main.certificates as successors on certificates.superseded_by = successors.certificate
    where corrections.is_applied
)

select
    correction_id as id,
    coalesce(number, certificate) as number,
    coalesce(field, 'outcome') as field,
    coalesce(expected_value, 'nothing') as expected,
    coalesce(problem, exported_value, 'nothing') as found
from judged_corrections
where problem is not null or (expected_value is distinct from exported_value and not is_open_as_expected)
order by correction_id
