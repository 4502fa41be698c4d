"""Delimited text: whatever the encoding, the line ends and the quoting, every cell arrives as written, under its row number."""

import random

import duckdb
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as some

from pipelines.exports import content, delimited, originals
from pipelines.exports.content import Staging
from tests.files import HEADER, a_csv, a_row, land_one, malformed, rows, written

NASTY = [
    "", "plain", "two\nlines", "crlf\r\nin a cell", "cr\rin a cell", 'a "quoted" word', '"', '""', ",",
    "a,b,c,d", "'-----BEGIN", "=1+1", "é ü €", "NULL", "\t", "x" * 5000,
]  # fmt: skip
STOPPED = "Export stopped due to excessive size. Use CSV for a complete export"


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_every_kind_of_line_end_gives_the_same_rows(tmp_path, newline):
    """CRLF, LF and CR end a record; inside quotes they belong to the cell."""
    cells = [a_row(position, department=text) for position, text in enumerate(NASTY)]
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv(cells, newline=newline)))
    assert rows(tmp_path / "home", export) == _as_landed(cells)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_header_tells_the_delimiter(tmp_path, delimiter):
    """Comma, semicolon or tab, decided from the header record and recorded."""
    cells = [a_row(1, department="A, B; C\tD"), a_row(2)]
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv(cells, delimiter=delimiter)))
    assert export.delimiter == delimiter
    assert rows(tmp_path / "home", export) == _as_landed(cells)


@pytest.mark.parametrize(
    ("encoding", "text", "recorded"),
    [
        ("utf-8", "Straße – €", "utf-8"),
        ("utf-8-sig", "Straße – €", "utf-8-sig"),
        ("cp1252", "Straße – €", "cp1252"),
        ("utf-16", "Straße – € 漢", "utf-16"),
        ("utf-32", "Straße – € 漢", "utf-32"),
        ("ascii", "plain", "utf-8"),
    ],
)
def test_the_encoding_is_told_from_the_bytes(tmp_path, encoding, text, recorded):
    """A mark, else UTF-8 if all of it is, else windows-1252."""
    cells = [a_row(1, department=text), a_row(2)]
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv(cells), encoding))
    assert export.encoding == recorded
    assert rows(tmp_path / "home", export) == _as_landed(cells)


def test_one_windows_byte_far_behind_the_beginning_makes_the_whole_file_windows(tmp_path):
    """The guess from the first bytes does not stand against the rest of the file."""
    cells = [a_row(position, department="x" * 200) for position in range(6_000)] + [a_row(6_000, department="Dépôt")]
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv(cells), "cp1252"))
    assert export.encoding == "cp1252"
    assert rows(tmp_path / "home", export)[-1] == (6_001, *cells[-1])


def test_a_byte_that_windows_1252_does_not_define_is_shown_and_counted(tmp_path):
    """Nothing is dropped in silence: the line of the first such byte is in the warning."""
    text = a_csv([a_row(1), a_row(2, department="caf\xe9 X")]).encode("latin-1").replace(b"X", b"\x81\x8d")
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", text))
    assert rows(tmp_path / "home", export)[1][-1] == "café \ufffd\ufffd"
    assert export.warnings == ("a.csv: 2 bytes that windows-1252 does not define, the first in line 3, shown as \ufffd.",)


def test_the_original_bytes_are_kept_whatever_their_encoding(tmp_path):
    """The kept copy is of the export's own bytes, named by their hash."""
    path = written(tmp_path / "a.csv", a_csv([a_row(1, department="Dépôt")]), "cp1252")
    export = land_one(tmp_path / "home", path)
    assert zstandard.ZstdDecompressor().stream_reader(export.original_path(tmp_path / "home").read_bytes()).read() == path.read_bytes()
    assert export.sha256 == originals.digest(path)
    assert export.size_bytes == path.stat().st_size


def test_malformed_records_are_set_aside_with_number_text_and_reason(tmp_path):
    """Ragged, badly quoted and NUL records keep their number; the rows around them keep theirs."""
    lines = [
        b"number,submitted_at,state,department",
        b"R1,2026-03-01 10:00:00,open,A",
        b"R2,2026-03-01 10:00:00",
        b'R3,2026-03-01 10:00:00,"open"x,A',
        b"R4,2026-03-01 10:00:00,open,A,B,C",
        b"R5,2026-03-01 10:00:00,op\0en,A",
        b"",
        b"R6,2026-03-01 10:00:00,open,",
    ]
    home = tmp_path / "home"
    export = land_one(home, written(tmp_path / "a.csv", b"\r\n".join(lines) + b"\r\n"))
    assert (export.row_count, export.malformed_count) == (6, 4)
    assert [(number, key) for number, key, *_ in rows(home, export)] == [(1, "R1"), (6, "R6")]
    assert malformed(home, export) == [
        (2, "R2,2026-03-01 10:00:00", "has 2 cells, the header has 4"),
        (3, 'R3,2026-03-01 10:00:00,"open"x,A', "is badly quoted (',' expected after '\"')"),
        (4, "R4,2026-03-01 10:00:00,open,A,B,C", "has 6 cells, the header has 4"),
        (5, "R5,2026-03-01 10:00:00,op\0en,A", "holds a NUL character"),
    ]


def test_a_row_may_end_with_one_empty_cell_too_many(tmp_path):
    """As a trailing delimiter writes it; both ways of reading agree."""
    text = "number,submitted_at,state\r\nR1,2026-03-01 10:00:00,open,\r\n"
    for name, extra in (("clean.csv", ""), ("ragged.csv", "R2\r\n")):
        home = tmp_path / f"home of {name}"
        assert rows(home, land_one(home, written(tmp_path / name, text + extra))) == [(1, "R1", "2026-03-01 10:00:00", "open")]


def test_blank_lines_are_no_records(tmp_path):
    """Neither before the header, nor between rows, nor at the end."""
    text = "\r\n\r\n" + a_csv([a_row(1), a_row(2)]).replace("\r\n", "\r\n\r\n")
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", text))
    assert [number for number, *_ in rows(tmp_path / "home", export)] == [1, 2]


def test_a_header_over_two_lines_is_read(tmp_path):
    """A quoted line break in a header is part of its name."""
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv([[*a_row(1), "x"]], header=[*HEADER, "two\nlines"])))
    assert export.headers[-1] == "two\nlines"
    assert rows(tmp_path / "home", export) == [(1, *a_row(1), "x")]


def test_line_ends_of_two_kinds_in_one_file_are_read(tmp_path):
    """As after joining files of different systems."""
    text = a_csv([a_row(1)]) + "\n".join(",".join(a_row(position)) for position in (2, 3)) + "\n"
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", text))
    assert rows(tmp_path / "home", export) == _as_landed([a_row(position) for position in (1, 2, 3)])


def test_a_cell_of_megabytes_is_read(tmp_path):
    """Longer than either reader's default limit."""
    cells = [a_row(1, department="x" * 3_000_000), a_row(2)]
    export = land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv(cells)))
    assert rows(tmp_path / "home", export) == _as_landed(cells)


def test_headers_become_distinct_columns():
    """Empty ones get their position, repeated ones a number; the database compares names in any case."""
    assert content.column_names(["a", "", "A", "a", " ", "filename", "a (2)"]) == ("a", "column 2", "A (2)", "a (3)", "column 5", "filename (2)", "a (2) (2)")


def test_a_file_name_with_pattern_characters_reads_that_file_only(tmp_path):
    """DuckDB would take `requests[1]*.csv` for a pattern."""
    written(tmp_path / "in" / "requests1x.csv", a_csv([a_row(9)]))
    path = written(tmp_path / "in" / "requests[1]*?'.csv", a_csv([a_row(1)]))
    written(tmp_path / "in" / "requests[1]xy'.csv", a_csv([a_row(8)]))
    export = land_one(tmp_path / "home", path)
    assert rows(tmp_path / "home", export) == _as_landed([a_row(1)])


def test_the_last_line_of_a_stopped_export_is_no_record(tmp_path):
    """An oversize export ends with a sentence instead of its rows: dropped, not counted, and said."""
    for name, line in (("ragged.csv", STOPPED), ("padded.csv", f"{STOPPED},,,"), ("quoted.csv", f'"{STOPPED}",,,')):
        export = land_one(tmp_path / f"home of {name}", written(tmp_path / name, a_csv([a_row(1)]) + line + "\r\n"))
        assert (export.row_count, export.malformed_count) == (1, 0)
        assert export.warnings == (f'{name}: the line "{STOPPED}" is no record and is not counted. Rows are missing.',)


def test_quoted_cells_that_look_like_rows_do_not_mislead_the_parallel_reader(tmp_path):
    """Forty megabytes of cells that hold whole CSV tables: the row numbers are still exact."""
    drawn = random.Random(3)
    inner = ["RITM9,2026-03-01 10:00:00,open,A", '"RITM9","2026-03-01 10:00:00","open","A"', '","', '"', ",,,"]
    cells = [a_row(position, department="\r\n".join(drawn.choice(inner) for _ in range(drawn.randrange(400)))) for position in range(10_000)]
    path = written(tmp_path / "a.csv", a_csv(cells))
    assert path.stat().st_size > 34 << 20, "the parallel reader splits files at 32 MiB"
    assert rows(tmp_path / "home", land_one(tmp_path / "home", path)) == _as_landed(cells)


cell = some.text(some.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=12) | some.sampled_from(NASTY)


@given(
    table=some.lists(some.tuples(cell, cell, cell), min_size=1, max_size=30),
    newline=some.sampled_from(["\r\n", "\n"]),
    damaged=some.sets(some.integers(1, 29)),
)
def test_damaged_records_leave_all_others_where_they_were(tmp_path_factory, table, newline, damaged):
    """Any cells, any damage: what is well formed lands with its number and cells, the rest is set aside with its number."""
    folder = tmp_path_factory.mktemp("table")
    lines = [a_csv([row], header=["a", "b", "c"], newline=newline).split(newline, 1)[1] for row in table]
    lines = [f"only{position}{newline}" if position in damaged else line for position, line in enumerate(lines)]
    path = written(folder / "a.csv", f"a,b,c{newline}" + "".join(lines))
    staging = Staging(folder / "staged")
    with duckdb.connect() as connection:
        found = delimited.read(path, "a.csv", staging, connection, lambda headers: None, lambda words, share: None)
        number = "__row_number" if found.malformed_count else "file_row_number + 1"
        landed = connection.execute(f"select {number}, a, b, c from read_parquet(?)", [str(staging.parquet)]).fetchall()
    expected = [(position, *row) for position, row in enumerate(table, start=1) if position - 1 not in damaged]
    assert [(number, *map(_loose, cells)) for number, *cells in landed] == [(number, *map(_loose, cells)) for number, *cells in expected]
    assert found.row_count == len(table)


def _loose(text: str | None) -> str:
    """Space around a cell has no meaning; the exact reading drops it in front."""
    return (text or "").strip(" ")


def _as_landed(cells: list[list[str]]) -> list[tuple]:
    return [(number, *(text or None for text in row)) for number, row in enumerate(cells, start=1)]
