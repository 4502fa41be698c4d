"""Would the specification notice? Each mutation changes one thing in a copy of the product, and some test must fail.

Slow by nature: every mutation runs the hand cases and the boundaries against its own copy. Run by `make bench`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
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
RISK_SPECIFICATION = ("test_open_risks.py",)
CORRECTION_SPECIFICATION = ("test_corrections.py", "test_correction_guards.py", "test_correction_readings.py")
FORECAST_SPECIFICATION = (
    "test_forecast_by_hand.py", "test_forecast_arrivals.py", "test_forecast_figures.py", "test_forecast_rates.py", "test_forecast_ranges.py",
    "test_forecast_reference.py",
)  # fmt: skip
ALONGSIDE = (
    "conftest.py", "builders.py", "agreement.py", "worlds.py", "certificate_agreement.py", "certificate_builders.py", "certificate_worlds.py",
    "hostile_certificates.py", "hostile_renewals.py", "hostile_requests.py", "risk_worlds.py",
    "forecast_cases.py", "forecast_worlds.py", "command_line.py", "transition_builders.py",
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
    for name in (*ALONGSIDE, *SPECIFICATION, *CERTIFICATE_SPECIFICATION, *RISK_SPECIFICATION, *FORECAST_SPECIFICATION, *CORRECTION_SPECIFICATION):
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
        SUCCESSIONS, "and (later.holding <> pairs.holding or coalesce(later.organisation, '') = coalesce(pairs.organisation, ''))", "and true"
    ),
    "a successor may expire earlier": Mutation(SUCCESSIONS, "later.expires_on > pairs.expires_on", "true"),
    "the smaller serial of one second wins": Mutation(
        SUCCESSIONS, "length(later.serial_number) > length(pairs.serial_number)", "length(later.serial_number) < length(pairs.serial_number)"
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
        LINKS, "and certificates.expires_on >= add_days(named_pairs.submitted_on, -30)", "and certificates.expires_on >= add_days(named_pairs.submitted_on, -31)"
    ),
    "the last to expire is the current one": Mutation(
        LINKS, "order by certificates.expires_on, length(certificates.serial_number) desc", "order by certificates.expires_on desc, length(certificates.serial_number) desc"
    ),
    "two addresses are enough": Mutation(
        "pipelines/models/views/request_readiness.sql", "when contact_count >= 3 or list_count > 0 then 'pass'", "when contact_count >= 2 or list_count > 0 then 'pass'"
    ),
}  # fmt: skip


RISKS = "pipelines/models/metrics/open_risks.sql"
RISK_MUTATIONS = {
    "the cancelled were met": Mutation(
        RISKS, "        count(*) filter (where slo_outcome = 'met'),", "        count(*) filter (where slo_outcome in ('met', 'excluded')),"
    ),
    "whoever leaves today is not at risk today": Mutation(RISKS, ") + left_count as at_risk_count", ") as at_risk_count"),
    "nobody like it is surely missed": Mutation(RISKS, "when curves.similar_count = 0 then null", "when false then null"),
    "what all meet is not sure": Mutation(RISKS, "when curves.is_met_surely = 1 then 0", "when false then 0"),
    "what stale exports do not tell is open": Mutation(
        RISKS, "when slo_outcome = 'open' then greatest(first_left - reached_business_days, 0)", "when false then 0"
    ),
    "a closed day is the business day before it": Mutation(
        RISKS, "greatest(clocks.first_left - clocks.elapsed_business_days, 0) as similar_business_days_left",
        "clocks.due_ord - todays.floor_ord as similar_business_days_left",
    ),
    "the due date is the first day of a miss": Mutation(RISKS, "    where days_left >= 0\n", "    where days_left >= 1 or met_count = 0\n"),
    "a late exclusion counts as similar": Mutation(
        RISKS, "filter (where slo_outcome in ('met', 'missed')) as started_known_count", "filter (where slo_outcome <> 'open') as started_known_count"
    ),
    "half is not likely": Mutation(RISKS, "10000, 6) >= bands.from_basis_points", "10000, 6) > bands.from_basis_points"),
    "twenty are too few": Mutation(RISKS, "risks.similar_count >= bands.from_similar_count", "risks.similar_count > bands.from_similar_count"),
    "the last band that holds counts": Mutation(RISKS, "min(bands.position) as position", "max(bands.position) as position"),
}  # fmt: skip


CORRECTIONS, CORRECTED = "pipelines/models/records/corrections.sql", "pipelines/models/corrected/requests.sql"
CORRECTION_MUTATIONS = {
    "what is reported tomorrow counts today": Mutation(CORRECTIONS, "declared_corrections.reported_on <= params.as_of_on", "true"),
    "a submission of tonight counts this afternoon": Mutation(CORRECTIONS, "declared_corrections.value_at > params.as_of_at", "false"),
    "the day of a correction is the exported one": Mutation(
        CORRECTED, "then fields.closed_on else requests.closed_on end as closed_on", "then requests.closed_on else requests.closed_on end as closed_on"
    ),
    "the first close outlives its correction": Mutation(
        CORRECTED, "then fields.closed_at else requests.first_closed_at end", "then requests.first_closed_at else requests.first_closed_at end"
    ),
    "a field cannot be emptied": Mutation(CORRECTED, "case when fields.has_department then", "case when fields.department is not null then"),
    "what is exported is excluded too": Mutation(CLOCKS, "requests.number = exclusions.number and not requests.is_as_exported", "requests.number = exclusions.number"),
    "what is exported has the corrected approval": Mutation(
        "pipelines/models/joined/request_approvals.sql", "requested_completion_on from corrected.exported_requests", "requested_completion_on from corrected.requests"
    ),
    "what is exported renews what the corrected one does": Mutation(LINKS, "closed_at, closed_on from corrected.exported_requests", "closed_at, closed_on from corrected.requests"),
    "what was expected is not looked at": Mutation(
        "pipelines/checks/every_correction_still_holds.sql", "or (expected_value is distinct from exported_value and not is_open_as_expected)", "or false"
    ),
    "time takes the reason from an exclusion": Mutation("pipelines/checks/every_correction_still_holds.sql", " and not is_open_as_expected", ""),
    "only the row of a request says when it was approved": Mutation(
        "pipelines/models/metrics/corrections.sql", "case when told_approvals.number is null then requests.approved_at else told_approvals.approved_at end", "requests.approved_at"
    ),
    "without its exclusion a request is excluded": Mutation(
        CLOCKS, "when declared_by is not null and clock_basis <> 'without_exclusions' then 'excluded'", "when declared_by is not null then 'excluded'"
    ),
    "a correction may do nothing": Mutation("pipelines/checks/every_applied_correction_changes_its_request.sql", "then 'nothing else changes'", "then null"),
    "a confirmation is taken for another certificate": Mutation(SUCCESSIONS, "and confirmations.value <> successors.serial_number", "and false"),
}  # fmt: skip


CHAINS, RECURRENCE = "pipelines/forecast/chains.py", "pipelines/forecast/recurrence.py"
LEARNING, SIMULATION = "pipelines/forecast/learning.py", "pipelines/forecast/simulation.py"
FORECAST_MUTATIONS = {
    "a renewal comes within the change window": Mutation(CHAINS, "validity_days - CHAIN_GAP_DAYS, 0)", "validity_days - CHAIN_GAP_DAYS + 1, 0)"),
    "a certificate lives a day longer": Mutation(RECURRENCE, "ends = mine + days_valid - 1", "ends = mine + days_valid"),
    "issued on the day of expiry is a lapse": Mutation(RECURRENCE, "if issued > expires:", "if issued >= expires:"),
    "what comes today comes again": Mutation(RECURRENCE, "working = span.is_business & (day >= inputs.first_arrival_day)", "working = span.is_business & (day >= 0)"),
    "an issue a week before needs another day": Mutation(CHAINS, "every_day - inputs.lead_min_days,", "every_day - inputs.lead_min_days - 1,"),
    "every certificate lives a year": Mutation(RECURRENCE, "** (days_valid / YEAR_DAYS)", "** 1"),
    "the law goes on beside the scenario": Mutation("pipelines/forecast/days.py", "not own or each.issued_from < own[0].issued_from", "True"),
    "eight were renewed before": Mutation(LEARNING, "PRIOR_RENEWED, PRIOR_LAPSED = 9, 1", "PRIOR_RENEWED, PRIOR_LAPSED = 8, 1"),
    "ten leads are too few": Mutation(LEARNING, "if sum(counts.values()) >= ENOUGH:", "if sum(counts.values()) > ENOUGH:"),
    "the running month is complete": Mutation(LEARNING, "while next_month(month) <= counted_through_on:", "while month <= counted_through_on:"),
    "chance renews everything": Mutation(SIMULATION, "renewed = binomial(self.draw, waiting, survival @ weights)", "renewed = waiting + 0.0"),
    "the range holds nine of ten": Mutation("pipelines/forecast/model.py", "LOW, HIGH = 0.1, 0.9", "LOW, HIGH = 0.05, 0.95"),
    "what is issued counts as submitted": Mutation(RECURRENCE, "self.submitted[group] += moved.submitted\n", "self.submitted[group] += moved.issued\n"),
}


@pytest.mark.bench
def test_the_unchanged_copy_passes_and_is_what_is_tested(tmp_path):
    copy = copied(tmp_path)
    for names in (SPECIFICATION, CERTIFICATE_SPECIFICATION, RISK_SPECIFICATION, FORECAST_SPECIFICATION, CORRECTION_SPECIFICATION):
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


@pytest.mark.bench
@pytest.mark.parametrize("mutation", RISK_MUTATIONS.values(), ids=[name.replace(" ", "_") for name in RISK_MUTATIONS])
def test_the_specification_of_risks_notices_that(mutation, tmp_path):
    notices(mutation, tmp_path, RISK_SPECIFICATION)


@pytest.mark.bench
@pytest.mark.parametrize("mutation", FORECAST_MUTATIONS.values(), ids=[name.replace(" ", "_") for name in FORECAST_MUTATIONS])
def test_the_specification_of_the_forecast_notices_that(mutation, tmp_path):
    notices(mutation, tmp_path, FORECAST_SPECIFICATION)


@pytest.mark.bench
@pytest.mark.parametrize("mutation", CORRECTION_MUTATIONS.values(), ids=[name.replace(" ", "_") for name in CORRECTION_MUTATIONS])
def test_the_specification_of_corrections_notices_that(mutation, tmp_path):
    notices(mutation, tmp_path, CORRECTION_SPECIFICATION)


def test_every_mutation_still_has_its_place():
    """The text that it changes stands in its file exactly once."""
    for family in (MUTATIONS, CERTIFICATE_MUTATIONS, RISK_MUTATIONS, FORECAST_MUTATIONS, CORRECTION_MUTATIONS):
        have_their_place(family)


def have_their_place(family: Mapping[str, Mutation]) -> None:
    """The text that each mutation changes stands in its file exactly once."""
    for name, mutation in family.items():
        assert (CHECKOUT / mutation.file).read_text(encoding="utf-8").count(mutation.before) == 1, (name, mutation)


def notices(mutation: Mutation, folder: Path, names: Sequence[str], alongside: Sequence[str] = ()) -> None:
    """Apply the mutation to a copy; some test of the specification must fail. `alongside`: files of the tests that only this specification needs."""
    copy = copied(folder)
    for name in alongside:
        shutil.copy(CHECKOUT / "tests" / name, copy / "tests" / name)
    file = copy / mutation.file
    file.write_text(file.read_text(encoding="utf-8").replace(mutation.before, mutation.after), encoding="utf-8")
    found = specification(copy, names)
    assert found.returncode == 1, found.stdout[-3000:]
    assert "FAILED" in found.stdout or "ERROR" in found.stdout
