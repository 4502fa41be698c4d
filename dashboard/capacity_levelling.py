"""Whether the weeks can be levelled: what moving renewals inside their window changes, and the plan as a list, CSV and a calendar."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_rows, filter_bar, icalendar, levelling_plan, outlook, page_parts, warehouse
from dashboard.capacity import View
from dashboard.capacity_words import beside, compared, hours
from dashboard.charts import capacity as charts
from dashboard.filters import digest
from dashboard.formats import count, iso, named_day, plural
from dashboard.levelling_plan import Levelled, Move
from dashboard.page_parts import reading
from dashboard.queries import PAGE_ROWS
from pipelines.forecast.publishing import PLANNED_WEEKS

NONE = "No levelling plan in this snapshot. Run `certboard build`."
DATE = "YYYY-MM-DD"


def show(shown: View) -> None:
    """The published plan of the base scenario; for any other a button that works one out."""
    st.header("Can it be levelled?", anchor=False)
    found = _found(shown)
    if found is None:
        return
    st.markdown(page_parts.plain(sentence(found)))
    if not found.moves:
        return
    _weeks(shown, found)
    _moves(shown, found)


def _found(shown: View) -> Levelled | None:
    """The plan; None where there is none, after saying so or offering to make one."""
    now = reading()
    if outlook.scenarios(now.path)[0] == shown.scenario:
        try:
            return levelling_plan.published(now.path)
        except warehouse.Unreadable:
            st.info(NONE)
            return None
    key = digest(shown.scenario.model_dump_json())
    if now.param("plan") == key:
        with st.spinner("Working out a plan"):
            return levelling_plan.worked_out(now.path, shown.scenario)
    st.markdown(page_parts.plain(f"The published plan is that of {outlook.scenarios(now.path)[0].name}. Working out one for this scenario takes some seconds."))
    st.button("Work out a plan", key="work_out_a_plan", on_click=filter_bar.narrow, args=({"plan": key},))
    return None


def sentence(found: Levelled) -> str:
    """What the plan does: how many renewals it moves, the weeks and hours that stay over capacity, and what it costs."""
    before, after = found.weeks_over(found.before), found.weeks_over(found.after)
    if not found.moves:
        if not found.missing(found.before):
            return f"No week of the next {PLANNED_WEEKS} is over capacity, so nothing has to move."
        return "No renewal can be moved inside its window so that a week over capacity has less to do."
    missing = compared(found.missing(found.before), found.missing(found.after))
    proof = "" if found.is_proven else " A slightly better plan may exist: the search ended at its limit."
    return (
        f"Moving {plural(len(found.moves), 'renewal')} inside their window leaves {plural(after, 'week')} over capacity in place of {count(before)} and costs "
        f"{levelling_plan.cost(found.days_given_up)}. Hours missing in the next {PLANNED_WEEKS} weeks, the rest of the running one included: "
        f"{missing.capacity} in place of {missing.hours}.{proof}"
    )


def _weeks(shown: View, found: Levelled) -> None:
    now = reading()
    frame = pd.DataFrame(
        {
            "starts_on": [found.mondays[week] for week in found.changed],
            "before": found.before[found.changed],
            "after": found.after[found.changed],
            "capacity": found.capacity[found.changed],
        }
    )
    if not len(frame):
        return
    table = pd.DataFrame(
        {
            "Week of (Monday)": [iso(day) for day in frame["starts_on"]],
            "Hours as things are": [hours(each) for each in frame["before"]],
            "Hours with the plan": [beside(after, before) for after, before in zip(frame["after"], frame["before"], strict=True)],
            "Capacity": [hours(each) for each in frame["capacity"]],
        }
    )
    first, last = frame["starts_on"].iloc[0], frame["starts_on"].iloc[-1]
    blocks.chart(
        "levelled",
        f"{plural(len(frame), 'week')} {'changes' if len(frame) == 1 else 'change'}",
        charts.levelled(frame, now.theme),
        f"Bars of hours as things are and with the plan, by week, {named_day(first)} to {named_day(last)}, against capacity. {sentence(found)} "
        "The table below has all numbers.",
        "expected hours of the weeks that change by an hour or more. Certificates that a request covers already are not moved; whether one is renewed "
        "at all stays chance.",
        table,
    )


def _moves(shown: View, found: Levelled) -> None:
    """The plan, a row per certificate, each leading to its page; its file and its calendar."""
    now = reading()
    part = f"{PLANNED_WEEKS}-weeks_{shown.file_part().split('_', 1)[1]}"
    rows = len(found.moves)
    file = blocks.Download(found.query, levelling_plan.TABLE, part, rows, filtered=False, words="plan", scope=shown.sentence(found.mondays[0]))
    blocks.download(file, "levelling")
    path, stamp, moves = now.path, now.run.as_of_at, found.moves
    st.download_button(
        "Download plan (ICS)",
        data=lambda: icalendar.content("levelling plan", stamp, levelling_plan.events(moves)),
        file_name=f"certboard_levelling-plan_{part}_{now.as_of_part}.ics",
        mime="text/calendar",
        on_click="ignore",
        type="tertiary",
        key="levelling_ics",
    )
    with st.expander(f"The plan ({plural(rows, 'renewal')})"):
        key = digest(shown.scenario.model_dump_json(), path.name)
        page = st.pagination(-(-rows // PAGE_ROWS), key=f"levelling_page_{key}") if rows > PAGE_ROWS else 1
        drawn = moves[PAGE_ROWS * (page - 1) : PAGE_ROWS * page]
        names = {each.certificate: f"{each.name}, expires {each.expires_on}" for each in drawn}
        config = {"Name": st.column_config.TextColumn("Name", pinned=True, width=250)} | {
            name: st.column_config.DateColumn(name, format=DATE) for name in ("Submit on", "Submit by", "Expires")
        }
        ids = [each.certificate for each in drawn]
        chosen = blocks.chosen_row("certificate", ids, _table(drawn), config, "levelling", f"{key}_{page}", page, rows, "Choose a name", names.get)
    if chosen:
        certificate_rows.open_certificate(chosen)


def _table(moves: Sequence[Move]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Name": [each.name for each in moves],
            "Submit on": [each.submit_on for each in moves],
            "Submit by": [each.submit_by_on for each in moves],
            "Expires": [each.expires_on for each in moves],
            "Validity days given up": [hours(each.days_given_up) for each in moves],
        }
    )
