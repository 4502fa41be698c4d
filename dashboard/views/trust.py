"""Page 8: can these numbers be trusted? For exporter and manager, before quoting a number."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import agreement_parts, blocks, change_parts, correction_parts, filter_bar, page_parts, queries, rules_parts, transition_parts, trust_parts, wording
from dashboard.charts import counts
from dashboard.filters import slug
from dashboard.formats import MISSING, count, plural, share
from dashboard.page_parts import reading
from dashboard.queries import PAGE_ROWS
from dashboard.tallies import Tally

SENTENCE = "The whole snapshot, without filters."


def show() -> None:
    """The whole page."""
    tally = queries.tally(reading().path, {})
    page_parts.header("Can these numbers be trusted?", SENTENCE, tally)
    for each in (
        lambda: trust_parts.verdict(tally),
        trust_parts.exports,
        trust_parts.weeks,
        lambda: _coverage(tally),
        _checks,
        trust_parts.matches,
        transition_parts.show,
        _rejected,
        correction_parts.show,
        agreement_parts.show,
        rules_parts.rules,
        rules_parts.glossary,
        trust_parts.snapshots,
        change_parts.show,
    ):
        with page_parts.part():
            each()
    page_parts.footer("targets")


def _coverage(tally: Tally) -> None:
    now = reading()
    frame = queries.outcome_reasons(now.path)
    if not len(frame):
        st.header("Nothing to measure", anchor=False)
        st.info("No request is loaded, so there is no attainment to trust or doubt.")
        return
    heading = f"{share(tally.measured, tally.measurable_base)} of requests can be measured" if tally.measurable_base else "Nothing to measure"
    names = {reason: wording.SHORT_REASONS.get(reason, _sentence(reason)) for reason in frame["reason"]}
    table = pd.DataFrame(
        {
            "Outcome": [wording.OUTCOMES[each].text for each in frame["slo_outcome"]],
            "Reason": [_sentence(each) for each in frame["reason"]],
            "Label in the source": [each or MISSING for each in frame["labels"]],
            "Requests": [count(int(number)) for number in frame["request_count"]],
        }
    )
    picked = blocks.chart(
        "coverage",
        heading,
        counts.reasons(frame.assign(label=frame["reason"].map(names)), now.theme),
        f"Bars of requests by outcome and reason. {heading}. The table below has all numbers.",
        "all requests of the snapshot by what becomes of them; excluded ones (hatched) are outside the coverage, crossed ones cannot be measured.",
        is_clickable=True,
    )
    blocks.wide(table, "Requests by outcome and reason")
    blocks.download(blocks.Download(queries.outcome_reasons_query(), "outcome_reasons", "all", len(frame), filtered=False), "coverage")
    filter_bar.choice("Show the requests with the reason", "reason", list(names), names, "None")
    if picked and filter_bar.narrow({"reason": picked[1]}):
        st.rerun()
    if now.param("reason"):
        _with_reason(str(now.param("reason")))


def _with_reason(chosen: str) -> None:
    where = {"outcome_reason": queries.reasons_with_labels(reading().path, chosen)}
    rows = queries.slo_outcomes_count(reading().path, where)
    if not rows:
        st.info(page_parts.plain(f"No request has the reason \u201c{chosen}\u201d in this snapshot."))
        return
    st.markdown(page_parts.plain(f"{plural(rows, 'request')}: {wording.reason(chosen)}"))
    blocks.requests("reason", where, rows, _columns, CONFIG, f"reason-{slug(chosen)}", (), filtered=False)


CONFIG = {"Request": st.column_config.TextColumn("Request", pinned=True), "Due": st.column_config.DateColumn("Due", format="YYYY-MM-DD")}


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Request": frame["number"],
            "Outcome": [wording.OUTCOMES[each].text for each in frame["slo_outcome"]],
            "Service option": blocks.option_names(frame),
            "State in the export": frame["state_label"],
            "Department": frame["department"],
            "Due": frame["due_on"],
        }
    )


def _sentence(reason: str) -> str:
    words = wording.reason(reason)
    return f"{words[:1].upper()}{words[1:]}"


def _checks() -> None:
    now = reading()
    checks = queries.table(now.path, "checks").sort_values(["offender_count", "name"], ascending=[False, True], kind="stable")
    failing = checks[checks["offender_count"] > 0]
    passing = len(checks) - len(failing)
    st.header(f"{count(passing)} of {plural(len(checks), 'check')} pass", anchor=False)
    table = pd.DataFrame(
        {
            "Promise": [promise(name) for name in checks["name"]],
            "Result": ["Holds" if number == 0 else f"{plural(int(number), 'offender')}" for number in checks["offender_count"]],
            "If it fails": ["nothing is published" if each == "blocks" else "it is shown here" for each in checks["severity"]],
        }
    )
    blocks.numbers(table, "Checks and their results")
    blocks.download(blocks.Download(queries.table_query("checks"), "checks", "all", len(checks), filtered=False), "checks")
    for row in failing.itertuples():
        offenders = queries.table(now.path, "check_offenders", where={"name": [row.name]})
        with st.expander(page_parts.plain(f"{promise(row.name)}: {plural(int(row.offender_count), 'offender')}")):
            more = f"The first {count(len(offenders))} of {count(int(row.offender_count))}." if len(offenders) < row.offender_count else ""
            if more:
                st.caption(more)
            st.dataframe(pd.DataFrame({"Offender": offenders["offender"]}), hide_index=True, alt=f"Offenders of {promise(row.name)}")


def promise(name: str) -> str:
    """A check's name as the promise it keeps: `no_row_was_rejected` is `No row was rejected`."""
    return name.replace("_", " ").capitalize()


def _rejected() -> None:
    now = reading()
    exports = queries.table(now.path, "exports")
    rejected_rows = int(exports["quarantined_count"].sum())
    if not rejected_rows:
        st.header("Which rows were rejected?", anchor=False)
        st.info(f"No row was rejected. {trust_parts.accounting(exports[~exports['is_withdrawn'].astype(bool)])}")
        return
    cells = queries.table_count(now.path, "quarantine")
    st.header(f"{plural(rejected_rows, 'row')} {'was' if rejected_rows == 1 else 'were'} rejected", anchor=False)
    page = st.pagination(-(-cells // PAGE_ROWS), key="rejected_page") if cells > PAGE_ROWS else 1
    rows = queries.table(now.path, "quarantine", limit=PAGE_ROWS, offset=PAGE_ROWS * (page - 1))
    table = pd.DataFrame(
        {
            "Export": rows["export"],
            "Row": rows["row_number"],
            "Column": [each or "whole row" for each in rows["column_name"]],
            "Value": [each if each else MISSING for each in rows["value"]],
            "Reason": rows["reason"],
        }
    )
    st.dataframe(
        table, hide_index=True, placeholder=MISSING, alt=f"List of {plural(cells, 'offending cell')}",
        column_config={"Row": st.column_config.NumberColumn("Row", format="localized")},
    )  # fmt: skip
    st.caption(f"Counted: one line per offending cell, {plural(cells, 'line')} for {plural(rejected_rows, 'row')}; row 1 is the first after the header.")
    blocks.download(blocks.Download(queries.table_query("quarantine"), "quarantine", "all", cells, filtered=False), "quarantine")


if __name__ == "__main__":
    show()
