"""Exports of transitions in their real shapes: what is accepted, superseded, later or rejected, and what the phases come to."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipelines import build, landing, snapshots
from pipelines.errors import UserError
from pipelines.policy import load
from tests import builders
from tests.builders import a_request, table

METRICS = "id,field,value,start,end,calculation_complete"
AUDIT = "documentkey,fieldname,oldvalue,newvalue,sys_created_on"
TASKS = "number,request_item,short_description,opened_at,closed_at"
REQUEST = a_request(submitted_at="2026-10-05 09:00:00", approved_at="2026-10-06 09:00:00", closed_at="2026-10-14 15:00:00")


def published(folder: Path, requests: Sequence[dict], as_of: str = "2026-11-20T12:00:00", **files: str):
    """The snapshot of requests and of files given as CSV text, by their names without ending, landed in the order of their names."""
    exports = folder / "exports"
    builders.write_export(exports, requests)
    for name, text in files.items():
        (exports / f"{name}.csv").write_text(text.strip() + "\n", encoding="utf-8")
    rules = builders.a_policy(folder)
    landing.ingest(folder / "home", [exports], rules, received_at=builders.RECEIVED_AT)
    return snapshots.open_read_only(build.build(folder / "home", rules, as_of=builders.local(as_of)).path)


def phases(connection, number: str = "RITM1") -> dict[str, int]:
    """The business days of each phase that was entered."""
    rows = table(connection, "select phase, business_days from facts.request_phases where number = ? and visit_count > 0 order by first_started_at", [number])
    return {row["phase"]: row["business_days"] for row in rows}


def counts(connection, name: str) -> tuple[int, ...]:
    """Accepted, superseded, later and quarantined rows of an export."""
    row = table(connection, "select accepted_count, superseded_count, later_count, quarantined_count from exports where name = ?", [name])[0]
    return tuple(row.values())


def test_metrics_give_the_phases_in_business_days(tmp_path):
    """Mon 5th to Wed 7th customer 2, to Fri 9th review 2, to Wed 14th issue 3 (Mon 12th is a business day in California): 7 from submission."""
    metrics = f"""{METRICS}
RITM1,stage,Waiting for Approval,2026-10-05 09:00:00,2026-10-07 10:00:00,true
RITM1,stage,Review,2026-10-07 10:00:00,2026-10-09 16:00:00,true
RITM1,stage,Fulfillment,2026-10-09 16:00:00,2026-10-14 15:00:00,true
RITM1,stage,Completed,2026-10-14 15:00:00,,false"""
    with published(tmp_path, [REQUEST], metrics=metrics) as connection:
        assert phases(connection) == {"customer": 2, "review": 2, "issue": 3}
        row = table(connection, "select * from facts.request_phases where phase = 'issue'")[0]
        assert (row["party"], row["budget_business_days"], row["over_budget_days"], row["clock_business_days"]) == ("certificate team", 2, 1, 3)
        assert table(connection, "select path, hand_off_count, is_complete from request_flows")[0] == {
            "path": "customer > review > issue", "hand_off_count": 1, "is_complete": True,
        }  # fmt: skip
        assert connection.execute("select count(*) from transition_findings").fetchall() == [(0,)]


def test_an_audit_may_name_the_request_by_its_system_id(tmp_path):
    """The value that the first change replaced held from the submission on: the audit of another record begins before it."""
    audit = f"""{AUDIT}
9f1c0000000000000000000000000009,state,1,2,2026-10-01 09:00:00
9F1C0000000000000000000000000001,state,1,-5,2026-10-08 09:00:00
9f1c0000000000000000000000000001,state,-5,2,2026-10-12 09:00:00
9f1c0000000000000000000000000001,state,2,3,2026-10-14 15:00:00"""
    rows = [REQUEST]
    exports = tmp_path / "exports"
    builders.write_export(exports, rows)
    text = (exports / "requests.csv").read_text(encoding="utf-8").splitlines()
    text = [f"{line},{end}" for line, end in zip(text, ["record_id", "9f1c0000000000000000000000000001"], strict=True)]
    (exports / "audit.csv").write_text(audit + "\n", encoding="utf-8")
    (exports / "requests.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    rules = builders.a_policy(tmp_path)
    landing.ingest(tmp_path / "home", [exports], rules, received_at=builders.RECEIVED_AT)
    with snapshots.open_read_only(build.build(tmp_path / "home", rules).path) as connection:
        pieces = table(connection, "select from_state, to_state, phase, business_days, pause_reason from facts.request_intervals order by position")
        assert [tuple(each.values()) for each in pieces] == [
            (None, "1", "review", 3, None), ("1", "-5", "customer", 2, "waiting on the customer"), ("-5", "2", "review", 2, None),
        ]  # fmt: skip
        pause = table(connection, "select business_days, credited_business_days from facts.clock_pauses")[0]
        assert pause == {"business_days": 2, "credited_business_days": 2}
        assert table(connection, "select slo_outcome from facts.variant_clocks where clock_basis = 'without_pauses'")[0]["slo_outcome"] == "met"
        assert builders.outcome(connection, "RITM1")["slo_outcome"] == "missed"


def test_the_rule_that_comes_first_holds_where_two_fields_tell(tmp_path):
    """Waiting on the customer is waiting, whatever the stage."""
    metrics = f"""{METRICS}
RITM1,stage,Review,2026-10-05 09:00:00,2026-10-14 15:00:00,true
RITM1,state,Work in Progress,2026-10-05 09:00:00,2026-10-07 09:00:00,true
RITM1,state,Pending,2026-10-07 09:00:00,2026-10-09 09:00:00,true
RITM1,state,Work in Progress,2026-10-09 09:00:00,2026-10-14 15:00:00,true"""
    with published(tmp_path, [REQUEST], metrics=metrics) as connection:
        assert phases(connection) == {"review": 5, "customer": 2}
        assert table(connection, "select path from request_flows")[0]["path"] == "review > customer > review"


def test_tasks_may_run_side_by_side(tmp_path):
    """Neither cuts the other short: 9th to 14th are three business days of installation."""
    request = {**REQUEST, "service_option": "new_cdt_install"}
    tasks = f"""{TASKS}
SCTASK1,RITM1,Install the certificate,2026-10-09 09:00:00,2026-10-14 15:00:00
SCTASK2,RITM1,Install the certificate,2026-10-12 09:00:00,2026-10-13 09:00:00"""
    with published(tmp_path, [request], tasks=tasks) as connection:
        assert phases(connection) == {"not recorded": 4, "install": 3}
        assert {row["finding"] for row in table(connection, "select finding from transition_findings")} == {"gap"}


def test_a_finding_says_when_it_was_found_first(tmp_path):
    """Re-opened twice: the time of the first, per field and value; a gap since its beginning."""
    request = {**REQUEST, "closed_at": "2026-10-20 15:00:00"}
    metrics = f"""{METRICS}
RITM1,state,Work in Progress,2026-10-05 09:00:00,2026-10-06 09:00:00,true
RITM1,state,Closed Complete,2026-10-06 09:00:00,2026-10-08 09:00:00,true
RITM1,state,Work in Progress,2026-10-08 09:00:00,2026-10-09 09:00:00,true
RITM1,state,Closed Complete,2026-10-09 09:00:00,2026-10-12 09:00:00,true
RITM1,state,Work in Progress,2026-10-12 09:00:00,2026-10-20 15:00:00,true"""
    with published(tmp_path, [request], metrics=metrics) as connection:
        found = table(connection, "select finding, finding_count, first_found_at from transition_findings where finding = 'reopened'")
        assert [(row["finding_count"], str(row["first_found_at"])) for row in found] == [(2, "2026-10-08 16:00:00")]


def test_every_row_of_a_transition_export_is_accounted_for(tmp_path):
    """The same interval told again, one later than as_of, one without its start, one that nobody can read, one of no request."""
    first = f"""{METRICS}
RITM1,stage,Review,2026-10-05 09:00:00,,false
RITM9,stage,Review,2026-10-05 09:00:00,,false
RITM1,stage,Odd one,2026-10-06 09:00:00,2026-10-06 10:00:00,true
RITM1,stage,Review,,,false
RITM1,stage,Review,soon,,false
RITM1,stage,Fulfillment,2026-11-25 09:00:00,,false"""
    second = f"""{METRICS}
RITM1,stage,Review,2026-10-05 09:00:00,2026-10-06 09:00:00,true"""
    with published(tmp_path, [REQUEST], metrics_1=first, metrics_2=second) as connection:
        assert (counts(connection, "metrics_1.csv"), counts(connection, "metrics_2.csv")) in [((3, 0, 1, 2), (0, 1, 0, 0)), ((2, 1, 1, 2), (1, 0, 0, 0))]
        found = {row["finding"]: row["value"] for row in table(connection, "select * from transition_findings where finding <> 'gap'")}
        assert found == {"unknown_request": "Review", "not_mapped": "Odd one"}
        reasons = [row["reason"] for row in table(connection, "select reason from quarantine order by row_number")]
        assert reasons == ["the time of its start is missing", "cannot be read"]
        checks = dict(connection.execute("select name, offender_count from checks").fetchall())
        assert (checks["every_transition_has_a_phase"], checks["every_transition_has_its_request"]) == (1, 1)


def test_an_end_later_than_the_moment_of_the_data_has_not_come(tmp_path):
    metrics = f"""{METRICS}
RITM1,stage,Review,2026-10-05 09:00:00,2026-10-14 15:00:00,true"""
    with published(tmp_path, [REQUEST], as_of="2026-10-08T12:00:00", metrics=metrics) as connection:
        assert table(connection, "select phase, business_days, is_current from facts.request_phases where visit_count > 0") == [
            {"phase": "review", "business_days": 3, "is_current": True}
        ]


def test_an_export_of_nothing_readable_is_bad_input(tmp_path):
    metrics = f"""{METRICS}
RITM1,stage,Review,,,false"""
    with pytest.raises(UserError, match=r"metrics\.csv: all 1 rows are rejected"):
        published(tmp_path, [REQUEST], metrics=metrics)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("  - {value: [Odd], is: revew}", "key 'phases.0.is': 'revew' is no phase of slo.yaml"),
        ("  - {value: [Odd], is: elsewhere, party: plattform team}", "key 'phases.0.party': 'plattform team' is none of the parties of slo.yaml (customer,"),
        ("  - {value: [Odd], is: authority validation, party: customer}", "'customer' holds the phase 'authority validation', but in sources/certboard_transitions.yaml"),
        ("  - {value: [Odd], is: ended, party: customer}", "'ended' stands alone"),
        ("  - {value: [Odd], is: [review, ignored]}", "'review' stands alone"),
        ("  - {value: [Odd]}", "key 'phases.0.is'"),
    ],
)
def test_a_wrong_rule_is_one_line_that_names_its_place(tmp_path, line, message):
    builders.a_policy(tmp_path / "policy", clock_start="approved")
    file = tmp_path / "policy" / "sources" / "servicenow_metrics.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("phases:")] + "phases:\n" + line + "\n", encoding="utf-8")
    with pytest.raises(UserError) as error:
        load(tmp_path / "policy")
    assert str(error.value).startswith("sources/servicenow_metrics.yaml") and message in str(error.value)


def test_a_change_has_no_end_of_its_own(tmp_path):
    builders.a_policy(tmp_path / "policy", clock_start="approved")
    file = tmp_path / "policy" / "sources" / "servicenow_metrics.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("each_row: interval", "each_row: change"), encoding="utf-8")
    with pytest.raises(UserError, match="each_row: a change lasts until the next one"):
        load(tmp_path / "policy")
