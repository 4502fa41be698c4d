"""The part of the page of trust that says what changed since an earlier snapshot, which requests explain it, and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, filter_bar, formats, page_parts, queries, warehouse, wording
from dashboard.filters import digest, option_name
from dashboard.formats import MISSING, count, moment, plural, share
from dashboard.page_parts import reading
from dashboard.queries import PAGE_ROWS
from pipelines import changed_statements, differences
from pipelines.errors import UserError

ARROW = "\u2192"
CONFIG = {
    "Request": st.column_config.TextColumn("Request", pinned=True),
    "What happened": st.column_config.TextColumn("What happened", width="large"),
}
COUNTED = (
    "requests by the month they are due in, on the clock of the policy; one that moved from one month or service option to another counts in both lines. "
    "Each has one cause, the first that holds."
)


def show() -> None:
    """The whole part: the choice of an earlier snapshot, the months that differ, the requests, the causes."""
    now = reading()
    st.header("What changed", anchor=False)
    earlier = queries.earlier_snapshots(now.path)
    if not earlier:
        st.info("There is no earlier snapshot.")
        return
    names = {path.stem: _name(path) for path in earlier}
    first, *others = names
    filter_bar.choice("Since the snapshot", "since", others, names, names[first])
    asked = now.param("since") or first
    old = next((path for path in earlier if path.stem == asked), None)
    if old is None:
        st.info(page_parts.plain(f"\u201c{asked}\u201d is not one of the snapshots that are kept and were published before this one."))
        return
    try:
        found = queries.changed_causes(old, now.path)
    except UserError as error:
        warehouse.log(error)
        st.info(page_parts.plain(f"Snapshot {old.stem} was built by another version of certboard and cannot be compared with this one."))
        return
    run = queries.changed_run(old, now.path)
    st.caption(page_parts.plain(_runs(run)))
    if not found:
        st.info("No request changed its outcome, month or service option.")
        _months(old)
        return
    total = sum(found.values())
    verb = "counts" if total == 1 else "count"
    st.markdown(page_parts.plain(f"{plural(total, 'request')} {verb} otherwise than before: {differences.spelled(found.items())}."))
    _months(old)
    _requests(old, total)


def _name(path: Path) -> str:
    """`As of Tue 2026-10-13 09:00 Pacific (20261013T160000Z-c143d4f01afb)`; only the name of one that another version built."""
    try:
        run = queries.run_params(path)
    except (UserError, warehouse.Unreadable):
        return path.stem
    return f"As of {moment(run.as_of_at, run.zone)} ({path.stem})"


def _runs(run: Any) -> str:
    """What the two snapshots were made of that differs, as sentences."""
    zone = reading().run.zone
    parts = [f"From the data as of {moment(run.as_of_at_old, zone)} to those as of {moment(run.as_of_at_new, zone)}."]
    for words, names in (("Exports added", run.added_exports), ("Exports gone", run.removed_exports), ("Policy files changed", run.changed_files)):
        parts += [f"{words}: {names}."] if names else []
    if run.version_old != run.version_new:
        parts.append(f"Built by certboard {run.version_old} and {run.version_new}.")
    return " ".join(parts)


def _months(old: Path) -> None:
    now = reading()
    rows = queries.changed_months(old, now.path)
    if not rows:
        return
    table = pd.DataFrame(
        {
            "Service option": [option_name(now.choices, row.service_option) for row in rows],
            "Month": [row.month for row in rows],
            "Attainment": [_pair(_attainment(row, "old"), _attainment(row, "new")) for row in rows],
            "Requests": [differences.spelled(differences.parsed(row.causes)) or MISSING for row in rows],
            "Counts": ["; ".join(_counts(row)) or "As before" for row in rows],
            "Statement": ["; ".join(changed_statements.others(row, ARROW, _share)) or "As before" for row in rows],
        }
    )
    blocks.numbers(table, "Service options and months that changed")
    st.caption(page_parts.plain(f"Counted: {COUNTED}"))
    _download("changed_months", differences.MONTHS, old, len(rows))


def _attainment(row: Any, side: str) -> str:
    met, missed = getattr(row, f"met_count_{side}"), getattr(row, f"missed_count_{side}")
    return _share(met, met + missed, row.target_ratio)


def _share(met: int, due: int, target_ratio: float | None) -> str:
    return share(met, due, target_ratio) if due else "No data"


def _counts(row: Any) -> list[str]:
    """`met 48 → 49` for every count that differs."""
    return [f"{words} {count(before)} {ARROW} {count(after)}" for words, before, after in differences.counts(row)]


def _requests(old: Path, rows: int) -> None:
    now = reading()
    st.subheader(page_parts.plain("The request that explains it" if rows == 1 else f"The {count(rows)} requests that explain it"), anchor=False)
    key = digest(now.path.name, old.name)
    page = st.pagination(-(-rows // PAGE_ROWS), key=f"changes_page_{key}") if rows > PAGE_ROWS else 1
    shown = queries.changed_requests(old, now.path, offset=PAGE_ROWS * (page - 1))
    found = [row.number for row in shown]
    table = pd.DataFrame(
        {
            "Request": found,
            "Then": [_counted(row.counted_as_old) for row in shown],
            "Now": [_counted(row.counted_as_new) for row in shown],
            "Cause": [wording.CAUSES[row.cause] for row in shown],
            "What happened": [row.detail for row in shown],
            "Service option": [_pair(_option(row.service_option_old), _option(row.service_option_new)) for row in shown],
            "Month": [_pair(row.month_old, row.month_new) for row in shown],
            "Due": [_pair(formats.iso(row.due_on_old), formats.iso(row.due_on_new)) for row in shown],
        }
    )
    number = blocks.chosen_row("request", found, table, CONFIG, "changes", f"{key}_{page}", page, rows, "Choose a number")
    _download("changed_requests", differences.REQUESTS, old, rows)
    if number:
        blocks.open_request(number, found)


def _counted(counted_as: str | None) -> str:
    return wording.COUNTED_AS[counted_as] if counted_as else "Not counted"


def _option(option: str | None) -> str | None:
    return option_name(reading().choices, option) if option else None


def _pair(before: str | None, after: str | None) -> str:
    """`2026-10`, or `2026-10 → 2026-11` where it changed."""
    before, after = before or MISSING, after or MISSING
    return after if before in (after, MISSING) else before if after == MISSING else f"{before} {ARROW} {after}"


def _download(table: str, query: Any, old: Path, rows: int) -> None:
    """Exactly the rows shown, as `certboard diff` writes them."""
    now = reading()
    file = blocks.Download(
        query, table, f"since-{old.stem.lower()}", rows, filtered=False, scope=f"Changes since the snapshot {old.stem}", source=warehouse.comparing(old, now.path)
    )
    blocks.download(file, f"{table}_{digest(old.name)}")
