"""Where the time of one request went, and what would have changed its verdict: the parts of its page that come from its ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import alternatives, blocks, correction_parts, histories, ledger_words, opinion_words, page_parts, phase_words, queries, wording
from dashboard.charts import clock, phases
from dashboard.formats import MISSING, iso, local, named_day
from dashboard.judging import Case
from dashboard.miss_list import other_basis
from dashboard.page_parts import reading

SPARE_DAYS = 14
"""Calendar days more than twice the business days of a target: closures and weekends fit in."""
NO_PHASES = "No phase data for this request: no state changes were exported."
CORRECTED = "Corrected by declaration"
COUNTED_DAYS = "business days after day 0; closures from closures.csv."
COUNTED_PHASES = (
    "business days, each in the phase in which it began: a handover during a day counts from the next business day, so one on a weekend or a closure moves "
    "none. An end on a closed day counts as the next business day."
)


def the_clock(row: Any) -> None:
    """Every day of the request as squares, as a table and as a file."""
    now = reading()
    ledger = histories.ledger(now.path, row.number)
    if ledger.empty or not ledger_words.has_started(ledger):
        st.header("The clock, day by day", anchor=False)
        st.info("No clock to draw: it has not started." if row.slo_outcome == "open" else "No clock to draw: it never started.")
        return
    stop = ledger_words.stop_word(row.stop_source)
    days = ledger_words.drawn(ledger, row.due_on, stop)
    has_phases = ledger["phase"].notna().any()
    lines = " The line under the squares breaks where the phase changes; the phases of each week stand under its date." if has_phases else ""
    blocks.chart(
        "clock",
        "The clock, day by day",
        clock.strip(days, now.theme),
        ledger_words.alternative_text(days, row.stop_at is None),
        f"{COUNTED_DAYS} {ledger_words.legend(clock.shown(days))}{lines}",
        width=clock.FIGURE_WIDTH,
    )
    blocks.wide(ledger_words.table(ledger, stop), f"Days of {row.number}")
    blocks.download(blocks.Download(histories.ledger_query(row.number), "clock_ledger", row.number.lower(), len(ledger), filtered=False), "clock")


def the_phases(row: Any) -> None:
    """The phases against what is published for them, who held the request, and where it is now."""
    now = reading()
    rows = histories.phases(now.path, row.number)
    if not rows:
        st.header("Phases against budget", anchor=False)
        st.info(NO_PHASES)
        return
    told_through = now.run.transitions_through_on
    if told_through and (row.stop_at is None or local(row.stop_at, now.run.zone).date() > told_through):
        page_parts.transitions_lag_notice()
    shown = phase_words.drawn(rows)
    frame = pd.DataFrame(
        {
            "label": [phase_words.label(each) for each in shown],
            "business_days": [each.business_days for each in shown],
            "budget_business_days": [each.budget_business_days for each in shown],
            "is_known": [each.phase not in phase_words.UNKNOWN for each in shown],
        }
    )
    heading = phase_words.heading(rows)
    blocks.chart(
        "phases",
        heading,
        phases.bullets(frame, now.theme),
        f"Bars of business days by phase on their published budgets. {'. '.join(phase_words.label(each) for each in shown)}. The table below has all numbers.",
        COUNTED_PHASES,
        _phase_table(rows),
        [blocks.Download(histories.phases_query(row.number), "request_phases", row.number.lower(), len(rows), filtered=False)],
    )
    started_on = None if row.clock_start_at is None else local(row.clock_start_at, now.run.zone).date()
    findings = histories.findings(now.path, row.number)
    sentences = (
        phase_words.current(rows, histories.intervals(now.path, row.number)),
        phase_words.where_the_days_went(rows, row.stop_at is None),
        phase_words.outside_the_clock(rows, started_on, wording.START_SOURCES.get(row.clock_start_source or "", "")),
        phase_words.path(histories.flow(now.path, row.number)),
        phase_words.reopened(findings, row.closed_at, now.run.zone),
        phase_words.oddities(findings),
    )
    st.markdown(_listed(each for each in sentences if each))


def _listed(sentences: Iterable[str]) -> str:
    """A line each, dates kept together."""
    return "\n".join(f"- {page_parts.plain(page_parts.unbroken(each))}" for each in sentences)


def _phase_table(rows: list[Any]) -> pd.DataFrame:
    """As much as a phone is wide; the file has the rest."""
    return pd.DataFrame(
        {
            "Phase": [phase_words.capital(each.phase) for each in rows],
            "Business days": [phase_words.of_budget(each.business_days, each.budget_business_days) for each in rows],
            "Held by": [each.party or MISSING for each in rows],
            "When": [_when(each, reading().run) for each in rows],
        }
    )


def _when(phase: Any, run: Any) -> str:
    """`2026-11-05 to 2026-11-12`, from its first beginning to its last end."""
    if phase.first_started_at is None:
        return MISSING
    end = "now" if phase.is_current and phase.last_ended_at >= run.as_of_at else iso(local(phase.last_ended_at, run.zone).date())
    return f"{iso(local(phase.first_started_at, run.zone).date())} to {end}"


def what_would_have_changed_it(row: Any) -> None:
    """The other dates and clocks, a line each."""
    st.header("What would have changed it", anchor=False)
    found = alternatives.changes(case_of(row))
    st.markdown(_listed(found) or "Nothing about the dates: it is not measured by its clock.")


def case_of(row: Any) -> Case:
    """The request with its other clocks, its pauses and the calendar around them."""
    now = reading()
    other = queries.request_clocks(now.path, row.number).get(other_basis(now.run.clock_basis))
    variants, pauses = histories.variants(now.path, row.number), histories.pauses(now.path, row.number)
    instants = [row.submitted_at, row.clock_start_at, row.stop_at, row.closed_at, *(each.stop_at for each in variants.values())]
    days = [now.as_of_on, *(local(at, now.run.zone).date() for at in instants if at is not None)]
    days += [each for each in (row.due_on, row.business_days_due_on) if each is not None]
    if row.lead_flag is not None and row.current_expires_on is not None:
        days.append(row.current_expires_on - timedelta(days=now.run.lead_min_days))
    ahead = timedelta(days=2 * int(row.target_business_days or 0) + SPARE_DAYS)
    around = queries.calendar_between(now.path, min(days), max(days) + ahead)
    return Case(row, now.run, around, other, variants, pauses, histories.corrections(now.path, row.number))


def how_it_was_corrected(row: Any) -> None:
    """What the verdict or its dates would be as exported, where declared corrections change them; else nothing."""
    words = alternatives.corrected(case_of(row))
    if words:
        st.info(page_parts.plain(f"{page_parts.unbroken(words)} The reason stands below, under \u201c{CORRECTED}\u201d."))


def second_opinions(row: Any) -> None:
    """What ServiceNow says of the request, with the dates that show why; nothing where it says nothing. Clocks that the mapping leaves out are on Trust."""
    found = [each for each in histories.opinions(reading().path, row.number) if each.reason_code != "left_out"]
    if not found:
        return
    st.header("What ServiceNow says", anchor=False)
    for each in found:
        st.markdown(page_parts.plain(opinion_words.sentence(each)))
        st.caption(page_parts.plain(f"Evidence: {each.evidence}"))


def declared_corrections(row: Any) -> None:
    """The corrections that were declared for the request, as exported and as corrected; nothing where there is none."""
    found = histories.corrections(reading().path, row.number)
    if not found:
        return
    st.header(CORRECTED, anchor=False)
    table = pd.DataFrame(
        {
            "Id": [each.correction_id for each in found],
            "Field": ["Exclusion" if each.kind == "exclusion" else opinion_words.FIELDS.get(each.field, each.field) for each in found],
            "As exported": [_outcome(each.exported_value) if each.kind == "exclusion" else _value(each, each.exported_value) for each in found],
            "As corrected": ["Excluded" if each.kind == "exclusion" else _value(each, each.value) for each in found],
            "Verdict": [_verdicts(each) for each in found],
        }
    )
    blocks.numbers(table, f"Corrections of {row.number}")
    reported = (f"{each.correction_id}, reported {named_day(each.reported_on)} by the {each.reported_by}: {each.reason.rstrip('.')}." for each in found)
    st.markdown(_listed(reported))


def _verdicts(row: Any) -> str:
    """`Missed, now met`; or why nothing is applied."""
    if not row.is_applied:
        return correction_parts.state(row)
    before, after = _outcome(row.exported_outcome), _outcome(row.corrected_outcome)
    return f"{before}, as before" if before == after else f"{before}, now {after.lower()}"


def _value(row: Any, value: str | None) -> str:
    if row.field == "service_option" and value in reading().choices.options:
        return reading().choices.options[value]
    return opinion_words.corrected(row, value)


def _outcome(outcome: str | None) -> str:
    return wording.OUTCOMES[outcome].text if outcome in wording.OUTCOMES else MISSING
