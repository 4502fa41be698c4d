"""Reads certificate files: PEM text with any number of blocks, DER, PKCS#7, PKCS#12, and signing requests in PEM or DER.

What a file is, its content says. One that holds a private key is refused before anything is written of it.
"""

import binascii
import itertools
import mmap
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from pipelines.errors import UserError
from pipelines.exports import Part as Member
from pipelines.exports import certificate_blocks, certificate_fields, der, encodings, folders, originals, private_keys, worker_processes
from pipelines.exports.certificate_blocks import BEGIN, Part, Records
from pipelines.exports.certificate_fields import HEADERS
from pipelines.exports.certificate_rows import KINDS, Writing
from pipelines.exports.content import Content, Recognise, Say, Staging

CHUNK_BYTES = 4 << 20
SHARED_BYTES = 32 << 20
"""From this size on two processes read the text; below, starting them costs more than it saves."""
LARGEST_BYTES = 256 << 20
"""A file in bytes, which is read whole, or one block of a text."""
OTHER_KEYS = ((b"PuTTY-User-Key-File-", "PuTTY"), (b"openssh-key-v1\0", "OpenSSH"))
START_BYTES = 64
_BARE = re.compile(rb"[A-Za-z0-9+/\s]++={0,2}\s*")


def read(
    path: Path,
    name: str,
    staging: Staging,
    connection: duckdb.DuckDBPyConnection,
    recognise: Recognise,
    say: Say,
    *,
    passwords: Sequence[str] = (),
) -> Content:
    """Write a row for each certificate and signing request, the blocks that cannot be read, and the compressed bytes of `path` to `staging`.

    A PKCS#12 file is tried without a password, with an empty one, and with each of `passwords`. Raises UserError, and leaves nothing in `staging` then,
    for a file that holds a private key, is locked by another password, changes while it is read, or holds nothing that can be read.
    """
    try:
        before = path.stat()
        _refuse_key(path, name)
        recognise(HEADERS)
        with Writing(name, staging) as writing:
            encoding, parts = _parts(path, name, staging, passwords, say)
            for part in parts:
                writing.add(part)
        staging.transcoded.unlink(missing_ok=True)
        kept = originals.keep(path, name, staging.original, before.st_size, lambda share: say(f"Keeping {name}", share))
        originals.refuse_change(path, name, before, kept.size_bytes)
    except UserError:
        staging.remove()
        raise
    return Content(kept.sha256, kept.size_bytes, HEADERS, HEADERS, writing.record_count, len(writing.strays), writing.warnings(), encoding)


def read_folder(
    members: Sequence[Member],
    name: str,
    staging: Staging,
    connection: duckdb.DuckDBPyConnection,
    recognise: Recognise,
    say: Say,
    *,
    passwords: Sequence[str] = (),
) -> Content:
    """As `read`, for the files of a folder as one export, in their order. A file in which nothing is found is a record that is no row, by its name.

    What is kept of them is one tar archive without times and owners, so that the same files give the same bytes.
    """
    try:
        before = [member.path.stat() for member in members]
        for member in members:
            _refuse_key(member.path, f"{name}/{member.name}")
        recognise(HEADERS)
        with Writing(name, staging) as writing:
            for place, member in enumerate(members):
                _add_member(writing, member, f"{name}/{member.name}", staging, passwords)
                say(f"Reading the certificates of {name}", place / len(members))
        staging.transcoded.unlink(missing_ok=True)
        sha256, size = folders.keep(members, name, staging.original)
        for member, stat in zip(members, before, strict=True):
            originals.refuse_change(member.path, f"{name}/{member.name}", stat, stat.st_size)
    except UserError:
        staging.remove()
        raise
    return Content(sha256, size, HEADERS, HEADERS, writing.record_count, len(writing.strays), writing.warnings())


def folder_digest(members: Sequence[Member]) -> str:
    """SHA-256, in hex, of what `read_folder` keeps of these files."""
    return folders.digest(members)


def _add_member(writing: Writing, member: Member, name: str, staging: Staging, passwords: Sequence[str]) -> None:
    count = writing.record_count
    if member.path.stat().st_size:
        for part in _parts(member.path, name, staging, passwords, lambda words, share: None)[1]:
            writing.add(part, f"{member.name}: ")
            count -= part.others.total()
    if writing.record_count == count:
        writing.stray(member.name, "holds no certificate and no signing request")


def _refuse_key(path: Path, name: str) -> None:
    """Raise UserError for a file that says of itself that it holds a private key."""
    private_keys.refuse_file(path, name)
    with path.open("rb") as reading:
        start = reading.read(START_BYTES)
    for mark, words in OTHER_KEYS:
        if start.startswith(mark):
            raise private_keys.refusal(name, words)


def _parts(path: Path, name: str, staging: Staging, passwords: Sequence[str], say: Say) -> tuple[str, Iterable[Part]]:
    """The encoding of a file, empty where it is no text, and its records."""
    with path.open("rb") as reading:
        start = reading.read(START_BYTES)
    if not start:
        raise UserError(f"{name}: is empty. Export it again as {KINDS}.")
    if der.is_sequence(start, path.stat().st_size):
        return "", [_binary(_whole(path, name), name, passwords)]
    encoding = encodings.marked(start) or "utf-8"
    if encoding in ("utf-8", "utf-8-sig"):
        return encoding, _text_parts(path, name, passwords, say)
    encodings.transcode(path, staging.transcoded, encoding, name)
    return encoding, _text_parts(staging.transcoded, name, passwords, say)


def _whole(path: Path, name: str) -> bytes:
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise UserError(f"{name}: has {size:,} bytes, and one file in bytes may have {LARGEST_BYTES:,}. Export its certificates as PEM, which may be larger.")
    return path.read_bytes()


def _binary(data: bytes, name: str, passwords: Sequence[str]) -> Part:
    """The records of DER, PKCS#7 or PKCS#12 bytes; DER files may stand one after the other. Raises UserError for a key, or a PKCS#12 that stays locked."""
    records = Records()
    with certificate_fields.quiet():
        if der.is_pkcs12(data):
            pieces = _unlocked(data, name, passwords)
        else:
            try:
                pieces = [data[each.at : each.end] for each in der.elements(data, 0, len(data))]
            except ValueError:
                pieces = [data]
        for piece in pieces:
            records.add(piece)
    return certificate_blocks.packed(records)


def _unlocked(data: bytes, name: str, passwords: Sequence[str]) -> list[bytes]:
    """The certificates of a PKCS#12 file that holds no key."""
    problem = ""
    for password in (None, b"", *(each.encode() for each in passwords)):
        try:
            held = pkcs12.load_pkcs12(data, password)
            break
        except Exception as error:  # The library raises many kinds; which one tells a wrong password is in its words only.
            problem = str(error)
    else:
        found = "none of the known passwords opens" if "password" in problem.lower() else f"cannot be opened ({problem})"
        remedy = "Export its certificates alone, without the key, as PEM, or give its password with --password-file."
        raise UserError(f"{name}: is a PKCS#12 file that {found}, so that it may hold a private key. {remedy}")
    if held.key is not None:
        raise private_keys.refusal(name, "PKCS#12")
    certificates = ([held.cert] if held.cert else []) + held.additional_certs
    return [each.certificate.public_bytes(Encoding.DER) for each in certificates]


def _text_parts(text: Path, name: str, passwords: Sequence[str], say: Say) -> Iterator[Part]:
    """The records of a text, piece by piece; in two processes where it is large."""
    jobs = [(text, start, stop) for start, stop in _pieces(text)]
    size = text.stat().st_size
    if not jobs:
        yield _bare(text, name, passwords)
        return
    is_large = size >= SHARED_BYTES and len(jobs) > 1
    parts = worker_processes.in_order(certificate_blocks.part, jobs) if is_large else itertools.starmap(certificate_blocks.part, jobs)
    for (_, _, stop), part in zip(jobs, parts, strict=True):
        yield part
        say(f"Reading the certificates of {name}", stop / size)


def _pieces(text: Path) -> Iterator[tuple[int, int]]:
    """Where to cut a text: each piece begins with a block, and is of about CHUNK_BYTES."""
    with text.open("rb") as reading, mmap.mmap(reading.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = content.find(BEGIN)
        while at >= 0:
            following = content.find(BEGIN, at + CHUNK_BYTES)
            stop = following if following >= 0 else len(content)
            yield at, min(stop, at + LARGEST_BYTES)
            at = following


def _bare(text: Path, name: str, passwords: Sequence[str]) -> Part:
    """The records of a base64 text without marker lines."""
    data = _whole(text, name)
    try:
        return _binary(binascii.a2b_base64(data) if _BARE.fullmatch(data) else b"", name, passwords)
    except binascii.Error:
        return _binary(b"", name, passwords)
