"""The command that compares two published snapshots: diff."""

import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer

from pipelines import snapshots
from pipelines.commands import options
from pipelines.commands.options import tell
from pipelines.errors import UserError
from pipelines.instants import written

FORMATS = ("csv", "json")
MOST_DECIMALS = 6
NO_DATA = "no data"


def diff(
    context: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", help="A snapshot as certboard snapshots prints it or a part that fits only one; previous, current.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The snapshot to compare it with.")],
    requests: Annotated[bool, typer.Option("--requests", help="Write the requests that explain the difference instead.")] = False,
    format: Annotated[str | None, typer.Option("--format", metavar="FORMAT", help="csv or json (default lines to read; of requests csv).")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write to FILE instead of stdout.")] = None,
    home: options.Home = None,
    policy: options.PolicyFolder = None,
) -> None:
    """Say what changed between two snapshots, and why.

    Prints a line per service option and month: counts before and after, what else of its statement differs, and the causes. With --requests a row per request.
    """
    if format is not None and format not in FORMATS:
        raise UserError(f"--format {format}: no such format of a comparison. Formats: {', '.join(FORMATS)}.")
    place = options.place(context, home, policy)
    before, after = chosen(place.home, old), chosen(place.home, new)
    from pipelines import differences, reports  # only here: the other commands must not wait for them

    if requests or format or out is not None:
        query = differences.REQUESTS if requests else differences.MONTHS
        reports.write(lambda: differences.compare(before, after), query, format or "csv", out if out is not None else sys.stdout.buffer)
        return
    with differences.compare(before, after) as connection:
        run, found, months = (_rows(connection, query) for query in (differences.RUNS, differences.CAUSES_FOUND, differences.MONTHS))
        (zone,) = connection.execute("select zone from new_run").fetchone()
    tell(_runs(before, after, run[0], zone))
    tell(_summary(differences.spelled(each.values() for each in found), sum(each["request_count"] for each in found)))
    for each in months:
        print(line(each, differences.spelled(differences.parsed(each["causes"]))))


def chosen(home: Path, name: str) -> Path:
    """The snapshot that a word on the command line means. Raises UserError listing the names."""
    current = snapshots.current(home)
    if name in ("current", "previous") and current is None:
        raise UserError(f"{home}: there is no data yet. Load an export with certboard ingest FOLDER, or try certboard demo.")
    if name == "current":
        return current
    if name == "previous":
        earlier = snapshots.before(home, current)
        if not earlier:
            raise UserError(f"previous: there is no snapshot earlier than {current.stem}. Publish another with certboard ingest or certboard build.")
        return earlier[-1]
    return snapshots.named(home, name, option="")


def line(month: dict[str, Any], why: str) -> str:
    """What differs in the statement of one month of one option: `inquiry 2026-10: met 3 -> 4, attainment 75.0 % (3 of 4) -> 100.0 % (4 of 4); 1 by new data`."""
    from pipelines import changed_statements, differences

    parts = [f"{words} {before:,} -> {after:,}" for words, before, after in differences.counts(month)]
    before, after = (
        share(month[f"met_count_{side}"], month[f"met_count_{side}"] + month[f"missed_count_{side}"], month["target_ratio"]) for side in ("old", "new")
    )
    same = f"{NO_DATA} as before" if after == NO_DATA else f"attainment {after} as before"
    parts.append(same if before == after else f"attainment {before} -> {after}")
    parts += changed_statements.others(month, "->", share)
    return f"{month['service_option']} {month['month']}: {', '.join(parts)}{f'; {why}' if why else ''}"


def share(met: int, due: int, target_ratio: float | None) -> str:
    """`94.1 % (48 of 51)`; more decimals where one would print the other side of the target, or 0 or 100 for what is neither."""
    if due == 0:
        return NO_DATA
    exact = Fraction(met, due) * 100
    target = Fraction(str(target_ratio)) * 100 if target_ratio is not None else Fraction(0)

    def sides(number: Fraction) -> tuple[bool, ...]:
        return number > 0, number >= target, number >= 100

    for decimals in range(1, MOST_DECIMALS + 1):
        printed = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if sides(Fraction(printed)) == sides(exact):
            break
    return f"{printed} % ({met:,} of {due:,})"


def _runs(before: Path, after: Path, run: dict[str, Any], zone: str) -> str:
    parts = [f"{before.stem} (as of {written(run['as_of_at_old'], zone)}) -> {after.stem} (as of {written(run['as_of_at_new'], zone)})"]
    for words, names in (("exports added", "added_exports"), ("exports gone", "removed_exports"), ("policy files changed", "changed_files")):
        parts += [f"{words}: {run[names]}"] if run[names] else []
    return "; ".join(parts)


def _summary(why: str, count: int) -> str:
    if not count:
        return "No request changed its outcome, month or service option"
    return f"{count:,} {'request counts' if count == 1 else 'requests count'} otherwise: {why}"


def _rows(connection, query) -> list[dict[str, Any]]:
    cursor = connection.execute(query.sql, list(query.parameters))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
