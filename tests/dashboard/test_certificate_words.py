"""Words about certificates: each boundary with its neighbours, each vocabulary whole."""

from datetime import date, datetime
from types import SimpleNamespace

import pytest

from dashboard import certificate_facts, certificate_words, readiness_parts, wording
from dashboard.certificate_words import CHECKS, FINDINGS, LINK_RULES, STATUSES, contacts, expires_in, known

PACIFIC = "America/Los_Angeles"


@pytest.mark.parametrize(
    ("days", "is_ended", "words"),
    [(-2, False, "2 ago"), (-1, True, "1 ago"), (0, False, "today"), (0, True, "ended today"), (1, False, "1"), (20, False, "20")],
)
def test_calendar_days_until_expiry(days, is_ended, words):
    """On the last day, from the earlier of both ends, the page says "ended today"."""
    assert expires_in(days, is_ended) == words


@pytest.mark.parametrize(
    ("number", "words"), [(None, "Not in the export"), (0, "0, needs 3 or a list"), (2, "2, needs 3 or a list"), (3, "3, ready"), (4, "4, ready")]
)
def test_contacts_are_ready_from_three_addresses(number, words):
    """At least 3 distinct addresses pass; fewer only where one is a list."""
    assert contacts(number) == words


def test_the_bands_are_told_apart_without_colour():
    """In greyscale each band can still be told apart: word, shape or hatch differ."""
    styles = list(wording.BANDS.values())
    assert [style.text for style in styles] == ["Expired", "Past last safe start", "Submit now", "Upcoming", "Request under way"]
    assert len({style.symbol for style in styles}) == len(styles)
    assert [wording.BANDS[band].hatch for band in ("expired", "past_last_safe_start", "submit_now", "upcoming")] == ["", "/", ".", ""]
    assert [wording.BANDS[band].badge for band in ("expired", "past_last_safe_start", "submit_now", "upcoming")] == ["orange", "orange", "blue", "gray"]


def test_every_word_of_the_vocabularies_has_words():
    """Statuses, findings, rules and checks are closed vocabularies."""
    assert set(STATUSES) == set(
        "requested approved applied issued expired revoked replaced declined rejected invalid sa_approved init unmanaged external other signing_request".split()
    )
    assert set(FINDINGS) == set(
        "weak_key unusual_curve sha1_signature validity_above_rule common_name_not_in_names name_outside_roots wildcard reversed_dates expired_not_replaced "
        "log_only not_issued malformed".split()
    )
    assert set(LINK_RULES) == {"order_number", "serial_number", "common_name", "any_name"}
    assert len(CHECKS) == 12
    for vocabulary in (STATUSES, FINDINGS, LINK_RULES, CHECKS, certificate_words.CHECK_RESULTS):
        assert len(set(vocabulary.values())) == len(vocabulary)


def test_an_unknown_value_is_never_blank():
    """Unknown values "Not in the export", never blank; a new one stays readable."""
    assert (known(STATUSES, None), known(STATUSES, "half_done"), known(STATUSES, "issued")) == ("Not in the export", "Half done", "Issued")


def a_row(**fields):
    """A record of `certificates`: active until Thu 2026-12-10, three names."""
    row = dict(
        status="issued", validity_class=200, name_count=3, revoked_at=None, replaced_at=None, is_ended_today=False, is_active=True, is_superseded=False,
        is_possibly_superseded=False, is_delegated=False, expires_on=date(2026, 12, 10), issued_on=date(2026, 5, 26), not_after_at=None,
        service_ends_at=datetime(2026, 12, 11, 1, 0), change_window_ends_on=date(2026, 6, 20), submit_by_on=date(2026, 11, 20),
        process_by_on=date(2026, 12, 3), validity_days=199, validity_limit_days=200,
    )  # fmt: skip
    return SimpleNamespace(**{**row, **fields})


EXPOSED = SimpleNamespace(
    covering_number=None, partly_number=None, last_safe_start_on=date(2026, 11, 23), target_business_days=10, is_target_assumed=True
)


@pytest.mark.parametrize(
    ("fields", "exposed", "sentence"),
    [
        ({}, EXPOSED, "Active until Thu 2026-12-10, 200-day class, 3 names, no request yet."),
        ({"name_count": 1}, None, "Active until Thu 2026-12-10, 200-day class, 1 name."),
        ({}, SimpleNamespace(covering_number="RITM1"), "Active until Thu 2026-12-10, 200-day class, 3 names, request RITM1 under way."),
        (
            {}, SimpleNamespace(covering_number=None, partly_number="RITM2"),
            "Active until Thu 2026-12-10, 200-day class, 3 names, no request for all its names yet (RITM2 names some).",
        ),
        ({"is_delegated": True}, EXPOSED, "Active until Thu 2026-12-10, 200-day class, 3 names, managed by the department itself."),
        ({"is_possibly_superseded": True}, EXPOSED, "Active until Thu 2026-12-10, 200-day class, 3 names, possibly superseded, no request yet."),
        ({"is_superseded": True}, None, "Active until Thu 2026-12-10, 200-day class, 3 names, superseded."),
        ({"is_ended_today": True}, EXPOSED, "Ended today, Thu 2026-12-10, 200-day class, 3 names, no request yet."),
        ({"is_active": False}, None, "Expired Thu 2026-12-10, 200-day class, 3 names."),
        ({"revoked_at": datetime(2026, 11, 3, 20)}, None, "Revoked Tue 2026-11-03, 200-day class, 3 names."),
        ({"status": "replaced"}, None, "Replaced, 200-day class, 3 names."),
        ({"status": "declined", "is_active": False, "expires_on": None, "validity_class": None}, None, "Declined, not issued, 3 names."),
        ({"is_active": False, "expires_on": None, "validity_class": 825}, None, "Expiry not in the export, longer than 398 days, 3 names."),
    ],
)  # fmt: skip
def test_the_sentence_of_a_certificate(fields, exposed, sentence):
    """`Active until Thu 2026-12-10, 200-day class, 3 names, no request yet.`"""
    assert certificate_facts.sentence(a_row(**fields), exposed, PACIFIC) == sentence


@pytest.mark.parametrize(
    ("not_after", "words"),
    [
        (datetime(2026, 12, 10, 23, 59, 59), "15:59 or 17:00 Pacific"),
        (datetime(2026, 12, 11, 1, 0), "17:00 Pacific"),
        (datetime(2026, 12, 11, 7, 59, 59), "17:00 or 23:59 Pacific"),
        (None, "17:00 Pacific"),
    ],
)
def test_both_readings_of_the_end_stand_side_by_side(not_after, words):
    """Show both, plan with the earlier: 23:59:59Z is 15:59 in winter."""
    times, detail = certificate_facts.ends(a_row(not_after_at=not_after), PACIFIC)
    assert times == words
    assert detail.endswith("Plan with the earlier." if not_after else "is not in the export.")


def test_an_unknown_end_is_said():
    """Unknown values "Not in the export", never blank."""
    assert certificate_facts.ends(a_row(service_ends_at=None), PACIFIC)[0] == "Not in the export"


def test_the_dates_of_a_certificate_are_in_order_and_say_what_they_mean():
    """Issued, change window, submit by, last safe start, process by, expires; an assumed target is said."""
    found = certificate_facts.dates(a_row(), EXPOSED)
    assert [each.label for each in found] == ["Issued", "Change window ends", "Submit by", "Last safe start", "Process by", "Expires"]
    assert found[3].meaning == "An approval after it leaves less than the promised 10 business days (assumed)."
    assert [each.label for each in certificate_facts.dates(a_row(issued_on=None, change_window_ends_on=None), None)] == ["Submit by", "Process by", "Expires"]


def check(name: str, status: str, detail: str | None = None) -> SimpleNamespace:
    """A row of `request_readiness`."""
    return SimpleNamespace(check=name, status=status, detail=detail)


def test_the_summary_of_the_checks():
    """`8 pass, 1 fail (contacts: …), 2 not applicable, 1 unknown`; a result without a check is left out."""
    rows = [check("csr_key", "pass"), check("contacts", "fail", "2 addresses, needs 3 or a list"), check("csr_names", "fail"), check("csr_parses", "unknown")]
    assert readiness_parts.summary(rows) == "1 pass, 2 fail (contacts: 2 addresses, needs 3 or a list; names in the signing request), 1 unknown."
    assert readiness_parts.summary([check("csr_key", "pass")]) == "1 pass."
