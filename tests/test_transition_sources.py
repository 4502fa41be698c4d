"""Which exports of transitions are recognised, by field name and by label, and what their values mean for the phases of a request."""

from pathlib import Path

import pytest

from pipelines import policy, sources

RULES = policy.load(policy.DEFAULT_FOLDER)
UCI = policy.load(Path(__file__).resolve().parents[1] / "data" / "public" / "uci_incident_log" / "policy")
PAUSE = "waiting on the customer"


@pytest.mark.parametrize(
    ("source", "headers"),
    [
        ("servicenow_metrics", "id field value start end duration calculation_complete"),
        ("servicenow_metrics", "Definition|ID|Field|Value|Start|End|Duration|Calculation complete"),
        ("servicenow_audit", "tablename documentkey fieldname oldvalue newvalue sys_created_on record_checkpoint user"),
        ("servicenow_audit", "Created|Document key|Field name|Old value|New value|Update count"),
        ("servicenow_tasks", "number request_item short_description state opened_at closed_at assignment_group company sys_updated_on"),
        ("servicenow_tasks", "Number|Request item|Short description|State|Opened|Closed|Assignment group|Company|Updated"),
        ("certboard_transitions", "number field value started_at ended_at"),
        ("servicenow_requests", "number cat_item state opened_at closed_at short_description"),
        ("servicenow_slas", "task sla stage start_time planned_end_time end_time has_breached"),
        ("servicenow_slas", "Task|SLA definition|Stage|Start time|Breach time|Stop time|Has breached"),
    ],
)
def test_an_export_is_told_by_its_headers(source, headers):
    """Field names *and* labels are accepted as headers; a list of tasks is none of requests, though it has all their headers."""
    found = headers.split("|") if "|" in headers else headers.split()
    assert sources.recognise(found, RULES.sources).mapping.source == source


def meaning(source: str, field: str, value: str) -> tuple[str, str | None] | None:
    found = sources.phase_rule(RULES.sources[source].phases, field, value)
    return found and (" or ".join(found[1].is_), found[1].pause)


@pytest.mark.parametrize(
    ("field", "value", "audited", "phase", "pause"),
    [
        ("state", "Pending", "-5", "customer", PAUSE),
        ("state", "Awaiting Info", "18", "customer", PAUSE),
        ("stage", "Waiting for Approval", "waiting_for_approval", "customer", None),
        ("stage", "Review", "review", "review or review and completion", None),
        ("stage", "Fulfillment", "fulfillment", "issue or review and completion", None),
        ("stage", "Installation", "installation", "install", None),
        ("stage", "Awaiting authority", "awaiting_authority", "authority validation", None),
        ("state", "Open", "1", "review or review and completion", None),
        ("state", "Work in Progress", "2", "review or review and completion", None),
        ("state", "Closed Complete", "3", "ended", None),
        ("state", "Closed Skipped", "7", "ended", None),
        ("stage", "completed", "completed", "ended", None),
        ("priority", "3 - Moderate", "3", "ignored", None),
    ],
)
def test_labels_and_the_values_behind_them_mean_the_same(field, value, audited, phase, pause):
    """A metric shows labels, an audit keeps the values; a rule stands at the same place in both."""
    assert meaning("servicenow_metrics", field, value) == meaning("servicenow_audit", field, audited) == (phase, pause)
    ranks = [sources.phase_rule(RULES.sources[f"servicenow_{name}"].phases, field, text)[0] for name, text in (("metrics", value), ("audit", audited))]
    assert ranks[0] == ranks[1]


def test_a_pause_stands_before_every_stage_and_a_stage_before_the_state():
    phases = RULES.sources["servicenow_metrics"].phases
    pairs = (("state", "Pending"), ("stage", "Review"), ("state", "Open"), ("assignment_group", "Platform Hosting"), ("state", "Closed Complete"))
    ranks = [sources.phase_rule(phases, field, value)[0] for field, value in pairs]
    assert ranks == sorted(ranks) and ranks[0] == 1


@pytest.mark.parametrize(
    ("subject", "phase"),
    [
        ("Install on the web servers", "install"),
        ("signing request from the customer", "customer"),
        ("Validation by the authority", "authority validation"),
        ("Update the inventory", "ignored"),
    ],
)
def test_the_subject_of_a_task_says_its_phase(subject, phase):
    """Compared trimmed, in any case; at the same place as the stage of that phase, so that neither hides the other."""
    rank, rule = sources.phase_rule(RULES.sources["servicenow_tasks"].phases, "", f" {subject} ")
    assert rule.is_ == (phase,)
    stage = {"install": "Installation", "authority validation": "Awaiting authority"}.get(phase)
    assert stage is None or rank == sources.phase_rule(RULES.sources["servicenow_metrics"].phases, "stage", stage)[0]


@pytest.mark.parametrize("source", ["servicenow_metrics", "servicenow_audit"])
def test_a_value_that_nobody_listed_has_no_rule(source):
    assert meaning(source, "state", "Complete.Closed.System") is None
    assert meaning(source, "stage", "Escalated to Sectigo") is None


def test_the_contract_has_a_word_for_each_published_phase():
    phases = {each.phase for option in RULES.options for each in option.phases}
    assert all(phase in sources.phase_rule(RULES.sources["certboard_transitions"].phases, "", phase)[1].is_ for phase in phases)


def test_the_log_of_incidents_says_where_each_state_belongs():
    """Only the state -100, which the log explains nowhere, stays unmapped."""
    mapping = UCI.sources["uci_incidents"]
    for label in mapping.state.map:
        assert sources.phase_rule(mapping.phases, "state", label) is not None, label
    assert sources.phase_rule(mapping.phases, "state", "-100") is None
    assert {phase for rule in mapping.phases for phase in rule.is_} - {"ended"} == {each.phase for each in UCI.options[0].phases}
