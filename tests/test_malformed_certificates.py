"""Certificates that load and are wrong in one place: the place is a finding, `code: detail`, and everything else is still read."""

import hashlib
import warnings
from datetime import datetime
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.x509.oid import ExtensionOID
from hypothesis import given
from hypothesis import strategies as some

from pipelines.exports import certificate_blocks, certificate_fields
from tests.certificate_makers import HOST, NO_CURVE, P256, SERIAL, SHA1_RSA, SHA256_RSA, certificate, changed, contents, pem, signing_request, subject, tlv


def fields(data: bytes) -> dict[str, str]:
    """The row of a certificate by its columns; a warning of the library is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with certificate_fields.quiet():
            return dict(zip(certificate_fields.HEADERS, certificate_fields.of_certificate(data), strict=True))


def codes(row: dict[str, str]) -> list[str]:
    """The codes of the findings."""
    return [finding.partition(": ")[0] for finding in row["findings"].split("; ") if finding]


GOOD = fields(certificate())


def test_a_good_certificate_has_no_finding():
    """Names newline-joined, instants in UTC, the issuer as RFC 4514 text, the serial in hex."""
    assert GOOD["findings"] == ""
    assert GOOD["serial_number"] == f"{SERIAL:x}"
    assert GOOD["issuer"] == "CN=Sample CA,O=Sectigo Limited,C=GB"
    assert (GOOD["common_name"], GOOD["organisation"]) == (HOST, "Department of Motor Vehicles")
    assert (GOOD["not_before_at"], GOOD["not_after_at"]) == ("2026-03-01 00:00:00", "2026-09-15 23:59:59")
    assert (GOOD["key_algorithm"], GOOD["key_size"], GOOD["key_curve"]) == ("EC", "256", "secp256r1")
    assert (GOOD["signature_algorithm"], GOOD["is_authority"], GOOD["record_kind"]) == ("sha256WithRSAEncryption", "false", "certificate")


def test_a_key_that_is_no_point_of_its_curve_is_a_finding():
    """`public_key()` can raise on a certificate that loads."""
    good = certificate()
    row = fields(changed(good, 6, contents(contents(good)[0])[6][:-1] + b"\0"))
    assert codes(row) == ["bad_public_key"]
    assert (row["key_algorithm"], row["key_size"], row["common_name"]) == ("EC", "", HOST)


def test_a_curve_that_is_not_known_is_a_finding():
    """Another code than a damaged key: nothing is wrong with it but that nobody knows it here."""
    row = fields(certificate().replace(P256, NO_CURVE))
    assert codes(row) == ["unknown_key"]
    assert (row["key_algorithm"], row["key_size"], row["key_curve"]) == ("EC", "", "")


def test_an_extension_that_cannot_be_read_is_a_finding_and_the_names_are_found_all_the_same():
    """Names and extensions can each raise; a certificate must not lose its names to a damaged extension of another kind."""
    damaged = x509.UnrecognizedExtension(ExtensionOID.BASIC_CONSTRAINTS, b"\x0c\x01a")
    row = fields(certificate(names=(HOST, "dmv.ca.gov"), extensions=(damaged,)))
    assert codes(row) == ["bad_extensions"]
    assert row["subject_alternative_names"] == f"{HOST}\ndmv.ca.gov"
    assert row["is_authority"] == ""


def test_alternative_names_that_cannot_be_read_are_a_finding():
    """Then there are none; the common name stays."""
    row = fields(certificate(names=(), extensions=(x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, b"\x0c\x01a"),)))
    assert codes(row) == ["bad_extensions"]
    assert row["subject_alternative_names"] == ""


@pytest.mark.parametrize("stray", [b"a.ca.gov\nb.ca.gov", b"a.ca.gov,b.ca.gov", b"a.ca.gov b.ca.gov", b"a.ca.gov\0b.ca.gov"])
def test_one_alternative_name_never_becomes_two(stray):
    """A separator inside a name would claim a name that the certificate does not hold."""
    names = x509.UnrecognizedExtension(ExtensionOID.SUBJECT_ALTERNATIVE_NAME, tlv(0x30, tlv(0x82, stray), tlv(0x82, b"c.ca.gov")))
    row = fields(certificate(names=(), extensions=(names,)))
    assert codes(row) == ["bad_name"]
    assert row["subject_alternative_names"] == "a.ca.gov\N{REPLACEMENT CHARACTER}b.ca.gov\nc.ca.gov"


def test_reversed_dates_are_given_as_they_are():
    """notAfter before notBefore is for the rules to find."""
    validity = tlv(0x30, tlv(0x17, b"270301000000Z"), tlv(0x17, b"260301000000Z"))
    row = fields(changed(certificate(), 4, validity))
    assert (row["not_before_at"], row["not_after_at"], row["findings"]) == ("2027-03-01 00:00:00", "2026-03-01 00:00:00", "")


def test_the_year_9999_is_a_date():
    """RFC 5280 4.1.2.5: 99991231235959Z says that there is no end."""
    assert fields(certificate(not_after=datetime(9999, 12, 31, 23, 59, 59)))["not_after_at"] == "9999-12-31 23:59:59"


def test_two_hundred_names_are_read_in_their_order():
    """One a line, none left out."""
    names = tuple(f"host{position}.dmv.ca.gov" for position in range(200))
    assert fields(certificate(names=names))["subject_alternative_names"].split("\n") == list(names)


def test_an_international_name_stays_as_written():
    """In a certificate it is ASCII; a common name may have it in letters."""
    row = fields(certificate(name=subject("münchen.ca.gov"), names=("xn--mnchen-3ya.ca.gov",)))
    assert (row["common_name"], row["subject_alternative_names"], row["findings"]) == ("münchen.ca.gov", "xn--mnchen-3ya.ca.gov", "")


def test_names_of_other_kinds_are_noted():
    """Host names and addresses are the names; mail addresses and the like are said."""
    address = x509.IPAddress(ip_address("10.0.0.1"))
    names = x509.SubjectAlternativeName([x509.RFC822Name("a@ca.gov"), x509.DNSName(HOST), x509.UniformResourceIdentifier("https://ca.gov"), address])
    row = fields(certificate(names=(), extensions=(names,)))
    assert row["subject_alternative_names"] == f"{HOST}\n10.0.0.1"
    assert row["findings"] == "other_names: 1 RFC822Name, 1 UniformResourceIdentifier"


def test_of_several_common_names_the_last_counts_and_it_is_said():
    """The last is the most specific part of a name."""
    row = fields(certificate(name=subject("a.ca.gov", "b.ca.gov")))
    assert (row["common_name"], row["findings"]) == ("b.ca.gov", "bad_name: 2 common names")


def test_an_empty_subject_leaves_its_columns_empty():
    """RFC 5280 4.1.2.6 allows it; the alternative names then say whose it is."""
    row = fields(certificate(name=x509.Name([])))
    assert (row["common_name"], row["organisation"], row["findings"], row["subject_alternative_names"]) == ("", "", "", HOST)


def test_a_common_name_that_is_no_text_costs_only_itself():
    """Names can raise on a certificate that loads; the other parts of the name are read."""
    good = certificate()
    attribute = tlv(0x30, tlv(0x06, bytes.fromhex("550403")), tlv(0x0C, b"\xff\xfe"))
    organisation = contents(contents(contents(good)[0])[5])[0]
    row = fields(changed(good, 5, tlv(0x30, organisation, tlv(0x31, attribute))))
    assert codes(row) == ["bad_name"]
    assert (row["common_name"], row["organisation"]) == ("", "Department of Motor Vehicles")


@pytest.mark.parametrize(("serial", "text", "detail"), [(b"\xff\x01", "-ff", "negative"), (b"\0", "0", "zero"), (b"\x01", "1", None)])
def test_a_serial_that_is_not_positive_is_a_finding(serial, text, detail):
    """RFC 5280 4.1.2.2: a positive integer."""
    row = fields(changed(certificate(), 1, tlv(0x02, serial)))
    assert row["serial_number"] == text
    assert row["findings"] == (f"bad_serial: {detail}" if detail else "")


def test_a_certificate_of_version_1_is_read():
    """It has no version and no extensions."""
    row = fields(changed(changed(certificate(), 7, None), 0, None))
    assert (row["serial_number"], row["common_name"], row["subject_alternative_names"], row["findings"]) == (f"{SERIAL:x}", HOST, "", "")


@pytest.mark.parametrize(("kind", "expected"), [
    ("Ed25519", ("Ed25519", "", "")), ("RSA 1024", ("RSA", "1024", "")), ("P-521", ("EC", "521", "secp521r1")), ("secp256k1", ("EC", "256", "secp256k1")),
])  # fmt: skip
def test_weak_and_unusual_keys_are_read(kind, expected):
    """To judge them is for the rules."""
    row = fields(certificate(kind))
    assert (row["key_algorithm"], row["key_size"], row["key_curve"]) == expected
    assert row["findings"] == ""


def test_sha1_is_read():
    """Its name is that of the algorithm; to flag it is for the rules."""
    assert fields(certificate().replace(SHA256_RSA, SHA1_RSA))["signature_algorithm"] == "sha1WithRSAEncryption"


def test_a_signature_algorithm_that_is_not_known_is_a_finding_with_its_number():
    """The signature hash can raise on a certificate that loads."""
    row = fields(certificate().replace(SHA256_RSA, SHA256_RSA[:-1] + b"\x7e"))
    assert codes(row) == ["bad_signature_algorithm"]
    assert row["signature_algorithm"] == "1.2.840.113549.1.1.126"


@pytest.mark.parametrize(("oids", "policy"), [
    (["2.23.140.1.1"], "EV"), (["2.23.140.1.2.1"], "DV"), (["1.3.6.1.4.1.6449.1.2.1.3.4", "2.23.140.1.2.2"], "OV"), (["2.23.140.1.2.3"], "IV"),
    (["1.2.3.4"], ""), (["2.23.140.1.2.1", "2.23.140.1.1"], "EV"),
])  # fmt: skip
def test_the_policy_is_that_of_the_ca_browser_forum(oids, policy):
    """Policy OIDs: EV 2.23.140.1.1, DV 2.23.140.1.2.1, OV 2.23.140.1.2.2, IV 2.23.140.1.2.3."""
    policies = x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(each), None) for each in oids])
    assert fields(certificate(extensions=(policies,)))["policy"] == policy


def test_bytes_after_the_end_are_a_finding_and_not_part_of_the_hash():
    """SHA-256 of the DER, so that the same certificate has the same hash wherever it was found."""
    good = certificate()
    assert fields(good + b"\0\0\0") == {**GOOD, "sha256": hashlib.sha256(good).hexdigest(), "findings": "trailing_bytes: 3 after its end"}


def test_what_is_cut_off_is_no_row():
    """A block that cannot be loaded at all is a malformed record."""
    records = certificate_blocks.in_pem((pem(certificate()[:-40]) + pem(certificate())).encode())
    assert len(records.rows) == 1
    ((place, text, reason),) = records.strays
    assert (place, text[:28]) == (0, "-----BEGIN CERTIFICATE----- ")
    assert reason.startswith("cannot be read (")


@given(place=some.integers(0, 2_000), byte=some.integers(0, 255), is_request=some.booleans())
def test_one_changed_byte_gives_a_row_or_a_record_that_is_none(place, byte, is_request):
    """Whatever the byte: a row, or a reason; a panic of the library would end the command."""
    good = bytearray(signing_request("RSA 2048") if is_request else certificate("RSA 2048"))
    good[place % len(good)] = byte
    records = certificate_blocks.Records()
    with certificate_fields.quiet():
        records.add(bytes(good), "CERTIFICATE REQUEST" if is_request else "CERTIFICATE")
    assert len(records.rows) + len(records.strays) + bool(records.key) == 1
