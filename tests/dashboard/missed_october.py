"""Eight requests due in October 2026, counted by hand: their phases, a pause, second opinions, a correction and an exclusion.

As of Fri 2026-11-20 16:42. October 2026 has no closure, and no request needs an approval: the clock starts with the submission.
"""

from pathlib import Path

import yaml

from pipelines import build, landing
from pipelines import policy as policies
from tests import builders, sla_builders, transition_builders
from tests.builders import a_request
from tests.sla_builders import a_clock
from tests.transition_builders import a_transition

SUBMITTED = "2026-10-01 09:00:00"
CLOSED = {
    "MET": "2026-10-06 10:00:00",
    "SLOW": "2026-10-12 10:00:00",  # missed by 2 business days
    "PAUSED": "2026-10-13 10:00:00",  # by 3, which is what it waited for the customer
    "UNTOLD": "2026-10-09 10:00:00",
    "FIXED": "2026-10-20 09:12:00",
    "DECLARED": "2026-10-14 10:00:00",
    "CLOSE": "2026-10-08 16:00:00",  # on its last day
}
"""Customer install: due Thu 2026-10-08."""
INSTALLED = "2026-10-16 10:00:00"
"""The end of LONG, CDT install: due Thu 2026-10-15."""
PHASES = {
    "MET": [("customer", "2026-10-02"), ("review", "2026-10-05"), ("issue", "2026-10-06")],
    "SLOW": [("customer", "2026-10-02"), ("review", "2026-10-08"), ("issue", "2026-10-12")],
    "PAUSED": [("customer", "2026-10-02"), ("review", "2026-10-05"), ("pause", "2026-10-08"), ("review", "2026-10-09"), ("issue", "2026-10-13")],
    "LONG": [("customer", "2026-10-07"), ("review", "2026-10-08"), ("issue", "2026-10-12"), ("install", "2026-10-16")],
}
"""The phases of a request, each with the day on which it ended at 10:00."""
CORRECTIONS = [
    {
        "id": "C-1", "number": "FIXED", "field": "closed_at", "value": "2026-10-07 16:00:00", "expect": "2026-10-20 09:12:00",
        "reason": "Delivered on the 7th, closed *after* a holiday", "reported_on": "2026-11-02", "reported_by": "service manager",
    },
    {
        "id": "C-2", "number": "DECLARED", "exclude": True, "expect": "missed", "reason": "Opened twice", "reported_on": "2026-11-03", "reported_by": "team lead",
    },
    {
        "id": "C-3", "number": "SLOW", "exclude": True, "expect": "missed", "reason": "Not yet known", "reported_on": "2026-12-24", "reported_by": "team lead",
    },
]  # fmt: skip


def requests() -> list[dict[str, str]]:
    """The eight, and one of November that tells how far the export reaches."""
    said = {"UNTOLD": {"source_verdict": "met"}}
    rows = [a_request(number, SUBMITTED, closed_at=closed_at, **said.get(number, {})) for number, closed_at in CLOSED.items()]
    rows.append(a_request("LONG", SUBMITTED, closed_at=INSTALLED, service_option="new_cdt_install"))
    return [*rows, a_request("NEWEST", "2026-11-19 09:00:00", updated_at="2026-11-20 16:42:00")]


def transitions() -> list[dict[str, str]]:
    """The phases end to end; a value of the newest request that no rule knows, and a change of a request that no export has."""
    rows = []
    for number, phases in PHASES.items():
        began = SUBMITTED
        for phase, ended_on in phases:
            rows.append(a_transition(number, phase, began, f"{ended_on} 10:00:00"))
            began = f"{ended_on} 10:00:00"
    return [*rows, a_transition("NEWEST", "sent to the <moon>", "2026-11-19 09:00:00"), a_transition("NOBODY", "review", "2026-11-01 09:00:00", "2026-11-02 09:00:00")]


def clocks() -> list[dict[str, str]]:
    """Two that agree, one that counts to the hour, one that took the pause off, and one of a request that is excluded."""
    ended = {"MET": "2026-10-08 17:00:00", "SLOW": "2026-10-08 17:00:00", "CLOSE": "2026-10-08 09:00:00", "PAUSED": "2026-10-13 17:00:00", "DECLARED": "2026-10-08 17:00:00"}
    late = ("SLOW", "CLOSE", "DECLARED")
    more = {"PAUSED": {"pause_seconds": str(3 * 86400)}}
    return [
        a_clock(number, SUBMITTED, planned_end_at=planned_end_at, ended_at=CLOSED[number], verdict="missed" if number in late else "met", **more.get(number, {}))
        for number, planned_end_at in ended.items()
    ]


def home(folder: Path) -> Path:
    """A home with all of it, landed and built."""
    (folder / "policy").mkdir()
    (folder / "policy" / "corrections.yaml").write_text(yaml.safe_dump(CORRECTIONS), encoding="utf-8")
    rules = policies.load(folder / "policy")
    paths = [builders.write_export(folder / "exports", requests()), sla_builders.write(folder / "exports", clocks())]
    paths.append(transition_builders.written(folder / "exports", transition_builders.CONTRACT, "transitions.csv", transitions()))
    landing.ingest(folder / "home", paths, rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"
