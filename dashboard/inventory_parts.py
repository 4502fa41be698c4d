"""The parts of page 7 that show many certificates: search and filters, counts, bars, the list."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_rows, filter_bar, holdings, inventory, page_parts, warehouse
from dashboard.certificate_rows import DATE, given
from dashboard.certificate_words import HOLDINGS, NOT_IN_EXPORT, STATUSES, expires_in, known
from dashboard.charts import counts
from dashboard.formats import MISSING, count, plural
from dashboard.inventory import DIMENSIONS, GROUPS, LABELS, View
from dashboard.page_parts import reading

CARDS = ("active", "expiring", "superseded", "findings")
CAPTIONS = {
    "active": "Issued, not revoked, not replaced, not expired.",
    "expiring": "Within 90 calendar days, not superseded; without those that departments manage themselves.",
    "superseded": "A newer certificate holds all their names, or their status says so.",
    "findings": "They break a rule or are worth a look, the expired ones included.",
}
MOST_BARS = 12


def search(shown: View) -> None:
    """The search box, and the filters that are in the address too."""
    if st.session_state.get("w_q") != shown.text:
        st.session_state["w_q"] = shown.text
    st.text_input("Name, serial number or request number", key="w_q", placeholder="portal.dmv.ca.gov", on_change=_asked, width=420)
    now = reading()
    options = {
        "status": holdings.values(now.path, "certificates", "status"),
        "finding": holdings.values(now.path, "certificate_findings", "finding"),
        "holding": holdings.values(now.path, "certificates", "holding"),
        "owner_department": holdings.values(now.path, "certificates", "department"),
    }
    grid = st.grid(4, min_column_width=170)
    for key, values in options.items():
        names = {"": "Not in the export", **{value: inventory.named(key, value) for value in values if value}}
        with grid.cell():
            filter_bar.choice(LABELS[key], key, values, names, "All")


def numbers(shown: View) -> dict[str, int]:
    """How many certificates each group holds under the search and the filters."""
    return holdings.certificate_groups(reading().path, shown.narrowed(), inventory.EXPIRING_DAYS)._asdict()


def cards(held: Mapping[str, int]) -> None:
    """How many are active, expire soon, are superseded, have findings; each leads to its rows."""
    grid = st.grid(4, min_column_width=170, border=True)
    for group in CARDS:
        number = held[group]
        with grid.cell():
            st.metric("Expiring" if group == "expiring" else GROUPS[group], count(number))
            st.caption(CAPTIONS[group])
            if number:
                filter_bar.jump(f"See the {plural(number, 'certificate')}", "show", group)


def bars(shown: View) -> None:
    """Bars by validity class, and by issuer or key."""
    grid = st.grid(2, min_column_width=340, gap="medium")
    with grid.cell(), page_parts.part():
        _bar_chart(shown, "validity_class", "Which validity?")
    with grid.cell(), page_parts.part():
        dimension = st.session_state.get("w_held_by", "issuer")
        _bar_chart(shown, dimension, "Which issuer?" if dimension == "issuer" else "Which key?")
        st.segmented_control("Break down by", list(DIMENSIONS), key="w_held_by", default="issuer", format_func=DIMENSIONS.get, required=True)


def _bar_chart(shown: View, dimension: str, heading: str) -> None:
    now = reading()
    query = holdings.held_by_query(shown.where(), inventory.COLUMNS[dimension])
    every = warehouse.frame(now.path, query)
    every = every.assign(
        label=[NOT_IN_EXPORT if value is None else inventory.named(dimension, value) for value in every["value"]], value=every["value"].fillna("")
    )
    drawn = _pooled(every)
    most = every.loc[every["certificate_count"].astype(int).idxmax()]
    noun = {"validity_class": "Validity class", **DIMENSIONS}[dimension]
    picked = blocks.chart(
        f"held_{dimension}",
        heading,
        counts.held(drawn, now.theme),
        f"Bars of certificates by {noun.lower()}. Most: {most['label']}, {count(int(most['certificate_count']))}. The table below has all numbers.",
        _counted(shown, dimension),
        pd.DataFrame({noun: every["label"], "Certificates": [count(int(number)) for number in every["certificate_count"]]}),
        [blocks.Download(query, f"certificates_by_{dimension}", shown.file_part(), len(every), filtered=False, scope=shown.sentence())],
        is_clickable=True,
    )
    values = every["value"].tolist()
    filter_bar.choice(f"Show one {noun.lower()}", dimension, values, dict(zip(values, every["label"], strict=True)), "All")
    if picked and filter_bar.narrow({dimension: list(drawn["values"].iloc[int(picked[0])])}):
        st.rerun()


def _counted(shown: View, dimension: str) -> str:
    kind = "the shortest limit of the rules that their validity keeps" if dimension == "validity_class" else DIMENSIONS[dimension].lower()
    return f"the certificates of the list below ({GROUPS[shown.group].lower()}), by {kind}."


def _pooled(frame: pd.DataFrame) -> pd.DataFrame:
    """At most 12 bars, then one for all the others together; `values` are those that a bar stands for."""
    frame = frame.assign(values=[[value] for value in frame["value"]])
    if len(frame) <= MOST_BARS + 1:
        return frame
    rest = frame.iloc[MOST_BARS:]
    others = {"label": f"Others ({len(rest)})", "certificate_count": rest["certificate_count"].sum(), "values": rest["value"].tolist()}
    return pd.concat([frame.iloc[:MOST_BARS], pd.DataFrame([others])], ignore_index=True)


def rows(shown: View, held: Mapping[str, int]) -> None:
    """The groups, what is selected, the list and its files."""
    number = held[shown.group]
    st.header("The certificates", anchor=False)
    offered = {group: f"{label} ({count(held[group])})" for group, label in GROUPS.items()}
    st.session_state["w_holdings"] = shown.group
    st.pills("Rows", list(GROUPS), key="w_holdings", format_func=offered.get, on_change=_group_changed, label_visibility="collapsed")
    if shown.chosen or shown.text:
        parts = ([f"\u201c{shown.text}\u201d"] if shown.text else []) + shown.words()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(page_parts.plain(f"Shown: {', '.join(parts)}"), width="content")
            st.button("Clear", key="clear_inventory", on_click=clear)
    query = holdings.rows_query("certificates", shown.where())
    file = blocks.Download(query, "certificates", shown.file_part(), number, filtered=False, scope=shown.sentence())
    certificate_rows.listing("certificates", "certificates", shown.where(), number, _columns, CONFIG, file, (("is_active", True), ("expires_on", False)))
    st.caption("Counted: certificates, one for each serial number of an issuer, however many exports have it; active ones first, soonest expiry first.")


def nothing(shown: View, others: int) -> None:
    """Say that nothing matches, and what would: `others` do outside the group."""
    if others:
        verb = "does" if others == 1 else "do"
        words = f"No certificate in the group \u201c{GROUPS[shown.group]}\u201d matches. {plural(others, 'other certificate')} {verb}."
        st.info(page_parts.plain(words))
        filter_bar.jump(f"See the {plural(others, 'certificate')}", "show", "all")
        return
    if shown.text:
        similar(shown.text, "No certificate has this name, serial or request number.")
    else:
        st.info("No certificate matches these filters.")
    st.button("Clear the filters", key="clear_empty", on_click=clear)


def similar(text: str, words: str) -> None:
    """Say that a name is not held, and offer those that look like it."""
    found = holdings.similar_names(reading().path, text)
    verb = "is" if len(found) == 1 else "are"
    alike = f" {count(len(found))} {verb} similar: {', '.join(found)}." if found else " None is similar."
    st.info(page_parts.plain(words + alike))
    for each in found:
        change = {"q": each, "certificate": None, "show": "all"}
        st.button(page_parts.plain(each), key=f"similar_{each}", type="tertiary", on_click=filter_bar.narrow, args=(change,))


def clear() -> None:
    """Take the search and every filter of this page out of the address."""
    filter_bar.narrow({"q": None, **dict.fromkeys(inventory.COLUMNS)})


CONFIG: dict[str, Any] = {
    "Name": st.column_config.TextColumn("Name", pinned=True, width=250),
    "Expires": st.column_config.DateColumn("Expires", format=DATE),
    "Issued": st.column_config.DateColumn("Issued", format=DATE),
    **{name: st.column_config.NumberColumn(name, format="localized") for name in ("Names", "Validity (days)", "Findings")},
}


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    rows = list(frame.itertuples())
    return pd.DataFrame(
        {
            "Name": given(frame["common_name"]),
            "Expires": frame["expires_on"],
            "Status": [_status(row) for row in rows],
            "Calendar days left": [_left(row) for row in rows],
            "Findings": frame["finding_count"],
            "Names": frame["name_count"],
            "Issued": frame["issued_on"],
            "Validity (days)": frame["validity_days"],
            "Issuer": [issuer(each) for each in frame["issuer"]],
            "Key": [key(row) for row in rows],
            "Department": given(frame["department"]),
            "Known from": [known(HOLDINGS, each) for each in frame["holding"]],
            "Serial number": given(frame["serial_number"]),
        }
    )


def issuer(text: str | None) -> str:
    """The common name inside an issuer's text, else the whole text."""
    if text is None:
        return NOT_IN_EXPORT
    found = re.search(r"(?i)(?:^|,)\s*CN\s*=\s*([^,]+)", text)
    return found[1].strip() if found else text


def key(row: Any) -> str:
    """The key of a certificate: `RSA 2048`."""
    if row.key_algorithm is None:
        return NOT_IN_EXPORT
    return row.key_algorithm if pd.isna(row.key_size) or row.key_size is None else f"{row.key_algorithm} {int(row.key_size)}"


def _left(row: Any) -> str:
    return MISSING if pd.isna(row.calendar_days_left) else expires_in(int(row.calendar_days_left), bool(row.is_ended_today))


def _status(row: Any) -> str:
    words = known(STATUSES, row.status)
    if row.is_superseded and row.status != "replaced":
        return f"{words}, superseded"
    return f"{words}, possibly superseded" if row.is_possibly_superseded else words


def _asked() -> None:
    filter_bar.narrow({"q": st.session_state["w_q"].strip() or None})


def _group_changed() -> None:
    filter_bar.narrow({"show": st.session_state["w_holdings"] or "active"})
