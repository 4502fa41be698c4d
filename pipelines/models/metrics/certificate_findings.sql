-- One row per certificate and thing to look at.
with findings as (
    select * from facts.certificate_findings
)

select * from findings
order by certificate, finding, detail
