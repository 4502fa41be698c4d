"""The rows behind page 5: certificates, soonest first, each leading to its own page and to the request that covers it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_rows, exposure, filter_bar, holdings, page_parts
from dashboard.certificate_facts import clock
from dashboard.certificate_rows import DATE, given, serial
from dashboard.certificate_words import contacts, expires_in
from dashboard.exposure import GROUPS, REQUESTED, View
from dashboard.formats import count, named_day, zone_word
from dashboard.page_parts import reading
from dashboard.wording import BANDS


def show(shown: View) -> None:
    """Groups, the toggle, what is selected, the list, its files and a calendar file."""
    now = reading()
    st.header("The certificates", anchor=False)
    _controls(shown)
    where = shown.where()
    rows = holdings.row_count(now.path, "renewal_exposure", where)
    if not rows:
        st.info("No certificate matches what is shown above. Clear it to see the others." if _is_narrowed(shown) else _nothing(shown))
        return
    scope = _scope(shown)
    file = blocks.Download(holdings.rows_query("renewal_exposure", where), "renewal_exposure", shown.file_part(), rows, filtered=False, scope=scope)
    frame = certificate_rows.listing("expiry", "renewal_exposure", where, rows, _columns, CONFIG, file)
    _calendar_file(shown, rows)
    st.caption(
        page_parts.plain(
            "Counted: certificates that are not superseded. Of both ends on the last day, 17:00 by the service and the last valid instant of the certificate, "
            "plan with the earlier. A request counts when it is open and names every name of the certificate."
        )
    )
    numbers = list(dict.fromkeys(each for each in frame["covering_number"] if each))
    if numbers:
        number = st.selectbox("Open a request under way", numbers, index=None, placeholder="Choose a number", key=f"expiry_request_{shown.file_part()}")
        if number:
            blocks.open_request(number, numbers)


def _controls(shown: View) -> None:
    now = reading()
    narrowed = exposure.totals(now.path, shown.narrowed())
    offered = {group: f"{label} ({count(narrowed.rows(group))})" for group, label in GROUPS.items()}
    st.session_state["w_band"] = shown.group
    st.pills("Rows", list(GROUPS), key="w_band", format_func=offered.get, on_change=_group_changed, label_visibility="collapsed")
    st.session_state["w_norequest"] = shown.requested == "1"
    st.toggle("Only without a request", key="w_norequest", on_change=_toggled)
    if _is_narrowed(shown):
        parts = [REQUESTED[shown.requested]] if shown.requested else []
        parts += [f"on {named_day(shown.day)}"] if shown.day else []
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(page_parts.plain(f"Shown: {', '.join([GROUPS[shown.group], *parts])}"), width="content")
            st.button("Clear", key="clear_expiry", on_click=_clear)


def _is_narrowed(shown: View) -> bool:
    return bool(shown.day or shown.requested)


def _nothing(shown: View) -> str:
    if shown.group == "expiring":
        return f"Nothing expires in the next {shown.horizon} calendar days."
    return f"No certificate is in the group \u201c{GROUPS[shown.group]}\u201d."


def _scope(shown: View) -> str:
    parts = [GROUPS[shown.group], *([REQUESTED[shown.requested]] if shown.requested else []), *([f"on {named_day(shown.day)}"] if shown.day else [])]
    return f"{exposure.sentence(shown, reading().as_of_on)} Rows: {', '.join(parts)}."


def _calendar_file(shown: View, rows: int) -> None:
    now = reading()
    st.download_button(
        f"Download {'its 2 dates' if rows == 1 else f'their {count(2 * rows)} dates'} (ICS)",
        data=exposure.calendar_file(now, shown.where()),
        file_name=f"certboard_expiry_{shown.file_part()}_{now.as_of_part}.ics",
        mime="text/calendar",
        on_click="ignore",
        type="tertiary",
        key="expiry_ics",
    )


CONFIG: dict[str, Any] = {
    "Name": st.column_config.TextColumn("Name", pinned=True, width=250),
    **{name: st.column_config.DateColumn(name, format=DATE) for name in ("Expires", "Submit by", "Last safe start", "Process by")},
    "Names": st.column_config.NumberColumn("Names", format="localized"),
}


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    zone = reading().run.zone
    rows = list(frame.itertuples())
    return pd.DataFrame(
        {
            "Name": given(frame["common_name"]),
            "Expires": frame["expires_on"],
            "Submit by": frame["submit_by_on"],
            "Request": [_request(row) for row in rows],
            "Band": [BANDS[row.exposure_band].text for row in rows],
            "Calendar days left": [expires_in(int(row.calendar_days_left), bool(row.is_ended_today)) for row in rows],
            "Last safe start": frame["last_safe_start_on"],
            "Process by": frame["process_by_on"],
            f"Ends ({zone_word(zone)})": [exposure.ends(row, zone, clock) for row in rows],
            "Names": frame["name_count"],
            "Department": given(frame["department"]),
            "Contacts": [contacts(None if pd.isna(each) else int(each)) for each in frame["contact_count"]],
            "Possibly superseded": [f"by {serial(row.superseded_by)}" if row.is_possibly_superseded else None for row in rows],
            "Team": frame["owner"],
        }
    )


def _request(row: Any) -> str:
    if row.covering_number:
        late = " (due after expiry)" if row.is_due_after_expiry else ""
        return f"{row.covering_number}{late}"
    if row.is_delegated:
        return "None expected"
    return f"Not all names: {row.partly_number}" if row.partly_number else "No request yet"


def _group_changed() -> None:
    filter_bar.narrow({"band": st.session_state["w_band"] or "expiring"})


def _toggled() -> None:
    filter_bar.narrow({"norequest": "1" if st.session_state["w_norequest"] else None})


def _clear() -> None:
    filter_bar.narrow({"day": None, "norequest": None})
