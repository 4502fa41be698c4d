"""Page 3: what is due next? For the team lead, each morning."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, filters, formats, open_list, page_parts, queries, schedule
from dashboard.charts import counts
from dashboard.formats import count, named_day, plural
from dashboard.page_parts import reading

CARDS = ("overdue", "today", "next5")


def show() -> None:
    """The whole page."""
    now = reading()
    tally = queries.tally(now.path, now.filters.where(period=False))
    page_parts.header("What is due next?", filters.open_sentence(now.filters, now.choices, now.as_of_on), tally)
    if not _nothing_open():
        with page_parts.part():
            page_parts.notices(tally, now.filters.where(period=False))
            _stale_notice()
            _cards()
        with page_parts.part():
            _chart()
        with page_parts.part():
            open_list.show()
    page_parts.footer("request")


def _nothing_open() -> bool:
    """Say so when nothing is open or overdue under the filters."""
    now = reading()
    unknown = [value for value in now.filters.unknown(now.choices) if value != formats.period_name(now.filters.period)]
    if schedule.rows(now, "all") and not unknown:
        return False
    if unknown:
        named = ", ".join(f"\u201c{value}\u201d" for value in unknown)
        verb = "is" if len(unknown) == 1 else "are"
        st.info(page_parts.plain(f"No request matches. {named} {verb} not in this snapshot (as of {named_day(now.as_of_on)})."))
        st.button("Reset filters", on_click=filter_bar.reset, key="reset_in_page")
        return True
    last = queries.last_end(now.path, now.filters.where(period=False))
    closed = f" The last request closed {named_day(formats.local(last, now.run.zone).date())}." if last else ""
    st.info(f"Nothing is open.{closed}")
    return True


def _stale_notice() -> None:
    now = reading()
    number = schedule.rows(now, "stale")
    if number:
        verb, noun = ("is", "request") if number == 1 else ("are", "requests")
        st.warning(
            f"{count(number)} open {noun} {verb} past the due date, but the exports end {named_day(now.run.known_through_on)}: "
            "nobody can tell yet whether they were missed."
        )


def _cards() -> None:
    now = reading()
    soon = schedule.soon(now)
    grid = st.grid(3, min_column_width=170, border=True)
    labels = {"overdue": "Overdue", "today": "Due today", "next5": "Due in 5 business days"}
    captions = {
        "overdue": "Open past the due date; they already count as missed.",
        "today": f"Due at the end of {named_day(now.as_of_on)}.",
        "next5": f"By {named_day(soon.last)}{'; closed ' + soon.closures if soon.closures else ''}. Includes those due today.",
    }
    for bucket in CARDS:
        number = schedule.rows(now, bucket)
        with grid.cell():
            st.metric(labels[bucket], count(number))
            st.caption(page_parts.plain(captions[bucket]))
            if number:
                filter_bar.jump(f"See the {plural(number, 'request')}", "bucket", bucket)


def _chart() -> None:
    now = reading()
    frame = schedule.bars(now)
    total = int(frame["request_count"].sum())
    heading = f"{plural(total, 'open request')} overdue or due within 10 business days"
    dated = frame[frame["closure_name"].isna()]
    most = dated.loc[dated["request_count"].astype(int).idxmax()]
    table = pd.DataFrame(
        {
            "Due": ["Overdue" if each == "overdue" else each for each in frame["bucket"]],
            "Day": [formats.WEEKDAYS[day.weekday()] if day else formats.MISSING for day in frame["on_date"]],
            "Open requests": [count(int(number)) for number in frame["request_count"]],
            "Closed": [name or formats.MISSING for name in frame["closure_name"]],
        }
    )
    picked = blocks.chart(
        "dates",
        heading,
        counts.due(frame, now.theme),
        f"Bars of open requests by due date, overdue first, then 10 business days from {named_day(now.as_of_on)}. "
        f"Most: {count(int(most['request_count']))}, {'overdue' if most['bucket'] == 'overdue' else 'due ' + most['bucket']}. The table below has all numbers.",
        "open requests by due date; the first bar is overdue. A named empty slot is a day on which state offices are closed.",
        table,
        [blocks.Download(schedule.bars_query(now), "due_dates", "10-business-days", len(frame))],
        is_clickable=True,
    )
    names = {row.bucket: "Overdue" if row.bucket == "overdue" else f"Due {named_day(row.on_date)}" for row in frame.itertuples()}
    filled = frame[frame["request_count"] > 0]["bucket"].tolist()
    filter_bar.choice("Show the requests due", "bucket", filled, {**open_list.CHIPS, **names}, "All open")
    if picked and filter_bar.narrow({"bucket": picked[0]}):
        st.rerun()


if __name__ == "__main__":
    show()
