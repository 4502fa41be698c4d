"""The blocks a page is made of: a chart with its sentence, table and download; a list of requests that can be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import filter_bar, filters, formats, landmarks, page_parts, queries, wording
from dashboard.filters import digest, option_name
from dashboard.formats import MISSING, count
from dashboard.queries import PAGE_ROWS
from dashboard.reading import Reading

OPEN_TABLE_ROWS = 12
HTML_TABLE_ROWS = 24
MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
CHART_CONFIG = {"displayModeBar": False}


@dataclass(frozen=True)
class Download:
    """A selection as a file: the query of `export`, the table's name, the horizon or period, the number of rows.

    `filtered`: whether the shared filters are part of the name. `words`: what the button says instead of `these 5 rows`.
    `scope`: the sentence of the page's own filters, for the header sheet. `source`: what opens the rows, where that is not the snapshot shown.
    """

    query: Any
    table: str
    part: str
    rows: int
    filtered: bool = True
    words: str = ""
    scope: str = ""
    source: Callable[[], Any] | None = None


def chart(
    name: str,
    heading: str,
    figure: Any,
    alt: str,
    counted: str,
    table: pd.DataFrame | None = None,
    downloads: Sequence[Download] = (),
    is_clickable: bool = False,
    width: str | int = "stretch",
) -> list[Any] | None:
    """One chart with everything that belongs under it, always in this order. Returns the custom data of a clicked mark."""
    now = page_parts.reading()
    st.header(page_parts.plain(heading), anchor=False)
    key = f"{name}_{digest(now.filters, now.params, now.path.name)}"
    options = {"on_select": "rerun", "selection_mode": "points"} if is_clickable else {}
    event = st.plotly_chart(figure, alt=alt, key=key, config=CHART_CONFIG, theme=None, width=width, **options)
    st.caption(page_parts.plain(f"Counted: {counted}"))
    if table is not None:
        numbers(table, alt=f"Table of {heading[0].lower()}{heading[1:]}")
    for each in downloads:
        download(each, name)
    return _clicked(event) if is_clickable else None


def numbers(table: pd.DataFrame, alt: str) -> None:
    """The same numbers as a table: real HTML up to 24 rows, behind a line from 13 on, pages of 100 beyond."""
    rows = len(table)
    if rows <= HTML_TABLE_ROWS:
        safe = table.map(lambda value: page_parts.plain(page_parts.unbroken(value)) if isinstance(value, str) else value)
        if rows <= OPEN_TABLE_ROWS:
            st.table(safe, alt=alt, border="horizontal")
        else:
            with st.expander(f"Table of these numbers ({rows} rows)"):
                st.table(safe, alt=alt, border="horizontal")
    else:
        wide(table, alt)


def wide(table: pd.DataFrame, alt: str) -> None:
    """A table that is too long or too wide for real HTML: behind a line, in pages of 100, its columns scrolled with the arrows."""
    rows = len(table)
    with st.expander(f"Table of these numbers ({count(rows)} rows)"):
        page = 1
        if rows > PAGE_ROWS:
            page = st.pagination(-(-rows // PAGE_ROWS), key=f"page_{digest(alt, rows)}")
        st.dataframe(table.iloc[PAGE_ROWS * (page - 1) : PAGE_ROWS * page], hide_index=True, placeholder=MISSING, alt=alt)


def download(file: Download, name: str) -> None:
    """Buttons for a CSV file and an XLSX file of exactly these rows, built on the click and from this rerun's snapshot."""
    if not file.rows:
        return
    now = page_parts.reading()
    words = file.words or ("this row" if file.rows == 1 else f"these {count(file.rows)} rows")
    filtered = now.filters.file_part() if file.filtered else ""
    stem = f"certboard_{file.table.replace('_', '-')}_{file.part}{filtered}_{now.as_of_part}"
    with st.container(horizontal=True):
        for kind, look in (("csv", "secondary"), ("xlsx", "tertiary")):
            st.download_button(
                f"Download {words} ({kind.upper()})",
                data=_builder(now, file, kind),
                file_name=f"{stem}.{kind}",
                mime=MIME[kind],
                on_click="ignore",
                type=look,
                key=f"{name}_{kind}_{digest(file.query.sql, file.query.parameters, file.table)}",
            )


@dataclass(frozen=True)
class Origin:
    """The list that a request was opened from: its page, that page's address, the requests on the screen, and how many the list has."""

    view: str
    query: Mapping[str, Any]
    numbers: tuple[str, ...]
    rows: int | None


def requests(
    name: str,
    where: Mapping[str, Sequence[str]],
    rows: int,
    columns: Callable[[pd.DataFrame], pd.DataFrame],
    config: Mapping[str, Any],
    part: str,
    order: Sequence[tuple[str, bool]] = (("due_on", False),),
    filtered: bool = True,
    table: str = "slo_outcomes",
    file: Any = None,
) -> None:
    """A list of requests, 100 to a page, each leading to its own page; above it the same choice for the keyboard.

    `columns` turns a frame of `table` into the columns shown, the first of which is the number. `file`: the query of its file, where that holds more.
    """
    now = page_parts.reading()
    page = 1
    key = digest(now.filters, now.params, now.path.name, name)
    if rows > PAGE_ROWS:
        page = st.pagination(-(-rows // PAGE_ROWS), key=f"{name}_page_{key}")
    frame = queries.table(now.path, table, where, order=order, limit=PAGE_ROWS, offset=PAGE_ROWS * (page - 1))
    found = frame["number"].tolist()
    number = chosen_row("request", found, columns(frame), config, name, f"{key}_{page}", page, rows, "Choose a number")
    download(Download(file or queries.table_query(table, where), table, part, rows, filtered), name)
    if number:
        open_request(number, found, rows)


def chosen_row(
    noun: str,
    found: Sequence[str],
    table: pd.DataFrame,
    config: Mapping[str, Any],
    name: str,
    key: str,
    page: int,
    rows: int,
    hint: str,
    names: Any = str,
) -> str | None:
    """A page of rows, each of which can be opened by a click, and above it the same choice for the keyboard; the id of the one that was chosen.

    `found`: the ids of the rows of `table`. `rows`: how many there are on all pages. `names`: the words of an id in the list of choices.
    """
    chosen = st.selectbox(f"Open a {noun}", found, index=None, placeholder=hint, format_func=names, key=f"{name}_open_{key}")
    event = st.dataframe(
        table,
        hide_index=True,
        placeholder=MISSING,
        column_config=dict(config),
        on_select="rerun",
        selection_mode="single-row",
        key=f"{name}_rows_{key}",
        alt=f"List of {count(len(found))} {noun}s",
    )
    shown = f" Rows {count(PAGE_ROWS * (page - 1) + 1)} to {count(PAGE_ROWS * (page - 1) + len(found))} of {count(rows)}." if rows > PAGE_ROWS else ""
    st.caption(f"Click a row to open the {noun}; with the keyboard, arrows move and Shift+Space selects.{shown}")
    picked = [found[index] for index in event.selection.rows if index < len(found)]
    return picked[0] if picked else chosen


def open_request(number: str, siblings: Sequence[str], rows: int | None = None) -> None:
    """Go to a request's page and remember the list it was opened from. `rows`: how many requests it has, where it is one of requests."""
    here = {**page_parts.reading().filters.query(), **filter_bar.own()}
    st.session_state["opened_from"] = Origin(st.session_state["page"], here, tuple(siblings), rows)
    landmarks.lead(landmarks.TITLE)
    # The keys of the page go along, because Streamlit puts this address in the list's place in the history, too.
    st.switch_page("views/request.py", query_params={**here, "number": number})


def facts(cells: Sequence[tuple[str, str, str]]) -> None:
    """A grid of facts, each a label, what it is, and a detail under it."""
    grid = st.grid(4, min_column_width=190, border=True)
    for label, value, detail in cells:
        with grid.cell():
            st.caption(label)
            st.markdown(f"**{page_parts.plain(value)}**")
            st.caption(page_parts.plain(page_parts.unbroken(detail)))


def option_names(frame: pd.DataFrame) -> pd.Series:
    """The service option of each row by name."""
    choices = page_parts.reading().choices
    return frame["service_option"].map(lambda option: option_name(choices, option))


def narrow_attainment_table(frame: pd.DataFrame, first: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Statements as text in four columns, for half a page."""
    rows = list(frame.itertuples())
    return pd.DataFrame(
        {
            **first,
            "Attainment": [
                formats.share(int(row.met_count), int(row.due_count), _number(row.target_ratio)) if row.due_count else "No data" for row in rows
            ],
            "Missed": [count(int(row.missed_count)) for row in rows],
            "Plausible range": [_range(row) for row in rows],
        }
    )


def attainment_table(frame: pd.DataFrame, first: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Statements as text: never a ratio without its counts, never a value rounded across the target."""
    rows = list(frame.itertuples())
    words = [wording.verdict(str(row.slo_status), str(row.confidence), int(row.due_count), bool(row.is_complete)).word for row in rows]
    return pd.DataFrame(
        {
            **first,
            "Attainment": [formats.percent(int(row.met_count), int(row.due_count), _number(row.target_ratio)) for row in rows],
            "Met": [count(int(row.met_count)) for row in rows],
            "Missed": [count(int(row.missed_count)) for row in rows],
            "Due": [count(int(row.due_count)) for row in rows],
            "Plausible range": [_range(row) for row in rows],
            "Target": [MISSING if _number(row.target_ratio) is None else formats.ratio_percent(float(row.target_ratio)) for row in rows],
            "Status": words,
            "Misses left": [_left(row) for row in rows],
        }
    )


def _range(row: Any) -> str:
    return formats.interval(float(row.interval_low_ratio), float(row.interval_high_ratio)) if row.due_count else MISSING


def _left(row: Any) -> str:
    allowed, left = _number(row.allowed_miss_count), _number(row.misses_left_count)
    return wording.misses_left(None if allowed is None else int(allowed), None if left is None else int(left)) or MISSING


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)


def _clicked(event: Any) -> list[Any] | None:
    points = event.selection.points if event else []
    data = [point.get("customdata") for point in points if point.get("customdata")]
    return list(data[0]) if data else None


def _builder(now: Reading, file: Download, kind: str) -> Callable[[], bytes]:
    def build() -> bytes:
        from pipelines import reports  # the writers are needed on a click only

        shown = file.scope or (filters.sentence(now.filters, now.choices) if file.filtered else "None: the whole snapshot")
        about = [("Filter", shown), ("Rows", count(file.rows)), ("Source", page_parts.footer_line(now))]
        return reports.content(file.source or now.path, file.query, kind, about=about)

    return build
