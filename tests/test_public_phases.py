"""Where the days of a real incident log went, against a count of its rows one by one.

Source: `data/public/uci_incident_log/SOURCE.txt`. Every update is a row; its `incident_state` names the phase.
"""

import csv
import io
import zipfile
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipelines import build, landing, policy, snapshots
from tests import builders

FOLDER = Path(__file__).resolve().parent.parent / "data" / "public" / "uci_incident_log"
PHASES = {
    "New": "registration", "Active": "work", "Awaiting User Info": "caller", "Awaiting Vendor": "vendor", "Awaiting Problem": "other waiting",
    "Awaiting Evidence": "other waiting", "Resolved": "confirmation", "-100": "not mapped", "Closed": "not recorded",
}  # fmt: skip


def counted() -> dict[str, dict[str, int]]:
    """Business days by phase of every incident: each update holds until the next one; the last until the closing."""
    with zipfile.ZipFile(FOLDER / "incident_event_log.zip") as archive, archive.open(archive.namelist()[0]) as file:
        events = defaultdict(list)
        for row in csv.DictReader(io.TextIOWrapper(file, encoding="utf-8")):
            events[row["number"]].append(row)
    found = {}
    for number, rows in events.items():
        updates = sorted((moment(row["sys_updated_at"]), int(row["sys_mod_count"]), row["incident_state"]) for row in rows)
        opened, closed = moment(rows[0]["opened_at"]), moment(rows[0]["closed_at"])
        found[number] = of_one(opened, closed, [(at, PHASES[state]) for at, _, state in updates])
    return found


def moment(text: str) -> datetime:
    return datetime.strptime(text, "%d/%m/%Y %H:%M")


def of_one(opened: datetime, closed: datetime, changes: list[tuple[datetime, str]]) -> dict[str, int]:
    """The phase at the midnight that begins each day after the first has that day, when it is a business day or the last."""
    days: dict[str, int] = defaultdict(int)
    for offset in range(1, (closed.date() - opened.date()).days + 1):
        day = opened.date() + timedelta(days=offset)
        is_counted = day.weekday() < 5 or day == closed.date()
        midnight = datetime.combine(day, datetime.min.time())
        known = [phase for at, phase in changes if at < midnight]
        if is_counted:
            days[known[-1] if known else "not recorded"] += 1
    return dict(days)


@pytest.fixture(scope="module")
def connection(tmp_path_factory):
    """The log in a snapshot, with the policy that lies beside it."""
    home = tmp_path_factory.mktemp("incidents")
    rules = policy.load(FOLDER / "policy")
    landing.ingest(home, [FOLDER / "incident_event_log.zip"], rules, received_at=builders.RECEIVED_AT)
    with snapshots.open_read_only(build.build(home, rules).path) as opened:
        yield opened


def test_the_days_of_every_incident_go_where_a_count_of_its_rows_says(connection):
    """24,918 incidents, phase by phase."""
    ours: dict[str, dict[str, int]] = defaultdict(dict)
    for number, phase, days in connection.execute("select number, phase, business_days from facts.request_phases where business_days > 0").fetchall():
        ours[number][phase] = days
    wrong = {number: (days, ours.get(number, {})) for number, days in counted().items() if days != ours.get(number, {})}
    assert not wrong, (len(wrong), list(wrong.items())[:3])


def test_the_ledger_adds_up_for_every_incident(connection):
    sums = "select number, sum(counted_days), count(*) filter (where is_stop_day) from clock_ledger group by number"
    elapsed = dict(connection.execute("select number, elapsed_business_days from slo_outcomes").fetchall())
    rows = connection.execute(sums).fetchall()
    assert len(rows) == 24_918
    assert all(elapsed[number] == days and stops == 1 for number, days, stops in rows)


def test_phases_have_no_published_budget_and_one_state_no_phase(connection):
    assert connection.execute("select count(*) from facts.request_phases where budget_business_days is not null").fetchall() == [(0,)]
    assert connection.execute("select distinct value from transition_findings where finding = 'not_mapped'").fetchall() == [("-100",)]


def test_waiting_for_the_caller_is_the_pause_and_stays_out_of_the_headline(connection):
    """14,178 met of 24,904 due, as without any transitions; taking the pauses off is the second figure."""
    rows = "select clock_basis, cast(sum(met_count) as integer), cast(sum(missed_count) as integer) from slo_months group by 1 order by 1"
    found = {basis: (met, missed) for basis, met, missed in connection.execute(rows).fetchall()}
    assert found["submitted"] == (14_178, 10_726)
    met, missed = found["without_pauses"]
    assert met > 14_178 and met + missed <= 24_918
    turned = connection.execute(
        "select count(*) from facts.variant_clocks where slo_outcome = 'met' and number in (select number from slo_outcomes where slo_outcome = 'missed')"
    )
    assert turned.fetchall()[0][0] >= met - 14_178
