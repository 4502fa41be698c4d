"""Which open requests are due when: the groups of page 3, the same on the home page, the chart and the files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd

from dashboard import formats, icalendar, queries, risks, warehouse
from dashboard.filters import option_name, slug
from dashboard.icalendar import Event
from dashboard.phase_words import NOT_RECORDED
from dashboard.queries import Soon
from dashboard.reading import Reading
from dashboard.verdicts import Day
from pipelines import metrics
from pipelines.tables import OPEN_REASONS

SOON_BUSINESS_DAYS = 5
CHART_BUSINESS_DAYS = 10  # as many bars, the day of the data among them when it is a business day
NOBODY = NOT_RECORDED
"""Who holds a request of which no state change tells."""
GROUPS = {
    "overdue": "overdue",
    "today": "due today",
    "next5": "due in 5 business days",
    "all": "open",
    "awaiting": "waiting for approval",
    "stale": "past its due date and the end of the exports",
    "likely": "likely to miss",
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
        return {**base, "outcome_reason": list(OPEN_REASONS)}
    if bucket == "awaiting":
        return {**base, "outcome_reason": ["awaiting_approval"]}
    if bucket == "likely":
        return {**base, "risk_band": ["likely"]} if risks.is_known(now.path) else None
    if bucket == "stale":
        return {**base, "outcome_reason": ["stale_export"]}
    try:
        return {**base, "slo_outcome": ["open"], "due_on": [date.fromisoformat(bucket).isoformat()]}
    except ValueError:
        return None


def rows(now: Reading, bucket: str) -> int:
    """How many requests a group holds."""
    chosen = where(now, bucket)
    # Without the risks, which only one group asks for, it is a count over one table.
    return queries.table_count(now.path, "open_requests" if bucket == "likely" else "slo_outcomes", chosen) if chosen is not None else 0


def holders(now: Reading, bucket: str) -> dict[str, int]:
    """Who holds the requests of a group, most first, with how many: `NOBODY` where no state change tells. Only where phases are known."""
    chosen = metrics.select("open_requests", where=where(now, bucket) or {})
    sql = f"select current_party, count(*) as request_count from ({chosen.sql}) group by current_party order by request_count desc, current_party nulls last"
    return {row.current_party or NOBODY: row.request_count for row in warehouse.records(now.path, queries.Sql(sql, chosen.parameters))}


def held_by(holder: str) -> queries.Where:
    """The requests that somebody holds, as a part of a selection."""
    return {"current_party": ["" if holder == NOBODY else holder]}


def name(bucket: str) -> str:
    """A group in words, as in `No request is due today.`"""
    return GROUPS.get(bucket) or f"due {formats.named_day(date.fromisoformat(bucket))}"


def file_part(bucket: str, held: str | None = None) -> str:
    """A group, and who holds its requests, inside a file's name."""
    group = {"next5": "5-business-days", "all": "open"}.get(bucket, bucket)
    return f"{group}_held-{slug(held)}" if held else group


def chart_days(now: Reading) -> dict[date, Day]:
    """The calendar of the chart: ten business days from as_of on."""
    is_business_day = queries.calendar(now.path, [now.as_of_on])[now.as_of_on].is_business_day
    return queries.calendar(now.path, soon(now, CHART_BUSINESS_DAYS - is_business_day).days)


def bars(now: Reading) -> pd.DataFrame:
    """Overdue, then a bar per date: business days, weekday closures (always empty of work), and any other date with requests.

    Columns `bucket`, `on_date`, `label`, `request_count`, `closure_name`, and where risks are known the counts of each band.
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
    frame = frame.astype({"on_date": object, "closure_name": object}).where(frame.notna(), None).astype({"request_count": int})
    return frame.assign(**{name: counted[name].astype(int) for name in band_counts(now)})


def band_counts(now: Reading) -> dict[str, str]:
    """The columns that count the bands of risk, and the band of each."""
    return {f"{band}_count": band for band in risks.bands(now.path)}


def by_risk(now: Reading, frame: pd.DataFrame) -> list[str]:
    """The bands of each bar in words: `2 likely to miss, 1 on course`; a dash where there is none."""
    words = {name: risks.bands(now.path)[band].word for name, band in band_counts(now).items()}
    rows = frame.to_dict("records")
    found = ([f"{formats.count(row[name])} {word[:1].lower()}{word[1:]}" for name, word in words.items() if row[name]] for row in rows)
    return [", ".join(parts) or formats.MISSING for parts in found]


def bars_query(now: Reading) -> metrics.Query:
    """The bars as a selection: a row per bar, closures as rows of zero, overdue requests without a risk."""
    days = chart_days(now)
    chosen = metrics.select(risks.table(now.path), where=where(now, "all"))
    counted = {"request_count": "count(*)", **{name: f"count(*) filter (where risk_band = '{band}')" for name, band in band_counts(now).items()}}
    slots = [day for day, each in sorted(days.items()) if day.weekday() < 5 or each.is_business_day]
    sql = (
        f"with open_requests as ({chosen.sql}), "
        "ahead as (select on_date, on_date in (select unnest(cast(? as date[]))) as is_slot from calendar_days where on_date between ? and ?), "
        f"counted as (select is_open_overdue, due_on, {', '.join(f'{sql} as {name}' for name, sql in counted.items())} "
        "from open_requests where due_on is not null group by is_open_overdue, due_on), "
        f"bars as (select 0 as position, 'overdue' as bucket, {', '.join(f'coalesce(sum({name}), 0) as {name}' for name in counted)} "
        "from counted where is_open_overdue union all "
        f"select row_number() over (order by ahead.on_date), cast(ahead.on_date as varchar), {', '.join(f'coalesce({name}, 0)' for name in counted)} "
        "from ahead left join counted on ahead.on_date = counted.due_on and not counted.is_open_overdue where ahead.is_slot or request_count > 0) "
        f"select bucket, {', '.join(f'cast({name} as bigint) as {name}' for name in counted)} from bars order by position"
    )
    parameters = (*chosen.parameters, tuple(slots), min(days), max(days))
    return metrics.Query(sql, parameters, (metrics.Column("bucket", "text"), *(metrics.Column(name, "count") for name in counted)))


def calendar_file(now: Reading, chosen: queries.Where) -> Callable[[], bytes]:
    """Builds an iCalendar file of the due dates: one all-day event per request that has one."""
    path, stamp, choices = now.path, now.run.as_of_at, now.choices
    query = metrics.select(risks.table(path), where=chosen)

    def build() -> bytes:
        rows = warehouse.records(path, query)
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
