"""XML exports of ServiceNow: one element a record, every field as written; document types are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from lxml import etree

from pipelines.errors import UserError
from pipelines.exports import xml_rows
from tests.files import written
from tests.read_exports import read

STOPPED = "Export stopped due to excessive size. Use CSV for a complete export"


def an_export(*records: str, root: str = "unload", table: str = "sc_req_item", head: str = "") -> str:
    """The text of an export whose records have these fields, written as XML."""
    body = "\n".join(f'<{table} action="INSERT_OR_UPDATE">{fields}</{table}>' for fields in records)
    return f'{head}<{root} unload_date="2026-03-01 10:00:00">\n{body}\n</{root}>\n'


@pytest.mark.parametrize("root", ["unload", "xml"])
def test_both_roots_are_read(tmp_path, root):
    """Children of the root are records, their children fields; an empty element is no value."""
    text = an_export("<number>R1</number>\n<state/>", "<number>R2</number><state>a &amp; b &lt;c&gt;<![CDATA[ <d> ]]></state>", root=root)
    found = read(xml_rows, written(tmp_path / "a.xml", text))
    assert (found.content.headers, found.rows) == (("number", "state"), [(1, "R1", None), (2, "R2", "a & b <c> <d> ")])
    assert found.content.holds_system_values
    assert found.recognised == [("number", "state")]


def test_headers_are_all_fields_in_order_of_first_appearance(tmp_path):
    """A record may lack fields, or have them in another order."""
    found = read(xml_rows, written(tmp_path / "a.xml", an_export("<a>1</a>", "<b>2</b><a>3</a>", "<a>4</a><c>5</c>")))
    assert (found.content.headers, found.cells) == (("a", "b", "c"), [("1", None, None), ("3", "2", None), ("4", None, "5")])


def test_system_times_stay_raw_and_everything_else_is_shown(tmp_path):
    """The attribute display_value is what people see; a column of system times keeps its text, in UTC."""
    found = read(
        xml_rows,
        written(
            tmp_path / "a.xml",
            an_export(
                '<number>R1</number><opened_at display_value="1 March">2026-03-01 10:00:00</opened_at><assigned_to display_value="Beth">46d4</assigned_to>',
                '<number>R2</number><opened_at display_value=""/><assigned_to display_value="">46d5</assigned_to>',
                "<number>R3</number><opened_at/><assigned_to>none</assigned_to>",
            ),
        ),
    )
    assert found.cells == [("R1", "2026-03-01 10:00:00", "Beth"), ("R2", None, None), ("R3", None, "none")]


@pytest.mark.parametrize(
    ("encoding", "head", "recorded"),
    [
        ("utf-8", "", "utf-8"),
        ("utf-8-sig", '<?xml version="1.0" encoding="UTF-8"?>', "utf-8-sig"),
        ("utf-16", '<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
        ("cp1252", '<?xml version="1.0" encoding="windows-1252"?>', "windows-1252"),
        ("latin-1", '<?xml version="1.0" encoding="ISO-8859-1"?>', "iso-8859-1"),
    ],
)
def test_the_encoding_is_the_declared_one(tmp_path, encoding, head, recorded):
    """XML says its own encoding, by a mark or a declaration."""
    found = read(xml_rows, written(tmp_path / "a.xml", an_export("<name>Straße</name>", head=head), encoding))
    assert (found.cells, found.content.encoding) == ([("Straße",)], recorded)


def test_records_that_are_none_are_set_aside(tmp_path):
    """Doubled fields, elements inside a field and deletions keep their number; the rows around them keep theirs."""
    text = an_export("<a>1</a>", "<a>2</a><a>3</a>", "<a>4<b>5</b></a>", "<a>6</a>").replace(
        "</unload>", '<sc_req_item action="DELETE"><a>7</a></sc_req_item></unload>'
    )
    found = read(xml_rows, written(tmp_path / "a.xml", text))
    assert found.rows == [(1, "1"), (4, "6")]
    assert found.malformed == [
        (2, "<sc_req_item><a>3</a></sc_req_item>", "has the field a twice"),
        (3, "<sc_req_item><a>45</a></sc_req_item>", "has elements inside its field a"),
        (5, "<sc_req_item><a>7</a></sc_req_item>", 'is a deletion (action="DELETE")'),
    ]


CUT = "so it is still being written or was cut off. Wait until it is complete, or export it again."


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.xml: is empty. Export the list again as XML."),
        ("<unload></unload>", "a.xml: holds no record. Export a list that has rows."),
        ("<unload><t/></unload>", "a.xml: holds no record with a field. Export a list that has rows."),
        (
            "<html><body/></html>",
            "a.xml: is no XML export of ServiceNow: its root is <html>, expected <unload> or <xml>. Export the list again as XML.",
        ),
        (
            "<unload><incident><a>1</a></incident><sc_task><a>2</a></sc_task></unload>",
            "a.xml: holds records of several tables (incident, sc_task), and a list is of one. Export each table alone.",
        ),
        ("<unload><t><a>1</a></t><t><a>2", f"a.xml: ends inside its XML, after row 1, {CUT}"),
        ("<unload><t><a>1</a></t><t", f"a.xml: ends inside its XML, after row 1, {CUT}"),
        ("<unload>\n<t><a>1</b></t></unload>", "a.xml: is not XML in line 2 (mismatched tag). Export the list again as XML."),
        ("<unload><t><a>1</a></t></unload> more", "a.xml: is not XML in line 1 (junk after document element). Export the list again as XML."),
        ("<unload><t><a>&nbsp;</a></t></unload>", "a.xml: is not XML in line 1 (undefined entity). Export the list again as XML."),
        (b"<unload><t><a>\xff</a></t></unload>", "a.xml: is not XML in line 1 (not well-formed (invalid token)). Export the list again as XML."),
        ("plain text", "a.xml: is not XML in line 1 (syntax error). Export the list again as XML."),
    ],
)
def test_what_is_no_list_is_one_clear_error(tmp_path, text, message):
    """Cut off, mixed tables, other roots: the error names the place and the remedy."""
    with pytest.raises(UserError) as error:
        read(xml_rows, written(tmp_path / "a.xml", text))
    assert str(error.value) == message


@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE unload>",
        '<!DOCTYPE unload SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<!DOCTYPE unload [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE unload [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>',
        '<?xml version="1.0"?><!-- first --><!DOCTYPE unload [<!ENTITY % x SYSTEM "file:///etc/passwd"> %x;]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_where_it_begins(tmp_path, doctype, encoding):
    """Entities, external ones least of all, are never read."""
    text = an_export("<a>&x;</a>", head=doctype)
    with pytest.raises(UserError, match=r"^a\.xml: holds a document type declaration \(<!DOCTYPE\), which no export has and which can hide harmful entities\."):
        read(xml_rows, written(tmp_path / "a.xml", text, encoding))


def test_the_limits_of_list_exports_are_said(tmp_path):
    """Exactly 10,000 rows, and the line of a stopped export."""
    text = an_export(*(f"<number>R{position}</number>" for position in range(10_000)), f"<number>{STOPPED}</number>")
    found = read(xml_rows, written(tmp_path / "a.xml", text))
    assert found.content.row_count == 10_000
    assert len(found.content.warnings) == 2


letter = some.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff") | some.sampled_from("\t\n\r")
cell = some.text(letter, max_size=12)


@settings(max_examples=50)
@given(
    rows=some.lists(some.dictionaries(some.sampled_from(["number", "state", "u_name", "größe"]), cell, min_size=1), min_size=1, max_size=20),
    encoding=some.sampled_from(["UTF-8", "UTF-16"]),
    is_pretty=some.booleans(),
)
def test_any_texts_come_back(tmp_path_factory, rows, encoding, is_pretty):
    """Random rows of text, written by another library."""
    root = etree.Element("unload")
    for row in rows:
        record = etree.SubElement(root, "sc_req_item")
        for field, text in row.items():
            etree.SubElement(record, field).text = text
    whole = etree.tostring(root, encoding=encoding, xml_declaration=True, pretty_print=is_pretty)
    found = read(xml_rows, written(tmp_path_factory.mktemp("xml") / "a.xml", whole))
    headers = tuple(dict.fromkeys(key for row in rows for key in row))
    assert found.content.headers == headers
    assert found.cells == [tuple(row.get(key) or None for key in headers) for row in rows]
