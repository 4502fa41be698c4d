-- One row per certificate that expires within the horizon, or did lately, and is not superseded: what is under way, and until when a renewal can start.
-- Times UTC, dates local. Sorted by expiry.
with params as (
    select * from run.params
),

options as (
    select service_option, is_renewal, target_business_days from policy.options
),

certificates as (
    select certificates.*
    from joined.certificates as certificates
    cross join params
    left join links.successions as successions on certificates.certificate = successions.certificate
    where
        certificates.is_in_force
        and not coalesce(successions.is_superseded, false)
        and certificates.expires_on between add_days(params.as_of_on, -params.expired_days) and add_days(params.as_of_on, params.horizon_days)
),

successions as (
    select * from links.successions
),

summaries as (
    select * from links.name_summaries
),

held_names as (
    select held_names.certificate, held_names.name
    from joined.certificate_names as held_names
    inner join certificates on held_names.certificate = certificates.certificate
),

open_renewals as (
    select requests.number, requests.submitted_at, requests.submitted_on, requests.assignment_group, clocks.due_on
    from corrected.requests as requests
    inner join options on requests.service_option = options.service_option
    inner join facts.request_clocks as clocks on requests.number = clocks.number
    inner join params on clocks.clock_basis = params.clock_basis
    where options.is_renewal and clocks.is_under_way
),

asked_names as (
    select request_names.number, request_names.name
    from joined.request_names as request_names
    inner join open_renewals on request_names.number = open_renewals.number
    group by request_names.number, request_names.name
),

-- Renewals that name some or all names of a certificate, submitted no earlier than the policy allows.
candidates as (
    select
        held_names.certificate,
        open_renewals.number,
        open_renewals.submitted_at,
        open_renewals.due_on,
        open_renewals.assignment_group,
        count(*) = summaries.name_count as names_all
    from held_names
    inner join asked_names on held_names.name = asked_names.name
    inner join open_renewals on asked_names.number = open_renewals.number
    inner join certificates on held_names.certificate = certificates.certificate
    inner join summaries on held_names.certificate = summaries.certificate
    cross join params
    where open_renewals.submitted_on >= add_days(certificates.expires_on, -params.request_before_days)
    group by
        held_names.certificate, open_renewals.number, open_renewals.submitted_at, open_renewals.due_on, open_renewals.assignment_group,
        summaries.name_count
),

ranked_candidates as (
    select *, row_number() over (partition by certificate, names_all order by submitted_at desc, number desc) as position
    from candidates
),

-- The promise that applies is that of the newest renewal linked to the certificate.
linked_targets as (
    select
        certificate_links.certificate,
        options.target_business_days,
        row_number() over (partition by certificate_links.certificate order by requests.submitted_at desc, requests.number desc) as position
    from links.certificate_links as certificate_links
    inner join corrected.requests as requests on certificate_links.number = requests.number
    inner join options on requests.service_option = options.service_option and options.is_renewal
    where not certificate_links.is_as_exported
),

dated as (
    select
        certificates.*,
        covering.number as covering_number,
        covering.due_on as covering_due_on,
        covering.assignment_group as owner,
        partly.number as partly_number,
        coalesce(linked_targets.target_business_days, params.assumed_target_business_days) as target_business_days,
        linked_targets.target_business_days is null as is_target_assumed,
        add_days(certificates.expires_on, -params.lead_min_days) as submit_by_on,
        add_days(certificates.expires_on, -params.process_by_days) as process_by_on,
        eves.floor_ord - coalesce(linked_targets.target_business_days, params.assumed_target_business_days) as last_start_ord,
        expiries.floor_ord - todays.floor_ord as business_days_left
    from certificates
    cross join params
    left join ranked_candidates as covering on certificates.certificate = covering.certificate and covering.names_all and covering.position = 1
    left join ranked_candidates as partly on certificates.certificate = partly.certificate and not partly.names_all and partly.position = 1
    left join linked_targets on certificates.certificate = linked_targets.certificate and linked_targets.position = 1
    left join calendar.days as eves on add_days(certificates.expires_on, -1) = eves.on_date
    left join calendar.days as expiries on certificates.expires_on = expiries.on_date
    left join calendar.days as todays on params.as_of_on = todays.on_date
),

contacts as (
    select text, count(*) as contact_count from texts.contact_lists group by text
),

renewal_exposure as (
    select
        dated.certificate,
        summaries.common_name,
        summaries.name_count,
        summaries.department,
        dated.organisation,
        dated.expires_on,
        case
            when dated.expires_on < dated.as_of_on then 'expired'
            when dated.covering_number is not null then 'covered'
            when last_starts.on_date < dated.as_of_on then 'past_last_safe_start'
            when dated.submit_by_on <= dated.as_of_on then 'submit_now'
            else 'upcoming'
        end as exposure_band,
        dated.covering_number,
        dated.covering_due_on,
        dated.covering_due_on > dated.expires_on as is_due_after_expiry,
        case when dated.covering_number is null then dated.partly_number end as partly_number,
        last_starts.on_date as last_safe_start_on,
        dated.submit_by_on,
        dated.process_by_on,
        dated.not_after_at,
        dated.service_ends_at,
        dated.plan_ends_at,
        dated.is_ended_today,
        dated.target_business_days,
        dated.is_target_assumed,
        dated.business_days_left,
        dated.calendar_days_left,
        dated.owner,
        coalesce(contacts.contact_count, 0) as contact_count,
        coalesce(successions.is_possibly_superseded, false) as is_possibly_superseded,
        successions.superseded_by,
        dated.is_delegated,
        dated.holding,
        nullif(dated.serial_number, '') as serial_number
    from dated
    inner join summaries on dated.certificate = summaries.certificate
    left join successions on dated.certificate = successions.certificate
    left join calendar.business_days as last_starts on dated.last_start_ord = last_starts.business_day_ord
    left join contacts on dated.contacts = contacts.text
)

select * from renewal_exposure
order by expires_on, certificate
