"""The first half of page 6: the verdict, the two questions that a lead asks first, and the bars of one or two scenarios."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import streamlit as st

from dashboard import blocks, capacity_past, capacity_periods, capacity_words, outlook, page_parts
from dashboard.capacity import View
from dashboard.capacity_words import between, compared, needs, stretches, verdict, worst
from dashboard.charts import capacity as charts
from dashboard.charts.capacity import Step
from dashboard.filters import slug
from dashboard.formats import MONTHS, NO_BREAK, count, named_day, plural
from dashboard.lifetimes import Lifetimes
from dashboard.outlook import Outlook
from dashboard.page_parts import reading
from pipelines.forecast import model
from pipelines.forecast.assumptions import quantile
from pipelines.forecast.inputs import CHAIN_GAP_DAYS
from pipelines.policy_schema import Scenario

OVER = "\u25b2"
NOTHING = (
    "There is nothing to forecast: no certificate with a known expiry and no request is loaded. Load an export of requests or of certificates with "
    "`certboard ingest FOLDER`."
)


def nothing(shown: View) -> bool:
    """Say so when neither certificates nor requests lead to any work in all the weeks that are known."""
    if outlook.outlook(reading().path, shown.base, model.WEEKS).hours.sum() > 0:
        return False
    st.info(NOTHING)
    return True


def findings(shown: View) -> None:
    """The verdict, what is special about it, and the answers in words."""
    now = reading()
    found = outlook.outlook(now.path, shown.scenario, shown.weeks)
    page_parts.headline(verdict(found))
    running = capacity_words.running(found, now.as_of_on)
    if running:
        st.markdown(page_parts.plain(running))
    told = capacity_past.told(now.path)
    words = capacity_words.history(outlook.inputs(now.path).complete_month_count, told is not None)
    if words:
        st.warning(words)
    if told and capacity_past.narrow(told):
        inside = f"{count(int(told['inside']))} of the last {plural(int(told['count']), 'month')}"
        st.markdown(page_parts.plain(f"Ranges like these held only {inside}; see \u201c{capacity_past.HEADING}\u201d below."))
    over, hardest = found.weeks_over, worst(found)
    if hardest is None:
        return
    total = found.total
    next_over = needs(found, over[0]) if over else f"None before {named_day(found.mondays[-1] + timedelta(weeks=1))}."
    label = "Which week is worst?" if over else "Which week is fullest?"
    staff = outlook.staff_needed(now.path, shown.scenario, shown.weeks)
    blocks.facts(
        [
            ("Which week is over next?", next_over, _range(total, over[0]) if over else _most_used(found)),
            (label, needs(found, hardest), _range(total, hardest)),
            ("How many weeks are over?", f"{count(len(over))} of {plural(len(found.mondays) - 1, 'whole week')}", _listed(found)),
            ("How much staff is enough?", _enough(staff), f"With it no whole week of the {shown.weeks} is over. {_has(shown)}"),
        ]
    )  # fmt: skip


def bars(shown: View, lifetimes: Lifetimes) -> None:
    """The chart of the scenario, beside it that of a second one, with what differs in words."""
    now = reading()
    one = outlook.outlook(now.path, shown.scenario, shown.weeks, with_runs=shown.by_month)
    if shown.compare is None:
        _panel(shown, one, lifetimes, shown.name, charts.Panel())
        return
    other = outlook.outlook(now.path, shown.compare, shown.weeks, with_runs=shown.by_month)
    st.markdown(page_parts.plain(capacity_words.differences(one, other, shown.compare.name)))
    needed = []
    for each in (one, other):
        frame = _frame(shown, each)
        needed.append(charts.panel(frame, _steps(shown, each, lifetimes, frame)[0]))
    both = charts.Panel(max(each.hours for each in needed), max(each.label_rows for each in needed))
    grid = st.grid(2, min_column_width=360, gap="medium")
    for each, name in ((one, shown.name), (other, shown.compare.name)):
        with grid.cell():
            _panel(shown, each, lifetimes, name, both)


def _listed(found: Outlook) -> str:
    return stretches([found.mondays[week] for week in found.weeks_over]) or "None."


def _enough(number: float | None) -> str:
    return "No number is enough: a week with work has no hours." if number is None else f"{capacity_words.staff(number)} full-time equivalents"


def _has(shown: View) -> str:
    """How many the scenario has, and whether somebody has entered that here."""
    people = f"{shown.scenario.staff:g}"
    return f"The scenario has {people} (assumed)." if shown.scenario.staff == shown.base.staff else f"{people} are entered here."


def _frame(shown: View, found: Outlook) -> pd.DataFrame:
    now = reading()
    return capacity_periods.months(now.path, found) if shown.by_month else capacity_periods.weeks(now.path, found, now.as_of_on)


def _panel(shown: View, found: Outlook, lifetimes: Lifetimes, name: str, beside: charts.Panel) -> None:
    frame = _frame(shown, found)
    steps, words = _steps(shown, found, lifetimes, frame)
    table = capacity_periods.month_table(frame) if shown.by_month else capacity_periods.week_table(frame)
    which = "first" if found.scenario == shown.scenario else "second"
    blocks.chart(
        f"capacity_{which}",
        f"{name}: hours of work {'a week, by month' if shown.by_month else 'by week'}",
        charts.weeks(frame, reading().theme, steps, beside, "<br>a week" if shown.by_month else ""),
        _alt(found, frame, name),
        _counted(shown, found, frame, words),
        table,
        _files(shown, found, frame),
    )


def _files(shown: View, found: Outlook, frame: pd.DataFrame) -> list[blocks.Download]:
    """Exactly the rows of the table; and the weeks by service option behind them."""
    of = shown.compare if found.scenario == shown.compare else None
    part = f"{shown.weeks}-weeks_{slug(of.id)}" if of else shown.file_part()
    scope = shown.sentence(found.mondays[0])
    own = capacity_periods.month_query(found, frame) if shown.by_month else capacity_periods.week_query(found)
    every = capacity_periods.week_query(found, ())
    number = len(found.mondays) * len(found.lines)
    words = f"the {count(number)} rows by week and service option"
    table = "renewal_forecast_months" if shown.by_month else "renewal_forecast"
    return [
        blocks.Download(own, table, part, len(frame), filtered=False, scope=scope),
        blocks.Download(every, "renewal_forecast_options", part, number, filtered=False, words=words, scope=scope),
    ]


def _counted(shown: View, found: Outlook, frame: pd.DataFrame, lines: str) -> str:
    options = outlook.inputs(reading().path)
    guesses = [each.name for each in options.options if options.effort[each.id].is_assumed]
    effort = " (assumed)" if len(guesses) == len(options.options) else f" (assumed for {', '.join(guesses)})" if guesses else ""
    scenario = found.scenario
    parts = [
        f"expected hours{effort} of renewals, new requests and inquiries in the week of their submission; requests that are open now, in the week they are "
        "due. A line on a bar: the range of 80 % of the runs.",
        f"Capacity: {scenario.staff:g} full-time equivalents with {scenario.hours_per_business_day:g} hours each on a business day (assumed).",
    ]
    if shown.by_month:
        parts.append(f"Each bar is the average of the whole weeks that begin in the month; {OVER} a month with a whole week over capacity.")
    else:
        parts.append("The first bar, an outline, is the rest of the running week.")
        parts.append(f"{OVER} a week over capacity. C a week with closed days, named in the table.")
    return " ".join([*parts, lines]).strip()


def _steps(shown: View, found: Outlook, lifetimes: Lifetimes, frame: pd.DataFrame) -> tuple[list[Step], str]:
    """Where lifetimes change within the bars, and where that reaches the work: a life less the usual lead later."""
    changes = lifetimes.ahead(found.scenario.validity)[1:]
    lines, words = [], []
    for starts_on, days in changes:
        kind = f"{lifetimes.allowed(days)}-day certificates"
        reaches_on = starts_on + timedelta(days=days - 1 - usual_lead(found.scenario, days))
        month = f"{MONTHS[reaches_on.month - 1]} {reaches_on.year}"
        at, after = (_place(day, found, frame, shown.by_month) for day in (starts_on, reaches_on))
        if at is not None:
            start = f"from {MONTHS[starts_on.month - 1][:3]} {starts_on.year}" if shown.by_month else f"issued from {named_day(starts_on)}"
            lines.append(Step(at, f"{kind}<br>{start}", False))
            words.append(f"{kind} issued from {named_day(starts_on)}")
        if after is not None:
            whose = "their first<br>renewals" if at is not None else f"first renewals of<br>{kind}"
            lines.append(Step(after, f"{whose}, {month}", True))
            words.append(f"their first renewals, {month}" if at is not None else f"first renewals of {kind}, {month}")
    return lines, f"Lines: {'; '.join(words)}." if words else ""


def usual_lead(scenario: Scenario, life_days: int) -> int:
    """Calendar days before expiry at which a renewal is usually submitted, where a certificate lives so many days."""
    observed = outlook.inputs(reading().path).leads
    pooled: dict[int, int] = {}
    for leads in observed.values():
        for day, number in zip(leads.days, leads.counts, strict=True):
            pooled[day] = pooled.get(day, 0) + number
    days = tuple(sorted(pooled))
    usual = scenario.lead_days if scenario.lead_days is not None else quantile(days, tuple(pooled[day] for day in days), 0.5)
    return min(max(usual, 0), max(life_days - CHAIN_GAP_DAYS, 0))


def _place(day: date, found: Outlook, frame: pd.DataFrame, by_month: bool) -> float | None:
    """A day among the bars: 0 is the middle of the first one; None outside them."""
    if not found.mondays[0] <= day < found.mondays[-1] + timedelta(weeks=1):
        return None
    if not by_month:
        return (day - found.mondays[0]).days / 7 - 0.5
    starts = list(frame["starts_on"])
    month = day.replace(day=1)
    return starts.index(month) + (day.day - 1) / 31 - 0.5 if month in starts else None


def _alt(found: Outlook, frame: pd.DataFrame, name: str) -> str:
    first, last = frame["starts_on"].iloc[0], frame["starts_on"].iloc[-1]
    hardest = worst(found)
    extreme = f" {needs(found, hardest)}" if hardest is not None else ""
    return (
        f"Stacked bars of hours of work against capacity, scenario {name}, {first.isoformat()} to {last.isoformat()}. "
        f"{plural(len(found.weeks_over), 'whole week')} over capacity.{extreme} The table below has all numbers."
    )


def _range(total: outlook.Line, week: int) -> str:
    return f"80{NO_BREAK}% range {between(total.low_80_hours[week], total.high_80_hours[week])} hours."


def _most_used(found: Outlook) -> str:
    week = worst(found)
    words = compared(found.hours[week], found.capacity_hours[week])
    return f"At most {words.hours} of {words.capacity} hours."

