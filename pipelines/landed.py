"""Between landing and staging: one relation per kind over every landed export, the only generated SQL.

`landed.requests`: every contract column as text (null: the export has no such column, '': it has, and the cell is empty),
with export, row number, zone and one timestamp format id per time column. Identifiers come from the Parquet schema and are quoted.
"""

from collections.abc import Sequence
from datetime import datetime
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
    """Create schema `landed`: requests, malformed and labels of these exports, in this order of export ids (from 1).

    Exports of one source with the same headers share one branch of the union: its size follows the shapes, not the number of exports.
    """
    run(connection, "create schema landed")
    shapes: dict[tuple, list[tuple[int, Export]]] = {}
    for export_id, export in enumerate(exports, start=1):
        shape = (export.source, tuple(export.columns.items()), tuple(export.label_columns.items()), export.row_number_sql)
        shapes.setdefault(shape, []).append((export_id, export))
    _create_exports(connection, list(shapes.values()))
    most_labels = max(len(rules.sources[each.source].labels) for each in exports)
    branches = []
    for number, members in enumerate(shapes.values()):
        mapping = rules.sources[members[0][1].source]
        run(connection, f"set variable files_{number} = ?", [[str(each.parquet_path(home)) for _, each in members]])
        run(connection, f"set variable nulls_{number} = ?", [["", *mapping.nulls]])
        branches.append(_requests_of(number, members[0][1], list(mapping.labels), most_labels))
    run(connection, _all_requests(branches, most_labels))
    nothing = "select 0 as export_id, cast(0 as bigint) as row_number, '' as record_text, '' as reason where false"
    malformed = [nothing]
    for export_id, export in enumerate(exports, start=1):
        if export.malformed_count:
            run(connection, f"set variable malformed_file_{export_id} = ?", [str(export.malformed_path(home))])
            malformed.append(
                f"select {export_id} as export_id, row_number, text as record_text, reason "
                f"from read_parquet(getvariable('malformed_file_{export_id}'))"
            )
    run(connection, "create view landed.malformed as " + "\nunion all\n".join(malformed))
    _classify(connection, rules)


def _create_exports(connection: duckdb.DuckDBPyConnection, branches: Sequence[Sequence[tuple[int, Export]]]) -> None:
    """`landed.exports`: what the readings say about each export, by its branch of the union and its place among that branch's files."""
    rows = [
        (
            export_id, branch, file_index, each.source, each.timezone, naive(each.implausible_after_at), naive(each.newest_event_at),
            *(each.formats.get(name) for name in TIME_COLUMNS),
        )
        for branch, members in enumerate(branches)
        for file_index, (export_id, each) in enumerate(members)
    ]  # fmt: skip
    text, instant, whole = pa.string(), pa.timestamp("us"), pa.int32()
    columns = {
        "export_id": whole, "branch": whole, "file_index": whole, "source": text, "zone": text, "implausible_after_at": instant,
        "newest_event_at": instant,
    }  # fmt: skip
    load(connection, "landed.exports", {**columns, **{f"{name}_format": text for name in TIME_COLUMNS}}, rows)


def column_names(export: Export, rules: Policy) -> str:
    """The contract columns that an export has, those its labels yield included, as ',a,b,'."""
    mapping = rules.sources[export.source]
    present = set(export.columns)
    if any(name in export.label_columns for rule in mapping.service_option.rules for name in rule.when):
        present.add("service_option")
    if mapping.request_type and mapping.request_type.column in export.label_columns:
        present.add("request_type")
    return "," + ",".join(sorted(present)) + ","


def _all_requests(branches: Sequence[str], label_count: int) -> str:
    labels = [f"label_{position}" for position in range(label_count)]
    # In the order of the contract, then the labels; the separator sorts before every character a cell can hold.
    cells = ", ".join(f"coalesce({name}, '')" for name in [*sources.CONTRACT_COLUMNS, *labels])
    key = ", ".join([*labels, "coalesce(approval, '')"])
    return (
        f"create view landed.requests as select *, concat_ws(chr(31), {key}) as label_key, concat_ws(chr(1), {cells}) as cells "
        f"from ({' union all '.join(branches)})"
    )


def _requests_of(number: int, export: Export, label_names: Sequence[str], label_count: int) -> str:
    """One branch of the union, over all exports of one shape; `export` is any of them."""
    mapped = {column: export.columns.get(column) or (export.label_columns.get(column)) for column in sources.CONTRACT_COLUMNS}
    labels = [export.label_columns.get(name) for name in label_names] + [None] * (label_count - len(label_names))
    headers = {header: position for position, header in enumerate(dict.fromkeys(filter(None, [*mapped.values(), *labels])))}
    trimmed = ", ".join(f"trim({_identifier(header)}) as cell_{position}" for header, position in headers.items())

    def cell(header: str | None, absent: str) -> str:
        return absent if header is None else f"clean_cell(cell_{headers[header]}, getvariable('nulls_{number}'))"

    columns = [
        "exports.export_id", "landed_rows.row_number", "exports.source", "exports.zone", "exports.implausible_after_at", "exports.newest_event_at",
        "run_exports.column_set_id",
        *(f"{cell(header, 'cast(null as varchar)')} as {column}" for column, header in mapped.items()),
        *(f"{cell(header, chr(39) * 2)} as label_{position}" for position, header in enumerate(labels)),
        *(f"exports.{name}_format" for name in TIME_COLUMNS),
    ]  # fmt: skip
    return (
        f"select {', '.join(columns)} from (select file_index, cast({export.row_number_sql} as bigint) as row_number, {trimmed} "
        f"from read_parquet(getvariable('files_{number}'))) as landed_rows "
        f"inner join landed.exports as exports on exports.branch = {number} and landed_rows.file_index = exports.file_index "
        "inner join run.exports as run_exports on exports.export_id = run_exports.export_id"
    )


def _classify(connection: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    rows = []
    for source, key in run(connection, "select distinct source, label_key from landed.requests"):
        mapping = rules.sources[source]
        *labels, approval_label = key.split(SEPARATOR)
        option, option_label, request_type, state, state_label = sources.classify(mapping, dict(zip(mapping.labels, labels)))  # the rest is padding
        rows.append((source, key, option, option_label or None, request_type, state, state_label or None, _approval(mapping, approval_label), approval_label))
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


def naive(at: datetime | None) -> datetime | None:
    """An instant in UTC as the database holds it: without its zone."""
    return at.replace(tzinfo=None) if at is not None else None


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'

