"""Everything that exports of transitions say of the requests, as known at an instant."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from . import ledger, pauses, phases, tellings, tracks, versions
from .cases import PROCESSES, Case
from .ledger import LedgerDay
from .pauses import Pause, WithoutPauses
from .phases import Flow, PhaseTime, Piece, Processes
from .tellings import Reach, Row
from .tracks import Source

Exports = Sequence[Sequence[Mapping[str, str]]]


@dataclass
class Histories:
    """The rows of each table, in any order; `findings` are counted by (number, finding, source, field, value)."""

    intervals: list[Piece] = field(default_factory=list)
    phases: list[PhaseTime] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    variants: list[WithoutPauses] = field(default_factory=list)
    ledger: list[LedgerDay] = field(default_factory=list)
    findings: Counter = field(default_factory=Counter)


def judge(cases: Iterable[Case], rows: Iterable[Row], sources: Mapping[str, Source], requests: Exports, as_of: datetime, processes: Processes = PROCESSES) -> Histories:
    """The tables of all requests. `requests`: the exports that say which numbers there are."""
    told: dict[str, list[Row]] = {}
    every = list(rows)
    reached = tellings.reaches(every, as_of)
    for row in tellings.known(every, as_of):
        told.setdefault(row.number, []).append(row)
    there = {number: known for number, each in versions.read(requests).items() if (known := versions.at(each, as_of)) is not None}
    found, counted = Histories(), {case.number: case for case in cases}
    for case in counted.values():
        tell(found, case, told.get(case.number, []), sources, reached, processes)
    for number in told.keys() - counted.keys():
        if number in there:
            # A part of another request's work has no phases of its own, but its rows may be wrong.
            add(found, number, tracks.spans(told[number], sources, there[number].version.instant("submitted_at"), as_of, reached)[1])
        else:
            add(found, number, Counter(("unknown_request", row.source, row.field, row.value) for row in told[number] if says(row, sources)))
    return found


def says(row: Row, sources: Mapping[str, Source]) -> bool:
    """Whether the row is about phases at all."""
    return not tracks.is_ignored(sources[row.source], row.field, row.value)


def add(found: Histories, number: str, findings: Counter) -> None:
    """Count what is wrong with the rows of a number."""
    for key, count in findings.items():
        if count:
            found.findings[number, *key] += count


def tell(
    found: Histories, case: Case, rows: Sequence[Row], sources: Mapping[str, Source], reached: Mapping[str, Reach], processes: Processes
) -> None:
    """Add what one request has."""
    spans, findings = tracks.spans(rows, sources, case.submitted_at, case.as_of, reached)
    pieces = phases.pieces(case, spans, processes, findings) if any(says(row, sources) for row in rows) else []
    paused = pauses.pauses(case, spans)
    found.intervals += pieces
    found.phases += phases.phase_times(case, pieces, processes)
    found.flows += filter(None, [phases.flow(case, pieces)])
    found.pauses += paused
    found.variants += filter(None, [pauses.without_pauses(case, paused)])
    found.ledger += ledger.ledger(case, pieces, paused)
    add(found, case.number, findings)
