"""Requests whose history is told: state changes, pauses, clocks of ServiceNow and declared corrections, on the product's own policy.

As of Fri 2026-11-20 16:42. Nov 11 is Veterans Day.
"""

import shutil
from pathlib import Path

import yaml

from pipelines import build, landing
from pipelines import policy as policies
from tests import builders, certificate_builders, transition_builders
from tests.builders import a_request
from tests.transition_builders import a_transition

RENEWAL = {"service_option": "renewal_customer_install", "request_type": "Renewal"}
CDT = {"service_option": "new_cdt_install"}
CORRECTIONS = [
    {
        "id": "C-2026-001", "number": "FIXED", "field": "closed_at", "value": "2026-10-09 16:00:00", "expect": "2026-10-20 09:12:00",
        "reason": "Delivered on the 9th, the item was closed after a holiday", "reported_on": "2026-11-02", "reported_by": "service manager",
    },
    {
        "id": "C-2026-002", "number": "DECLARED", "exclude": True, "expect": "missed", "reason": "Opened twice", "reported_on": "2026-11-02",
        "reported_by": "service manager",
    },
    {
        "id": "C-2026-003", "number": "FIXED", "field": "department", "value": "Department of Later", "expect": "Department of Sample",
        "reason": "Moved", "reported_on": "2026-11-30", "reported_by": "service manager",
    },
]  # fmt: skip


def requests() -> list[dict[str, str]]:
    """One request for each thing that the page explains."""
    lead = {"current_expires_on": "2026-11-22"}
    return [
        # The example of the specification, with a review of 3 of 2 business days and a pause of 1.
        a_request("SPEC", "2026-11-03 09:00:00", approved_at="2026-11-05 10:00:00", closed_at="2026-11-16 15:00:00", source_verdict="missed"),
        a_request("PLAIN", "2026-11-03 09:00:00", closed_at="2026-11-10 15:00:00", source_verdict="missed"),
        a_request("OPEN", "2026-11-13 09:00:00", approved_at="2026-11-13 12:00:00"),
        a_request("LOST", "2026-11-16 09:00:00"),
        a_request("WAITS", "2026-11-17 09:00:00", approval="requested"),
        a_request("LONG", "2026-06-01 09:00:00", closed_at="2026-10-13 15:00:00", **CDT),
        a_request("GONE", "2026-11-03 09:00:00", state="cancelled", closed_at="2026-11-05 09:00:00"),
        a_request("SHORT", "2026-11-03 09:00:00", approved_at="2026-11-03 11:00:00", closed_at="2026-11-13 15:00:00",
                  requested_completion_on="2026-11-16", **RENEWAL, **lead),
        a_request("ASKED", "2026-11-02 09:00:00", approved_at="2026-11-02 11:00:00", closed_at="2026-11-13 15:00:00",
                  requested_completion_on="2026-11-16", **RENEWAL, **lead),
        a_request("UNDATED", "2026-11-02 09:00:00", approved_at="2026-11-02 11:00:00", closed_at="2026-11-13 15:00:00", **RENEWAL, **lead),
        a_request("FIXED", "2026-10-02 09:00:00", closed_at="2026-10-20 09:12:00"),
        a_request("DECLARED", "2026-10-02 09:00:00", closed_at="2026-10-20 09:12:00"),
        a_request("NEWEST", "2026-11-20 16:42:00", updated_at="2026-11-20 16:42:00"),
    ]  # fmt: skip


def transitions() -> list[dict[str, str]]:
    """What happened between; LOST has a value that no rule knows, LONG went back and forth."""
    spec = [
        ("customer", "2026-11-03 09:00:00", "2026-11-05 10:00:00"), ("review", "2026-11-05 10:00:00", "2026-11-09 10:00:00"),
        ("pause", "2026-11-09 10:00:00", "2026-11-10 11:00:00"), ("review", "2026-11-10 11:00:00", "2026-11-12 12:00:00"),
        ("issue", "2026-11-12 12:00:00", "2026-11-16 15:00:00"),
    ]  # fmt: skip
    long = [
        ("customer", "2026-06-01 09:00:00", "2026-06-08 09:00:00"), ("review", "2026-06-08 09:00:00", "2026-06-10 09:00:00"),
        ("pause", "2026-06-10 09:00:00", "2026-06-12 09:00:00"), ("review", "2026-06-12 09:00:00", "2026-06-16 09:00:00"),
        ("authority validation", "2026-06-16 09:00:00", "2026-07-16 09:00:00"), ("issue", "2026-07-16 09:00:00", "2026-08-03 09:00:00"),
        ("install", "2026-08-03 09:00:00", "2026-10-13 15:00:00"),
    ]  # fmt: skip
    told = [("SPEC", *each) for each in spec] + [("LONG", *each) for each in long]
    told += [
        ("OPEN", "review", "2026-11-13 12:00:00", "2026-11-18 12:00:00"), ("OPEN", "pause", "2026-11-18 12:00:00", ""),
        ("LOST", "review", "2026-11-16 09:00:00", "2026-11-17 09:00:00"), ("LOST", "sent to the moon", "2026-11-18 09:00:00", ""),
        ("WAITS", "customer", "2026-11-17 09:00:00", ""), ("GONE", "review", "2026-11-03 09:00:00", "2026-11-05 09:00:00"),
    ]  # fmt: skip
    return [a_transition(*each) for each in told]


def clocks() -> list[dict[str, str]]:
    """The clocks of ServiceNow: one that agrees, one that stopped on another day."""
    columns = "number sla stage started_at planned_end_at ended_at verdict business_percentage pause_seconds business_pause_seconds schedule updated_at".split()
    told = [
        {"number": "SPEC", "sla": "Certificate", "stage": "completed", "started_at": "2026-11-05 10:00:00", "planned_end_at": "2026-11-13 17:00:00",
         "ended_at": "2026-11-16 15:00:00", "verdict": "missed", "updated_at": "2026-11-16 15:00:00"},
        {"number": "PLAIN", "sla": "Certificate", "stage": "completed", "started_at": "2026-11-03 09:00:00", "planned_end_at": "2026-11-10 17:00:00",
         "ended_at": "2026-11-13 15:00:00", "verdict": "missed", "updated_at": "2026-11-13 15:00:00"},
    ]  # fmt: skip
    return [dict.fromkeys(columns, "") | each for each in told]


def home(folder: Path) -> Path:
    """A home with all of it, landed and built."""
    shutil.copytree(policies.DEFAULT_FOLDER, folder / "policy")
    (folder / "policy" / "corrections.yaml").write_text(yaml.safe_dump(CORRECTIONS), encoding="utf-8")
    rules = policies.load(folder / "policy")
    paths = [builders.write_export(folder / "exports", requests())]
    paths.append(transition_builders.written(folder / "exports", transition_builders.CONTRACT, "transitions.csv", transitions()))
    paths.append(certificate_builders.write(folder / "exports", "clocks.csv", clocks(), list(clocks()[0])))
    landing.ingest(folder / "home", paths, rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"
