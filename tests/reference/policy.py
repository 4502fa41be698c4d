"""The published targets and the choices that the rules leave to the owner, with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from . import closures
from .business_days import Closed


@dataclass(frozen=True)
class Option:
    target: int
    is_renewal: bool = False
    includes_installation: bool = False
    objective_basis_points: int = 9500


OPTIONS = MappingProxyType(
    {
        "new_customer_install": Option(5),
        "new_cdt_install": Option(10, includes_installation=True),
        "renewal_customer_install": Option(5, is_renewal=True),
        "renewal_cdt_install": Option(10, is_renewal=True, includes_installation=True),
        "inquiry": Option(10),
    }
)




@dataclass(frozen=True)
class Rules:
    clock_start: str = "approved"
    clock_stop: str = "closed"
    late_exclusion: str = "missed"
    undated_renewal: str = "business_days"
    lead_min_days: int = 20
    lead_max_days: int = 30
    reopen_window_days: int = 25
    options: Mapping[str, Option] = field(default_factory=lambda: OPTIONS)
    is_closed: Closed = closures.is_closed
