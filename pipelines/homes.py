"""Where things lie when nothing is said: the home, the product's policy, the sample."""

import os
from pathlib import Path

_CHECKOUT = Path(__file__).resolve().parent.parent


def data() -> Path:
    """The folder of `policy/` and `sample/`: the checkout's `data`, or in an installed wheel the copy it carries."""
    checkout = _CHECKOUT / "data"
    return checkout if (checkout / "policy").is_dir() else Path(__file__).resolve().parent / "data"


def default() -> Path:
    """`$CERTBOARD_HOME`, else the checkout's `data/warehouse`, else `certboard-home` in the working folder."""
    if named := os.environ.get("CERTBOARD_HOME"):
        return Path(named)
    checkout = _CHECKOUT / "data"
    return checkout / "warehouse" if (checkout / "policy").is_dir() else Path("certboard-home")
