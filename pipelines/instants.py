"""The one reading of an INSTANT on the command line: ISO 8601, in the policy's zone unless it carries an offset."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pipelines.errors import UserError

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}(:?\d{2})?)?")


def parse(text: str, zone: str, *, option: str = "--as-of") -> datetime:
    """An aware instant in UTC. A bare date means 24:00 of that day; in autumn's repeated hour the first reading counts,
    in spring's missing hour the clock has moved forward. Raises UserError.
    """
    written = text.strip()
    try:
        if _DAY.fullmatch(written):
            local = datetime.combine(date.fromisoformat(written) + timedelta(days=1), time.min)
        elif _INSTANT.fullmatch(written):
            local = datetime.fromisoformat(written)
        else:
            raise ValueError("not written so")
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone), fold=0)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UserError(
            f"{option} {text}: not an instant. Write 2026-10-31 (24:00 of that day), 2026-10-31T17:00:00 (in {zone}) or 2026-10-31T17:00:00-07:00."
        ) from None


def event(text: str, zone: str) -> datetime:
    """An aware instant in UTC, as exports and corrections write events: a bare date is its local midnight. Raises ValueError."""
    if not (_DAY.fullmatch(text) or _INSTANT.fullmatch(text)):
        raise ValueError(f"{text}: not an instant")
    local = datetime.fromisoformat(text)
    try:
        return (local if local.tzinfo else local.replace(tzinfo=ZoneInfo(zone), fold=0)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text}: beyond every calendar") from error


def written(at: datetime, zone: str) -> str:
    """ISO 8601 with the zone's offset, to the second, as `export` writes instants. `at` is aware, or naive UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return aware.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
