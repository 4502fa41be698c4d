"""Mapping files: what may stand in them, which export is whose, and what its labels mean."""

import pytest
from pydantic import ValidationError

from pipelines import sources
from pipelines.errors import UserError
from pipelines.mappings import RequestMapping
from tests.files import RULES

SERVICENOW = RULES.sources["servicenow_requests"]


def a_mapping(**changes) -> RequestMapping:
    """A small mapping with these keys changed."""
    content = {
        "source": "portal",
        "kind": "requests",
        "description": "Requests of a portal",
        "timezone": "UTC",
        "nulls": ["?"],
        "recognise": ["number", "state"],
        "columns": {"number": ["id", "ID of request"], "submitted_at": ["made"]},
        "labels": {"kind": ["kind"], "state": ["state"], "topic": ["topic"]},
        "state": {"column": "state", "map": {"Done": "completed", "3": "open"}},
        "service_option": {"option_label": ["kind", "topic"], "rules": [{"when": {"kind": ["New", "Fresh"]}, "is": "new"}, {"when": {}, "is": "any"}]},
        "request_type": {"column": "topic", "map": {"pw": "Password Reset"}},
    }
    return RequestMapping.model_validate(content | changes)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"colour": "blue"}, "Extra inputs are not permitted"),
        ({"timezone": "Mars/Olympus"}, '"Mars/Olympus" is not a time zone; write one such as America/Los_Angeles'),
        ({"columns": {"number": ["id"], "submitted_at": ["made"], "shoe_size": ["size"]}}, 'columns: "shoe_size" is not a contract column'),
        ({"columns": {"number": ["id"]}}, 'columns: "submitted_at" is required; list the headers that carry it'),
        ({"recognise": ["number", "colour"]}, 'recognise: "colour" is neither in columns nor in labels'),
        ({"state": {"column": "status", "map": {}}}, 'state.column: "status" is not in labels (kind, state, topic)'),
        ({"state": {"column": "state", "map": {"Done": "finished"}}}, "Input should be 'open', 'resolved', 'completed'"),
        ({"request_type": {"column": "type", "map": {}}}, 'request_type.column: "type" is not in labels'),
        ({"service_option": {"option_label": ["x"], "rules": []}}, 'service_option.option_label: "x" is not in labels'),
        ({"service_option": {"option_label": [], "rules": [{"when": {"x": ["y"]}, "is": "z"}]}}, 'service_option.rules.0.when: "x" is not in labels'),
        ({"day_order": "ymd"}, "Input should be 'mdy' or 'dmy'"),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(change, words):
    """The key and the finding; the policy adds the name of the file."""
    with pytest.raises(ValidationError) as refusal:
        a_mapping(**change)
    assert words in str(refusal.value)


@pytest.mark.parametrize("headers", [("number", "opened_at", "state"), ("Number", "Opened", "State"), (" NUMBER ", "opened", "STATE", "Anything else")])
def test_a_source_is_recognised_by_names_or_labels_in_any_case(headers):
    """Trimmed; other columns do not matter."""
    found = sources.recognise(headers, RULES.sources)
    assert found.mapping is SERVICENOW
    assert found.columns == {"number": headers[0], "submitted_at": headers[1]}
    assert found.label_columns == {"state": headers[2]}


def test_a_named_source_needs_only_the_required_columns():
    """`recognise` tells sources apart; it asks for nothing when the source is named."""
    mapping = a_mapping(recognise=["number", "state", "topic"])
    with pytest.raises(UserError, match='column "topic" is missing'):
        sources.recognise(["id", "made", "state"], {"portal": mapping})
    assert sources.recognise(["id", "made", "state"], {"portal": mapping}, "portal").columns == {"number": "id", "submitted_at": "made"}


def test_a_file_between_two_sources_is_that_with_more_of_its_columns():
    """One column short of ServiceNow, two of the contract's own format."""
    with pytest.raises(UserError, match=r'^column "opened_at" or "Opened" is missing \(found: number, state, sys_updated_on\)\. Map it in .*servicenow'):
        sources.recognise(["number", "state", "sys_updated_on"], RULES.sources)


@pytest.mark.parametrize(
    ("labels", "meaning"),
    [
        ({"kind": "New", "topic": "pw", "state": "Done"}, ("new", "New / pw", "Password Reset", "completed", "Done")),
        ({"kind": " fresh ", "topic": "Other", "state": "done "}, ("new", "fresh / Other", "Other", "completed", "done")),
        ({"kind": "Old", "topic": "?", "state": "3"}, ("any", "Old", None, "open", "3")),
        ({"kind": None, "topic": "", "state": "Complete.Closed.System"}, ("any", "", None, None, "Complete.Closed.System")),
        ({"kind": "'=New", "topic": "'-x", "state": None}, ("any", "=New / -x", "-x", None, "")),
    ],
)
def test_labels_are_classified_trimmed_in_any_case_and_by_the_first_rule(labels, meaning):
    """Null words mean nothing, a protective apostrophe is no part of a label, an unknown state keeps its label."""
    assert sources.classify(a_mapping(), labels) == meaning


def test_what_no_rule_matches_is_unclassified_with_its_label():
    """Never dropped, never guessed."""
    labels = {"item": "Security Certificates", "kind": "Revocation", "install": "", "inquiry_type": "", "state": "Open"}
    assert sources.classify(SERVICENOW, labels) == ("unclassified", "Security Certificates / Revocation", None, "open", "Open")
