"""The part of the page of trust about declared corrections and exclusions: each of them, and attainment with and without them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_rows, declared, formats, opinion_words, page_parts, phase_queries, queries, wording
from dashboard.filters import option_name
from dashboard.formats import MISSING, count, iso, named_day, plural, share
from dashboard.page_parts import reading
from dashboard.phase_words import joined
from dashboard.queries import PAGE_ROWS

NONE = "No correction is declared. Declare one in `data/policy/corrections.yaml`."
KINDS = {"field": ("correction", "corrections"), "exclusion": ("exclusion", "exclusions"), "certificate": ("confirmation", "confirmations")}
READINGS = {None: "as corrected", "without_exclusions": "as corrected without the exclusions", "as_exported": "as exported"}
"""The clock bases of the figures, the policy's first, each with its words."""
MOST_NAMED = 3


def show() -> None:
    """The whole part."""
    now = reading()
    rows = declared.corrections(now.path)
    if not rows:
        st.header("Which corrections were declared?", anchor=False)
        st.info(NONE)
        return
    st.header(page_parts.plain(heading(rows)), anchor=False)
    st.markdown(page_parts.plain(_attainment()))
    if found := declared.exclusions(now.path, {}):
        st.markdown(page_parts.plain(exclusion_sentence(found)))
    _list(rows)


def heading(rows: Sequence[Any]) -> str:
    """`2 corrections and 1 exclusion are applied, 1 is not yet`."""
    waiting = sum(not row.is_applied for row in rows)
    if waiting == len(rows):
        return f"None of {plural(waiting, 'declared correction')} is applied yet"
    return f"{applied(rows)}{f', {count(waiting)} {_be(waiting)} not yet' if waiting else ''}"


def applied(rows: Sequence[Any]) -> str:
    """`2 corrections and 1 exclusion are applied`; empty where none is."""
    kinds = Counter(row.kind for row in rows if row.is_applied)
    parts = [plural(kinds[kind], *nouns) for kind, nouns in KINDS.items() if kinds[kind]]
    return f"{joined(parts)} {_be(sum(kinds.values()))} applied" if parts else ""


def _be(number: int) -> str:
    return "is" if number == 1 else "are"


def exclusion_sentence(found: Sequence[Any]) -> str:
    """How many requests are excluded by declaration, and why. `found`: rows of `declared.exclusions`."""
    if len(found) <= MOST_NAMED:
        why = "; ".join(f"{each.number} ({each.correction_id}: \u201c{each.reason}\u201d)" for each in found)
    else:
        why = "; ".join(f"{count(number)} for \u201c{reason}\u201d" for reason, number in Counter(each.reason for each in found).most_common())
    return f"{plural(len(found), 'request')} {_be(len(found))} excluded by declaration: {why}."


def state(row: Any) -> str:
    """Whether a declaration is applied, and if not, why."""
    if row.is_applied:
        return "Applied"
    if row.reported_on > reading().as_of_on:
        return f"Not yet: reported after {named_day(reading().as_of_on)}"
    return "Not yet: its value lies after the data ends"


def _attainment() -> str:
    """The figures of the default period and of all that is in the snapshot."""
    now = reading()
    period = now.choices.defaults["month"]
    if "as_exported" not in phase_queries.clock_bases(now.path):
        return "None of them changes a request, so attainment is as exported."
    said = f"{formats.period_name(period)}: {_figures({'month': [period]})}"
    return f"{said}. All that were ever due: {_figures({})}."


def _figures(where: queries.Where) -> str:
    """`93.4 % (312 of 334) as corrected, 92.8 % (310 of 334) as exported`, and between them without the exclusions where that is another reading."""
    figures, known = [], (None, *phase_queries.clock_bases(reading().path))
    for basis, words in READINGS.items():
        if basis not in known:
            continue
        sums = queries.slo_attainment(reading().path, ("fiscal_year",), where, basis)[["met_count", "due_count"]].sum()
        figures.append(f"{share(int(sums['met_count']), int(sums['due_count'])) if sums['due_count'] else 'no data'} {words}")
    return ", ".join(figures)


def _list(rows: Sequence[Any]) -> None:
    """Every declaration, each leading to its request or certificate."""
    now = reading()
    page = st.pagination(-(-len(rows) // PAGE_ROWS), key="corrections_page") if len(rows) > PAGE_ROWS else 1
    shown = rows[PAGE_ROWS * (page - 1) : PAGE_ROWS * page]
    subjects = {row.correction_id: row.number or certificate_rows.serial(row.certificate) for row in shown}
    table = pd.DataFrame(
        {
            "Id": [row.correction_id for row in shown],
            "Request or certificate": list(subjects.values()),
            "What": [opinion_words.FIELDS.get(row.field, row.field) if row.field else "Excluded" for row in shown],
            "As exported": [_exported(row) for row in shown],
            "Counts as": [_value(row, row.value) if row.field else "Excluded" for row in shown],
            "Outcome": [_outcomes(row) for row in shown],
            "Applied": [state(row) for row in shown],
            "Reason": [row.reason for row in shown],
            "Reported": [iso(row.reported_on) for row in shown],
            "Reported by": [row.reported_by for row in shown],
        }
    )
    config = {"Id": st.column_config.TextColumn("Id", pinned=True), "Reason": st.column_config.TextColumn("Reason", width="large")}
    ids = list(subjects)
    chosen = blocks.chosen_row(
        "request or certificate", ids, table, config, "corrections", f"{now.path.name}_{page}", page, len(rows), "Choose a correction",
        lambda each: f"{each}: {subjects[each]}",
    )  # fmt: skip
    st.caption("Counted: every entry of corrections.yaml. An entry that the exports contradict stops the build, so each applied one still holds.")
    blocks.download(blocks.Download(declared.corrections_query(), "corrections", "all", len(rows), filtered=False), "corrections")
    if chosen:
        row = next(each for each in shown if each.correction_id == chosen)
        if row.number:
            blocks.open_request(row.number, [each.number for each in shown if each.number])
        else:
            certificate_rows.open_certificate(row.certificate)


def _exported(row: Any) -> str:
    if row.kind == "exclusion":
        return _outcome(row.exported_outcome)
    return _value(row, row.exported_value)


def _value(row: Any, value: str | None) -> str:
    """A value in words: options by name, certificates by serial number."""
    if row.kind == "certificate":
        return certificate_rows.serial(value)
    if row.field == "service_option" and value:
        return "Unclassified" if value == "unclassified" else option_name(reading().choices, value)
    return opinion_words.corrected(row, (value or "").replace("_", " ") if row.field in ("state", "approval") else value)


def _outcomes(row: Any) -> str:
    """`Missed, now Met`, with the months where it counts in another; a dash for a certificate and where nothing is applied."""
    before, after = _outcome(row.exported_outcome), _outcome(row.corrected_outcome)
    if MISSING in (before, after):
        return MISSING
    then, now = (formats.period_name(f"{on:%Y-%m}") for on in (row.exported_period_on, row.corrected_period_on))
    if then != now:
        return f"{before} in {then}, now {after[0].lower()}{after[1:]} in {now}"
    return f"{before}, as before" if before == after else f"{before}, now {after}"


def _outcome(outcome: str | None) -> str:
    return wording.OUTCOMES[outcome].text if outcome in wording.OUTCOMES else MISSING
