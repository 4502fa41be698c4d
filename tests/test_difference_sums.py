"""The counts of an older snapshot plus what the changed requests say are the counts of the newer one, whatever happened between the two."""

import shutil
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import changed_statements, differences, metrics, snapshots
from pipelines.commands import comparing
from tests import builders, hostile_requests
from tests.comparisons import Desk, asked

EDITS = {
    "as it is": (),
    "a closure more": (("closures.csv", "closed_on,name,source\n", "closed_on,name,source\n2026-03-11,Day of Rest,a test\n"),),
    "another mapping": (("sources/certboard_requests.yaml", "[inquiry]}, is: inquiry", "[inquiry]}, is: new_cdt_install"),),
    "another rule": (("slo.yaml", "  late: missed ", "  late: excluded "), ("slo.yaml", "  stop: closed ", "  stop: resolved ")),
}
INSTANTS = (None, "2026-03-13 16:59:59", "2026-03-20 00:00:00", "2025-12-31 23:59:59")


class State(NamedTuple):
    """What a snapshot is made of: the exports that are not withdrawn, the instant, the edit of the policy."""

    exports: frozenset[int]
    as_of: str | None
    edit: str


STATES = st.builds(
    State, st.sets(st.integers(0, 4), min_size=1).map(frozenset), st.sampled_from(INSTANTS), st.sampled_from([*EDITS, *["as it is"] * 3])
)  # fmt: skip


@pytest.fixture(scope="module")
def snapshot_of(tmp_path_factory):
    """The snapshot of a state of one home of hostile requests, built once."""
    desk, built = Desk(tmp_path_factory.mktemp("desk")), {}
    exports = hostile_requests.exports(17, 150)
    for position, rows in enumerate(exports):
        desk.land(f"{position}.csv", *rows)
    original = shutil.copytree(desk.policy, desk.folder / "original")

    def snapshot(state: State) -> Path:
        if state not in built:
            for position in range(len(exports)):
                (desk.restore if position in state.exports else desk.withdraw)(f"{position}.csv")
            shutil.copytree(original, desk.policy, dirs_exist_ok=True)
            for edit in EDITS[state.edit]:
                desk.edit(*edit)
            path = desk.build(state.as_of)
            # Beyond the last 20 a home drops the oldest.
            built[state] = Path(shutil.copy(path, desk.folder / f"{len(built)}-{path.name}"))
        return built[state]

    return snapshot


def counts(path: Path) -> Counter:
    """Every count of the published statement by (service option, month, count)."""
    query = metrics.select("slo_attainment", by=("service_option", "month"))
    with snapshots.open_read_only(path) as connection:
        rows = builders.table(connection, query.sql, query.parameters)
    return Counter({(row["service_option"], row["month"], name): row[f"{name}_count"] for row in rows for name in differences.COUNTS if row[f"{name}_count"]})


PARTS = {
    "met": ("met",), "met_not_yet_due": ("met_not_yet_due",), "missed": ("missed",), "open_overdue": ("missed", "open_overdue"),
    "open": ("open", "open_with_due_date"), "open_without_due_date": ("open",), "excluded": ("excluded",), "not_measurable": ("not_measurable",),
}  # fmt: skip
"""The counts that a request is in, by what it is counted as."""


@settings(max_examples=15)
@given(STATES, STATES)
def test_old_counts_and_changes_are_the_new_counts(snapshot_of, before, after):
    """"The sum of request-level changes must equal the change of every count", in whichever direction time runs."""
    old, new = snapshot_of(before), snapshot_of(after)
    with differences.compare(old, new) as connection:
        requests, months = asked(connection, differences.REQUESTS), asked(connection, differences.MONTHS)
    before_counts, after_counts = counts(old), counts(new)
    moved = Counter(before_counts)
    for row in requests:
        for side, step in (("old", -1), ("new", 1)):
            if row[f"counted_as_{side}"]:
                for name in PARTS[row[f"counted_as_{side}"]]:
                    moved[row[f"service_option_{side}"], row[f"month_{side}"], name] += step
    assert +moved == after_counts and not -moved
    for row in months:
        for name in differences.COUNTS:
            key = row["service_option"], row["month"], name
            assert (row[f"{name}_count_old"], row[f"{name}_count_new"]) == (before_counts[key], after_counts[key])
    touched = {(row[f"service_option_{side}"], row[f"month_{side}"]) for row in requests for side in ("old", "new")} - {(None, None)}
    assert {(row["service_option"], row["month"]) for row in months if row["request_count"]} == touched
    assert all(changed_statements.others(row, "->", comparing.share) for row in months if not row["request_count"]), "what is listed differs in something"
    assert sum(dict(differences.parsed(row["causes"])).get("other", 0) for row in months) == 0, "every change has a reason"
