"""Signing requests pasted into cells: what people and forms do to the text is undone, and each fact has its own verdict."""

import re
import warnings

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from hypothesis import given
from hypothesis import strategies as some

from pipelines import signing_requests
from pipelines.signing_requests import SigningRequest, facts
from tests.certificate_makers import HOST, NO_CURVE, P256, SHA1_RSA, SHA256_RSA, certificate, contents, key, key_pem, pem, signing_request, subject, tlv

LABEL = "CERTIFICATE REQUEST"
MD5_RSA = SHA256_RSA[:-1] + b"\x04"
RSA = signing_request("RSA 2048", names=(HOST, "dmv.ca.gov"))
TEXT = pem(RSA, LABEL)
BODY = "".join(TEXT.splitlines()[1:-1])
GOOD = SigningRequest(
    True, None, "valid", "sha256WithRSAEncryption", "RSA", 2048, None, True, None, HOST, (HOST, "dmv.ca.gov"), None,
)  # fmt: skip


def judged(text: str) -> SigningRequest:
    """The facts of a text; a warning of the library is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return facts(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.replace("\n", "\r\n"),
        TEXT.replace("\n", "\r"),
        TEXT.replace("\n", "\\n"),
        TEXT.replace("\n", "\\r\\n"),
        TEXT.replace("\n", " "),
        TEXT.replace("\n", "<br>"),
        TEXT.replace("\n", "<br />\r\n"),
        f"<p>{TEXT}</p>".replace("\n", "</p><p>"),
        TEXT.replace("\n", "&#10;").replace("+", "&#43;"),
        TEXT.replace("\n", "&nbsp;"),
        "'" + TEXT,
        f'"{TEXT}"',
        f"Please sign this:\r\n\r\n{TEXT}\r\nThank you",
        f"-----BEGIN {LABEL}-----{BODY}-----END {LABEL}-----",
        f"-----BEGIN {LABEL}----- {BODY} -----END {LABEL}-----",
        f"-----BEGIN NEW {LABEL}-----\n{BODY}\n-----END NEW {LABEL}-----",
        f"----BEGIN {LABEL}----\n{BODY}\n----END {LABEL}----",
        BODY,
        TEXT.split("-----END")[0],
        TEXT.replace("\n", "\n   "),
        TEXT.replace("=", ""),
        "\ufeff" + TEXT.replace("\n", "\u200b\n"),
    ],
    ids=[
        "as it is", "CRLF", "CR", "escaped LF", "escaped CRLF", "spaces", "br", "br and CRLF", "paragraphs", "entities", "hard spaces", "apostrophe", "quotes",
        "words around", "one line", "one line with spaces", "new", "four dashes", "no markers", "no end line", "indented", "no padding", "invisible characters",
    ],
)  # fmt: skip
def test_what_forms_and_people_do_to_the_text_changes_nothing(text):
    """CR and LF, escaped line breaks, missing line breaks inside, HTML, a leading apostrophe and words around it are tolerated."""
    assert judged(text) == GOOD


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "is empty"),
        ("  \r\n", "is empty"),
        ("see attachment", "holds no PEM block"),
        ("pending", "holds no PEM block"),
        (f"-----BEGIN {LABEL}-----\n-----END {LABEL}-----", "is empty"),
        (f"-----BEGIN {LABEL}-----\n{BODY[:40]}…{BODY[41:]}\n-----END {LABEL}-----", "holds characters that are no base64"),
        (pem(certificate()), "is a certificate, not a signing request"),
    ],
)
def test_a_text_that_is_none_says_why(text, problem):
    """CSR parses: fail, with the reason."""
    assert judged(text) == SigningRequest(False, problem)


@pytest.mark.parametrize("text", [TEXT.replace(BODY[:64], ""), pem(RSA[:-30], LABEL), pem(RSA[1:], LABEL)])
def test_a_damaged_request_has_not_parsed(text):
    """Lines lost in pasting."""
    found = judged(text)
    assert (found.has_parsed, found.signature, found.is_key_acceptable) == (False, "unknown", False)
    assert found.problem.startswith("is no signing request (")


@pytest.mark.parametrize("kind", ["RSA 2048", "P-256"])
def test_a_private_key_is_named_and_nothing_of_it_given(kind):
    """A text that holds a private key has not parsed, with a problem that says so and none of the text."""
    text = key_pem(kind)
    for each in (text, TEXT + text, text.replace("\n", "\\n")):
        assert judged(each) == SigningRequest(False, "holds a private key (-----BEGIN PRIVATE KEY-----)")
    bare = "".join(text.splitlines()[1:-1])
    assert judged(bare) == SigningRequest(False, "holds a private key (PKCS#8)")


@pytest.mark.parametrize(
    ("data", "signature"),
    [
        (signing_request("P-384"), "valid"),
        (signing_request("Ed25519"), "valid"),
        (signing_request("RSA 2048", digest=hashes.SHA512()), "valid"),
        (RSA[:-1] + bytes([RSA[-1] ^ 1]), "invalid"),
        (RSA.replace(b"dmv.ca.gov", b"dwp.ca.gov"), "invalid"),
        (RSA.replace(SHA256_RSA, SHA256_RSA[:-1] + b"\x7e"), "unsupported"),
    ],
    ids=["P-384", "Ed25519", "SHA-512", "changed signature", "changed names", "unknown algorithm"],
)
def test_the_signature_is_that_of_its_own_key(data, signature):
    """Its signature verifies (a weak hash is another finding than an invalid signature)."""
    found = judged(pem(data, LABEL))
    assert (found.has_parsed, found.signature) == (True, signature)


@pytest.mark.parametrize(("oid", "digest"), [(SHA1_RSA, hashes.SHA1()), (MD5_RSA, hashes.MD5())], ids=["SHA-1", "MD5"])
def test_a_weak_hash_is_another_finding_than_a_wrong_signature(oid, digest):
    """The library calls both invalid; who signed with SHA-1 must not hear that the signature is wrong."""
    body, algorithm, wrong = contents(RSA.replace(SHA256_RSA, oid))
    right = tlv(0x03, b"\0", key("RSA 2048").sign(body, padding.PKCS1v15(), digest))
    assert judged(pem(tlv(0x30, body, algorithm, right), LABEL)).signature == "weak_hash"
    assert judged(pem(tlv(0x30, body, algorithm, wrong), LABEL)).signature == "invalid"


def test_sha1_with_an_elliptic_curve_is_a_weak_hash_too():
    """The curve changes nothing about the hash."""
    body, _, wrong = contents(signing_request("P-256"))
    algorithm = tlv(0x30, tlv(0x06, bytes.fromhex("2a8648ce3d0401")))
    right = tlv(0x03, b"\0", key("P-256").sign(body, ec.ECDSA(hashes.SHA1())))
    assert judged(pem(tlv(0x30, body, algorithm, right), LABEL)).signature == "weak_hash"
    assert judged(pem(tlv(0x30, body, algorithm, wrong), LABEL)).signature == "invalid"


def test_a_hash_too_old_to_be_verified_is_weak():
    """MD2, of which the library knows nothing any more."""
    assert judged(pem(RSA.replace(SHA256_RSA, SHA256_RSA[:-1] + b"\x02"), LABEL)).signature == "weak_hash"


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("RSA 2048", None),
        ("RSA 2040", "RSA of 2040 bits, at least 2048 are needed"),
        ("RSA 1024", "RSA of 1024 bits, at least 2048 are needed"),
        ("P-256", None),
        ("P-384", None),
        ("P-521", None),
        ("secp256k1", "curve secp256k1, one of P-256, P-384, P-521 is needed"),
        ("Ed25519", "Ed25519, RSA or one of P-256, P-384, P-521 is needed"),
    ],
)
def test_the_key_may_be_certified(kind, problem):
    """Key RSA >= 2048 or P-256/384/521."""
    found = judged(pem(signing_request(kind), LABEL))
    assert (found.is_key_acceptable, found.key_problem) == (problem is None, problem)


def test_a_key_that_cannot_be_read_may_not_be_certified():
    """Each part that cannot be read costs that part only."""
    found = judged(pem(signing_request("P-256").replace(P256, NO_CURVE), LABEL))
    assert (found.has_parsed, found.is_key_acceptable, found.key_algorithm, found.key_size, found.common_name) == (True, False, "EC", None, HOST)
    assert found.findings.startswith("unknown_key: ")


def test_names_are_as_written_in_their_order():
    """Its common name equals the request's and its SANs are among the requested names: both are given as they are."""
    found = judged(pem(signing_request(name=subject("B.dmv.ca.gov"), names=("b.dmv.ca.gov", "*.dmv.ca.gov")), LABEL))
    assert (found.common_name, found.names) == ("B.dmv.ca.gov", ("b.dmv.ca.gov", "*.dmv.ca.gov"))
    found = judged(pem(signing_request(name=x509.Name([]), names=()), LABEL))
    assert (found.common_name, found.names) == (None, ())


@given(text=some.text(max_size=200) | some.from_regex(re.compile(r"-----BEGIN [A-Z ]{0,20}-----[A-Za-z0-9+/=\\n<br>&;#\s]{0,200}(-----END)?"), fullmatch=True))
def test_any_text_has_facts(text):
    """Never raising."""
    found = facts(text)
    assert isinstance(found, SigningRequest)
    assert found.has_parsed == (found.problem is None)


@given(place=some.integers(0, len(RSA) - 1), byte=some.integers(0, 255))
def test_any_damage_has_facts(place, byte):
    """Never raising, whatever byte was changed."""
    found = facts(pem(RSA[:place] + bytes([byte]) + RSA[place + 1 :], LABEL))
    assert found.signature in signing_requests.Signature.__args__
