"""What a certificate signing request pasted into a cell says: whether it parses, is signed by its own key, and has a key that may be certified.

Read in RFC 2986 terms by the `cryptography` package, after undoing what forms, exports and people do to pasted text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from pipelines.exports import certificate_blocks, certificate_fields, der, private_keys
from pipelines.exports.certificate_fields import HEADERS

WEAK_HASHES = ("md5", "sha1")
WEAK_WITHOUT_SUPPORT = ("1.2.840.113549.1.1.2", "1.2.840.113549.1.1.3")
"""MD2 and MD4 with RSA."""
SMALLEST_RSA_BITS = 2048
CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}
"""CA/Browser Forum Baseline Requirements 6.1.5."""

Signature = Literal["valid", "weak_hash", "invalid", "unsupported", "unknown"]


@dataclass(frozen=True)
class SigningRequest:
    """The facts of one text. Where it has not parsed, `problem` says why and the rest is empty.

    `signature`: `weak_hash` where MD5 or SHA-1 was signed and nothing else is wrong with it, `unsupported` where it cannot be verified here,
    `unknown` where nothing parsed. `key_size` in bits, empty where the kind of key has none. `names`: host names and addresses as written, in order.
    """

    has_parsed: bool
    problem: str | None = None
    signature: Signature = "unknown"
    signature_algorithm: str | None = None
    key_algorithm: str | None = None
    key_size: int | None = None
    key_curve: str | None = None
    is_key_acceptable: bool = False
    key_problem: str | None = None
    common_name: str | None = None
    names: tuple[str, ...] = ()
    findings: str | None = None


def facts(text: str) -> SigningRequest:
    """The facts of a text; nothing is raised. Of a text that holds a private key nothing is given but that."""
    if marker := private_keys.marker_in(text):
        return SigningRequest(False, f"holds a private key ({marker.text})")
    try:
        data = certificate_blocks.in_cell(text)
    except ValueError as error:
        return SigningRequest(False, str(error))
    with certificate_fields.quiet():
        try:
            row = dict(zip(HEADERS, certificate_fields.of_request(data), strict=True))
            request = x509.load_der_x509_csr(data[: der.end(data)])
        except Exception as error:  # The library raises many kinds.
            return SigningRequest(False, _problem(data, error))
        key_problem = _key_problem(request)
        return SigningRequest(
            has_parsed=True,
            signature=_signature(request),
            signature_algorithm=row["signature_algorithm"] or None,
            key_algorithm=row["key_algorithm"] or None,
            key_size=int(row["key_size"]) if row["key_size"] else None,
            key_curve=row["key_curve"] or None,
            is_key_acceptable=key_problem is None,
            key_problem=key_problem,
            common_name=row["common_name"] or None,
            names=tuple(filter(None, row["subject_alternative_names"].split("\n"))),
            findings=row["findings"] or None,
        )


def _problem(data: bytes, error: Exception) -> str:
    """Why bytes are no signing request; what else they are, where that can be told."""
    if kind := der.key_kind(data):
        return f"holds a private key ({kind})"
    try:
        x509.load_der_x509_certificate(data)
    except Exception:
        return f"is no signing request ({' '.join(str(error).split())[: certificate_blocks.REASON_CHARACTERS]})"
    return "is a certificate, not a signing request"


def _signature(request: x509.CertificateSigningRequest) -> Signature:
    try:
        used = request.signature_hash_algorithm
    except Exception:
        return "weak_hash" if request.signature_algorithm_oid.dotted_string in WEAK_WITHOUT_SUPPORT else "unsupported"
    try:
        # The library calls every signature over a weak hash invalid, so that those are verified here.
        is_weak = used is not None and used.name in WEAK_HASHES
        is_valid = _verifies(request, used) if is_weak else request.is_signature_valid
    except Exception:
        return "unsupported"
    return "invalid" if not is_valid else "weak_hash" if is_weak else "valid"


def _verifies(request: x509.CertificateSigningRequest, used: hashes.HashAlgorithm) -> bool:
    """Whether a signature over this hash is by the request's own key. Raises what the library raises where it cannot tell."""
    key = request.public_key()
    signed = request.signature, request.tbs_certrequest_bytes
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(*signed, padding.PKCS1v15(), used)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(*signed, ec.ECDSA(used))
        else:
            return True
    except InvalidSignature:
        return False
    return True


def _key_problem(request: x509.CertificateSigningRequest) -> str | None:
    """Why the key may not be certified; null where it may."""
    try:
        key = request.public_key()
    except UnsupportedAlgorithm as error:
        return f"its kind is not known ({error})"
    except Exception as error:
        return f"cannot be read ({' '.join(str(error).split())[: certificate_blocks.REASON_CHARACTERS]})"
    if isinstance(key, rsa.RSAPublicKey):
        return None if key.key_size >= SMALLEST_RSA_BITS else f"RSA of {key.key_size} bits, at least {SMALLEST_RSA_BITS} are needed"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return None if key.curve.name in CURVES else f"curve {key.curve.name}, one of {_listed(CURVES.values())} is needed"
    return f"{type(key).__name__.removesuffix('PublicKey').lstrip('_')}, RSA or one of {_listed(CURVES.values())} is needed"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
