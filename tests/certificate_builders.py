"""Builders of certificates, approvals and signing requests, and the way from their rows to a published snapshot."""

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import cryptography_vectors
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from pipelines import build, landing, snapshots
from pipelines import policy as policies
from tests import builders
from tests.builders import Row
from tests.reference.readiness import SigningRequest

CERTIFICATE = (
    "certificate_id holding order_number serial_number issuer common_name subject_alternative_names organisation department "
    "status requested_at issued_at not_before_at not_after_at expires_on revoked_at replaced_at updated_at profile policy "
    "key_algorithm key_size signature_algorithm requested_via requester contacts sha256 findings record_kind"
).split()
APPROVAL = "number approver state updated_at".split()
REQUISITION = "number approval approved_at requested_completion_on updated_at".split()
REQUEST = [*dict.fromkeys([*builders.CONTRACT, "requisition_number", "order_number", "serial_number"])]
"""The headers of each kind of export, in their published order."""

ISSUER = "Sectigo Public Server Authentication CA OV R36"


class Export(NamedTuple):
    """The rows of one file that is not read in the zone of California."""

    rows: Sequence[Row]
    timezone: str


Given = Sequence[Row] | Export


def a_certificate(serial_number: str = "a1", **fields: str) -> dict[str, str]:
    """One row of the console with every header of the contract, as text; issued unless told otherwise."""
    unknown = set(fields) - set(CERTIFICATE)
    assert not unknown, f"not columns of the contract: {sorted(unknown)}"
    row = dict.fromkeys(CERTIFICATE, "")
    row |= {"certificate_id": f"C-{serial_number}", "serial_number": serial_number, "holding": "console", "status": "issued"}
    row |= {"issuer": ISSUER, "organisation": "Department of Sample", "common_name": "www.sample.ca.gov"}
    return row | fields


def a_request(number: str = "RITM1", submitted_at: str = "2026-11-19 10:00:00", **fields: str) -> dict[str, str]:
    """One row of a request export that may name its requisition, and the order or serial number of a certificate."""
    ours = {column: fields.pop(column, "") for column in ("requisition_number", "order_number", "serial_number")}
    return builders.a_request(number, submitted_at, **fields) | ours


def an_approval(number: str, state: str = "approved", approver: str = "A. Lead", updated_at: str = "2026-11-20 10:00:00") -> dict[str, str]:
    """One approver's answer."""
    return {"number": number, "approver": approver, "state": state, "updated_at": updated_at}


def write(folder: Path, name: str, rows: Sequence[Row], columns: Sequence[str]) -> Path:
    """A CSV with those of the columns that the rows have."""
    present = [column for column in columns if column in rows[0]]
    assert all(set(row) == set(present) for row in rows), f"{name}: the rows of one export have the same columns"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, present)
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def publish(
    tmp_path: Path,
    requests: Sequence[Given] = (),
    certificates: Sequence[Given] = (),
    approvals: Sequence[Given] = (),
    requisitions: Sequence[Given] = (),
    as_of: str | None = None,
    policy: policies.Policy | None = None,
):
    """A read-only connection to the snapshot of these exports, each a file, landed and built as the product does it.

    `as_of` is a wall-clock time of California; without it the newest event counts.
    """
    rules = policy or policies.load(policies.DEFAULT_FOLDER)
    home, by_zone = tmp_path / "home", {}
    kinds = {
        "requests": (requests, REQUEST), "certificates": (certificates, CERTIFICATE), "approvals": (approvals, APPROVAL),
        "requisitions": (requisitions, REQUISITION),
    }  # fmt: skip
    for kind, (exports, columns) in kinds.items():
        for position, export in enumerate(exports, start=1):
            rows, zone = export if isinstance(export, Export) else (export, None)
            by_zone.setdefault(zone, []).append(write(tmp_path / "exports", f"{kind}-{position}.csv", rows, columns))
    for zone, paths in by_zone.items():
        landing.ingest(home, paths, rules, timezone=zone, received_at=builders.RECEIVED_AT)
    published = build.build(home, rules, as_of=builders.local(as_of) if as_of else None)
    return snapshots.open_read_only(published.path)


def rows_by(connection, table: str, *keys: str) -> dict:
    """The rows of a published table by one key column, or by a tuple of several."""
    rows = builders.table(connection, f"select * from {table}")
    found = {row[keys[0]] if len(keys) == 1 else tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(rows), f"{table}: {len(rows)} rows, {len(found)} keys"
    return found


@cache
def a_key(kind: str):
    """A private key by its kind, made once: `EC 256`, `RSA 2048`, `DSA 2048`, `ED25519`."""
    algorithm, _, size = kind.partition(" ")
    if algorithm == "EC":
        return ec.generate_private_key({"224": ec.SECP224R1(), "256": ec.SECP256R1(), "384": ec.SECP384R1()}[size])
    if algorithm == "RSA":
        return rsa.generate_private_key(65537, int(size))
    return dsa.generate_private_key(int(size)) if algorithm == "DSA" else ed25519.Ed25519PrivateKey.generate()


@cache
def a_signing_request(common_name: str, *names: str, key: str = "EC 256") -> tuple[str, SigningRequest]:
    """(PEM text, what is known of it) of a signing request for these names; without a common name for the names alone."""
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common_name)] if common_name else [])
    request = x509.CertificateSigningRequestBuilder(subject)
    if names:
        request = request.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    signed = request.sign(a_key(key), None if key == "ED25519" else hashes.SHA256())
    algorithm, _, size = key.partition(" ")
    text = signed.public_bytes(serialization.Encoding.PEM).decode().strip()
    return text, SigningRequest(True, True, "sha256", algorithm, int(size) if size else None, common_name, names)


@cache
def a_kept_signing_request(name: str) -> str:
    """The text of a published test vector, `invalid_signature` (for "test") or `rsa_sha1` (for cryptography.io)."""
    with cryptography_vectors.open_vector_file(f"x509/requests/{name}.pem", "r") as file:
        return file.read().strip()


def known_signing_requests(texts: Mapping[str, SigningRequest]) -> dict[str, SigningRequest]:
    """By the text of a cell: those of the tests, the test vectors, and what is no signing request."""
    kept = {
        a_kept_signing_request("invalid_signature"): SigningRequest(True, False, "sha256", "RSA", 1024, "test"),
        a_kept_signing_request("rsa_sha1"): SigningRequest(True, True, "sha1", "RSA", 2048, "cryptography.io"),
    }
    return kept | {NO_SIGNING_REQUEST: SigningRequest(False)} | dict(texts)


NO_SIGNING_REQUEST = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"
