"""A corrected snapshot is the one of exports that are right: whoever writes the corrections into the cells by hand and ingests that finds the same."""

import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests import builders, certificate_builders, hostile_requests
from tests.builders import Row, a_correction
from tests.certificate_builders import a_certificate, an_approval

TODAY = date(2026, 3, 13)
NOW = f"{TODAY} 16:59:59"
REQUESTS = 120
OPTIONS = ("new_customer_install", "new_cdt_install", "renewal_customer_install", "renewal_cdt_install", "inquiry")
STATES = ("open", "resolved", "completed", "cancelled", "rejected", "incomplete", "skipped")
CLOSED_WORDS = {
    "service_option": OPTIONS, "state": STATES, "approval": ("approved", "requested", "rejected", "not_required", ""),
    "request_type": (*hostile_requests.TYPES, "Delegated Admin"), "department": ("Department of Motor Vehicles", "Parks", ""),
}  # fmt: skip
TIMES = ("submitted_at", "approved_at", "closed_at", "resolved_at", "installed_at", "issued_at")
DAYS = ("requested_completion_on", "current_expires_on")
LABELS = ("option_label", "state_label")
"""Columns that keep the source's words."""
TABLES = {
    "slo_outcomes": ("number",), "facts.request_clocks": ("number", "clock_basis"), "certificate_links": ("number", "role", "certificate"),
    "renewal_exposure": ("certificate",), "request_readiness": ("number", "check"), "open_risks": ("number",), "forecast_open_work": ("service_option", "due_on"),
}  # fmt: skip


class World:
    """Requests of one version each, with approvers, requisitions and certificates, and corrections of some; all drawn from one seed."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)
        maker = hostile_requests.Maker(seed, date(2025, 6, 1), date(2026, 4, 30))
        self.rows = [self.row(maker.life(f"RITM{position:07}")) for position in range(REQUESTS)]
        self.certificates = [self.certificate(position) for position in range(12)]
        self.approvals, self.requisitions = [], []
        for row in self.rows:
            if self.draw.random() < 0.3:
                named = self.draw.choice((row["number"], row["requisition_number"]))
                self.approvals.append(an_approval(named, self.draw.choice(("approved", "approved", "requested", "rejected")), updated_at=self.moment()))
            if self.draw.random() < 0.3:
                asked = {"requested_completion_on": self.day(), "approval": self.draw.choice(("approved", "requested", "")), "approved_at": self.moment()}
                self.requisitions.append({"number": row["requisition_number"], **asked, "updated_at": self.moment()})

    def row(self, life: Row) -> Row:
        """A life with a requisition; half of them known from an update of their own, not only from a later export."""
        updated = life["closed_at"] or life["submitted_at"] if self.draw.random() < 0.5 else ""
        cells = {column: "" for column in ("order_number", "serial_number")} | {"requisition_number": life["number"].replace("RITM", "REQ")}
        blank = {"current_expires_on": ""} if self.draw.random() < 0.4 else {}
        return life | cells | blank | {"updated_at": updated}

    def certificate(self, position: int) -> Row:
        issued = date(2025, 1, 1) + timedelta(days=self.draw.randrange(500))
        return a_certificate(
            f"{position:x}a", issued_at=f"{issued} 10:00:00", common_name="www.example.ca.gov", expires_on=f"{issued + timedelta(days=self.draw.randint(40, 199))}"
        )

    def moment(self) -> str:
        """Some second until now."""
        return f"{datetime.fromisoformat(NOW) - timedelta(seconds=self.draw.randrange(280 * 86_400)):%Y-%m-%d %H:%M:%S}"

    def day(self) -> str:
        return f"{TODAY + timedelta(days=self.draw.randint(-250, 60))}"

    def near(self, row: Row, field: str) -> str:
        """A time some days from what is exported, or from the submission, and not ahead of now."""
        anchor = datetime.fromisoformat(row[field] or row["submitted_at"])
        return f"{min(anchor + timedelta(seconds=self.draw.randint(-9 * 86_400, 9 * 86_400)), datetime.fromisoformat(NOW)):%Y-%m-%d %H:%M:%S}"

    def corrections(self, published: dict[tuple, dict]) -> list[dict]:
        """One to four fields of most requests that are counted; never the value that they have. `published`: the outcomes without corrections."""
        found = []
        for row in self.rows:
            if (row["number"],) not in published or self.draw.random() < 0.2:
                continue
            said = self.said(row, published[row["number"],])
            for field in self.draw.sample((*CLOSED_WORDS, *TIMES, *DAYS), self.draw.randint(1, 4)):
                value, expect = self.value(row, field), said.get(field, expected(row, field))
                if value != expect:
                    found.append(a_correction(row["number"], id=f"C-{len(found)}", field=field, expect=expect, value=value, reported_on=f"{TODAY}"))
        return found

    def said(self, row: Row, outcome: dict) -> dict[str, str]:
        """What all exports together say of the fields that others tell too: approvers before the requisition, and both only where the request leaves it open."""
        requisition = next((each for each in self.requisitions if each["number"] == row["requisition_number"]), None)
        answer = next((each for each in self.approvals if each["number"] in (row["number"], row["requisition_number"])), None)
        own, approved_at = row["approval"].strip(), row["approved_at"]
        told, told_at = (requisition["approval"], requisition["approved_at"]) if requisition else ("", "")
        if answer:
            told, told_at = answer["state"], answer["updated_at"] if answer["state"] == "approved" else ""
        is_open = own in ("", "requested") and told != ""
        approval = told if is_open else own
        if is_open and approval != "approved":
            approved_at = ""
        elif approval == "approved" and not approved_at:
            approved_at = told_at
        days = {field: f"{outcome[field]}" if outcome[field] else "" for field in DAYS}
        return {"approval": approval, "approved_at": approved_at, **days}

    def value(self, row: Row, field: str) -> str:
        if field in CLOSED_WORDS:
            return self.draw.choice(CLOSED_WORDS[field])
        if field != "submitted_at" and self.draw.random() < 0.15:
            return ""
        return self.near(row, field) if field in TIMES else self.day()

    def publish(self, folder: Path, rows: list[Row], *entries: dict):
        reach = certificate_builders.a_request("the newest event", "2027-12-31 12:00:00")
        kinds = [[self.certificates], [self.approvals], [self.requisitions]]
        rules = builders.declaring(folder / "policy", *entries)
        return certificate_builders.publish(folder, [[*rows, reach]], *kinds, as_of=NOW, policy=rules)


def expected(row: Row, field: str) -> str:
    """What the exports say of a field, as a person reads the cell."""
    if field == "state":
        return row[field] if row[field] in STATES else ""
    if field == "service_option":
        return row[field] if row[field] in OPTIONS else "unclassified"
    return row[field].strip()


def by_hand(rows: list[Row], entries: list[dict]) -> list[Row]:
    """The rows with the corrections written into their cells."""
    cells = {(entry["number"], entry["field"]): entry["value"] for entry in entries}
    return [{column: cells.get((row["number"], column), text) for column, text in row.items()} for row in rows]


def found_in(connection, name: str) -> dict[tuple, dict]:
    keys = TABLES[name]
    rows = builders.table(connection, f"select * from {name}")
    return {tuple(row[key] for key in keys): {column: value for column, value in row.items() if column not in LABELS} for row in rows}


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A new folder for each example."""
    return lambda: tmp_path_factory.mktemp("corrected")


@given(seed=st.integers(0, 10**6))
@settings(max_examples=3, phases=(Phase.explicit, Phase.generate))  # an example is four builds, and none is simpler than another
def test_corrections_are_what_right_exports_would_have_said(folders, seed):
    """Every table of requests, and as_exported beside it, which is the snapshot without corrections; exclusions change the outcome only, and not without them."""
    world, folder = World(seed), folders()
    exported = world.publish(folder / "exported", world.rows)
    entries = world.corrections(found_in(exported, "slo_outcomes"))
    assert {entry["field"] for entry in entries} == {*CLOSED_WORDS, *TIMES, *DAYS}
    corrected = world.publish(folder / "corrected", world.rows, *entries)
    right = world.publish(folder / "right", by_hand(world.rows, entries))
    for name in TABLES:
        rows = {key: row for key, row in found_in(corrected, name).items() if "as_exported" not in key}
        assert rows == found_in(right, name), name
    before, clocks = found_in(exported, "facts.request_clocks"), found_in(corrected, "facts.request_clocks")
    touched = {entry["number"] for entry in entries}
    assert {number for number, basis in clocks if basis == "as_exported"} == touched
    for number in touched:
        assert {**clocks[number, "as_exported"], "clock_basis": "approved"} == before[number, "approved"]
    judged = [number for number in touched if before[number, "approved"]["slo_outcome"] != "excluded"]
    exclusions = [
        a_correction(number, id=f"X-{number}", exclude=True, expect=before[number, "approved"]["slo_outcome"], reported_on=f"{TODAY}")
        for number in world.draw.sample(sorted(judged), min(20, len(judged)))
    ]
    excluded = found_in(world.publish(folder / "excluded", world.rows, *entries, *exclusions), "facts.request_clocks")
    changed = {"slo_outcome": "excluded", "is_open_overdue": False, "late_business_days": None}
    for (number, basis), row in excluded.items():
        key = number, "approved" if basis == "without_exclusions" else basis
        declared = f"X-{number}" in {entry["id"] for entry in exclusions} and basis not in ("as_exported", "without_exclusions")
        wanted = {**clocks[key], **(changed | {"outcome_reason": f"declared: X-{number}"} if declared else {})}
        assert row == {**wanted, "clock_basis": basis}
    assert {number for number, basis in excluded if basis == "without_exclusions"} == {entry["number"] for entry in exclusions}
