"""Attainment counted otherwise, beside the headline and never in it: other clock, no pauses, no exclusions, as exported; and at shorter targets."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from dashboard import blocks, declared, filter_bar, formats, page_parts, phase_queries, queries, second_verdicts
from dashboard.correction_parts import exclusion_sentence
from dashboard.filters import option_name
from dashboard.formats import MINUS, MISSING, NO_BREAK, business_days, count, plural, share
from dashboard.miss_list import other_readings
from dashboard.page_parts import reading

WORDS = {"approved": "approval", "submitted": "submission"}
MOVES = {"unpaused": "a pause moves the due date", "exported": "a correction can change the due date, the service option or the department"}
CHANGES = {"changed": "on the other clock", "unpaused": "with customer pauses removed", "included": "without the exclusions", "exported": "as exported"}


def show(chosen: pd.DataFrame) -> None:
    """The sentence, the tables, the file, and the way to the requests whose verdict changes.

    `chosen`: statements by service option of the chosen period, on the policy's clock.
    """
    now = reading()
    where, by = now.filters.where(), ("service_option", now.filters.grain)
    names = {"changed": f"From {WORDS[other_readings()['changed']]}", "unpaused": "With customer pauses removed", **without_declarations(where)}
    readings = {word: basis for word, basis in other_readings().items() if names[word]}
    here = chosen.set_index("service_option")
    others = {word: queries.slo_attainment(now.path, by, where, basis).set_index("service_option") for word, basis in readings.items()}
    st.header("How would it look, counted otherwise?", anchor=False)
    period = formats.period_name(now.filters.period)
    totals = _sum(others["changed"])
    words = f"{_share(totals).removesuffix(')')}, due in {period} on that clock)" if totals["due_count"] else "no data"
    st.markdown(page_parts.plain(f"Counted from {WORDS[readings['changed']]}, {words}."))
    changes = {word: queries.slo_outcomes_count(now.path, {**where, "changed_by": [basis]}) for word, basis in readings.items()}
    policy = f"From {WORDS[now.run.clock_basis]} (policy)"
    lines = [(policy, _sum(here), None)] + [(names[word], _sum(frame), changes[word]) for word, frame in others.items()]
    blocks.numbers(_figures(lines), "Attainment on both clocks and on other readings")
    options = [each for each in queries.policy_options(now.path) if any(each.service_option in frame.index for frame in (here, *others.values()))]
    if len(options) > 1:
        columns = {policy: here, **{names[word].partition(",")[0]: frame for word, frame in others.items()}}
        blocks.numbers(_by_option(options, columns), "Attainment on both clocks and on other readings by service option")
    st.caption(page_parts.plain(f"Counted: requests due in {period}, each line a figure of its own; the headline is the first.{moved(readings)}"))
    for word, basis in readings.items():
        _moves(names[word].partition(",")[0], second_verdicts.moves(now.path, where, basis), int(_sum(here)["due_count"]), period)
    _pauses(where, readings)
    number = len(here) + sum(len(frame) for frame in others.values())
    query = queries.clock_bases_query(by, where, (now.run.clock_basis, *readings.values()))
    file = blocks.Download(query, "slo_attainment_both_clocks", now.filters.period.lower(), number, words=f"every reading, {plural(number, 'row')}")
    blocks.download(file, "clocks")
    for word, changed in changes.items():
        if changed:
            filter_bar.jump(f"See the {_requests(changed)} whose verdict changes {CHANGES[word]}", "show", word)
    if not changes["changed"]:
        st.markdown("Both clocks give every request the same verdict.")
    _exclusions(where)
    _shorter(here)


def without_declarations(where: queries.Where) -> dict[str, str]:
    """`As exported, without 2 corrections and 1 exclusion`, of those that touch requests of a filter, and where both kinds do, without the exclusions alone.

    By the word of the reading; empty where it is none of its own.
    """
    found = declared.touching(reading().path, where)
    parts = [plural(number, noun) for number, noun in ((found.field_count, "correction"), (found.exclusion_count, "exclusion")) if number]
    return {
        "included": f"Without {parts[-1]}, as corrected" if len(parts) > 1 else "",
        "exported": f"As exported, without {' and '.join(parts)}" if parts else "",
    }


def moved(readings: Collection[str]) -> str:
    """Why a line can count other requests than the headline, of the readings that are shown."""
    found = [words for reading, words in MOVES.items() if reading in readings]
    return f" {' and '.join(found).capitalize()}, so a request may count in another period without another verdict." if found else ""


def _moves(name: str, moves: second_verdicts.Moves, due: int, period: str) -> None:
    """`With customer pauses removed, 6 requests no longer count in October 2026 and 5 others do: 334 − 6 + 5 = 333.`; nothing where none moves."""
    out, into = moves
    if not out and not into:
        return
    verbs = f"{plural(out, 'request')} no longer {'counts' if out == 1 else 'count'} in {period} and {plural(into, 'other')} {'does' if into == 1 else 'do'}"
    st.markdown(page_parts.plain(f"{name}, {verbs}: {count(due)} {MINUS} {count(out)} + {count(into)} = {count(due - out + into)}."))


def _figures(lines: list[tuple]) -> pd.DataFrame:
    """One row per reading. `lines`: its name, its counts, and how many verdicts it changes."""
    first = lines[0][1]
    return pd.DataFrame(
        {
            "Counted": [name for name, *_ in lines],
            "Attainment": [_share(sums) for _, sums, _ in lines],
            "Difference": [MISSING if changed is None else _difference(first, sums) for _, sums, changed in lines],
            "Requests with another verdict": [MISSING if changed is None else count(changed) for *_, changed in lines],
        }
    )


def _by_option(options: list, columns: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row per service option, the difference from the first reading in the cell of each other one."""
    rows = []
    for each in options:
        first, *rest = [frame.loc[each.service_option] if each.service_option in frame.index else None for frame in columns.values()]
        cells = [_share(first), *(_with_difference(first, line) for line in rest)]
        rows.append({"Service option": option_name(reading().choices, each.service_option), **dict(zip(columns, cells, strict=True))})
    return pd.DataFrame(rows)


def _pauses(where: queries.Where, readings: dict[str, str]) -> None:
    """What the pauses came to, or that there is none."""
    now = reading()
    if "unpaused" in readings:
        found = phase_queries.credited(now.path, where)
        if found.request_count:
            words = f"{plural(found.request_count, 'request')} waited for the customer, {business_days(found.business_days)} together"
            missed = f"{count(found.missed_count)} of them {'was' if found.missed_count == 1 else 'were'} missed"
            st.markdown(page_parts.plain(f"{words}: with the pauses removed, the due dates move by as much. {missed}."))
        else:
            st.markdown("No pause moves the due date of one of these requests.")
    elif phase_queries.is_any_pause_known(now.path):
        st.markdown("Pauses were exported, but none of them moves a due date: each is shorter than 24 hours or began after it.")
    else:
        st.markdown("No pause was exported.")


def _exclusions(where: queries.Where) -> None:
    """How many requests are excluded by declaration, and why."""
    found = declared.exclusions(reading().path, where)
    if not found:
        return
    st.markdown(page_parts.plain(exclusion_sentence(found)))
    filter_bar.jump(f"See the {_requests(len(found))} excluded by declaration", "show", "declared")


def _shorter(here: pd.DataFrame) -> None:
    """Attainment within the days that the published phases leave to the teams, and at the shorter target of an option that has one."""
    options = [each for each in queries.policy_options(reading().path) if each.service_option in here.index]
    teams = [
        {
            "Service option": option_name(reading().choices, each.service_option),
            "Days left to the teams": business_days(int(each.team_business_days)),
            "Met within them": _share(here.loc[each.service_option], "met_at_team_days_count"),
        }
        for each in options
        if each.team_business_days < each.target_business_days
    ]
    if teams:
        blocks.numbers(pd.DataFrame(teams), "Attainment within the days left to the teams")
        st.caption("Counted: the same requests, met within the target less the customer's published phase, or by the requested date.")
    for each in options:
        if each.also_at_business_days and here.loc[each.service_option, "due_count"]:
            met = _share(here.loc[each.service_option], "met_at_shorter_days_count")
            st.markdown(page_parts.plain(f"{each.name} at {business_days(int(each.also_at_business_days))}: {met}."))


def _requests(number: int) -> str:
    return "request" if number == 1 else plural(number, "request")


def _sum(frame: pd.DataFrame) -> pd.Series:
    return frame[["met_count", "due_count"]].sum()


def _share(line, met: str = "met_count") -> str:
    return share(int(line[met]), int(line["due_count"])) if line is not None and line["due_count"] else "No data"


def _with_difference(one, two) -> str:
    """A share and its difference from the first, which goes without saying where the counts are the same."""
    by = _difference(one, two)
    is_same = by == MISSING or (one["met_count"], one["due_count"]) == (two["met_count"], two["due_count"])
    return _share(two) if is_same else f"{_share(two)}, {by}"


def _difference(one, two) -> str:
    if one is None or two is None or not one["due_count"] or not two["due_count"]:
        return MISSING
    points = round(100 * (two["met_count"] / two["due_count"] - one["met_count"] / one["due_count"]), 1)
    sign = "+" if points > 0 else MINUS if points < 0 else ""
    return f"{sign}{abs(points):.1f}{NO_BREAK}points"
