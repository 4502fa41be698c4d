"""The files of the sample: written again byte for byte, and with the traps of real exports in them."""

import ast
import csv
import io
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from cryptography import x509

from tests.sample_exports import __main__ as generator
from tests.sample_exports import days

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
EXPECTED = ROOT / "tests" / "expected"


@pytest.fixture(scope="module")
def files() -> dict[str, list[list[str]]]:
    """The records of each export, its header first, as a plain reader sees them."""
    paths = sorted(path for path in SAMPLE.iterdir() if path.suffix in (".csv", ".zip"))
    return {path.name: list(csv.reader(io.StringIO(text(path), newline=""))) for path in paths}


def text(path: Path) -> str:
    content = path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252")


def test_the_same_command_writes_the_same_files_again(tmp_path):
    generator.write(tmp_path / "sample", tmp_path / "expected")
    assert {path.name for path in (tmp_path / "sample").iterdir()} == {path.name for path in SAMPLE.iterdir()}
    for again in (tmp_path / "sample").iterdir():
        # How far a zip is squeezed depends on the machine's zlib; what is in it does not.
        same = text if again.suffix == ".zip" else Path.read_bytes
        assert same(again) == same(SAMPLE / again.name), f"{again.name}: run `python -m tests.sample_exports`"
    for again in (tmp_path / "expected").iterdir():
        assert again.read_bytes() == (EXPECTED / again.name).read_bytes(), f"{again.name} differs"


def test_the_generator_imports_neither_the_product_nor_the_reference():
    own = {"__future__", *sys.stdlib_module_names}
    for path in (ROOT / "tests" / "sample_exports").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                assert {alias.name.split(".")[0] for alias in node.names} <= own, path.name
            if isinstance(node, ast.ImportFrom):
                assert node.level == 1 or node.module.split(".")[0] in own, path.name


def test_the_generator_knows_the_closures_of_the_code():
    """Government Code 19853(b): a Sunday holiday closes the Monday, a Saturday one nothing, but for November 11."""
    closed = {day for year in (2025, 2026) for day in all_days(year) if days.is_closure(day) and day.weekday() < 5}
    assert sum(day.year == 2025 for day in closed) == 11
    assert sum(day.year == 2026 for day in closed) == 10
    assert date(2026, 7, 3) not in closed
    assert days.is_closure(date(2028, 11, 10))
    assert days.is_closure(date(2027, 7, 5))


def all_days(year: int) -> list[date]:
    return [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]


def test_the_generator_counts_the_examples_of_the_rules():
    """Start Thu 2026-11-19, target 5: due Mon 2026-11-30; Sat 2026-11-21: Tue 2026-12-01; Mon 2026-06-29: 07-06."""
    assert days.business_days_after(date(2026, 11, 19), 5) == date(2026, 11, 30)
    assert days.business_days_after(date(2026, 11, 21), 5) == date(2026, 12, 1)
    assert days.business_days_after(date(2026, 6, 29), 5) == date(2026, 7, 6)
    assert days.elapsed(date(2026, 11, 13), date(2026, 11, 21)) == 6
    assert days.elapsed(date(2026, 11, 13), date(2026, 11, 13)) == 0


def test_encodings_headers_and_dates_vary_as_in_real_exports(files):
    assert (SAMPLE / "sc_req_item_2026-04.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        (SAMPLE / "sc_req_item_2026-10.csv").read_bytes().decode("utf-8")
    assert files["requested_items_2026-05.csv"][0][:3] == ["Number", "Request", "Item"]
    dashes, slashes = files["sc_req_item_2025-Q3.csv"], files["sc_req_item_2026-01.csv"]
    assert dashes[1][dashes[0].index("opened_at")][2] == "-"
    assert "/" in slashes[1][slashes[0].index("opened_at")]


def test_cells_hold_line_breaks_and_protective_apostrophes(files):
    cells = [cell for records in files.values() for record in records for cell in record]
    assert sum("\n" in cell for cell in cells) > 20
    assert {cell[:2] for cell in cells if cell.startswith("'")} == {"'+", "'-", "'=", "'@"}


def test_signing_requests_verify(files):
    cells = {cell for records in files.values() for record in records for cell in record}
    found = [cell[1:] for cell in cells if cell.startswith("'-----BEGIN CERTIFICATE REQUEST")]
    assert len(found) >= 5
    for pem in found:
        assert x509.load_pem_x509_csr(pem.encode()).is_signature_valid


def test_paged_exports_overlap_by_one_row(files):
    first, second = files["sc_req_item_2026-03_page1.csv"], files["sc_req_item_2026-03_page2.csv"]
    assert first[-1] == second[1]
    assert not {record[0] for record in first[1:-1]} & {record[0] for record in second[1:]}


def test_no_export_looks_truncated_and_the_folder_is_small(files):
    assert len(files) == 14
    assert all(len(records) - 1 != 10_000 for records in files.values())
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 4_000_000


def test_source_says_that_it_is_made_up():
    lines = (SAMPLE / "SOURCE.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Made-up sample data:")
    assert {"Shown as: Made-up sample data", "Received: 2026-11-21T08:00:00-08:00"} <= set(lines)
