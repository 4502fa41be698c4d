"""The reference about certificates, judged alone by cases done by hand: the product is compared with nothing unproved."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from tests import builders
from tests.builders import without
from tests.certificate_agreement import Loaded, hostile
from tests.certificate_builders import ISSUER, Export, a_certificate, a_request, an_approval
from tests.reference import names, records
from tests.reference.records import Cell

AS_OF = "2026-11-20 12:00:00"


def held(*exports, requests=(), approvals=(), as_of=AS_OF):
    """What the reference finds for exports of certificates; a lone row is an export."""
    listed = [[one] if isinstance(one, dict) else one for one in exports]
    return Loaded(requests=requests, certificates=listed, approvals=approvals, as_of=as_of).expected()


def the_certificate(*exports, as_of=AS_OF) -> dict:
    (row,) = held(*exports, as_of=as_of).certificates.values()
    return row


# Names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.ca.gov, B.ca.gov;c.ca.gov d.ca.gov\ne.ca.gov", ["a.ca.gov", "b.ca.gov", "c.ca.gov", "d.ca.gov", "e.ca.gov"]),
        ('["a.ca.gov", "A.CA.GOV."]', ["a.ca.gov"]),
        ("dNSName=a.ca.gov, DNS:*.b.ca.gov", ["a.ca.gov", "*.b.ca.gov"]),
        ("bücher.ca.gov", ["xn--bcher-kva.ca.gov"]),
        (" , ;", []),
    ],
)
def test_names_are_split_and_made_alike(text, found):
    """"Split on commas, semicolons, white space, newlines, JSON list signs; prefixes dropped; lower, strip trailing dot,
    IDN to ASCII; distinct." """
    assert names.split(text) == found


def test_a_wildcard_holds_the_names_one_label_down():
    assert names.holds("*.x.ca.gov", "a.x.ca.gov") and names.holds("*.x.ca.gov", "*.x.ca.gov")
    assert not any(names.holds("*.x.ca.gov", name) for name in ("b.a.x.ca.gov", "x.ca.gov", "a.xx.ca.gov", "*.a.x.ca.gov"))


@pytest.mark.parametrize(
    ("name", "root", "department"),
    [
        ("www.dmv.ca.gov", ".ca.gov", "dmv"), ("dmv.ca.gov", ".ca.gov", "dmv"), ("*.dmv.state.ca.us", ".state.ca.us", "dmv"),
        ("a.b.edd.california.gov", ".california.gov", "edd"), ("x.cahwnet.gov", ".cahwnet.gov", "x"), ("ca.gov", None, None),
        ("badca.gov", None, None), ("www.dmv.ca.gov.evil.com", None, None), ("dmv.ca.us", None, None), ("*.ca.gov", ".ca.gov", None),
    ],
)  # fmt: skip
def test_the_department_is_the_label_left_of_the_root(name, root, department):
    """"Department = one label left of the authorised root"; a star is no department."""
    assert (names.root(name), names.department(name)) == (root, department)


def test_serial_numbers_and_issuers_are_made_alike():
    """"Serial: strip `:`, spaces, `0x`, lower, strip leading zeros. Issuer: the common name inside a distinguished name." """
    assert {names.serial(text) for text in ("0x0A1B", "0a:1b", "00 0A 1B", "A1B")} == {"a1b"}
    assert names.serial_rank("10") > names.serial_rank("9") > names.serial_rank("")
    assert {names.issuer(text) for text in ("C=GB, O=Sectigo, CN=The CA", "CN=The CA,O=Sectigo", "/C=GB/CN=The CA", "The CA")} == {"The CA"}
    assert {names.issuer(text) for text in ('O="A, B", CN="The CA, Inc."', r"CN=The CA\, Inc.,O=A")} == {"The CA, Inc."}


# Times of a cell


@pytest.mark.parametrize(
    ("written", "zone", "instant"),
    [
        ("2026-07-01", "UTC", datetime(2026, 7, 1, 7)), ("2026-07-01 00:00:00", "UTC", datetime(2026, 7, 1)),
        ("2026-07-01 00:00:00", "America/Los_Angeles", datetime(2026, 7, 1, 7)),
        ("2026-01-02T00:00:00.000+02:00", "UTC", datetime(2026, 1, 2, 8)), ("2026-01-02T00:00:01.000+02:00", "UTC", datetime(2026, 1, 1, 22, 0, 1)),
        ("N/A", "UTC", None), ("1970-01-01 00:00:00", "UTC", None),
    ],
)  # fmt: skip
def test_a_midnight_with_an_offset_is_a_bare_date(written, zone, instant):
    """"A midnight written with an offset is a bare date: the calendar date written, never shifted; its instant is local
    midnight of that date." """
    found = Cell(written, ZoneInfo(zone)).instant
    assert found == (instant.replace(tzinfo=UTC) if instant else None)


# Versions


def test_the_newest_known_version_counts_and_lends_from_older_ones():
    """"Newest `updated_at` not later than as_of wins"; a column that its export lacks comes from the next version."""
    old = a_certificate(updated_at="2026-11-01 10:00:00", contacts="a@x.gov", organisation="One", issued_at="2026-01-15 10:00:00")
    new = without(a_certificate(updated_at="2026-11-19 10:00:00", organisation="Two"), "contacts", "issued_at")
    later = a_certificate(updated_at="2026-11-20 12:00:01", organisation="Three")
    row = the_certificate(old, new, later)
    assert (row["organisation"], row["contact_count"], row["issued_on"], row["is_reconstructed"]) == ("Two", 1, date(2026, 1, 15), False)
    blank = a_certificate(updated_at="2026-11-19 10:00:00", contacts="")
    assert the_certificate(old, blank)["contact_count"] == 0


def test_without_a_known_version_the_oldest_later_one_is_read_back():
    """"If there is none, the oldest later version with every later event blanked, and `is_reconstructed`." """
    revoked = a_certificate(updated_at="2026-12-01 10:00:00", status="revoked", revoked_at="2026-11-25 10:00:00", expires_on="2026-12-20")
    later = a_certificate(updated_at="2026-12-02 10:00:00", organisation="Later")
    row = the_certificate(revoked, later)
    assert (row["status"], row["revoked_at"], row["is_active"], row["is_reconstructed"]) == ("issued", None, True, True)
    assert the_certificate(revoked, as_of="2026-11-25 10:00:00")["status"] == "revoked"


def test_an_export_without_events_is_known_always():
    """"Else the export's newest event; an export without events counts as known always"."""
    undated = [a_certificate(expires_on="2026-12-20")]
    assert records.newest_event(records.Export(undated)) is None
    assert not the_certificate(undated)["is_reconstructed"]
    dated = [a_certificate(expires_on="2026-12-20"), a_certificate("b2", updated_at="2026-11-20 12:00:01")]
    assert held(dated).certificates[f"a1@{ISSUER.lower()}"]["is_reconstructed"]


def test_a_certificate_issued_later_does_not_exist():
    """"Issue date = `issued_at`, else `not_before_at`. Later than as_of: does not exist"."""
    assert held(a_certificate(issued_at="2026-11-20 12:00:01")).certificates == {}
    assert held(a_certificate(not_before_at="2026-11-20 12:00:01")).certificates == {}
    assert len(held(a_certificate(issued_at="2026-11-20 12:00:00", not_before_at="2026-11-21 00:00:00")).certificates) == 1


# Joining

FILE = without(
    a_certificate(
        "00:A1", certificate_id="F", holding="file", issuer=f"CN={ISSUER.upper()}, O=Sectigo", organisation="", status="", key_algorithm="RSA", key_size="1024",
        not_before_at="2026-01-15 00:00:00", not_after_at="2026-12-10 07:59:59", common_name="www.sample.ca.gov", subject_alternative_names="b.sample.ca.gov",
    ),
    "expires_on", "issued_at",
)  # fmt: skip
CONSOLE = a_certificate(
    "a1", certificate_id="C", expires_on="2026-12-10", status="expired", key_algorithm="EC", key_size="256", subject_alternative_names="c.sample.ca.gov"
)


def test_records_of_one_certificate_are_joined():
    """"One certificate = issuer + serial. Console before file before log before scan for status, ids, organisation, contacts;
    file before log before console for instants, key, signature; names are the union." """
    row = the_certificate(CONSOLE, Export([FILE], "UTC"))
    assert (row["certificate"], row["holding"], row["console_id"]) == (f"a1@{ISSUER.lower()}", "console", "C")
    assert (row["in_console"], row["in_files"], row["in_log"], row["name_count"]) == (True, True, False, 3)
    assert (row["status"], row["key_algorithm"], row["key_size"]) == ("expired", "RSA", 1024)
    # 07:59:59Z is 23:59:59 of the day before in winter.
    assert (row["expires_on"], row["not_after_at"]) == (date(2026, 12, 9), datetime(2026, 12, 10, 7, 59, 59, tzinfo=UTC))


def test_a_record_without_an_issuer_joins_the_only_one():
    """"Joins the one known issuer with that serial (if exactly one), else stands alone. A record without a serial stands alone"."""
    unknown, other = CONSOLE | {"issuer": ""}, FILE | {"certificate_id": "F2", "issuer": "CN=Another"}
    assert set(held(unknown, Export([FILE], "UTC")).certificates) == {f"a1@{ISSUER.lower()}"}
    assert set(held(unknown, Export([FILE, other], "UTC")).certificates) == {f"a1@{ISSUER.lower()}", "a1@another", "a1"}
    assert set(held(unknown).certificates) == {"a1"}
    assert set(held(CONSOLE | {"serial_number": ""}).certificates) == {"certboard_certificates:C"}


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-01-01 00:00:00", "2026-01-01 23:59:59", 1), ("2026-01-01 00:00:00", "2026-01-02 00:00:00", 2),
        ("2026-03-15 00:00:00", "2026-09-30 23:59:59", 200), ("2026-03-15 00:00:00", "2026-10-01 00:00:00", 201),
        ("2026-01-02 00:00:00", "2026-01-01 00:00:00", 0),
    ],
)  # fmt: skip
def test_validity_counts_the_days_begun(first, last, days):
    """"Validity of a certificate = ceil((notAfter - notBefore + 1 s) / 86,400 s)." """
    row = the_certificate(Export([FILE | {"not_before_at": first, "not_after_at": last}], "UTC"))
    assert row["validity_days"] == days


@pytest.mark.parametrize(
    ("issued_at", "limit"),
    [
        ("2018-02-28", None), ("2018-03-01", 825), ("2020-08-31", 825), ("2020-09-01", 398), ("2026-03-14", 398), ("2026-03-15", 200),
        ("2027-03-14", 200), ("2027-03-15", 100), ("2029-03-14", 100), ("2029-03-15", 47),
    ],
)  # fmt: skip
def test_the_longest_validity_depends_on_the_day_of_issue(issued_at, limit):
    """"Validity by issue date"; of dates alone, both days count."""
    row = the_certificate(a_certificate(issued_at=issued_at, expires_on=issued_at), as_of="2030-01-01 00:00:00")
    assert (row["validity_limit_days"], row["validity_days"]) == (limit, 1)


# Findings


def codes(*exports) -> dict[str, set[str]]:
    """Findings by the first part of the certificate's key."""
    found: dict[str, set[str]] = {}
    for certificate, code, _ in held(*exports).certificate_findings:
        found.setdefault(certificate.split("@")[0], set()).add(code)
    return found


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"key_algorithm": "RSA", "key_size": "2047"}, "weak_key"), ({"key_algorithm": "RSA", "key_size": "2048"}, None),
        ({"key_algorithm": "DSA", "key_size": "3072"}, "weak_key"), ({"key_algorithm": "EC", "key_size": "256"}, None),
        ({"key_algorithm": "ECDSA", "key_size": "255"}, "unusual_curve"), ({"key_algorithm": "Ed25519"}, "unusual_curve"),
        ({"signature_algorithm": "sha1WithRSAEncryption"}, "sha1_signature"), ({"signature_algorithm": "SHA-1"}, "sha1_signature"),
        ({"issued_at": "2026-03-15", "expires_on": "2026-09-30"}, None), ({"issued_at": "2026-03-15", "expires_on": "2026-10-01"}, "validity_above_rule"),
        ({"common_name": "www.example.com"}, "name_outside_roots"), ({"subject_alternative_names": "*.x.ca.gov"}, "wildcard"),
        ({"not_before_at": "2026-01-02 00:00:01", "not_after_at": "2026-01-02 00:00:00"}, "reversed_dates"),
        ({"expires_on": "2026-11-19"}, "expired_not_replaced"), ({"expires_on": "2026-11-20"}, None), ({"status": "applied"}, "not_issued"),
        ({"status": "unmanaged"}, None), ({"findings": "san: cannot be read"}, "malformed"),
        ({"subject_alternative_names": "b.sample.ca.gov"}, None),
    ],
)  # fmt: skip
def test_a_certificate_has_the_findings_of_the_rules(fields, code):
    assert codes(a_certificate(**fields)) == ({"a1": {code}} if code else {})


def test_the_common_name_is_missed_only_among_the_certificates_own_names():
    """"Common name not among the *exported* SANs, when there are SANs from a file or log"; the log alone counts only where a
    console is loaded."""
    alone = FILE | {"key_size": "2048"}
    assert codes(Export([alone], "UTC")) == {"a1": {"common_name_not_in_names"}}
    assert codes(Export([alone | {"subject_alternative_names": ""}], "UTC")) == {}
    logged = alone | {"holding": "log", "subject_alternative_names": "www.sample.ca.gov"}
    assert codes(Export([logged], "UTC")) == {}
    assert codes(Export([logged], "UTC"), a_certificate("b2")) == {"a1": {"log_only"}}


# Approvals


@pytest.mark.parametrize(
    ("own", "answers", "source", "approved_at"),
    [
        ({"approval": "requested"}, [("approved", "2026-11-10 10:00:00"), ("approved", "2026-11-11 10:00:00")], "approved", "2026-11-11 10:00:00"),
        ({"approval": "requested"}, [("approved", "2026-11-10 10:00:00"), ("requested", "2026-11-11 10:00:00")], None, None),
        ({"approval": ""}, [("approved", "2026-11-10 10:00:00"), ("approved", "2026-11-20 12:00:01")], None, None),
        (
            {"approval": ""}, [("approved", "2026-11-10 10:00:00"), ("not_required", "2026-11-12 10:00:00"), ("cancelled", "2026-11-12 10:00:00")],
            "approved", "2026-11-10 10:00:00",
        ),
        ({"approval": ""}, [("not_required", "2026-11-12 10:00:00")], "submitted", None),
        ({"approval": "approved"}, [("approved", "2026-11-10 10:00:00"), ("requested", "2026-11-11 10:00:00")], "approved", "2026-11-10 10:00:00"),
        ({"approval": "approved", "approved_at": "2026-11-09 10:00:00"}, [("approved", "2026-11-10 10:00:00")], "approved", "2026-11-09 10:00:00"),
        ({"approval": "not_required"}, [("requested", "2026-11-10 10:00:00")], "submitted", None),
    ],
)  # fmt: skip
def test_the_approvers_answers_fill_the_approval(own, answers, source, approved_at):
    """"Complete = `approval = approved`, or approver rows exist and none is still `requested`; instant = `approval_set`, else
    the newest approving row." """
    request = a_request("R", "2026-11-09 09:00:00", **own)
    rows = [an_approval("R", state, f"{position}", at) for position, (state, at) in enumerate(answers)]
    outcome = held(requests=[[request]], approvals=[rows]).outcomes["R", "approved"]
    assert outcome.clock_start_source == source
    assert outcome.approved_at == (builders.local(approved_at).astimezone(UTC) if approved_at else None)


def test_one_rejection_rejects():
    """"Any rejected row: rejected"; the newest answer of an approver counts, also one given on the requisition."""
    request = a_request("R", "2026-11-09 09:00:00", approval="requested", requisition_number="REQ")
    rows = [an_approval("REQ", "rejected", "A", "2026-11-10 10:00:00"), an_approval("R", "approved", "B", "2026-11-10 10:00:00")]
    assert held(requests=[[request]], approvals=[rows]).outcomes["R", "approved"].slo_outcome == "excluded"
    changed = [*rows, an_approval("REQ", "approved", "A", "2026-11-11 10:00:00")]
    assert held(requests=[[request]], approvals=[changed]).outcomes["R", "approved"].clock_start_source == "approved"


# The generator


def test_the_same_seed_gives_the_same_inventory():
    one, other = hostile(5, 30), hostile(5, 30)
    assert [list(rows) for rows in one.certificates] == [list(rows) for rows in other.certificates]
    assert [without(row, "csr") for row in one.requests[0]] == [without(row, "csr") for row in other.requests[0]]
    assert one.approvals == other.approvals
