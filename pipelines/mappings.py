"""Mapping files: which headers of a source carry which column of its contract, and what its labels mean.

A mapping file is `data/policy/sources/NAME.yaml`. Nothing about a source is written in code.
"""

import functools
import zoneinfo
from collections.abc import Iterable
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from pipelines.contracts import CONTRACTS, Contract, Kind

State = Literal["open", "resolved", "completed", "cancelled", "rejected", "incomplete", "skipped"]
Approval = Literal["approved", "requested", "rejected", "not_required"]
Verdict = Literal["met", "missed", "open"]
Stage = Literal["in_progress", "paused", "completed", "cancelled"]
Holding = Literal["console", "file", "log", "scan"]
CertificateStatus = Literal[
    "requested", "approved", "applied", "issued", "expired", "revoked", "replaced", "declined", "rejected", "invalid", "sa_approved", "init",
    "unmanaged", "external", "other",
]  # fmt: skip


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


class VerdictMap(_Strict):
    """What another system's own verdict means, by label; YAML reads `true` and `false` as words of its own."""

    map: dict[str, Verdict]

    @field_validator("map", mode="before")
    @classmethod
    def _words_are_text(cls, found: object) -> object:
        return {str(key).lower() if isinstance(key, bool) else key: value for key, value in found.items()} if isinstance(found, dict) else found


class StageMap(_Strict):
    """What the stages of another system's clock mean, by label."""

    map: dict[str, Stage]


class OptionRule(_Strict):
    """A service option, where every rule column in `when` holds one of its values."""

    when: dict[str, list[str]]
    is_: str = Field(alias="is")


class OptionRules(_Strict):
    """Rules in order (the first that matches wins) and the columns that name an unmatched label."""

    rules: tuple[OptionRule, ...]
    option_label: tuple[str, ...]


class StatusMap(_Strict):
    """Labels of the status column of certificates and what each one means; a label that is not listed means `other`."""

    column: str
    map: dict[str, CertificateStatus]


class LabelSet(_Strict):
    """Labels of one rule column that all mean the same."""

    column: str
    values: tuple[str, ...]


class PhaseRule(_Strict):
    """The phase of a request while `field` holds one of `value` (None: any, compared trimmed in any case).

    `is_`: a phase, or several of which the first holds that the option's process has; `ended`: over; `ignored`: says nothing about phases.
    `party`: who holds the request, where slo.yaml does not say; `pause`: why the work waits for the customer.
    """

    field: tuple[str, ...] | None = None
    value: tuple[str, ...] | None = None
    is_: tuple[str, ...] = Field(alias="is", min_length=1)
    party: str | None = None
    pause: str | None = None

    @field_validator("is_", mode="before")
    @classmethod
    def _one_is_a_list(cls, found: object) -> object:
        return [found] if isinstance(found, str) else found

    @model_validator(mode="after")
    def _says_one_thing(self) -> "PhaseRule":
        if set(self.is_) & {"ended", "ignored"} and (len(self.is_) > 1 or self.party or self.pause):
            raise ValueError(f"'{self.is_[0]}' stands alone, without another phase, a party or a pause")
        return self


class SourceMapping(_Strict):
    """What every mapping file says. `raw_timezone`: the zone where a format gives the system's own values instead of a user's display.

    `wins_over`: sources that this one is told from by having more; where the headers fit both, it is this one.
    """

    source: str
    kind: Kind
    description: str
    timezone: str
    raw_timezone: str | None = None
    day_order: Literal["mdy", "dmy"] | None = None
    nulls: tuple[str, ...] = ()
    recognise: tuple[str, ...] = Field(min_length=1)
    wins_over: tuple[str, ...] = ()
    columns: dict[str, tuple[str, ...]]
    labels: dict[str, tuple[str, ...]] = {}

    @property
    def contract(self) -> Contract:
        """The contract of its kind."""
        return CONTRACTS[self.kind]

    @property
    def required(self) -> tuple[str, ...]:
        """Columns and rule columns without which an export is none of this source."""
        return self.contract.required

    @field_validator("timezone", "raw_timezone")
    @classmethod
    def _zone_exists(cls, zone: str | None) -> str | None:
        if zone is not None and zone not in zones():
            raise ValueError(f'"{zone}" is not a time zone; write one such as America/Los_Angeles')
        return zone

    @model_validator(mode="after")
    def _names_exist(self) -> "SourceMapping":
        for column in self.columns:
            if column not in self.contract.columns:
                raise ValueError(f'columns: "{column}" is not a contract column ({", ".join(self.contract.columns)})')
        for column in self.contract.required:
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
        return ()


class RequestMapping(SourceMapping):
    """Requests: every rule column it uses must be in `labels`."""

    kind: Literal["requests"]
    state: StateMap
    service_option: OptionRules
    request_type: LabelMap | None = None
    approval: ApprovalMap | None = None
    phases: tuple[PhaseRule, ...] = ()
    """Given where every update of a request is a row of the export: what its states say about phases; their field is `state`."""
    verdict: VerdictMap | None = None
    """What the column `source_verdict` means: the source's own opinion."""

    @property
    def required(self) -> tuple[str, ...]:
        """The contract's, and the label that says the state."""
        return (*self.contract.required, self.state.column)

    def _label_uses(self) -> Iterable[tuple[str, str]]:
        yield "state.column", self.state.column
        if self.request_type is not None:
            yield "request_type.column", self.request_type.column
        for position, rule in enumerate(self.service_option.rules):
            for column in rule.when:
                yield f"service_option.rules.{position}.when", column
        for column in self.service_option.option_label:
            yield "service_option.option_label", column


class CertificateMapping(SourceMapping):
    """Certificates. `holding`: how the certificates of this source are known, unless a column says so.

    `delegated`: labels by which a department's own administrator is told, so that no request is expected.
    """

    kind: Literal["certificates"]
    holding: Holding
    status: StatusMap | None = None
    delegated: LabelSet | None = None

    @model_validator(mode="after")
    def _has_a_key(self) -> "CertificateMapping":
        if not {"certificate_id", "serial_number", "order_number", "certificate_pem"} & set(self.columns):
            raise ValueError("columns: certificate_id, serial_number, order_number or certificate_pem is required; list the headers that carry one")
        return self

    def _label_uses(self) -> Iterable[tuple[str, str]]:
        if self.status is not None:
            yield "status.column", self.status.column
        if self.delegated is not None:
            yield "delegated.column", self.delegated.column


class ApprovalMapping(SourceMapping):
    """Approvals: one row per approver."""

    kind: Literal["approvals"]
    approval: ApprovalMap | None = None


class RequisitionMapping(SourceMapping):
    """Requisitions: the orders that requested items belong to."""

    kind: Literal["requisitions"]
    approval: ApprovalMap | None = None


class TransitionMapping(SourceMapping):
    """Transitions. `each_row`: a value with its own end, or a change, whose value lasts until the next one of the field.

    `parallel`: rows of one request and field may run side by side, such as tasks. `phases`: the first rule that matches names the phase; where
    several rows cover a moment, the one with the earlier rule holds.
    """

    kind: Literal["transitions"]
    each_row: Literal["interval", "change"]
    parallel: bool = False
    phases: tuple[PhaseRule, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _changes_follow_each_other(self) -> "TransitionMapping":
        if self.each_row == "change" and (self.parallel or "ended_at" in self.columns):
            raise ValueError("each_row: a change lasts until the next one, so it has no ended_at and nothing parallel; write interval, or leave those out")
        return self


class SlaMapping(SourceMapping):
    """Clocks of another system. `leave_out`: names of those that measure something else than the promise; they are listed, never compared."""

    kind: Literal["slas"]
    verdict: VerdictMap | None = None
    stage: StageMap | None = None
    leave_out: tuple[str, ...] = ()


MAPPINGS: dict[str, type[SourceMapping]] = {
    "requests": RequestMapping,
    "certificates": CertificateMapping,
    "approvals": ApprovalMapping,
    "requisitions": RequisitionMapping,
    "transitions": TransitionMapping,
    "slas": SlaMapping,
}
