"""Private keys that only the text of a cell shows: written with escapes that a reader undoes, or pasted without their marker lines."""

from pathlib import Path

import duckdb

from pipelines.engines.duckdb_engine import identifier, no_pattern, run
from pipelines.exports import private_keys


def refuse(connection: duckdb.DuckDBPyConnection, parquet: Path, name: str, signing_request_column: str | None, *, is_decoded: bool) -> None:
    """Raise the refusal for an export whose rows hold a private key.

    `signing_request_column`: where requests paste what they sign with. `is_decoded`: the cells are not written in the file as they are read, so that
    watching its bytes was not enough.
    """
    file = no_pattern(parquet)
    if is_decoded:
        _refuse_markers(connection, file, name)
    if signing_request_column is not None:
        _refuse_signing_requests(connection, file, name, signing_request_column)


def _refuse_markers(connection: duckdb.DuckDBPyConnection, file: str, name: str) -> None:
    columns = [column for column, kind, *_ in run(connection, "describe select * from read_parquet(?)", [file]) if kind == "VARCHAR"]
    conditions = " or ".join(f"contains({identifier(column)}, 'PRIVATE KEY')" for column in columns)
    for row in run(connection, f"select {', '.join(map(identifier, columns))} from read_parquet(?) where {conditions}", [file]):
        for cell in filter(None, row):
            if marker := private_keys.marker_in(cell):
                raise private_keys.refusal(name, marker.text)


def _refuse_signing_requests(connection: duckdb.DuckDBPyConnection, file: str, name: str, column: str) -> None:
    from pipelines import signing_requests  # its library is loaded only where a request holds one

    column = identifier(column)
    for (cell,) in run(connection, f"select distinct {column} from read_parquet(?) where trim({column}) <> ''", [file]):
        problem = signing_requests.facts(cell).problem or ""
        if problem.startswith("holds a private key"):
            raise private_keys.refusal(name, problem.removeprefix("holds a private key").strip(" ()") + ", in a signing request")
