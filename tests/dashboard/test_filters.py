"""The filters as one frozen value: address, bound values, English sentence."""

from datetime import date

import pytest

from dashboard import filters
from dashboard.filters import Choices, Filters

CHOICES = Choices(
    periods={"month": ("2026-09", "2026-10", "2026-11"), "quarter": ("2026-Q3", "2026-Q4"), "fiscal_year": ("FY2026-27",)},
    defaults={"month": "2026-10", "quarter": "2026-Q3", "fiscal_year": "FY2026-27"},
    options={"inquiry": "Questions / inquiry", "new_cdt_install": "New, CDT install"},
    departments=("Department of Motor Vehicles", "CalRecycle", ""),
    request_types=("Password Reset",),
)
MOTOR_VEHICLES = Filters("month", "2026-10", departments=("Department of Motor Vehicles",))


def test_nothing_in_the_address_is_the_last_complete_month_and_everything_in_it():
    """The default period is the last complete month; empty filters mean all."""
    assert filters.read({}, CHOICES) == Filters("month", "2026-10")


def test_the_address_and_the_filters_are_one_to_one():
    """Reading the address that the filters write gives the same filters."""
    chosen = Filters("quarter", "2026-Q4", ("inquiry", "new_cdt_install"), ("", "CalRecycle"), ("Password Reset",))
    address = {key: [value] if isinstance(value, str) else value for key, value in chosen.query().items()}
    assert filters.read(address, CHOICES) == chosen


def test_a_value_that_the_snapshot_does_not_hold_is_kept_and_named():
    """Valid in form but not in this snapshot: an empty state naming it, never all rows."""
    chosen = filters.read({"department": ["Nobody"], "period": ["2031-01"]}, CHOICES)
    assert chosen.where() == {"month": ["2031-01"], "department": ["Nobody"]}
    assert chosen.unknown(CHOICES) == ["January 2031", "Nobody"]


@pytest.mark.parametrize("period", ["banana", "2026-13", "2026-Q3", "FY2026-27", "99999-01", "' or 1=1"])
def test_a_period_of_the_wrong_form_is_remarked_and_the_default_shown(period):
    """A wrong period falls back to the default, and the page says so."""
    chosen = filters.read({"period": [period]}, CHOICES)
    assert (chosen.period, len(chosen.remarks)) == ("2026-10", 1)
    assert period in chosen.remarks[0]


def test_a_grain_of_the_wrong_form_is_remarked():
    """A wrong grain falls back to months."""
    chosen = filters.read({"grain": ["week"]}, CHOICES)
    assert (chosen.grain, chosen.period, len(chosen.remarks)) == ("month", "2026-10", 1)


@pytest.mark.parametrize(
    ("chosen", "sentence"),
    [
        (Filters("month", "2026-10"), "All requests due in October 2026."),
        (MOTOR_VEHICLES, "Requests of the Department of Motor Vehicles due in October 2026."),
        (Filters("month", "2026-10", ("inquiry",), ("CalRecycle",)), "Requests for Questions / inquiry of CalRecycle due in October 2026."),
        (Filters("month", "2026-10", departments=("A", "B")), "Requests of A and B due in October 2026."),
        (Filters("month", "2026-10", departments=("A", "B", "C", "D")), "Requests of 4 departments due in October 2026."),
        (Filters("month", "2026-10", departments=("",)), "Requests of no department due in October 2026."),
        (Filters("fiscal_year", "FY2026-27", request_types=("Other",)), "Requests of type Other due in fiscal year 2026-27."),
    ],
)
def test_the_filters_read_as_an_english_sentence(chosen, sentence):
    """Under the title always the sentence of the filter."""
    assert filters.sentence(chosen, CHOICES) == sentence


def test_a_page_that_looks_ahead_has_no_period_in_its_sentence():
    """Due next counts open requests, whatever month they are due in."""
    assert filters.open_sentence(MOTOR_VEHICLES, CHOICES, date(2026, 11, 20)) == "Requests of the Department of Motor Vehicles open on Fri 2026-11-20."


@pytest.mark.parametrize(
    ("chosen", "part"),
    [
        (Filters("month", "2026-10"), ""),
        (MOTOR_VEHICLES, "_department-department-of-motor-vehicles"),
        (Filters("month", "2026-10", ("inquiry",), ("A",)), "_option-inquiry_department-a"),
        (Filters("month", "2026-10", ("inquiry",), ("A", "B")), "_filtered"),
        (Filters("month", "2026-10", departments=("../../etc/passwd",)), "_department-etc-passwd"),
        (Filters("month", "2026-10", departments=("\U0001f600",)), "_department-other"),
    ],
)
def test_the_filters_in_a_file_name(chosen, part):
    """Lower case, hyphens inside a part, underscores between, more than two filters become `_filtered`."""
    assert chosen.file_part() == part
