"""Private keys pasted into an export: found by the marker lines of PEM, in every encoding whose ASCII letters are bytes with or without zeros between.

`originals.keep` watches the bytes of every export as they stream by. A reader of packed text, such as a spreadsheet, asks `marker_in` for each text.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UserError

NEEDLE = b"PRIVATE KEY"
PUTTY = b"PuTTY-User-Key-File-"
_NEEDLE_TEXT, _PUTTY_TEXT = NEEDLE.decode(), PUTTY.decode()
_MARKER = re.compile(rb"-{3,5} ?(?:BEGIN|END) (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)? ?-{3,5}")
OVERLAP_BYTES = 512
"""More than the longest marker takes in UTF-32."""
CHUNK_BYTES = 1 << 20


@dataclass(frozen=True)
class Marker:
    """The marker line as text, and the byte where it begins, which is not known where zeros lie between its letters."""

    text: str
    at: int | None


class Detector:
    """Finds the first marker in a stream of chunks of any size, also where it lies across their borders."""

    def __init__(self) -> None:
        self.marker: Marker | None = None
        self._tail = b""
        self._seen_bytes = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes; `marker` is set once one was met."""
        if self.marker is None:
            before = len(self._tail)
            self.marker = _found(self._tail + chunk[:OVERLAP_BYTES], self._seen_bytes - before) or _found(chunk, self._seen_bytes)
            self._tail = chunk[-OVERLAP_BYTES:] if len(chunk) >= OVERLAP_BYTES else (self._tail + chunk)[-OVERLAP_BYTES:]
            self._seen_bytes += len(chunk)


def marker_in(text: str | bytes) -> Marker | None:
    """The first marker in a whole text."""
    if isinstance(text, str):
        return _found(text.encode("utf-8", "replace"), 0) if _NEEDLE_TEXT in text or _PUTTY_TEXT in text else None
    return _found(text, 0)


def refuse_file(path: Path, name: str) -> None:
    """Raise the refusal for a file that holds a marker, before anything is written of it."""
    detector = Detector()
    with path.open("rb") as reading:
        while detector.marker is None and (chunk := reading.read(CHUNK_BYTES)):
            detector.feed(chunk)
    if detector.marker is not None:
        raise refusal(name, detector.marker.text, place(path, detector.marker))


def refusal(name: str, words: str, where: str = "") -> UserError:
    """The error for an export that holds a private key: `words` say what showed it, `where` in which line or row; nothing of the key itself."""
    found = ", ".join(filter(None, (words, where)))
    return UserError(f"{name}: holds a private key ({found}), which must never lie in an export. Remove the key and ingest the rest; nothing was kept of it.")


def place(path: Path, marker: Marker) -> str:
    """The physical line of a marker in a file, as words; empty where it is not known."""
    if marker.at is None:
        return ""
    lines, left = 1, marker.at
    with path.open("rb") as reading:
        while left and (chunk := reading.read(min(left, CHUNK_BYTES))):
            lines, left = lines + chunk.count(b"\n"), left - len(chunk)
    return f"line {lines:,}"


def _found(data: bytes, offset: int) -> Marker | None:
    if (at := data.find(PUTTY)) >= 0:
        return Marker(PUTTY.decode("ascii"), offset + at)
    if NEEDLE in data and (match := _MARKER.search(data)):
        return Marker(match[0].decode("ascii"), offset + match.start())
    if b"\0" in data and NEEDLE in (squeezed := data.replace(b"\0", b"")) and (match := _MARKER.search(squeezed)):
        return Marker(match[0].decode("ascii"), None)
    return None
