"""What page 6 reads from its address: a scenario, changes of it, and what does not fit."""

from datetime import date

import pytest

from dashboard import capacity, filter_bar, freezes
from dashboard.lifetimes import Lifetimes, lifetimes
from pipelines.policy_schema import Freeze, ValidityStep
from tests.dashboard.capacity_outlooks import BASE, MONDAY

LAW = [
    (date(2021, 10, 1), 398, 397), (date(2026, 3, 15), 200, 199), (date(2027, 3, 15), 100, 99), (date(2029, 3, 15), 47, 46),
]  # fmt: skip
AS_OF_ON = date(2026, 11, 20)
NO_LIFE = (
    "is not a rule of the longest life (law, frozen or 47from2027-03-15); the scenario's \u201clifetimes as published\u201d is shown."
)
FROZEN = (ValidityStep(issued_from=date(2026, 3, 15), operational_days=199),)
EARLY = (*FROZEN, ValidityStep(issued_from=date(2027, 3, 15), operational_days=46))
SCENARIOS = (
    BASE,
    BASE.model_copy(update={"id": "half_automated", "name": "Half automated", "automated_ratio": 0.5}),
    BASE.model_copy(update={"id": "frozen_200", "name": "Frozen at 200 days", "validity": FROZEN}),
    BASE.model_copy(update={"id": "early_47", "name": "47 days from March 2027", "validity": EARLY, "lead_days": 30}),
)


@pytest.fixture
def lives() -> Lifetimes:
    return lifetimes(LAW, AS_OF_ON)


def view(lives: Lifetimes, **address: str) -> capacity.View:
    return capacity.view({key: (value,) for key, value in address.items()}, SCENARIOS, lives)


def test_an_address_without_anything_is_the_base_over_26_weeks(lives):
    shown = view(lives)
    assert (shown.base, shown.scenario, shown.weeks, shown.compare, shown.changes, shown.remarks) == (BASE, BASE, 26, None, (), ())
    assert shown.sentence(MONDAY) == "The work of the whole team in the 26 weeks from Mon 2026-11-16: As published."


def test_every_key_of_the_page_is_kept_in_its_link():
    """Every filter is in the URL: the link to a view carries the page's own keys."""
    assert set(capacity.KEYS) <= set(filter_bar.PAGE_KEYS)


@pytest.mark.parametrize(
    ("address", "field", "value"),
    [
        ({"staff": "2.5"}, "staff", 2.5),
        ({"staff": "0"}, "staff", 0),
        ({"automated": "33.3"}, "automated_ratio", 0.333),
        ({"hours": "24"}, "hours_per_business_day", 24),
        ({"growth": "-99"}, "growth_ratio", -0.99),
        ({"lead": "825"}, "lead_days", 825),
        ({"lead": "0"}, "lead_days", 0),
        ({"scenario": "early_47", "lead": "observed"}, "lead_days", None),
        ({"issue": "process_by"}, "issue", "process_by"),
        ({"life": "frozen"}, "validity", FROZEN),
        ({"life": "47from2027-01-01"}, "validity", (ValidityStep(issued_from=date(2027, 1, 1), operational_days=46),)),
        ({"scenario": "frozen_200", "life": "law"}, "validity", ()),
        ({"freeze": "2026-12-20..2027-01-03"}, "freezes", (Freeze(begins_on=date(2026, 12, 20), ends_on=date(2027, 1, 3), name=freezes.NAME),)),
    ],
)
def test_every_control_changes_its_part_of_the_scenario_and_nothing_else(lives, address, field, value):
    shown = view(lives, **address)
    assert getattr(shown.scenario, field) == pytest.approx(value) if isinstance(value, float) else getattr(shown.scenario, field) == value
    assert len(shown.changes) == 1 and not shown.remarks
    named = {"id": "what_if", "name": f"{shown.base.name}, changed", "source": "changed on this page"}
    assert shown.scenario == shown.base.model_copy(update={**named, field: getattr(shown.scenario, field)})
    type(shown.scenario).model_validate(shown.scenario.model_dump())


@pytest.mark.parametrize(
    "address",
    [
        {"staff": "1"}, {"staff": "1.000"}, {"automated": "0"}, {"growth": "0"}, {"lead": "observed"}, {"issue": "due"}, {"life": "law"}, {"freeze": "none"},
        {"scenario": "half_automated", "automated": "50"}, {"scenario": "frozen_200", "life": "frozen"}, {"scenario": "early_47", "life": "47from2027-03-15"},
    ],
)  # fmt: skip
def test_what_the_scenario_says_already_is_no_change(lives, address):
    shown = view(lives, **address)
    assert (shown.changes, shown.scenario, shown.remarks) == ((), shown.base, ())


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("scenario", "nobody", "is not a scenario of this snapshot (as_published, half_automated, frozen_200, early_47); As published is shown."),
        ("compare", "nobody", "is not a scenario of this snapshot (as_published, half_automated, frozen_200, early_47); nothing is compared."),
        ("weeks", "27", "is not a horizon (26, 52 or 156 weeks); 26 are shown."),
        ("staff", "-1", "is not a number of staff from 0 to 10,000; the scenario's 1 is shown."),
        ("staff", "10001", "is not a number of staff from 0 to 10,000; the scenario's 1 is shown."),
        ("staff", "nan", "is not a number of staff from 0 to 10,000; the scenario's 1 is shown."),
        ("staff", "1e3", "is not a number of staff from 0 to 10,000; the scenario's 1 is shown."),
        ("automated", "100.01", "is not a share of renewals from 0 to 100; the scenario's 0 is shown."),
        ("hours", "25", "is not a number of hours a day from 0 to 24; the scenario's 6.4 is shown."),
        ("growth", "-100", "is not a growth from \u221299 to 1,000; the scenario's 0 is shown."),
        ("lead", "826", "is not a lead in calendar days from 0 to 825, or observed; the scenario's \u201cas observed\u201d is shown."),
        ("lead", "20.5", "is not a lead in calendar days from 0 to 825, or observed; the scenario's \u201cas observed\u201d is shown."),
        ("issue", "never", "is not an issue rule (due or process_by); the scenario's \u201con the due date\u201d is shown."),
        ("life", "47from2027-02-30", NO_LIFE),
        ("life", "47from2041-01-01", NO_LIFE),
        ("life", "own ", NO_LIFE),
    ],
)
def test_a_value_that_does_not_fit_falls_back_with_a_word_about_it(lives, key, text, words):
    shown = view(lives, **{key: text})
    assert (shown.base, shown.scenario, shown.weeks, shown.compare) == (BASE, BASE, 26, None)
    assert shown.remarks == (f"\u201c{text}\u201d {words}",)


def test_changes_stand_in_the_sentence_with_what_they_replace(lives):
    shown = view(lives, staff="1.5", lead="30", life="47from2027-03-15", compare="half_automated")
    assert shown.sentence(MONDAY).replace("\u00a0", " ") == (
        "The work of the whole team in the 26 weeks from Mon 2026-11-16: As published, but 1.5 full-time equivalents (not 1) and renewals submitted "
        "30 calendar days before expiry (not as observed) and 47 days from Mon 2027-03-15 (not lifetimes as published). Beside it: Half automated."
    )
    assert shown.file_part() == "26-weeks_as-published_what-if"


def test_a_scenario_is_not_compared_with_itself_but_with_what_was_made_of_it(lives):
    same = view(lives, compare="as_published")
    assert (same.compare, same.remarks) == (None, ("As published is shown already; nothing is compared with it.",))
    assert view(lives, compare="as_published", staff="2").compare == BASE


def test_lifetimes_are_compared_by_what_they_say_from_now_on(lives):
    """Two tables that differ only in the past, or in a step that changes nothing, are the same."""
    assert lives.code(()) == "law"
    assert lives.code(EARLY) == "47from2027-03-15"
    assert lives.code((*FROZEN, ValidityStep(issued_from=date(2028, 1, 1), operational_days=60))) == "own"
    assert lives.same(FROZEN, (*FROZEN, ValidityStep(issued_from=date(2028, 1, 1), operational_days=199)))
    assert lives.ahead(()) == [(AS_OF_ON, 199), (date(2027, 3, 15), 99), (date(2029, 3, 15), 46)]
    assert (lives.allowed(99), lives.allowed(60)) == (100, 60)


def test_another_law_freezes_at_what_is_known(lives):
    """A policy without rows of 200 and 47 days: a day less in practice, from as_of on."""
    other = lifetimes([(date(2020, 1, 1), 825, 825)], AS_OF_ON)
    assert other.steps("frozen", ()) == (ValidityStep(issued_from=AS_OF_ON, operational_days=199),)
    assert other.steps("47from2027-03-15", ()) == (ValidityStep(issued_from=date(2027, 3, 15), operational_days=46),)


@pytest.mark.parametrize("code", ["2026-12-20", "2027-01-03..2026-12-20", "2026-02-30..2026-03-01", "2026-01-01..2027-01-02", "some day", "2026-12-20..2026-12-21 "])
def test_what_is_no_freeze_falls_back_with_a_word(lives, code):
    """From the first day to the last, at most a year; the day before and after are on the other side."""
    shown = view(lives, freeze=code)
    assert shown.scenario == BASE
    assert shown.remarks == (f"\u201c{code}\u201d is not a freeze (2026-12-20..2027-01-03, at most 366 days, or none); no freeze is shown.",)
    assert view(lives, freeze="2026-01-01..2027-01-01").changes == (
        ("a freeze from Thu 2026-01-01 to Fri 2027-01-01", "no freeze"),
    )


def test_a_freeze_is_written_as_it_is_read():
    """The field's two days and the address are one; a single day so far is none yet."""
    held = freezes.freezes("2026-12-20..2027-01-03", ())
    assert freezes.span(freezes.dates(held)) == "2026-12-20..2027-01-03"
    assert freezes.span([]) == freezes.NONE and freezes.freezes(freezes.OWN, held) is held
