"""Commands that serve the pages: serve, and demo, which builds a folder of exports into a home of its own first."""

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from pipelines import homes, manifest, progress, snapshots
from pipelines.commands import options
from pipelines.commands.options import tell
from pipelines.errors import UserError
from pipelines.instants import parse

Port = Annotated[int, typer.Option("--port", metavar="N", min=0, max=65535, help="The port (default 8501; 0 takes a free one).")]


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option("--host", metavar="ADDRESS", help="The address to listen on (default 127.0.0.1).")] = "127.0.0.1",
    port: Port = 8501,
    home: options.Home = None,
    policy: options.PolicyFolder = None,
    snapshot: options.Snapshot = None,
) -> None:
    """Serve the dashboard."""
    place = options.place(context, home, policy, snapshot, reads_snapshot=True)
    if place.policy:
        place.rules()
    path = place.published() if place.snapshot or snapshots.current(place.home) else None
    if path is None:
        tell(f"{place.home}: there is no data yet. Load an export with certboard ingest FOLDER; the pages will show it.")
    _serve(place.home, host, port, path if place.snapshot else None)


def demo(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Option("--data", metavar="DIR", help="A folder of exports (default data/sample), with its own policy/ if it has one.")
    ] = None,
    port: Port = 8501,
    home: options.Home = None,
    policy: options.PolicyFolder = None,
) -> None:
    """Build the sample and serve it.

    Or, with --data, another folder of exports; always into a home of its own, <home>/demo/<folder>.
    """
    from pipelines import policy as policies

    place = options.place(context, home, policy)
    folder = (data or homes.data() / "sample").expanduser().resolve()
    if not folder.is_dir():
        raise UserError(f"--data {folder}: there is no such folder. Name a folder of exports.")
    own = place.policy or (folder / "policy" if (folder / "policy").is_dir() else policies.DEFAULT_FOLDER)
    _build_demo(place.home / "demo" / folder.name, folder, policies.load(own))
    _serve(place.home / "demo" / folder.name, "127.0.0.1", port, None)


class Note(NamedTuple):
    """What a folder's SOURCE.txt says: the words that pages show, and when its exports were received and what moment counts, if it says so."""

    shown_as: str | None
    received_at: datetime | None
    as_of: datetime | None


def note(folder: Path, zone: str) -> Note:
    """Read SOURCE.txt: the line `Shown as: ...`, else its first line; the lines `Received: INSTANT` and `As of: INSTANT`, if there are any."""
    try:
        text = (folder / "SOURCE.txt").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return Note(None, None, None)
    lines = [line.strip() for line in text.splitlines() if line.strip()]

    def said(label: str) -> str | None:
        return next((line[len(label) :].strip() for line in lines if line.startswith(label)), None)

    def instant(label: str) -> datetime | None:
        text = said(label)
        return parse(text, zone, option=f"{folder / 'SOURCE.txt'}: {label}") if text else None

    return Note(said("Shown as:") or (lines[0] if lines else None), instant("Received:"), instant("As of:"))


def _build_demo(home: Path, folder: Path, rules) -> None:
    """Land and build; from nothing when the home holds what the folder no longer does, which nobody else can have put there."""
    from pipelines import build, landing

    said = note(folder, rules.zone)
    with progress.shown() as say, snapshots.lock(home, doing="certboard demo", say=lambda words: say(words.capitalize(), None)):

        def land() -> "landing.LandingReport":
            return landing.ingest(home, [folder], rules, received_at=said.received_at, progress=say, locked=True)

        report = land()
        now = {(export.name, export.sha256) for export in (*report.landed, *report.reread, *report.unchanged)}
        if any((export.name, export.sha256) not in now for export in manifest.read(home).exports):
            for place in ("landed", "snapshots"):
                shutil.rmtree(home / place, ignore_errors=True)
            report = land()
        published = build.build(
            home, rules, as_of=said.as_of, source_note=said.shown_as, progress=say, replace_policy=True, with_backtest=True, locked=True
        )
    for warning in report.warnings:
        tell(warning)
    tell(f"{folder}: {'built' if published.was_built else 'already built'}, kept in {home}")


def _serve(home: Path, host: str, port: int, snapshot: Path | None) -> None:
    os.environ["CERTBOARD_HOME"] = str(home)
    if snapshot is not None:
        os.environ["CERTBOARD_SNAPSHOT"] = snapshot.stem
    from dashboard import server

    server.run(host, port)
