"""The small tables that every model may read: the run, the policy and the calendar, computed once in Python."""

from collections.abc import Collection, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from pipelines import __version__, business_calendar, corrections, landed
from pipelines.engines.duckdb_engine import load, run
from pipelines.manifest import Export
from pipelines.policy import Policy

SCHEMAS = ("run", "policy", "calendar", "texts", "staging", "versions", "records", "corrected", "joined", "links", "facts", "spans", "sums", "cubes", "metrics")
PUBLISHED = (
    ("run", "params"),
    ("policy", "options"),
    ("policy", "targets_by_type"),
    ("policy", "phases"),
    ("policy", "closures"),
    ("policy", "domains"),
    ("policy", "rules"),
    ("policy", "files"),
    ("policy", "validity"),
    ("policy", "distribution_lists"),
    ("policy", "bands"),
    ("policy", "effort"),
    ("policy", "scenarios"),
    ("policy", "published_periods"),
    ("policy", "second_calendar"),
    ("calendar", "days"),
    ("calendar", "business_days"),
    ("calendar", "second_days"),
)

TEXT, DAY, INSTANT, WHOLE, NUMBER, YES = pa.string(), pa.date32(), pa.timestamp("us"), pa.int32(), pa.float64(), pa.bool_()


def create(
    connection: duckdb.DuckDBPyConnection,
    all_exports: Sequence[Export],
    exports: Sequence[Export],
    rules: Policy,
    as_of: datetime,
    source_note: str | None,
) -> None:
    """Create the dimension schemas. `exports`: those that are not withdrawn, in the order of their export ids (from 1)."""
    for schema in SCHEMAS:
        run(connection, f"create schema {schema}")
    _create_params(connection, exports, rules, as_of, source_note)
    _create_exports(connection, all_exports, exports, rules)
    _create_policy(connection, rules)
    days = business_calendar.calendar_days({each.closed_on: each.name for each in rules.closures}, rules.calendar.weekend_numbers)
    columns = {"on_date": DAY, "weekday": WHOLE, "is_business_day": YES, "floor_ord": WHOLE, "ceil_ord": WHOLE, "closure_name": TEXT}
    load(connection, "calendar.days", columns, days)
    columns = {"on_date": DAY, "is_second_business_day": YES, "second_floor_ord": WHOLE, "is_weekday": YES, "weekday_floor_ord": WHOLE}
    load(connection, "calendar.second_days", columns, business_calendar.second_days(each.closed_on for each in rules.second_calendar))
    run(connection, "create table calendar.business_days as select floor_ord as business_day_ord, on_date from calendar.days where is_business_day")


def set_as_of(connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], rules: Policy, as_of: datetime) -> None:
    """Give the run another as_of; the models built before belong to the old one."""
    run(connection, "drop table run.params")
    _create_params(connection, exports, rules, as_of, None)


def _create_params(connection: duckdb.DuckDBPyConnection, exports: Sequence[Export], rules: Policy, as_of: datetime, source_note: str | None) -> None:
    zone, certificates = ZoneInfo(rules.zone), rules.certificates
    newest = _newest(exports, {name for name, each in rules.sources.items() if each.kind == "requests"}) or as_of
    certificates_at = _newest(exports, {name for name, each in rules.sources.items() if each.kind == "certificates"})
    told_at = _newest(exports, {name for name, each in rules.sources.items() if getattr(each, "phases", ())})
    transitions_at = min(told_at, as_of) if told_at else None
    as_of_on = as_of.astimezone(zone).date()
    known_through_on = newest.astimezone(zone).date()
    values = {
        "as_of_at": (INSTANT, as_of.replace(tzinfo=None)),
        "as_of_on": (DAY, as_of_on),
        "zone": (TEXT, rules.zone),
        "known_through_on": (DAY, known_through_on),
        "counted_through_on": (DAY, min(as_of_on, known_through_on)),
        "clock_basis": (TEXT, rules.clock.start),
        "clock_stop": (TEXT, rules.clock.stop),
        "late_exclusion": (TEXT, rules.exclusions.late),
        "undated_renewal": (TEXT, rules.renewal.undated),
        "lead_min_days": (WHOLE, rules.renewal.lead_min_days),
        "lead_max_days": (WHOLE, rules.renewal.lead_max_days),
        "process_by_days": (WHOLE, rules.renewal.process_by_days),
        "reopen_window_days": (WHOLE, rules.clock.reopen_window_days),
        "in_force_from": (DAY, rules.in_force_from),
        "closures_from": (DAY, rules.calendar.closures_from),
        "closures_through": (DAY, rules.calendar.closures_through),
        "policy_sha256": (TEXT, rules.sha256),
        "version": (TEXT, __version__),
        "source_note": (TEXT, source_note),
        "certificates_through_on": (DAY, certificates_at.astimezone(zone).date() if certificates_at else None),
        "transitions_through_on": (DAY, transitions_at.astimezone(zone).date() if transitions_at else None),
        "service_ends_seconds": (WHOLE, 3600 * certificates.service_ends.hour + 60 * certificates.service_ends.minute),
        "successor_overlap_days": (WHOLE, certificates.successor_overlap_days),
        "request_before_days": (WHOLE, certificates.request_before_days),
        "horizon_days": (WHOLE, certificates.horizon_days),
        "expired_days": (WHOLE, certificates.expired_days),
        "assumed_target_business_days": (WHOLE, certificates.assumed_target_business_days),
    }
    load(connection, "run.params", {name: kind for name, (kind, _) in values.items()}, [tuple(value for _, value in values.values())])


def _newest(exports: Sequence[Export], sources: Collection[str]) -> datetime | None:
    """The newest event of the exports of these sources."""
    events = [each.newest_event_at for each in exports if each.newest_event_at and each.source in sources]
    return max(events, default=None)


def _create_exports(connection: duckdb.DuckDBPyConnection, all_exports: Sequence[Export], exports: Sequence[Export], rules: Policy) -> None:
    ids = {(each.sha256, each.name): export_id for export_id, each in enumerate(exports, start=1)}
    sets = {names: position for position, names in enumerate(sorted({landed.column_names(each, rules) for each in exports}), start=1)}
    rows = []
    for each in sorted(all_exports, key=lambda each: (each.name, each.sha256)):
        export_id = ids.get((each.sha256, each.name))
        set_id = sets[landed.column_names(each, rules)] if export_id else None
        kind = rules.sources[each.source].kind if each.source in rules.sources else None
        rows.append((
            export_id, each.name, each.sha256, each.source, kind, each.row_count, each.timezone, each.day_order, landed.naive(each.newest_event_at),
            each.is_withdrawn, "; ".join(each.warnings) or None, set_id,
        ))  # fmt: skip
    columns = {
        "export_id": WHOLE, "name": TEXT, "sha256": TEXT, "source": TEXT, "kind": TEXT, "row_count": pa.int64(), "timezone": TEXT, "day_order": TEXT,
        "newest_event_at": INSTANT, "is_withdrawn": YES, "warnings": TEXT, "column_set_id": WHOLE,
    }  # fmt: skip
    load(connection, "run.exports", columns, rows)
    load(connection, "run.column_sets", {"column_set_id": WHOLE, "column_names": TEXT}, [(number, names) for names, number in sets.items()])


def _create_policy(connection: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    columns = {
        "service_option": TEXT, "name": TEXT, "position": WHOLE, "objective_basis_points": WHOLE, "target_business_days": WHOLE, "is_renewal": YES,
        "includes_installation": YES, "team_business_days": WHOLE, "also_at_business_days": WHOLE, "source": TEXT,
    }  # fmt: skip
    rows = [
        (
            each.id, each.name, position, each.objective_basis_points, each.target_business_days, each.is_renewal, each.includes_installation,
            each.team_business_days, each.also_at_business_days, each.source,
        )
        for position, each in enumerate(rules.options, start=1)
    ]  # fmt: skip
    load(connection, "policy.options", columns, rows)
    by_type = [(option.id, each.name, each.target_business_days) for option in rules.options for each in option.request_types]
    load(connection, "policy.targets_by_type", {"service_option": TEXT, "request_type": TEXT, "target_business_days": WHOLE}, by_type)
    phases = [
        (option.id, position, each.phase, each.business_days, each.party)
        for option in rules.options
        for position, each in enumerate(option.phases, start=1)
    ]
    columns = {"service_option": TEXT, "position": WHOLE, "phase": TEXT, "business_days": WHOLE, "party": TEXT}
    load(connection, "policy.phases", columns, phases)
    columns = {"closed_on": DAY, "name": TEXT, "source": TEXT}
    load(connection, "policy.closures", columns, [(each.closed_on, each.name, each.source) for each in rules.closures])
    load(connection, "policy.second_calendar", columns, [(each.closed_on, each.name, each.source) for each in rules.second_calendar])
    load(connection, "policy.domains", {"authorised_root": TEXT, "source": TEXT}, [(each.authorised_root, each.source) for each in rules.domains])
    columns = {
        "issued_from": DAY, "maximum_days": WHOLE, "operational_days": WHOLE, "domain_reuse_days": WHOLE, "organisation_reuse_days": WHOLE, "source": TEXT,
    }  # fmt: skip
    load(connection, "policy.validity", columns, [tuple(getattr(each, name) for name in columns) for each in rules.validity])
    lists = [(each.address, each.source) for each in rules.distribution_lists]
    load(connection, "policy.distribution_lists", {"address": TEXT, "source": TEXT}, lists)
    columns = {"band": TEXT, "position": WHOLE, "word": TEXT, "from_similar_count": WHOLE, "from_basis_points": WHOLE, "source": TEXT}
    bands = [{**each.model_dump(), "position": position} for position, each in enumerate(rules.bands, start=1)]
    load(connection, "policy.bands", columns, [tuple(each[name] for name in columns) for each in bands])
    effort = [(each.service_option, each.hours, each.source) for each in rules.effort]
    load(connection, "policy.effort", {"service_option": TEXT, "hours": NUMBER, "source": TEXT}, effort)
    columns = {
        "scenario": TEXT, "position": WHOLE, "name": TEXT, "staff": NUMBER, "hours_per_business_day": NUMBER, "automated_ratio": NUMBER, "lead_days": WHOLE,
        "issue": TEXT, "growth_ratio": NUMBER, "definition": TEXT, "source": TEXT,
    }  # fmt: skip
    scenarios = [
        (
            each.id, position, each.name, each.staff, each.hours_per_business_day, each.automated_ratio, each.lead_days, each.issue, each.growth_ratio,
            each.model_dump_json(), each.source,
        )
        for position, each in enumerate(rules.scenarios, start=1)
    ]  # fmt: skip
    load(connection, "policy.scenarios", columns, scenarios)
    columns = {"period": TEXT, "position": WHOLE, "name": TEXT, "amount": WHOLE, "unit": TEXT, "fits_into": TEXT, "meaning": TEXT, "source": TEXT}
    periods = [
        (each.period, position, each.name, each.amount, each.unit, each.fits_into, each.meaning, each.source)
        for position, each in enumerate(rules.published_periods, start=1)
    ]
    load(connection, "policy.published_periods", columns, periods)
    load(connection, "policy.corrections", corrections.COLUMNS, corrections.rows(rules.corrections, rules.zone))
    load(connection, "policy.rules", {"rule": TEXT, "value": TEXT, "source": TEXT}, _rules_in_force(rules))
    load(connection, "policy.files", {"name": TEXT, "text": TEXT}, sorted(rules.files.items()))


def _rules_in_force(rules: Policy) -> list[tuple[str, str, str]]:
    """The choices of slo.yaml and certificates.yaml, one row each, in words a reader of the data page can check."""
    held = rules.certificates
    return [
        ("Clock starts", rules.clock.start, rules.clock.start_source),
        ("Clock stops", rules.clock.stop, rules.clock.stop_source),
        ("A re-opened request keeps its first close within", f"{rules.clock.reopen_window_days} calendar days", rules.clock.reopen_window_source),
        ("A requested date counts when a renewal is submitted", f"{rules.renewal.lead_min_days} calendar days before expiry", rules.renewal.lead_min_source),
        ("A renewal is flagged early beyond", f"{rules.renewal.lead_max_days} calendar days", rules.renewal.lead_max_source),
        ("Renewals are processed before expiry by", f"{rules.renewal.process_by_days} calendar days", rules.renewal.process_by_source),
        ("A renewal without a requested date is due by", rules.renewal.undated.replace("_", " "), rules.renewal.undated_source),
        ("Cancelling an overdue request leaves it", rules.exclusions.late, rules.exclusions.late_source),
        ("Waiting on the customer moves the headline", "never; a second figure removes pauses", "published: the service description grants no pause"),
        ("A pause counts in the second figure from", "24 hours, to begin on or before the due date", "default: a shorter one costs no business day of its own"),
        ("Business days", "all but " + ", ".join(day.capitalize() for day in rules.calendar.weekend) + " and closures", rules.calendar.source),
        ("On its day of expiry a certificate is relied on until", f"{held.service_ends:%H:%M}, or its own end if earlier", held.service_ends_source),
        ("A successor replaces a certificate with an overlap of up to", f"{held.successor_overlap_days} calendar days", held.successor_overlap_source),
        ("A renewal request is under way when submitted before expiry by at most", f"{held.request_before_days} calendar days", held.request_before_source),
        ("Certificates are exposure when they expire within", f"{held.horizon_days} calendar days", held.horizon_source),
        ("And when they expired within", f"{held.expired_days} calendar days", held.expired_source),
        ("Without an earlier renewal the target is taken to be", f"{held.assumed_target_business_days} business days", held.assumed_target_source),
        ("An open request is likely to miss, or could miss, at a risk of", _bands_in_force(rules), rules.bands[0].source),
        ("A zip file may unpack to", f"{rules.limits.unpacked_bytes:,} bytes", rules.limits.source),
    ]


def _bands_in_force(rules: Policy) -> str:
    """The two bands that warn: `50 % and 20 %, told from 20 similar requests on`."""
    likely, could = rules.bands[:2]
    return f"{likely.from_basis_points / 100:g} % and {could.from_basis_points / 100:g} %, told from {likely.from_similar_count:,} similar requests on"
