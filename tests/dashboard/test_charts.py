"""Charts are pure functions from a frame to a figure: valid for Plotly, in both themes, saying what the frame says."""

import subprocess
import sys
from datetime import date, timedelta

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboard.charts import attainment, clock, counts, expiry, phases
from dashboard.charts.figure import floor_ratio, period_ticks, ratio_ticks, shortened, whole_ticks

PERIODS = ["2026-08", "2026-09", "2026-10", "2026-11"]
NAMES = [("new", "New <b>install</b>"), ("renewal", "Renewal")]
BANDS = {"likely": "Likely <script>", "could": "Could miss", "on_course": "On course", "too_few": "Too few to tell"}


def statement(option: str, period: str, met: int, due: int, is_complete: bool = True, **more) -> dict:
    """A row of `slo_attainment`, its interval made up around the ratio."""
    ratio = met / due if due else None
    status = "no_data" if not due else "met" if ratio >= 0.95 else "missed"
    return {
        "service_option": option, "period": period, "met_count": met, "missed_count": due - met, "due_count": due, "attainment_ratio": ratio,
        "interval_low_ratio": None if ratio is None else max(0, ratio - 0.1), "interval_high_ratio": None if ratio is None else min(1, ratio + 0.02),
        "target_ratio": 0.95, "slo_status": status, "confidence": "no_data" if not due else "uncertain", "is_complete": is_complete, **more,
    }  # fmt: skip


def series() -> pd.DataFrame:
    """Met, missed, nothing due, still running; and few requests."""
    many = [("2026-08", 48, 50, True), ("2026-09", 40, 50, True), ("2026-10", 0, 0, True), ("2026-11", 20, 25, False)]
    few = [(period, 3, 3, period != "2026-11") for period in PERIODS]
    return pd.DataFrame([statement("new", *each) for each in many] + [statement("renewal", *each) for each in few])


def drawn(theme: str) -> dict[str, go.Figure]:
    """Every chart once, from frames with every case in them."""
    rows = series()
    by_value = rows[rows["due_count"] > 0].assign(label=["<script>", "Department of Motor Vehicles", "", "\U0001f600", "x" * 200, "=1+1", "CalRecycle"])
    late = pd.DataFrame({"late": ["1", "6 to 10", "still open"], "label": ["1", "6-10", "open"], "request_count": [3, 0, 2]})
    due = pd.DataFrame({
        "bucket": ["overdue", "2026-11-26", "2026-11-30"], "label": ["Over-<br>due", "Thu", "Mon"], "request_count": [5, 0, 4],
        "closure_name": [None, "Thanksgiving <Day>", None], "likely_count": [0, 0, 1], "could_count": [0, 0, 0], "on_course_count": [0, 0, 2],
        "too_few_count": [0, 0, 1],
    })  # fmt: skip
    why = pd.DataFrame({"slo_outcome": ["met", "excluded", "not_measurable"], "reason": ["a", "b", "c"], "label": ["A", "B", "C"], "request_count": [9, 2, 1]})
    marks = ["outside", "zero", "counted", "weekend", "counted", "closure", "late", "ahead"]
    days = pd.DataFrame([
        {
            "on_date": date(2026, 11, 5) + timedelta(days=offset), "mark": mark, "running_days": offset, "paused_days": int(offset == 2),
            "closure_name": "Veterans <Day>" if mark == "closure" else None, "is_due_day": offset == 4, "is_stop_day": offset == 6, "stop_word": "Closed",
            "phase": None if mark == "ahead" else "<script>" if offset < 4 else "a phase with a long name", "pause_reason": "<script>" if offset == 2 else None,
        }
        for offset, mark in enumerate(marks)
    ], dtype=object)  # fmt: skip
    bullets = pd.DataFrame({
        "label": ["Review <script>", "Issue", "Not recorded"], "business_days": [3, 0, 1], "budget_business_days": [2, 2, None], "is_known": [True, True, False],
    })  # fmt: skip
    squares = pd.DataFrame({
        "on_date": [date(2026, 11, 16) + timedelta(days=offset) for offset in range(14)], "certificate_count": [0, 1, 2, 3, 5, 6, 10, 11, 1200, *[0] * 5],
        "uncovered_count": [0, 1, *[0] * 12], "closure_name": [None] * 10 + ["Thanksgiving <Day>", "Day after", None, None], "is_shown": [False] + [True] * 13,
    })  # fmt: skip
    bands = pd.DataFrame({
        "band": ["expired", "past_last_safe_start", "submit_now", "upcoming"], "label": ["Expired", "<script>", "Submit now", "Upcoming"],
        "covered_count": [1, 0, 2, 3], "uncovered_count": [0, 4, 2, 30],
    })  # fmt: skip
    span = pd.DataFrame({"label": ["Issued", "Submit by", "Expires"], "on_date": [date(2026, 5, 1), date(2026, 11, 10), date(2026, 11, 30)]})
    return {
        "calendar": expiry.calendar(squares, theme, date(2026, 11, 17)),
        "requested": expiry.requested(bands, theme, "No request"),
        "departments": expiry.requested(bands.drop(columns="band"), theme, "No request"),
        "validity": expiry.validity(span, theme, date(2026, 11, 20)),
        "held": counts.held(pd.DataFrame({"label": ["398 days", "<script>"], "certificate_count": [398, 1]}), theme),
        "lists": counts.received(["servicenow", "console"], ["2026-11-09", "2026-11-16"], [(0, 1), (1, 0)], theme, [1]),
        "sparkline": attainment.sparkline(rows[rows["service_option"] == "new"], theme, 0.7),
        "panels": attainment.panels(rows, NAMES, PERIODS, theme, (2, "Targets from 2026-10-01")),
        "by_value": attainment.by_value(by_value, theme),
        "lateness": counts.lateness(late, theme),
        "due": counts.due(due, theme, BANDS),
        "due_without_risks": counts.due(due, theme, {}),
        "reasons": counts.reasons(why, theme),
        "received": counts.received(["servicenow"], ["2026-11-09", "2026-11-16"], [(0, 1)], theme),
        "strip": clock.strip(days, theme),
        "short_strip": clock.strip(days.assign(phase=None, pause_reason=None, paused_days=0), theme),
        "bullets": phases.bullets(bullets, theme),
    }


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_figure_is_valid_for_plotly(theme):
    """The figures skip Plotly's own validation in a rerun; here they pass it."""
    for name, figure in drawn(theme).items():
        assert go.Figure(figure.to_dict()).data, name


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_figures_keep_the_defaults_of_the_house(theme):
    """Nothing can be dragged or zoomed, no title inside, a height set by hand."""
    for name, figure in drawn(theme).items():
        layout = figure.to_dict()["layout"]
        axes = [value for key, value in layout.items() if key.startswith(("xaxis", "yaxis"))]
        assert axes and all(axis["fixedrange"] for axis in axes), name
        assert layout["dragmode"] is False and "title" not in layout and layout["height"] >= 60, name


def test_bar_axes_begin_at_zero():
    """Bar axes start at 0; ticks are whole where counts are."""
    figures = drawn("light")
    assert [figures[name].layout.xaxis.range[0] for name in ("requested", "departments", "held", "bullets")] == [0, 0, 0, 0]
    assert [figures[name].layout[axis]["range"][0] for name, axis in (("lateness", "yaxis"), ("due", "yaxis"), ("reasons", "xaxis"))] == [0, 0, 0]


@pytest.mark.parametrize(("largest", "step"), [(0, 1), (1, 1), (3, 1), (8, 2), (12, 2), (22, 5), (60, 10), (99, 20), (5728, 1000)])
def test_ticks_of_counts_are_whole_and_few(largest, step):
    """No half requests, and no more than some six ticks."""
    assert whole_ticks(largest)["dtick"] == step


@pytest.mark.parametrize("largest", [1, 3, 99, 1442, 4112, 5728, 9999, 480000])
def test_ticks_beside_long_names_do_not_touch_on_a_phone(largest):
    """180 pixels are left for the bars, and a tick takes some 7 for each sign."""
    frame = pd.DataFrame({"slo_outcome": ["met"], "reason": ["a"], "label": ["A"], "request_count": [largest]})
    axis = counts.reasons(frame, "light").to_dict()["layout"]["xaxis"]
    apart = 180 * axis["dtick"] / axis["range"][1]
    assert apart > 7 * len(f"{largest:,}")


def test_outcomes_differ_by_shape_not_only_by_colour():
    """Met is a filled circle, missed a cross, a running period an outline, too few an outline with a dotted interval."""
    figures = drawn("light")
    dots = [trace for trace in figures["panels"].to_dict()["data"] if trace["mode"] == "markers"]
    assert [trace["marker"]["symbol"] for trace in dots] == [["circle", "x", "x-open"], ["circle-open"] * 4]
    assert [trace["customdata"] for trace in dots][0] == [["new", "2026-08"], ["new", "2026-09"], ["new", "2026-11"]]
    dotted = [trace for trace in figures["panels"].to_dict()["data"] if trace.get("line", {}).get("dash") == "dot"]
    assert len(dotted) == 2


def test_the_bars_of_due_dates_are_stacked_by_risk_and_told_apart_by_their_hatch():
    """Overdue is an outline; a part per band that occurs, each with a hatch of its own; the number above is that of the whole bar."""
    overdue, *parts, totals = drawn("light")["due"].to_dict()["data"]
    assert overdue["y"] == [5, None, None] and overdue["showlegend"] is False
    assert [(part["name"], part["y"][2]) for part in parts] == [("Likely &lt;script&gt;", 1), ("On course", 2), ("Too few to tell", 1)]
    assert len({part["marker"]["pattern"]["shape"] for part in [overdue, *parts]}) == 4
    assert all(part["customdata"] == [["overdue"], ["2026-11-26"], ["2026-11-30"]] for part in [overdue, *parts])
    assert totals["text"] == ["5", "", "4"]
    plain = drawn("light")["due_without_risks"].to_dict()
    assert [trace["y"][2] for trace in plain["data"][:2]] == [None, 4] and plain["layout"]["showlegend"] is False


def test_fewer_than_twenty_are_an_outline_in_the_breakdown():
    """Departments with n < 20 are outline, whatever their verdict."""
    frame = pd.DataFrame([statement("a", "2026-10", 0, 19, label="A"), statement("b", "2026-10", 0, 20, label="B")])
    frame["confidence"] = "below"
    dots = attainment.by_value(frame, "light").to_dict()["data"][-1]
    assert dots["marker"]["symbol"] == ["x-open", "x"]


def test_a_period_without_requests_is_a_gap_and_never_zero():
    """Gap where no data."""
    line, dots = drawn("light")["sparkline"].to_dict()["data"]
    assert line["y"] == [0.96, 0.8, None, None] and line["connectgaps"] is False
    assert dots["y"][2] is None


def test_names_from_an_export_are_never_markup():
    """Plotly reads some HTML; names are escaped."""
    for figure in drawn("light").values():
        assert "<script>" not in str(figure.to_dict()) and "<Day>" not in str(figure.to_dict())


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Department of Motor Vehicles", "Motor Vehicles"),
        ("CalRecycle", "CalRecycle"),
        ("Department of Forestry and Fire Protection", "Forestry and Fire\u2026"),
        ("x" * 200, "x" * 19 + "\u2026"),
        ("a<b", "a&lt;b"),
    ],
)
def test_long_names_are_cut_at_a_word(name, short):
    """Long axis labels are shortened in the figure but full in the table."""
    assert shortened(name) == short


@pytest.mark.parametrize(
    ("ratios", "floor"), [([], 0.8), ([None], 0.8), ([0.99, 1.0], 0.8), ([0.8], 0.7), ([0.79], 0.7), ([0.667], 0.6), ([0.05], 0.0), ([0.0], 0.0)]
)
def test_the_axis_begins_under_the_lowest_value(ratios, floor):
    """From the floor of the lowest value to 100, the same on all panels."""
    assert floor_ratio(ratios) == floor
    assert ratio_ticks(floor)["tickvals"][-1] == 1.0


def test_a_long_clock_draws_its_first_and_last_three_weeks():
    """Over 8 weeks: first 3 and last 3, and how many calendar days are not drawn."""
    assert drawn_weeks(a_clock(weeks=8)) == (list(range(8)), [])
    assert drawn_weeks(a_clock(weeks=9)) == ([0, 1, 2, 6, 7, 8], ["21 calendar days not drawn; see the table"])


@pytest.mark.parametrize(
    ("marks", "weeks", "notes"),
    [
        ({"due": 5}, [0, 1, 2, 5, 17, 18, 19], [14, 77]),
        ({"start": 3}, [0, 1, 2, 3, 17, 18, 19], [91]),
        ({"start": 16}, [0, 1, 2, 16, 17, 18, 19], [91]),
        ({"start": 14}, [0, 1, 2, 14, 17, 18, 19], [77, 14]),
        ({"start": 4, "due": 10, "stop": 11}, [0, 1, 2, 3, 4, 10, 11, 17, 18, 19], [35, 35]),
        ({"start": 5, "due": 15}, [0, 1, 2, 5, 15, 16, 17, 18, 19], [14, 63]),
        ({"start": 0, "due": 1, "stop": 19}, [0, 1, 2, 17, 18, 19], [98]),
    ],
)
def test_a_long_clock_draws_the_weeks_of_its_start_its_due_date_and_its_stop(marks, weeks, notes):
    """What the verdict follows from is never left out, and each place with weeks left out says how many days."""
    assert drawn_weeks(a_clock(weeks=20, **marks)) == (weeks, [f"{days} calendar days not drawn; see the table" for days in notes])


def a_clock(weeks: int, start: int | None = None, due: int | None = None, stop: int | None = None) -> pd.DataFrame:
    """Whole weeks from Mon 2026-03-02; the start, the due date and the stop lie on the Wednesday of a week."""
    days = [{"on_date": date(2026, 3, 2) + timedelta(days=offset), "week": offset // 7, "is_middle": offset % 7 == 2} for offset in range(7 * weeks)]
    return pd.DataFrame([
        {
            "on_date": day["on_date"], "mark": "zero" if day["is_middle"] and day["week"] == start else "counted", "running_days": 0, "paused_days": 0,
            "closure_name": None, "is_due_day": day["is_middle"] and day["week"] == due, "is_stop_day": day["is_middle"] and day["week"] == stop,
            "stop_word": "Closed", "phase": None, "pause_reason": None,
        }
        for day in days
    ], dtype=object)  # fmt: skip


def drawn_weeks(frame: pd.DataFrame) -> tuple[list[int], list[str]]:
    """Which weeks have a row, counted from 0, and the notes between them."""
    layout = clock.strip(frame, "light").to_dict()["layout"]
    rows = [(date.fromisoformat(monday) - date(2026, 3, 2)).days // 7 for monday in layout["yaxis"]["ticktext"]]
    assert rows == sorted({(day - date(2026, 3, 2)).days // 7 for day in clock.shown(frame)["on_date"]})
    return rows, [note["text"] for note in layout["annotations"] if "not drawn" in note["text"]]


def test_charts_do_not_import_streamlit():
    """A chart is a pure function and does not import streamlit."""
    modules = ", ".join(f"dashboard.charts.{name}" for name in ("attainment", "clock", "counts", "expiry", "phases"))
    script = f"import {modules}, sys; sys.exit('streamlit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize(
    ("periods", "texts"),
    [
        (["2025-11", "2025-12", "2026-01"], ["Nov<br>2025", "Dec", "Jan<br>2026"]),
        (["2025-12", "2026-01", "2026-02"], ["Dec", "Jan<br>2026", "Feb"]),
        (["2026-Q3"], ["Q3<br>2026"]),
        (["FY2025-26", "FY2026-27"], ["2025-26", "2026-27"]),
    ],
)
def test_the_years_of_an_axis_do_not_touch(periods, texts):
    """The year stands under the first period, unless the next one begins a year."""
    assert period_ticks(periods)["ticktext"] == texts
