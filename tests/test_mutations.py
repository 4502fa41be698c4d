"""Would the specification notice? Each mutation changes one thing in a copy of the product, and some test must fail.

Slow by nature: every mutation runs the hand cases and the boundaries against its own copy. Run by `make bench`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parent.parent
SPECIFICATION = (
    "test_hand_cases.py",
    "test_boundaries.py",
    "test_clock_boundaries.py",
    "test_renewal_boundaries.py",
    "test_verdict_boundaries.py",
    "test_statement_boundaries.py",
)
ALONGSIDE = ("conftest.py", "builders.py", "agreement.py", "worlds.py")
CLOCKS = "pipelines/models/facts/request_clocks.sql"


class Mutation(NamedTuple):
    """In `file` the text `before`, which stands there exactly once, becomes `after`."""

    file: str
    before: str
    after: str


MUTATIONS = {
    "on the due date is late": Mutation(
        CLOCKS, "when stop_on <= due_on then 'met' else", "when stop_on < due_on then 'met' else"
    ),
    "the submission starts every clock": Mutation(
        CLOCKS, "case when clock_start_source = 'approved' then approved_at when", "case when"
    ),
    "the day after Thanksgiving is a business day": Mutation(
        "data/policy/closures.csv", "2026-11-27,", "2026-11-28,"
    ),
    "a weekend belongs to the Friday before": Mutation(
        "pipelines/business_calendar.py", "ordinal + (not is_business_day)", "ordinal"
    ),
    "what a stale export does not know is missed": Mutation(
        "pipelines/dimensions.py", "min(as_of_on, known_through_on)", "as_of_on"
    ),
    "an open request due today is missed": Mutation(
        CLOCKS, "when due_on < counted_through_on then 'missed'", "when due_on <= counted_through_on then 'missed'"
    ),
    "an overdue open request is merely open": Mutation(
        CLOCKS, "when due_on < counted_through_on then 'missed'", "when false then 'missed'"
    ),
    "cancelling late erases the miss": Mutation(
        CLOCKS, "stop_on > due_on and late_exclusion = 'missed'", "false"
    ),
    "twenty days before expiry is too late": Mutation(
        CLOCKS, "lead_days >= lead_min_days and", "lead_days > lead_min_days and"
    ),
    "an earlier requested date tightens the promise": Mutation(
        CLOCKS, "else greatest(business_days_due_on, promised_on) end as due_on",
        "else coalesce(promised_on, business_days_due_on) end as due_on",
    ),
    "a later approval was already given": Mutation(
        CLOCKS, "when approval in ('approved', 'rejected') and approved_at > as_of_at", "when false"
    ),
    "a later closing had already happened": Mutation(
        CLOCKS, "when completion_at is not null then completion_at <= as_of_at", "when completion_at is not null then true"
    ),
    "the last close always counts": Mutation(
        CLOCKS, "then first_closed_at else closed_at end as counted_close_at", "then closed_at else closed_at end as counted_close_at"
    ),
    "the interval is one of 90 per cent": Mutation("pipelines/attainment.py", "Z = 1.959964", "Z = 1.644854"),
    "an interval of none ends beside nothing": Mutation(
        "pipelines/attainment.py", "case when met_count = 0 then met_count / nullif(due_count, 0) else", "case when false then 0 else 1e-9 +"
    ),
    "a budget is rounded up": Mutation("pipelines/attainment.py", "cast(floor(", "cast(ceil("),
    "autumn's repeated hour takes the second": Mutation(
        "pipelines/engines/duckdb_engine.py", "    least(\n", "    greatest(\n"
    ),
}  # fmt: skip


def copied(folder: Path) -> Path:
    """The parts of the checkout that the specification needs."""
    without = shutil.ignore_patterns("__pycache__")
    for part in ("pipelines", "data/policy", "tests/reference"):
        shutil.copytree(CHECKOUT / part, folder / part, ignore=without)
    for name in (*ALONGSIDE, *SPECIFICATION):
        shutil.copy(CHECKOUT / "tests" / name, folder / "tests" / name)
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


def specification(folder: Path) -> subprocess.CompletedProcess:
    """Run the specification against the copy, until its first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += [f"--basetemp={folder / 'temporary'}", *(f"tests/{name}" for name in SPECIFICATION)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


@pytest.mark.bench
def test_the_unchanged_copy_passes_and_is_what_is_tested(tmp_path):
    copy = copied(tmp_path)
    found = specification(copy)
    assert found.returncode == 0, found.stdout[-3000:]
    (copy / "pipelines" / "build.py").write_text("raise ImportError('this copy is what is tested')\n", encoding="utf-8")
    assert "this copy is what is tested" in specification(copy).stdout


@pytest.mark.bench
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=[name.replace(" ", "_") for name in MUTATIONS])
def test_the_specification_notices_that(mutation, tmp_path):
    copy = copied(tmp_path)
    file = copy / mutation.file
    text = file.read_text(encoding="utf-8")
    assert text.count(mutation.before) == 1, f"{mutation.file} has {mutation.before!r} {text.count(mutation.before)} times"
    file.write_text(text.replace(mutation.before, mutation.after), encoding="utf-8")
    found = specification(copy)
    assert found.returncode == 1, found.stdout[-3000:]
    assert "FAILED" in found.stdout or "ERROR" in found.stdout
