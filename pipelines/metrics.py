"""The one registry of published tables, dimensions and measures; turns a selection into SQL with bound parameters.

Filters, the URL, `export --by` and `--where` all use these names. A name outside the registry is a UserError that lists them;
values never become SQL text. `slo_attainment` is always a sum over `slo_months`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from pipelines import attainment
from pipelines.errors import UserError

Kind = Literal["text", "instant", "date", "count", "ratio", "boolean"]


class Column(NamedTuple):
    """A published column. Kinds: text, instant (naive UTC), date (local), count (integer), ratio (0 to 1), boolean."""

    name: str
    kind: Kind

    @property
    def exported(self) -> str:
        """SQL of its text as `export` writes it; null stays null. The connection's zone must be the policy's."""
        if self.kind == "instant":
            written = f"strftime(timezone('UTC', {self.name}), '%Y-%m-%dT%H:%M:%S%z')"
            return f"case when length({written}) = 22 then {written} || ':00' else {written} end"
        return self.name if self.kind == "text" else f"cast({self.name} as varchar)"


@dataclass(frozen=True)
class Query:
    """One statement, its bound values, and what comes back."""

    sql: str
    parameters: tuple
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Table:
    """A published table of rows and its total order."""

    columns: tuple[Column, ...]
    order: tuple[str, ...]
    relation: str | None = None
    """Where it lies when not under its own name."""

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((each for each in self.columns if each.name == name), None)


def _columns(text: str) -> tuple[Column, ...]:
    """Columns from words such as `number period_on:date is_due:boolean`; without a kind it is text."""
    return tuple(Column(*(word.split(":") if ":" in word else (word, "text"))) for word in text.split())  # type: ignore[arg-type]


TABLES: dict[str, Table] = {
    "slo_outcomes": Table(
        _columns(
            "number service_option request_type department submitted_at:instant approved_at:instant clock_start_at:instant clock_start_source "
            "closed_at:instant stop_at:instant stop_source target_business_days:count business_days_due_on:date current_expires_on:date "
            "lead_days:count requested_completion_on:date due_on:date due_rule elapsed_business_days:count slo_outcome outcome_reason "
            "is_due:boolean is_open_overdue:boolean period_on:date is_reconstructed:boolean late_business_days:count requested_date_met:boolean "
            "lead_flag completed_after_expiry:boolean option_label state_label assignment_group common_name certificate_count:count "
            "latest_requested_completion_on:date"
        ),
        ("number",),
    ),
    "slo_cube": Table(
        _columns(
            "clock_basis service_option request_type department period_on:date is_due:boolean slo_outcome is_open_overdue:boolean "
            "elapsed_business_days:count request_count:count has_due_date:boolean due_rule late_business_days:count"
        ),
        (
            "clock_basis", "service_option", "period_on", "department", "request_type", "slo_outcome", "is_due", "is_open_overdue",
            "elapsed_business_days", "has_due_date", "due_rule", "late_business_days",
        ),
    ),
    "request_clocks": Table(
        _columns(
            "number clock_basis submitted_at:instant approved_at:instant clock_start_at:instant clock_start_source closed_at:instant stop_at:instant "
            "stop_source target_business_days:count business_days_due_on:date lead_days:count due_on:date due_rule elapsed_business_days:count "
            "slo_outcome outcome_reason is_due:boolean is_open_overdue:boolean has_due_date:boolean period_on:date late_business_days:count "
            "requested_date_met:boolean lead_flag completed_after_expiry:boolean"
        ),
        ("number", "clock_basis"),
        "facts.request_clocks",
    ),
    "request_versions": Table(_columns("number export row_number:count version_at:instant disposition"), ("number", "version_at", "export", "row_number")),
    "exports": Table(
        _columns(
            "name sha256 source row_count:count accepted_count:count superseded_count:count later_count:count quarantined_count:count "
            "timezone day_order newest_event_at:instant is_withdrawn:boolean warnings kind"
        ),
        ("name", "sha256"),
    ),
    "quarantine": Table(_columns("export row_number:count column_name value reason"), ("export", "row_number", "column_name")),
    "checks": Table(_columns("name severity offender_count:count"), ("name",)),
    "check_offenders": Table(_columns("name position:count offender"), ("name", "position")),
    "run_params": Table(
        _columns(
            "as_of_at:instant as_of_on:date zone known_through_on:date counted_through_on:date clock_basis clock_stop late_exclusion undated_renewal "
            "lead_min_days:count lead_max_days:count process_by_days:count reopen_window_days:count in_force_from:date closures_from:date "
            "closures_through:date policy_sha256 version source_note"
        ),
        ("as_of_at",),
    ),
    "policy_options": Table(
        _columns(
            "service_option name position:count objective_basis_points:count target_business_days:count is_renewal:boolean "
            "includes_installation:boolean team_business_days:count also_at_business_days:count source"
        ),
        ("position",),
    ),
    "policy_targets_by_type": Table(_columns("service_option request_type target_business_days:count"), ("service_option", "request_type")),
    "policy_phases": Table(_columns("service_option position:count phase business_days:count party"), ("service_option", "position")),
    "policy_closures": Table(_columns("closed_on:date name source"), ("closed_on",)),
    "policy_rules": Table(_columns("rule value source"), ("rule",)),
    "calendar_days": Table(
        _columns("on_date:date weekday:count is_business_day:boolean floor_ord:count ceil_ord:count closure_name"), ("on_date",)
    ),
}
"""Tables of rows. `slo_attainment` is not among them: it is computed."""  # fmt: skip

LATE_BUCKETS = ("1", "2", "3", "4", "5", "6 to 10", "over 10", "still open")
_LATE = (
    "case when is_open_overdue then 'still open' when slo_outcome <> 'missed' then null when late_business_days > 10 then 'over 10' "
    "when late_business_days > 5 then '6 to 10' else cast(late_business_days as varchar) end"
)


def names() -> list[str]:
    """Every table that can be selected."""
    return ["slo_attainment", *TABLES]


def select(
    table: str,
    *,
    by: Sequence[str] = (),
    where: Mapping[str, Sequence[str]] | None = None,
    clock_basis: str | None = None,
    order: Sequence[tuple[str, bool]] = (),
    limit: int | None = None,
    offset: int = 0,
) -> Query:
    """A selection as a Query.

    `by`: dimensions, aggregates only (default service_option, month). `where`: name to accepted values, compared as the text that
    `export` writes, '' for null; values of one name are alternatives, names are all required. `clock_basis` (aggregates): default the
    policy's. `order`: (column, descending) before the table's own total order; row tables only. Raises UserError for unknown names.
    """
    where = where or {}
    if table == "slo_attainment":
        return _attainment(tuple(by) or attainment.DEFAULT_BY, where, clock_basis)
    if table not in TABLES:
        raise UserError(f"{table}: no such table. Tables: {', '.join(names())}.")
    if by:
        raise UserError(f"--by: {table} is a table of rows and cannot be grouped. Leave --by out, or export slo_attainment.")
    chosen = TABLES[table]
    conditions, parameters = _conditions(where, lambda name: _row_condition(table, name))
    for name, _ in order:
        if chosen.column(name) is None:
            raise UserError(f"{table}: no column {name} to sort by. Columns: {', '.join(each.name for each in chosen.columns)}.")
    ranking = [f"{name} {'desc' if descending else 'asc'} nulls last" for name, descending in order]
    ranking += [f"{name} nulls last" for name in chosen.order]
    sql = f"select {', '.join(each.name for each in chosen.columns)} from {chosen.relation or table}{conditions} order by {', '.join(ranking)}"
    if limit is not None:
        sql += " limit ? offset ?"
        parameters += [limit, offset]
    return Query(sql, tuple(parameters), chosen.columns)


def count(table: str, where: Mapping[str, Sequence[str]] | None = None) -> Query:
    """How many rows of a table of rows match: one row, one column `row_count`."""
    conditions, parameters = _conditions(where or {}, lambda name: _row_condition(table, name))
    return Query(f"select count(*) as row_count from {TABLES[table].relation or table}{conditions}", tuple(parameters), (Column("row_count", "count"),))


def values(dimension: str) -> Query:
    """The values of a dimension and how many requests have each, most first: columns `value`, `request_count`."""
    if dimension not in attainment.PLAIN_DIMENSIONS:
        raise UserError(f"{dimension}: no such dimension. Dimensions: {', '.join(attainment.PLAIN_DIMENSIONS)}.")
    sql = (
        f"select {dimension} as value, cast(sum({attainment.ALL_REQUESTS}) as bigint) as request_count from slo_months "
        "where is_policy_basis group by 1 order by 2 desc, 1 nulls last"
    )
    return Query(sql, (), (Column("value", "text"), Column("request_count", "count")))


def _attainment(by: tuple[str, ...], where: Mapping[str, Sequence[str]], clock_basis: str | None) -> Query:
    for name in by:
        if name not in attainment.DIMENSIONS:
            raise UserError(f"--by {name}: no such dimension of slo_attainment. Dimensions: {', '.join(attainment.DIMENSIONS)}.")
    if len(set(by)) != len(by):
        raise UserError(f"--by {','.join(by)}: a dimension is named twice. Name each once.")
    plain = {name: accepted for name, accepted in where.items() if name not in attainment.PERIOD_DIMENSIONS}
    periods = {name: accepted for name, accepted in where.items() if name in attainment.PERIOD_DIMENSIONS}
    conditions, parameters = _conditions(plain, _cube_condition, lead=" and ")
    period_conditions, period_parameters = _conditions(periods, _cube_condition, lead=" and ")
    basis = "is_policy_basis" if clock_basis is None else "clock_basis = ?"
    sql, repeats_periods = attainment.statement(by, basis, conditions + period_conditions.replace("period_on", "month_start_on"), period_conditions.replace("period_on", "period_start_on"))
    bound = [*([] if clock_basis is None else [clock_basis]), *parameters, *period_parameters, *(period_parameters if repeats_periods else [])]
    columns = tuple(Column(name, "text") for name in by) + _columns(attainment.MEASURES)
    return Query(sql, tuple(bound), columns)


def _row_condition(table: str, name: str):
    chosen = TABLES[table]
    if name in attainment.PERIOD_DIMENSIONS and chosen.column("period_on"):
        return lambda accepted: _period_condition(name, accepted)
    if name == "late" and chosen.column("late_business_days"):
        return lambda accepted: _membership(_LATE, accepted)
    column = chosen.column(name)
    if column is None:
        raise UserError(f"--where {name}: no such column of {table}. Columns: {', '.join(each.name for each in chosen.columns)}.")
    return lambda accepted: _membership(column.exported, accepted)


def _cube_condition(name: str):
    if name in attainment.PERIOD_DIMENSIONS:
        return lambda accepted: _period_condition(name, accepted)
    if name in attainment.PLAIN_DIMENSIONS:
        return lambda accepted: _membership(name, accepted)
    raise UserError(f"--where {name}: no such dimension of slo_attainment. Dimensions: {', '.join(attainment.DIMENSIONS)}.")


def _conditions(where: Mapping[str, Sequence[str]], condition_of, lead: str = " where ") -> tuple[str, list]:
    parts, parameters = [], []
    for name, accepted in where.items():
        sql, bound = condition_of(name)(tuple(accepted))
        parts.append(sql)
        parameters += bound
    return (lead + " and ".join(parts) if parts else ""), parameters


def _membership(expression: str, accepted: tuple[str, ...]) -> tuple[str, list]:
    present = [each for each in accepted if each != ""]
    parts = [f"{expression} in ({', '.join('?' for _ in present)})"] if present else []
    parts += [f"{expression} is null"] if "" in accepted else []
    return "(" + (" or ".join(parts) or "false") + ")", present


def _period_condition(dimension: str, accepted: tuple[str, ...]) -> tuple[str, list]:
    parts, parameters = [], []
    for text in accepted:
        bounds = period_bounds(dimension, text)
        if bounds is not None:
            parts.append("(period_on >= ? and period_on < ?)")
            parameters += bounds
    return "(" + (" or ".join(parts) or "false") + ")", parameters


def period_bounds(dimension: str, text: str) -> tuple[date, date] | None:
    """First day of a period and of the next one: `2026-10`, `2026-Q4`, `FY2026-27`. None when it is not written so."""
    if dimension == "month" and (found := re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", text)):
        return _months(int(found[1]), int(found[2]), 1)
    if dimension == "quarter" and (found := re.fullmatch(r"(\d{4})-Q([1-4])", text)):
        return _months(int(found[1]), 3 * int(found[2]) - 2, 3)
    if dimension == "fiscal_year" and (found := re.fullmatch(r"FY(\d{4})-(\d{2})", text)) and (int(found[1]) + 1) % 100 == int(found[2]):
        return _months(int(found[1]), 7, 12)
    return None


def _months(year: int, month: int, length: int) -> tuple[date, date] | None:
    if not 1 <= year <= 9997:
        return None
    ahead = month - 1 + length
    return date(year, month, 1), date(year + ahead // 12, ahead % 12 + 1, 1)
