"""The places of a page that something leads to: `See the 12 requests` brings the list into view, and a request opens at its title.

Streamlit leaves the page where it was scrolled to, whatever was drawn since.
"""

from __future__ import annotations

import streamlit as st

TITLE = "[data-testid=stMain] h1"
LIST = ".st-key-list_heading h2"
WAY = "leads_to"
# The heading takes the focus, so that the keyboard goes on from there.
SCRIPT = """<script>
(() => {{
  const heading = document.querySelector("{place}");
  if (heading) {{ heading.tabIndex = -1; heading.focus({{preventScroll: true}}); heading.scrollIntoView(); }}
}})();
</script>"""


def lead(place: str) -> None:
    """Let what is drawn next end up at TITLE or LIST."""
    st.session_state[WAY] = place


def list_heading() -> None:
    """The heading of the page's list of requests."""
    with st.container(key="list_heading"):
        st.header("The requests", anchor=False)


def go(place: str) -> None:
    """Bring the place into view if something led to it; to be called when it is drawn. A page without such a place stays where it is."""
    if st.session_state.get(WAY) != place:
        return
    del st.session_state[WAY]
    number = st.session_state[f"{WAY}_number"] = st.session_state.get(f"{WAY}_number", 0) + 1
    # In a container of its own each time: a script in the place of an earlier one would not run.
    with st.container(key=f"{WAY}_{number}"):
        st.html(SCRIPT.format(place=place), unsafe_allow_javascript=True)
