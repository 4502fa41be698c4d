"""Can the request be processed? Every check of the rules, each status on both sides of its boundary.

One request is submitted at 10:00 on Monday 2026-10-05 for each case; what the case does not say is sound.
"""

import shutil

import pytest

from pipelines import policy as policies
from tests import certificate_builders
from tests.certificate_agreement import Loaded
from tests.certificate_builders import NO_SIGNING_REQUEST, a_kept_signing_request, a_request, a_signing_request

NAME = "www.dmv.ca.gov"
LIST = "web-team@dmv.ca.gov"
AS_OF = "2026-11-20 12:00:00"
RENEWAL = {"service_option": "renewal_cdt_install"}


def csr(common_name: str = NAME, *names: str, key: str = "EC 256") -> dict:
    """The field of a request with this signing request."""
    return {"csr": a_signing_request(common_name, *names, key=key)[0]}


CASES = {
    "names_in_roots": {
        "pass": [
            {"common_name": "a.ca.gov"}, {"common_name": "a.california.gov"}, {"common_name": "a.cahwnet.gov"}, {"common_name": "A.STATE.CA.US."},
            {"common_name": "", "subject_alternative_names": "*.b.ca.gov"},
        ],
        "fail": [
            {"common_name": "a.example.com"}, {"common_name": "ca.gov"}, {"common_name": "badca.gov"}, {"common_name": "a.ca.gov.evil.com"},
            {"subject_alternative_names": f"{NAME}, a.ca.us"},
        ],
        "unknown": [{"common_name": ""}],
    },
    "common_name_valid": {
        "pass": [{"common_name": "*.dmv.ca.gov"}, {"common_name": f"{'a' * 63}.ca.gov"}, {"common_name": "1-a.ca.gov"}],
        "fail": [
            {"common_name": ""}, {"common_name": f"{'a' * 64}.ca.gov"}, {"common_name": "-a.ca.gov"}, {"common_name": "a-.ca.gov"},
            {"common_name": "a_b.ca.gov"}, {"common_name": "a..ca.gov"}, {"common_name": "a.*.ca.gov"},
        ],
    },
    "alternative_names_valid": {
        "pass": [{"subject_alternative_names": f"{NAME}; dNSName=b.ca.gov"}],
        "fail": [{"subject_alternative_names": "b_c.ca.gov"}, {"subject_alternative_names": f"{NAME}, *.*.ca.gov"}],
        "not_applicable": [{"subject_alternative_names": ""}],
    },
    "contacts": {
        "pass": [
            {"contacts": "a@x.gov, b@x.gov; c@x.gov"}, {"contacts": "a@x.gov\nb@x.gov\nc@x.gov\nd@x.gov"},
            {"contacts": LIST}, {"contacts": f"a@x.gov {LIST.upper()}"},
        ],
        "unknown": [{"contacts": "a@x.gov"}, {"contacts": "a@x.gov, b@x.gov"}, {"contacts": "a@x.gov, A@X.gov, b@x.gov"}],
        "fail": [{"contacts": ""}],
    },
    "csr_parses": {
        "pass": [csr(), {"csr": a_kept_signing_request("invalid_signature")}],
        "fail": [{"csr": NO_SIGNING_REQUEST}, {"csr": "see attachment"}],
        "unknown": [{"csr": ""}],
    },
    "csr_signature": {
        "pass": [csr()],
        "fail": [{"csr": a_kept_signing_request("invalid_signature")}, {"csr": a_kept_signing_request("rsa_sha1")}],
        "not_applicable": [{"csr": ""}, {"csr": NO_SIGNING_REQUEST}],
    },
    "csr_key": {
        "pass": [csr(key="EC 256"), csr(key="EC 384"), csr(key="RSA 2048")],
        "fail": [csr(key="EC 224"), csr(key="RSA 1024"), csr(key="ED25519"), csr(key="DSA 2048")],
        "not_applicable": [{"csr": ""}, {"csr": NO_SIGNING_REQUEST}],
    },
    "csr_common_name": {
        "pass": [csr("WWW.dmv.ca.gov")],
        "fail": [csr("dmv.ca.gov"), csr("", NAME)],
        "not_applicable": [{"csr": ""}, {"csr": NO_SIGNING_REQUEST}],
    },
    "csr_names": {
        "pass": [csr(), csr(NAME, NAME), {**csr(NAME, NAME), "subject_alternative_names": f"{NAME} more.ca.gov"}, csr(NAME, NAME.upper())],
        "fail": [csr(NAME, NAME, "more.ca.gov"), csr(NAME, "*.dmv.ca.gov")],
        "not_applicable": [{"csr": ""}, {"csr": NO_SIGNING_REQUEST}],
    },
    "renewal_lead": {
        "pass": [{**RENEWAL, "current_expires_on": "2026-10-25"}, {**RENEWAL, "current_expires_on": "2026-11-04"}],
        "fail": [{**RENEWAL, "current_expires_on": day} for day in ("2026-10-24", "2026-11-05", "2026-10-01")],
        "unknown": [RENEWAL],
        "not_applicable": [{"current_expires_on": "2026-10-25"}],
    },
    "wildcard_approval": {
        "pass": [{"common_name": "*.dmv.ca.gov", "security_approval": text} for text in ("yes", "Approved", "TRUE", "12345")],
        "fail": [
            {"common_name": "*.dmv.ca.gov"}, {"subject_alternative_names": "*.dmv.ca.gov", "security_approval": "no"},
            {"common_name": "*.dmv.ca.gov", "security_approval": "pending"},
        ],
        "not_applicable": [{"common_name": NAME}, {**RENEWAL, "common_name": "*.dmv.ca.gov"}],
    },
    "requested_date": {
        "pass": [{"requested_completion_on": "2026-10-05"}, {"requested_completion_on": "2026-12-05"}],
        "fail": [{"requested_completion_on": "2026-10-04"}],
        "not_applicable": [{"requested_completion_on": ""}],
    },
}  # fmt: skip
SOUND = {"common_name": NAME, "contacts": LIST, "submitted_at": "2026-10-05 10:00:00"}
ROWS = {
    f"{check} {status} {position}": a_request(f"{check} {status} {position}", **(SOUND | fields))
    for check, statuses in CASES.items()
    for status, cases in statuses.items()
    for position, fields in enumerate(cases)
}
SIGNING_REQUESTS = {
    **{text: facts for text, facts in (
        a_signing_request(*asked, key=key)
        for asked, key in (
            *(((NAME,), key) for key in ("EC 256", "EC 384", "RSA 2048", "EC 224", "RSA 1024", "ED25519", "DSA 2048")),
            (("WWW.dmv.ca.gov",), "EC 256"), (("dmv.ca.gov",), "EC 256"), (("", NAME), "EC 256"), ((NAME, NAME), "EC 256"),
            ((NAME, NAME.upper()), "EC 256"), ((NAME, NAME, "more.ca.gov"), "EC 256"), ((NAME, "*.dmv.ca.gov"), "EC 256"),
        )
    )},
    "see attachment": certificate_builders.SigningRequest(False),
}  # fmt: skip
INQUIRY = a_request("inquiry", "2026-10-05 10:00:00", service_option="inquiry")
LOADED = Loaded([[*ROWS.values(), INQUIRY]], as_of=AS_OF, signing_requests=SIGNING_REQUESTS)


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    folder = tmp_path_factory.mktemp("readiness")
    shutil.copytree(policies.DEFAULT_FOLDER, folder / "policy")
    with (folder / "policy" / "distribution_lists.csv").open("a", encoding="utf-8") as file:
        file.write(f"{LIST},test\n")
    connection = LOADED.publish(folder, policies.load(folder / "policy"))
    return certificate_builders.rows_by(connection, "request_readiness", "number", "check")


@pytest.fixture(scope="module")
def reference():
    found = LOADED.expected(distribution_lists=[LIST]).request_readiness
    return {key: {"status": status} for key, status in found.items()}


@pytest.mark.parametrize("judge", ["reference", "product"])
@pytest.mark.parametrize("check", CASES)
def test_a_check_has_the_status_of_the_rules(check, judge, request):
    """"Checks share columns (`number, check, status, detail`), status `pass | fail | not_applicable | unknown`"."""
    found = request.getfixturevalue(judge)
    wanted = {name: name.split()[1] for name in ROWS if name.split()[0] == check}
    assert {name: found[name, check]["status"] for name in wanted} == wanted


@pytest.mark.parametrize("judge", ["reference", "product"])
def test_every_request_but_an_inquiry_has_every_check(judge, request):
    """"All requests but inquiries, one row per request and check"."""
    found = request.getfixturevalue(judge)
    assert set(found) == {(name, check) for name in ROWS for check in CASES}


def test_product_and_reference_agree_on_every_check_of_every_case(product, reference):
    assert {key: row["status"] for key, row in product.items()} == {key: row["status"] for key, row in reference.items()}


def test_a_weak_hash_is_another_finding_than_an_invalid_signature(product):
    """"Its signature verifies (a weak hash is another finding than an invalid signature)"."""
    details = [product[f"csr_signature fail {position}", "csr_signature"]["detail"] for position in (0, 1)]
    assert all(details) and details[0] != details[1]


def test_requested_names_that_the_signing_request_lacks_are_noted(product):
    """"Requested names missing from the CSR are noted", and pass."""
    assert "more.ca.gov" in product["csr_names pass 2", "csr_names"]["detail"]


def test_a_failure_says_what_it_found(product):
    """"`detail`": no request fails a check without a word."""
    assert [key for key, row in product.items() if row["status"] == "fail" and not row["detail"]] == []
