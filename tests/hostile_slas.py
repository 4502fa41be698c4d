"""Made-up clocks of another system on hostile requests: near to the promise in some things, apart in others, told twice, cut off, or plain wrong.

Seeded, so that the same number always gives the same exports.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from tests import hostile_requests
from tests.builders import PEOPLE, a_request
from tests.hostile_requests import Row
from tests.reference import business_days, closures, federal_holidays
from tests.reference.outcomes import Outcome
from tests.reference.reconciliation import no_day
from tests.sla_builders import a_clock
from tests.transition_builders import a_transition

PAUSES = (*("",) * 4, "0", "59", "3600", "86399", "86400", "90000", "259200", "1970-01-02 02:00:00", "30:00:00", "2 days 3 hours", "?", "unknown", "-5")
NAMES = (*("Certificate",) * 6, "Response", "", "Ünïcode, \"quoted\"")
HOLIDAYS = (*(closures.is_closed,) * 3, federal_holidays.is_closed, no_day)
VERDICTS = ("met", "missed", "open", "", "perhaps")
STAGES = ("in_progress", "paused", "completed", "cancelled", "", "breached")


def with_verdicts(exports: Sequence[Sequence[Row]], seed: int) -> list[list[Row]]:
    """The requests with a verdict of their own source; the third export has no such column."""
    draw, found = random.Random(seed), []
    for position, rows in enumerate(exports):
        found.append([row | {"source_verdict": draw.choice(VERDICTS)} for row in rows])
        if position == 2:
            found[-1] = [{column: text for column, text in row.items() if column != "source_verdict"} for row in found[-1]]
    return found


def near_due_dates(seed: int, requests: int) -> list[Row]:
    """Requests that end around their due date, on and around closures: what another calendar, start, pause or hour decides otherwise."""
    maker, found = hostile_requests.Maker(seed), []
    pick = maker.draw.choice
    for position in range(requests):
        started, option = maker.at(maker.day()), pick(("new_customer_install", "new_cdt_install", "renewal_customer_install"))
        due_on = business_days.due_on(started.date(), 10 if option == "new_cdt_install" else 5)
        asked_on = due_on + timedelta(days=pick((0, 2, 6)))
        ended = maker.at((asked_on if "renewal" in option else due_on) + timedelta(days=pick((-3, -1, -1, 0, 0, 0, 1, 1, 3))))
        row = a_request(
            f"NEAR{position:05}", f"{started}", service_option=option, requested_completion_on=f"{asked_on}", closed_at=f"{ended}",
            current_expires_on=f"{started.date() + timedelta(days=40)}", source_verdict=pick(VERDICTS), updated_at=f"{ended}",
        )  # fmt: skip
        if maker.chance(0.3):
            row |= {"approval": "approved", "approved_at": f"{maker.after(started, 3)}"}
        if maker.chance(0.15):
            row |= {"state": "open", "closed_at": ""}
        found.append(row)
    return found


def with_closes_moved(rows: Sequence[Row], seed: int, as_of: datetime) -> list[Row]:
    """A third of the requests that were closed by `as_of` with another close, up to three days off and no later than it: what corrections declare."""
    draw, found = random.Random(seed), []
    for row in rows:
        closed_at = datetime.fromisoformat(row["closed_at"]) if row["closed_at"] else None
        if closed_at and closed_at <= local(as_of) and draw.random() < 0.3:
            row = row | {"closed_at": text(min(closed_at + timedelta(days=draw.choice((-3, -2, -1, -1, 1, 1, 2, 3))), local(as_of)))}
        found.append(row)
    return found


class Maker:
    """Draws clocks; every draw comes from one seeded generator."""

    def __init__(self, seed: int):
        self.draw = random.Random(seed)

    def near(self, moment: datetime, share_moved: float) -> datetime:
        """The same instant, or one some hours or days off."""
        if self.draw.random() >= share_moved:
            return moment
        return moment + timedelta(days=self.draw.choice((-7, -3, -1, 0, 0, 1, 2, 5)), minutes=self.draw.choice((-600, -45, 0, 1, 90, 700)))

    def deadline(self, started: datetime, target: int) -> datetime:
        """By business days of some calendar, by wall hours, by schedule hours, or anything."""
        way = self.draw.random()
        if way < 0.7:
            day = business_days.due_on(started.date(), target, self.draw.choice(HOLIDAYS))
            return datetime.combine(day, started.time())
        if way < 0.8:
            return started + timedelta(hours=24 * target)
        if way < 0.9:
            return datetime.combine(business_days.due_on(started.date(), self.draw.choice((2, 3, 3, 4)) * target), started.time())
        if way < 0.95:
            # Where the schedule opens after the start.
            return datetime.combine(business_days.due_on(started.date(), target - 1), time(self.draw.choice((15, 17, 18))))
        return started + timedelta(minutes=self.draw.randrange(30 * 1440))

    def clock(self, ours: Outcome, as_of: datetime) -> Row:
        """One clock on a request, as it stands in the end; its verdict mostly follows its own deadline."""
        pick, chance = self.draw.choice, self.draw.random
        started = self.near(local(ours.clock_start_at or ours.submitted_at), 0.2)
        planned = self.deadline(started, ours.target_business_days or 5)
        pause = pick(PAUSES)
        planned += timedelta(seconds=pick((0, 0, 90000, 259200)) if pause else 0)
        if ours.due_on is not None and chance() < 0.2:
            planned = datetime.combine(ours.due_on, planned.time())
        ended = self.near(local(ours.stop_at), 0.2) if ours.stop_at else None
        if chance() < 0.1:
            ended = None if ended else self.near(planned, 0.8)
        verdict = "missed" if (ended or local(as_of)) > planned else "met"
        return a_clock(
            ours.number, text(started), sla=pick(NAMES), planned_end_at=text(planned) if chance() < 0.95 else "", ended_at=text(ended) if ended else "",
            verdict=verdict if chance() < 0.85 else pick(VERDICTS), pause_seconds=pause, business_pause_seconds=pick(PAUSES),
            stage=pick(STAGES) if chance() < 0.15 else "completed" if ended else pick(("in_progress", "in_progress", "paused")),
            schedule=pick(("", "8-5 weekdays")), updated_at=text(self.near(ended or local(as_of), 0.3)) if chance() < 0.9 else "",
        )  # fmt: skip

    def beside(self, row: Row) -> Row:
        """Another row of one export about the same start: the same again, as pages that overlap have it, or a clock that was attached again."""
        if self.draw.random() < 0.3:
            return row
        started = datetime.fromisoformat(row["started_at"]).replace(second=self.draw.choice((0, 30)))
        stage = self.draw.choice(STAGES)
        return row | {"started_at": text(started), "stage": stage, "verdict": self.draw.choice(VERDICTS), "business_percentage": self.draw.choice(("", "12"))}

    def earlier(self, row: Row) -> Row:
        """An older telling of the same clock: still running, its start without seconds."""
        started = datetime.fromisoformat(row["started_at"])
        updated = started + timedelta(hours=self.draw.randrange(200))
        return row | {"started_at": text(started), "ended_at": "", "stage": "in_progress", "verdict": self.draw.choice(VERDICTS), "updated_at": text(updated)}


def exports(outcomes: Mapping[str, Outcome], seed: int, as_of: datetime) -> list[list[Row]]:
    """Four exports: clocks as they stand, older tellings without seconds, deadlines without a time of day, and one that ends long before the others."""
    maker = Maker(seed)
    found: list[list[Row]] = [[], [], []]
    for number in sorted(outcomes):
        for _ in range(maker.draw.choice((0, 1, 1, 2))):
            row = maker.clock(outcomes[number], as_of)
            found[0 if maker.draw.random() < 0.8 else 2].append(row)
            if maker.draw.random() < 0.3:
                found[1].append(maker.earlier(row))
    found[0] += [a_clock(f"RITM999999{place}", "2026-01-05 09:00:00", updated_at="2026-01-06 09:00:00") for place in range(5)]
    found.append(unfinished(outcomes, local(as_of) - timedelta(days=250)))
    for rows in found:
        rows += [maker.beside(row) for row in rows if maker.draw.random() < 0.1]
    found[1] = [row | {column: row[column][:16] for column in ("started_at", "planned_end_at", "updated_at")} for row in found[1]]
    found[2] = [row | {"planned_end_at": row["planned_end_at"][:10]} for row in found[2]]
    for rows in found:
        maker.draw.shuffle(rows)
    return found


def unfinished(outcomes: Mapping[str, Outcome], until: datetime) -> list[Row]:
    """What an older export has: clocks that had started by then and still ran."""
    starts = {number: local(ours.clock_start_at or ours.submitted_at) for number, ours in outcomes.items()}
    lately = {number: start for number, start in starts.items() if until - timedelta(days=9) <= start <= until}
    rows = [a_clock(number, text(start), sla="Older", updated_at=text(start)) for number, start in sorted(lately.items())]
    return rows or [a_clock("RITM9999990", text(until), sla="Older")]


def pauses(outcomes: Mapping[str, Outcome], seed: int) -> list[Row]:
    """A pause or two on a third of the requests: over a night, a weekend or days, before and after their due date."""
    maker, found = Maker(seed), []
    for number in sorted(outcomes):
        started = local(outcomes[number].clock_start_at or outcomes[number].submitted_at)
        for _ in range(maker.draw.choice((0, 0, 0, 0, 1, 2))):
            begins = started + timedelta(days=maker.draw.randrange(8), minutes=maker.draw.randrange(600))
            ends = begins + timedelta(hours=maker.draw.choice((5, 23, 25, 65, 90)))
            found.append(a_transition(number, "pause", text(begins), text(ends)))
    return found


def local(moment: datetime) -> datetime:
    """The wall clock of California, without a zone."""
    return moment.astimezone(PEOPLE).replace(tzinfo=None)


def text(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
