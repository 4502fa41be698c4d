-- One row per request that has a certificate to be made (all but inquiries): what the checks of its readiness need to know.
with params as (
    select lead_min_days, lead_max_days from run.params
),

options as (
    select service_option, is_renewal from policy.options
),

names as (
    select
        number,
        count(*) as name_count,
        count(*) filter (where is_common_name) as common_name_count,
        count(*) filter (where is_common_name and is_valid) as valid_common_name_count,
        count(*) filter (where not is_common_name) as alternative_name_count,
        count(*) filter (where not is_common_name and not is_valid) as invalid_alternative_name_count,
        min(name) filter (where not is_common_name and not is_valid) as first_invalid_name,
        count(*) filter (where not is_inside_roots) as outside_name_count,
        min(name) filter (where not is_inside_roots) as first_outside_name,
        min(name) filter (where is_common_name) as first_common_name,
        min(name) filter (where name like '*.%') as first_wildcard
    from joined.request_names
    group by number
),

request_texts as (
    select * from records.request_texts
),

contact_lists as (
    select
        contact_lists.text,
        count(*) as contact_count,
        count(*) filter (where distribution_lists.address is not null) as list_count
    from texts.contact_lists as contact_lists
    left join policy.distribution_lists as distribution_lists on contact_lists.address = lower(distribution_lists.address)
    group by contact_lists.text
),

signing_requests as (
    select * from texts.signing_requests
),

-- Names of a signing request that were not asked for, and names asked for that it lacks.
signing_request_names as (
    select request_texts.number, signing_names.name
    from request_texts
    inner join texts.signing_request_names as signing_names on request_texts.csr = signing_names.text
),

unasked_names as (
    select signing_request_names.number, count(*) as unasked_count, min(signing_request_names.name) as first_unasked
    from signing_request_names
    left join joined.request_names as asked on signing_request_names.number = asked.number and signing_request_names.name = asked.name
    where asked.name is null
    group by signing_request_names.number
),

missing_names as (
    select asked.number, count(*) as missing_count, min(asked.name) as first_missing
    from joined.request_names as asked
    inner join (select number from signing_request_names group by number) as signed on asked.number = signed.number
    left join signing_request_names on asked.number = signing_request_names.number and asked.name = signing_request_names.name
    where signing_request_names.name is null
    group by asked.number
),

-- Exports that say nothing at all of certificates are of another service.
told as (
    select count(*) as name_count from names
),

request_checks as (
    select
        requests.number,
        coalesce(options.is_renewal, false) as is_renewal,
        coalesce(not options.is_renewal, false) as is_new,
        requests.submitted_on,
        coalesce(names.name_count, 0) as name_count,
        coalesce(names.common_name_count, 0) as common_name_count,
        coalesce(names.valid_common_name_count, 0) as valid_common_name_count,
        names.first_common_name,
        coalesce(names.alternative_name_count, 0) as alternative_name_count,
        coalesce(names.invalid_alternative_name_count, 0) as invalid_alternative_name_count,
        names.first_invalid_name,
        coalesce(names.outside_name_count, 0) as outside_name_count,
        names.first_outside_name,
        names.first_wildcard,
        coalesce(contact_lists.contact_count, 0) as contact_count,
        coalesce(contact_lists.list_count, 0) as list_count,
        request_texts.csr is not null as has_csr,
        -- An answer that says yes, or gives the number of the approval and does not say no.
        coalesce(
            lower(request_texts.security_approval) in ('yes', 'approved', 'true')
            or (
                has_digit(request_texts.security_approval)
                and lower(request_texts.security_approval) not like '%den%'
                and lower(request_texts.security_approval) not like '%reject%'
                and lower(request_texts.security_approval) not like '%pending%'
                and lower(request_texts.security_approval) not like 'no %'
                and lower(request_texts.security_approval) not like '%not %'
            ),
            false
        ) as is_approved_by_security,
        signing_requests.has_parsed,
        signing_requests.problem,
        signing_requests.signature,
        signing_requests.is_key_accepted,
        signing_requests.key_words,
        signing_requests.common_name as signing_common_name,
        unasked_names.unasked_count,
        unasked_names.first_unasked,
        missing_names.missing_count,
        missing_names.first_missing,
        params.lead_min_days,
        params.lead_max_days
    from corrected.requests as requests
    cross join params
    left join options on requests.service_option = options.service_option
    left join names on requests.number = names.number
    left join request_texts on requests.number = request_texts.number
    left join contact_lists on request_texts.contacts = contact_lists.text
    left join signing_requests on request_texts.csr = signing_requests.text
    left join unasked_names on requests.number = unasked_names.number
    left join missing_names on requests.number = missing_names.number
    cross join told
    where requests.service_option <> 'inquiry' and told.name_count > 0
)

select * from request_checks
