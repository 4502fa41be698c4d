"""Page 1: are we meeting the targets? For the service manager, before a monthly meeting."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard import cards, certificate_rows, exposure, formats, holdings, page_parts, queries, schedule, tallies, warehouse
from dashboard.formats import count, named_day
from dashboard.page_parts import reading
from dashboard.tallies import Tally
from pipelines.errors import UserError

CERTIFICATES_COUNTED = (
    "Expiring: certificates that are not superseded, whatever the filters, without those that departments manage themselves. "
    "Each of the three includes the one before it."
)
NO_CERTIFICATES = "Expiring certificates are not counted: no certificate is loaded."


def show() -> None:
    """The whole page."""
    now = reading()
    grain, where = now.filters.grain, now.filters.where(period=False)
    overall = queries.slo_attainment(now.path, (grain,), where)
    tally = tallies.tally(cards.chosen(overall).itertuples())
    page_parts.header("Are we meeting the targets?", page_parts.filter_sentence(), tally)
    if not page_parts.nothing_matches(tally):
        with page_parts.part():
            page_parts.notices(tally, now.filters.where(), schedule.rows(now, "overdue"))
        with page_parts.part():
            cards.show(overall)
        with page_parts.part():
            _needs_action()
        with page_parts.part():
            _changes(tally)
    elif holdings.row_count(now.path, "certificates") and not queries.table_count(now.path, "slo_outcomes"):
        with page_parts.part():
            st.header("Needs action", anchor=False)
            _expiring(st.grid(3, min_column_width=180, border=True))
            st.caption(page_parts.plain(f"Counted: {CERTIFICATES_COUNTED[0].lower()}{CERTIFICATES_COUNTED[1:]}"))
    page_parts.footer("misses")


def _needs_action() -> None:
    now = reading()
    soon = schedule.soon(now)
    st.header("Needs action", anchor=False)
    grid = st.grid(3, min_column_width=180, border=True)
    labels = {"overdue": "Overdue now", "today": f"Due today, {named_day(now.as_of_on)}", "next5": f"Due by {named_day(soon.last)}"}
    for bucket, label in labels.items():
        number = schedule.rows(now, bucket)
        with grid.cell():
            st.metric(label, count(number))
            if number:
                page_parts.link("due", f"See the {formats.plural(number, 'request')}", {"bucket": bucket})
    holds_certificates = holdings.row_count(now.path, "certificates") > 0
    if holds_certificates:
        _expiring(grid)
        certificate_rows.lag_notice()
    closed = f"; closed {soon.closures}" if soon.closures else ""
    st.caption(
        page_parts.plain(
            f"Counted: open requests, whatever period they are due in. Due by {named_day(soon.last)} means within {schedule.SOON_BUSINESS_DAYS} business "
            f"days{closed}, and includes those due today. {CERTIFICATES_COUNTED if holds_certificates else NO_CERTIFICATES}"
        )
    )


def _expiring(grid: Any) -> None:
    """Certificates that expire soon and how many of them have no request, whatever the filters."""
    now = reading()
    for horizon in exposure.HOME_HORIZONS:
        total, without = exposure.totals(now.path, exposure.View(horizon).scope()).expiring
        with grid.cell():
            st.metric(f"Expiring within {horizon} calendar days", count(total))
            st.caption(f"of which {count(without)} without a request")
            if total:
                page_parts.link("expiry", f"See the {formats.plural(total, 'certificate')}", {"horizon": str(horizon)})


def _changes(today: Tally) -> None:
    now = reading()
    before = queries.previous_snapshot(now.path)
    st.header("Changes since the last snapshot", anchor=False)
    if before is None:
        st.markdown("This is the first snapshot that is kept.")
        return
    try:
        then_run, then = queries.run_params(before), queries.tally(before, now.filters.where())
    except (UserError, warehouse.Unreadable):
        st.markdown("The snapshot before this one was built by another version and cannot be compared.")
        return
    period = formats.period_name(now.filters.period)
    since = formats.moment(then_run.as_of_at, then_run.zone)
    if (then.met, then.missed) == (today.met, today.missed):
        st.markdown(page_parts.plain(f"Since {since} nothing changed for {period}: {formats.share(today.met, today.due)}."))
        return
    was = formats.share(then.met, then.due) if then.due else "no data"
    st.markdown(page_parts.plain(f"Since {since} attainment of {period} went from {was} to {formats.share(today.met, today.due)}."))
    page_parts.link("trust", "See what changed and why", {"since": before.stem})


if __name__ == "__main__":
    show()
