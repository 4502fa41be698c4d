"""What the requested date of a renewal did or would have done: each line on both sides of each boundary, and held against what the product itself would say."""

from datetime import date

import pytest

from dashboard import queries, requested_dates
from dashboard.formats import named_day
from dashboard.judging import Case, outcome, same
from pipelines import build, snapshots
from tests import builders
from tests.dashboard.verdict_rows import DUE, MET, OPEN, a_case, a_request, a_run, noon

RENEWAL = {"lead_flag": "short", "lead_days": 19, "current_expires_on": date(2026, 11, 22), "requested_completion_on": date(2026, 11, 17)}


def the_line(**fields) -> str:
    """The one line of a renewal about its requested date."""
    policy = {key: fields.pop(key) for key in ("undated_renewal", "counted_through_on") if key in fields}
    found = requested_dates.lines(a_case(a_request(**RENEWAL | fields), a_run(**policy)))
    assert len(found) <= 1
    return found[0] if found else ""


BY = "Had it been submitted by Mon 2026-11-02, 20 calendar days before expiry (Sun 2026-11-22), the requested date (Tue 2026-11-17) would count"


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({}, f"{BY}: due Tue 2026-11-17 instead of Fri 2026-11-13, met."),
        ({"stop_at": noon("2026-11-17")}, f"{BY}: due Tue 2026-11-17 instead of Fri 2026-11-13, met."),
        ({"stop_at": noon("2026-11-18")}, f"{BY}: due Tue 2026-11-17 instead of Fri 2026-11-13, still missed by 1 business day."),
        (OPEN, f"{BY}: due Tue 2026-11-17 instead of Fri 2026-11-13, missed by 3 business days and still open."),
        (OPEN | {"counted_through_on": date(2026, 11, 17)}, f"{BY}: due Tue 2026-11-17 instead of Fri 2026-11-13, past its due date, but the exports end before it."),
        (MET, ""),
        ({"requested_completion_on": None}, ""),
    ],
)
def test_a_renewal_that_came_too_late_for_its_requested_date(fields, line):
    """Had it been submitted by the day that is 20 calendar days before expiry: the due date that gives, and whether the verdict changes."""
    assert the_line(**fields) == line


@pytest.mark.parametrize(
    ("requested", "end"),
    [
        ("2026-11-13", "would count, but it is no later than Fri 2026-11-13 (5 business days): still missed by 1 business day."),
        ("2026-11-14", "would count: due Sat 2026-11-14 instead of Fri 2026-11-13, still missed by 1 business day."),
        ("2026-11-22", "would count: due Sun 2026-11-22 instead of Fri 2026-11-13, met."),
        ("2026-11-23", "would count: due Sun 2026-11-22 instead of Fri 2026-11-13, met."),
    ],
)
def test_the_later_of_both_dates_counts_and_the_expiry_caps_it(requested, end):
    """The later of the requested date and the business days; at the latest the current expiry."""
    line = the_line(requested_completion_on=date.fromisoformat(requested))
    assert line.endswith(end)
    assert (", at the latest the expiry, Sun 2026-11-22)" in line) == (requested == "2026-11-23")


def test_a_clock_that_starts_at_the_submission_starts_earlier_too():
    """Submitted on Mon 2026-11-02, the 5 business days end on Mon 2026-11-09."""
    line = the_line(clock_start_source="submitted", requested_completion_on=date(2026, 11, 9))
    assert line.endswith("would count, but it is no later than Mon 2026-11-09 (5 business days): still missed by 4 business days.")
    line = the_line(clock_start_source="submitted", requested_completion_on=date(2026, 11, 10))
    assert line.endswith("would count: due Tue 2026-11-10 instead of Fri 2026-11-13, still missed by 3 business days.")


def test_an_undated_renewal_is_read_by_the_policy():
    """`process_by`: expiry less 7 calendar days stands for the date nobody gave."""
    line = the_line(requested_completion_on=None, undated_renewal="process_by", current_expires_on=date(2026, 11, 25), lead_days=22 - 3)
    assert "the processing date (Wed 2026-11-18, 7 calendar days before expiry) would count: due Wed 2026-11-18 instead of Fri 2026-11-13, met." in line


IN_TIME = {"lead_flag": "on_time", "lead_days": 20, "current_expires_on": date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("stop", "line"),
    [
        ("2026-11-23", "No completion date was requested; with Mon 2026-11-23 or later it would be met, as it came 20 calendar days before expiry."),
        ("2026-11-24", "No completion date was requested; none could help, because it closed after its certificate expired (Mon 2026-11-23)."),
    ],
)
def test_a_renewal_in_time_without_a_requested_date(stop, line):
    """A date up to the expiry would have helped, none after it."""
    assert the_line(**IN_TIME | {"requested_completion_on": None, "stop_at": noon(stop)}) == line


def test_a_requested_date_that_moves_nothing():
    line = the_line(**IN_TIME | {"requested_completion_on": DUE})
    assert line == "The requested date (Fri 2026-11-13) counts, but it is no later than Fri 2026-11-13 (5 business days), so it moves nothing."


DATED = IN_TIME | {"requested_completion_on": date(2026, 11, 17), "due_on": date(2026, 11, 17), "due_rule": "requested_date"}


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        (
            {**MET, "stop_at": noon("2026-11-16")},
            ["Without the requested date (Tue 2026-11-17), by its 5 business days alone: due Fri 2026-11-13, missed by 1 business day."],
        ),
        (
            {**MET, "stop_at": noon("2026-11-13")},
            ["Without the requested date (Tue 2026-11-17), by its 5 business days alone: due Fri 2026-11-13, still met."],
        ),
        (
            {"stop_at": noon("2026-11-18"), "latest_requested_completion_on": date(2026, 11, 18)},
            ["Without the requested date (Tue 2026-11-17), by its 5 business days alone: due Fri 2026-11-13, still missed by 3 business days.",
             "The requested date was changed to Wed 2026-11-18 later; the first one counts. By the later one: due Wed 2026-11-18, met."],
        ),
    ],
)  # fmt: skip
def test_what_the_requested_date_gave(fields, lines):
    """Without it only the business days would count, whatever starts the clock; a later change of it is told, not scored."""
    for source in ("approved", "submitted"):
        assert requested_dates.lines(a_case(a_request(**RENEWAL | DATED | fields, clock_start_source=source))) == lines


@pytest.mark.parametrize(("requested", "is_said"), [(date(2026, 11, 13), False), (date(2026, 11, 14), True), (None, False)])
def test_an_unknown_expiry_is_said_where_the_date_is_later(requested, is_said):
    line = the_line(lead_flag="unknown_expiry", lead_days=None, current_expires_on=None, requested_completion_on=requested)
    assert line == (
        "The requested date (Sat 2026-11-14) does not count, because the expiry of its certificate is not known. By that date: still missed by 1 business day."
        if is_said else ""
    )  # fmt: skip


LEADS = {"SHORT19": "2026-11-22", "SHORT10": "2026-11-13", "EXPIRED": "2026-11-02"}
REQUESTED = ("2026-11-10", "2026-11-11", "2026-11-16")
CLOSED = ("2026-11-10", "2026-11-12", "2026-11-13", "2026-11-16", "2026-11-17", "")


def renewals(moved: dict[str, str] | None = None) -> list[dict[str, str]]:
    """Renewals of every lead, requested date, closing and start; `moved` submits them on another day."""
    rows = [builders.a_request("NEWEST", "2026-11-18 16:00:00", updated_at="2026-11-18 16:00:00")]
    for lead, expires_on in LEADS.items():
        for asked in REQUESTED:
            for closed in CLOSED:
                for approved in ("2026-11-03 11:00:00", ""):
                    number = f"{lead}-{asked}-{closed}-{'approved' if approved else 'submitted'}"
                    rows.append(builders.a_request(
                        number, f"{(moved or {}).get(number, '2026-11-03')} 09:00:00", service_option="renewal_customer_install", request_type="Renewal",
                        current_expires_on=expires_on, requested_completion_on=asked, approved_at=approved, closed_at=f"{closed} 15:00:00" if closed else "",
                    ))  # fmt: skip
    return rows


def judged(folder, rows) -> tuple:
    """What the product says of these exports: the run, and the requests by number."""
    rules = builders.a_policy(folder)
    builders.land(folder / "home", folder / "exports", {"requests.csv": rows}, rules)
    build.build(folder / "home", rules)
    path = snapshots.current(folder / "home")
    return path, {row.number: row for row in queries.warehouse.records(path, queries.table_query("slo_outcomes", {}))}


def test_what_is_said_of_an_earlier_submission_is_what_the_product_would_say(tmp_path):
    """The same renewals, submitted on the day that the line names, have the due date and the verdict that it names."""
    path, found = judged(tmp_path / "as_it_was", renewals())
    run = queries.run_params(path)
    said, moved = {}, {}
    for number, row in found.items():
        days = queries.calendar_between(path, date(2026, 10, 1), date(2026, 12, 31))
        case = Case(row, run, days)
        line = next((line for line in requested_dates.lines(case) if line.startswith("Had it been submitted by")), None)
        if line:
            said[number], moved[number] = (case, line), line.split(", ")[0].split()[-1]
    assert len(said) > 50 and {row.slo_outcome for row in found.values()} == {"met", "missed", "open"}
    _, then = judged(tmp_path / "earlier", renewals(moved))
    for number, (case, line) in said.items():
        there = then[number]
        verdict = same(case, outcome(there))
        due_on = there.due_on
        if "no later than" in line:
            assert line.endswith(f"no later than {named_day(due_on)} (5 business days): {verdict}."), (line, due_on)
        else:
            assert line.endswith(f"due {named_day(due_on)} instead of {named_day(case.row.due_on)}, {verdict}."), (line, due_on, verdict)
