"""The only reader of snapshots. It opens them read-only and never writes.

A rerun reads `CURRENT` once; everything it shows, files built later on a click included, comes from that snapshot.
Every cache is keyed on the snapshot's path, which names its content, so nothing is ever invalidated; they are plain
ones, because Streamlit's own copies every frame on every hit.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Protocol

import duckdb
import numpy as np
import pandas as pd
import streamlit as st

from pipelines import differences, homes, snapshots


class Unreadable(Exception):
    """A snapshot that this version cannot read: another version built it, or the file is damaged."""


class Statement(Protocol):
    """SQL with its bound parameters, such as a `pipelines.metrics.Query`."""

    sql: str
    parameters: tuple[Any, ...]


def home() -> Path:
    """The home that is served: `$CERTBOARD_HOME`, else the default one."""
    return homes.default()


def current() -> Path | None:
    """The snapshot to show: the one `$CERTBOARD_SNAPSHOT` pins, else the published one, else None."""
    pinned = os.environ.get("CERTBOARD_SNAPSHOT")
    return snapshots.named(home(), pinned) if pinned else snapshots.current(home())


def kept() -> list[Path]:
    """The snapshots that are kept, oldest publication first."""
    return snapshots.listed(home())


def earlier(path: Path) -> list[Path]:
    """The kept snapshots that were published before this one, oldest first."""
    return snapshots.before(home(), path)


def frame(path: Path, statement: Statement) -> pd.DataFrame:
    """Rows as a frame: dates as `datetime.date`, whole numbers as int, missing values as None.

    The frame is shared by everybody who asks the same; add columns with `assign`, never in place.
    """
    return _frame(str(path), statement.sql, statement.parameters)


def records(path: Path, statement: Statement) -> list[Any]:
    """Rows as named tuples of plain values, None where missing."""
    columns, rows = _records(str(path), statement.sql, statement.parameters)
    row_type = _row_type(columns)
    return [row_type(*row) for row in rows]


def columns(path: Path, statement: Statement) -> dict[str, np.ndarray]:
    """Columns as arrays, masked where values are missing; dates are days. Shared like frames: never change them in place."""
    return _columns(str(path), statement.sql, statement.parameters)


def differing(old: Path, new: Path, statement: Statement) -> list[Any]:
    """Rows about what differs between two snapshots, as `records`. Raises UserError when they cannot be compared."""
    with _comparison(str(old), str(new)).cursor() as cursor:
        cursor.execute(statement.sql, list(statement.parameters))
        row_type = _row_type(tuple(column[0] for column in cursor.description))
        return [row_type(*row) for row in cursor.fetchall()]


def comparing(old: Path, new: Path) -> Callable[[], duckdb.DuckDBPyConnection]:
    """What opens a comparison of two snapshots for a download."""
    return partial(differences.compare, old, new)


@lru_cache(maxsize=4)
def _comparison(old: str, new: str) -> duckdb.DuckDBPyConnection:
    """What differs, worked out once per pair; take a cursor of it for every query."""
    found = differences.compare(Path(old), Path(new))
    found.execute("set enable_external_access = false").fetchall()
    found.execute("set lock_configuration = true").fetchall()
    return found


@lru_cache(maxsize=6)
def connection(path: str) -> duckdb.DuckDBPyConnection:
    """One read-only connection per snapshot; take a cursor of it for every query."""
    return snapshots.open_read_only(Path(path))


@st.cache_resource(show_spinner=False)
def settle() -> bool:
    """Take what the imports made out of the garbage collector's sight, once.

    Streamlit collects all generations after each rerun; without this every rerun walks every imported module.
    """
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or DuckDB complains at the end about objects that nobody freed
    return True


@contextmanager
def _cursor(path: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor of its own for one query; a table or column that is not there means another version built the file."""
    with connection(path).cursor() as cursor:
        try:
            yield cursor
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.IOException) as error:
            raise Unreadable(f"{Path(path).name} was built by another version of certboard or is damaged. Run certboard build.") from error


@lru_cache(maxsize=512)
def _frame(path: str, sql: str, parameters: tuple[Any, ...]) -> pd.DataFrame:
    with _cursor(path) as cursor:
        table = cursor.sql(sql, params=list(parameters)).to_arrow_table()
    rows = table.to_pandas(date_as_object=True, integer_object_nulls=True)
    for name in rows.columns:
        if rows[name].isna().any() and not pd.api.types.is_float_dtype(rows[name]):
            rows[name] = rows[name].astype(object).where(rows[name].notna(), None)
    return rows


@lru_cache(maxsize=512)
def _records(path: str, sql: str, parameters: tuple[Any, ...]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    with _cursor(path) as cursor:
        cursor.execute(sql, list(parameters))
        return tuple(column[0] for column in cursor.description), cursor.fetchall()


@lru_cache(maxsize=64)
def _columns(path: str, sql: str, parameters: tuple[Any, ...]) -> dict[str, np.ndarray]:
    with _cursor(path) as cursor:
        return cursor.execute(sql, list(parameters)).fetchnumpy()


@lru_cache(maxsize=64)
def _row_type(columns: tuple[str, ...]) -> type:
    return namedtuple("Row", columns)


def log(error: Exception) -> None:
    """Write an unexpected failure to the server's log, where the page does not show it."""
    logging.getLogger("certboard.dashboard").exception("A part of a page failed", exc_info=error)
