"""What a published table of rows is: columns of a kind, in a total order."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["text", "instant", "date", "count", "number", "ratio", "boolean"]
RESERVED = {"check"}
"""Names of columns that are words of SQL."""


class Column(NamedTuple):
    """A published column. Kinds: text, instant (naive UTC), date (local), count (integer), number (real), ratio (0 to 1), boolean."""

    name: str
    kind: Kind

    @property
    def identifier(self) -> str:
        """Its name as SQL reads it."""
        return f'"{self.name}"' if self.name in RESERVED else self.name

    @property
    def exported(self) -> str:
        """SQL of its text as `export` writes it; null stays null. The connection's zone must be the policy's."""
        if self.kind == "instant":
            written = f"strftime(timezone('UTC', {self.identifier}), '%Y-%m-%dT%H:%M:%S%z')"
            return f"case when length({written}) = 22 then {written} || ':00' else {written} end"
        return self.identifier if self.kind == "text" else f"cast({self.identifier} as varchar)"


@dataclass(frozen=True)
class Table:
    """A published table of rows and its total order."""

    columns: tuple[Column, ...]
    order: tuple[str, ...]
    relation: str | None = None
    """Where it lies when not under its own name, or the selection that it is."""

    def column(self, name: str) -> Column | None:
        """The column of that name, or None."""
        return next((each for each in self.columns if each.name == name), None)


def columns(text: str) -> tuple[Column, ...]:
    """Columns from words such as `number period_on:date is_due:boolean`; without a kind it is text."""
    return tuple(Column(*(word.split(":") if ":" in word else (word, "text"))) for word in text.split())  # type: ignore[arg-type]
