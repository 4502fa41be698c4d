"""SQL of a sentence per changed request: what its cause was, with names and dates, and what came of it.

It reads the view `causes` and leaves the table `changed_requests`.
"""

from pipelines.causes import SHOWN_CLOSURES

RULES = {
    "clock_basis": "the event that starts the clock",
    "clock_stop": "the event that stops the clock",
    "late_exclusion": "what cancelling an overdue request leaves",
    "undated_renewal": "the due date of a renewal without a requested date",
    "lead_min_days": "the calendar days before expiry from which a requested date counts",
    "process_by_days": "the calendar days before expiry by which renewals are processed",
    "reopen_window_days": "the calendar days in which a re-opened request keeps its first close",
}
"""Choices of slo.yaml that a snapshot knows one by one, in words."""

_RULES_CHANGED = ", ".join(f"became('{words}', before.{name}, after.{name})" for name, words in RULES.items())
_OLD_ROW = "'row ' || o_row.row_number || ' of ' || o_row.export || ' (' || moment(o_row.version_at) || ')'"
_NEW_ROW = "'row ' || n_row.row_number || ' of ' || n_row.export || ' (' || moment(n_row.version_at) || ')'"
_OLD_AS_OF = "'the older snapshot, which is as of ' || moment(old_as_of_at)"
_PARENT = "'its parent case is loaded and counted in its place, from one of ' || added_requests"

_SENTENCES = {
    "correction": "'corrections applied: ' || coalesce(n_corrections, 'none') || '; before: ' || coalesce(o_corrections, 'none')",
    "late_export": f"""concat_ws('; ',
        case
            when is_left_to_parent then {_PARENT}
            when is_row_added and not is_same_version
                then {_NEW_ROW} || ', which ' || case when was_withdrawn then 'was withdrawn from ' else 'was not in ' end || {_OLD_AS_OF}
            else 'export ' || coalesce(added_version, added_others) || ', which was not in the older snapshot, tells more of it'
        end,
        became('its approval', moment(o.approved_at), moment(n.approved_at)),
        became('its requested date', o.requested_completion_on, n.requested_completion_on),
        became('its current expiry', o.current_expires_on, n.current_expires_on))""",
    "new_data": f"""case when is_left_to_parent then {_PARENT} else concat_ws(', ',
        {_NEW_ROW},
        case when n.submitted_at > old_as_of_at then 'submitted ' || moment(n.submitted_at) end,
        case when n.approved_at > old_as_of_at then 'approved ' || moment(n.approved_at) end,
        case when n.stop_at > old_as_of_at then 'ended ' || moment(n.stop_at) end,
        'later than ' || {_OLD_AS_OF}) end""",
    "withdrawn_export": f"""case
        when is_row_removed and not is_same_version then
            {_OLD_ROW} || ', which is ' || case when is_withdrawn then 'withdrawn' else 'not landed' end || ' now'
            || case when n_row.number is not null then ', so ' || {_NEW_ROW} || ' counts' else ', and no other export has the request' end
        else 'withdrawn now: ' || coalesce(removed_version, case when was_left_to_parent then removed_requests else removed_others end)
    end""",
    "reclassification": """concat_ws('; ',
        became('its service option', o.service_option, n.service_option),
        became('its request type', o.request_type, n.request_type),
        became('its department', o.department, n.department),
        'changed: ' || policy_files)""",
    "calendar_change": f"""closure_words
        || case when closure_count > {SHOWN_CLOSURES} then ' and ' || (closure_count - {SHOWN_CLOSURES}) || ' more days' else '' end""",
    "policy_change": """concat_ws('; ',
        'changed: ' || policy_files,
        became('its target in business days', o.target_business_days, n.target_business_days),
        nullif(rules.words, ''),
        became('its reason', replace(o.outcome_reason, '_', ' '), replace(n.outcome_reason, '_', ' ')))""",
    "time_passed": f"""concat_ws('; ',
        case
            when o.submitted_at > new_as_of_at then 'submitted ' || moment(o.submitted_at) || ', later than the newer data'
            when o.approved_at > new_as_of_at and o_event_at <= new_as_of_at then 'approved ' || moment(o.approved_at) || ', later than the newer data'
            when is_undone_by_time then {_OLD_ROW} || ', later than the newer data'
            when n.slo_outcome = 'met' and n.is_due and not o.is_due then 'its due date, ' || named_day(n.due_on) || ', has passed, so it counts now'
            when n.is_open_overdue then 'it was due ' || named_day(n.due_on) || ' and is still open'
        end,
        became('the data''s date', moment(old_as_of_at), moment(new_as_of_at)),
        case when old_as_of_at = new_as_of_at then became('the last day of the request exports', old_through_on, new_through_on) end)""",
    "product_change": "'certboard ' || old_version || ' and ' || new_version || ' count it differently'",
    "other": """coalesce(reading_words, case
        when is_left_to_parent then 'its parent case is counted in its place now'
        when was_left_to_parent then 'its parent case was counted in its place'
        else 'neither its rows nor the policy tell why' end)""",
}
"""SQL of what caused the change, by cause."""
_OUTCOME = """case
    when o.number is null then 'it was not counted before'
    when n.number is null then 'it is not counted any more'
    else concat_ws(', ',
        became('its outcome', replace(o.counted_as, '_', ' '), replace(n.counted_as, '_', ' ')),
        became('its due date', named_day(o.due_on), named_day(n.due_on)),
        became('its month', o.month, n.month))
    end"""

CHANGED_REQUESTS = f"""
create table changed_requests as
with rules as (
    select concat_ws('; ', {_RULES_CHANGED}) as words from old.run_params as before cross join new.run_params as after
),

sentences as (
    select
        causes.*,
        concat_ws('; ', case cause {" ".join(f"when '{cause}' then {sql}" for cause, sql in _SENTENCES.items())} end, nullif({_OUTCOME}, '')) as words
    from causes
    cross join rules
)

select
    number,
    o.service_option as service_option_old,
    n.service_option as service_option_new,
    o.month as month_old,
    n.month as month_new,
    o.slo_outcome as slo_outcome_old,
    n.slo_outcome as slo_outcome_new,
    o.due_on as due_on_old,
    n.due_on as due_on_new,
    o.stop_at as stop_at_old,
    n.stop_at as stop_at_new,
    cause,
    upper(left(words, 1)) || substr(words, 2) || '.' as detail,
    o.counted_as as counted_as_old,
    n.counted_as as counted_as_new
from sentences
"""
"""The answer per request: both sides, the cause, and its sentence."""
