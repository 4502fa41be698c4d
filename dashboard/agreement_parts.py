"""The part of the page of trust about second opinions: whether ServiceNow gives the same verdicts, and why not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, opinion_words, opinions, page_parts, queries, wording
from dashboard.formats import MISSING, count, local, plural
from dashboard.page_parts import reading

NONE = (
    "No second opinion was exported. Export `task_sla` of the requests from ServiceNow, or their column `made_sla`, and load it with `certboard ingest FOLDER`: "
    "every verdict that differs is then listed with the reason."
)
NAMES = {"task_sla": "ServiceNow\u2019s clocks (task_sla)", "made_sla": "ServiceNow\u2019s mark on the request (made_sla)"}
RESULTS = {"agree": "Same verdict", "disagree": "Another verdict", "not_comparable": "Not comparable"}
DIFFER = {
    "corrected": "by our corrections",
    "legacy_field": "without a deadline to compare",
    "rounding": "by the time of day",
    "stop_differs": "by the day of the end",
    "start_differs": "by the start",
    "requested_date": "by the requested date",
    "pause_counted": "by a pause",
    "calendar_differs": "by closures",
    "duration_in_hours": "by days of 24 hours",
    "another_target": "by another target",
    "unknown": "without a single reason",
}
CONFIG = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "Why": st.column_config.TextColumn("Why", width="medium"),
    "Evidence": st.column_config.TextColumn("Evidence", width="large"),
    "Due here": st.column_config.DateColumn("Due here", format="YYYY-MM-DD"),
}


def show() -> None:
    """The whole part: per kind of opinion the sentence, the table of both verdicts, the reasons; then the rows that differ."""
    now = reading()
    rows = opinions.reasons(now.path)
    if not rows:
        st.header("Does ServiceNow agree?", anchor=False)
        st.info(NONE)
        return
    found = opinions.verdicts(now.path)
    kinds = list(dict.fromkeys(row.opinion for row in rows))
    st.header(page_parts.plain("Does ServiceNow agree?" if len(kinds) > 1 else sentence(rows)), anchor=False)
    for kind in kinds:
        own = [row for row in rows if row.opinion == kind]
        name = NAMES.get(kind, kind)
        if len(kinds) > 1:
            st.subheader(page_parts.plain(name), anchor=False)
            st.markdown(page_parts.plain(f"{sentence(own)}."))
        if pairs := {(said, ours): number for (opinion, said, ours), number in found.items() if opinion == kind}:
            blocks.numbers(both(pairs), f"Verdicts of {name} and of certboard")
        blocks.numbers(_reasons(own), f"Why verdicts of {name} differ or cannot be compared")
    st.caption("Counted: verdicts of ServiceNow as exported, by what counts here. Cancelled clocks and requests that are excluded or unknown are not comparable.")
    blocks.download(blocks.Download(opinions.reasons_query(), "verdict_reasons", "all", len(rows), filtered=False), "verdict_reasons")
    _differing()


def sentence(rows: Sequence[Any]) -> str:
    """`Same verdict for 301 of 320; 14 of the other 19 differ by closures`. `rows`: reasons with their counts, of one kind of opinion."""
    same = sum(row.verdict_count for row in rows if row.agreement == "agree")
    other = [row for row in rows if row.agreement == "disagree"]
    differing = sum(row.verdict_count for row in other)
    if not same + differing:
        return f"None of {plural(sum(row.verdict_count for row in rows), 'verdict')} can be compared"
    words = f"Same verdict for {count(same)} of {count(same + differing)}"
    if not other:
        return words
    most = max(other, key=lambda row: row.verdict_count)
    why = DIFFER.get(most.reason_code, f"because {opinion_words.reason(most)}")
    if differing == 1:
        return f"{words}; the other one differs {why}"
    verb = "differs" if most.verdict_count == 1 else "differ"
    return f"{words}; {count(most.verdict_count)} of the other {count(differing)} {verb} {why}"


def both(pairs: Mapping[tuple[str, str], int]) -> pd.DataFrame:
    """Two by two: what ServiceNow says across, what counts here down; open ones where there are any. `pairs`: (its verdict, ours) to how many."""
    words = [word for word in ("met", "missed", "open") if word != "open" or any("open" in pair for pair in pairs)]
    columns = {f"{_sentence(opinion_words.VERDICTS[said])} there": [count(pairs.get((said, ours), 0)) for ours in words] for said in words}
    return pd.DataFrame({"Verdict": [f"{wording.OUTCOMES[ours].text} here" for ours in words], **columns})


def _reasons(rows: Sequence[Any]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Result": [RESULTS.get(row.agreement, row.agreement) for row in rows],
            "Why": [MISSING if row.agreement == "agree" else _sentence(opinion_words.reason(row)) for row in rows],
            "Verdicts": [count(row.verdict_count) for row in rows],
        }
    )


def _differing() -> None:
    """The rows that differ, with the evidence, each leading to its request."""
    number = queries.table_count(reading().path, "verdict_reconciliation", opinions.DISAGREEING)
    if not number:
        st.markdown("No comparable verdict differs.")
        return
    st.subheader(f"The {plural(number, 'verdict')} that {'differs' if number == 1 else 'differ'}", anchor=False)
    blocks.requests(
        "differing", opinions.DISAGREEING, number, _columns, CONFIG, "differing", (("reason_code", False),), filtered=False, table="verdict_reconciliation"
    )


def _columns(frame: pd.DataFrame) -> pd.DataFrame:
    zone = reading().run.zone
    return pd.DataFrame(
        {
            "Request": frame["number"],
            "ServiceNow": [_sentence(opinion_words.VERDICTS.get(said, "unknown")) for said in frame["source_verdict"]],
            "Here": [wording.OUTCOMES[ours].text for ours in frame["slo_outcome"]],
            "Why": [_sentence(opinion_words.reason(row)) for row in frame.itertuples()],
            "Due here": frame["due_on"],
            "Due there": [f"{local(at.to_pydatetime(), zone):%Y-%m-%d %H:%M}" if pd.notna(at) else MISSING for at in frame["planned_end_at"]],
            "Evidence": frame["evidence"],
            "Its name": [each or MISSING for each in frame["sla"]],
        }
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
