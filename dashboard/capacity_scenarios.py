"""The scenarios of page 6 side by side: a year of each, the weeks over capacity, and the staff with which there is none."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, capacity_periods, outlook, page_parts
from dashboard.capacity import View
from dashboard.capacity_words import beside, hours, staff
from dashboard.formats import count
from dashboard.page_parts import reading
from pipelines.policy_schema import Scenario
from pipelines.tables import columns

SHAPE = columns("scenario name expected_renewal_count:number expected_hours:number weeks_over_count:count week_count:count staff_needed:number staff:number")
"""Counts and hours of the next 12 months; weeks and staff of the horizon."""


def show(shown: View, scenarios: tuple[Scenario, ...]) -> None:
    """The base first, then a what-if, then the others; each differs from the base by what stands behind it."""
    st.header("What would change it?", anchor=False)
    base = scenarios[0]
    chosen = [base, *([shown.scenario] if shown.changes else []), *scenarios[1:]]
    rows = [_row(each, shown.weeks) for each in chosen]
    others = rows[1:]
    table = pd.DataFrame(
        {
            "Scenario": [f"{each.name} (this page)" if each is shown.scenario and shown.changes else each.name for each in chosen],
            "Renewals, next 12 months": [hours(rows[0][2]), *(beside(row[2], rows[0][2]) for row in others)],
            "Hours, next 12 months": [hours(rows[0][3]), *(beside(row[3], rows[0][3]) for row in others)],
            f"Weeks over capacity, of {shown.weeks - 1}": [count(rows[0][4]), *(beside(row[4], rows[0][4], 0) for row in others)],
            "Staff needed": [staff(rows[0][6]), *(_staff(row[6], rows[0][6]) for row in others)],
        }
    )
    blocks.numbers(table, "Scenarios by renewals, hours, weeks over capacity and staff needed")
    st.caption(
        page_parts.plain(
            f"Counted: renewals as requests that reach the team. Next 12 months: the running week and the {outlook.YEAR_WEEKS - 1} after it. Weeks over "
            f"capacity and staff needed: the {shown.weeks - 1} whole weeks of the {shown.weeks} shown. Staff needed: the fewest full-time equivalents, in "
            f"tenths, with which none of these weeks is over. In brackets: the difference from {base.name}. Staff and hours of every scenario are assumed "
            "(scenarios.yaml)."
        )
    )
    query = capacity_periods.rows_query(rows, SHAPE)
    blocks.download(blocks.Download(query, "scenarios", shown.file_part(), len(rows), filtered=False, scope=shown.sentence(reading().as_of_on)), "scenarios")


def _row(scenario: Scenario, weeks: int) -> tuple:
    path = reading().path
    year = outlook.year(path, scenario)
    over, needed = outlook.weeks_over(path, scenario, weeks), outlook.staff_needed(path, scenario, weeks)
    return (scenario.id, scenario.name, year.renewal_count, year.hours, over, weeks - 1, needed, scenario.staff)


def _staff(needed: float | None, first: float | None) -> str:
    return staff(needed) if needed is None or first is None else beside(needed, first, 1)
