"""Page 4: why did this request get this verdict? For whoever disputes or explains a number."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, history_parts, page_parts, queries, readiness_parts, verdicts, wording
from dashboard.filters import option_name
from dashboard.formats import MISSING, business_days, count, local, named_day
from dashboard.page_parts import reading

SENTENCE = "One request; the filters are kept for the other pages and not used here."
RULES = {"business_days": "business days", "requested_date": "the requested date", "process_by": "the processing date before expiry"}


def show() -> None:
    """The whole page."""
    page_parts.header("Why did this request get this verdict?", SENTENCE)
    number = _search()
    if number:
        row = queries.slo_outcome(reading().path, number)
        if row is None:
            _unknown(number)
        else:
            _explain(row)
    else:
        st.info("Enter a request number, or open a request from Misses or Due next.")
    page_parts.footer("expiry")


def _search() -> str | None:
    asked = reading().param("number") or ""
    if st.session_state.get("w_number") != asked:
        st.session_state["w_number"] = asked
    st.text_input("Request number", key="w_number", placeholder="RITM0012345", on_change=_asked, width=280)
    _neighbours(asked)
    return asked or None


def _asked() -> None:
    filter_bar.narrow({"number": st.session_state["w_number"].strip() or None})


def _neighbours(number: str) -> None:
    """Previous and next request of the list it was opened from, and the way back to that list."""
    origin = st.session_state.get("opened_from")
    if origin is None or number not in origin.numbers:
        return
    siblings, position = origin.numbers, origin.numbers.index(number)
    with st.container(horizontal=True):
        rows = f": {formats.plural(origin.rows, 'request')}" if origin.rows else ""
        st.page_link(f"views/{origin.view}.py", label=f"Back to {page_parts.VIEWS[origin.view]}{rows}", query_params=origin.query)
        if position > 0:
            filter_bar.jump(f"Previous: {siblings[position - 1]}", "number", siblings[position - 1])
        if position + 1 < len(siblings):
            filter_bar.jump(f"Next: {siblings[position + 1]}", "number", siblings[position + 1])


def _unknown(number: str) -> None:
    now = reading()
    st.info(page_parts.plain(page_parts.unbroken(f"{number} is not in this snapshot (as of {named_day(now.as_of_on)}).")))
    for similar in queries.similar_numbers(now.path, number):
        filter_bar.jump(similar, "number", similar)


def _explain(row: Any) -> None:
    now = reading()
    days = {day for day in (row.due_on, now.as_of_on, local(row.stop_at, now.run.zone).date() if row.stop_at else None) if day}
    calendar = queries.calendar(now.path, sorted(days))
    style = wording.OVERDUE if row.is_open_overdue else wording.OUTCOMES[row.slo_outcome]
    versions = queries.request_versions(now.path, row.number)
    with page_parts.part():
        st.code(row.number, language=None)
        st.badge(style.text, icon=style.icon, color=style.badge)
        page_parts.headline(verdicts.sentence(row, now.as_of_on, now.run.zone, calendar, _mapping(versions)))
        history_parts.how_it_was_corrected(row)
        if row.is_reconstructed:
            st.info("Only later versions of this request were exported; what they say happened after the data's date is left out.")
        _facts(row)
    for show_part in (
        history_parts.the_clock,
        history_parts.the_phases,
        history_parts.what_would_have_changed_it,
        history_parts.second_opinions,
        history_parts.declared_corrections,
    ):
        with page_parts.part():
            show_part(row)
    with page_parts.part():
        readiness_parts.checks(row.number)
    with page_parts.part():
        readiness_parts.certificates(row.number)
    with page_parts.part():
        _lineage(row, versions)


def _mapping(versions: pd.DataFrame) -> str:
    """The mapping file of the export that the request came from."""
    exports = queries.table(reading().path, "exports").set_index("name")
    names = [name for name in versions["export"] if name in exports.index]
    return f"data/policy/sources/{exports.loc[names[0], 'source']}.yaml" if names else "data/policy/sources"


def _facts(row: Any) -> None:
    now = reading()
    start = wording.START_SOURCES.get(row.clock_start_source or "")
    stop = f"to {wording.STOP_SOURCES[row.stop_source]}" if row.stop_source else "Still running" if row.clock_start_at else "Not running"
    target = business_days(int(row.target_business_days)) if row.target_business_days else "no target"
    rule = f"{target}, due by {RULES[row.due_rule]}" if row.due_rule else target
    facts = (
        ("Service option", option_name(now.choices, row.service_option), row.request_type or "Request type not in the export"),
        ("Department", row.department or "Not in the export", row.assignment_group or "Team not in the export"),
        ("Clock", f"From {start}" if row.clock_start_at else "Not started", stop),
        ("Rule", rule, _renewal(row)),
    )
    blocks.facts(facts)


def _renewal(row: Any) -> str:
    if row.lead_flag is None:
        return f"Submitted {formats.moment(row.submitted_at, reading().run.zone)}"
    if row.lead_days is None:
        return "Renewal with an unknown expiry"
    source = readiness_parts.expiry_source(row)
    late = "; it was completed after the certificate expired" if row.completed_after_expiry else ""
    return f"Renewal submitted {formats.calendar_days(int(row.lead_days))} before expiry, {wording.LEAD_WORDS[row.lead_flag]}{source}{late}"


def _lineage(row: Any, versions: pd.DataFrame) -> None:
    now = reading()
    st.header("Where it comes from", anchor=False)
    words = {"accepted": "used", "superseded": "superseded by a newer version", "later": "later than the data's date, not used"}
    table = pd.DataFrame(
        {
            "Export": versions["export"],
            "Row": [count(int(number)) for number in versions["row_number"]],
            "Version of": [f"{local(at.to_pydatetime(), now.run.zone):%Y-%m-%d %H:%M}" if pd.notna(at) else MISSING for at in versions["version_at"]],
            "Used": [words.get(each, each) for each in versions["disposition"]],
        }
    )
    blocks.numbers(table, f"Export rows of {row.number}")
    query = queries.request_versions_query(row.number)
    blocks.download(blocks.Download(query, "request_versions", row.number.lower(), len(versions), filtered=False), "versions")


if __name__ == "__main__":
    show()
