"""Published snapshots of a home: immutable DuckDB files, one pointer to the current one, one builder at a time."""

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines.errors import UserError

KEPT = 20
LOCK_WAIT_SECONDS = 60.0

_opening = threading.Lock()


def folder(home: Path) -> Path:
    """Where the snapshots of a home lie."""
    return Path(home) / "snapshots"


def file_name(as_of: datetime, digest: str) -> str:
    """Name of a snapshot: as_of in UTC and the first 12 hex digits of what went into it."""
    return f"{as_of:%Y%m%dT%H%M%SZ}-{digest[:12]}.duckdb"


def current(home: Path) -> Path | None:
    """The published snapshot, or None when nothing has been published."""
    try:
        name = (Path(home) / "CURRENT").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    path = folder(home) / name
    return path if name and path.is_file() else None


def named(home: Path, name: str, option: str = "--snapshot ") -> Path:
    """A kept snapshot by its name or a unique part of it. Raises UserError listing the names; `option`: what stood before the name."""
    kept = listed(home)
    matches = [path for path in kept if path.stem == name or path.name == name] or [path for path in kept if name and name in path.stem]
    if len(matches) != 1:
        finding = "is not one of" if not matches else "fits several of"
        names = ", ".join(path.stem for path in kept) or "none; run certboard ingest first"
        raise UserError(f"{option}{name}: {finding} the snapshots kept in {folder(home)} ({names}). Name one of them.")
    return matches[0]


def listed(home: Path) -> list[Path]:
    """Kept snapshots in the order of their publication, oldest first."""
    return sorted(folder(home).glob("*.duckdb"), key=lambda path: (path.stat().st_mtime_ns, path.name))


def before(home: Path, path: Path) -> list[Path]:
    """The kept snapshots that were published before this one, oldest first; none when it is not kept."""
    kept = listed(home)
    return kept[: kept.index(path)] if path in kept else []


def is_readable(path: Path) -> bool:
    """Whether the file opens as a finished snapshot."""
    try:
        with open_read_only(path):
            return True
    except (duckdb.Error, UserError):
        return False


def open_read_only(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can reach nothing but this file, in the policy's zone. Use one cursor per query.

    Connections to one file share their settings within a process: the first to arrive sets and locks them for all.
    """
    with _opening:
        try:
            connection = duckdb.connect(str(path), read_only=True)
            zone, is_locked = connection.execute("select zone, current_setting('lock_configuration') from run_params").fetchone()
        except duckdb.Error as error:
            raise _unreadable(path, error) from error
        if not is_locked:
            connection.execute("set global TimeZone = ?", [zone])
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
    return connection


def open_for_export(path: Path) -> duckdb.DuckDBPyConnection:
    """A connection that reads the snapshot, in the policy's zone, and can COPY to files.

    The snapshot is attached to a database of its own: connections to one file share their settings within a process,
    so beside a page's connection this one could write nothing. Not for cursors: they would not find the tables.
    """
    connection = duckdb.connect()
    try:
        connection.execute("attach ? as snapshot (read_only)", [str(path)]).fetchall()
        connection.execute("use snapshot").fetchall()
        (zone,) = connection.execute("select zone from run_params").fetchone()
    except duckdb.Error as error:
        connection.close()
        raise _unreadable(path, error) from error
    connection.execute("set global TimeZone = ?", [zone])
    return connection


def open_pair(old: Path, new: Path) -> duckdb.DuckDBPyConnection:
    """A database of its own in which two snapshots are attached, read-only, as `old_snapshot` and `new_snapshot`, in the zone of the newer.

    One and the same snapshot is attached once, as the newer.
    """
    connection = duckdb.connect()
    for path, name in ((old, "old_snapshot"), (new, "new_snapshot")):
        if path == new and name == "old_snapshot":
            continue
        try:
            connection.execute(f"attach ? as {name} (read_only)", [str(path)]).fetchall()
            (zone,) = connection.execute(f"select zone from {name}.run_params").fetchone()
        except duckdb.Error as error:
            connection.close()
            raise _unreadable(path, error) from error
    connection.execute("set global TimeZone = ?", [zone])
    return connection


def _unreadable(path: Path, error: duckdb.Error) -> UserError:
    finding = str(error).splitlines()[0]
    return UserError(f"{path}: cannot be opened as a snapshot ({finding}). Run certboard build.")


def publish(home: Path, building: Path, name: str) -> Path:
    """Make a finished, closed file the current snapshot: sync, rename, move the pointer, drop the oldest."""
    final = folder(home) / name
    sync(building)
    os.replace(building, final)
    point_to(home, final)
    return final


def point_to(home: Path, path: Path) -> None:
    """Let CURRENT name this snapshot, atomically, and drop those beyond the last 20 published."""
    os.utime(path)
    sync(folder(home))
    replace_text(Path(home) / "CURRENT", path.name + "\n")
    for old in [each for each in listed(home) if each != path][: 1 - KEPT]:
        old.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old or the new text, never a part."""
    beside = path.with_name(path.name + ".new")
    beside.write_text(text, encoding="utf-8")
    sync(beside)
    os.replace(beside, path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Force a file or folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def lock(home: Path, *, doing: str, wait_seconds: float = LOCK_WAIT_SECONDS, say=None) -> Iterator[None]:
    """Hold the home for writing. The kernel frees the lock when the process ends, however it ends.

    `say(words)` is called once when somebody else holds it. Raises UserError after `wait_seconds`.
    """
    home = Path(home)
    try:
        home.mkdir(parents=True, exist_ok=True)
        handle = os.open(home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise UserError(f"{home}: cannot be used as a home ({error.strerror}). Name a folder that can be written with --home.") from error
    try:
        deadline = time.monotonic() + wait_seconds
        told = False
        while not _try_lock(handle):
            holder = os.pread(handle, 300, 0).decode("utf-8", "replace").strip() or "another command"
            if time.monotonic() >= deadline:
                raise UserError(f"{home}: is still in use by {holder} after {wait_seconds:.0f} s. Wait for it to end, then run this again.")
            if not told and say is not None:
                say(f"waiting for {holder}")
                told = True
            time.sleep(0.1)
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{doing} (process {os.getpid()})\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True
