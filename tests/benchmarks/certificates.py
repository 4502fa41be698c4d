"""A made-up bundle of certificates of any size, and as a program the work on it: `python certificates.py read|load BUNDLE FOLDER`.

The certificates differ in serial and host name only and are not signed again; nothing here verifies them.
"""

import base64
import hashlib
import sys
from datetime import datetime
from pathlib import Path

HOST, SERIAL_BYTES = "host0000000.dept.ca.gov", 12
SERIAL = int.from_bytes(b"\x5acertbo" + bytes(SERIAL_BYTES - 7), "big")


def bundle(count: int) -> Path:
    """A PEM file of so many certificates, one in three with an elliptic curve; 100,000 are about 200 MB."""
    from tests.benchmarks.data import folder  # not where this is a program, which needs only what it measures

    path = folder() / f"certificates-{count}.pem"
    if not path.exists():
        templates = [_template(kind) for kind in ("RSA", "RSA", "EC")]
        beside = path.with_suffix(".part")
        with beside.open("wb") as writing:
            for position in range(count):
                made = templates[position % 3].replace(HOST.encode(), HOST.replace("0000000", f"{position:07d}").encode())
                made = made.replace(SERIAL.to_bytes(SERIAL_BYTES, "big"), (SERIAL + position).to_bytes(SERIAL_BYTES, "big"))
                writing.write(b"-----BEGIN CERTIFICATE-----\n" + _lines(made) + b"-----END CERTIFICATE-----\n")
        beside.replace(path)
    return path


def _lines(data: bytes) -> bytes:
    text = base64.b64encode(data)
    return b"".join(text[at : at + 64] + b"\n" for at in range(0, len(text), 64))


def _template(kind: str) -> bytes:
    """A certificate with the extensions that a public authority writes."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, ExtensionOID, NameOID

    authority = rsa.generate_private_key(65537, 2048)
    key = authority.public_key() if kind == "RSA" else ec.generate_private_key(ec.SECP256R1()).public_key()
    place = [(NameOID.COUNTRY_NAME, "US"), (NameOID.STATE_OR_PROVINCE_NAME, "California"), (NameOID.ORGANIZATION_NAME, "California Department of Technology")]
    issuer = [(NameOID.COUNTRY_NAME, "GB"), (NameOID.ORGANIZATION_NAME, "Sectigo Limited"), (NameOID.COMMON_NAME, "Sectigo RSA Organization Validation")]
    url = x509.UniformResourceIdentifier("http://crt.sectigo.com/SectigoRSAOrganizationValidationSecureServerCA")
    # Two signed timestamps, as a log writes them: version, log, time, no extensions, ECDSA with SHA-256, signature.
    stamp = b"\0" + hashlib.sha256(b"log").digest() + (1_767_225_600_000).to_bytes(8, "big") + b"\0\0\x04\x03\0\x47" + b"\x30\x45" + bytes(69)
    stamps = 2 * (len(stamp).to_bytes(2, "big") + stamp)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(oid, text) for oid, text in [*place, (NameOID.COMMON_NAME, HOST)]]))
        .issuer_name(x509.Name([x509.NameAttribute(oid, text) for oid, text in issuer]))
        .serial_number(SERIAL)
        .not_valid_before(datetime(2026, 1, 1))
        .not_valid_after(datetime(2026, 7, 18, 23, 59, 59))
        .public_key(key)
    )
    for extension in (
        x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
        x509.SubjectKeyIdentifier.from_public_key(key),
        x509.KeyUsage(True, False, True, False, False, False, False, False, False),
        x509.BasicConstraints(False, None),
        x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]),
        x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(oid), None) for oid in ("1.3.6.1.4.1.6449.1.2.1.3.4", "2.23.140.1.2.2")]),
        x509.CRLDistributionPoints([x509.DistributionPoint([url], None, None, None)]),
        x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.CA_ISSUERS, url)]),
        x509.SubjectAlternativeName([x509.DNSName(HOST), x509.DNSName(f"www.{HOST}")]),
        x509.UnrecognizedExtension(
            ExtensionOID.PRECERT_SIGNED_CERTIFICATE_TIMESTAMPS, b"\x04\x81" + bytes([len(stamps) + 2]) + len(stamps).to_bytes(2, "big") + stamps
        ),
    ):
        made = made.add_extension(extension, critical=False)
    return made.sign(authority, hashes.SHA256()).public_bytes(Encoding.DER)


def read(source: str, target: str) -> None:
    """The product's reader: rows in Parquet, the bytes hashed, searched for keys and compressed."""
    import duckdb

    from pipelines.exports import certificate_files
    from pipelines.exports.content import Staging

    staging = Staging(Path(target) / "incoming-0")
    staging.remove()
    with duckdb.connect() as connection:
        found = certificate_files.read(Path(source), "bundle.pem", staging, connection, lambda headers: None, lambda words, share: None)
    print(found.row_count, found.malformed_count)


def load(source: str, target: str) -> None:
    """The library's own loading of the same bytes, and nothing else."""
    from cryptography.x509 import load_pem_x509_certificates

    print(len(load_pem_x509_certificates(Path(source).read_bytes())), 0)


if __name__ == "__main__":
    {"read": read, "load": load}[sys.argv[1]](*sys.argv[2:])
