"""Private keys: an export that holds one is refused and named, and nothing of the key is stored, logged or shown."""

import csv
import io
import json
import zipfile
from pathlib import Path

import duckdb
import pytest
import zstandard
from cryptography import x509
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat, pkcs12

from pipelines.errors import UserError
from pipelines.exports import certificate_files, delimited, originals, private_keys
from pipelines.exports.content import Staging
from tests.certificate_makers import certificate, key, key_pem, pem
from tests.files import HEADER, a_csv, a_row, land, written

SECRET = BestAvailableEncryption(b"secret")
KEYS = {
    "PKCS#8": key_pem("RSA 2048"),
    "PKCS#8, encrypted": key_pem("RSA 2048", encryption=SECRET),
    "PKCS#1": key_pem("RSA 2048", PrivateFormat.TraditionalOpenSSL),
    "PKCS#1, encrypted": key_pem("RSA 2048", PrivateFormat.TraditionalOpenSSL, SECRET),
    "SEC1": key_pem("P-256", PrivateFormat.TraditionalOpenSSL),
    "EC in PKCS#8": key_pem("P-384"),
    "DSA": key_pem("DSA", PrivateFormat.TraditionalOpenSSL),
    "Ed25519": key_pem("Ed25519"),
    "OpenSSH": key_pem("Ed25519", PrivateFormat.OpenSSH),
    "any": key_pem("P-256").replace("PRIVATE", "ANY PRIVATE"),
}
BYTES = {
    "PKCS#8": key("RSA 2048").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "PKCS#8, encrypted": key("RSA 2048").private_bytes(Encoding.DER, PrivateFormat.PKCS8, SECRET),
    "PKCS#1": key("RSA 2048").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "DSA": key("DSA").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "SEC1": key("P-256").private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()),
    "EC in PKCS#8": key("P-256").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    "Ed25519": key("Ed25519").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
}
every_kind = pytest.mark.parametrize("kind", KEYS)


def pieces(text: str) -> list[str]:
    """What must be found nowhere: every line of a key but its markers."""
    return [line for line in text.splitlines() if len(line) > 20 and "-----" not in line and ":" not in line]


def stored(folder: Path) -> bytes:
    """Everything below a folder, decompressed where it can be, and every cell of its Parquet files."""
    found = []
    for path in (each for each in folder.rglob("*") if each.is_file()):
        data = path.read_bytes()
        if data[:4] == b"\x28\xb5\x2f\xfd":
            data = zstandard.ZstdDecompressor().stream_reader(data).read()
        if data[:4] == b"PAR1":
            data = repr(duckdb.connect().execute("select * from read_parquet(?)", [str(path)]).fetchall()).encode()
        found.append(data)
    return b"\n".join(found)


def pasted(text: str, rows_before: int = 3, rows_after: int = 3) -> str:
    """A CSV of requests with this text in a cell."""
    rows = [a_row(place) for place in range(rows_before)] + [a_row(rows_before, department=text)]
    return a_csv(rows + [a_row(rows_before + 1 + place) for place in range(rows_after)])


@every_kind
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_marker_is_found_in_every_encoding_wherever_the_chunks_end(kind, encoding):
    """Markers split over chunk borders are markers."""
    data = ("some text\r\n" * 50 + KEYS[kind]).encode(encoding)
    for size in (1, 7, 64, 513, len(data)):
        detector = private_keys.Detector()
        for at in range(0, len(data), size):
            detector.feed(data[at : at + size])
        assert detector.marker is not None, size
        assert "PRIVATE KEY" in detector.marker.text


@pytest.mark.parametrize("at", range(40))
def test_a_marker_is_found_at_every_place_of_a_border(at):
    """Wherever two chunks part it."""
    data = b"x" * 1_000 + b"-----BEGIN RSA PRIVATE KEY-----" + b"y" * 1_000
    detector = private_keys.Detector()
    for chunk in (data[: 995 + at], data[995 + at :]):
        detector.feed(chunk)
    assert detector.marker is not None and detector.marker.at == 1_000
    assert detector.marker.text.rstrip("-") == "-----BEGIN RSA PRIVATE KEY", "its last dashes may lie behind the border"


@pytest.mark.parametrize(
    "text", ["a private key", "PRIVATE KEY", "-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE REQUEST-----", "BEGIN RSA PRIVATE KEY", "--BEGIN A--"]
)
def test_words_about_keys_are_no_key(text):
    """Only a marker line shows a key."""
    assert private_keys.marker_in(text) is None
    assert private_keys.marker_in(text.encode("utf-16")) is None


@every_kind
def test_a_key_in_a_cell_with_escaped_line_ends_is_found(kind):
    """Inside JSON and CSV cells."""
    assert private_keys.marker_in(json.dumps({"csr": KEYS[kind]})) is not None
    assert private_keys.marker_in(KEYS[kind].replace("\n", "<br>")) is not None


@every_kind
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_csv_with_a_key_in_a_cell_leaves_nothing(tmp_path, kind, encoding):
    """What was written of it is removed, also what was parsed at the same time."""
    path = written(tmp_path / "requests.csv", pasted(("é" if encoding == "cp1252" else "") + KEYS[kind]), encoding)
    staging = Staging(tmp_path / "home" / "incoming-0")
    staging.stem.parent.mkdir()
    with pytest.raises(UserError) as raised:
        delimited.read(path, "requests.csv", staging, duckdb.connect(), lambda headers: None, lambda words, share: None)
    assert str(raised.value).startswith("requests.csv: holds a private key (-----BEGIN ")
    assert not any(piece in str(raised.value) for piece in pieces(KEYS[kind]))
    assert list(staging.stem.parent.iterdir()) == []


def test_the_message_names_the_marker_and_its_line(tmp_path):
    """Place, finding, expectation, remedy."""
    path = written(tmp_path / "a.csv", b"x" * (3 << 20) + b"\n" + pasted(KEYS["PKCS#8"]).encode())
    with pytest.raises(UserError) as raised:
        originals.keep(path, "a.csv", tmp_path / "original", path.stat().st_size, lambda share: None)
    assert str(raised.value) == (
        "a.csv: holds a private key (-----BEGIN PRIVATE KEY-----, line 6), which must never lie in an export. "
        "Remove the key and ingest the rest; nothing was kept of it."
    )
    assert list(tmp_path.iterdir()) == [path]


def test_a_key_in_the_header_is_not_quoted_in_the_message(tmp_path):
    """A message that lists the columns found must not list a key."""
    text = a_csv([a_row(1)], header=(KEYS["SEC1"], *HEADER[1:]))
    with pytest.raises(UserError) as raised:
        delimited.peek(written(tmp_path / "a.csv", text), "a.csv")
    assert str(raised.value).startswith("a.csv: holds a private key (-----BEGIN EC PRIVATE KEY-----, line 1)")


@every_kind
def test_a_certificate_file_with_a_key_is_refused_before_anything_is_written(tmp_path, kind):
    """PEM of every kind, alone or beside a certificate, in any encoding."""
    for position, text in enumerate((KEYS[kind], pem(certificate()) + KEYS[kind], KEYS[kind] + pem(certificate()))):
        for encoding in ("utf-8", "utf-16"):
            refused(tmp_path / f"{position}{encoding}", text.encode(encoding))


@pytest.mark.parametrize("kind", BYTES)
def test_a_key_in_bytes_is_refused(tmp_path, kind):
    """DER PKCS#8, PKCS#1 and SEC1, as a file, as base64 without markers, or as a block called a certificate, whole or cut off."""
    refused(tmp_path / "bytes", BYTES[kind])
    refused(tmp_path / "block", (pem(certificate()) + pem(BYTES[kind])).encode())
    refused(tmp_path / "base64", "".join(pem(BYTES[kind]).splitlines()[1:-1]).encode())
    message = refused(tmp_path / "cut", (pem(certificate()) + pem(BYTES[kind][:-9])).encode())
    assert "block called" not in message


@pytest.mark.parametrize("password", [None, b"secret"])
def test_a_pkcs12_file_with_a_key_is_refused(tmp_path, password):
    """Inside a PKCS#12, whether its password is known or not needed."""
    held = x509.load_der_x509_certificate(certificate())
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    data = pkcs12.serialize_key_and_certificates(b"name", key("P-256"), held, None, encryption)
    assert "(PKCS#12)" in refused(tmp_path / "bytes", data)
    assert "(PKCS#12)" in refused(tmp_path / "block", pem(data, "PKCS12").encode())


@pytest.mark.parametrize("text", ["PuTTY-User-Key-File-3: ssh-ed25519\nPrivate-Lines: 1\nAAAA\n", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\nAAAA\n"])
def test_keys_of_other_programs_are_refused(tmp_path, text):
    """PuTTY and ssh.com write their own markers."""
    refused(tmp_path / "other", text.encode())


def refused(folder: Path, data: bytes) -> str:
    """The refusal of a certificate file, of which nothing is left."""
    path = written(folder / "bundle.pem", data)
    (folder / "staged").mkdir()
    with pytest.raises(UserError) as raised:
        staging = Staging(folder / "staged" / "incoming-0")
        certificate_files.read(path, "bundle.pem", staging, duckdb.connect(), lambda headers: None, lambda words, share: None, passwords=["secret"])
    assert str(raised.value).startswith("bundle.pem: holds a private key ("), str(raised.value)
    assert list((folder / "staged").iterdir()) == []
    return str(raised.value)


def test_an_export_with_a_pasted_key_is_not_landed(tmp_path):
    """Through the landing: exit by one line, and no byte of the key anywhere in the home."""
    home = tmp_path / "home"
    land(home, written(tmp_path / "in" / "good.csv", a_csv([a_row(1)])))
    before = sorted(home.rglob("*"))
    with pytest.raises(UserError, match=r"^requests\.csv: holds a private key \("):
        land(home, written(tmp_path / "in" / "requests.csv", pasted(KEYS["PKCS#1"], 40_000)))
    assert_nothing_of(KEYS["PKCS#1"], home)
    assert sorted(home.rglob("*")) == before


def test_a_zip_with_a_key_inside_is_not_landed(tmp_path):
    """A zip is only a wrapping; with `keep_going` the other member lands."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("good.csv", a_csv([a_row(1)]))
        archive.writestr("key.csv", pasted(KEYS["PKCS#8"]))
    path = written(tmp_path / "exports.zip", packed.getvalue())
    with pytest.raises(UserError, match=r"^exports\.zip/key\.csv: holds a private key \("):
        land(tmp_path / "home", path)
    assert_nothing_of(KEYS["PKCS#8"], tmp_path / "home")
    report = land(tmp_path / "home", path, keep_going=True)
    assert [export.name for export in report.landed] == ["exports.zip/good.csv"]
    assert_nothing_of(KEYS["PKCS#8"], tmp_path / "home")


def test_a_certificate_file_with_a_key_is_not_landed(tmp_path):
    """A folder of certificate files is refused whole for one key in it."""
    written(tmp_path / "in" / "a.pem", pem(certificate()))
    written(tmp_path / "in" / "b.key", KEYS["SEC1"])
    with pytest.raises(UserError, match=r"b\.key: holds a private key \("):
        land(tmp_path / "home", tmp_path / "in")
    assert_nothing_of(KEYS["SEC1"], tmp_path / "home")


def assert_nothing_of(text: str, folder: Path) -> None:
    """No line of a key lies below a folder, and no file that a refusal should have removed."""
    everything = stored(folder)
    assert not [piece for piece in pieces(text) if piece.encode() in everything]
    assert not [path.name for path in folder.rglob("*") if path.name.startswith(("incoming", "unpacked"))]


def test_the_search_of_these_tests_finds_a_key_that_is_there(tmp_path):
    """Else it would find nothing anywhere."""
    written(tmp_path / "original.zst", zstandard.compress(KEYS["PKCS#8"].encode()))
    assert all(piece.encode() in stored(tmp_path) for piece in pieces(KEYS["PKCS#8"]))
    cells = list(csv.reader(io.StringIO(pasted(KEYS["PKCS#8"]))))
    assert any(KEYS["PKCS#8"] in row for row in cells)


CELLS = '"number":"R1","submitted_at":"2026-11-02 09:00:00","state":"open"'
DISGUISED = {
    "escaped.json": lambda body: '[{%s,"csr":"-----BEGIN \\u0050RIVATE KEY-----\\n%s"}]' % (CELLS, body),
    "entity.xml": lambda body: (
        "<unload><sc_req_item><number>R1</number><opened_at>2026-11-02 09:00:00</opened_at><state>Open</state>"
        f"<comments>-----BEGIN &#80;RIVATE KEY-----{body}</comments></sc_req_item></unload>"
    ),
    "unmarked.csv": lambda body: f"number,submitted_at,state,csr\nR1,2026-11-02 09:00:00,open,{body}\n",
    "renamed.csv": lambda body: (
        f'number,submitted_at,state,csr\nR1,2026-11-02 09:00:00,open,"-----BEGIN CERTIFICATE REQUEST-----\n{body}\n-----END CERTIFICATE REQUEST-----"\n'
    ),
    "putty.pem": lambda body: f"PuTTY-User-Key-File-3: ssh-rsa\nPrivate-Lines: 14\n{body}\n{pem(certificate())}",
}


@pytest.mark.parametrize("name", DISGUISED)
def test_a_key_that_only_the_read_text_shows_is_not_landed(tmp_path, name):
    """Escapes that a reader undoes, a key pasted without its marker lines or under others, and the format of PuTTY."""
    body = "".join(KEYS["PKCS#8"].splitlines()[1:-1])
    path = written(tmp_path / name, DISGUISED[name](body))
    with pytest.raises(UserError, match=f"^{name}: holds a private key"):
        land(tmp_path / "home", path)
    assert_nothing_of(body, tmp_path / "home")
