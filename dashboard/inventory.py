"""Which certificates page 7 shows: its filters from the address, its groups, the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard import filters
from dashboard.certificate_words import FINDINGS, HOLDINGS, STATUSES, known
from dashboard.queries import Where

EXPIRING_DAYS = 90
LONGEST_ALLOWED = 398
GROUPS = {
    "active": "Active",
    "expiring": f"Expiring in {EXPIRING_DAYS} calendar days",
    "superseded": "Superseded",
    "findings": "With findings",
    "all": "All",
}
SUBJECTS = {
    "active": "Active certificates",
    "expiring": f"Active certificates that expire within {EXPIRING_DAYS} calendar days and are not superseded",
    "superseded": "Superseded certificates",
    "findings": "Certificates with findings",
    "all": "All certificates",
}
GROUP_WHERE: dict[str, Where] = {
    "active": {"is_active": ["true"]},
    "expiring": {"is_active": ["true"], "is_superseded": ["false"], "is_delegated": ["false"], "horizon": [str(EXPIRING_DAYS)]},
    "superseded": {"is_superseded": ["true"]},
    "findings": {"has_findings": ["true"]},
    "all": {},
}
COLUMNS = {
    "status": "status",
    "finding": "finding",
    "holding": "holding",
    "owner_department": "department",
    "validity_class": "validity_class",
    "issuer": "issuer_name",
    "key": "key",
}
"""Keys of the address, and the names they have in the registry of tables."""
DIMENSIONS = {"issuer": "Issuer", "key": "Key"}


@dataclass(frozen=True)
class View:
    """What page 7 shows. `chosen`: (key of COLUMNS, value) pairs; an empty value means that the export gives none."""

    group: str = "active"
    text: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()

    def narrowed(self) -> Where:
        """The search and the filters, whatever the group."""
        bound: dict[str, list[str]] = {}
        for key, value in self.chosen:
            bound.setdefault(COLUMNS[key], []).append(value)
        return {**bound, **({"search": [self.text]} if self.text else {})}

    def where(self, group: str | None = None) -> Where:
        """The rows of the list, or of another group under the same filters."""
        return {**self.narrowed(), **GROUP_WHERE[group or self.group]}

    def sentence(self) -> str:
        """`Active certificates with \u201cdmv\u201d in a name, serial or request number; status Issued.`"""
        subject = SUBJECTS[self.group]
        search = f", with \u201c{self.text}\u201d in a name, serial or request number" if self.text else ""
        more = "".join(f"; {words}" for words in self.words())
        return f"{subject}{search}{more}."

    def words(self) -> list[str]:
        """The filters that are set, each in words."""
        return [f"{LABELS[key].lower()} {named(key, value)}" for key, value in self.chosen]

    def file_part(self) -> str:
        """The view inside a file's name."""
        parts = [self.group, *(f"{key.replace('_', '-')}-{filters.slug(value or filters.NOT_GIVEN)}" for key, value in self.chosen)]
        parts += [f"search-{filters.slug(self.text)}"] if self.text else []
        return "_".join(parts) if len(parts) <= 1 + filters.MOST_IN_FILE_NAME else f"{self.group}_filtered"


LABELS = {
    "status": "Status",
    "finding": "Finding",
    "holding": "Known from",
    "owner_department": "Department of the certificate",
    "validity_class": "Validity class",
    "issuer": "Issuer",
    "key": "Key",
}


def view(params: Mapping[str, tuple[str, ...]]) -> View:
    """The view of an address; an unknown group falls back to the active ones, with a remark."""
    last = {key: values[-1] for key, values in params.items() if values}
    remarks: tuple[str, ...] = ()
    group = last.get("show") or "active"
    if group not in GROUPS:
        remarks = (f"\u201c{group}\u201d is no group of certificates; the active ones are shown.",)
        group = "active"
    chosen = tuple((key, value) for key in COLUMNS for value in dict.fromkeys(params.get(key, ())))
    return View(group, (last.get("q") or "").strip(), chosen, remarks)


def validity_class(value: str | int) -> str:
    """A class of validity in words: `200 days`; what is longer than any rule of today allows is `over 398 days`."""
    return f"over {LONGEST_ALLOWED} days" if int(value) > LONGEST_ALLOWED else f"{value} days"


def named(key: str, value: str) -> str:
    """A value of a filter in words."""
    if value == "":
        return "not in the export"
    words = {"status": STATUSES, "finding": FINDINGS, "holding": HOLDINGS}.get(key)
    return known(words, value) if words else validity_class(value) if key == "validity_class" else value
