"""From the text of an export to instants, and from instants to the dates people live by."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PEOPLE = ZoneInfo("America/Los_Angeles")
NULLS = {"", "?", "UNKNOWN", "(blank)", "N/A", "1970-01-01", "12/31/1969"}
EPOCH = {date(1969, 12, 31), date(1970, 1, 1)}
"""What an empty time becomes when it is written as a number; no request is that old."""


def instant(text: str | None, zone: ZoneInfo = PEOPLE) -> datetime | None:
    """ISO 8601; without an offset a wall-clock time of `zone`, autumn's repeated hour being the first of the two."""
    if text is None or text.strip() in NULLS:
        return None
    found = datetime.fromisoformat(text.strip())
    if found.date() in EPOCH:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=zone, fold=0)).astimezone(UTC)


def local_on(moment: datetime, zone: ZoneInfo = PEOPLE) -> date:
    return moment.astimezone(zone).date()


def calendar_date(text: str | None) -> date | None:
    """The date as written: a date is never shifted by a zone."""
    found = None if text is None or text.strip() in NULLS else date.fromisoformat(text.strip()[:10])
    return None if found in EPOCH else found


def end_of(day: date, zone: ZoneInfo = PEOPLE) -> datetime:
    """24:00 of a local day, which is what a bare date given as `as_of` means."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
