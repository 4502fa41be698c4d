"""Requests of which it matters who holds them: two missed ones, one of them still open, one from before the state changes, and one that nothing tells of.

As of Fri 2026-11-20 16:42. Nov 11 is Veterans Day.
"""

from pathlib import Path

from pipelines import build, landing
from pipelines import policy as policies
from tests import builders, transition_builders
from tests.builders import a_request
from tests.transition_builders import a_transition

PHASES = {
    # Approved on the 5th, due on Fri the 13th, closed on Mon the 16th: 6 business days on the clock, 9 from submission.
    "CLOSED": ["2026-11-02 09:00:00", ("customer", "2026-11-05 10:00:00"), ("review", "2026-11-10 10:00:00"), ("issue", "2026-11-16 15:00:00")],
    # Approved on the 4th, due on Thu the 12th, open: 11 business days on the clock, 12 from submission, 9 of them with the customer again.
    "OVERDUE": ["2026-11-03 09:00:00", ("customer", "2026-11-04 10:00:00"), ("review", "2026-11-06 10:00:00"), ("customer", "")],
    "NEWEST": ["2026-11-20 09:00:00", ("review", "")],
}
"""When each request was submitted, and its phases with their ends."""


def requests() -> list[dict[str, str]]:
    """Those of the phases; EARLY is missed in September, UNTOLD is open."""
    return [
        a_request("CLOSED", PHASES["CLOSED"][0], approved_at="2026-11-05 10:00:00", closed_at="2026-11-16 15:00:00"),
        a_request("OVERDUE", PHASES["OVERDUE"][0], approved_at="2026-11-04 10:00:00"),
        a_request("NEWEST", PHASES["NEWEST"][0], updated_at="2026-11-20 16:42:00"),
        a_request("EARLY", "2026-09-01 09:00:00", closed_at="2026-09-30 15:00:00"),
        a_request("UNTOLD", "2026-11-18 09:00:00"),
    ]


def transitions() -> list[dict[str, str]]:
    """The phases end to end."""
    rows = []
    for number, (began, *phases) in PHASES.items():
        for phase, ended in phases:
            rows.append(a_transition(number, phase, began, ended))
            began = ended
    return rows


def home(folder: Path, told: tuple[str, ...] = tuple(PHASES)) -> Path:
    """A home with all of it, landed and built. `told`: the requests whose state changes were exported."""
    rules = policies.load(policies.DEFAULT_FOLDER)
    paths = [builders.write_export(folder / "exports", requests())]
    rows = [row for row in transitions() if row["number"] in told]
    if rows:
        paths.append(transition_builders.written(folder / "exports", transition_builders.CONTRACT, "transitions.csv", rows))
    landing.ingest(folder / "home", paths, rules, received_at=builders.RECEIVED_AT)
    build.build(folder / "home", rules)
    return folder / "home"
