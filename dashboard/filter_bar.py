"""The shared filters in the sidebar. The address is the truth: widgets show it, and a change of one writes it.

Streamlit's own binding of widgets to the address drops a value it does not know, which would show all rows for a
link to a department that is not in this snapshot; so the address is read before the widgets are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from dashboard import formats, landmarks
from dashboard.filters import COLUMNS, GRAINS, KEYS, Choices, Filters, option_name, read

LABELS = {"option": "Service option", "department": "Department", "type": "Request type"}
PAGE_KEYS = (
    "number", "month", "late", "show", "phase", "path", "bucket", "held", "risk", "reason", "horizon", "band", "owner_department", "day", "norequest", "q",
    "certificate", "status", "finding", "holding", "validity_class", "issuer", "key", "scenario", "staff", "automated", "weeks", "hours", "lead", "issue", "growth", "life", "freeze",
    "compare", "since",
    "plan",
)  # fmt: skip
SUBJECTS = ("number", "certificate")
"""Keys of the one thing that a page is about: they stay when filters change or are reset."""
UNUSED = "Not used on this page: "


def address() -> dict[str, tuple[str, ...]]:
    """Every key of the address with all its values."""
    return {key: tuple(st.query_params.get_all(key)) for key in st.query_params}


def current(choices: Choices, page: str) -> Filters:
    """The filters of this rerun. A step in the navigation arrives without an address and keeps the filters it left."""
    params = address()
    came_from = st.session_state.get("page")
    if came_from == "request" != page and any(key in PAGE_KEYS for key in params):
        landmarks.lead(landmarks.LIST)
        # Streamlit leaves in the history the address with which the request was opened, in the place of the list's own.
        if params.pop("number", None):
            st.query_params.from_dict({key: list(values) for key, values in params.items()})
    if came_from not in (None, page) and not any(key in params for key in KEYS):
        params = {**params, **st.session_state.get("filters", {})}
        st.query_params.update({key: list(values) for key, values in params.items()})
    st.session_state["page"] = page
    st.session_state["filters"] = {key: values for key, values in params.items() if key in KEYS}
    return read(params, choices)


def show(filters: Filters, choices: Choices, unused: Mapping[str, str]) -> None:
    """Draw the filters. `unused`: keys that this page cannot use, with the reason."""
    _set("grain", filters.grain)
    _set("period", filters.period)
    for key in COLUMNS:
        _set(key, list(filters.values(key)))
    with st.sidebar:
        st.segmented_control(
            "Grain", list(GRAINS), key="w_grain", format_func=GRAINS.get, required=True, on_change=_grain_changed, args=(choices,),
            **_state("grain", unused),
        )  # fmt: skip
        periods = list(reversed(choices.periods[filters.grain]))
        if filters.period not in periods:
            periods.insert(0, filters.period)
        st.selectbox("Period", periods, key="w_period", format_func=formats.period_name, on_change=_changed, **_state("period", unused))
        for key, label in LABELS.items():
            known = choices.known(key)
            options = [*known, *(value for value in filters.values(key) if value not in known)]
            st.multiselect(
                label, options, key=f"w_{key}", placeholder="All", on_change=_changed,
                format_func=lambda value, key=key: _named(key, value, choices), **_state(key, unused),
            )  # fmt: skip
        st.button("Reset filters", on_click=reset, key="reset_in_sidebar")
        st.markdown("Link to this view")
        st.code(link(filters), language=None, wrap_lines=True)


def own() -> dict[str, list[str]]:
    """The page's own keys of the address."""
    return {key: list(values) for key, values in address().items() if key in PAGE_KEYS}


def link(filters: Filters) -> str:
    """This view's address, with every filter in it."""
    base = (st.context.url or "").split("?")[0]
    return f"{base}?{urlencode({**filters.query(), **own()}, doseq=True)}"


def reset() -> None:
    """Back to the last complete month and everything in it; a page's own keys go too, except what it is about."""
    st.query_params.from_dict(_subjects())


def _set(key: str, value: object) -> None:
    if st.session_state.get(f"w_{key}") != value:
        st.session_state[f"w_{key}"] = value


def _state(key: str, unused: Mapping[str, str]) -> dict[str, object]:
    return {"disabled": True, "help": UNUSED + unused[key]} if key in unused else {}


def _named(key: str, value: str, choices: Choices) -> str:
    if key == "option":
        return option_name(choices, value)
    return value or f"No {LABELS[key].lower()} given"


def _grain_changed(choices: Choices) -> None:
    st.session_state["w_period"] = choices.defaults[st.session_state["w_grain"]]
    _changed()


def _changed() -> None:
    """Write the widgets into the address; selections of marks belong to the old view and go."""
    chosen = {"grain": st.session_state["w_grain"], "period": st.session_state["w_period"]}
    for key in COLUMNS:
        if st.session_state[f"w_{key}"]:
            chosen[key] = st.session_state[f"w_{key}"]
    st.query_params.from_dict({**chosen, **_subjects()})


def _subjects() -> dict[str, str]:
    return {key: st.query_params[key] for key in SUBJECTS if st.query_params.get(key)}


def narrow(changes: Mapping[str, str | list[str] | None]) -> bool:
    """Write keys into the address, None takes one out; False where nothing would change."""
    before = {key: list(values) for key, values in address().items()}
    after = {**before, **{key: [value] if isinstance(value, str) else value for key, value in changes.items()}}
    after = {key: values for key, values in after.items() if values}
    if after == before:
        return False
    st.query_params.from_dict(after)
    return True


def choice(label: str, key: str, options: list[str], names: Mapping[str, str], everything: str) -> None:
    """One key of the address as a selectbox: what a click on a mark chooses, for the keyboard."""
    chosen = st.query_params.get_all(key)
    now = chosen[0] if len(chosen) == 1 else ""
    offered = ["", *(each for each in options if each)]
    offered += [now] if now not in offered else []
    _set(key + "_choice", now)
    st.selectbox(
        label, offered, key=f"w_{key}_choice", format_func=lambda value: everything if value == "" else names.get(value, value),
        on_change=_chosen, args=(key,),
    )  # fmt: skip


def jump(label: str, key: str, value: str, clears: Sequence[str] = ()) -> None:
    """A button that sets one key of this page's address, takes others out, and leads to the page's list; links are for other pages."""
    st.button(label, key=f"jump_{key}_{value}", type="tertiary", on_click=_jumped, args=({**dict.fromkeys(clears), key: value},))


def _jumped(changes: Mapping[str, str | None]) -> None:
    narrow(changes)
    landmarks.lead(landmarks.LIST)


def _chosen(key: str) -> None:
    narrow({key: st.session_state[f"w_{key}_choice"] or None})
