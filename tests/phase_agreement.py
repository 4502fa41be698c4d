"""The same transitions read twice, by the product and by the reference, and every difference between the two."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict

from tests import agreement, builders
from tests.reference.histories import Histories

TABLES = {
    "intervals": ("facts.request_intervals", ("number", "position")),
    "phases": ("facts.request_phases", ("number", "phase")),
    "flows": ("request_flows", ("number",)),
    "pauses": ("facts.clock_pauses", ("number", "position")),
    "variants": ("(select * from facts.variant_clocks where clock_basis = 'without_pauses')", ("number",)),
    "ledger": ("clock_ledger", ("number", "on_date")),
}
"""Where each table of the reference is published, and what tells its rows apart."""

CHOICES = {
    "reasons": lambda row: row["reason"],
    "pause_reasons": lambda row: row["pause_reason"],
    "tracks": lambda row: (row["source"], row["field"]),
}
"""Columns of the reference that hold everything a row of the product may say."""


def differences(connection, wanted: Histories, exempt: Iterable[str] = ()) -> list[str]:
    """Every disagreement as a line with (product, reference). `exempt`: numbers whose ledger is not compared."""
    found = []
    for name, (table, keys) in TABLES.items():
        skipped = set(exempt) if name == "ledger" else set()
        rows = builders.table(connection, f"select * from {table}")
        product = {tuple(row[key] for key in keys): row for row in rows if row["number"] not in skipped}
        assert len({tuple(row[key] for key in keys) for row in rows}) == len(rows), f"{table}: rows of the same {keys}"
        reference = {tuple(getattr(row, key) for key in keys): row for row in getattr(wanted, name) if row.number not in skipped}
        found += row_differences(name, product, reference)
    return found + finding_differences(connection, wanted)


def row_differences(name: str, product: Mapping[tuple, Mapping], reference: Mapping[tuple, object]) -> list[str]:
    """The rows of one table that only one side has, or has otherwise."""
    found = [f"{name} {key}: (missing, present)" for key in sorted(reference.keys() - product.keys())]
    found += [f"{name} {key}: (present, missing)" for key in sorted(product.keys() - reference.keys())]
    for key in sorted(reference.keys() & product.keys()):
        for column, value in asdict(reference[key]).items():
            if column in CHOICES:
                said = CHOICES[column](product[key])
                if said not in (value or [None, (None, None)]):
                    found.append(f"{name} {key} {column}: ({said}, one of {sorted(value)})")
                continue
            pair = agreement.plain(product[key][column]), agreement.plain(value)
            if pair[0] != pair[1]:
                found.append(f"{name} {key} {column}: {pair}")
    return found


def finding_differences(connection, wanted: Histories) -> list[str]:
    """The findings counted differently."""
    told = {}
    for row in builders.table(connection, "select * from transition_findings"):
        key = row["number"], row["finding"], row["source"] or "", row["field"] or "", row["value"] or ""
        told[key] = told.get(key, 0) + row["finding_count"]
    expected = {(*key[:2], *(part or "" for part in key[2:])): count for key, count in wanted.findings.items()}
    return [
        f"findings {key}: {(told.get(key, 0), expected.get(key, 0))}"
        for key in sorted(told.keys() | expected.keys())
        if told.get(key, 0) != expected.get(key, 0)
    ]
