"""Who holds the requests: of the missed ones on the clock they missed, and of the open ones on the page of what is due next."""

import pytest

from dashboard import phase_parts, phase_queries
from pipelines import snapshots
from tests.dashboard import held_requests
from tests.dashboard.conftest import words
from tests.dashboard.test_phase_parts import table

NOVEMBER = {"period": "2026-11"}


@pytest.fixture(scope="module")
def held_home(tmp_path_factory):
    """All state changes."""
    return held_requests.home(tmp_path_factory.mktemp("held"))


@pytest.fixture(scope="module")
def untold_home(tmp_path_factory):
    """No state change."""
    return held_requests.home(tmp_path_factory.mktemp("untold"), ())


@pytest.fixture(scope="module")
def past_home(tmp_path_factory):
    """State changes of a request that is closed, and of no open one."""
    return held_requests.home(tmp_path_factory.mktemp("past"), ("CLOSED",))


def listed(app) -> list[str]:
    """The numbers of the list."""
    return app.dataframe[0].value["Request"].tolist()


def test_the_first_figure_is_that_of_the_clock_that_was_missed(open_app, held_home):
    """"With the clock at approval the customer phase lies outside it." 6 + 11 days from approval, 9 + 12 from submission; of OVERDUE as many as it has so far."""
    text = words(open_app(held_home, "misses", **NOVEMBER))
    on_the_clock = (
        "On the clock that was missed, from approval: of 17 business days of 2 missed requests, customer 52.9 % (9 of 17); certificate team 47.1 % (8 of 17). "
        "11 of these days are of 1 request that is still open."
    )
    assert on_the_clock in text
    from_submission = "From submission: of 21 business days, customer 61.9 % (13 of 21); certificate team 38.1 % (8 of 21). 12 of these days are of 1 request"
    assert from_submission in text and text.index(on_the_clock) < text.index(from_submission)


def test_the_table_of_holders_has_both_readings_and_its_file_both_and_the_open_ones(open_app, held_home):
    """The clock that was missed first; the file has the days of open requests and of met ones from submission beside."""
    shown = table(open_app(held_home, "misses", **NOVEMBER), "Who held them")
    assert list(shown.columns)[1:] == ["Missed, from approval", "Met, from approval", "Missed, from submission"]
    frame = phase_queries.frame(snapshots.current(held_home), phase_queries.party_days_query({"month": ["2026-11"]}))
    rows = {row.party: row for row in frame.itertuples()}
    assert [row for row in rows] == ["customer", "certificate team"]
    days = ("missed_clock_business_days", "open_clock_business_days", "missed_business_days", "open_business_days")
    assert [[getattr(row, name) for name in days] for row in rows.values()] == [[9, 9, 13, 10], [8, 2, 8, 2]]


def test_captions_say_where_the_days_of_an_open_request_end(open_app, held_home):
    """Nobody knows its end: its days count to the moment of the data."""
    text = words(open_app(held_home, "misses", **NOVEMBER))
    assert "from approval and from submission to their end or, if open, to Fri 2026-11-20." in text
    assert "in each published phase, from submission to their end or, if open, to Fri 2026-11-20;" in text
    assert "business days run from submission to the end or, if open, to Fri 2026-11-20." in text
    assert "Counted from submission, in 2 of 2 missed requests the customer phase took longer than its 1 business day." in text


def test_a_month_before_the_state_changes_says_from_when_they_are_known(open_app, held_home):
    """A way out: the first day, and what to export of the time before."""
    shown = [each.value.replace("\\", "") for each in open_app(held_home, "misses", period="2026-09").info]
    said = next(each for each in shown if each.startswith("Phases are known for 0 of 1 missed request"))
    assert "State changes are known from Mon 2026-11-02 on. Export `metric_instance` of the requests of this period" in said


@pytest.mark.parametrize(
    ("bucket", "line"),
    [
        ("overdue", "Overdue: customer 1."),
        ("all", "All open: certificate team 1, customer 1, not recorded 1."),
        ("next5", "Next 5: certificate team 1, not recorded 1."),
        ("2026-11-25", "Due Wed 2026-11-25: not recorded 1."),
    ],
)
def test_a_line_above_the_list_says_who_holds_the_requests_of_the_chosen_group(open_app, held_home, bucket, line):
    """`Overdue: customer 11, certificate team 1.`: seen without scrolling a table, on a phone too."""
    assert line in words(open_app(held_home, "due", bucket=bucket))


@pytest.mark.parametrize(("held", "numbers"), [("customer", ["OVERDUE"]), ("certificate team", ["NEWEST"]), ("not recorded", ["UNTOLD"])])
def test_the_list_is_filtered_by_who_holds_the_requests(open_app, held_home, held, numbers):
    """The address says it, the count of the button and the chips follow, and every choice has its number."""
    app = open_app(held_home, "due", held=held)
    assert listed(app) == numbers
    assert "Download this row (CSV)" in [each.label for each in app.get("download_button")]
    assert "All open (1)" in [option.content for option in app.get("button_group")[0].proto.options]
    box = next(each for each in app.selectbox if each.label == "Show the requests held by")
    assert box.value == held and sorted(box.options) == ["Anyone", "Certificate team (1)", "Customer (1)", "Not recorded (1)"]


def test_the_choice_of_a_holder_writes_the_address_and_a_card_takes_it_out(open_app, held_home):
    """What a card counts is what it leads to."""
    app = open_app(held_home, "due")
    next(each for each in app.selectbox if each.label == "Show the requests held by").select("certificate team").run()
    assert app.query_params["held"] == "certificate team" and listed(app) == ["NEWEST"]
    next(each for each in app.button if each.key == "jump_bucket_overdue").click().run()
    assert "held" not in app.query_params and listed(app) == ["OVERDUE"]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"held": "<b>ghost</b>"}, "\u201c<b>ghost</b>\u201d holds no open request in this snapshot (as of Fri 2026-11-20)."),
        ({"held": "customer", "bucket": "awaiting"}, "No request that is waiting for approval is held by \u201ccustomer\u201d."),
        ({"held": "certificate team", "bucket": "overdue"}, "No request that is overdue is held by \u201ccertificate team\u201d."),
    ],
)
def test_a_holder_without_such_requests_is_named(open_app, held_home, address, said):
    """A value of the right form that is not there gives an empty state that names it, and a way out."""
    app = open_app(held_home, "due", **address)
    assert not app.exception and not app.error and not app.dataframe
    assert said in [each.value.replace("\\", "") for each in app.info]
    next(each for each in app.button if each.label == "Show those held by anyone").click().run()
    assert "held" not in app.query_params


def test_phase_and_holder_stand_before_the_risk(open_app, held_home):
    """What is seen first after the days that are left; the days in the phase say that they are of all visits."""
    shown = open_app(held_home, "due").dataframe[0].value.set_index("Request").fillna("")
    assert list(shown.columns)[:5] == ["Due", "Business days left", "Phase", "Held by", "Risk"]
    # OVERDUE was with the customer on Nov 4 and is again since the 6th: 1 + 9 days.
    assert shown.loc["OVERDUE", "Business days in phase, all visits"] == "10 of 1"


@pytest.mark.parametrize("params", [{}, {"bucket": "overdue"}, {"held": "customer"}])
def test_without_state_changes_the_page_says_what_to_export_once(open_app, untold_home, params):
    """Phase and holder do not vanish without a word."""
    app = open_app(untold_home, "due", **params)
    assert not app.exception and not app.error
    assert [each.value for each in app.info].count(phase_parts.NO_TRANSITIONS) == 1
    if "held" in params:
        assert "Nobody is known to hold a request, so none is held by \u201ccustomer\u201d." in words(app)
    else:
        assert "Phase" not in app.dataframe[0].value.columns


def test_state_changes_of_closed_requests_alone_are_not_none(open_app, past_home):
    """Nothing false: they were exported, but of no open request."""
    text = words(open_app(past_home, "due"))
    assert "none of a request that is open" in text and "No state changes were exported" not in text
