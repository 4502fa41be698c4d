-- One row per certificate and thing to look at: what it is, the detail, and the rule behind it.
with params as (
    select * from run.params
),

certificates as (
    select * from joined.certificates
),

held_names as (
    select * from joined.certificate_names
),

records as (
    select * from records.certificate_records
),

successions as (
    select * from links.successions
),

domains as (
    select count(*) as root_count from policy.domains
),

validity as (
    select
        certificates.certificate,
        certificates.validity_days,
        limits.maximum_days,
        limits.issued_from,
        row_number() over (partition by certificates.certificate order by limits.issued_from desc) as position
    from certificates
    inner join policy.validity as limits on limits.issued_from <= certificates.issued_on
    where certificates.record_kind = 'certificate'
),

consoles as (
    select count(*) as record_count from records where holding = 'console'
),

outside_names as (
    select held_names.certificate, min(held_names.name) as first_name, count(*) as name_count
    from held_names
    where held_names.authorised_root is null
    group by held_names.certificate
),

unlisted_names as (
    select certificate, min(name) as name
    from held_names
    group by certificate
    having
        count(*) filter (where is_alternative_name_in_file) > 0
        and count(*) filter (where is_common_name) > 0
        and count(*) filter (where is_common_name and is_alternative_name_in_file) = 0
),

wildcards as (
    select certificate, min(name) as first_name from held_names where is_wildcard group by certificate
),

findings as (
    select certificate, 'weak_key' as finding, key_algorithm || ' ' || coalesce(cast(key_size as varchar), '') || ' bits' as detail, 'RSA keys of 2048 bits or more' as rule
    from certificates
    where (upper(key_algorithm) like 'RSA%' and key_size < 2048) or upper(key_algorithm) like 'DSA%'
    union all
    select certificate, 'unusual_curve', key_algorithm || coalesce(' ' || coalesce(key_curve, cast(key_size as varchar)), ''), 'curves P-256, P-384 and P-521'
    from certificates
    where
        key_algorithm is not null
        and upper(key_algorithm) not like 'RSA%'
        and upper(key_algorithm) not like 'DSA%'
        and not (
            upper(key_algorithm) like 'EC%'
            and coalesce(key_curve in ('secp256r1', 'secp384r1', 'secp521r1', 'p-256', 'p-384', 'p-521'), key_size in (256, 384, 521), true)
        )
    union all
    select certificate, 'sha1_signature', signature_algorithm, 'no signatures with SHA-1 or MD5'
    from certificates
    where lower(signature_algorithm) like '%sha1%' or lower(signature_algorithm) like '%sha-1%' or lower(signature_algorithm) like '%md5%'
    union all
    select
        certificate, 'validity_above_rule', cast(validity_days as varchar) || ' calendar days, ' || cast(maximum_days as varchar) || ' allowed',
        'validity of certificates issued from ' || cast(issued_from as varchar)
    from validity
    where position = 1 and validity_days > maximum_days
    union all
    select certificate, 'common_name_not_in_names', name, 'the common name is among the alternative names'
    from (
        select unlisted_names.certificate, min(held_names.name) as name
        from unlisted_names
        inner join held_names on unlisted_names.certificate = held_names.certificate and held_names.is_common_name
        group by unlisted_names.certificate
    ) as named
    union all
    select outside_names.certificate, 'name_outside_roots', outside_names.first_name
        || case when outside_names.name_count > 1 then ' and ' || cast(outside_names.name_count - 1 as varchar) || ' more' else '' end, 'authorised roots of domains.csv'
    from outside_names
    cross join domains
    where domains.root_count > 0
    union all
    select certificate, 'wildcard', first_name, 'a new wildcard needs approval by the Security Assurance Group' from wildcards
    union all
    select certificate, 'reversed_dates', cast(not_after_at as varchar) || ' is before ' || cast(not_before_at as varchar), 'a certificate ends after it begins'
    from certificates
    where not_after_at < not_before_at
    union all
    select certificates.certificate, 'expired_not_replaced', 'expired ' || cast(certificates.expires_on as varchar), 'renewed before it expires'
    from certificates
    cross join params
    left join successions on certificates.certificate = successions.certificate
    where
        certificates.is_in_force
        and not coalesce(successions.is_superseded, false)
        and certificates.expires_on between add_days(params.as_of_on, -params.expired_days) and add_days(params.as_of_on, -1)
    union all
    select certificates.certificate, 'log_only', coalesce(certificates.issuer, ''), 'every certificate in the transparency log is in the console'
    from certificates
    cross join consoles
    where certificates.in_log and not certificates.in_console and consoles.record_count > 0 and certificates.record_kind = 'certificate'
    union all
    select certificate, 'not_issued', status, 'the console lists it, but it was not issued'
    from certificates
    where in_console and not is_issued and record_kind = 'certificate'
    union all
    select certificate, 'malformed', findings, 'every part of a certificate file can be read' from records where findings is not null
),

certificate_findings as (
    select certificate, finding, min(detail) as detail, min(rule) as rule from findings group by certificate, finding
)

select * from certificate_findings
