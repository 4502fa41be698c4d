"""What differs between two published snapshots, and why: counts per service option and month, and the requests that explain them.

Read-only. `compare` gives a connection that holds the answer as tables of its own; `MONTHS`, `REQUESTS`, `CAUSES_FOUND` and `RUNS` ask it.
A count of the older snapshot plus what the requests say is always the count of the newer one.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from pipelines import cause_sentences, causes, snapshots
from pipelines import changed_statements as statements
from pipelines.errors import UserError
from pipelines.metrics import Query
from pipelines.tables import columns

CAUSES = {
    "correction": "by a correction",
    "late_export": "by a late export",
    "new_data": "by new data",
    "withdrawn_export": "by a withdrawn export",
    "reclassification": "by another classification",
    "calendar_change": "by a changed closure",
    "policy_change": "by a changed policy",
    "time_passed": "by the passing of time",
    "product_change": "by another version of certboard",
    "other": "for another reason",
}
"""Why a request counts otherwise, in the order in which they are tried; the first that holds is its cause. With words that follow a count."""
COUNTS = {
    "met": "counted_as = 'met'",
    "missed": "counted_as in ('missed', 'open_overdue')",
    "open_overdue": "counted_as = 'open_overdue'",
    "met_not_yet_due": "counted_as = 'met_not_yet_due'",
    "open": "counted_as in ('open', 'open_without_due_date')",
    "open_with_due_date": "counted_as = 'open'",
    "excluded": "counted_as = 'excluded'",
    "not_measurable": "counted_as = 'not_measurable'",
}
"""The counts of the attainment statement, each with the condition on `counted_as` that puts a request into it."""
_NEEDED = {
    "run_params": "as_of_at zone counted_through_on version policy_sha256 " + " ".join(cause_sentences.RULES),
    "slo_months": "clock_basis service_option month_start_on is_policy_basis objective_basis_points " + " ".join(f"{name}_count" for name in COUNTS),
    "slo_outcomes": (
        "number service_option request_type department submitted_at approved_at clock_start_at clock_start_source closed_at stop_at stop_source "
        "target_business_days current_expires_on requested_completion_on latest_requested_completion_on due_on slo_outcome outcome_reason is_due "
        "is_open_overdue period_on option_label state_label"
    ),
    "request_versions": "number export row_number version_at disposition",
    "exports": "name sha256 source kind timezone day_order newest_event_at is_withdrawn",
    "policy_files": "name text",
    "calendar_days": "on_date is_business_day closure_name",
}
"""What a snapshot must have to be compared."""
_OPTIONAL = {
    "corrections": ("main.corrections", "correction_id number field value is_applied:boolean"),
    "variants": ("facts.variant_clocks", "number clock_basis service_option period_on:date slo_outcome due_on:date is_due:boolean is_open_overdue:boolean"),
}
"""What is compared where a snapshot has it, under another name: the relation and its columns."""
_TYPES = {"text": "varchar", "date": "date", "boolean": "boolean"}

_COUNTED = """
    strftime(period_on, '%Y-%m') as month,
    case
        when slo_outcome = 'met' and not is_due then 'met_not_yet_due'
        when is_open_overdue then 'open_overdue'
        when slo_outcome = 'open' and due_on is null then 'open_without_due_date'
        else slo_outcome
    end as counted_as
"""
_SIDE = """
create view {side}.counted as select *, {counted} from {side}.slo_outcomes;
create view {side}.as_exported as select number, service_option, {counted} from {side}.variants where clock_basis = 'as_exported';
create view {side}.used_rows as
select versions.number, versions.export, versions.row_number, versions.version_at, exports.source
from {side}.request_versions as versions
inner join {side}.exports as exports on versions.export = exports.name
where versions.disposition = 'accepted';
create view {side}.applied_corrections as
select number, field, correction_id || case when field is null then '' else ' (' || field || ' = ' || coalesce(nullif(value, ''), 'empty') || ')' end as correction
from {side}.corrections where is_applied and number is not null;
"""
_BETWEEN = """
create table added_exports as
select afters.name, afters.kind, afters.newest_event_at, coalesce(befores.is_withdrawn, false) as was_withdrawn
from new.exports as afters left join old.exports as befores on afters.name = befores.name and afters.sha256 = befores.sha256
where not afters.is_withdrawn and coalesce(befores.is_withdrawn, true);
create table removed_exports as
select befores.name, befores.kind, coalesce(afters.is_withdrawn, false) as is_withdrawn
from old.exports as befores left join new.exports as afters on afters.name = befores.name and afters.sha256 = befores.sha256
where not befores.is_withdrawn and coalesce(afters.is_withdrawn, true);
create table reread_exports as
select name, 'export ' || name || ' is read otherwise: ' || concat_ws(', ', became('the source', befores.source, afters.source),
    became('the zone', befores.timezone, afters.timezone), became('the day order', befores.day_order, afters.day_order)) as words
from old.exports as befores inner join new.exports as afters using (name, sha256)
where (befores.source, befores.timezone, befores.day_order) is distinct from (afters.source, afters.timezone, afters.day_order);
create table changed_days as
select on_date, named_day(on_date) || ' (' || given(coalesce(afters.closure_name, befores.closure_name)) || ') is '
    || case when afters.is_business_day then 'a business day' else 'no business day' end || ' now' as words
from old.calendar_days as befores inner join new.calendar_days as afters using (on_date)
where befores.is_business_day <> afters.is_business_day;
create table changed_files as
select name from old.policy_files as befores full join new.policy_files as afters using (name) where befores.text is distinct from afters.text;
"""
_MONTHS = """
create table changed_months as
with touched as (
    select service_option_old as service_option, month_old as month, number, cause from changed_requests where month_old is not null
    union
    select service_option_new, month_new, number, cause from changed_requests where month_new is not null
),

tallies as (
    select service_option, month, cause, count(*) as change_count from touched group by service_option, month, cause
),

reasons as (
    select service_option, month, cast(sum(change_count) as bigint) as request_count,
        string_agg(cause || ' ' || change_count, ', ' order by list_position({names}, cause)) as causes
    from tallies group by service_option, month
),

regrouped as (
    select afters.service_option, afters.month, count(*) as regrouped_count
    from old.counted as befores
    inner join new.counted as afters using (number, service_option, month, counted_as)
    where (befores.department, befores.request_type) is distinct from (afters.department, afters.request_type)
    group by afters.service_option, afters.month
)

select
    service_option, month, {counts},
    befores.met_count / nullif(befores.met_count + befores.missed_count, 0) as attainment_ratio_old,
    afters.met_count / nullif(afters.met_count + afters.missed_count, 0) as attainment_ratio_new,
    coalesce(reasons.request_count, 0) as request_count,
    reasons.causes,
    coalesce(afters.objective_basis_points, befores.objective_basis_points) / 1e4 as target_ratio,
    {others},
    coalesce(regrouped.regrouped_count, 0) as regrouped_count
from old.months as befores
full join new.months as afters using (service_option, month)
left join reasons using (service_option, month)
left join regrouped using (service_option, month)
where reasons.request_count > 0 or regrouped.regrouped_count > 0 or {differs}
order by service_option, month
"""

_MONTH_COLUMNS = columns(
    "service_option month met_count_old:count met_count_new:count missed_count_old:count missed_count_new:count attainment_ratio_old:ratio "
    "attainment_ratio_new:ratio "
    + " ".join(f"{name}_count_{side}:count" for name in list(COUNTS)[2:] for side in ("old", "new"))
    + " request_count:count causes target_ratio:ratio "
    + " ".join(f"{name}_{side}{kind}" for name, kind in statements.OTHERS.items() for side in ("old", "new"))
    + " regrouped_count:count"
)
_REQUEST_COLUMNS = columns(
    "number service_option_old service_option_new month_old month_new slo_outcome_old slo_outcome_new due_on_old:date due_on_new:date "
    "stop_at_old:instant stop_at_new:instant cause detail counted_as_old counted_as_new"
)


def _all(table: str, chosen: tuple, order: str) -> Query:
    return Query(f"select {', '.join(each.name for each in chosen)} from {table} order by {order}", (), chosen)


MONTHS = _all("changed_months", _MONTH_COLUMNS, "service_option, month")
"""A row per service option and month whose statement differs: both sides, and how many requests explain it, by cause."""
REQUESTS = _all("changed_requests", _REQUEST_COLUMNS, "number")
"""A row per request whose outcome, month or option changed, or that came or went, with its cause."""
CAUSES_FOUND = Query("select cause, count(*) as request_count from changed_requests group by cause", (), columns("cause request_count:count"))
"""How many requests each cause explains."""
RUNS = Query(
    "select befores.as_of_at as as_of_at_old, afters.as_of_at as as_of_at_new, befores.version as version_old, afters.version as version_new, "
    "(select string_agg(name, ', ' order by name) from added_exports) as added_exports, "
    "(select string_agg(name, ', ' order by name) from removed_exports) as removed_exports, "
    "(select string_agg(name, ', ' order by name) from changed_files) as changed_files from old_run as befores cross join new_run as afters",
    (),
    columns("as_of_at_old:instant as_of_at_new:instant version_old version_new added_exports removed_exports changed_files"),
)
"""One row: what the two snapshots were made of that differs."""


def requests(*, limit: int, offset: int = 0) -> Query:
    """A page of `REQUESTS`."""
    return Query(f"{REQUESTS.sql} limit ? offset ?", (limit, offset), REQUESTS.columns)


def compare(old: Path, new: Path) -> duckdb.DuckDBPyConnection:
    """A connection that holds what differs between two snapshots, in the policy zone of the newer; it needs neither file any more.

    Take one cursor per query. Raises UserError for a file that is no snapshot, or that lacks what is compared because another version built it.
    """
    connection = snapshots.open_pair(old, new)
    try:
        for side, path, catalog in (("old", old, "old_snapshot" if old != new else "new_snapshot"), ("new", new, "new_snapshot")):
            _see(connection, side, catalog, path)
        for sql in _statements():
            connection.execute(*sql).fetchall()
        for catalog in {"old_snapshot", "new_snapshot"} if old != new else {"new_snapshot"}:
            connection.execute(f"detach {catalog}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def _statements() -> Iterable[tuple]:
    """What is worked out of the two sides, in order; at the end only the answer is left."""
    counts = ", ".join(f"coalesce({side}s.{name}_count, 0) as {name}_count_{word}" for name in COUNTS for side, word in (("before", "old"), ("after", "new")))
    others = ", ".join(f"{side}s.{name} as {name}_{word}" for name in statements.OTHERS for side, word in (("before", "old"), ("after", "new")))
    differs = " or ".join(
        [f"coalesce(befores.{name}, 0) <> coalesce(afters.{name}, 0)" for name in (*(f"{name}_count" for name in COUNTS), *statements.UNPAUSED)]
        + [f"befores.{name} <> afters.{name}" for name in statements.JUDGED]
    )
    yield (causes.FUNCTIONS,)
    yield (_BETWEEN,)
    yield from ((sql,) for sql in (causes.PAIRS, causes.EVIDENCE, causes.CAUSES, cause_sentences.CHANGED_REQUESTS))
    yield (_MONTHS.format(names=list(CAUSES), counts=counts, others=others, differs=differs),)
    yield ("create table old_run as select * from old.run_params; create table new_run as select * from new.run_params",)
    yield ("drop view causes; drop view evidence; drop table pairs; drop schema old cascade; drop schema new cascade",)


def _see(connection: duckdb.DuckDBPyConnection, side: str, catalog: str, path: Path) -> None:
    """Views of one snapshot under the schema `old` or `new`."""
    connection.execute(f"create schema {side}").fetchall()
    try:
        for table, names in _NEEDED.items():
            connection.execute(f"create view {side}.{table} as select {', '.join(names.split())} from {catalog}.main.{table}").fetchall()
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise UserError(
            f"{path.stem}: was built by another version of certboard and cannot be compared ({str(error).splitlines()[0]}). "
            "Build it again with certboard build --as-of, or name another snapshot."
        ) from error
    for view, (relation, text) in _OPTIONAL.items():
        wanted, (schema, table) = columns(text), relation.split(".")
        found = connection.execute(
            "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?", [catalog, schema, table]
        ).fetchall()
        if {each.name for each in wanted} <= {name for (name,) in found}:
            select = f"select {', '.join(each.name for each in wanted)} from {catalog}.{relation}"
        else:
            nothing = ", ".join(f"cast(null as {_TYPES[each.kind]}) as {each.name}" for each in wanted)
            select = f"select {nothing} where false"
        connection.execute(f"create view {side}.{view} as {select}").fetchall()
    sums = ", ".join(f"cast(sum({name}_count) as bigint) as {name}_count" for name in COUNTS)
    connection.execute((_SIDE + statements.MONTHS).format(side=side, counted=_COUNTED, sums=sums)).fetchall()


def counts(month: Any) -> list[tuple[str, int, int]]:
    """The counts of a row of `MONTHS` that differ: words, before, after. That of dated open requests only where it is the only one: it is part of the open."""
    row = month if isinstance(month, dict) else month._asdict()
    found = [(name, row[f"{name}_count_old"], row[f"{name}_count_new"]) for name in COUNTS]
    found = [each for each in found if each[1] != each[2]]
    shown = [each for each in found if each[0] != "open_with_due_date"] or found
    return [(name.replace("_", " "), before, after) for name, before, after in shown]


def spelled(found: Iterable[tuple[str, int]]) -> str:
    """Causes and their counts in words, in the order of `CAUSES`: `2 by a late export, 1 by new data`."""
    counts = dict(found)
    return ", ".join(f"{counts[cause]:,} {words}" for cause, words in CAUSES.items() if counts.get(cause))


def parsed(text: str | None) -> list[tuple[str, int]]:
    """The column `causes` of `MONTHS` as (cause, count) pairs."""
    pairs = (part.rsplit(" ", 1) for part in (text or "").split(", ") if part)
    return [(cause, int(number)) for cause, number in pairs]
