"""Certificates that stand in the cells of an export: what they say, as further columns of its Parquet file."""

import itertools
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.exports import certificate_blocks, certificate_fields, worker_processes
from pipelines.exports.certificate_blocks import SCHEMA, Records
from pipelines.exports.certificate_fields import HEADERS, Findings, Row
from pipelines.exports.certificate_rows import REPEATED
from pipelines.exports.content import Say

PREFIX = "x509."
SHARED_BYTES = 16 << 20
"""From this size of the column on two processes read the cells; below, starting them costs more than it saves."""
BATCH_ROWS = 2_000
_EMPTY: Row = ("",) * len(HEADERS)


def expand(parquet: Path, column: str, say: Say) -> dict[str, str]:
    """Add to each row what the PEM text in its cell says, under `x509.` headers; the columns of the contract that are now there: {contract: Parquet}.

    Rows, their order and their other columns stay. A cell that cannot be read has a finding `malformed: reason` only, an empty one nothing. A file that
    has these columns already is left as it is.
    """
    added = {name: PREFIX + name for name in HEADERS}
    with pq.ParquetFile(parquet) as rows:
        schema = rows.schema_arrow
        if not set(added.values()) <= set(schema.names):
            expanded = parquet.with_name(f"{parquet.stem}.expanded")
            try:
                _write(rows, parquet, column, schema, expanded, say)
                os.replace(expanded, parquet)
            finally:
                expanded.unlink(missing_ok=True)
    return added


def part(parquet: Path, group: int, column: str) -> pa.Table:
    """What the cells of one row group say, a row each."""
    batches = []
    with pq.ParquetFile(parquet) as rows:
        for texts in rows.iter_batches(BATCH_ROWS, row_groups=[group], columns=[column]):
            with certificate_fields.quiet(), certificate_blocks.uncollected():
                batches.append(certificate_blocks.packed(Records([_row(text.as_py()) for text in texts.column(0)])).batch)
    return pa.Table.from_batches(batches, SCHEMA)


def _write(rows: pq.ParquetFile, parquet: Path, column: str, schema: pa.Schema, target: Path, say: Say) -> None:
    """The same row groups with the columns added."""
    groups, place = rows.num_row_groups, schema.names.index(column)
    size = sum(rows.metadata.row_group(group).column(place).total_uncompressed_size for group in range(groups))
    jobs = [(parquet, group, column) for group in range(groups)]
    is_large = size >= SHARED_BYTES and groups > 1
    parts = worker_processes.in_order(part, jobs) if is_large else itertools.starmap(part, jobs)
    wide = pa.schema([*schema, *(pa.field(PREFIX + each.name, each.type) for each in SCHEMA)])
    repeated = [PREFIX + name for name in REPEATED]
    with pq.ParquetWriter(target, wide, compression="snappy", use_dictionary=repeated, write_statistics=False) as writer:
        for group, read in enumerate(parts):
            table = rows.read_row_group(group)
            writer.write_table(pa.Table.from_arrays([*table.columns, *read.columns], schema=wide))
            say("Reading the certificates in its cells", (group + 1) / groups)


def _row(text: str | None) -> Row:
    """The row of a cell: of its certificate, else of its signing request, else the reason why it has none."""
    if not (text and text.strip()):
        return _EMPTY
    problem: Exception | None = None
    try:
        data = certificate_blocks.in_cell(text)
        for read in (certificate_fields.of_certificate, certificate_fields.of_request):
            try:
                return read(data)
            except Exception as error:  # The library raises many kinds; the first is the reason.
                problem = problem or error
    except ValueError as error:
        problem = error
    findings = Findings()
    findings.add("malformed", problem)
    return tuple(findings[0] if name == "findings" else "" for name in HEADERS)
