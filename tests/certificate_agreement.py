"""The same exports about certificates judged twice, by the product and by the reference, and every difference."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests import agreement, builders, certificate_builders, hostile_certificates, hostile_renewals
from tests.certificate_builders import Export, Given
from tests.reference import inventory, records
from tests.reference.inventory import Exports, Inventory
from tests.reference.policy import Rules
from tests.reference.readiness import SigningRequest


@dataclass(frozen=True)
class Loaded:
    """Exports as the builders publish them, and what is known of the signing requests in them."""

    requests: Sequence[Given] = ()
    certificates: Sequence[Given] = ()
    approvals: Sequence[Given] = ()
    as_of: str | None = None
    signing_requests: Mapping[str, SigningRequest] = field(default_factory=dict)

    def publish(self, folder: Path, policy=None):
        """A connection to the product's snapshot."""
        return certificate_builders.publish(
            folder, self.requests, self.certificates, self.approvals, as_of=self.as_of, policy=policy
        )

    def expected(self, rules: Rules | None = None, distribution_lists: Iterable[str] = ()) -> Inventory:
        """What the reference finds."""
        exports = Exports(
            requests=self.requests,
            certificates=[
                records.Export(one.rows, ZoneInfo(one.timezone)) if isinstance(one, Export) else records.Export(one)
                for one in self.certificates
            ],
            approvals=self.approvals,
            signing_requests=certificate_builders.known_signing_requests(self.signing_requests),
            distribution_lists=frozenset(distribution_lists),
        )
        return inventory.judge(exports, self.instant(exports), rules or Rules())

    def instant(self, exports: Exports) -> datetime:
        return builders.local(self.as_of) if self.as_of else inventory.newest_event(exports)


def hostile(seed: int, count: int) -> Loaded:
    """A generated inventory with the requests about it."""
    maker = hostile_certificates.Maker(seed, count)
    about = hostile_renewals.Renewals(maker)
    approvals = [about.approvals] if about.approvals else []
    return Loaded([about.requests], maker.certificates, approvals, maker.as_of, about.signing_requests)


def differences(connection, wanted: Inventory) -> list[str]:
    """Every disagreement of the published tables with the reference, as a line with (product, reference)."""
    found = []
    for table, keys in (("certificates", ["certificate"]), ("certificate_names", ["certificate", "name"]), ("renewal_exposure", ["certificate"])):
        found += row_differences(table, certificate_builders.rows_by(connection, table, *keys), getattr(wanted, table))
    links = [tuple(row.values()) for row in builders.table(connection, "select number, certificate, role, rule, confidence from certificate_links")]
    found += set_differences("certificate_links", links, [tuple(asdict(link).values()) for link in wanted.certificate_links])
    remarks = builders.table(connection, "select certificate, finding, detail from certificate_findings")
    found += set_differences(
        "certificate_findings", [shown_finding(**row) for row in remarks], [shown_finding(*one) for one in wanted.certificate_findings]
    )
    checks = certificate_builders.rows_by(connection, "request_readiness", "number", "check")
    found += row_differences(
        "request_readiness", checks, {key: {"status": status} for key, status in wanted.request_readiness.items()}
    )
    verdicts = agreement.all_differences(agreement.published(connection), wanted.outcomes)
    return found + [f"slo_outcomes {key} {columns}" for key, columns in verdicts.items()]


def shown_finding(certificate: str, finding: str, detail: str | None) -> tuple:
    """The words of a detail are free, but for what a reader said."""
    return (certificate, finding, detail) if finding == "malformed" else (certificate, finding)


def row_differences(table: str, product: Mapping, reference: Mapping) -> list[str]:
    found = [f"{table} {key}: (missing, present)" for key in reference.keys() - product.keys()]
    found += [f"{table} {key}: (present, missing)" for key in product.keys() - reference.keys()]
    for key in sorted(reference.keys() & product.keys()):
        wanted = reference[key] if isinstance(reference[key], Mapping) else asdict(reference[key])
        for column, value in wanted.items():
            pair = agreement.plain(product[key][column]), agreement.plain(value)
            if pair[0] != pair[1]:
                found.append(f"{table} {key} {column}: {pair}")
    return found


def set_differences(table: str, product: Iterable[tuple], reference: Iterable[tuple]) -> list[str]:
    told, wanted = Counter(product), Counter(reference)
    found = [f"{table} {one}: (missing, present)" for one in (wanted - told).elements()]
    return found + [f"{table} {one}: (present, missing)" for one in (told - wanted).elements()]
