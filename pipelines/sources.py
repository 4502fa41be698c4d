"""What an export means: mapping files, recognition by headers, classification of labels.

A mapping file (`data/policy/sources/NAME.yaml`) says which headers carry which contract column and which labels mean which state, option and
request type. Nothing about a source is written in code.
"""

import functools
import zoneinfo
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.errors import UserError

EVENT_COLUMNS = ("submitted_at", "approved_at", "closed_at", "resolved_at", "installed_at", "issued_at", "updated_at")
"""Contract columns that hold an instant at which something happened."""

REACH_COLUMNS = ("submitted_at", "approved_at", "closed_at", "issued_at", "updated_at")
"""Events that say how far an export reaches, and so set the default `as_of`."""

DATE_COLUMNS = ("requested_completion_on", "current_expires_on")
"""Contract columns that hold a planned or expiry date: read like times, but never events."""

CONTRACT_COLUMNS = tuple(
    """number service_option request_type department submitted_at approved_at approval closed_at resolved_at installed_at state
    requested_completion_on current_expires_on issued_at certificate_count parent_number common_name subject_alternative_names contacts csr
    security_approval validation_type updated_at update_sequence reopen_count assignment_group assigned_to time_worked_seconds
    source_verdict""".split()
)
"""The contract of a request, in its published order."""

REQUIRED_COLUMNS = ("number", "submitted_at")

State = Literal["open", "resolved", "completed", "cancelled", "rejected", "incomplete", "skipped"]
Approval = Literal["approved", "requested", "rejected", "not_required"]


@functools.cache
def zones() -> frozenset[str]:
    """The names of time zones; listing them walks a folder tree, so it is done once. `localtime` is whatever this machine is set to."""
    return frozenset(zoneinfo.available_timezones() - {"localtime"})


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class LabelMap(_Strict):
    """Labels of one rule column and what each means; keys are compared trimmed, in any case."""

    column: str
    map: dict[str, str] = {}


class StateMap(_Strict):
    """Labels of the state column and the state of the contract that each one means."""

    column: str
    map: dict[str, State]


class ApprovalMap(_Strict):
    """Labels of the contract column `approval` and their meaning."""

    map: dict[str, Approval]


class OptionRule(_Strict):
    """A service option, where every rule column in `when` holds one of its values."""

    when: dict[str, list[str]]
    is_: str = Field(alias="is")


class OptionRules(_Strict):
    """Rules in order (the first that matches wins) and the columns that name an unmatched label."""

    rules: tuple[OptionRule, ...]
    option_label: tuple[str, ...]


class SourceMapping(_Strict):
    """One mapping file. Every rule column it uses must be in `labels`, every column in the contract."""

    source: str
    kind: Literal["requests"]
    description: str
    timezone: str
    day_order: Literal["mdy", "dmy"] | None = None
    nulls: tuple[str, ...] = ()
    recognise: tuple[str, ...] = Field(min_length=1)
    columns: dict[str, tuple[str, ...]]
    labels: dict[str, tuple[str, ...]]
    state: StateMap
    service_option: OptionRules
    request_type: LabelMap | None = None
    approval: ApprovalMap | None = None

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, zone: str) -> str:
        if zone not in zones():
            raise ValueError(f'"{zone}" is not a time zone; write one such as America/Los_Angeles')
        return zone

    @model_validator(mode="after")
    def _names_exist(self) -> "SourceMapping":
        for column in self.columns:
            if column not in CONTRACT_COLUMNS:
                raise ValueError(f'columns: "{column}" is not a contract column ({", ".join(CONTRACT_COLUMNS)})')
        for column in REQUIRED_COLUMNS:
            if not self.columns.get(column):
                raise ValueError(f'columns: "{column}" is required; list the headers that carry it')
        for column in self.recognise:
            if column not in self.columns and column not in self.labels:
                raise ValueError(f'recognise: "{column}" is neither in columns nor in labels')
        for place, column in self._label_uses():
            if column not in self.labels:
                raise ValueError(f'{place}: "{column}" is not in labels ({", ".join(self.labels)})')
        return self

    def _label_uses(self) -> Iterable[tuple[str, str]]:
        yield "state.column", self.state.column
        if self.request_type is not None:
            yield "request_type.column", self.request_type.column
        for position, rule in enumerate(self.service_option.rules):
            for column in rule.when:
                yield f"service_option.rules.{position}.when", column
        for column in self.service_option.option_label:
            yield "service_option.option_label", column


@dataclass(frozen=True)
class Recognised:
    """The mapping an export belongs to, and which of its headers carries which column."""

    mapping: SourceMapping
    columns: dict[str, str]
    """Contract column -> header of the export."""
    label_columns: dict[str, str]
    """Rule column -> header of the export."""


def require(name: str, mappings: Mapping[str, SourceMapping]) -> str:
    """The name of a known source. Raises UserError listing them."""
    if name not in mappings:
        raise UserError(f"--source {name}: there is no such source. Known sources: {', '.join(sorted(mappings))}.")
    return name


def recognise(
    headers: Sequence[str], mappings: Mapping[str, SourceMapping], wanted: str | None = None, *, folder: Path = Path("data/policy")
) -> Recognised:
    """The one mapping whose `recognise` columns are all among the headers, or the one `wanted` by name.

    `folder` is the policy folder, named in the remedies. Raises UserError (without the name of the export, which the caller puts before it)
    when the source is unknown or ambiguous, a required column is missing, or two headers could carry the same column.
    """
    if wanted is not None:
        return _matched(headers, mappings[require(wanted, mappings)], folder)
    present = {name: _present(headers, mapping) for name, mapping in mappings.items()}
    complete = [name for name, mapping in mappings.items() if present[name] >= set(mapping.recognise)]
    if len(complete) > 1:
        names = " and ".join(sorted(complete))
        raise UserError(f"the headers fit the sources {names}. Choose one with --source {sorted(complete)[0]}.")
    if complete:
        return _matched(headers, mappings[complete[0]], folder)
    # A file with most of a source's columns is that source with one missing, and the error says which.
    nearness = {name: (len(present[name] & set(each.recognise)) / len(each.recognise), len(present[name])) for name, each in mappings.items()}
    near = [name for name in mappings if nearness[name][0] > 0.5 and nearness[name] == max(nearness.values())]
    if len(near) == 1:
        raise _missing(headers, mappings[near[0]], present[near[0]], folder)
    raise UserError(
        f"the headers fit no known source (found: {_listed(headers)}). Known sources: {', '.join(sorted(mappings))}. "
        f"Choose one with --source, or map the headers in a new file of {folder / 'sources'}."
    )


def _matched(headers: Sequence[str], mapping: SourceMapping, folder: Path) -> Recognised:
    present = _present(headers, mapping)
    if not present >= {*REQUIRED_COLUMNS, mapping.state.column}:
        raise _missing(headers, mapping, present, folder)
    return Recognised(mapping, _chosen(headers, mapping, mapping.columns, folder), _chosen(headers, mapping, mapping.labels, folder))


def _present(headers: Sequence[str], mapping: SourceMapping) -> set[str]:
    keys = {_key(header) for header in headers}
    accepted = [*mapping.columns.items(), *mapping.labels.items()]
    return {column for column, names in accepted if any(_key(name) in keys for name in names)}


def _chosen(headers: Sequence[str], mapping: SourceMapping, accepted: Mapping[str, Sequence[str]], folder: Path) -> dict[str, str]:
    chosen = {}
    for column, names in accepted.items():
        keys = {_key(name) for name in names}
        candidates = [header for header in headers if _key(header) in keys]
        if len(candidates) > 1:
            found = '" and "'.join(candidates)
            raise UserError(f'columns "{found}" are {len(candidates)} candidates for {column}. Remove one from the file, or from {_file(mapping, folder)}.')
        if candidates:
            chosen[column] = candidates[0]
    return chosen


def _missing(headers: Sequence[str], mapping: SourceMapping, present: set[str], folder: Path) -> UserError:
    wanted = dict.fromkeys([*REQUIRED_COLUMNS, mapping.state.column, *mapping.recognise])
    column = next(column for column in wanted if column not in present)
    names = mapping.columns.get(column) or mapping.labels.get(column) or (column,)
    alternatives = " or ".join(f'"{name}"' for name in names)
    return UserError(f"column {alternatives} is missing (found: {_listed(headers)}). Map it in {_file(mapping, folder)}.")


def _file(mapping: SourceMapping, folder: Path) -> Path:
    return folder / "sources" / f"{mapping.source}.yaml"


def _listed(headers: Sequence[str]) -> str:
    shown = ", ".join(header.strip() or "(empty)" for header in headers[:12])
    return f"{shown} and {len(headers) - 12} more" if len(headers) > 12 else shown


def _key(text: str) -> str:
    return text.strip().casefold()


UNCLASSIFIED = "unclassified"


def classify(mapping: SourceMapping, labels: Mapping[str, str | None]) -> tuple[str, str, str | None, str | None, str]:
    """Service option, its label, request type, state and state label of one combination of labels.

    `labels` maps rule columns to cells as exported. The option is "unclassified" where no rule matches, the state None where the mapping does not
    know its label; the labels are then what the outcome's reason shows. A request type the mapping does not list passes through as it is.
    """
    cells = {column: _cell(mapping, text) for column, text in labels.items()}
    option = UNCLASSIFIED
    for rule in mapping.service_option.rules:
        if all(_key(cells.get(column, "")) in map(_key, values) for column, values in rule.when.items()):
            option = rule.is_
            break
    shown = [cells.get(column, "") for column in mapping.service_option.option_label]
    request_type = None
    if mapping.request_type is not None:
        label = cells.get(mapping.request_type.column, "")
        request_type = _looked_up(mapping.request_type.map, label) or label or None
    state_label = cells.get(mapping.state.column, "")
    state = _looked_up(mapping.state.map, state_label)
    return option, " / ".join(text for text in shown if text), request_type, state, state_label


def _cell(mapping: SourceMapping, text: str | None) -> str:
    trimmed = (text or "").strip()
    if trimmed[:1] == "'" and trimmed[1:2] in ("+", "-", "=", "@"):
        trimmed = trimmed[1:]
    return "" if trimmed in mapping.nulls else trimmed


def _looked_up(meanings: Mapping[str, str], label: str) -> str | None:
    wanted = _key(label)
    return next((meaning for key, meaning in meanings.items() if _key(key) == wanted), None)
