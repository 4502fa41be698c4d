"""Made-up requests at the edges of every rule: closures, year ends, nights that change the clock, late and lost events.

A request is a life of some events, told in several exports with different columns; a part of the versions contradicts
the life. Seeded, so that the same number always gives the same exports.
"""

import random
from datetime import UTC, date, datetime, timedelta

from tests.builders import CONTRACT, PEOPLE, a_request, without
from tests.reference import closures

FIRST, LAST = date(2024, 11, 1), date(2027, 1, 31)
CLOCKS = ("00:00:00", "23:59:59", "00:59:59", "01:30:00", "02:30:00", "03:00:00", "08:00:00", "16:59:59", "17:00:01")
OPTIONS = (
    *("new_customer_install", "new_cdt_install", "renewal_customer_install", "renewal_cdt_install", "inquiry") * 4,
    "Code signing", "",
)  # fmt: skip
STATES = (*("completed",) * 12, *("open",) * 6, "cancelled", "rejected", "incomplete", "skipped", "Pending.Vendor", "resolved")
APPROVALS = (*("approved",) * 10, *("requested",) * 3, "rejected", "not_required", "not_required", "")
TYPES = ("Password Reset", "Delegated Admin", "Other", "")
NULLS = ("?", "N/A", "UNKNOWN", "(blank)", " ", "1970-01-01", "12/31/1969")
EPOCH = ("1970-01-01 00:00:00", "1969-12-31 16:00:00")
DEPARTMENTS = ("Department of Motor Vehicles", "O'Hara, \"Quoted\"\nOffice", "Ünïcode Agency", "", "board of equalization")

Row = dict[str, str]


def edges() -> list[date]:
    """Days on and around closures, year ends, month ends and the nights that change the clock."""
    found = {date(2025, 3, 9), date(2025, 11, 2), date(2026, 3, 8), date(2026, 11, 1), date(2026, 6, 30), date(2026, 2, 28)}
    for year in range(FIRST.year, LAST.year + 1):
        found |= closures.closures(year).keys() | {date(year, 12, 31), date(year, 1, 2)}
    return sorted(day + timedelta(days=n) for day in found for n in range(-3, 4) if FIRST <= day <= LAST)


class Maker:
    """Draws rows, submitted from `first` to `last`; every draw comes from one seeded generator."""

    def __init__(self, seed: int, first: date = FIRST, last: date = LAST):
        self.draw = random.Random(seed)
        self.first, self.last = first, last
        self.edges = [day for day in edges() if first <= day <= last]

    def day(self) -> date:
        if self.draw.random() < 0.6:
            return self.draw.choice(self.edges)
        return self.first + timedelta(days=self.draw.randrange((self.last - self.first).days))

    def after(self, moment: datetime, most_days: int) -> datetime:
        """A time of day on the same or a later date, sometimes the very same second, rarely an earlier date."""
        if self.draw.random() < 0.05:
            return moment
        first = -3 if self.draw.random() < 0.05 else 0
        day = moment.date() + timedelta(days=self.draw.randint(first, most_days))
        return self.at(day)

    def at(self, day: date) -> datetime:
        clock = self.draw.choice(CLOCKS)
        if self.draw.random() < 0.3:
            clock = f"{self.draw.randrange(24):02}:{self.draw.randrange(60):02}:{self.draw.randrange(60):02}"
        return datetime.fromisoformat(f"{day} {clock}")

    def chance(self, part: float) -> bool:
        return self.draw.random() < part

    def life(self, number: str) -> Row:
        """A request as it would stand in the end, times as naive local text."""
        pick = self.draw.choice
        submitted = self.at(self.day())
        approved = self.after(submitted, pick((0, 1, 4, 12)))
        closed = self.after(approved if self.chance(0.8) else submitted, pick((2, 7, 9, 16, 40)))
        row = a_request(
            number, f"{submitted}", service_option=pick(OPTIONS), state=pick(STATES), approval=pick(APPROVALS),
            request_type=pick(TYPES), department=pick(DEPARTMENTS), common_name="www.example.ca.gov",
        )  # fmt: skip
        events = {"approved_at": approved, "closed_at": closed, "resolved_at": self.after(closed, 3)}
        events |= {"installed_at": self.after(closed, 6), "issued_at": self.after(submitted, 9)}
        row |= {column: f"{at}" for column, at in events.items() if self.chance(0.8)}
        if self.chance(0.85):
            lead = pick((-2, 0, 1, 19, 20, 21, 25, 29, 30, 31, 60))
            row["current_expires_on"] = f"{submitted.date() + timedelta(days=lead)}"
        if self.chance(0.5):
            row["requested_completion_on"] = f"{submitted.date() + timedelta(days=self.draw.randint(-2, 35))}"
        row["reopen_count"] = pick(("", "", "0", "1", "2"))
        if self.chance(0.05):
            # A part of a case that is loaded, of one that is not, or of itself by mistake.
            row["parent_number"] = pick((f"RITM{self.draw.randrange(int(number[4:]) + 1):07}", "CS0000001", number))
        return row

    def versions(self, life: Row) -> list[Row]:
        """One to four tellings of a life, each with its time of update; a few contradict it."""
        pick, found = self.draw.choice, []
        updated = datetime.fromisoformat(life["submitted_at"])
        for sequence in range(pick((1, 1, 2, 2, 3, 4))):
            row = dict(life)
            if self.chance(0.25):
                row["state"] = pick(STATES)
            if self.chance(0.15):
                row["approval"] = pick(APPROVALS)
            if self.chance(0.15):
                row["closed_at"] = f"{self.after(updated, 30)}"
            if self.chance(0.15):
                row[pick(("closed_at", "approved_at", "requested_completion_on", "current_expires_on", "department"))] = ""
            if self.chance(0.15):
                row["requested_completion_on"] = f"{updated.date() + timedelta(days=self.draw.randint(-2, 35))}"
            if self.chance(0.1):
                row[pick(("closed_at", "resolved_at", "installed_at"))] = pick(NULLS + EPOCH)
            if self.chance(0.05):
                row[pick(("current_expires_on", "requested_completion_on", "department"))] = pick(NULLS)
            told = [row[column] for column in ("closed_at", "approved_at") if row[column] not in ("", *NULLS, *EPOCH)]
            updated = max(updated, *map(datetime.fromisoformat, told)) if told and self.chance(0.7) else updated
            updated = self.after(updated, 12)
            # No two versions of a request have the same time and sequence: that case has a test of its own.
            row |= {"updated_at": f"{updated}" if self.chance(0.9) else "", "update_sequence": f"{sequence}"}
            found.append(row)
        return found


def with_offsets(row: Row) -> Row:
    """The same instants as ISO 8601 in UTC; the first of autumn's repeated hour, as the rules read it."""
    found = dict(row)
    for column in row:
        if column.endswith("_at") and row[column] not in ("", *NULLS):
            moment = datetime.fromisoformat(row[column]).replace(tzinfo=PEOPLE).astimezone(UTC)
            found[column] = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return found


def without_seconds(row: Row) -> Row:
    """The same times as a spreadsheet saves them."""
    times = [column for column in row if column.endswith("_at") and row[column] not in ("", *NULLS)]
    return row | {column: row[column][: len("2026-01-01 00:00")] for column in times}


def exports(seed: int, requests: int, first: date = FIRST, last: date = LAST) -> list[list[Row]]:
    """Five exports with different columns and forms of time, over which the versions of requests submitted from `first` to `last` are spread."""
    maker = Maker(seed, first, last)
    told: list[list[Row]] = [[], [], [], [], []]
    for position in range(requests):
        life = maker.life(f"RITM{position:07}")
        for row in maker.versions(life):
            told[maker.draw.randrange(5)].append(row)
    lacking = (
        (),
        ("requested_completion_on", "installed_at", "reopen_count"),
        ("updated_at", "resolved_at"),
        ("approved_at", "approval"),
        ("closed_at", "department", "request_type", "service_option"),
    )
    found = [[without(row, *columns) for row in rows] for rows, columns in zip(told, lacking, strict=True)]
    found[1] = [without_seconds(row) for row in found[1]]
    found[3] = [with_offsets(row) for row in found[3]]
    for rows in found:
        maker.draw.shuffle(rows)
    assert set(found[0][0]) == set(CONTRACT)
    return found
