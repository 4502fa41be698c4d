"""Calendar files that other programs read: escaped, folded, one event per date."""

from datetime import date, datetime

from dashboard import icalendar
from dashboard.icalendar import Event

STAMP = datetime(2026, 11, 21, 0, 42, 9)


def lines(*events: Event) -> list[str]:
    """The lines of a file, unfolded."""
    return icalendar.content("expiry", STAMP, events).decode().replace("\r\n ", "").split("\r\n")


def test_an_event_lasts_one_whole_day():
    """RFC 5545 3.6.1: the end of an all-day event is the day after it."""
    found = lines(Event("a1-expires", date(2026, 12, 31), "Expires: a.ca.gov", "3 names"))
    assert found == [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//certboard//expiry//EN", "CALSCALE:GREGORIAN", "BEGIN:VEVENT", "UID:a1-expires@certboard",
        "DTSTAMP:20261121T004209Z", "DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101", "SUMMARY:Expires: a.ca.gov", "DESCRIPTION:3 names",
        "TRANSP:TRANSPARENT", "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip


def test_text_cannot_end_its_line():
    """RFC 5545 3.3.11: backslash, semicolon, comma and line breaks are escaped, so that a name adds no property."""
    found = lines(Event("a", date(2026, 1, 1), "a\r\nATTACH:x\rb\nc", "\\;,"))
    assert "SUMMARY:a\\nATTACH:x\\nb\\nc" in found and "DESCRIPTION:\\\\\\;\\," in found


def test_no_line_is_longer_than_75_octets():
    """RFC 5545 3.1: counted in octets, and no letter is cut in two."""
    summary = "\U0001f600" * 40 + "x" * 200
    written = icalendar.content("expiry", STAMP, [Event("a", date(2026, 1, 1), summary, "")])
    assert max(len(line) for line in written.split(b"\r\n")) <= 75
    assert f"SUMMARY:{summary}" in written.decode().replace("\r\n ", "")


def test_a_calendar_without_events_is_still_one():
    """Begin, end, and nothing between."""
    assert lines() == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//certboard//expiry//EN", "CALSCALE:GREGORIAN", "END:VCALENDAR", ""]
