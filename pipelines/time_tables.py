"""The published tables of where a request's time went: its pieces, phases, pauses and the ledger of its clock."""

from pipelines.columns import Table, columns

TIME_TABLES: dict[str, Table] = {
    "request_variants": Table(
        columns(
            "number clock_basis service_option request_type department due_on:date stop_at:instant elapsed_business_days:count slo_outcome outcome_reason "
            "is_due:boolean is_open_overdue:boolean has_due_date:boolean period_on:date late_business_days:count due_rule credited_business_days:count"
        ),
        ("number", "clock_basis"),
        "facts.variant_clocks",
    ),
    "request_intervals": Table(
        columns(
            "number position:count started_at:instant ended_at:instant started_on:date ended_on:date from_state to_state phase party pause_reason "
            "business_days:count clock_business_days:count is_current:boolean source field"
        ),
        ("number", "position"),
        "facts.request_intervals",
    ),
    "request_phases": Table(
        columns(
            "number position:count phase party budget_business_days:count business_days:count over_budget_days:count clock_business_days:count "
            "visit_count:count first_started_at:instant last_ended_at:instant is_current:boolean"
        ),
        ("number", "position", "phase"),
        "facts.request_phases",
    ),
    "request_flows": Table(
        columns(
            "number path visit_count:count hand_off_count:count is_complete:boolean paused_business_days:count credited_business_days:count"
        ),
        ("number",),
    ),
    "phase_cube": Table(
        columns(
            "service_option request_type department month_start_on:date is_due:boolean slo_outcome is_open_overdue:boolean phase party position:count "
            "budget_business_days:count business_days:count clock_business_days:count request_count:count"
        ),
        (
            "service_option", "month_start_on", "position", "phase", "department", "request_type", "slo_outcome", "is_due", "is_open_overdue", "business_days",
            "clock_business_days", "party",
        ),
    ),
    "clock_pauses": Table(
        columns(
            "number position:count started_at:instant ended_at:instant started_on:date ended_on:date reason business_days:count is_credited:boolean "
            "credited_business_days:count is_open:boolean"
        ),
        ("number", "position"),
        "facts.clock_pauses",
    ),
    "clock_ledger": Table(
        columns(
            "number on_date:date day_kind counted_days:count running_days:count reason closure_name phase party pause_reason paused_days:count "
            "is_due_day:boolean is_stop_day:boolean"
        ),
        ("number", "on_date"),
    ),
    "transition_findings": Table(columns("number finding source field value finding_count:count first_found_at:instant"), ("number", "finding", "source", "field", "value")),
}  # fmt: skip
