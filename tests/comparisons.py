"""A home that is changed step by step, and what its snapshots say of each other."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from pipelines import build, differences, landing, manifest, policy
from tests import builders
from tests.builders import a_request

OPEN = a_request("RITM1", "2026-10-05 09:00:00", updated_at="2026-10-05 09:00:00")
"""Due Mon 2026-10-12: five business days, no closure among them."""
CLOSED = a_request("RITM1", "2026-10-05 09:00:00", closed_at="2026-10-09 16:00:00", updated_at="2026-10-09 16:00:00")
NEWS = a_request("RITM9", "2026-01-05 09:00:00", closed_at="2026-01-06 09:00:00", updated_at="2026-10-08 12:00:00")
"""Long done: only its update says how far an export reaches."""


def news(at: str) -> dict[str, str]:
    """The same, updated at another time."""
    return NEWS | {"updated_at": at}


class Desk:
    """A home with a policy of its own, for people who load, withdraw, edit and build."""

    def __init__(self, folder: Path):
        self.home, self.folder = folder / "home", folder
        self.policy = Path(shutil.copytree(policy.DEFAULT_FOLDER, folder / "policy"))

    def land(self, name: str, *rows: builders.Row) -> "Desk":
        """Land rows as an export of this name."""
        builders.land(self.home, self.folder / "exports", {name: rows}, policy.load(self.policy))
        return self

    def take(self, path: Path, **reading: str) -> "Desk":
        """Land a file, or read one again in another way."""
        landing.ingest(self.home, [path], policy.load(self.policy), received_at=builders.RECEIVED_AT, **reading)
        return self

    def withdraw(self, name: str) -> "Desk":
        """Take an export out of builds."""
        manifest.withdraw(self.home, name)
        return self

    def restore(self, name: str) -> "Desk":
        """Bring an export back."""
        manifest.restore(self.home, name)
        return self

    def edit(self, name: str, old: str, new: str) -> "Desk":
        """Change a text that stands in a policy file."""
        path = self.policy / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return self

    def build(self, as_of: str | None = None) -> Path:
        """Publish; `as_of` is a wall-clock time of California."""
        return build.build(self.home, policy.load(self.policy), as_of=builders.local(as_of) if as_of else None).path


def asked(connection, query) -> list[dict]:
    """The rows of one of the questions of `differences`."""
    return builders.table(connection, query.sql, query.parameters)


def changes(old: Path, new: Path) -> dict[str, dict]:
    """The changed requests by number; each stands once and has a cause of the vocabulary."""
    with differences.compare(old, new) as connection:
        rows = asked(connection, differences.REQUESTS)
    assert len({row["number"] for row in rows}) == len(rows)
    assert {row["cause"] for row in rows} <= set(differences.CAUSES)
    return {row["number"]: row for row in rows}


def the_cause(old: Path, new: Path, number: str = "RITM1") -> tuple[str, str]:
    """Cause and sentence of the one request that changed."""
    found = changes(old, new)
    assert set(found) == {number}, found
    return found[number]["cause"], found[number]["detail"]


def months(old: Path, new: Path) -> Sequence[dict]:
    """The service options and months that a change touches."""
    with differences.compare(old, new) as connection:
        return asked(connection, differences.MONTHS)
