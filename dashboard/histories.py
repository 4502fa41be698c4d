"""What the page of one request asks of the tables of its time: its ledger, phases, pauses, other clocks, second opinions and corrections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from dashboard import warehouse
from pipelines import metrics
from pipelines.metrics import Query


def ledger_query(number: str) -> Query:
    """Every day of a request from its submission to its end or due date, for a download."""
    return metrics.select("clock_ledger", where={"number": [number]})


def ledger(path: Path, number: str) -> pd.DataFrame:
    """The days of `ledger_query`, in order."""
    return warehouse.frame(path, ledger_query(number))


def phases_query(number: str) -> Query:
    """The phases of a request, those of the published process first, for a download."""
    return metrics.select("request_phases", where={"number": [number]})


def phases(path: Path, number: str) -> list[Any]:
    """The rows of `phases_query`; none where no state changes were exported."""
    return warehouse.records(path, phases_query(number))


def intervals(path: Path, number: str) -> list[Any]:
    """The pieces of a request's time, in order."""
    return _rows(path, "request_intervals", number)


def pauses(path: Path, number: str) -> list[Any]:
    """The merged pauses of a request's clock, in order."""
    return _rows(path, "clock_pauses", number)


def flow(path: Path, number: str) -> Any | None:
    """The path of a request through its phases, or None."""
    return next(iter(_rows(path, "request_flows", number)), None)


def findings(path: Path, number: str) -> list[Any]:
    """What was found in the state changes of a request, a row per finding and value."""
    return _rows(path, "transition_findings", number)


def variants(path: Path, number: str) -> dict[str, Any]:
    """The request on the clocks that leave something out, by `clock_basis`: `without_pauses`, `as_exported`."""
    return {row.clock_basis: row for row in _rows(path, "request_variants", number)}


def opinions(path: Path, number: str) -> list[Any]:
    """What another system says of the request, beside our verdict."""
    return _rows(path, "verdict_reconciliation", number)


def corrections(path: Path, number: str) -> list[Any]:
    """The declared corrections of a request."""
    return _rows(path, "corrections", number)


def has_current_phases(path: Path) -> bool:
    """Whether the phase of any open request is known."""
    return warehouse.records(path, metrics.count("request_phases", {"is_current": ["true"]}))[0].row_count > 0


def _rows(path: Path, table: str, number: str) -> list[Any]:
    return warehouse.records(path, metrics.select(table, where={"number": [number]}))
