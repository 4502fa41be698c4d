"""The files of the sample: written again byte for byte, and with the traps of real exports in them."""

import ast
import csv
import io
import json
import re
import sys
import zipfile
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from tests.sample_exports import __main__ as generator
from tests.sample_exports import days

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = ROOT / "data" / "sample"
EXPECTED = ROOT / "tests" / "expected"


@pytest.fixture(scope="module")
def files() -> dict[str, list[list[str]]]:
    """The records of each export of requests, its header first, as a plain reader sees them."""
    paths = sorted([*SAMPLE.glob("sc_req_item_*"), *SAMPLE.glob("requested_items_*")])
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


def names(folder: Path) -> list[str]:
    """The files of a folder and of the folders in it."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_the_same_command_writes_the_same_files_again(tmp_path):
    generator.write(tmp_path / "sample", tmp_path / "expected")
    assert names(tmp_path / "sample") == names(SAMPLE)
    for name in names(SAMPLE):
        # How far a zip is squeezed depends on the machine's zlib; what is in it does not.
        same = text if name.endswith(".zip") else Path.read_bytes
        assert same(tmp_path / "sample" / name) == same(SAMPLE / name), f"{name}: run `python -m tests.sample_exports`"
    for again in (tmp_path / "expected").iterdir():
        assert again.read_bytes() == (EXPECTED / again.name).read_bytes(), f"{again.name} differs"


def test_the_generator_imports_neither_the_product_nor_the_reference():
    for path in (ROOT / "tests" / "sample_exports").glob("*.py"):
        # Signatures that verify need a library; whatever decides a fact does not.
        own = {"__future__", *sys.stdlib_module_names} | ({"cryptography"} if path.name == "authority.py" else set())
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
    assert sum((SAMPLE / name).stat().st_size for name in names(SAMPLE)) < 8_000_000


def test_only_the_newest_exports_have_the_order_number_of_the_certificate(files):
    having = {name for name, records in files.items() if "variables.certificate_order_number" in records[0]}
    assert having == {"sc_req_item_2026-10.csv", "sc_req_item_2026-11-13.csv", "sc_req_item_2026-11-20.csv"}
    for name in having:
        position = files[name][0].index("variables.certificate_order_number")
        filled = [record for record in files[name][1:] if len(record) > position and record[position].startswith("184")]
        assert 10 < len(filled) < len(files[name]) / 2


def test_every_host_has_its_department_left_of_the_authorised_root(files):
    """The department of a name is the label left of the longest authorised root."""
    for records in files.values():
        header = records[0]
        position = next(i for i, name in enumerate(header) if name in ("variables.common_name", "Common name"))
        found = {record[position] for record in records[1:] if len(record) == len(header) and record[position]}
        assert all(re.fullmatch(r"[a-z0-9-]+\.[a-z]+-example\.(ca\.gov|california\.gov|state\.ca\.us)", name) for name in found)


# Certificates


@pytest.fixture(scope="module")
def reported() -> list[dict]:
    return json.loads((SAMPLE / "sectigo_ssl_report_2026-11-20.json").read_text(encoding="utf-8"))["reports"]


@pytest.fixture(scope="module")
def listed() -> list[dict]:
    with (SAMPLE / "sectigo_certificates_2026-08-31.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def logged() -> list[dict]:
    return json.loads((SAMPLE / "crtsh_ca-gov_2026-11-19.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def kept() -> dict[str, list[x509.Certificate]]:
    """The certificates in each file of the folder."""
    paths = (SAMPLE / "certificates").iterdir()
    return {path.name: x509.load_pem_x509_certificates(path.read_bytes()) for path in paths}


def serial(text: str) -> int:
    return int(text.replace(":", ""), 16)


def test_no_file_holds_a_private_key():
    for name in names(SAMPLE):
        content = (SAMPLE / name).read_bytes()
        assert b"PRIVATE KEY" not in content, name
        assert zipfile.is_zipfile(SAMPLE / name) == name.endswith(".zip"), name


def test_the_console_exports_overlap_and_hold_some_two_thousand_certificates(reported, listed):
    """The list of the earlier day holds the older ones, the report those in use and the orders without a certificate."""
    ids = {row["id"] for row in reported}
    texts = [row["serialNumber"] for row in reported], [row["Serial Number"] for row in listed]
    later, earlier = ({serial(text) for text in each if text} for each in texts)
    assert 1_350 < len(ids) == len(reported) < 1_600
    assert len(earlier) == len(listed)
    assert 1_950 < len(later | earlier) < 2_250
    assert 500 < len(later & earlier)
    assert sum(not row["serialNumber"] for row in reported) == 16


def test_the_console_writes_dates_as_it_does(reported, listed):
    """`expires` is a date with the offset of the day; the other columns are instants; the list has bare dates."""
    issued = [row for row in reported if row["serialNumber"]]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00\.000-0[78]:00", row["expires"]) for row in issued)
    events = [row[name] for row in reported for name in ("requested", "approved", "issued", "revoked", "replaced") if name in row]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text) for text in events)
    assert "2026-11-20" <= max(events) <= "2026-11-21T00:42:09.000Z"
    assert all(re.fullmatch(r"\d\d/\d\d/\d{4}", row[name]) for row in listed for name in ("Expires", "Issued"))


def test_lifetimes_fall_from_397_to_199_days(reported):
    """Sectigo issues for 199 days at most from 2026-03-12 on."""
    days_of = Counter()
    for row in reported:
        if row["serialNumber"]:
            issued_at = datetime.fromisoformat(row["issued"]).astimezone(ZoneInfo("America/Los_Angeles"))
            first, last = issued_at.date(), date.fromisoformat(row["expires"][:10])
            days_of[first >= date(2026, 3, 12), (last - first).days + 1 > 199] += 1
    assert days_of[True, True] == 2
    assert days_of[False, True] > 500 and days_of[True, False] > 500


def test_certificate_files_are_those_of_the_console(kept, reported, listed):
    """Serial number, issuer and key of a file are those of its row; it ends at 23:59:59 UTC of its last day."""
    rows = {serial(row["serialNumber"]): row for row in reported if row["serialNumber"]}
    known = rows.keys() | {serial(row["Serial Number"]) for row in listed}
    assert len(kept) == 150
    for name, found in kept.items():
        first = found[0]
        assert first.serial_number in known and name.endswith(f"_{first.serial_number:032x}"[:9] + ".pem"), name
        assert f"{first.not_valid_after_utc:%H:%M:%S}" == "23:59:59"
        if row := rows.get(first.serial_number):
            (issuer,) = first.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
            assert f"CN={issuer.value}, " in row["issuer"]
            assert row["expires"][:10] == f"{first.not_valid_after_utc:%Y-%m-%d}"
            assert str(first.public_key().key_size) == row["publicKeySize"]
            assert first.fingerprint(hashes.SHA1()).hex() == row["sha1"]


def test_certificate_files_verify_and_some_are_bundles_or_weak(kept):
    (issuer,) = {found[1] for found in kept.values() if len(found) == 2}
    assert sum(len(found) == 2 for found in kept.values()) == 4
    firsts = [found[0] for found in kept.values()]
    old = [one for one in firsts if one.signature_hash_algorithm.name == "sha1"]
    for one in firsts:
        if one not in old:
            one.verify_directly_issued_by(issuer)
    assert len(old) == 2
    assert sum(one.public_key().key_size == 1024 for one in firsts) == 2
    assert sum((one.not_valid_after_utc - one.not_valid_before_utc).days > 300 and one.not_valid_before_utc.month > 3 for one in firsts) == 2


def test_the_log_has_each_certificate_twice_and_a_dozen_strangers(logged, reported, listed):
    """Precertificate and leaf both appear: one per issuer and serial number."""
    count = Counter((row["issuer_name"], row["serial_number"]) for row in logged)
    known = {serial(row["serialNumber"]) for row in reported if row["serialNumber"]} | {serial(row["Serial Number"]) for row in listed}
    assert set(count.values()) == {2}
    assert len(count) == 156
    assert sum(int(number, 16) not in known for _, number in count) == 12
    assert len({row["id"] for row in logged}) == len(logged)
    assert max(row["entry_timestamp"] for row in logged) < "2026-11-20"


def test_approver_rows_agree_with_the_requests(files):
    """The instant of approval is `approval_set`, and so that of the newest approving row."""
    records = files["sc_req_item_2026-11-20.csv"]
    newest = {record[0]: dict(zip(records[0], record, strict=True)) for record in records[1:]}
    with (SAMPLE / "approvals_2026-11-20.csv").open(encoding="cp1252", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["sysapproval", "approver", "state", "sys_updated_on"]
    assert len({row["sysapproval"] for row in rows}) > 40
    assert max(row["sys_updated_on"] for row in rows) <= "2026-11-20 16:42:09"
    for number in {row["sysapproval"] for row in rows} & newest.keys():
        approved = [row["sys_updated_on"] for row in rows if row["sysapproval"] == number and row["state"] == "Approved"]
        if newest[number]["approval"] == "Approved":
            assert max(approved) == newest[number]["approval_set"], number


def test_source_says_that_it_is_made_up():
    lines = (SAMPLE / "SOURCE.txt").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("Made-up sample data:")
    assert {"Shown as: Made-up sample data", "Received: 2026-11-21T08:00:00-08:00"} <= set(lines)
