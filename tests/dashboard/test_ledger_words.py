"""The days of a request as they are drawn and listed, from the ledger that the product publishes."""

import pytest

from dashboard import histories, ledger_words, queries
from dashboard.charts import clock
from pipelines import reports, snapshots

WEEKS = {
    "SPEC": [
        ("03 outside", "04 outside", "05 zero 0", "06 counted 1", "07 weekend 1", "08 weekend 1"),
        ("09 counted 2", "10 counted 3 P", "11 closure 3", "12 counted 4", "13 counted 5 due", "14 weekend 5", "15 weekend 5"),
        ("16 late 6 stop",),
    ],
    "LOST": [
        ("16 zero 0", "17 counted 1", "18 counted 2", "19 counted 3", "20 counted 4", "21 weekend", "22 weekend"),
        ("23 ahead due",),
    ],
    "GONE": [("03 zero 0", "04 counted 1", "05 counted 2 stop", "06 outside", "07 outside", "08 outside"), ("09 outside", "10 outside due")],
}


def days_of(home, number: str):
    """The ledger of a request and the same as it is drawn."""
    path = snapshots.current(home)
    row = queries.slo_outcome(path, number)
    ledger = histories.ledger(path, number)
    return ledger, ledger_words.drawn(ledger, row.due_on, ledger_words.stop_word(row.stop_source))


@pytest.mark.parametrize("number", WEEKS)
def test_every_day_has_its_mark(told_home, number):
    """Before the start, day 0, counted, weekend, closure, a pause, the due date, after it, the stop, and what is still ahead."""
    _, days = days_of(told_home, number)
    found = [
        f"{day.on_date:%d} {day.mark}"
        + (f" {day.running_days}" if day.mark != "outside" and day.day_kind != "ahead" else "")
        + (" P" if day.paused_days else "") + (" due" if day.is_due_day else "") + (" stop" if day.is_stop_day else "")
        for day in days.itertuples()
    ]  # fmt: skip
    assert found == [mark for week in WEEKS[number] for mark in week]


def test_the_marks_sum_to_what_was_counted(told_home):
    """One source of truth: the squares that count are as many as the elapsed business days."""
    path = snapshots.current(told_home)
    for number in ("SPEC", "PLAIN", "OPEN", "LOST", "LONG", "GONE", "SHORT", "ASKED", "FIXED"):
        _, days = days_of(told_home, number)
        assert days["mark"].isin(("counted", "late")).sum() == queries.slo_outcome(path, number).elapsed_business_days, number


def test_the_table_says_each_day_in_words(told_home):
    """Date, day, counted, business days so far, reason, phase, who held it, pause."""
    ledger, _ = days_of(told_home, "SPEC")
    table = ledger_words.table(ledger, "Closed")
    assert list(table.columns) == ["Date", "Day", "Counted", "Business days so far", "Reason", "Phase", "Held by", "Pause"]
    rows = {row[0]: row[1:] for row in table.itertuples(index=False, name=None)}
    assert rows["2026-11-03"] == ("Tue", "no", "\u2013", "The clock had not started", "customer", "customer", "\u2013")
    assert rows["2026-11-10"] == ("Tue", "yes", "3", "Business day; off without pauses", "customer", "customer", "waiting on the customer")
    assert rows["2026-11-11"] == ("Wed", "no", "3", "Closure: Veterans Day", "review", "certificate team", "\u2013")
    assert rows["2026-11-13"][3] == "Business day; due"
    assert rows["2026-11-16"][:4] == ("Mon", "yes", "6", "Business day after the due date; closed")


def test_without_state_changes_the_table_has_no_empty_columns(told_home):
    """Phase, holder and pause only where they are known."""
    ledger, _ = days_of(told_home, "PLAIN")
    assert list(ledger_words.table(ledger, "Closed").columns) == ["Date", "Day", "Counted", "Business days so far", "Reason"]


def test_the_file_has_a_row_per_day_that_is_shown(told_home):
    """CSV equals the screen: the same days in the same order."""
    ledger, _ = days_of(told_home, "SPEC")
    head, *rows = reports.content(snapshots.current(told_home), histories.ledger_query("SPEC"), "csv").decode().splitlines()
    assert head.startswith("number,on_date,day_kind,counted_days,running_days,reason")
    assert [row.split(",")[1] for row in rows] == ledger_words.table(ledger, "Closed")["Date"].tolist()


def test_the_legend_names_only_the_marks_that_occur(told_home):
    """Counted: what each mark means, and no mark that is not there."""
    _, spec = days_of(told_home, "SPEC")
    assert ledger_words.legend(spec) == (
        "Blue: counted; vermillion with a cross: counted after the due date; dash: weekend; C: closure; P in a dotted border: a pause that the clock without "
        "pauses takes off; thick outline: due date; dot: outside the clock."
    )
    _, lost = days_of(told_home, "LOST")
    assert ledger_words.legend(lost) == "Blue: counted; dash: weekend; thick outline: due date."


def test_the_legend_of_a_long_clock_names_what_is_drawn(told_home):
    """Weeks that are left out have no marks to name: the closures of LONG lie in them, its start, its due date and its stop do not."""
    _, days = days_of(told_home, "LONG")
    shown = clock.shown(days)
    assert len(shown) < len(days) and shown["is_stop_day"].any() and (shown["mark"] == "zero").any()
    assert "C: closure; " in ledger_words.legend(days) and "C: closure" not in ledger_words.legend(shown)
    assert ledger_words.legend(shown).endswith("thick outline: due date.")


def test_the_alternative_text_says_what_the_squares_show(told_home):
    _, days = days_of(told_home, "SPEC")
    assert ledger_words.alternative_text(days, is_running=False) == (
        "Squares of days by week from Tue 2026-11-03 to Mon 2026-11-16. 6 business days counted to its stop, 1 of them after the due date, 1 of them in a pause. "
        "The table below has all days."
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_pause_is_told_by_a_letter_and_a_dotted_border(told_home, theme):
    """Paused: dotted border and P; the due date a thick outline; after it a cross."""
    _, days = days_of(told_home, "SPEC")
    figure = clock.strip(days, theme).to_dict()
    assert figure["data"][0]["text"] == ["\u00b7", "\u00b7", "0", "1", "\u2013", "\u2013", "2", "3P", "C", "4", "5", "\u2013", "\u2013", "\u00d76"]
    dotted = [shape for shape in figure["layout"]["shapes"] if shape.get("line", {}).get("dash") == "dot"]
    assert [(round((shape["x0"] + shape["x1"]) / 2), round((shape["y0"] + shape["y1"]) / 2)) for shape in dotted] == [(1, 1)]
    assert [width for width in figure["data"][0]["marker"]["line"]["width"] if width == 3] == [3]
    assert {note["text"] for note in figure["layout"]["annotations"]} == {"Start", "Veterans Day", "Due", "Closed"}


def test_the_phases_of_a_week_stand_under_its_date_and_break_the_line(told_home):
    """Readable on a phone: the names of the phases beside the squares, and a line that breaks where the phase changes."""
    _, days = days_of(told_home, "SPEC")
    layout = clock.strip(days, "light").to_dict()["layout"]
    names = [text.replace('<span style="font-size:10px">', "").replace("</span>", "").split("<br>") for text in layout["yaxis"]["ticktext"]]
    assert names == [["2026-11-02", "customer", "review"], ["2026-11-09", "review", "customer", "issue"], ["2026-11-16", "issue"]]
    lines = [(round(shape["x0"] + 0.42), round(shape["x1"] - 0.42)) for shape in layout["shapes"] if shape["type"] == "line" and shape["y0"] == shape["y1"]]
    assert lines == [(1, 3), (4, 6), (0, 0), (1, 1), (2, 3), (4, 6), (0, 0)]


@pytest.mark.parametrize(("beside", "words"), [("", ["Veterans Day"]), ("Due", ["Closure", "Due"]), ("Due, Closed", ["Due, Closed"])])
def test_the_words_under_neighbours_do_not_touch(told_home, beside, words):
    """A closure's name has room only where nothing stands beside it."""
    _, days = days_of(told_home, "SPEC")
    week = days[(days["on_date"].astype(str) >= "2026-11-09") & (days["on_date"].astype(str) <= "2026-11-12")]
    eve = week["on_date"].astype(str) == "2026-11-10"
    week = week.assign(is_due_day=eve & bool(beside), is_stop_day=eve & ("Closed" in beside), paused_days=0)
    notes = clock.strip(week, "light").to_dict()["layout"]["annotations"]
    assert sorted(note["text"] for note in notes) == words
