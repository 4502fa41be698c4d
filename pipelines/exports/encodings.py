"""The characters of a text export: which encoding it has, and its bytes as UTF-8.

ServiceNow writes windows-1252 unless an administrator chose UTF-8, and nothing in the file says which. So: a byte order mark, else UTF-8 if all of
the file is valid UTF-8, else windows-1252.
"""

import codecs
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.errors import UserError

CHUNK_BYTES = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
UNDEFINED_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))


def marked(start: bytes) -> str | None:
    """The encoding that a byte order mark at the start of a file names."""
    return next((encoding for mark, encoding in MARKS if start.startswith(mark)), None)


def guessed(start: bytes) -> str:
    """The encoding of a file by its first bytes alone; a later byte may still show that it is windows-1252."""
    encoding = marked(start)
    if encoding is not None:
        return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


@dataclass
class Utf8Scan:
    """Tells, chunk by chunk, whether a file is UTF-8 and whether it holds NUL bytes. Read the fields after `finish`."""

    is_utf8: bool = True
    has_nul: bool = False
    is_cut: bool = False
    """Valid UTF-8 with multi-byte characters, ending inside one."""
    _has_multibyte: bool = False
    _decoder: codecs.IncrementalDecoder = field(default_factory=lambda: codecs.getincrementaldecoder("utf-8")())

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the file."""
        self.has_nul = self.has_nul or b"\0" in chunk
        pending = bool(self._decoder.getstate()[0])
        if not self.is_utf8 or (chunk.isascii() and not pending):
            return
        try:
            decoded = self._decoder.decode(chunk)
        except UnicodeDecodeError:
            self.is_utf8 = False
        else:
            self._has_multibyte = self._has_multibyte or not decoded.isascii()

    def finish(self) -> None:
        """Judge what is left at the end of the file."""
        if self.is_utf8 and self._decoder.getstate()[0]:
            self.is_utf8 = False
            self.is_cut = self._has_multibyte


@dataclass(frozen=True)
class Transcoded:
    """What a transcoding met: NUL characters, and bytes that windows-1252 does not define (with the line of the first)."""

    has_nul: bool
    undefined_count: int
    first_undefined_line: int | None


def transcode(source: Path, target: Path, encoding: str, name: str) -> Transcoded:
    """Write `source` to `target` as UTF-8 without a mark, in one streamed pass.

    Bytes that windows-1252 leaves undefined become U+FFFD and are counted. Raises UserError when the file is not in the
    encoding that its byte order mark names.
    """
    decoder = codecs.getincrementaldecoder(encoding)("replace" if encoding == "cp1252" else "strict")
    has_nul, undefined, line, first_line = False, 0, 1, None
    with source.open("rb") as reading, target.open("wb") as writing:
        try:
            while chunk := reading.read(CHUNK_BYTES):
                if encoding == "cp1252":
                    found = len(chunk) - len(chunk.translate(None, UNDEFINED_CP1252))
                    if found and first_line is None:
                        first = min(at for byte in UNDEFINED_CP1252 if (at := chunk.find(byte)) >= 0)
                        first_line = line + chunk.count(b"\n", 0, first)
                    undefined += found
                    line += chunk.count(b"\n")
                text = decoder.decode(chunk)
                has_nul = has_nul or "\0" in text
                writing.write(text.encode("utf-8"))
            writing.write(decoder.decode(b"", final=True).encode("utf-8"))
        except UnicodeError as error:
            shown = encoding.removesuffix("-sig").upper()
            raise UserError(f"{name}: begins with the mark of {shown}, but is not {shown} ({error}). Export it again.") from error
    return Transcoded(has_nul, undefined, first_line)
