"""What the texts of cells hold: the names in a list of names, the addresses in a list of contacts, the facts in a signing request.

Each distinct text is taken apart once; models join what it holds by the text itself.
"""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipelines.engines.duckdb_engine import literal, load, run

LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
NAME = rf"(\*\.)?({LABEL}\.)+[a-z]([a-z0-9-]{{0,61}}[a-z0-9])?"
"""The last label begins with a letter: an address of numbers is no name."""
LONGEST_NAME = 253
"""RFC 1035 3.1, in letters."""


def create(connection: duckdb.DuckDBPyConnection, roots: Sequence[str]) -> None:
    """Create `texts.name_lists`, `texts.contact_lists`, `texts.signing_requests` and `texts.signing_request_names` over every landed export.

    `roots`: the authorised roots, such as `.ca.gov`.
    """
    _create_names(connection, roots)
    _create_contacts(connection)
    _create_signing_requests(connection)


def _create_names(connection: duckdb.DuckDBPyConnection, roots: Sequence[str]) -> None:
    """One row per text and name in it: lower case, without prefix or trailing dot, in ASCII; whether a certificate can hold it, its root and department.

    The longest root wins; the department is the label left of it.
    """
    run(
        connection,
        r"""
        create table texts.split_names as
        with texts as (
            select unnest([common_name, subject_alternative_names]) as text from landed.requests
            union
            select unnest([common_name, subject_alternative_names]) from landed.certificates
        ),
        parts as (select text, unnest(list_distinct(regexp_split_to_array(lower(text), '[\s\p{Z},;\[\]"'']+'))) as part from texts where text <> '')
        select text, rtrim(case when part like 'dns%' then regexp_replace(part, '^(dnsname=|dns:)', '') else part end, '.') as name from parts where part <> ''
        """,
    )
    foreign = run(connection, "select distinct name from texts.split_names where not regexp_full_match(name, '[ -~]*')")
    text = pa.string()
    load(connection, "texts.ascii_names", {"name": text, "ascii_name": text}, [(name, _ascii(name)) for (name,) in foreign])
    ordered = sorted(roots, key=lambda root: (-len(root), root))
    root = " ".join(f"when name like {literal('%' + each)} then {literal(each)}" for each in ordered)
    run(
        connection,
        f"""
        create table texts.name_lists as
        with names as (
            select distinct split_names.text, coalesce(ascii_names.ascii_name, split_names.name) as name
            from texts.split_names inner join texts.ascii_names on split_names.name = ascii_names.name
            union all
            select text, name from texts.split_names where name <> '' and name not in (select name from texts.ascii_names)
        ),
        rooted as (select text, name, {f"case {root} end" if root else "cast(null as varchar)"} as authorised_root from names)
        select text, name, regexp_full_match(name, '{NAME}') and length(name) <= {LONGEST_NAME} as is_valid, authorised_root,
            nullif(nullif(last_label(left(name, length(name) - length(authorised_root))), ''), '*') as department
        from rooted
        """,
    )
    run(connection, "drop table texts.split_names; drop table texts.ascii_names")


def _ascii(name: str) -> str:
    """A name in ASCII (IDNA); as it is where that cannot be."""
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def _create_contacts(connection: duckdb.DuckDBPyConnection) -> None:
    """One row per text and e-mail address in it, in lower case."""
    run(
        connection,
        r"""
        create table texts.contact_lists as
        with texts as (select contacts as text from landed.requests union select contacts from landed.certificates),
        parts as (select text, unnest(regexp_split_to_array(lower(text), '[\s\p{Z},;<>()\[\]"'']+')) as part from texts where text <> '')
        select distinct text, rtrim(part, '.') as address from parts where regexp_full_match(part, '[^@]+@[^@]+\.[^@]+')
        """,
    )


def _create_signing_requests(connection: duckdb.DuckDBPyConnection) -> None:
    """One row per text of a signing request with its facts, and one per text and name it asks for."""
    from pipelines import signing_requests  # its library is loaded only where a request holds one

    texts = run(connection, "select distinct csr from landed.requests where csr <> ''")
    known = [(text, signing_requests.facts(text)) for (text,) in texts]
    kind = pa.string()
    columns = {
        "text": kind, "has_parsed": pa.bool_(), "problem": kind, "signature": kind, "is_key_accepted": pa.bool_(), "key_words": kind, "common_name": kind,
    }  # fmt: skip
    rows = [
        (text, each.has_parsed, each.problem, each.signature, each.is_key_acceptable, each.key_problem or _key(each), _plain(each.common_name))
        for text, each in known
    ]
    load(connection, "texts.signing_requests", columns, rows)
    names = {(text, _plain(name)) for text, each in known for name in each.names}
    load(connection, "texts.signing_request_names", {"text": kind, "name": kind}, sorted(names))


def _key(request) -> str:
    return " ".join(str(part) for part in (request.key_algorithm, request.key_curve or request.key_size) if part)


def _plain(name: str | None) -> str | None:
    """A name as the names of lists are written."""
    return _ascii(name.strip().lower().rstrip(".")) if name else None
