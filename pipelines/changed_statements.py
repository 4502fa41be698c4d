"""What else a statement says, beside its counts: its objective and what follows from it, and attainment without pauses; and how a difference in that reads."""

from collections.abc import Callable
from typing import Any

JUDGED = {"objective_basis_points": ":count", "slo_status": "", "allowed_miss_count": ":count"}
"""What the objective makes of the counts, each with the kind of its column."""
UNPAUSED = {"met_unpaused_count": ":count", "missed_unpaused_count": ":count"}
"""The counts with the customer's pauses removed."""
OTHERS = JUDGED | UNPAUSED

MONTHS = """
create view {side}.months as
with counted as (
    select service_option, strftime(month_start_on, '%Y-%m') as month, min(objective_basis_points) as objective_basis_points, {sums}
    from {side}.slo_months where is_policy_basis group by 1, 2
),

-- Where no pause moves a due date, the second figure is the first.
unpaused as (
    select
        service_option, strftime(month_start_on, '%Y-%m') as month,
        cast(sum(met_count) as bigint) as met_unpaused_count, cast(sum(missed_count) as bigint) as missed_unpaused_count
    from {side}.slo_months
    where case when 'without_pauses' in (select clock_basis from {side}.slo_months) then clock_basis = 'without_pauses' else is_policy_basis end
    group by 1, 2
),

promised as (
    select *, met_count + missed_count as due_count, met_count + missed_count + met_not_yet_due_count + open_with_due_date_count as promised_count from counted
)

select
    *,
    cast(floor(promised_count * (10000 - objective_basis_points) / 1e4) as bigint) as allowed_miss_count,
    case
        when due_count = 0 then 'no_data'
        when objective_basis_points is null then 'no_target'
        when met_count * 10000 >= objective_basis_points * due_count then 'met'
        else 'missed'
    end as slo_status
from promised full join unpaused using (service_option, month);
"""
"""A row per service option and month of one side, for `str.format` with the name of the side and the sums of the counts."""


def others(month: Any, arrow: str, share: Callable[[int, int, float | None], str]) -> list[str]:
    """What differs beside the counts in a row of `differences.MONTHS`, in words: `objective 95 % -> 90 %`. `share` writes met of due at a target.

    Attainment without pauses only where it differs otherwise than the headline does.
    """
    row = month if isinstance(month, dict) else month._asdict()
    objective, status, allowed, *unpaused = ([row[f"{name}_{side}"] for side in ("old", "new")] for name in OTHERS)
    found = []
    if None not in objective:
        pairs = {"objective": [f"{each / 100:g} %" for each in objective], "status": [each.replace("_", " ") for each in status], "allowed misses": allowed}
        found = [f"{words} {before} {arrow} {after}" for words, (before, after) in pairs.items() if before != after]
    counted = [[row[f"{name}_count_{side}"] for side in ("old", "new")] for name in ("met", "missed")]
    unpaused = [[each or 0 for each in sides] for sides in unpaused]
    if unpaused != counted:
        before, after = (share(met, met + missed, row["target_ratio"]) for met, missed in zip(*unpaused, strict=True))
        found += [f"without pauses {before} {arrow} {after}"] if before != after else []
    if row["regrouped_count"]:
        found.append(f"{row['regrouped_count']:,} for another department or request type")
    return found
