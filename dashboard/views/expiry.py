"""Page 5: what expires, and is a renewal under way? For the team lead, the department's liaison and whoever exports."""

from __future__ import annotations

import streamlit as st

from dashboard import certificate_rows, exposure, exposure_charts, exposure_list, filter_bar, holdings, page_parts
from dashboard.exposure import DATED, GROUPS, HORIZONS, Totals, View
from dashboard.formats import calendar_days, count, plural
from dashboard.page_parts import reading
from dashboard.wording import BANDS

ROWS_ONLY = ("day", "norequest")  # they narrow the list alone: a count above it leads to as many rows only without them
CAPTIONS = {
    "expired": "In the last {expired_days}, not replaced.",
    "past_last_safe_start": "An approval today leaves less than the promised business days before expiry.",
    "submit_now": "The day to submit by is today or has passed.",
    "upcoming": "The day to submit by is still ahead.",
}


def show() -> None:
    """The whole page."""
    now = reading()
    shown = exposure.view(now.params)
    page_parts.header("What expires, and is a renewal under way?", exposure.sentence(shown, now.as_of_on))
    for remark in shown.remarks:
        st.info(page_parts.plain(remark))
    if not certificate_rows.nothing_loaded():
        with page_parts.part():
            certificate_rows.lag_notice()
            counted = exposure.totals(now.path, shown.scope())
            _controls(shown)
        if not _unknown(shown):
            _parts(shown, counted)
    page_parts.footer("capacity")


def _parts(shown: View, counted: Totals) -> None:
    """Everything that counts something."""
    with page_parts.part():
        _finding(shown, counted)
        _cards(counted)
    if counted.expiring[0]:
        grid = st.grid(2, min_column_width=360, gap="medium")
        with grid.cell(), page_parts.part():
            exposure_charts.days(shown, counted)
        with grid.cell(), page_parts.part():
            exposure_charts.bands(shown)
    if any(counted.rows(group) for group in GROUPS):
        with page_parts.part():
            exposure_list.show(shown)
    if counted.expiring[0]:
        with page_parts.part():
            exposure_charts.departments(shown)


def _controls(shown: View) -> None:
    """The page's own filters, which are in the address too."""
    now = reading()
    departments = holdings.values(now.path, "renewal_exposure", "department")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.session_state["w_horizon"] = shown.horizon
        st.segmented_control(
            "Calendar days ahead", list(HORIZONS), key="w_horizon", required=True, on_change=_horizon_changed, format_func=str, width="content"
        )
        with st.container(width=280):
            filter_bar.choice("Department of the certificate", "owner_department", departments, {"": "No department"}, "All departments")


def _horizon_changed() -> None:
    filter_bar.narrow({"horizon": str(st.session_state["w_horizon"]), "day": None})


def _unknown(shown: View) -> bool:
    """Say so when a department of the address is not in the snapshot."""
    known = holdings.values(reading().path, "renewal_exposure", "department")
    missing = [each for each in shown.departments if each not in known]
    if not missing:
        return False
    named = ", ".join(f"\u201c{each or 'no department'}\u201d" for each in missing)
    st.info(page_parts.plain(f"No certificate matches. {named} has none that expires within 180 calendar days."))
    st.button("Show all departments", on_click=filter_bar.narrow, args=({"owner_department": None},), key="all_departments")
    return True


def _finding(shown: View, counted: Totals) -> None:
    now = reading()
    if counted.expiring[0]:
        without = {**exposure.group_where(shown, "expiring"), "uncovered": ["true"]}
        page_parts.headline(exposure.finding(counted, shown, now.as_of_on, holdings.submissions(now.path, without, now.as_of_on)))
        words = exposure.without_possibly_superseded(counted)
        if words:
            st.markdown(page_parts.plain(words))
    else:
        st.info(f"Nothing expires in the next {calendar_days(shown.horizon)}.")
    if counted.delegated:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{count(counted.delegated)} managed by departments themselves; no request is expected.", width="content")
            filter_bar.jump("See them", "band", "delegated", ROWS_ONLY)


def _cards(counted: Totals) -> None:
    grid = st.grid(4, min_column_width=170, border=True)
    for band in DATED:
        total, without = counted.bands[band]
        with grid.cell():
            st.metric(BANDS[band].text, count(total))
            st.markdown(f"of which **{count(without)}** without a request")
            st.caption(CAPTIONS[band].format(expired_days=calendar_days(int(reading().run.expired_days))))
            if total:
                filter_bar.jump(f"See the {plural(total, 'certificate')}", "band", band, ROWS_ONLY)


if __name__ == "__main__":
    show()
