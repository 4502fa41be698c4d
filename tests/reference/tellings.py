"""What exports of changes tell: a row for each transition, told again and again, of which the newest telling known at an instant counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from . import clock
from .versions import newest_event

COLUMNS = "transition_id number field value previous_value started_at ended_at updated_at update_sequence".split()
TIMES = ("started_at", "ended_at", "updated_at")
ALWAYS = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One row of one export. `told_at`: the time of the telling, of which the newest known counts."""

    source: str
    number: str
    field: str
    value: str
    previous_value: str
    started_at: datetime
    ended_at: datetime | None = None
    told_at: datetime = ALWAYS
    sequence: int = -1
    text: tuple[str, ...] = ()
    transition_id: str = ""
    export: tuple[str, int] = ("", 0)
    reaches_to: datetime = ALWAYS

    @property
    def key(self) -> tuple:
        """One identifier is one transition; without, the same value of the same field from the same minute on, for a spreadsheet drops the seconds."""
        if self.transition_id:
            return self.number, self.source, self.transition_id
        return self.number, self.source, "", self.field, self.value, self.started_at.replace(second=0, microsecond=0)


def read(source: str, exports: Iterable[Sequence[Mapping[str, str]]]) -> list[Row]:
    """The rows of the exports of a source; without number or start a row is rejected."""
    found = []
    for place, cells in enumerate(exports):
        times = [at for row in cells for column in TIMES if (at := clock.instant(row.get(column)))]
        for row in cells:
            texts = {column: text for column in COLUMNS if (text := (row.get(column) or "").strip()) not in clock.NULLS}
            started_at = clock.instant(row.get("started_at"))
            if started_at is None or "number" not in texts:
                continue
            found.append(
                Row(
                    source, texts["number"], texts.get("field", ""), texts.get("value", ""), texts.get("previous_value", ""), started_at,
                    clock.instant(row.get("ended_at")), clock.instant(row.get("updated_at")) or max(times),
                    int(texts.get("update_sequence", -1)), tuple(texts.get(column, "") for column in COLUMNS),
                    texts.get("transition_id", ""), (source, place), max(times),
                )
            )  # fmt: skip
    return found


def read_log(source: str, exports: Iterable[Sequence[Mapping[str, str]]], label: str = "state") -> list[Row]:
    """Where every update of a request is a row of the export, each is a change of its state."""
    found = []
    for place, cells in enumerate(exports):
        for row in cells:
            updated_at = clock.instant(row.get("updated_at"))
            if updated_at is not None:
                sequence, state = int(row.get("update_sequence") or -1), row[label].strip()
                found.append(
                    Row(
                        source, row["number"], "state", state, "", updated_at, None, updated_at, sequence, (), f"{sequence} {updated_at} {state}",
                        (source, place), newest_event(cells),
                    )
                )  # fmt: skip
    return found


def known(rows: Iterable[Row], as_of: datetime) -> list[Row]:
    """The transitions begun by `as_of`, each as its newest telling known then; an end later than that has not happened.

    The export with the newest telling is believed: what else it tells from other seconds of that minute are other transitions.
    """
    told: dict[tuple, list[Row]] = {}
    for row in rows:
        if row.started_at <= as_of:
            told.setdefault(row.key, []).append(row)
    found = []
    for versions in told.values():
        believed = newest(versions, as_of).export
        moments: dict[datetime | None, list[Row]] = {}
        for one in versions:
            if one.export == believed:
                moments.setdefault(None if one.transition_id else one.started_at, []).append(one)
        for same in moments.values():
            best = newest(same, as_of)
            has_ended = best.ended_at is not None and best.ended_at <= as_of
            found.append(best if has_ended else replace(best, ended_at=None))
    return found


def newest(rows: Sequence[Row], as_of: datetime) -> Row:
    """The newest telling by `as_of`, else the first of those later."""
    first_at = min(one.told_at for one in rows)
    past = [one for one in rows if one.told_at <= as_of]
    return max(past or [one for one in rows if one.told_at == first_at], key=lambda one: (one.told_at, one.sequence, one.text))


@dataclass(frozen=True)
class Reach:
    """What a source can know of: the day of its first change, and the last second of the day of the newest event of its exports."""

    first_on: date
    until: datetime


def reaches(rows: Sequence[Row], as_of: datetime) -> dict[str, Reach]:
    """Of every source. What happened after its newest event was not told; what a first change replaced may be older than the source knows of."""
    there = known(rows, as_of)
    found = {}
    for source in {row.source for row in rows}:
        first_at = min((row.started_at for row in there if row.source == source), default=as_of)
        reaches_to = max(row.reaches_to for row in rows if row.source == source)
        found[source] = Reach(clock.local_on(first_at), last_second(reaches_to))
    return found


def last_second(at: datetime) -> datetime:
    """23:59:59 of the local day."""
    local = at.astimezone(clock.PEOPLE)
    return local.replace(hour=23, minute=59, second=59, microsecond=0, fold=0).astimezone(UTC)
