"""What one certificate or signing request says, as the text columns of the contract.

A part that cannot be read (a name, the key, the extensions, the dates) leaves its columns empty and a finding, `code: detail`; the rest is given.
"""

import hashlib
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID, PublicKeyAlgorithmOID

from pipelines.exports import der

HEADERS = (
    "serial_number", "issuer", "common_name", "subject_alternative_names", "organisation", "not_before_at", "not_after_at", "key_algorithm", "key_size",
    "signature_algorithm", "policy", "sha256", "findings", "record_kind", "is_authority", "key_curve",
)  # fmt: skip
"""The columns of a row, all text: instants `YYYY-MM-DD HH:MM:SS` UTC, key sizes in bits, serials in hex, names one a line; empty text where unknown."""

Row = tuple[str, ...]
POLICIES = {"2.23.140.1.1": "EV", "2.23.140.1.2.2": "OV", "2.23.140.1.2.3": "IV", "2.23.140.1.2.1": "DV"}
"""CA/Browser Forum Baseline Requirements 7.1.6.1; where a certificate claims several, the first of these counts."""
KEYS = {
    PublicKeyAlgorithmOID.RSAES_PKCS1_v1_5: "RSA", PublicKeyAlgorithmOID.RSASSA_PSS: "RSA", PublicKeyAlgorithmOID.EC_PUBLIC_KEY: "EC",
    PublicKeyAlgorithmOID.DSA: "DSA", PublicKeyAlgorithmOID.ED25519: "Ed25519", PublicKeyAlgorithmOID.ED448: "Ed448",
    PublicKeyAlgorithmOID.X25519: "X25519", PublicKeyAlgorithmOID.X448: "X448",
}  # fmt: skip
DETAIL_CHARACTERS = 120
_STRAY = re.compile(r"[\x00-\x09\x0b-\x20\x7f-\xa0,;\[\]\"]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


class Findings(list[str]):
    """Findings in the order in which they were made, each `code: detail`."""

    def add(self, code: str, detail: object) -> None:
        """Add one, its detail on one line and without the sign that separates findings."""
        words = " ".join(_CONTROL.sub(" ", str(detail)).replace(";", ",").split())[:DETAIL_CHARACTERS]
        self.append(f"{code}: {words or type(detail).__name__}")


@contextmanager
def quiet() -> Iterator[None]:
    """Silence what the library warns of: a serial that is not positive, a country of three letters. The rows say it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def of_certificate(data: bytes) -> Row:
    """The row of a DER certificate. Raises what the library raises for one that cannot be loaded."""
    findings = Findings()
    certificate, data = _loaded(x509.load_der_x509_certificate, data, findings)
    issuer, subject = der.names(data)
    names, policy, is_authority = _extensions(certificate, data, findings)
    algorithm, size, curve = _key(certificate, findings)
    common_name, organisation = _subject(subject, findings)
    return (
        _serial(certificate.serial_number, findings),
        _issuer(issuer, findings),
        common_name,
        names,
        organisation,
        _instant(certificate, "not_valid_before_utc", findings),
        _instant(certificate, "not_valid_after_utc", findings),
        algorithm,
        size,
        _signature(certificate, findings),
        policy,
        hashlib.sha256(data).hexdigest(),
        "; ".join(findings),
        "certificate",
        is_authority,
        curve,
    )


def of_request(data: bytes) -> Row:
    """The row of a DER certificate signing request, which has no serial, issuer and dates. Raises what the library raises for one that cannot be loaded."""
    findings = Findings()
    request, data = _loaded(x509.load_der_x509_csr, data, findings)
    names, policy, is_authority = _extensions(request, b"", findings)
    algorithm, size, curve = _key(request, findings)
    common_name, organisation = _subject(der.request_subject(data), findings)
    signature = _signature(request, findings)
    sha256 = hashlib.sha256(data).hexdigest()
    told = "; ".join(findings)
    return ("", "", common_name, names, organisation, "", "", algorithm, size, signature, policy, sha256, told, "signing_request", is_authority, curve)


def _loaded(load: Callable[[bytes], object], data: bytes, findings: Findings) -> tuple:
    """The object and its own bytes: what follows its outermost length is a finding, not part of it."""
    extra = len(data) - der.end(data)
    if extra > 0:
        data = data[:-extra]
        findings.add("trailing_bytes", f"{extra:,} after its end")
    return load(data), data


def _serial(serial: int, findings: Findings) -> str:
    if serial <= 0:
        findings.add("bad_serial", "zero" if serial == 0 else "negative")
    return format(serial, "x")


def _instant(certificate: x509.Certificate, which: str, findings: Findings) -> str:
    try:
        return getattr(certificate, which).isoformat(" ")[:19]
    except Exception as error:  # The library raises many kinds, and each is a finding here and below.
        findings.add("bad_dates", error)
        return ""


def _issuer(name: bytes, findings: Findings) -> str:
    """The RFC 4514 text of the issuer, the same for the same bytes."""
    try:
        return _name_text(name)
    except Exception as error:
        findings.add("bad_name", f"issuer: {error}")
        return ""


@lru_cache(4096)
def _name_text(name: bytes) -> str:
    return _CONTROL.sub(_REPLACEMENT, x509.Name.from_bytes(name).rfc4514_string())


def _subject(name: bytes, findings: Findings) -> tuple[str, str]:
    """Common name and organisation; of several the last, the most specific. A part that cannot be read costs that part only."""
    common: list[str] = []
    organisation = ""
    for part in der.parts(name):
        try:
            held = _held(part)
        except Exception as error:
            findings.add("bad_name", f"subject: {error}")
            continue
        for oid, value in held:
            if oid == NameOID.COMMON_NAME:
                common.append(_printable(value, "common name", findings))
            else:
                organisation = _printable(value, "organisation", findings)
    if len(common) > 1:
        findings.add("bad_name", f"{len(common)} common names")
    return common[-1] if common else "", organisation


@lru_cache(4096)
def _held(part: bytes) -> tuple[tuple[x509.ObjectIdentifier, str | bytes], ...]:
    """The common names and organisations in one part of a name, the same for the same bytes."""
    return tuple((each.oid, each.value) for each in x509.Name.from_bytes(der.sequence(part)) if each.oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME))


def _printable(value: str | bytes, what: str, findings: Findings) -> str:
    text = value if isinstance(value, str) else value.decode("utf-8", "replace")
    if _CONTROL.search(text):
        findings.add("bad_name", f"{what}: holds control characters")
        return _CONTROL.sub(_REPLACEMENT, text)
    return text


def _key(holder: x509.Certificate | x509.CertificateSigningRequest, findings: Findings) -> tuple[str, str, str]:
    """Algorithm, size in bits, and curve of the public key."""
    oid = holder.public_key_algorithm_oid
    algorithm = KEYS.get(oid) or _oid_name(oid)
    try:
        key = holder.public_key()
        curve = getattr(key, "curve", None)
        return algorithm, str(getattr(key, "key_size", "")), curve.name if curve is not None else ""
    except UnsupportedAlgorithm as error:
        findings.add("unknown_key", error)
    except Exception as error:
        findings.add("bad_public_key", error)
    return algorithm, "", ""


def _signature(holder: x509.Certificate | x509.CertificateSigningRequest, findings: Findings) -> str:
    """The name of the signature's algorithm, its dotted number where it has none here."""
    oid = holder.signature_algorithm_oid
    try:
        holder.signature_hash_algorithm  # noqa: B018
    except Exception as error:
        findings.add("bad_signature_algorithm", error)
    return _oid_name(oid)


@lru_cache(1024)
def _oid_name(oid: x509.ObjectIdentifier) -> str:
    return oid.dotted_string if oid._name == "Unknown OID" else oid._name


def _extensions(holder: x509.Certificate | x509.CertificateSigningRequest, data: bytes, findings: Findings) -> tuple[str, str, str]:
    """Alternative names, policy, and whether it is an authority, in one pass. Where the extensions cannot be read, the names are still looked for."""
    names, policy, is_authority = "", "", "false"
    try:
        for extension in holder.extensions:
            value = extension.value
            kind = type(value)
            if kind is x509.SubjectAlternativeName:
                names = _alternative_names(value, findings)
            elif kind is x509.BasicConstraints:
                is_authority = "true" if value.ca else "false"
            elif kind is x509.CertificatePolicies:
                policy = _policy(value)
    except Exception as error:
        findings.add("bad_extensions", error)
        names, is_authority = _joined(der.alternative_names(data), findings), ""
    return names, policy, is_authority


def _policy(policies: Iterable[x509.PolicyInformation]) -> str:
    claimed = {each.policy_identifier.dotted_string for each in policies}
    return next((name for oid, name in POLICIES.items() if oid in claimed), "")


def _alternative_names(general_names: Iterable[x509.GeneralName], findings: Findings) -> str:
    """Host names and addresses, one a line; names of other kinds are a finding."""
    names: list[str] = []
    others: Counter[str] = Counter()
    for each in general_names:
        kind = type(each)
        if kind is x509.DNSName:
            names.append(each.value)
        elif kind is x509.IPAddress:
            names.append(str(each.value))
        else:
            others[kind.__name__] += 1
    if others:
        findings.add("other_names", ", ".join(f"{count} {kind}" for kind, count in others.items()))
    return _joined(names, findings)


def _joined(names: Sequence[str], findings: Findings) -> str:
    """The names one a line. A character that would make two names of one is replaced, and a finding."""
    text = "\n".join(names)
    if _STRAY.search(text) or text.count("\n") != max(len(names) - 1, 0):
        findings.add("bad_name", "alternative names hold space, separators or control characters")
        text = "\n".join(_STRAY.sub(_REPLACEMENT, name).replace("\n", _REPLACEMENT) for name in names)
    return text
