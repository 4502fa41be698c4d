"""What the values of transitions mean: the phase of each distinct value by service option, and which sources tell of transitions."""

from collections.abc import Iterator, Sequence

import duckdb
import pyarrow as pa

from pipelines import sources
from pipelines.engines.duckdb_engine import load, run
from pipelines.mappings import PhaseRule, RequestMapping, TransitionMapping
from pipelines.policy import Policy
from pipelines.policy_schema import ServiceOption

STATE_FIELD = "state"
"""The field of the states in an export with one row per update of a request."""
NOT_MAPPED, ENDED = 9000, 9500
"""The ranks behind every rule: a value without a rule, and one that says that the request is over."""


def create(connection: duckdb.DuckDBPyConnection, rules: Policy) -> None:
    """Create `texts.phases` and `texts.transition_sources` over every landed export.

    A row of `texts.phases` per source, field, value and service option, `unclassified` included: rank (the position of its rule, from 1), the kind
    (`phase`, `ended`, `ignored` or `not_mapped`), phase, party and reason of the pause.
    """
    text, whole, yes = pa.string(), pa.int32(), pa.bool_()
    told = [
        (name, isinstance(each, TransitionMapping) and each.each_row == "interval", isinstance(each, TransitionMapping) and each.parallel)
        for name, each in sorted(rules.sources.items())
        if getattr(each, "phases", ())
    ]
    load(connection, "texts.transition_sources", {"source": text, "is_interval": yes, "is_parallel": yes}, told)
    columns = {
        "source": text, "field": text, "value": text, "service_option": text, "rank": whole, "kind": text, "phase": text, "party": text, "pause_reason": text,
    }  # fmt: skip
    rows = []
    for source, field, value in _occurring(connection, rules):
        rank, rule = sources.phase_rule(rules.sources[source].phases, field, value) or (NOT_MAPPED, None)
        for option in (*rules.options, None):
            rows.append((source, field, value, option.id if option else sources.UNCLASSIFIED, *_meaning(rank, rule, option, rules.options)))
    load(connection, "texts.phases", columns, rows)


def _occurring(connection: duckdb.DuckDBPyConnection, rules: Policy) -> Iterator[tuple[str, str, str]]:
    """Source, field and value of everything that occurs, values that a change replaced included."""
    yield from run(
        connection,
        """select distinct source, coalesce(field, ''), coalesce(value, '') from landed.transitions
           union select distinct source, coalesce(field, ''), previous_value from landed.transitions where previous_value <> ''""",
    )
    for source, label in run(connection, "select distinct source, coalesce(state_label, '') from landed.labels"):
        mapping = rules.sources[source]
        if isinstance(mapping, RequestMapping) and mapping.phases:
            yield source, STATE_FIELD, label


def _meaning(
    rank: int, rule: PhaseRule | None, option: ServiceOption | None, options: Sequence[ServiceOption]
) -> tuple[int, str, str | None, str | None, str | None]:
    """Rank, kind, phase, party and reason of the pause of a value, for requests of an option (None: unclassified).

    The party is the one that slo.yaml gives the phase for this option, else for the first option that lists it, else the rule's.
    """
    if rule is None:
        return rank, "not_mapped", None, None, None
    if rule.is_[0] == "ended":
        return ENDED, "ended", None, None, None
    if rule.is_[0] == "ignored":
        return rank, "ignored", None, None, None
    own = {each.phase: each.party for each in option.phases} if option else {}
    others = {each.phase: each.party for one in reversed(options) for each in one.phases}
    phase = next((name for name in rule.is_ if name in own), rule.is_[0])
    return rank, "phase", phase, own.get(phase) or others.get(phase) or rule.party, rule.pause

