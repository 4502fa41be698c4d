"""Where the days of missed requests went: by phase against its budget, by who held them, and by the paths they took."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, page_parts, party_parts, phase_queries
from dashboard.charts import phase_days
from dashboard.filters import digest
from dashboard.formats import MISSING, business_days, count, named_day, plural, share
from dashboard.page_parts import reading
from dashboard.phase_queries import DAY_COLUMNS
from dashboard.tallies import Tally

WHAT_TO_EXPORT = (
    "Export `metric_instance` of the {requests} from ServiceNow as CSV (or `sys_audit` on state and stage, or `sc_task`), and load it with "
    "`certboard ingest FOLDER`."
)
NO_TRANSITIONS = f"No state changes were exported, so nobody can tell where the days went. {WHAT_TO_EXPORT.format(requests='requests')}"
NO_BUDGET = " No budget is published for any phase, so none can be overrun."
MOST_PATHS = 7
WORDS = {"missed": "Missed", "met": "Met"}


def show(tally: Tally) -> None:
    """The charts of the phases, the sentences, the parties, and how many requests are known. Says what to export where nothing is."""
    now = reading()
    heading = "Where did the days go?"
    if not phase_queries.is_any_known(now.path):
        st.header(heading, anchor=False)
        st.info(NO_TRANSITIONS)
        return
    page_parts.transitions_lag_notice()
    known = phase_queries.known(now.path, now.filters.where())
    if not known.missed_known_count:
        st.header(heading, anchor=False)
        nothing = f"No request was missed. {count(tally.met)} of {count(tally.due)} met." if tally.due else "No data. No request was due."
        st.info(f"{page_parts.plain(coverage(known))} {_known_span()}" if known.missed_count else nothing)
        return
    query = phase_queries.phase_days_query(now.filters.where())
    rows = list(phase_queries.frame(now.path, query).itertuples(index=False))
    parties = list(phase_queries.frame(now.path, phase_queries.party_days_query(now.filters.where())).itertuples(index=False))
    st.header(page_parts.plain(over_budget(rows) or party_parts.held_most(parties) or heading), anchor=False)
    st.markdown(page_parts.plain(f"{coverage(known)}{'' if _over_counts(rows) else NO_BUDGET}"))
    if rows:
        _phases(rows)
        blocks.wide(_table(rows), "Business days by phase of missed and met requests")
        blocks.download(blocks.Download(query, "phase_days", now.filters.period.lower(), len(rows)), "phase_days")
        if longer := [phase for phase, over, *_ in _over_counts(rows) if over]:
            filter_bar.choice("Show the missed requests that took longer than the budget of", "phase", longer, {}, "No phase in particular")
    party_parts.show(parties, known)


def coverage(known: Any) -> str:
    """`Phases are known for 18 of 22 missed requests, for the whole time of 15; and for 300 of 312 met ones.`"""
    missed = f"Phases are known for {count(known.missed_known_count)} of {plural(known.missed_count, 'missed request')}"
    if known.missed_known_count:
        missed += f", for the whole time of {count(known.missed_complete_count)}"
    return f"{missed}; and for {count(known.met_known_count)} of {plural(known.met_count, 'met one')}."


def _known_span() -> str:
    """From which day to which state changes are known, and what to export of the time before; for a period of which none is."""
    now = reading()
    first_on, last_on = phase_queries.known_from_on(now.path), now.run.transitions_through_on
    if first_on is None:
        return WHAT_TO_EXPORT.format(requests="requests")
    until = f" to {named_day(last_on)}" if last_on is not None and last_on < now.as_of_on else ""
    return f"State changes are known from {named_day(first_on)}{until or ' on'}. {WHAT_TO_EXPORT.format(requests='requests of this period')}"


def over_budget(rows: list[Any]) -> str:
    """`Counted from submission, in 13 of 18 missed requests the review phase took longer than its 2 business days.`, of the phase that most overran; else empty."""
    found = _over_counts(rows)
    if not found:
        return ""
    phase, over, held, budgets = max(found, key=lambda each: (each[1], -each[2]))
    if not over:
        return "Counted from submission, no missed request took longer in any phase than its budget."
    days = business_days(budgets[0]) if len(budgets) == 1 else f"{' or '.join(count(each) for each in budgets)} business days"
    return f"Counted from submission, in {count(over)} of {plural(held, 'missed request')} the {phase} phase took longer than its {days}."


def _over_counts(rows: list[Any]) -> list[tuple[str, int, int, list[int]]]:
    """Per phase that has a budget: its name, how many missed requests overran it, how many have it, and its budgets."""
    missed = [row for row in rows if row.slo_outcome == "missed" and row.request_count and pd.notna(row.budget_business_days)]
    found = []
    for phase in dict.fromkeys(row.phase for row in missed):
        own = [row for row in missed if row.phase == phase]
        budgets = sorted({int(row.budget_business_days) for row in own})
        found.append((phase, sum(int(row.over_budget_count) for row in own), sum(int(row.request_count) for row in own), budgets))
    return found


def _phases(rows: list[Any]) -> None:
    """A small figure for each phase and budget that missed requests have, all with the same axes."""
    now = reading()
    pairs = [list(pair) for _, pair in groupby(rows, key=lambda row: (row.phase, row.party, row.budget_business_days))]
    pairs = [pair for pair in pairs if pair[0].request_count]
    if not pairs:
        return
    largest = tuple(max(int(getattr(pair[place], name)) for pair in pairs for name in DAY_COLUMNS.values()) for place in (0, 1))
    phases = [pair[0].phase for pair in pairs]
    grid = st.grid(3, min_column_width=300, gap="small")
    for missed, met in pairs:
        counts = [[int(getattr(row, name)) for name in DAY_COLUMNS.values()] for row in (missed, met)]
        budget = None if pd.isna(missed.budget_business_days) else int(missed.budget_business_days)
        with grid.cell():
            st.markdown(_title(missed, phases.count(missed.phase) > 1))
            st.plotly_chart(
                phase_days.phase(*counts, budget, largest, now.theme),
                alt=_alt(missed, met, budget),
                key=f"phase_{digest(missed.phase, missed.party, budget, now.filters, now.params, now.path.name)}",
                config=blocks.CHART_CONFIG,
                theme=None,
            )
    period = formats.period_name(now.filters.period)
    st.caption(
        page_parts.plain(
            f"Counted: requests due in {period} by their business days in each published phase, from submission to their {party_parts.end_words()}; "
            "the days before the clock started are in it. Missed above, met below, each on one axis in all panels."
        )
    )


def _title(row: Any, has_several_budgets: bool) -> str:
    """`**Review** (certificate team)`; where a phase has several budgets, this one instead."""
    detail = business_days(int(row.budget_business_days)) if has_several_budgets and pd.notna(row.budget_business_days) else row.party
    return f"**{page_parts.plain(_sentence(row.phase))}**{page_parts.plain(f' ({detail})' if detail and detail != row.phase else '')}"


def _alt(missed: Any, met: Any, budget: int | None) -> str:
    over = [f"{count(int(row.over_budget_count))} of {count(int(row.request_count))} {row.slo_outcome}" for row in (missed, met)]
    line = f" {over[0]} and {over[1]} took longer than the budget of {business_days(budget)}." if budget is not None else " No budget is published."
    period = formats.period_name(reading().filters.period)
    return f"Bars of missed and met requests by business days in the phase {missed.phase}, {period}.{line} The table below has all numbers."


def _table(rows: list[Any]) -> pd.DataFrame:
    """A row per phase, budget and outcome; without the columns of budgets where none is published."""
    names = dict(zip(DAY_COLUMNS.values(), ("0 days", "1 day", "2", "3", "4", "5", "6 to 10", "Over 10"), strict=True))
    budgets = {
        "Over budget": [_over(row) for row in rows],
        "Budget (business days)": [MISSING if pd.isna(row.budget_business_days) else count(int(row.budget_business_days)) for row in rows],
    }
    return pd.DataFrame(
        {
            "Phase": [_sentence(row.phase) for row in rows],
            "Outcome": [WORDS[row.slo_outcome] for row in rows],
            **(budgets if any(pd.notna(row.budget_business_days) for row in rows) else {}),
            "Requests": [count(int(row.request_count)) for row in rows],
            **{label: [count(int(getattr(row, name))) for row in rows] for name, label in names.items()},
            "Business days": [count(int(row.phase_business_days)) for row in rows],
        }
    )


def _over(row: Any) -> str:
    if pd.isna(row.budget_business_days) or not row.request_count:
        return MISSING
    return share(int(row.over_budget_count), int(row.request_count))


def paths() -> None:
    """The paths that most missed requests took, each leading to its requests."""
    now = reading()
    query = phase_queries.paths_query(now.filters.where())
    frame = phase_queries.frame(now.path, query)
    missed = int(frame["missed_count"].sum()) if len(frame) else 0
    if not missed:
        return
    first = frame.iloc[0]
    finding = f"{count(int(first['missed_count']))} of {plural(missed, 'missed request')} took the path {first['path']}"
    table = pd.DataFrame(
        {
            "Path": frame["path"],
            "Missed": [share(int(late), int(due)) for late, due in zip(frame["missed_count"], frame["due_count"], strict=True)],
            "Hand-offs (median)": [count(int(number)) for number in frame["median_hand_off_count"]],
            "Business days (median)": [count(int(number)) for number in frame["median_business_days"]],
        }
    )
    picked = blocks.chart(
        "paths",
        finding,
        phase_days.paths(_drawn(frame), now.theme),
        f"Bars of requests by the path they took, missed and met. {finding}. The table below has all numbers.",
        f"requests due in {formats.period_name(now.filters.period)} whose phases are known, by the phases they went through in order. A hand-off is a change of "
        f"who holds the request; business days run from submission to the {party_parts.end_words()}.",
        table,
        [blocks.Download(query, "request_paths", now.filters.period.lower(), len(frame))],
        is_clickable=True,
    )
    filter_bar.choice("Show the requests that took the path", "path", frame["path"].tolist(), {}, "Any path")
    if picked and filter_bar.narrow({"path": picked[0], "show": "due"}):
        st.rerun()


def _drawn(frame: pd.DataFrame) -> pd.DataFrame:
    """The first paths of missed requests as bars, and one for all the others together."""
    numbers = frame.assign(label=frame["path"], key=frame["path"])
    shown = min(MOST_PATHS, int((frame["missed_count"] > 0).sum()))
    if len(numbers) <= shown + 1:
        return numbers
    rest = numbers.iloc[shown:]
    other = {"label": f"Other paths ({count(len(rest))})", "key": None, "missed_count": rest["missed_count"].sum(), "due_count": rest["due_count"].sum()}
    return pd.concat([numbers.iloc[:shown], pd.DataFrame([other])], ignore_index=True)


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
