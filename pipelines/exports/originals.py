"""The original bytes of an export: their hash, their compressed copy, and what they say about the text, in one pass that lets no private key by."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import zstandard

from pipelines.errors import UserError
from pipelines.exports import private_keys
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


def keep(path: Path, name: str, original: Path, size: int, say: Callable[[float], None], unclean: Callable[[], None] = lambda: None) -> Kept:
    """Compress the bytes of `path` to `original`; hash and scan them on the way.

    `name` is the export's, for messages. `say(share)` hears how much of `size` is done. `unclean()` is called once, as soon as the bytes are known
    not to be clean UTF-8; only readers of text need it. Raises UserError for bytes that hold a private key, and leaves no `original` then: the caller
    removes what it wrote itself (`staging.remove()`). Keys inside packed formats are not seen here: ask `private_keys.marker_in` for their texts.
    """
    sha256, scan, detector, done, told = hashlib.sha256(), Utf8Scan(), private_keys.Detector(), 0, False
    compressor = zstandard.ZstdCompressor(level=LEVEL, threads=2 if size >= THREADED_BYTES else 0)
    try:
        with path.open("rb") as reading, original.open("wb") as writing, compressor.stream_writer(writing, closefd=False) as compressing:
            while chunk := reading.read(CHUNK_BYTES):
                detector.feed(chunk)
                if detector.marker is not None:
                    raise private_keys.refusal(name, detector.marker.text, private_keys.place(path, detector.marker))
                sha256.update(chunk)
                compressing.write(chunk)
                scan.feed(chunk)
                done += len(chunk)
                say(min(done / max(size, 1), 1.0))
                if not told and (scan.has_nul or not scan.is_utf8):
                    told = True
                    unclean()
    except UserError:
        original.unlink(missing_ok=True)
        raise
    scan.finish()
    return Kept(sha256.hexdigest(), done, scan)


def refuse_change(path: Path, name: str, before: os.stat_result, size: int) -> None:
    """Raise UserError when a file is no longer what `before` says of it, or `size`, the bytes that were read, is not its size."""
    try:
        after = path.stat()
    except FileNotFoundError:
        after = None
    if after is None or (after.st_ino, after.st_size, after.st_mtime_ns, size) != (before.st_ino, before.st_size, before.st_mtime_ns, before.st_size):
        raise UserError(f"{name}: changed while it was read, so it is still being written. Wait until it is complete, then ingest it again.")
