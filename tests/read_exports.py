"""One reader on one file: what it found, and what it wrote."""

from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from pipelines.engines import duckdb_engine
from pipelines.exports.content import Content, Staging


class Read(NamedTuple):
    """What a reader gives: its content, the rows after their number, the malformed records, every call to `recognise`."""

    content: Content
    rows: list[tuple]
    malformed: list[tuple]
    recognised: list[tuple[str, ...]]

    @property
    def cells(self) -> list[tuple]:
        """The rows without their numbers."""
        return [row[1:] for row in self.rows]


def read(reader: ModuleType, path: Path, folder: Path | None = None) -> Read:
    """Read a file into a folder of its own, which holds nothing else afterwards."""
    folder = folder or path.parent / f"staged {path.name}"
    folder.mkdir()
    staging, recognised = Staging(folder / "staged"), []
    connection = duckdb_engine.connect()
    try:
        content = reader.read(path, path.name, staging, connection, lambda headers: recognised.append(tuple(headers)), lambda words, share: None)
        number = "__row_number" if content.malformed_count else "file_row_number + 1"
        sql = f"select {number} as row_number, * from read_parquet(?, file_row_number = {not content.malformed_count})"
        cursor = connection.execute(sql, [str(staging.parquet)])
        names = [each[0] for each in cursor.description]
        places = [place for place, column in enumerate(names) if column not in ("__row_number", "file_row_number")]
        assert tuple(names[place] for place in places[1:]) == content.columns
        rows = [tuple(row[place] for place in places) for row in cursor.fetchall()]
        sql = "select row_number, text, reason from read_parquet(?)"
        malformed = connection.execute(sql, [str(staging.malformed)]).fetchall() if content.malformed_count else []
    finally:
        connection.close()
    expected = {staging.parquet, staging.original, *([staging.malformed] if content.malformed_count else [])}
    assert set(folder.iterdir()) == expected, "nothing else is left"
    return Read(content, rows, malformed, recognised)
