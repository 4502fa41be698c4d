"""Certificates, signing requests and keys made by the `cryptography` package, and certificates damaged byte by byte."""

import base64
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

HOST = "www.dmv.ca.gov"
SERIAL = 0x5A00112233445566778899
ISSUER = x509.Name([
    x509.NameAttribute(NameOID.COUNTRY_NAME, "GB"), x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Sectigo Limited"),
    x509.NameAttribute(NameOID.COMMON_NAME, "Sample CA"),
])  # fmt: skip
SHA256_RSA, SHA1_RSA = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d010105")
P256, NO_CURVE = bytes.fromhex("2a8648ce3d030107"), bytes.fromhex("2a8648ce3d030163")


@lru_cache
def key(kind: str):
    """A private key of this kind, always the same within a run."""
    if kind.startswith("RSA"):
        return rsa.generate_private_key(65537, int(kind.removeprefix("RSA ")))
    curves = {"P-256": ec.SECP256R1, "P-384": ec.SECP384R1, "P-521": ec.SECP521R1, "secp256k1": ec.SECP256K1}
    if kind in curves:
        return ec.generate_private_key(curves[kind]())
    return ed25519.Ed25519PrivateKey.generate() if kind == "Ed25519" else dsa.generate_private_key(2048)


def subject(*common_names: str, organisation: str | None = "Department of Motor Vehicles") -> x509.Name:
    """A subject with these common names."""
    attributes = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation)] if organisation else []
    return x509.Name([*attributes, *(x509.NameAttribute(NameOID.COMMON_NAME, name) for name in common_names)])


def certificate(
    kind: str = "P-256",
    *,
    name: x509.Name | None = None,
    names: tuple[str, ...] = (HOST,),
    serial: int = SERIAL,
    not_before: datetime = datetime(2026, 3, 1),
    not_after: datetime = datetime(2026, 9, 15, 23, 59, 59),
    extensions: tuple[x509.ExtensionType, ...] = (),
) -> bytes:
    """A certificate as DER, signed by the RSA key of ISSUER."""
    made = x509.CertificateBuilder().issuer_name(ISSUER).subject_name(name if name is not None else subject(HOST)).public_key(key(kind).public_key())
    made = made.serial_number(serial).not_valid_before(not_before).not_valid_after(not_after)
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
    for extension in extensions:
        made = made.add_extension(extension, critical=False)
    return made.sign(key("RSA 2048"), hashes.SHA256()).public_bytes(Encoding.DER)


def signing_request(
    kind: str = "P-256", *, name: x509.Name | None = None, names: tuple[str, ...] = (HOST,), digest: hashes.HashAlgorithm | None = None
) -> bytes:
    """A signing request as DER."""
    made = x509.CertificateSigningRequestBuilder().subject_name(name if name is not None else subject(HOST))
    if names:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(each) for each in names]), critical=False)
    return made.sign(key(kind), None if kind == "Ed25519" else digest or hashes.SHA256()).public_bytes(Encoding.DER)


def pem(data: bytes, label: str = "CERTIFICATE", newline: str = "\n") -> str:
    """A PEM block."""
    text = base64.b64encode(data).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return newline.join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def key_pem(kind: str = "RSA 2048", form: PrivateFormat = PrivateFormat.PKCS8, encryption=NoEncryption()) -> str:
    """A private key as PEM."""
    return key(kind).private_bytes(Encoding.PEM, form, encryption).decode()


def tlv(tag: int, *contents: bytes) -> bytes:
    """A DER element."""
    content = b"".join(contents)
    if len(content) < 0x80:
        return bytes((tag, len(content))) + content
    return bytes((tag, 0x82)) + len(content).to_bytes(2, "big") + content


def contents(data: bytes) -> list[bytes]:
    """The elements inside the outermost one, each whole."""
    found, at = [], _header(data, 0)[0]
    while at < len(data):
        start, length = _header(data, at)
        found.append(data[at : start + length])
        at = start + length
    return found


def changed(data: bytes, place: int, element: bytes | None) -> bytes:
    """A certificate with the element at a place of its signed part replaced, or dropped: 0 version, 1 serial, 4 validity, 5 subject, 6 key, 7 extensions."""
    body, *rest = contents(data)
    parts = contents(body)
    parts[place : place + 1] = [] if element is None else [element]
    return tlv(0x30, tlv(0x30, *parts), *rest)


def _header(data: bytes, at: int) -> tuple[int, int]:
    """Where the content of an element begins, and its length."""
    if data[at + 1] < 0x80:
        return at + 2, data[at + 1]
    count = data[at + 1] & 0x7F
    return at + 2 + count, int.from_bytes(data[at + 2 : at + 2 + count], "big")
