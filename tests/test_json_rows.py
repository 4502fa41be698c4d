"""JSON exports: whichever way the records are wrapped, every value arrives as written, under its row number."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines.errors import UserError
from pipelines.exports import json_rows
from tests.files import written
from tests.read_exports import read

ROWS = [{"number": "RITM1", "state": "open"}, {"number": "RITM2", "state": ""}, {"number": "RITM3", "state": None}]
CELLS = [("RITM1", "open"), ("RITM2", None), ("RITM3", None)]
CUT = "so it is still being written or was cut off. Wait until it is complete, or export it again."
STOPPED = "Export stopped due to excessive size. Use CSV for a complete export"


@pytest.mark.parametrize(
    ("text", "is_system"),
    [
        (json.dumps(ROWS), False),
        (json.dumps(ROWS, indent=2), False),
        (json.dumps({"records": ROWS}), True),
        (json.dumps({"result": ROWS}, indent=1), True),
        (json.dumps({"reports": ROWS, "statusCode": 0, "links": ["x"]}), False),
        (json.dumps({"statusCode": 0, "more": {"a": [1, {"b": "]"}]}, "reports": ROWS}), False),
        ("\n".join(map(json.dumps, ROWS)) + "\n", False),
        ("\r\n\r\n".join(map(json.dumps, ROWS)), False),
        (" ".join(json.dumps(row, indent=1) for row in ROWS), False),
    ],
)
def test_records_are_found_in_every_wrapping(tmp_path, text, is_system):
    """A bare array, an array under records, result or reports with anything beside it, or objects one after another."""
    found = read(json_rows, written(tmp_path / "a.json", text))
    assert (found.content.headers, found.cells) == (("number", "state"), CELLS)
    assert found.content.holds_system_values == is_system
    assert found.recognised[-1] == ("number", "state")
    assert found.content.sha256 == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("wrapper", ["records", None, "lines"])
def test_the_encoding_is_told_by_the_mark(tmp_path, encoding, wrapper):
    """UTF-8 with a byte order mark or without, and whatever another mark names."""
    rows = [{"number": "R1", "name": "Straße – 漢 😀"}, {"number": "R2", "name": "b"}]
    shown = [json.dumps(row, ensure_ascii=False) for row in rows]
    text = "\n".join(shown) if wrapper == "lines" else f"[{','.join(shown)}]" if wrapper is None else f'{{"{wrapper}": [{",".join(shown)}]}}'
    found = read(json_rows, written(tmp_path / "a.json", text, encoding))
    assert found.cells == [("R1", "Straße – 漢 😀"), ("R2", "b")]
    assert found.content.encoding == encoding


def test_a_single_record_is_a_list_of_one(tmp_path):
    """The Table API of one record gives an object under `result`."""
    found = read(json_rows, written(tmp_path / "a.json", '{"result": {"number": "R1", "state": "3"}}'))
    assert (found.cells, found.content.holds_system_values) == ([("R1", "3")], True)


def test_headers_are_all_keys_in_order_of_first_appearance(tmp_path):
    """Also of keys that come after many rows without them."""
    rows = [{"number": f"R{position}"} for position in range(25_000)] + [{"late": "x", "number": "last"}]
    found = read(json_rows, written(tmp_path / "a.json", json.dumps(rows)))
    assert found.content.headers == ("number", "late")
    assert found.rows[-2:] == [(25_000, "R24999", None), (25_001, "last", "x")]


def test_keys_that_differ_in_case_only_are_different_fields(tmp_path):
    """The database compares names in any case; the file does not."""
    found = read(json_rows, written(tmp_path / "a.json", '[{"a": "1", "A": "2", "a_1": "3", "": "4", "filename": "5"}]'))
    assert found.content.headers == ("a", "A", "a_1", "", "filename")
    assert found.content.columns == ("a", "A (2)", "a_1", "column 4", "filename (2)")
    assert found.cells == [("1", "2", "3", "4", "5")]


def test_values_arrive_as_written(tmp_path):
    """Numbers keep every digit, words are text, null is null, lists and objects are compact JSON."""
    text = """[{"a": 123456789012345678901234567890, "b": 1.50, "c": -0.10e+5, "d": true, "e": null, "f": [1, "x", 2.50],
        "g": {"k": {"z": 1.0, "u": "\\u00e9"}},
        "h": "00123", "i": "", "j": 0, "k": "null", "l": "{\\"value\\": 1}", "m": "a \\"quoted\\" \\\\ line\\nbreak\\ttab"}]"""
    (row,) = read(json_rows, written(tmp_path / "a.json", text)).cells
    assert row == (
        "123456789012345678901234567890", "1.50", "-0.10e+5", "true", None, '[1,"x",2.50]', '{"k":{"z":1.0,"u":"é"}}',
        "00123", None, "0", "null", '{"value": 1}', 'a "quoted" \\ line\nbreak\ttab',
    )  # fmt: skip


def test_system_times_stay_raw_and_everything_else_is_shown(tmp_path):
    """A column whose raw values are all system times keeps them (UTC); any other shows its display value; a reference without one gives its value."""
    rows = [
        {
            "number": {"display_value": "R1", "value": "R1"}, "state": {"display_value": "Closed", "value": "3"},
            "opened_at": {"display_value": "03/01/2026 02:00", "value": "2026-03-01 10:00:00"}, "due": {"display_value": "03/02/2026", "value": "2026-03-02"},
            "assigned_to": {"display_value": "Beth", "link": "https://x/1", "value": "46d4"}, "company": {"link": "https://x/2", "value": "a1"},
            "mixed": {"display_value": "then", "value": "2026-03-01 10:00:00"}, "extra": {"value": "x", "else": "y"},
        },
        {
            "number": {"display_value": "R2", "value": "R2"}, "state": {"display_value": "", "value": "9"}, "opened_at": {"display_value": "", "value": ""},
            "due": {"display_value": None, "value": None}, "assigned_to": "", "company": "plain", "mixed": {"display_value": "soon", "value": "soon"},
            "extra": "z",
        },
    ]  # fmt: skip
    found = read(json_rows, written(tmp_path / "a.json", json.dumps(rows)))
    assert found.cells == [
        ("R1", "Closed", "2026-03-01 10:00:00", "2026-03-02", "Beth", "a1", "then", '{"value":"x","else":"y"}'),
        ("R2", None, None, None, None, "plain", "soon", "z"),
    ]
    assert found.content.holds_system_values


@pytest.mark.parametrize("rest", ["", ', "n": 1.5'])
def test_a_key_beside_a_field_vanishes_into_it(tmp_path, rest):
    """`dv_state` is what is shown of `state`; without a field of its own it stays a column. Both ways of reading agree."""
    text = f"""[{{"dv_state": "Closed", "state": "3", "dv_opened_at": "1 March", "opened_at": "2026-03-01 10:00:00", "dv_alone": "x"{rest}}},
                {{"dv_state": "", "state": "9", "dv_opened_at": null, "opened_at": "", "dv_alone": ""{rest}}}]"""
    found = read(json_rows, written(tmp_path / "a.json", text))
    assert found.content.headers[:3] == ("state", "opened_at", "dv_alone")
    assert [row[:3] for row in found.cells] == [("Closed", "2026-03-01 10:00:00", "x"), (None, None, None)]
    assert found.content.holds_system_values


def test_records_that_are_none_are_set_aside(tmp_path):
    """Single values, lists, nulls, doubled keys, NUL and half characters keep their number; the rows around them keep theirs."""
    text = r"""[{"a": "1"}, 5, {"a": "2"}, null, ["x"], {"a": "3", "a": "4"}, {"a": "\u0000"}, {"a": "\ud83d"}, {}, {"a": "5"}]"""
    found = read(json_rows, written(tmp_path / "a.json", text))
    assert found.rows == [(1, "1"), (3, "2"), (9, None), (10, "5")]
    assert [(number, reason) for number, _, reason in found.malformed] == [
        (2, "is a single value, not an object with fields"),
        (4, "is null, not an object with fields"),
        (5, "is a list, not an object with fields"),
        (6, "has the key a twice"),
        (7, "holds a NUL character"),
        (8, "holds half of a surrogate pair, which is no character"),
    ]
    assert found.content.row_count == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.json: is empty. Export the list again as JSON."),
        (" \n", "a.json: is empty. Export the list again as JSON."),
        ("[]", "a.json: holds no record. Export a list that has rows."),
        ('{"result": []}', "a.json: holds no record. Export a list that has rows."),
        ("[{}, {}]", "a.json: holds no record with a field. Export a list that has rows."),
        ('"text"', "a.json: is not JSON with records: it begins with neither [ nor {. Export the list again as JSON."),
        ("<html>", "a.json: is not JSON with records: it begins with neither [ nor {. Export the list again as JSON."),
        ("[1, 2]", "a.json: not one of its 2 records is a row; the first is a single value, not an object with fields. Export the list again."),
        ('[{"a": 1},', f"a.json: ends inside its JSON, after row 1, {CUT}"),
        ('[{"a": 1}', f"a.json: ends inside its JSON, after row 1, {CUT}"),
        ('{"a": 1}\n{"a": "', f"a.json: ends inside its JSON, after row 1, {CUT}"),
        ('[{"a": 1}, {"a" 2}]', "a.json: is not JSON after row 1 (expecting ':' delimiter). Export the list again as JSON."),
        ('[{"a": 1} {"a": 2}]', "a.json: is not JSON after row 1 (expected , or ]). Export the list again as JSON."),
        (
            '[{"a": 1}] {"a": 2}',
            "a.json: has something after the end of its records that is no JSON, so it is damaged or two files in one. Export the list again as JSON.",
        ),
        (
            '{"records": [{"a": 1}]',
            "a.json: has something after the end of its records that is no JSON, so it is damaged or two files in one. Export the list again as JSON.",
        ),
        (b'[{"a": "\xff"}]', "a.json: is not UTF-8, as JSON is. Export the list again as JSON."),
    ],
)
def test_what_is_no_list_is_one_clear_error(tmp_path, text, message):
    """Truncated, trailing garbage, a wrong top level, an empty list: the error names the place and the remedy."""
    with pytest.raises(UserError) as error:
        read(json_rows, written(tmp_path / "a.json", text))
    assert str(error.value) == message


def test_the_limits_of_list_exports_are_said(tmp_path):
    """Exactly 10,000 rows, and the line of a stopped export."""
    rows = [{"number": f"R{position}"} for position in range(10_000)]
    found = read(json_rows, written(tmp_path / "a.json", json.dumps({"records": [*rows, {"number": STOPPED}]})))
    assert found.content.row_count == 10_000
    assert found.content.warnings == (
        "a.json has exactly 10,000 rows, the export limit. Rows are probably missing.",
        f'a.json: the line "{STOPPED}" is no record and is not counted. Rows are missing.',
    )


def test_a_file_name_with_pattern_characters_reads_that_file_only(tmp_path):
    """DuckDB would take `a[1]*.json` for a pattern."""
    written(tmp_path / "a1x.json", '[{"a": "other"}]')
    assert read(json_rows, written(tmp_path / "a[1]*?'.json", '[{"a": "mine"}]')).cells == [("mine",)]


def test_an_unknown_list_is_refused_and_leaves_nothing_beside(tmp_path):
    """`recognise` is asked with the headers, and its error is the reader's."""

    def refuse(headers):
        raise UserError(f"unknown: {headers}")

    from pipelines.engines import duckdb_engine
    from pipelines.exports.content import Staging

    staging = Staging(tmp_path / "out" / "staged")
    staging.stem.parent.mkdir()
    with pytest.raises(UserError, match=r"unknown: \('x',\)"), duckdb_engine.connect() as connection:
        path = written(tmp_path / "a.json", '{"records": [{"x": 1}]}')
        json_rows.read(path, "a.json", staging, connection, refuse, lambda words, share: None)
    staging.remove()
    assert not list(staging.stem.parent.iterdir())


text = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
key = some.sampled_from(["number", "state", "u_long_name", "Größe", "a b"])


@settings(max_examples=50)
@given(
    rows=some.lists(some.dictionaries(key, text | some.none(), min_size=1), min_size=1, max_size=20),
    wrapper=some.sampled_from(["records", "result", None, "lines"]),
    is_ascii=some.booleans(),
    has_float=some.booleans(),
)
def test_any_texts_come_back(tmp_path_factory, rows, wrapper, is_ascii, has_float):
    """Random rows of text, by either way of reading: a number with a fraction sends the file the exact way."""
    rows = [row | ({"n": 1.5} if has_float else {}) for row in rows]
    shown = [json.dumps(row, ensure_ascii=is_ascii) for row in rows]
    whole = "\n".join(shown) if wrapper == "lines" else f"[{','.join(shown)}]" if wrapper is None else f'{{"{wrapper}": [{",".join(shown)}]}}'
    found = read(json_rows, written(tmp_path_factory.mktemp("json") / "a.json", whole))
    headers = tuple(dict.fromkeys(key for row in rows for key in row))
    assert found.content.headers == headers
    assert found.cells == [tuple((str(row[key]) if row.get(key) else None) for key in headers) for row in rows]
