"""The barest ways to do the work, each a process of its own: `python floors.py FLOOR ARGUMENTS...`."""

import hashlib
import sys

TYPES = {
    "approval_set": "timestamp",
    "opened_at": "timestamp",
    "closed_at": "timestamp",
    "due_date": "timestamp",
    "sys_created_on": "timestamp",
    "sys_updated_on": "timestamp",
    "sys_mod_count": "integer",
    "reopen_count": "integer",
    "time_worked": "integer",
    "variables.current_expiration_date": "date",
    "variables.requested_completion_date": "date",
}
"""Of the generated columns; the others are text."""


def typed_read(source: str, database: str) -> None:
    """DuckDB's own CSV reader with the columns typed, into a table of a file."""
    import duckdb

    types = "{" + ", ".join(f"'{name}': '{kind}'" for name, kind in TYPES.items()) + "}"
    reading = f"read_csv('{source}', header = true, delim = ',', quote = '\"', escape = '\"', types = {types})"
    with duckdb.connect(database) as connection:
        connection.execute(f"create table requests as select * from {reading}").fetchall()
        print(connection.execute("select count(*), count(closed_at) from requests").fetchall()[0])


def kept_original(source: str, original: str) -> None:
    """SHA-256 and zstd, at the level and with the threads of the landing, of the bytes as they are."""
    import zstandard

    sha256 = hashlib.sha256()
    compressor = zstandard.ZstdCompressor(level=1, threads=2)
    with open(source, "rb") as reading, open(original, "wb") as writing, compressor.stream_writer(writing, closefd=False) as compressing:
        while chunk := reading.read(1 << 20):
            sha256.update(chunk)
            compressing.write(chunk)
    print(sha256.hexdigest())


if __name__ == "__main__":
    {"typed_read": typed_read, "kept_original": kept_original}[sys.argv[1]](*sys.argv[2:])
