"""What the pages ask about certificates, each function named for what it answers; `queries` is its neighbour for requests.

`where` maps names of the registry in `pipelines.metrics` to accepted values.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import warehouse
from dashboard.queries import PAGE_ROWS, Sql, Where
from pipelines import metrics
from pipelines.tables import columns

SIMILAR_FROM = 0.85
"""Jaro-Winkler similarity from which a name is offered in place of one that is not held."""
MOST_SIMILAR = 5


def rows_query(table: str, where: Where) -> metrics.Query:
    """All rows of a table that match, for a download."""
    return metrics.select(table, where=where)


def rows(path: Path, table: str, where: Where, page: int, order: Sequence[tuple[str, bool]] = ()) -> pd.DataFrame:
    """One page of at most 100 rows; pages count from 1."""
    return warehouse.frame(path, metrics.select(table, where=where, order=order, limit=PAGE_ROWS, offset=PAGE_ROWS * (page - 1)))


def row_count(path: Path, table: str, where: Where | None = None) -> int:
    """How many rows match."""
    return int(warehouse.records(path, metrics.count(table, where))[0].row_count)


def values(path: Path, table: str, column: str, where: Where | None = None) -> list[str]:
    """The values of a column in their order, an empty one last where some row has none."""
    chosen = metrics.select(table, where=where)
    sql = f"select {column} as value from ({chosen.sql}) group by 1 order by 1 nulls last"
    return [row.value or "" for row in warehouse.records(path, Sql(sql, chosen.parameters))]


def exposure_groups(path: Path, where: Where) -> list[Any]:
    """Exposed certificates by band (by date alone) and what else decides where they are counted.

    Columns `band`, `is_covered`, `is_possibly_superseded`, `is_delegated`, `certificate_count`.
    """
    chosen = metrics.select("renewal_exposure", where=where)
    sql = (
        f"select {metrics.BAND} as band, covering_number is not null as is_covered, is_possibly_superseded, is_delegated, "
        f"count(*) as certificate_count from ({chosen.sql}) group by 1, 2, 3, 4 order by 1, 2, 3, 4"
    )
    return warehouse.records(path, Sql(sql, chosen.parameters))


def exposure_bands_query(where: Where, bands: Sequence[str]) -> metrics.Query:
    """Exposed certificates by band, with and without a request; a row per band, zeros included."""
    chosen = metrics.select("renewal_exposure", where=where)
    slots = ", ".join(f"({position}, '{band}')" for position, band in enumerate(bands))
    sql = (
        f"select slots.band, count(*) filter (where covering_number is not null) as covered_count, "
        "count(*) filter (where chosen.certificate is not null and covering_number is null) as uncovered_count "
        f"from (values {slots}) as slots(position, band) left join (select *, {metrics.BAND} as band from ({chosen.sql})) as chosen "
        "on slots.band = chosen.band group by slots.position, slots.band order by slots.position"
    )
    return metrics.Query(sql, chosen.parameters, columns("band covered_count:count uncovered_count:count"))


def exposure_departments_query(where: Where) -> metrics.Query:
    """Exposed certificates by department, with and without a request, most without one first."""
    chosen = metrics.select("renewal_exposure", where=where)
    sql = (
        "select department, count(covering_number) as covered_count, count(*) - count(covering_number) as uncovered_count "
        f"from ({chosen.sql}) group by 1 order by 3 desc, 2 desc, 1 nulls last"
    )
    return metrics.Query(sql, chosen.parameters, columns("department covered_count:count uncovered_count:count"))


def exposure_days_query(where: Where, first: date, last: date) -> metrics.Query:
    """Exposed certificates by the day they expire on, from one date to another; days without any are left out."""
    chosen = metrics.select("renewal_exposure", where=where)
    sql = (
        "select expires_on, count(*) as certificate_count, count(*) - count(covering_number) as uncovered_count "
        f"from ({chosen.sql}) where expires_on between ? and ? group by 1 order by 1"
    )
    return metrics.Query(sql, (*chosen.parameters, first, last), columns("expires_on:date certificate_count:count uncovered_count:count"))


def submissions(path: Path, where: Where, as_of_on: date) -> Any:
    """When the certificates that match are to be submitted.

    One record: `next_on`, the first date from as_of on, or None; `next_count`, how many have it; `late_count`, how many are past theirs.
    """
    chosen = metrics.select("renewal_exposure", where=where)
    sql = (
        f"with chosen as ({chosen.sql}), upcoming as (select min(submit_by_on) as next_on from chosen where submit_by_on >= ?) "
        "select next_on, count(*) filter (where submit_by_on = next_on) as next_count, count(*) filter (where submit_by_on < ?) as late_count "
        "from upcoming left join chosen on true group by next_on"
    )
    return warehouse.records(path, Sql(sql, (*chosen.parameters, as_of_on, as_of_on)))[0]


def certificate_groups(path: Path, where: Where, expiring_days: int) -> Any:
    """How many certificates that match are `active`, `expiring` (in so many calendar days), `superseded`, have `findings`, and are in `all`."""
    chosen = metrics.select("certificates", where=where)
    sql = (
        "select count(*) filter (where is_active) as active, count(*) filter (where is_active and not is_superseded and not is_delegated "
        "and calendar_days_left <= ?) as expiring, count(*) filter (where is_superseded) as superseded, "
        f'count(*) filter (where finding_count > 0) as findings, count(*) as "all" from ({chosen.sql})'
    )
    return warehouse.records(path, Sql(sql, (expiring_days, *chosen.parameters)))[0]


def held_by_query(where: Where, dimension: str) -> metrics.Query:
    """Certificates by `validity_class`, `issuer_name` or `key`: `value`, `certificate_count`; classes longest first, others most first."""
    chosen = metrics.select("certificates", where=where)
    expression = {"key": metrics.KEY, "issuer_name": metrics.ISSUER}.get(dimension, dimension)
    order = "value desc nulls last" if dimension == "validity_class" else "certificate_count desc, value nulls last"
    sql = f"select cast({expression} as varchar) as value, count(*) as certificate_count from ({chosen.sql}) group by {expression} order by "
    sql += order.replace("value desc", f"{expression} desc")
    return metrics.Query(sql, chosen.parameters, columns("value certificate_count:count"))


def certificate(path: Path, key: str) -> Any | None:
    """One certificate by its key, or by its serial number where only one has that; else None."""
    found = warehouse.records(path, metrics.select("certificates", where={"certificate": [key]}))
    found = found or warehouse.records(path, metrics.select("certificates", where={"serial_number": [key.replace(":", "").lower().lstrip("0")]}, limit=2))
    return found[0] if len(found) == 1 else None


def exposed(path: Path, key: str) -> Any | None:
    """The row of a certificate among those that expire or have just expired, or None."""
    return next(iter(warehouse.records(path, metrics.select("renewal_exposure", where={"certificate": [key]}))), None)


def about(path: Path, table: str, key: str) -> list[Any]:
    """The rows of a table about one certificate: its names, findings, links or versions."""
    return warehouse.records(path, metrics.select(table, where={"certificate": [key]}))


def coverage(path: Path, key: str) -> dict[str, Any]:
    """Which names of a certificate other active ones hold, literally or by a wildcard one label up.

    By name: `other_count`, and of the one that expires last `certificate`, `expires_on`, `is_by_wildcard`.
    """
    sql = (
        "with own as (select name, is_wildcard from certificate_names where certificate = ?), "
        "wanted as (select name, name as held from own union all "
        "select name, '*.' || substr(name, strpos(name, '.') + 1) from own where not is_wildcard and strpos(name, '.') > 0), "
        "others as (select wanted.name, certificates.certificate, certificates.expires_on, wanted.name <> wanted.held as is_by_wildcard "
        "from wanted inner join certificate_names on certificate_names.name = wanted.held "
        "inner join certificates on certificates.certificate = certificate_names.certificate "
        "where certificates.is_active and certificates.certificate <> ?), "
        "ranked as (select *, count(*) over (partition by name) as other_count, "
        "row_number() over (partition by name order by expires_on desc, is_by_wildcard, certificate) as position from others) "
        "select name, other_count, certificate, expires_on, is_by_wildcard from ranked where position = 1"
    )
    return {row.name: row for row in warehouse.records(path, Sql(sql, (key, key)))}


def neighbours(path: Path, key: str) -> list[Any]:
    """Predecessors and successors: by the names they hold, and by a request that renews one and led to the other.

    Columns `direction` (before, after), `certificate`, `common_name`, `expires_on`, `number` (None where the names tell).
    """
    sql = (
        "with pairs as (select 'before' as direction, certificate, null as number from certificates where superseded_by = ? "
        "union all select 'after', superseded_by, null from certificates where certificate = ? and superseded_by is not null "
        "union all select 'before', old.certificate, old.number from certificate_links as new inner join certificate_links as old "
        "on new.number = old.number and old.role = 'renews' where new.role = 'issued' and new.certificate = ? "
        "union all select 'after', new.certificate, new.number from certificate_links as old inner join certificate_links as new "
        "on new.number = old.number and new.role = 'issued' where old.role = 'renews' and old.certificate = ?), "
        "found as (select direction, certificate, max(number) as number from pairs where certificate <> ? group by 1, 2) "
        "select found.direction, found.certificate, certificates.common_name, certificates.expires_on, found.number "
        "from found inner join certificates on found.certificate = certificates.certificate order by direction, expires_on, certificate"
    )
    return warehouse.records(path, Sql(sql, (key,) * 5))


def similar_names(path: Path, text: str) -> list[str]:
    """Names that are held and look like the one that is not, most alike first."""
    sql = (
        "select name from (select distinct name from certificate_names) where jaro_winkler_similarity(name, ?, ?) >= ? "
        "order by jaro_winkler_similarity(name, ?) desc, name limit ?"
    )
    wanted = text.strip().lower()
    return [row.name for row in warehouse.records(path, Sql(sql, (wanted, SIMILAR_FROM, SIMILAR_FROM, wanted, MOST_SIMILAR)))]


def links_of_request(path: Path, number: str) -> list[Any]:
    """The certificates linked with a request: the columns of `certificate_links`, and `common_name`, `expires_on`."""
    sql = (
        "select certificate_links.certificate, role, rule, confidence, common_name, expires_on from certificate_links "
        "left join certificates on certificate_links.certificate = certificates.certificate where number = ? order by role desc, expires_on, 1"
    )
    return warehouse.records(path, Sql(sql, (number,)))


def links_by_rule_query() -> metrics.Query:
    """Pairs of a request and a certificate by role, rule and confidence: `link_count`, most first."""
    sql = "select role, rule, confidence, count(*) as link_count from certificate_links group by 1, 2, 3 order by 1 desc, 4 desc, 2, 3"
    return metrics.Query(sql, (), columns("role rule confidence link_count:count"))


def unmatched(path: Path) -> Any:
    """What no link joins: one record of `renewal_count`, `renewal_unmatched_count`, `active_count`, `active_unmatched_count`.

    Certificates that departments manage themselves are left out: no request is expected for them.
    """
    sql = (
        "with renewals as (select slo_outcomes.number from slo_outcomes inner join policy_options "
        "on slo_outcomes.service_option = policy_options.service_option where is_renewal), "
        "active as (select certificate from certificates where is_active and not is_delegated) "
        "select (select count(*) from renewals) as renewal_count, (select count(*) from renewals "
        "where number not in (select number from certificate_links where role = 'renews')) as renewal_unmatched_count, "
        "(select count(*) from active) as active_count, (select count(*) from active "
        "where certificate not in (select certificate from certificate_links where role = 'issued')) as active_unmatched_count"
    )
    return warehouse.records(path, Sql(sql, ()))[0]


def readiness_by_department_query(where: Where) -> metrics.Query:
    """Requests of a filter by department: how many were checked, and of how many no check fails."""
    chosen = metrics.select("slo_outcomes", where=where)
    sql = (
        f"with chosen as (select number, department from ({chosen.sql})), "
        "checks as (select number, bool_or(status = 'fail') as is_failing from request_readiness where number in (select number from chosen) group by number) "
        "select department, count(*) as checked_count, count(*) filter (where not is_failing) as ready_count "
        "from chosen inner join checks on chosen.number = checks.number group by 1 order by 2 desc, 1 nulls last"
    )
    return metrics.Query(sql, chosen.parameters, columns("department checked_count:count ready_count:count"))


def failing_checks(path: Path, where: Where) -> list[Any]:
    """The checks that requests of a filter fail, most often first: `check`, `failing_count`."""
    chosen = metrics.select("slo_outcomes", where=where)
    sql = (
        'select "check", count(*) as failing_count from request_readiness '
        f"where status = 'fail' and number in (select number from ({chosen.sql})) group by 1 order by 2 desc, 1"
    )
    return warehouse.records(path, Sql(sql, chosen.parameters))
