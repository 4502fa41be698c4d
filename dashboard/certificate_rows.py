"""A list of certificates, 100 to a page, each leading to its own page; and the cells that its columns share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, holdings, page_parts
from dashboard.certificate_words import NOT_IN_EXPORT
from dashboard.filters import digest
from dashboard.formats import MISSING, iso
from dashboard.page_parts import reading
from dashboard.queries import PAGE_ROWS, Where

LONGEST_NAME = 60
DATE = "YYYY-MM-DD"
NOTHING_LOADED = (
    "No certificate is loaded. Load a list or report of the certificate console, certificate files, or a list of a public transparency log with "
    "`certboard ingest FOLDER`."
)


def listing(
    name: str,
    table: str,
    where: Where,
    rows: int,
    columns: Callable[[pd.DataFrame], pd.DataFrame],
    config: Mapping[str, Any],
    file: blocks.Download,
    order: Sequence[tuple[str, bool]] = (),
) -> pd.DataFrame:
    """One page of the rows of `renewal_exposure` or `certificates`; returns its frame. Above it the same choice for the keyboard.

    `columns` turns the frame into the columns shown.
    """
    now = reading()
    key = digest(where, now.path.name, name)
    page = st.pagination(-(-rows // PAGE_ROWS), key=f"{name}_page_{key}") if rows > PAGE_ROWS else 1
    frame = holdings.rows(now.path, table, where, page, order)
    found = frame["certificate"].tolist()
    labels = {each.certificate: label(each) for each in frame.itertuples()}
    chosen = blocks.chosen_row("certificate", found, columns(frame), config, name, f"{key}_{page}", page, rows, "Choose a name", labels.get)
    blocks.download(file, name)
    if chosen:
        open_certificate(chosen)
    return frame


def open_certificate(key: str) -> None:
    """Go to a certificate's page; from the inventory itself its search and filters stay for the way back."""
    if st.session_state.get("page") == "inventory":
        filter_bar.narrow({"certificate": key})
        st.rerun()
    st.switch_page("views/inventory.py", query_params={**reading().filters.query(), "certificate": key})


def label(row: Any) -> str:
    """A certificate in a list of choices: its name, its expiry, and the end of its serial to tell two of a name apart."""
    name = row.common_name or "No name in the export"
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}\u2026"
    serial = f", serial \u2026{row.serial_number[-6:]}" if row.serial_number else ""
    return f"{shown}, expires {iso(row.expires_on)}{serial}"


def serial(key: str | None) -> str:
    """The serial number inside a certificate's key, or the key where it has none."""
    return key.split("@")[0] if key else MISSING


def given(values: Sequence[Any]) -> list[Any]:
    """Texts with words in place of those that the export lacks."""
    return [NOT_IN_EXPORT if each is None else each for each in values]


def nothing_loaded() -> bool:
    """Say which exports to load where there is no certificate at all; False where there is one."""
    if holdings.row_count(reading().path, "certificates"):
        return False
    st.info(NOTHING_LOADED)
    return True


def lag_notice() -> None:
    """Say when the exports of certificates end long before the data's date."""
    words = page_parts.certificates_lag(reading())
    if words:
        st.warning(words)
