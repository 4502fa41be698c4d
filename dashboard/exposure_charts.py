"""The charts of page 5: on which days, in which bands, and in whose departments certificates expire."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import blocks, exposure, filter_bar, holdings, queries, warehouse
from dashboard.charts import expiry
from dashboard.exposure import Totals, View
from dashboard.formats import WEEKDAYS, calendar_days, count, named_day, plural
from dashboard.page_parts import reading
from dashboard.wording import BANDS

MOST_DEPARTMENTS = 12
SEGMENTS = {"covered": "0", "uncovered": "1"}


def days(shown: View, counted: Totals) -> None:
    """The calendar: a square per day of the next weeks, darker the more certificates end on it."""
    now = reading()
    monday = now.as_of_on - timedelta(days=now.as_of_on.weekday())
    last_on = min(shown.last_on(now.as_of_on), monday + timedelta(weeks=expiry.WEEKS, days=-1))
    weeks = (last_on - monday).days // 7 + 1
    where = exposure.group_where(shown, "expiring")
    query = holdings.exposure_days_query(where, now.as_of_on, last_on)
    found = {row.expires_on: row for row in warehouse.records(now.path, query)}
    calendar = queries.calendar_between(now.path, monday, monday + timedelta(weeks=weeks, days=-1))
    frame = pd.DataFrame(
        {
            "on_date": list(calendar),
            "certificate_count": [found[day].certificate_count if day in found else 0 for day in calendar],
            "uncovered_count": [found[day].uncovered_count if day in found else 0 for day in calendar],
            "closure_name": [each.closure_name for each in calendar.values()],
            "is_shown": [now.as_of_on <= day <= last_on for day in calendar],
        }
    )
    drawn = sum(row.certificate_count for row in found.values())
    beyond = counted.expiring[0] - drawn
    table = pd.DataFrame(
        {
            "Expires": [day.isoformat() for day in found],
            "Day": [WEEKDAYS[day.weekday()] for day in found],
            "Certificates": [count(row.certificate_count) for row in found.values()],
            "Without a request": [count(row.uncovered_count) for row in found.values()],
        }
    )
    most = max(found.values(), key=lambda row: row.certificate_count, default=None)
    extreme = f"Most: {count(most.certificate_count)} on {named_day(most.expires_on)}. " if most else ""
    later = f" {plural(beyond, 'more certificate')} {'expires' if beyond == 1 else 'expire'} after {named_day(last_on)}; see the list." if beyond else ""
    picked = blocks.chart(
        "days",
        "On which days?",
        expiry.calendar(frame, now.theme, now.as_of_on),
        f"Calendar of certificates by the day they expire on, {named_day(now.as_of_on)} to {named_day(last_on)}. {extreme}"
        "The table below has all days.",
        f"certificates that are not expired, by their last day, to {named_day(last_on)}.{later}",
        table if len(table) else None,
        [blocks.Download(query, "expiry_days", f"to-{last_on.isoformat()}", len(found), filtered=False, scope=exposure.sentence(shown, now.as_of_on))],
        is_clickable=True,
        width=expiry.CALENDAR_WIDTH,
    )
    names = {day.isoformat(): f"{named_day(day)} ({count(row.certificate_count)})" for day, row in found.items()}
    filter_bar.choice("Show one day", "day", list(names), names, "All days")
    if picked and filter_bar.narrow({"day": picked[0], "band": None, "norequest": None}):
        st.rerun()


def bands(shown: View) -> None:
    """Bars by band, with and without a request under way."""
    now = reading()
    query = holdings.exposure_bands_query(shown.counted(), exposure.DATED)
    frame = warehouse.frame(now.path, query)
    frame = frame.assign(label=[BANDS[band].text for band in frame["band"]])
    late = frame[frame["band"] == "past_last_safe_start"].iloc[0]
    picked = blocks.chart(
        "bands",
        "How late is it?",
        expiry.requested(frame, now.theme, "No request"),
        f"Bars of certificates by band, with and without a request. Past the last safe start: "
        f"{count(int(late['covered_count'] + late['uncovered_count']))}, {count(int(late['uncovered_count']))} of them without a request. "
        "The table below has all numbers.",
        f"certificates within the horizon and those that expired in the last {calendar_days(int(now.run.expired_days))}, each in the first band that "
        "its dates reach, whether a request is under way or not.",
        _numbers("Band", frame),
        [blocks.Download(query, "expiry_bands", shown.scope_part(), len(frame), filtered=False, scope=exposure.sentence(shown, now.as_of_on))],
        is_clickable=True,
    )
    if picked and filter_bar.narrow({"band": frame["band"].iloc[int(picked[0])], "norequest": SEGMENTS[picked[1]], "day": None}):
        st.rerun()


def departments(shown: View) -> None:
    """Bars by department, most without a request first."""
    now = reading()
    query = holdings.exposure_departments_query(exposure.group_where(shown, "expiring"))
    every = warehouse.frame(now.path, query)
    every = every.assign(label=[value or "No department" for value in every["department"]], value=[[value or ""] for value in every["department"]])
    drawn = _pooled(every)
    first = every.iloc[0]
    picked = blocks.chart(
        "departments",
        "In whose departments?",
        expiry.requested(drawn, now.theme, "No request"),
        f"Bars of certificates by department, with and without a request. Most without one: {first['label']}, "
        f"{count(int(first['uncovered_count']))} of {count(int(first['covered_count'] + first['uncovered_count']))}. The table below has all numbers.",
        "certificates that are not expired, by the department in their name, most without a request first.",
        _numbers("Department", every),
        [blocks.Download(query, "expiry_departments", shown.scope_part(), len(every), filtered=False, scope=exposure.sentence(shown, now.as_of_on))],
        is_clickable=True,
    )
    change = picked and {"owner_department": list(drawn["value"].iloc[int(picked[0])]), "norequest": SEGMENTS[picked[1]], "band": None, "day": None}
    if change and filter_bar.narrow(change):
        st.rerun()


def _pooled(frame: pd.DataFrame) -> pd.DataFrame:
    """At most 12 rows, then one for all the others together."""
    if len(frame) <= MOST_DEPARTMENTS + 1:
        return frame
    rest = frame.iloc[MOST_DEPARTMENTS:]
    others = {
        "label": f"Other departments ({len(rest)})",
        "covered_count": rest["covered_count"].sum(),
        "uncovered_count": rest["uncovered_count"].sum(),
        "value": [each for value in rest["value"] for each in value],
    }
    return pd.concat([frame.iloc[:MOST_DEPARTMENTS], pd.DataFrame([others])], ignore_index=True)


def _numbers(first: str, frame: pd.DataFrame) -> pd.DataFrame:
    covered, uncovered = frame["covered_count"].astype(int), frame["uncovered_count"].astype(int)
    return pd.DataFrame(
        {
            first: frame["label"],
            "Certificates": [count(int(number)) for number in covered + uncovered],
            "Request under way": [count(int(number)) for number in covered],
            "Without a request": [count(int(number)) for number in uncovered],
        }
    )
