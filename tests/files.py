"""Files as they arrive, written byte by byte, and what the landing made of them."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipelines import landing, manifest
from pipelines import policy as policies
from pipelines.manifest import Export

RECEIVED_AT = datetime(2030, 1, 1, tzinfo=UTC)
RULES = policies.load(policies.DEFAULT_FOLDER)
HEADER = ("number", "submitted_at", "state", "department")


def a_row(position: int, **fields: str) -> list[str]:
    """The cells of one request under HEADER."""
    row = {"number": f"RITM{position:07d}", "submitted_at": f"2026-03-{position % 28 + 1:02d} 10:00:00", "state": "open", "department": "Sample"}
    return list((row | fields).values())


def a_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ",", newline: str = "\r\n") -> str:
    """The text of a CSV file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_MINIMAL if newline == "\r\n" else csv.QUOTE_ALL)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def written(path: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    """The path, now a file with this content."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def land(home: Path, *paths: Path, **options) -> landing.LandingReport:
    """Ingest with the product's policy, all of it received on the same day."""
    return landing.ingest(home, list(paths), options.pop("rules", RULES), received_at=options.pop("received_at", RECEIVED_AT), **options)


def land_one(home: Path, path: Path, **options) -> Export:
    """Ingest one file that lands."""
    (export,) = land(home, path, **options).landed
    return export


def rows(home: Path, export: Export) -> list[tuple]:
    """The landed rows in the order of the file: row number, then every cell."""
    return _read(f"select {export.row_number_sql}, * from read_parquet(?)", export.parquet_path(home), drop=("__row_number",))


def malformed(home: Path, export: Export) -> list[tuple[int, str, str]]:
    """The records that are no row: number, text, reason."""
    return _read("select row_number, text, reason from read_parquet(?)", export.malformed_path(home)) if export.malformed_count else []


def left_in(home: Path) -> set[str]:
    """Every file under `landed/`, by relative name."""
    folder = manifest.folder(home)
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def expected_in(home: Path) -> set[str]:
    """The files that the manifest names, and the manifest once it names any."""
    folder = manifest.folder(home)
    exports = manifest.read(home).exports
    paths = [path for export in exports for path in (export.parquet_path(home), export.original_path(home))]
    paths += [export.malformed_path(home) for export in exports if export.malformed_count]
    return {path.relative_to(folder).as_posix() for path in paths} | ({"manifest.json"} if exports else set())


def _read(sql: str, path: Path, drop: Sequence[str] = ()) -> list[tuple]:
    with duckdb.connect() as connection:
        cursor = connection.execute(sql, [str(path)])
        kept = [place for place, column in enumerate(cursor.description) if place == 0 or column[0] not in drop]
        return [tuple(row[place] for place in kept) for row in cursor.fetchall()]
