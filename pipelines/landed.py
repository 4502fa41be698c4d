"""Between landing and staging: one relation per kind over every landed export, the only generated SQL.

`landed.requests`: every contract column as text (null: the export has no such column, '': it has, and the cell is empty),
with export, row number, zone and one timestamp format id per time column. Identifiers come from the Parquet schema and are quoted.
"""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import sources
from pipelines.engines.duckdb_engine import run
from pipelines.manifest import Export
from pipelines.policy import Policy

SEPARATOR = "\x1f"
TIME_COLUMNS = sources.EVENT_COLUMNS + sources.DATE_COLUMNS


def create(connection: duckdb.DuckDBPyConnection, home: Path, exports: Sequence[Export], rules: Policy) -> None:
    """Create schema `landed`: requests, malformed and labels of these exports, in this order of export ids (from 1)."""
    run(connection, "create schema landed")
    requests, malformed = [], []
    for export_id, export in enumerate(exports, start=1):
        mapping = rules.sources[export.source]
        run(connection, f"set variable landed_file_{export_id} = ?", [str(export.parquet_path(home))])
        run(connection, f"set variable nulls_{export_id} = ?", [list(mapping.nulls)])
        requests.append(_requests_of(export_id, export, mapping))
        if export.malformed_count:
            run(connection, f"set variable malformed_file_{export_id} = ?", [str(export.malformed_path(home))])
            malformed.append(
                f"select {export_id} as export_id, row_number, text as record_text, reason "
                f"from read_parquet(getvariable('malformed_file_{export_id}'))"
            )
    nothing = "select 0 as export_id, cast(0 as bigint) as row_number, '' as record_text, '' as reason where false"
    run(connection, "create view landed.requests as " + "\nunion all\n".join(requests))
    run(connection, "create view landed.malformed as " + "\nunion all\n".join([nothing, *malformed]))
    _classify(connection, rules)


def column_names(export: Export, rules: Policy) -> str:
    """The contract columns that an export has, those its labels yield included, as ',a,b,'."""
    mapping = rules.sources[export.source]
    present = set(export.columns)
    if any(name in export.label_columns for rule in mapping.service_option.rules for name in rule.when):
        present.add("service_option")
    if mapping.request_type and mapping.request_type.column in export.label_columns:
        present.add("request_type")
    return "," + ",".join(sorted(present)) + ","


def _requests_of(export_id: int, export: Export, mapping: sources.SourceMapping) -> str:
    def cell(header: str | None) -> str:
        return _clean(header, export_id) if header is not None else "cast(null as varchar)"

    cells = {column: cell(export.columns.get(column)) for column in sources.CONTRACT_COLUMNS}
    labels = [cell(export.label_columns.get(name)) for name in mapping.labels]
    key = ", ".join(f"coalesce({label}, '')" for label in [*labels, cells["approval"]])
    mapped = [f"coalesce({text}, '')" for column, text in cells.items() if column in export.columns] + [f"coalesce({label}, '')" for label in labels]
    columns = [
        f"{export_id} as export_id",
        f"cast({export.row_number_sql} as bigint) as row_number",
        f"{_literal(export.source)} as source",
        f"{_literal(export.timezone)} as zone",
        f"cast({_instant(export.implausible_after_at)} as timestamp) as implausible_after_at",
        f"cast({_instant(export.newest_event_at)} as timestamp) as newest_event_at",
        "(select column_set_id from run.exports where export_id = {0}) as column_set_id".format(export_id),
        f"concat_ws(chr(31), {key}) as label_key",
        f"concat_ws(chr(31), {', '.join(mapped)}) as cells",
    ]
    columns += [f"{text} as {column}" for column, text in cells.items()]
    columns += [f"cast({_literal(export.formats.get(name))} as varchar) as {name}_format" for name in TIME_COLUMNS]
    return f"select {', '.join(columns)} from read_parquet(getvariable('landed_file_{export_id}'))"


def _clean(header: str, export_id: int) -> str:
    """A cell without its padding, its null words and the apostrophe that protects `+ - = @` from spreadsheets."""
    text = f"trim({_identifier(header)})"
    return (
        f"case when {text} is null or list_contains(getvariable('nulls_{export_id}'), {text}) then '' "
        f"when left({text}, 1) = '''' and substr({text}, 2, 1) in ('+', '-', '=', '@') then substr({text}, 2) else {text} end"
    )


def _classify(connection: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    rows = []
    for source, key in run(connection, "select distinct source, label_key from landed.requests"):
        mapping = rules.sources[source]
        *labels, approval_label = key.split(SEPARATOR)
        option, option_label, request_type, state, state_label = sources.classify(mapping, dict(zip(mapping.labels, labels, strict=True)))
        rows.append((source, key, option, option_label, request_type, state, state_label, _approval(mapping, approval_label), approval_label))
    names = ("source", "label_key", "service_option", "option_label", "request_type", "state", "state_label", "approval", "approval_label")
    load(connection, "landed.labels", {name: pa.string() for name in names}, rows)


def _approval(mapping: sources.SourceMapping, label: str) -> str | None:
    known = {key.strip().casefold(): value for key, value in mapping.approval.map.items()} if mapping.approval else {}
    if not known:
        known = {value: value for value in ("approved", "requested", "rejected", "not_required")}
    return known.get(label.strip().casefold())


def load(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, pa.DataType], rows: Sequence[tuple]) -> None:
    """Create a table from Python rows; `table` and the column names are the product's own."""
    arrays = list(zip(*rows, strict=True)) if rows else [() for _ in columns]
    batch = pa.table({name: pa.array(values, type=kind) for (name, kind), values in zip(columns.items(), arrays, strict=True)})
    connection.register("incoming_rows", batch)
    run(connection, f"create table {table} as select * from incoming_rows")
    connection.unregister("incoming_rows")


def _instant(at) -> str:
    return f"'{at:%Y-%m-%d %H:%M:%S.%f}'" if at is not None else "null"


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(word: str | None) -> str:
    """A word from an allow-list (zone, source, format id) as a SQL literal."""
    return "null" if word is None else "'" + word.replace("'", "''") + "'"
