"""The verdicts of ServiceNow in words, and the values of corrections as people read them."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard import opinion_words, wording
from pipelines import corrections

MODEL = Path(__file__).resolve().parents[2] / "pipelines" / "models" / "metrics" / "verdict_reconciliation.sql"


def an_opinion(**fields):
    row = {"opinion": "task_sla", "sla": None, "source_verdict": "missed", "agreement": "agree", "reason_code": "same_verdict", "evidence": ""}
    return SimpleNamespace(**{**row, **fields})


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "ServiceNow says: breached (same)."),
        ({"source_verdict": "met"}, "ServiceNow says: not breached (same)."),
        ({"source_verdict": "open"}, "ServiceNow says: not breached yet (same)."),
        ({"sla": "SSL 5 days"}, "ServiceNow\u2019s clock \u201cSSL 5 days\u201d says: breached (same)."),
        (
            {"agreement": "disagree", "reason_code": "stop_differs"},
            "ServiceNow says: breached (differs: its clock stopped on another day).",
        ),
        ({"agreement": "disagree", "reason_code": "corrected"}, "ServiceNow says: breached (differs: our correction changed ours)."),
        (
            {"opinion": "made_sla", "agreement": "disagree", "reason_code": "legacy_field"},
            "ServiceNow\u2019s mark on the request says: breached (differs: its mark has no deadline that could be compared).",
        ),
        (
            {"agreement": "not_comparable", "reason_code": "cancelled", "source_verdict": None},
            "ServiceNow says: nothing that is known (cannot be compared: its clock was cancelled).",
        ),
    ],
)
def test_what_servicenow_says(fields, sentence):
    """`ServiceNow says: breached (same).`, or how it differs and why."""
    assert opinion_words.sentence(an_opinion(**fields)) == sentence


def test_every_reason_of_the_model_has_words():
    """A reason code never reaches the page."""
    codes = set(re.findall(r"(?:then|else) '([a-z_]+)'\n", MODEL.read_text(encoding="utf-8").split("reasons as (")[1].split("end as reason_code")[0]))
    codes |= {"excluded", "not_measurable"}
    assert len(codes) >= 15 and codes <= set(opinion_words.REASONS)


def test_the_evidence_uses_the_words_of_the_sentence():
    """Theirs is breached or not, ours Met, Missed or Open, and no field is named."""
    text = MODEL.read_text(encoding="utf-8")
    assert dict(re.findall(r"when '(\w+)' then '([a-z ]+)'", re.search(r"case source_verdict (.+) end as said_text", text).group(1))) == opinion_words.VERDICTS
    evidence = text.split("evidence as (")[1].split("end || '.' as evidence")[0]
    assert not re.search(r"made_sla|\|\| (?:source_)?verdict\b", evidence)
    assert [wording.OUTCOMES[outcome].text for outcome in opinion_words.VERDICTS] == [outcome.capitalize() for outcome in opinion_words.VERDICTS]


def test_every_field_that_can_be_corrected_has_words():
    assert set(corrections.FIELDS) <= set(opinion_words.FIELDS)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("closed_at", "2026-10-02T16:00:00-07:00", "2026-10-02 16:00"),
        ("current_expires_on", "2026-10-02", "2026-10-02"),
        ("department", "T", "T"),
        ("closed_at", None, "\u2013"),
        (None, None, "\u2013"),
    ],
)
def test_the_value_of_a_correction_as_people_read_it(field, value, words):
    assert opinion_words.corrected(SimpleNamespace(field=field), value) == words
