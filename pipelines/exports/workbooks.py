"""What an XLSX file holds, measured before it is opened: a workbook is a zip file of XML, and what it says about its own size is not believed.

The library that reads the cells lays out every sheet as a full rectangle, so its corner counts, not how many cells there are.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

import numpy as np

from pipelines.errors import UserError
from pipelines.exports import archives, private_keys

INFLATED_LIMIT_BYTES = 512 << 20
AREA_LIMIT_CELLS = 20_000_000
"""Of one sheet: rows times columns, about 24 bytes each before any text."""
SHARED_LIMIT_TEXTS = 8_000_000
REPEATED_LIMIT_BYTES = 512 << 20
"""Of one sheet: its shared texts, counted for each cell that shows them."""
CELL_LIMIT_BYTES = 1 << 20
"""Excel itself stops at 32,767 characters."""
DIRECTORY_LIMIT_BYTES = 1 << 24
CHUNK_BYTES = 1 << 20
REMEDY = "Export the list in parts, or as CSV."

_DAMAGED = (*archives.DAMAGED, KeyError, expat.ExpatError)
_DOCTYPE = b"<!DOCTYPE"
_NEAR = re.compile(rb' r="[A-E]?[A-Z](?:[1-3][0-9]{4}|[0-9]{1,4})"')
"""A place within NEAR_ROWS and NEAR_COLUMNS, as most are: known without looking closer, which would take three times as long."""
NEAR_ROWS, NEAR_COLUMNS = 39_999, 156
_PLACE = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_ANY_PLACE = re.compile(rb"\sr\s*=\s*[\"']\s*([A-Za-z]+)([0-9]+)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s/>]")
_SHARED = re.compile(rb"<(?:\w+:)?si[\s/>]")
_REFERENCE = re.compile(rb"<(?:\w+:)?v>([0-9]{1,9})</")


@dataclass
class Sheet:
    """A sheet of a workbook: its name, its member in the zip file, and the texts of its error cells by row and column, from 0."""

    name: str
    member: str
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def measured(path: Path, name: str) -> list[Sheet]:
    """The sheets of a workbook that can be read safely. Raises UserError for one that cannot, or that is none."""
    with path.open("rb") as reading:
        start = reading.read(8)
    if start == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise UserError(f"{name}: is an old .xls file or protected by a password. Save it as .xlsx without a password, or export the list as CSV.")
    try:
        with zipfile.ZipFile(path) as file:
            _refuse_foreign(file, name)
            sheets = _sheets(file, name)
            has_errors = _inflate(file, name, {sheet.member.lower() for sheet in sheets})
            for sheet in sheets:
                if sheet.member in has_errors:
                    sheet.errors = _error_cells(file, sheet.member)
            return sheets
    except _DAMAGED as error:
        raise UserError(f"{name}: is not a readable spreadsheet ({error}). Export the list again as XLSX or CSV.") from error


def _refuse_foreign(file: zipfile.ZipFile, name: str) -> None:
    names = file.namelist()
    if any(member.flag_bits & 1 for member in file.infolist()):
        raise UserError(f"{name}: is protected by a password. Save it without one, or export the list as CSV.")
    if "xl/workbook.xml" not in names or len(set(names)) < len(names):
        raise UserError(f"{name}: is a zip file, but not an .xlsx file inside. Save it as .xlsx, or export the list as CSV.")


def _inflate(file: zipfile.ZipFile, name: str, sheets: set[str]) -> set[str]:
    """Read every member to its end; the members that hold error cells. `sheets`: those that hold cells, in lower case.

    Raises UserError for what must not be opened.
    """
    scans: dict[str, _Scan] = {}
    total = 0
    for member in file.infolist():
        scan = scans[member.filename] = _Scan(name, member.filename.lower(), sheets)
        for chunk in _chunks(file, member):
            total += len(chunk)
            if total > INFLATED_LIMIT_BYTES:
                raise UserError(f"{name}: unpacks to more than {INFLATED_LIMIT_BYTES:,} bytes, more than a list has. {REMEDY}")
            scan.feed(chunk)
        scan.finish()
        if scan.area_cells > AREA_LIMIT_CELLS:
            scan = scans[member.filename] = _Scan(name, member.filename.lower(), sheets, is_close=True)
            for chunk in _chunks(file, member):
                scan.feed(chunk)
            scan.finish()
            scan.refuse_area()
    for shared in (scan for scan in scans.values() if scan.is_shared):
        lengths = np.diff(np.concatenate([*shared.begins, [shared.size_bytes]]))
        for member, scan in scans.items():
            # Only where some text is so long that its copies could matter are the copies counted.
            if scan.is_sheet and int(lengths.max(initial=0)) * scan.cell_count > REPEATED_LIMIT_BYTES:
                _refuse_repetition(file, member, lengths, name)
    return {member for member, scan in scans.items() if scan.has_errors}


def _chunks(file: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with file.open(member) as reading:
        while chunk := reading.read(CHUNK_BYTES):
            yield chunk


class _Scan:
    """Judges one member by its bytes as they come; `is_close`: looks at the place of every cell."""

    def __init__(self, name: str, member: str, sheets: set[str], *, is_close: bool = False) -> None:
        self.is_sheet, self.is_shared = member in sheets, member.endswith("sharedstrings.xml")
        self.has_errors = False
        self.size_bytes = self.cell_count = 0
        self.begins: list[np.ndarray] = []
        """Where each shared text begins, in bytes, chunk by chunk."""
        self._shared_count = 0
        self._name, self._is_close = name, is_close
        self._keys = private_keys.Detector()
        self._tail = b""
        self._columns: set[bytes] = set()
        self._rows: set[bytes] = set()
        self._row_count = self._widest = self._in_row = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes. Raises UserError for a private key, a document type declaration and a giant cell."""
        self._keys.feed(chunk)
        if self._keys.marker is not None:
            raise private_keys.refusal(self._name, self._keys.marker.text, "in a cell")
        seen = self._tail + chunk
        if _DOCTYPE in seen or (b"\0" in seen and _DOCTYPE in seen.replace(b"\0", b"")):
            raise _doctype(self._name)
        self.size_bytes += len(chunk)
        # What lies across the border of two chunks is looked at once, with the second.
        cut = max(seen.rfind(b"<"), 0) if self.is_sheet or self.is_shared else max(len(seen) - 32, 0)
        self._tail = seen[cut:]
        if len(self._tail) > CELL_LIMIT_BYTES:
            raise UserError(f"{self._name}: has a cell of more than {CELL_LIMIT_BYTES:,} bytes; a spreadsheet's has at most 32,767 characters. {REMEDY}")
        self._take(seen[:cut], self.size_bytes - len(seen))

    def finish(self) -> None:
        """Judge what is left."""
        self._take(self._tail, self.size_bytes - len(self._tail))
        self._row_count = max(self._row_count, *map(int, self._rows), 0)
        self._widest = max(self._widest, *map(_number, self._columns), 0)

    @property
    def area_cells(self) -> int:
        """Rows times columns of a finished scan; without a close look it may be less."""
        return self._row_count * self._widest

    def refuse_area(self) -> None:
        """Raise UserError for a sheet too large to lay out."""
        if self.area_cells > AREA_LIMIT_CELLS:
            reach = f"a sheet reaches to row {self._row_count:,} and column {self._widest:,}, which is more than {AREA_LIMIT_CELLS:,} cells"
            raise UserError(f"{self._name}: {reach}. Delete what lies far off. {REMEDY}")

    def _take(self, seen: bytes, offset: int) -> None:
        if self.is_shared:
            self.begins.append(np.array([match.start() + offset for match in _SHARED.finditer(seen)], dtype=np.int64))
            self._shared_count += len(self.begins[-1])
            if self._shared_count > SHARED_LIMIT_TEXTS:
                raise UserError(f"{self._name}: holds more than {SHARED_LIMIT_TEXTS:,} different texts, more than a list has. {REMEDY}")
        if self.is_sheet:
            self.has_errors = self.has_errors or b'"e"' in seen
            cell_count = seen.count(b"<c")
            # A cell may have a prefix, `<x:c`, which is not among those counted.
            if not self._is_close and b":c" not in seen and len(_NEAR.findall(seen)) == cell_count:
                self.cell_count += cell_count
                self._row_count, self._widest = max(self._row_count, NEAR_ROWS), max(self._widest, NEAR_COLUMNS)
                return
            places = _PLACE.findall(seen)
            if len(places) != cell_count:
                places = _ANY_PLACE.findall(seen)
                self._count(seen)
            self.cell_count += len(places)
            for letters, digits in set(places):
                self._columns.add(letters)
                self._rows.add(digits)

    def _count(self, seen: bytes) -> None:
        """Count rows and cells themselves: a cell that does not say its place stands after the one before it."""
        for at, row in enumerate(_ROW.split(seen)):
            self._row_count += at > 0
            self._in_row = len(_CELL.findall(row)) + (0 if at else self._in_row)
            self._widest = max(self._widest, self._in_row)


def _refuse_repetition(file: zipfile.ZipFile, member: str, lengths: np.ndarray, name: str) -> None:
    shown, tail = 0, b""
    for chunk in _chunks(file, file.getinfo(member)):
        seen = tail + chunk
        cut = max(seen.rfind(b"<c"), 0)
        tail = seen[cut:]
        found = np.array(_REFERENCE.findall(seen[:cut]), dtype=np.int64)
        shown += int(lengths[found[found < len(lengths)]].sum())
        if shown > REPEATED_LIMIT_BYTES:
            raise UserError(f"{name}: a sheet shows more than {REPEATED_LIMIT_BYTES:,} bytes of text, more than a list has. {REMEDY}")


def _number(letters: bytes) -> int:
    """The position of a column from its letters: A is 1, AA is 27."""
    number = 0
    for letter in letters.upper()[:8]:
        number = number * 26 + letter - 64
    return number


def _doctype(name: str) -> UserError:
    words = "holds a document type declaration (<!DOCTYPE), which no spreadsheet has and which can hide harmful entities"
    return UserError(f"{name}: {words}. Export the list again as XLSX or CSV.")


def _sheets(file: zipfile.ZipFile, name: str) -> list[Sheet]:
    """The sheets in the order of the workbook, charts left out."""
    targets: dict[str, str] = {}
    sheets: list[tuple[str, str]] = []

    def relationship(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
            targets[attributes["Id"]] = posixpath.normpath(posixpath.join("/xl", attributes["Target"])).lstrip("/")

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag.rpartition(" ")[2] == "sheet":
            sheets.append((attributes["name"], next(value for key, value in attributes.items() if key.endswith("relationships id"))))

    def doctype(*_: object) -> None:
        raise _doctype(name)

    for member, handler in (("xl/_rels/workbook.xml.rels", relationship), ("xl/workbook.xml", sheet)):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler, parser.StartDoctypeDeclHandler = handler, doctype
        with file.open(member) as reading:
            content = reading.read(DIRECTORY_LIMIT_BYTES + 1)
        if len(content) > DIRECTORY_LIMIT_BYTES:
            raise UserError(f"{name}: names more sheets than a list has ({member} unpacks to more than {DIRECTORY_LIMIT_BYTES:,} bytes). {REMEDY}")
        parser.Parse(content, True)
    return [Sheet(title, targets[key]) for title, key in sheets if key in targets]


def _error_cells(file: zipfile.ZipFile, member: str) -> dict[tuple[int, int], str]:
    """The texts of a sheet's error cells, such as `#N/A`, which the library that reads the cells leaves empty."""
    errors: dict[tuple[int, int], str] = {}
    place: tuple[int, int] | None = None
    texts: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal place
        texts.clear()
        if tag.rpartition(" ")[2] == "c":
            letters, digits = re.fullmatch("([A-Za-z]+)([0-9]+)", attributes.get("r", "")).groups() if attributes.get("t") == "e" else ("", "")
            place = (int(digits) - 1, _number(letters.encode()) - 1) if letters else None

    def end(tag: str) -> None:
        if place is not None and tag.rpartition(" ")[2] == "v":
            errors[place] = "".join(texts)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, texts.append
    with file.open(member) as reading:
        parser.ParseFile(reading)
    return errors
