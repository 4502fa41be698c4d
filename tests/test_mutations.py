"""Would the specification notice? Each mutation changes one thing in a copy of the product, and some test must fail.

Slow by nature: every mutation runs the hand cases and the boundaries against its own copy. Run by `make bench`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
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
CERTIFICATE_SPECIFICATION = ("test_supersession_boundaries.py", "test_exposure_boundaries.py", "test_link_boundaries.py", "test_readiness.py")
ALONGSIDE = (
    "conftest.py", "builders.py", "agreement.py", "worlds.py", "certificate_agreement.py", "certificate_builders.py", "certificate_worlds.py",
    "hostile_certificates.py", "hostile_renewals.py",
)  # fmt: skip
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
        CLOCKS, "case when clock_start_source = 'approved' then given_approved_at when", "case when"
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
        CLOCKS, "when given_approval in ('approved', 'rejected') and given_approved_at > as_of_at", "when false"
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
    """The parts of the checkout that the specifications need."""
    without = shutil.ignore_patterns("__pycache__")
    for part in ("pipelines", "data/policy", "tests/reference"):
        shutil.copytree(CHECKOUT / part, folder / part, ignore=without)
    for name in (*ALONGSIDE, *SPECIFICATION, *CERTIFICATE_SPECIFICATION):
        shutil.copy(CHECKOUT / "tests" / name, folder / "tests" / name)
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


def specification(folder: Path, names: Sequence[str] = SPECIFICATION) -> subprocess.CompletedProcess:
    """Run a specification against the copy, until its first failure."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    command += [f"--basetemp={folder / 'temporary'}", *(f"tests/{name}" for name in names)]
    environment = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)


SUCCESSIONS, EXPOSURE = "pipelines/models/links/successions.sql", "pipelines/models/metrics/renewal_exposure.sql"
LINKS, CERTIFICATES = "pipelines/models/links/certificate_links.sql", "pipelines/models/joined/certificates.sql"
CERTIFICATE_MUTATIONS = {
    "a wildcard covers every label below": Mutation(
        SUCCESSIONS, "where not held_names.is_wildcard and strpos(held_names.name, '.') > 0", "where false"
    ),
    "some names are enough": Mutation(SUCCESSIONS, "pairs.literal_count = name_counts.name_count", "pairs.literal_count > 0"),
    "an overlap of 46 days is no longer": Mutation(SUCCESSIONS, "<= params.successor_overlap_days", "<= params.successor_overlap_days + 1"),
    "another organisation may replace": Mutation(
        SUCCESSIONS, "and (later.holding <> earlier.holding or coalesce(later.organisation, '') = coalesce(earlier.organisation, ''))", "and true"
    ),
    "a successor may expire earlier": Mutation(SUCCESSIONS, "later.expires_on > earlier.expires_on", "true"),
    "the smaller serial of one second wins": Mutation(
        SUCCESSIONS, "length(later.serial_number) > length(earlier.serial_number)", "length(later.serial_number) < length(earlier.serial_number)"
    ),
    "a revoked certificate replaces": Mutation(
        CERTIFICATES, "coalesce(is_issued and status not in ('revoked', 'replaced') and expires_on >= as_of_on, false) as is_active",
        "coalesce(is_issued and expires_on >= as_of_on, false) as is_active",
    ),
    "what expires today has expired": Mutation(EXPOSURE, "when dated.expires_on < dated.as_of_on then 'expired'", "when dated.expires_on <= dated.as_of_on then 'expired'"),
    "the last safe start counts from the day of expiry": Mutation(
        EXPOSURE, "add_days(certificates.expires_on, -1) = eves.on_date", "certificates.expires_on = eves.on_date"
    ),
    "the last safe start is past on its own day": Mutation(EXPOSURE, "when last_starts.on_date < dated.as_of_on", "when last_starts.on_date <= dated.as_of_on"),
    "a day before submit by is late": Mutation(EXPOSURE, "when dated.submit_by_on <= dated.as_of_on", "when dated.submit_by_on < dated.as_of_on"),
    "a request of 91 days before covers": Mutation(
        EXPOSURE, "add_days(certificates.expires_on, -params.request_before_days)", "add_days(certificates.expires_on, -params.request_before_days - 1)"
    ),
    "the oldest of two covering requests counts": Mutation(
        EXPOSURE, "partition by certificate, names_all order by submitted_at desc, number desc", "partition by certificate, names_all order by submitted_at, number"
    ),
    "the end is the certificate's own": Mutation(CERTIFICATES, "least(not_after_at, service_ends_at) as plan_ends_at", "not_after_at as plan_ends_at"),
    "a certificate of 31 days ago is renewed": Mutation(
        LINKS, "and certificates.expires_on >= add_days(requests.submitted_on, -30)", "and certificates.expires_on >= add_days(requests.submitted_on, -31)"
    ),
    "the last to expire is the current one": Mutation(
        LINKS, "order by certificates.expires_on, length(certificates.serial_number) desc", "order by certificates.expires_on desc, length(certificates.serial_number) desc"
    ),
    "two addresses are enough": Mutation(
        "pipelines/models/views/request_readiness.sql", "when contact_count >= 3 or list_count > 0 then 'pass'", "when contact_count >= 2 or list_count > 0 then 'pass'"
    ),
}  # fmt: skip


@pytest.mark.bench
def test_the_unchanged_copy_passes_and_is_what_is_tested(tmp_path):
    copy = copied(tmp_path)
    for names in (SPECIFICATION, CERTIFICATE_SPECIFICATION):
        found = specification(copy, names)
        assert found.returncode == 0, found.stdout[-3000:]
    (copy / "pipelines" / "build.py").write_text("raise ImportError('this copy is what is tested')\n", encoding="utf-8")
    assert "this copy is what is tested" in specification(copy).stdout


@pytest.mark.bench
@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=[name.replace(" ", "_") for name in MUTATIONS])
def test_the_specification_notices_that(mutation, tmp_path):
    notices(mutation, tmp_path, SPECIFICATION)


@pytest.mark.bench
@pytest.mark.parametrize("mutation", CERTIFICATE_MUTATIONS.values(), ids=[name.replace(" ", "_") for name in CERTIFICATE_MUTATIONS])
def test_the_specification_of_certificates_notices_that(mutation, tmp_path):
    notices(mutation, tmp_path, CERTIFICATE_SPECIFICATION)


def test_every_mutation_still_has_its_place():
    """The text that it changes stands in its file exactly once."""
    for mutation in (*MUTATIONS.values(), *CERTIFICATE_MUTATIONS.values()):
        assert (CHECKOUT / mutation.file).read_text(encoding="utf-8").count(mutation.before) == 1, mutation


def notices(mutation: Mutation, folder: Path, names: Sequence[str]) -> None:
    """Apply the mutation to a copy; some test of the specification must fail."""
    copy = copied(folder)
    file = copy / mutation.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutation.before, mutation.after), encoding="utf-8")
    found = specification(copy, names)
    assert found.returncode == 1, found.stdout[-3000:]
    assert "FAILED" in found.stdout or "ERROR" in found.stdout
