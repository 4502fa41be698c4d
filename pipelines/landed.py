"""Between landing and staging: one relation per kind over every landed export, the only generated SQL.

`landed.requests` and its like: every contract column as text (null: the export has no such column, '': it has, and the cell is empty),
with export, row number, zone and one timestamp format id per time column. Identifiers come from the Parquet schema and are quoted.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines import cell_texts, phase_labels, sources
from pipelines.contracts import CERTIFICATES, CONTRACTS, REQUESTS, SLAS, TIME_COLUMNS, Contract
from pipelines.engines.duckdb_engine import identifier, literal, load, run
from pipelines.manifest import Export
from pipelines.mappings import CertificateMapping, RequestMapping, SlaMapping, SourceMapping
from pipelines.policy import Policy

SEPARATOR = "\x1f"
Numbered = tuple[int, Export]


def create(connection: duckdb.DuckDBPyConnection, home: Path, exports: Sequence[Export], rules: Policy) -> None:
    """Create schema `landed`: a relation per kind, malformed, labels and what the texts of cells hold, of these exports, in this order of export ids (from 1).

    Exports of one source with the same headers share one branch of the union: its size follows the shapes, not the number of exports.
    """
    run(connection, "create schema landed")
    shapes: dict[tuple, list[Numbered]] = {}
    for export_id, export in enumerate(exports, start=1):
        shape = (export.source, tuple(export.columns.items()), tuple(export.label_columns.items()), export.row_number_sql)
        shapes.setdefault(shape, []).append((export_id, export))
    _create_exports(connection, list(shapes.values()))
    branches: dict[str, list[tuple[int, list[Numbered]]]] = {kind: [] for kind in CONTRACTS}
    for number, members in enumerate(shapes.values()):
        mapping = rules.sources[members[0][1].source]
        run(connection, f"set variable files_{number} = ?", [[str(each.parquet_path(home)) for _, each in members]])
        run(connection, f"set variable nulls_{number} = ?", [["", *mapping.nulls]])
        branches[mapping.kind].append((number, members))
    for kind, contract in CONTRACTS.items():
        _create_kind(connection, contract, branches[kind], rules)
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
    cell_texts.create(connection, [each.authorised_root for each in rules.domains])
    phase_labels.create(connection, rules)


def _create_kind(connection: duckdb.DuckDBPyConnection, contract: Contract, branches: Sequence[tuple[int, list[Numbered]]], rules: Policy) -> None:
    """The relation of one kind; without an export of it, an empty one of the same columns."""
    mappings = {number: rules.sources[members[0][1].source] for number, members in branches}
    most_labels = max((len(each.labels) for each in mappings.values()), default=0)
    parts = [_rows_of(number, contract, members[0][1], list(mappings[number].labels), most_labels) for number, members in branches]
    run(connection, _union(contract, parts or [_no_rows(contract)], most_labels, [_label_cell(name, mappings.values()) for name in contract.labels]))


def _create_exports(connection: duckdb.DuckDBPyConnection, branches: Sequence[Sequence[Numbered]]) -> None:
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
    if isinstance(mapping, RequestMapping):
        if any(name in export.label_columns for rule in mapping.service_option.rules for name in rule.when):
            present.add("service_option")
        if mapping.request_type and mapping.request_type.column in export.label_columns:
            present.add("request_type")
    return "," + ",".join(sorted(present)) + ","


def _label_cell(column: str, mappings: Iterable[SourceMapping]) -> str:
    """A column of labels as part of the key. A request's own verdict only where its mapping says what it means: else it may hold anything."""
    if column != "source_verdict":
        return f"coalesce({column}, '')"
    judging = ", ".join(sorted({literal(each.source) for each in mappings if isinstance(each, RequestMapping) and each.verdict}))
    return f"case when source in ({judging}) then coalesce({column}, '') else '' end" if judging else "''"


def _union(contract: Contract, branches: Sequence[str], label_count: int, label_cells: Sequence[str]) -> str:
    labels = [f"label_{position}" for position in range(label_count)]
    # In the order of the contract, then the labels; the separator sorts before every character a cell can hold.
    cells = ", ".join(f"coalesce({name}, '')" for name in [*contract.columns, *labels])
    key = ", ".join([*labels, *label_cells] or ["''"])
    return (
        f"create view landed.{contract.kind} as select *, concat_ws(chr(31), {key}) as label_key, concat_ws(chr(1), {cells}) as cells "
        f"from ({' union all '.join(branches)})"
    )


def _no_rows(contract: Contract) -> str:
    columns = [
        "cast(0 as integer) as export_id", "cast(0 as bigint) as row_number", "'' as source", "'' as zone", "cast(null as timestamp) as implausible_after_at",
        "cast(null as timestamp) as newest_event_at", "cast(0 as integer) as column_set_id", *(f"'' as {column}" for column in contract.columns),
        *(f"'' as {name}_format" for name in contract.times),
    ]  # fmt: skip
    return f"select {', '.join(columns)} where false"


def _rows_of(number: int, contract: Contract, export: Export, label_names: Sequence[str], label_count: int) -> str:
    """One branch of the union, over all exports of one shape; `export` is any of them."""
    mapped = {column: export.columns.get(column) or (export.label_columns.get(column)) for column in contract.columns}
    labels = [export.label_columns.get(name) for name in label_names] + [None] * (label_count - len(label_names))
    headers = {header: position for position, header in enumerate(dict.fromkeys(filter(None, [*mapped.values(), *labels])))}
    trimmed = ", ".join(f"trim({identifier(header)}) as cell_{position}" for header, position in headers.items())

    def cell(header: str | None, absent: str) -> str:
        return absent if header is None else f"clean_cell(cell_{headers[header]}, getvariable('nulls_{number}'))"

    columns = [
        "exports.export_id", "landed_rows.row_number", "exports.source", "exports.zone", "exports.implausible_after_at", "exports.newest_event_at",
        "run_exports.column_set_id",
        *(f"{cell(header, 'cast(null as varchar)')} as {column}" for column, header in mapped.items()),
        *(f"{cell(header, chr(39) * 2)} as label_{position}" for position, header in enumerate(labels)),
        *(f"exports.{name}_format" for name in contract.times),
    ]  # fmt: skip
    return (
        f"select {', '.join(columns)} from (select file_index, cast({export.row_number_sql} as bigint) as row_number, {trimmed} "
        f"from read_parquet(getvariable('files_{number}'))) as landed_rows "
        f"inner join landed.exports as exports on exports.branch = {number} and landed_rows.file_index = exports.file_index "
        "inner join run.exports as run_exports on exports.export_id = run_exports.export_id"
    )


def _classify(connection: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    """What the labels mean, one row per combination that occurs: `landed.labels`, `certificate_labels`, `approval_labels` and `sla_labels`."""
    rows = []
    for source, labels, (approval_label, verdict_label), key in _combinations(connection, REQUESTS, rules):
        mapping = rules.sources[source]
        option, option_label, request_type, state, state_label = sources.classify(mapping, labels)
        approval = sources.approval(mapping.approval and mapping.approval.map, approval_label)
        verdict = sources.verdict(mapping.verdict and mapping.verdict.map, verdict_label)
        rows.append((source, key, option, option_label or None, request_type, state, state_label or None, approval, approval_label, verdict, verdict_label))
    names = (
        "source", "label_key", "service_option", "option_label", "request_type", "state", "state_label", "approval", "approval_label", "source_verdict",
        "verdict_label",
    )  # fmt: skip
    load(connection, "landed.labels", {name: pa.string() for name in names}, rows)
    rows = []
    for source, labels, _, key in _combinations(connection, CERTIFICATES, rules):
        mapping = rules.sources[source]
        assert isinstance(mapping, CertificateMapping)
        rows.append((source, key, *sources.certificate_status(mapping, labels), mapping.holding))
    text = pa.string()
    columns = {"source": text, "label_key": text, "status": text, "is_delegated": pa.bool_(), "holding": text}
    load(connection, "landed.certificate_labels", columns, rows)
    rows = []
    for kind in ("approvals", "requisitions"):
        for source, _, (label,), key in _combinations(connection, CONTRACTS[kind], rules):
            mapping = rules.sources[source]
            rows.append((source, key, sources.approval(mapping.approval and mapping.approval.map, label), label))
    names = ("source", "label_key", "approval", "approval_label")
    load(connection, "landed.approval_labels", {name: pa.string() for name in names}, rows)
    rows = []
    for source, _, (sla, stage, verdict), key in _combinations(connection, SLAS, rules):
        mapping = rules.sources[source]
        assert isinstance(mapping, SlaMapping)
        meant = sources.stage(mapping.stage and mapping.stage.map, stage), sources.verdict(mapping.verdict and mapping.verdict.map, verdict)
        rows.append((source, key, *meant, stage, verdict, sources.is_left_out(mapping, sla)))
    names = ("source", "label_key", "stage", "verdict", "stage_label", "verdict_label")
    load(connection, "landed.sla_labels", {**{name: pa.string() for name in names}, "is_left_out": pa.bool_()}, rows)


def _combinations(connection: duckdb.DuckDBPyConnection, contract: Contract, rules: Policy):
    """(source, labels by rule column, labels of the contract's own columns, key) of every combination that occurs in a relation."""
    for source, key in run(connection, f"select distinct source, label_key from landed.{contract.kind}"):
        cells = key.split(SEPARATOR)
        own = len(cells) - len(contract.labels)
        yield source, dict(zip(rules.sources[source].labels, cells[:own])), cells[own:], key  # what is left over is padding


def naive(at: datetime | None) -> datetime | None:
    """An instant in UTC as the database holds it: without its zone."""
    return at.replace(tzinfo=None) if at is not None else None
