"""Reads an XML export of ServiceNow: `<unload>` or `<xml>`, in it one element a record, named for its table, in that one element a field.

Document type declarations are refused where they begin, so nothing of them, entities least of all, is ever read or expanded.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import escape

import duckdb

from pipelines.errors import UserError
from pipelines.exports import encodings, originals, records
from pipelines.exports.content import Content, Recognise, Say, Staging, column_names, truncation
from pipelines.exports.rows import MOST_COLUMNS, Rows

ROOTS = ("unload", "xml")
CHUNK_BYTES = 1 << 18
LONGEST_RECORD = 1 << 24
"""Characters of a record, and bytes of a tag or comment."""
DEEPEST = 100
REMEDY = "Export the list again as XML."


def read(path: Path, name: str, staging: Staging, connection: duckdb.DuckDBPyConnection, recognise: Recognise, say: Say) -> Content:
    """Write the rows, the malformed records and the compressed bytes of `path` to `staging`.

    Raises UserError for what is no such XML, holds a document type declaration or no record, or is still being written; OSError for a full disk.
    """
    before = path.stat()
    with ThreadPoolExecutor(1, "rows") as pool:
        work = pool.submit(_parsed, path, name, staging, recognise)
        kept = originals.keep(path, name, staging.original, before.st_size, lambda share: say(f"Reading {name}", share))
        originals.refuse_change(path, name, before, kept.size_bytes)
        say(f"Parsing {name}", None)
        headers, found, encoding = work.result()
    originals.refuse_change(path, name, before, kept.size_bytes)
    warnings = tuple(truncation(name, found.row_count, found.sentinel_count))
    return Content(
        kept.sha256, kept.size_bytes, headers, column_names(headers), found.row_count, found.malformed_count, warnings, encoding, holds_system_values=True
    )


def _parsed(path: Path, name: str, staging: Staging, recognise: Recognise) -> tuple[tuple[str, ...], records.Found, str]:
    """Headers, counts and encoding."""
    with Rows(staging, name) as rows, path.open("rb") as reading:
        records_of = _Records(name, rows)
        encoding = encodings.marked(reading.read(4))
        reading.seek(0)
        records_of.feed(reading.read)
        if not rows.row_count:
            raise UserError(f"{name}: holds no record. Export a list that has rows.")
        headers, found = rows.finish()
    if not headers:
        raise UserError(f"{name}: holds no record with a field. Export a list that has rows.")
    recognise(headers)
    return headers, found, encoding or records_of.encoding


class _Records:
    """Takes the elements of an export, and gives its records to `rows`."""

    def __init__(self, name: str, rows: Rows) -> None:
        self.encoding = "utf-8"
        self._name, self._rows = name, rows
        self._fed = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text, self._parser.buffer_size = True, 1 << 16
        self._parser.XmlDeclHandler = self._declared
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._gathered = self._handle_elements()

    def feed(self, reading: Callable[[int], bytes]) -> None:
        """Take a whole file. Raises UserError where it is no export of one table."""
        try:
            while chunk := reading(CHUNK_BYTES):
                self._fed += len(chunk)
                self._parser.Parse(chunk)
                self._refuse_excess()
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise self._refusal(error) from error
        except (LookupError, ValueError) as error:
            raise UserError(f"{self._name}: cannot be read as XML ({error}). {REMEDY}") from error

    def _handle_elements(self) -> Callable[[], tuple[int, str]]:
        """Set the handlers of elements; gives a function that says how many characters the record so far has, and in which field.

        They are closures, because they are called for every cell, and an attribute of an object costs more than a variable.
        """
        name, rows = self._name, self._rows
        texts: list[str] = []
        cells: dict[str, str] = {}
        shown: dict[str, str] = {}
        depth, began = 0, 0
        table = field = problem = ""

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal depth, field
            depth += 1
            if depth == 3:
                field = tag
                texts.clear()
                if attributes and "display_value" in attributes:
                    shown[tag] = attributes["display_value"]
            else:
                start_other(tag, attributes)

        def start_other(tag: str, attributes: dict[str, str]) -> None:
            nonlocal table, problem, began
            place = f"row {rows.row_count + 1:,}"
            if depth == 1 and tag not in ROOTS:
                raise UserError(f"{name}: is no XML export of ServiceNow: its root is <{tag[:60]}>, expected <unload> or <xml>. {REMEDY}")
            if depth == 2:
                if table and tag != table:
                    raise UserError(f"{name}: holds records of several tables ({table[:60]}, {tag[:60]}), and a list is of one. Export each table alone.")
                table, began = tag, self._parser.CurrentByteIndex
                problem = 'is a deletion (action="DELETE")' if attributes.get("action") == "DELETE" else ""
            if depth > 3:
                problem = problem or f"has elements inside its field {field[:60]}"
            if depth > DEEPEST:
                raise UserError(f"{name}: {place} has elements nested too deeply to be a record of a list. {REMEDY}")

        def end(tag: str) -> None:
            nonlocal depth, problem
            if depth == 3:
                if tag in cells:
                    problem = f"has the field {tag[:60]} twice"
                cells[tag] = "".join(texts)
                texts.clear()
            elif depth == 2:
                end_record(tag)
            depth -= 1

        def end_record(tag: str) -> None:
            nonlocal cells, shown
            if problem:
                fields = "".join(f"<{each}>{escape(text[: records.SHOWN_CHARACTERS])}</{each}>" for each, text in cells.items())
                rows.set_aside(f"<{tag}>{fields}</{tag}>", problem)
            else:
                rows.add(cells, shown, self._parser.CurrentByteIndex - began)
            cells, shown = {}, {}

        def gathered() -> tuple[int, str]:
            if len(cells) > MOST_COLUMNS:
                raise UserError(f"{name}: row {rows.row_count + 1:,} has more than {MOST_COLUMNS:,} fields, so it is no row of a list. {REMEDY}")
            return sum(map(len, texts)) + sum(map(len, cells.values())), field

        self._parser.StartElementHandler, self._parser.EndElementHandler = start, end
        self._parser.CharacterDataHandler = texts.append
        return gathered

    def _declared(self, version: str, encoding: str | None, standalone: int) -> None:
        self.encoding = (encoding or self.encoding).lower()

    def _refuse_doctype(self, *_: object) -> None:
        raise UserError(f"{self._name}: holds a document type declaration (<!DOCTYPE), which no export has and which can hide harmful entities. {REMEDY}")

    def _refuse_excess(self) -> None:
        """Between chunks: what is gathered for one record must not fill the memory."""
        if self._fed - self._parser.CurrentByteIndex > LONGEST_RECORD:
            raise UserError(f"{self._name}: has a tag or comment of more than {LONGEST_RECORD:,} bytes after row {self._rows.row_count:,}. {REMEDY}")
        character_count, field = self._gathered()
        if character_count > LONGEST_RECORD:
            place = f"row {self._rows.row_count + 1:,}, field {field[:60]}"
            raise UserError(f"{self._name}: {place}: the record is longer than {LONGEST_RECORD:,} characters. {REMEDY}")

    def _refusal(self, error: expat.ExpatError) -> UserError:
        problem = expat.ErrorString(error.code)
        if not self._fed:
            return UserError(f"{self._name}: is empty. {REMEDY}")
        if self._parser.CurrentByteIndex >= self._fed or problem in (expat.errors.XML_ERROR_UNCLOSED_TOKEN, expat.errors.XML_ERROR_NO_ELEMENTS):
            return UserError(
                f"{self._name}: ends inside its XML, after row {self._rows.row_count:,}, so it is still being written or was cut off. "
                "Wait until it is complete, or export it again."
            )
        return UserError(f"{self._name}: is not XML in line {error.lineno:,} ({problem}). {REMEDY}")
