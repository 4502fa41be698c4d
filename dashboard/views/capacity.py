"""Page 6: can the team carry it? For the service manager who staffs the team, and the lead who plans its next weeks."""

from __future__ import annotations

import streamlit as st

from dashboard import (
    capacity, capacity_ahead, capacity_charts, capacity_controls, capacity_levelling, capacity_past, capacity_rules, capacity_scenarios, outlook, page_parts,
    queries, warehouse,
)  # fmt: skip
from dashboard.capacity import View
from dashboard.lifetimes import Lifetimes, lifetimes
from dashboard.page_parts import reading

TITLE = "Can the team carry it?"
WHOLE_TEAM = "The work of the whole team in the coming weeks."


def show() -> None:
    """The whole page."""
    now = reading()
    try:
        scenarios = outlook.scenarios(now.path)
        law = queries.table(now.path, "policy_validity")
        lives = lifetimes([(row.issued_from, row.maximum_days, row.operational_days) for row in law.itertuples()], now.as_of_on)
        shown = capacity.view(now.params, scenarios, lives)
        monday = outlook.outlook(now.path, scenarios[0], 1).mondays[0]
    except warehouse.Unreadable as error:
        page_parts.header(TITLE, WHOLE_TEAM)
        st.error(page_parts.plain(str(error)))
        page_parts.footer("inventory")
        return
    page_parts.header(TITLE, shown.sentence(monday))
    for remark in shown.remarks:
        st.info(page_parts.plain(remark))
    is_empty = True
    with page_parts.part():
        is_empty = capacity_charts.nothing(shown)
    if not is_empty:
        _parts(shown, scenarios, lives)
    page_parts.footer("inventory")


def _parts(shown: View, scenarios: tuple, lives: Lifetimes) -> None:
    """Everything that counts something, each part on its own."""
    with page_parts.part():
        capacity_charts.findings(shown)
    with page_parts.part():
        capacity_controls.show(shown, scenarios, lives)
    with page_parts.part():
        capacity_charts.bars(shown, lives)
    with page_parts.part():
        capacity_scenarios.show(shown, scenarios)
    with page_parts.part():
        capacity_levelling.show(shown)
    with page_parts.part():
        capacity_ahead.show(shown)
    with page_parts.part():
        capacity_rules.stops(lives)
    with page_parts.part():
        capacity_past.show()
    with page_parts.part():
        capacity_rules.taken_for_granted(shown)


if __name__ == "__main__":
    show()
