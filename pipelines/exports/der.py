"""The few things asked of DER bytes themselves: where an element ends, what lies in it, and whether it is a private key.

Only lengths and tags are followed; everything else is left to the `cryptography` package.
"""

import ipaddress
from collections.abc import Iterator
from typing import NamedTuple

INTEGER, OCTET_STRING, OID, SEQUENCE = 0x02, 0x04, 0x06, 0x30
_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SUBJECT_ALTERNATIVE_NAME = bytes.fromhex("551d11")
_ENCRYPTIONS = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))
"""Where the algorithms lie that encrypt a PKCS#8 key: PKCS#5 and PKCS#12."""
SECRET_BYTES = 16
"""Two numbers in a row of which the second is at least this long, after a version, are those of an RSA or DSA private key."""


class Element(NamedTuple):
    """Tag, and the places where an element begins, where its content begins, and where it ends."""

    tag: int
    at: int
    start: int
    end: int


def element(data: bytes, at: int = 0) -> Element:
    """The element at a place. Raises ValueError for what is none or has no length; its end may lie behind that of the data."""
    try:
        tag, length, start = data[at], data[at + 1], at + 2
    except IndexError:
        raise ValueError("ends inside an element") from None
    if length >= 0x80:
        count = length & 0x7F
        if not 0 < count <= 4:
            raise ValueError("has an element without a length")
        start += count
        length = int.from_bytes(data[at + 2 : start], "big")
    return Element(tag, at, start, start + length)


def elements(data: bytes, start: int, end: int) -> Iterator[Element]:
    """The elements one after the other between two places. Raises ValueError where they do not fit."""
    while start < end:
        each = element(data, start)
        if each.end > end:
            raise ValueError("has an element that ends behind its holder")
        yield each
        start = each.end


def is_sequence(start: bytes, size: int) -> bool:
    """Whether a file of `size` bytes that begins so is a sequence; a text, which may begin with the digit 0 as a sequence does, is none."""
    if start[:2] == b"\x30\x80":
        return True
    try:
        outer = element(start)
    except ValueError:
        return False
    return outer.tag == SEQUENCE and (outer.end == size or start[1] > 0x80)


def is_pkcs12(data: bytes) -> bool:
    """Whether data begins as PKCS#12 does: version 3, then what it holds."""
    try:
        at = 2 if data[:2] == b"\x30\x80" else element(data).start
    except ValueError:
        return False
    return data[at : at + 4] == b"\x02\x01\x03\x30"


def end(data: bytes) -> int:
    """Where the outermost element ends; the end of the data where that cannot be told."""
    try:
        return min(element(data).end, len(data))
    except ValueError:
        return len(data)


def _span(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of the element at a place begins and ends: `element` for those who ask it seven times a certificate."""
    length = data[at + 1]
    if length < 0x80:
        return at + 2, at + 2 + length
    start = at + 2 + (length & 0x7F)
    return start, start + int.from_bytes(data[at + 2 : start], "big")


def names(data: bytes) -> tuple[bytes, bytes]:
    """Issuer and subject of a certificate that the library could load, as their bytes."""
    at = _span(data, _span(data, 0)[0])[0]
    if data[at] == 0xA0:
        at = _span(data, at)[1]
    issuer = _span(data, _span(data, at)[1])[1]
    validity = _span(data, issuer)[1]
    subject = _span(data, validity)[1]
    return data[issuer:validity], data[subject : _span(data, subject)[1]]


def request_subject(data: bytes) -> bytes:
    """The subject of a signing request that the library could load, as its bytes."""
    at = _span(data, _span(data, _span(data, 0)[0])[0])[1]
    return data[at : _span(data, at)[1]]


def sequence(content: bytes) -> bytes:
    """A sequence of this content."""
    if len(content) < 0x80:
        return bytes((SEQUENCE, len(content))) + content
    length = len(content).to_bytes(4, "big").lstrip(b"\0")
    return bytes((SEQUENCE, 0x80 | len(length))) + length + content


def parts(data: bytes) -> Iterator[bytes]:
    """The elements in the outermost one, each as its bytes. Raises ValueError."""
    at, stop = _span(data, 0)
    while at < stop:
        following = _span(data, at)[1]
        yield data[at:following]
        at = following


def alternative_names(data: bytes) -> list[str]:
    """Host names and addresses of a certificate whose extensions the library does not read; none where they cannot be found."""
    try:
        body = element(data, element(data).start)
        holder = next(each for each in elements(data, body.start, body.end) if each.tag == 0xA3)
        listed = element(data, holder.start)
        for extension in elements(data, listed.start, listed.end):
            oid, *_, value = elements(data, extension.start, extension.end)
            if data[oid.start : oid.end] == _SUBJECT_ALTERNATIVE_NAME:
                names = element(data, value.start)
                return [text for each in elements(data, names.start, names.end) if (text := _name(each.tag, data[each.start : each.end]))]
    except (ValueError, StopIteration):
        pass
    return []


def _name(tag: int, content: bytes) -> str:
    if tag == 0x82:
        return content.decode("ascii", "replace")
    if tag == 0x87 and len(content) in (4, 16):
        return str(ipaddress.ip_address(content))
    return ""


def signed_certificates(data: bytes) -> list[bytes]:
    """The certificates in a PKCS#7 bundle, each as its bytes. Raises ValueError for what is none, or has no lengths."""
    outer = element(data)
    oid, content = elements(data, outer.start, outer.end)
    if oid.tag != OID or data[oid.start : oid.end] != _SIGNED_DATA:
        raise ValueError("is no bundle of certificates")
    signed = element(data, content.start)
    held = next((each for each in elements(data, signed.start, signed.end) if each.tag == 0xA0), None)
    return [data[each.at : each.end] for each in elements(data, held.start, held.end)] if held else []


def key_kind(data: bytes) -> str | None:
    """What kind of private key data is, or begins as where it is cut off; null for anything else."""
    try:
        outer = element(data)
        if outer.tag != SEQUENCE:
            return None
        first = element(data, outer.start)
        second = element(data, first.end)
        if first.tag == SEQUENCE and second.tag == OCTET_STRING:
            algorithm = element(data, first.start)
            return "encrypted PKCS#8" if data[algorithm.start : algorithm.end].startswith(_ENCRYPTIONS) else None
        if first.tag != INTEGER or first.end - first.start != 1 or data[first.start] > 2:
            return None
        if second.tag == INTEGER:
            return "PKCS#1 or DSA" if second.end - second.start >= SECRET_BYTES else None
        if second.tag == OCTET_STRING:
            return "SEC1"
        return "PKCS#8" if second.tag == SEQUENCE and element(data, second.end).tag == OCTET_STRING else None
    except ValueError:
        return None
