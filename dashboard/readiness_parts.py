"""Whether requests were ready to process: the checks of one request, the certificates it belongs to, and the share of ready ones by department."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_rows, holdings, page_parts, queries, warehouse
from dashboard.certificate_words import CHECK_RESULTS, CHECKS, CONFIDENCES, LINK_ROLES, LINK_RULES, NOT_IN_EXPORT, known
from dashboard.formats import MISSING, count, iso, plural, share
from dashboard.page_parts import reading

ORDER = ("fail", "unknown", "pass", "not_applicable")


def checks(number: str) -> None:
    """The summary line and the table of one request's checks, those that fail first."""
    rows = warehouse.records(reading().path, holdings.rows_query("request_readiness", {"number": [number]}))
    st.header("Ready to process?", anchor=False)
    if not rows:
        st.markdown("Nothing to check: only requests for certificates are.")
        return
    st.markdown(page_parts.plain(summary(rows)))
    rows.sort(key=lambda row: (ORDER.index(row.status), list(CHECKS).index(row.check) if row.check in CHECKS else len(CHECKS)))
    table = pd.DataFrame(
        {
            "Check": [known(CHECKS, row.check) for row in rows],
            "Result": [known(CHECK_RESULTS, row.status) for row in rows],
            "Detail": [row.detail or MISSING for row in rows],
        }
    )
    blocks.numbers(table, f"Checks of {number}")


def summary(rows: list[Any]) -> str:
    """`8 pass, 1 fail (contacts: 2 addresses, needs 3 or a list), 2 not applicable, 1 unknown`."""
    failing = [f"{known(CHECKS, row.check).lower()}: {row.detail}" if row.detail else known(CHECKS, row.check).lower() for row in rows if row.status == "fail"]
    parts = []
    for status in ("pass", "fail", "not_applicable", "unknown"):
        number = sum(row.status == status for row in rows)
        if number:
            named = f" ({'; '.join(failing)})" if status == "fail" else ""
            parts.append(f"{count(number)} {known(CHECK_RESULTS, status).lower()}{named}")
    return f"{', '.join(parts)}."


def certificates(number: str) -> None:
    """The certificates a request renews or led to, with the rule that matched them."""
    links = holdings.links_of_request(reading().path, number)
    st.header("Which certificates belong to it?", anchor=False)
    if not links:
        st.markdown("No certificate could be matched with it.")
        return
    table = pd.DataFrame(
        {
            "Certificate": [each.common_name or NOT_IN_EXPORT for each in links],
            "Role": [known(LINK_ROLES, each.role) for each in links],
            "Expires": [iso(each.expires_on) for each in links],
            "Matched by": [known(LINK_RULES, each.rule) for each in links],
            "Confidence": [known(CONFIDENCES, each.confidence) for each in links],
            "Serial number": [certificate_rows.serial(each.certificate) for each in links],
        }
    )
    names = {each.certificate: f"{each.common_name or NOT_IN_EXPORT}, expires {iso(each.expires_on)}" for each in links}
    key = f"{reading().path.name}_{number}"
    if chosen := blocks.chosen_row("certificate", [each.certificate for each in links], table, {}, "request_certificates", key, 1, len(links), "Choose a name", names.get):
        certificate_rows.open_certificate(chosen)


def expiry_source(row: Any) -> str:
    """Where the current expiry of a renewal is from, when it is not the request itself."""
    if row.current_expires_source != "certificate":
        return ""
    rules = [each.rule for each in holdings.links_of_request(reading().path, row.number) if each.role == "renews"]
    by = f", matched by {known(LINK_RULES, rules[0])}" if rules else ""
    return f" (the expiry, {iso(row.current_expires_on)}, is that of the certificate it renews{by})"


def by_department(where: queries.Where, scope: str) -> None:
    """How many requests of a filter no check fails, by department; `scope` ends the sentence that says what is counted."""
    now = reading()
    query = holdings.readiness_by_department_query(where)
    rows = warehouse.records(now.path, query)
    st.header("Were the requests ready to process?", anchor=False)
    checked, ready = sum(row.checked_count for row in rows), sum(row.ready_count for row in rows)
    if not checked:
        st.markdown(page_parts.plain(f"No data. No request was checked among the {scope}."))
        return
    failing = holdings.failing_checks(now.path, where)
    most = f" Most often fails: {known(CHECKS, failing[0].check).lower()}, {plural(failing[0].failing_count, 'request')}." if failing else ""
    st.markdown(page_parts.plain(f"{share(ready, checked)} fail no check.{most}"))
    table = pd.DataFrame(
        {
            "Department": [row.department or "No department given" for row in rows],
            "Fail no check": [share(row.ready_count, row.checked_count) for row in rows],
            "Fail one or more": [count(row.checked_count - row.ready_count) for row in rows],
        }
    )
    blocks.numbers(table, "Requests that were ready by department")
    st.caption(page_parts.plain(f"Counted: {scope}, without inquiries; a check that cannot be made does not count as failed."))
    blocks.download(blocks.Download(query, "request_readiness_by_department", now.filters.period.lower(), len(rows)), "readiness")
