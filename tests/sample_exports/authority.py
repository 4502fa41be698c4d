"""A made-up certificate authority that really signs: keys from the seed, deterministic signatures, nothing secret kept."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from random import Random

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID, ObjectIdentifier

from . import certificate_plan, plan, primes
from .certificates import Certificate
from .transparency import first_at, last_at

ROOT = "Sample Root CA (made up)"
ORGANISATION_VALIDATED = ObjectIdentifier("2.23.140.1.2.2")
SHA256_WITH_RSA = bytes.fromhex("06092a864886f70d01010b")
SHA1_WITH_RSA = bytes.fromhex("06092a864886f70d010105")
CA_SPAN = datetime(2021, 1, 1), datetime(2035, 12, 31, 23, 59, 59)


def issued(one: Certificate) -> bytes:
    """The certificate in DER, as the console lists it."""
    builder = (
        _builder(one.issuer, _subject(one.names[0]), one.serial, first_at(one), last_at(one))
        .public_key(_public_key(one))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in one.listed_names]), critical=False)
        .add_extension(x509.CertificatePolicies([x509.PolicyInformation(ORGANISATION_VALIDATED, None)]), critical=False)
    )
    if one.issuer == certificate_plan.ISSUER:
        return builder.sign(_ec_key(one.issuer), hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)
    return _with_sha1(builder.sign(_legacy_key(), hashes.SHA256()))


def intermediate() -> bytes:
    """The issuing authority's own certificate, in DER."""
    serial = Random(f"{plan.SEED} intermediate").getrandbits(127)
    name = _name(certificate_plan.ISSUER, "Sample Trust (made up)")
    builder = (
        _builder(ROOT, name, serial, *CA_SPAN)
        .public_key(_ec_key(certificate_plan.ISSUER).public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    )
    return builder.sign(_ec_key(ROOT), hashes.SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)


def _builder(issuer: str, subject: x509.Name, serial: int, first: datetime, last: datetime) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().issuer_name(_name(issuer, "Sample Trust (made up)")).subject_name(subject)
    return builder.serial_number(serial).not_valid_before(first).not_valid_after(last)


def _name(common_name: str, organisation: str) -> x509.Name:
    parts = ((NameOID.COUNTRY_NAME, "US"), (NameOID.ORGANIZATION_NAME, organisation), (NameOID.COMMON_NAME, common_name))
    return x509.Name([x509.NameAttribute(oid, text) for oid, text in parts])


def _subject(common_name: str) -> x509.Name:
    return _name(common_name, certificate_plan.ORGANISATION)


def _ec_key(owner: str, curve: ec.EllipticCurve | None = None) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(Random(f"{plan.SEED} key of {owner}").getrandbits(250) + 1, curve or ec.SECP256R1())


def _public_key(one: Certificate) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
    if one.key[0] == "RSA":
        p, q = _rsa_primes(one.key[1])
        return rsa.RSAPublicNumbers(primes.EXPONENT, p * q).public_key()
    return _ec_key(f"{one.serial}", ec.SECP256K1() if "unusual_curve" in one.marks else None).public_key()


@cache
def _rsa_primes(bits: int) -> tuple[int, int]:
    """One key per size, which all RSA certificates of the sample share."""
    return primes.pair(Random(f"{plan.SEED} RSA {bits}"), bits)


@cache
def _legacy_key() -> rsa.RSAPrivateKey:
    p, q = primes.pair(Random(f"{plan.SEED} legacy authority"), 2048)
    d = pow(primes.EXPONENT, -1, (p - 1) * (q - 1))
    public = rsa.RSAPublicNumbers(primes.EXPONENT, p * q)
    exponents = rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q)
    return rsa.RSAPrivateNumbers(p, q, d, *exponents, public).private_key()


def _with_sha1(certificate: x509.Certificate) -> bytes:
    """The same certificate signed with SHA-1, which the builder refuses: another algorithm number of the same length."""
    body = certificate.tbs_certificate_bytes
    signed = body.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    signature = _legacy_key().sign(signed, padding.PKCS1v15(), hashes.SHA1())
    whole = certificate.public_bytes(Encoding.DER).replace(body, signed).replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    return whole.replace(certificate.signature, signature)
