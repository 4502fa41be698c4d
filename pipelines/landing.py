"""Landing: keeps every export as it came, with its rows as text and its reading. All of a call lands, or none of it.

Everything is written beside first; the manifest, replaced last and at once, is what makes it so. A kill at any moment leaves the old manifest
and files that it does not name, which the next ingest removes.
"""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines import arrivals, manifest, readings, snapshots, sources
from pipelines.engines import duckdb_engine
from pipelines.errors import UserError
from pipelines.exports import Found, content, find
from pipelines.manifest import Export, Manifest
from pipelines.policy import Policy
from pipelines.readings import DayOrder

_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EACCES, errno.EPERM, errno.EROFS}


@dataclass
class LandingReport:
    """What became of the files: newly landed, landed before and unchanged, landed before and now read differently; failures as (path, message)."""

    landed: list[Export] = field(default_factory=list)
    unchanged: list[Export] = field(default_factory=list)
    reread: list[Export] = field(default_factory=list)
    failed: list[tuple[Path, str]] = field(default_factory=list)
    ignored: list[Path] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def ingest(
    home: Path,
    paths: Sequence[Path],
    rules: Policy,
    *,
    source: str | None = None,
    timezone: str | None = None,
    day_order: DayOrder | None = None,
    keep_going: bool = False,
    allow_empty: bool = False,
    passwords: Sequence[str] = (),
    received_at: datetime | None = None,
    progress: content.Say | None = None,
    locked: bool = False,
) -> LandingReport:
    """Land files and folders. Everything is read and judged first; then all of it lands, with `keep_going` all that is good.

    `passwords`: to try on files that need one; they are not kept. `received_at`: an aware instant, default now. `locked`: the caller holds the home's lock. Raises UserError for the first bad export
    (with `keep_going` only where no path can be read at all); nothing is then landed.
    """
    if source is not None:
        sources.require(source, rules.sources)
    if timezone is not None:
        readings.require_zone(timezone)
    found, ignored = find([Path(path) for path in paths])
    options = arrivals.Options(source, timezone, day_order, keep_going, allow_empty, passwords)
    # The only reading of the wall clock: when an export arrived is a fact about it, and decides no number.
    arrived_at = (received_at or datetime.now(UTC)).astimezone(UTC)
    say = progress or (lambda words, fraction: None)
    if locked:
        return _ingest(home, found, ignored, rules, options, arrived_at, say)
    with snapshots.lock(home, doing=f"ingest of {', '.join(str(path) for path in paths)[:200]}"):
        return _ingest(home, found, ignored, rules, options, arrived_at, say)


def _ingest(
    home: Path, found: Sequence[Found], ignored: Sequence[Path], rules: Policy, options: arrivals.Options, arrived_at: datetime, say: content.Say
) -> LandingReport:
    kept = manifest.read(home)
    with _room(home):
        (manifest.folder(home) / "originals").mkdir(parents=True, exist_ok=True)
        _remove_leftovers(home, kept)
        connection = duckdb_engine.connect(formats=rules.timestamp_formats)
        try:
            new = arrivals.Arrivals(home, kept, rules, options, arrived_at, connection, say)
            for each in found:
                new.stage(each)
            new.decide()
            report = LandingReport(unchanged=new.unchanged, failed=new.failed, ignored=[*ignored, *new.ignored], warnings=new.warnings)
            _commit(home, kept, new.decided, report)
        finally:
            connection.close()
            _remove_leftovers(home, manifest.read(home))
    return report


def _commit(home: Path, kept: Manifest, decided: Sequence[arrivals.Decided], report: LandingReport) -> None:
    """Move what is staged to its place, to disk, and let the manifest name it."""
    exports = {export.sha256: export for export in kept.exports}
    for each in decided:
        export, before = each.export, exports.get(each.export.sha256)
        if each.staging is None and before is not None and before.reading() == export.reading():
            report.unchanged.append(before)
            continue
        (report.landed if each.staging is not None else report.reread).append(export)
        report.warnings += [warning for warning in export.warnings if before is None or warning not in before.warnings]
        exports[export.sha256] = export
        if each.staging is not None:
            _move(each.staging, export, home)
    if report.landed or report.reread:
        for folder in (manifest.folder(home), manifest.folder(home) / "originals"):
            snapshots.sync(folder)
        manifest.write(home, replace(kept, exports=tuple(exports.values())))


def _move(staging: content.Staging, export: Export, home: Path) -> None:
    moves = [(staging.original, export.original_path(home)), (staging.parquet, export.parquet_path(home))]
    if export.malformed_count:
        moves.append((staging.malformed, export.malformed_path(home)))
    for staged, place in moves:
        snapshots.sync(staged)
        os.replace(staged, place)


@contextmanager
def _room(home: Path) -> Iterator[None]:
    """Say a disk that is full or cannot be written in one line."""
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        raise _no_room(home, os.strerror(error.errno)) from error
    except duckdb.IOException as error:
        known = (os.strerror(code) for code in sorted(_OF_THE_DISK))
        raise _no_room(home, next((words for words in known if words in str(error)), str(error).splitlines()[0])) from error


def _no_room(home: Path, reason: str) -> UserError:
    return UserError(f"{home}: cannot be written ({reason}). Free space there, or name another home; nothing was landed.")


def _remove_leftovers(home: Path, kept: Manifest) -> None:
    """Drop what a killed command left; only the holder of the lock may call this."""
    places = ("parquet_path", "malformed_path", "original_path")
    names = {getattr(export, place)(home).name for export in kept.exports for place in places} | {"manifest.json"}
    folder = manifest.folder(home)
    for path in [*folder.iterdir(), *(folder / "originals").iterdir()]:
        if path.is_file() and path.name not in names:
            path.unlink(missing_ok=True)
