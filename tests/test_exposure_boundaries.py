"""The boundaries of exposure, each with its neighbours. Each docstring quotes the rule.

Unless a test says otherwise now is noon on Thursday 2026-11-12, the day after Veterans Day. Thanksgiving and the day after
are Thursday the 26th and Friday the 27th.
"""

from datetime import date, datetime

from tests.certificate_worlds import held, inventory  # noqa: F401  the fixture is used by its name

NOW = "2026-11-12 12:00:00"
RENEWAL = {"submitted_at": "2026-11-10 10:00:00"}


@inventory(
    NOW,
    {
        "31 days ago": {"expires_on": "2026-10-12"}, "30 days ago": {"expires_on": "2026-10-13", "names": "b"},
        "yesterday": {"expires_on": "2026-11-11", "names": "c"}, "today": {"expires_on": "2026-11-12", "names": "d"},
        "in 180 days": {"expires_on": "2027-05-11", "names": "e"}, "in 181 days": {"expires_on": "2027-05-12", "names": "f"},
        "never": {"expires_on": "", "names": "g"}, "revoked": {"expires_on": "2026-11-20", "names": "h", "status": "revoked"},
    },
)  # fmt: skip
def test_exposure_reaches_from_30_days_ago_to_180_days_ahead(held):
    """"Not superseded, and active and expiring within the horizon or expired in the last 30 days"; `expired`: "`expires_on <
    as_of_on`"."""
    assert [held.exposure(label) is None for label in ("31 days ago", "30 days ago", "in 180 days", "in 181 days")] == [True, False, False, True]
    assert held.exposure("never") is held.exposure("revoked") is None
    assert [held.exposure(label)["exposure_band"] for label in ("30 days ago", "yesterday", "today")] == ["expired", "expired", "past_last_safe_start"]
    assert [held.exposure(label)["calendar_days_left"] for label in ("30 days ago", "yesterday", "today")] == [-30, -1, 0]
    assert [held.certificate(label)["is_active"] for label in ("yesterday", "today", "never")] == [False, True, False]
    assert "expired_not_replaced" in held.findings("yesterday") and "expired_not_replaced" not in held.findings("31 days ago") | held.findings("today")


# November    Mo  9     Tu 10     We 11 #   Th 12     Fr 13     Sa 14     Su 15
#   2026      Mo 16     Tu 17     We 18     Th 19     Fr 20     Sa 21     Su 22
#             Mo 23     Tu 24     We 25     Th 26 #   Fr 27 #   Sa 28     Su 29
#             Mo 30     Tu  1     We  2     Th  3
# Ten business days before We 25: Tu 24 1, Mo 23 2, Fr 20 3, Th 19 4, We 18 5, Tu 17 6, Mo 16 7, Fr 13 8, Th 12 9, Tu 10 10.
@inventory(
    NOW,
    {
        "on Thanksgiving": {"expires_on": "2026-11-26"}, "on the day after": {"expires_on": "2026-11-27", "names": "b"},
        "on the Monday": {"expires_on": "2026-11-30", "names": "c"}, "on the Tuesday": {"expires_on": "2026-12-01", "names": "d"},
        "on the Wednesday": {"expires_on": "2026-12-02", "names": "e"}, "on the Thursday": {"expires_on": "2026-12-03", "names": "f"},
    },
)  # fmt: skip
def test_the_last_safe_start_leaves_the_target_before_the_day_of_expiry(held):
    """"The business day with ordinal `floor_ord(expires_on - 1) - target`", else 10, marked assumed; past it is
    "`last_safe_start_on < as_of_on`", submit now "`submit_by_on <= as_of_on`"."""
    labels = ("on Thanksgiving", "on the day after", "on the Monday", "on the Tuesday", "on the Wednesday", "on the Thursday")
    rows = [held.exposure(label) for label in labels]
    assert [row["last_safe_start_on"].day for row in rows] == [10, 10, 10, 12, 13, 16]
    assert [row["submit_by_on"] for row in rows[3:]] == [date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 13)]
    assert [row["exposure_band"] for row in rows[2:]] == ["past_last_safe_start", "submit_now", "submit_now", "upcoming"]
    assert {(row["target_business_days"], row["is_target_assumed"]) for row in rows} == {(10, True)}
    assert rows[0]["process_by_on"] == date(2026, 11, 19)


@inventory(
    NOW,
    {
        "5 days": {"expires_on": "2026-12-01", "names": "a"}, "10 days": {"expires_on": "2026-12-01", "names": "b"},
        "changed": {"expires_on": "2026-12-01", "names": "c"}, "new": {"expires_on": "2026-12-01", "names": "d"},
    },
    {
        "customer": {**RENEWAL, "names": "a", "service_option": "renewal_customer_install", "closed_at": "2026-11-11 10:00:00"},
        "cdt": {**RENEWAL, "names": "b"},
        "first": {"submitted_at": "2026-11-09 10:00:00", "names": "c", "state": "cancelled"},
        "then": {**RENEWAL, "names": "c", "service_option": "renewal_customer_install", "state": "cancelled"},
        "no renewal": {
            "submitted_at": "2026-01-12 10:00:00", "names": "d", "service_option": "new_customer_install", "closed_at": "2026-01-15 11:00:00",
        },
    },
)  # fmt: skip
def test_the_target_is_that_of_the_newest_linked_renewal(held):
    """"Target = that of the last linked renewal's option, else 10, marked assumed." Five business days before Monday the 30th
    is Thursday the 19th."""
    rows = {label: held.exposure(label) for label in ("5 days", "10 days", "changed", "new")}
    found = {label: (row["target_business_days"], row["is_target_assumed"]) for label, row in rows.items()}
    assert found == {"5 days": (5, False), "10 days": (10, False), "changed": (5, False), "new": (10, True)}
    assert [held.exposure(label)["last_safe_start_on"].day for label in ("5 days", "10 days")] == [19, 12]
    assert held.links("no renewal") == {"issued": ("new", "common_name", "medium")}


@inventory(
    NOW,
    {"90 days": {"expires_on": "2027-01-10", "names": "a"}, "91 days": {"expires_on": "2027-01-10", "names": "b"}},
    {
        "on the 90th": {"submitted_at": "2026-10-12 00:00:00", "names": "a"}, "on the 91st": {"submitted_at": "2026-10-11 23:59:59", "names": "b"},
        "tomorrow's": {"submitted_at": "2026-11-12 12:00:01", "names": "b"},
    },
)  # fmt: skip
def test_a_request_covers_when_submitted_at_most_90_days_before(held):
    """"One open renewal request, submitted at most 90 days before expiry": October 12 is 90 days before January 10."""
    assert (held.exposure("90 days")["exposure_band"], held.exposure("90 days")["covering_number"]) == ("covered", held.number("on the 90th"))
    assert (held.exposure("91 days")["exposure_band"], held.exposure("91 days")["covering_number"]) == ("upcoming", None)


@inventory(
    NOW,
    {
        "all": {"expires_on": "2026-12-20", "names": "a b"}, "some": {"expires_on": "2026-12-20", "names": "c d"},
        "both": {"expires_on": "2026-12-20", "names": "e f"}, "star": {"expires_on": "2026-12-20", "names": "g.z"},
        "expired": {"expires_on": "2026-11-11", "names": "h"},
    },
    {
        "more": {**RENEWAL, "names": "b x a"}, "one": {**RENEWAL, "names": "c x"}, "full": {**RENEWAL, "names": "e f"},
        "partly": {"submitted_at": "2026-11-11 10:00:00", "names": "e"}, "wildcard": {**RENEWAL, "names": "*.z"}, "late": {**RENEWAL, "names": "h"},
    },
)  # fmt: skip
def test_a_covering_request_names_every_name(held):
    """"Names every name of the certificate; some names only = `partly_covered`, counted as without a request"."""
    rows = {label: held.exposure(label) for label in ("all", "some", "star", "expired")}
    assert {label: (row["exposure_band"], row["covering_number"], row["partly_number"]) for label, row in rows.items()} == {
        "all": ("covered", held.number("more"), None), "some": ("upcoming", None, held.number("one")),
        "star": ("upcoming", None, None), "expired": ("expired", held.number("late"), None),
    }  # fmt: skip
    assert held.exposure("both")["covering_number"] == held.number("full")


@inventory(
    NOW,
    {
        "closed": {"expires_on": "2026-12-20", "names": "a"}, "cancelled": {"expires_on": "2026-12-20", "names": "b"},
        "overdue": {"expires_on": "2026-12-20", "names": "c"}, "new": {"expires_on": "2026-12-20", "names": "d"},
        "awaiting": {"expires_on": "2026-12-20", "names": "e"}, "closed later": {"expires_on": "2026-12-20", "names": "f"},
    },
    {
        "1": {**RENEWAL, "names": "a", "closed_at": "2026-11-11 10:00:00"},
        "2": {**RENEWAL, "names": "b", "state": "cancelled", "closed_at": "2026-11-11 10:00:00"},
        "3": {"submitted_at": "2026-10-01 10:00:00", "names": "c"}, "4": {**RENEWAL, "names": "d", "service_option": "new_cdt_install"},
        "5": {**RENEWAL, "names": "e", "approval": "requested"}, "6": {**RENEWAL, "names": "f", "closed_at": "2026-11-12 12:00:01"},
    },
)  # fmt: skip
def test_a_covering_request_is_an_open_renewal(held):
    """"Covered = one open renewal request"; one that closed later is still open, one overdue still under way."""
    found = [held.exposure(label)["covering_number"] is not None for label in ("closed", "cancelled", "overdue", "new", "awaiting", "closed later")]
    assert found == [False, False, True, False, True, True]


@inventory(
    NOW,
    {
        "before": {"expires_on": "2026-11-24", "names": "a"}, "on the day": {"expires_on": "2026-11-25", "names": "b"},
        "no due date": {"expires_on": "2026-11-24", "names": "c"},
    },
    {
        "1": {**RENEWAL, "names": "a"}, "2": {**RENEWAL, "names": "b"}, "3": {**RENEWAL, "names": "c", "approval": "requested"},
    },
)  # fmt: skip
def test_a_covered_certificate_may_expire_before_the_request_is_due(held):
    """"`covered` (with its number; marked if due after expiry)": ten business days after the 10th is Wednesday the 25th."""
    rows = {label: held.exposure(label) for label in ("before", "on the day", "no due date")}
    assert {row["exposure_band"] for row in rows.values()} == {"covered"}
    assert [rows[label]["covering_due_on"] for label in rows] == [date(2026, 11, 25), date(2026, 11, 25), None]
    assert [bool(rows[label]["is_due_after_expiry"]) for label in rows] == [True, False, False]


@inventory(
    NOW,
    {"two": {"expires_on": "2026-12-20", "names": "a"}, "a tie": {"expires_on": "2026-12-20", "names": "b"}},
    {
        "old": {"submitted_at": "2026-11-09 10:00:00", "names": "a"}, "new": {"submitted_at": "2026-11-09 10:00:01", "names": "a"},
        "A": {**RENEWAL, "names": "b"}, "B": {**RENEWAL, "names": "b"},
    },
)  # fmt: skip
def test_of_two_covering_requests_the_newest_counts(held):
    """"Several: the newest"; in the same second the larger number."""
    assert held.exposure("two")["covering_number"] == held.number("new")
    assert held.exposure("a tie")["covering_number"] == held.number("B")


@inventory(
    NOW,
    {
        "old": {"expires_on": "2026-12-01", "names": "a"}, "new": {"issued_at": "2026-11-10 10:00:00", "expires_on": "2027-06-20", "names": "a"},
        "maybe": {"expires_on": "2026-12-01", "names": "b.z"}, "star": {"issued_at": "2026-11-10 10:00:00", "expires_on": "2027-06-20", "names": "*.z"},
    },
)  # fmt: skip
def test_what_is_possibly_superseded_stays_in_exposure(held):
    """"`possibly_superseded`: it stays in exposure, marked with the covering serial"."""
    assert held.exposure("old") is None
    row = held.exposure("maybe")
    assert (row["is_possibly_superseded"], held.label(row["superseded_by"])) == (True, "star")


# Two ends of a day


JULY = {"holding": "file", "issued_at": "", "not_before_at": "2026-01-15 00:00:00", "not_after_at": "2026-07-15 23:59:59"}
JANUARY = {**JULY, "not_before_at": "2026-07-15 00:00:00", "not_after_at": "2027-01-15 23:59:59"}
DATE = {"expires_on": "2026-07-15", "names": "b"}


def ends(row: dict) -> tuple:
    return tuple(row[column] for column in ("expires_on", "not_after_at", "service_ends_at", "plan_ends_at", "is_ended_today", "exposure_band"))


@inventory("2026-07-15 16:59:58", {"file": JULY, "console": DATE})
def test_in_july_midnight_utc_is_a_second_before_the_service_ends(held):
    """"Sectigo certificates usually end 23:59:59Z, which is 16:59 in summer": "plan with the earlier"."""
    day, end, service = date(2026, 7, 15), datetime(2026, 7, 15, 23, 59, 59), datetime(2026, 7, 16)
    assert ends(held.exposure("file")) == (day, end, service, end, False, "past_last_safe_start")
    assert ends(held.exposure("console")) == (day, None, service, service, False, "past_last_safe_start")


@inventory("2026-07-15 16:59:59", {"file": JULY, "console": DATE})
def test_in_july_it_has_ended_at_the_second_itself(held):
    """"On the last day, from the earlier of the two, the page says "ended today"." """
    assert [held.certificate(label)["is_ended_today"] for label in ("file", "console")] == [True, False]
    assert held.certificate("file")["is_active"] and held.exposure("file")["is_ended_today"]


@inventory("2026-07-15 17:00:00", {"file": JULY, "console": DATE})
def test_in_july_all_has_ended_at_seventeen(held):
    """"`service_ends_at` is 17:00 local on `expires_on`"."""
    assert [held.certificate(label)["is_ended_today"] for label in ("file", "console")] == [True, True]


@inventory("2027-01-15 15:59:58", {"file": JANUARY, "console": {**DATE, "expires_on": "2027-01-15"}})
def test_in_january_midnight_utc_is_an_hour_before_the_service_ends(held):
    """"And 15:59 in winter": show both, plan with the earlier."""
    end, service = datetime(2027, 1, 15, 23, 59, 59), datetime(2027, 1, 16, 1)
    assert ends(held.exposure("file")) == (date(2027, 1, 15), end, service, end, False, "past_last_safe_start")
    assert held.exposure("console")["plan_ends_at"] == service


@inventory("2027-01-15 15:59:59", {"file": JANUARY, "console": {**DATE, "expires_on": "2027-01-15"}})
def test_in_january_it_has_ended_at_the_second_itself(held):
    """"On the last day, from the earlier of the two"."""
    assert [held.certificate(label)["is_ended_today"] for label in ("file", "console")] == [True, False]


@inventory(
    "2026-10-30 12:00:00",
    {
        "the day before": {"expires_on": "2026-10-31"}, "in the night": {"expires_on": "2026-11-01", "names": "b"},
        "the last second": {**JULY, "not_after_at": "2026-11-02 07:59:59", "names": "c"},
        "the next day": {**JULY, "not_after_at": "2026-11-02 08:00:00", "names": "d"},
        "in summer": {**JULY, "not_after_at": "2026-10-31 06:59:59", "names": "e"}, "still": {**JULY, "not_after_at": "2026-10-31 07:00:00", "names": "f"},
        "in spring": {"expires_on": "2027-03-14", "names": "g"}, "before spring": {**JULY, "not_after_at": "2027-03-14 07:59:59", "names": "h"},
    },
)  # fmt: skip
def test_seventeen_is_seventeen_across_the_change_of_the_clock(held):
    """"One zone for people": on November 1 the clock goes back, on March 14 forward; `expires_on` is the local date."""
    service = {label: held.exposure(label)["service_ends_at"] for label in ("the day before", "in the night", "in spring")}
    assert list(service.values()) == [datetime(2026, 11, 1), datetime(2026, 11, 2, 1), datetime(2027, 3, 15)]
    days = [held.exposure(label)["expires_on"] for label in ("the last second", "the next day", "in summer", "still", "before spring")]
    assert days == [date(2026, 11, 1), date(2026, 11, 2), date(2026, 10, 30), date(2026, 10, 31), date(2027, 3, 13)]
