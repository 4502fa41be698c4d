"""How likely open requests are to miss: the words of the policy, and of which requests the evidence is shown.

A snapshot that was built before there were risks has neither; its open requests are shown without.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

from dashboard import queries, warehouse
from dashboard.formats import count, percent, plural
from dashboard.queries import Sql, Where
from dashboard.wording import open_since
from pipelines import metrics

MOST_OFFERED = 100
"""Requests whose evidence can be chosen; the others can be opened from the list."""
EXACT = 10**12
"""Decimals of a risk."""


def is_known(path: Path) -> bool:
    """Whether the snapshot has what open requests are shown with: the tables of risks and of phases."""
    sql = "select count(*) as table_count from information_schema.tables where table_name in ('open_risks', 'request_phases')"
    return warehouse.records(path, Sql(sql, ()))[0].table_count == 2


def table(path: Path) -> str:
    """The table of the registry that holds the open requests."""
    return "open_requests" if is_known(path) else "slo_outcomes"


def bands(path: Path) -> dict[str, Any]:
    """The bands of the policy in force by their id, most likely to miss first; none where there are no risks."""
    return {row.band: row for row in warehouse.records(path, metrics.select("policy_bands"))} if is_known(path) else {}


def most_at_risk(path: Path, where: Where) -> list[Any]:
    """Rows of `open_requests` that have a risk, most likely to miss first, at most MOST_OFFERED."""
    chosen = metrics.select("open_requests", where={**where, "outcome_reason": ["not_yet_due"]})
    sql = (
        f"select chosen.* from ({chosen.sql}) as chosen inner join policy_bands as bands on chosen.risk_band = bands.band "
        f"order by bands.position, chosen.risk_ratio desc nulls last, chosen.due_on, chosen.number limit {MOST_OFFERED}"
    )
    return warehouse.records(path, Sql(sql, chosen.parameters))


def evidence(row: Any, known: dict[str, Any]) -> str:
    """`Of 214 past requests of this option still open after 4 business days, 83 missed (38.8 %).`, and the estimate where it differs.

    `row`: of `open_requests`, with a risk. `known`: the bands of the policy.
    """
    since = open_since(row.due_rule, row.similar_business_days_left, row.target_business_days)
    if not row.similar_count:
        return f"No past request of this option was {since}."
    number, missed = int(row.similar_count), int(row.similar_missed_count)
    plain = percent(missed, number)
    words = f"Of {plural(number, 'past request')} of this option {since}, {count(missed)} missed ({plain})."
    estimate = percent(round(Fraction(row.risk_ratio) * EXACT), EXACT, _nearest_line(row.risk_ratio, known))
    if estimate != plain:
        words += f" With the open and the cancelled ones, each counted for as long as it was open: {estimate}."
    return words


def _nearest_line(ratio: float, known: dict[str, Any]) -> float | None:
    """The least risk of the band that is nearest: rounding never crosses it."""
    lines = [each.from_basis_points / 10000 for each in known.values() if each.from_basis_points]
    return min(lines, key=lambda line: abs(line - ratio), default=None)
