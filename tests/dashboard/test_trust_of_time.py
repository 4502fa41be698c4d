"""Trust: the declared corrections, whether ServiceNow agrees, what was found in the transitions, and the rules of phases and pauses."""

from datetime import date
from types import SimpleNamespace

import pytest

from dashboard import agreement_parts, correction_parts, phase_parts, rules_parts
from tests.dashboard.conftest import words


def cells(app, first: str) -> list[list[str]]:
    """The rows of the table whose first column has this name, as they read."""
    shown = next(each.value for each in app.table if each.value.columns[0] == first)
    return [[str(cell).replace("\\", "").replace("\u00a0", " ").replace("\u2060", "") for cell in row] for row in shown.values.tolist()]


def listed(app, first: str):
    """The list whose first column has this name."""
    return next(each.value for each in app.dataframe if each.value.columns[0] == first)


@pytest.fixture
def october(open_app, october_home):
    """The page on the home that was counted by hand."""
    app = open_app(october_home, "trust")
    assert not app.exception and not app.error
    return app


def test_the_attainment_figures_stand_beside_each_other(october):
    """Of the default period and of all: with corrections and exclusions, without the exclusions, as exported."""
    text = words(october)
    assert "1 correction and 1 exclusion are applied, 1 is not yet" in text
    figures = "42.9 % (3 of 7) as corrected, 37.5 % (3 of 8) as corrected without the exclusions, 25.0 % (2 of 8) as exported"
    assert f"October 2026: {figures}. All that were ever due: {figures}." in text
    assert "1 request is excluded by declaration: DECLARED (C-2: \u201cOpened twice\u201d)." in text


def test_the_verdict_says_that_corrections_are_applied(october):
    """Who quotes a number must know that it is not as exported."""
    assert "1 correction and 1 exclusion are applied" in october.header[0].value.replace("\\", "")


def test_each_correction_is_listed_with_what_it_changes_and_why(october):
    """Id, request, field, as exported, value, reason, reported on, by role, applied or not and why."""
    rows = listed(october, "Id").values.tolist()
    assert rows == [
        ["C-1", "FIXED", "Closed", "2026-10-20 09:12", "2026-10-07 16:00", "Missed, now Met", "Applied", "Delivered on the 7th, closed *after* a holiday",
         "2026-11-02", "service manager"],
        ["C-2", "DECLARED", "Excluded", "Missed", "Excluded", "Missed, now Excluded", "Applied", "Opened twice", "2026-11-03", "team lead"],
        ["C-3", "SLOW", "Excluded", "Missed", "Excluded", "\u2013", "Not yet: reported after Fri 2026-11-20", "Not yet known", "2026-12-24", "team lead"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (("missed", date(2026, 9, 30)), ("missed", date(2026, 10, 1)), "Missed in September 2026, now missed in October 2026"),
        (("open", date(2026, 9, 1)), ("not_measurable", date(2027, 9, 1)), "Open in September 2026, now not measurable in September 2027"),
        (("missed", date(2026, 9, 1)), ("missed", date(2026, 9, 30)), "Missed, as before"),
        (("missed", date(2026, 9, 1)), ("met", date(2026, 9, 30)), "Missed, now Met"),
        (("missed", date(2026, 9, 1)), (None, None), "\u2013"),
        ((None, None), (None, None), "\u2013"),
    ],
)
def test_a_correction_that_moves_a_request_to_another_month_says_so(before, after, words):
    """It changes the figures of both, also where the verdict stays."""
    names = ("exported_outcome", "exported_period_on", "corrected_outcome", "corrected_period_on")
    assert correction_parts._outcomes(SimpleNamespace(**dict(zip(names, (*before, *after), strict=True)))) == words


def test_a_correction_leads_to_its_request(october):
    """The selectbox is the path for keyboard and screen reader."""
    box = next(each for each in october.selectbox if each.label == "Open a request or certificate")
    assert box.options == ["C-1: FIXED", "C-2: DECLARED", "C-3: SLOW"]
    box.select("C-1").run()
    assert october.query_params["number"] == "FIXED"


def test_nothing_is_declared_and_nobody_else_was_asked(open_app, hostile_home):
    """Empty states say what to do."""
    app = open_app(hostile_home, "trust")
    said = [each.value for each in app.info]
    assert "No correction is declared. Declare one in `data/policy/corrections.yaml`." in said
    assert agreement_parts.NONE in said and phase_parts.NO_TRANSITIONS in said


def test_the_verdicts_of_both_are_compared_per_kind_of_opinion(october):
    """task_sla: SLOW and MET the same, CLOSE counted to the hour, PAUSED without its pause; the mark of UNTOLD has no deadline."""
    text = words(october)
    assert "Same verdict for 2 of 4; 1 of the other 2 differs by a pause." in text
    assert "Same verdict for 0 of 1; the other one differs without a deadline to compare." in text
    assert cells(october, "Verdict") == [["Met here", "1", "1"], ["Missed here", "1", "1"]]
    assert cells(october, "Result") == [
        ["Same verdict", "\u2013", "2"],
        ["Another verdict", "Its clock took off a pause", "1"],
        ["Another verdict", "Its deadline is a time of day, ours the end of the day", "1"],
        ["Not comparable", "The request is excluded here", "1"],
    ]


def test_the_verdicts_that_differ_are_listed_with_their_evidence(october):
    """The disagreeing rows with evidence; those that cannot be compared are only counted."""
    assert "The 3 verdicts that differ" in [each.value for each in october.subheader]
    rows = listed(october, "Request")
    assert dict(zip(rows["Request"], rows["Here"], strict=True)) == {"CLOSE": "Met", "PAUSED": "Missed", "UNTOLD": "Missed"}
    assert all(each.endswith(".") and "2026-10-" in each for each in rows["Evidence"])


def test_the_transitions_are_counted_with_what_was_found(october):
    """Rows, findings in words, values with the file to map them in, requests with complete phases of all."""
    text = words(october)
    assert "Phases are known for 5 of 9 requests" in text
    assert "For 4 of them every business day has its phase. 17 rows of 1 export of transitions: 17 accepted." in text
    assert cells(october, "Found") == [
        ["A time of more than a minute that no change tells of", "1", "1"], ["A value without a phase", "1", "1"],
        ["A change of a request that no export of requests has", "1", "1"],
    ]  # fmt: skip
    assert listed(october, "Value").values.tolist() == [["sent to the <moon>", "state", 1, 1, "data/policy/sources/certboard_transitions.yaml, under phases"]]


def test_the_rules_of_phases_and_pauses_are_in_force(october):
    """Phases with budgets and parties, the pause rule and its default, the second calendar."""
    assert ["New, CDT install", "Install", "3 business days", "Platform team"] in cells(october, "Service option") + [
        row for each in october.table for row in each.value.map(lambda cell: str(cell).replace("\\", "")).values.tolist()
    ]
    rules = {row[0]: row[1:] for row in cells(october, "Rule")}
    assert rules["Waiting on the customer moves the headline"][0] == "never; a second figure removes pauses"
    assert rules["A pause counts in the second figure from"] == [
        "24 hours, to begin on or before the due date", "Ours (a default): a shorter one costs no business day of its own",
    ]  # fmt: skip
    assert "Second calendar of 2026, to explain deadlines of ServiceNow by; no due date depends on it:" in words(october)
    assert {"Phase", "Party", "Pause", "Second opinion", "Correction", "Exclusion"} <= {word for word, _ in rules_parts.GLOSSARY}


def reason(agreement: str, code: str, number: int) -> SimpleNamespace:
    """A row of the reasons."""
    return SimpleNamespace(agreement=agreement, reason_code=code, verdict_count=number)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("agree", "same_verdict", 301), ("disagree", "calendar_differs", 14), ("disagree", "unknown", 5)],
         "Same verdict for 301 of 320; 14 of the other 19 differ by closures"),
        ([("agree", "same_verdict", 301), ("not_comparable", "cancelled", 4)], "Same verdict for 301 of 301"),
        ([("disagree", "rounding", 1)], "Same verdict for 0 of 1; the other one differs by the time of day"),
        ([("agree", "same_verdict", 1), ("disagree", "corrected", 1)], "Same verdict for 1 of 2; the other one differs by our corrections"),
        ([("disagree", "new_code", 2)], "Same verdict for 0 of 2; 2 of the other 2 differ because new code"),
        ([("not_comparable", "excluded", 3)], "None of 3 verdicts can be compared"),
    ],
)  # fmt: skip
def test_the_sentence_of_agreement_adds_up(rows, sentence):
    """`Same verdict for 301 of 320; 14 of the other 19 differ by closures`."""
    assert agreement_parts.sentence([reason(*row) for row in rows]) == sentence


def test_open_verdicts_have_their_place_only_where_there_are_any():
    """Two by two, three by three where one of them is open."""
    assert agreement_parts.both({("met", "met"): 3}).shape == (2, 3)
    assert agreement_parts.both({("met", "met"): 3, ("open", "missed"): 1}).values.tolist()[1] == ["Missed here", "0", "0", "1"]


@pytest.mark.parametrize(
    ("applied", "waiting", "sentence"),
    [
        (["field"], 0, "1 correction is applied"),
        (["field", "field", "exclusion"], 0, "2 corrections and 1 exclusion are applied"),
        (["field", "exclusion", "certificate"], 2, "1 correction, 1 exclusion and 1 confirmation are applied, 2 are not yet"),
        ([], 1, "None of 1 declared correction is applied yet"),
    ],
)
def test_the_heading_of_corrections_counts_what_is_applied(applied, waiting, sentence):
    """Applied ones by kind, then those that wait."""
    rows = [SimpleNamespace(kind=kind, is_applied=True) for kind in applied] + [SimpleNamespace(kind="field", is_applied=False)] * waiting
    assert correction_parts.heading(rows) == sentence


def test_many_exclusions_are_counted_by_reason():
    """Up to three by their numbers, more by why."""
    found = [SimpleNamespace(number=f"R{place}", correction_id=f"C-{place}", reason=reason) for place, reason in enumerate(["Twice", "Twice", "Test", "Twice"])]
    assert correction_parts.exclusion_sentence(found) == "4 requests are excluded by declaration: 3 for \u201cTwice\u201d; 1 for \u201cTest\u201d."
    assert correction_parts.exclusion_sentence(found[:1]) == "1 request is excluded by declaration: R0 (C-0: \u201cTwice\u201d)."


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (SimpleNamespace(is_applied=True, reported_on=date(2026, 11, 20)), "Applied"),
        (SimpleNamespace(is_applied=False, reported_on=date(2026, 11, 21)), "Not yet: reported after Fri 2026-11-20"),
        (SimpleNamespace(is_applied=False, reported_on=date(2026, 11, 20)), "Not yet: its value lies after the data ends"),
    ],
)
def test_a_declaration_that_is_not_applied_says_why(row, sentence, monkeypatch):
    """Reported later than the data, or of a submission that has not happened yet."""
    monkeypatch.setattr(correction_parts, "reading", lambda: SimpleNamespace(as_of_on=date(2026, 11, 20)))
    assert correction_parts.state(row) == sentence
