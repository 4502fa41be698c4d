"""What exports of changes say of a request: values of a field, each from one instant to another.

A track is one field of one source. Within a track values follow each other, unless its rows may run side by side.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from . import clock
from .tellings import Reach, Row, known

NEVER = datetime.max.replace(tzinfo=UTC)
LAST = 10**9
"""The place of what no rule knows: after every rule."""
ENDED, IGNORED = "ended", "ignored"
"""What a rule may say instead of a phase: the work is over, or nothing at all."""
INSTALL = "install"
"""The phase whose tasks are the installation."""


@dataclass(frozen=True)
class Rule:
    """The phase while `field` holds one of `value`; None means any. Of several phases the first that the option has counts."""

    is_: Sequence[str]
    field: Sequence[str] | None = None
    value: Sequence[str] | None = None
    party: str | None = None
    pause: str | None = None

    def matches(self, field: str, value: str) -> bool:
        """Compared trimmed, in any case."""
        return all(
            wanted is None or told.strip().lower() in [one.strip().lower() for one in wanted]
            for wanted, told in ((self.field, field), (self.value, value))
        )


@dataclass(frozen=True)
class Source:
    """How the rows of a source are read: each an interval or a change, side by side or not, and what they mean."""

    rules: Sequence[Rule]
    each_row: str = "interval"
    is_parallel: bool = False


@dataclass(frozen=True)
class Span:
    """A value of a field over [started_at, ended_at). `place`: of the rule that says what it means."""

    source: str
    field: str
    value: str
    started_at: datetime
    ended_at: datetime
    place: int
    rule: Rule | None
    is_open: bool = False

    @property
    def is_over(self) -> bool:
        """Whether it says that the work was over."""
        return self.rule is not None and self.rule.is_[0] == ENDED


Findings = Counter[tuple[str, str | None, str | None, str | None]]
"""`{(finding, source, field, value): count}`."""


def installations(rows: Sequence[Row], sources: Mapping[str, Source], as_of: datetime) -> dict[str, datetime]:
    """When the installation of a request ended: the last end of its tasks side by side that mean `install`, where none is still open."""
    tasks: dict[str, list[Row]] = {}
    for row in known(rows, as_of):
        if sources[row.source].is_parallel and (row.ended_at is None or row.ended_at >= row.started_at):
            _, rule = meaning(sources[row.source], row.field, row.value)
            if rule is not None and rule.is_[0] == INSTALL:
                tasks.setdefault(row.number, []).append(row)
    return {number: max(row.ended_at for row in own) for number, own in tasks.items() if all(row.ended_at for row in own)}


def meaning(source: Source, field: str, value: str) -> tuple[int, Rule | None]:
    """The place and the rule that says what the value means; (LAST, None) when none does."""
    for place, rule in enumerate(source.rules):
        if rule.matches(field, value):
            return place, rule
    return LAST, None


def is_ignored(source: Source, field: str, value: str) -> bool:
    """Whether the value says nothing."""
    _, rule = meaning(source, field, value)
    return rule is not None and rule.is_[0] == IGNORED


def spans(
    rows: Iterable[Row], sources: Mapping[str, Source], submitted_at: datetime, as_of: datetime, reached: Mapping[str, Reach]
) -> tuple[list[Span], Findings]:
    """Every span of one request, with what is wrong with its rows. What is ignored only ends what was before it in its track."""
    tracks: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        tracks.setdefault((row.source, row.field), []).append(row)
    found, findings = [], Counter()
    for (name, _), track in sorted(tracks.items()):
        source = sources[name]
        resolve = changes if source.each_row == "change" else side_by_side if source.is_parallel else intervals
        told = [one for one in resolve(track, source, submitted_at, limits(as_of, reached[name]), findings) if not is_ignored(source, one.field, one.value)]
        if not source.is_parallel:
            for before, after in zip(told, told[1:]):
                if before.is_over and not after.is_over:
                    findings["reopened", after.source, after.field, after.value] += 1
        found += told
    return found, Counter({key: count for key, count in findings.items() if not is_ignored(sources[key[1]], key[2], key[3])})


def limits(as_of: datetime, reach: Reach) -> Reach:
    """The reach of a source as far as `as_of`."""
    return replace(reach, until=min(reach.until, as_of))


def a_span(source: Source, row: Row, started_at: datetime, ended_at: datetime | None, reach: Reach, findings: Findings) -> Span:
    """The span of a row; without an end it lasts as long as its source could have told of one."""
    place, rule = meaning(source, row.field, row.value)
    findings["not_mapped", row.source, row.field, row.value] += rule is None
    return Span(row.source, row.field, row.value, started_at, ended_at or reach.until, place, rule, ended_at is None)


def intervals(track: Sequence[Row], source: Source, submitted_at: datetime, reach: Reach, findings: Findings) -> list[Span]:
    """Each row has its own end; without one it lasts until the next one starts."""
    ordered = sorted(in_order(track, source, findings), key=lambda row: (row.started_at, row.ended_at or NEVER, row.value))
    found = []
    for row, after in zip(ordered, [*ordered[1:], None]):
        starts_at, ended_at = (after.started_at if after else None), row.ended_at
        if ended_at is None and starts_at is not None:
            findings["missing_end", row.source, row.field, row.value] += 1
            ended_at = starts_at
        elif ended_at is not None and starts_at is not None and ended_at > starts_at:
            findings["overlap", row.source, row.field, row.value] += 1
        found.append(a_span(source, row, row.started_at, ended_at, reach, findings))
    return found


def side_by_side(track: Sequence[Row], source: Source, submitted_at: datetime, reach: Reach, findings: Findings) -> list[Span]:
    """Each row has its own end, whatever the others do."""
    return [a_span(source, row, row.started_at, row.ended_at, reach, findings) for row in in_order(track, source, findings)]


def in_order(track: Sequence[Row], source: Source, findings: Findings) -> list[Row]:
    """The rows without those that end before they start: they have no time, end nothing, and are counted."""
    found = []
    for row in track:
        if row.ended_at is not None and row.ended_at < row.started_at:
            findings["out_of_order", row.source, row.field, row.value] += 1
            findings["not_mapped", row.source, row.field, row.value] += meaning(source, row.field, row.value)[1] is None
        else:
            found.append(row)
    return found


def changes(track: Sequence[Row], source: Source, submitted_at: datetime, reach: Reach, findings: Findings) -> list[Span]:
    """Each row lasts until the next one that changes the value; what was before the first holds from the submission, when the first says so."""
    ordered = sorted(track, key=lambda row: (row.started_at, row.sequence, row.value, row.previous_value))
    for before, row in zip(ordered, ordered[1:]):
        findings["out_of_order", row.source, row.field, row.value] += -1 < row.sequence < before.sequence
    holes = {id(row) for before, row, after in zip(ordered, ordered[1:], [*ordered[2:], None]) if is_after_hole(before, row, after)}
    kept = [row for before, row in zip([None, *ordered], ordered) if before is None or row.value != before.value or id(row) in holes]
    first = kept[0]
    if first.previous_value and first.started_at > submitted_at and reach.first_on <= clock.local_on(submitted_at):
        kept.insert(0, replace(first, value=first.previous_value, started_at=submitted_at))
    found = []
    for row, after in zip(kept, [*kept[1:], None]):
        is_cut = after is not None and id(after) in holes
        findings["missing_end", row.source, row.field, row.value] += is_cut
        found.append(a_span(source, row, row.started_at, row.started_at if is_cut else after.started_at if after else None, reach, findings))
    return found


def is_after_hole(before: Row, row: Row, after: Row | None) -> bool:
    """Whether the row replaced another value than the one told before it, so that a change between them is missing.

    Rows of one second may only seem to be in this order.
    """
    is_alone = before.started_at < row.started_at and (after is None or row.started_at < after.started_at)
    return is_alone and bool(row.previous_value) and row.previous_value.lower() != before.value.lower()
