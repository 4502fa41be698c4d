"""What the page of trust asks about second opinions: how often another system agrees with the promise, and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dashboard import warehouse
from dashboard.queries import Sql
from pipelines import metrics

DISAGREEING = {"agreement": ["disagree"]}


def reasons_query() -> metrics.Query:
    """Second opinions by where they are from, whether they agree, and why not: those that agree first, then the commonest."""
    sql = (
        "select opinion, agreement, reason_code, count(*) as verdict_count from verdict_reconciliation group by opinion, agreement, reason_code "
        "order by opinion desc, agreement, verdict_count desc, reason_code"
    )
    texts = [metrics.Column(name, "text") for name in ("opinion", "agreement", "reason_code")]
    return metrics.Query(sql, (), (*texts, metrics.Column("verdict_count", "count")))


def reasons(path: Path) -> list[Any]:
    """The rows of `reasons_query`."""
    return warehouse.records(path, reasons_query())


def verdicts(path: Path) -> dict[tuple[str, str, str], int]:
    """How many comparable opinions there are by where they are from, what they say and what counts here."""
    sql = (
        "select opinion, source_verdict, slo_outcome, count(*) as verdict_count from verdict_reconciliation "
        "where agreement in ('agree', 'disagree') group by opinion, source_verdict, slo_outcome"
    )
    return {(row.opinion, row.source_verdict, row.slo_outcome): row.verdict_count for row in warehouse.records(path, Sql(sql, ()))}
