"""Corrections are declared, applied in one place, and stop the build on the day the exports say something else.

Now is 17:00 on Wednesday 2026-12-16 in California. A request is submitted on Monday 2026-11-02 at 10:00 and promised within 5 business days, so it is due on
Monday 2026-11-09, unless its case says otherwise: Wednesday the 11th is Veterans Day.
"""

from datetime import date, datetime
from typing import NamedTuple

import pytest

from pipelines import build, snapshots
from pipelines.errors import CheckFailed
from tests import builders, certificate_builders
from tests.builders import a_correction, a_request

NOW = "2026-12-16 17:00:00"
SUBMITTED = "2026-11-02 10:00:00"
LATE, EARLY = "2026-11-12 10:00:00", "2026-11-05 10:00:00"
REACH = a_request("the newest event", "2026-12-16 16:30:00")


class Case(NamedTuple):
    """A request as exported, what a correction of one field expects and says, and what differs in its row then and before."""

    exported: dict[str, str]
    expect: str
    value: str
    before: dict[str, object]
    after: dict[str, object]


RENEWAL = {"service_option": "renewal_customer_install", "current_expires_on": "2026-11-27", "requested_completion_on": "2026-11-12", "closed_at": LATE}
CASES = {
    "service_option": Case(
        {"closed_at": LATE}, "new_customer_install", "new_cdt_install",
        {"slo_outcome": "missed", "target_business_days": 5, "due_on": date(2026, 11, 9), "service_option": "new_customer_install"},
        {"slo_outcome": "met", "target_business_days": 10, "due_on": date(2026, 11, 17), "stop_source": "closed_installation_unseen"},
    ),
    "request_type": Case({"request_type": "Other"}, "Other", "Password Reset", {"request_type": "Other"}, {"request_type": "Password Reset"}),
    "department": Case({}, "Department of Sample", "", {"department": "Department of Sample"}, {"department": None}),
    "state": Case(
        {"state": "open", "closed_at": EARLY}, "open", "completed",
        {"slo_outcome": "missed", "outcome_reason": "open_overdue", "stop_at": None},
        {"slo_outcome": "met", "stop_at": datetime(2026, 11, 5, 18), "state_label": "open"},
    ),
    "approval": Case(
        {"approved_at": "2026-11-03 10:00:00", "closed_at": EARLY}, "approved", "rejected",
        {"slo_outcome": "met", "clock_start_source": "approved"}, {"slo_outcome": "excluded", "outcome_reason": "approval_rejected"},
    ),
    "submitted_at": Case(
        {"closed_at": LATE}, SUBMITTED, "2026-11-06 00:00:00",
        {"slo_outcome": "missed", "submitted_at": datetime(2026, 11, 2, 18)},
        {"slo_outcome": "met", "submitted_at": datetime(2026, 11, 6, 8), "due_on": date(2026, 11, 16), "elapsed_business_days": 3},
    ),
    "approved_at": Case(
        {"approved_at": "2026-11-03 10:00:00", "closed_at": LATE}, "2026-11-03T10:00:00-08:00", "2026-11-05T10:00:00-08:00",
        {"slo_outcome": "missed", "due_on": date(2026, 11, 10)}, {"slo_outcome": "met", "due_on": date(2026, 11, 13)},
    ),
    "closed_at": Case(
        {"closed_at": LATE}, LATE, "2026-11-09 23:59:59",
        {"slo_outcome": "missed", "late_business_days": 2}, {"slo_outcome": "met", "closed_at": datetime(2026, 11, 10, 7, 59, 59), "late_business_days": None},
    ),
    "installed_at": Case(
        {"service_option": "new_cdt_install", "closed_at": LATE, "installed_at": "2026-11-18 10:00:00"}, "2026-11-18 10:00:00", "2026-11-17 10:00:00",
        {"slo_outcome": "missed", "stop_source": "installed"}, {"slo_outcome": "met", "stop_at": datetime(2026, 11, 17, 18)},
    ),
    "requested_completion_on": Case(
        RENEWAL, "2026-11-12", "2026-11-10",
        {"slo_outcome": "met", "due_on": date(2026, 11, 12), "latest_requested_completion_on": date(2026, 11, 12)},
        {"slo_outcome": "missed", "due_on": date(2026, 11, 10), "latest_requested_completion_on": date(2026, 11, 10)},
    ),
    "current_expires_on": Case(
        RENEWAL, "2026-11-27", "2026-11-21",
        {"slo_outcome": "met", "lead_days": 25, "lead_flag": "on_time"}, {"slo_outcome": "missed", "lead_days": 19, "lead_flag": "short"},
    ),
}  # fmt: skip
"""All fields but those that stop the clock only under another policy."""


@pytest.fixture(scope="module")
def corrected(tmp_path_factory):
    """A snapshot of all cases with their corrections."""
    folder = tmp_path_factory.mktemp("corrected")
    entries = [a_correction(field, id=f"C-{field}", field=field, expect=case.expect, value=case.value) for field, case in CASES.items()]
    rows = [a_request(field, SUBMITTED, **case.exported) for field, case in CASES.items()]
    return builders.publish(folder, [*rows, REACH], policy=builders.declaring(folder / "policy", *entries), as_of=NOW)


@pytest.fixture(scope="module")
def uncorrected(tmp_path_factory):
    """The same exports without corrections."""
    rows = [a_request(field, SUBMITTED, **case.exported) for field, case in CASES.items()]
    return builders.publish(tmp_path_factory.mktemp("uncorrected"), [*rows, REACH], as_of=NOW)


def parts(row: dict, wanted: dict) -> dict:
    return {column: row[column] for column in wanted}


@pytest.mark.parametrize("field", CASES)
def test_a_correction_counts_instead_of_what_is_exported(corrected, uncorrected, field):
    """"Applied in one place": the verdict, its days and its dates follow from the corrected field."""
    case = CASES[field]
    assert parts(builders.outcome(uncorrected, field), case.before) == case.before
    assert parts(builders.outcome(corrected, field), case.after) == case.after


@pytest.mark.parametrize("field", CASES)
def test_what_is_exported_stands_beside(corrected, uncorrected, field):
    """The basis `as_exported` is the policy's without declarations: the row that a build without them has."""
    found, wanted = builders.outcome(corrected, field, "as_exported"), builders.outcome(uncorrected, field, "approved")
    assert {**found, "clock_basis": None} == {**wanted, "clock_basis": None}


def test_a_request_without_a_correction_is_on_no_basis_of_its_own(corrected, uncorrected):
    assert builders.table(uncorrected, "select distinct clock_basis from slo_cube order by 1") == [{"clock_basis": "approved"}, {"clock_basis": "submitted"}]
    assert builders.table(corrected, "select clock_basis from facts.request_clocks where number = ? order by 1", [REACH["number"]]) == [
        {"clock_basis": "approved"}, {"clock_basis": "submitted"},
    ]  # fmt: skip


@pytest.mark.parametrize(("clock_stop", "field"), [("resolved", "resolved_at"), ("issued", "issued_at")])
def test_the_event_that_stops_the_clock_may_be_corrected(tmp_path, clock_stop, field):
    """Policy `clock_stop: closed | resolved | issued`."""
    rules = builders.declaring(tmp_path / "policy", a_correction(field=field, expect=LATE, value="2026-11-09"), clock_stop=clock_stop)
    row = a_request("RITM1", SUBMITTED, closed_at="2026-11-13 10:00:00", **{field: LATE})
    found = builders.publish(tmp_path, [row, REACH], policy=rules, as_of=NOW)
    # A bare date is its local midnight, as in an export.
    assert parts(builders.outcome(found, "RITM1"), ["slo_outcome", "stop_at"]) == {"slo_outcome": "met", "stop_at": datetime(2026, 11, 9, 8)}
    assert builders.outcome(found, "RITM1", "as_exported")["slo_outcome"] == "missed"


def test_what_other_exports_tell_is_told_of_the_request_as_exported_too(tmp_path):
    """A renewal takes its expiry from its certificate and its approval from its approvers; corrected, it is neither; as exported it still is."""
    row = certificate_builders.a_request(
        "RITM1", SUBMITTED, service_option="renewal_customer_install", approval="requested", requested_completion_on="2026-11-20",
        closed_at="2026-11-19 10:00:00", common_name="www.sample.ca.gov",
    )  # fmt: skip
    held = certificate_builders.a_certificate("a1", issued_at="2026-01-15 10:00:00", expires_on="2026-11-29")
    entries = (
        a_correction(field="service_option", expect="renewal_customer_install", value="new_customer_install"),
        a_correction(id="C-2", field="approval", expect="approved", value="not_required"),
    )
    reach = certificate_builders.a_request("the newest event", "2026-12-16 16:30:00")
    found = certificate_builders.publish(
        tmp_path, [[row, reach]], [[held]], [[certificate_builders.an_approval("RITM1", updated_at="2026-11-04 10:00:00")]],
        as_of=NOW, policy=builders.declaring(tmp_path / "policy", *entries),
    )  # fmt: skip
    columns = ("slo_outcome", "clock_start_source", "due_on", "lead_days", "current_expires_source")
    now, exported = builders.outcome(found, "RITM1"), builders.outcome(found, "RITM1", "as_exported")
    assert [exported[column] for column in columns] == ["met", "approved", date(2026, 11, 20), 27, "certificate"]
    assert [now[column] for column in columns] == ["missed", "submitted", date(2026, 11, 9), None, None]
    assert builders.table(found, "select role from certificate_links where number = 'RITM1' and role = 'renews'") == []


REOPENED = (
    a_request("RITM1", SUBMITTED, closed_at="2026-11-09 10:00:00", updated_at="2026-11-09 10:00:00"),
    a_request("RITM1", SUBMITTED, state="open", updated_at="2026-11-10 10:00:00"),
    a_request("RITM1", SUBMITTED, closed_at="2026-11-16 10:00:00", updated_at="2026-11-16 10:00:00", reopen_count="1"),
)


@pytest.mark.parametrize(
    ("value", "outcome"), [(None, "met"), ("2026-11-13 10:00:00", "missed"), ("2026-11-10 00:00:00", "missed"), ("2026-11-09 23:59:59", "met")]
)
def test_a_corrected_close_stands_for_every_close_there_was(tmp_path, value, outcome):
    """"Re-opened inside the 25-calendar-day window after the first close: the first counts", until a person says which one it was."""
    entries = [a_correction(field="closed_at", expect="2026-11-16 10:00:00", value=value)] if value else []
    found = builders.publish(tmp_path, [*REOPENED, REACH], policy=builders.declaring(tmp_path / "policy", *entries), as_of=NOW)
    row = builders.outcome(found, "RITM1")
    assert (row["slo_outcome"], row["stop_source"]) == (outcome, "reopen_history_unknown" if value else "first_close")
    if value:
        exported = builders.outcome(found, "RITM1", "as_exported")
        assert (exported["slo_outcome"], exported["stop_source"]) == ("met", "first_close")


def test_several_corrections_of_a_request_are_applied_together(tmp_path):
    entries = (
        a_correction(field="closed_at", expect=LATE, value="2026-11-17 10:00:00"),
        a_correction(id="C-2", field="service_option", expect="new_customer_install", value="new_cdt_install"),
        a_correction(id="C-3", field="requested_completion_on", expect="", value="2026-11-16"),
    )
    rows = [a_request("RITM1", SUBMITTED, closed_at=LATE), REACH]
    found = builders.publish(tmp_path, rows, policy=builders.declaring(tmp_path / "policy", *entries), as_of=NOW)
    row = builders.outcome(found, "RITM1")
    assert (row["slo_outcome"], row["elapsed_business_days"], row["requested_date_met"]) == ("met", 10, False)
    listed = builders.table(found, "select field, expected_value, exported_value, value, exported_outcome, corrected_outcome from corrections")
    assert [tuple(each.values()) for each in listed] == [
        ("closed_at", "2026-11-12T10:00:00-08:00", "2026-11-12T10:00:00-08:00", "2026-11-17T10:00:00-08:00", "missed", "met"),
        ("service_option", "new_customer_install", "new_customer_install", "new_cdt_install", "missed", "met"),
        ("requested_completion_on", None, None, "2026-11-16", "missed", "met"),
    ]


def test_a_correction_reported_later_than_the_data_is_listed_and_does_not_count(tmp_path):
    """A past day is what was known then: neither applied nor checked, also where the exports say something else."""
    entries = (
        a_correction(field="closed_at", expect=LATE, value=EARLY, reported_on="2026-11-20"),
        a_correction("RITM2", id="C-2", exclude=True, expect="met", reported_on="2026-11-20"),
        a_correction("RITM3", id="C-3", field="state", expect="open", value="completed", reported_on="2026-11-20"),
    )
    rows = [a_request(number, SUBMITTED, closed_at=LATE) for number in ("RITM1", "RITM2")]
    rules = builders.declaring(tmp_path / "policy", *entries)
    found = builders.publish(tmp_path, [*rows, REACH], policy=rules, as_of="2026-11-19 23:59:59")
    listed = builders.table(found, "select correction_id, is_applied, exported_outcome, corrected_outcome from corrections")
    assert [tuple(each.values()) for each in listed] == [
        ("C-1", False, "missed", None), ("C-2", False, "missed", None), ("C-3", False, None, None),
    ]  # fmt: skip
    assert {row["slo_outcome"] for row in builders.table(found, "select slo_outcome from slo_outcomes")} == {"missed"}
    with pytest.raises(CheckFailed, match="id C-2, .*; id C-3, "):
        build.build(tmp_path / "home", rules, as_of=builders.local("2026-11-20 00:00:00"))


@pytest.mark.parametrize(("as_of", "outcome"), [("2026-11-09 15:59:59", "open"), ("2026-11-09 16:00:00", "met")])
def test_a_submission_of_later_today_has_not_happened(tmp_path, as_of, outcome):
    """"A request submitted later is in no table": its earlier submission is what is known until then."""
    entry = a_correction(field="submitted_at", expect=SUBMITTED, value="2026-11-09 16:00:00", reported_on="2026-11-09")
    row = a_request("RITM1", SUBMITTED, closed_at="2026-11-09 16:00:00")
    found = builders.publish(tmp_path, [row, REACH], policy=builders.declaring(tmp_path / "policy", entry), as_of=as_of)
    assert builders.outcome(found, "RITM1")["slo_outcome"] == outcome
    assert builders.table(found, "select is_applied from corrections") == [{"is_applied": outcome == "met"}]


def test_without_corrections_nothing_of_a_snapshot_changes(tmp_path):
    """An empty file is a policy of the same outcomes, under another hash."""
    rows = [a_request("RITM1", SUBMITTED, closed_at=LATE), REACH]
    builders.publish(tmp_path, rows, as_of=NOW).close()
    published = build.build(tmp_path / "home", builders.declaring(tmp_path / "policy"), as_of=builders.local(NOW), replace_policy=True)
    with snapshots.open_read_only(published.path) as found:
        assert published.was_built
        assert builders.table(found, "select count(*) as n from corrections") == [{"n": 0}]
        assert builders.outcome(found, "RITM1")["slo_outcome"] == "missed"
