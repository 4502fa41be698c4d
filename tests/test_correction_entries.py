"""What `corrections.yaml` may say: every wrong entry is one line that names file, entry, finding and fix. And policies that hold only some files."""

from pathlib import Path

import pytest

from pipelines import policy
from pipelines.errors import UserError
from tests import builders
from tests.builders import a_correction

CLOSED = {"field": "closed_at", "expect": "2026-11-12 10:00:00", "value": "2026-11-05 10:00:00"}
ANOTHER = a_correction("RITM2", id="C-2", **CLOSED)
FIELDS = (
    "service_option, request_type, department, state, approval, submitted_at, approved_at, closed_at, resolved_at, installed_at, issued_at, "
    "requested_completion_on, current_expires_on"
)
OPTIONS = "new_customer_install, new_cdt_install, renewal_customer_install, renewal_cdt_install, inquiry"
STATES = "open, resolved, completed, cancelled, rejected, incomplete, skipped"
ZONED = "write 2026-10-31 17:00:00 (in America/Los_Angeles) or 2026-10-31T17:00:00-07:00."


def a_confirmation(**entry: object) -> dict[str, object]:
    given = a_correction(field="superseded_by", value="b2", expect="b2")
    del given["number"]
    return given | {"certificate": "a1"} | entry


def without(entry: dict[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key, value in entry.items() if key not in keys}


WRONG = {
    "a field of a request that is none": (a_correction(**{**CLOSED, "field": "closed"}), f"'closed' is no field that can be corrected (known: {FIELDS}). Correct it."),
    "an instant that is none": (
        a_correction(**{**CLOSED, "value": "11/05/2026 10:00"}), f"value '11/05/2026 10:00' is not an instant; {ZONED}",
    ),
    "a day that does not exist": (a_correction(**{**CLOSED, "expect": "2026-02-30 10:00"}), f"expect '2026-02-30 10:00' is not an instant; {ZONED}"),
    "an hour that does not exist": (a_correction(**{**CLOSED, "value": "2026-11-05 24:30"}), f"value '2026-11-05 24:30' is not an instant; {ZONED}"),
    "a date with a time": (
        a_correction(field="current_expires_on", expect="2026-12-01", value="2026-12-02 10:00:00"),
        "value '2026-12-02 10:00:00' is not a date; write 2026-10-31.",
    ),
    "a date without dashes": (a_correction(field="current_expires_on", expect="", value="20261202"), "value '20261202' is not a date; write 2026-10-31."),
    "a state that is none": (
        a_correction(field="state", expect="open", value="Closed Complete"), f"value 'Closed Complete' is no state (known: {STATES}). Correct it.",
    ),
    "an approval that is none": (
        a_correction(field="approval", expect="yes", value="approved"),
        "expect 'yes' is no approval (known: approved, requested, rejected, not_required). Correct it.",
    ),
    "an option that is none": (
        a_correction(field="service_option", expect="unclassified", value="code_signing"),
        f"value 'code_signing' is no service_option (known: {OPTIONS}). Correct it.",
    ),
    "no option at all": (
        a_correction(field="service_option", expect="inquiry", value="unclassified"),
        f"value 'unclassified' is no service_option (known: {OPTIONS}). Correct it.",
    ),
    "a request without its submission": (
        a_correction(field="submitted_at", expect="2026-11-02 10:00:00", value=""), "value is empty, but every request has its submitted_at. Give one.",
    ),
    "a request without a state": (a_correction(field="state", expect="open", value=""), "value is empty, but every request has its state. Give one."),
    "the same value": (
        a_correction(field="closed_at", expect="2026-11-05 10:00", value="2026-11-05T18:00:00Z"),
        "value and expect are the same, so it corrects nothing. Correct one of them, or take the entry out.",
    ),
    "an event after its report": (
        a_correction(**{**CLOSED, "value": "2026-11-21"}), "value '2026-11-21' lies after 2026-11-20, when it was reported. Correct one of them.",
    ),
    "an e-mail address of who reported it": (
        a_correction(**CLOSED, reported_by="ann@sample.ca.gov"),
        "reported_by is an e-mail address; it is the role of who reported it. Write a role, such as service manager.",
    ),
    "an e-mail address in the reason": (
        a_correction(**CLOSED, reason="Told by ann@sample.ca.gov."), "reason holds an e-mail address, which every page would show. Write a role instead.",
    ),
    "neither request nor certificate": (
        without(a_correction(**CLOSED), "number"), "it speaks of a request or of a certificate. Give number or certificate, not both and not neither.",
    ),
    "both request and certificate": (
        a_correction(**CLOSED, certificate="a1"), "it speaks of a request or of a certificate. Give number or certificate, not both and not neither.",
    ),
    "nothing to correct": (a_correction(expect="missed"), 'it corrects nothing. Give field and value ("" for an empty one), or exclude: true.'),
    "a field without a value": (
        a_correction(field="closed_at", expect=""), 'it corrects nothing. Give field and value ("" for an empty one), or exclude: true.',
    ),
    "an exclusion with a field": (a_correction(exclude=True, **CLOSED), "it excludes the request and has field too. Take field out, or exclude."),
    "an exclusion with a value": (
        a_correction(exclude=True, expect="missed", value="met"), "it excludes the request and has value too. Take value out, or exclude.",
    ),
    "an exclusion of a certificate": (
        without(a_confirmation(exclude=True, expect="missed"), "field", "value"), "it excludes the request and has certificate too. Take certificate out, or exclude.",
    ),
    "an exclusion of what is excluded": (
        a_correction(exclude=True, expect="excluded"),
        "expect is 'excluded'; expected the outcome as exported: met, missed, open, not_measurable. Correct it.",
    ),
    "another field of a certificate": (a_confirmation(field="status"), "field is 'status'; of a certificate only superseded_by is confirmed. Correct it."),
    "a certificate that nothing replaces": (
        a_confirmation(value=""), "value is empty. Write the certificate that replaces it, as published in superseded_by.",
    ),
    "a certificate that nothing was thought to replace": (
        a_confirmation(expect=""), "expect is empty. Write the certificate that replaces it, as published in superseded_by.",
    ),
    "an id twice": (a_correction(**CLOSED, id="C-2"), "its id is that of entry 1. Give each its own."),
    "a field twice": (a_correction("RITM2", **CLOSED), "closed_at of RITM2 is declared by C-2 too. Keep one of them."),
}  # fmt: skip


def message_of(folder: Path, *entries: dict[str, object]) -> str:
    with pytest.raises(UserError) as error:
        builders.declaring(folder, *entries)
    return str(error.value)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_entry_is_named_with_its_fix(tmp_path, name):
    """File, entry and id, then finding, expectation and remedy."""
    entry, words = WRONG[name]
    assert message_of(tmp_path, ANOTHER, entry) == f"corrections.yaml entry 2 ({entry['id']}): {words}"


def test_a_request_is_excluded_once_and_a_certificate_confirmed_once(tmp_path):
    excluded = a_correction(exclude=True, expect="missed")
    message = message_of(tmp_path, excluded, excluded | {"id": "C-2"})
    assert message == "corrections.yaml entry 2 (C-2): the exclusion of RITM1 is declared by C-1 too. Keep one of them."
    message = message_of(tmp_path, a_confirmation(), a_confirmation(id="C-2", value="c3"))
    assert message == "corrections.yaml entry 2 (C-2): superseded_by of a1 is declared by C-1 too. Keep one of them."


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (without(a_correction(**CLOSED), "reason"), "entry 1 (C-1): key 'reason': Field required. Correct it and run the command again."),
        (without(a_correction(**CLOSED), "expect"), "entry 1 (C-1): key 'expect': Field required. Correct it and run the command again."),
        (without(a_correction(**CLOSED), "id"), "entry 1: key 'id': Field required. Correct it and run the command again."),
        (a_correction(**CLOSED, feild="state"), "entry 1 (C-1): key 'feild': Extra inputs are not permitted (found: 'state'). Correct it and run the command again."),
        (a_correction(**CLOSED, reported_by=" "), "entry 1 (C-1): key 'reported_by': String should have at least 1 character (found: ' '). Correct it and run the command again."),
        (
            a_correction(12, **CLOSED),
            "entry 1 (C-1): key 'number': Value error, it is no text; put it in quotes, \"\" for an empty one (found: 12). Correct it and run the command again.",
        ),
        (
            a_correction(field="approval", value=True, expect=""),
            "entry 1 (C-1): key 'value': Value error, it is no text; put it in quotes, \"\" for an empty one (found: True). Correct it and run the command again.",
        ),
        (
            a_correction(**CLOSED, reported_on=20261102),
            "entry 1 (C-1): key 'reported_on': Value error, it is no day; write it like 2026-11-02 (found: 20261102). Correct it and run the command again.",
        ),
        (a_correction(exclude=False, expect="missed"), "entry 1 (C-1): key 'exclude': Input should be True (found: False). Correct it and run the command again."),
    ],
)
def test_a_key_that_is_missing_or_of_another_kind_is_named(tmp_path, entry, words):
    assert message_of(tmp_path, entry) == f"corrections.yaml {words}"


@pytest.mark.parametrize("text", ["id: C-1\n", "[1]\n", "text\n"])
def test_a_file_that_holds_no_list_is_refused(tmp_path, text):
    (tmp_path / "corrections.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as error:
        policy.load(tmp_path)
    assert str(error.value) == "corrections.yaml: holds no list of corrections. Each begins with '- id:'."


def test_a_file_of_comments_holds_none(tmp_path):
    (tmp_path / "corrections.yaml").write_text("# none so far\n", encoding="utf-8")
    assert policy.load(tmp_path).corrections == ()


def test_times_need_no_quotes(tmp_path):
    """YAML makes dates of them, which say the same."""
    (tmp_path / "corrections.yaml").write_text(
        "- {id: C-1, number: RITM1, field: closed_at, value: 2026-10-02 16:00:00, expect: 2026-10-20T09:12:00-07:00, reason: Typo., "
        "reported_on: 2026-11-02, reported_by: service manager}\n",
        encoding="utf-8",
    )
    (entry,) = policy.load(tmp_path).corrections
    assert (entry.value, entry.expect) == ("2026-10-02 16:00:00", "2026-10-20 09:12:00-07:00")


# A policy that holds only some files


def test_a_folder_with_corrections_only_is_a_policy(tmp_path):
    """Whatever it leaves out is the product's own, the mappings too; the hash tells the two apart."""
    own, product = builders.declaring(tmp_path, ANOTHER), policy.load(policy.DEFAULT_FOLDER)
    assert [entry.id for entry in own.corrections] == ["C-2"]
    assert (own.options, own.closures, own.sources, own.zone) == (product.options, product.closures, product.sources, product.zone)
    assert own.sha256 != product.sha256
    assert own.files == {**product.files, "corrections.yaml": own.files["corrections.yaml"]}


def test_corrections_are_nobodys_but_their_folders(tmp_path, monkeypatch):
    """The product's own corrections would speak of requests that another policy's exports do not have."""
    builders.declaring(tmp_path / "product", ANOTHER)
    for path in policy.DEFAULT_FOLDER.glob("*.*"):
        if path.name != "corrections.yaml":
            (tmp_path / "product" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "product" / "sources").symlink_to(policy.DEFAULT_FOLDER / "sources")
    monkeypatch.setattr(policy, "DEFAULT_FOLDER", tmp_path / "product")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "domains.csv").write_bytes((tmp_path / "product" / "domains.csv").read_bytes())
    assert policy.load(tmp_path / "own").corrections == ()
    assert [entry.id for entry in policy.load(tmp_path / "product").corrections] == ["C-2"]


@pytest.mark.parametrize("name", ["slo.yaml", "closures.csv", "sources/certboard_requests.yaml"])
def test_one_file_is_enough_for_a_policy(tmp_path, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes((policy.DEFAULT_FOLDER / name).read_bytes())
    own, product = policy.load(tmp_path), policy.load(policy.DEFAULT_FOLDER)
    assert (own.options, own.closures) == (product.options, product.closures)
    # A folder with a mapping says which sources there are.
    assert set(own.sources) == ({"certboard_requests"} if name.startswith("sources/") else set(product.sources))
