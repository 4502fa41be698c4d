"""Builders of transitions: made-up sources of every kind beside the contract's own, and the way from their rows to a snapshot."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from pipelines import build, landing, snapshots
from pipelines import policy as policies
from tests import builders, certificate_builders
from tests.builders import Row
from tests.reference import cases, clock, tellings, tracks, versions
from tests.reference.histories import Histories, judge
from tests.reference.policy import Rules

TRANSITION = tellings.COLUMNS
"""The headers of the contract of a transition, in their published order."""

CONTRACT, SPANS, CHANGES, TASKS, LOG = "certboard_transitions", "made_spans", "made_changes", "made_tasks", "made_log"
WORK = ["review", "review and completion"]
RULES = {
    SPANS: [
        {"field": ["state"], "value": ["Pending", "Awaiting Info"], "is": "customer", "pause": "waiting on the customer"},
        {"field": ["stage"], "value": ["Awaiting CA"], "is": "authority validation", "party": "authority"},
        {"field": ["stage"], "value": ["On hold"], "is": ["install", "issue"], "pause": "on hold"},
        {"field": ["stage"], "value": ["Review"], "is": WORK},
        {"field": ["stage"], "value": ["Issue"], "is": ["issue", "review and completion"]},
        {"field": ["state"], "value": ["Work in Progress"], "is": WORK},
        {"field": ["state", "stage"], "value": ["Closed Complete", "Completed"], "is": "ended"},
        {"field": ["comments"], "is": "ignored"},
        {"value": ["Draft"], "is": "ignored"},
    ],
    CHANGES: [
        {"field": ["state"], "value": ["-5"], "is": "customer", "pause": "pending in the audit"},
        {"field": ["stage"], "value": ["validation"], "is": "authority validation", "party": "authority"},
        {"field": ["stage"], "value": ["issue"], "is": ["issue", "review and completion"]},
        {"field": ["state"], "value": ["1", "2"], "is": WORK},
        {"field": ["state", "stage"], "value": ["3", "complete"], "is": "ended"},
        {"field": ["work_notes"], "is": "ignored"},
        {"value": ["7"], "is": "ignored"},
    ],
    TASKS: [
        {"value": ["Wait for the signing request"], "is": "customer", "pause": "waiting on the signing request"},
        {"value": ["Install"], "is": "install"},
        {"value": ["Validate"], "is": "authority validation", "party": "authority"},
        {"value": ["Review"], "is": WORK, "party": "platform team"},
        {"value": ["Survey"], "is": "ignored"},
    ],
    LOG: [
        {"field": ["state"], "value": ["Awaiting User Info"], "is": "customer", "pause": "waiting on the caller"},
        {"field": ["state"], "value": ["Awaiting Vendor"], "is": "authority validation", "party": "authority"},
        {"field": ["state"], "value": ["New"], "is": "customer"},
        {"value": ["Active"], "is": WORK},
        {"value": ["Resolved", "Closed"], "is": "ended"},
    ],
}
STATES = {"New": "open", "Active": "open", "Awaiting User Info": "open", "Awaiting Vendor": "open", "Awaiting Problem": "open", "Resolved": "resolved", "Closed": "completed"}
"""What the states of the made-up event log mean."""

COMMON = {"description": "Made up", "timezone": "America/Los_Angeles", "nulls": sorted(clock.NULLS - {""})}


def header(source: str, column: str) -> str:
    """The header that carries a column: the contract's own, or one that no other source has."""
    return column if source == CONTRACT else f"{source}_{column}"


def a_mapping(source: str) -> dict:
    """The content of the mapping file of a made-up source of transitions."""
    how = {SPANS: {"each_row": "interval"}, CHANGES: {"each_row": "change"}, TASKS: {"each_row": "interval", "parallel": True}}[source]
    columns = [column for column in TRANSITION if source != CHANGES or column != "ended_at"]
    named = {column: [header(source, column)] for column in columns}
    return {"source": source, "kind": "transitions", **COMMON, **how, "recognise": ["number", "value", "started_at"], "columns": named, "phases": RULES[source]}


def a_log_mapping() -> dict:
    """The content of the mapping file of requests of which every update is a row."""
    labels = ("service_option", "request_type", "state")
    named = {column: [header(LOG, column)] for column in builders.CONTRACT}
    options = [{"when": {"service_option": [each]}, "is": each} for each in Rules().options]
    return {
        "source": LOG, "kind": "requests", **COMMON, "recognise": ["number", "submitted_at", "state"],
        "columns": {column: found for column, found in named.items() if column not in labels},
        "labels": {label: named[label] for label in labels}, "state": {"column": "state", "map": STATES},
        "service_option": {"option_label": ["service_option"], "rules": options}, "request_type": {"column": "request_type", "map": {}},
        "phases": RULES[LOG],
    }  # fmt: skip


def a_policy(folder: Path, **changes: str) -> policies.Policy:
    """The product's policy with the made-up sources beside its own, changed as `builders.a_policy` does."""
    if changes:
        builders.a_policy(folder, **changes)
    else:
        shutil.copytree(policies.DEFAULT_FOLDER, folder)
    for source in (SPANS, CHANGES, TASKS):
        (folder / "sources" / f"{source}.yaml").write_text(yaml.safe_dump(a_mapping(source)), encoding="utf-8")
    (folder / "sources" / f"{LOG}.yaml").write_text(yaml.safe_dump(a_log_mapping()), encoding="utf-8")
    return policies.load(folder)


def a_transition(number: str, value: str, started_at: str, ended_at: str = "", **fields: str) -> dict[str, str]:
    """One row of a transition export with every header of the contract, as text; of the field `state` unless told otherwise."""
    unknown = set(fields) - set(TRANSITION)
    assert not unknown, f"not columns of the contract: {sorted(unknown)}"
    row = dict.fromkeys(TRANSITION, "")
    return row | {"number": number, "field": "state", "value": value, "started_at": started_at, "ended_at": ended_at} | fields


def written(folder: Path, source: str, name: str, rows: Sequence[Row]) -> Path:
    """A CSV of rows under the contract's columns, with the headers of the source."""
    columns = list(rows[0])
    renamed = [{header(source, column): row[column] for column in columns} for row in rows]
    return certificate_builders.write(folder, name, renamed, [header(source, column) for column in columns])


@dataclass(frozen=True)
class Told:
    """Exports: of requests, of transitions by source, and of the event log, whose `state` is a label."""

    requests: Sequence[Sequence[Row]]
    transitions: Mapping[str, Sequence[Sequence[Row]]] = field(default_factory=dict)
    log: Sequence[Sequence[Row]] = ()
    as_of: str | None = None

    @property
    def all_requests(self) -> list[list[Row]]:
        """The exports of requests and the event log's, as the contract has them."""
        return [*self.requests, *([{**row, "state": STATES.get(row["state"], row["state"])} for row in rows] for rows in self.log)]

    @property
    def instant(self) -> datetime:
        """The `as_of` given, else the newest event of the requests."""
        return builders.local(self.as_of) if self.as_of else max(versions.newest_event(rows) for rows in self.all_requests)

    def publish(self, folder: Path, policy: policies.Policy):
        """A connection to the product's snapshot."""
        paths = [builders.write_export(folder / "exports", rows, f"requests-{n}.csv") for n, rows in enumerate(self.requests)]
        kinds = {**self.transitions, LOG: self.log}
        paths += [written(folder / "exports", source, f"{source}-{n}.csv", rows) for source, exports in kinds.items() for n, rows in enumerate(exports)]
        landing.ingest(folder / "home", paths, policy, received_at=builders.RECEIVED_AT)
        published = build.build(folder / "home", policy, as_of=builders.local(self.as_of) if self.as_of else None)
        return snapshots.open_read_only(published.path)

    @property
    def rows(self) -> list[tellings.Row]:
        """All transitions, those of the event log included, as the reference reads them."""
        return [row for source, exports in self.transitions.items() for row in tellings.read(source, exports)] + tellings.read_log(LOG, self.log)

    def cases(self, sources: Mapping[str, tracks.Source], rules: Rules | None = None) -> list[cases.Case]:
        """The verdicts on the policy's clock by the reference."""
        reaches_to = max(versions.newest_event(rows) for rows in self.all_requests)
        installations = tracks.installations(self.rows, sources, self.instant)
        return cases.cases(self.all_requests, self.instant, clock.local_on(reaches_to), rules or Rules(), installations)

    def expected(self, sources: Mapping[str, tracks.Source], rules: Rules | None = None) -> Histories:
        """What the reference finds."""
        return judge(self.cases(sources, rules), self.rows, sources, self.all_requests, self.instant)


def sources_of(policy: policies.Policy) -> dict[str, tracks.Source]:
    """How the sources of a policy are read, in the reference's own words."""
    found = {}
    for name, mapping in policy.sources.items():
        if getattr(mapping, "phases", ()):
            rules = [tracks.Rule(each.is_, each.field, each.value, each.party, each.pause) for each in mapping.phases]
            found[name] = tracks.Source(rules, getattr(mapping, "each_row", "change"), getattr(mapping, "parallel", False))
    return found
