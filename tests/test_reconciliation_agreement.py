"""The product and the reference say the same of thousands of opinions, and a system that counts as the promise does agrees with it."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import policy as policies
from tests import agreement, builders, hostile_requests, hostile_slas, sla_builders
from tests.reference import clock, federal_holidays
from tests.reference.policy import Rules
from tests.reference.reconciliation import NOT_COMPARABLE


class Variant(NamedTuple):
    """A build: which requests, the instant, and the policy's choices."""

    seed: int
    requests: int
    as_of: str | None = None
    policy: tuple[tuple[str, str], ...] = ()


VARIANTS = {
    "as the defaults have it": Variant(11, 1600),
    "at a past instant": Variant(12, 600, "2026-03-13 16:59:59"),
    "when the exports have grown stale": Variant(13, 300, "2027-05-03 09:00:00"),
    "with every choice of the policy turned": Variant(
        14, 500, "2026-12-31 23:59:59",
        (("clock_start", "submitted"), ("clock_stop", "resolved"), ("undated_renewal", "process_by"), ("late_exclusion", "excluded")),
    ),
}  # fmt: skip
CODES = {
    "corrected", "legacy_field", "rounding", "stop_differs", "start_differs", "requested_date", "pause_counted", "calendar_differs", "duration_in_hours",
    "another_target", "unknown", "same_verdict", *NOT_COMPARABLE,
}  # fmt: skip


@pytest.fixture(scope="module", params=VARIANTS.values(), ids=[name.replace(" ", "_") for name in VARIANTS])
def compared(request, tmp_path_factory):
    """(rows of the product, rows of the reference) of one variant, half of its requests near their due date, some of which are corrected; the clocks named Response are
    left out."""
    variant: Variant = request.param
    folder, changes = tmp_path_factory.mktemp("reconciliation"), dict(variant.policy)
    builders.a_policy(folder / "policy", **(changes or {"late_exclusion": "missed"}))
    mapping = folder / "policy" / "sources" / "certboard_slas.yaml"
    mapping.write_text(mapping.read_text(encoding="utf-8") + "leave_out: [response]\n", encoding="utf-8")
    requests = hostile_slas.with_verdicts(hostile_requests.exports(variant.seed, variant.requests // 2), variant.seed)
    requests.append(hostile_slas.near_due_dates(variant.seed, variant.requests // 2))
    outcomes, as_of, _ = agreement.expected(requests, builders.local(variant.as_of) if variant.as_of else None, Rules(**changes))
    by_number = {number: each for (number, basis), each in outcomes.items() if basis == Rules(**changes).clock_start}
    clocks = hostile_slas.exports(by_number, variant.seed, as_of)
    right = [*requests[:-1], hostile_slas.with_closes_moved(requests[-1], variant.seed, as_of)]
    policy = builders.declaring(folder / "policy", *sla_builders.corrections(requests, right))
    paused = hostile_slas.pauses(by_number, variant.seed)
    connection = sla_builders.publish(folder, requests, clocks, as_of, policy, paused)
    pause_days = sla_builders.pause_days(right, paused, variant.as_of, Rules(**changes), policy)
    return sla_builders.published(connection), sla_builders.expected(requests, clocks, as_of, Rules(**changes), ("Response",), pause_days, right)


def test_no_opinion_is_reconciled_differently(compared):
    """Verdict, agreement, reason and every other column, and the days that the sentence of evidence names."""
    product, reference = compared
    apart = sla_builders.differences(product, reference)
    shown = "\n".join(f"{key}: {columns}" for key, columns in list(apart.items())[:8])
    assert not apart, f"{len(apart)} of {len(reference)} differ, as (product, reference):\n{shown}"
    reasons = Counter(row.reason_code for row in reference.values())
    assert len(reference) < 1500 or set(reasons) == CODES and min(reasons.values()) >= 5, reasons  # otherwise it would show little


def test_every_sentence_ends_and_none_is_missing(compared):
    for row in compared[0].values():
        assert row["evidence"].endswith(".") and row["evidence"][0].isupper() or row["evidence"].startswith(("5 ", "10 ")), row


# The second calendar


def test_the_second_calendar_is_what_the_law_says():
    """US federal holidays on the days they are observed (5 U.S.C. 6103), derived again from the rule for every year of the list."""
    listed = [each.closed_on for each in policies.load(policies.DEFAULT_FOLDER).second_calendar]
    assert listed == sorted(day for year in range(2015, 2041) for day in federal_holidays.closures(year))


@pytest.mark.parametrize(
    ("day", "is_listed"),
    [
        ("2021-06-18", True),  # the Saturday 19 June 2021 was the first Juneteenth
        ("2020-06-19", False),
        ("2021-12-31", True),  # the Saturday 1 January 2022
        ("2022-12-26", True),  # the Sunday 25 December 2022
        ("2026-10-12", True),  # Columbus Day, on which state offices are open
        ("2026-03-31", False),  # Farmworkers Day, on which they are closed
        ("2026-11-27", False),  # the day after Thanksgiving Day, likewise
        ("2025-01-20", True),  # Martin Luther King, Jr., not the inauguration of a president, which is for Washington alone
        ("2029-01-20", False),
    ],
)
def test_some_days_of_the_second_calendar(day, is_listed):
    listed = {each.closed_on for each in policies.load(policies.DEFAULT_FOLDER).second_calendar}
    assert (date.fromisoformat(day) in listed) == is_listed


def test_a_policy_without_a_second_calendar_has_that_of_the_product(tmp_path):
    folder = Path(shutil.copytree(policies.DEFAULT_FOLDER, tmp_path / "policy"))
    (folder / "second_calendar.csv").unlink()
    assert policies.load(folder).second_calendar == policies.load(policies.DEFAULT_FOLDER).second_calendar


# A system that counts as the promise does

STARTS = st.datetimes(datetime(2025, 1, 2), datetime(2026, 9, 30)).map(lambda moment: moment.replace(microsecond=0))
REQUESTS = st.lists(
    st.tuples(STARTS, st.sampled_from(["new_customer_install", "new_cdt_install", "inquiry"]), st.none() | st.integers(0, 40 * 86400)),
    min_size=20, max_size=60,
)  # fmt: skip


@settings(max_examples=5)
@given(told=REQUESTS, as_of=st.datetimes(datetime(2026, 6, 1), datetime(2026, 11, 30)))
def test_a_system_that_counts_as_the_promise_does_agrees(tmp_path_factory, told, as_of):
    """Its start, deadline, end and verdict are those that a slow count of the rule gives: then nothing differs, whatever the day, hour or closure."""
    folder, rows, clocks = tmp_path_factory.mktemp("promise"), [builders.a_request("newest", updated_at=f"{as_of:%Y-%m-%d %H:%M:%S}", submitted_at="2025-01-02 08:00:00")], []
    for position, (started, option, spent) in enumerate(told):
        ended = f"{started + timedelta(seconds=spent)}" if spent is not None else ""
        rows.append(builders.a_request(f"RITM{position}", f"{started}", service_option=option, closed_at=ended, updated_at=ended or f"{started}"))
    moment = builders.local(f"{as_of:%Y-%m-%d %H:%M:%S}")
    judged, _, _ = agreement.expected([rows], moment)
    for (number, basis), ours in judged.items():
        if basis == "approved":
            clocks.append(as_the_promise(number, ours, moment))
    connection = sla_builders.publish(folder, [rows], [clocks], moment)
    found = Counter((row["agreement"], row["reason_code"]) for row in sla_builders.published(connection).values())
    assert found == {("agree", "same_verdict"): len(judged) // 2}


def as_the_promise(number: str, ours, as_of: datetime) -> dict[str, str]:
    """The clock of a system that judges by dates, as the reference judged the request."""
    deadline = datetime.combine(ours.due_on, time(23, 59, 59), builders.PEOPLE).astimezone(UTC)
    texts = {column: f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" for column, moment in {"planned_end_at": deadline, "updated_at": as_of}.items()}
    ended = f"{ours.stop_at:%Y-%m-%dT%H:%M:%SZ}" if ours.stop_at else ""
    return sla_builders.a_clock(
        number, f"{ours.clock_start_at:%Y-%m-%dT%H:%M:%SZ}", ended_at=ended, **texts,
        verdict={"met": "met", "missed": "missed", "open": "met"}[ours.slo_outcome],
    )  # fmt: skip
