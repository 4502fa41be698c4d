-- One row per certificate record of a source known at as_of, with the certificate it is a record of. Times UTC, dates local; what happened later is left out.
with params as (
    select as_of_at from run.params
),

column_sets as (
    select column_set_id, column_names from run.column_sets
),

known_versions as (
    select rows_of_records.*, versions.version_rank, versions.disposition, column_sets.column_names
    from staging.certificates as rows_of_records
    inner join versions.certificate_versions as versions
        on rows_of_records.export_id = versions.export_id and rows_of_records.row_number = versions.row_number
    inner join column_sets on rows_of_records.column_set_id = column_sets.column_set_id
    where not rows_of_records.is_later or versions.version_rank = 1
),

mixed_records as (
    select source, record_key
    from known_versions
    where not is_later
    group by source, record_key
    having min(column_set_id) <> max(column_set_id)
),

-- A column that the winning export does not have comes from the next version that has it; present but empty stays empty.
filled_versions as (
    select
        known_versions.source,
        known_versions.record_key,
        known_versions.export_id,
        known_versions.row_number,
        known_versions.version_at,
        known_versions.is_later,
        known_versions.holding,
        known_versions.record_kind,
        known_versions.disposition,
        first_value(certificate_id) over (
            partition by source, record_key order by case when column_names like '%,certificate_id,%' then 0 else 1 end, version_rank
        ) as certificate_id,
        first_value(order_number) over (
            partition by source, record_key order by case when column_names like '%,order_number,%' then 0 else 1 end, version_rank
        ) as order_number,
        first_value(serial) over (
            partition by source, record_key order by case when column_names like '%,serial_number,%' then 0 else 1 end, version_rank
        ) as serial,
        first_value(issuer) over (
            partition by source, record_key order by case when column_names like '%,issuer,%' then 0 else 1 end, version_rank
        ) as issuer,
        first_value(issuer_name) over (
            partition by source, record_key order by case when column_names like '%,issuer,%' then 0 else 1 end, version_rank
        ) as issuer_name,
        first_value(common_name) over (
            partition by source, record_key order by case when column_names like '%,common_name,%' then 0 else 1 end, version_rank
        ) as common_name,
        first_value(subject_alternative_names) over (
            partition by source, record_key order by case when column_names like '%,subject_alternative_names,%' then 0 else 1 end, version_rank
        ) as subject_alternative_names,
        first_value(organisation) over (
            partition by source, record_key order by case when column_names like '%,organisation,%' then 0 else 1 end, version_rank
        ) as organisation,
        first_value(department) over (
            partition by source, record_key order by case when column_names like '%,department,%' then 0 else 1 end, version_rank
        ) as department,
        first_value(status) over (
            partition by source, record_key order by case when column_names like '%,status,%' then 0 else 1 end, version_rank
        ) as status,
        first_value(is_delegated) over (
            partition by source, record_key order by case when column_names like '%,requested_via,%' then 0 else 1 end, version_rank
        ) as is_delegated,
        first_value(requested_at) over (
            partition by source, record_key order by case when column_names like '%,requested_at,%' then 0 else 1 end, version_rank
        ) as requested_at,
        first_value(issued_at) over (
            partition by source, record_key order by case when column_names like '%,issued_at,%' then 0 else 1 end, version_rank
        ) as issued_at,
        first_value(issued_on) over (
            partition by source, record_key order by case when column_names like '%,issued_at,%' then 0 else 1 end, version_rank
        ) as issued_on,
        first_value(not_before_at) over (
            partition by source, record_key order by case when column_names like '%,not_before_at,%' then 0 else 1 end, version_rank
        ) as not_before_at,
        first_value(not_before_on) over (
            partition by source, record_key order by case when column_names like '%,not_before_at,%' then 0 else 1 end, version_rank
        ) as not_before_on,
        first_value(not_after_at) over (
            partition by source, record_key order by case when column_names like '%,not_after_at,%' then 0 else 1 end, version_rank
        ) as not_after_at,
        first_value(not_after_on) over (
            partition by source, record_key order by case when column_names like '%,not_after_at,%' then 0 else 1 end, version_rank
        ) as not_after_on,
        first_value(expires_on) over (
            partition by source, record_key order by case when column_names like '%,expires_on,%' then 0 else 1 end, version_rank
        ) as expires_on,
        first_value(revoked_at) over (
            partition by source, record_key order by case when column_names like '%,revoked_at,%' then 0 else 1 end, version_rank
        ) as revoked_at,
        first_value(replaced_at) over (
            partition by source, record_key order by case when column_names like '%,replaced_at,%' then 0 else 1 end, version_rank
        ) as replaced_at,
        first_value(profile) over (
            partition by source, record_key order by case when column_names like '%,profile,%' then 0 else 1 end, version_rank
        ) as profile,
        first_value(policy) over (
            partition by source, record_key order by case when column_names like '%,policy,%' then 0 else 1 end, version_rank
        ) as policy,
        first_value(key_algorithm) over (
            partition by source, record_key order by case when column_names like '%,key_algorithm,%' then 0 else 1 end, version_rank
        ) as key_algorithm,
        first_value(key_size) over (
            partition by source, record_key order by case when column_names like '%,key_size,%' then 0 else 1 end, version_rank
        ) as key_size,
        first_value(key_curve) over (
            partition by source, record_key order by case when column_names like '%,key_curve,%' then 0 else 1 end, version_rank
        ) as key_curve,
        first_value(signature_algorithm) over (
            partition by source, record_key order by case when column_names like '%,signature_algorithm,%' then 0 else 1 end, version_rank
        ) as signature_algorithm,
        first_value(contacts) over (
            partition by source, record_key order by case when column_names like '%,contacts,%' then 0 else 1 end, version_rank
        ) as contacts,
        first_value(findings) over (
            partition by source, record_key order by case when column_names like '%,findings,%' then 0 else 1 end, version_rank
        ) as findings
    from known_versions
    inner join mixed_records using (source, record_key)
),

whole_versions as (
    select
        known_versions.source,
        known_versions.record_key,
        known_versions.export_id,
        known_versions.row_number,
        known_versions.version_at,
        known_versions.is_later,
        known_versions.holding,
        known_versions.record_kind,
        known_versions.disposition,
        known_versions.certificate_id,
        known_versions.order_number,
        known_versions.serial,
        known_versions.issuer,
        known_versions.issuer_name,
        known_versions.common_name,
        known_versions.subject_alternative_names,
        known_versions.organisation,
        known_versions.department,
        known_versions.status,
        known_versions.is_delegated,
        known_versions.requested_at,
        known_versions.issued_at,
        known_versions.issued_on,
        known_versions.not_before_at,
        known_versions.not_before_on,
        known_versions.not_after_at,
        known_versions.not_after_on,
        known_versions.expires_on,
        known_versions.revoked_at,
        known_versions.replaced_at,
        known_versions.profile,
        known_versions.policy,
        known_versions.key_algorithm,
        known_versions.key_size,
        known_versions.key_curve,
        known_versions.signature_algorithm,
        known_versions.contacts,
        known_versions.findings
    from known_versions
    left join mixed_records on known_versions.source = mixed_records.source and known_versions.record_key = mixed_records.record_key
    where mixed_records.source is null
),

known_rows as (
    select * from whole_versions where disposition = 'accepted'
    union all
    select * from filled_versions where disposition = 'accepted'
),

-- A record without its issuer belongs to the only issuer whose certificate has that serial number.
only_issuers as (
    select serial, min(issuer_name) as issuer_name
    from known_rows
    where serial <> '' and issuer_name <> ''
    group by serial
    having min(issuer_name) = max(issuer_name)
),

keyed_rows as (
    select
        known_rows.*,
        coalesce(nullif(known_rows.issuer_name, ''), only_issuers.issuer_name, '') as known_issuer_name,
        case known_rows.holding when 'console' then 1 when 'file' then 2 when 'log' then 3 else 4 end as holding_rank,
        case known_rows.holding when 'file' then 1 when 'log' then 2 when 'console' then 3 else 4 end as reading_rank
    from known_rows
    left join only_issuers on known_rows.serial = only_issuers.serial
),

certificate_records as (
    select
        case
            when keyed_rows.serial = '' then keyed_rows.source || ':' || keyed_rows.record_key
            when keyed_rows.known_issuer_name = '' then keyed_rows.serial
            else keyed_rows.serial || '@' || keyed_rows.known_issuer_name
        end as certificate,
        keyed_rows.export_id,
        keyed_rows.row_number,
        keyed_rows.source,
        keyed_rows.holding,
        row_number() over (
            partition by keyed_rows.serial, keyed_rows.known_issuer_name, case when keyed_rows.serial = '' then keyed_rows.source || ':' || keyed_rows.record_key end
            order by keyed_rows.holding_rank, keyed_rows.version_at desc nulls last, keyed_rows.export_id, keyed_rows.row_number
        ) as standing_rank,
        row_number() over (
            partition by keyed_rows.serial, keyed_rows.known_issuer_name, case when keyed_rows.serial = '' then keyed_rows.source || ':' || keyed_rows.record_key end
            order by keyed_rows.reading_rank, keyed_rows.version_at desc nulls last, keyed_rows.export_id, keyed_rows.row_number
        ) as reading_rank,
        keyed_rows.certificate_id,
        keyed_rows.order_number,
        keyed_rows.serial,
        keyed_rows.issuer,
        keyed_rows.common_name,
        keyed_rows.subject_alternative_names,
        keyed_rows.organisation,
        keyed_rows.department,
        case
            when keyed_rows.status = 'revoked' and keyed_rows.revoked_at > params.as_of_at then 'issued'
            when keyed_rows.status = 'replaced' and keyed_rows.replaced_at > params.as_of_at then 'issued'
            else keyed_rows.status
        end as status,
        keyed_rows.is_delegated,
        keyed_rows.issued_at,
        keyed_rows.issued_on,
        keyed_rows.not_before_at,
        keyed_rows.not_before_on,
        keyed_rows.not_after_at,
        keyed_rows.not_after_on,
        keyed_rows.expires_on,
        case when keyed_rows.revoked_at <= params.as_of_at then keyed_rows.revoked_at end as revoked_at,
        case when keyed_rows.replaced_at <= params.as_of_at then keyed_rows.replaced_at end as replaced_at,
        keyed_rows.profile,
        keyed_rows.policy,
        keyed_rows.key_algorithm,
        keyed_rows.key_size,
        keyed_rows.key_curve,
        keyed_rows.signature_algorithm,
        keyed_rows.contacts,
        keyed_rows.findings,
        keyed_rows.record_kind,
        keyed_rows.is_later as is_reconstructed
    from keyed_rows
    cross join params
)

select * from certificate_records
