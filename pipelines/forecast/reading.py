"""Reads the inputs of a forecast from a snapshot, or from one that is being built."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from pipelines.forecast import learning
from pipelines.forecast.assumptions import LeftOut, quantile
from pipelines.forecast.inputs import UNCLASSIFIED, Arrivals, Cohorts, Covered, Effort, Inputs, Leads, OpenWork, Option, Retention
from pipelines.policy_schema import PublishedPeriod, Scenario, Validity, ValidityStep

Fetch = Callable[[str], dict[str, np.ndarray]]
"""Runs a query; its columns as arrays, masked where values are missing."""

LOOK_AHEAD_DAYS = 2600
"""Days of calendar read: three years, the longest lead, and room."""

COHORTS = """
with cohorts as (
    select service_option, expires_on, coalesce(validity_days, 0) as validity_days, count(*) as certificate_count
    from forecast_certificates
    where standing = 'active'
    group by all)
select coalesce(position, 0) as position, cast(expires_on - as_of_on as integer) as day, validity_days, certificate_count
from cohorts cross join run_params left join policy_options using (service_option)
order by all"""
"""In order, as all that the seeded runs draw for: another order of the same rows would give other numbers."""


def inputs(fetch: Fetch) -> Inputs:
    """The inputs of a snapshot's forecast."""
    midnight = "cast(timezone(zone, timezone('UTC', as_of_at)) as time) = time '00:00:00' as is_midnight"
    run = rows(fetch, f"select *, {midnight} from run_params")[0]
    as_of_on: date = run["as_of_on"]
    options = _options(fetch, run)
    steps = tuple(ValidityStep(issued_from=each.issued_from, operational_days=each.operational_days) for each in law(fetch))
    unknown_validity = in_force(steps, as_of_on)
    groups = [each.id for each in options if each.kind == "renewal"]
    works = working_day(fetch)
    by_option: dict[str, dict[date, tuple[int, int]]] = {}
    for row in rows(fetch, "select * from forecast_arrivals order by all"):
        by_option.setdefault(row["service_option"], {})[row["submitted_on"]] = (row["request_count"], row["unlisted_count"])
    months = complete_months(fetch, works)
    kinds = {each.id: each.kind for each in options}

    def arrivals(option: str, part: int) -> Arrivals:
        submitted = {day: counts[part] for day, counts in by_option.get(option, {}).items()}
        return learning.arrivals(submitted, months, works)

    return Inputs(
        as_of_on=as_of_on,
        options=options,
        business_days=np.array([works(as_of_on + timedelta(ahead)) for ahead in range(LOOK_AHEAD_DAYS)]),
        validity=steps,
        cohorts=cohorts(fetch, as_of_on, options, unknown_validity),
        covered=_covered(fetch, unknown_validity),
        open_work=tuple(
            OpenWork(row["service_option"], row["due_on"], row["request_count"])
            for row in rows(fetch, "select * from forecast_open_work order by all")
            if row["service_option"] in kinds
        ),
        retention=_retention(fetch, groups),
        leads=_leads(fetch, groups),
        arrivals={each.id: arrivals(each.id, 0) for each in options if each.kind != "renewal"},
        unlisted={each.id: arrivals(each.id, 1) for each in options if each.kind == "renewal" and each.id != UNCLASSIFIED},
        effort=_effort(fetch, options),
        complete_month_count=len(months),
        listed_shares={
            each.id: 1 - arrivals(each.id, 1).request_count / asked for each in options if each.kind == "new" and (asked := arrivals(each.id, 0).request_count)
        },
        first_arrival_day=0 if run["is_midnight"] else 1,
        lead_min_days=run["lead_min_days"],
        lead_max_days=run["lead_max_days"],
        process_by_days=run["process_by_days"],
        change_window_days=run["reopen_window_days"],
        undated_renewal=run["undated_renewal"],
    )


def scenarios(fetch: Fetch) -> tuple[Scenario, ...]:
    """The scenarios of the policy in force, the base first."""
    return tuple(Scenario.model_validate_json(row["definition"]) for row in rows(fetch, "select definition from policy_scenarios order by position"))


def cohorts(fetch: Fetch, as_of_on: date, options: tuple[Option, ...], unknown_validity: int) -> Cohorts:
    """The certificates to be renewed, in one GROUP BY; `unknown_validity`: the days assumed where an export tells none."""
    found = fetch(COHORTS)
    by_position = {position: place for place, each in enumerate(options) for position in [0 if each.id == UNCLASSIFIED else place + 1]}
    places = np.array([by_position.get(position, 0) for position in range(len(options) + 1)])
    validity = np.asarray(found["validity_days"], dtype=np.int64)
    return Cohorts(
        tuple(each.id for each in options),
        as_of_on,
        places[np.asarray(found["position"], dtype=np.int64)],
        np.asarray(found["day"], dtype=np.int64),
        np.where(validity > 0, validity, unknown_validity),
        np.asarray(found["certificate_count"], dtype=np.int64),
    )


def rows(fetch: Fetch, query: str) -> list[dict[str, Any]]:
    """The rows of a query as dictionaries of plain values, None where missing."""
    columns = fetch(query)
    values = {name: [_plain(value) for value in column.tolist()] if column.dtype.kind != "M" else _dates(column) for name, column in columns.items()}
    return [dict(zip(values, row, strict=True)) for row in zip(*values.values(), strict=True)]


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value


def _dates(column: np.ndarray) -> list[date | None]:
    plain = column.astype("datetime64[D]")
    missing = np.ma.getmaskarray(plain) | np.isnat(np.ma.getdata(plain))
    return [None if gone else day for gone, day in zip(missing, np.ma.getdata(plain).tolist(), strict=True)]


def _options(fetch: Fetch, run: dict[str, Any]) -> tuple[Option, ...]:
    policy = rows(fetch, "select * from policy_options order by position")

    def renewed_as(row: dict[str, Any]) -> str | None:
        if row["is_renewal"] or row["service_option"] == "inquiry":
            return None
        same = [each["service_option"] for each in policy if each["is_renewal"] and each["includes_installation"] == row["includes_installation"]]
        return same[0] if same else None

    found = [
        Option(
            row["service_option"],
            row["name"],
            "renewal" if row["is_renewal"] else "inquiry" if row["service_option"] == "inquiry" else "new",
            row["target_business_days"],
            renewed_as(row),
        )
        for row in policy
    ]
    return (*found, Option(UNCLASSIFIED, "Renewal, option not known", "renewal", run["assumed_target_business_days"]))


def certificates(fetch: Fetch, inputs: Inputs, kinds: Collection[tuple[str, date, int]]) -> list[tuple[str, str, date, int]]:
    """The certificates of some cohorts (option, expiry, validity): id, option, expiry, validity, as the cohorts have them."""
    query = "select certificate, service_option, expires_on, coalesce(validity_days, 0) as validity_days from forecast_certificates where standing = 'active'"
    found, known = fetch(query), {each.id for each in inputs.options}
    unknown_validity = in_force(inputs.validity, inputs.as_of_on)
    chosen = np.flatnonzero(np.isin(found["expires_on"].astype("datetime64[D]"), np.array([day for _, day, _ in kinds], dtype="datetime64[D]")))
    plain = [
        (
            str(found["certificate"][place]),
            option if (option := found["service_option"][place]) in known else UNCLASSIFIED,
            found["expires_on"][place].astype("datetime64[D]").item(),
            int(found["validity_days"][place]) or unknown_validity,
        )
        for place in chosen
    ]
    return sorted(each for each in plain if each[1:] in kinds)


def in_force(steps: Sequence[ValidityStep], on: date) -> int:
    """Days of validity that the table allows on a day; before its first step, those of the first; 0 for an empty table."""
    return next((each.operational_days for each in reversed(steps) if each.issued_from <= on), steps[0].operational_days if steps else 0)


def working_day(fetch: Fetch) -> Callable[[date], bool]:
    """Whether a day is a business day; beyond the calendar, Monday to Friday."""
    query = "select on_date, is_business_day from calendar_days, run_params where on_date between counted_through_on - interval 3 year and as_of_on + interval 8 year"
    known = {row["on_date"]: row["is_business_day"] for row in rows(fetch, query)}
    return lambda day: known.get(day, day.weekday() < 5)


def complete_months(fetch: Fetch, works: Callable[[date], bool]) -> list[date]:
    """First days of the last twelve complete months of submissions. `works`: of `working_day`."""
    run = rows(fetch, "select counted_through_on, (select min(submitted_on) from forecast_arrivals) as first_on from run_params")[0]
    return learning.complete_months(run["first_on"], run["counted_through_on"], works)


def _covered(fetch: Fetch, unknown_validity: int) -> tuple[Covered, ...]:
    query = (
        "select service_option, expires_on, coalesce(validity_days, 0) as validity_days, covering_due_on, count(*) as certificate_count "
        "from forecast_certificates where standing = 'covered' group by all order by all"
    )
    return tuple(
        Covered(row["service_option"], row["expires_on"], row["validity_days"] or unknown_validity, row["covering_due_on"], row["certificate_count"])
        for row in rows(fetch, query)
    )


def _retention(fetch: Fetch, groups: list[str]) -> dict[str, Retention]:
    query = (
        "select service_option, validity_days, count(*) filter (where is_renewed) as renewed_count, count(*) filter (where not is_renewed) as lapsed_count "
        "from forecast_certificates where standing = 'ended' and validity_days is not null group by all order by all"
    )
    ended = [(row["service_option"], (row["validity_days"], row["renewed_count"], row["lapsed_count"])) for row in rows(fetch, query)]
    # "Service option, else all": where the option is not known, everybody's certificates tell.
    return {group: learning.retention(cell for option, cell in ended if group in (option, UNCLASSIFIED)) for group in groups}


def _leads(fetch: Fetch, groups: list[str]) -> dict[str, Leads]:
    counts: dict[str, dict[int, int]] = {}
    pooled: dict[int, int] = {}
    for row in rows(fetch, "select * from forecast_leads order by all"):
        counts.setdefault(row["service_option"], {})[row["lead_days"]] = row["request_count"]
        pooled[row["lead_days"]] = pooled.get(row["lead_days"], 0) + row["request_count"]
    counts[UNCLASSIFIED] = pooled
    return {group: learning.leads(counts.get(group, {}), pooled) for group in groups}


def _effort(fetch: Fetch, options: tuple[Option, ...]) -> dict[str, Effort]:
    assumed = {row["service_option"]: row for row in rows(fetch, "select * from policy_effort")}
    observed = {row["service_option"]: (row["observed_count"], row["mean_hours"]) for row in rows(fetch, "select * from forecast_effort")}
    seen = [observed[each.id] for each in options if each.kind == "renewal" and observed.get(each.id, (0, None))[0]]
    if seen:
        count = sum(number for number, _ in seen)
        observed[UNCLASSIFIED] = (count, sum(number * hours for number, hours in seen) / count)
    found = {}
    for option in options:
        count, hours = observed.get(option.id, (0, None))
        if count >= learning.ENOUGH:
            found[option.id] = Effort(hours, count, False, "the time worked of completed requests")
        else:
            row = assumed.get(option.id) or assumed[UNCLASSIFIED]
            found[option.id] = Effort(row["hours"], count, True, row["source"])
    return found


def law(fetch: Fetch) -> tuple[Validity, ...]:
    """The validity table of the policy, with how long validations may be used again."""
    columns = "issued_from, maximum_days, operational_days, domain_reuse_days, organisation_reuse_days, source"
    return tuple(Validity(**row) for row in rows(fetch, f"select {columns} from policy_validity order by issued_from"))


def published_periods(fetch: Fetch) -> tuple[PublishedPeriod, ...]:
    """The periods that the service has published."""
    return tuple(
        PublishedPeriod(**{name: value for name, value in row.items() if name != "position"})
        for row in rows(fetch, "select * from policy_published_periods order by position")
    )


def past_met_ratios(fetch: Fetch) -> dict[str, float | None]:
    """Attainment of the last twelve complete months, by option and for `all`; None where nothing was due."""
    query = """
        select service_option, cast(sum(met_count) as bigint) as met_count, cast(sum(met_count + missed_count) as bigint) as due_count
        from slo_months cross join run_params
        where is_policy_basis and month_start_on + interval 1 month <= counted_through_on
            and month_start_on >= date_trunc('month', counted_through_on) - interval 12 month
        group by service_option"""
    found = {row["service_option"]: (row["met_count"], row["due_count"]) for row in rows(fetch, query)}
    found["all"] = (sum(met for met, _ in found.values()), sum(due for _, due in found.values()))
    return {option: met / due if due else None for option, (met, due) in found.items()}


def left_out(fetch: Fetch, inputs: Inputs) -> LeftOut:
    """How many certificates and requests the forecast can only partly see."""
    query = (
        "select count(*) filter (where standing = 'undated') as undated, count(*) filter (where standing = 'delegated') as delegated, "
        "count(*) filter (where standing = 'ended_lately' and not is_renewed) as lapsed, "
        "count(*) filter (where standing in ('active', 'covered') and validity_days is null) as unknown_validity from forecast_certificates"
    )
    held = rows(fetch, query)[0]
    query = """
        select cast(coalesce(sum(request_count - unlisted_count) filter (where is_renewal), 0) as bigint) as listed,
            cast(coalesce(sum(unlisted_count) filter (where is_renewal), 0) as bigint) as unlisted,
            cast(coalesce(sum(request_count) filter (where is_renewal is null), 0) as bigint) as unclassified
        from forecast_arrivals left join policy_options using (service_option)"""
    asked = rows(fetch, query)[0]
    late = sum(each.count for each in inputs.cohorts if inputs.day(each.expires_on) < least_lead(inputs, each.service_option))
    return LeftOut(
        held["undated"], held["lapsed"], late, asked["unclassified"], held["delegated"], held["unknown_validity"], asked["listed"], asked["unlisted"]
    )


def least_lead(inputs: Inputs, option: str) -> int:
    """Nine of ten renewals of an option are submitted at least so many days before expiry."""
    leads = inputs.leads[option]
    return quantile(leads.days, leads.counts, 0.1)
