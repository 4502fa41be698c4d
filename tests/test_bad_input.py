"""Bad input, each kind with its one line: the place, the finding, the expectation, the remedy. Nothing of it lands."""

import os
import random
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest

from pipelines.errors import UserError
from tests import files, small_disk
from tests.files import HEADER, RULES, a_csv, a_row, land, land_one, written

KINDS = "CSV, XLSX, JSON, XML, certificate files, or zip files of them"
KNOWN = ", ".join(sorted(RULES.sources))
SERVICENOW = ("number", "opened_at", "state")


def refused(tmp_path: Path, *paths: Path, **options) -> str:
    """The message with which a call is refused, after which nothing is landed or left."""
    with pytest.raises(UserError) as refusal:
        land(tmp_path / "home", *paths, **options)
    assert files.left_in(tmp_path / "home") == set()
    message = str(refusal.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("content", [b"", b"\r\n\r\n", b"\xef\xbb\xbf", b"   \n"])
def test_an_empty_file(tmp_path, content):
    """No byte, only blank lines, only a mark."""
    expected = "a.csv: is empty. Export it again, with its header line and its rows."
    assert refused(tmp_path, written(tmp_path / "a.csv", content), allow_empty=True) == expected


@pytest.mark.parametrize("content", ["number,submitted_at,state", "number,submitted_at,state\r\n", "number,submitted_at,state\r\n\r\n"])
def test_a_header_only(tmp_path, content):
    """Accepted only when asked."""
    expected = "a.csv: has a header line and no rows. Export it again, or accept it with --allow-empty."
    assert refused(tmp_path, written(tmp_path / "a.csv", content)) == expected


def test_prose_is_not_a_csv(tmp_path):
    """One column of words."""
    assert refused(tmp_path, written(tmp_path / "a.csv", "Dear all\nplease find attached\n")) == (
        'a.csv: is not a CSV file: its first line has one column ("Dear all"), a request export has several. Export the list as CSV.'
    )


def test_a_web_page_is_not_a_csv(tmp_path):
    """What a browser saves when the session has ended."""
    page = '<!DOCTYPE html>\n<html lang="en"><body>Sign in</body></html>\n'
    assert refused(tmp_path, written(tmp_path / "a.csv", page)) == (
        'a.csv: is not a CSV file: its first line has one column ("<!DOCTYPE html>"), a request export has several. Export the list as CSV.'
    )


def test_a_header_that_is_badly_quoted(tmp_path):
    """With every delimiter."""
    assert refused(tmp_path, written(tmp_path / "a.csv", '"number"x,"submitted_at"\nR1,2026-03-01\n')) == (
        "a.csv: is not a CSV file: its header line is badly quoted (',' expected after '\"'). Export the list again as CSV."
    )


def test_binary_junk(tmp_path):
    """Random bytes under the name of a CSV."""
    message = refused(tmp_path, written(tmp_path / "a.csv", random.Random(1).randbytes(200_000)))
    place = message.removeprefix("a.csv: is not text (control character 0x").partition(")")[0]
    assert message == f"a.csv: is not text (control character 0x{place}); a CSV file holds text only. Export the list as CSV."


def test_a_picture(tmp_path):
    """By its first line."""
    assert refused(tmp_path, written(tmp_path / "a.csv", b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(5_000))) == (
        "a.csv: is not text (control character 0x1A at position 7); a CSV file holds text only. Export the list as CSV."
    )


def test_a_spreadsheet_under_the_name_of_a_csv(tmp_path):
    """A zip by its first bytes."""
    with zipfile.ZipFile(tmp_path / "a.csv", "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    expected = "a.csv: is a zip file or a spreadsheet, not text. Rename it to end in .zip, or export the list as CSV."
    assert refused(tmp_path, tmp_path / "a.csv") == expected


def test_a_file_whose_records_are_all_malformed(tmp_path):
    """Not one row to land."""
    assert refused(tmp_path, written(tmp_path / "a.csv", "number,submitted_at,state\r\nx\r\ny,z\r\n")) == (
        "a.csv: not one of its 2 records is a row of its header; the first has 1 cell, the header has 3. Export the list again as CSV."
    )


def test_a_missing_required_column(tmp_path):
    """Its accepted headers, the found ones, and the file to map it in."""
    path = written(tmp_path / "a.csv", a_csv([["R1", "Open", "2026-03-01"]], header=("Number", "State", "Closed")))
    assert refused(tmp_path, path) == (
        f'a.csv: column "opened_at" or "Opened" is missing (found: Number, State, Closed). Map it in {RULES.folder}/sources/servicenow_requests.yaml.'
    )


def test_a_missing_required_column_of_the_source_that_was_named(tmp_path):
    """`--source` chooses the mapping, whose demands stay."""
    path = written(tmp_path / "a.csv", a_csv([["R1", "open"]], header=("number", "state")))
    assert refused(tmp_path, path, source="certboard_requests") == (
        f'a.csv: column "submitted_at" is missing (found: number, state). Map it in {RULES.folder}/sources/certboard_requests.yaml.'
    )


def test_headers_of_no_known_source(tmp_path):
    """The candidates are listed."""
    path = written(tmp_path / "a.csv", a_csv([["x", "y"]], header=("Common Name", "Expires")))
    assert refused(tmp_path, path) == (
        f"a.csv: the headers fit no known source (found: Common Name, Expires). Known sources: {KNOWN}. "
        f"Choose one with --source, or map the headers in a new file of {RULES.folder}/sources."
    )


def test_headers_of_two_sources(tmp_path):
    """Never guessed; choosing one lands it."""
    row = ["R1", "2026-03-01 10:00:00", "2026-03-01 10:00:00", "open"]
    path = written(tmp_path / "a.csv", a_csv([row], header=("number", "opened_at", "submitted_at", "state")))
    assert refused(tmp_path, path) == (
        "a.csv: the headers fit the sources certboard_requests and servicenow_requests. Choose one with --source certboard_requests."
    )
    assert land_one(tmp_path / "home", path, source="servicenow_requests").columns["submitted_at"] == "opened_at"


@pytest.mark.parametrize("twin", ["Opened", "OPENED_AT", "opened_at ", "opened_at"])
def test_two_candidates_for_a_column(tmp_path, twin):
    """Name and label, another case, padding, or the same header twice."""
    path = written(tmp_path / "a.csv", a_csv([["R1", "2026-03-01 10:00:00", "open", "2026-03-02 10:00:00"]], header=(*SERVICENOW, twin)))
    assert refused(tmp_path, path) == (
        f'a.csv: columns "opened_at" and "{twin}" are 2 candidates for submitted_at. '
        f"Remove one from the file, or from {RULES.folder}/sources/servicenow_requests.yaml."
    )


def test_ambiguous_dates(tmp_path):
    """3 April or 4 March."""
    path = written(tmp_path / "a.csv", a_csv([["R1", "04/03/2026 10:00", "Open"]], header=SERVICENOW))
    assert refused(tmp_path, path) == (
        'a.csv: row 1, column "opened_at" is 04/03/2026 10:00: day or month first? No cell of the file decides. Say --month-first or --day-first.'
    )


def test_an_unknown_zone(tmp_path):
    """With the nearest name."""
    path = written(tmp_path / "a.csv", a_csv([a_row(1)]))
    expected = '--timezone "America/Los Angeles": there is no such time zone. Write an IANA name such as America/Los_Angeles.'
    assert refused_before_landing(tmp_path, path, timezone="America/Los Angeles") == expected


def test_an_unknown_source(tmp_path):
    """With the known ones."""
    path = written(tmp_path / "a.csv", a_csv([a_row(1)]))
    expected = f"--source remedy: there is no such source. Known sources: {KNOWN}."
    assert refused_before_landing(tmp_path, path, source="remedy") == expected


def test_paths_that_hold_nothing_to_read(tmp_path):
    """No such path, no known kind, a folder without exports, no file at all."""
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    written(tmp_path / "notes" / "readme.txt", "hello")
    book = written(tmp_path / "a.xls", "hello")
    for path, words in {
        tmp_path / "gone.csv": "there is no such file or folder. Check the path.",
        book: f"is of no kind that is read here ({KINDS}). Export the list as CSV.",
        tmp_path / "empty": f"holds no export ({KINDS}). Name the folder or file that holds them.",
        tmp_path / "notes": f"holds no export ({KINDS}). Name the folder or file that holds them.",
        tmp_path / "pipe.csv": "is neither a file nor a folder. Name a file, or a folder of files.",
    }.items():
        assert refused_before_landing(tmp_path, path) == f"{path}: {words}"


def refused_before_landing(tmp_path: Path, path: Path, **options) -> str:
    """The message of a call that did not even make a home."""
    with pytest.raises(UserError) as refusal:
        land(tmp_path / "home", path, **options)
    assert not (tmp_path / "home").exists()
    return str(refusal.value)


@pytest.mark.parametrize("ending", ['"', '"open', '"open""', '"open\r\nRITM2,x,y'])
def test_a_file_that_ends_inside_a_quote(tmp_path, ending):
    """It is still being written, or was cut off."""
    path = written(tmp_path / "a.csv", f"number,submitted_at,state\r\nR1,2026-03-01 10:00:00,open\r\nR2,2026-03-01 10:00:00,{ending}")
    assert refused(tmp_path, path) == (
        "a.csv: ends inside a quoted cell of row 2, so it is still being written or was cut off. Wait until it is complete, or export it again."
    )


def test_a_header_that_ends_inside_a_quote(tmp_path):
    """Cut off as early as that."""
    assert refused(tmp_path, written(tmp_path / "a.csv", '"number","submit')) == (
        "a.csv: ends inside a quoted cell of its header, so it is still being written or was cut off. Wait until it is complete, or export it again."
    )


def test_a_file_that_ends_inside_a_character(tmp_path):
    """Half of an é is no windows-1252 when there was UTF-8 before."""
    text = a_csv([a_row(1, department="Énergie"), a_row(2, department="É")]).encode().rstrip(b"\r\n")[:-1]
    assert refused(tmp_path, written(tmp_path / "a.csv", text)) == (
        "a.csv: ends inside a character, so it is still being written or was cut off. Wait until it is complete, or export it again."
    )


def test_a_file_that_is_not_in_the_encoding_it_names(tmp_path):
    """A mark is a promise."""
    text = a_csv([a_row(1, department="Dépôt")])
    assert refused(tmp_path, written(tmp_path / "a.csv", b"\xef\xbb\xbf" + text.encode("cp1252"))) == (
        "a.csv: begins with the mark of UTF-8, but is not UTF-8 further on. Export it again."
    )
    message = refused(tmp_path, written(tmp_path / "a.csv", text.encode("utf-16") + b"\0"))
    assert message.startswith("a.csv: begins with the mark of UTF-16, but is not UTF-16 (") and message.endswith("). Export it again.")


def _append(path: Path) -> None:
    with path.open("a") as file:
        file.write("RITM9999999,2026-03-01 10:00:00,open,Late\r\n")


def _touch(path: Path) -> None:
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))


def _exchange(path: Path) -> None:
    stamp, other = path.stat().st_mtime_ns, path.with_suffix(".new")
    other.write_bytes(path.read_bytes())
    os.utime(other, ns=(stamp, stamp))
    other.replace(path)


@pytest.mark.parametrize("change", [_append, _touch, _exchange, os.unlink])
def test_a_file_that_changes_while_it_is_read(tmp_path, change):
    """It grows, its time moves, another takes its place, it goes: really, in the middle of the reading."""
    path = written(tmp_path / "a.csv", a_csv([a_row(row, department="x" * 1_000) for row in range(3_000)]))
    changed = []

    def progress(words: str, share: float | None) -> None:
        if words == "Reading a.csv" and not changed:
            changed.append(share)
            change(path)

    assert refused(tmp_path, path, progress=progress) == (
        "a.csv: changed while it was read, so it is still being written. Wait until it is complete, then ingest it again."
    )
    assert changed


@pytest.fixture
def nobody():
    """A folder of somebody who is not root; root, who may read everything, becomes nobody for the test."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    me = os.geteuid()
    if me == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(me)
    shutil.rmtree(folder)


def test_a_file_that_may_not_be_read(nobody):
    """The machine's own word for it."""
    path = written(nobody / "a.csv", a_csv([a_row(1)]))
    path.chmod(0)
    assert refused(nobody, path) == f"{path}: cannot be read (Permission denied). Allow it to be read, or copy it to where it can be."


def test_a_home_that_may_not_be_written(nobody):
    """Likewise."""
    path, landed = written(nobody / "a.csv", a_csv([a_row(1)])), nobody / "home" / "landed"
    (landed / "originals").mkdir(parents=True)
    landed.chmod(0o500)
    (landed / "originals").chmod(0o500)
    words = f"{nobody}/home: cannot be written (Permission denied). Free space there, or name another home; nothing was landed."
    assert refused(nobody, path) == words


def test_a_full_disk(tmp_path):
    """A disk of three megabytes takes the small export, then refuses the large one and is as before."""
    drawn = random.Random(5)
    small = written(tmp_path / "small.csv", a_csv([a_row(1)]))
    large = written(tmp_path / "large.csv", a_csv([a_row(row, department=drawn.randbytes(400).hex()) for row in range(12_000)]))
    folder = tmp_path / "disk"
    reason, (first, second, third) = small_disk.ingests(folder, 3 << 20, small, large, written(tmp_path / "next.csv", a_csv([a_row(2)])))
    assert first == {"error": None, "landed": ["small.csv"], "is_clean": True}
    assert second == {
        "error": f"{folder / 'home'}: cannot be written ({reason}). Free space there, or name another home; nothing was landed.",
        "landed": ["small.csv"],
        "is_clean": True,
    }
    assert third == {"error": None, "landed": ["next.csv", "small.csv"], "is_clean": True}


def test_a_zip_that_does_not_fit_beside_the_gibibyte_to_spare(tmp_path):
    """Refused while unpacking, before the disk is full."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", a_csv([a_row(row, department=random.Random(row).randbytes(100).hex()) for row in range(40_000)]))
    folder = tmp_path / "disk"
    reason, (outcome,) = small_disk.ingests(folder, (1 << 30) + (4 << 20), path)
    if reason == "File too large":
        assert outcome["error"] is None, "without a disk of its own this machine has room for it"
        return
    free = outcome["error"].partition("which has ")[2].partition(" bytes")[0]
    assert 0 < int(free.replace(",", "")) <= 4 << 20
    assert outcome == {
        "error": f"a.zip/a.csv: does not fit in {folder}/home/landed, which has {free} bytes free beside the 1 GiB to spare. "
        "Free space there, or name another home.",
        "landed": [],
        "is_clean": True,
    }


def test_the_contract_header_is_what_these_tests_take_for_good(tmp_path):
    """So that each refusal above is for its own reason."""
    assert land_one(tmp_path / "home", written(tmp_path / "a.csv", a_csv([a_row(1)], header=HEADER))).row_count == 1
