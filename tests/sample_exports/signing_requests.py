"""Certificate signing requests that really verify, from the standard library alone (PKCS #10, P-256, ECDSA, SHA-256).

The private key is a number from the seeded generator and dropped; it protects nothing.
"""

from __future__ import annotations

import base64
import hashlib

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (
    0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
)
EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
PRIME256V1 = bytes.fromhex("06082a8648ce3d030107")
ECDSA_SHA256 = bytes.fromhex("06082a8648ce3d040302")
COMMON_NAME = bytes.fromhex("0603550403")
EXTENSION_REQUEST = bytes.fromhex("06092a864886f70d01090e")
SUBJECT_ALT_NAME = bytes.fromhex("0603551d11")


def signing_request(key: int, nonce: int, common_name: str, names: list[str]) -> str:
    """A PEM signing request for a common name and its alternative names; `key` and `nonce` lie between 1 and N."""
    x, y = _multiply(key, G)
    subject = _seq(_der(0x31, _seq(COMMON_NAME, _der(0x0C, common_name.encode()))))
    public_key = _seq(_seq(EC_PUBLIC_KEY, PRIME256V1), _bits(b"\x04" + x.to_bytes(32) + y.to_bytes(32)))
    alternatives = _seq(*(_der(0x82, name.encode()) for name in [common_name, *names]))
    extensions = _seq(_seq(SUBJECT_ALT_NAME, _der(0x04, alternatives)))
    attributes = _der(0xA0, _seq(EXTENSION_REQUEST, _der(0x31, extensions)))
    info = _seq(_integer(0), subject, public_key, attributes)
    r = _multiply(nonce, G)[0] % N
    digest = int.from_bytes(hashlib.sha256(info).digest())
    s = pow(nonce, -1, N) * (digest + r * key) % N
    request = _seq(info, _seq(ECDSA_SHA256), _bits(_seq(_integer(r), _integer(s))))
    text = base64.b64encode(request).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE REQUEST-----", *lines, "-----END CERTIFICATE REQUEST-----"])


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes([size]) if size < 128 else bytes([0x80 + len(_minimal(size))]) + _minimal(size)
    return bytes([tag]) + length + content


def _seq(*parts: bytes) -> bytes:
    return _der(0x30, b"".join(parts))


def _bits(content: bytes) -> bytes:
    return _der(0x03, b"\x00" + content)


def _integer(value: int) -> bytes:
    return _der(0x02, value.to_bytes(value.bit_length() // 8 + 1))


def _minimal(value: int) -> bytes:
    return value.to_bytes((value.bit_length() + 7) // 8)


def _multiply(scalar: int, point: tuple[int, int]) -> tuple[int, int]:
    total = None
    while scalar:
        if scalar & 1:
            total = point if total is None else _add(total, point)
        point = _add(point, point)
        scalar >>= 1
    return total


def _add(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    if left == right:
        slope = (3 * left[0] * left[0] - 3) * pow(2 * left[1], -1, P) % P
    else:
        slope = (right[1] - left[1]) * pow(right[0] - left[0], -1, P) % P
    x = (slope * slope - left[0] - right[0]) % P
    return x, (slope * (left[0] - x) - left[1]) % P
