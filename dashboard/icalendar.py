"""iCalendar files (RFC 5545): all-day events with escaped text and folded lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

LONGEST_LINE = 75  # octets


class Event(NamedTuple):
    """An all-day event; `uid` tells it from every other one and stays the same from file to file."""

    uid: str
    on_date: date
    summary: str
    description: str


def content(about: str, made_at: datetime, events: Iterable[Event]) -> bytes:
    """A calendar of events. `about`: what it is of, such as `due dates`; `made_at`: a naive UTC instant."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:-//certboard//{about}//EN", "CALSCALE:GREGORIAN"]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(event.uid)}@certboard",
            f"DTSTAMP:{made_at:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{event.on_date:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.on_date + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_text(event.summary)}",
            f"DESCRIPTION:{_text(event.description)}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _text(value: str) -> str:
    """RFC 5545 3.3.11: backslash, semicolon, comma and line breaks are escaped."""
    escaped = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def _folded(line: str) -> list[str]:
    """RFC 5545 3.1: no line over 75 octets; a continuation begins with a space."""
    parts, current = [], ""
    for letter in line:
        if len((current + letter).encode()) > LONGEST_LINE:
            parts.append(current)
            current = " "
        current += letter
    return [*parts, current]
