"""The clocks of another system as exports: read, kept in versions, accounted for; and the field in which a request's own source says its verdict."""

import csv
import io

import pytest
from pydantic import ValidationError

from pipelines import build, landing, snapshots, sources
from pipelines import policy as policies
from pipelines.errors import UserError
from pipelines.mappings import SlaMapping
from tests import builders, sla_builders
from tests.command_line import certboard
from tests.files import RULES
from tests.sla_builders import a_clock

SERVICENOW = (
    "Task,SLA definition,Stage,Has breached,Start time,Stop time,Breach time,Business elapsed percentage,Pause duration,Business pause duration,Schedule,Updated\r\n"
    "RITM1,Five days,Completed,true,11-02-2026 14:00:00,11-09-2026 16:00:00,11-09-2026 14:00:00,100.2,,,8-17 weekdays,11-13-2026 16:00:00\r\n"
    "RITM2,Five days,Completed,false,11-02-2026 14:00:00,11-10-2026 10:00:00,11-10-2026 15:00:00,99,1970-01-04 01:00:00,1970-01-02 01:00:00,,11-13-2026 10:00:00\r\n"
    "RITM2,Response,Breached,1,11-02-2026 14:00:00,,11-03-2026 14:00:00,180,,,,11-13-2026 10:00:00\r\n"
)
TIMELY = builders.a_request("RITM1", "2026-11-02 14:00:00", closed_at="2026-11-09 16:00:00", updated_at="2026-11-20 10:00:00")


def reconciled(tmp_path, requests, *clocks, as_of=None, policy=None) -> list[dict]:
    """The published rows of clocks, in their order."""
    connection = sla_builders.publish(tmp_path, requests, clocks, builders.local(as_of) if as_of else None, policy)
    return builders.table(connection, "select * from verdict_reconciliation where opinion = 'task_sla' order by number, sla, started_at")


# An export of ServiceNow


def test_an_export_of_servicenow_by_labels_is_read(tmp_path):
    """task_sla with the labels, stages and durations of the platform: a duration is a date since 1970, a verdict true or false."""
    (tmp_path / "task_sla.csv").write_text(SERVICENOW, encoding="utf-8", newline="")
    late = TIMELY | {"number": "RITM2", "closed_at": "2026-11-10 10:00:00"}
    requests = builders.write_export(tmp_path, [TIMELY, late])
    landing.ingest(tmp_path / "home", [tmp_path / "task_sla.csv", requests], RULES, received_at=builders.RECEIVED_AT)
    connection = snapshots.open_read_only(build.build(tmp_path / "home", RULES).path)
    rows = builders.table(connection, "select * from verdict_reconciliation order by number, sla")
    assert [(row["number"], row["sla"], row["source_verdict"], row["slo_outcome"], row["reason_code"]) for row in rows] == [
        ("RITM1", "Five days", "missed", "met", "rounding"),
        # 25 hours of pause by their schedule: one whole day moves Mon 9 to Tue 10.
        ("RITM2", "Five days", "met", "missed", "pause_counted"),
        ("RITM2", "Response", "missed", "missed", "same_verdict"),
    ]
    assert f"{rows[0]['planned_end_at']}" == "2026-11-09 22:00:00"


@pytest.mark.parametrize("headers", [("task", "sla", "has_breached", "start_time"), ("Task", "SLA definition", "Has breached", "Start time")])
def test_the_source_is_known_by_its_headers(headers):
    assert sources.recognise(headers, RULES.sources).mapping.source == "servicenow_slas"


def test_an_export_with_the_words_of_the_contract_needs_no_mapping():
    assert sources.recognise(list(a_clock("R", "2026-11-02")), RULES.sources).mapping.source == "certboard_slas"


# Versions, and the conservation of rows


def test_the_newest_version_of_a_clock_counts_and_every_row_is_accounted_for(tmp_path):
    """"Rows = accepted + superseded + later + quarantined"; across exports a clock is known by its request, name and minute of its start."""
    running = a_clock("RITM1", "2026-11-02 14:00:31", updated_at="2026-11-03 09:00:00")
    ended = running | {"started_at": "2026-11-02 14:00:00", "ended_at": "2026-11-09 16:00:00", "verdict": "missed", "stage": "completed"}
    ended |= {"updated_at": "2026-11-09 16:00:00"}
    others = [a_clock("RITM1", "2026-11-02 14:01:00"), a_clock("RITM1", "2026-12-01 14:00:00", updated_at="2026-12-01 14:00:00"), a_clock("", "2026-11-02 14:00:00")]
    others += [a_clock("RITM1", "", sla="none"), a_clock("RITM1", "yesterday", sla="word"), a_clock("RITM1", "2026-11-02 14:00:00", sla="x", planned_end_at="soon")]
    connection = sla_builders.publish(tmp_path, [[TIMELY]], [[running, *others], [ended]])
    rows = builders.table(connection, "select sla, started_at, source_verdict from verdict_reconciliation where opinion = 'task_sla' order by 2")
    assert [(row["sla"], f"{row['started_at']}", row["source_verdict"]) for row in rows] == [
        ("Certificate", "2026-11-02 22:00:00", "missed"), ("Certificate", "2026-11-02 22:01:00", "open"),
    ]  # fmt: skip
    (counts, second) = builders.table(connection, "select * from exports where kind = 'slas' order by name")
    assert [counts[f"{name}_count"] for name in ("row", "accepted", "superseded", "later", "quarantined")] == [7, 1, 1, 1, 4]
    assert (second["row_count"], second["accepted_count"]) == (1, 1)
    rejected = builders.table(connection, "select column_name, value, reason from quarantine order by row_number")
    assert [tuple(row.values()) for row in rejected] == [
        ("number", None, "the key is missing"), ("started_at", "", "the start is missing"), ("started_at", "yesterday", "cannot be read"),
        ("planned_end_at", "soon", "cannot be read"),
    ]  # fmt: skip


START = "2026-11-02 09:00:00"
AGAIN = {
    "cancelled, and attached again": (a_clock("RITM1", START, ended_at="2026-11-04 09:00:00", stage="cancelled"), a_clock("RITM1", START, ended_at="2026-11-06 09:00:00")),
    "breached, and started again within the minute": (
        a_clock("RITM1", START, ended_at="2026-11-09 16:00:00", planned_end_at="2026-11-09 09:00:00", verdict="missed"), a_clock("RITM1", "2026-11-02 09:00:30"),
    ),
    "alike but for what is not shown": (a_clock("RITM1", START, business_percentage="12"), a_clock("RITM1", START, business_percentage="13")),
}  # fmt: skip


def told_by(connection) -> list[tuple]:
    """(verdict, reason) of every clock, and (accepted, superseded) of every export of them, all in order."""
    rows = builders.table(connection, "select source_verdict, reason_code from verdict_reconciliation where opinion = 'task_sla' order by all")
    counts = builders.table(connection, "select accepted_count, superseded_count from exports where kind = 'slas' order by name")
    return [*(tuple(row.values()) for row in rows), *(tuple(row.values()) for row in counts)]


@pytest.mark.parametrize("rows", AGAIN.values(), ids=[name.replace(" ", "_") for name in AGAIN])
def test_two_rows_of_one_export_are_two_clocks(tmp_path, rows):
    """No row of an export is a version of another: both are compared, in any order; the same row again, of a page that overlaps, is not."""
    once = told_by(sla_builders.publish(tmp_path / "once", [[TIMELY]], [rows]))
    assert once == told_by(sla_builders.publish(tmp_path / "turned", [[TIMELY]], [rows[::-1]]))
    assert once[-1] == (2, 0) and len(once) == 3
    assert told_by(sla_builders.publish(tmp_path / "twice", [[TIMELY]], [[*rows, *rows]])) == [*once[:2], (2, 2)]


def test_the_export_with_the_newest_row_of_a_start_has_all_its_clocks(tmp_path):
    """An older export's rows are superseded, however many; the newest row of all decides, and a row that is not in its export is none."""
    older = [a_clock("RITM1", START, updated_at="2026-11-03 09:00:00"), a_clock("RITM1", START, stage="paused", updated_at="2026-11-05 09:00:00")]
    newer = [a_clock("RITM1", START, stage="cancelled", updated_at="2026-11-04 09:00:00"), a_clock("RITM1", f"{START[:-2]}59", updated_at="2026-11-06 09:00:00")]
    other = [a_clock("RITM1", "2026-11-02 09:01:00", updated_at="2026-11-03 09:00:00")]
    connection = sla_builders.publish(tmp_path, [[TIMELY]], [older, newer, other])
    assert [told for told in told_by(connection) if isinstance(told[0], int)] == [(0, 2), (2, 0), (1, 0)]
    reference = sla_builders.expected([[TIMELY]], [older, newer, other])
    assert sla_builders.differences(sla_builders.published(connection), reference) == {} and len(reference) == 3


def test_a_row_of_the_same_start_that_changed_later_is_a_clock_as_well(tmp_path):
    """What the export tells of it later has not happened: it runs, and is not breached before its deadline."""
    rows = [
        a_clock("RITM1", START, ended_at="2026-11-04 09:00:00", stage="cancelled", updated_at="2026-11-04 09:00:00"),
        a_clock("RITM1", START, ended_at="2026-11-10 09:00:00", planned_end_at="2026-11-09 09:00:00", verdict="missed", updated_at="2026-11-10 09:00:00"),
    ]
    connection = sla_builders.publish(tmp_path, [[TIMELY]], [rows], builders.local("2026-11-06 12:00:00"))
    assert told_by(connection) == [("open", "cancelled"), ("open", "same_verdict"), (2, 0)]


@pytest.mark.parametrize("column", ["pause_seconds", "business_pause_seconds"])
def test_a_pause_without_a_length_is_named(tmp_path, column):
    """A length that cannot be read, or is negative, takes nothing off and stands among the warnings; empty, a null word and zero are lengths."""
    cells = {"abc": 1, "-5": 1, "1.5": 1, "": 0, "?": 0, "0": 0, "90000": 0, "1970-01-02 01:00:00": 0, "1970-01-01 00:00:00": 0, "25:00:00": 0, "1 day 1 hour": 0}
    clocks = [a_clock("RITM1", "2026-11-02 14:00:00", sla=cell or "empty", **{column: cell}) for cell in cells]
    connection = sla_builders.publish(tmp_path, [[TIMELY]], [clocks])
    (check,) = builders.table(connection, "select severity, offender_count from checks where name = 'every_pause_of_another_clock_has_a_length'")
    assert tuple(check.values()) == ("warns", sum(cells.values()))
    offenders = builders.table(connection, "select offender from check_offenders where name = 'every_pause_of_another_clock_has_a_length' order by position")
    assert [row["offender"] for row in offenders] == [
        f"export slas-1.csv, row_number {place}, number RITM1, column_name {column}, value {cell}" for place, cell in enumerate(cells, start=1) if cells[cell]
    ]
    assert builders.table(connection, "select accepted_count, quarantined_count from exports where kind = 'slas'") == [
        {"accepted_count": len(cells), "quarantined_count": 0}
    ]


def test_without_a_stage_an_export_of_ends_tells_what_has_none(tmp_path):
    """An empty end is one where the export has the column; where it has neither, whether the clock has ended is not known."""
    clock = a_clock("RITM1", "2026-11-09 14:00:00", updated_at="2026-11-20 09:00:00", planned_end_at="2026-11-30 14:00:00")
    request = builders.a_request("RITM1", "2026-11-09 14:00:00", closed_at="2026-11-19 10:00:00", updated_at="2026-11-20 10:00:00")
    found = {
        shown: reconciled(tmp_path / shown, [[request]], [{column: text for column, text in clock.items() if column not in absent.split()}])[0]
        for shown, absent in {"end": "stage", "neither": "stage ended_at"}.items()
    }
    assert {shown: row["evidence"].split(":")[0] for shown, row in found.items()}["neither"] == "Whether theirs has ended is unknown"
    assert "still runs" in found["end"]["evidence"]


def test_an_export_whose_rows_are_all_rejected_is_refused(tmp_path):
    with pytest.raises(UserError, match=r"slas-1\.csv: all 1 rows are rejected, the first at row 1 \(the key is missing\)"):
        sla_builders.publish(tmp_path, [[TIMELY]], [[a_clock("", "2026-11-02 14:00:00")]])


@pytest.mark.parametrize(
    ("clock", "as_of", "verdict", "ended"),
    [
        # The end, and with it the verdict met, is later than as_of.
        ({"ended_at": "2026-11-09 13:00:00", "planned_end_at": "2026-11-09 14:00:00"}, "2026-11-09 12:59:59", "open", False),
        ({"ended_at": "2026-11-09 13:00:00", "planned_end_at": "2026-11-09 14:00:00"}, "2026-11-09 13:00:00", "met", True),
        # A miss that is known later was one only after the deadline.
        ({"ended_at": "2026-11-12 13:00:00", "planned_end_at": "2026-11-09 14:00:00", "verdict": "missed"}, "2026-11-09 13:59:59", "open", False),
        ({"ended_at": "2026-11-12 13:00:00", "planned_end_at": "2026-11-09 14:00:00", "verdict": "missed"}, "2026-11-09 14:00:00", "missed", False),
        ({"planned_end_at": "2026-11-09 14:00:00", "verdict": "missed", "updated_at": "2026-11-13 09:00:00"}, "2026-11-09 12:00:00", "open", False),
        # Without a deadline nobody knows.
        ({"verdict": "missed", "updated_at": "2026-11-13 09:00:00"}, "2026-11-09 12:00:00", None, False),
        ({"verdict": "missed", "updated_at": "2026-11-08 09:00:00"}, "2026-11-09 12:00:00", "missed", False),
    ],
)
def test_what_is_later_than_as_of_has_not_happened(tmp_path, clock, as_of, verdict, ended):
    rows = reconciled(tmp_path, [[TIMELY]], [a_clock("RITM1", "2026-11-02 14:00:00", **clock)], as_of=as_of)
    assert [(row["source_verdict"], row["ended_at"] is not None) for row in rows] == [(verdict, ended)]


def test_a_clock_of_an_older_export_is_not_held_against_what_came_after(tmp_path):
    """"Stale is not missed": their export ends on Thu 5, ours says what became of the request on Mon 9."""
    rows = reconciled(tmp_path, [[TIMELY]], [a_clock("RITM1", "2026-11-02 14:00:00", updated_at="2026-11-05 09:00:00")])
    assert [(row["agreement"], row["reason_code"]) for row in rows] == [("not_comparable", "older_export")]
    assert rows[0]["evidence"] == "Theirs is as of Thu 2026-11-05 09:00:00, before ours is due on Mon 2026-11-09 and stopped on Mon 2026-11-09."


def test_a_clock_without_a_request_and_one_of_a_part_are_told_apart(tmp_path):
    part = TIMELY | {"number": "RITM2", "parent_number": "RITM1"}
    clocks = [a_clock(number, "2026-11-02 14:00:00", updated_at="2026-11-20 09:00:00") for number in ("RITM2", "RITM3")]
    assert [(row["number"], row["reason_code"]) for row in reconciled(tmp_path, [[TIMELY, part]], clocks)] == [
        ("RITM2", "part_of_parent"), ("RITM3", "unknown_request"),
    ]  # fmt: skip


def test_a_clock_that_the_mapping_leaves_out_is_listed_and_never_compared(tmp_path):
    builders.a_policy(tmp_path / "policy", late_exclusion="missed")
    mapping = tmp_path / "policy" / "sources" / "certboard_slas.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "leave_out: [First response]\n", encoding="utf-8")
    clock = a_clock("RITM1", "2026-11-02 14:00:00", sla=" first RESPONSE", verdict="missed")
    (row,) = reconciled(tmp_path, [[TIMELY]], [clock], policy=policies.load(tmp_path / "policy"))
    assert (row["agreement"], row["reason_code"], row["sla"]) == ("not_comparable", "left_out", "first RESPONSE")


# The verdict of a request's own source


def own(tmp_path, *exports) -> dict[str, tuple]:
    """(verdict, agreement, reason) of each request's own field."""
    connection = builders.publish(tmp_path, *exports)
    rows = builders.table(connection, "select * from verdict_reconciliation where opinion = 'made_sla'")
    return {row["number"]: (row["source_verdict"], row["agreement"], row["reason_code"]) for row in rows}


def test_the_field_of_a_request_is_compared_where_it_says_anything(tmp_path):
    """"`made_sla` ... on task are legacy": shown beside the promise; true on an open request is not yet a verdict."""
    late = {"closed_at": "2026-11-10 10:00:00"}
    told = {"agrees": {"source_verdict": "met"}, "differs": {"source_verdict": "missed"}, "late": {"source_verdict": "met", **late}, "silent": {}, "odd": {"source_verdict": "so so"}}
    rows = [TIMELY | {"number": number} | fields for number, fields in told.items()]
    waiting = builders.a_request("waiting", "2026-11-19 14:00:00", source_verdict="met", updated_at="2026-11-19 14:00:00")
    assert own(tmp_path, [*rows, waiting]) == {
        "agrees": ("met", "agree", "same_verdict"), "differs": ("missed", "disagree", "legacy_field"), "late": ("met", "disagree", "legacy_field"),
        "waiting": ("open", "agree", "same_verdict"),
    }  # fmt: skip


def test_a_verdict_that_the_newest_export_does_not_have_is_that_of_the_one_before(tmp_path):
    """A column absent from the winning export comes from the next version that has it; present but empty stays empty."""
    older = [TIMELY | {"number": number, "source_verdict": "missed", "updated_at": "2026-11-10 10:00:00"} for number in ("absent", "empty")]
    newer = [builders.without(TIMELY | {"number": "absent"}, "source_verdict")]
    assert own(tmp_path, older, newer, [TIMELY | {"number": "empty"}]) == {"absent": ("missed", "disagree", "legacy_field")}


def test_a_label_that_the_mapping_does_not_know_is_named(tmp_path):
    rules = builders.a_policy(tmp_path)
    sla_builders.publish(tmp_path, [[TIMELY | {"source_verdict": "so so"}]], [[a_clock("RITM1", "2026-11-02 14:00:00", verdict="perhaps", stage="asleep")]])
    assert dict(build.build(tmp_path / "home", rules).warnings)["every_verdict_label_is_mapped"] == 3


# Mappings and policy


def a_mapping(**changes) -> SlaMapping:
    columns = {"number": ["task"], "started_at": ["start"], "verdict": ["breached"]}
    content = {"source": "clocks", "kind": "slas", "description": "Clocks", "timezone": "UTC", "recognise": ["number"], "columns": columns}
    return SlaMapping.model_validate(content | changes)


def test_words_that_yaml_reads_as_truth_are_labels():
    """`{true: missed, false: met}` without quotes."""
    mapping = a_mapping(verdict={"map": {True: "missed", False: "met", "1": "missed"}})
    assert [sources.verdict(mapping.verdict.map, label) for label in ("true", " FALSE", "1", "yes", "")] == ["missed", "met", "missed", None, None]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"verdict": {"map": {"true": "breached"}}}, "Input should be 'met', 'missed' or 'open'"),
        ({"stage": {"map": {"Paused": "asleep"}}}, "Input should be 'in_progress', 'paused', 'completed' or 'cancelled'"),
        ({"columns": {"number": ["task"], "started_at": ["start"]}}, 'columns: "verdict" is required; list the headers that carry it'),
    ],
)
def test_a_wrong_mapping_says_what_is_wrong(change, words):
    with pytest.raises(ValidationError) as refusal:
        a_mapping(**change)
    assert words in str(refusal.value)


def test_a_day_that_is_twice_in_the_second_calendar_is_refused(tmp_path):
    builders.a_policy(tmp_path / "policy", late_exclusion="missed")
    with (tmp_path / "policy" / "second_calendar.csv").open("a", encoding="utf-8") as file:
        file.write("2026-10-12,Again,a test\n")
    with pytest.raises(UserError, match=r"second_calendar\.csv line 282: 2026-10-12 is listed twice\. Keep one line\."):
        policies.load(tmp_path / "policy")


# The command line


def test_the_reconciliation_is_exported_and_filtered(tmp_path):
    requests = builders.write_export(tmp_path, [TIMELY | {"source_verdict": "missed"}])
    clocks = sla_builders.write(tmp_path, [a_clock("RITM1", "2026-11-02 14:00:00", ended_at="2026-11-09 16:00:00", planned_end_at="2026-11-09 14:00:00", verdict="missed")])
    assert certboard("ingest", requests, clocks, folder=tmp_path, CERTBOARD_HOME="home").returncode == 0
    answer = certboard("export", "verdict_reconciliation", "--where", "reason_code=rounding", folder=tmp_path, CERTBOARD_HOME="home")
    assert list(csv.reader(io.StringIO(answer.stdout)))[1:] == [
        [
            "RITM1", "task_sla", "Certificate", "missed", "met", "disagree", "rounding",
            "Both are due on Mon 2026-11-09, but theirs at 14:00:00, and it ended on Mon 2026-11-09 16:00:00.", "2026-11-02T14:00:00-08:00",
            "2026-11-09T14:00:00-08:00", "2026-11-09T16:00:00-08:00", "2026-11-09", "2026-11-09T16:00:00-08:00",
        ]
    ]  # fmt: skip
    answer = certboard("export", "calendar_second_days", "--where", "on_date=2026-10-12", folder=tmp_path, CERTBOARD_HOME="home")
    assert answer.stdout.splitlines()[1].startswith("2026-10-12,false,")
