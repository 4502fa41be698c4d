"""What one rerun knows: the snapshot it reads, what the filters may be, what they are, and the theme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from dashboard import formats
from dashboard.filters import Choices, Filters


@dataclass(frozen=True)
class Reading:
    """One rerun's reading. `run` is the row of `run_params`; `params` are the address's own keys of the page."""

    path: Path
    run: Any
    choices: Choices
    filters: Filters
    theme: str
    params: Mapping[str, tuple[str, ...]]

    @property
    def as_of_on(self) -> date:
        """The local date of as_of."""
        return self.run.as_of_on

    @property
    def as_of(self) -> str:
        """`Fri 2026-11-20 16:42 Pacific`."""
        return formats.moment(self.run.as_of_at, self.run.zone)

    @property
    def short_name(self) -> str:
        """The part of the snapshot's name that tells it from others of the same day: `3fa91c`."""
        return self.path.stem.rsplit("-", 1)[-1][:6]

    @property
    def as_of_part(self) -> str:
        """The last part of a file's name: `as-of-2026-11-20`."""
        return f"as-of-{self.file_day.isoformat()}"

    @property
    def file_day(self) -> date:
        """The local date as_of falls on, for file names."""
        at: datetime = formats.local(self.run.as_of_at, self.run.zone)
        return at.date()

    def param(self, key: str) -> str | None:
        """The last value of one of the page's own keys in the address, or None."""
        values = self.params.get(key, ())
        return values[-1] if values and values[-1] != "" else None
