"""SQL that says why a request counts otherwise in one snapshot than in another: the evidence, and of the causes the first that holds.

It reads the schemas `old` and `new` that `pipelines.differences` makes of two snapshots, and leaves the view `causes`, a row per request.
"""

UNCONCERNED = (
    "bands.csv", "corrections.yaml", "distribution_lists.csv", "domains.csv", "effort.csv", "published_periods.csv", "scenarios.yaml",
    "second_calendar.csv", "validity.csv",
)  # fmt: skip
"""Files of a policy that decide no outcome, or (corrections) have a cause of their own: no reason for a change."""
TELLING = ("approvals", "certificates", "requisitions")
"""Kinds of exports, beside those of requests, that tell when a request was approved, what date it asks for or when its certificate expires."""
SHOWN_CLOSURES = 3
"""Closures that a sentence names before it only counts."""

FUNCTIONS = """
create or replace macro moment(instant) as coalesce(strftime(timezone('UTC', instant), '%a %Y-%m-%d %H:%M'), 'not given');
create or replace macro local_day(instant) as cast(timezone('UTC', instant) as date);
create or replace macro named_day(on_date) as coalesce(strftime(on_date, '%a %Y-%m-%d'), 'none');
create or replace macro given(cell) as coalesce(nullif(cast(cell as varchar), ''), 'not given');
create or replace macro became(words, before, after) as
    case when before is distinct from after then words || ' was ' || given(before) || ' and is ' || given(after) end;
"""
"""Words for instants, days and values; `became` is null where nothing changed."""

PAIRS = """
create table pairs as
select
    coalesce(befores.number, afters.number) as number,
    befores as o,
    afters as n,
    exported_befores as o_exported,
    exported_afters as n_exported,
    old_rows as o_row,
    new_rows as n_row
from old.counted as befores
full join new.counted as afters on befores.number = afters.number
left join old.as_exported as exported_befores on befores.number = exported_befores.number
left join new.as_exported as exported_afters on afters.number = exported_afters.number
left join old.used_rows as old_rows on coalesce(befores.number, afters.number) = old_rows.number
left join new.used_rows as new_rows on coalesce(befores.number, afters.number) = new_rows.number
where
    befores.number is null or afters.number is null
    or befores.service_option <> afters.service_option
    or befores.month <> afters.month
    or befores.counted_as <> afters.counted_as
"""
"""Requests that count otherwise: each with its outcome (`o`, `n`), with that as exported where it is corrected (`o_exported`, `n_exported`), and with its row (`o_row`,
`n_row`), in both snapshots; null where there is none."""

# What a request's own row says, beside its time: two rows alike in this are copies of one version.
_FACTS = "submitted_at requested_completion_on latest_requested_completion_on option_label state_label department request_type".split()
_VERDICT = "stop_at stop_source clock_start_at clock_start_source due_on service_option request_type department".split()
_INPUTS = "submitted_at approved_at requested_completion_on current_expires_on".split()


def _differ(names: list[str]) -> str:
    return "(" + " or ".join(f"o.{name} is distinct from n.{name}" for name in names) + ")"


def _alike(name: str) -> str:
    """Whether what is counted and what is exported were the same in both snapshots, or neither of them changed."""
    before, after = (f"coalesce({side}_exported.{name}, {side}.{name})" for side in ("o", "n"))
    return f"(o.{name} = {before} and n.{name} = {after} or o.{name} = n.{name} and {before} = {after})"


EVIDENCE = f"""
create view evidence as
with
params as (
    select
        befores.as_of_at as old_as_of_at, afters.as_of_at as new_as_of_at, befores.counted_through_on as old_through_on,
        afters.counted_through_on as new_through_on, befores.version as old_version, afters.version as new_version
    from old.run_params as befores cross join new.run_params as afters
),

-- A department decides no outcome.
old_corrections as (
    select number, string_agg(correction, ', ' order by correction) as corrections,
        string_agg(correction, ', ' order by correction) filter (where field is distinct from 'department') as deciding
    from old.applied_corrections
    group by number
),

new_corrections as (
    select number, string_agg(correction, ', ' order by correction) as corrections,
        string_agg(correction, ', ' order by correction) filter (where field is distinct from 'department') as deciding
    from new.applied_corrections
    group by number
),

-- Other versions of a request, from exports that only one of the snapshots has: they can fill columns, or tell of a first close.
added_versions as (
    select versions.number, min(versions.export) as export
    from new.request_versions as versions
    inner join added_exports on versions.export = added_exports.name
    where versions.disposition = 'superseded'
    group by versions.number
),

removed_versions as (
    select versions.number, min(versions.export) as export
    from old.request_versions as versions
    inner join removed_exports on versions.export = removed_exports.name
    where versions.disposition = 'superseded'
    group by versions.number
),

other_exports as (
    select
        (select string_agg(name, ', ' order by name) from added_exports where kind in {TELLING}) as added_others,
        (select string_agg(name, ', ' order by name) from removed_exports where kind in {TELLING}) as removed_others,
        (select string_agg(name, ', ' order by name) from added_exports where kind = 'requests') as added_requests,
        (select max(newest_event_at) from added_exports where kind = 'requests') as added_event_at,
        (select string_agg(name, ', ' order by name) from removed_exports where kind = 'requests') as removed_requests
),

changed_closures as (
    select
        pairs.number,
        count(*) as closure_count,
        array_to_string(list(changed_days.words order by changed_days.on_date)[1:{SHOWN_CLOSURES}], ', ') as words
    from pairs
    inner join changed_days
        on changed_days.on_date > local_day(least(pairs.o.clock_start_at, pairs.n.clock_start_at))
        and changed_days.on_date <= greatest(pairs.o.due_on, pairs.n.due_on)
    where pairs.o.due_on <> pairs.n.due_on
    group by pairs.number
),

-- Files that can decide about this request: those of its own source, of other exports that tell of it, and the rules.
changed_policy as (
    select sources.source, string_agg(changed_files.name, ', ' order by changed_files.name) as files
    from (
        select source from old.exports where kind = 'requests' union select source from new.exports where kind = 'requests'
    ) as sources
    inner join changed_files
        on not starts_with(changed_files.name, 'sources/') and changed_files.name not in {UNCONCERNED}
        or changed_files.name = 'sources/' || sources.source || '.yaml'
        or changed_files.name in (select 'sources/' || source || '.yaml' from new.exports where kind in {TELLING})
    group by sources.source
),

facts as (
    select
        pairs.*,
        params.*,
        old_corrections.corrections as o_corrections,
        new_corrections.corrections as n_corrections,
        n_added.name is not null as is_row_added,
        n_added.was_withdrawn,
        o_removed.name is not null as is_row_removed,
        o_removed.is_withdrawn,
        coalesce(
            o_row.version_at is not distinct from n_row.version_at
            and (
                (o_row.export = n_row.export and o_row.row_number = n_row.row_number)
                or not {_differ(_FACTS)} and not (
                    o.closed_at is distinct from n.closed_at
                    and coalesce(greatest(o.closed_at, n.closed_at) <= least(params.old_as_of_at, params.new_as_of_at), true)
                )
            ),
            false
        ) as is_same_version,
        greatest(n_row.version_at, n.submitted_at, n.closed_at, n.stop_at) as n_event_at,
        greatest(o_row.version_at, o.submitted_at, o.closed_at, o.stop_at) as o_event_at,
        -- What the newer snapshot knows to have happened; it knows nothing later than its own data.
        greatest(n.submitted_at, n.closed_at, n.stop_at, case when o.approved_at is distinct from n.approved_at then n.approved_at end) as n_known_at,
        added_versions.export as added_version,
        removed_versions.export as removed_version,
        other_exports.*,
        changed_closures.closure_count,
        changed_closures.words as closure_words,
        changed_policy.files as policy_files,
        reread_exports.words as reading_words,
        o.number is not null and n.number is not null as is_in_both,
        old_corrections.corrections is distinct from new_corrections.corrections as is_otherwise_corrected,
        old_corrections.deciding is distinct from new_corrections.deciding as is_otherwise_decided,
        -- As exported it changed in the same way, so no correction made it so.
        coalesce({" and ".join(_alike(name) for name in ("service_option", "month", "counted_as"))}, false) as is_changed_as_exported,
        (params.old_as_of_at, params.old_through_on) is distinct from (params.new_as_of_at, params.new_through_on) as is_clock_moved,
        {_differ(_INPUTS)} as is_input_changed,
        {_differ(_VERDICT)} as is_verdict_changed
    from pairs
    cross join params
    cross join other_exports
    left join old_corrections on pairs.number = old_corrections.number
    left join new_corrections on pairs.number = new_corrections.number
    left join added_exports as n_added on pairs.n_row.export = n_added.name
    left join removed_exports as o_removed on pairs.o_row.export = o_removed.name
    left join added_versions on pairs.number = added_versions.number
    left join removed_versions on pairs.number = removed_versions.number
    left join changed_closures on pairs.number = changed_closures.number
    left join reread_exports on coalesce(pairs.n_row.export, pairs.o_row.export) = reread_exports.name
    left join changed_policy on coalesce(pairs.n_row.source, pairs.o_row.source) = changed_policy.source
)

select
    *,
    -- With the same dates on both sides, the day alone makes of an open request an overdue one, and lets a met one count.
    coalesce(
        is_in_both and is_clock_moved and o.service_option = n.service_option and o.due_on is not distinct from n.due_on
        and o.stop_at is not distinct from n.stop_at and o.clock_start_at is not distinct from n.clock_start_at
        and (o.slo_outcome = n.slo_outcome or (o.slo_outcome in ('open', 'missed') and n.slo_outcome in ('open', 'missed') and n.stop_at is null)),
        false
    ) as is_time_enough,
    -- Its own row is the same, but something else of it came from, or went with, another export.
    coalesce(
        is_in_both and is_same_version and (is_input_changed or (policy_files is null and is_verdict_changed)),
        false
    ) as is_told_elsewhere,
    -- The older snapshot reaches further, and knew something that has not happened yet in the newer.
    coalesce(new_as_of_at < old_as_of_at and greatest(o_event_at, o.approved_at) > new_as_of_at, false) as is_undone_by_time,
    -- Known by its own row and still not counted: its parent case stands for it.
    n.number is null and n_row.number is not null as is_left_to_parent,
    o.number is null and o_row.number is not null as was_left_to_parent
from facts
"""

CAUSES = """
create view causes as
select
    *,
    case
        when is_in_both and is_otherwise_decided and not is_changed_as_exported then 'correction'
        when is_row_added and not is_same_version and n_event_at <= old_as_of_at then 'late_export'
        when
            n_known_at > old_as_of_at
            or n_row.version_at > old_as_of_at and n.number is not null and (not is_same_version or n_row.version_at <= new_as_of_at)
            then 'new_data'
        when is_row_removed and not is_same_version then 'withdrawn_export'
        when is_told_elsewhere and (added_version is not null or added_others is not null) then 'late_export'
        when is_told_elsewhere and (removed_version is not null or removed_others is not null) then 'withdrawn_export'
        when is_left_to_parent and added_requests is not null then case when added_event_at > old_as_of_at then 'new_data' else 'late_export' end
        when was_left_to_parent and removed_requests is not null then 'withdrawn_export'
        when
            is_in_both and is_same_version
            and (
                o.service_option <> n.service_option
                or not is_time_enough and not is_otherwise_corrected
                and (o.request_type is distinct from n.request_type or o.department is distinct from n.department)
            )
            then 'reclassification'
        when closure_count > 0 then 'calendar_change'
        when policy_files is not null and not is_time_enough and not is_undone_by_time then 'policy_change'
        when
            is_time_enough
            or is_undone_by_time
            or is_clock_moved and is_in_both and is_same_version and not is_input_changed and o.due_on is not distinct from n.due_on
            then 'time_passed'
        when is_otherwise_corrected and (not is_in_both or old_version = new_version) then 'correction'
        when old_version <> new_version then 'product_change'
        else 'other'
    end as cause
from evidence
"""
