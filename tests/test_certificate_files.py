"""Certificate files: whatever they are called, their content says what they are, and each certificate in them is a row."""

import base64
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs7, pkcs12

from pipelines.errors import UserError
from pipelines.exports import Part, certificate_cells, certificate_files, originals
from pipelines.exports.certificate_fields import HEADERS
from pipelines.exports.content import Content, Staging
from tests.certificate_makers import HOST, certificate, key, pem, signing_request
from tests.files import written

ONE, TWO, THREE = (certificate(serial=serial, names=(f"host{serial}.ca.gov",)) for serial in (1, 2, 3))
LOADED = [x509.load_der_x509_certificate(each) for each in (ONE, TWO, THREE)]


def read(path: Path, folder: Path, **options) -> tuple[Content, list[dict]]:
    """What the reader gives for a file, and its rows."""
    folder.mkdir(exist_ok=True)
    staging = Staging(folder / "incoming-0")
    found = certificate_files.read(path, path.name, staging, duckdb.default_connection(), lambda headers: None, lambda words, share: None, **options)
    return found, pq.read_table(staging.parquet).to_pylist()


def serials(rows: list[dict]) -> list[str]:
    return [row["serial_number"] for row in rows]


def test_a_bundle_has_a_row_for_each_block_in_their_order(tmp_path):
    """PEM bundles: text around the blocks is normal."""
    text = f"Bag Attributes\n    friendlyName: x\nsubject=/CN=x\n{pem(ONE)}\n0 s:/C=GB\r\n{pem(TWO, newline=chr(13) + chr(10))}the last:\n{pem(THREE)}-- end\n"
    found, rows = read(written(tmp_path / "bundle.pem", text), tmp_path / "out")
    assert serials(rows) == ["1", "2", "3"]
    assert (found.row_count, found.malformed_count, found.warnings, found.encoding) == (3, 0, (), "utf-8")
    assert list(rows[0]) == list(HEADERS) == list(found.columns)
    assert rows[0]["not_after_at"] == "2026-09-15 23:59:59"
    assert rows[0]["policy"] is None, "empty text is null"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (pem(ONE).encode(), ["1"]),
        (ONE, ["1"]),
        (ONE + TWO, ["1", "2"]),
        (base64.b64encode(ONE), ["1"]),
        (base64.encodebytes(ONE), ["1"]),
        (pem(ONE).encode("utf-16"), ["1"]),
        (pem(ONE).encode("utf-8-sig"), ["1"]),
        (pem(ONE, "X509 CERTIFICATE").encode(), ["1"]),
        (pem(ONE + b"\x30\x02\x05\x00", "TRUSTED CERTIFICATE").encode(), ["1"]),
        (pem(ONE).replace("\n", "\\n").encode(), ["1"]),
        (b"0 is the first character\n" + pem(ONE).encode(), ["1"]),
        (pkcs7.serialize_certificates(LOADED, Encoding.DER), ["1", "2", "3"]),
        (pkcs7.serialize_certificates(LOADED, Encoding.PEM), ["1", "2", "3"]),
        (pem(pkcs7.serialize_certificates(LOADED, Encoding.DER)).encode(), ["1", "2", "3"]),
        (pkcs12.serialize_key_and_certificates(None, None, LOADED[0], LOADED[1:], NoEncryption()), ["1", "2", "3"]),
        (pkcs12.serialize_key_and_certificates(None, None, LOADED[0], None, BestAvailableEncryption(b"secret")), ["1"]),
        (signing_request(), [None]),
        (pem(signing_request(), "CERTIFICATE REQUEST").encode(), [None]),
        (pem(signing_request(), "NEW CERTIFICATE REQUEST").encode(), [None]),
    ],
    ids=[
        "PEM", "DER", "two DER", "base64", "base64 in lines", "UTF-16", "UTF-8 with a mark", "X509", "trusted", "escaped line ends",
        "a text that begins as DER",
        "PKCS#7", "PKCS#7 in PEM", "PKCS#7 called a certificate", "PKCS#12", "PKCS#12 with a password", "CSR", "CSR in PEM", "new CSR in PEM",
    ],
)  # fmt: skip
def test_the_content_says_what_a_file_is_and_not_its_name(tmp_path, content, expected):
    """PEM bundles, DER, PKCS#7 (PEM or DER), PKCS#12, CSR."""
    found, rows = read(written(tmp_path / "file.crt", content), tmp_path / "out", passwords=["wrong", "secret"])
    assert serials(rows) == expected
    assert {row["record_kind"] for row in rows} == {"signing_request" if expected == [None] else "certificate"}
    assert found.sha256 == originals.digest(tmp_path / "file.crt")
    kept = (tmp_path / "out" / "incoming-0.zst").read_bytes()
    assert zstandard.ZstdDecompressor().stream_reader(kept).read() == content
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["incoming-0.parquet", "incoming-0.zst"]


def test_blocks_that_cannot_be_read_keep_their_number(tmp_path):
    """Records that are no row: row number, text, reason; the rows around them keep their numbers."""
    cut = pem(THREE).split("-----END")[0]
    text = pem(ONE) + pem(b"\x30\x03abc") + pem(TWO) + pem(b"").replace("-----\n-----", "-----\nA\n-----") + cut
    found, rows = read(written(tmp_path / "bundle.pem", text), tmp_path / "out")
    assert [(row["__row_number"], row["serial_number"]) for row in rows] == [(1, "1"), (3, "2")]
    assert list(rows[0])[0] == "__row_number"
    strays = pq.read_table(tmp_path / "out" / "incoming-0.malformed").to_pylist()
    assert [each["row_number"] for each in strays] == [2, 4, 5]
    assert [each["reason"].partition(" (")[0] for each in strays] == ["cannot be read", "is no base64 text", "has no end line, so it was cut off"]
    assert all(each["text"].startswith("-----BEGIN CERTIFICATE----- ") and len(each["text"]) < 100 for each in strays)
    assert (found.row_count, found.malformed_count) == (5, 3)


def test_blocks_of_other_kinds_are_left_out_and_said(tmp_path):
    """Nothing is dropped in silence."""
    found, rows = read(written(tmp_path / "a.pem", pem(b"\x30\x03\x02\x01\x01", "X509 CRL") + pem(ONE)), tmp_path / "out")
    assert serials(rows) == ["1"]
    assert found.warnings == ("a.pem: 1 block of another kind (1 X509 CRL) is neither certificate nor signing request, and left out.",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "a.pem: is empty. Export it again as PEM, DER, PKCS#7 or PKCS#12."),
        (
            b"only words",
            "a.pem: holds no certificate and no signing request (found: no block of PEM). Name a file in PEM, DER, PKCS#7 or PKCS#12.",
        ),
        (
            pem(b"\x30\x03\x02\x01\x01", "X509 CRL").encode(),
            "a.pem: holds no certificate and no signing request (found: 1 X509 CRL). Name a file in PEM, DER, PKCS#7 or PKCS#12.",
        ),
        (
            pem(ONE).split("-----END")[0].encode(),
            "a.pem: its one record has no end line, so it was cut off. Export the certificates again as PEM, DER, PKCS#7 or PKCS#12.",
        ),
        (
            pkcs12.serialize_key_and_certificates(None, key("P-256"), LOADED[0], None, BestAvailableEncryption(b"another")),
            "a.pem: is a PKCS#12 file that none of the known passwords opens, so that it may hold a private key. "
            "Export its certificates alone, without the key, as PEM, or give its password with --password-file.",
        ),
    ],
)
def test_a_file_without_anything_to_read_is_refused_in_one_line(tmp_path, content, message):
    """An empty result is an error; it names the place, the finding, the expectation and the remedy."""
    with pytest.raises(UserError) as raised:
        read(written(tmp_path / "a.pem", content), tmp_path / "out", passwords=["wrong"])
    assert str(raised.value) == message
    assert list((tmp_path / "out").iterdir()) == []


def test_headers_that_no_source_wants_are_refused_before_anything_is_written(tmp_path):
    """`recognise` raises when no source fits."""

    def recognise(headers):
        assert list(tmp_path.iterdir()) == [tmp_path / "a.pem"]
        raise UserError(f"no source has {headers[0]}")

    with pytest.raises(UserError, match="no source has serial_number"):
        certificate_files.read(
            written(tmp_path / "a.pem", pem(ONE)), "a.pem", Staging(tmp_path / "incoming-0"), duckdb.default_connection(), recognise, lambda words, share: None
        )


def test_a_large_bundle_is_read_in_two_processes_and_gives_the_same(tmp_path, monkeypatch):
    """Chunks in two processes for large files; the order and the numbers are those of the file."""
    blocks = [pem(certificate(serial=serial)) for serial in range(1, 61)]
    blocks[17] = pem(b"\x30\x03abc")
    path = written(tmp_path / "bundle.pem", "".join(blocks))
    monkeypatch.setattr(certificate_files, "CHUNK_BYTES", 5_000)
    alone = read(path, tmp_path / "alone")
    monkeypatch.setattr(certificate_files, "SHARED_BYTES", 0)
    together = read(path, tmp_path / "together")
    assert alone == together
    assert [(row["__row_number"], row["serial_number"]) for row in alone[1]] == [(n, f"{n:x}") for n in range(1, 61) if n != 18]


def test_the_files_of_a_folder_are_one_export(tmp_path):
    """Each certificate a row, in the order of the files; a file in which nothing is found is a record that is no row."""
    bundle = pkcs7.serialize_certificates(LOADED[2:], Encoding.DER)
    contents = {"a.cer": ONE, "b.pem": pem(TWO) + pem(b"\x30\x03abc"), "c.crt": b"words", "d.p7b": bundle, "e.pem": b""}
    members = [Part(written(tmp_path / "in" / name, content), name) for name, content in contents.items()]
    staging = Staging(tmp_path / "incoming-0")
    found = certificate_files.read_folder(members, "in", staging, duckdb.default_connection(), lambda headers: None, lambda words, share: None)
    assert [(row["__row_number"], row["serial_number"]) for row in pq.read_table(staging.parquet).to_pylist()] == [(1, "1"), (2, "2"), (5, "3")]
    strays = pq.read_table(staging.malformed).to_pylist()
    assert [(each["row_number"], each["text"][:5]) for each in strays] == [(3, "b.pem"), (4, "c.crt"), (6, "e.pem")]
    assert found.sha256 == certificate_files.folder_digest(members)
    assert (found.row_count, found.malformed_count) == (6, 3)
    for member in members:
        member.path.touch()
    assert found.sha256 == certificate_files.folder_digest(members), "times are no part of it"


def cells(tmp_path: Path, texts: list[str | None]) -> Path:
    """A Parquet file of row groups of two, with row numbers that have gaps."""
    table = pa.table({"__row_number": [2 * place + 1 for place in range(len(texts))], "name": [f"n{place}" for place in range(len(texts))],
                      "PEM": pa.array(texts, pa.string()), "after": ["x"] * len(texts)})  # fmt: skip
    pq.write_table(table, tmp_path / "incoming-0.parquet", row_group_size=2)
    return tmp_path / "incoming-0.parquet"


def test_certificates_in_cells_become_columns(tmp_path, monkeypatch):
    """CCADB's `X.509 Certificate (PEM)`: the extracted columns are added, rows, order and numbers stay."""
    texts = [pem(ONE), "'" + pem(TWO), None, "not a certificate", pem(THREE).replace("\n", ""), pem(signing_request(), "CERTIFICATE REQUEST"), " "]
    for shared in (certificate_cells.SHARED_BYTES, 0):
        monkeypatch.setattr(certificate_cells, "SHARED_BYTES", shared)
        parquet = cells(tmp_path, texts)
        columns = certificate_cells.expand(parquet, "PEM", lambda words, share: None)
        rows = pq.read_table(parquet).to_pylist()
        assert [row["__row_number"] for row in rows] == [1, 3, 5, 7, 9, 11, 13]
        assert [row["PEM"] for row in rows] == texts
        assert [row[columns["serial_number"]] for row in rows] == ["1", "2", None, None, "3", None, None]
        assert [row[columns["findings"]] for row in rows] == [None, None, None, "malformed: holds no PEM block", None, None, None]
        assert [row[columns["record_kind"]] for row in rows] == ["certificate", "certificate", None, None, "certificate", "signing_request", None]
        assert rows[0][columns["common_name"]] == HOST
        assert list(columns) == list(HEADERS)
        before = parquet.read_bytes()
        assert certificate_cells.expand(parquet, "PEM", lambda words, share: None) == columns
        assert parquet.read_bytes() == before, "a second time changes nothing"
        assert list(tmp_path.iterdir()) == [parquet]


def test_a_date_beyond_the_range_of_the_library_is_a_record_that_is_no_row(tmp_path):
    """The rest of the file is read."""
    bad = certificate(not_after=datetime(2049, 12, 31)).replace(b"491231000000Z", b"493231000000Z")
    found, rows = read(written(tmp_path / "a.pem", pem(bad) + pem(ONE)), tmp_path / "out")
    assert (serials(rows), found.malformed_count) == (["1"], 1)
