"""Numbers and dates as the pages print them: both sides of every line."""

from datetime import date, datetime

import pytest

from dashboard import formats


@pytest.mark.parametrize(
    ("met", "due", "printed"),
    [
        (48, 51, "94.1 %"),
        (19, 20, "95.0 %"),
        (9496, 10000, "94.96 %"),
        (9499, 10000, "94.99 %"),
        (94999, 100000, "94.999 %"),
        (9500, 10000, "95.0 %"),
        (9504, 10000, "95.0 %"),
        (4999, 5000, "99.98 %"),
        (5000, 5000, "100.0 %"),
        (1, 30000, "0.003 %"),
        (0, 30000, "0.0 %"),
    ],
)
def test_rounding_never_crosses_a_line(met, due, printed):
    """94.96 % is shown so, not 95.0 %; with one miss or more, never 100.0 %."""
    assert formats.percent(met, due, 0.95).replace(formats.NO_BREAK, " ") == printed


def test_a_percentage_of_nothing_is_a_dash():
    """Where nothing was due there is neither 0 % nor 100 %."""
    assert formats.percent(0, 0, 0.95) == "\u2013"


def test_a_ratio_carries_its_counts_and_a_no_break_space():
    """Never a ratio without its counts."""
    assert formats.share(1208, 1300, 0.95) == "92.9\u00a0% (1,208 of 1,300)"


@pytest.mark.parametrize(
    ("low", "high", "printed"), [(0.84123, 0.9799, "84 to 98\u00a0%"), (0.29, 0.07 + 0.4, "29 to 47\u00a0%"), (0.0, 1.0, "0 to 100\u00a0%")]
)
def test_an_interval_is_rounded_outward(low, high, printed):
    """Rounded outward to whole percent, and not beyond where an end is whole already."""
    assert formats.interval(low, high) == printed


def test_counts_have_separators_and_a_real_minus():
    """Thousands `1,208`; minus `−6`."""
    assert (formats.count(1208), formats.count(-6), formats.signed(3), formats.signed(-1208), formats.signed(0)) == (
        "1,208", "\u22126", "+3", "\u22121,208", "0",
    )  # fmt: skip


def test_days_say_which_kind():
    """Days: "6 business days", "20 calendar days", always say which."""
    assert [formats.business_days(1), formats.business_days(6), formats.calendar_days(20)] == ["1 business day", "6 business days", "20 calendar days"]


@pytest.mark.parametrize(
    ("period", "name", "first", "last"),
    [
        ("2026-10", "October 2026", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-12", "December 2026", date(2026, 12, 1), date(2026, 12, 31)),
        ("2024-02", "February 2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-Q4", "2026-Q4 (Oct to Dec 2026)", date(2026, 10, 1), date(2026, 12, 31)),
        ("FY2026-27", "fiscal year 2026-27", date(2026, 7, 1), date(2027, 6, 30)),
        ("FY1999-00", "fiscal year 1999-00", date(1999, 7, 1), date(2000, 6, 30)),
    ],
)
def test_a_period_has_a_name_and_bounds(period, name, first, last):
    """Months "October 2026", quarters with their months, fiscal years from July."""
    assert (formats.period_name(period), formats.period_bounds(period)) == (name, (first, last))


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-Q5", "2026-Q0", "FY2026-28", "2026-1", "banana", "", "2026-10-11", "FYx", "0000-01"])
def test_anything_else_is_no_period(text):
    """A wrong period is a ValueError, whatever is wrong with it."""
    with pytest.raises(ValueError):
        formats.period_bounds(text)


def test_a_moment_is_read_on_the_clocks_of_the_zone():
    """UTC instants are shown in the policy's zone, summer and winter."""
    assert formats.moment(datetime(2026, 11, 21, 0, 42), "America/Los_Angeles") == "Fri 2026-11-20 16:42 Pacific"
    assert formats.moment(datetime(2026, 7, 21, 0, 42), "America/Los_Angeles") == "Mon 2026-07-20 17:42 Pacific"
    assert formats.moment(datetime(2026, 7, 21, 0, 42), "UTC") == "Tue 2026-07-21 00:42 UTC"
