"""Page 3: what is due next? For the team lead, each morning."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, filters, formats, open_list, page_parts, queries, risk_past, risks, schedule, wording
from dashboard.charts import counts
from dashboard.formats import count, named_day, plural
from dashboard.page_parts import reading


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
        if risks.is_known(reading().path):
            with page_parts.part():
                _evidence()
        with page_parts.part():
            open_list.show()
        if risks.is_known(reading().path):
            with page_parts.part():
                risk_past.show()
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
    bands = risks.bands(now.path)
    labels = {"overdue": "Overdue", "today": "Due today", "next5": "Due in 5 business days"}
    captions = {
        "overdue": "Open past the due date; they already count as missed.",
        "today": f"Due at the end of {named_day(now.as_of_on)}.",
        "next5": f"By {named_day(soon.last)}{'; closed ' + soon.closures if soon.closures else ''}. Includes those due today.",
    }
    if bands:
        labels["likely"] = bands["likely"].word
        captions["likely"] = f"Not yet due, at a risk of {bands['likely'].from_basis_points / 100:g}{formats.NO_BREAK}% or more."
    grid = st.grid(len(labels), min_column_width=170, border=True)
    for bucket in labels:
        number = schedule.rows(now, bucket)
        with grid.cell():
            st.metric(page_parts.plain(labels[bucket]), count(number))
            st.caption(page_parts.plain(captions[bucket]))
            if number:
                filter_bar.jump(f"See the {plural(number, 'request')}", "bucket", bucket, ("held",))


def _chart() -> None:
    now = reading()
    frame, bands = schedule.bars(now), risks.bands(now.path)
    total = int(frame["request_count"].sum())
    heading = f"{plural(total, 'open request')} overdue or due within 10 business days"
    dated = frame[frame["closure_name"].isna()]
    most = dated.loc[dated["request_count"].astype(int).idxmax()]
    table = pd.DataFrame(
        {
            "Due": ["Overdue" if each == "overdue" else each for each in frame["bucket"]],
            "Day": [
                f"{formats.WEEKDAYS[day.weekday()]}{f', {name}' if name else ''}" if day else formats.MISSING
                for day, name in zip(frame["on_date"], frame["closure_name"], strict=True)
            ],
            "Open requests": [count(int(number)) for number in frame["request_count"]],
            **({"By risk": schedule.by_risk(now, frame)} if bands else {}),
        }
    )
    picked = blocks.chart(
        "dates",
        heading,
        counts.due(frame, now.theme, {band: each.word for band, each in bands.items()}),
        f"Bars of open requests by due date, overdue first, then 10 business days from {named_day(now.as_of_on)}. "
        f"Most: {count(int(most['request_count']))}, {'overdue' if most['bucket'] == 'overdue' else 'due ' + most['bucket']}. The table below has all numbers.",
        f"open requests by due date{', stacked by their risk' if bands else ''}; the first bar is overdue. "
        "A named empty slot is a day on which state offices are closed.",
        table,
        [blocks.Download(schedule.bars_query(now), "due_dates", "10-business-days", len(frame))],
        is_clickable=True,
    )
    names = {row.bucket: "Overdue" if row.bucket == "overdue" else f"Due {named_day(row.on_date)}" for row in frame.itertuples()}
    filled = frame[frame["request_count"] > 0]["bucket"].tolist()
    filter_bar.choice("Show the requests due", "bucket", filled, {**open_list.chips(), **names}, "All open")
    if picked and filter_bar.narrow({"bucket": picked[0], "held": None}):
        st.rerun()


def _evidence() -> None:
    """One request, by default the one most at risk, with the past requests by which its risk is judged."""
    now = reading()
    rows = {row.number: row for row in risks.most_at_risk(now.path, now.filters.where(period=False))}
    if not rows:
        return
    chosen, first = now.param("risk"), next(iter(rows))
    row = rows.get(chosen or first, rows[first])
    bands = risks.bands(now.path)
    page_parts.headline(f"{'Most at risk: ' if row.number == first else ''}{row.number}, due {named_day(row.due_on)}")
    if chosen and chosen not in rows:
        st.info(page_parts.plain(f"\u201c{chosen}\u201d is not among the {plural(len(rows), 'open request')} most at risk here; the first of them is shown."))
    style = wording.RISKS[row.risk_band]
    st.badge(page_parts.plain(bands[row.risk_band].word), icon=style.icon, color=style.badge)
    st.markdown(page_parts.plain(risks.evidence(row, bands)))
    st.caption("Counted: requests of the same service option and the same rule for their due date, still open when such a day began, that were met or missed.")
    names = {each.number: f"{each.number}: {bands[each.risk_band].word}, due {each.due_on}" for each in rows.values()}
    filter_bar.choice("Show the evidence for", "risk", list(rows), names, "The one most at risk")
    page_parts.link("request", f"Open {row.number}", {"number": row.number})


if __name__ == "__main__":
    show()
