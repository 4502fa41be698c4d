"""The exports of one ingest on their way to being landed: read into files beside the landed ones, then given their readings together."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import duckdb

from pipelines import key_cells, manifest, readings, sources
from pipelines.errors import UserError
from pipelines.exports import Found, archives, content, grouped, reader_of, readers
from pipelines.manifest import Export, Manifest
from pipelines.policy import Policy
from pipelines.readings import DayOrder, Evidence, Reading, Rows


UNDECIDED = "no cell decides whether day or month comes first"


@dataclass(frozen=True)
class Options:
    """What the caller said about every export of the call; None where the mapping and the data decide."""

    source: str | None = None
    timezone: str | None = None
    day_order: DayOrder | None = None
    keep_going: bool = False
    allow_empty: bool = False
    passwords: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class _Arrival:
    """An export that was read but has no reading yet. `before`: its landed self; `staging` is null where only its reading may change."""

    path: Path
    name: str
    recognised: sources.Recognised
    content: content.Content
    evidence: Evidence
    rows: Rows
    staging: content.Staging | None
    before: Export | None


@dataclass(frozen=True)
class Decided:
    """An export with its reading, and where its files are staged (null where they are landed already)."""

    export: Export
    staging: content.Staging | None


class Arrivals:
    """Call `stage` for every file found, then `decide`; the fields then say what became of them."""

    def __init__(
        self,
        home: Path,
        kept: Manifest,
        rules: Policy,
        options: Options,
        arrived_at: datetime,
        connection: duckdb.DuckDBPyConnection,
        say: content.Say,
    ) -> None:
        self._home, self._kept, self._rules, self._options = home, kept, rules, options
        self._arrived_at, self._connection, self._say = arrived_at, connection, say
        self._arrivals: list[_Arrival] = []
        self.decided: list[Decided] = []
        self.unchanged: list[Export] = []
        self.failed: list[tuple[Path, str]] = []
        self.ignored: list[Path] = []
        self.warnings: list[str] = []

    def stage(self, found: Found) -> None:
        """Read one export, or every export in a zip file. Raises UserError for a bad one, unless the call keeps going."""
        with self._failing(found.path):
            if found.reader == "archive":
                self._stage_archive(found)
            else:
                self._stage_export(found)

    def _stage_archive(self, archive_file: Found) -> None:
        folder = manifest.folder(self._home)
        with archives.opened(archive_file.path, archive_file.name, self._rules.unpacked_limit_bytes) as archive:
            self.ignored += [Path(name) for name in archive.ignored]
            members = {archive.member_name(member): member for member in archive.members}
            places = {name: folder / f"unpacked-{position}" for position, name in enumerate(members)}
            names = {place: name for name, place in places.items()}
            inside = grouped([Found(places[name], name, reader_of(name)) for name in members], archive_file.name)
            for found in inside:
                with self._failing(Path(found.name)):
                    for path in [part.path for part in found.parts] or [found.path]:
                        name = names[path]
                        self._say(f"Unpacking {name}", None)
                        archive.unpack(members[name], path)
                    self._stage_export(found)
                for path in places.values():
                    path.unlink(missing_ok=True)

    @contextmanager
    def _failing(self, path: Path) -> Iterator[None]:
        try:
            yield
        except UserError as error:
            if not self._options.keep_going:
                raise
            self.failed.append((path, str(error)))

    def _stage_export(self, found: Found) -> None:
        name = found.name
        try:
            size = readers.size_bytes(found)
            readers.require_readable([part.path for part in found.parts] or [found.path])
        except OSError as error:
            raise UserError(f"{found.path}: cannot be read ({error.strerror}). Allow it to be read, or copy it to where it can be.") from error
        # A file of the size of a landed one may be that one: telling costs its hash, and saves all the rest.
        is_known_size = size is None or any(export.size_bytes == size for export in self._kept.exports)
        before = self._landed(readers.sha256(found)) if is_known_size and self._kept.exports else None
        if before is not None and before.parquet_path(self._home).is_file() and before.original_path(self._home).is_file():
            self._stage_again(found.path, name, before)
            return
        staging = content.Staging(manifest.folder(self._home) / f"incoming-{len(self._arrivals)}")

        def recognise(headers: Sequence[str]) -> None:
            self._recognise(headers, name, self._options.source)

        read = readers.read(found, staging, self._connection, recognise, self._say, self._options.passwords)
        twin = next((each for each in self._arrivals if each.content.sha256 == read.sha256), None)
        if twin is not None:
            staging.remove()
            self.warnings.append(f"{name}: is the same file as {twin.name}, and counts once.")
            return
        if not read.row_count and not self._options.allow_empty:
            raise UserError(f"{name}: has a header line and no rows. Export it again, or accept it with --allow-empty.")
        recognised = self._recognise(read.headers, name, self._options.source)
        before = self._landed(read.sha256)
        self._add(found.path, before.name if before else self._free_name(name), recognised, read, staging, before)

    def _landed(self, sha256: str) -> Export | None:
        return next((export for export in self._kept.exports if export.sha256 == sha256), None)

    def _free_name(self, name: str) -> str:
        taken = {each.name for each in (*self._kept.exports, *self._arrivals)}
        free, again = name, 2
        while free in taken:
            free, again = f"{name} ({again})", again + 1
        if free != name:
            self.warnings.append(f'{name}: another export of this name is landed already, so this one is named "{free}".')
        return free

    def _stage_again(self, path: Path, name: str, before: Export) -> None:
        """The same bytes again: nothing changes, unless the caller says how to read them."""
        if name != before.name:
            self.warnings.append(f"{name}: is the same file as {before.name}, which is landed already.")
        if before.is_withdrawn:
            self.warnings.append(f"{before.name}: is withdrawn and stays so. Bring it back with certboard restore '{before.name}'.")
        if any(each is not None for each in (self._options.source, self._options.timezone, self._options.day_order)):
            recognised = self._recognise(before.headers, before.name, self._options.source or before.source)
            self._add(path, before.name, recognised, _content(before), None, before)
        else:
            self.unchanged.append(before)

    def _recognise(self, headers: Sequence[str], name: str, wanted: str | None) -> sources.Recognised:
        try:
            return sources.recognise(headers, self._rules.sources, wanted, folder=self._rules.folder)
        except UserError as error:
            raise UserError(f"{name}: {error}") from error

    def _add(
        self,
        path: Path,
        name: str,
        recognised: sources.Recognised,
        read: content.Content,
        staging: content.Staging | None,
        before: Export | None,
    ) -> None:
        names = dict(zip(read.headers, read.columns, strict=True))
        columns = {column: names[header] for column, header in recognised.columns.items()}
        labels = {column: names[header] for column, header in recognised.label_columns.items()}
        parquet = staging.parquet if staging is not None else before.parquet_path(self._home)
        if staging is not None:
            key_cells.refuse(self._connection, parquet, name, columns.get("csr"), is_decoded=not read.delimiter)
        columns = self._expanded(parquet, columns)
        times = {column: columns[column] for column in recognised.mapping.contract.times if column in columns}
        rows = Rows(str(parquet), manifest.row_number_sql(read.malformed_count), times, recognised.mapping.nulls)
        evidence = readings.examine(self._connection, rows, self._rules.timestamp_formats)
        recognised = replace(recognised, columns=columns, label_columns=labels)
        self._arrivals.append(_Arrival(path, name, recognised, read, evidence, rows, staging, before))

    def _expanded(self, parquet: Path, columns: dict[str, str]) -> dict[str, str]:
        """The columns of an export whose cells hold certificates, with what those say; they are read once, here."""
        if "certificate_pem" not in columns:
            return columns
        from pipelines.exports import certificate_cells

        return {**columns, **certificate_cells.expand(parquet, columns["certificate_pem"], self._say)}

    def decide(self) -> None:
        """Give every export its reading: first those that decide their day order, so that the others follow them in any order of landing."""
        decided = [export for export in self._kept.exports if export.day_order_basis in ("explicit", "data") and not export.is_withdrawn]
        later = []
        for each in self._arrivals:
            if each.evidence.undecided and not each.evidence.deciding and self._options.day_order is None:
                later.append(each)
            else:
                with self._failing(each.path):
                    export = self._export(each, None)
                    self.decided.append(Decided(export, each.staging))
                    decided += [export] if export.day_order_basis in ("explicit", "data") else []
        for each in later:
            alike = [export for export in decided if (export.source, export.headers) == (each.recognised.mapping.source, each.content.headers)]
            with self._failing(each.path):
                last = max(alike, key=lambda export: (export.newest_event_at is not None, export.newest_event_at, export.sha256), default=None)
                self.decided.append(Decided(self._export(each, last), each.staging))

    def _export(self, arrival: _Arrival, last: Export | None) -> Export:
        """The export with its reading. `last`: the last decided export with the same source and headers."""
        mapping, before, options, read = arrival.recognised.mapping, arrival.before, self._options, arrival.content
        is_same_source = before is not None and before.source == mapping.source
        asked = options.day_order or (before.day_order if is_same_source and before.day_order_basis == "explicit" else None)
        try:
            previous = last.day_order if last is not None else before.day_order if is_same_source else None
            day_order, basis = readings.decide(arrival.evidence, explicit=asked, mapping=mapping.day_order, previous=previous)
        except UserError as error:
            raise UserError(f"{arrival.name}: {error}") from error
        own_zone = (read.holds_system_values and mapping.raw_timezone) or mapping.timezone
        zone = options.timezone or (before.timezone if is_same_source else own_zone)
        formats = readings.choose_formats(arrival.evidence, day_order, self._rules.timestamp_formats)
        received_at = before.received_at if before is not None else self._arrived_at
        reading = Reading(zone, day_order, basis, formats)
        newest_event_at, implausible_after_at = readings.newest_event(
            self._connection, arrival.rows, mapping.contract, arrival.evidence, reading, received_at, self._rules.zone
        )
        warnings = read.warnings
        if basis == "previous":
            like = last.name if last is not None else "its last reading"
            warnings += (f"{arrival.name}: {UNDECIDED}; read with the {readings.WORDS[day_order]}, as in {like}.",)
        return Export(
            name=arrival.name, sha256=read.sha256, size_bytes=read.size_bytes, source=mapping.source, row_count=read.row_count,
            malformed_count=read.malformed_count, received_at=received_at, newest_event_at=newest_event_at, headers=read.headers,
            columns=arrival.recognised.columns, label_columns=arrival.recognised.label_columns, timezone=zone, day_order=day_order,
            day_order_basis=basis, formats=formats, encoding=read.encoding, delimiter=read.delimiter,
            implausible_after_at=implausible_after_at, is_withdrawn=before is not None and before.is_withdrawn, warnings=warnings,
            holds_system_values=read.holds_system_values,
        )  # fmt: skip


def _content(export: Export) -> content.Content:
    """A landed export as if it had just been read. What its reading warned of is left out, since it may change."""
    warnings = tuple(each for each in export.warnings if UNDECIDED not in each)
    columns = content.column_names(export.headers)
    return content.Content(
        export.sha256, export.size_bytes, export.headers, columns, export.row_count, export.malformed_count, warnings, export.encoding,
        export.delimiter, export.holds_system_values,
    )  # fmt: skip
