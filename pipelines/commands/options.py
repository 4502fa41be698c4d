"""The options that stand before or after any command, and what they come to."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines import homes, snapshots
from pipelines.errors import UserError

if TYPE_CHECKING:
    from pipelines.policy import Policy

Home = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Where exports and snapshots are kept (default $CERTBOARD_HOME, else data/warehouse).")
]
PolicyFolder = Annotated[
    Path | None, typer.Option("--policy", metavar="DIR", help="The policy folder (default data/policy, else the one the home was built with).")
]
Snapshot = Annotated[str | None, typer.Option("--snapshot", metavar="NAME", help="A published snapshot other than the current one.")]


@dataclass(frozen=True)
class Place:
    """Where a command works: the home (absolute), the policy folder if one was named, the snapshot if one was named."""

    home: Path
    policy: Path | None
    snapshot: str | None

    def rules(self) -> "Policy":
        """The policy named, else the one that the home was built with, else the product's. Raises UserError for another than the home's."""
        from pipelines import build, manifest, policy

        recorded = manifest.read(self.home).policy_folder
        rules = policy.load(self.policy or Path(recorded or policy.DEFAULT_FOLDER))
        build.require_policy(self.home, rules)
        return rules

    def published(self) -> Path:
        """The snapshot to read. Raises UserError when there is none."""
        if self.snapshot:
            return snapshots.named(self.home, self.snapshot)
        path = snapshots.current(self.home)
        if path is None:
            raise UserError(f"{self.home}: there is no data yet. Load an export with certboard ingest FOLDER, or try certboard demo.")
        return path


def remember(context: typer.Context, home: Home = None, policy: PolicyFolder = None, snapshot: Snapshot = None) -> None:
    """Turns the exports of a certificate service into SLO attainment people can trust and a renewal forecast they can staff."""
    context.obj = (home, policy, snapshot)


def place(context: typer.Context, home: Path | None, policy: Path | None, snapshot: str | None = None, *, reads_snapshot: bool = False) -> Place:
    """The options before and after the command as one; what stands after it wins."""
    before = context.obj or (None, None, None)
    home, policy, snapshot = (after if after is not None else early for after, early in zip((home, policy, snapshot), before, strict=True))
    if snapshot is not None and not reads_snapshot:
        raise UserError(
            f"--snapshot {snapshot}: certboard {context.info_name} does not read a snapshot. It is an option of serve, export and status."
        )
    return Place((home or homes.default()).expanduser().absolute(), policy, snapshot)


def tell(words: str) -> None:
    """A line of words for the person, on stderr: stdout is for data."""
    print(words, file=sys.stderr, flush=True)
