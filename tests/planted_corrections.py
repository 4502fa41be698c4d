"""Planted differences on requests that declared corrections touch, each worked by hand in its comment; the calendar is that of planted_opinions."""

from tests.planted_opinions import Planted, ran, told

CORRECTED = {
    # Both missed Mon 9 as exported; our correction has it closed on that day, theirs knows nothing of it.
    "corrected": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-10 10:00:00", "missed"), "missed", "met", "corrected",
        "11-09 11-10", {"closed_at": "2026-11-09 10:00:00"},
    ),
    # Approved two days later, Mon 9 becomes Thu 12 (5, 6, 9, 10, 12); closed a day after it. Theirs was met with ours.
    "corrected in much": Planted(
        told("11-02 14:00:00", "11-09 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 10:00:00"), "met", "missed", "corrected",
        "11-09 11-12 11-13", {"department": "Parks", "approval": "approved", "approved_at": "2026-11-04 10:00:00", "closed_at": "2026-11-13 10:00:00"},
    ),
    # Closed on Tue 15 by mistake: ours is open again.
    "corrected to be open": Planted(
        told("12-14 09:00:00", "12-15 09:00:00"), ran("12-14 09:00:00", "12-21 09:00:00", "12-15 09:00:00"), "met", "open", "corrected", "12-15 12-21",
        {"state": "open", "closed_at": ""},
    ),
    # Corrected from a day late to two days late: the two had differed before.
    "corrected, with another stop": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-06 10:00:00"), "met", "missed", "stop_differs", "11-06 11-09 11-12",
        {"closed_at": "2026-11-12 10:00:00"},
    ),
    # They had differed, and the correction gives ours their verdict.
    "corrected to theirs": Planted(
        told("11-02 14:00:00", "11-10 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-09 10:00:00"), "met", "met", "same_verdict", "11-09",
        {"closed_at": "2026-11-09 10:00:00"},
    ),
    # What cannot be judged cannot be compared, whatever it was before.
    "corrected to be cancelled": Planted(
        told("11-02 14:00:00", "11-06 10:00:00"), ran("11-02 14:00:00", "11-09 14:00:00", "11-06 10:00:00"), "met", "excluded", "excluded", "11-02",
        {"state": "cancelled"},
    ),
}  # fmt: skip
