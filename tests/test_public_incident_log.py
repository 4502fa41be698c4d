"""A real ServiceNow audit log, loaded as anybody would load it, gives the numbers that were counted by hand.

Source: `data/public/uci_incident_log/SOURCE.txt`.
"""

import csv
import io
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent.parent / "data" / "public" / "uci_incident_log"


def certboard(*arguments: object) -> subprocess.CompletedProcess:
    """Run the command line as a person would."""
    return subprocess.run([sys.executable, "-m", "pipelines.cli", *map(str, arguments)], capture_output=True, text=True, timeout=300)


def ingested(home: Path, policy: Path) -> dict:
    """The log ingested into a home: what was printed, the outcomes counted, and the whole statement."""
    done = certboard("ingest", FOLDER / "incident_event_log.zip", "--policy", policy, "--home", home)
    assert done.returncode == 0, done.stderr
    outcomes = certboard("export", "slo_outcomes", "--home", home)
    counts: dict[str, int] = {}
    for row in csv.DictReader(io.StringIO(outcomes.stdout)):
        counts[row["slo_outcome"]] = counts.get(row["slo_outcome"], 0) + 1
    statement = next(csv.DictReader(io.StringIO(certboard("export", "slo_attainment", "--by", "service_option", "--home", home).stdout)))
    rows = csv.DictReader(io.StringIO(certboard("export", "verdict_reconciliation", "--home", home).stdout))
    opinions = Counter((row["opinion"], row["source_verdict"], row["slo_outcome"], row["agreement"], row["reason_code"]) for row in rows)
    status = certboard("status", "--home", home).stdout
    return {"printed": done.stdout, "said": done.stderr, "counts": counts, "statement": statement, "status": status, "opinions": opinions}


def due_on(opened_on: date) -> date:
    """The fifth day after, Monday to Friday, found by walking."""
    day, counted = opened_on, 0
    while counted < 5:
        day += timedelta(days=1)
        counted += day.weekday() < 5
    return day


def counted_by_hand() -> Counter:
    """(what `made_sla` says, what five business days say) of the newest event of each incident, from the CSV in the zip."""
    newest: dict[str, tuple] = {}
    with zipfile.ZipFile(FOLDER / "incident_event_log.zip") as archive, archive.open(archive.namelist()[0]) as file:
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            times = [datetime.strptime(row[name], "%d/%m/%Y %H:%M") for name in ("sys_updated_at", "opened_at", "closed_at")]
            rank = times[0], int(row["sys_mod_count"])
            if row["number"] not in newest or rank > newest[row["number"]][0]:
                newest[row["number"]] = rank, row["made_sla"], times[1].date(), times[2].date()
    return Counter(
        ("met" if made_sla == "true" else "missed", "met" if closed_on <= due_on(opened_on) else "missed") for _, made_sla, opened_on, closed_on in newest.values()
    )


@pytest.fixture(scope="module")
def closed(tmp_path_factory) -> dict:
    """Stopped by `closed_at`, as the policy beside the log says."""
    return ingested(tmp_path_factory.mktemp("closed"), FOLDER / "policy")


@pytest.fixture(scope="module")
def resolved(tmp_path_factory) -> dict:
    """Stopped by `resolved_at`, with a copy of the policy."""
    folder = tmp_path_factory.mktemp("resolved")
    policy = Path(shutil.copytree(FOLDER / "policy", folder / "policy"))
    text = (policy / "slo.yaml").read_text(encoding="utf-8")
    assert text.count("  stop: closed\n") == 1
    (policy / "slo.yaml").write_text(text.replace("  stop: closed\n", "  stop: resolved\n"), encoding="utf-8")
    return ingested(folder / "home", policy)


def test_every_event_is_accounted_for(closed):
    """"141,712 rows = 24,918 accepted + 116,794 superseded + 0 quarantined"."""
    assert "141,712 rows = 24,918 accepted + 116,794 superseded + 0 later + 0 quarantined" in closed["printed"]


def test_the_newest_event_is_the_clock(closed):
    """"its default as_of 2017-02-18 15:00"."""
    assert "2017-02-18T15:00:00" in closed["status"]


def test_outcomes_by_closing_time(closed):
    """"in `slo_outcomes` 14,192 met and 10,726 missed"."""
    assert closed["counts"] == {"met": 14_192, "missed": 10_726}


def test_only_due_incidents_enter_the_statement(closed):
    """"14,178 met of 24,904 due and 14 met but not yet due"."""
    statement = closed["statement"]
    assert (statement["met_count"], statement["missed_count"], statement["met_not_yet_due_count"]) == ("14178", "10726", "14")
    assert float(statement["attainment_ratio"]) == pytest.approx(14_178 / 24_904, abs=1e-15)


def test_outcomes_by_resolution_time(resolved):
    """"with ... `clock_stop: resolved` 18,350 met, 5,012 missed, 1,556 not measurable"."""
    assert resolved["counts"] == {"met": 18_350, "missed": 5_012, "not_measurable": 1_556}


def test_the_statement_by_resolution_time(resolved):
    """"18,346 met of 23,358 due"."""
    assert (resolved["statement"]["met_count"], resolved["statement"]["missed_count"]) == ("18346", "5012")


def test_the_verdict_of_the_log_itself_is_shown_as_it_is(closed):
    """The log's `made_sla` says the same of 22,685 of 24,918 incidents; of the others it calls 1,922 met that took longer than five business days, and
    311 missed that did not. It has no deadline, so that no more can be said of them.
    """
    counted = counted_by_hand()
    assert counted == {("met", "met"): 13_881, ("missed", "missed"): 8_804, ("met", "missed"): 1_922, ("missed", "met"): 311}
    assert closed["opinions"] == {
        ("made_sla", theirs, ours, *(("agree", "same_verdict") if theirs == ours else ("disagree", "legacy_field"))): count
        for (theirs, ours), count in counted.items()
    }
