"""The part of the page of trust about transitions: of how many requests the phases are known, what is odd about them, and which values have no phase."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, page_parts, phase_queries, queries
from dashboard.formats import MISSING, count, plural
from dashboard.page_parts import reading
from dashboard.phase_parts import NO_TRANSITIONS

FINDINGS = {
    "gap": "A time of more than a minute that no change tells of",
    "missing_end": "A value without an end; it lasts until the next one",
    "overlap": "A value that lasts into the next one of its field; the earlier rule holds",
    "out_of_order": "An end before its start, or a count that runs against time",
    "reopened": "Work after an end",
    "not_mapped": "A value without a phase",
    "unknown_request": "A change of a request that no export of requests has",
}


def show() -> None:
    """The whole part."""
    now = reading()
    sources = phase_queries.sources(now.path)
    findings = phase_queries.findings(now.path)
    if not sources and not findings:
        st.header("Where did the days go?", anchor=False)
        st.info(NO_TRANSITIONS)
        return
    known = phase_queries.known_of_all(now.path)
    st.header(f"Phases are known for {count(known.known_count)} of {plural(known.request_count, 'request')}", anchor=False)
    st.markdown(f"For {count(known.complete_count)} of them every business day has its phase. {page_parts.plain(_rows())}")
    if sources:
        table = pd.DataFrame(
            {
                "Source": [row.source for row in sources],
                "Requests": [count(row.request_count) for row in sources],
                "Stretches of time": [count(row.piece_count) for row in sources],
            }
        )
        blocks.numbers(table, "Where the phases come from")
    if not findings:
        st.markdown("Nothing is odd about the changes.")
        return
    table = pd.DataFrame(
        {
            "Found": [FINDINGS.get(row.finding, row.finding.replace("_", " ").capitalize()) for row in findings],
            "Requests": [count(row.request_count) for row in findings],
            "Times": [count(row.finding_count) for row in findings],
        }
    )
    blocks.numbers(table, "What was found in the changes")
    st.caption("Counted: all requests of the snapshot; a request may be in several lines. Findings change no verdict, only where its days are shown.")
    rows = queries.table_count(now.path, "transition_findings")
    words = f"every finding, {plural(rows, 'row')}"
    file = blocks.Download(queries.table_query("transition_findings"), "transition_findings", "all", rows, filtered=False, words=words)
    blocks.download(file, "transition_findings")
    _unmapped()


def _rows() -> str:
    """What the exports of transitions came to, or that the updates of requests tell the phases."""
    exports = queries.table(reading().path, "exports")
    own = exports[(exports["kind"] == "transitions") & ~exports["is_withdrawn"].astype(bool)]
    if not len(own):
        return "They come from the updates of the requests themselves."
    return f"{plural(int(own['row_count'].sum()), 'row')} of {plural(len(own), 'export')} of transitions: {count(int(own['accepted_count'].sum()))} accepted."


def _unmapped() -> None:
    """The values that no rule gives a phase, and the file in which to add one."""
    query = phase_queries.unmapped_query()
    frame = phase_queries.frame(reading().path, query)
    if not len(frame):
        return
    st.subheader(f"{plural(len(frame), 'value')} without a phase", anchor=False)
    table = pd.DataFrame(
        {
            "Value": [each or MISSING for each in frame["value"]],
            "Field": [each or MISSING for each in frame["field"]],
            "Requests": frame["request_count"],
            "Times": frame["finding_count"],
            "Map it in": [f"data/policy/sources/{each}.yaml, under phases" for each in frame["source"]],
        }
    )
    numbers = {name: st.column_config.NumberColumn(name, format="localized") for name in ("Requests", "Times")}
    st.dataframe(table, hide_index=True, column_config=numbers, alt=f"List of {plural(len(frame), 'value')} without a phase")
    st.caption("Counted: values of the changes that no rule of their mapping gives a phase; their days show as not mapped.")
    blocks.download(blocks.Download(query, "unmapped_values", "all", len(frame), filtered=False), "unmapped_values")
