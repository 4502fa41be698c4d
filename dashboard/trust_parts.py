"""The parts of the page of trust that say what was loaded: the verdict, the exports, the weeks they cover, the snapshots."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import streamlit as st

from dashboard import blocks, correction_parts, declared, formats, holdings, page_parts, queries, warehouse
from dashboard.certificate_words import CONFIDENCES, LINK_ROLES, LINK_RULES, known
from dashboard.charts import counts
from dashboard.formats import MISSING, count, local, moment, named_day, plural, share
from dashboard.page_parts import reading
from dashboard.tallies import Tally
from pipelines.errors import UserError

WEEKS = 26
SNAPSHOTS = 10
STATE_CHANGES = "state changes"
"""The row of all sources of transitions together: one goes on where another ends."""
SHOWN_EXPORTS = 40


def verdict(tally: Tally) -> None:
    """`Yes, with 2 remarks: …` or `Not yet: …`."""
    now = reading()
    exports = queries.table(now.path, "exports")
    checks = queries.table(now.path, "checks")
    failing = set(checks.loc[checks["offender_count"] > 0, "name"])
    grounds, remarks = [], []
    truncated = [row.name for row in exports.itertuples() if row.warnings and "10,000" in row.warnings]
    if truncated:
        grounds.append(f"{plural(len(truncated), 'export')} {'is' if len(truncated) == 1 else 'are'} probably truncated")
    if tally.has_low_coverage:
        grounds.append(f"only {formats.percent(tally.measured, tally.measurable_base)} of requests can be measured")
    if page_parts.business_days_behind(now) > page_parts.LAG_BUSINESS_DAYS:
        grounds.append(f"the exports of requests end {named_day(now.run.known_through_on)}")
    if page_parts.certificates_lag(now):
        grounds.append(f"the exports of certificates end {named_day(now.run.certificates_through_on)}")
    if page_parts.transitions_lag(now):
        grounds.append(f"the exports of state changes end {named_day(now.run.transitions_through_on)}")
    rejected = int(exports["quarantined_count"].sum())
    if rejected:
        remarks.append(f"{plural(rejected, 'row')} {'was' if rejected == 1 else 'were'} rejected")
    if failing - {"no_row_was_rejected", "no_export_is_truncated"}:
        remarks.append(page_parts.checks_that_find(checks))
    withdrawn = int(exports["is_withdrawn"].astype(bool).sum())
    if withdrawn:
        remarks.append(f"{plural(withdrawn, 'export')} {'is' if withdrawn == 1 else 'are'} withdrawn")
    if corrected := correction_parts.applied(declared.corrections(now.path)):
        remarks.append(corrected)
    if grounds:
        sentence = f"Not yet: {', '.join([*grounds, *remarks])}."
    elif remarks:
        sentence = f"Yes, with {plural(len(remarks), 'remark')}: {', '.join(remarks)}."
    else:
        sentence = "Yes: every row is accounted for and every check passes."
    page_parts.headline(sentence)


def exports() -> None:
    """What was loaded, what became of every row, and the sums."""
    now = reading()
    rows = queries.table(now.path, "exports")
    st.header("Is everything loaded?", anchor=False)
    used = rows[~rows["is_withdrawn"].astype(bool)]
    st.markdown(page_parts.plain(accounting(used)))
    table = pd.DataFrame(
        {
            "Export": [f"{row.name} (withdrawn)" if row.is_withdrawn else row.name for row in rows.itertuples()],
            "Rows": _counts(rows["row_count"]),
            "Accepted": _counts(rows["accepted_count"]),
            "Superseded": _counts(rows["superseded_count"]),
            "Later": _counts(rows["later_count"]),
            "Rejected": _counts(rows["quarantined_count"]),
            "Newest event": [f"{local(at.to_pydatetime(), now.run.zone):%Y-%m-%d %H:%M}" if pd.notna(at) else MISSING for at in rows["newest_event_at"]],
            "Zone": [formats.zone_word(each) for each in rows["timezone"]],
            "Day order": [{"mdy": "month first", "dmy": "day first"}.get(each, MISSING) for each in rows["day_order"]],
            "Holds": [MISSING if each is None else each for each in rows["kind"]],
            "Source": rows["source"],
        }
    )
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(rows) <= SHOWN_EXPORTS else "auto",
        alt=f"List of {plural(len(rows), 'export')}",
        column_config={"Export": st.column_config.TextColumn("Export", pinned=True, width=230)},
    )
    for row in rows.itertuples():
        if row.warnings:
            st.warning(page_parts.plain(row.warnings))
    st.caption("Counted: rows of each export; superseded by a newer version of the same record, later than the data's date, or rejected.")
    blocks.download(blocks.Download(queries.table_query("exports"), "exports", "all", len(rows), filtered=False), "exports")


def accounting(rows: pd.DataFrame) -> str:
    """`48,210 rows = 46,902 accepted + 1,308 superseded + 0 later + 0 rejected.`"""
    sums = {name: int(rows[f"{name}_count"].sum()) for name in ("row", "accepted", "superseded", "later", "quarantined")}
    return (
        f"{plural(sums['row'], 'row')} = {count(sums['accepted'])} accepted + {count(sums['superseded'])} superseded + "
        f"{count(sums['later'])} later + {count(sums['quarantined'])} rejected."
    )


def weeks() -> None:
    """One square per week and source, so that a gap is seen."""
    now = reading()
    covered, listed = queries.updated_weeks(now.path), queries.listed_weeks(now.path)
    if now.run.transitions_through_on is not None:
        covered |= {(STATE_CHANGES, monday) for monday in queries.changed_weeks(now.path)}
    last = now.as_of_on - timedelta(days=now.as_of_on.weekday())
    mondays = [last - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    sources = sorted({source for source, _ in covered}, key=lambda source: (source == STATE_CHANGES, source))
    missing = [(source, monday) for source in sources for monday in mondays if (source, monday) not in covered]
    lists = sorted({source for source, _ in listed} - set(sources))
    rows = [*sources, *lists]
    filled = covered | listed
    if not rows:
        st.header("Which weeks are covered?", anchor=False)
        st.info("No export holds a time at which something happened, so no week can be told from another.")
        return
    cells = [(row, week) for row, source in enumerate(rows) for week, monday in enumerate(mondays) if (source, monday) in filled]
    heading = "No week is missing" if not missing else f"{plural(len(missing), 'week')} without a row"
    table = pd.DataFrame({"Source": [source for source, _ in missing], "Week of": [f"Mon {monday.isoformat()}" for _, monday in missing]})
    blocks.chart(
        "weeks",
        heading,
        counts.received(rows, [monday.isoformat() for monday in mondays], cells, now.theme, range(len(sources), len(rows))),
        f"Squares by source and week, {mondays[0].isoformat()} to {mondays[-1].isoformat()}. {heading}.",
        f"weeks (Monday to Sunday) of the last {WEEKS} in which an export holds a row that was updated then, or a state change of then; an outline is a week without one. "
        "A list of certificates holds all of them at once: its square is the week it reaches to, and a week without one is no gap.",
        table if len(table) else None,
    )


def matches() -> None:
    """How many renewals and certificates belong to each other, and by which rule they were matched."""
    now = reading()
    found = holdings.unmatched(now.path)
    st.header("Which requests and certificates belong together?", anchor=False)
    if not holdings.row_count(now.path, "certificates"):
        st.markdown("No certificate is loaded, so nothing can be matched.")
        return
    renewals, active = plural(found.renewal_count, "renewal request"), plural(found.active_count, "active certificate")
    st.markdown(
        page_parts.plain(
            f"{count(found.renewal_unmatched_count)} of {renewals} could not be matched with a certificate that was current when they were submitted. "
            f"{count(found.active_unmatched_count)} of {active} could not be matched with a request that led to them."
        )
    )
    query = holdings.links_by_rule_query()
    rules = warehouse.frame(now.path, query)
    if not len(rules):
        return
    table = pd.DataFrame(
        {
            "The certificate was": [known(LINK_ROLES, each).lower() for each in rules["role"]],
            "Matched by": [known(LINK_RULES, each) for each in rules["rule"]],
            "Confidence": [known(CONFIDENCES, each) for each in rules["confidence"]],
            "Pairs": _counts(rules["link_count"]),
        }
    )
    blocks.numbers(table, "Matches of requests and certificates by rule")
    st.caption("Counted: pairs of a request and a certificate; certificates that departments manage themselves are left out of the sentence.")
    blocks.download(blocks.Download(query, "certificate_links_by_rule", "all", len(rules), filtered=False), "matches")


def snapshots() -> None:
    """The published snapshots that are kept, newest first, and what changed from one to the next."""
    now = reading()
    st.header("Which snapshots were published?", anchor=False)
    lines, others = [], []
    for path in list(reversed(warehouse.kept()))[:SNAPSHOTS]:
        try:
            lines.append((path, queries.run_params(path), queries.tally(path, {})))
        except (UserError, warehouse.Unreadable):
            others.append(path.stem)
    table = pd.DataFrame(
        {
            "Snapshot": [f"{path.stem} (shown)" if path == now.path else path.stem for path, _, _ in lines],
            "As of": [moment(run.as_of_at, run.zone) for _, run, _ in lines],
            "Requests": [count(tally.total) for _, _, tally in lines],
            "Met of all due": [share(tally.met, tally.due) if tally.due else "No data" for _, _, tally in lines],
        }
    )
    blocks.numbers(table, "Published snapshots")
    if others:
        st.caption(page_parts.plain(f"Built by another version and not read: {', '.join(others)}."))
    if len(lines) > 1:
        (_, new_run, new), (_, old_run, old) = lines[:2]
        policy = " The policy changed too." if new_run.policy_sha256 != old_run.policy_sha256 else ""
        st.markdown(
            page_parts.plain(
                f"The newest holds {formats.signed(new.total - old.total)} requests against the one before: {formats.signed(new.met - old.met)} met, "
                f"{formats.signed(new.missed - old.missed)} missed.{policy}"
            )
        )


def _counts(series: pd.Series) -> list[str]:
    return [count(int(number)) for number in series]
