"""The statement per period and group, in fractions."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import sqrt

from .outcomes import Outcome
from .policy import Rules

Z = 1.959964
PERIODS = ("month", "quarter", "fiscal_year")


@dataclass(frozen=True)
class Statement:
    """The counts and the judgement of one group in one period; columns as published."""

    met_count: int
    missed_count: int
    open_overdue_count: int
    met_not_yet_due_count: int
    open_count: int
    excluded_count: int
    not_measurable_count: int
    attainment_ratio: float | None
    interval_low_ratio: float | None
    interval_high_ratio: float | None
    target_ratio: float | None
    allowed_miss_count: int | None
    misses_left_count: int | None
    slo_status: str
    confidence: str
    is_complete: bool | None


def wilson(met: int, due: int) -> tuple[float, float] | None:
    """Wilson's 95 % interval, clamped to 0..1 and exact at both ends; None of nothing."""
    if due == 0:
        return None
    ratio, square = met / due, Z * Z
    centre = (ratio + square / (2 * due)) / (1 + square / due)
    half = Z * sqrt(ratio * (1 - ratio) / due + square / (4 * due * due)) / (1 + square / due)
    low, high = max(0.0, centre - half), min(1.0, centre + half)
    return (0.0 if met == 0 else low), (1.0 if met == due else high)


def allowed_misses(due_in_period: int, objective_basis_points: int) -> int:
    """Whole requests that may miss without missing the objective."""
    return due_in_period * (10_000 - objective_basis_points) // 10_000


def period(kind: str, day: date) -> str:
    """`2026-10`, `2026-Q4` (calendar quarter), `FY2026-27` (from July)."""
    if kind == "month":
        return f"{day.year:04}-{day.month:02}"
    if kind == "quarter":
        return f"{day.year:04}-Q{(day.month + 2) // 3}"
    first = day.year if day.month >= 7 else day.year - 1
    return f"FY{first:04}-{(first + 1) % 100:02}"


def periods_between(kind: str, first: date, last: date) -> list[str]:
    """The periods from the first day's to the last day's, found by walking the days."""
    return sorted({period(kind, first + timedelta(days=n)) for n in range((last - first).days + 1)})


def last_day(kind: str, name: str, near: date) -> date:
    """The last day of the period that is known to hold `near`."""
    while period(kind, near + timedelta(days=1)) == name:
        near += timedelta(days=1)
    return near


def card_word(status: str, confidence: str, due: int) -> str:
    """What a card says: under 20 due requests no miss is affordable, so an uncertain ratio is too few to tell."""
    if due == 0:
        return "No data"
    if due < 20 and confidence == "uncertain":
        return "Too few to tell"
    return {"met": "Met", "missed": "Missed"}[status]


def statement(requests: Sequence[Outcome], objectives: set[int], is_complete: bool | None) -> Statement:
    """The statement of one group; without one common objective there is no target and no verdict."""
    seen = Counter((one.slo_outcome, one.is_due) for one in requests)
    met, missed = seen["met", True], sum(one.slo_outcome == "missed" for one in requests)
    early = seen["met", False]
    open_with_due_date = sum(one.slo_outcome == "open" and one.due_on is not None for one in requests)
    due = met + missed
    bounds = wilson(met, due)
    objective = next(iter(objectives)) if len(objectives) == 1 else None
    status, confidence, allowed = "no_data", "no_data", None
    if objective is not None:
        allowed = allowed_misses(due + early + open_with_due_date, objective)
    if due and objective is None:
        status = confidence = "no_target"
    elif due:
        target = Fraction(objective, 10_000)
        status = "met" if Fraction(met, due) >= target else "missed"
        low, high = bounds
        confidence = "above" if low >= target else "below" if high < target else "uncertain"
    return Statement(
        met_count=met,
        missed_count=missed,
        open_overdue_count=sum(one.is_open_overdue for one in requests),
        met_not_yet_due_count=early,
        open_count=sum(one.slo_outcome == "open" for one in requests),
        excluded_count=sum(one.slo_outcome == "excluded" for one in requests),
        not_measurable_count=sum(one.slo_outcome == "not_measurable" for one in requests),
        attainment_ratio=float(Fraction(met, due)) if due else None,
        interval_low_ratio=bounds[0] if bounds else None,
        interval_high_ratio=bounds[1] if bounds else None,
        target_ratio=float(Fraction(objective, 10_000)) if objective is not None else None,
        allowed_miss_count=allowed,
        misses_left_count=allowed - missed if allowed is not None else None,
        slo_status=status,
        confidence=confidence,
        is_complete=is_complete,
    )


def statements(
    requests: Sequence[Outcome], by: Sequence[str], as_of_on: date, known_through_on: date, rules: Rules
) -> dict[tuple, Statement]:
    """`{values of the dimensions in order: statement}` for one clock basis, months without requests included.

    Every group has every period from the first of all to that of `as_of`, and later ones where it has a due request.
    """
    kind = next((one for one in by if one in PERIODS), None)
    grouped: dict[tuple, list[Outcome]] = {}
    days: dict[str, date] = {}
    for one in requests:
        key = tuple(period(name, one.period_on) if name in PERIODS else getattr(one, name) or None for name in by)
        grouped.setdefault(key, []).append(one)
        if kind:
            days.setdefault(period(kind, one.period_on), one.period_on)
    if kind and requests:
        place = by.index(kind)
        first = min(as_of_on, *(one.period_on for one in requests))
        for offset in range((as_of_on - first).days + 1):
            day = first + timedelta(days=offset)
            days.setdefault(period(kind, day), day)
        for key in list(grouped):
            for name in periods_between(kind, first, as_of_on):
                grouped.setdefault((*key[:place], name, *key[place + 1 :]), [])
    found = {}
    for key, members in grouped.items():
        complete = None
        if kind:
            ends_on = last_day(kind, key[place], days[key[place]])
            complete = ends_on < min(as_of_on, known_through_on)
        group = [one for one in requests if same_group(one, key, by)]
        found[key] = statement(members, objectives_of(group, rules), complete)
    return found


def objectives_of(requests: Sequence[Outcome], rules: Rules) -> set[int]:
    """The objectives that the options of these requests have, in basis points; an unclassified one has none."""
    return {rules.options[one.service_option].objective_basis_points for one in requests if one.service_option in rules.options}


def same_group(one: Outcome, key: tuple, by: Sequence[str]) -> bool:
    """Whether the request belongs to the group of the row, whatever the period."""
    return all((getattr(one, name) or None) == value for name, value in zip(by, key, strict=True) if name not in PERIODS)
