"""Planted differences between another system's verdict and ours: each is found with its reason, and no other is."""

import pytest

from tests import builders, sla_builders
from tests.planted_corrections import CORRECTED
from tests.planted_opinions import PLANTED, ran, told
from tests.sla_builders import a_clock
from tests.transition_builders import a_transition

AS_OF = "2026-12-16 17:00:00"
CASES = PLANTED | CORRECTED
NOT_COMPARABLE = {"cancelled", "excluded", "not_measurable", "unknown_verdict"}


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, dict]:
    """The published rows by the name of what was planted."""
    requests = [builders.a_request("newest", "2026-12-15 09:00:00", updated_at=AS_OF, state="open")]
    requests += [builders.a_request(name, **planted.request) for name, planted in CASES.items()]
    clocks = [a_clock("newest", "2026-12-15 09:00:00", updated_at=AS_OF)] + [a_clock(name, **planted.clock) for name, planted in CASES.items()]
    right = [row | (CASES[row["number"]].right if row["number"] in CASES else {}) for row in requests]
    folder = tmp_path_factory.mktemp("planted")
    policy = builders.declaring(folder / "policy", *sla_builders.corrections([requests], [right]))
    connection = sla_builders.publish(folder, [requests], [clocks], builders.local(AS_OF), policy)
    reference = sla_builders.expected([requests], [clocks], builders.local(AS_OF), corrected=[right])
    assert sla_builders.differences(sla_builders.published(connection), reference) == {}
    return {row["number"]: row for row in sla_builders.published(connection).values()}


@pytest.mark.parametrize("name", CASES, ids=[name.replace(" ", "_") for name in CASES])
def test_what_is_planted_is_found(found, name):
    """Both verdicts, the reason, and the days of the evidence, which are those of the comment."""
    planted, row = CASES[name], found[name]
    agreement = "agree" if planted.reason == "same_verdict" else "not_comparable" if planted.reason in NOT_COMPARABLE else "disagree"
    assert (row["source_verdict"], row["slo_outcome"], row["agreement"], row["reason_code"]) == (planted.theirs, planted.ours, agreement, planted.reason)
    assert {f"{day:%m-%d}" for day in sla_builders.days_named(row["evidence"])} == set(planted.days.split()), row["evidence"]


def test_every_reason_of_a_disagreement_is_planted_and_nothing_else_is_found(found):
    disagreeing = {name for name, row in found.items() if row["agreement"] == "disagree"}
    assert disagreeing == {name for name, planted in CASES.items() if planted.reason not in NOT_COMPARABLE | {"same_verdict"}}
    assert {found[name]["reason_code"] for name in disagreeing} == {
        "corrected", "rounding", "stop_differs", "start_differs", "requested_date", "pause_counted", "calendar_differs", "duration_in_hours", "another_target", "unknown",
    }  # fmt: skip


def test_the_evidence_reads_as_a_sentence(found):
    assert found["later that day"]["evidence"] == "Both are due on Mon 2026-11-09, but theirs at 14:00:00, and it ended on Mon 2026-11-09 16:00:00."
    assert found["the day after Thanksgiving"]["evidence"] == (
        "5 business days from their start on Thu 2026-11-19 end on Fri 2026-11-27 09:00:00 by the second calendar, on Mon 2026-11-30 by ours."
    )
    assert found["paused for 25 hours"]["evidence"] == (
        "They took off a pause of about 25 hours; moved by at most 1 business day ours would be due on Tue 2026-11-10 instead of Mon 2026-11-09, "
        "and it stopped on Tue 2026-11-10."
    )
    assert found["a day more than hours of schedule"]["evidence"] == (
        "They promised about 16 business days, from their start on Mon 2026-11-02 to Wed 2026-11-25 14:00:00, where 5 business days were promised."
    )
    assert found["corrected"]["evidence"] == (
        "By correction C-corrected-closed_at ours is due on Mon 2026-11-09 and stopped on Mon 2026-11-09, so Met; "
        "as exported it is due on Mon 2026-11-09 and stopped on Tue 2026-11-10, so Missed, and theirs is breached."
    )
    assert found["corrected to be open"]["evidence"] == (
        "By corrections C-corrected to be open-closed_at and C-corrected to be open-state ours is due on Mon 2026-12-21 and is still open, so Open; "
        "as exported it is due on Mon 2026-12-21 and stopped on Tue 2026-12-15, so Met, and theirs is not breached."
    )
    assert found["corrected in much"]["evidence"].startswith("By corrections C-corrected in much-approval, C-corrected in much-department and 2 more ours is due on Thu ")
    assert found["on the second"]["evidence"] == (
        "Met here, not breached there: ours is due on Mon 2026-11-09 and stopped on Mon 2026-11-09; "
        "theirs is due on Mon 2026-11-09 14:00:00 and ended on Mon 2026-11-09 14:00:00."
    )
    assert found["a stage that nobody knows"]["evidence"] == (
        "Whether theirs has ended is unknown: ours started on Mon 2026-12-14, is due on Mon 2026-12-21 and stopped on Tue 2026-12-15; "
        "theirs started on Mon 2026-12-14, is due on Mon 2026-12-21 09:00:00 and may have ended."
    )
    assert found["before it opens"]["evidence"] == (
        "Theirs started on Mon 2026-11-02 07:00:00, before its schedule opens, so that this day is the first of 5 business days until Fri 2026-11-06 17:00:00; "
        "ours is due on Mon 2026-11-09."
    )


@pytest.mark.parametrize(
    ("closed_at", "mark", "right", "told"),
    [
        # Due on Mon 21 December, five business days after Mon 14 (15, 16, 17, 18, 21).
        ("12-15 09:00:00", "met", {"state": "open", "closed_at": ""}, ("met", "disagree", "corrected")),
        ("12-15 09:00:00", "missed", {"state": "open", "closed_at": ""}, ("missed", "disagree", "legacy_field")),
        ("", "met", {"state": "completed", "closed_at": "2026-12-15 09:00:00"}, ("open", "disagree", "corrected")),
        ("", "met", {"department": "Parks"}, ("open", "agree", "same_verdict")),
        # A close without its time says nothing of the verdict as exported, but that it is over.
        (None, "met", {"closed_at": "2026-12-15 09:00:00"}, ("met", "agree", "same_verdict")),
    ],
)
def test_the_mark_of_a_request_knows_nothing_of_our_corrections(tmp_path, closed_at, mark, right, told):
    """True from the start, it is a verdict once the request has ended for all that its exports say."""
    state = {"state": "completed"} if closed_at is None else {}
    rows = [builders.a_request("RITM1", "2026-12-14 09:00:00", closed_at=f"2026-{closed_at}" if closed_at else "", source_verdict=mark, updated_at=AS_OF, **state)]
    policy = builders.declaring(tmp_path / "policy", *sla_builders.corrections([rows], [[rows[0] | right]]))
    clocks = [a_clock("newest", "2026-12-14 09:00:00")]
    published = sla_builders.published(sla_builders.publish(tmp_path, [rows], [clocks], builders.local(AS_OF), policy))
    assert sla_builders.differences(published, sla_builders.expected([rows], [clocks], builders.local(AS_OF), corrected=[[rows[0] | right]])) == {}
    (row,) = (row for row in published.values() if row["opinion"] == "made_sla")
    assert (row["source_verdict"], row["agreement"], row["reason_code"]) == told


# Pauses that the request's own transitions tell of


@pytest.mark.parametrize(
    ("pauses", "closed_at", "reason", "moved"),
    [
        # Fri 6, 16:00 to Mon 9, 09:00 are 65 hours, two whole days; of business days they cover Monday alone, so that Mon 9 moves to Tue 10.
        ([("11-06 16:00:00", "11-09 09:00:00")], "11-10 10:00:00", "pause_counted", "moved by 1 business day ours would be due on Tue 2026-11-10"),
        ([("11-06 16:00:00", "11-09 09:00:00")], "11-12 10:00:00", "unknown", ""),
        # Nothing of their pause of 65 hours is known here, so that its two whole days are the most: Tue 10 and Thu 12.
        ([], "11-12 10:00:00", "pause_counted", "moved by at most 2 business days ours would be due on Thu 2026-11-12"),
        # A pause under 24 hours counts nothing, whatever theirs was.
        ([("11-05 12:00:00", "11-06 11:59:59")], "11-10 10:00:00", "unknown", ""),
        # Two that overlap are one: Thu 5 to Mon 9 covers Fri 6 and Mon 9.
        ([("11-05 16:00:00", "11-06 16:00:00"), ("11-06 09:00:00", "11-09 09:00:00")], "11-12 10:00:00", "pause_counted", "moved by 2 business days"),
        # The first moves Mon 9 to Tue 10; the second begins after it, on the closed Wed 11, and gives nothing back.
        ([("11-06 16:00:00", "11-09 09:00:00"), ("11-11 08:00:00", "11-12 09:00:00")], "11-12 10:00:00", "unknown", ""),
    ],
)
def test_a_pause_counts_here_as_everywhere_where_it_is_known(tmp_path, pauses, closed_at, reason, moved):
    """"Under 24 hours counts 0 (default), else `floor_ord(end) - floor_ord(start)`"; else the whole days of theirs are the most that it may be."""
    requests = [[builders.a_request("RITM1", **told("11-02 14:00:00", closed_at), updated_at=AS_OF)]]
    clocks = [[a_clock("RITM1", **ran("11-02 14:00:00", f"{closed_at[:5]} 14:00:00", closed_at, pause_seconds="234000"))]]
    waits = [a_transition("RITM1", "pause", f"2026-{start}", f"2026-{end}", field=f"field {place}") for place, (start, end) in enumerate(pauses)]
    connection = sla_builders.publish(tmp_path, requests, clocks, builders.local(AS_OF), transitions=waits)
    pause_days = sla_builders.pause_days(requests, waits, AS_OF) if waits else {}
    assert sla_builders.differences(sla_builders.published(connection), sla_builders.expected(requests, clocks, builders.local(AS_OF), pause_days=pause_days)) == {}
    (row,) = sla_builders.published(connection).values()
    assert (row["source_verdict"], row["slo_outcome"], row["reason_code"]) == ("met", "missed", reason)
    assert moved in row["evidence"]
