"""Page 4 and the list of page 3 on requests whose history is told, through the entry script."""

import pytest

from dashboard import history_parts, queries, readiness_parts, risks
from pipelines import metrics, reports, snapshots
from tests.dashboard.conftest import words


def test_the_page_of_the_example_explains_its_verdict(open_app, told_home):
    """Verdict, clock, phases, what would have changed it, and the second opinion, in this order."""
    app = open_app(told_home, "request", number="SPEC")
    assert not app.exception and not app.error
    assert [each.value.replace("\\", "") for each in app.header] == [
        "Missed by 1 business day. Approved Thu 2026-11-05, target 5 business days, due Fri 2026-11-13, closed Mon 2026-11-16: 6 business days.",
        "The clock, day by day",
        "Phases against budget: customer is over by 2 business days and review by 1",
        "What would have changed it",
        "What ServiceNow says",
        "Ready to process?",
        "Which certificates belong to it?",
        "Where it comes from",
    ]
    text = words(app)
    for line in (
        "Of 8 business days from submission to its end, the certificate team held it for 5 and the customer for 3.",
        "2 business days of them lie before the clock, which started on Thu 2026-11-05 with approval: 2 in customer.",
        "It went customer, review, customer, review, issue: 3 hand-offs from one holder to another.",
        "Met, if closed on or before Fri 2026-11-13, 1 business day earlier.",
        "From submission (Tue 2026-11-03): missed by 3 business days, due Tue 2026-11-10.",
        "Without the pause of 1 business day (waiting on the customer, Mon 2026-11-09 to Tue 2026-11-10): due Mon 2026-11-16 instead of Fri 2026-11-13, met.",
        "ServiceNow\u2019s clock \u201cCertificate\u201d says: breached (same).",
        "a handover during a day counts from the next business day",
    ):
        assert line in text, line


def test_the_tables_and_the_files_have_the_same_rows(open_app, told_home):
    """The count on a button equals the rows that are shown and those of the file."""
    path = snapshots.current(told_home)
    app = open_app(told_home, "request", number="SPEC")
    labels = [each.label for each in app.get("download_button")]
    assert labels[:4:2] == ["Download these 14 rows (CSV)", "Download these 3 rows (CSV)"]
    assert [len(each.value) for each in app.table[:2]] == [14, 3]
    for table, rows in (("clock_ledger", 14), ("request_phases", 3)):
        query = metrics.select(table, where={"number": ["SPEC"]})
        assert len(reports.content(path, query, "csv").decode().splitlines()) == rows + 1


def test_a_request_without_state_changes_says_so(open_app, told_home):
    """No transitions: the exact words, and no empty chart."""
    app = open_app(told_home, "request", number="PLAIN")
    assert "No phase data for this request: no state changes were exported." in words(app)
    assert "ServiceNow\u2019s clock \u201cCertificate\u201d says: breached (differs: its clock stopped on another day)." in words(app)
    assert "made_sla" not in words(app)
    assert not app.exception and not app.error


@pytest.mark.parametrize(
    ("number", "line"),
    [
        ("OPEN", "Now in the customer phase since Wed 2026-11-18, held by the customer: 2 of 1 business day so far."),
        ("WAITS", "None of them is on the clock, which has not started."),
        ("WAITS", "No clock to draw: it has not started."),
        ("LOST", "Odd about its state changes: 1 gap, 1 change that is not mapped."),
        ("LONG", "Authority validation"),
        ("GONE", "Missed, if it had ended after Tue 2026-11-10."),
        ("SHORT", "the requested date (Mon 2026-11-16) would count: due Mon 2026-11-16 instead of Tue 2026-11-10, met."),
        ("ASKED", "only its 5 business days would count: due Mon 2026-11-09, missed by 3 business days."),
        ("UNDATED", "No completion date was requested; with Fri 2026-11-13 or later it would be met"),
        ("FIXED", "As exported, without C-2026-001: missed by 7 business days, due Fri 2026-10-09, closed Tue 2026-10-20."),
        ("DECLARED", "As exported, without C-2026-002: missed by 7 business days, due Fri 2026-10-09, closed Tue 2026-10-20."),
    ],
)
def test_every_kind_of_request_is_explained(open_app, told_home, number, line):
    app = open_app(told_home, "request", number=number)
    assert not app.exception and not app.error
    found = words(app) + "".join(str(each.value.to_dict()) for each in app.table)
    assert line in found


def test_corrections_are_listed_as_exported_and_as_corrected(open_app, told_home):
    """Only those of this request; one reported after the data's date is listed and not applied."""
    app = open_app(told_home, "request", number="FIXED")
    table = next(each.value for each in app.table if "As corrected" in each.value.columns)
    rows = [tuple(str(cell).replace("\\", "") for cell in row) for row in table.itertuples(index=False)]
    assert rows == [
        ("C-2026-001", "Closed", "2026-10-20 09:12", "2026-10-09 16:00", "Missed, now met"),
        ("C-2026-003", "Department", "Department of Sample", "Department of Later", "Not yet: reported after Fri 2026-11-20"),
    ]
    assert "C-2026-001, reported Mon 2026-11-02 by the service manager: Delivered on the 9th, the item was closed after a holiday." in words(app)
    assert "Corrected by declaration" not in words(open_app(told_home, "request", number="SPEC"))


def test_nothing_is_shown_where_nobody_else_has_an_opinion(open_app, sample_home):
    """A snapshot without second opinions, corrections and pauses has no headings for them."""
    path = snapshots.current(sample_home)
    silent = metrics.Query(
        "select number from slo_outcomes where number not in (select number from verdict_reconciliation union all select coalesce(number, '') from corrections) "
        "order by number limit 1", (), (),
    )  # fmt: skip
    number = queries.warehouse.records(path, silent)[0].number
    text = words(open_app(sample_home, "request", number=number))
    assert "What ServiceNow says" not in text and "Corrected by declaration" not in text


def test_a_broken_part_leaves_the_others(open_app, told_home, monkeypatch):
    """One broken block must not blank the page."""

    def broken(*_):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(history_parts.histories, "phases", broken)
    monkeypatch.setattr(readiness_parts, "checks", broken)
    app = open_app(told_home, "request", number="SPEC")
    assert len(app.error) == 2 and not app.exception
    assert "Without the pause of 1 business day" in words(app)


def test_the_list_of_what_is_due_says_the_phase_and_who_holds_it(open_app, told_home):
    """Phase, who holds it, days there of those published; what is not recorded or not mapped shows as missing."""
    shown = open_app(told_home, "due").dataframe[0].value.set_index("Request").fillna("")
    assert list(shown.columns)[4:7] == ["Phase", "Held by", "Days in phase"]
    rows = {number: tuple(shown.loc[number, ["Phase", "Held by", "Days in phase"]]) for number in shown.index}
    assert rows == {
        "OPEN": ("Customer", "customer", "2 of 1"), "WAITS": ("Customer", "customer", "3 of 1"), "LOST": ("", "", ""), "NEWEST": ("", "", ""),
    }  # fmt: skip


def test_the_file_of_the_list_has_the_phase(told_home):
    """The file equals the screen: the phase, its holder, its days and its budget."""
    query = metrics.select("open_requests", where={"number": ["OPEN"]})
    head, row = reports.content(snapshots.current(told_home), query, "csv").decode().splitlines()
    found = dict(zip(head.split(","), row.split(","), strict=True))
    wanted = {"current_phase": "customer", "current_party": "customer", "current_phase_business_days": "2", "current_phase_budget_days": "1"}
    assert wanted.items() <= found.items()


def test_a_list_without_any_phase_has_no_empty_columns(open_app, bare_home):
    assert risks.is_known(snapshots.current(bare_home))
    assert "Phase" not in open_app(bare_home, "due").dataframe[0].value.columns
