"""Writes a selection of the published tables as CSV, JSON, Parquet or XLSX: the command's output and the pages' downloads."""

import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import duckdb

from pipelines import snapshots
from pipelines.errors import UserError
from pipelines.metrics import Query

Format = Literal["csv", "json", "parquet", "xlsx"]
FORMATS: tuple[str, ...] = get_args(Format)
Source = Path | Callable[[], duckdb.DuckDBPyConnection]
"""A snapshot, or what opens a connection that holds the rows and may write files."""


def write(snapshot: Source, query: Query, format: Format, out: Path | BinaryIO, *, about: Sequence[tuple[str, str]] = ()) -> None:
    """Write the rows of `query` on a snapshot to a file or an open binary stream.

    A file appears whole or not at all. `about`: (label, words) for the header sheet of XLSX. Raises UserError.
    """
    if format not in FORMATS:
        raise UserError(f"--format {format}: no such format. Formats: {', '.join(FORMATS)}.")
    if isinstance(out, Path) and (out.is_file() or not out.exists()):
        _replace(snapshot, query, format, out, about)
        return
    with tempfile.TemporaryDirectory(prefix="certboard-") as folder:
        written = Path(folder) / f"rows.{format}"
        _write(snapshot, query, format, written, about)
        with written.open("rb") as rows:
            if isinstance(out, Path):
                with _opened(out) as stream:
                    shutil.copyfileobj(rows, stream, 1 << 20)
            else:
                shutil.copyfileobj(rows, out, 1 << 20)


def content(snapshot: Source, query: Query, format: Format, *, about: Sequence[tuple[str, str]] = ()) -> bytes:
    """The same as bytes, for a download."""
    with tempfile.TemporaryDirectory(prefix="certboard-") as folder:
        written = Path(folder) / f"rows.{format}"
        write(snapshot, query, format, written, about=about)
        return written.read_bytes()


def _replace(snapshot: Source, query: Query, format: Format, out: Path, about: Sequence[tuple[str, str]]) -> None:
    if not out.parent.is_dir():
        raise UserError(f"--out {out}: there is no folder {out.parent}. Make it, or name a file elsewhere.")
    beside = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        _write(snapshot, query, format, beside, about)
        beside.replace(out)
    except OSError as error:
        raise UserError(f"--out {out}: cannot be written ({error.strerror}). Name a file in a folder that can be written.") from error
    finally:
        beside.unlink(missing_ok=True)


def _opened(out: Path) -> BinaryIO:
    try:
        return out.open("wb")
    except OSError as error:
        raise UserError(f"--out {out}: cannot be written ({error.strerror}). Name a file.") from error


def _write(snapshot: Source, query: Query, format: Format, path: Path, about: Sequence[tuple[str, str]]) -> None:
    # Each is imported where used: the first answer of the command line must not wait for the others.
    with snapshots.open_for_export(snapshot) if isinstance(snapshot, Path) else snapshot() as connection:
        if format == "xlsx":
            from pipelines.reports import workbook

            workbook.write(connection, query, path, about)
        else:
            from pipelines.reports import copies

            copies.write(connection, query, format, path)
