"""The parts of the page of trust that say how numbers are made: targets, clock, closures, each with its source; words."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import blocks, formats, page_parts, queries
from dashboard.formats import business_days, ratio_percent
from dashboard.page_parts import reading

OURS = "Ours (a default): "
PUBLISHED = "Published: "

GLOSSARY = (
    ("Attainment", "Met \u00f7 (met + missed), over the requests due in the period. Open requests past their due date count as missed."),
    ("Due date", "The business day on which the target ends, counted from day 0; for some renewals the requested date, if later."),
    ("Business day", "Monday to Friday, not a closure. The day the clock starts is day 0."),
    ("Closure", "A weekday on which state offices are closed."),
    ("Met, missed", "Completed on or before the due date, or not."),
    ("Overdue", "Open past its due date. It already counts as missed."),
    ("Excluded", "Cancelled, rejected, closed incomplete or skipped on or before the due date. In no ratio."),
    ("Not measurable", "No target, no known state, or no usable closing time. In no ratio; shown in the coverage."),
    ("Plausible range", "Where the true rate could lie, given how few requests there are (Wilson interval, 95 %)."),
    ("Too few to tell", "Fewer than 20 were due, so one miss alone would decide, and the plausible range holds the target."),
    ("Misses left", "How many more may be missed in the period before the target is out of reach."),
    ("Coverage", "Share of requests, without the excluded, whose promise can be measured."),
    ("Phase", "A step of the published process, such as review; its budget is the business days published for it."),
    ("Party", "Who holds a request in a phase: customer, certificate team, platform team or certificate authority."),
    ("Hand-off", "A change of who holds a request."),
    ("Pause", "A time in which a request waits for its customer. It never changes the headline; a second figure removes pauses."),
    ("Second opinion", "What ServiceNow itself says of a request: breached or not breached by its own clock. It is compared, never counted."),
    ("Correction", "A declared value that counts instead of an exported one, with its reason; the figure as exported stands beside."),
    ("Exclusion", "A request that is declared to count neither as met nor as missed, with its reason."),
    ("As of", "The moment the numbers describe: the newest event in the exports. Nothing depends on today's date."),
    ("Superseded row", "A row that a newer version of the same record replaced."),
    ("Superseded certificate", "One newer certificate of the same organisation holds all its names, or its status says replaced. In no count."),
    ("Possibly superseded", "Newer certificates cover all its names in another way, such as by a wildcard. It stays counted, marked."),
    ("Active", "Issued, not revoked, not replaced, and not past its last day."),
    ("Request under way", "An open renewal request, submitted at most 90 calendar days before expiry, names every name of the certificate."),
    ("Submit by", "The last day to submit a renewal: 20 calendar days before expiry."),
    ("Last safe start", "The last day on which an approval still leaves the promised business days before expiry."),
    ("Process by", "The day by which a renewal is processed: 7 calendar days before expiry."),
    ("Finding", "A rule that a certificate breaks, or an oddity worth a look."),
    ("Rejected row", "A row that could not be read; it is listed with the reason and in no number."),
)


def rules() -> None:
    """Targets, clock and closures in force; what is published and what is this product's own default."""
    now = reading()
    st.header("Which rules were in force?", anchor=False)
    options = queries.policy_options(now.path)
    st.markdown(f"Targets, from slo.yaml in force since {formats.iso(now.run.in_force_from)}:")
    targets = pd.DataFrame(
        {
            "Service option": [each.name for each in options],
            "Target": [_target(each) for each in options],
            "Source": [words(each.source) for each in options],
        }
    )
    blocks.numbers(targets, "Targets by service option")
    _phases({each.service_option: each.name for each in options})
    types = queries.table(now.path, "policy_targets_by_type")
    if len(types):
        names = {each.service_option: each.name for each in options}
        by_type = pd.DataFrame(
            {
                "Service option": [names.get(each, each) for each in types["service_option"]],
                "Request type": types["request_type"],
                "Target": [business_days(int(number)) for number in types["target_business_days"]],
            }
        )
        with st.expander(f"Targets of single request types ({len(by_type)} rows)"):
            st.table(by_type.map(page_parts.plain), border="horizontal", alt="Targets of single request types")
    st.markdown("Clock, counting and expiry:")
    chosen = queries.table(now.path, "policy_rules")
    blocks.numbers(
        pd.DataFrame(
            {
                "Rule": chosen["rule"],
                "Value": chosen["value"],
                "Source": [words(each) for each in chosen["source"]],
            }
        ),
        "Rules in force",
    )
    _validity()
    _lists()
    _closures()
    _second_calendar()


def _phases(names: dict[str, str]) -> None:
    phases = queries.table(reading().path, "policy_phases")
    if not len(phases):
        st.markdown("Phases: none is published.")
        return
    table = pd.DataFrame(
        {
            "Service option": [names.get(each, each) for each in phases["service_option"]],
            "Phase": [f"{each[:1].upper()}{each[1:]}" for each in phases["phase"]],
            "Budget": ["none published" if pd.isna(each) else business_days(int(each)) for each in phases["business_days"]],
            "Party": [f"{each[:1].upper()}{each[1:]}" for each in phases["party"]],
        }
    )
    with st.expander(f"Phases of the service options, with budgets and parties ({len(table)} rows)"):
        st.table(table.map(page_parts.plain), border="horizontal", alt="Phases by service option")


def _validity() -> None:
    steps = queries.table(reading().path, "policy_validity")
    if not len(steps):
        return
    st.markdown("How long a certificate may be valid, and checks of its domain and organisation reused, in calendar days by the day of its issue:")
    table = pd.DataFrame(
        {
            "From": [formats.iso(each) for each in steps["issued_from"]],
            "Valid for": _pairs("at most", steps["maximum_days"], "in practice", steps["operational_days"]),
            "Checks reused for": _pairs("domain", steps["domain_reuse_days"], "organisation", steps["organisation_reuse_days"]),
            "Source": [words(each) for each in steps["source"]],
        }
    )
    blocks.numbers(table, "Longest validity by day of issue")


def _lists() -> None:
    lists = queries.table(reading().path, "policy_distribution_lists")
    if not len(lists):
        st.markdown("Distribution lists that count as enough contacts: none is declared in distribution_lists.csv.")
        return
    st.markdown("Distribution lists that count as enough contacts:")
    blocks.numbers(pd.DataFrame({"Address": lists["address"], "Source": [words(each) for each in lists["source"]]}), "Distribution lists")


def _pairs(first: str, numbers: pd.Series, second: str, others: pd.Series) -> list[str]:
    """`at most 200, in practice 199`."""
    return [f"{first} {formats.count(int(one))}, {second} {formats.count(int(other))}" for one, other in zip(numbers, others, strict=True)]


def _closures() -> None:
    now = reading()
    closures = queries.table(now.path, "policy_closures")
    year = [each.year == now.as_of_on.year for each in closures["closed_on"]]
    this_year = closures[year]
    if not len(closures):
        st.markdown("Closures: none; every Monday to Friday counts.")
        return
    known = f"{formats.iso(now.run.closures_from)} to {formats.iso(now.run.closures_through)}"
    st.markdown(f"Closures of {now.as_of_on.year}, of {formats.count(len(closures))} from {known}:")
    table = pd.DataFrame({"Closed on": [formats.named_day(each) for each in this_year["closed_on"]], "Name": this_year["name"], "Source": this_year["source"]})
    blocks.numbers(table, "Closures of the year")
    query = queries.table_query("policy_closures", {"closed_on": [each.isoformat() for each in this_year["closed_on"]]})
    blocks.download(blocks.Download(query, "policy_closures", str(now.as_of_on.year), len(this_year), filtered=False), "closures")


def _second_calendar() -> None:
    """The closures that ServiceNow's own schedule may have instead of ours."""
    now = reading()
    days = queries.table(now.path, "policy_second_calendar")
    this_year = days[[each.year == now.as_of_on.year for each in days["closed_on"]]]
    if not len(this_year):
        st.markdown(f"Second calendar, to explain deadlines of ServiceNow by: none for {now.as_of_on.year}.")
        return
    st.markdown(f"Second calendar of {now.as_of_on.year}, to explain deadlines of ServiceNow by; no due date depends on it:")
    table = pd.DataFrame({"Closed on": [formats.named_day(each) for each in this_year["closed_on"]], "Name": this_year["name"], "Source": this_year["source"]})
    blocks.numbers(table, "Second calendar of the year")


def glossary() -> None:
    """The formula and the words."""
    st.header("What do the words mean?", anchor=False)
    st.markdown("Attainment = met \u00f7 (met + missed), for requests due in the period.")
    with st.expander(f"Glossary ({len(GLOSSARY)} words)"):
        words_known = pd.DataFrame(GLOSSARY, columns=["Word", "Meaning"]).map(page_parts.plain)
        st.table(words_known, border="horizontal", alt="Glossary")


def words(source: str) -> str:
    """A rule's source, saying first whether it is published or this product's own default."""
    head, colon, rest = source.partition(": ")
    return {"default": OURS, "published": PUBLISHED}.get(head, f"{head}{colon}") + rest if colon else source


def _target(option) -> str:
    return f"{ratio_percent(option.objective_basis_points / 10000)} within {business_days(int(option.target_business_days))}"
