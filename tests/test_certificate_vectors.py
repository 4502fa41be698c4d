"""Every file of the test vectors of the `cryptography` package goes through the reader: rows, findings or one refusal, never anything else."""

import warnings
from pathlib import Path

import cryptography_vectors
import duckdb
import pyarrow.parquet as pq
import pytest
import zstandard
from cryptography.hazmat.primitives.serialization import load_der_private_key, load_pem_private_key, load_ssh_private_key, pkcs12

from pipelines.errors import UserError
from pipelines.exports import certificate_files
from pipelines.exports.certificate_fields import HEADERS
from pipelines.exports.content import Staging

ROOT = Path(cryptography_vectors.__file__).parent
FILES = sorted(path for path in ROOT.rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc", ".typed"))
FAMILIES = sorted({path.relative_to(ROOT).parts[0] for path in FILES})


def taken(path: Path, folder: Path) -> tuple[str | None, list[dict]]:
    """The refusal of a file, or null and its rows."""
    staging = Staging(folder / "incoming-0")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = certificate_files.read(path, path.name, staging, duckdb.default_connection(), lambda headers: None, lambda words, share: None)
        except UserError as error:
            return str(error), []
    rows = pq.read_table(staging.parquet).to_pylist()
    assert found.headers == HEADERS
    assert found.row_count == len(rows) + found.malformed_count
    assert zstandard.ZstdDecompressor().stream_reader(staging.original.read_bytes()).read() == path.read_bytes()
    return None, rows


def holds_a_key(path: Path) -> bool:
    """By the library and by the marker lines, not by the reader."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _loads_a_key(path.read_bytes())


def _loads_a_key(data: bytes) -> bool:
    if b"PRIVATE KEY-----" in data:
        return True
    for load in (load_der_private_key, load_pem_private_key, load_ssh_private_key):
        try:
            load(data, None)
        except TypeError:
            return True
        except Exception:
            continue
        return True
    for password in (None, b"", b"cryptography"):
        try:
            return pkcs12.load_pkcs12(data, password).key is not None
        except Exception:
            continue
    return False


@pytest.mark.parametrize("family", FAMILIES)
def test_every_vector_gives_rows_or_one_refusal_that_begins_with_its_name(family, tmp_path):
    """`public_key()`, names and extensions can each raise on a certificate that loads: each becomes a finding on the row, not a crash."""
    for path in (each for each in FILES if each.relative_to(ROOT).parts[0] == family):
        refusal, rows = taken(path, tmp_path)
        if refusal is None:
            assert all(row["sha256"] and row["record_kind"] for row in rows), path
            assert not holds_a_key(path), path
        else:
            assert refusal.startswith(f"{path.name}: "), refusal
            assert "\n" not in refusal
            assert list(tmp_path.iterdir()) == [], path
        for left in tmp_path.iterdir():
            left.unlink()


def test_every_vector_with_a_private_key_is_refused_for_it(tmp_path):
    """A file that holds a private key is refused, named, and nothing of the key is stored, logged or shown."""
    with_keys = [path for path in FILES if holds_a_key(path)]
    assert len(with_keys) > 100
    for path in with_keys:
        refusal, _ = taken(path, tmp_path)
        assert refusal is not None, path
        assert "holds a private key (" in refusal or "so that it may hold a private key" in refusal, refusal
        assert list(tmp_path.iterdir()) == [], path


def test_most_certificates_of_the_vectors_are_read(tmp_path):
    """The refusals are of what is no certificate, or of what the library itself cannot load."""
    files = [path for path in FILES if path.parent.name == "x509" or "requests" in path.parts]
    read = [path for path in files if taken(path, tmp_path)[0] is None]
    assert len(read) > 0.85 * len(files)
