"""The boundaries of supersession, each with its neighbours. Each docstring quotes the rule.

Now is noon on Friday 2026-11-20. The old certificate was issued on January 15 and expires on December 10, the new one was
issued on November 10 and expires on 2027-05-20, unless the test says otherwise.
"""

from tests.certificate_worlds import held, inventory  # noqa: F401  the fixture is used by its name

NOW = "2026-11-20 12:00:00"
OLD = {"expires_on": "2026-12-10"}
NEW = {"issued_at": "2026-11-10 10:00:00", "expires_on": "2027-05-20"}


@inventory(
    NOW,
    {
        "one": {**OLD, "names": "a b"}, "same": {**NEW, "names": "b a"},
        "two": {**OLD, "names": "c"}, "more": {**NEW, "names": "c d"},
        "three": {**OLD, "names": "e f"}, "fewer": {**NEW, "names": "e"},
        "four": {**OLD, "names": "*.g"}, "star": {**NEW, "names": "*.g"},
    },
)  # fmt: skip
def test_a_successor_holds_every_name_literally(held):
    """"Holds every name of this one literally." """
    assert held.succession("one") == ("superseded", "same")
    assert held.succession("two") == ("superseded", "more")
    assert held.succession("three") == (None, None)
    assert held.succession("four") == ("superseded", "star")
    assert {held.succession(label) for label in ("same", "more", "fewer", "star")} == {(None, None)}


@inventory(
    NOW,
    {
        "smaller": {**OLD, "names": "a", "serial": "9", "issued_at": "2026-11-10 10:00:00"},
        "larger": {**NEW, "names": "a", "serial": "10"},
        "greater": {**OLD, "names": "b", "serial": "a", "issued_at": "2026-11-10 10:00:00"},
        "less": {**NEW, "names": "b", "serial": "8"},
        "second": {**OLD, "names": "c", "serial": "d", "issued_at": "2026-11-10 09:59:59"},
        "after": {**NEW, "names": "c", "serial": "c"},
    },
)
def test_in_the_same_second_the_larger_serial_number_is_the_later(held):
    """"Issued later (tie: larger serial)": as numbers, 0x10 is larger than 0x9."""
    assert held.succession("smaller") == ("superseded", "larger")
    assert held.succession("greater") == (None, None)
    assert held.succession("second") == ("superseded", "after")


@inventory(
    NOW,
    {
        "one label": {**OLD, "names": "a.x"}, "star": {**NEW, "names": "*.x"},
        "two labels": {**OLD, "names": "b.a.y"}, "far star": {**NEW, "names": "*.y"},
        "the domain": {**OLD, "names": "z"}, "below": {**NEW, "names": "*.z"},
        "both": {**OLD, "names": "a.v v"}, "half": {**NEW, "names": "*.v"},
    },
)  # fmt: skip
def test_a_wildcard_covers_exactly_one_label(held):
    """"Cover by a wildcard ... is `possibly_superseded`": `*.x` covers `a.x`, neither `b.a.x` nor `x`."""
    assert held.succession("one label") == ("possibly", "star")
    assert held.succession("two labels") == held.succession("the domain") == held.succession("both") == (None, None)


@inventory(
    NOW,
    {
        "old": {**OLD, "names": "a"}, "revoked": {**NEW, "names": "a", "status": "revoked", "revoked_at": "2026-11-20 12:00:00"},
        "older": {**OLD, "names": "b"}, "later": {**NEW, "names": "b", "status": "revoked", "revoked_at": "2026-11-20 12:00:01"},
        "oldest": {**OLD, "names": "c"}, "replaced": {**NEW, "names": "c", "status": "replaced", "replaced_at": "2026-11-12 10:00:00"},
        "gone": {**OLD, "names": "d", "status": "revoked", "revoked_at": "2026-11-19 10:00:00"}, "new": {**NEW, "names": "d"},
        "asked": {**OLD, "names": "e"}, "request": {**NEW, "names": "e", "status": "applied"},
    },
)  # fmt: skip
def test_only_an_active_certificate_succeeds(held):
    """"One active certificate": one revoked by `as_of` is not, "one revoked or replaced later is still valid"."""
    assert held.succession("old") == held.succession("oldest") == held.succession("asked") == (None, None)
    assert held.succession("older") == ("superseded", "later")
    assert held.succession("gone") == (None, None)
    assert held.certificate("later")["revoked_at"] is None
    assert [held.certificate(label)["status"] for label in ("revoked", "later", "replaced")] == ["revoked", "issued", "replaced"]


@inventory(
    NOW,
    {
        "one": {**OLD, "names": "a"}, "earlier": {**NEW, "names": "a", "expires_on": "2026-12-09"},
        "two": {**OLD, "names": "b"}, "same day": {**NEW, "names": "b", "expires_on": "2026-12-10"},
        "three": {**OLD, "names": "c"}, "next day": {**NEW, "names": "c", "expires_on": "2026-12-11"},
    },
)  # fmt: skip
def test_a_successor_expires_later(held):
    """"And with a later `expires_on`." """
    assert held.succession("one") == held.succession("two") == (None, None)
    assert held.succession("three") == ("superseded", "next day")


@inventory(
    NOW,
    {
        "45 days": {"names": "a", "expires_on": "2026-12-25"}, "new": {**NEW, "names": "a"},
        "46 days": {"names": "b", "expires_on": "2026-12-26"}, "newer": {**NEW, "names": "b"},
        "a gap": {"names": "c", "expires_on": "2026-11-01"}, "newest": {**NEW, "names": "c"},
    },
)  # fmt: skip
def test_a_long_overlap_leaves_it_open(held):
    """"Their validity periods overlap by at most 45 days (default). Cover ... with a longer overlap is `possibly_superseded`."

    November 10 and 45 days is December 25.
    """
    assert held.succession("45 days") == ("superseded", "new")
    assert held.succession("46 days") == ("possibly", "newer")
    assert held.succession("a gap") == ("superseded", "newest")


@inventory(
    NOW,
    {
        "theirs": {**OLD, "names": "a"}, "ours": {**NEW, "names": "a", "organisation": "Another Department"},
        "nobody's": {**OLD, "names": "b", "organisation": ""}, "nobody's too": {**NEW, "names": "b", "organisation": ""},
        "unknown": {**OLD, "names": "c", "organisation": ""}, "known": {**NEW, "names": "c"},
    },
)  # fmt: skip
def test_another_organisation_does_not_supersede(held):
    """"Of the same source and organisation"; where none is known on both sides they are the same."""
    assert held.succession("theirs") == held.succession("unknown") == (None, None)
    assert held.succession("nobody's") == ("superseded", "nobody's too")


FILE = {
    "holding": "file", "issued_at": "", "organisation": "", "status": "",
    "not_before_at": "2026-11-10 00:00:00", "not_after_at": "2027-05-20 23:59:59",
}  # fmt: skip


@inventory(
    NOW,
    {
        "in the console": {**OLD, "names": "a"}, "in a file": {**FILE, "names": "a"},
        "console": {**OLD, "names": "b"}, "log": {**FILE, "names": "b", "holding": "log"},
        "a file": {**FILE, "names": "c", "not_before_at": "2026-01-15 00:00:00", "not_after_at": "2026-12-10 23:59:59"},
        "another file": {**FILE, "names": "c"},
    },
)
def test_another_source_leaves_it_open(held):
    """"Cover ... from another source ... is `possibly_superseded`." """
    assert held.succession("in the console") == ("possibly", "in a file")
    assert held.succession("console") == ("possibly", "log")
    assert held.succession("a file") == ("superseded", "another file")


@inventory(
    NOW,
    {
        "old": {**OLD, "names": "a b c"}, "two of them": {**NEW, "names": "a b"}, "the third": {**NEW, "names": "c", "expires_on": "2027-05-21"},
        "pair": {**OLD, "names": "d e"}, "first": {**NEW, "names": "d", "expires_on": "2027-05-21"}, "other": {**NEW, "names": "e"},
        "short": {**OLD, "names": "f g"}, "alone": {**NEW, "names": "f"},
        "triple": {**OLD, "names": "h"}, "one": {**NEW, "names": "h", "serial": "e"}, "one more": {**NEW, "names": "h", "serial": "f"},
    },
)  # fmt: skip
def test_several_together_leave_it_open(held):
    """"By several certificates together"; named is the one "holding most of its names", then the later expiry, then the
    larger serial number."""
    assert held.succession("old") == ("possibly", "two of them")
    assert held.succession("pair") == ("possibly", "first")
    assert held.succession("short") == (None, None)
    assert held.succession("triple") == ("superseded", "one more")


@inventory(
    NOW,
    {
        "replaced": {**OLD, "names": "a", "status": "replaced"},
        "replaced by": {**OLD, "names": "b", "status": "replaced", "replaced_at": "2026-11-10 11:00:00"}, "successor": {**NEW, "names": "b"},
        "not yet": {**OLD, "names": "c", "status": "replaced", "replaced_at": "2026-11-20 12:00:01"},
        "just now": {**OLD, "names": "d", "status": "issued", "replaced_at": "2026-11-20 12:00:00"},
    },
)  # fmt: skip
def test_what_is_replaced_is_superseded(held):
    """"Superseded: status Replaced, or ..."; an event later than `as_of` has not happened."""
    assert held.succession("replaced") == held.succession("just now") == ("superseded", None)
    assert held.succession("replaced by") == ("superseded", "successor")
    assert held.succession("not yet") == (None, None)
    assert [held.certificate(label)["is_active"] for label in ("replaced", "not yet", "just now")] == [False, True, False]


@inventory(
    NOW,
    {
        "old": {"names": "a", "expires_on": "2026-10-01"}, "gone": {"names": "a", "issued_at": "2026-09-20 10:00:00", "expires_on": "2026-11-19"},
        "older": {"names": "b", "expires_on": "2026-10-01"}, "today": {"names": "b", "issued_at": "2026-09-20 10:00:00", "expires_on": "2026-11-20"},
        "unborn": {**OLD, "names": "c"}, "tomorrow": {**NEW, "names": "c", "issued_at": "2026-11-20 12:00:01"},
    },
)  # fmt: skip
def test_a_successor_has_begun_and_not_expired(held):
    """"Active: ... `expires_on >= as_of_on`"; "a certificate issued later does not exist"."""
    assert held.succession("old") == held.succession("unborn") == (None, None)
    assert held.succession("older") == ("superseded", "today")
    assert held.certificate("tomorrow") is None
