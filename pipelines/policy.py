"""The policy: the promise and its arithmetic as data, validated when it is read.

A policy is a folder with any of FILES and `sources/*.yaml`. What it leaves out is the product's own; only corrections are nobody's but their folder's.
"""

import csv
import hashlib
import io
from pathlib import Path

import yaml
from pydantic import BaseModel, ValidationError

from pipelines import corrections, homes, policy_checks
from pipelines.errors import UserError
from pipelines.mappings import MAPPINGS, SourceMapping
from pipelines.policy_schema import Band, Certificates, Closure, DistributionList, Domain, Effort, PublishedPeriod, Scenario, Slo, TimestampFormat, Validity

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
    policy_checks.check_validity(parts["validity"])
    policy_checks.check_bands(parts["bands"])
    policy_checks.check_periods(parts["published_periods"])
    policy_checks.check_differ("second_calendar.csv", [each.closed_on for each in parts["second_calendar"]])
    # The product's own hours name the product's options, which another policy need not have.
    policy_checks.check_effort(parts["effort"], {option.id for option in slo.options} if (folder / "effort.csv").is_file() else None)
    policy_checks.check_closures(slo, parts["closures"])
    sources = {}
    for path in _mapping_files(folder) or _mapping_files(DEFAULT_FOLDER):
        name = f"sources/{path.name}"
        mapping = _mapping(name, _yaml(name, text_of(name)))
        if mapping.source != path.stem:
            raise UserError(f"{name}: key 'source' is '{mapping.source}', but the file is named {path.name}. Make them equal.")
        policy_checks.check_mapping(name, mapping, slo)
        sources[mapping.source] = mapping
    policy_checks.check_parties(sources, slo)
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


def _mapping(name: str, data: object) -> SourceMapping:
    """A mapping by its kind; without a known kind, the finding names the kinds there are."""
    kind = data.get("kind") if isinstance(data, dict) else None
    return _parse(MAPPINGS.get(kind, SourceMapping) if isinstance(kind, str) else SourceMapping, data, name)
