"""What changed between two snapshots by the rules: mapping, calendar, policy, corrections, product; and what is no comparison at all."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import differences
from pipelines.errors import UserError
from tests.builders import a_request
from tests.comparisons import CLOSED, NEWS, OPEN, Desk, asked, changes, months, news, the_cause

CLOSURE = ("closures.csv", "closed_on,name,source\n", "closed_on,name,source\n2026-10-08,Day of Rest,a test\n")
CORRECTIONS = """
- {id: C-2026-001, number: RITM1, field: closed_at, value: "2026-10-14 09:00:00", expect: "2026-10-09 16:00:00",
   reason: a test, reported_on: 2026-10-16, reported_by: service manager}
- {id: C-2026-002, number: OTHER, exclude: true, expect: met, reason: a test, reported_on: 2026-10-16, reported_by: service manager}
"""
MISSED = "update slo_outcomes set slo_outcome = 'missed' where number = 'RITM1'"


@pytest.fixture
def desk(tmp_path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> Path:
    """One snapshot with one met request, for tests that change copies of it."""
    return Desk(tmp_path_factory.mktemp("shown")).land("one.csv", CLOSED, news("2026-10-20 12:00:00")).build()


def a_copy(path: Path, folder: Path, *statements: str) -> Path:
    """A copy of a snapshot in which something is changed that no build would change."""
    copied = folder / f"copied-{path.name}"
    shutil.copy(path, copied)
    with duckdb.connect(str(copied)) as connection:
        for statement in statements:
            connection.execute(statement).fetchall()
    return copied


# The rules


@pytest.fixture(scope="module")
def edited(tmp_path_factory) -> dict[str, dict]:
    """What a mapping, a closure, a target and a choice of the policy change, each for the request that is named for it."""
    desk = Desk(tmp_path_factory.mktemp("edited"))
    late = {"closed_at": "2026-10-13 09:00:00", "updated_at": "2026-10-13 09:00:00"}
    september = {"submitted_at": "2026-09-14 09:00:00", "updated_at": "2026-09-25 09:00:00", "closed_at": "2026-09-25 09:00:00"}
    old = desk.land(
        "one.csv", CLOSED | late | {"number": "CLOSURE"}, CLOSED | {"number": "START", "submitted_at": "2026-10-08 09:00:00"},
        a_request("MAPPED") | september | {"service_option": "inquiry", "state": "completed"},
        a_request("TARGET") | september | {"service_option": "renewal_customer_install", "state": "completed"},
        a_request("CHOICE") | september | {"service_option": "new_customer_install", "state": "cancelled"},
        news("2026-10-20 12:00:00"),
    ).build()  # fmt: skip
    desk.edit(*CLOSURE).edit("sources/certboard_requests.yaml", "[inquiry]}, is: inquiry", "[inquiry]}, is: new_customer_install")
    slo = desk.policy / "slo.yaml"
    before, option = slo.read_text(encoding="utf-8").split("  - id: renewal_customer_install\n")
    text = f"{before}  - id: renewal_customer_install\n{option.replace('target_business_days: 5', 'target_business_days: 9', 1)}"
    slo.write_text(text, encoding="utf-8")
    return changes(old, desk.edit("slo.yaml", "  late: missed ", "  late: excluded ").build())


def test_another_mapping_is_a_reclassification(edited):
    """"reclassification: same row used, option/type/department differ: mapping or rule changed." """
    found = edited["MAPPED"]
    assert (found["cause"], found["service_option_old"], found["service_option_new"]) == ("reclassification", "inquiry", "new_customer_install")
    assert found["detail"].startswith("Its service option was inquiry and is new_customer_install; changed: closures.csv, slo.yaml, sources/certboard_requests.yaml;")


def test_a_closure_between_the_due_dates_is_a_changed_calendar(edited):
    """"calendar_change: closures differ between due dates"; one on the start date, day 0, moves nothing."""
    assert (edited["CLOSURE"]["cause"], edited["CLOSURE"]["detail"]) == (
        "calendar_change",
        "Thu 2026-10-08 (Day of Rest) is no business day now; its outcome was missed and is met, its due date was Mon 2026-10-12 and is Tue 2026-10-13.",
    )
    assert set(edited) == {"CLOSURE", "MAPPED", "TARGET", "CHOICE"}


def test_another_target_or_choice_is_a_changed_policy_and_the_file_is_named(edited):
    """"policy_change: another policy file: which." """
    assert (edited["TARGET"]["cause"], edited["CHOICE"]["cause"]) == ("policy_change", "policy_change")
    assert edited["TARGET"]["detail"].startswith("Changed: closures.csv, slo.yaml, sources/certboard_requests.yaml; its target in business days was 5 and is 9;")
    assert "what cancelling an overdue request leaves was missed and is excluded" in edited["CHOICE"]["detail"]


def test_a_file_that_decides_nothing_does_not_hide_the_passing_of_time(desk):
    """Nor does a change of one that leaves this request as it was."""
    desk.land("one.csv", OPEN, news("2026-10-20 12:00:00"))
    old = desk.build("2026-10-12 12:00:00")
    desk.edit("effort.csv", "default", "a default").edit("slo.yaml", "# The promise", "# This is the promise")
    assert the_cause(old, desk.build())[0] == "time_passed"


# Corrections


def test_a_correction_that_changes_the_verdict_comes_before_every_other_cause(desk, tmp_path):
    """"correction: the applied corrections of the number differ"; a snapshot without the table applied none."""
    old = desk.land("one.csv", CLOSED, CLOSED | {"number": "OTHER"}, news("2026-10-20 12:00:00")).build()
    (desk.policy / "corrections.yaml").write_text(CORRECTIONS, encoding="utf-8")
    new = desk.edit(*CLOSURE).build()
    found = changes(old, new)
    assert {number: row["cause"] for number, row in found.items()} == {"RITM1": "correction", "OTHER": "correction"}
    assert found["RITM1"]["detail"].startswith("Corrections applied: C-2026-001 (closed_at = 2026-10-14")
    assert "; before: none; its outcome was met and is missed" in found["RITM1"]["detail"]
    assert found["OTHER"]["detail"].startswith("Corrections applied: C-2026-002; before: none; its outcome was met and is excluded")
    assert {row["cause"] for row in changes(a_copy(old, tmp_path, "drop table corrections"), new).values()} == {"correction"}
    assert {row["cause"] for row in changes(new, old).values()} == {"correction"}
    assert the_cause(new, a_copy(new, tmp_path, MISSED.replace("missed", "met")))[0] == "other", "applied in both, so it explains nothing"


DEPARTMENT = """
- {id: C-2026-003, number: RITM1, field: department, value: "Department of Motor Vehicles", expect: "Department of Sample",
   reason: a test, reported_on: 2026-10-16, reported_by: service manager}
"""
CLOSE = """
- {id: C-2026-004, number: RITM1, field: closed_at, value: "2026-10-09 16:00:00", expect: "2026-10-14 09:00:00",
   reason: a test, reported_on: 2026-10-16, reported_by: service manager}
"""
OPTION = """
- {id: C-2026-005, number: RITM1, field: service_option, value: new_cdt_install, expect: new_customer_install,
   reason: a test, reported_on: 2026-10-16, reported_by: service manager}
"""


@pytest.fixture(scope="module")
def closed_since(tmp_path_factory):
    """`closed_since(before, after)`: what changed under the corrections of both sides. RITM1 was open and overdue and is closed late since, OTHER is new."""

    def compared(before: str, after: str) -> dict[str, dict]:
        desk = Desk(tmp_path_factory.mktemp("closed"))
        (desk.policy / "corrections.yaml").write_text(before, encoding="utf-8")
        old = desk.land("one.csv", OPEN, news("2026-10-18 12:00:00")).build()
        late = {"closed_at": "2026-10-14 09:00:00", "updated_at": "2026-10-19 09:00:00"}
        (desk.policy / "corrections.yaml").write_text(after, encoding="utf-8")
        return changes(old, desk.land("two.csv", CLOSED | late, CLOSED | late | {"number": "OTHER"}, news("2026-10-20 12:00:00")).build())

    return compared


@pytest.mark.parametrize(
    ("before", "after", "cause", "outcomes"),
    [
        ("", "", "new_data", ("open_overdue", "missed")),
        ("", DEPARTMENT, "new_data", ("open_overdue", "missed")),
        (DEPARTMENT, "", "new_data", ("open_overdue", "missed")),
        ("", CLOSE, "correction", ("open_overdue", "met")),
        ("", DEPARTMENT + CLOSE, "correction", ("open_overdue", "met")),
        # Another option in both: what came with the department is the close.
        (OPTION, OPTION + DEPARTMENT, "new_data", ("open", "met")),
        ("", OPTION, "correction", ("open_overdue", "met")),
    ],
)  # fmt: skip
def test_a_correction_is_the_cause_only_of_what_the_exports_do_not_change_alike(closed_since, before, after, cause, outcomes):
    """As exported it was overdue and is missed, whatever is corrected beside."""
    found = closed_since(before, after)["RITM1"]
    assert (found["cause"], found["counted_as_old"], found["counted_as_new"]) == (cause, *outcomes)


def test_a_request_that_is_new_is_new_whatever_is_corrected_of_it(closed_since):
    """"It was not counted before" is no work of a correction."""
    found = closed_since("", DEPARTMENT.replace("RITM1", "OTHER"))["OTHER"]
    assert found["cause"] == "new_data" and found["detail"].endswith("it was not counted before.")


def test_a_correction_explains_what_nothing_else_does(desk, tmp_path):
    """But not what another version may."""
    old = desk.land("one.csv", CLOSED, news("2026-10-20 12:00:00")).build()
    (desk.policy / "corrections.yaml").write_text(DEPARTMENT, encoding="utf-8")
    alike = (MISSED, MISSED.replace("slo_outcomes", "facts.variant_clocks"))
    new = desk.build()
    assert the_cause(old, a_copy(new, tmp_path, *alike))[0] == "correction"
    assert the_cause(old, a_copy(new, tmp_path, *alike, "update run_params set version = '9.9.9'"))[0] == "product_change"


# The rest of the vocabulary


def test_another_version_of_the_product_counts_differently(shown, tmp_path):
    cause, detail = the_cause(shown, a_copy(shown, tmp_path, MISSED, "update run_params set version = '9.9.9'"))
    assert cause == "product_change" and detail.endswith("and 9.9.9 count it differently; its outcome was met and is missed.")


def test_what_nothing_explains_is_said_to_be_so(shown, tmp_path):
    assert the_cause(shown, a_copy(shown, tmp_path, MISSED)) == (
        "other", "Neither its rows nor the policy tell why; its outcome was met and is missed."
    )  # fmt: skip


def test_another_reading_of_an_export_is_told(desk):
    """Read in another zone the close falls on the next day."""
    late = a_request("RITM1", "2026-10-05 09:00:00", closed_at="2026-10-12 23:30:00", updated_at="2026-10-12 23:30:00")
    old = desk.land("one.csv", late).land("two.csv", news("2026-10-20 12:00:00")).build()
    new = desk.take(desk.folder / "exports" / "one.csv", timezone="Pacific/Honolulu").build()
    cause, detail = the_cause(old, new)
    assert cause == "other"
    assert detail.startswith("Export one.csv is read otherwise: the zone was America/Los_Angeles and is Pacific/Honolulu; its outcome was met and is missed")


# The whole


def test_the_same_snapshot_differs_in_nothing(shown):
    assert (changes(shown, shown), months(shown, shown)) == ({}, [])


def test_what_differs_between_the_runs_is_told(desk):
    old = desk.land("one.csv", OPEN, NEWS).build()
    new = desk.edit(*CLOSURE).land("two.csv", CLOSED).withdraw("one.csv").build()
    with differences.compare(old, new) as connection:
        (run,) = asked(connection, differences.RUNS)
    assert (run["added_exports"], run["removed_exports"], run["changed_files"]) == ("two.csv", "one.csv", "closures.csv")


@pytest.mark.parametrize("statement", ["drop table request_versions", "alter table slo_outcomes drop column stop_at"])
def test_a_snapshot_of_another_version_is_one_clear_error(shown, tmp_path, statement):
    old = a_copy(shown, tmp_path, statement)
    with pytest.raises(UserError, match=rf"^{old.stem}: was built by another version of certboard and cannot be compared \(.+\)\. Build it again"):
        differences.compare(old, shown)


def test_a_file_that_is_no_snapshot_is_named(shown, tmp_path):
    (tmp_path / "other.duckdb").write_bytes(b"not a database")
    with pytest.raises(UserError, match=r"other\.duckdb: cannot be opened as a snapshot"):
        differences.compare(tmp_path / "other.duckdb", shown)


def test_the_answer_needs_neither_file_any_more(shown, tmp_path):
    """The oldest snapshots are dropped while a page may still show what changed since."""
    old = a_copy(shown, tmp_path, MISSED)
    connection = differences.compare(old, shown)
    old.unlink()
    assert [row["number"] for row in asked(connection, differences.REQUESTS)] == ["RITM1"]
    assert connection.execute("select database_name from duckdb_databases() where not internal and path is not null").fetchall() == []


def test_causes_are_spelled_in_the_order_in_which_they_are_tried():
    assert differences.spelled(differences.parsed("new_data 2, correction 1")) == "1 by a correction, 2 by new data"
    assert differences.spelled(differences.parsed(None)) == ""
