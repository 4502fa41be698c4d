"""Numbers and dates as the pages print them.

Percentages carry a no-break space and one decimal, or as many as it takes not to cross a line that the
exact ratio does not cross; dates are `2026-11-20` in tables and `Fri 2026-11-20` in sentences.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

NO_BREAK = "\u00a0"
MINUS = "\u2212"
MISSING = "\u2013"
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ZONE_WORDS = {
    "America/Los_Angeles": "Pacific",
    "America/Denver": "Mountain",
    "America/Chicago": "Central",
    "America/New_York": "Eastern",
}
MOST_DECIMALS = 6


def count(number: int) -> str:
    """`1208` as `1,208`, `-6` with a real minus sign."""
    return f"{number:,}".replace("-", MINUS)


def signed(number: int) -> str:
    """A difference: `+3`, `−6`, `0`."""
    return f"+{count(number)}" if number > 0 else count(number)


def plural(number: int, noun: str, nouns: str | None = None) -> str:
    """`1 request`, `2 requests`; give `nouns` where an s does not do."""
    return f"{count(number)} {noun if number == 1 else nouns or noun + 's'}"


def business_days(number: int) -> str:
    """`6 business days`; the kind of day is always said."""
    return plural(number, "business day")


def calendar_days(number: int) -> str:
    """`20 calendar days`; the kind of day is always said."""
    return plural(number, "calendar day")


def percent(part: int, whole: int, target_ratio: float | None = None) -> str:
    """`part` of `whole` in percent; a dash where `whole` is 0.

    One decimal, or more where one would print a value on the other side of the target, or 0 or 100 for
    what is neither: 94.96 is not `95.0 %`, and one miss in 5,000 is not `100.0 %`.
    """
    if whole == 0:
        return MISSING
    exact = Fraction(part, whole) * 100
    target = None if target_ratio is None else Fraction(str(target_ratio)) * 100
    decimals = 1
    while decimals < MOST_DECIMALS and not _keeps_its_side(exact, _rounded(exact, decimals), target):
        decimals += 1
    return f"{_rounded(exact, decimals)}{NO_BREAK}%"


def ratio_percent(ratio: float) -> str:
    """A target or an objective: `95 %`, `99.5 %`."""
    number = Decimal(str(round(ratio * 100, 4))).normalize()
    return f"{number:f}{NO_BREAK}%"


def share(part: int, whole: int, target_ratio: float | None = None) -> str:
    """`94.1 % (48 of 51)`: a ratio never stands without its counts."""
    return f"{percent(part, whole, target_ratio)} ({count(part)} of {count(whole)})"


def interval(low_ratio: float, high_ratio: float) -> str:
    """`84 to 98 %`, each end rounded outward to a whole percent."""
    low = math.floor(round(low_ratio * 100, 9))
    high = math.ceil(round(high_ratio * 100, 9))
    return f"{low} to {high}{NO_BREAK}%"


def _rounded(exact: Fraction, decimals: int) -> Decimal:
    step = Decimal(1).scaleb(-decimals)
    digits = Decimal(exact.numerator) / Decimal(exact.denominator)
    return digits.quantize(step, rounding=ROUND_HALF_UP)


def _keeps_its_side(exact: Fraction, printed: Decimal, target: Fraction | None) -> bool:
    if (printed == 0) != (exact == 0) or (printed == 100) != (exact == 100):
        return False
    return target is None or (Fraction(printed) >= target) == (exact >= target)


def iso(day: date | None) -> str:
    """`2026-11-20`, for tables, files and addresses."""
    return day.isoformat() if day is not None else MISSING


def named_day(day: date) -> str:
    """`Fri 2026-11-20`, for sentences."""
    return f"{WEEKDAYS[day.weekday()]} {day.isoformat()}"


def zone_word(zone: str) -> str:
    """The zone as people say it: `Pacific`, else its city, else its name."""
    return ZONE_WORDS.get(zone, zone.split("/")[-1].replace("_", " "))


def local(instant_utc: datetime, zone: str) -> datetime:
    """A naive UTC instant of the snapshot on the clocks of the policy's zone (aware)."""
    return instant_utc.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(zone))


def moment(instant_utc: datetime, zone: str) -> str:
    """`Fri 2026-11-20 16:42 Pacific` from a naive UTC instant."""
    there = local(instant_utc, zone)
    return f"{named_day(there.date())} {there:%H:%M} {zone_word(zone)}"


def month_of(day: date) -> str:
    """`2026-10`."""
    return f"{day.year:04d}-{day.month:02d}"


def period_of(grain: str, day: date) -> str:
    """The month, quarter or fiscal_year that a day lies in: `2026-10`, `2026-Q4`, `FY2026-27`."""
    if grain == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    if grain == "fiscal_year":
        first = day.year if day.month >= 7 else day.year - 1
        return f"FY{first:04d}-{(first + 1) % 100:02d}"
    return month_of(day)


def period_bounds(period: str) -> tuple[date, date]:
    """First and last day of `2026-10`, `2026-Q4` or `FY2026-27`; ValueError for anything else."""
    if period.startswith("FY"):
        first_year, second = period[2:].split("-")
        year = int(first_year)
        if len(first_year) != 4 or second != f"{(year + 1) % 100:02d}":
            raise ValueError(period)
        return date(year, 7, 1), date(year + 1, 6, 30)
    year_text, part = period.split("-")
    if len(year_text) != 4 or len(part) != 2:
        raise ValueError(period)
    if part.startswith("Q"):
        quarter = int(part[1])
        if not 1 <= quarter <= 4:
            raise ValueError(period)
        first_month, last_month = 3 * quarter - 2, 3 * quarter
    else:
        first_month = last_month = int(part)
    year = int(year_text)
    after = date(year + last_month // 12, last_month % 12 + 1, 1)
    return date(year, first_month, 1), after - timedelta(days=1)


def period_name(period: str) -> str:
    """`October 2026`, `2026-Q4 (Oct to Dec 2026)`, `fiscal year 2026-27`."""
    first, last = period_bounds(period)
    if period.startswith("FY"):
        return f"fiscal year {period[2:]}"
    if "Q" in period:
        return f"{period} ({MONTHS[first.month - 1][:3]} to {MONTHS[last.month - 1][:3]} {last.year})"
    return f"{MONTHS[first.month - 1]} {first.year}"


def period_tick(period: str, with_year: bool) -> str:
    """The label of an axis: `Oct`, with its year on a second line where the year begins."""
    first, _ = period_bounds(period)
    if period.startswith("FY"):
        return period[2:]
    short = period[-2:] if "Q" in period else MONTHS[first.month - 1][:3]
    return f"{short}<br>{first.year}" if with_year else short
