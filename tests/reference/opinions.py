"""What another system said of a request by an instant: the clocks that it ran, and its own field on the request.

Of the exports that tell of clocks of one request, name and minute of their start, the one with the newest row known at the instant
counts, and each different row of it is a clock. What happens later has not happened.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from . import clock
from .versions import Request

COLUMNS = (
    "number sla stage started_at planned_end_at ended_at verdict business_percentage pause_seconds business_pause_seconds schedule updated_at"
).split()
STAGES = ("in_progress", "paused", "completed", "cancelled")
VERDICTS = ("met", "missed", "open")


@dataclass(frozen=True)
class Opinion:
    """`verdict` as the source gives it; None: nobody knows. `known_at`: how far the export that tells of it reaches.

    `pause_seconds` is the longer length of its pause, `pause_days` the whole days of the one that counts.
    """

    number: str
    name: str
    sla: str | None
    stage: str | None
    verdict: str | None
    started_at: datetime | None = None
    planned_end_at: datetime | None = None
    ended_at: datetime | None = None
    known_at: datetime | None = None
    pause_seconds: int = 0
    pause_days: int = 0
    may_have_ended: bool = False

    @property
    def is_running(self) -> bool:
        return self.name == "task_sla" and self.ended_at is None and self.stage in ("in_progress", "paused", None) and not self.may_have_ended

    @property
    def is_paused(self) -> bool:
        return self.is_running and self.stage == "paused"


@dataclass(frozen=True)
class Row:
    """One row of an export of clocks, which export that is, and how far it reaches."""

    cells: Mapping[str, str]
    newest: datetime
    export: int

    def text(self, column: str) -> str:
        found = (self.cells.get(column) or "").strip()
        return "" if found in clock.NULLS else found

    def instant(self, column: str) -> datetime | None:
        return clock.instant(self.cells.get(column))

    @property
    def at(self) -> datetime:
        return self.instant("updated_at") or self.newest

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self.text(column) for column in COLUMNS)


def deadline(written: str, zone: ZoneInfo = clock.PEOPLE) -> datetime | None:
    """An instant; a date without a time of day is a deadline until the end of that day."""
    if len(written) == len("2026-01-01"):
        day = clock.calendar_date(written)
        return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC) if day else None
    return clock.instant(written)


UNITS = {"day": 86400, "hour": 3600, "minute": 60, "second": 1}


def seconds(written: str) -> int | None:
    """A duration as a number of seconds, a date since 1970, hours:minutes:seconds or words such as "2 days 3 hours"; None where it is none."""
    if not written:
        return None
    if written.isdigit():
        return int(written)
    if written.startswith("197"):
        return int((datetime.fromisoformat(written) - datetime(1970, 1, 1)).total_seconds())
    if written.count(":") == 2:
        hours, minutes, rest = map(int, written.split(":"))
        return 3600 * hours + 60 * minutes + rest
    amounts, units = written.lower().split()[::2], written.lower().split()[1::2]
    if not all(amount.isdigit() for amount in amounts):
        return None
    return sum(int(amount) * UNITS[unit.removesuffix("s")] for amount, unit in zip(amounts, units, strict=True))


def in_force(rows: Sequence[Row], as_of: datetime) -> list[Row]:
    """Of the rows about one start the different ones of the export that knows best."""
    known = [row for row in rows if row.at <= as_of]
    moment = max(row.at for row in known) if known else min(row.at for row in rows)
    best = max((row for row in rows if row.at == moment), key=lambda one: one.texts)
    return list({row.texts: row for row in rows if row.export == best.export}.values())


def at(row: Row, as_of: datetime) -> Opinion | None:
    """What a row says at `as_of`; None when its clock had not started."""
    started_at, planned_end_at, ended_at = row.instant("started_at"), deadline(row.text("planned_end_at")), row.instant("ended_at")
    if started_at > as_of:
        return None
    stage = row.text("stage") if row.text("stage") in STAGES else None
    verdict = row.text("verdict") if row.text("verdict") in VERDICTS else None
    has_ended_by_then = ended_at is not None and ended_at <= as_of
    if not has_ended_by_then and (ended_at is not None or row.at > as_of):
        # Only the deadline tells whether a miss known later was one already.
        if verdict == "missed":
            verdict = None if planned_end_at is None else "missed" if planned_end_at <= as_of else "open"
        elif verdict is not None:
            verdict = "open"
        stage = "in_progress" if ended_at is not None else stage
    # A stage that nobody knows may be one of the end; none at all is one only where the export has no ends either.
    nobody_knows = bool(row.text("stage")) or row.cells.get("ended_at") is None
    lengths = [seconds(row.text(column)) for column in ("business_pause_seconds", "pause_seconds")]
    return Opinion(
        number=row.text("number"), name="task_sla", sla=row.text("sla") or None, stage=stage, verdict=verdict, started_at=started_at,
        planned_end_at=planned_end_at, ended_at=ended_at if has_ended_by_then else None, known_at=min(row.newest, as_of),
        pause_seconds=max(length or 0 for length in lengths), pause_days=next((length // 86400 for length in lengths if length is not None), 0),
        may_have_ended=ended_at is None and stage is None and nobody_knows,
    )  # fmt: skip


def clocks(exports: Sequence[Sequence[Mapping[str, str]]], as_of: datetime) -> list[Opinion]:
    """Every clock that had started by `as_of`."""
    told: dict[tuple, list[Row]] = {}
    for export, cells in enumerate(exports):
        events = (clock.instant(each.get(column)) for each in cells for column in ("started_at", "ended_at", "updated_at"))
        newest = max(found for found in events if found is not None)
        for each in cells:
            row = Row(each, newest, export)
            told.setdefault((row.text("number"), row.text("sla"), row.instant("started_at").replace(second=0)), []).append(row)
    return [found for rows in told.values() for row in in_force(rows, as_of) if (found := at(row, as_of)) is not None]


def fields(requests: Iterable[Request], stops: Mapping[str, datetime | None]) -> list[Opinion]:
    """The fields of requests that hold a verdict of their source. `stops`: when each counted request stopped, for all that the source knew."""
    found = []
    for request in requests:
        verdict, stop_at = request.version.text("source_verdict"), stops.get(request.number)
        if verdict not in VERDICTS:
            continue
        if stop_at is None and verdict == "missed" and request.is_reconstructed:
            verdict = None
        found.append(Opinion(request.number, "made_sla", None, None if stop_at is None else "completed", verdict))
    return found


def local_on(moment: datetime | None) -> date | None:
    return clock.local_on(moment) if moment is not None else None
