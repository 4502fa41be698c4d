"""Zip files: a wrapping whose members are exports, and whose own word about sizes is not believed."""

import stat
import struct
import zipfile
from pathlib import Path

import pytest

from pipelines import manifest
from pipelines.errors import UserError
from tests import files
from tests.files import RULES, a_csv, a_row, land, written


def a_zip(path: Path, members: dict[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    """A zip file with these members."""
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def refused(tmp_path: Path, path: Path, **options) -> str:
    """The message with which an archive is refused; nothing lands of it."""
    with pytest.raises(UserError) as refusal:
        land(tmp_path / "home", path, **options)
    assert files.left_in(tmp_path / "home") == set()
    return str(refusal.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_csv_member_is_an_export_of_its_own(tmp_path, compression):
    """Named `archive.zip/member.csv`; what is no CSV is named as ignored, folders and hidden files are passed over."""
    members = {"b.csv": a_csv([a_row(2)]), "in/a.CSV": a_csv([a_row(1)]), "notes.txt": "hello", "in/.hidden.csv": "x", "__MACOSX/a.csv": "x"}
    report = land(tmp_path / "home", a_zip(tmp_path / "all.zip", members, compression))
    assert [export.name for export in report.landed] == ["all.zip/b.csv", "all.zip/in/a.CSV"]
    assert {str(path) for path in report.ignored} == {"all.zip/notes.txt", "all.zip/in/.hidden.csv", "all.zip/__MACOSX/a.csv"}
    assert files.rows(tmp_path / "home", report.landed[1]) == [(1, *a_row(1))]


def test_the_hash_is_over_the_member_and_not_over_its_wrapping(tmp_path):
    """The same CSV, zipped or not, is the same export."""
    plain = written(tmp_path / "a.csv", a_csv([a_row(1)]))
    land(tmp_path / "home", a_zip(tmp_path / "a.zip", {"a.csv": plain.read_bytes()}))
    report = land(tmp_path / "home", plain)
    assert (report.landed, [export.name for export in report.unchanged]) == ([], ["a.zip/a.csv"])
    assert report.warnings == ["a.csv: is the same file as a.zip/a.csv, which is landed already."]


def test_a_member_over_100_mb_may_not_unpack_to_more_than_200_times_its_size(tmp_path):
    """Stopped while reading, soon after the hundred millionth byte."""
    line = b"number,submitted_at,state\n"
    path = a_zip(tmp_path / "bomb.zip", {"big.csv": line * (120_000_000 // len(line))})
    message = refused(tmp_path, path)
    stopped = int(message.partition("stopped after ")[2].partition(" bytes")[0].replace(",", ""))
    assert 100_000_000 < stopped < 101_000_000
    assert message == (
        f"bomb.zip/big.csv: unpacks to more than 200 times its packed size (stopped after {stopped:,} bytes), as only damaging files do. "
        "If it is genuine, unpack it and ingest the file."
    )


def test_a_member_up_to_100_mb_may_be_packed_as_tightly_as_it_is(tmp_path):
    """Long runs of equal cells are normal in small exports."""
    rows = [a_row(1, department="x" * 5_000)] * 4_000
    path = a_zip(tmp_path / "a.zip", {"a.csv": a_csv(rows)})
    assert path.stat().st_size * 200 < 20_000_000
    assert land(tmp_path / "home", path).landed[0].row_count == 4_000


def test_what_the_directory_says_of_sizes_does_not_open_the_limits(tmp_path):
    """A directory that claims a small unpacked and a large packed size is caught by the bytes themselves."""
    line = b"number,submitted_at,state\n"
    path = a_zip(tmp_path / "bomb.zip", {"big.csv": line * (120_000_000 // len(line))})
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = struct.pack("<I", 1_000)
    path.write_bytes(content)
    assert refused(tmp_path, path) == (
        "bomb.zip/big.csv: cannot be unpacked (Bad CRC-32 for file 'big.csv'). Pack it again as an ordinary zip file, or ingest the file itself."
    )


@pytest.mark.parametrize("members", [1, 3])
def test_a_zip_may_not_unpack_to_more_than_the_policy_allows(tmp_path, members):
    """The limit is for the whole archive, and holds one byte beyond it."""
    text = a_csv([a_row(1)])
    rules = RULES.model_copy(update={"limits": RULES.limits.model_copy(update={"unpacked_bytes": len(text) * members - 1})})
    path = a_zip(tmp_path / "a.zip", {f"{member}.csv": text.replace("RITM0000001", f"RITM000000{member}") for member in range(1, members + 1)})
    assert refused(tmp_path, path, rules=rules) == (
        f"a.zip/{members}.csv: a.zip unpacks to more than {len(text) * members - 1:,} bytes, the policy's limit. "
        "Split it, or raise limits.unpacked_bytes in slo.yaml."
    )
    rules = RULES.model_copy(update={"limits": RULES.limits.model_copy(update={"unpacked_bytes": len(text) * members})})
    assert len(land(tmp_path / "home", path, rules=rules).landed) == members


def test_a_zip_in_a_zip_is_refused(tmp_path):
    """Whatever lies beside it."""
    inner = a_zip(tmp_path / "inner.zip", {"a.csv": a_csv([a_row(1)])})
    path = a_zip(tmp_path / "outer.zip", {"b.csv": a_csv([a_row(2)]), "in/inner.zip": inner.read_bytes()})
    assert refused(tmp_path, path) == "outer.zip/in/inner.zip: is a zip file inside a zip file. Unpack the outer one and ingest what it holds."


def test_a_zip_that_calls_itself_csv_is_refused(tmp_path):
    """By its first bytes."""
    inner = a_zip(tmp_path / "inner.zip", {"a.csv": a_csv([a_row(1)])})
    path = a_zip(tmp_path / "outer.zip", {"inner.csv": inner.read_bytes()})
    expected = "outer.zip/inner.csv: is a zip file or a spreadsheet, not text. Rename it to end in .zip, or export the list as CSV."
    assert refused(tmp_path, path) == expected


def test_a_link_is_refused(tmp_path):
    """A member may not point at a file of the reader."""
    link = zipfile.ZipInfo("link.csv")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refused(tmp_path, tmp_path / "a.zip") == "a.zip/link.csv: is a link. Pack the file itself."


@pytest.mark.parametrize("name", ["../a.csv", "in/../../a.csv", "/etc/a.csv", "..\\a.csv", "C:\\a.csv"])
def test_a_name_that_leaves_the_archive_is_refused(tmp_path, name):
    """Up, absolute, with either slash, or with a drive."""
    path = a_zip(tmp_path / "a.zip", {name: a_csv([a_row(1)])})
    assert refused(tmp_path, path) == f'a.zip: its member "{name}" would lie outside the archive. Pack it again with plain names.'


def test_an_encrypted_member_is_refused(tmp_path):
    """The flag alone tells, before a password is asked for."""
    path = a_zip(tmp_path / "a.zip", {"a.csv": a_csv([a_row(1)])})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    assert refused(tmp_path, path) == "a.zip/a.csv: is encrypted. Unpack it with its password and ingest the file."


def test_a_damaged_member_is_refused(tmp_path):
    """A wrong checksum, and a file cut in the middle."""
    path = a_zip(tmp_path / "a.zip", {"a.csv": a_csv([a_row(1)])}, zipfile.ZIP_STORED)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"RITM0000001", b"RITM0000002"))
    assert refused(tmp_path, path) == (
        "a.zip/a.csv: cannot be unpacked (Bad CRC-32 for file 'a.csv'). Pack it again as an ordinary zip file, or ingest the file itself."
    )
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(tmp_path, path) == "a.zip: is not a readable zip file (File is not a zip file). Copy or export it again."


def test_a_zip_without_exports_is_refused(tmp_path):
    """And says what it holds."""
    path = a_zip(tmp_path / "a.zip", {"readme.txt": "hello", "b.xls": b"x"})
    expected = "a.zip: holds no export (found: readme.txt, b.xls). Pack the exports as .csv files, or as another kind that is read here."
    assert refused(tmp_path, path) == expected


def test_one_bad_member_keeps_the_whole_call_from_landing(tmp_path):
    """Unless the call keeps going: then the others land, and the bad one is named."""
    path = a_zip(tmp_path / "a.zip", {"1.csv": a_csv([a_row(1)]), "2.csv": "", "3.csv": a_csv([a_row(3)])})
    message = "a.zip/2.csv: is empty. Export it again, with its header line and its rows."
    assert refused(tmp_path, path) == message
    report = land(tmp_path / "home", path, keep_going=True)
    assert [export.name for export in report.landed] == ["a.zip/1.csv", "a.zip/3.csv"]
    assert report.failed == [(Path("a.zip/2.csv"), message)]
    assert files.left_in(tmp_path / "home") == files.expected_in(tmp_path / "home")
    assert [export.name for export in manifest.read(tmp_path / "home").exports] == ["a.zip/1.csv", "a.zip/3.csv"]
