"""The sample's transitions, tasks, second opinions and corrections: counted by the product as the generator intended."""

import csv
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest

from tests.sample_exports import days, schedules, task_slas, transition_exports, transition_plan
from tests.test_sample import EXPECTED, RECEIVED_AT, ROOT, SAMPLE, asked, snapshot, table

ADDED = (*transition_exports.METRICS, transition_exports.AUDIT, transition_exports.TASKS, task_slas.NAME)


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """The sample under the product's own policy, which has no corrections."""
    connection = snapshot(tmp_path_factory.mktemp("home"))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def corrected(tmp_path_factory):
    """The sample under its own policy: four corrections and an exclusion, all else the product's."""
    from pipelines import build, landing, policy, snapshots

    home = tmp_path_factory.mktemp("corrected")
    rules = policy.load(SAMPLE / "policy")
    landing.ingest(home, [SAMPLE], rules, received_at=RECEIVED_AT)
    build.build(home, rules)
    connection = snapshots.open_read_only(snapshots.current(home))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def intended() -> dict[str, dict[str, str]]:
    """The course of each request with transitions, by its number."""
    return {row["number"]: row for row in table(EXPECTED / "sample_courses.csv")}


@pytest.fixture(scope="module")
def outcomes() -> dict[str, dict[str, str]]:
    return {row["number"]: row for row in table(EXPECTED / "sample_outcomes.csv")}


def cells(name: str) -> list[dict[str, str]]:
    """The rows of an export as a plain reader sees them."""
    with (SAMPLE / name).open(encoding="cp1252", newline="") as file:
        return list(csv.DictReader(file))


def days_by_phase(text: str) -> dict[str, int]:
    """`customer 1; review 2` as a mapping."""
    return {phase: int(days) for phase, days in (each.rsplit(" ", 1) for each in text.split("; ") if each)}


def differences(expected: dict, found: dict) -> list[tuple]:
    return [(key, expected.get(key), found.get(key)) for key in sorted({*expected, *found}, key=str) if expected.get(key) != found.get(key)]


# The product agrees


@pytest.mark.parametrize(("column", "basis"), [("business_days", "phase_business_days"), ("clock_business_days", "clock_business_days")])
def test_every_phase_took_the_days_that_were_intended(published, intended, column, basis):
    """A day belongs to the phase in which it began; phase days add up to the elapsed days."""
    found = defaultdict(dict)
    for row in asked(published, f"select number, phase, {column} as days from facts.request_phases where {column} <> 0"):
        found[row["number"]][row["phase"]] = row["days"]
    expected = {number: days_by_phase(row[basis]) for number, row in intended.items()}
    differing = differences({number: days for number, days in expected.items() if days}, dict(found))
    assert not differing, f"{len(differing)}: {differing[:5]}"


def test_only_requests_with_transitions_have_intervals(published, intended):
    numbers = {row["number"] for row in asked(published, "select distinct number from facts.request_intervals")}
    assert not numbers - intended.keys()
    assert {number for number, row in intended.items() if row["phase_business_days"]} <= numbers


def test_every_pause_is_worth_what_was_intended(published, intended):
    """Under 24 hours nothing, else the business days it spans; one that begins after the due date as moved so far counts nothing."""
    sql = "select number, sum(credited_business_days) as days from facts.clock_pauses group by number having sum(credited_business_days) > 0"
    found = {row["number"]: row["days"] for row in asked(published, sql)}
    expected = {number: int(row["credited_business_days"]) for number, row in intended.items() if row["credited_business_days"] != "0"}
    assert differences(expected, found) == []


def test_without_its_pauses_each_request_comes_out_as_intended(published, intended):
    sql = "select number, due_on, slo_outcome from facts.variant_clocks where clock_basis = 'without_pauses'"
    found = {row["number"]: (str(row["due_on"]), row["slo_outcome"]) for row in asked(published, sql)}
    rows = {number: row for number, row in intended.items() if row["outcome_without_pauses"]}
    expected = {number: (row["due_without_pauses_on"], row["outcome_without_pauses"]) for number, row in rows.items()}
    assert differences(expected, found) == []


def test_everything_that_is_wrong_in_the_records_is_found(published):
    names = ("number", "finding", "source", "field", "value")
    found = {tuple(row[name] or "" for name in names): row["finding_count"] for row in asked(published, "select * from transition_findings")}
    expected = {tuple(row[name] for name in names): int(row["finding_count"]) for row in table(EXPECTED / "sample_transition_findings.csv")}
    assert differences(expected, found) == []


def test_second_opinions_differ_where_and_why_they_were_made_to(published):
    """Met, missed or open as ServiceNow says, against ours; the first reason that explains the difference."""
    rows = asked(published, "select * from verdict_reconciliation where agreement = 'disagree'")
    found = {(row["number"], row["opinion"], row["sla"] or ""): (row["source_verdict"], row["reason_code"]) for row in rows}
    assert len(found) == len(rows)
    expected = {
        (row["number"], row["opinion"], row["sla"]): (row["source_verdict"], row["reason_code"]) for row in table(EXPECTED / "sample_second_opinions.csv")
    }
    assert differences(expected, found) == []
    assert all(row["evidence"] for row in rows)


def test_other_clocks_than_that_of_the_promise_are_not_compared(published):
    rows = asked(published, f"select agreement, count(*) as row_count from verdict_reconciliation where sla = '{task_slas.RESPONSE}' group by agreement")
    assert [row["agreement"] for row in rows] == ["not_comparable"]
    assert 100 < rows[0]["row_count"] <= transition_plan.RESPONSES


def test_every_row_of_the_added_exports_is_accounted_for(published):
    """Of a value that both exports of metrics show only the newer row counts."""
    rows = {row["name"]: row for row in asked(published, "select * from exports where kind in ('transitions', 'slas')")}
    assert sorted(rows) == sorted(ADDED)
    for name, row in rows.items():
        assert row["row_count"] == row["accepted_count"] + row["superseded_count"] == len(cells(name)), name
        assert row["later_count"] == row["quarantined_count"] == 0, name
    keys = [Counter((row["id"], row["field"], row["value"], iso(row["start"])) for row in cells(name)) for name in transition_exports.METRICS]
    overlap = keys[0].keys() & keys[1].keys()
    assert sum(row["superseded_count"] for row in rows.values()) == len(overlap) > 500


def iso(text: str) -> str:
    """A time of the first export of metrics as the second writes it."""
    return text if text[4] == "-" else f"{text[6:10]}-{text[:5]}{text[10:]}"


def test_transitions_change_no_headline(published):
    """Pauses never change the headline; October 2026 stays 312 of 334."""
    sql = "select clock_basis, sum(met_count) as met, sum(met_count + missed_count) as due from slo_months where month_start_on = '2026-10-01' group by all"
    found = {row["clock_basis"]: (row["met"], row["due"]) for row in asked(published, sql)}
    assert found["approved"] == (312, 334)
    assert found["without_pauses"][0] / found["without_pauses"][1] > 312 / 334
    assert "as_exported" not in found


# Corrections


def test_corrections_come_out_as_intended(corrected):
    names = ("correction_id", "kind", "number", "exported_outcome", "corrected_outcome")
    expected = table(EXPECTED / "sample_corrections.csv")
    found = asked(corrected, "select * from corrections order by correction_id")
    assert all(row["is_applied"] for row in found)
    assert [tuple(row[name] for name in names) for row in found] == [tuple(row[name] for name in names) for row in expected]
    for row in expected:
        (ours,) = asked(corrected, f"select due_on, slo_outcome, outcome_reason from slo_outcomes where number = '{row['number']}'")
        assert [str(cell) for cell in ours.values()] == [row["corrected_due_on"], row["corrected_outcome"], row["corrected_reason"]], row


def test_only_the_corrected_requests_change(corrected, outcomes):
    changed = {row["number"] for row in table(EXPECTED / "sample_corrections.csv") if row["exported_outcome"] != row["corrected_outcome"]}
    rows = asked(corrected, "select number, slo_outcome from slo_outcomes")
    found = {row["number"] for row in rows if row["slo_outcome"] != outcomes[row["number"]]["slo_outcome"]}
    assert found == changed and len(changed) == 4


def test_where_servicenow_agreed_before_a_correction_that_is_the_reason(corrected):
    """It knows nothing of what we declare: no day, start or closure of its own is to blame."""
    (row,) = asked(corrected, "select * from verdict_reconciliation where reason_code = 'corrected'")
    assert (row["number"], row["source_verdict"], row["slo_outcome"]) == ("RITM0050390", "missed", "met")
    assert "correction C-2026-001 " in row["evidence"]


def test_october_is_the_same_with_and_without_the_corrections(corrected):
    sql = "select clock_basis, sum(met_count) as met, sum(met_count + missed_count) as due from slo_months where month_start_on = '2026-10-01' group by all"
    found = {row["clock_basis"]: (row["met"], row["due"]) for row in asked(corrected, sql)}
    assert found["approved"] == found["as_exported"] == (312, 334)


# The character of the sample


def test_phase_days_add_up_to_the_elapsed_days(intended, outcomes):
    """Worked out apart from each other: the phases by days, the outcomes by their clock."""
    for number, row in intended.items():
        elapsed = outcomes[number]["elapsed_business_days"]
        if not elapsed.startswith("-"):  # a stop before the submission
            assert sum(days_by_phase(row["clock_business_days"]).values()) == int(elapsed or 0), number


def test_metrics_fit_the_times_of_their_requests():
    """Open from the submission on, closed from the closing; nothing is later than the newest event."""
    requests = {row["number"]: row for row in cells("sc_req_item_2026-11-20.csv") if row["opened_at"] >= "2026-10-01"}
    starts = defaultdict(set)
    for row in cells(transition_exports.METRICS[1]):
        assert max(row["start"], row["end"]) <= "2026-11-20 16:42:09", row
        if row["field"] == "state":
            starts[row["id"], row["value"]].add(row["start"])
    closed = [row for row in requests.values() if row["state"] == "Closed Complete" and row["closed_at"] > row["opened_at"]]
    assert all(starts[number, "Open"] == {row["opened_at"]} for number, row in requests.items())
    assert all(row["closed_at"] in starts[row["number"], "Closed Complete"] for row in closed)
    assert len(closed) > 50


def test_about_one_in_six_requests_waits_for_its_customer():
    waiting, all_numbers = set(), set()
    for name in transition_exports.METRICS:
        for row in cells(name):
            all_numbers.add(row["id"])
            if row["value"] == transition_plan.PENDING:
                waiting.add(row["id"])
    assert 0.13 < len(waiting) / len(all_numbers) < 0.19


def test_every_kind_of_finding_and_of_reason_occurs():
    kinds = {row["finding"] for row in table(EXPECTED / "sample_transition_findings.csv")}
    assert kinds == {"out_of_order", "overlap", "missing_end", "gap", "reopened", "not_mapped", "unknown_request"}
    reasons = Counter(row["reason_code"] for row in table(EXPECTED / "sample_second_opinions.csv"))
    codes = "legacy_field rounding stop_differs start_differs requested_date pause_counted calendar_differs duration_in_hours unknown".split()
    assert set(reasons) == set(codes)
    assert sum(reasons.values()) < 100 and min(reasons.values()) >= 4


def test_every_published_phase_of_every_option_occurs(intended, outcomes):
    found = defaultdict(set)
    for number, row in intended.items():
        found[outcomes[number]["service_option"]] |= days_by_phase(row["phase_business_days"]).keys()
    for option, phases in found.items():
        published = {"customer", "review and completion"} if option == "inquiry" else {"customer", "review", "issue"}
        published |= {"install"} if option.endswith("cdt_install") else set()
        assert published <= phases or option == "unclassified", option
    assert "authority validation" in found["new_customer_install"]


def test_exports_differ_in_their_dates_and_are_not_truncated():
    assert cells(transition_exports.METRICS[0])[0]["start"][2] == "-" and cells(transition_exports.METRICS[1])[0]["start"][4] == "-"
    assert all(len(cells(name)) != 10_000 for name in ADDED)
    assert sum((SAMPLE / name).stat().st_size for name in ADDED) < 2_500_000


def test_only_the_newest_export_of_requests_has_the_legacy_field():
    """True from the start, false once the other clock had run out: said of each request in it."""
    assert "made_sla" not in cells("sc_req_item_2026-11-13.csv")[0]
    assert set(Counter(row["made_sla"] for row in cells("sc_req_item_2026-11-20.csv"))) == {"true", "false"}


def test_the_other_calendar_differs_from_ours_where_the_law_does():
    """Federal offices rest on Friday 2026-07-03 and on Columbus Day, state offices on the day after Thanksgiving."""
    differing = [date(2026, 7, 3), date(2026, 10, 12), date(2026, 11, 27)]
    assert [schedules.FEDERAL.works(day) for day in differing] == [False, False, True]
    assert [days.is_business_day(day) for day in differing] == [True, True, False]
    friday = datetime(2026, 10, 9, 16)
    assert schedules.FEDERAL.after(friday, timedelta(hours=2)) == datetime(2026, 10, 13, 9)
    assert schedules.WEEKDAYS.after(friday, timedelta(hours=2)) == datetime(2026, 10, 12, 9)


def test_no_correction_speaks_of_october_and_each_was_reported_by_then():
    for row in table(EXPECTED / "sample_corrections.csv"):
        assert not {row["exported_due_on"][:7], row["corrected_due_on"][:7]} & {"2026-10"}, row
    text = (SAMPLE / "policy" / "corrections.yaml").read_text(encoding="utf-8")
    reported = [date.fromisoformat(line.split(": ")[1]) for line in text.splitlines() if line.startswith("  reported_on")]
    assert len(reported) == 5 and max(reported) < date(2026, 11, 20)
    assert (ROOT / "data" / "policy" / "corrections.yaml").exists() is False
