"""Pages 5 and 7 and what they add to the others, through the entry script: an estate with one certificate of each kind, none, the sample."""

import csv
import io
import re
from datetime import date

import pytest

from dashboard import exposure, holdings, inventory, page_parts, queries, warehouse
from dashboard.inventory import View
from dashboard.reading import Reading
from pipelines import reports, snapshots
from tests.dashboard.conftest import HOSTILE, words


def key(home, serial: str) -> str:
    """The key of a certificate by its serial number."""
    return holdings.certificate(snapshots.current(home), serial).certificate


def table(app, column: str):
    """The first list on the page that has this column."""
    return next(each.value for each in app.dataframe if column in each.value)


def test_the_finding_and_the_bands_of_an_estate(open_app, estate_home):
    """How many expire, how many of them without a request, and by when to submit; expired apart."""
    app = open_app(estate_home, "expiry")
    assert not app.exception and not app.error
    assert app.header[0].value.replace("\\", "").replace("\u2060", "") == (
        "6 of the 7 certificates expiring by Thu 2027-02-18 have no request. Submit by Fri 2026-11-20 at the latest for 1 of them; "
        "for 2 the day to submit by has passed."
    )
    assert [(each.label, each.value) for each in app.metric] == [("Expired", "1"), ("Past last safe start", "3"), ("Submit now", "1"), ("Upcoming", "3")]
    text = words(app).replace("*", "")
    assert "of which 2 without a request" in text
    assert "1 managed by departments themselves; no request is expected." in text
    assert "1 of the 7 is possibly superseded by a newer certificate and counted until that is confirmed. Without it: 6 expiring, 5 without a request." in text


def test_the_rows_of_an_estate(open_app, estate_home):
    """Soonest first; both readings of the end; the request, none yet, or one for a part of the names; contacts; the covering serial."""
    rows = table(open_app(estate_home, "expiry"), "Submit by").set_index("Name")
    assert list(rows.index) == [
        "today.dmv.ca.gov", "covered.edd.ca.gov", "late.dmv.ca.gov", "now.dmv.ca.gov", "key.dmv.ca.gov", "later.edd.ca.gov", "one.parks.ca.gov",
    ]  # fmt: skip
    assert rows["Request"].tolist() == ["No request yet", "RITM1", "No request yet", "Not all names: RITM2", *["No request yet"] * 3]
    assert rows.loc["today.dmv.ca.gov", ["Calendar days left", "Ends (Pacific)"]].tolist() == ["ended today", "15:59 or 17:00"]
    assert rows.loc["covered.edd.ca.gov", ["Band", "Ends (Pacific)"]].tolist() == ["Request under way", "17:00"]
    assert rows["Contacts"].tolist() == [*["0, needs 3 or a list"] * 5, "3, ready", "0, needs 3 or a list"]
    assert rows["Possibly superseded"].dropna().to_dict() == {"one.parks.ca.gov": "by e8"}


@pytest.mark.parametrize("group", exposure.GROUPS)
@pytest.mark.parametrize("requested", [None, "1", "0"])
def test_a_group_holds_as_many_rows_as_its_chip_says(open_app, sample_home, group, requested):
    """The count on a chip, the rows of the list and those of the file are one number."""
    path = snapshots.current(sample_home)
    address = {"horizon": ("60",), "band": (group,), **({"norequest": (requested,)} if requested else {})}
    shown = exposure.view(address)
    said = exposure.totals(path, shown.narrowed()).rows(group)
    query = holdings.rows_query("renewal_exposure", shown.where())
    assert said == holdings.row_count(path, "renewal_exposure", shown.where()) == len(warehouse.records(path, query))
    content = reports.content(path, query, "csv").decode()
    assert len(list(csv.DictReader(io.StringIO(content)))) == said


def test_the_same_count_stands_on_every_page(open_app, sample_home):
    """The same count, expiring without a request, is equal on Targets, Expiry, Inventory and in the rows."""
    path = snapshots.current(sample_home)
    home = open_app(sample_home)
    for place, horizon in enumerate(exposure.HOME_HORIZONS):
        exposed = warehouse.records(path, holdings.rows_query("renewal_exposure", {"horizon": [str(horizon)], "is_delegated": ["false"]}))
        rows = [row for row in exposed if row.calendar_days_left >= 0]
        without = sum(row.covering_number is None for row in rows)
        assert home.metric[-3 + place].value == f"{len(rows):,}"
        assert f"of which {without:,} without a request" in words(home)
        page = open_app(sample_home, "expiry", horizon=str(horizon))
        assert page.header[0].value.startswith(f"{without:,} of the {len(rows):,} certificates")
    cards = {each.label: each.value for each in open_app(sample_home, "inventory").metric}
    assert cards["Expiring"] == f"{len(rows):,}"
    assert "Each of the three includes the one before it." in words(home)


@pytest.mark.parametrize("group", inventory.GROUPS)
def test_a_group_of_the_inventory_holds_as_many_rows_as_it_says(sample_home, group):
    """The count on a card, on a chip, and the rows of the list are one number."""
    path = snapshots.current(sample_home)
    for shown in (View(group), View(group, "dmv"), View(group, chosen=(("holding", "console"), ("key", "RSA 2048")))):
        held = holdings.certificate_groups(path, shown.narrowed(), inventory.EXPIRING_DAYS)._asdict()
        assert held[group] == holdings.row_count(path, "certificates", shown.where())


def test_without_certificates_the_pages_say_what_to_load(open_app, bare_home):
    """No certificates loaded at all: say which exports to load."""
    for view in ("expiry", "inventory"):
        app = open_app(bare_home, view)
        assert not app.exception and not app.error and not app.metric
        assert [each.value for each in app.info][0].startswith("No certificate is loaded. Load a list or report of the certificate console, certificate files")
    assert "Expiring certificates are not counted: no certificate is loaded." in words(open_app(bare_home))
    assert "nothing can be matched" in words(open_app(bare_home, "trust"))


@pytest.mark.parametrize(("end", "is_said"), [("2026-11-20", False), ("2026-11-13", False), ("2026-11-12", True), ("2026-10-30", True)])
def test_a_list_of_certificates_that_ends_early_is_said(estate_home, end, is_said):
    """One source lags over 5 business days behind as_of: `Certificates end Fri 2026-10-30, requests Fri 2026-11-20. …`"""
    path = snapshots.current(estate_home)
    run = queries.run_params(path)._replace(certificates_through_on=date.fromisoformat(end))
    words_said = page_parts.certificates_lag(Reading(path, run, queries.choices(str(path)), None, "light", {}))
    assert bool(words_said) is is_said
    if end == "2026-10-30":
        assert words_said == "Certificates end Fri 2026-10-30, requests Fri 2026-11-20. Renewals since then may show as missing."


def test_nothing_expiring_is_said(open_app, estate_home):
    """"Nothing expires in the next 20 calendar days." and no empty axes."""
    app = open_app(estate_home, "expiry", horizon="20", owner_department="parks")
    assert "Nothing expires in the next 20 calendar days." in words(app)
    assert not app.exception and not app.error


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"horizon": "33"}, "\u201c33\u201d is not a horizon"),
        ({"band": "half"}, "\u201chalf\u201d is no band"),
        ({"day": "x"}, "\u201cx\u201d is not a day"),
        ({"owner_department": "Nobody <b>"}, "\u201cNobody <b>\u201d has none that expires"),
        ({"day": "2031-01-01"}, "No certificate matches what is shown above."),
    ],
)
def test_what_the_address_cannot_mean_is_said(open_app, estate_home, address, said):
    """No match and an unknown value: a sentence that says what."""
    app = open_app(estate_home, "expiry", **address)
    assert said in words(app) and not app.exception and not app.error


@pytest.mark.parametrize("view", ["expiry", "inventory"])
def test_the_shared_filters_are_disabled_and_say_why(open_app, estate_home, view):
    """A filter that a page cannot use stays visible, disabled, with the reason."""
    app = open_app(estate_home, view)
    assert {each.help for each in app.sidebar.multiselect} == {"Not used on this page: it counts certificates, not requests."}
    assert all(each.disabled for each in app.sidebar.multiselect)


def test_a_certificate_can_be_opened_from_the_list(open_app, estate_home):
    """A row leads to its certificate, by the selectbox too."""
    app = open_app(estate_home, "expiry")
    box = next(each for each in app.selectbox if each.label == "Open a certificate")
    assert "covered.edd.ca.gov, expires 2026-11-27, serial \u2026e4" in box.options
    box.set_value(key(estate_home, "e4")).run()
    assert app.title[0].value == "What do we hold?" and not app.exception and not app.error
    assert "request RITM1 under way." in app.header[0].value.replace("\\", "")


@pytest.mark.parametrize(("view", "label"), [("expiry", "Open a request under way"), ("inventory", "Open a request")])
def test_the_request_that_covers_a_certificate_is_one_step_away(open_app, estate_home, view, label):
    """A way to the covering request, from the list and from the certificate."""
    app = open_app(estate_home, view, **({"certificate": key(estate_home, "e4")} if view == "inventory" else {}))
    next(each for each in app.selectbox if each.label == label).set_value("RITM1").run()
    assert app.title[0].value == "Why did this request get this verdict?"
    assert "RITM1" in app.query_params["number"]


@pytest.mark.parametrize("serial", ["e1", "e2", "e3", "e4", "e5", "e6", "e7", "e8", "e9", "ea", "eb"])
def test_a_certificate_of_every_kind_is_explained(open_app, estate_home, serial):
    """Sentence, facts, dates, names, findings, requests, neighbours, export rows; none of it fails."""
    app = open_app(estate_home, "inventory", certificate=key(estate_home, serial))
    assert not app.exception and not app.error
    headers = [each.value for each in app.header]
    assert headers[-1] == "Where it comes from" and "Its dates" in headers
    assert "None" not in words(app) and "NaN" not in words(app)


def test_one_certificate_in_full(open_app, estate_home):
    """Both readings of the end, a finding with its rule, unknown values in words."""
    text = words(open_app(estate_home, "inventory", certificate=key(estate_home, "e2")))
    assert "Ended today, Fri 2026-11-20" in text and "15:59 or 17:00 Pacific" in text and "Plan with the earlier." in text
    text = words(open_app(estate_home, "inventory", certificate="EB"))
    assert "RSA 1024" in text and "Order number" in text and "Not in the export" in text


def test_what_else_covers_a_name_and_what_comes_after(open_app, estate_home):
    """A wildcard exactly one label up covers; the certificate it may replace has it as its possible successor."""
    app = open_app(estate_home, "inventory", certificate=key(estate_home, "e7"))
    cells = [str(value) for each in app.table for value in each.value.to_numpy().ravel()]
    assert any("a wildcard of e8 until 2027\\-\u206006\\-\u206030" in cell for cell in cells) and "Possible successor" in cells
    assert holdings.coverage(snapshots.current(estate_home), key(estate_home, "e8")) == {}


@pytest.mark.parametrize(("text", "found"), [("dmv", 6), ("E4", 1), ("ritm1", 1), ("0xe4", 1), ("www.covered", 1)])
def test_a_search_finds_names_serials_and_requests(estate_home, text, found):
    """Search: name, serial, request number; upper case and 0x do not matter."""
    path = snapshots.current(estate_home)
    assert holdings.row_count(path, "certificates", {"search": [text]}) == found


def test_a_search_in_vain_offers_similar_names(open_app, estate_home):
    """"No certificate has this name. 2 are similar: …\""""
    app = open_app(estate_home, "inventory", q="latr.edd.ca.gov", show="all")
    assert re.search(r"No certificate has this name, serial or request number\. \d (is|are) similar: later\.edd\.ca\.gov", words(app))
    app = open_app(estate_home, "inventory", certificate="zzz@nobody")
    assert "is not in this snapshot (as of Fri 2026-11-20). No certificate has this name." in words(app)
    assert not app.exception and not app.error


def test_a_group_without_a_match_says_where_the_others_are(open_app, estate_home):
    """An expired certificate is not active: the page says that it is there."""
    app = open_app(estate_home, "inventory", q="expired.edd.ca.gov")
    assert "No certificate in the group \u201cActive\u201d matches. 1 other certificate does." in words(app)


@pytest.mark.parametrize(
    "address",
    [
        {"status": "declined", "show": "all"}, {"finding": "weak_key"}, {"holding": "console"}, {"owner_department": "edd"}, {"key": "RSA 1024"},
        {"key": ""}, {"issuer": "Sectigo Public Server Authentication CA OV R36"}, {"validity_class": "398"},
    ],
)  # fmt: skip
def test_a_filter_of_the_inventory_is_in_the_address(open_app, estate_home, address):
    """Filters, the address and the rows agree."""
    app = open_app(estate_home, "inventory", **address)
    assert not app.exception and not app.error
    assert "Shown: " in words(app) and len(table(app, "Serial number"))


def test_hostile_names_are_found_and_opened(open_app, hostile_home):
    """Values are bound: every hostile issuer and organisation is shown as it is."""
    path = snapshots.current(hostile_home)
    assert holdings.row_count(path, "certificates") == len(HOSTILE)
    for serial in ("a0", "a1", "a5"):
        app = open_app(hostile_home, "inventory", certificate=key(hostile_home, serial))
        assert not app.exception and not app.error
        for each in [*app.markdown, *app.caption, *app.header]:
            assert "<script>" not in str(each.value)
    for text in ("' or 1=1 --", "%", "<b>", "\\"):
        assert not open_app(hostile_home, "inventory", q=text).exception


def test_a_request_says_whether_it_was_ready_and_what_it_renews(open_app, sample_home):
    """`Ready to process? …`; linked certificates with rule and confidence; the expiry's source where it is the certificate."""
    path = snapshots.current(sample_home)
    row = warehouse.records(path, queries.table_query("slo_outcomes", {"current_expires_source": ["certificate"]}))[0]
    app = open_app(sample_home, "request", number=row.number)
    text = words(app)
    assert not app.exception and not app.error
    assert re.search(r"\d+ pass", text) and "Ready to process?" in [each.value for each in app.header]
    assert "is that of the certificate it renews, matched by" in text
    assert any("Current at submission" in each.value.to_numpy() for each in app.dataframe)


def test_the_share_of_ready_requests_stands_by_department(open_app, sample_home):
    """A ratio never stands without its counts; the departments add up to it."""
    path = snapshots.current(sample_home)
    rows = warehouse.records(path, holdings.readiness_by_department_query({"month": ["2026-10"]}))
    checked, ready = sum(row.checked_count for row in rows), sum(row.ready_count for row in rows)
    assert checked and f"({ready} of {checked}) fail no check." in words(open_app(sample_home, "misses", period="2026-10"))


def test_trust_says_what_could_not_be_matched(open_app, sample_home):
    """Unmatched renewals and unmatched certificates, in words."""
    found = holdings.unmatched(snapshots.current(sample_home))
    text = words(open_app(sample_home, "trust"))
    assert f"{found.renewal_unmatched_count:,} of {found.renewal_count:,} renewal requests could not be matched" in text
    assert f"{found.active_unmatched_count:,} of {found.active_count:,} active certificates could not be matched" in text
    assert "How long a certificate may be valid" in text


@pytest.mark.parametrize("view", page_parts.VIEWS)
def test_every_page_copes_with_certificates_alone(open_app, certificates_home, view):
    """Without requests nothing is measured, and what expires is shown all the same; no part of a page fails."""
    app = open_app(certificates_home, view)
    assert not app.exception and not app.error
    assert "2000" not in words(app)


def test_the_home_page_of_certificates_alone_counts_what_expires(open_app, certificates_home):
    """An empty state says what to load; the counts of certificates do not depend on requests."""
    app = open_app(certificates_home)
    assert "No request is loaded. Load an export of requests with" in words(app)
    assert [(each.label, each.value) for each in app.metric] == [(f"Expiring within {days} calendar days", value) for days, value in ((20, "1"), (60, "2"), (90, "2"))]
