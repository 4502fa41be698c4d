"""Made-up transitions of made-up requests at the edges of every rule of phases and pauses.

Over the requests of `hostile_requests`, or over an event log of its own, each request gets a chain of values from every
kind of source, which is then spoiled: stretched, cut, reversed, left without end, told twice, told before it ended, moved
before the submission, after the stop or after `as_of`. Seeded, so that the same number always gives the same exports.
"""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from tests import builders, hostile_requests
from tests.builders import PEOPLE, Row, a_request, without
from tests.reference import clock
from tests.transition_builders import CHANGES, CONTRACT, LOG, SPANS, TASKS, Told, a_transition

VALUES = {
    CONTRACT: {"": ("pause", "customer", "review", "issue", "install", "authority validation", "open", "completed", "Complete.Closed.System", "")},
    SPANS: {
        "state": ("Pending", "Awaiting Info", " pending ", "Work in Progress", "WORK IN PROGRESS", "Closed Complete", "Reopened.By.Vendor", "Draft"),
        "stage": ("Awaiting CA", "On hold", "Review", "Issue", "Completed", "Who knows"),
        "comments": ("a word", "another"),
    },
    CHANGES: {
        "state": ("-5", "-5", "1", "2", "3", "42", "7"),
        "stage": ("validation", "issue", "complete", "N/A"),
        "work_notes": ("first", "second"),
    },
    TASKS: {"": ("Wait for the signing request", "Install", "Validate", "Review", "Survey", "Tidy up")},
    LOG: {"state": ("New", "Active", "Awaiting User Info", "Awaiting Vendor", "Awaiting Problem", "Resolved", "Active")},
}
"""The values of each field of each source, some of which no rule knows."""

CHAIN_STEPS = (timedelta(0), timedelta(seconds=20), timedelta(minutes=1), timedelta(hours=3), timedelta(hours=24), timedelta(days=1, seconds=-1))
NIGHTS = ("2026-03-07 12:00:00", "2026-03-08 02:30:00", "2026-10-31 12:00:00", "2026-11-01 01:30:00", "2025-11-01 18:00:00", "2025-03-08 20:00:00")
AS_OF = (None, None, "2026-03-13 16:59:59", "2026-11-29 12:00:00", "2025-11-01 13:00:00", "2027-05-03 09:00:00")
ALL = tuple(VALUES)


def naive(moment: datetime) -> datetime:
    """The wall clock of California."""
    return moment.astimezone(PEOPLE).replace(tzinfo=None)


class Maker:
    """Draws requests and their transitions; every draw comes from one seeded generator."""

    def __init__(self, seed: int, count: int, as_of: str | None = None):
        self.draw, self.as_of = random.Random(seed), as_of
        self.requests = hostile_requests.exports(seed, count)
        self.newest = max(filter(None, (clock.instant(row["submitted_at"]) for rows in self.requests for row in rows)))
        self.told: dict[str, list[Row]] = {source: [] for source in ALL if source != LOG}
        self.retold: dict[str, list[Row]] = {source: [] for source in self.told}
        for number, (submitted, closed) in self.lives().items():
            for source in self.told:
                if self.chance(0.5):
                    self.tell(source, number, submitted, closed)
        self.log = [row for position in range(count // 4) for row in self.logged(f"INC{position:07}")]

    def chance(self, part: float) -> bool:
        """True in this part of all draws."""
        return self.draw.random() < part

    def lives(self) -> dict[str, tuple[datetime, datetime]]:
        """{number: (submitted, closed or ten days later)} as the first row tells it, and numbers that no request has."""
        found = {}
        for rows in self.requests:
            for row in rows:
                submitted = clock.instant(row["submitted_at"])
                closed = clock.instant(row.get("closed_at")) or submitted + timedelta(days=10)
                found.setdefault(row["number"], (naive(submitted), naive(closed)))
        first = min(found)
        return found | {"RITM9999999": found[first], "CHG0000001": found[first]}

    def moment(self, submitted: datetime, closed: datetime) -> datetime:
        """A time of interest in or about a request's life."""
        span, chosen = max(closed - submitted, timedelta(days=1)), self.draw.random()
        if chosen < 0.15:
            return self.draw.choice((submitted, closed)) + self.draw.choice((timedelta(0), timedelta(seconds=-1), timedelta(seconds=1), timedelta(days=-2), timedelta(days=3)))
        if chosen < 0.2:
            return datetime.fromisoformat(self.draw.choice(NIGHTS))
        day = (submitted + self.draw.random() * span).replace(microsecond=0)
        if chosen < 0.45:
            # Friday at four, or Monday at nine.
            friday = day - timedelta(days=(day.weekday() - 4) % 7)
            return friday.replace(hour=16, minute=0, second=0) + self.draw.choice((timedelta(0), timedelta(days=2, hours=17)))
        if chosen < 0.6:
            return day.replace(hour=0, minute=0, second=0)
        if chosen < 0.7:
            saturday = day + timedelta(days=(5 - day.weekday()) % 7)
            return saturday.replace(hour=11, minute=0, second=0)
        return day

    def chain(self, submitted: datetime, closed: datetime) -> list[tuple[datetime, datetime]]:
        """Times that follow each other without a gap, mostly from the submission to the close."""
        cuts = sorted(self.moment(submitted, closed) for _ in range(self.draw.choice((1, 2, 3, 4, 6))))
        if self.chance(0.7):
            cuts = [submitted, *(cut for cut in cuts if submitted < cut < closed), max(closed, submitted)]
        if self.chance(0.2):
            cuts.insert(1, cuts[0] + self.draw.choice(CHAIN_STEPS))
            cuts.sort()
        return list(zip(cuts, cuts[1:]))

    def tell(self, source: str, number: str, submitted: datetime, closed: datetime) -> None:
        """The rows of one source about one request, some of them told in a second export, too."""
        for field, values in VALUES[source].items():
            if self.chance(0.3):
                continue
            before = self.draw.choice((*values, "")) if self.chance(0.5) else ""
            for position, (starts, ends) in enumerate(self.chain(submitted, closed)):
                value = self.draw.choice(values)
                ends = self.spoiled(starts, ends, submitted, closed)
                row = a_transition(number, value, f"{starts}", f"{ends or ''}", field=field, previous_value=before)
                before = value.strip()
                if source == CHANGES:
                    row |= {"ended_at": "", "update_sequence": f"{self.draw.randint(0, 9) if self.chance(0.1) else position}"}
                if source == TASKS:
                    row["transition_id"] = f"TASK{len(self.told[source]):07}"
                if self.chance(0.1):
                    row["updated_at"] = f"{self.moment(submitted, closed)}"
                self.told[source].append(row)
                if self.chance(0.15):
                    self.retold[source].append(row)
                elif self.chance(0.15) and source != CHANGES:
                    self.retold[source].append({**row, "ended_at": f"{self.moment(submitted, closed)}", "updated_at": f"{closed + timedelta(days=5)}"})
                if self.chance(0.03):
                    # Two of one second, one of which lasts no time.
                    self.told[source].append({**row, "value": self.draw.choice(values), "ended_at": "" if source == CHANGES else row["started_at"]})

    def spoiled(self, starts: datetime, ends: datetime, submitted: datetime, closed: datetime) -> datetime | None:
        """The end of a row, usually as it was."""
        chosen = self.draw.random()
        if chosen < 0.6:
            return ends
        if chosen < 0.75:
            return None
        if chosen < 0.8:
            return starts
        if chosen < 0.83:
            return starts - timedelta(hours=self.draw.randint(1, 40))
        return starts + self.draw.choice(CHAIN_STEPS) if chosen < 0.9 else self.moment(submitted, closed)

    def logged(self, number: str) -> list[Row]:
        """The updates of a request in an event log, the last of which mostly closes it."""
        submitted = self.at_some_time()
        closed = submitted + timedelta(days=self.draw.choice((0, 3, 8, 20)), hours=self.draw.randint(0, 30))
        updates = [submitted, *(cut for cut, _ in self.chain(submitted, closed) if cut >= submitted), closed]
        found = []
        for position, at in enumerate(sorted(set(updates))):
            sequence = f"{self.draw.randint(0, 9) if self.chance(0.05) else position}"
            label = self.draw.choice(VALUES[LOG]["state"]) if position else "New"
            found.append(a_request(number, f"{submitted}", state=label, updated_at=f"{at}", update_sequence=sequence, approval=""))
        if self.chance(0.7):
            found[-1] |= {"state": "Closed", "closed_at": f"{at}"}
        return found

    def at_some_time(self) -> datetime:
        """When one of the other requests was submitted."""
        rows = self.draw.choice(self.requests)
        return naive(clock.instant(self.draw.choice(rows)["submitted_at"]))

    def exports(self) -> Told:
        """What is landed: each source in one or two exports, one of them with instants in UTC, rows in no order."""
        found = {}
        for source, rows in self.told.items():
            half = [row for row in rows if self.chance(0.5)]
            rest = [row for row in rows if not any(row is one for one in half)] + self.retold[source]
            found[source] = [part for part in (half, [in_utc(row) for row in rest]) if part]
            if source == CHANGES:
                found[source] = [[without(row, "ended_at") for row in part] for part in found[source]]
            for part in found[source]:
                self.draw.shuffle(part)
        columns = [column for column in builders.CONTRACT if column != "approval"]
        log = [{column: row[column] for column in columns} for row in self.log]
        self.draw.shuffle(log)
        return Told(self.requests, found, [log] if log else [], self.as_of)


def in_utc(row: Row) -> Row:
    """The same instants as ISO 8601 in UTC; the first of autumn's repeated hour, as the rules read it."""
    found = dict(row)
    for column in ("started_at", "ended_at", "updated_at"):
        if row[column]:
            found[column] = f"{datetime.fromisoformat(row[column]).replace(tzinfo=PEOPLE).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return found


def told(fewest: int, most: int) -> st.SearchStrategy[Told]:
    """Exports of so many requests and hostile transitions about them."""
    return st.builds(lambda *drawn: Maker(*drawn).exports(), st.integers(0, 10**9), st.integers(fewest, most), st.sampled_from(AS_OF))
