-- One row per request and clock basis: start, stop, due date, outcome. Times UTC, dates local, spans in business days.
-- On the policy's clock too: `as_exported`, what declarations touch, without any; `without_exclusions`, what is excluded, with its corrections.
with requests as (
    select *, false as is_as_exported from corrected.requests
    union all
    select *, true from corrected.exported_requests
),

exclusions as (
    select number, correction_id from records.corrections where kind = 'exclusion'
),

approvals as (
    select * from joined.request_approvals
),

installations as (
    select * from links.installations
),

-- The certificate a renewal replaces; of several in one request the first to expire counts.
linked_expiries as (
    select links.number, links.is_as_exported, min(certificates.expires_on) as expires_on
    from links.certificate_links as links
    inner join joined.certificates as certificates on links.certificate = certificates.certificate
    where links.role = 'renews'
    group by links.number, links.is_as_exported
),

params as (
    select * from run.params
),

-- A requested item whose parent case is loaded is that case's work and is not counted again.
counted_requests as (
    select
        requests.*,
        case when approvals.number is null then requests.approval else approvals.approval end as given_approval,
        case when approvals.number is null then requests.approved_at else approvals.approved_at end as given_approved_at,
        case when approvals.number is null then requests.approved_on else approvals.approved_on end as given_approved_on,
        case when requests.installed_at is null then installations.ended_at else requests.installed_at end as given_installed_at,
        case when requests.installed_at is null then installations.ended_on else requests.installed_on end as given_installed_on,
        coalesce(requests.requested_completion_on, approvals.requested_completion_on) as asked_completion_on,
        case when options.is_renewal then coalesce(requests.current_expires_on, linked_expiries.expires_on) else requests.current_expires_on end as known_expires_on,
        case
            when requests.current_expires_on is not null then 'request'
            when options.is_renewal and linked_expiries.expires_on is not null then 'certificate'
        end as current_expires_source,
        options.is_renewal,
        coalesce(options.includes_installation, false) as includes_installation,
        coalesce(targets_by_type.target_business_days, options.target_business_days) as target_business_days,
        exclusions.correction_id as declared_by,
        params.zone, params.as_of_at, params.as_of_on, params.counted_through_on, params.clock_basis as policy_basis, params.clock_stop,
        params.late_exclusion, params.undated_renewal, params.lead_min_days, params.lead_max_days, params.process_by_days, params.reopen_window_days
    from requests
    cross join params
    left join policy.options as options on requests.service_option = options.service_option
    left join approvals on requests.number = approvals.number and requests.is_as_exported = approvals.is_as_exported
    left join installations on requests.number = installations.number
    left join linked_expiries on requests.number = linked_expiries.number and requests.is_as_exported = linked_expiries.is_as_exported
    left join exclusions on requests.number = exclusions.number and not requests.is_as_exported
    left join policy.targets_by_type as targets_by_type
        on requests.service_option = targets_by_type.service_option and requests.request_type = targets_by_type.request_type
    where
        not exists (
            select 1
            from corrected.requests as parents
            where
                parents.number = requests.parent_number
                and parents.number <> requests.number
                -- Two that name each other: the first stands for both.
                and not (coalesce(parents.parent_number = requests.number, false) and requests.number < parents.number)
        )
),

-- Closes are told apart by the minute: a spreadsheet drops the seconds of the same close.
closes as (
    select
        *,
        coalesce(
            date_trunc('minute', first_closed_at) < date_trunc('minute', closed_at)
            and (
                closed_on <= add_days(first_closed_on, reopen_window_days)
                or local_date(reopened_at, zone) <= add_days(first_closed_on, reopen_window_days)
            ),
            false
        ) as is_first_close_counted
    from counted_requests
),

counted_closes as (
    select
        *,
        case when is_first_close_counted then first_closed_at else closed_at end as counted_close_at,
        case when is_first_close_counted then first_closed_on else closed_on end as counted_close_on
    from closes
),

-- "CDT installs the certificate" comes after the closing in the published process, so the later of the two stops those options.
stops as (
    select
        *,
        case clock_stop
            when 'resolved' then 'resolved'
            when 'issued' then 'issued'
            else case
                when includes_installation and given_installed_at > counted_close_at then 'installed'
                when includes_installation and given_installed_at is null then 'closed_installation_unseen'
                when is_first_close_counted then 'first_close'
                when reopen_count > 0 and (first_closed_at is null or date_trunc('minute', first_closed_at) = date_trunc('minute', closed_at)) then 'reopen_history_unknown'
                else 'closed'
            end
        end as completion_stop_source
    from counted_closes
),

completions as (
    select
        *,
        case completion_stop_source
            when 'resolved' then resolved_at when 'issued' then issued_at when 'installed' then given_installed_at else counted_close_at
        end as completion_at,
        case completion_stop_source
            when 'resolved' then resolved_on when 'issued' then issued_on when 'installed' then given_installed_on else counted_close_on
        end as completion_on
    from stops
),

-- What has happened by as_of: an end later than that leaves the request open.
ends as (
    select
        *,
        coalesce(state in ('cancelled', 'rejected', 'incomplete', 'skipped') and coalesce(closed_at, updated_at) <= as_of_at, false) as is_ended,
        coalesce((state = 'completed' or (state = 'resolved' and clock_stop = 'resolved'))
        and case
            when completion_at is not null then completion_at <= as_of_at
            else coalesce(closed_at <= as_of_at, not is_reconstructed)
        end, false) as is_completed,
        case when given_approval in ('approved', 'rejected') and given_approved_at > as_of_at then 'requested' else given_approval end as approval_now
    from completions
),

dated as (
    select
        *,
        case when is_completed then completion_at when is_ended then coalesce(closed_at, updated_at) end as stop_at,
        case when is_completed then completion_on when is_ended then coalesce(closed_on, local_date(updated_at, zone)) end as stop_on,
        case when is_completed and completion_at is not null then completion_stop_source when is_ended then 'ended' end as stop_source,
        case when is_renewal then date_days(submitted_on, known_expires_on) end as lead_days
    from ends
),

-- Both clocks of every request. A clock that has not started has no start source.
clocks as (
    select
        dated.*,
        case when dated.is_as_exported then 'as_exported' else bases.clock_basis end as clock_basis,
        case
            when coalesce(nullif(bases.clock_basis, 'without_exclusions'), dated.policy_basis) = 'submitted' then 'submitted'
            when dated.approval_now = 'rejected' then null
            when dated.approval_now = 'requested' and dated.is_completed then 'approval_not_recorded'
            when dated.approval_now = 'requested' then null
            when dated.approval_now is distinct from 'approved' or dated.given_approved_at is null then 'submitted'
            when dated.is_completed and dated.given_approved_on > dated.stop_on then 'approved_after_close'
            when dated.is_ended and dated.given_approved_on > dated.stop_on then null
            else 'approved'
        end as clock_start_source
    from dated
    cross join (select 'approved' as clock_basis union all select 'submitted' union all select 'without_exclusions') as bases
    where
        bases.clock_basis = dated.policy_basis
        or (not dated.is_as_exported and (bases.clock_basis <> 'without_exclusions' or dated.declared_by is not null))
),

started_clocks as (
    select
        *,
        case when clock_start_source = 'approved' then given_approved_at when clock_start_source is not null then submitted_at end as clock_start_at,
        case when clock_start_source = 'approved' then given_approved_on when clock_start_source is not null then submitted_on end as clock_start_on
    from clocks
),

counted_days as (
    select
        started_clocks.*,
        starts.floor_ord as start_ord,
        due_days.on_date as business_days_due_on,
        coalesce(started_clocks.stop_on, started_clocks.as_of_on) as counted_to_on
    from started_clocks
    left join calendar.days as starts on started_clocks.clock_start_on = starts.on_date
    left join calendar.business_days as due_days on starts.floor_ord + started_clocks.target_business_days = due_days.business_day_ord
),

-- "or within requested completion date if the renewal request is submitted 20 days prior to the expiration date"
promised_dates as (
    select
        *,
        case
            when is_renewal and lead_days >= lead_min_days and business_days_due_on is not null then least(
                known_expires_on,
                coalesce(
                    asked_completion_on,
                    case when undated_renewal = 'process_by' then add_days(known_expires_on, -process_by_days) end
                )
            )
        end as promised_on,
        asked_completion_on is null as is_undated
    from counted_days
),

due_dates as (
    select
        promised_dates.*,
        case when is_undated and undated_renewal <> 'process_by' then business_days_due_on else greatest(business_days_due_on, promised_on) end as due_on,
        case
            when business_days_due_on is null then null
            when is_undated and undated_renewal <> 'process_by' then 'business_days'
            when promised_on > business_days_due_on then case when is_undated then 'process_by' else 'requested_date' end
            else 'business_days'
        end as due_rule
    from promised_dates
),

outcomes as (
    select
        due_dates.*,
        case when clock_start_on = counted_to_on then 0 else counted_to.ceil_ord - start_ord end as elapsed_business_days,
        case when counted_to_on > due_on then counted_to.ceil_ord - due_day.floor_ord end as days_past_due,
        case
            when declared_by is not null and clock_basis <> 'without_exclusions' then 'excluded'
            when approval_now = 'rejected' then 'excluded'
            when state is null then 'not_measurable'
            when is_ended then case when stop_on > due_on and late_exclusion = 'missed' then 'missed' else 'excluded' end
            when service_option = 'unclassified' then 'not_measurable'
            when is_completed then case when stop_at is null or stop_on < submitted_on then 'not_measurable' when stop_on <= due_on then 'met' else 'missed' end
            when due_on < counted_through_on then 'missed'
            else 'open'
        end as slo_outcome,
        case
            when declared_by is not null and clock_basis <> 'without_exclusions' then 'declared: ' || declared_by
            when approval_now = 'rejected' then 'approval_rejected'
            when state is null then 'unknown_state: ' || coalesce(state_label, '')
            when is_ended then case when stop_on > due_on then 'ended_after_due' else state end
            when service_option = 'unclassified' then 'unclassified_option: ' || coalesce(option_label, '')
            when is_completed then case
                when stop_at is null then 'completed_without_stop'
                when stop_on < submitted_on then 'stop_before_submission'
                when stop_on <= due_on then 'on_time'
                else 'completed_late'
            end
            when clock_start_at is null then 'awaiting_approval'
            when due_on < counted_through_on then 'open_overdue'
            when due_on < as_of_on then 'stale_export'
            else 'not_yet_due'
        end as outcome_reason
    from due_dates
    left join calendar.days as counted_to on due_dates.counted_to_on = counted_to.on_date
    left join calendar.days as due_day on due_dates.due_on = due_day.on_date
),

request_clocks as (
    select
        number,
        clock_basis,
        submitted_at,
        case when given_approved_at <= as_of_at then given_approved_at end as approved_at,
        clock_start_at, clock_start_source,
        case when closed_at <= as_of_at then closed_at end as closed_at,
        stop_at, stop_source,
        target_business_days, business_days_due_on, lead_days, due_on, due_rule,
        case when clock_start_at is not null then elapsed_business_days end as elapsed_business_days,
        slo_outcome,
        outcome_reason,
        coalesce(due_on < as_of_on, false) as is_due,
        outcome_reason = 'open_overdue' as is_open_overdue,
        due_on is not null as has_due_date,
        coalesce(due_on, submitted_on) as period_on,
        case when slo_outcome = 'missed' then days_past_due end as late_business_days,
        case when is_completed and stop_at is not null then stop_on <= asked_completion_on end as requested_date_met,
        case
            when not coalesce(is_renewal, false) then null
            when lead_days is null then 'unknown_expiry'
            when lead_days <= 0 then 'expired_at_submission'
            when lead_days < lead_min_days then 'short'
            when lead_days > lead_max_days then 'early'
            else 'on_time'
        end as lead_flag,
        case when is_completed and stop_at is not null then stop_on > known_expires_on end as completed_after_expiry,
        known_expires_on as current_expires_on,
        current_expires_source,
        asked_completion_on as requested_completion_on,
        -- Work is under way on an open request, also on one that is excluded.
        not (approval_now is not distinct from 'rejected' or state is null or is_ended or is_completed or service_option = 'unclassified') as is_under_way,
        not (is_ended or is_completed) as is_running,
        submitted_on, clock_start_on, stop_on, given_installed_at as installed_at
    from outcomes
)

select * from request_clocks
