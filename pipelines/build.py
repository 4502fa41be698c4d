"""Builds a snapshot: a pure function of the landed readings, the policy and as_of. The only writer.

Layers are folders of `models/`: staging, versions, records, corrected, joined, links, facts, spans, sums, cubes, metrics, forecast, views. A model reads
earlier layers and the dimension schemas (run, policy, calendar, texts), never a sibling, so folder order and then name order is a valid build order.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines import __version__, business_calendar, dimensions, landed, manifest, snapshots
from pipelines.engines.duckdb_engine import connect, run
from pipelines.errors import CheckFailed, UserError, WhollyRejected
from pipelines.forecast import backtest, publishing
from pipelines.instants import parse
from pipelines.manifest import Export
from pipelines.policy import Policy

MODELS = Path(__file__).resolve().parent / "models"
CHECKS = Path(__file__).resolve().parent / "checks"
FORECAST = Path(__file__).resolve().parent / "forecast"
LAYERS = ("staging", "versions", "records", "corrected", "joined", "links", "facts", "spans", "sums", "cubes", "metrics", "forecast", "views")
FACTS = ("facts", "spans", "sums")
"""Layers that are published in the schema `facts`."""
VIEWS = ("corrected", "views")
"""Layers that are worked out by whoever asks: a table would be a second copy of its records, or many times the size of the facts behind it."""
SHOWN_OFFENDERS, SAID_OFFENDERS = 100, 3
MEMORY_LIMIT = "700MB"
"""What the build may hold before it spills beside the snapshot; with Python and the Parquet reader it stays under 1 GB."""

Progress = Callable[[str, float | None], None]


@dataclass(frozen=True)
class Published:
    """A published snapshot. `was_built` is false where an identical one was already there; `warnings`: checks that warn, with counts."""

    path: Path
    as_of: datetime
    was_built: bool
    warnings: tuple[tuple[str, int], ...]


def build(
    home: Path,
    rules: Policy,
    *,
    as_of: datetime | None = None,
    progress: Progress | None = None,
    source_note: str | None = None,
    replace_policy: bool = False,
    with_backtest: bool = False,
    locked: bool = False,
) -> Published:
    """Build and publish. `as_of`: an aware instant, default the newest event of the request exports.

    `source_note`: words that every page shows about where the data is from. `with_backtest`: forecast from the ends of past months too, which
    builds each of them. `locked`: the caller holds the home's lock.
    Raises UserError (nothing to build, another policy) and CheckFailed; the published snapshot then stays as it was.
    """
    if not locked:
        with snapshots.lock(home, doing="build"):
            return build(
                home, rules, as_of=as_of, progress=progress, source_note=source_note, replace_policy=replace_policy, with_backtest=with_backtest, locked=True
            )
    say = progress or (lambda words, fraction: None)
    require_policy(home, rules, replace=replace_policy)
    kept = manifest.read(home)
    exports = sorted((each for each in kept.exports if not each.is_withdrawn), key=lambda each: (each.sha256, each.name))
    if not exports:
        raise UserError(f"{home}: no export to build from. Land one with certboard ingest FOLDER, or bring one back with certboard restore NAME.")
    for export in exports:
        if export.source not in rules.sources:
            raise UserError(f"{export.name}: its source {export.source} has no mapping in {rules.folder}/sources. Add {export.source}.yaml.")
    as_of = (as_of or _newest_event(exports, rules)).astimezone(UTC)
    if as_of.year >= business_calendar.LAST_ON.year:
        raise UserError(f"--as-of {as_of:%Y-%m-%d}: lies beyond the calendar, which ends {business_calendar.LAST_ON}. Give an earlier day.")
    digest = _digest(kept.exports, rules, as_of, source_note, with_backtest)
    final = snapshots.folder(home) / snapshots.file_name(as_of, digest)
    if final.exists() and snapshots.is_readable(final):
        snapshots.point_to(home, final)
        _record_policy(home, rules)
        return Published(final, as_of, False, _warnings(final))
    building = final.with_name(final.name + ".building")
    scratch = final.with_name(final.name + ".scratch")
    try:
        snapshots.folder(home).mkdir(parents=True, exist_ok=True)
        _remove_leftovers(home)
        _write(building, scratch, home, kept.exports, exports, rules, as_of, source_note, with_backtest, say)
        snapshots.publish(home, building, final.name)
        _record_policy(home, rules)
    except OSError as error:
        raise UserError(f"{home}: cannot be written ({error.strerror}). Free space there or name another home; what was published stays.") from error
    except duckdb.IOException as error:
        raise UserError(f"{home}: cannot be written ({str(error).splitlines()[0]}). Free space there; what was published stays.") from error
    finally:
        _remove_leftovers(home)
    return Published(final, as_of, True, _warnings(final))


def require_policy(home: Path, rules: Policy, *, replace: bool = False) -> None:
    """Raise UserError when the home was built with another policy folder, unless it is to be replaced."""
    recorded = manifest.read(home).policy_folder
    if recorded and not replace and Path(recorded) != rules.folder:
        raise UserError(
            f"--policy {rules.folder}: this home is served with the policy {recorded}. "
            f"Leave --policy out, or change it for good with certboard build --policy {rules.folder}."
        )


def _record_policy(home: Path, rules: Policy) -> None:
    kept = manifest.read(home)
    if kept.policy_folder != str(rules.folder):
        manifest.write(home, manifest.replace(kept, policy_folder=str(rules.folder)))


def _newest_event(exports: Sequence[Export], rules: Policy) -> datetime:
    """The default of as_of: the newest event of the request exports, of the certificate exports where there are none."""
    for kind in ("requests", "certificates"):
        events = [each.newest_event_at for each in exports if each.newest_event_at is not None and rules.sources[each.source].kind == kind]
        if events:
            return max(events)
    raise UserError("No export has a readable event time, so there is no default for as_of. Give one with --as-of.")


def model_paths() -> list[Path]:
    """All models in build order."""
    return [path for layer in LAYERS for path in sorted((MODELS / layer).glob("*.sql"))]


def _digest(exports: Sequence[Export], rules: Policy, as_of: datetime, source_note: str | None, with_backtest: bool) -> str:
    """SHA-256 over everything a snapshot depends on; the order and time of landing are not among it."""
    parts = [__version__, rules.sha256, as_of.isoformat(), source_note or "", *(["backtest"] if with_backtest else [])]
    parts += sorted(repr(export.reading()) for export in exports)
    parts += [f"{path.name}\0{path.read_text(encoding='utf-8')}" for path in [*model_paths(), *sorted(CHECKS.glob("*.sql")), *sorted(FORECAST.glob("*.py"))]]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _write(
    building: Path,
    scratch: Path,
    home: Path,
    all_exports: Sequence[Export],
    exports: Sequence[Export],
    rules: Policy,
    as_of: datetime,
    source_note: str | None,
    with_backtest: bool,
    say: Progress,
) -> None:
    used_formats = {format_id for export in exports for format_id in export.formats.values()}
    formats = [each for each in rules.timestamp_formats if each.format_id in used_formats]
    connection = connect(scratch, formats=formats, spill=scratch.with_name(scratch.name + ".spill"))
    try:
        run(connection, "set preserve_insertion_order = false")
        run(connection, "set memory_limit = ?", [MEMORY_LIMIT])
        say("Preparing the calendar and the policy", 0.0)
        dimensions.create(connection, all_exports, exports, rules, as_of, source_note)
        landed.create(connection, home, exports, rules)
        _build_models(connection, building, "snapshot", exports, say)
        say("Forecasting", 1.0)
        publishing.publish(connection, "snapshot")
        say("Checking", 1.0)
        _check(connection)
        publishing.create_backtest(connection, "snapshot")
        if with_backtest:
            _look_back(connection, building, exports, rules, say)
        run(connection, "detach snapshot")
    finally:
        connection.close()


def _build_models(connection: duckdb.DuckDBPyConnection, file: Path, database: str, exports: Sequence[Export], say: Progress) -> None:
    """Attach a file as `database` and build every model of the as_of in `run.params`; what is published goes there."""
    run(connection, f"attach ? as {database}", [str(file)])
    run(connection, f"create schema {database}.facts")
    paths = model_paths()
    for position, path in enumerate(paths):
        say(f"Building {path.parent.name}.{path.stem}", (position + 1) / (len(paths) + 1))
        layer, name = path.parent.name, path.stem
        place = f"{database}.facts" if layer in FACTS else f"{database}.main" if layer in ("cubes", "metrics", "forecast", "views") else layer
        run(connection, f"create {'view' if layer in VIEWS else 'table'} {place}.{name} as\n{path.read_text(encoding='utf-8')}")
        if layer in (*FACTS, "cubes", "metrics"):
            # Published as they are: written once, read here and in the snapshot under one name.
            run(connection, f"create view {layer}.{name} as select * from {place}.{name}")
        if layer in FACTS[1:]:
            # Where the views of the snapshot look for them.
            run(connection, f"create view facts.{name} as select * from {place}.{name}")
        if layer == "staging" and paths[position + 1].parent.name != layer:
            _refuse_wholly_unreadable(connection, exports)
    for schema, table in dimensions.PUBLISHED:
        run(connection, f"create table {database}.main.{schema}_{table} as select * from {schema}.{table}")


def _look_back(connection: duckdb.DuckDBPyConnection, building: Path, exports: Sequence[Export], rules: Policy, say: Progress) -> None:
    """Build each past month's end again, with what was known then, and compare its forecast with what came."""
    ends = backtest.origins(publishing.fetch(connection, "snapshot"))
    for position, end in enumerate(ends):
        words = f"Looking back from {end}"
        say(words, position / len(ends))
        for layer in LAYERS[:-2]:
            run(connection, f"drop schema {layer} cascade")
            run(connection, f"create schema {layer}")
        dimensions.set_as_of(connection, exports, rules, parse(end.isoformat(), rules.zone))
        file = building.with_name(f"{building.name}.past")
        try:
            _build_models(connection, file, "past", exports, lambda model, fraction: None)
            publishing.publish_backtest(connection, "past", "snapshot", end)
            run(connection, "detach past")
        finally:
            file.unlink(missing_ok=True)


def _refuse_wholly_unreadable(connection: duckdb.DuckDBPyConnection, exports: Sequence[Export]) -> None:
    rows = run(
        connection,
        """with judged_rows as (
               select export_id, row_number, case when is_quarantined then coalesce(number_problem, submitted_problem, approved_problem, closed_problem,
                   resolved_problem, installed_problem, issued_problem, updated_problem, requested_completion_problem, current_expires_problem) end as problem
               from staging.requests
               union all select export_id, row_number, problem from staging.certificates
               union all select export_id, row_number, problem from staging.approvals
               union all select export_id, row_number, problem from staging.slas
               union all select export_id, row_number, problem from staging.requisitions
               union all select export_id, row_number, problem from staging.transitions)
           select export_id, count(*), min(row_number), max(problem) from judged_rows group by export_id
           having count(*) filter (where problem is null) = 0 order by export_id""",
    )
    if rows:
        export_id, count, first, problem = rows[0]
        name = exports[export_id - 1].name
        raise WhollyRejected(
            f"{name}: all {count:,} rows are rejected, the first at row {first} ({problem}); at least one row must be readable. "
            f"Check the export's columns, zone and day order; if it is landed, run certboard withdraw '{name}'.",
            [exports[each - 1].name for each, *_ in rows],
        )


def _check(connection: duckdb.DuckDBPyConnection) -> None:
    """Run every check; publish their counts and first offenders. Raises CheckFailed naming blocking ones that found any, and the first of these."""
    run(connection, "create table snapshot.main.checks (name varchar, severity varchar, offender_count bigint)")
    run(connection, "create table snapshot.main.check_offenders (name varchar, position integer, offender varchar)")
    failed = []
    for path in sorted(CHECKS.glob("*.sql")):
        sql = path.read_text(encoding="utf-8")
        severity = {"-- blocks": "blocks", "-- warns": "warns"}[sql.splitlines()[1].strip()]
        cursor = connection.execute(f"select *, count(*) over () as offender_count from (\n{sql}\n) limit {SHOWN_OFFENDERS}")
        names = [column[0] for column in cursor.description][:-1]
        offenders = cursor.fetchall()
        count = offenders[0][-1] if offenders else 0
        run(connection, "insert into snapshot.main.checks values (?, ?, ?)", [path.stem, severity, count])
        told = [", ".join(f"{name} {value}" for name, value in zip(names, offender[:-1], strict=True)) for offender in offenders]
        for position, words in enumerate(told, start=1):
            run(connection, "insert into snapshot.main.check_offenders values (?, ?, ?)", [path.stem, position, words])
        if count and severity == "blocks":
            failed.append(f"{path.stem} ({count:,}: {'; '.join(told[:SAID_OFFENDERS])}{'; …' if count > SAID_OFFENDERS else ''})")
    if failed:
        found = ", ".join(failed)
        raise CheckFailed(
            f"nothing was published, because these checks found offenders: {found}. Mend what they name and run certboard build. What was published stays."
        )


def _warnings(path: Path) -> tuple[tuple[str, int], ...]:
    with snapshots.open_read_only(path) as connection:
        return tuple(run(connection, "select name, offender_count from checks where offender_count > 0 order by name"))


def _remove_leftovers(home: Path) -> None:
    """Drop what an interrupted build left; only the holder of the lock may call this."""
    for pattern in ("*.building*", "*.scratch*"):
        for leftover in snapshots.folder(home).glob(pattern):
            shutil.rmtree(leftover) if leftover.is_dir() else leftover.unlink(missing_ok=True)
