"""Which certificates expire when, and which of them have a request: the view of page 5, its groups, and the same counts on the home page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dashboard import filters, holdings, icalendar, warehouse
from dashboard.formats import calendar_days, count, named_day, plural
from dashboard.icalendar import Event
from dashboard.queries import Where
from dashboard.reading import Reading
from dashboard.wording import BANDS

HORIZONS = (20, 60, 90, 180)
"""Calendar days ahead that page 5 can look."""
DEFAULT_HORIZON = 90
HOME_HORIZONS = (20, 60, 90)
DATED = ("expired", "past_last_safe_start", "submit_now", "upcoming")
"""Bands by date alone; a request under way is told apart within each."""
NOT_EXPIRED = ("past_last_safe_start", "submit_now", "covered", "upcoming")
GROUPS = {
    "expiring": "Expiring",
    **{band: BANDS[band].text for band in DATED},
    "covered": BANDS["covered"].text,
    "possibly_superseded": "Possibly superseded",
    "delegated": "Managed by departments",
}
REQUESTED = {"1": "without a request", "0": "with a request under way"}


@dataclass(frozen=True)
class View:
    """What page 5 shows. `departments`: empty for all, an empty text among them for none given. `requested`: a key of REQUESTED, or None."""

    horizon: int = DEFAULT_HORIZON
    departments: tuple[str, ...] = ()
    group: str = "expiring"
    day: date | None = None
    requested: str | None = None
    remarks: tuple[str, ...] = ()

    def scope(self) -> Where:
        """Everything within the horizon, expired ones and those that departments manage themselves included."""
        return {"horizon": [str(self.horizon)], **({"department": list(self.departments)} if self.departments else {})}

    def counted(self) -> Where:
        """What the bands count: without those that departments manage themselves."""
        return {**self.scope(), "is_delegated": ["false"]}

    def narrowed(self) -> Where:
        """The scope within the chosen day and with or without a request, whatever the group."""
        more: dict[str, list[str]] = {"uncovered": ["true" if self.requested == "1" else "false"]} if self.requested else {}
        return {**self.scope(), **more, **({"expires_on": [self.day.isoformat()]} if self.day else {})}

    def where(self) -> Where:
        """The rows of the list."""
        return {**self.narrowed(), **group_where(self, self.group)}

    def last_on(self, as_of_on: date) -> date:
        """The last day of the horizon."""
        return as_of_on + timedelta(days=self.horizon)

    def scope_part(self) -> str:
        """The horizon and the departments inside a file's name."""
        own = [f"department-{filters.slug(each or filters.NOT_GIVEN)}" for each in self.departments]
        return "_".join([f"{self.horizon}-days", *(own if len(own) <= filters.MOST_IN_FILE_NAME else ["filtered"])])

    def file_part(self) -> str:
        """The rows of the list inside a file's name."""
        parts = [self.scope_part()]
        parts += [self.group.replace("_", "-")] if self.group != "expiring" else []
        parts += [self.day.isoformat()] if self.day else []
        parts += ["no-request" if self.requested == "1" else "with-request"] if self.requested else []
        return "_".join(parts)


@dataclass(frozen=True)
class Totals:
    """Counts of certificates within a horizon. `bands`: (all, without a request) by date; the other pairs are of those not expired."""

    bands: Mapping[str, tuple[int, int]]
    expiring: tuple[int, int] = (0, 0)
    possibly_superseded: tuple[int, int] = (0, 0)
    delegated: int = 0

    def rows(self, group: str) -> int:
        """How many certificates a group holds."""
        if group in self.bands:
            return self.bands[group][0]
        total, without = self.expiring
        return {"expiring": total, "covered": total - without, "possibly_superseded": self.possibly_superseded[0], "delegated": self.delegated}[group]


def view(params: Mapping[str, tuple[str, ...]]) -> View:
    """The view of an address; a value of the wrong form falls back to the default, with a remark."""
    last = {key: values[-1] for key, values in params.items() if values and values[-1] != ""}
    remarks = []
    horizon = last.get("horizon", str(DEFAULT_HORIZON))
    if horizon not in map(str, HORIZONS):
        remarks.append(f"\u201c{horizon}\u201d is not a horizon (20, 60, 90 or 180 calendar days); {DEFAULT_HORIZON} is shown.")
        horizon = str(DEFAULT_HORIZON)
    group = last.get("band", "expiring")
    if group not in GROUPS:
        remarks.append(f"\u201c{group}\u201d is no band and no group of certificates; all that expire are shown.")
        group = "expiring"
    day = None
    if "day" in last:
        try:
            day = date.fromisoformat(last["day"])
        except ValueError:
            remarks.append(f"\u201c{last['day']}\u201d is not a day such as 2026-12-10; all days are shown.")
    departments = tuple(dict.fromkeys(params.get("owner_department", ())))
    requested = last.get("norequest") if last.get("norequest") in REQUESTED else None
    return View(int(horizon), departments, group, day, requested, tuple(remarks))


def group_where(shown: View, group: str) -> Where:
    """The certificates of a group within the view's horizon and departments."""
    if group == "delegated":
        return {**shown.scope(), "is_delegated": ["true"]}
    base = shown.counted()
    if group == "expiring":
        return {**base, "exposure_band": list(NOT_EXPIRED)}
    if group == "covered":
        return {**base, "exposure_band": ["covered"]}
    if group == "possibly_superseded":
        return {**base, "exposure_band": list(NOT_EXPIRED), "is_possibly_superseded": ["true"]}
    return {**base, "band": [group]}


def totals(path: Path, where: Where) -> Totals:
    """The counts of a scope."""
    return tally(holdings.exposure_groups(path, where))


def tally(groups: Iterable[Any]) -> Totals:
    """The counts from rows of `holdings.exposure_groups`."""
    bands = dict.fromkeys(DATED, (0, 0))
    expiring = possibly = (0, 0)
    delegated = 0
    for row in groups:
        if row.is_delegated:
            delegated += row.certificate_count
            continue
        bands[row.band] = _plus(bands[row.band], row)
        if row.band != "expired":
            expiring = _plus(expiring, row)
            possibly = _plus(possibly, row) if row.is_possibly_superseded else possibly
    return Totals(bands, expiring, possibly, delegated)


def sentence(shown: View, as_of_on: date) -> str:
    """The filter in English: `Certificates of dmv that expire by Thu 2026-12-10, within 20 calendar days.`"""
    names = [each or "no department" for each in shown.departments]
    many = f" of {len(names)} departments" if len(names) > filters.MOST_NAMES else f" of {' and '.join(names)}" if names else ""
    subject = f"Certificates{many}" if many else "All certificates"
    return f"{subject} that expire by {named_day(shown.last_on(as_of_on))}, within {calendar_days(shown.horizon)}."


def finding(counted: Totals, shown: View, as_of_on: date, submissions: Any) -> str:
    """How many have no request and when they are to be submitted. `submissions`: the record of `holdings.submissions` of those without one."""
    total, without = counted.expiring
    last = named_day(shown.last_on(as_of_on))
    if total == 1:
        return f"The only certificate expiring by {last} has {'no request' if without else 'a request under way'}.{_submit(submissions, without)}"
    if not without:
        return f"All {count(total)} certificates expiring by {last} have a request under way."
    verb = "has" if without == 1 else "have"
    return f"{count(without)} of the {count(total)} certificates expiring by {last} {verb} no request.{_submit(submissions, without)}"


def without_possibly_superseded(counted: Totals) -> str:
    """The counts with and without those that may be superseded already; empty where there are none."""
    number, of_without = counted.possibly_superseded
    if not number:
        return ""
    total, without = counted.expiring
    verb, noun = ("is", "it") if number == 1 else ("are", "them")
    return (
        f"{count(number)} of the {count(total)} {verb} possibly superseded by a newer certificate and counted until that is confirmed. "
        f"Without {noun}: {count(total - number)} expiring, {count(without - of_without)} without a request."
    )


def ends(row: Any, zone: str, clock: Callable[[Any, str], str]) -> str:
    """Both readings of the end on the last day: `15:59 or 17:00`, the earlier first; `clock` writes an instant as a local time."""
    readings = sorted({each for each in (row.service_ends_at, row.not_after_at) if each is not None})
    return " or ".join(clock(each, zone) for each in readings)


def calendar_file(now: Reading, chosen: Where) -> Callable[[], bytes]:
    """Builds an iCalendar file with two all-day events per certificate: the last day to submit a renewal, and its expiry."""
    path, stamp = now.path, now.run.as_of_at

    def build() -> bytes:
        return icalendar.content("expiry", stamp, _events(warehouse.records(path, holdings.rows_query("renewal_exposure", chosen))))

    return build


def _events(rows: Iterable[Any]) -> Iterable[Event]:
    for row in rows:
        name = row.common_name or row.certificate
        request = f"Request under way: {row.covering_number}" if row.covering_number else "No request yet"
        about = f"{plural(row.name_count, 'name')}. {request}. Serial {row.serial_number or 'not in the export'}."
        yield Event(f"{row.certificate}-submit-by", row.submit_by_on, f"Submit the renewal by today: {name}", about)
        yield Event(f"{row.certificate}-expires", row.expires_on, f"Expires: {name}", about)


def _plus(pair: tuple[int, int], row: Any) -> tuple[int, int]:
    return pair[0] + row.certificate_count, pair[1] + (0 if row.is_covered else row.certificate_count)


def _submit(submissions: Any, without: int) -> str:
    parts = []
    if submissions.next_on is not None and without:
        of_them = f" for {count(submissions.next_count)} of them" if without > 1 else ""
        parts.append(f"Submit by {named_day(submissions.next_on)} at the latest{of_them}")
    if submissions.late_count:
        late = f"for {count(submissions.late_count)} the day to submit by has passed" if without > 1 else "the day to submit by has passed"
        parts.append(late if parts else f"{late[0].upper()}{late[1:]}")
    return f" {'; '.join(parts)}." if parts else ""
