"""Builders of another system's clocks, the way from rows to the published reconciliation, and what the reference makes of the same rows."""

import csv
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from pipelines import build, landing, snapshots
from pipelines import policy as policies
from tests import agreement, builders, transition_builders
from tests.builders import Row
from tests.reference import clock, opinions, outcomes, reconciliation, versions
from tests.reference.policy import Rules

KEY = ("number", "opinion", "sla", "started_at", "planned_end_at", "ended_at")
"""What tells clocks apart, but for those of one export that are alike in all of it."""


def a_clock(number: str, started_at: str, **fields: str) -> dict[str, str]:
    """One clock with every header of the contract, as text; in progress and not missed unless told otherwise, completed when it has an end."""
    unknown = set(fields) - set(opinions.COLUMNS)
    assert not unknown, f"not columns of the contract: {sorted(unknown)}"
    row = dict.fromkeys(opinions.COLUMNS, "")
    row |= {"number": number, "started_at": started_at, "sla": "Certificate", "verdict": "met"}
    row |= {"stage": "completed" if fields.get("ended_at") else "in_progress"}
    return row | fields


def write(folder: Path, rows: Sequence[Row], name: str = "slas.csv") -> Path:
    """A CSV with exactly the columns of the rows."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return folder / name


def publish(
    folder: Path,
    requests: Sequence[Sequence[Row]],
    clocks: Sequence[Sequence[Row]],
    as_of: datetime | None = None,
    policy: policies.Policy | None = None,
    transitions: Sequence[Row] = (),
):
    """A read-only connection to the snapshot of these exports. `as_of`: an aware instant, default the newest event of the requests."""
    rules = policy or policies.load(policies.DEFAULT_FOLDER)
    paths = [builders.write_export(folder / "exports", rows, f"requests-{position}.csv") for position, rows in enumerate(requests, start=1)]
    paths += [write(folder / "exports", rows, f"slas-{position}.csv") for position, rows in enumerate(clocks, start=1)]
    if transitions:
        paths.append(transition_builders.written(folder / "exports", transition_builders.CONTRACT, "transitions.csv", transitions))
    landing.ingest(folder / "home", paths, rules, received_at=builders.RECEIVED_AT)
    return snapshots.open_read_only(build.build(folder / "home", rules, as_of=as_of).path)


def corrections(requests: Sequence[Sequence[Row]], corrected: Sequence[Sequence[Row]]) -> list[dict]:
    """What has to be declared so that the rows of the first become those of the second."""
    pairs = [pair for rows, others in zip(requests, corrected, strict=True) for pair in zip(rows, others, strict=True)]
    return [
        builders.a_correction(
            row["number"], id=f"C-{row['number']}-{field}", field=field, value=right[field], expect=row[field],
            reported_on=max(row["submitted_at"], right[field] if field.endswith("_at") else "")[:10],
        )
        for row, right in pairs for field in row if row[field] != right[field]
    ]  # fmt: skip


def pause_days(
    requests: Sequence[Sequence[Row]], transitions: Sequence[Row], as_of: str | None = None, rules: Rules | None = None, policy: policies.Policy | None = None
) -> dict[str, int]:
    """What the pauses that transitions tell of give back by the reference, of each request that has any. `as_of`: local time."""
    told = transition_builders.Told(requests, {transition_builders.CONTRACT: [transitions]}, as_of=as_of)
    found: Counter = Counter()
    for each in told.expected(transition_builders.sources_of(policy or policies.load(policies.DEFAULT_FOLDER)), rules).pauses:
        found[each.number] += each.credited_business_days
    return dict(found)


def expected(
    requests: Sequence[Sequence[Row]],
    clocks: Sequence[Sequence[Row]],
    as_of: datetime | None = None,
    rules: Rules | None = None,
    left_out: Sequence[str] = (),
    pause_days: Mapping[str, int] | None = None,
    corrected: Sequence[Sequence[Row]] | None = None,
) -> dict[tuple, reconciliation.Reconciled]:
    """The rows by the reference, by their keys. `pause_days`: what the known pauses of requests give back; `corrected`: the rows of `requests` as
    corrections make them."""
    rules = rules or Rules()
    reaches_to = max(versions.newest_event(rows) for rows in requests)
    as_of, known_through_on = as_of or reaches_to, clock.local_on(reaches_to)
    through_on = min(known_through_on, clock.local_on(as_of))
    told = (versions.at(each, as_of) for each in versions.read(requests).values())
    known = {request.number: request for request in told if request is not None}
    judged, before = (
        {each.number: each for each in outcomes.decide_all(rows, as_of, known_through_on, rules, rules.clock_start)} for rows in (corrected or requests, requests)
    )
    touched = {row["number"] for rows, others in zip(requests, corrected or requests, strict=True) for row, other in zip(rows, others, strict=True) if row != other}
    exported = {number: before[number] for number in touched & before.keys()}
    # Their field knows nothing of our corrections.
    known_best = judged | {number: each for number, each in exported.items() if each.slo_outcome in ("met", "missed", "open")}
    stops = {number: each.stop_at for number, each in known_best.items()}
    found = []
    for theirs in [*opinions.clocks(clocks, as_of), *opinions.fields(known.values(), stops)]:
        own_pause_days = (pause_days or {}).get(theirs.number)
        found.append(reconciliation.reconciled(theirs, judged, known, through_on, left_out, rules.is_closed, own_pause_days, exported.get(theirs.number)))
    return keyed(found, lambda row, column: agreement.plain(getattr(row, column)))


def published(connection) -> dict[tuple, dict]:
    """The rows of the product, by the same keys."""
    return keyed(builders.table(connection, "select * from verdict_reconciliation"), lambda row, column: row[column])


def keyed(rows: Sequence, cell: Callable) -> dict[tuple, object]:
    """The rows by their key and their place among those of the same key, in an order that both sides have. `cell`: what a row has in a column."""
    found: dict[tuple, object] = {}
    alike: Counter = Counter()
    for row in sorted(rows, key=lambda each: [str(cell(each, column)) for column in ("source_verdict", "reason_code")]):
        key = tuple(cell(row, column) for column in KEY)
        found[*key, alike[key]] = row
        alike[key] += 1
    return found


def differences(product: Mapping[tuple, dict], reference: Mapping[tuple, reconciliation.Reconciled]) -> dict[tuple, dict]:
    """`{key: {column: (product, reference)}}` where the two disagree; the days that the evidence names are a column of their own."""
    found = {key: {"row": "only the product has it"} for key in product.keys() - reference.keys()}
    found |= {key: {"row": "only the reference has it"} for key in reference.keys() - product.keys()}
    for key in product.keys() & reference.keys():
        wanted = {column: agreement.plain(value) for column, value in asdict(reference[key]).items()}
        row = product[key] | {"named": days_named(product[key]["evidence"])}
        apart = {column: (row[column], value) for column, value in wanted.items() if row[column] != value}
        if apart:
            found[key] = apart | {"evidence": product[key]["evidence"], "reason_code": (row["reason_code"], wanted["reason_code"])}
    return found


def days_named(sentence: str) -> frozenset:
    """The dates in a sentence, each after its weekday."""
    words = sentence.replace(".", " ").replace(",", " ").replace(";", " ").split()
    days = set()
    for before, word in zip(words, words[1:], strict=False):
        if before in ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"):
            day = datetime.fromisoformat(word).date()
            assert f"{day:%a}" == before, sentence
            days.add(day)
    return frozenset(days)
