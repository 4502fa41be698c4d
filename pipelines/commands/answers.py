"""Commands that only read: export, status, snapshots."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from pipelines import manifest, metrics, reports, snapshots
from pipelines.commands import options
from pipelines.errors import UserError
from pipelines.instants import written


def export(
    context: typer.Context,
    table: Annotated[str, typer.Argument(metavar="TABLE", help="A published table, such as slo_attainment or slo_outcomes.")],
    by: Annotated[str, typer.Option("--by", metavar="A,B", help="Dimensions of an aggregate.")] = "",
    where: Annotated[list[str] | None, typer.Option("--where", metavar="COLUMN=VALUE", help="Rows to keep; repeat it. COLUMN= means empty.")] = None,
    format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="csv, json, parquet or xlsx.")] = "csv",
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    home: options.Home = None,
    policy: options.PolicyFolder = None,
    snapshot: options.Snapshot = None,
) -> None:
    """Write a published table.

    As CSV to stdout, unless told otherwise.
    """
    place = options.place(context, home, policy, snapshot, reads_snapshot=True)
    query = metrics.select(table, by=[name.strip() for name in by.split(",") if name.strip()], where=conditions(where or []))
    if format in ("parquet", "xlsx") and out is None and sys.stdout.isatty():
        raise UserError(f"--format {format}: this is no text for a terminal. Name a file with --out.")
    path = place.published()
    selection = " ".join(["certboard export", table, *([f"--by {by}"] if by else []), *(f"--where {each}" for each in where or [])])
    about = [("Made with", selection), *_about(path)] if format == "xlsx" else []
    reports.write(path, query, format, out if out is not None else sys.stdout.buffer, about=about)


def conditions(where: list[str]) -> dict[str, list[str]]:
    """COLUMN=VALUE texts by column; the values of one column are alternatives. Raises UserError."""
    kept: dict[str, list[str]] = {}
    for text in where:
        column, sign, value = text.partition("=")
        if not sign or not column:
            raise UserError(f"--where {text}: not COLUMN=VALUE. Write a column, an equals sign and a value, such as --where slo_outcome=missed.")
        kept.setdefault(column.strip(), []).append(value)
    return kept


def status(context: typer.Context, home: options.Home = None, policy: options.PolicyFolder = None, snapshot: options.Snapshot = None) -> None:
    """Say what is landed and published.

    The snapshot and its age, how far it reaches, its exports, coverage, and the checks that found something.
    """
    place = options.place(context, home, policy, snapshot, reads_snapshot=True)
    landed, current = manifest.read(place.home), snapshots.current(place.home)
    path = place.published() if place.snapshot else current
    _line("home", place.home)
    _line("policy", landed.policy_folder or "none recorded yet")
    published: set[tuple] = set()
    if path is None:
        _line("snapshot", "none; load an export with certboard ingest FOLDER")
    else:
        _line("snapshot", path.stem if path == current else f"{path.stem} (not the current one)")
        published = _published_status(path)
    for each in landed.exports:
        if (each.name, each.sha256, each.is_withdrawn) not in published:
            _line(
                "unpublished",
                f"{each.name}: {'withdrawn' if each.is_withdrawn else 'landed'}, which this snapshot does not know; run certboard build",
            )


def _published_status(path: Path) -> set[tuple]:
    """Prints what a snapshot says of itself; gives its exports as (name, sha256, is_withdrawn)."""
    with snapshots.open_read_only(path) as connection:
        ((as_of_at, known_through_on, zone, note),) = _rows(connection, "select as_of_at, known_through_on, zone, source_note from run_params")
        exports = _rows(connection, "select name, sha256, is_withdrawn, row_count, quarantined_count, warnings from exports order by name, sha256")
        ((measured, judged),) = _rows(
            connection,
            """select count(*) filter (where slo_outcome in ('met', 'missed') or (slo_outcome = 'open' and due_on is not null)), count(*)
               from slo_outcomes where slo_outcome <> 'excluded'""",
        )
        checks = _rows(connection, "select name, severity, offender_count from checks order by name")
    if note:
        _line("source", note)
    # An age is against the clock on the wall, for the person who asks; no number of the product depends on it.
    hours = int((datetime.now(UTC) - as_of_at.replace(tzinfo=UTC)).total_seconds() // 3600)
    _line("as of", f"{written(as_of_at, zone)} ({f'{hours // 24:,} days' if hours >= 48 else f'{hours} hours'} ago)")
    _line("known", f"through {known_through_on}")
    _line("coverage", f"{measured:,} of {judged:,} requests can be measured" + (f" ({100 * measured / judged:.1f} %)" if judged else ""))
    for name, _, is_withdrawn, row_count, quarantined_count, warnings in exports:
        notes = ["withdrawn"] if is_withdrawn else [f"{row_count:,} rows", *([f"{quarantined_count:,} rejected"] if quarantined_count else [])]
        _line("export", f"{name}: {', '.join([*notes, *([warnings] if warnings else [])])}")
    found = [each for each in checks if each[2]]
    _line("checks", f"{len(checks) - len(found)} of {len(checks)} pass")
    for name, severity, offender_count in found:
        _line("check", f"{name} {severity}: {offender_count:,} found")
    return {(name, sha256, is_withdrawn) for name, sha256, is_withdrawn, *_ in exports}


def snapshots_(context: typer.Context, home: options.Home = None, policy: options.PolicyFolder = None) -> None:
    """List what has been published.

    Oldest first; the current one has a star.
    """
    place = options.place(context, home, policy)
    current = snapshots.current(place.home)
    for path in snapshots.listed(place.home):
        with snapshots.open_read_only(path) as connection:
            ((as_of_at, zone),) = _rows(connection, "select as_of_at, zone from run_params")
            ((exports, requests),) = _rows(
                connection, "select (select count(*) from exports where not is_withdrawn), (select count(*) from slo_outcomes)"
            )
        mark = "*" if path == current else " "
        print(f"{mark} {path.stem}  as of {written(as_of_at, zone)}  {exports:,} exports, {requests:,} requests")


def _about(path: Path) -> list[tuple[str, str]]:
    with snapshots.open_read_only(path) as connection:
        ((as_of_at, known_through_on, zone, basis, stop, policy_sha256, version, note),) = _rows(
            connection,
            "select as_of_at, known_through_on, zone, clock_basis, clock_stop, policy_sha256, version, source_note from run_params",
        )
    return [
        *([("Source", note)] if note else []),
        ("Snapshot", path.stem),
        ("As of", written(as_of_at, zone)),
        ("Known through", str(known_through_on)),
        ("Clock", f"{basis} to {stop}"),
        ("Policy", f"SHA-256 {policy_sha256}"),
        ("certboard", version),
    ]


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def _line(label: str, words: object) -> None:
    print(f"{label:<12}{words}")
