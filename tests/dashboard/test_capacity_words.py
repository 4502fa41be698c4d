"""The sentences of capacity, both sides of each boundary: hours against hours, ranges outward, whole weeks, little history."""

from datetime import date, timedelta

import pytest

from dashboard import capacity_ahead, capacity_past, capacity_words
from pipelines.forecast.queue import Staffing
from tests.dashboard.capacity_outlooks import MONDAY, an_outlook


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


# Numbers


@pytest.mark.parametrize(
    ("number", "printed"), [(0, "0"), (0.04, "0"), (8.46, "8.5"), (9.94, "9.9"), (9.96, "10"), (10.4, "10"), (10.5, "11"), (1020.4, "1,020")]
)
def test_hours_are_whole_from_ten_up(number, printed):
    """Hours whole, from 10 h up."""
    assert capacity_words.hours(number) == printed


@pytest.mark.parametrize(
    ("work", "capacity", "words"),
    [
        (134.1, 128, ("134", "128", "6")),
        (128.4, 128, ("128.4", "128.0", "0.4")),
        (127.6, 128, ("127.6", "128.0", "0.4")),
        (128, 128, ("128", "128", "0")),
        (128 + 1e-12, 128, ("128", "128", "0")),
        (8.46, 8.5, ("8.46", "8.50", "0.04")),
        (0, 0, ("0", "0", "0")),
        (0.04, 0, ("0.04", "0", "0.04")),
    ],
)
def test_work_beside_capacity_is_rounded_so_that_the_larger_looks_larger(work, capacity, words):
    """Rounding never crosses a line: 128.4 hours against 128 are not "128 against 128"; the difference is that of what is printed."""
    assert capacity_words.compared(work, capacity) == words


@pytest.mark.parametrize(
    ("work", "capacity", "printed"),
    [(41, 32, "128 %"), (32, 32, "100 %"), (32.1, 32, "100.3 %"), (31.9, 32, "99.7 %"), (0, 32, "0 %"), (5, 0, "\u2013")],
)
def test_use_never_says_100_percent_of_what_is_not(work, capacity, printed):
    assert plain(capacity_words.use(work, capacity)) == printed


@pytest.mark.parametrize(
    ("low", "high", "printed"), [(33.2, 49.1, "33 to 50"), (33, 50, "33 to 50"), (0, 0.1, "0 to 1"), (3, 3, "3"), (1999.5, 2000.5, "1,999 to 2,001")]
)
def test_a_range_is_rounded_outward(low, high, printed):
    assert capacity_words.between(low, high) == printed


@pytest.mark.parametrize(
    ("number", "first", "printed"), [(206, 412, "206 (\u2212206)"), (450, 412, "450 (+38)"), (412, 412, "412 (\u00b10)"), (0.9, 1.9, "0.9 (\u22121.0)")]
)
def test_differences_are_signed_and_those_of_the_numbers_printed(number, first, printed):
    assert capacity_words.beside(number, first) == printed


# The verdict


def test_the_first_whole_week_over_capacity_is_named_with_its_range_and_use():
    """"First week over capacity: Mon 2027-03-01, about 41 h of work (80 % range 33 to 50 h) against 32 h: 128 %."""
    hours = [20.0] * 15 + [41.0, 60.0]
    found = an_outlook(hours, low=[*hours[:15], 33.4, 50], high=[*hours[:15], 49.2, 70])
    assert plain(capacity_words.verdict(found)) == "First week over capacity: Mon 2027-03-01, about 41 h of work (80 % range 33 to 50 h) against 32 h: 128 %."


def test_no_week_over_capacity_is_said_up_to_the_end_of_the_weeks():
    """"No week exceeds capacity before Mon 2027-05-17."""
    assert capacity_words.verdict(an_outlook([32.0] * 26)) == "No week exceeds capacity before Mon 2027-05-17."


@pytest.mark.parametrize(("hours", "is_over"), [(32.0, False), (32.0 + 1e-12, False), (32.001, True)])
def test_as_much_work_as_capacity_is_not_over(hours, is_over):
    assert capacity_words.verdict(an_outlook([0, hours])).startswith("First week") is is_over


def test_the_running_week_is_no_first_week_but_is_told_of():
    """The running week is partly over: if it is over, a second sentence says so."""
    found = an_outlook([61, 20], [25.6, 32.0], opened=14)
    assert capacity_words.verdict(found) == "No week exceeds capacity before Mon 2026-11-30."
    assert plain(capacity_words.running(found, date(2026, 11, 20))) == (
        "The running week is over already: from Fri 2026-11-20 about 61 h of work against the 26 h that are left of it. "
        "14 open requests that are due by then or late are in it."
    )
    assert capacity_words.running(an_outlook([25, 60], [25.6, 32.0]), date(2026, 11, 20)) == ""


def test_without_any_capacity_there_is_no_percentage():
    """No capacity: hours against 0 h, and no percent of nothing."""
    assert plain(capacity_words.verdict(an_outlook([0, 41], 0.0))) == (
        "First week over capacity: Mon 2026-11-23, about 41 h of work (80 % range 41 h) against 0 h."
    )


def test_the_worst_week_lacks_most_hours_even_where_another_needs_more():
    """"Week of Mon 2026-11-30 needs 212 hours, 38 more than the team has."""
    found = an_outlook([0, 215, 212, 160], [0, 190.0, 174.0, 174.0])
    assert capacity_words.needs(found, capacity_words.worst(found)) == "Week of Mon 2026-11-30 needs 212 hours, 38 more than the team has."


def test_where_no_week_is_over_the_fullest_is_named():
    found = an_outlook([40, 0, 20, 0], [32.0, 10.0, 32.0, 32.0])
    assert capacity_words.needs(found, capacity_words.worst(found)) == "Week of Mon 2026-11-30 needs 20 hours, 12 fewer than the team has."
    assert capacity_words.worst(an_outlook([40])) is None
    assert capacity_words.needs(an_outlook([0, 1.0, 0.5]), 1) == "Week of Mon 2026-11-23 needs 1 hour, 31 fewer than the team has."


def test_weeks_that_follow_each_other_are_one_stretch():
    weeks = [MONDAY + timedelta(weeks=week) for week in (2, 27, 28, 29, 40, 42, 44, 46)]
    assert capacity_words.stretches(weeks) == (
        "Mon 2026-11-30; Mon 2027-05-24 to Mon 2027-06-07 (3 weeks); Mon 2027-08-23; Mon 2027-09-06; and 2 more times"
    )
    assert capacity_words.stretches([]) == ""


@pytest.mark.parametrize(
    ("months", "has_backtest", "words"),
    [
        (0, False, "No complete month of requests: showing renewals from expiry dates only."),
        (1, False, "Only 1 complete month: the range for new requests is wide and there is no back-test."),
        (2, False, "Only 2 complete months: the range for new requests is wide and there is no back-test."),
        (2, True, "Only 2 complete months: the range for new requests is wide."),
        (3, False, ""),
    ],
)
def test_little_history_is_said(months, has_backtest, words):
    assert capacity_words.history(months, has_backtest) == words


def test_two_scenarios_are_told_apart_in_words():
    one, other = an_outlook([0, 40, 40]), an_outlook([0, 20, 35])
    assert capacity_words.differences(one, other, "Half automated") == (
        "Half automated needs 25 fewer hours (55 against 80) in these 3 weeks; 1 whole week over capacity against 2, "
        "the first of them Mon 2026-11-30 in place of Mon 2026-11-23."
    )
    same = capacity_words.differences(one, one, "The same")
    assert same.startswith("The same needs as many hours (80) in these 3 weeks; 2 whole weeks over capacity against 2")


@pytest.mark.parametrize(("number", "words"), [(1.3, "1.3"), (0.0, "0.0"), (1234.5, "1,234.5"), (None, "no number is enough")])
def test_staff_needed(number, words):
    assert capacity_words.staff(number) == words


# The back-test


TOLD = {"count": 12, "inside": 9, "error": 0.112, "naive_count": 12, "naive_error": 0.171, "mean_error": 0.15, "bias": 0.0}


def test_the_back_test_in_one_sentence():
    """"9 of 12 months inside the 80 % range; error 11 %, seasonal-naive 17 %."""
    assert plain(capacity_past.sentence(TOLD, TOLD)) == "9 of 12 months inside the 80 % range; error 11 %, seasonal-naive 17 %."


def test_months_without_a_year_before_them_are_not_compared_with_it():
    fair = TOLD | {"count": 5, "error": 0.08, "naive_error": 0.0849}
    assert plain(capacity_past.sentence(TOLD, fair)) == (
        "9 of 12 months inside the 80 % range; error 11 %. In the 5 with a year before them: error 8.0 %, seasonal-naive 8.5 %."
    )
    assert plain(capacity_past.sentence(TOLD, None)) == "9 of 12 months inside the 80 % range; error 11 %; no month has a year before it to compare with."


@pytest.mark.parametrize(("error", "naive", "warns"), [(0.11, 0.17, False), (0.17, 0.17, False), (0.171, 0.17, True)])
def test_worse_than_the_year_before_is_a_warning(error, naive, warns):
    assert bool(capacity_past.warning(TOLD | {"error": error, "naive_error": naive})) is warns
    assert capacity_past.warning(None) == ""


@pytest.mark.parametrize(("inside", "count", "warns"), [(9, 12, False), (7, 12, False), (6, 12, True), (0, 1, False), (0, 2, True)])
def test_ranges_that_hold_too_little_are_called_too_narrow(inside, count, warns):
    """A range of 80 % that holds so few of the months that chance would do it once in twenty times or less."""
    assert bool(capacity_past.narrow(TOLD | {"inside": inside, "count": count})) is warns


# Attainment ahead


@pytest.mark.parametrize(
    ("ratio", "printed"), [(0.9496, "94.96 %"), (0.95, "95 %"), (0.954, "95 %"), (0.944, "94 %"), (0.999, "99.9 %"), (1.0, "100 %"), (0.0, "0 %")]
)
def test_a_share_ahead_never_crosses_the_objective(ratio, printed):
    assert plain(capacity_ahead.percent(ratio, 0.95)) == printed


def test_what_staffing_keeps_the_objective():
    keeps = capacity_ahead.staff_sentence(Staffing(4.6, 5.0), 0.95, 0.97)
    assert plain(keeps) == "4.6 full-time equivalents keep 95 %, over all these months and in each whole one."
    no_number = capacity_ahead.staff_sentence(Staffing(None, 3.2), 0.95, 0.934)
    assert plain(no_number) == (
        "No number of people alone keeps 95 %: of those that the hours reach, 93 % met their date so far. "
        "Beyond 3.2 full-time equivalents more people meet no more due dates."
    )
    assert plain(capacity_ahead.staff_sentence(Staffing(None, 0.0), 0.95, 0.97)) == "No number of people keeps 95 %: they have no hours for requests."
    assert "no past month tells how many meet their date" in capacity_ahead.staff_sentence(Staffing(None, 3.2), 0.95, None)
