"""A folder of certificate files: one PEM block each, a few bundles with the issuer's certificate and text around the blocks."""

from __future__ import annotations

import base64
from random import Random

from . import authority, certificate_plan, plan
from .certificates import Certificate

RSA_FILES = 8
ODD = ("unusual_curve", "too_long", "lacks_common_name")


def chosen(certificates: list[Certificate]) -> list[Certificate]:
    """Those whose file somebody kept: every odd one, and some of the others, most of them in use."""
    random = Random(f"{plan.SEED} files")
    known = [one for one in certificates if one.issued_at and not one.is_logged_only and one.issued_on.year >= 2026]
    odd = [one for one in known if one.key == ("RSA", 1024) or one.signature == "SHA1withRSA" or one.marks & set(ODD)]
    plain = [one for one in known if one not in odd]
    by_rsa = random.sample([one for one in plain if one.key[0] == "RSA"], RSA_FILES)
    by_ec = [one for one in plain if one.key[0] == "EC"]
    found = odd + by_rsa + random.sample(by_ec, certificate_plan.PEM_FILES - len(odd) - len(by_rsa))
    return sorted(found, key=file_name)


def file_name(one: Certificate) -> str:
    return f"{one.names[0].replace('*', 'wildcard')}_{one.serial:032x}"[:-24] + ".pem"


def contents(certificates: list[Certificate]) -> dict[Certificate, tuple[bytes, bytes]]:
    """`{certificate: (DER, the bytes of its file)}`."""
    files = {}
    for position, one in enumerate(chosen(certificates)):
        der = authority.issued(one)
        is_bundle = one.issuer == certificate_plan.ISSUER and position % 37 == 5 and position < 37 * certificate_plan.BUNDLES
        files[one] = der, (_bundle(one, der) if is_bundle else block(der)).encode()
    return files


def block(der: bytes) -> str:
    """A PEM block."""
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def _bundle(one: Certificate, der: bytes) -> str:
    issuer = block(authority.intermediate())
    return f"Bag Attributes\n    friendlyName: {one.names[0]}\nsubject=CN = {one.names[0]}\n{block(der)}\nIssuer, for the chain:\n{issuer}"
