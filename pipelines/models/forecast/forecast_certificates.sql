-- One row per certificate that will be renewed, is being renewed, or has ended: its option, its life, what covers it, whether another followed. Dates local.
with params as (
    select * from run.params
),

options as (
    select service_option, position, is_renewal, includes_installation from policy.options
),

-- A new certificate is renewed under the renewal option with the same installation.
renewing_options as (
    select
        options.service_option,
        renewals.service_option as renewed_as,
        row_number() over (partition by options.service_option order by renewals.position) as place
    from options
    inner join options as renewals
        on renewals.is_renewal
        and (
            options.service_option = renewals.service_option
            or (not options.is_renewal and options.service_option <> 'inquiry' and options.includes_installation = renewals.includes_installation)
        )
),

linked_options as (
    select
        certificate_links.certificate,
        renewing_options.renewed_as,
        row_number() over (partition by certificate_links.certificate order by requests.submitted_at desc, requests.number desc) as position
    from links.certificate_links as certificate_links
    inner join corrected.requests as requests on certificate_links.number = requests.number
    inner join renewing_options on requests.service_option = renewing_options.service_option and renewing_options.place = 1
    where not certificate_links.is_as_exported
),

exposure as (
    select certificate, covering_number, covering_due_on from metrics.renewal_exposure where covering_number is not null
),

issued as (
    select certificate, holding, coalesce(organisation, '') as organisation, issued_at, issued_on, expires_on
    from joined.certificates
    where is_issued and status <> 'revoked'
),

-- How far an inventory reaches: a successor that is not in it yet is no lapse.
inventories as (
    select holding, max(issued_on) as newest_issued_on from issued group by holding
),

newest_by_name as (
    select
        issued.holding,
        issued.organisation,
        held_names.name,
        max(issued.issued_at) as newest_issued_at,
        max(issued.issued_on) as newest_issued_on,
        max(issued.expires_on) as newest_expires_on
    from joined.certificate_names as held_names
    inner join issued on held_names.certificate = issued.certificate
    group by issued.holding, issued.organisation, held_names.name
),

-- Replaced in its time, whether or not the successor is still there: every name was issued again.
succeeded as (
    select issued.certificate
    from issued
    cross join params
    inner join joined.certificate_names as held_names on issued.certificate = held_names.certificate
    inner join newest_by_name as newest
        on issued.holding = newest.holding and issued.organisation = newest.organisation and held_names.name = newest.name
    group by issued.certificate
    having
        count(*) = count(*) filter (
            where
            newest.newest_issued_at > issued.issued_at
            and newest.newest_expires_on > issued.expires_on
            and newest.newest_issued_on >= add_days(issued.expires_on, -params.successor_overlap_days)
        )
),

standings as (
    select
        certificates.certificate,
        certificates.common_name,
        certificates.department,
        certificates.issued_on,
        certificates.expires_on,
        certificates.validity_days,
        certificates.is_superseded or succeeded.certificate is not null as is_renewed,
        exposure.covering_number,
        exposure.covering_due_on,
        case
            when certificates.status not in ('issued', 'expired', 'replaced', 'unmanaged', 'external') then 'other'
            when certificates.is_delegated then 'delegated'
            when exposure.covering_number is not null then 'covered'
            when certificates.is_active and not certificates.is_superseded then 'active'
            when certificates.status = 'replaced' or certificates.expires_on <= add_days(inventories.newest_issued_on, -params.expired_days) then 'ended'
            when certificates.expires_on < params.as_of_on then 'ended_lately'
            when certificates.expires_on is null then 'undated'
            else 'other'
        end as standing
    from metrics.certificates as certificates
    cross join params
    left join exposure on certificates.certificate = exposure.certificate
    left join succeeded on certificates.certificate = succeeded.certificate
    left join inventories on certificates.holding = inventories.holding
),

forecast_certificates as (
    select
        standings.certificate,
        standings.common_name,
        standings.department,
        coalesce(linked_options.renewed_as, 'unclassified') as service_option,
        standings.standing,
        standings.issued_on,
        standings.expires_on,
        case when standings.validity_days > 0 then standings.validity_days end as validity_days,
        standings.is_renewed,
        standings.covering_number,
        standings.covering_due_on
    from standings
    left join linked_options on standings.certificate = linked_options.certificate and linked_options.position = 1
    where standings.standing <> 'other'
)

select * from forecast_certificates
order by standing, expires_on, certificate
