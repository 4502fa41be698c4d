"""What must hold between the parts of a policy, which a part alone cannot tell. Each check raises UserError that names the file, the line or key, and the fix."""

from collections.abc import Mapping, Sequence
from datetime import date

from pipelines.errors import UserError
from pipelines.mappings import RequestMapping, SourceMapping
from pipelines.policy_schema import Band, Closure, Effort, PublishedPeriod, Slo, Validity


def check_closures(slo: Slo, closures: tuple[Closure, ...]) -> None:
    """Each closure once, and within the years that slo.yaml says the list covers."""
    check_differ(slo.calendar.closures, [each.closed_on for each in closures])
    for line, closure in enumerate(closures, start=2):
        if not slo.calendar.closures_from <= closure.closed_on <= slo.calendar.closures_through:
            raise UserError(
                f"{slo.calendar.closures} line {line}: {closure.closed_on} is outside {slo.calendar.closures_from} to "
                f"{slo.calendar.closures_through}, which slo.yaml says the list covers. Widen calendar.closures_from/closures_through."
            )


def check_differ(name: str, days: Sequence[date]) -> None:
    """Each day of a list once."""
    seen = set()
    for line, day in enumerate(days, start=2):
        if day in seen:
            raise UserError(f"{name} line {line}: {day} is listed twice. Keep one line.")
        seen.add(day)


def check_validity(rows: tuple[Validity, ...]) -> None:
    """The steps in the order of time."""
    for line, (before, after) in enumerate(zip(rows, rows[1:]), start=3):
        if before.issued_from >= after.issued_from:
            raise UserError(f"validity.csv line {line}: {after.issued_from} does not come after {before.issued_from}. Sort the lines by issued_from.")


def check_bands(rows: tuple[Band, ...]) -> None:
    """The four bands, falling, the last of them for what no other takes."""
    found = [each.band for each in rows]
    if found != ["likely", "could", "on_course", "too_few"]:
        raise UserError(f"bands.csv: the bands are {', '.join(found)}; expected likely, could, on_course, too_few, in this order. Write one line for each.")
    if (rows[-1].from_similar_count, rows[-1].from_basis_points) != (0, 0) or min(each.from_similar_count for each in rows[:-1]) < 1:
        raise UserError("bands.csv: too_few takes what no other band does. Give it from_similar_count and from_basis_points 0, the others from_similar_count 1 or more.")
    if not rows[0].from_basis_points > rows[1].from_basis_points > rows[2].from_basis_points == 0:
        points = ", ".join(f"{each.band} {each.from_basis_points}" for each in rows[:-1])
        raise UserError(f"bands.csv: the risks from which bands hold are {points}; expected a fall from likely to could, and on_course from 0. Correct them.")


def check_effort(rows: tuple[Effort, ...], option_ids: set[str] | None) -> None:
    """Each option once, known ones (None: not checked), and the one that counts for all others."""
    found = [each.service_option for each in rows]
    for line, option in enumerate(found, start=2):
        if option in found[: line - 2]:
            raise UserError(f"effort.csv line {line}: {option} is listed twice. Keep one line.")
        if option_ids is not None and option not in {*option_ids, "unclassified"}:
            raise UserError(f"effort.csv line {line}: {option} is no option of slo.yaml (known: {', '.join(sorted(option_ids))}, unclassified). Correct it.")
    if "unclassified" not in found:
        raise UserError("effort.csv: no row for unclassified, whose hours count where an option has no row. Add one.")


def check_periods(rows: tuple[PublishedPeriod, ...]) -> None:
    """Each period once."""
    seen = set()
    for line, row in enumerate(rows, start=2):
        if row.period in seen:
            raise UserError(f"published_periods.csv line {line}: the period '{row.period}' is there twice. Give each its own name.")
        seen.add(row.period)


def check_parties(sources: Mapping[str, SourceMapping], slo: Slo) -> None:
    """Whoever holds a phase of slo.yaml is one of its parties; a phase that it does not list has one party in all mappings."""
    for option in slo.options:
        for each in option.phases:
            if each.party not in slo.parties:
                raise UserError(
                    f"slo.yaml: '{each.party}', who holds the phase '{each.phase}' of {option.id}, is none of the parties: {', '.join(slo.parties)}. "
                    "Correct it, or add it to them."
                )
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


def check_mapping(name: str, mapping: SourceMapping, slo: Slo) -> None:
    """The phases, parties and options that a mapping names are those of slo.yaml."""
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
