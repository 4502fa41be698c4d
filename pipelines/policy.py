"""The policy: the promise and its arithmetic as data, validated when it is read.

A policy is a folder with any of FILES and `sources/*.yaml`. What it leaves out is the product's own; only corrections are nobody's but their folder's.
"""

import csv
import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from pipelines import corrections, homes
from pipelines.errors import UserError
from pipelines.mappings import MAPPINGS, RequestMapping, SourceMapping
from pipelines.policy_schema import Band, Certificates, Closure, DistributionList, Domain, Effort, PublishedPeriod, Scenario, ServiceOption, Slo, TimestampFormat, Validity

DEFAULT_FOLDER = homes.data() / "policy"
FILES = (
    "slo.yaml", "closures.csv", corrections.FILE, "domains.csv", "timestamp_formats.csv", "certificates.yaml", "validity.csv", "distribution_lists.csv",
    "bands.csv", "effort.csv", "scenarios.yaml", "published_periods.csv", "second_calendar.csv",
)  # fmt: skip


class Policy(Slo):
    """A whole policy folder. `files` holds every file's text by relative name; `sha256` covers them all."""

    closures: tuple[Closure, ...]
    domains: tuple[Domain, ...]
    timestamp_formats: tuple[TimestampFormat, ...]
    certificates: Certificates
    validity: tuple[Validity, ...]
    distribution_lists: tuple[DistributionList, ...]
    bands: tuple[Band, ...]
    effort: tuple[Effort, ...]
    scenarios: tuple[Scenario, ...]
    published_periods: tuple[PublishedPeriod, ...]
    second_calendar: tuple[Closure, ...]
    corrections: tuple[corrections.Correction, ...]
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
    if not holds_any(folder):
        raise UserError(f"{folder}: no policy file here; a policy is a folder with any of {', '.join(FILES)} and sources/*.yaml. See data/policy.")
    files = {}

    def text_of(name: str) -> str:
        files[name] = _read(folder, name)
        return files[name]

    slo = _parse(Slo, _yaml("slo.yaml", text_of("slo.yaml")), "slo.yaml")
    parts = {
        "closures": _rows(Closure, slo.calendar.closures, text_of(slo.calendar.closures)),
        "domains": _rows(Domain, "domains.csv", text_of("domains.csv")),
        "timestamp_formats": _rows(TimestampFormat, "timestamp_formats.csv", text_of("timestamp_formats.csv")),
        "certificates": _parse(Certificates, _yaml("certificates.yaml", text_of("certificates.yaml")), "certificates.yaml"),
        "validity": _rows(Validity, "validity.csv", text_of("validity.csv")),
        "distribution_lists": _rows(DistributionList, "distribution_lists.csv", text_of("distribution_lists.csv")),
        "bands": _rows(Band, "bands.csv", text_of("bands.csv")),
        "effort": _rows(Effort, "effort.csv", text_of("effort.csv")),
        "scenarios": _scenarios(_yaml("scenarios.yaml", text_of("scenarios.yaml"))),
        "published_periods": _rows(PublishedPeriod, "published_periods.csv", text_of("published_periods.csv")),
        "second_calendar": _rows(Closure, "second_calendar.csv", text_of("second_calendar.csv")),
        "corrections": _corrections(_yaml(corrections.FILE, text_of(corrections.FILE)), slo) if (folder / corrections.FILE).is_file() else (),
    }
    _check_validity(parts["validity"])
    _check_bands(parts["bands"])
    _check_periods(parts["published_periods"])
    _check_differ("second_calendar.csv", [each.closed_on for each in parts["second_calendar"]])
    # The product's own hours name the product's options, which another policy need not have.
    _check_effort(parts["effort"], {option.id for option in slo.options} if (folder / "effort.csv").is_file() else None)
    _check_closures(slo, parts["closures"])
    sources = {}
    for path in _mapping_files(folder) or _mapping_files(DEFAULT_FOLDER):
        name = f"sources/{path.name}"
        mapping = _mapping(name, _yaml(name, text_of(name)))
        if mapping.source != path.stem:
            raise UserError(f"{name}: key 'source' is '{mapping.source}', but the file is named {path.name}. Make them equal.")
        _check_mapping(name, mapping, slo)
        sources[mapping.source] = mapping
    _check_parties(sources, slo)
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name]}\0".encode())
    return Policy(**dict(slo), **parts, sources=sources, folder=folder, files=files, sha256=digest.hexdigest())


def holds_any(folder: Path) -> bool:
    """Whether a folder holds a file of a policy."""
    return any((folder / name).is_file() for name in FILES) or bool(_mapping_files(folder))


def _mapping_files(folder: Path) -> list[Path]:
    return sorted((folder / "sources").glob("*.yaml"))


def _read(folder: Path, name: str) -> str:
    path = folder / name
    if not path.is_file() and (DEFAULT_FOLDER / name).is_file():
        path = DEFAULT_FOLDER / name
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise UserError(f"{path}: this policy file is missing. Add it, or name another in slo.yaml.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: cannot be read as UTF-8 text ({error}). Save it as UTF-8.") from error


class _EveryKeyOnce(yaml.SafeLoader):
    """YAML that does not let the second of two equal keys win in silence."""

    def construct_mapping(self, node, deep=False):
        """A mapping whose keys differ; raises at the second of two that do not."""
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key '{key.value}' is there twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _yaml(name: str, text: str) -> object:
    try:
        return yaml.load(text, _EveryKeyOnce)
    except ValueError as error:
        raise UserError(f"{name}: holds a date that does not exist ({error}). Correct it.") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise UserError(f"{name}{line}: not as it should be: {getattr(error, 'problem', error)}. Check indentation and quotes there.") from error


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


def _check_closures(slo: Slo, closures: tuple[Closure, ...]) -> None:
    _check_differ(slo.calendar.closures, [each.closed_on for each in closures])
    for line, closure in enumerate(closures, start=2):
        if not slo.calendar.closures_from <= closure.closed_on <= slo.calendar.closures_through:
            raise UserError(
                f"{slo.calendar.closures} line {line}: {closure.closed_on} is outside {slo.calendar.closures_from} to "
                f"{slo.calendar.closures_through}, which slo.yaml says the list covers. Widen calendar.closures_from/closures_through."
            )


def _check_differ(name: str, days: Sequence[date]) -> None:
    seen = set()
    for line, day in enumerate(days, start=2):
        if day in seen:
            raise UserError(f"{name} line {line}: {day} is listed twice. Keep one line.")
        seen.add(day)


def _check_validity(rows: tuple[Validity, ...]) -> None:
    for line, (before, after) in enumerate(zip(rows, rows[1:]), start=3):
        if before.issued_from >= after.issued_from:
            raise UserError(f"validity.csv line {line}: {after.issued_from} does not come after {before.issued_from}. Sort the lines by issued_from.")


def _scenarios(data: object) -> tuple[Scenario, ...]:
    """The base and what each other scenario changes of it."""
    if not isinstance(data, list) or not data or not all(isinstance(each, dict) for each in data):
        raise UserError("scenarios.yaml: holds no list of scenarios. The first is the base, each other one names what it changes.")
    found = tuple(_parse(Scenario, {**data[0], **each}, f"scenarios.yaml scenario {position}") for position, each in enumerate(data, start=1))
    ids = [each.id for each in found]
    if len(set(ids)) < len(ids):
        position = next(place for place, each in enumerate(ids) if each in ids[:place])
        raise UserError(f"scenarios.yaml scenario {position + 1}: its id {ids[position]} is that of an earlier one. Give each its own.")
    return found


def _corrections(data: object, slo: Slo) -> tuple[corrections.Correction, ...]:
    """The entries of corrections.yaml; an empty file has none."""
    if not isinstance(data, list | None) or not all(isinstance(each, dict) for each in data or ()):
        raise UserError(f"{corrections.FILE}: holds no list of corrections. Each begins with '- id:'.")
    found = []
    for position, each in enumerate(data or (), start=1):
        name = f" ({each['id']})" if isinstance(each.get("id"), str) else ""
        found.append(_parse(corrections.Correction, each, f"{corrections.FILE} entry {position}{name}"))
    corrections.check(found, slo)
    return tuple(found)


def _check_bands(rows: tuple[Band, ...]) -> None:
    found = [each.band for each in rows]
    if found != ["likely", "could", "on_course", "too_few"]:
        raise UserError(f"bands.csv: the bands are {', '.join(found)}; expected likely, could, on_course, too_few, in this order. Write one line for each.")
    if (rows[-1].from_similar_count, rows[-1].from_basis_points) != (0, 0) or min(each.from_similar_count for each in rows[:-1]) < 1:
        raise UserError("bands.csv: too_few takes what no other band does. Give it from_similar_count and from_basis_points 0, the others from_similar_count 1 or more.")
    if not rows[0].from_basis_points > rows[1].from_basis_points > rows[2].from_basis_points == 0:
        points = ", ".join(f"{each.band} {each.from_basis_points}" for each in rows[:-1])
        raise UserError(f"bands.csv: the risks from which bands hold are {points}; expected a fall from likely to could, and on_course from 0. Correct them.")


def _check_effort(rows: tuple[Effort, ...], option_ids: set[str] | None) -> None:
    found = [each.service_option for each in rows]
    for line, option in enumerate(found, start=2):
        if option in found[: line - 2]:
            raise UserError(f"effort.csv line {line}: {option} is listed twice. Keep one line.")
        if option_ids is not None and option not in {*option_ids, "unclassified"}:
            raise UserError(f"effort.csv line {line}: {option} is no option of slo.yaml (known: {', '.join(sorted(option_ids))}, unclassified). Correct it.")
    if "unclassified" not in found:
        raise UserError("effort.csv: no row for unclassified, whose hours count where an option has no row. Add one.")


def _check_periods(rows: tuple[PublishedPeriod, ...]) -> None:
    seen = set()
    for line, row in enumerate(rows, start=2):
        if row.period in seen:
            raise UserError(f"published_periods.csv line {line}: the period '{row.period}' is there twice. Give each its own name.")
        seen.add(row.period)


def _mapping(name: str, data: object) -> SourceMapping:
    """A mapping by its kind; without a known kind, the finding names the kinds there are."""
    kind = data.get("kind") if isinstance(data, dict) else None
    return _parse(MAPPINGS.get(kind, SourceMapping) if isinstance(kind, str) else SourceMapping, data, name)


def _check_parties(sources: Mapping[str, SourceMapping], slo: Slo) -> None:
    """A phase that slo.yaml does not list has one party in all mappings."""
    listed = {each.phase for option in slo.options for each in option.phases}
    parties: dict[str, tuple[str, str | None]] = {}
    for name, mapping in sources.items():
        for rule in getattr(mapping, "phases", ()):
            for phase in set(rule.is_) - listed - {"ended", "ignored"}:
                first, party = parties.setdefault(phase, (name, rule.party))
                if rule.party != party:
                    raise UserError(
                        f"sources/{name}.yaml: '{rule.party}' holds the phase '{phase}', but in sources/{first}.yaml '{party}' does. Give it one party, in slo.yaml or in both."
                    )


def _check_mapping(name: str, mapping: SourceMapping, slo: Slo) -> None:
    option_ids = {option.id for option in slo.options}
    phases = [each.phase for option in slo.options for each in option.phases]
    for position, rule in enumerate(getattr(mapping, "phases", ())):
        unknown = [each for each in rule.is_ if each not in {*phases, "ended", "ignored"}]
        if unknown and rule.party is None:
            raise UserError(
                f"{name}: key 'phases.{position}.is': '{unknown[0]}' is no phase of slo.yaml "
                f"(known: {', '.join(dict.fromkeys(phases))}, ended, ignored). Correct it, or give it its party."
            )
        if rule.party is not None and rule.party not in slo.parties:
            raise UserError(
                f"{name}: key 'phases.{position}.party': '{rule.party}' is none of the parties of slo.yaml ({', '.join(slo.parties)}). Correct one of the two."
            )
    if not isinstance(mapping, RequestMapping):
        return
    for position, rule in enumerate(mapping.service_option.rules):
        if rule.is_ not in option_ids:
            raise UserError(
                f"{name}: key 'service_option.rules.{position}.is': '{rule.is_}' is no option of slo.yaml "
                f"(known: {', '.join(sorted(option_ids))}). Correct one of the two."
            )
