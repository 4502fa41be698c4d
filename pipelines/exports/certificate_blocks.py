"""Certificates and signing requests in PEM text or in bytes, told by what they are and not by what they are called, as rows."""

import binascii
import gc
import html
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from pipelines.exports import certificate_fields, der
from pipelines.exports.certificate_fields import HEADERS, Row

BEGIN, DASHES, END = b"-----BEGIN ", b"-----", b"-----END"
LABEL_BYTES = 64
REQUESTS = ("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")
EXPECTED = ("CERTIFICATE", "X509 CERTIFICATE", "TRUSTED CERTIFICATE", *REQUESTS, "PKCS7", "PKCS #7 SIGNED DATA", "CMS")
"""Labels under which something to read is expected; what cannot be read under another label is no record."""
SHOWN_BYTES = 66
REASON_CHARACTERS = 120
SCHEMA = pa.schema([(name, pa.string()) for name in HEADERS])
_CELL = re.compile(r"--\s*BEGIN [A-Z0-9 #]{1,40}--+([^-]*)")
_INVISIBLE = re.compile("[\u200b\ufeff'\"]+")
_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")


@dataclass
class Records:
    """What a piece of a file holds: rows, records that are none (place among the records from 0, text, reason), and how many blocks of other kinds.

    `key` says what kind of private key was met, if any; the rest is then of no use.
    """

    rows: list[Row] = field(default_factory=list)
    strays: list[tuple[int, str, str]] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    key: str | None = None

    def add(self, data: bytes, label: str = EXPECTED[0], body: bytes = b"") -> None:
        """Take the bytes of one block, whatever they are; a bundle gives a record for each certificate in it."""
        problem = self._read(data, label)
        if problem is None:
            return
        self.key = self.key or der.key_kind(data) or ("PKCS#12" if der.is_pkcs12(data) else None)
        if self.key:
            return
        try:
            bundled = _bundled(data)
        except Exception:
            bundled = []
        for each in bundled:
            if problem := self._read(each):
                self.stray(_shown(label, body), _reason(problem))
        if not bundled and label in EXPECTED:
            self.stray(_shown(label, body), _reason(problem))
        elif not bundled:
            self.others[label] += 1

    def _read(self, data: bytes, label: str = EXPECTED[0]) -> Exception | None:
        """Take a row; else why bytes are neither a certificate nor a signing request, whichever the label says first."""
        readers = (certificate_fields.of_certificate, certificate_fields.of_request)
        problem = None
        for read in reversed(readers) if label in REQUESTS else readers:
            try:
                self.rows.append(read(data))
                return None
            except Exception as error:  # The library raises many kinds.
                problem = problem or error
        return problem

    def stray(self, text: str, reason: str) -> None:
        """Take a record that is no row."""
        self.strays.append((len(self.rows) + len(self.strays), text, reason))


@dataclass(frozen=True)
class Part:
    """Records on their way from the process that read them: the rows as columns, empty text as null."""

    batch: pa.RecordBatch
    strays: list[tuple[int, str, str]]
    others: Counter[str]
    key: str | None


def packed(records: Records) -> Part:
    """The rows turned into columns."""
    columns = zip(*records.rows, strict=True) if records.rows else [()] * len(HEADERS)
    batch = pa.RecordBatch.from_arrays([_column(texts) for texts in columns], schema=SCHEMA)
    return Part(batch, records.strays, records.others, records.key)


def _column(texts: Sequence[str]) -> pa.StringArray:
    """Texts as a column. `pa.array` would do, but imports pandas, which costs each process as much as thousands of certificates."""
    content = "".join(texts)
    data = content.encode()
    lengths = np.fromiter(map(len, texts if len(data) == len(content) else (text.encode() for text in texts)), np.int32, len(texts))
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    buffers = [np.packbits(lengths > 0, bitorder="little"), offsets, data]
    return pa.Array.from_buffers(pa.string(), len(texts), [pa.py_buffer(each) for each in buffers])


def part(path: Path, start: int, stop: int) -> Part:
    """The records of the PEM text between two places of a file."""
    with path.open("rb") as reading:
        reading.seek(start)
        text = reading.read(stop - start)
    with certificate_fields.quiet(), uncollected():
        return packed(in_pem(text))


def in_pem(text: bytes) -> Records:
    """The records of a PEM text; what stands around the blocks is passed over."""
    records = Records()
    for label, body, is_whole in _blocks(text):
        if not is_whole:
            records.stray(_shown(label, body), "has no end line, so it was cut off")
            continue
        try:
            data = binascii.a2b_base64(_plain(body))
        except binascii.Error as error:
            records.stray(_shown(label, body), f"is no base64 text ({error})")
            continue
        records.add(data, label, body)
    return records


def _shown(label: str, body: bytes) -> str:
    """The beginning of a block, in one line."""
    begins = b"".join(body[:SHOWN_BYTES].split()).decode("ascii", "replace")
    return f"-----BEGIN {label}----- {begins}" if begins else ""


def _reason(problem: Exception) -> str:
    return f"cannot be read ({' '.join(str(problem).split())[:REASON_CHARACTERS]})"


def _blocks(text: bytes) -> Iterator[tuple[str, bytes, bool]]:
    """Label, body and whether its end line follows, of each block."""
    at = text.find(BEGIN)
    while at >= 0:
        named = at + len(BEGIN)
        label_end = text.find(DASHES, named, named + LABEL_BYTES)
        if label_end < 0:
            at = text.find(BEGIN, named)
            continue
        start = label_end + len(DASHES)
        stop = text.find(DASHES, start)
        is_whole = stop >= 0 and text.startswith(END, stop)
        yield text[named:label_end].decode("ascii", "replace"), text[start : stop if stop >= 0 else len(text)], is_whole
        at = text.find(BEGIN, stop) if stop >= 0 else -1


def _plain(body: bytes) -> bytes:
    """The base64 of a body without header lines and escaped line breaks."""
    if b"\\" in body:
        body = body.replace(b"\\r", b"\n").replace(b"\\n", b"\n")
    if b":" in body:
        body = b"\n".join(line for line in body.splitlines() if b":" not in line)
    return body


def _bundled(data: bytes) -> list[bytes]:
    """The certificates in a PKCS#7 bundle. Raises what the library raises for anything else."""
    try:
        return der.signed_certificates(data)
    except ValueError:
        return [each.public_bytes(Encoding.DER) for each in pkcs7.load_der_pkcs7_certificates(data)]


def in_cell(text: str) -> bytes:
    """The bytes of the first block in a cell, whatever became of its line breaks and whether or not its marker lines are there.

    Raises ValueError with the reason.
    """
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = re.sub(r"<[^<>]*>", "\n", text)
    if "\\" in text:
        text = re.sub(r"\\[rnt]|\\", "\n", text)
    block = _CELL.search(text)
    body = "".join((block[1] if block else text).split())
    if not _BASE64.fullmatch(body):
        body = _INVISIBLE.sub("", body)
    if not body:
        raise ValueError("is empty")
    if not _BASE64.fullmatch(body):
        raise ValueError("holds characters that are no base64" if block else "holds no PEM block")
    body = body.rstrip("=")
    try:
        data = binascii.a2b_base64(body + "=" * (-len(body) % 4))
    except binascii.Error:
        data = b""
    if not block and data[:1] != b"\x30":
        raise ValueError("holds no PEM block")
    if not data:
        raise ValueError("is no base64 text of a whole number of bytes")
    return data


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause the garbage collection, which would go through all the rows again and again and find nothing."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
