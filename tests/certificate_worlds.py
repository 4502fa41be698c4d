"""Certificates and requests declared beside the test that speaks of them, landed together: one build for all tests of an instant.

    @inventory("2026-11-20 12:00:00", certificates={"old": {"names": "a b"}, "new": {"names": "a b c"}})
    def test_all_names_are_held(held):
        assert held.certificate("old")["superseded_by"] == held.key("new")

Each test runs twice, on the tables of the product and on those of the reference. `names` are host names below a domain of
the test's own, the first being the common name; `serial` and `order` are completed to be the test's own, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path

import pytest

from tests import agreement, builders, certificate_builders, certificate_agreement
from tests.certificate_builders import ISSUER, Export, a_certificate, a_request
from tests.reference import records, versions

DECLARED: dict[str, list[tuple[str, dict]]] = {}
"""By instant: (certificates | requests, row)."""
TABLES: dict[tuple[str, str], dict] = {}
SLUGS: dict[str, str] = {}


def inventory(as_of: str, certificates: Mapping[str, Mapping] | None = None, requests: Mapping[str, Mapping] | None = None) -> Callable:
    """Declare what a test holds: for each label its fields."""

    def declare(test: Callable) -> Callable:
        slug = SLUGS.setdefault(test.__name__, f"{len(SLUGS):04x}")
        test.as_of = as_of
        test.keys = {}
        rows = DECLARED.setdefault(as_of, [])
        for position, (label, fields) in enumerate((certificates or {}).items(), start=1):
            row = certificate_row(slug, label, {"serial": f"{position:x}", **fields})
            assert row["serial_number"] not in {each.get("serial_number") for _, each in rows}, f"{label}: two certificates with one serial number"
            test.keys[label] = f"{row['serial_number']}@{ISSUER.lower()}"
            rows.append(("certificates", row))
        for label, fields in (requests or {}).items():
            rows.append(("requests", request_row(slug, f"{test.__name__}/{label}", fields)))
        return test

    return declare


def named(slug: str, fields: Mapping[str, str]) -> dict[str, str]:
    """The names as columns: below `<test>.ca.gov`, which `@` stands for."""
    names = [f"t{slug}.ca.gov" if name == "@" else f"{name}.t{slug}.ca.gov" for name in fields.get("names", "a").split()]
    written = {column: text for column, text in fields.items() if column not in ("names", "serial", "order", "common_names")}
    common = int(fields.get("common_names", "1"))
    return {"common_name": ", ".join(names[:common]), "subject_alternative_names": ", ".join(names)} | written


def certificate_row(slug: str, label: str, fields: Mapping[str, str]) -> dict[str, str]:
    order = {"order_number": f"{fields['order']}-{slug}"} if "order" in fields else {}
    row = a_certificate(fields["serial"] + slug, certificate_id=f"{slug}/{label}")
    return row | {"issued_at": "2026-01-15 10:00:00"} | order | named(slug, fields)


def request_row(slug: str, number: str, fields: Mapping[str, str]) -> dict[str, str]:
    exact = {"order_number": f"{fields['order']}-{slug}"} if "order" in fields else {}
    exact |= {"serial_number": fields["serial"] + slug} if "serial" in fields else {}
    return a_request(number, **({"service_option": "renewal_cdt_install"} | named(slug, fields) | exact))


def form(text: str) -> str:
    """How a time is written: an export writes a column in one form."""
    return "" if not text else "date" if len(text) == len("2026-01-01") else "offset" if "T" in text else "local"


def loaded(as_of: str) -> certificate_agreement.Loaded:
    """The declared rows as exports: those with an event later than `as_of` came later."""
    now = builders.local(as_of)
    found: dict[tuple, list] = {}
    reach = a_request("the newest event", as_of, service_option="inquiry")
    for kind, row in [*DECLARED[as_of], ("requests", reach)]:
        event = versions.newest_event([row]) if kind == "requests" else records.newest_event(records.Export([row]))
        forms = tuple(sorted({(column, form(text)) for column, text in row.items() if column.endswith(("_at", "_on")) and form(text) not in ("", "local")}))
        zone = "UTC" if row.get("holding") in ("file", "log") else ""
        found.setdefault((kind, event is not None and event > now, zone, forms), []).append(row)
    exports: dict[str, list] = {"requests": [], "certificates": []}
    for (kind, _, zone, _), rows in found.items():
        exports[kind].append(Export(rows, zone) if zone else rows)
    return certificate_agreement.Loaded(exports["requests"], exports["certificates"], as_of=as_of)


def tables(judge: str, as_of: str, folder: Path) -> dict[str, dict]:
    """The tables of the product or of the reference at an instant, with times as naive UTC; built once."""
    if (judge, as_of) not in TABLES:
        find = product_tables if judge == "product" else reference_tables
        TABLES[judge, as_of] = find(loaded(as_of), folder)
    return TABLES[judge, as_of]


def product_tables(exports: certificate_agreement.Loaded, folder: Path) -> dict[str, dict]:
    connection = exports.publish(folder)
    links = builders.table(connection, "select * from certificate_links")
    return {
        "certificates": certificate_builders.rows_by(connection, "certificates", "certificate"),
        "renewal_exposure": certificate_builders.rows_by(connection, "renewal_exposure", "certificate"),
        "certificate_links": {(row["number"], row["role"], row["certificate"]): row for row in links},
        "findings": {(row["certificate"], row["finding"]): row for row in builders.table(connection, "select * from certificate_findings")},
        "outcomes": agreement.published(connection),
    }


def reference_tables(exports: certificate_agreement.Loaded, _: Path) -> dict[str, dict]:
    found = exports.expected()
    return {
        "certificates": {key: plain(row) for key, row in found.certificates.items()},
        "renewal_exposure": {key: plain(asdict(row)) for key, row in found.renewal_exposure.items()},
        "certificate_links": {(link.number, link.role, link.certificate): asdict(link) for link in found.certificate_links},
        "findings": {(certificate, code): {"detail": detail} for certificate, code, detail in found.certificate_findings},
        "outcomes": {key: plain(asdict(row)) for key, row in found.outcomes.items()},
    }


def plain(row: Mapping[str, object]) -> dict[str, object]:
    return {column: agreement.plain(value) for column, value in row.items()}


class Held:
    """What one judge finds for one test, by the test's labels."""

    def __init__(self, test: Callable, found: Mapping[str, dict]):
        self.test, self.found = test, found

    def key(self, label: str) -> str:
        """The certificate's key."""
        return self.test.keys[label]

    def certificate(self, label: str) -> dict | None:
        return self.found["certificates"].get(self.key(label))

    def exposure(self, label: str) -> dict | None:
        return self.found["renewal_exposure"].get(self.key(label))

    def succession(self, label: str) -> tuple[str | None, str | None]:
        """(superseded | possibly | None, label of the successor)."""
        row = self.certificate(label)
        word = "superseded" if row["is_superseded"] else "possibly" if row["is_possibly_superseded"] else None
        return word, self.label(row["superseded_by"])

    def label(self, key: str | None) -> str | None:
        return next((label for label, each in self.test.keys.items() if each == key), key)

    def links(self, label: str) -> dict[str, tuple[str, str, str]]:
        """`{role: (certificate, rule, confidence)}` of a request; several certificates of a role as one, joined by blanks."""
        found: dict[str, tuple[str, str, str]] = {}
        for (number, role, key), row in sorted(self.found["certificate_links"].items()):
            if number == self.number(label):
                before = found[role][0] + " " if role in found else ""
                found[role] = before + self.label(key), row["rule"], row["confidence"]
        return found

    def findings(self, label: str) -> set[str]:
        return {finding for key, finding in self.found["findings"] if key == self.key(label)}

    def outcome(self, label: str) -> dict:
        return self.found["outcomes"][self.number(label), "approved"]

    def number(self, label: str) -> str:
        return f"{self.test.__name__}/{label}"


@pytest.fixture(params=["reference", "product"])
def held(request, tmp_path_factory) -> Held:
    """What the reference and what the product find for the test's inventory."""
    test = request.function
    return Held(test, tables(request.param, test.as_of, tmp_path_factory.mktemp("inventory")))
