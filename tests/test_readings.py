"""The reading of an export: zone, day order, one format per time column, newest event. Nothing is guessed in silence."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines import manifest
from pipelines.errors import UserError
from tests import files
from tests.files import a_csv, land, land_one, written

HEADER = ("number", "opened_at", "closed_at", "sys_updated_on", "variables.requested_completion_date", "state")


def an_export(path: Path, *times: tuple[str, ...]) -> Path:
    """A ServiceNow export with these times per row: opened, closed, updated, requested (missing ones empty)."""
    rows = [[f"{path.stem}-{number}", *(*row, "", "", "", "")[:4], "Open"] for number, row in enumerate(times, start=1)]
    return written(path, a_csv(rows, header=HEADER))


def refused(tmp_path: Path, *paths: Path, **options) -> str:
    """The message with which the exports are refused."""
    with pytest.raises(UserError) as refusal:
        land(tmp_path / "home", *paths, **options)
    assert files.left_in(tmp_path / "home") == set()
    return str(refusal.value)


@pytest.mark.parametrize(
    ("times", "order", "format_id"),
    [
        (("11/20/2026 16:42", "11/02/2026 09:00"), "mdy", "mdy_slash"),
        (("20/11/2026 16:42:00", "02/11/2026 09:00:00"), "dmy", "dmy_slash_seconds"),
        (("20-11-2026 16:42:00", "02-11-2026 09:00:00"), "dmy", "dmy_dash_seconds"),
        (("11-20-2026 16:42:00", "11-02-2026 09:00:00"), "mdy", "mdy_dash_seconds"),
        (("20.11.2026 16:42:00", "02.11.2026 09:00:00"), "dmy", "dmy_dot_seconds"),
        (("11/20/26 16:42", "1/2/26 9:00"), "mdy", "mdy_slash_short"),
        (("11/20/2026 04:42 PM", "11/02/2026 09:00 AM"), "mdy", "mdy_slash_ampm"),
    ],
)
def test_a_value_above_12_decides_the_day_order(tmp_path, times, order, format_id):
    """In any time column of the file, for all of them: one user has one format."""
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", (times[1], "", times[1]), (times[0],)))
    assert (export.day_order, export.day_order_basis) == (order, "data")
    assert {export.formats[column] for column in ("submitted_at", "updated_at")} == {format_id}
    assert export.newest_event_at == datetime(2026, 11, 21, 0, 42, tzinfo=UTC)


def test_a_date_column_decides_for_the_times(tmp_path):
    """Requested dates are no events, but are written by the same user."""
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("03/04/2026 10:00", "", "", "25/04/2026")))
    assert (export.day_order, export.day_order_basis) == ("dmy", "data")
    assert export.formats["requested_completion_on"] == "dmy_slash_date"
    assert export.newest_event_at == datetime(2026, 4, 3, 17, tzinfo=UTC)


def test_twelve_does_not_decide_and_thirteen_does(tmp_path):
    """The boundary and its neighbour."""
    message = refused(tmp_path, an_export(tmp_path / "a.csv", ("12/12/2026 10:00",)))
    assert message == (
        'a.csv: row 1, column "opened_at" is 12/12/2026 10:00: day or month first? No cell of the file decides. Say --month-first or --day-first.'
    )
    assert land_one(tmp_path / "home", an_export(tmp_path / "b.csv", ("13/12/2026 10:00",))).day_order == "dmy"


def test_two_cells_that_contradict_each_other_are_both_named(tmp_path):
    """Row, column and value of each."""
    path = an_export(tmp_path / "a.csv", ("03/04/2026 10:00",), ("05/04/2026 10:00", "13/02/2026 09:00"), ("02/13/2026 09:00",))
    assert refused(tmp_path, path) == (
        'a.csv: row 2, column "closed_at" is 13/02/2026 09:00 (day first), but row 3, column "opened_at" is 02/13/2026 09:00 (month first); '
        "an export has one format. Export it again in one format, or split it."
    )


def test_an_option_decides_what_the_data_do_not(tmp_path):
    """4 March or 3 April."""
    path = an_export(tmp_path / "a.csv", ("03/04/2026 10:00",))
    export = land_one(tmp_path / "home", path, day_order="mdy")
    assert (export.day_order, export.day_order_basis, export.newest_event_at.date().isoformat()) == ("mdy", "explicit", "2026-03-04")


def test_an_option_that_a_cell_contradicts_is_an_error_naming_it(tmp_path):
    """The data are not bent to the option."""
    path = an_export(tmp_path / "a.csv", ("03/04/2026 10:00",), ("13/04/2026 10:00",))
    assert refused(tmp_path, path, day_order="mdy") == (
        'a.csv: row 2, column "opened_at" is 13/04/2026 10:00, which --month-first cannot read. Use --day-first, or leave the option out.'
    )


def test_the_mappings_default_decides_before_earlier_exports(tmp_path):
    """`day_order` of the mapping file."""
    mapping = files.RULES.sources["servicenow_requests"].model_copy(update={"day_order": "dmy"})
    rules = files.RULES.model_copy(update={"sources": files.RULES.sources | {"servicenow_requests": mapping}})
    land_one(tmp_path / "home", an_export(tmp_path / "month.csv", ("11/20/2026 10:00",)), rules=rules)
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("03/04/2026 10:00",)), rules=rules)
    assert (export.day_order, export.day_order_basis, export.warnings) == ("dmy", "mapping", ())


def test_an_earlier_export_of_the_same_source_and_headers_decides_with_a_warning(tmp_path):
    """The last decided one: that with the newest event, not that which landed last."""
    land_one(tmp_path / "home", an_export(tmp_path / "new.csv", ("20/11/2026 10:00",)))
    land_one(tmp_path / "home", an_export(tmp_path / "old.csv", ("11/20/2025 10:00",)))
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("03/04/2026 10:00",)))
    assert (export.day_order, export.day_order_basis) == ("dmy", "previous")
    assert export.warnings == ("a.csv: no cell decides whether day or month comes first; read with the day first, as in new.csv.",)


def test_an_earlier_export_with_other_headers_or_withdrawn_decides_nothing(tmp_path):
    """Another list, another user; and what was withdrawn was wrong."""
    other = written(tmp_path / "other.csv", a_csv([["R1", "20/11/2026 10:00", "Open"]], header=("number", "opened_at", "state")))
    land_one(tmp_path / "home", other)
    land_one(tmp_path / "home", an_export(tmp_path / "wrong.csv", ("20/11/2026 10:00",)))
    manifest.withdraw(tmp_path / "home", "wrong.csv")
    with pytest.raises(UserError, match="No cell of the file decides"):
        land(tmp_path / "home", an_export(tmp_path / "a.csv", ("03/04/2026 10:00",)))


@pytest.mark.parametrize("names", [("1-decided.csv", "2-open.csv"), ("2-decided.csv", "1-open.csv")])
def test_exports_of_one_call_decide_for_each_other_in_any_order(tmp_path, names):
    """What lands together is read together."""
    decided = an_export(tmp_path / names[0], ("20/11/2026 10:00",))
    undecided = an_export(tmp_path / names[1], ("03/04/2026 10:00",))
    report = land(tmp_path / "home", *sorted([decided, undecided]))
    read = {export.name: (export.day_order, export.day_order_basis) for export in report.landed}
    assert read == {names[0]: ("dmy", "data"), names[1]: ("dmy", "previous")}


def test_an_export_that_followed_another_decides_for_no_third(tmp_path):
    """A guess is not handed on."""
    home = tmp_path / "home"
    land_one(home, an_export(tmp_path / "decided.csv", ("20/11/2026 10:00",)))
    land_one(home, an_export(tmp_path / "followed.csv", ("03/04/2026 10:00",)))
    manifest.withdraw(home, "decided.csv")
    with pytest.raises(UserError, match="No cell of the file decides"):
        land(home, an_export(tmp_path / "third.csv", ("05/04/2026 10:00",)))


def test_dates_that_name_the_year_first_need_no_day_order(tmp_path):
    """ISO in any dress, offsets included; an option is then without effect."""
    path = an_export(tmp_path / "a.csv", ("2026-03-04 10:00:00", "2026-03-04T10:00:00+01:00", "2026-03-04", "2026-04-03"))
    export = land_one(tmp_path / "home", path, day_order="dmy")
    assert (export.day_order, export.day_order_basis) == (None, "not_needed")
    assert export.formats == {"submitted_at": "iso", "closed_at": "iso_offset", "updated_at": "iso_date", "requested_completion_on": "iso_date"}


def test_the_format_of_most_cells_counts(tmp_path):
    """Null words and padding are no cells; the odd one out is for the quarantine."""
    path = an_export(tmp_path / "a.csv", (" 11/20/2026 10:00 ",), ("11/21/2026 10:00",), ("2026-11-22 10:00:00",), ("UNKNOWN",), ("?",))
    export = land_one(tmp_path / "home", path)
    assert export.formats["submitted_at"] == "mdy_slash"
    assert export.newest_event_at == datetime(2026, 11, 21, 18, tzinfo=UTC)


def test_a_column_that_no_format_fits_is_read_as_iso_so_that_every_cell_says_so(tmp_path):
    """And an empty column too."""
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("2026-11-20 10:00:00", "soon"), ("2026-11-20 10:00:00", "later")))
    assert export.formats == {"submitted_at": "iso", "closed_at": "iso", "updated_at": "iso", "requested_completion_on": "iso"}


def test_a_format_that_begins_late_in_a_long_column_is_seen(tmp_path):
    """Every cell counts, not a sample: three thousand of one format, then four thousand of another."""
    times = [("2026-11-20T10:00:00Z",)] * 3_000 + [("11/20/2026 10:00",)] * 4_000
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", *times))
    assert export.formats["submitted_at"] == "mdy_slash"


def test_the_zone_is_that_of_the_mapping_unless_one_is_given(tmp_path):
    """10 in the morning is another instant in another zone."""
    path = an_export(tmp_path / "a.csv", ("2026-11-20 10:00:00",))
    assert land_one(tmp_path / "home", path).newest_event_at == datetime(2026, 11, 20, 18, tzinfo=UTC)
    export = land_one(tmp_path / "other", path, timezone="Europe/Berlin")
    assert (export.timezone, export.newest_event_at) == ("Europe/Berlin", datetime(2026, 11, 20, 9, tzinfo=UTC))


@pytest.mark.parametrize(
    ("written_at", "instant"),
    [
        ("2026-11-01 00:59:59", datetime(2026, 11, 1, 7, 59, 59, tzinfo=UTC)),
        ("2026-11-01 01:30:00", datetime(2026, 11, 1, 8, 30, tzinfo=UTC)),
        ("2026-11-01 02:00:00", datetime(2026, 11, 1, 10, 0, tzinfo=UTC)),
        ("2026-03-08 01:59:59", datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC)),
        ("2026-03-08 02:30:00", datetime(2026, 3, 8, 10, 30, tzinfo=UTC)),
        ("2026-03-08 03:00:00", datetime(2026, 3, 8, 10, 0, tzinfo=UTC)),
    ],
)
def test_autumns_repeated_hour_takes_the_first_and_springs_missing_hour_moves_forward(tmp_path, written_at, instant):
    """The nights when clocks change."""
    assert land_one(tmp_path / "home", an_export(tmp_path / "a.csv", (written_at,))).newest_event_at == instant


@pytest.mark.parametrize("shape", ["%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M:%S"])
@pytest.mark.parametrize(
    ("odd", "exceeds"),
    [
        (datetime(1999, 12, 31, 23, 59, 59), False),
        (datetime(1970, 1, 1), False),
        (datetime(2030, 1, 1, 16, 0, 0), False),
        (datetime(2030, 1, 1, 16, 0, 1), True),
        (datetime(2199, 12, 31), True),
    ],
)
def test_an_implausible_event_is_never_the_newest(tmp_path, shape, odd, exceeds):
    """Before 2000, or more than a day after receipt (2030-01-01 00:00 UTC, 16:00 in California): the limit is kept only where it matters."""
    path = an_export(tmp_path / "a.csv", (datetime(2026, 11, 20, 10).strftime(shape),), (odd.strftime(shape),))
    export = land_one(tmp_path / "home", path)
    expected = datetime(2030, 1, 2, tzinfo=UTC) if odd == datetime(2030, 1, 1, 16) else datetime(2026, 11, 20, 18, tzinfo=UTC)
    assert export.newest_event_at == expected
    assert export.implausible_after_at == (datetime(2030, 1, 2, tzinfo=UTC) if exceeds else None)


def test_an_export_without_a_readable_event_has_no_newest_one(tmp_path):
    """A shape is not yet a date."""
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("2026-99-99 99:99:99",), ("", "", "", "2026-11-20")))
    assert export.newest_event_at is None


def test_the_greatest_text_that_is_no_date_does_not_hide_the_greatest_date(tmp_path):
    """31 February sorts after the 28th."""
    export = land_one(tmp_path / "home", an_export(tmp_path / "a.csv", ("2026-02-28 10:00:00",), ("2026-02-31 10:00:00",)))
    assert export.newest_event_at == datetime(2026, 2, 28, 18, tzinfo=UTC)
