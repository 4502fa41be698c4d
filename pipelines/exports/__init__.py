"""Readers of exports: one module per format family, and here which of them reads a file.

delimited.py reads CSV (encodings.py its characters, records.py the records of a file that is not clean), archives.py opens zip files, originals.py keeps
the bytes.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UserError

DELIMITED = (".csv", ".tsv", ".tab")
ARCHIVES = (".zip",)
ONLY_BY_NAME = (".txt",)
"""Kinds that are read when named, but in folders and zip files are as likely a note beside the exports."""


@dataclass(frozen=True)
class Found:
    """A file to read: its path, the name its export shall have, and whether it is a zip file of exports."""

    path: Path
    name: str
    is_archive: bool


def find(paths: Sequence[Path]) -> tuple[list[Found], list[Path]]:
    """The files behind these paths, folders walked in order of name, and the files in folders that are of no known kind.

    Hidden files, and policy folders inside a folder, are passed over. Raises UserError for a path that does not exist,
    is of no known kind, or is a folder without exports.
    """
    found: list[Found] = []
    ignored: list[Path] = []
    for path in paths:
        path = Path(path)
        if path.is_dir():
            inside = [(each, _kind(each) if each.is_file() else None) for each in _walk(path)]
            if not any(kind for _, kind in inside):
                raise UserError(f"{path}: holds no export ({', '.join((*DELIMITED, *ARCHIVES))}). Name the folder or file that holds them.")
            found += [Found(each, _name(each.relative_to(path)), kind == "archive") for each, kind in inside if kind]
            ignored += [each for each, kind in inside if not kind]
        elif path.is_file():
            kind = "delimited" if path.suffix.lower() in ONLY_BY_NAME else _kind(path)
            if kind is None:
                known = ", ".join((*DELIMITED, *ONLY_BY_NAME, *ARCHIVES))
                raise UserError(f"{path}: is of no kind that is read here ({known}). Export the list as CSV.")
            found.append(Found(path, _name(Path(path.name)), kind == "archive"))
        elif path.exists():
            raise UserError(f"{path}: is neither a file nor a folder. Name a CSV file, a zip file or a folder of them.")
        else:
            raise UserError(f"{path}: there is no such file or folder. Check the path.")
    return found, ignored


def _kind(path: Path) -> str | None:
    suffix = path.suffix.lower()
    return "delimited" if suffix in DELIMITED else "archive" if suffix in ARCHIVES else None


def _walk(top: Path) -> Iterator[Path]:
    for folder, subfolders, files in os.walk(top):
        here = Path(folder)
        subfolders[:] = sorted(each for each in subfolders if not each.startswith(".") and not (here / each / "slo.yaml").is_file())
        yield from (here / each for each in sorted(files) if not each.startswith("."))


def _name(path: Path) -> str:
    """The path as text that every database and screen can hold, whatever bytes the file system allowed."""
    return path.as_posix().encode("utf-8", "replace").decode("utf-8")
