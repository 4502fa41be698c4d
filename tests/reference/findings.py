"""What is wrong or worth knowing about a certificate: a closed list of codes."""

from collections.abc import Iterable, Mapping, Sequence

from . import names
from .certificates import Certificate

GOOD_CURVES = (256, 384, 521)
LEAST_RSA = 2048


def algorithm(text: str) -> str:
    """RSA, DSA, EC, or another word such as ED25519."""
    word = text.upper().replace("-", "").replace(" ", "").replace("_", "")
    if word.startswith("RSA"):
        return "RSA"
    if word.startswith("DSA"):
        return "DSA"
    return "EC" if word.startswith("EC") else word


def key_findings(key_algorithm: str, key_size: int | None) -> list[str]:
    """"RSA < 2048 (DSA always)"; an elliptic curve other than P-256, P-384 and P-521, the Edwards curves included."""
    kind = algorithm(key_algorithm)
    if kind == "DSA" or (kind == "RSA" and key_size is not None and key_size < LEAST_RSA):
        return ["weak_key"]
    is_odd_size = kind == "EC" and key_size is not None and key_size not in GOOD_CURVES
    return ["unusual_curve"] if is_odd_size or kind in ("ED25519", "ED448") else []


def findings(certificate: Certificate, exposed: Mapping[str, str], is_console_loaded: bool) -> list[tuple[str, str]]:
    """(code, what a reader said) of one certificate; `exposed` is `{certificate: band}`."""
    size = certificate.copies["key_size"]
    found = key_findings(certificate.copies["key_algorithm"], int(size) if size.isdigit() else None)
    if "sha1" in certificate.copies["signature_algorithm"].lower().replace("-", ""):
        found.append("sha1_signature")
    if certificate.validity_days and certificate.validity_limit_days and certificate.validity_days > certificate.validity_limit_days:
        found.append("validity_above_rule")
    if certificate.common_name and certificate.alternative_names and certificate.common_name not in certificate.alternative_names:
        found.append("common_name_not_in_names")
    if any(names.root(name) is None for name in certificate.names):
        found.append("name_outside_roots")
    if any(names.is_wildcard(name) for name in certificate.names):
        found.append("wildcard")
    if certificate.not_before_at and certificate.not_after_at and certificate.not_after_at < certificate.not_before_at:
        found.append("reversed_dates")
    if exposed.get(certificate.certificate) == "expired":
        found.append("expired_not_replaced")
    if is_console_loaded and "log" in certificate.holdings and "console" not in certificate.holdings:
        found.append("log_only")
    if "console" in certificate.holdings and not certificate.is_issued:
        found.append("not_issued")
    said = "; ".join(dict.fromkeys(certificate.malformed))
    return [(code, "") for code in found] + ([("malformed", said)] if said else [])


def all_findings(inventory: Sequence[Certificate], exposed: Mapping[str, str]) -> Iterable[tuple[str, str, str]]:
    """(certificate, code, what a reader said) of the whole inventory."""
    is_console_loaded = any("console" in one.holdings for one in inventory)
    for certificate in inventory:
        for code, detail in findings(certificate, exposed, is_console_loaded):
            yield certificate.certificate, code, detail
