-- One row per request and certificate that belong together: `renews` is the certificate that was current at submission, `issued` the one that came of it.
-- Where declared corrections touch the request, once more as it is exported.
with params as (
    select as_of_at, as_of_on, zone from run.params
),

options as (
    select service_option, is_renewal from policy.options
),

request_texts as (
    select number, order_number, serial from records.request_texts
),

readings as (
    select number, false as is_as_exported, service_option, submitted_at, submitted_on, state, closed_at, closed_on from corrected.requests
    union all
    select number, true, service_option, submitted_at, submitted_on, state, closed_at, closed_on from corrected.exported_requests
),

requests as (
    select
        requests.number,
        requests.is_as_exported,
        requests.service_option,
        coalesce(options.is_renewal, false) as is_renewal,
        requests.submitted_at,
        requests.submitted_on,
        case
            when requests.state not in ('open', 'resolved') and requests.closed_at <= params.as_of_at then add_days(requests.closed_on, 1)
            else params.as_of_on
        end as issued_through_on
    from readings as requests
    cross join params
    left join options on requests.service_option = options.service_option
),

request_names as (
    select number, name, is_common_name from joined.request_names
),

certificates as (
    select certificates.certificate, order_number, serial_number, status, revoked_at, issued_at, issued_on, expires_on,
        -- A bare date of issue is that day from its beginning, so what was submitted that day came after it.
        case when issued_at = at_local_time(issued_on, 0, params.zone) then add_seconds(issued_at, -1) else issued_at end as compared_at
    from joined.certificates as certificates
    cross join params
    where is_issued and issued_at is not null
),

held_names as (
    select certificate, name from joined.certificate_names
),

-- Exact: the request gives the order or the serial number of a certificate.
named_certificates as (
    select request_texts.number, certificates.certificate, 'order_number' as rule, 1 as rule_rank
    from request_texts
    inner join certificates on request_texts.order_number = certificates.order_number
    union all
    select request_texts.number, certificates.certificate, 'serial_number', 2
    from request_texts
    inner join certificates on request_texts.serial = certificates.serial_number
),

exact_links as (
    select
        requests.number,
        requests.is_as_exported,
        named_certificates.certificate,
        named_certificates.rule,
        case when certificates.compared_at < requests.submitted_at then 'renews' else 'issued' end as role,
        row_number() over (
            partition by requests.number, requests.is_as_exported, certificates.compared_at < requests.submitted_at
            order by
                named_certificates.rule_rank,
                certificates.issued_at desc,
                length(certificates.serial_number) desc,
                certificates.serial_number desc,
                certificates.certificate
        ) as position
    from named_certificates
    inner join requests on named_certificates.number = requests.number
    inner join certificates on named_certificates.certificate = certificates.certificate
    where requests.service_option not in ('inquiry', 'unclassified') and (requests.is_renewal or certificates.compared_at >= requests.submitted_at)
),

-- Requests and the certificates that hold one of their names. Only then are days compared: of all requests with all certificates that takes long.
named_pairs as (
    select
        requests.number,
        requests.is_as_exported,
        requests.service_option,
        requests.is_renewal,
        requests.submitted_at,
        requests.submitted_on,
        requests.issued_through_on,
        request_names.name,
        request_names.is_common_name,
        held_names.certificate
    from requests
    inner join request_names on requests.number = request_names.number
    inner join held_names on request_names.name = held_names.name
),

-- By name: what was current at submission, the soonest to expire of what had not expired over 30 days before.
current_candidates as (
    select
        named_pairs.number,
        named_pairs.is_as_exported,
        certificates.certificate,
        named_pairs.name,
        named_pairs.is_common_name,
        row_number() over (
            partition by
                named_pairs.number, named_pairs.is_as_exported, named_pairs.is_common_name, case when named_pairs.is_common_name then named_pairs.name end
            order by certificates.expires_on, length(certificates.serial_number) desc, certificates.serial_number desc, certificates.certificate
        ) as position
    from named_pairs
    inner join certificates on named_pairs.certificate = certificates.certificate
    left join exact_links
        on named_pairs.number = exact_links.number and named_pairs.is_as_exported = exact_links.is_as_exported and exact_links.role = 'renews'
    where
        named_pairs.is_renewal
        and exact_links.number is null
        and not (certificates.status = 'revoked' and coalesce(certificates.revoked_at <= named_pairs.submitted_at, true))
        and certificates.compared_at < named_pairs.submitted_at
        and certificates.expires_on >= add_days(named_pairs.submitted_on, -30)
),

common_name_links as (
    select number, is_as_exported, certificate
    from current_candidates
    where is_common_name and position = 1
    group by number, is_as_exported, certificate
),

any_name_links as (
    select current_candidates.number, current_candidates.is_as_exported, current_candidates.certificate
    from current_candidates
    left join common_name_links
        on current_candidates.number = common_name_links.number and current_candidates.is_as_exported = common_name_links.is_as_exported
    where not current_candidates.is_common_name and current_candidates.position = 1 and common_name_links.number is null
),

renewed as (
    select number, is_as_exported, certificate, rule, 'exact' as confidence from exact_links where role = 'renews' and position = 1
    union all
    select number, is_as_exported, certificate, 'common_name', 'high' from common_name_links
    union all
    select number, is_as_exported, certificate, 'any_name', 'medium' from any_name_links
),

issued_candidates as (
    select
        named_pairs.number,
        named_pairs.is_as_exported,
        certificates.certificate,
        row_number() over (
            partition by named_pairs.number, named_pairs.is_as_exported, named_pairs.name
            order by certificates.issued_at, length(certificates.serial_number) desc, certificates.serial_number desc, certificates.certificate
        ) as position
    from named_pairs
    inner join certificates on named_pairs.certificate = certificates.certificate
    left join renewed
        on
            named_pairs.number = renewed.number
            and named_pairs.is_as_exported = renewed.is_as_exported
            and certificates.certificate = renewed.certificate
    left join exact_links
        on named_pairs.number = exact_links.number and named_pairs.is_as_exported = exact_links.is_as_exported and exact_links.role = 'issued'
    where
        named_pairs.is_common_name
        and named_pairs.service_option not in ('inquiry', 'unclassified')
        and exact_links.number is null
        and renewed.number is null
        and certificates.issued_on between named_pairs.submitted_on and named_pairs.issued_through_on
),

certificate_links as (
    select number, is_as_exported, certificate, 'renews' as role, rule, confidence from renewed
    union all
    select number, is_as_exported, certificate, 'issued', rule, 'exact' from exact_links where role = 'issued' and position = 1
    union all
    select number, is_as_exported, certificate, 'issued', 'common_name', 'medium'
    from issued_candidates
    where position = 1
    group by number, is_as_exported, certificate
)

select * from certificate_links
