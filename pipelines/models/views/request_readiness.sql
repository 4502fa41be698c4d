-- One row per request (all but inquiries) and check of what the published service asks of a customer: pass, fail, not_applicable or unknown.
with clocks as (
    select number, lead_days, requested_completion_on from facts.request_clocks where clock_basis = 'submitted'
),

checked_requests as (
    select checks.*, clocks.lead_days, clocks.requested_completion_on
    from facts.request_checks as checks
    inner join clocks on checks.number = clocks.number
),

request_readiness as (
    select
        number, 'names_in_roots' as "check",
        case when name_count = 0 then 'unknown' when outside_name_count > 0 then 'fail' else 'pass' end as status,
        case when name_count = 0 then 'no name is given' when outside_name_count > 0 then first_outside_name || ' is outside the authorised roots' end as detail
    from checked_requests
    union all
    select
        number, 'common_name_valid',
        case when common_name_count = 0 or valid_common_name_count < common_name_count then 'fail' else 'pass' end,
        case when common_name_count = 0 then 'no common name is given' when valid_common_name_count < common_name_count then first_common_name || ' is no host name' end
    from checked_requests
    union all
    select
        number, 'alternative_names_valid',
        case when alternative_name_count = 0 then 'not_applicable' when invalid_alternative_name_count > 0 then 'fail' else 'pass' end,
        case when invalid_alternative_name_count > 0 then first_invalid_name || ' is no host name' end
    from checked_requests
    union all
    select
        number, 'contacts',
        case when contact_count = 0 then 'fail' when contact_count >= 3 or list_count > 0 then 'pass' else 'unknown' end,
        case
            when contact_count = 0 then 'no address is given'
            when contact_count >= 3 then cast(contact_count as varchar) || ' addresses'
            when list_count > 0 then 'a known distribution list'
            else cast(contact_count as varchar) || ' of 3 addresses, unless one is a distribution list'
        end
    from checked_requests
    union all
    select
        number, 'csr_parses',
        case when not has_csr then 'unknown' when has_parsed then 'pass' else 'fail' end,
        case when not has_csr then 'no signing request is in the export' when not has_parsed then problem end
    from checked_requests
    union all
    select
        number, 'csr_signature',
        case when not coalesce(has_parsed, false) then 'not_applicable' when signature = 'valid' then 'pass' else 'fail' end,
        case when has_parsed then case signature when 'invalid' then 'its signature does not verify' when 'weak_hash' then 'it is signed with a weak hash' else case when signature <> 'valid' then 'its signature cannot be verified here' end end end
    from checked_requests
    union all
    select
        number, 'csr_key',
        case when not coalesce(has_parsed, false) then 'not_applicable' when is_key_accepted then 'pass' else 'fail' end,
        case when has_parsed then key_words end
    from checked_requests
    union all
    select
        number, 'csr_common_name',
        case when not coalesce(has_parsed, false) then 'not_applicable' when signing_common_name = first_common_name then 'pass' else 'fail' end,
        case when has_parsed and coalesce(signing_common_name, '') <> coalesce(first_common_name, '') then coalesce(signing_common_name, 'no name') || ' instead of ' || coalesce(first_common_name, 'none') end
    from checked_requests
    union all
    select
        number, 'csr_names',
        case when not coalesce(has_parsed, false) then 'not_applicable' when unasked_count > 0 then 'fail' else 'pass' end,
        case
            when unasked_count > 0 then first_unasked || ' was not asked for'
            when has_parsed and missing_count > 0 then first_missing || ' is not in the signing request'
        end
    from checked_requests
    union all
    select
        number, 'renewal_lead',
        case
            when not is_renewal then 'not_applicable'
            when lead_days is null then 'unknown'
            when lead_days between lead_min_days and lead_max_days then 'pass'
            else 'fail'
        end,
        case when is_renewal and lead_days is not null then cast(lead_days as varchar) || ' calendar days before expiry' when is_renewal then 'the current expiry is unknown' end
    from checked_requests
    union all
    select
        number, 'wildcard_approval',
        case when not is_new or first_wildcard is null then 'not_applicable' when is_approved_by_security then 'pass' else 'fail' end,
        case when is_new and first_wildcard is not null then first_wildcard || case when not is_approved_by_security then ' has no approval by the Security Assurance Group' else ' was approved' end end
    from checked_requests
    union all
    select
        number, 'requested_date',
        case when requested_completion_on is null then 'not_applicable' when requested_completion_on < submitted_on then 'fail' else 'pass' end,
        case when requested_completion_on < submitted_on then cast(requested_completion_on as varchar) || ' is before the submission' end
    from checked_requests
)

select * from request_readiness
