"""Attainment on both clocks side by side, within the days the published phases leave to the teams, and at a shorter target."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, page_parts, queries
from dashboard.filters import option_name
from dashboard.formats import MINUS, MISSING, NO_BREAK, plural, share
from dashboard.miss_list import changed_numbers, other_basis
from dashboard.page_parts import reading

WORDS = {"approved": "approval", "submitted": "submission"}


def show(chosen: pd.DataFrame) -> None:
    """The sentence, the table, the file, and the way to the requests whose verdict changes.

    `chosen`: statements by service option of the chosen period, on the policy's clock.
    """
    now = reading()
    basis, other = now.run.clock_basis, other_basis(now.run.clock_basis)
    by = ("service_option", now.filters.grain)
    here = chosen.set_index("service_option")
    there = queries.slo_attainment(now.path, by, now.filters.where(), other).set_index("service_option")
    st.header("On which clock?", anchor=False)
    period = formats.period_name(now.filters.period)
    totals = there[["met_count", "due_count"]].sum()
    words = share(int(totals["met_count"]), int(totals["due_count"])) if totals["due_count"] else "no data"
    words = f"{words.removesuffix(')')}, due in {period} on that clock)" if totals["due_count"] else words
    st.markdown(page_parts.plain(f"Counted from {WORDS[other]}, {words}."))
    options = [each for each in queries.policy_options(now.path) if each.service_option in here.index or each.service_option in there.index]
    rows = [_cells(option_name(now.choices, each.service_option), _line(here, each), _line(there, each), basis, other) for each in options]
    if len(rows) > 1:
        rows.append(_cells("All of these", *(frame[["met_count", "due_count"]].sum() for frame in (here, there)), basis, other))
    blocks.numbers(pd.DataFrame(rows), "Attainment on both clocks by service option")
    st.caption(page_parts.plain(f"Counted: requests due in {period} on each clock. The policy counts from {WORDS[basis]}."))
    teams = [_team_cells(each, _line(here, each)) for each in options if each.team_business_days < each.target_business_days]
    if teams:
        blocks.numbers(pd.DataFrame(teams), "Attainment within the days left to the teams")
        st.caption("Counted: the same requests, met within the target less the customer's published phase, or by the requested date.")
    for each in options:
        if each.also_at_business_days and each.service_option in here.index and here.loc[each.service_option, "due_count"]:
            line = here.loc[each.service_option]
            met = share(int(line["met_at_shorter_days_count"]), int(line["due_count"]))
            st.markdown(page_parts.plain(f"{each.name} at {formats.business_days(int(each.also_at_business_days))}: {met}."))
    query = queries.both_clocks_query(by, now.filters.where(), (basis, other))
    number = len(here) + len(there)
    file = blocks.Download(query, "slo_attainment_both_clocks", now.filters.period.lower(), number, words=f"both clocks, {plural(number, 'row')}")
    blocks.download(file, "clocks")
    changed = changed_numbers(now.filters.where())
    if changed:
        filter_bar.jump(f"See the {plural(len(changed), 'request')} whose verdict changes", "show", "changed")
    else:
        st.markdown("Both clocks give every request the same verdict.")


def _cells(name: str, one, two, basis: str, other: str) -> dict[str, str]:
    return {
        "Service option": name,
        f"From {WORDS[basis]} (policy)": _share(one),
        f"From {WORDS[other]}": _share(two),
        "Difference": _difference(one, two),
    }


def _team_cells(option, line) -> dict[str, str]:
    met = share(int(line["met_at_team_days_count"]), int(line["due_count"])) if line is not None and line["due_count"] else "No data"
    return {
        "Service option": option_name(reading().choices, option.service_option),
        "Days left to the teams": formats.business_days(int(option.team_business_days)),
        "Met within them": met,
    }


def _line(frame: pd.DataFrame, option):
    return frame.loc[option.service_option] if option.service_option in frame.index else None


def _share(line) -> str:
    return share(int(line["met_count"]), int(line["due_count"])) if line is not None and line["due_count"] else "No data"


def _difference(one, two) -> str:
    if one is None or two is None or not one["due_count"] or not two["due_count"]:
        return MISSING
    points = round(100 * (two["met_count"] / two["due_count"] - one["met_count"] / one["due_count"]), 1)
    sign = "+" if points > 0 else MINUS if points < 0 else ""
    return f"{sign}{abs(points):.1f}{NO_BREAK}points"
