"""The parts of page 7 that show one certificate: sentence, facts, dates, names, findings, requests, neighbours, export rows."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import blocks, certificate_facts, certificate_rows, filter_bar, holdings, inventory, inventory_parts, page_parts
from dashboard.certificate_words import CONFIDENCES, FINDINGS, LINK_ROLES, LINK_RULES, NOT_IN_EXPORT, STATUSES, contacts, known
from dashboard.charts import expiry
from dashboard.formats import MISSING, WEEKDAYS, count, iso, local, named_day, plural
from dashboard.page_parts import reading
from dashboard.wording import BANDS

DISPOSITIONS = {"accepted": "used", "superseded": "superseded by a newer version", "later": "later than the data's date, not used"}


def show(row: Any) -> None:
    """Everything about one certificate. `row`: its record of `certificates`."""
    exposed = holdings.exposed(reading().path, row.certificate)
    with page_parts.part():
        st.markdown(f"**{page_parts.plain(row.common_name or 'No name in the export')}**")
        if row.serial_number:
            st.code(row.serial_number, language=None, wrap_lines=True)
        if exposed is not None:
            style = BANDS[exposed.exposure_band]
            st.badge(style.text, icon=style.icon, color=style.badge)
        page_parts.headline(certificate_facts.sentence(row, exposed, reading().run.zone))
        if row.is_reconstructed:
            st.info("Only later versions of this certificate were exported; what they say happened after the data's date is left out.")
        _facts(row)
    for each in (_dates, _names, _findings, _requests, _neighbours, _versions):
        with page_parts.part():
            each(row, exposed)


def _facts(row: Any) -> None:
    limit = inventory.validity_class(row.validity_class) if row.validity_class is not None else None
    blocks.facts(
        (
            ("Status", known(STATUSES, row.status), f"Known from: {certificate_facts.places(row)}"),
            ("Ends", *certificate_facts.ends(row, reading().run.zone)),
            ("Validity", certificate_facts.validity(row), f"Class: {limit}" if limit else "Class not known"),
            ("Key", inventory_parts.key(row), row.signature_algorithm or "Signature algorithm not in the export"),
            ("Department", row.department or NOT_IN_EXPORT, row.organisation or "Organisation not in the export"),
            ("Issuer", inventory_parts.issuer(row.issuer), row.profile or "Profile not in the export"),
            ("Order number", row.order_number or NOT_IN_EXPORT, f"Console id {row.console_id}" if row.console_id else "Console id not in the export"),
            ("Contacts", contacts(row.contact_count), row.policy or "Policy not in the export"),
        )
    )


def _dates(row: Any, exposed: Any | None) -> None:
    now = reading()
    found = certificate_facts.dates(row, exposed)
    if len(found) < 2:
        st.header("Its dates", anchor=False)
        st.info("The exports give neither both the issue and the expiry of this certificate, so there is no span to draw.")
        return
    lines = sorted([*found, certificate_facts.Date("As of", now.as_of_on, "The day of the data.")], key=lambda each: each.on_date)
    table = pd.DataFrame(
        {
            "Date": [each.on_date.isoformat() for each in lines],
            "Day": [WEEKDAYS[each.on_date.weekday()] for each in lines],
            "What": [each.label for each in lines],
            "Meaning": [each.meaning for each in lines],
        }
    )
    blocks.chart(
        "validity",
        "Its dates",
        expiry.validity(pd.DataFrame([each._asdict() for each in found]), now.theme, now.as_of_on),
        f"Bars from the issue of the certificate to each of its dates, {iso(found[0].on_date)} to {iso(found[-1].on_date)}. The table below has all dates.",
        "calendar days from the issue; a filled dot has passed, an outlined one is ahead.",
        table,
    )


def _names(row: Any, exposed: Any | None) -> None:
    now = reading()
    names = holdings.about(now.path, "certificate_names", row.certificate)
    st.header(f"{plural(len(names), 'name')}", anchor=False)
    if not names:
        st.info("The exports give no name of this certificate.")
        return
    covers = holdings.coverage(now.path, row.certificate)
    table = pd.DataFrame(
        {
            "Name": [f"{each.name} (common name)" if each.is_common_name else each.name for each in names],
            "Also covered by": [_cover(covers.get(each.name)) for each in names],
            "Department": [each.department or NOT_IN_EXPORT for each in names],
            "Authorised domain": [each.authorised_root or "Outside the authorised domains" for each in names],
            "Well formed": ["yes" if each.is_valid else "no" for each in names],
        }
    )
    blocks.numbers(table, "Names of the certificate and what else covers them")
    st.caption("Counted: other active certificates that hold the name itself, or a wildcard one label up.")


def _cover(cover: Any | None) -> str:
    if cover is None:
        return "nothing else"
    how = "a wildcard of " if cover.is_by_wildcard else ""
    more = f" and {count(cover.other_count - 1)} more" if cover.other_count > 1 else ""
    return f"{how}{certificate_rows.serial(cover.certificate)} until {iso(cover.expires_on)}{more}"


def _findings(row: Any, exposed: Any | None) -> None:
    found = holdings.about(reading().path, "certificate_findings", row.certificate)
    st.header("Which rules does it break?", anchor=False)
    if not found:
        st.markdown("No finding.")
        return
    table = pd.DataFrame(
        {
            "Finding": [known(FINDINGS, each.finding) for each in found],
            "Detail": [each.detail or MISSING for each in found],
            "Rule": [each.rule or MISSING for each in found],
        }
    )
    blocks.numbers(table, "Findings and their rules")


def _requests(row: Any, exposed: Any | None) -> None:
    links = holdings.about(reading().path, "certificate_links", row.certificate)
    st.header("Which requests belong to it?", anchor=False)
    if not links:
        st.markdown("No request could be matched with it.")
    if exposed is not None and exposed.covering_number:
        st.markdown(page_parts.plain(f"{exposed.covering_number} is open and names all its names{_due(exposed)}."))
    if links:
        table = pd.DataFrame(
            {
                "Request": [each.number for each in links],
                "How": [{"renews": "asked to renew it", "issued": "led to it"}.get(each.role, known(LINK_ROLES, each.role)) for each in links],
                "Matched by": [known(LINK_RULES, each.rule) for each in links],
                "Confidence": [known(CONFIDENCES, each.confidence) for each in links],
            }
        )
        blocks.numbers(table, "Requests matched with the certificate")
    numbers = list(dict.fromkeys([*(each.number for each in links), *([exposed.covering_number] if exposed and exposed.covering_number else [])]))
    if numbers:
        chosen = st.selectbox("Open a request", numbers, index=None, placeholder="Choose a number", key=f"certificate_request_{row.certificate}")
        if chosen:
            blocks.open_request(chosen, numbers)


def _due(exposed: Any) -> str:
    if exposed.covering_due_on is None:
        return ""
    return f"; it is due {named_day(exposed.covering_due_on)}{', after the certificate has expired' if exposed.is_due_after_expiry else ''}"


def _neighbours(row: Any, exposed: Any | None) -> None:
    found = holdings.neighbours(reading().path, row.certificate)
    st.header("What came before and after it?", anchor=False)
    if not found:
        st.markdown("No predecessor and no successor is known.")
        return
    words = {"before": "Predecessor", "after": "Possible successor" if row.is_possibly_superseded else "Successor"}
    table = pd.DataFrame(
        {
            "Which": [words[each.direction] for each in found],
            "Serial number": [certificate_rows.serial(each.certificate) for each in found],
            "Common name": [each.common_name or NOT_IN_EXPORT for each in found],
            "Expires": [iso(each.expires_on) for each in found],
            "Known by": [f"request {each.number}" if each.number else "the names it holds" for each in found],
        }
    )
    blocks.numbers(table, "Predecessors and successors")
    for each in found[:MOST_LINKS]:
        label = page_parts.plain(f"{words[each.direction]}: {each.common_name or NOT_IN_EXPORT}, expires {iso(each.expires_on)}")
        filter_bar.jump(label, "certificate", each.certificate)


MOST_LINKS = 6


def _versions(row: Any, exposed: Any | None) -> None:
    now = reading()
    versions = holdings.about(now.path, "certificate_versions", row.certificate)
    st.header("Where it comes from", anchor=False)
    table = pd.DataFrame(
        {
            "Export": [each.export for each in versions],
            "Row": [count(each.row_number) for each in versions],
            "Version of": [f"{local(each.version_at, now.run.zone):%Y-%m-%d %H:%M}" if each.version_at else MISSING for each in versions],
            "Used": [DISPOSITIONS.get(each.disposition, each.disposition) for each in versions],
        }
    )
    blocks.numbers(table, "Export rows of the certificate")
    query = holdings.rows_query("certificate_versions", {"certificate": [row.certificate]})
    name = certificate_rows.serial(row.certificate)[-12:]
    blocks.download(blocks.Download(query, "certificate_versions", name, len(versions), filtered=False), "certificate_versions")
