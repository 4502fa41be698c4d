"""The original bytes of an export that is several files: one tar archive of them, the same for the same names and bytes."""

import hashlib
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import zstandard

from pipelines.errors import UserError
from pipelines.exports import Part, private_keys
from pipelines.exports.originals import LEVEL


class _Sink(Protocol):
    def write(self, chunk: bytes) -> object: ...


class _Hashed:
    """A file that only the hash and the size of what is written to it, and perhaps another, is known of."""

    def __init__(self, beside: _Sink | None = None) -> None:
        self.sha256 = hashlib.sha256()
        self.size_bytes = 0
        self._beside = beside

    def write(self, chunk: bytes) -> int:
        self.sha256.update(chunk)
        self.size_bytes += len(chunk)
        if self._beside is not None:
            self._beside.write(chunk)
        return len(chunk)


def digest(members: Sequence[Part]) -> str:
    """SHA-256 of the archive, in hex; nothing is written."""
    hashed = _Hashed()
    _write(members, hashed)
    return hashed.sha256.hexdigest()


def keep(members: Sequence[Part], name: str, original: Path) -> tuple[str, int]:
    """Write the archive, compressed, to `original`; its SHA-256 in hex and its size before compression.

    Raises UserError for a private key, and leaves no `original` then.
    """
    for member in members:
        private_keys.refuse_file(member.path, f"{name}/{member.name}")
    with original.open("wb") as writing, zstandard.ZstdCompressor(level=LEVEL).stream_writer(writing, closefd=False) as compressing:
        hashed = _Hashed(compressing)
        try:
            _write(members, hashed)
        except OSError as error:
            if error.filename is None and "unexpected end of data" in str(error):
                raise UserError(f"{name}: a file in it changed while it was read. Wait until all are complete, then ingest it again.") from error
            raise
    return hashed.sha256.hexdigest(), hashed.size_bytes


def _write(members: Sequence[Part], target: _Hashed) -> None:
    with tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT, bufsize=1 << 20) as archive:  # type: ignore[call-overload]
        for member in members:
            entry = tarfile.TarInfo(member.name)
            with member.path.open("rb") as reading:
                entry.size = member.path.stat().st_size
                archive.addfile(entry, reading)
