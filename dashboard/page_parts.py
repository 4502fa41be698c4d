"""The furniture of every page: title, filter sentence, data line, notices, empty states, footer, links."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import filter_bar, filters, formats, landmarks, queries, warehouse, wording
from dashboard.formats import count, named_day, plural
from dashboard.reading import Reading
from dashboard.tallies import Tally

VIEWS = {
    "targets": "Targets", "misses": "Misses", "due": "Due next", "request": "Request", "expiry": "Expiry", "capacity": "Capacity", "inventory": "Inventory",
    "trust": "Trust",
}  # fmt: skip
FIRST_VIEW = "targets"
NO_SNAPSHOT = "There is no data yet. Load an export with `certboard ingest FOLDER`, or try `certboard demo`."
LAG_BUSINESS_DAYS = 5
POLL_SECONDS = 15
ADDRESS = re.compile(r"https?:|www|@", re.IGNORECASE)
DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$:~&])")


def plain(text: str) -> str:
    """Text from an export, safe where Streamlit reads markdown: shown as it is, never as markup.

    Addresses become links even where every sign is escaped, so an invisible joiner breaks them.
    """
    return MARKDOWN.sub(r"\\\1", ADDRESS.sub(lambda found: f"{found[0]}\u2060", text))


def reading() -> Reading:
    """What `app.py` read for this rerun."""
    return st.session_state["reading"]


def header(title: str, sentence: str, tally: Tally | None = None) -> None:
    """Title, the sentence of the filter, and the data line."""
    now = reading()
    st.title(title, anchor=False)
    landmarks.go(landmarks.TITLE)
    st.markdown(plain(sentence))
    note = f"**{plain(now.run.source_note.rstrip('.'))}.** " if now.run.source_note else ""
    coverage = f" {tally.coverage()}" if tally else ""
    st.caption(f"{note}Data as of {now.as_of}.{coverage}")
    for remark in now.filters.remarks:
        st.info(plain(remark))
    _say_when_newer(str(now.path))


def unbroken(text: str) -> str:
    """Text for the screen in which no line ends inside a date: invisible joiners keep `2026-11-20` together. Never for files or what is to be copied."""
    return DATE.sub(lambda found: found[0].replace("-", "-\u2060"), text)


def headline(sentence: str) -> None:
    """The page's finding in one sentence, as the first heading under the title."""
    st.header(plain(unbroken(sentence)), anchor=False)


def notices(tally: Tally, where: queries.Where, overdue_count: int | None = None) -> None:
    """What a reader must know before the numbers, each only if true. `where`: the filter that the tally counts."""
    now = reading()
    if overdue_count:
        with _beside():
            words = "request is past its due date. It already counts" if overdue_count == 1 else "requests are past their due date. They already count"
            st.warning(f"{count(overdue_count)} open {words} as missed.", icon=":material/schedule:")
            link("due", "See Due next", {"bucket": "overdue"})
    if tally.has_low_coverage:
        with _beside():
            st.warning(plain(tally.low_coverage(wording.reason(queries.main_unmeasured_reason(now.path, where)))))
            link("trust", "See the reasons on Trust")
    _lag_notice(now)
    for row in queries.table(now.path, "exports").itertuples():
        if row.warnings and "10,000" in row.warnings:
            st.warning(plain(row.warnings))
    if words := checks_that_find(queries.table(now.path, "checks")):
        with _beside():
            st.info(f"{words}.")
            link("trust", "See Trust")


def _beside() -> DeltaGenerator:
    """Room for a notice and a link beside it."""
    return st.container(horizontal=True, vertical_alignment="center")


def checks_that_find(checks: pd.DataFrame) -> str:
    """`9 of 32 checks find something in the source's data`; empty where none does. `checks`: the table of that name."""
    failing = int((checks["offender_count"] > 0).sum())
    return f"{count(failing)} of {plural(len(checks), 'check')} {'finds' if failing == 1 else 'find'} something in the source's data" if failing else ""


def nothing_matches(tally: Tally) -> bool:
    """Say that no request matches, and what would; False when some do."""
    now = reading()
    unknown = now.filters.unknown(now.choices)
    if tally.total and not unknown:
        return False
    if not queries.table_count(now.path, "slo_outcomes"):
        st.info("No request is loaded. Load an export of requests with `certboard ingest FOLDER`.")
        return True
    words = "No request matches."
    if unknown:
        named = ", ".join(f"\u201c{plain(value)}\u201d" for value in unknown)
        verb = "is" if len(unknown) == 1 else "are"
        words += f" {named} {verb} not in this snapshot (as of {named_day(now.as_of_on)})."
    before = queries.tally(now.path, {now.filters.grain: [now.filters.period]})
    names = now.filters.names()
    if names and before.total:
        verb, noun = ("was", "filter") if before.due == 1 else ("were", "filter")
        noun += "s" if len(names) > 1 else ""
        period = formats.period_name(now.filters.period)
        words += f" {plural(before.due, 'request')} {verb} due in {period} before the {noun} for {' and '.join(names)}."
    st.info(words)
    st.button("Reset filters", on_click=filter_bar.reset, key="reset_in_page")
    return True


@contextmanager
def part() -> Iterator[None]:
    """Keep a failure inside one part of the page. The log has what happened; the page has what to do."""
    try:
        yield
    except Exception as error:  # a broken part must not blank the page; control flow of Streamlit is not an Exception
        warehouse.log(error)
        st.error(f"This part could not be shown (snapshot {reading().short_name}). The other parts are not affected.")


def link(view: str, label: str, own: Mapping[str, str | Sequence[str]] | None = None, **changed: Sequence[str]) -> None:
    """A link to a page with this view's filters, `changed` ones replaced, and the page's own keys."""
    chosen = reading().filters
    label = plain(label)
    for key, values in changed.items():
        chosen = chosen.with_values(key, values)
    st.page_link(f"views/{view}.py", label=label, query_params={**chosen.query(), **(own or {})})


def footer(next_view: str) -> None:
    """Where the numbers come from, and the next question."""
    st.divider()
    st.caption(plain(footer_line(reading())))
    with st.container(horizontal=True):
        if next_view != FIRST_VIEW:
            link("trust", "What this means")
        link(next_view, f"Next: {VIEWS[next_view]}")
    landmarks.go(landmarks.LIST)


def footer_line(now: Reading) -> str:
    """Snapshot, as of, exports, targets, clock and checks: under every page and on the header sheet of a workbook."""
    exports = queries.table(now.path, "exports")
    used = exports[~exports["is_withdrawn"].astype(bool)]
    rejected = int((used["quarantined_count"] > 0).sum())
    checks = queries.table(now.path, "checks")
    passing = int((checks["offender_count"] == 0).sum())
    with_rejected = f", {count(rejected)} with rejected rows" if rejected else ""
    parts = (
        f"Snapshot {now.file_day.isoformat()}-{now.short_name}",
        f"as of {now.as_of}",
        f"{plural(len(used), 'export')}{with_rejected}",
        f"targets: slo.yaml {formats.iso(now.run.in_force_from)}",
        f"clock: {now.run.clock_basis} to {now.run.clock_stop}",
        f"{count(passing)} of {plural(len(checks), 'check')} pass",
    )
    return " \u00b7 ".join(parts)


def filter_sentence() -> str:
    """The filters in English."""
    now = reading()
    return filters.sentence(now.filters, now.choices)


def business_days_behind(now: Reading) -> int:
    """Business days from the newest event of the exports to as_of: sources are compared with each other, never with the wall clock."""
    days = queries.calendar(now.path, [now.run.known_through_on, now.as_of_on])
    return days[now.as_of_on].floor_ord - days[now.run.known_through_on].floor_ord


def certificates_lag(now: Reading) -> str:
    """`Certificates end Fri 2026-10-30, requests Fri 2026-11-20. …` where they end long before the data's date; else empty."""
    return _lag(now, "Certificates", now.run.certificates_through_on, "Renewals since then may show as missing.")


def transitions_lag(now: Reading) -> str:
    """`State changes end Fri 2026-10-30, requests Fri 2026-11-20. …` where they end long before the data's date; else empty."""
    return _lag(now, "State changes", now.run.transitions_through_on, "What happened since then is not recorded.")


def transitions_lag_notice() -> None:
    """Say when the exports of state changes end long before the data's date."""
    words = transitions_lag(reading())
    if words:
        st.warning(words)


def _lag(now: Reading, source: str, end: date | None, meaning: str) -> str:
    if end is None or end >= now.as_of_on:
        return ""
    days = queries.calendar(now.path, [end, now.as_of_on])
    if days[now.as_of_on].floor_ord - days[end].floor_ord <= LAG_BUSINESS_DAYS:
        return ""
    return f"{source} end {named_day(end)}, requests {named_day(now.run.known_through_on)}. {meaning}"


def _lag_notice(now: Reading) -> None:
    if business_days_behind(now) > LAG_BUSINESS_DAYS:
        st.warning(
            f"Requests end {named_day(now.run.known_through_on)}; the numbers are as of {named_day(now.as_of_on)}. "
            "What happened since then may show as open."
        )


@st.fragment(run_every=timedelta(seconds=POLL_SECONDS))
def _say_when_newer(shown: str) -> None:
    """Look for a newer snapshot without redrawing anything else; the reader decides when to switch."""
    newest = warehouse.current()
    if newest is None or str(newest) == shown:
        return
    run = queries.run_params(Path(newest))
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(f"New data as of {formats.moment(run.as_of_at, run.zone)}")
        if st.button("Show", key="show_newer"):
            st.rerun(scope="app")
