"""What a correction expects is what all exports together say; one that changes nothing is named; exclusions are left out on their own too.

Now is 17:00 on Wednesday 2026-12-16 in California. A request is submitted on Monday 2026-11-02 at 10:00, promised within 5 business days and due on
Monday 2026-11-09, the 10th if it is approved on Tuesday.
"""

import pytest

from pipelines import metrics
from pipelines.errors import CheckFailed
from tests import builders, certificate_builders, transition_builders
from tests.builders import a_correction
from tests.certificate_builders import a_certificate, a_request, an_approval

NOW = "2026-12-16 17:00:00"
SUBMITTED, APPROVED = "2026-11-02 10:00:00", "2026-11-03 09:00:00"
LATE, EARLY = "2026-11-12 10:00:00", "2026-11-05 10:00:00"
REACH = a_request("the newest event", "2026-12-16 16:30:00")
TELLING = {
    "certificates": [[a_certificate("a1", issued_at="2026-01-15 10:00:00", expires_on="2026-11-29")]],
    "approvals": [[an_approval("RITM1", updated_at=APPROVED)]],
    "requisitions": [[{"number": "REQ1", "approval": "", "approved_at": "", "requested_completion_on": "2026-11-20", "updated_at": APPROVED}]],
}
"""What other exports tell of RITM1: its approval, its requested date, and when the certificate that it renews expires."""
TOLD = {"approval": "approved", "approved_at": "2026-11-03T09:00:00-08:00", "requested_completion_on": "2026-11-20", "current_expires_on": "2026-11-29"}
OWN = {"approval": "requested", "approved_at": "", "requested_completion_on": "", "current_expires_on": ""}
VALUES = {"approval": "rejected", "approved_at": "2026-11-04 09:00:00", "requested_completion_on": "2026-11-18", "current_expires_on": "2026-11-15"}
OUTCOMES = {"approval": "excluded", "approved_at": "met", "requested_completion_on": "missed", "current_expires_on": "missed"}


def told(tmp_path, *entries, **fields: str):
    """A snapshot of a renewal of which its own row says nothing of these, closed on Thursday the 19th, and of what other exports tell."""
    cells = {"service_option": "renewal_customer_install", "approval": "requested", "closed_at": "2026-11-19 10:00:00", "requisition_number": "REQ1"}
    row = a_request("RITM1", SUBMITTED, **cells | {"common_name": "www.sample.ca.gov"} | fields)
    return certificate_builders.publish(tmp_path, [[row, REACH]], **TELLING, as_of=NOW, policy=builders.declaring(tmp_path / "policy", *entries))


@pytest.mark.parametrize("field", TOLD)
def test_what_other_exports_tell_is_what_the_exports_say(tmp_path, field):
    """"They fail when the source no longer says what `expect` says": the value that counts, whichever export tells it."""
    with told(tmp_path, a_correction(field=field, expect=TOLD[field], value=VALUES[field])) as found:
        (row,) = builders.table(found, "select exported_value, exported_outcome, corrected_outcome from corrections")
    assert tuple(row.values()) == (TOLD[field], "met", OUTCOMES[field])


@pytest.mark.parametrize("field", TOLD)
def test_what_only_the_row_of_the_request_says_does_not_hold(tmp_path, field):
    """Else a verdict would be changed that nobody looked at."""
    words = f"id C-1, number RITM1, field {field}, expected {OWN[field] or 'nothing'}, found {TOLD[field]}"
    with pytest.raises(CheckFailed, match=words):
        told(tmp_path, a_correction(field=field, expect=OWN[field], value=VALUES[field]))


def test_a_correction_that_is_not_applied_tells_what_the_exports_say_too(tmp_path):
    """On its own, and beside one that is applied."""
    entries = [a_correction(id=f"C-{field}", field=field, expect=OWN[field], value=VALUES[field], reported_on="2026-12-17") for field in TOLD]
    applied = a_correction(id="X-1", field="department", expect="Department of Sample", value="")
    for place, declared in enumerate((entries, [*entries, applied])):
        with told(tmp_path / str(place), *declared) as found:
            rows = builders.table(found, "select field, exported_value from corrections where not is_applied")
        assert {row["field"]: row["exported_value"] for row in rows} == TOLD


@pytest.mark.parametrize(("expect", "holds"), [("2026-11-18 10:00:00", True), ("", False)])
def test_the_end_of_an_installation_may_be_told_by_its_task(tmp_path, expect, holds):
    """Due on Tuesday the 17th, installed on the 18th as its task says and on the 17th as a person does."""
    transition_builders.a_policy(tmp_path / "policy")
    entry = a_correction(field="installed_at", expect=expect, value="2026-11-17 10:00:00")
    rules = builders.declaring(tmp_path / "policy", entry)
    rows = [builders.a_request("RITM1", SUBMITTED, service_option="new_cdt_install", closed_at=EARLY), builders.a_request("R", "2026-12-16 16:30:00")]
    task = transition_builders.a_transition("RITM1", "Install", EARLY, "2026-11-18 10:00:00")
    told = transition_builders.Told([rows], {transition_builders.TASKS: [[task]]}, as_of=NOW)
    if not holds:
        with pytest.raises(CheckFailed, match="expected nothing, found 2026-11-18T10:00:00-08:00"):
            told.publish(tmp_path, rules)
        return
    with told.publish(tmp_path, rules) as found:
        (row,) = builders.table(found, "select exported_outcome, corrected_outcome from corrections")
    assert tuple(row.values()) == ("missed", "met")


# Corrections that change nothing


def idle(connection) -> list[str]:
    return [
        row["offender"]
        for row in builders.table(connection, "select offender from check_offenders where name = 'every_applied_correction_changes_its_request' order by position")
    ]


INQUIRY = {"service_option": "inquiry", "request_type": "Other"}
IDLE = {
    "a close of an open request": ({"state": "open", "closed_at": LATE}, "closed_at", LATE, EARLY),
    "an installation that is not part of it": ({"closed_at": LATE}, "installed_at", "", EARLY),
    "an approval that is not required": ({"closed_at": LATE}, "approved_at", "", "2026-11-03 09:00:00"),
    "a resolution that stops no clock": ({"closed_at": LATE, "resolved_at": LATE}, "resolved_at", LATE, EARLY),
    "a state that decides nothing": ({"state": "open"}, "state", "open", "resolved"),
}
BUSY = {
    "a close": ({"closed_at": LATE}, "closed_at", LATE, EARLY),
    "a close by another hour": ({"closed_at": LATE}, "closed_at", LATE, "2026-11-12 11:00:00"),
    "an installation": ({"service_option": "new_cdt_install", "closed_at": LATE, "installed_at": LATE}, "installed_at", LATE, "2026-11-13 10:00:00"),
    "an approval": ({"approved_at": "2026-11-03 09:00:00", "closed_at": LATE}, "approved_at", "2026-11-03 09:00:00", "2026-11-04 09:00:00"),
    "a state": ({"state": "open", "closed_at": LATE}, "state", "open", "completed"),
    "a department": ({}, "department", "Department of Sample", ""),
    "a type without a list": ({"request_type": "Other"}, "request_type", "Other", "No such type"),
    "a type that is listed": (INQUIRY, "request_type", "Other", "Password Reset"),
    "a type that is taken away": (INQUIRY, "request_type", "Other", ""),
    "a requested date": ({}, "requested_completion_on", "", "2026-11-20"),
}


def declared(tmp_path, row: dict, *corrections: tuple):
    """A snapshot of one request with corrections, given as field, what is expected, and the value."""
    entries = [a_correction(id=f"C-{place}", field=field, expect=expect, value=value) for place, (field, expect, value) in enumerate(corrections, start=1)]
    rules = builders.declaring(tmp_path / "policy", *entries)
    return builders.publish(tmp_path, [builders.a_request("RITM1", SUBMITTED, **row), builders.a_request("R", "2026-12-16 16:30:00")], policy=rules, as_of=NOW)


@pytest.mark.parametrize("case", IDLE)
def test_a_correction_that_changes_nothing_is_named(tmp_path, case):
    """It is published all the same: it does no harm but to seem to do good."""
    row, *correction = IDLE[case]
    with declared(tmp_path, row, correction) as found:
        (offender,) = idle(found)
    assert offender.startswith(f"id C-1, number RITM1, field {correction[0]}, value ") and offender.endswith(", found nothing else changes")


@pytest.mark.parametrize("case", BUSY)
def test_a_correction_that_changes_something_is_not_named(tmp_path, case):
    row, *correction = BUSY[case]
    with declared(tmp_path, row, correction) as found:
        assert idle(found) == []


def test_a_type_that_its_option_does_not_list_is_named(tmp_path):
    """The option as corrected, which is the one whose targets hold."""
    with declared(tmp_path / "listed", INQUIRY, ("request_type", "Other", "No such type")) as found:
        assert idle(found) == ["id C-1, number RITM1, field request_type, value No such type, found no type of inquiry"]
    moved = [("request_type", "Other", "No such type"), ("service_option", "inquiry", "new_customer_install")]
    with declared(tmp_path / "moved", INQUIRY, *moved) as found:
        assert idle(found) == []


def test_a_department_does_not_hide_a_correction_beside_it(tmp_path):
    """Nor does an exclusion, on which every request has the same outcome."""
    row, *correction = IDLE["a close of an open request"]
    with declared(tmp_path / "department", row, correction, ("department", "Department of Sample", "")) as found:
        assert [each[:6] for each in idle(found)] == ["id C-1"]
    entries = (a_correction(field="closed_at", expect=LATE, value=EARLY), a_correction(id="C-2", exclude=True, expect="open"))
    rows = [builders.a_request("RITM1", SUBMITTED, **row), builders.a_request("R", "2026-12-16 16:30:00")]
    with builders.publish(tmp_path / "excluded", rows, policy=builders.declaring(tmp_path / "policy", *entries), as_of=NOW) as found:
        assert [each[:6] for each in idle(found)] == ["id C-1"]


# Exclusions left out on their own


BOTH = (
    a_correction("FIXED", id="C-1", field="closed_at", expect=LATE, value=EARLY),
    a_correction("BOTH", id="C-2", field="closed_at", expect=LATE, value=EARLY),
    a_correction("BOTH", id="C-3", exclude=True, expect="missed"),
    a_correction("DROPPED", id="C-4", exclude=True, expect="missed"),
)


def bases(tmp_path, *entries) -> dict[str, tuple[int, int]]:
    """Met and due requests of November by clock basis; three are closed late, one is not."""
    rows = [builders.a_request(number, SUBMITTED, closed_at=LATE) for number in ("FIXED", "BOTH", "DROPPED")]
    rows += [builders.a_request("MET", SUBMITTED, closed_at=EARLY), builders.a_request("R", "2026-12-16 16:30:00")]
    found = {}
    with builders.publish(tmp_path, rows, policy=builders.declaring(tmp_path / "policy", *entries), as_of=NOW) as connection:
        for (basis,) in connection.execute("select distinct clock_basis from slo_months").fetchall():
            query = metrics.select("slo_attainment", by=["month"], where={"month": ["2026-11"]}, clock_basis=basis)
            (row,) = builders.table(connection, query.sql, query.parameters)
            found[basis] = row["met_count"], row["met_count"] + row["missed_count"]
    return found


def test_the_ratio_without_exclusions_stands_beside_that_without_anything(tmp_path):
    """"Where exclusions are declared, the ratio without them stands beside": with the corrections, where there are any."""
    assert bases(tmp_path, *BOTH) == {"approved": (2, 2), "submitted": (2, 2), "without_exclusions": (3, 4), "as_exported": (1, 4)}


@pytest.mark.parametrize(("entries", "exported"), [(BOTH[2:], (1, 4)), (BOTH[:2], (1, 4))])
def test_of_one_kind_alone_what_is_exported_is_that_already(tmp_path, entries, exported):
    found = bases(tmp_path, *entries)
    assert found["as_exported"] == exported and "without_exclusions" not in found


def test_an_excluded_request_has_its_corrected_verdict_without_its_exclusion(tmp_path):
    """On the clock of the policy, whichever it is."""
    row = builders.a_request("RITM1", SUBMITTED, approved_at=APPROVED, closed_at="2026-11-16 10:00:00")
    entries = (a_correction(field="closed_at", expect="2026-11-16 10:00:00", value="2026-11-10 10:00:00"), a_correction(id="C-2", exclude=True, expect="missed"))
    for start, outcome in (("approved", "met"), ("submitted", "missed")):
        folder = tmp_path / start
        rules = builders.declaring(folder / "policy", *entries, clock_start=start)
        with builders.publish(folder, [row, builders.a_request("R", "2026-12-16 16:30:00")], policy=rules, as_of=NOW) as found:
            variants = builders.table(found, "select clock_basis, slo_outcome from facts.variant_clocks order by 1")
        assert [tuple(each.values()) for each in variants] == [("as_exported", "missed"), ("without_exclusions", outcome)]
