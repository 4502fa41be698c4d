"""What the pages ask about declared corrections and exclusions: `corrections.yaml`, as the snapshot applied it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dashboard import warehouse
from dashboard.queries import Sql, Where
from pipelines import metrics


def corrections_query() -> metrics.Query:
    """Every declaration, in the order of its id."""
    return metrics.select("corrections")


def corrections(path: Path) -> list[Any]:
    """The rows of `corrections_query`."""
    return warehouse.records(path, corrections_query())


def touching(path: Path, where: Where) -> Any:
    """How many applied `field_count` and `exclusion_count` speak of requests of a filter, as they count or as they were exported."""
    counted = metrics.select("slo_outcomes", where=where)
    exported = metrics.select("request_variants", where={**where, "clock_basis": ["as_exported"]})
    sql = (
        "select count(*) filter (where kind = 'field') as field_count, count(*) filter (where kind = 'exclusion') as exclusion_count from corrections "
        f"where is_applied and number in (select number from ({counted.sql}) union all select number from ({exported.sql}))"
    )
    return warehouse.records(path, Sql(sql, (*counted.parameters, *exported.parameters)))[0]


def exclusions(path: Path, where: Where) -> list[Any]:
    """The applied exclusions of requests of a filter: `correction_id`, `number`, `reason`."""
    counted = metrics.select("slo_outcomes", where={**where, "slo_outcome": ["excluded"]})
    sql = (
        f"select corrections.correction_id, corrections.number, corrections.reason from corrections inner join ({counted.sql}) as counted "
        "on corrections.number = counted.number where corrections.kind = 'exclusion' and corrections.is_applied order by corrections.correction_id"
    )
    return warehouse.records(path, Sql(sql, counted.parameters))
