"""The published tables of rows: their columns, kinds and total orders."""

from pipelines.columns import Column, Table, columns
from pipelines.time_tables import TIME_TABLES

OUTCOMES = columns(
    "number service_option request_type department submitted_at:instant approved_at:instant clock_start_at:instant clock_start_source "
    "closed_at:instant stop_at:instant stop_source target_business_days:count business_days_due_on:date current_expires_on:date "
    "lead_days:count requested_completion_on:date due_on:date due_rule elapsed_business_days:count slo_outcome outcome_reason "
    "is_due:boolean is_open_overdue:boolean period_on:date is_reconstructed:boolean late_business_days:count requested_date_met:boolean "
    "lead_flag completed_after_expiry:boolean option_label state_label assignment_group common_name certificate_count:count "
    "latest_requested_completion_on:date current_expires_source"
)
OPEN_REASONS = ("open_overdue", "not_yet_due", "awaiting_approval", "stale_export")
"""Why a request is open, or missed and still open."""
OPEN_REQUESTS = f"""(
    select outcomes.*, due_days.floor_ord - todays.floor_ord as business_days_left, risks.risk_band, risks.risk_ratio, risks.similar_count,
        risks.similar_missed_count, risks.similar_business_days_left, phases.phase as current_phase, phases.party as current_party,
        phases.business_days as current_phase_business_days, phases.budget_business_days as current_phase_budget_days
    from slo_outcomes as outcomes
    cross join run_params
    inner join calendar_days as todays on run_params.as_of_on = todays.on_date
    left join calendar_days as due_days on outcomes.due_on = due_days.on_date
    left join open_risks as risks on outcomes.number = risks.number
    left join facts.request_phases as phases on outcomes.number = phases.number and phases.is_current
    where outcomes.outcome_reason in {OPEN_REASONS}
) as open_requests"""
"""Open requests with their risk and the phase they are in: a selection, because it would be a second copy of three tables."""

TABLES: dict[str, Table] = {
    "slo_outcomes": Table(OUTCOMES, ("number",)),
    "open_requests": Table(
        OUTCOMES
        + columns(
            "business_days_left:count risk_band risk_ratio:ratio similar_count:count similar_missed_count:count similar_business_days_left:count "
            "current_phase current_party current_phase_business_days:count current_phase_budget_days:count"
        ),
        ("number",),
        OPEN_REQUESTS,
    ),
    "slo_cube": Table(
        columns(
            "clock_basis service_option request_type department period_on:date is_due:boolean slo_outcome is_open_overdue:boolean "
            "elapsed_business_days:count request_count:count has_due_date:boolean due_rule late_business_days:count"
        ),
        (
            "clock_basis", "service_option", "period_on", "department", "request_type", "slo_outcome", "is_due", "is_open_overdue",
            "elapsed_business_days", "has_due_date", "due_rule", "late_business_days",
        ),
    ),
    "request_clocks": Table(
        columns(
            "number clock_basis submitted_at:instant approved_at:instant clock_start_at:instant clock_start_source closed_at:instant stop_at:instant "
            "stop_source target_business_days:count business_days_due_on:date lead_days:count due_on:date due_rule elapsed_business_days:count "
            "slo_outcome outcome_reason is_due:boolean is_open_overdue:boolean has_due_date:boolean period_on:date late_business_days:count "
            "requested_date_met:boolean lead_flag completed_after_expiry:boolean current_expires_on:date current_expires_source "
            "requested_completion_on:date is_under_way:boolean is_running:boolean submitted_on:date clock_start_on:date stop_on:date installed_at:instant"
        ),
        ("number", "clock_basis"),
        "facts.request_clocks",
    ),
    "request_versions": Table(columns("number export row_number:count version_at:instant disposition"), ("number", "version_at", "export", "row_number")),
    "certificates": Table(
        columns(
            "certificate serial_number issuer holding in_console:boolean in_files:boolean in_log:boolean console_id order_number common_name "
            "name_count:count organisation department status profile policy key_algorithm key_size:count signature_algorithm issued_at:instant "
            "issued_on:date not_after_at:instant expires_on:date service_ends_at:instant validity_days:count validity_limit_days:count "
            "validity_class:count submit_by_on:date process_by_on:date change_window_ends_on:date calendar_days_left:count is_active:boolean "
            "is_superseded:boolean is_possibly_superseded:boolean superseded_by revoked_at:instant replaced_at:instant is_delegated:boolean "
            "contact_count:count finding_count:count is_reconstructed:boolean is_ended_today:boolean"
        ),
        ("certificate",),
    ),
    "certificate_names": Table(
        columns("certificate name is_common_name:boolean is_wildcard:boolean authorised_root department is_valid:boolean"), ("certificate", "name")
    ),
    "certificate_findings": Table(columns("certificate finding detail rule"), ("certificate", "finding", "detail")),
    "certificate_links": Table(columns("number certificate role rule confidence"), ("number", "role", "certificate")),
    "certificate_versions": Table(
        columns("certificate export row_number:count version_at:instant disposition"), ("certificate", "version_at", "export", "row_number")
    ),
    "renewal_exposure": Table(
        columns(
            "certificate common_name name_count:count department organisation expires_on:date exposure_band covering_number covering_due_on:date "
            "is_due_after_expiry:boolean partly_number last_safe_start_on:date submit_by_on:date process_by_on:date not_after_at:instant "
            "service_ends_at:instant plan_ends_at:instant is_ended_today:boolean target_business_days:count is_target_assumed:boolean "
            "business_days_left:count calendar_days_left:count owner contact_count:count is_possibly_superseded:boolean superseded_by "
            "is_delegated:boolean holding serial_number"
        ),
        ("expires_on", "certificate"),
    ),
    "request_readiness": Table(columns("number check status detail"), ("number", "check")),
    "verdict_reconciliation": Table(
        columns(
            "number opinion sla source_verdict slo_outcome agreement reason_code evidence started_at:instant planned_end_at:instant ended_at:instant "
            "due_on:date stop_at:instant"
        ),
        ("number", "opinion", "sla", "started_at", "planned_end_at", "ended_at", "source_verdict", "reason_code", "evidence"),
    ),
    "open_risks": Table(
        columns(
            "number service_option due_rule business_days_left:count risk_ratio:ratio similar_count:count similar_missed_count:count risk_band "
            "similar_business_days_left:count"
        ),
        ("number",),
    ),
    "renewal_forecast": Table(
        columns(
            "period_start_on:date service_option kind expected_count:number low_80_count:number high_80_count:number expected_hours:number "
            "capacity_hours:number utilisation_ratio:ratio scenario low_80_hours:number high_80_hours:number open_count:number lapse_count:number"
        ),
        ("scenario", "period_start_on", "service_option", "kind"),
    ),
    "levelling_plan": Table(
        columns("certificate submit_on:date submit_by_on:date expires_on:date validity_days_given_up:number validity_share_ratio:ratio is_proven_optimal:boolean"),
        ("submit_on", "certificate"),
    ),
    "attainment_forecast": Table(
        columns(
            "month service_option request_count:number carried_count:number carried_ratio:ratio low_80_ratio:ratio high_80_ratio:ratio "
            "past_met_ratio:ratio expected_met_count:number expected_met_ratio:ratio is_whole:boolean scenario"
        ),
        ("scenario", "month", "service_option"),
    ),
    "lifetime_fit": Table(
        columns(
            "period name fits_into days:count needs_days:count issued_from:date operational_days:count share_of_life_ratio:ratio fits:boolean "
            "spare_days:count unfit_from:date meaning source"
        ),
        ("period", "issued_from"),
    ),
    "forecast_backtest": Table(
        columns(
            "origin_on:date weeks:count horizon_weeks:count period_start_on:date service_option kind expected_count:number low_80_count:number "
            "high_80_count:number actual_count:count naive_count:count mean_count:number"
        ),
        ("origin_on", "weeks", "horizon_weeks", "service_option", "kind"),
    ),
    "risk_backtest": Table(
        columns(
            "origin_on:date service_option risk_band request_count:count expected_missed_count:number missed_count:count squared_error_sum:number "
            "base_squared_error_sum:number"
        ),
        ("origin_on", "service_option", "risk_band"),
    ),
    "forecast_effort": Table(
        columns("service_option completed_count:count observed_count:count total_hours:number mean_hours:number"), ("service_option",)
    ),
    "forecast_assumptions": Table(columns("position:count assumption value is_assumed:boolean source"), ("position",)),
    "forecast_certificates": Table(
        columns(
            "certificate common_name department service_option standing issued_on:date expires_on:date validity_days:count is_renewed:boolean "
            "covering_number covering_due_on:date"
        ),
        ("standing", "expires_on", "certificate"),
    ),
    "forecast_leads": Table(columns("service_option lead_days:count request_count:count"), ("service_option", "lead_days")),
    "forecast_open_work": Table(columns("service_option due_on:date request_count:count"), ("service_option", "due_on")),
    "forecast_arrivals": Table(
        columns("service_option submitted_on:date request_count:count unlisted_count:count"), ("service_option", "submitted_on")
    ),
    "exports": Table(
        columns(
            "name sha256 source row_count:count accepted_count:count superseded_count:count later_count:count quarantined_count:count "
            "timezone day_order newest_event_at:instant is_withdrawn:boolean warnings kind"
        ),
        ("name", "sha256"),
    ),
    "quarantine": Table(columns("export row_number:count column_name value reason"), ("export", "row_number", "column_name")),
    "corrections": Table(
        columns(
            "correction_id kind number certificate field expected_value exported_value value reason reported_on:date reported_by is_applied:boolean "
            "exported_outcome corrected_outcome exported_period_on:date corrected_period_on:date"
        ),
        ("correction_id",),
    ),
    "checks": Table(columns("name severity offender_count:count"), ("name",)),
    "check_offenders": Table(columns("name position:count offender"), ("name", "position")),
    "run_params": Table(
        columns(
            "as_of_at:instant as_of_on:date zone known_through_on:date counted_through_on:date clock_basis clock_stop late_exclusion undated_renewal "
            "lead_min_days:count lead_max_days:count process_by_days:count reopen_window_days:count in_force_from:date closures_from:date "
            "closures_through:date policy_sha256 version source_note certificates_through_on:date transitions_through_on:date "
            "service_ends_seconds:count successor_overlap_days:count request_before_days:count horizon_days:count expired_days:count assumed_target_business_days:count"
        ),
        ("as_of_at",),
    ),
    "policy_options": Table(
        columns(
            "service_option name position:count objective_basis_points:count target_business_days:count is_renewal:boolean "
            "includes_installation:boolean team_business_days:count also_at_business_days:count source"
        ),
        ("position",),
    ),
    "policy_targets_by_type": Table(columns("service_option request_type target_business_days:count"), ("service_option", "request_type")),
    "policy_phases": Table(columns("service_option position:count phase business_days:count party"), ("service_option", "position")),
    "policy_closures": Table(columns("closed_on:date name source"), ("closed_on",)),
    "policy_second_calendar": Table(columns("closed_on:date name source"), ("closed_on",)),
    "policy_validity": Table(
        columns("issued_from:date maximum_days:count operational_days:count domain_reuse_days:count organisation_reuse_days:count source"), ("issued_from",)
    ),
    "policy_distribution_lists": Table(columns("address source"), ("address",)),
    "policy_bands": Table(columns("band position:count word from_similar_count:count from_basis_points:count source"), ("position",)),
    "policy_effort": Table(columns("service_option hours:number source"), ("service_option",)),
    "policy_scenarios": Table(
        columns(
            "scenario position:count name staff:number hours_per_business_day:number automated_ratio:ratio lead_days:count issue growth_ratio:number "
            "definition source"
        ),
        ("position",),
    ),
    "policy_published_periods": Table(columns("period position:count name amount:count unit fits_into meaning source"), ("position",)),
    "policy_rules": Table(columns("rule value source"), ("rule",)),
    "calendar_days": Table(
        columns("on_date:date weekday:count is_business_day:boolean floor_ord:count ceil_ord:count closure_name"), ("on_date",)
    ),
    "calendar_second_days": Table(
        columns("on_date:date is_second_business_day:boolean second_floor_ord:count is_weekday:boolean weekday_floor_ord:count"), ("on_date",)
    ),
    **TIME_TABLES,
}
"""Tables of rows. `slo_attainment` is not among them: it is computed."""  # fmt: skip
