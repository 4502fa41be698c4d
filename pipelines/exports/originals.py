"""The original bytes of an export: their hash, their compressed copy, and what they say about the text, in one pass."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zstandard

from pipelines.exports.encodings import CHUNK_BYTES, Utf8Scan

LEVEL = 1
THREADED_BYTES = 16 << 20
"""From this size on compression runs in threads of its own; below, starting them costs more than it saves."""


@dataclass(frozen=True)
class Kept:
    """SHA-256 in hex, size in bytes, and the finished scan of the bytes."""

    sha256: str
    size_bytes: int
    scan: Utf8Scan


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as reading:
        return hashlib.file_digest(reading, "sha256").hexdigest()


def keep(path: Path, original: Path, size: int, say: Callable[[float], None], unclean: Callable[[], None]) -> Kept:
    """Compress the bytes of `path` to `original`; hash and scan them on the way.

    `say(share)` hears how much of `size` is done. `unclean()` is called once, as soon as the bytes are known not to be clean UTF-8.
    """
    sha256, scan, done, told = hashlib.sha256(), Utf8Scan(), 0, False
    compressor = zstandard.ZstdCompressor(level=LEVEL, threads=2 if size >= THREADED_BYTES else 0)
    with path.open("rb") as reading, original.open("wb") as writing, compressor.stream_writer(writing, closefd=False) as compressing:
        while chunk := reading.read(CHUNK_BYTES):
            sha256.update(chunk)
            compressing.write(chunk)
            scan.feed(chunk)
            done += len(chunk)
            say(min(done / max(size, 1), 1.0))
            if not told and (scan.has_nul or not scan.is_utf8):
                told = True
                unclean()
    scan.finish()
    return Kept(sha256.hexdigest(), done, scan)
