"""Page 4 and the list of page 3 on requests whose history is told, through the entry script."""

import pytest

from dashboard import history_parts, queries, readiness_parts, risks
from pipelines import build, metrics, reports, snapshots
from tests import builders
from tests.dashboard.conftest import words


def test_the_page_of_the_example_explains_its_verdict(open_app, told_home):
    """Verdict, clock, phases, what would have changed it, and the second opinion, in this order."""
    app = open_app(told_home, "request", number="SPEC")
    assert not app.exception and not app.error
    assert [each.value.replace("\\", "").replace("\u2060", "") for each in app.header] == [
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
    assert [len(app.dataframe[0].value), len(app.table[0].value)] == [14, 3]
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
        ("OPEN", "Last known in the customer phase since Wed 2026-11-18, held by the customer: 0 of 1 business day by Wed 2026-11-18; nothing is recorded after it."),
        ("WAITS", "None of them is on the clock, which has not started."),
        ("WAITS", "No clock to draw: it has not started."),
        ("LOST", "In its state changes: 2 gaps, 1 change that is not mapped."),
        ("LONG", "Authority validation"),
        ("GONE", "Missed, if it had ended after Tue 2026-11-10."),
        ("SHORT", "the requested date (Mon 2026-11-16) would count: due Mon 2026-11-16 instead of Tue 2026-11-10, met."),
        ("ASKED", "Without the requested date (Mon 2026-11-16), by its 5 business days alone: due Mon 2026-11-09, missed by 3 business days."),
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
    rows = [tuple(str(cell).replace("\\", "").replace("\u2060", "") for cell in row) for row in table.itertuples(index=False)]
    assert rows == [
        ("C-2026-001", "Closed", "2026-10-20 09:12", "2026-10-09 16:00", "Missed, now met"),
        ("C-2026-003", "Department", "Department of Sample", "Department of Later", "Not yet: reported after Fri 2026-11-20"),
    ]
    assert "C-2026-001, reported Mon 2026-11-02 by the service manager: Delivered on the 9th, the item was closed after a holiday." in words(app)
    assert "Corrected by declaration" not in words(open_app(told_home, "request", number="SPEC"))


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("FIXED", "Met by correction C-2026-001; as exported: missed by 7 business days. The reason stands below, under \u201cCorrected by declaration\u201d."),
        ("DECLARED", "Excluded by declaration C-2026-002; as exported: missed by 7 business days. The reason stands below, under \u201cCorrected by declaration\u201d."),
        ("SPEC", None),
    ],
)
def test_a_verdict_that_rests_on_a_correction_says_so_under_its_headline(open_app, told_home, number, said):
    """A corrected date is no fact of the exports; where nothing is corrected, nothing is said."""
    assert [each.value.replace("\\", "") for each in open_app(told_home, "request", number=number).info[:1]] == ([said] if said else [])


@pytest.mark.parametrize("asked", ["spec", "SPEC", "Spec"])
def test_a_number_is_found_whatever_its_case(open_app, told_home, asked):
    """The only one that differs in case alone; the page shows the number as it is exported."""
    app = open_app(told_home, "request", number=asked)
    assert app.code[0].value == "SPEC" and not app.error
    assert app.header[0].value.startswith("Missed by 1 business day")


def test_numbers_that_differ_in_case_alone_are_told_apart(open_app, tmp_path):
    """Two of them: the exact one is shown, and both are offered for a third way of writing."""
    rules = builders.a_policy(tmp_path)
    rows = [builders.a_request("Ritm1"), builders.a_request("RITM1"), builders.a_request("RITM0012345")]
    builders.land(tmp_path / "home", tmp_path, {"requests.csv": rows}, rules)
    build.build(tmp_path / "home", rules)
    assert [open_app(tmp_path / "home", "request", number=number).code[0].value for number in ("Ritm1", "RITM1")] == ["Ritm1", "RITM1"]
    app = open_app(tmp_path / "home", "request", number="ritm1")
    assert "ritm1 is not in this snapshot" in words(app)
    assert [each.label for each in app.button if each.key and each.key.startswith("jump_number_")] == ["RITM1", "Ritm1", "RITM0012345"]


@pytest.mark.parametrize("number", ["ritm0012344", "RITM0012344", "x12345"])
def test_similar_numbers_are_compared_without_their_case(tmp_path, number):
    """Numbers that begin or end like the one that was not found."""
    rules = builders.a_policy(tmp_path)
    builders.land(tmp_path / "home", tmp_path, {"requests.csv": [builders.a_request("RITM0012345"), builders.a_request("OTHER")]}, rules)
    build.build(tmp_path / "home", rules)
    assert queries.similar_numbers(snapshots.current(tmp_path / "home"), number) == ["RITM0012345"]


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
    rows = {number: tuple(shown.loc[number, ["Phase", "Held by", "Business days in phase, all visits"]]) for number in shown.index}
    assert rows == {
        "OPEN": ("Customer", "Customer", "0 of 1"), "WAITS": ("Customer", "Customer", "1 of 1"), "LOST": ("", "", ""), "NEWEST": ("", "", ""),
    }  # fmt: skip


def test_the_file_of_the_list_has_the_phase(told_home):
    """The file equals the screen: the phase, its holder, its days and its budget."""
    query = metrics.select("open_requests", where={"number": ["OPEN"]})
    head, row = reports.content(snapshots.current(told_home), query, "csv").decode().splitlines()
    found = dict(zip(head.split(","), row.split(","), strict=True))
    wanted = {"current_phase": "customer", "current_party": "customer", "current_phase_business_days": "0", "current_phase_budget_days": "1"}
    assert wanted.items() <= found.items()


def test_a_list_without_any_phase_has_no_empty_columns(open_app, bare_home):
    assert risks.is_known(snapshots.current(bare_home))
    assert "Phase" not in open_app(bare_home, "due").dataframe[0].value.columns
