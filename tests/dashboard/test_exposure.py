"""The view of page 5 from its address, its counts, and the sentences that say them."""

from datetime import date
from types import SimpleNamespace

import pytest

from dashboard import exposure
from dashboard.exposure import Totals, View

FRIDAY = date(2026, 11, 20)


def group(band: str, number: int, covered: bool = False, possibly: bool = False, delegated: bool = False) -> SimpleNamespace:
    """A row of `holdings.exposure_groups`."""
    return SimpleNamespace(band=band, certificate_count=number, is_covered=covered, is_possibly_superseded=possibly, is_delegated=delegated)


COUNTED = exposure.tally([
    group("expired", 5), group("expired", 2, covered=True), group("past_last_safe_start", 3), group("past_last_safe_start", 1, covered=True),
    group("submit_now", 4), group("upcoming", 2, possibly=True), group("upcoming", 21, covered=True), group("upcoming", 12, delegated=True),
])  # fmt: skip


def submissions(next_on: str | None, next_count: int, late_count: int) -> SimpleNamespace:
    """The record of `holdings.submissions`."""
    return SimpleNamespace(next_on=None if next_on is None else date.fromisoformat(next_on), next_count=next_count, late_count=late_count)


def test_the_bands_count_with_and_without_a_request():
    """`Past last safe start 4, of which 3 without a request`."""
    assert COUNTED.bands == {"expired": (7, 5), "past_last_safe_start": (4, 3), "submit_now": (4, 4), "upcoming": (23, 2)}


def test_expired_and_delegated_ones_are_not_among_the_expiring():
    """Not: expired mixed with expiring; delegated ones are a separate line, not in the band counts."""
    assert (COUNTED.expiring, COUNTED.delegated, COUNTED.possibly_superseded) == ((31, 9), 12, (2, 2))
    assert {name: COUNTED.rows(name) for name in exposure.GROUPS} == {
        "expiring": 31, "expired": 7, "past_last_safe_start": 4, "submit_now": 4, "upcoming": 23, "covered": 22, "possibly_superseded": 2, "delegated": 12,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (
            submissions("2026-11-20", 3, 0),
            "9 of the 31 certificates expiring by Thu 2026-12-10 have no request. Submit by Fri 2026-11-20 at the latest for 3 of them.",
        ),
        (
            submissions("2026-11-20", 3, 6),
            "9 of the 31 certificates expiring by Thu 2026-12-10 have no request. Submit by Fri 2026-11-20 at the latest for 3 of them; "
            "for 6 the day to submit by has passed.",
        ),
        (submissions(None, 0, 9), "9 of the 31 certificates expiring by Thu 2026-12-10 have no request. For 9 the day to submit by has passed."),
    ],
)
def test_the_finding(found, words):
    """"9 of the 31 certificates expiring by Thu 2026-12-10 have no request. Submit by Fri 2026-11-20 at the latest for 3 of them.\""""
    assert exposure.finding(COUNTED, View(20), FRIDAY, found) == words


def test_the_finding_of_one_and_of_none_without_a_request():
    """One has, several have; all covered is said as such."""
    one, both = Totals({}, expiring=(1, 1)), Totals({}, expiring=(2, 0))
    assert exposure.finding(one, View(60), FRIDAY, submissions("2026-11-30", 1, 0)) == (
        "The only certificate expiring by Tue 2027-01-19 has no request. Submit by Mon 2026-11-30 at the latest."
    )
    assert exposure.finding(one, View(60), FRIDAY, submissions(None, 0, 1)).endswith("has no request. The day to submit by has passed.")
    assert exposure.finding(both, View(60), FRIDAY, submissions(None, 0, 0)) == "All 2 certificates expiring by Tue 2027-01-19 have a request under way."
    assert exposure.finding(Totals({}, expiring=(1, 0)), View(60), FRIDAY, submissions(None, 0, 0)).endswith("has a request under way.")


def test_counts_stand_with_and_without_the_possibly_superseded():
    """`possibly_superseded`: counts are shown with and without it."""
    assert exposure.without_possibly_superseded(COUNTED) == (
        "2 of the 31 are possibly superseded by a newer certificate and counted until that is confirmed. Without them: 29 expiring, 7 without a request."
    )
    assert exposure.without_possibly_superseded(Totals({}, expiring=(3, 1))) == ""


def test_nothing_in_the_address_is_90_days_of_everything():
    """Horizon 20, 60, 90 or 180; default 90."""
    assert exposure.view({}) == View(90)
    assert exposure.view({"horizon": ("180",), "band": ("submit_now",), "day": ("2026-12-10",), "norequest": ("1",), "owner_department": ("dmv", "")}) == View(
        180, ("dmv", ""), "submit_now", date(2026, 12, 10), "1"
    )


@pytest.mark.parametrize("address", [{"horizon": "91"}, {"horizon": "x"}, {"band": "all"}, {"day": "2026-02-30"}, {"day": "soon"}])
def test_a_value_of_the_wrong_form_falls_back_and_is_said(address):
    """Wrong values fall back to defaults, with a remark that names them."""
    (value,) = address.values()
    found = exposure.view({key: (each,) for key, each in address.items()})
    assert (found.horizon, found.group, found.day) == (90, "expiring", None)
    assert len(found.remarks) == 1 and value in found.remarks[0]


def test_the_sentence_of_the_filter():
    """Filters yield an English sentence."""
    assert exposure.sentence(View(20), FRIDAY) == "All certificates that expire by Thu 2026-12-10, within 20 calendar days."
    assert exposure.sentence(View(90, ("dmv", "")), FRIDAY) == "Certificates of dmv and no department that expire by Thu 2027-02-18, within 90 calendar days."
    assert exposure.sentence(View(90, ("a", "b", "c", "d")), FRIDAY).startswith("Certificates of 4 departments that expire")


def test_the_view_is_in_the_name_of_its_file():
    """`certboard_renewal-exposure_90-days_as-of-2026-11-20.csv`; lower case, hyphens inside a part."""
    assert View(90).file_part() == "90-days"
    assert View(20, ("DMV & Co",), "past_last_safe_start", FRIDAY, "1").file_part() == "20-days_department-dmv-co_past-last-safe-start_2026-11-20_no-request"
    assert View(20, ("a", "b", "c")).file_part() == "20-days_filtered"
