"""The boundaries of links between requests and certificates, each with its neighbours. Each docstring quotes the rule.

Now is 17:00 on Friday 2026-11-20. A renewal is submitted at 10:00 on Monday October 5, unless the test says otherwise.
"""

from datetime import date

from tests.certificate_worlds import held, inventory  # noqa: F401  the fixture is used by its name

NOW = "2026-11-20 17:00:00"
OLD, NEW = {"expires_on": "2026-11-01"}, {"expires_on": "2027-04-01"}
RENEWAL = {"submitted_at": "2026-10-05 10:00:00"}
CLOSED = {**RENEWAL, "closed_at": "2026-10-12 10:00:00"}
EXACT_ORDER, EXACT_SERIAL = ("order_number", "exact"), ("serial_number", "exact")


@inventory(
    NOW,
    {
        "a second before": {**OLD, "issued_at": "2026-10-05 09:59:59"}, "the same second": {**OLD, "issued_at": "2026-10-05 10:00:00", "names": "b"},
        "that day": {**OLD, "issued_at": "2026-10-05", "names": "c"}, "the next day": {**OLD, "issued_at": "2026-10-06", "names": "d"},
    },
    {"1": RENEWAL, "2": {**RENEWAL, "names": "b"}, "3": {**RENEWAL, "names": "c"}, "4": {**RENEWAL, "names": "d"}},
)  # fmt: skip
def test_a_renewal_renews_what_was_issued_before_it_was_submitted(held):
    """"Issued before submission"; an issue known by its date alone counts from that date."""
    assert held.links("1")["renews"] == ("a second before", "common_name", "high")
    assert held.links("2") == {"issued": ("the same second", "common_name", "medium")}
    assert held.links("3")["renews"] == ("that day", "common_name", "high")
    assert held.links("4") == {"issued": ("the next day", "common_name", "medium")}


@inventory(
    NOW,
    {
        "30 days ago": {"expires_on": "2026-09-05"}, "31 days ago": {"expires_on": "2026-09-04", "names": "b"},
        "sooner": {"expires_on": "2026-12-01", "names": "c"}, "later": {"expires_on": "2026-12-02", "names": "c"},
        "smaller": {"expires_on": "2026-12-01", "names": "d", "serial": "9"}, "larger": {"expires_on": "2026-12-01", "names": "d", "serial": "10"},
        "long gone": {"expires_on": "2026-08-01", "names": "e"}, "current": {"expires_on": "2027-01-01", "names": "e"},
    },
    {label: {**RENEWAL, "names": label} for label in "abcde"},
)  # fmt: skip
def test_a_renewal_renews_what_expires_first_but_not_long_ago(held):
    """"With the smallest `expires_on >= submitted_on - 30`; tie: the larger serial" (0x10 is larger than 0x9)."""
    found = {label: held.links(label).get("renews", (None,))[0] for label in "abcde"}
    assert found == {"a": "30 days ago", "b": None, "c": "sooner", "d": "larger", "e": "current"}
    assert held.outcome("a")["current_expires_on"] == date(2026, 9, 5)
    assert (held.outcome("b")["current_expires_on"], held.outcome("b")["current_expires_source"]) == (None, None)


@inventory(
    NOW,
    {
        "common": {"expires_on": "2026-12-20", "names": "a"}, "other": {"expires_on": "2026-11-01", "names": "b"},
        "any": {"expires_on": "2026-12-01", "names": "d"}, "any sooner": {"expires_on": "2026-11-30", "names": "e"},
        "star": {**OLD, "names": "*.x"},
    },
    {"1": {**RENEWAL, "names": "a b"}, "2": {**RENEWAL, "names": "c d e"}, "3": {**RENEWAL, "names": "a.x"}},
)  # fmt: skip
def test_the_common_name_comes_before_any_name(held):
    """"Holding the request's common name (else any requested name)", literally."""
    assert held.links("1") == {"renews": ("common", "common_name", "high")}
    assert held.links("2") == {"renews": ("any sooner", "any_name", "medium")}
    assert held.links("3") == {}


@inventory(
    NOW,
    {
        "ordered": {"expires_on": "2027-01-01", "order": "77", "names": "b"}, "named": {**OLD, "names": "a"},
        "numbered": {"expires_on": "2027-01-01", "serial": "5e", "names": "d"}, "revoked": {**OLD, "order": "78", "names": "c", "status": "revoked"},
        "new": {"issued_at": "2026-10-12 09:00:00", "expires_on": "2027-05-01", "order": "79", "names": "a"},
        "elsewhere": {"issued_at": "2026-10-12 09:00:00", "expires_on": "2027-05-01", "serial": "5f", "names": "z"},
    },
    {
        "by order": {**RENEWAL, "order": "77"}, "by serial": {**RENEWAL, "serial": "00:5E:"}, "revoked": {**RENEWAL, "order": "78"},
        "by name": {**RENEWAL, "names": "c"}, "unknown": {**RENEWAL, "order": "80"},
        "its own order": {**CLOSED, "order": "79"}, "its own serial": {**CLOSED, "serial": "0x5F"},
    },
)  # fmt: skip
def test_an_order_or_a_serial_number_says_which(held):
    """"`order_number` / `serial_number` (exact) when the request exports one that belongs to a certificate issued before
    submission"; one that was issued at or after it is what the request led to."""
    assert held.links("by order")["renews"] == ("ordered", *EXACT_ORDER)
    assert held.links("by serial")["renews"] == ("numbered", *EXACT_SERIAL)
    assert held.links("revoked")["renews"] == ("revoked", *EXACT_ORDER)
    assert held.links("by name") == {}
    assert held.links("its own order") == {"renews": ("named", "common_name", "high"), "issued": ("new", *EXACT_ORDER)}
    assert held.links("its own serial") == {"renews": ("named", "common_name", "high"), "issued": ("elsewhere", *EXACT_SERIAL)}
    assert held.links("unknown")["renews"] == ("named", "common_name", "high")


@inventory(
    NOW,
    {
        "that day": {**NEW, "issued_at": "2026-10-05 23:59:59"}, "the day before": {**NEW, "issued_at": "2026-10-04 10:00:00", "names": "b"},
        "a day late": {**NEW, "issued_at": "2026-10-13 23:59:59", "names": "c"},
        "two days late": {**NEW, "issued_at": "2026-10-14 00:00:00", "names": "d"},
        "first": {**NEW, "issued_at": "2026-10-06 10:00:00", "names": "e"}, "second": {**NEW, "issued_at": "2026-10-06 10:00:01", "names": "e"},
        "tie": {**NEW, "issued_at": "2026-10-06 10:00:00", "names": "f", "serial": "19"},
        "larger": {**NEW, "issued_at": "2026-10-06 10:00:00", "names": "f", "serial": "101"},
        "while open": {**NEW, "issued_at": "2026-11-20 17:00:00", "names": "g"},
        "asked": {"issued_at": "", "expires_on": "", "names": "h", "status": "applied"},
    },
    {**{label: {**CLOSED, "names": label, "service_option": "new_customer_install"} for label in "abcdefh"}, "g": {**RENEWAL, "names": "g"},
     "an inquiry": {**CLOSED, "service_option": "inquiry"}},
)  # fmt: skip
def test_a_request_led_to_the_first_certificate_of_its_time(held):
    """"The certificate issued between submitted_on and the stop date (+ 1 calendar day; without a stop as_of_on) holding the
    request's common name, earliest issue, tie larger serial; any option but inquiry." """
    found = {label: held.links(label).get("issued", (None,))[0] for label in "abcdefgh"}
    assert found == {"a": "that day", "b": None, "c": "a day late", "d": None, "e": "first", "f": "larger", "g": "while open", "h": None}
    assert held.links("an inquiry") == {}


@inventory(
    NOW,
    {
        "old": {**OLD, "issued_at": "2026-10-05"}, "new": {"issued_at": "2026-10-12 09:00:00", "expires_on": "2027-04-01"},
        "only": {**OLD, "issued_at": "2026-10-05", "names": "b"},
    },
    {"1": CLOSED, "2": {**CLOSED, "names": "b"}},
)
def test_what_a_request_renews_is_not_what_it_led_to(held):
    """"Holding the request's common name and not the one it renews"."""
    assert {role: link[0] for role, link in held.links("1").items()} == {"renews": "old", "issued": "new"}
    assert {role: link[0] for role, link in held.links("2").items()} == {"renews": "only"}


@inventory(
    NOW,
    {
        "20 days": {"expires_on": "2026-10-25", "names": "a"}, "19 days": {"expires_on": "2026-10-24", "names": "b"},
        "ignored": {"expires_on": "2026-12-24", "names": "c"}, "later": {"expires_on": "2026-12-24", "names": "d"},
        "sooner": {"expires_on": "2026-10-27", "names": "e"}, "new": {"expires_on": "2026-10-25", "names": "f"},
    },
    {
        "in time": {**RENEWAL, "names": "a", "requested_completion_on": "2026-10-23"},
        "too late": {**RENEWAL, "names": "b", "requested_completion_on": "2026-10-23"},
        "says": {**RENEWAL, "names": "c", "current_expires_on": "2026-10-24"}, "several": {**RENEWAL, "names": "d e", "common_names": "2"},
        "new": {**RENEWAL, "names": "f", "service_option": "new_customer_install"},
    },
)  # fmt: skip
def test_the_current_expiry_comes_from_the_request_else_from_the_certificate(held):
    """"The current expiry comes from the request, else from the linked certificate. Several certificates in a request: the
    earliest expiry." Twenty days before it the requested date counts; ten business days after October 5 is the 19th."""
    rows = {label: held.outcome(label) for label in ("in time", "too late", "says", "several", "new")}
    assert {label: (row["current_expires_on"], row["current_expires_source"]) for label, row in rows.items()} == {
        "in time": (date(2026, 10, 25), "certificate"), "too late": (date(2026, 10, 24), "certificate"),
        "says": (date(2026, 10, 24), "request"), "several": (date(2026, 10, 27), "certificate"), "new": (None, None),
    }  # fmt: skip
    assert [rows[label]["lead_days"] for label in ("in time", "too late", "says", "several")] == [20, 19, 19, 22]
    assert [(rows[label]["due_on"].day, rows[label]["due_rule"]) for label in ("in time", "too late")] == [(23, "requested_date"), (19, "business_days")]
    assert set(held.links("several")["renews"][0].split()) == {"later", "sooner"}


@inventory(
    NOW,
    {"due before": {"expires_on": "2026-10-25", "names": "a"}},
    {"late": {**RENEWAL, "closed_at": "2026-10-26 08:00:00"}, "in time": {**RENEWAL, "closed_at": "2026-10-25 23:59:59"}},
)
def test_a_renewal_may_end_after_the_certificate(held):
    """"`completed_after_expiry_count` is reported": also when the expiry is known from the certificate alone."""
    assert [held.outcome(label)["completed_after_expiry"] for label in ("late", "in time")] == [True, False]
