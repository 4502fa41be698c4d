"""Commands that change a home: ingest, build, withdraw, restore. Each ends with a published snapshot or says why not."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from pipelines import manifest, progress, snapshots
from pipelines.commands import options
from pipelines.commands.options import tell
from pipelines.errors import UserError, WhollyRejected
from pipelines.instants import parse, written

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="INSTANT", help="The moment the numbers are for (default the newest event); a bare date means 24:00.")
]


def ingest(
    context: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Export files, or folders of them.")],
    source: Annotated[
        str | None, typer.Option("--source", metavar="NAME", help="The mapping to read them with (default recognised from the headers).")
    ] = None,
    timezone: Annotated[
        str | None, typer.Option("--timezone", metavar="ZONE", help="The zone of times without an offset (default the mapping's).")
    ] = None,
    day_first: Annotated[bool, typer.Option("--day-first", help="04/03/2026 is the 4th of March.")] = False,
    month_first: Annotated[bool, typer.Option("--month-first", help="04/03/2026 is the 3rd of April.")] = False,
    as_of: AsOf = None,
    keep_going: Annotated[bool, typer.Option("--keep-going", help="Land the readable ones, leave out the others, exit 1.")] = False,
    allow_empty: Annotated[bool, typer.Option("--allow-empty", help="Accept an export that has a header and no rows.")] = False,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", metavar="FILE", help="Passwords of PKCS#12 files to try, one a line; none is kept.")
    ] = None,
    home: options.Home = None,
    policy: options.PolicyFolder = None,
) -> None:
    """Land exports, build and publish.

    Prints per export how many rows were accepted, superseded, later and quarantined.
    """
    if day_first and month_first:
        raise UserError("--day-first and --month-first: both were given. Give the one that the exports use.")
    place = options.place(context, home, policy)
    rules = place.rules()
    at = parse(as_of, rules.zone) if as_of is not None else None
    day_order = "dmy" if day_first else "mdy" if month_first else None
    passwords = _passwords(password_file) if password_file is not None else []
    with _changing(place.home, "ingest") as say:
        from pipelines import build as builds
        from pipelines import landing

        builds.require_policy(place.home, rules)
        before = manifest.read(place.home)
        report = landing.ingest(
            place.home, paths, rules, source=source, timezone=timezone, day_order=day_order, keep_going=keep_going, allow_empty=allow_empty,
            passwords=passwords, progress=say, locked=True,
        )  # fmt: skip
        _tell_landing(report)
        published = None
        while published is None:
            exports = [*report.landed, *report.reread, *report.unchanged]
            if not exports:
                raise typer.Exit(2)
            try:
                published = _build(place.home, rules, at, say)
            except WhollyRejected as error:
                _leave_out(place.home, before, report, error, keep_going=keep_going)
    _print_rows(published.path, [export.name for export in exports])
    _tell_published(published, rules.zone)
    if report.failed:
        raise typer.Exit(1)


def _passwords(path: Path) -> list[str]:
    try:
        return [line for line in path.read_text(encoding="utf-8-sig").splitlines() if line]
    except (OSError, UnicodeDecodeError) as error:
        found = getattr(error, "strerror", None) or error
        raise UserError(f"--password-file {path}: cannot be read ({found}). Name a text file with one password a line.") from error


def _leave_out(home: Path, before: manifest.Manifest, report, error: WhollyRejected, *, keep_going: bool) -> None:
    """Take exports of this ingest that have no readable row out again: all of it, or with `keep_going` only those."""
    rejected = {export.name for export in [*report.landed, *report.reread]} & set(error.names)
    if not rejected or not keep_going:
        manifest.write(home, before)
        raise error
    then = {export.name: export for export in before.exports}
    kept = [then.get(each.name) if each.name in rejected else each for each in manifest.read(home).exports]
    manifest.write(home, manifest.replace(manifest.read(home), exports=tuple(each for each in kept if each is not None)))
    tell(f"certboard: {error}")
    report.failed += [(Path(name), str(error)) for name in sorted(rejected)]
    report.landed[:] = [each for each in report.landed if each.name not in rejected]
    report.reread[:] = [each for each in report.reread if each.name not in rejected]


def build(context: typer.Context, as_of: AsOf = None, home: options.Home = None, policy: options.PolicyFolder = None) -> None:
    """Rebuild from what is landed.

    With --policy under that policy, which is the one of this home from then on.
    """
    from pipelines import policy as policies

    place = options.place(context, home, policy)
    rules = policies.load(place.policy) if place.policy else place.rules()
    at = parse(as_of, rules.zone) if as_of is not None else None
    with _changing(place.home, "build") as say:
        published = _build(place.home, rules, at, say, replace_policy=place.policy is not None)
    _tell_published(published, rules.zone)


def backtest(context: typer.Context, home: options.Home = None, policy: options.PolicyFolder = None) -> None:
    """Say how good the forecast was.

    Builds the end of each of the last twelve complete months again, with what was known then, forecasts from there, compares with what came,
    and publishes the comparison with the snapshot. Prints one line per horizon.
    """
    place = options.place(context, home, policy)
    rules = place.rules()
    with _changing(place.home, "backtest") as say:
        as_of_at, source_note = _run_of(place.published())
        published = _build(place.home, rules, as_of_at.replace(tzinfo=UTC), say, source_note=source_note, with_backtest=True)
    _print_backtest(published.path)
    _tell_published(published, rules.zone)


def withdraw(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a landed export; certboard status lists them.")],
    home: options.Home = None,
    policy: options.PolicyFolder = None,
) -> None:
    """Take an export out of builds.

    Publishes without it; its bytes are kept.
    """
    _set_withdrawn(options.place(context, home, policy), name, is_withdrawn=True)


def restore(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a withdrawn export; certboard status lists them.")],
    home: options.Home = None,
    policy: options.PolicyFolder = None,
) -> None:
    """Undo a withdrawal, and publish."""
    _set_withdrawn(options.place(context, home, policy), name, is_withdrawn=False)


def _set_withdrawn(place: options.Place, name: str, *, is_withdrawn: bool) -> None:
    rules = place.rules()
    with _changing(place.home, "withdraw" if is_withdrawn else "restore") as say:
        (manifest.withdraw if is_withdrawn else manifest.restore)(place.home, name, locked=True)
        if all(export.is_withdrawn for export in manifest.read(place.home).exports):
            tell(f"{name}: withdrawn. No export is left to build from, so what was published stays.")
            return
        published = _build(place.home, rules, None, say)
    tell(f"{name}: {'withdrawn' if is_withdrawn else 'restored'}.")
    _tell_published(published, rules.zone)


@contextmanager
def _changing(home: Path, doing: str) -> Iterator[progress.Say]:
    """Hold the home's lock and show progress."""
    with progress.shown() as say, snapshots.lock(home, doing=f"certboard {doing}", say=lambda words: say(words.capitalize(), None)):
        yield say


def _build(home: Path, rules, as_of: datetime | None, say: progress.Say, **choices):
    from pipelines import build

    before = snapshots.current(home)
    had_backtest = before is not None and _has_backtest(before)
    published = build.build(home, rules, as_of=as_of, progress=say, locked=True, **choices)
    if had_backtest and not _has_backtest(published.path):
        tell("The back-test belongs to the snapshot before; certboard backtest makes one of this")
    return published


def _has_backtest(path: Path) -> bool:
    try:
        with snapshots.open_read_only(path) as connection:
            return bool(connection.execute("select count(*) from forecast_backtest").fetchall()[0][0])
    except duckdb.Error:  # another version built it, or it is damaged
        return False


def _run_of(path: Path) -> tuple[datetime, str | None]:
    """The as_of (naive UTC) of a snapshot, and the words about where its data is from."""
    with snapshots.open_read_only(path) as connection:
        ((as_of_at, source_note),) = connection.execute("select as_of_at, source_note from run_params").fetchall()
    return as_of_at, source_note


def _print_backtest(path: Path) -> None:
    """One line per horizon on stdout: errors as shares of what came."""
    from pipelines.forecast import backtest as looks

    with snapshots.open_read_only(path) as connection:
        rows = connection.execute("select * from forecast_backtest").fetchall()
    for line in looks.lines(rows):
        print(line, flush=True)


def _tell_landing(report) -> None:
    for warning in report.warnings:
        tell(warning)
    for path in report.ignored:
        tell(f"{path}: passed over, of no kind that is read here")
    for export in report.unchanged:
        tell(f"{export.name}: was landed before, unchanged")
    for export in report.reread:
        order = f", day order {export.day_order}" if export.day_order else ""
        tell(f"{export.name}: was landed before; is now read as {export.source}, zone {export.timezone}{order}, and everything was rebuilt")
    for path, message in report.failed:
        tell(f"certboard: {message if str(Path(path).name) in message else f'{path}: {message}'}")


def _print_rows(snapshot: Path, names: list[str]) -> None:
    """One line per export on stdout; where rows were rejected, a word about it on stderr."""
    with snapshots.open_read_only(snapshot) as connection:
        rows = connection.execute("select name, row_count, accepted_count, superseded_count, later_count, quarantined_count from exports").fetchall()
    counts = {name: numbers for name, *numbers in rows}
    for name in names:
        row_count, accepted, superseded, later, quarantined = counts[name]
        print(
            f"{name}: {row_count:,} rows = {accepted:,} accepted + {superseded:,} superseded + {later:,} later + {quarantined:,} quarantined",
            flush=True,
        )
        if quarantined:
            tell(f"{name}: {quarantined:,} rows rejected; certboard export quarantine says which and why")


def _tell_published(published, zone: str) -> None:
    if published.warnings:
        found = ", ".join(f"{name} ({count:,})" for name, count in published.warnings)
        tell(f"Checks that found something: {found}")
    word = "Published" if published.was_built else "Nothing new to build; published"
    tell(f"{word} {published.path.stem}, as of {written(published.as_of, zone)}")
