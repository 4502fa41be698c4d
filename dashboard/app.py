"""The entry script of the dashboard: navigation on top, shared filters, then the page. Runs again on every interaction."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard import filter_bar, page_parts, queries, warehouse
from dashboard.filters import KEYS
from dashboard.reading import Reading
from pipelines.errors import UserError

STATIC = Path(__file__).resolve().parent / "static"
WHY_UNUSED = {
    "due": {
        "grain": "it looks ahead from the day of the data.",
        "period": "it looks ahead from the day of the data.",
    },
    "request": dict.fromkeys(KEYS, "it shows one request."),
    "expiry": dict.fromkeys(KEYS, "it counts certificates, not requests."),
    "capacity": dict.fromkeys(KEYS, "it counts the work of the whole team."),
    "inventory": dict.fromkeys(KEYS, "it counts certificates, not requests."),
    "trust": dict.fromkeys(KEYS, "it shows the whole snapshot."),
}


def main() -> None:
    """One rerun."""
    st.set_page_config(page_title="certboard", page_icon=str(STATIC / "favicon.png"), layout="wide", initial_sidebar_state=300)
    page = st.navigation(
        [
            st.Page(f"views/{name}.py", title=label, url_path=None if name == "targets" else name, default=name == "targets")
            for name, label in page_parts.VIEWS.items()
        ],
        position="top",
    )
    warehouse.settle()
    try:
        path = warehouse.current()
        if path is None:
            st.title("certboard", anchor=False)
            st.info(page_parts.NO_SNAPSHOT)
            return
        run, choices = queries.run_params(path), queries.choices(str(path))
    except (UserError, warehouse.Unreadable) as error:
        st.title("certboard", anchor=False)
        st.error(page_parts.plain(str(error)))
        return
    name = page.url_path or "targets"
    filters = filter_bar.current(choices, name)
    filter_bar.show(filters, choices, WHY_UNUSED.get(name, {}))
    st.session_state["reading"] = Reading(path, run, choices, filters, st.context.theme.type or "light", filter_bar.address())
    page.run()


if __name__ == "__main__":
    main()
