-- One row per certificate known at as_of. Times UTC, dates local, spans in calendar days. Sorted by certificate.
with certificates as (
    select * from joined.certificates
),

params as (
    select * from run.params
),

summaries as (
    select * from links.name_summaries
),

successions as (
    select * from links.successions
),

contacts as (
    select text, count(*) as contact_count from texts.contact_lists group by text
),

finding_counts as (
    select certificate, count(*) as finding_count from facts.certificate_findings group by certificate
),

limits as (
    select
        certificates.certificate,
        limits.maximum_days,
        row_number() over (partition by certificates.certificate order by limits.issued_from desc) as position
    from certificates
    inner join policy.validity as limits on limits.issued_from <= certificates.issued_on
),

published_certificates as (
    select
        certificates.certificate,
        nullif(certificates.serial_number, '') as serial_number,
        certificates.issuer,
        certificates.holding,
        certificates.in_console,
        certificates.in_files,
        certificates.in_log,
        certificates.console_id,
        certificates.order_number,
        summaries.common_name,
        summaries.name_count,
        certificates.organisation,
        summaries.department,
        case when certificates.record_kind = 'certificate' then certificates.status else certificates.record_kind end as status,
        certificates.profile,
        certificates.policy,
        certificates.key_algorithm,
        certificates.key_size,
        certificates.signature_algorithm,
        certificates.issued_at,
        certificates.issued_on,
        certificates.not_after_at,
        certificates.expires_on,
        certificates.service_ends_at,
        certificates.validity_days,
        limits.maximum_days as validity_limit_days,
        case
            when certificates.validity_days <= 47 then 47
            when certificates.validity_days <= 100 then 100
            when certificates.validity_days <= 200 then 200
            when certificates.validity_days <= 398 then 398
            when certificates.validity_days is not null then 825
        end as validity_class,
        add_days(certificates.expires_on, -params.lead_min_days) as submit_by_on,
        add_days(certificates.expires_on, -params.process_by_days) as process_by_on,
        add_days(certificates.issued_on, params.reopen_window_days) as change_window_ends_on,
        certificates.calendar_days_left,
        certificates.is_active,
        coalesce(successions.is_superseded, false) as is_superseded,
        coalesce(successions.is_possibly_superseded, false) as is_possibly_superseded,
        successions.superseded_by,
        certificates.revoked_at,
        certificates.replaced_at,
        certificates.is_delegated,
        coalesce(contacts.contact_count, 0) as contact_count,
        coalesce(finding_counts.finding_count, 0) as finding_count,
        certificates.is_reconstructed,
        certificates.is_ended_today
    from certificates
    cross join params
    inner join summaries on certificates.certificate = summaries.certificate
    left join successions on certificates.certificate = successions.certificate
    left join contacts on certificates.contacts = contacts.text
    left join finding_counts on certificates.certificate = finding_counts.certificate
    left join limits on certificates.certificate = limits.certificate and limits.position = 1
)

select * from published_certificates
order by certificate
