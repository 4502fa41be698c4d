"""Six rows that cannot be used, as real exports have them, in two of the files."""

from __future__ import annotations

from collections.abc import Callable

from .exports import Export
from .spreadsheet import LABELS, cell, fields

FIELDS = list(LABELS)


def damaged(export: Export, rows: list[dict], taken: set[str]) -> dict[int, list[str]]:
    """Cells of the damaged rows of an export by the position they are written at; empty for most exports.

    Each is a copy of the row that follows it, under a number that no other row has: those requests are in no figure.
    """
    kinds = DAMAGE.get(export.name, ())
    spread = len(rows) // (len(kinds) + 1)
    found = {}
    for i, damage in enumerate(kinds, start=1):
        row = [cell(rows[i * spread][field], "iso") for field in fields(export)]
        row[0] = _free_number(row[0], taken)
        found[i * spread] = damage(row)
    return found


def _free_number(number: str, taken: set[str]) -> str:
    while number in taken:
        number = f"RITM{int(number[4:]) + 1:07d}"
    return number


def _with(field: str, text: str) -> Callable[[list[str]], list[str]]:
    return lambda row: [text if name == field else found for name, found in zip(FIELDS, row)]


def _broken_off(row: list[str]) -> list[str]:
    """The export stopped in the middle of a line and went on with the next."""
    return row[:9]


def _unquoted_commas(row: list[str]) -> list[str]:
    """Somebody edited the file by hand: one cell became three."""
    return [*row[:3], "Renew portal", " its test server", " and the old one", *row[4:]]


DAMAGE = {
    "sc_req_item_2026-Q3.csv": (
        _with("closed_at", "2026-08-32 10:11:12"),
        _broken_off,
        _with("variables.current_expiration_date", "1899-12-30"),
    ),
    "sc_req_item_2026-10.csv": (
        _with("number", ""),
        _unquoted_commas,
        _with("variables.requested_completion_date", "ASAP"),
    ),
}
