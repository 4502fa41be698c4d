"""What the columns of a comparison of two snapshots mean, in one sentence each."""

_SIDES = {"old": "in the earlier snapshot", "new": "in the later snapshot"}
_COMPARED = {
    "met_count": "Requests that were due and met",
    "missed_count": "Requests missed, open overdue ones included",
    "open_overdue_count": "Requests still open past their due date",
    "met_not_yet_due_count": "Requests met before their due date, which is yet to come",
    "open_count": "Requests open and not overdue",
    "open_with_due_date_count": "Those of them that have a due date",
    "excluded_count": "Requests excluded",
    "not_measurable_count": "Requests that cannot be measured",
    "attainment_ratio": "met / (met + missed)",
    "objective_basis_points": "The objective in hundredths of a percent",
    "slo_status": "Whether attainment reached the objective",
    "allowed_miss_count": "The misses that the objective allows",
    "met_unpaused_count": "Requests that were due and met with the customer's pauses removed",
    "missed_unpaused_count": "Requests missed with the customer's pauses removed",
    "service_option": "The promise it falls under",
    "month": "Month of its due date, else of its submission",
    "slo_outcome": "Its outcome",
    "due_on": "Its due date",
    "stop_at": "When its clock stopped",
    "counted_as": "What it counts as; empty where it is in no count",
}

CHANGE_DEFINITIONS = {
    **{f"{name}_{side}": f"{meaning}, {where}." for name, meaning in _COMPARED.items() for side, where in _SIDES.items()},
    "cause": "Why the request counts otherwise: the first cause that holds.",
    "regrouped_count": "Requests that count as before, but for another department or request type.",
    "causes": "How many of these requests have which cause.",
}
