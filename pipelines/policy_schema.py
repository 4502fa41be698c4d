"""The shape of a policy's files: one class per thing a person may write, each refusing what it does not know."""

import re
from datetime import date, time
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Days = Annotated[int, Field(ge=0, le=3660)]


class Data(BaseModel):
    """A part of the policy: never changed after it is read, and without a key that nobody knows."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Clock(Data):
    """Which instants start and stop the clock of a request, each with its source."""

    start: Literal["approved", "submitted"]
    start_source: str
    stop: Literal["closed", "resolved", "issued"]
    stop_source: str
    reopen_window_days: Days
    reopen_window_source: str


class Renewal(Data):
    """When a renewal may use the requested completion date; leads in calendar days before expiry."""

    lead_min_days: Days
    lead_min_source: str
    lead_max_days: Days
    lead_max_source: str
    process_by_days: Days
    process_by_source: str
    undated: Literal["business_days", "process_by"]
    undated_source: str


class Exclusions(Data):
    """What cancelling an overdue request does."""

    late: Literal["missed", "excluded"]
    late_source: str


class Calendar(Data):
    """Where the closures are, the dates they cover, and which weekdays rest."""

    closures: str
    closures_from: date
    closures_through: date
    weekend: tuple[Literal[WEEKDAYS], ...]  # type: ignore[valid-type]
    source: str

    @property
    def weekend_numbers(self) -> tuple[int, ...]:
        """Weekday numbers, Monday is 0."""
        return tuple(WEEKDAYS.index(name) for name in self.weekend)


class Limits(Data):
    """Guards on input; sizes in bytes."""

    unpacked_bytes: Annotated[int, Field(gt=0)]
    source: str


class Phase(Data):
    """A phase of the process: its published budget in business days, None where there is none, and the party that holds the request."""

    phase: str
    business_days: Days | None
    party: str


class RequestType(Data):
    """A kind of request with a target of its own, in business days."""

    name: str
    target_business_days: Annotated[int, Field(gt=0, le=366)]


class ServiceOption(Data):
    """One promise: `objective_basis_points` of requests within `target_business_days`."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    objective_basis_points: Annotated[int, Field(gt=0, le=10000)]
    target_business_days: Annotated[int, Field(gt=0, le=366)]
    is_renewal: bool
    includes_installation: bool
    phases: tuple[Phase, ...] = ()
    also_at_business_days: int | None = None
    request_types: tuple[RequestType, ...] = ()
    source: str

    @property
    def team_business_days(self) -> int:
        """The target less the customer's phase: what the published phases leave to the teams."""
        return self.target_business_days - sum(p.business_days or 0 for p in self.phases if p.party == "customer")


class Closure(Data):
    """A weekday on which state offices are closed."""

    closed_on: date
    name: str
    source: str


class Domain(Data):
    """A root under which certificates may be issued."""

    authorised_root: Annotated[str, Field(pattern=r"^\.[a-z0-9.-]+$")]
    source: str


class Validity(Data):
    """The longest lifetime of a certificate issued from a day on, in days, and how long a validation may be used again."""

    issued_from: date
    maximum_days: Annotated[int, Field(gt=0)]
    operational_days: Annotated[int, Field(gt=0)]
    domain_reuse_days: Annotated[int, Field(gt=0)]
    organisation_reuse_days: Annotated[int, Field(gt=0)]
    source: str


class DistributionList(Data):
    """An address that reaches several people, so that one contact is enough."""

    address: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$")]
    source: str


class Band(Data):
    """A word for the risk of an open request; the first whose two least values are reached holds. The risk is in basis points."""

    band: Literal["likely", "could", "on_course", "too_few"]
    word: Annotated[str, Field(min_length=1)]
    from_similar_count: Annotated[int, Field(ge=0)]
    from_basis_points: Annotated[int, Field(ge=0, le=10000)]
    source: str


class Certificates(Data):
    """`certificates.yaml`: how expiring certificates are counted, in calendar days."""

    service_ends: time
    service_ends_source: str
    successor_overlap_days: Days
    successor_overlap_source: str
    request_before_days: Days
    request_before_source: str
    horizon_days: Annotated[int, Field(ge=180, le=3660)]
    """At least as far as the pages look ahead."""
    horizon_source: str
    expired_days: Days
    expired_source: str
    assumed_target_business_days: Days
    assumed_target_source: str


class Effort(Data):
    """The hours of work that a request of an option takes, until exports tell."""

    service_option: str
    hours: Annotated[float, Field(gt=0, le=1000)]
    source: str


class ValidityStep(Data):
    """The days that a certificate issued from a day on may live in practice."""

    issued_from: date
    operational_days: Annotated[int, Field(gt=0, le=3660)]


class Freeze(Data):
    """Days, both included, on which nobody works and no renewal is submitted; other requests still come."""

    begins_on: date
    ends_on: date
    name: str

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "Freeze":
        if self.ends_on < self.begins_on:
            raise ValueError(f"the freeze '{self.name}' ends before it begins")
        return self


class Scenario(Data):
    """What a forecast assumes. `staff` in full-time equivalents; `growth_ratio` a year; `lead_days` None: as observed; `validity` (): the law."""

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    staff: Annotated[float, Field(ge=0, le=10000)]
    hours_per_business_day: Annotated[float, Field(ge=0, le=24)]
    automated_ratio: Annotated[float, Field(ge=0, le=1)]
    lead_days: Annotated[int, Field(ge=0, le=825)] | None
    issue: Literal["due", "process_by"]
    growth_ratio: Annotated[float, Field(ge=-0.99, le=10)]
    validity: tuple[ValidityStep, ...]
    freezes: tuple[Freeze, ...]
    source: str

    @field_validator("validity")
    @classmethod
    def _steps_are_sorted(cls, steps: tuple[ValidityStep, ...]) -> tuple[ValidityStep, ...]:
        days = [each.issued_from for each in steps]
        if days != sorted(set(days)):
            raise ValueError("the steps must be in the order of issued_from, each day once")
        return steps


class PublishedPeriod(Data):
    """A period of the service that the life of a certificate is held against. `amount` in days, None where validity.csv has the days.

    `fits_into`: the `whole_life`, what is left of it after the change window, or it `outlasts_life`. `meaning`: what it means that it does not.
    """

    period: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    name: str
    amount: Annotated[int, Field(gt=0, le=1000)] | None
    unit: Literal["calendar_days", "business_days", "domain_reuse", "organisation_reuse"]
    fits_into: Literal["whole_life", "after_change_window", "outlasts_life"]
    meaning: str
    source: str

    @field_validator("amount", mode="before")
    @classmethod
    def _empty_is_none(cls, amount: object) -> object:
        return None if amount == "" else amount

    @model_validator(mode="after")
    def _days_have_one_source(self) -> "PublishedPeriod":
        is_reuse = self.unit.endswith("_reuse")
        if is_reuse != (self.amount is None) or is_reuse != (self.fits_into == "outlasts_life"):
            raise ValueError(
                f"the period '{self.period}' has unit {self.unit}: a reuse has its days in validity.csv, no amount here, and fits_into outlasts_life; "
                "calendar_days and business_days have an amount and another fits_into"
            )
        return self


class TimestampFormat(Data):
    """One way in which exports write time. `strptime` is empty for ISO forms, which are cast."""

    format_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    pattern: str
    strptime: str
    day_order: Literal["mdy", "dmy", "ymd"]
    precision: Literal["instant", "instant_with_offset", "instant_with_zone", "date"]
    example: str
    source: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern


class Slo(Data):
    """`slo.yaml`. `parties`: who can hold a request."""

    in_force_from: date
    zone: str
    clock: Clock
    renewal: Renewal
    exclusions: Exclusions
    calendar: Calendar
    limits: Limits
    parties: Annotated[tuple[str, ...], Field(min_length=1)]
    options: Annotated[tuple[ServiceOption, ...], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"'{zone}' is no time zone; use a name such as America/Los_Angeles")
        return zone

    @model_validator(mode="after")
    def _options_differ(self) -> "Slo":
        ids = [option.id for option in self.options]
        twice = sorted({each for each in ids if ids.count(each) > 1} | ({"unclassified"} & set(ids)))
        if twice:
            raise ValueError(f"option ids must differ and 'unclassified' is reserved: {', '.join(twice)}")
        return self
