-- One row per request and certificate that belong together, with the rule that says so and how sure it is.
with certificate_links as (
    select number, certificate, role, rule, confidence from links.certificate_links where not is_as_exported
)

select * from certificate_links
order by number, role, certificate
