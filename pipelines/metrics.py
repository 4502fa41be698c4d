"""The one registry of published tables, dimensions and measures; turns a selection into SQL with bound parameters.

Filters, the URL, `export --by` and `--where` all use these names. A name outside the registry is a UserError that lists them;
values never become SQL text. `slo_attainment` is always a sum over `slo_months`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pipelines import attainment
from pipelines.errors import UserError
from pipelines.tables import TABLES, Column, columns


@dataclass(frozen=True)
class Query:
    """One statement, its bound values, and what comes back."""

    sql: str
    parameters: tuple
    columns: tuple[Column, ...]


LATE_BUCKETS = ("1", "2", "3", "4", "5", "6 to 10", "over 10", "still open")
_LATE = (
    "case when is_open_overdue then 'still open' when slo_outcome <> 'missed' then null when late_business_days > 10 then 'over 10' "
    "when late_business_days > 5 then '6 to 10' else cast(late_business_days as varchar) end"
)
BAND = (
    "case when exposure_band <> 'covered' then exposure_band when expires_on - last_safe_start_on > calendar_days_left then 'past_last_safe_start' "
    "when expires_on - submit_by_on >= calendar_days_left then 'submit_now' else 'upcoming' end"
)
"""The band of a row of `renewal_exposure` by its dates alone, whether or not a request covers it."""
KEY = "case when key_size is null then key_algorithm else key_algorithm || ' ' || cast(key_size as varchar) end"
"""The key of a row of `certificates`: `RSA 2048`."""
ISSUER = "coalesce(nullif(trim(regexp_extract(issuer, '(?i)(?:^|,)\\s*CN\\s*=\\s*([^,]+)', 1)), ''), issuer)"
"""The common name of the issuer of a row of `certificates`, else the whole text."""
_DERIVED = {
    "late": ("late_business_days", _LATE),
    "band": ("exposure_band", BAND),
    "uncovered": ("covering_number", "cast(covering_number is null as varchar)"),
    "key": ("key_algorithm", KEY),
    "issuer_name": ("issuer", ISSUER),
    "has_findings": ("finding_count", "cast(finding_count > 0 as varchar)"),
}
"""What can be asked of a table beside its columns: the column that it must have, and the SQL of the text that is compared."""
_OF_REQUESTS = {
    "path": ("path", "number in (select number from request_flows where {})"),
    "over_budget_phase": ("phase", "number in (select number from facts.request_phases where over_budget_days > 0 and {})"),
    "changed_by": (
        "clock_basis",
        "exists (select 1 from (select number, clock_basis, slo_outcome from facts.request_clocks union all select number, clock_basis, slo_outcome "
        "from facts.variant_clocks) as others where others.number = slo_outcomes.number and others.slo_outcome <> slo_outcomes.slo_outcome and {})",
    ),
}
"""What can be asked of `slo_outcomes` beside its columns: the column that is compared, and the condition around it. The path a request took, a phase that took
it longer than published, and a clock basis that gives it another outcome."""


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
    policy's; `where` may name one instead. `order`: (column, descending) before the table's own total order; row tables only. Raises UserError for unknown names.
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
    ranking = [f"{chosen.column(name).identifier} {'desc' if descending else 'asc'} nulls last" for name, descending in order]
    ranking += [f"{chosen.column(name).identifier} nulls last" for name in chosen.order]
    sql = f"select {', '.join(each.identifier for each in chosen.columns)} from {chosen.relation or table}{conditions} order by {', '.join(ranking)}"
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
    where = dict(where)
    if "clock_basis" in where:
        clock_basis = _one_basis(where.pop("clock_basis"))
    plain = {name: accepted for name, accepted in where.items() if name not in attainment.PERIOD_DIMENSIONS}
    periods = {name: accepted for name, accepted in where.items() if name in attainment.PERIOD_DIMENSIONS}
    conditions, parameters = _conditions(plain, _cube_condition, lead=" and ")
    period_conditions, period_parameters = _conditions(periods, _cube_condition, lead=" and ")
    basis = "is_policy_basis" if clock_basis is None else "clock_basis = ?"
    sql, repeats_periods = attainment.statement(by, basis, conditions + period_conditions.replace("period_on", "month_start_on"), period_conditions.replace("period_on", "period_start_on"))
    bound = [*([] if clock_basis is None else [clock_basis]), *parameters, *period_parameters, *(period_parameters if repeats_periods else [])]
    return Query(sql, tuple(bound), tuple(Column(name, "text") for name in by) + columns(attainment.MEASURES))


def _one_basis(accepted: Sequence[str]) -> str:
    """The clock basis of a statement: each is a figure of its own, and no sum of two means anything."""
    if len(accepted) != 1:
        raise UserError(f"--where clock_basis={','.join(accepted)}: a statement has one clock basis. Give one, such as clock_basis=submitted.")
    return accepted[0]


def _row_condition(table: str, name: str):
    chosen = TABLES[table]
    dated = next((each for each in ("period_on", "month_start_on") if chosen.column(each)), None)
    if name in attainment.PERIOD_DIMENSIONS and dated:
        return lambda accepted: _period_condition(name, accepted, dated)
    if name in _OF_REQUESTS and table == "slo_outcomes":
        return lambda accepted: _of_requests(name, accepted)
    if name in _DERIVED and chosen.column(_DERIVED[name][0]):
        return lambda accepted: _membership(_DERIVED[name][1], accepted)
    if name == "horizon" and chosen.column("calendar_days_left"):
        return _horizon
    if name == "search" and chosen.column("certificate"):
        return _search
    if name == "finding" and chosen.column("finding_count"):
        return _finding
    column = chosen.column(name)
    if column is None:
        raise UserError(f"--where {name}: no such column of {table}. Columns: {', '.join(each.name for each in chosen.columns)}.")
    return lambda accepted: _membership(column.exported, accepted)


def _cube_condition(name: str):
    if name in attainment.PERIOD_DIMENSIONS:
        return lambda accepted: _period_condition(name, accepted)
    if name in attainment.PLAIN_DIMENSIONS:
        return lambda accepted: _membership(name, accepted)
    raise UserError(f"--where {name}: no such dimension of slo_attainment. Dimensions: {', '.join(attainment.DIMENSIONS)}, clock_basis.")


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


def _horizon(accepted: tuple[str, ...]) -> tuple[str, list]:
    """Expiring within so many calendar days, or expired."""
    if not accepted or not all(re.fullmatch(r"\d{1,5}", each) for each in accepted):
        raise UserError(f"--where horizon={','.join(accepted)}: not a number of calendar days. Write horizon=90 or the like.")
    return "calendar_days_left <= ?", [max(int(each) for each in accepted)]


def _search(accepted: tuple[str, ...]) -> tuple[str, list]:
    """Certificates of which a name, the serial or the number of a linked request contains the text."""
    parts, parameters = [], []
    for text in (each.strip().lower() for each in accepted):
        parts += [
            "certificate in (select certificate from certificate_names where contains(name, ?))",
            "certificate in (select certificate from certificate_links where contains(lower(number), ?))",
        ]
        parameters += [text, text]
        if serial := re.sub(r"[\s:]", "", text).removeprefix("0x").lstrip("0"):
            parts.append("certificate in (select certificate from certificates where contains(serial_number, ?))")
            parameters.append(serial)
    return "(" + (" or ".join(parts) or "false") + ")", parameters


def _finding(accepted: tuple[str, ...]) -> tuple[str, list]:
    """Certificates with one of these findings."""
    condition, parameters = _membership("finding", accepted)
    return f"certificate in (select certificate from certificate_findings where {condition})", parameters


def _of_requests(name: str, accepted: tuple[str, ...]) -> tuple[str, list]:
    """Requests that one of `_OF_REQUESTS` holds of."""
    column, around = _OF_REQUESTS[name]
    condition, parameters = _membership(column, accepted)
    return around.format(condition), parameters


def _period_condition(dimension: str, accepted: tuple[str, ...], on: str = "period_on") -> tuple[str, list]:
    parts, parameters = [], []
    for text in accepted:
        bounds = period_bounds(dimension, text)
        if bounds is not None:
            parts.append(f"({on} >= ? and {on} < ?)")
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
