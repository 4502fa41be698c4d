"""Ways between a list and its requests: an absent choice is named, a request leads back to its list, and what was asked for comes into view."""

import pytest

from dashboard import landmarks
from tests.dashboard.conftest import words
from tests.dashboard.test_phase_parts import listed


def links(app) -> dict[str, str]:
    """The links of the page by their labels, with the address each has."""
    return {each.proto.label: each.proto.query_string for each in app.main.get("page_link")}


def script(app) -> list[str]:
    """The scripts that bring a place into view."""
    return [each.proto.body for each in app.get("html") if "scrollIntoView" in each.proto.body]


def opened(app, label: str = "Open a request"):
    """The first request of the list, opened by keyboard."""
    box = next(each for each in app.selectbox if each.label == label)
    app = box.select_index(0).run()
    # The runner stays on the page that it was told; what was opened stays with the session.
    return app.switch_page("views/request.py")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ({"path": "x > y", "show": "due"}, "No request that was due in October 2026 matches \u201cthe path x > y\u201d; clear it to see the others."),
        ({"phase": "ghost", "show": "due"}, "No request that was due in October 2026 matches \u201cover the budget of ghost\u201d; clear it to see the others."),
        ({"phase": "ghost", "path": "*x*"}, "No missed request due in October 2026 matches \u201cover the budget of ghost\u201d, \u201cthe path *x*\u201d; clear it to see the others."),
        ({"late": "6 to 10"}, "No missed request due in October 2026 matches \u201clate by 6 to 10\u201d; clear it to see the others."),
        ({"month": "2026-09", "show": "due"}, "No data. No request was due in September 2026."),
        ({"month": "2026-09"}, "No data. No request was due in September 2026."),
    ],
)  # fmt: skip
def test_a_link_that_no_request_matches_says_what_was_asked_for(open_app, october_home, address, said):
    """Never "No request was due" of a month in which seven were."""
    app = open_app(october_home, "misses", period="2026-10", **address)
    assert not app.exception and said in [each.value.replace("\\", "") for each in app.info]


def test_a_request_leads_back_to_the_list_it_was_opened_from(open_app, october_home):
    """With everything that chose the list, and how many it has."""
    app = opened(open_app(october_home, "misses", period="2026-10", show="exported"))
    assert app.query_params["number"] in ("DECLARED", "FIXED")
    address = links(app)["Back to Misses: 2 requests"]
    assert "show=exported" in address and "period=2026-10" in address and "number=" not in address


def test_the_way_back_stays_with_the_neighbours_of_the_request(open_app, october_home):
    """The next request of the list leads back to the same list; one that was asked for otherwise does not."""
    app = opened(open_app(october_home, "misses", period="2026-10", show="exported"))
    next(each for each in app.button if each.label.startswith(("Next: ", "Previous: "))).click().run()
    assert "Back to Misses: 2 requests" in links(app)
    app.text_input[0].set_value("MET").run()
    assert "Back to Misses: 2 requests" not in links(app)


@pytest.mark.parametrize("show", ["exported", "due"])
def test_back_from_a_request_shows_the_list_again(open_app, october_home, show):
    """The address that Streamlit leaves in the list's place in the history has the list's own keys; the number of the request goes."""
    app = opened(open_app(october_home, "misses", period="2026-10", show=show))
    number = app.query_params["number"]
    app.switch_page("views/misses.py")
    app.query_params.update({"grain": "month", "period": "2026-10", "show": show, "number": number})
    app.run()
    assert "number" not in app.query_params and app.query_params["show"] in (show, [show])
    assert number in listed(app) and landmarks.LIST in script(app)[0]


def test_a_step_in_the_navigation_begins_at_the_top(open_app, october_home):
    """It asks for the page, not for its list."""
    app = opened(open_app(october_home, "misses", period="2026-10", show="exported"))
    app.query_params.clear()
    app.switch_page("views/misses.py").run()
    assert app.query_params["period"] in ("2026-10", ["2026-10"]) and not script(app)


@pytest.mark.parametrize(("view", "key"), [("due", "jump_bucket_overdue"), ("misses", "jump_show_exported")])
def test_a_count_brings_its_requests_into_view_once(open_app, sample_home, october_home, view, key):
    """`See the 12 requests`: the list lies below the fold. The next thing done leaves the page where it is."""
    app = open_app(october_home if view == "misses" else sample_home, view, period="2026-10")
    assert not script(app)
    next(each for each in app.button if each.key == key).click().run()
    assert [landmarks.LIST in each for each in script(app)] == [True]
    assert not script(app.run())


def test_a_request_opens_at_its_title(open_app, october_home):
    """The page stays where it was scrolled to, which is the end of a list."""
    app = opened(open_app(october_home, "misses", period="2026-10"))
    assert [landmarks.TITLE in each for each in script(app)] == [True]
    assert "Why did this request get this verdict?" in words(app)
