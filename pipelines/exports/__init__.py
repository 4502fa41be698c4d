"""Readers of exports: one module per format family, and here which of them reads a file.

content.py says what every reader takes and gives. delimited.py reads CSV (encodings.py its characters, records.py the records of a file that is not
clean), spreadsheet.py XLSX, json_rows.py JSON, xml_rows.py XML, certificate_files.py certificates; archives.py opens zip files, originals.py keeps the bytes.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from pipelines.errors import UserError

SUFFIXES = {
    "delimited": (".csv", ".tsv", ".tab"),
    "spreadsheet": (".xlsx", ".xlsm"),
    "json_rows": (".json", ".jsonl", ".ndjson"),
    "xml_rows": (".xml",),
    "certificate_files": (".pem", ".crt", ".cer", ".der", ".p7b", ".p7c", ".p7s", ".p12", ".pfx", ".csr", ".key"),
}
"""Reader, and the endings of the files it reads."""
ARCHIVES = (".zip",)
ONLY_BY_NAME = (".txt",)
"""Kinds that are read when named, but in folders and zip files are as likely a note beside the exports."""
CERTIFICATES = "certificate_files"
KINDS = "CSV, XLSX, JSON, XML, certificate files, or zip files of them"
SNIFFED_BYTES = 1 << 20


@dataclass(frozen=True)
class Part:
    """One of the certificate files of a folder, which are one export together."""

    path: Path
    name: str


@dataclass(frozen=True)
class Found:
    """An export to read: its path, the name it shall have, and which reader reads it, `archive` for a zip file of exports.

    `parts`: the files of an export that is a folder of certificate files; `path` is then the folder.
    """

    path: Path
    name: str
    reader: str
    parts: tuple[Part, ...] = ()


def reader_of(name: str) -> str | None:
    """The reader of a file by its ending, `archive` for a zip file, None where no reader knows it."""
    suffix = PurePath(name).suffix.lower()
    if suffix in ARCHIVES:
        return "archive"
    return next((reader for reader, suffixes in SUFFIXES.items() if suffix in suffixes), None)


def find(paths: Sequence[Path]) -> tuple[list[Found], list[Path]]:
    """The exports behind these paths, folders walked in order of name, and the files in folders that are of no known kind.

    Hidden files, and policy folders inside a folder, are passed over. Raises UserError for a path that does not exist,
    is of no known kind, or is a folder without exports.
    """
    found: list[Found] = []
    ignored: list[Path] = []
    for path in paths:
        path = Path(path)
        if path.is_dir():
            inside = [(each, reader_of(each.name) if each.is_file() else None) for each in _walk(path)]
            if not any(reader for _, reader in inside):
                raise UserError(f"{path}: holds no export ({KINDS}). Name the folder or file that holds them.")
            found += grouped([Found(each, _name(each.relative_to(path)), reader) for each, reader in inside if reader], path.resolve().name)
            ignored += [each for each, reader in inside if not reader]
        elif path.is_file():
            reader = _named(path) if path.suffix.lower() in ONLY_BY_NAME else reader_of(path.name)
            if reader is None:
                raise UserError(f"{path}: is of no kind that is read here ({KINDS}). Export the list as CSV.")
            found.append(Found(path, _name(Path(path.name)), reader))
        elif path.exists():
            raise UserError(f"{path}: is neither a file nor a folder. Name a file, or a folder of files.")
        else:
            raise UserError(f"{path}: there is no such file or folder. Check the path.")
    return found, ignored


def grouped(found: Sequence[Found], top: str) -> list[Found]:
    """The same exports, in which the certificate files of one folder are one export named for the folder; `top` is the name of the outermost.

    A single certificate file keeps its own name.
    """
    folders: dict[Path, list[Found]] = {}
    for each in found:
        if each.reader == CERTIFICATES:
            folders.setdefault(PurePath(each.name).parent, []).append(each)
    together = []
    for each in found:
        members = folders.get(PurePath(each.name).parent, []) if each.reader == CERTIFICATES else []
        if len(members) < 2:
            together.append(each)
        elif each is members[0]:
            parts = tuple(Part(member.path, PurePath(member.name).name) for member in members)
            folder = PurePath(each.name).parent.as_posix()
            together.append(Found(each.path.parent, top if folder == "." else folder, CERTIFICATES, parts))
    return together


def _named(path: Path) -> str:
    """The reader of a file whose ending says nothing: certificates where it holds a PEM block, else CSV."""
    with path.open("rb") as reading:
        return CERTIFICATES if b"-----BEGIN " in reading.read(SNIFFED_BYTES) else "delimited"


def _walk(top: Path) -> Iterator[Path]:
    for folder, subfolders, files in os.walk(top):
        here = Path(folder)
        subfolders[:] = sorted(each for each in subfolders if not each.startswith(".") and not _is_policy(here / each))
        yield from (here / each for each in sorted(files) if not each.startswith("."))


def _is_policy(folder: Path) -> bool:
    """Whether it is a policy: it has its main file, or the name and another file of one."""
    from pipelines import policy  # only where folders are walked: processes that read one file do without

    return (folder / "slo.yaml").is_file() or (folder.name == "policy" and policy.holds_any(folder))


def _name(path: Path) -> str:
    """The path as text that every database and screen can hold, whatever bytes the file system allowed."""
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")
