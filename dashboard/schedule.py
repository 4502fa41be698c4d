"""Which open requests are due when: the groups of page 3, the same on the home page, the chart and the files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from dashboard import formats, icalendar, queries, warehouse
from dashboard.filters import option_name
from dashboard.icalendar import Event
from dashboard.queries import Soon
from dashboard.reading import Reading
from dashboard.verdicts import Day
from pipelines import metrics

SOON_BUSINESS_DAYS = 5
CHART_BUSINESS_DAYS = 10  # as many bars, the day of the data among them when it is a business day
GROUPS = {
    "overdue": "overdue",
    "today": "due today",
    "next5": "due in 5 business days",
    "all": "open",
    "awaiting": "waiting for approval",
    "stale": "past its due date and the end of the exports",
}


def soon(now: Reading, business_days: int = SOON_BUSINESS_DAYS) -> Soon:
    """The dates of the next business days after as_of, weekends and closures between them included."""
    return queries.due_soon(now.path, now.as_of_on, business_days)


def where(now: Reading, bucket: str) -> queries.Where | None:
    """The requests of a group or of one due date `2026-11-30`; None for anything else."""
    base = now.filters.where(period=False)
    dates = {
        "today": [now.as_of_on.isoformat()],
        "next5": [day.isoformat() for day in soon(now).days],
    }
    if bucket == "overdue":
        return {**base, "is_open_overdue": ["true"]}
    if bucket in dates:
        return {**base, "slo_outcome": ["open"], "due_on": dates[bucket]}
    if bucket == "all":
        return {**base, "outcome_reason": ["open_overdue", "not_yet_due", "awaiting_approval", "stale_export"]}
    if bucket == "awaiting":
        return {**base, "outcome_reason": ["awaiting_approval"]}
    if bucket == "stale":
        return {**base, "outcome_reason": ["stale_export"]}
    try:
        return {**base, "slo_outcome": ["open"], "due_on": [date.fromisoformat(bucket).isoformat()]}
    except ValueError:
        return None


def rows(now: Reading, bucket: str) -> int:
    """How many requests a group holds."""
    chosen = where(now, bucket)
    return queries.slo_outcomes_count(now.path, chosen) if chosen is not None else 0


def name(bucket: str) -> str:
    """A group in words, as in `No request is due today.`"""
    return GROUPS.get(bucket) or f"due {formats.named_day(date.fromisoformat(bucket))}"


def file_part(bucket: str) -> str:
    """A group inside a file's name."""
    return {"next5": "5-business-days", "all": "open"}.get(bucket, bucket)


def chart_days(now: Reading) -> dict[date, Day]:
    """The calendar of the chart: ten business days from as_of on."""
    is_business_day = queries.calendar(now.path, [now.as_of_on])[now.as_of_on].is_business_day
    return queries.calendar(now.path, soon(now, CHART_BUSINESS_DAYS - is_business_day).days)


def bars(now: Reading) -> pd.DataFrame:
    """Overdue, then a bar per date: business days, weekday closures (always empty of work), and any other date with requests.

    Columns `bucket`, `on_date`, `label`, `request_count`, `closure_name`.
    """
    days = chart_days(now)
    counted = warehouse.frame(now.path, bars_query(now))
    lines, shown_month = [], None
    for bucket, number in zip(counted["bucket"], counted["request_count"], strict=True):
        if bucket == "overdue":
            lines.append((bucket, None, "Over-<br>due", int(number), None))
            continue
        day = days[date.fromisoformat(bucket)]
        label = f"{formats.WEEKDAYS[day.on_date.weekday()]}<br>{day.on_date.day}"
        if day.on_date.month != shown_month:
            shown_month = day.on_date.month
            label += f"<br>{formats.MONTHS[shown_month - 1][:3]}"
        lines.append((bucket, day.on_date, label, int(number), None if number else day.closure_name))
    frame = pd.DataFrame(lines, columns=["bucket", "on_date", "label", "request_count", "closure_name"])
    return frame.astype({"on_date": object, "closure_name": object}).where(frame.notna(), None).astype({"request_count": int})


def bars_query(now: Reading) -> metrics.Query:
    """The bars as a selection: a row per bar, closures as rows of zero."""
    days = chart_days(now)
    basis = {"clock_basis": [now.run.clock_basis], **now.filters.where(period=False)}
    overdue = metrics.select("slo_cube", where={**basis, "is_open_overdue": ["true"]})
    dated = metrics.select("slo_cube", where={**basis, "slo_outcome": ["open"], "has_due_date": ["true"]})
    slots = [day for day, each in sorted(days.items()) if day.weekday() < 5 or each.is_business_day]
    sql = (
        "with ahead as (select on_date, on_date in (select unnest(cast(? as date[]))) as is_slot from calendar_days where on_date between ? and ?), "
        f"overdue as (select coalesce(sum(request_count), 0) as request_count from ({overdue.sql})), "
        f"dated as (select period_on, sum(request_count) as request_count from ({dated.sql}) group by period_on), "
        "bars as (select 0 as position, 'overdue' as bucket, request_count from overdue union all "
        "select row_number() over (order by ahead.on_date), cast(ahead.on_date as varchar), coalesce(dated.request_count, 0) "
        "from ahead left join dated on ahead.on_date = dated.period_on where ahead.is_slot or dated.request_count > 0) "
        "select bucket, cast(request_count as bigint) as request_count from bars order by position"
    )
    parameters = (tuple(slots), min(days), max(days), *overdue.parameters, *dated.parameters)
    return metrics.Query(sql, parameters, (metrics.Column("bucket", "text"), metrics.Column("request_count", "count")))


def calendar_file(now: Reading, chosen: queries.Where) -> Callable[[], bytes]:
    """Builds an iCalendar file of the due dates: one all-day event per request that has one."""
    path, stamp, choices = now.path, now.run.as_of_at, now.choices

    def build() -> bytes:
        rows = warehouse.records(path, queries.slo_outcomes_query(chosen))
        events = (
            Event(
                f"{row.number}-due",
                row.due_on,
                f"Due: {row.number}, {option_name(choices, row.service_option)}",
                row.department or "No department given",
            )
            for row in rows
            if row.due_on is not None
        )
        return icalendar.content("due dates", stamp, events)

    return build
