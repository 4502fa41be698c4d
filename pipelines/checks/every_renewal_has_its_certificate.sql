-- The certificate that a renewal is about is among those held, where certificates are loaded at all.
-- warns
select outcomes.number, outcomes.common_name
from snapshot.main.slo_outcomes as outcomes
inner join policy.options as options on outcomes.service_option = options.service_option
left join snapshot.main.certificate_links as certificate_links on outcomes.number = certificate_links.number and certificate_links.role = 'renews'
where options.is_renewal and certificate_links.number is null and exists (select 1 from snapshot.main.certificates)
