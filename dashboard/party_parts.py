"""Who held the missed requests: on the clock that they missed first, then from submission."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, page_parts, phase_queries
from dashboard.formats import MISSING, business_days, count, named_day, plural, share
from dashboard.page_parts import reading

NOBODY = "Not recorded"
STARTS = {"approved": "approval", "submitted": "submission"}
"""What starts the clock of a basis."""


def held_most(parties: list[Any]) -> str:
    """`47.7 % (18,022 of 37,781) of the business days on the clock of missed requests were with the customer`; empty where nobody is known."""
    total = sum(int(row.missed_clock_business_days) for row in parties)
    first = next((row for row in parties if row.party and row.missed_clock_business_days), None)
    return f"{share(int(first.missed_clock_business_days), total)} of the business days on the clock of missed requests were with the {first.party}" if first else ""


def show(rows: list[Any], known: Any) -> None:
    """A sentence for each reading, the table, its file. `rows`: of `party_days_query`; `known`: of `phase_queries.known`."""
    now = reading()
    if not any(int(row.missed_business_days) for row in rows):
        return
    starts = STARTS[now.run.clock_basis]
    st.subheader("Who held them?", anchor=False)
    on_the_clock = f"On the clock that was missed, from {starts}: of"
    st.markdown(page_parts.plain(sentence(rows, "clock_business_days", on_the_clock, f" of {plural(known.missed_known_count, 'missed request')}", known)))
    if starts != "submission":
        st.markdown(page_parts.plain(sentence(rows, "business_days", "From submission: of", "", known)))
    blocks.numbers(_table(rows, starts), "Business days by who held the requests")
    first = "submission" if starts == "submission" else f"{starts} and from submission"
    st.caption(page_parts.plain(f"Counted: business days of the same requests, from {first} to their {end_words()}."))
    query = phase_queries.party_days_query(now.filters.where())
    blocks.download(blocks.Download(query, "party_days", now.filters.period.lower(), len(rows)), "party_days")


def end_words() -> str:
    """Where the days of a request end that may still be open: `end or, if open, to Fri 2026-11-20`."""
    return f"end or, if open, to {named_day(reading().as_of_on)}"


def sentence(rows: list[Any], days: str, lead: str, whose: str, known: Any) -> str:
    """`…: of 341 business days of 22 missed requests, certificate team 62.2 % (212 of 341); …`, and how many of them are of open requests."""
    held = {row.party: int(getattr(row, f"missed_{days}")) for row in rows}
    total, still_open = sum(held.values()), sum(int(getattr(row, f"open_{days}")) for row in rows)
    if not total:
        return f"{lead} no business day{whose}."
    most = sorted(held.items(), key=lambda each: -each[1])
    shares = "; ".join(f"{party or 'nobody that is recorded'} {share(late, total)}" for party, late in most if late)
    words = f"{lead} {business_days(total)}{whose}, {shares}."
    if still_open:
        verb, noun = ("is", "request") if known.open_known_count == 1 else ("are", "requests")
        words += f" {count(still_open)} of these days are of {count(known.open_known_count)} {noun} that {verb} still open."
    return words


def _table(rows: list[Any], starts: str) -> pd.DataFrame:
    """A row per party: its share of the days of missed and of met requests, and where the clock starts later, of missed ones from submission.

    As much as a phone is wide; the file has the rest.
    """
    readings = [("missed", "clock_business_days", starts), ("met", "clock_business_days", starts), ("missed", "business_days", "submission")]
    columns = {"Who held them": [_capital(row.party or NOBODY) for row in rows]}
    for outcome, days, first in readings[: 2 if starts == "submission" else 3]:
        numbers = [int(getattr(row, f"{outcome}_{days}")) for row in rows]
        total = sum(numbers)
        columns[f"{outcome.capitalize()}, from {first}"] = [share(number, total) if total else MISSING for number in numbers]
    return pd.DataFrame(columns)


def _capital(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"
