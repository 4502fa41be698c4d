"""Page 7: what do we hold? For whoever exports, the auditor and the certificate team."""

from __future__ import annotations

import streamlit as st

from dashboard import certificate_parts, certificate_rows, filter_bar, holdings, inventory, inventory_parts, page_parts
from dashboard.formats import named_day
from dashboard.inventory import View
from dashboard.page_parts import reading

ONE = "One certificate; the filters are kept for the other pages and not used here."


def show() -> None:
    """The whole page."""
    now = reading()
    key = now.param("certificate")
    shown = inventory.view(now.params)
    page_parts.header("What do we hold?", ONE if key else shown.sentence())
    if not certificate_rows.nothing_loaded():
        certificate_rows.lag_notice()
        if key:
            _one(key)
        else:
            _many(shown)
    page_parts.footer("trust")


def _one(key: str) -> None:
    """One certificate, and the way back to the list."""
    st.button("All certificates", key="to_all", icon=":material/arrow_back:", on_click=filter_bar.narrow, args=({"certificate": None},), type="tertiary")
    row = holdings.certificate(reading().path, key)
    if row is not None:
        certificate_parts.show(row)
        return
    name = certificate_rows.serial(key)
    inventory_parts.similar(name, f"{key} is not in this snapshot (as of {named_day(reading().as_of_on)}). No certificate has this name.")


def _many(shown: View) -> None:
    """Search, counts, bars and the list."""
    for remark in shown.remarks:
        st.info(page_parts.plain(remark))
    with page_parts.part():
        inventory_parts.search(shown)
    held = inventory_parts.numbers(shown)
    if not held[shown.group]:
        with page_parts.part():
            inventory_parts.nothing(shown, held["all"])
        return
    with page_parts.part():
        inventory_parts.cards(held)
    with page_parts.part():
        inventory_parts.bars(shown)
    with page_parts.part():
        inventory_parts.rows(shown, held)


if __name__ == "__main__":
    show()
