-- One row per well-formed row of a certificate export. Source: landed.certificates. Times UTC, dates local. The last columns keep what could not be read.
with landed_rows as (
    select * from landed.certificates
),

params as (
    select zone as local_zone, as_of_at from run.params
),

labels as (
    select * from landed.certificate_labels
),

written_cells as (
    select
        landed_rows.*,
        params.local_zone,
        params.as_of_at,
        parse_ts(nullif(requested_at, ''), requested_at_format) as requested_written_at,
        parse_ts(nullif(issued_at, ''), issued_at_format) as issued_written_at,
        parse_ts(nullif(not_before_at, ''), not_before_at_format) as not_before_written_at,
        parse_ts(nullif(not_after_at, ''), not_after_at_format) as not_after_written_at,
        parse_ts(nullif(expires_on, ''), expires_on_format) as expires_written_at,
        parse_ts(nullif(revoked_at, ''), revoked_at_format) as revoked_written_at,
        parse_ts(nullif(replaced_at, ''), replaced_at_format) as replaced_written_at,
        parse_ts(nullif(updated_at, ''), updated_at_format) as updated_written_at
    from landed_rows
    cross join params
),

instants as (
    select
        *,
        dated_instant_of(requested_at, requested_written_at, requested_at_format, zone, local_zone) as requested_utc_at,
        dated_instant_of(issued_at, issued_written_at, issued_at_format, zone, local_zone) as issued_utc_at,
        instant_of(not_before_written_at, not_before_at_format, zone, local_zone) as not_before_utc_at,
        instant_of(not_after_written_at, not_after_at_format, zone, local_zone) as not_after_utc_at,
        dated_instant_of(revoked_at, revoked_written_at, revoked_at_format, zone, local_zone) as revoked_utc_at,
        dated_instant_of(replaced_at, replaced_written_at, replaced_at_format, zone, local_zone) as replaced_utc_at,
        instant_of(updated_written_at, updated_at_format, zone, local_zone) as updated_utc_at,
        plain_serial(serial_number) as serial,
        common_name_of(issuer) as issuer_words,
        lower(common_name_of(issuer)) as issuer_name
    from written_cells
),

judged_cells as (
    select
        *,
        case
            when certificate_pem <> '' and serial = '' then 'holds no certificate that can be read'
            when serial = '' and lower(serial_number) not in ('', '-', 'n/a', 'none', 'null') then 'the serial number is none (hexadecimal digits)'
            when lower(holding) not in ('', 'console', 'file', 'log', 'scan') then 'the holding is none of console, file, log and scan'
            when lower(record_kind) not in ('', 'certificate', 'signing_request', 'authority') then 'the kind of record is not known'
            when coalesce(nullif(certificate_id, ''), nullif(serial, ''), nullif(order_number, ''), nullif(sha256, '')) is null then 'the key is missing'
        end as key_problem,
        event_problem(requested_at, requested_written_at, requested_utc_at, implausible_after_at) as requested_problem,
        event_problem(issued_at, issued_written_at, issued_utc_at, implausible_after_at) as issued_problem,
        case when not_before_at <> '' and not_before_written_at is null then 'cannot be read' end as not_before_problem,
        case when not_after_at <> '' and not_after_written_at is null then 'cannot be read' end as not_after_problem,
        date_problem(expires_on, expires_written_at) as expires_problem,
        event_problem(revoked_at, revoked_written_at, revoked_utc_at, implausible_after_at) as revoked_problem,
        event_problem(replaced_at, replaced_written_at, replaced_utc_at, implausible_after_at) as replaced_problem,
        event_problem(updated_at, updated_written_at, updated_utc_at, implausible_after_at) as updated_problem
    from instants
),

typed_rows as (
    select
        judged_cells.export_id,
        judged_cells.row_number,
        judged_cells.source,
        coalesce(nullif(certificate_id, ''), nullif(serial || '@' || issuer_name, '@'), nullif(order_number, ''), nullif(sha256, '')) as record_key,
        nullif(judged_cells.certificate_id, '') as certificate_id,
        coalesce(nullif(lower(judged_cells.holding), ''), labels.holding) as holding,
        nullif(judged_cells.order_number, '') as order_number,
        judged_cells.serial,
        nullif(judged_cells.issuer_words, '') as issuer,
        judged_cells.issuer_name,
        nullif(judged_cells.common_name, '') as common_name,
        nullif(judged_cells.subject_alternative_names, '') as subject_alternative_names,
        nullif(judged_cells.organisation, '') as organisation,
        nullif(judged_cells.department, '') as department,
        labels.status,
        labels.is_delegated,
        case when not is_none(requested_written_at) then requested_utc_at end as requested_at,
        case when not is_none(issued_written_at) then issued_utc_at end as issued_at,
        case when not is_none(issued_written_at) then dated_day_of(issued_at, issued_written_at, issued_at_format, zone, local_zone) end as issued_on,
        case when not is_none(not_before_written_at) then not_before_utc_at end as not_before_at,
        case when not is_none(not_before_written_at) then day_of(not_before_written_at, not_before_at_format, zone, local_zone) end as not_before_on,
        case when not is_none(not_after_utc_at) and not_after_at_format not like '%date' then not_after_utc_at end as not_after_at,
        case when not is_none(not_after_utc_at) then day_of(not_after_written_at, not_after_at_format, zone, local_zone) end as not_after_on,
        case when not is_none(expires_written_at) then written_day_of(expires_on, expires_written_at, expires_on_format) end as expires_on,
        case when not is_none(revoked_written_at) then revoked_utc_at end as revoked_at,
        case when not is_none(replaced_written_at) then replaced_utc_at end as replaced_at,
        case when not is_none(updated_written_at) then updated_utc_at end as updated_at,
        nullif(judged_cells.profile, '') as profile,
        nullif(judged_cells.policy, '') as policy,
        nullif(judged_cells.key_algorithm, '') as key_algorithm,
        try_cast(nullif(replace(judged_cells.key_size, ',', ''), '') as integer) as key_size,
        nullif(lower(judged_cells.key_curve), '') as key_curve,
        nullif(judged_cells.signature_algorithm, '') as signature_algorithm,
        nullif(judged_cells.contacts, '') as contacts,
        nullif(judged_cells.findings, '') as findings,
        -- A server certificate that signed itself may call itself an authority; one that names a host is a host's.
        case
            when
                judged_cells.is_authority = 'true'
                and coalesce(judged_cells.subject_alternative_names, '') = ''
                and (coalesce(judged_cells.common_name, '') not like '%.%' or judged_cells.common_name like '% %') then 'authority'
            else coalesce(nullif(lower(judged_cells.record_kind), ''), 'certificate')
        end as record_kind,
        coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) as version_at,
        coalesce(coalesce(case when not is_none(updated_written_at) then updated_utc_at end, judged_cells.newest_event_at) > as_of_at, false) as is_later,
        judged_cells.cells,
        judged_cells.column_set_id,
        key_problem,
        requested_problem,
        issued_problem,
        not_before_problem,
        not_after_problem,
        expires_problem,
        revoked_problem,
        replaced_problem,
        updated_problem,
        case when requested_problem is not null then judged_cells.requested_at end as requested_found,
        case when issued_problem is not null then judged_cells.issued_at end as issued_found,
        case when not_before_problem is not null then judged_cells.not_before_at end as not_before_found,
        case when not_after_problem is not null then judged_cells.not_after_at end as not_after_found,
        case when expires_problem is not null then judged_cells.expires_on end as expires_found,
        case when revoked_problem is not null then judged_cells.revoked_at end as revoked_found,
        case when replaced_problem is not null then judged_cells.replaced_at end as replaced_found,
        case when updated_problem is not null then judged_cells.updated_at end as updated_found
    from judged_cells
    left join labels on judged_cells.label_key = labels.label_key and judged_cells.source = labels.source
),

rows_marked as (
    select
        *,
        coalesce(
            key_problem, requested_problem, issued_problem, not_before_problem, not_after_problem, expires_problem, revoked_problem, replaced_problem,
            updated_problem
        ) as problem
    from typed_rows
)

select * from rows_marked
