"""Values as ServiceNow stores them, beside the values as it shows them: which of the two a column keeps.

A raw time is UTC and has one shape; a shown time has the zone and the format of the exporting user. So a column whose raw values are all times or dates
keeps them, and any other column shows what people see: the name behind a reference, the label behind a number.
"""

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

BESIDE = "dv_"
"""A key `dv_state` holds what is shown of the field `state`."""
KEYS = frozenset({"display_value", "value", "link"})
"""Keys of an object that is one value: shown, raw, and where a reference leads."""
_TIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}( [0-9]{2}:[0-9]{2}:[0-9]{2})?$"


def beside(headers: Iterable[str]) -> dict[str, str]:
    """Field, and the key beside it that holds what is shown of it; only of fields that are there themselves."""
    known = dict.fromkeys(headers)
    return {header: BESIDE + header for header in known if BESIDE + header in known}


def are_times(texts: pa.Array) -> bool:
    """Whether every one of these texts has the shape of a time or date of the system, `YYYY-MM-DD HH:MM:SS` or `YYYY-MM-DD`."""
    return bool(pc.all(pc.match_substring_regex(texts, _TIME), min_count=0).as_py())
