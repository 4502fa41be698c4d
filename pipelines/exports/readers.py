"""Calls the reader of an export; a reader's libraries are loaded only where one of its files arrives."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import duckdb

from pipelines.exports import CERTIFICATES, Found
from pipelines.exports.content import Content, Recognise, Say, Staging
from pipelines.exports.originals import digest


def read(
    found: Found, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say, passwords: Sequence[str] = ()
) -> Content:
    """Write the rows and the original bytes of an export to `staging`. `passwords`: to try on files that need one.

    Raises UserError for a bad file, OSError or duckdb.IOException for a full disk.
    """
    reader = import_module(f"pipelines.exports.{found.reader}")
    if found.parts:
        return reader.read_folder(found.parts, found.name, staging, connection, recognise, say, passwords=passwords)
    more = {"passwords": passwords} if found.reader == CERTIFICATES else {}
    return reader.read(found.path, found.name, staging, connection, recognise, say, **more)


def sha256(found: Found) -> str:
    """What the SHA-256 of an export's bytes will be, in hex."""
    if found.parts:
        return import_module(f"pipelines.exports.{found.reader}").folder_digest(found.parts)
    return digest(found.path)


def size_bytes(found: Found) -> int | None:
    """The size of an export's bytes; None where only reading it tells."""
    return None if found.parts else found.path.stat().st_size


def require_readable(paths: Sequence[Path]) -> None:
    """Raise OSError for the first file that cannot be opened."""
    for path in paths:
        path.open("rb").close()
