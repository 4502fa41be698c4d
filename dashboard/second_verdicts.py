"""What another clock basis makes of the requests of a filter: their verdicts on it, and which of them count in another period there.

`where` maps names of the registry in `pipelines.metrics` to accepted values, as `Filters.where()` gives them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from dashboard import warehouse
from dashboard.filters import GRAINS
from dashboard.phase_queries import DUE
from dashboard.queries import Sql, Where
from pipelines import metrics

CLOCKS = ("approved", "submitted")
"""The clock bases on which every request has a row; the others have those that they may judge otherwise."""
OTHERS = {
    "other_clock_basis": ("clock_basis", "text"),
    "other_slo_outcome": ("slo_outcome", "text"),
    "other_is_open_overdue": ("is_open_overdue", "boolean"),
    "other_due_on": ("due_on", "date"),
}
"""The columns of the second verdict, beside those of `slo_outcomes`: the column of the other basis, and its kind."""


class Moves(NamedTuple):
    """How many due requests of a filter are not among its due ones on another clock basis, and how many are there only."""

    out_count: int
    into_count: int


def table(basis: str) -> str:
    """The table of the registry that has the verdicts on a clock basis."""
    return "request_clocks" if basis in CLOCKS else "request_variants"


def rows_query(where: Where, basis: str) -> metrics.Query:
    """The requests of a filter that the basis gives another outcome, with that verdict beside them."""
    chosen = metrics.select("slo_outcomes", where={**where, "changed_by": [basis]})
    others = metrics.select(table(basis), where={"clock_basis": [basis]})
    there = ", ".join(f"others.{column} as {name}" for name, (column, _) in OTHERS.items())
    sql = f"select chosen.*, {there} from ({chosen.sql}) as chosen inner join ({others.sql}) as others on chosen.number = others.number order by chosen.number"
    columns = (*chosen.columns, *(metrics.Column(name, kind) for name, (_, kind) in OTHERS.items()))
    return metrics.Query(sql, (*chosen.parameters, *others.parameters), columns)


def moves(path: Path, where: Where, basis: str) -> Moves:
    """What leads from the due requests of a filter on the policy's clock to those on another basis: there are as many as here, less the ones out, and the ones into."""
    here = metrics.select("slo_outcomes", where={**where, **DUE})
    there, parameters = _due_there(where, basis)
    # A request without a row of its own on a basis has the same verdict there.
    told = metrics.select(table(basis), where={"clock_basis": [basis]})
    sql = (
        f"with here as (select number from ({here.sql})), there as ({there}), told as (select number from ({told.sql})) "
        "select (select count(*) from here where number in (select number from told) and number not in (select number from there)) as out_count, "
        "(select count(*) from there where number not in (select number from here)) as into_count"
    )
    found: Any = warehouse.records(path, Sql(sql, (*here.parameters, *parameters, *told.parameters)))[0]
    return Moves(found.out_count, found.into_count)


def _due_there(where: Where, basis: str) -> tuple[str, tuple]:
    """SQL of the numbers that are due on the basis; a table of clocks has none of the columns that a filter names, but the period."""
    if basis not in CLOCKS:
        due = metrics.select("request_variants", where={**where, **DUE, "clock_basis": [basis]})
        return f"select number from ({due.sql})", due.parameters
    period = {name: accepted for name, accepted in where.items() if name in GRAINS}
    due = metrics.select("request_clocks", where={**period, **DUE, "clock_basis": [basis]})
    own = metrics.select("slo_outcomes", where={name: accepted for name, accepted in where.items() if name not in GRAINS})
    return f"select number from ({due.sql}) where number in (select number from ({own.sql}))", (*due.parameters, *own.parameters)
