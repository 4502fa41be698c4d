"""What a forecast takes for granted, one row each: what, how much, whether it is assumed or was observed, and where it comes from."""

from __future__ import annotations

from typing import NamedTuple

from pipelines.forecast.days import steps
from pipelines.forecast.inputs import Inputs
from pipelines.forecast.learning import ENOUGH
from pipelines.forecast.model import RUNS
from pipelines.policy_schema import Scenario


class LeftOut(NamedTuple):
    """Certificates that are in no forecast, and those with a part that is assumed."""

    undated_count: int
    lapsed_count: int
    late_count: int
    unclassified_request_count: int
    delegated_count: int
    unknown_validity_count: int
    listed_renewal_count: int
    unlisted_renewal_count: int


def rows(inputs: Inputs, scenario: Scenario, left_out: LeftOut) -> list[tuple]:
    """Rows of `forecast_assumptions` (position, assumption, value, is_assumed, source): the scenario, then what was learned, then what is left out."""
    months, own = inputs.complete_month_count, f"the scenario {scenario.name} in scenarios.yaml"
    found: list[tuple[str, str, bool, str]] = [
        ("Staff", f"{scenario.staff:g} full-time equivalents with {scenario.hours_per_business_day:g} hours each on a business day", True, scenario.source),
        ("Renewals without a request", f"{100 * scenario.automated_ratio:g} %", True, own),
        ("Growth of new requests and inquiries", f"{100 * scenario.growth_ratio:g} % a year", True, own),
        (
            "A renewal is issued",
            f"{inputs.process_by_days} calendar days before expiry" if scenario.issue == "process_by" else "on its due date",
            True,
            own,
        ),
        (
            "Longest life of a certificate issued now, and from each later day",
            "; ".join(
                f"{step.operational_days} days from {step.issued_from}"
                for step, after in zip(steps(inputs, scenario), [*steps(inputs, scenario)[1:], None], strict=True)
                if after is None or after.issued_from > inputs.as_of_on
            ),
            bool(scenario.validity),
            own if scenario.validity else "validity.csv",
        ),
    ]
    if (first := steps(inputs, scenario)[0].issued_from) > inputs.as_of_on:
        found.append(("Longest life before that", f"the same: no row of the table is in force before {first}", True, "validity.csv"))
    rests = "nobody works and renewals are submitted after it; other requests still come"
    found += [(f"Freeze: {each.name}", f"{each.begins_on} to {each.ends_on}: {rests}", True, scenario.source) for each in scenario.freezes]
    for option in inputs.options:
        effort = inputs.effort[option.id]
        seen = f", learned from {effort.observed_count:,} requests" if not effort.is_assumed else ""
        found.append((f"Hours of a request: {option.name}", f"{effort.hours:.2f}{seen}", effort.is_assumed, effort.source))
    for option in inputs.groups:
        kept, leads = inputs.retention[option.id], inputs.leads[option.id]
        value = f"{100 * kept.ratio:.1f} % a year"
        observed = (
            f"{kept.renewed_count:,} of {kept.observed_count:,} certificates that ended were followed by another, each over its own life; "
            "with nine renewed and one not, of a year each, added (Beta(9, 1))"
        )
        few = f"default: fewer than {ENOUGH} certificates of it with known issue and expiry have ended ({kept.observed_count:,})"
        found.append((f"Certificates renewed: {option.name}", value, kept.is_assumed, few if kept.is_assumed else observed))
        total = sum(leads.counts)
        middle = quantile(leads.days, leads.counts, 0.5)
        if scenario.lead_days is not None:
            found.append((f"Submitted before expiry: {option.name}", f"{scenario.lead_days} calendar days", True, scenario.source))
        elif total == 1:
            found.append((f"Submitted before expiry: {option.name}", f"{leads.days[0]} calendar days", True, "published: submitted 20 days before expiry"))
        else:
            pooled = "default: the renewals of all options, for want of its own" if leads.is_assumed else "the renewals submitted so far"
            found.append((f"Submitted before expiry: {option.name}", f"{middle} calendar days at the median of {total:,} renewals", leads.is_assumed, pooled))
    for option in inputs.options:
        seen = inputs.arrivals.get(option.id) or inputs.unlisted.get(option.id)
        if seen and seen.business_days:
            what = "Submissions" if option.kind != "renewal" else "Renewals of certificates that no export shows"
            value = f"{seen.rate:.2f} a business day ({seen.request_count:,} in {months} complete months)"
            if option.kind != "renewal" or seen.request_count:
                found.append((f"{what}: {option.name}", value, False, "the submissions of the last complete months"))
    for option in inputs.options:
        if option.renewed_as and option.id in inputs.listed_shares:
            value = f"{100 * inputs.listed_shares[option.id]:.0f} % of new requests"
            found.append((f"Certificates that are renewed later: {option.name}", value, False, "those of the last complete months that the exports show"))
    if left_out.unlisted_renewal_count:
        share = f"{left_out.unlisted_renewal_count:,} of {left_out.unlisted_renewal_count + left_out.listed_renewal_count:,} renewals so far"
        words = f"{share}: they go on as they came, because nobody knows when their certificates expire; shorter lifetimes are not in this part"
        found.append(("Renewals of certificates that no export shows", words, True, "default: load the certificate export that lists them"))
    for count, what, why in (
        (left_out.undated_count, "Certificates without a known expiry", "they are in no forecast"),
        (left_out.lapsed_count, "Certificates that ended lately without a successor or a request", "they are taken to be renewed no more"),
        (left_out.late_count, "Certificates without a request that expire sooner than renewals are usually submitted", "their requests come at once"),
        (left_out.unclassified_request_count, "Requests whose service option is not known", "they are in no forecast"),
        (left_out.delegated_count, "Certificates that departments manage themselves", "no request is expected"),
        (left_out.unknown_validity_count, "Certificates without a known issue date", "their life is taken to be the longest that is allowed now"),
    ):
        if count:
            found.append((what, f"{count:,}: {why}", True, "the certificate exports"))
    found.append(("The range", f"80 % of {RUNS:,} runs with chance in renewals, leads, arrivals and what was learned; effort does not vary", True, "default"))
    return [(position, *row) for position, row in enumerate(found, start=1)]


def quantile(days: tuple[int, ...], counts: tuple[int, ...], share: float) -> int:
    """The least of days, which occur so often, that at least this share of all does not exceed."""
    goal, seen = sum(counts) * share, 0
    for day, count in zip(days, counts, strict=True):
        seen += count
        if seen >= goal:
            return day
    return 0
