"""Whose an export is, by its headers, and what its labels mean."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import UserError
from pipelines.mappings import CertificateMapping, PhaseRule, RequestMapping, SlaMapping, SourceMapping


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
    complete = [name for name in complete if not any(name in mappings[other].wins_over for other in complete)]
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
    if not present >= set(mapping.required):
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
    wanted = dict.fromkeys([*mapping.required, *mapping.recognise])
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


def classify(mapping: RequestMapping, labels: Mapping[str, str | None]) -> tuple[str, str, str | None, str | None, str]:
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


def certificate_status(mapping: CertificateMapping, labels: Mapping[str, str | None]) -> tuple[str, bool]:
    """Status and whether a department's own administrator stands behind it, of one combination of labels.

    `other` where the mapping does not know the label, `issued` where the export has none: what lies in a file or a log was issued.
    """
    cells = {column: _cell(mapping, text) for column, text in labels.items()}
    status = cells.get(mapping.status.column, "") if mapping.status is not None else ""
    delegated = mapping.delegated
    is_delegated = delegated is not None and _key(cells.get(delegated.column, "")) in map(_key, delegated.values)
    return (_looked_up(mapping.status.map, status) or "other") if status else "issued", is_delegated


def approval(meanings: Mapping[str, str] | None, label: str) -> str | None:
    """What a label of approval means; without meanings of its own a source uses the words of the contract. None where it is unknown."""
    return _looked_up(meanings or {value: value for value in ("approved", "requested", "rejected", "not_required")}, label)


def verdict(meanings: Mapping[str, str] | None, label: str) -> str | None:
    """What a label of another system's verdict means; without meanings of its own a source uses the words of the contract. None where it is unknown."""
    return _looked_up(meanings or {value: value for value in ("met", "missed", "open")}, label)


def stage(meanings: Mapping[str, str] | None, label: str) -> str | None:
    """The same of the stage of its clock."""
    return _looked_up(meanings or {value: value for value in ("in_progress", "paused", "completed", "cancelled")}, label)


def is_left_out(mapping: SlaMapping, name: str) -> bool:
    """Whether the clock of that name measures something else, so that it is not compared."""
    return _key(name) in map(_key, mapping.leave_out)


def phase_rule(phases: Sequence[PhaseRule], field: str, value: str) -> tuple[int, PhaseRule] | None:
    """The first rule that matches a field and its value, with its position from 1; None where none does."""
    for position, rule in enumerate(phases, start=1):
        if all(found is None or _key(cell) in map(_key, found) for found, cell in ((rule.field, field), (rule.value, value))):
            return position, rule
    return None
