"""The policy: the promise and its arithmetic as data, validated when it is read.

A policy is a folder: `slo.yaml`, `closures.csv`, `domains.csv`, `timestamp_formats.csv` and `sources/*.yaml`.
A folder may leave out `domains.csv` and `timestamp_formats.csv`; the product's own then apply.
"""

import csv
import hashlib
import io
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import available_timezones

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from pipelines.errors import UserError
from pipelines.sources import SourceMapping

DEFAULT_FOLDER = Path(__file__).resolve().parent.parent / "data" / "policy"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

Days = Annotated[int, Field(ge=0, le=3660)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Clock(_Data):
    """Which instants start and stop the clock of a request, each with its source."""

    start: Literal["approved", "submitted"]
    start_source: str
    stop: Literal["closed", "resolved", "issued"]
    stop_source: str
    reopen_window_days: Days
    reopen_window_source: str


class Renewal(_Data):
    """When a renewal may use the requested completion date; leads in calendar days before expiry."""

    lead_min_days: Days
    lead_min_source: str
    lead_max_days: Days
    lead_max_source: str
    process_by_days: Days
    process_by_source: str
    undated: Literal["business_days", "process_by"]
    undated_source: str


class Exclusions(_Data):
    """What cancelling an overdue request does."""

    late: Literal["missed", "excluded"]
    late_source: str


class Calendar(_Data):
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


class Limits(_Data):
    """Guards on input; sizes in bytes."""

    unpacked_bytes: Annotated[int, Field(gt=0)]
    source: str


class Phase(_Data):
    """A published phase: budget in business days and the party that holds the request."""

    phase: str
    business_days: Days
    party: str


class RequestType(_Data):
    """A kind of request with a target of its own, in business days."""

    name: str
    target_business_days: Annotated[int, Field(gt=0, le=366)]


class ServiceOption(_Data):
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
        return self.target_business_days - sum(p.business_days for p in self.phases if p.party == "customer")


class Closure(_Data):
    """A weekday on which state offices are closed."""

    closed_on: date
    name: str
    source: str


class Domain(_Data):
    """A root under which certificates may be issued."""

    authorised_root: Annotated[str, Field(pattern=r"^\.[a-z0-9.-]+$")]
    source: str


class TimestampFormat(_Data):
    """One way in which exports write time. `strptime` is empty for ISO forms, which are cast."""

    format_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    pattern: str
    strptime: str
    day_order: Literal["mdy", "dmy", "ymd"]
    precision: Literal["instant", "instant_with_offset", "date"]
    example: str
    source: str

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern


class _Slo(_Data):
    in_force_from: date
    zone: str
    clock: Clock
    renewal: Renewal
    exclusions: Exclusions
    calendar: Calendar
    limits: Limits
    options: Annotated[tuple[ServiceOption, ...], Field(min_length=1)]

    @field_validator("zone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError(f"'{zone}' is no time zone; use a name such as America/Los_Angeles")
        return zone

    @model_validator(mode="after")
    def _options_differ(self) -> "_Slo":
        ids = [option.id for option in self.options]
        twice = sorted({each for each in ids if ids.count(each) > 1} | ({"unclassified"} & set(ids)))
        if twice:
            raise ValueError(f"option ids must differ and 'unclassified' is reserved: {', '.join(twice)}")
        return self


class Policy(_Slo):
    """A whole policy folder. `files` holds every file's text by relative name; `sha256` covers them all."""

    closures: tuple[Closure, ...]
    domains: tuple[Domain, ...]
    timestamp_formats: tuple[TimestampFormat, ...]
    sources: dict[str, SourceMapping]
    folder: Path
    files: dict[str, str]
    sha256: str

    @property
    def unpacked_limit_bytes(self) -> int:
        """The most one zip file may unpack to."""
        return self.limits.unpacked_bytes


def load(folder: Path) -> Policy:
    """Read and validate a policy folder; a wrong file is one UserError naming file, place and fix."""
    folder = Path(folder).resolve()
    if not (folder / "slo.yaml").is_file():
        raise UserError(f"{folder}: no slo.yaml here; a policy is a folder with slo.yaml, closures.csv and sources/. See data/policy.")
    files = {}

    def text_of(name: str) -> str:
        files[name] = _read(folder, name)
        return files[name]

    slo = _parse(_Slo, _yaml("slo.yaml", text_of("slo.yaml")), "slo.yaml")
    parts = {
        "closures": _rows(Closure, slo.calendar.closures, text_of(slo.calendar.closures)),
        "domains": _rows(Domain, "domains.csv", text_of("domains.csv")),
        "timestamp_formats": _rows(TimestampFormat, "timestamp_formats.csv", text_of("timestamp_formats.csv")),
    }
    _check_closures(slo, parts["closures"])
    sources = {}
    for path in sorted((folder / "sources").glob("*.yaml")):
        name = f"sources/{path.name}"
        mapping = _parse(SourceMapping, _yaml(name, text_of(name)), name)
        if mapping.source != path.stem:
            raise UserError(f"{name}: key 'source' is '{mapping.source}', but the file is named {path.name}. Make them equal.")
        _check_mapping(name, mapping, {option.id for option in slo.options})
        sources[mapping.source] = mapping
    if not sources:
        raise UserError(f"{folder}/sources: no mapping file (*.yaml) here; add one, such as sources/servicenow_requests.yaml.")
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return Policy(**dict(slo), **parts, sources=sources, folder=folder, files=files, sha256=digest.hexdigest())


def _read(folder: Path, name: str) -> str:
    path = folder / name
    if not path.is_file() and name in ("domains.csv", "timestamp_formats.csv"):
        path = DEFAULT_FOLDER / name
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UserError(f"{path}: this policy file is missing. Add it, or name another in slo.yaml.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as UTF-8 text ({error}). Save it as UTF-8.") from error


def _yaml(name: str, text: str) -> object:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise UserError(f"{name}{line}: not YAML: {getattr(error, 'problem', error)}. Check indentation and quotes there.") from error


def _parse(model: type[BaseModel], data: object, name: str):
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise UserError(f"{name}{_first_finding(error)}") from error


def _rows(model: type[BaseModel], name: str, text: str) -> tuple:
    reader = csv.DictReader(io.StringIO(text))
    expected = list(model.model_fields)
    if reader.fieldnames != expected:
        raise UserError(f"{name} line 1: columns are {', '.join(reader.fieldnames or ['none'])}; expected {','.join(expected)}.")
    rows = []
    for row in reader:
        try:
            rows.append(model.model_validate(row))
        except ValidationError as error:
            raise UserError(f"{name} line {reader.line_num}{_first_finding(error)}") from error
    return tuple(rows)


def _first_finding(error: ValidationError) -> str:
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    found = first.get("input")
    shown = "" if isinstance(found, (dict, list, BaseModel)) or first["type"] == "missing" else f" (found: {found!r})"
    key = f": key '{place}'" if place else ""
    return f"{key}: {first['msg']}{shown}. Correct it and run the command again."


def _check_closures(slo: _Slo, closures: tuple[Closure, ...]) -> None:
    seen = set()
    for line, closure in enumerate(closures, start=2):
        if closure.closed_on in seen:
            raise UserError(f"{slo.calendar.closures} line {line}: {closure.closed_on} is listed twice. Keep one line.")
        if not slo.calendar.closures_from <= closure.closed_on <= slo.calendar.closures_through:
            raise UserError(
                f"{slo.calendar.closures} line {line}: {closure.closed_on} is outside {slo.calendar.closures_from} to "
                f"{slo.calendar.closures_through}, which slo.yaml says the list covers. Widen calendar.closures_from/closures_through."
            )
        seen.add(closure.closed_on)


def _check_mapping(name: str, mapping: SourceMapping, option_ids: set[str]) -> None:
    for position, rule in enumerate(mapping.service_option.rules):
        if rule.is_ not in option_ids:
            raise UserError(
                f"{name}: key 'service_option.rules.{position}.is': '{rule.is_}' is no option of slo.yaml "
                f"(known: {', '.join(sorted(option_ids))}). Correct one of the two."
            )
