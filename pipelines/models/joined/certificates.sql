-- One row per certificate, joined over the sources that know it. Times UTC, dates local. Console, file, log, scan is the order of what is believed about
-- its standing; file, log, console, scan the order of what is believed about what is written in it.
with records as (
    select * from records.certificate_records
),

params as (
    select * from run.params
),

merged_records as (
    select
        certificate,
        min_by(holding, standing_rank) as holding,
        count(*) filter (where holding = 'console') > 0 as in_console,
        count(*) filter (where holding = 'file') > 0 as in_files,
        count(*) filter (where holding = 'log') > 0 as in_log,
        min_by(serial, standing_rank) as serial_number,
        min_by(issuer, reading_rank) filter (where issuer is not null) as issuer,
        min_by(certificate_id, standing_rank) filter (where certificate_id is not null and holding = 'console') as console_id,
        min_by(order_number, standing_rank) filter (where order_number is not null) as order_number,
        min_by(common_name, standing_rank) filter (where common_name is not null) as common_name_text,
        min_by(organisation, standing_rank) filter (where organisation is not null) as organisation,
        min_by(department, standing_rank) filter (where department is not null) as exported_department,
        case
            when count(*) filter (where revoked_at is not null) > 0 then 'revoked'
            when count(*) filter (where replaced_at is not null) > 0 and min_by(status, standing_rank) <> 'revoked' then 'replaced'
            else min_by(status, standing_rank)
        end as status,
        min_by(profile, standing_rank) filter (where profile is not null) as profile,
        min_by(contacts, standing_rank) filter (where contacts is not null) as contacts,
        count(*) filter (where is_delegated) > 0 as is_delegated,
        min_by(policy, reading_rank) filter (where policy is not null) as policy,
        min_by(key_algorithm, reading_rank) filter (where key_algorithm is not null) as key_algorithm,
        min_by(key_size, reading_rank) filter (where key_size is not null) as key_size,
        min_by(signature_algorithm, reading_rank) filter (where signature_algorithm is not null) as signature_algorithm,
        min_by(key_curve, reading_rank) filter (where key_curve is not null) as key_curve,
        coalesce(
            min_by(issued_at, reading_rank) filter (where issued_at is not null), min_by(not_before_at, reading_rank) filter (where not_before_at is not null)
        ) as issued_at,
        coalesce(
            min_by(issued_on, reading_rank) filter (where issued_at is not null), min_by(not_before_on, reading_rank) filter (where not_before_at is not null)
        ) as issued_on,
        min_by(not_before_at, reading_rank) filter (where not_before_at is not null) as not_before_at,
        min_by(not_after_at, reading_rank) filter (where not_after_at is not null) as not_after_at,
        coalesce(
            min_by(not_after_on, reading_rank) filter (where not_after_at is not null and holding in ('file', 'log')),
            min_by(expires_on, reading_rank) filter (where expires_on is not null),
            min_by(not_after_on, reading_rank) filter (where not_after_on is not null)
        ) as expires_on,
        min_by(revoked_at, reading_rank) filter (where revoked_at is not null) as revoked_at,
        min_by(replaced_at, reading_rank) filter (where replaced_at is not null) as replaced_at,
        case when count(*) filter (where record_kind = 'certificate') > 0 then 'certificate' else min_by(record_kind, reading_rank) end as record_kind,
        count(*) filter (where is_reconstructed) > 0 as is_reconstructed
    from records
    group by certificate
),

dated_certificates as (
    select
        merged_records.*,
        status in ('issued', 'expired', 'revoked', 'replaced', 'unmanaged', 'external') and record_kind = 'certificate' as is_issued,
        -- The last day of the year 9999 means that there is no end; its evening is beyond every calendar.
        case when expires_on < date '9999-12-31' then at_local_time(expires_on, params.service_ends_seconds, params.zone) end as service_ends_at,
        case
            when not_before_at is not null and not_after_at is not null then cast(floor((seconds_between(not_before_at, not_after_at) + 86400) / 86400) as integer)
            else date_days(issued_on, expires_on) + 1
        end as validity_days,
        params.as_of_on,
        params.as_of_at
    from merged_records
    cross join params
),

certificates as (
    select
        *,
        is_issued and status not in ('revoked', 'replaced') as is_in_force,
        coalesce(is_issued and status not in ('revoked', 'replaced') and expires_on >= as_of_on, false) as is_active,
        least(not_after_at, service_ends_at) as plan_ends_at,
        coalesce(expires_on = as_of_on and least(not_after_at, service_ends_at) <= as_of_at, false) as is_ended_today,
        date_days(as_of_on, expires_on) as calendar_days_left
    from dated_certificates
)

select * from certificates
