"""The manifest of a home: which exports are landed and how each is read. Replacing it is the commit point of landing.

Everything under `landed/` that it does not name is what a killed command left behind: harmless, and removed by the next ingest.
"""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from pipelines import snapshots
from pipelines.errors import UserError

__all__ = ["Export", "Manifest", "folder", "read", "replace", "restore", "row_number_sql", "withdraw", "write"]


@dataclass(frozen=True)
class Export:
    """One landed export and its reading. Instants are aware, in UTC.

    `row_count`: records after the header, the `malformed_count` ones that are no row of the table included.
    `newest_event_at`: the newest plausible event, null when there is none. `implausible_after_at`: the latest plausible instant,
    null when no event cell exceeds it, so that the time of receipt decides nothing else.
    """

    name: str
    sha256: str
    size_bytes: int
    source: str
    row_count: int
    malformed_count: int
    received_at: datetime
    newest_event_at: datetime | None
    headers: tuple[str, ...]
    columns: dict[str, str]
    label_columns: dict[str, str]
    timezone: str
    day_order: str | None
    day_order_basis: str
    formats: dict[str, str]
    encoding: str
    delimiter: str
    implausible_after_at: datetime | None
    is_withdrawn: bool = False
    warnings: tuple[str, ...] = ()
    holds_system_values: bool = False

    def reading(self) -> tuple:
        """What a snapshot may depend on: everything but the time of receipt and why the day order is what it is."""
        apart = ("received_at", "day_order_basis")
        values = ((field.name, getattr(self, field.name)) for field in dataclasses.fields(self) if field.name not in apart)
        return tuple((name, tuple(sorted(value.items())) if isinstance(value, dict) else value) for name, value in values)

    def parquet_path(self, home: Path) -> Path:
        """The rows: every column as text under its header, in the order of the file."""
        return folder(home) / f"{self.sha256}.parquet"

    def malformed_path(self, home: Path) -> Path:
        """Records that are no row (row_number, text, reason); exists only where `malformed_count` is not 0."""
        return folder(home) / f"{self.sha256}.malformed.parquet"

    def original_path(self, home: Path) -> Path:
        """The export's own bytes, zstd-compressed."""
        return folder(home) / "originals" / f"{self.sha256}.zst"

    @property
    def row_number_sql(self) -> str:
        """The row number (records after the header, from 1) as an expression over `parquet_path`."""
        return row_number_sql(self.malformed_count)


@dataclass(frozen=True)
class Manifest:
    """The exports of a home by name, and the policy folder that its first build recorded."""

    policy_folder: str | None = None
    exports: tuple[Export, ...] = ()

    def named(self, name: str) -> Export:
        """The export of that name. Raises UserError listing the names."""
        for export in self.exports:
            if export.name == name:
                return export
        names = ", ".join(export.name for export in self.exports) or "none"
        raise UserError(f"{name}: no export of this name is landed (landed: {names}). Name one of them.")


def row_number_sql(malformed_count: int) -> str:
    """The row number of a landed row: its position, but a column of the file where malformed records left gaps.

    Numbering all rows while writing would cost the parallel reader.
    """
    return "__row_number" if malformed_count else "file_row_number + 1"


def folder(home: Path) -> Path:
    """Where landed exports and the manifest lie."""
    return Path(home) / "landed"


def read(home: Path) -> Manifest:
    """The manifest of a home; empty when nothing was ever landed. Raises UserError when it cannot be read."""
    path = folder(home) / "manifest.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Manifest(content["policy_folder"], tuple(_export(entry) for entry in content["exports"]))
    except FileNotFoundError:
        return Manifest()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: cannot be read as a manifest ({error}). Restore the file from a backup, or ingest into a new home.") from error


def write(home: Path, manifest: Manifest) -> None:
    """Replace the manifest at once: a reader, or the next command after a kill, sees the old or the new one."""
    entries = [dataclasses.asdict(export) for export in sorted(manifest.exports, key=lambda export: export.name)]
    text = json.dumps({"policy_folder": manifest.policy_folder, "exports": entries}, indent=1, ensure_ascii=False, default=_text)
    folder(home).mkdir(parents=True, exist_ok=True)
    snapshots.replace_text(folder(home) / "manifest.json", text + "\n")


def withdraw(home: Path, name: str, *, locked: bool = False) -> Export:
    """Take an export out of builds; its bytes are kept. `locked`: the caller holds the home's lock. Raises UserError for an unknown name."""
    return _set_withdrawn(home, name, True, locked)


def restore(home: Path, name: str, *, locked: bool = False) -> Export:
    """Undo `withdraw`."""
    return _set_withdrawn(home, name, False, locked)


def _set_withdrawn(home: Path, name: str, is_withdrawn: bool, locked: bool) -> Export:
    if not locked:
        with snapshots.lock(home, doing=f"{'withdraw' if is_withdrawn else 'restore'} of {name}"):
            return _set_withdrawn(home, name, is_withdrawn, True)
    kept = read(home)
    changed = replace(kept.named(name), is_withdrawn=is_withdrawn)
    write(home, replace(kept, exports=_exchanged(kept.exports, changed)))
    return changed


def _exchanged(exports: Sequence[Export], changed: Export) -> tuple[Export, ...]:
    return tuple(changed if export.name == changed.name else export for export in exports)


def _export(entry: dict) -> Export:
    instants = {name: _instant(entry[name]) for name in ("received_at", "newest_event_at", "implausible_after_at")}
    return Export(**{**entry, **instants, "headers": tuple(entry["headers"]), "warnings": tuple(entry["warnings"])})


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    raise TypeError(f"{type(value).__name__} has no place in a manifest")
