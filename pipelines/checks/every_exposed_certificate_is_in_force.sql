-- What is listed as expiring is in force, not superseded, and expires within the horizon or did within the days that the policy looks back.
-- blocks
select exposure.certificate, certificates.status, certificates.is_superseded, exposure.expires_on
from snapshot.main.renewal_exposure as exposure
cross join run.params as params
left join snapshot.main.certificates as certificates on exposure.certificate = certificates.certificate
where
    certificates.certificate is null
    or certificates.is_superseded
    or certificates.status in ('revoked', 'replaced')
    or (certificates.is_active and exposure.exposure_band = 'expired')
    or (not certificates.is_active and exposure.exposure_band <> 'expired')
    or exposure.expires_on not between add_days(params.as_of_on, -params.expired_days) and add_days(params.as_of_on, params.horizon_days)
